"""Reading columns, effects, rules and missingness in their YAML form, one by one.

They take plain data as `yaml_text.load` gives it, with `texts` (what was typed
for each number) from the same place, and raise SpecError with paths by names.
Where the data name no source, the caller's ``source`` is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from synth_magic.blueprint import explain
from synth_magic.blueprint.explain import KEYS, shown
from synth_magic.blueprint.model import (
    FAMILIES,
    WORDS,
    Column,
    Effect,
    Form,
    Missing,
    Rule,
    Source,
)
from synth_magic.blueprint.values import (
    Texts,
    law_given,
    number,
    numbered,
    share,
    shares_read,
    texted,
    years,
)
from synth_magic.errors import Path, Problem, SpecError, problem

_Part = TypeVar("_Part", bound=Form)

_COLUMN_TEXT = ("type", "unit", "label", "description", "concept", "pattern", "template",
                "formula", "event")  # fmt: skip
_LAW_KEYS = ("quantiles", *FAMILIES, "probabilities", "probability", "by", "groups", "zero_share")
_STATED_KEYS = ("mean", "sd", "median", "quartiles")


def column_from(
    name: str,
    data: object,
    path: Path | None = None,
    *,
    texts: Texts | None = None,
    source: Source = "user",
) -> tuple[Column, Missing | None]:
    """Read one column's long form; it may be open.

    A list of two numbers (one may be null) is a range, another list the
    values; a mapping none of whose keys the form has is shares.  Keys of a
    distribution (``normal``, ``probability`` …) and stated facts (``mean``,
    ``sd``, ``median``, ``quartiles``) may stand in the column itself.

    Parameters
    ----------
    name
        The column's name; a ``name`` in `data` is passed over.
    data
        list or dict, as read from YAML.
    path
        Where it stands, by default ``("columns", name)``.
    texts
        Path to what was typed for a number (`Loaded.texts`).
    source
        Who said so, where `data` does not say.

    Returns
    -------
    column, missing
        ``missing`` in the column's own mapping is given apart, since missingness
        has one home, the top-level block; None when it says nothing of it.

    Raises
    ------
    SpecError
    """
    path = ("columns", name) if path is None else path
    texts = texts or {}
    given = _column_given(data, path, texts)
    part = None
    found: list[Problem] = []
    if "missing" in given:
        said = given.pop("missing")
        try:
            part = missing_from(name, said, (*path, "missing"), texts=texts, source=source)
        except SpecError as error:
            found += error.problems
    given["name"] = name
    law = given.get("distribution")
    if isinstance(law, dict):
        given["distribution"] = law_given(law, source)
    if source != "user":
        said = given.get("sources") or {}
        fields = [key for key in given if key not in ("name", "distribution", "sources")]
        given["sources"] = dict.fromkeys(fields, source) | said
    try:
        column = _made(Column, given, path)
    except SpecError as error:
        raise SpecError((*found, *error.problems)) from None
    if found:
        raise SpecError(found)
    return column, part


def _column_given(data: object, path: Path, texts: Texts) -> dict[str, Any]:
    """Bring the ways in which a column may be written into one."""
    if isinstance(data, list):
        return _listed(data, path, texts)
    if not isinstance(data, dict):
        what = f"A column is a mapping or a list, not {shown(data)!r}"
        raise SpecError(problem(path, what, "Write `{type: number, range: [4, 11]}`"))
    known = {*Column.model_fields, *_LAW_KEYS, *_STATED_KEYS, "missing"}
    if data and not known & set(data) and all(share(part) is not None for part in data.values()):
        shares = {key: share(part) or 0.0 for key, part in data.items()}
        if sum(shares.values()) > 1.5:
            shares = {key: part / 100 for key, part in shares.items()}
        return {"type": "category", "values": list(shares), "stated": {"probabilities": shares}}
    given: dict[str, Any] = {}
    law: dict[str, Any] = {}
    stated: dict[str, Any] = {}
    for key, part in data.items():
        if part is None and key != "missing":
            continue
        if key in _LAW_KEYS:
            law[key] = part
        elif key in _STATED_KEYS:
            stated[key] = part
        else:
            given[key] = texted(part, (*path, key), texts) if key in _COLUMN_TEXT else part
    for key, more in (("distribution", law), ("stated", stated)):
        if more:
            there = given.get(key)
            given[key] = more | there if isinstance(there, dict) else there or more
    if isinstance(given.get("values"), list):
        given["values"] = [
            texted(part, (*path, "values", at), texts) for at, part in enumerate(given["values"])
        ]
    if isinstance(given.get("survival"), dict):
        given["survival"] = numbered(given["survival"])
    if isinstance(given.get("stated"), dict):
        given["stated"] = shares_read(given["stated"])
    if given.get("type") in ("date", "datetime") and isinstance(given.get("range"), list):
        given["range"] = years(given["range"], given["type"])
    return given


def _listed(data: list[Any], path: Path, texts: Texts) -> dict[str, Any]:
    ends = [part for part in data if part is not None]
    if len(data) == 2 and ends and all(isinstance(part, (int, float)) for part in ends):
        return {"range": data}
    values = [texted(part, (*path, at), texts) for at, part in enumerate(data)]
    return {"type": "category", "values": values}


def effect_from(
    data: object, path: Path, *, texts: Texts | None = None, source: Source = "user"
) -> Effect:
    """Read ``{from: age, to: sbp, beta: 0.35}``.

    Raises
    ------
    SpecError
    """
    example = "Write `{from: age, to: sbp, beta: 0.35}`"
    if not isinstance(data, dict):
        raise SpecError(problem(path, f"An effect is a mapping, not {shown(data)!r}", example))
    found = [
        explain.unknown_key((*path, key), key, "effect")
        for key in data
        if key not in KEYS["effect"]
    ]
    texts = texts or {}
    given: dict[str, Any] = {"source": data.get("source") or source}
    for key, field in (("from", "parent"), ("to", "child")):
        said = texted(data.get(key), (*path, key), texts)
        if isinstance(said, str) and said.strip():
            given[field] = said
        elif key in data or not found:
            found.append(problem(path, f"This effect does not say `{key}`", example))
    words = [word for word in WORDS if data.get(word) is not None]
    if len(words) == 1:
        given |= {"word": words[0], "size": number(data[words[0]])}
    elif not words and not found:
        mend = f"Add one of: {', '.join(f'{word}: …' for word in WORDS)}"
        found.append(problem(path, "This effect does not say how large it is", mend))
    elif words:
        found.append(
            problem(
                (*path, words[1]),
                f"This effect says its size twice, as {' and as '.join(words)}",
                "Keep one of them",
            )
        )
    if found:
        raise SpecError(found)
    if data.get("per") is not None:
        given["per"] = number(data["per"])
    if data.get("where") is not None:
        given["where"] = texted(data["where"], (*path, "where"), texts)
    return _made(Effect, given, path, {"parent": "from", "child": "to", "size": words[0]})


def rule_from(
    data: object, path: Path, *, texts: Texts | None = None, source: Source = "user"
) -> Rule:
    """Read a rule: its text, or ``{rule: sbp > dbp, source: reference}``.

    Raises
    ------
    SpecError
    """
    if isinstance(data, dict):
        found = [
            explain.unknown_key((*path, key), key, "rule")
            for key in data
            if key not in KEYS["rule"]
        ]
        if found:
            raise SpecError(found)
        source = data.get("source") or source
        data = data.get("rule")
    text = texted(data, path, texts or {})
    if not isinstance(text, str) or not text.strip():
        mend = "Write it as a condition: `- sbp > dbp`"
        raise SpecError(problem(path, "A rule is a text", mend))
    return _made(Rule, {"text": text, "source": source}, path)


def missing_from(
    column: str,
    data: object,
    path: Path,
    *,
    texts: Texts | None = None,
    source: Source = "user",
) -> Missing:
    """Read a rate, ``8%``, or ``{rate: 0.08, depends_on: age, beta: -0.3}``.

    Raises
    ------
    SpecError
    """
    example = "Write `0.08`, or `{rate: 0.08, depends_on: age, beta: -0.3}`"
    rate = share(data)
    if rate is not None:
        return _made(Missing, {"column": column, "rate": rate, "source": source}, path)
    if not isinstance(data, dict):
        raise SpecError(problem(path, f"`{shown(data)}` is no share of missing values", example))
    found = [
        explain.unknown_key((*path, key), key, "missing")
        for key in data
        if key not in KEYS["missing"]
    ]
    given: dict[str, Any] = {"column": column, "source": data.get("source") or source}
    if data.get("rate") is None:
        found.append(problem(path, f"`{column}` does not say how much is missing", example))
    else:
        read_rate = share(data["rate"])
        given["rate"] = data["rate"] if read_rate is None else read_rate
    if data.get("depends_on") is not None:
        given["depends_on"] = texted(data["depends_on"], (*path, "depends_on"), texts or {})
    words = [word for word in ("beta", "odds_ratio") if data.get(word) is not None]
    if len(words) == 2:
        found.append(problem((*path, words[1]), "The size is said twice", "Keep one of the two"))
    elif words:
        given |= {"word": words[0], "size": number(data[words[0]])}
    if found:
        raise SpecError(found)
    return _made(Missing, given, path, {"size": words[0]} if words else {})


def _made(
    kind: type[_Part], given: dict[str, Any], path: Path, names: Mapping[str, str] | None = None
) -> _Part:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        found = explain.problems(error, given, path)
        if names:
            found = [_renamed(part, len(path), names) for part in found]
        raise SpecError(found) from None


def _renamed(part: Problem, at: int, names: Mapping[str, str]) -> Problem:
    """Say a field as the YAML form does (``from``, not ``parent``)."""
    if len(part.path) <= at or part.path[at] not in names:
        return part
    field = str(part.path[at])
    path = (*part.path[:at], names[field], *part.path[at + 1 :])
    what = part.what.replace(f"`{field}`", f"`{names[field]}`")
    mend = part.mend.replace(f"`{field}:`", f"`{names[field]}:`")
    return Problem(path, what, mend, part.level, part.offset)
