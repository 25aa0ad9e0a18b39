"""The YAML form of a whole blueprint, and by re-export its pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_magic import yaml_text
from synth_magic.blueprint import explain
from synth_magic.blueprint.explain import KEYS, shown
from synth_magic.blueprint.model import Blueprint, Column, Missing, Source
from synth_magic.blueprint.pieces import column_from, effect_from, missing_from, rule_from
from synth_magic.blueprint.request import Span
from synth_magic.blueprint.values import Texts, texted
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.yaml_text import Loaded, Place

__all__ = [
    "KEYS",
    "by_name",
    "column_from",
    "effect_from",
    "from_data",
    "missing_from",
    "read",
    "read_marked",
    "rule_from",
]


def read(text: str, *, located: bool = False) -> Blueprint:
    """Read a blueprint; parameters and errors as of `read_marked`."""
    return read_marked(text, located=located)[0]


def read_marked(text: str, *, located: bool = False) -> tuple[Blueprint, Mapping[Path, Span]]:
    """Read a blueprint, and where each part of it stands.

    Parameters
    ----------
    text
        Its YAML form.
    located
        Whether messages begin with the line and column.  Either way problems
        have offsets in `text`, and the error's ``spans`` map paths to places.

    Raises
    ------
    SpecError
        With every problem that was found.
    """
    loaded = Loaded(None)
    try:
        loaded = by_name(yaml_text.load(text))
        # A place of an expression is where its text begins, not its key.
        return from_data(loaded.data, loaded.texts), _spans({**loaded.keys, **loaded.marks})
    except SpecError as error:
        placed = [_placed(part, loaded, text, located=located) for part in error.problems]
        better = SpecError(placed)
        better.spans = _spans({**loaded.marks, **loaded.keys})
        raise better from None


def _spans(places: Mapping[Path, Place]) -> dict[Path, Span]:
    return {path: Span(*place) for path, place in places.items()}


def _placed(part: Problem, loaded: Loaded, text: str, *, located: bool) -> Problem:
    """Give a problem its offset in the whole text."""
    place = loaded.place(part.path)
    offset = part.offset
    begin = loaded.marks.get((*part.path, "rule"), loaded.marks.get(part.path))
    if offset is not None and begin is not None:
        # An offset within an expression counts from where its text begins.
        start = yaml_text.offset_of(text, begin)
        offset += start + (text[start : start + 1] in ("'", '"'))
    elif place is not None:
        offset = yaml_text.offset_of(text, place)
    what = part.what
    if located and offset is not None:
        line, column = yaml_text.place_of(text, offset)
        what = f"Line {line}, column {column}: {what}"
    return Problem(part.path, what, part.mend, part.level, offset)


def by_name(loaded: Loaded) -> Loaded:
    """Let paths name columns instead of counting them."""
    data = loaded.data
    columns = data.get("columns") if isinstance(data, dict) else None
    if not isinstance(columns, list):
        return loaded
    names = [_name_of(item, ("columns", at), loaded.texts) for at, item in enumerate(columns)]
    items = [
        item if name is None else item | {"name": name}
        for item, name in zip(columns, names, strict=True)
    ]

    def renamed(path: Path) -> Path:
        if path[:1] != ("columns",) or len(path) < 2 or not isinstance(path[1], int):
            return path
        return ("columns", names[path[1]] or path[1], *path[2:])

    def all_renamed(places: Mapping[Path, Any]) -> dict[Path, Any]:
        # Of two columns with one name, the later keeps its place: it is the one too many.
        return {renamed(path): place for path, place in places.items()}

    return Loaded(
        data | {"columns": items},
        all_renamed(loaded.marks),
        all_renamed(loaded.keys),
        all_renamed(loaded.texts),
    )


def _name_of(item: object, path: Path, texts: Texts) -> str | None:
    name = item.get("name") if isinstance(item, dict) else None
    name = texts.get((*path, "name"), name)
    return name if isinstance(name, str) and name else None


def from_data(data: object, texts: Texts | None = None) -> Blueprint:
    """Make a blueprint of plain data in the YAML form.

    Raises
    ------
    SpecError
        With every problem that was found.
    """
    texts = texts or {}
    if not isinstance(data, dict):
        what = "A blueprint is a mapping: `columns:` and what else is said, each on its line"
        raise SpecError(problem((), what, "Begin with `version: 1` and `columns:`"))
    found: list[Problem] = [
        explain.unknown_key((key,), key, "blueprint")
        for key in data
        if key not in Blueprint.model_fields
    ]
    given: dict[str, Any] = {
        key: texted(data[key], (key,), texts) for key in ("table", "population") if key in data
    }
    for key in ("version", "sampler"):
        if data.get(key) is not None:
            given[key] = data[key]
    for key, make in (("columns", _column_item), ("effects", effect_from), ("rules", rule_from)):
        given[key] = _each(data.get(key), key, make, texts, found)
    missing = data.get("missing")
    if missing is None:
        missing = {}
    if not isinstance(missing, dict):
        found.append(problem(("missing",), "`missing` wants a mapping", "Write `hba1c: 0.08`"))
        missing = {}
    given["missing"] = []
    for column, part in missing.items():
        try:
            given["missing"].append(missing_from(column, part, ("missing", column), texts=texts))
        except SpecError as error:
            found += error.problems
    given["missing"] += [part for _, part in given["columns"] if part is not None]
    given["columns"] = [column for column, _ in given["columns"]]
    if found:
        raise SpecError(found)
    return Blueprint(**given)


def _each(data: object, key: str, make: Any, texts: Texts, found: list[Problem]) -> list[Any]:
    if data is None:
        return []
    if not isinstance(data, list):
        what = f"`{key}` wants a list"
        found.append(problem((key,), what, f"Write `{explain.EXAMPLES[key]}`"))
        return []
    made = []
    for at, item in enumerate(data):
        try:
            made.append(make(item, (key, at), texts=texts))
        except SpecError as error:
            found += error.problems
    return made


def _column_item(
    data: object, path: Path, *, texts: Texts, source: Source = "user"
) -> tuple[Column, Missing | None]:
    if not isinstance(data, dict):
        raise SpecError(
            problem(path, f"A column is a mapping, not {shown(data)!r}", "Write `- name: age`")
        )
    name = data.get("name")
    if not isinstance(name, str) or not name:
        # Paths by name are not at hand for a column without one.
        raise SpecError(problem(path, "This column has no name", "Write `- name: age`"))
    return column_from(name, data, texts=texts, source=source)
