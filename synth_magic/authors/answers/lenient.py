"""From a JSON object to an `Answer`: what can be read is read, nothing raises.

A schema is a hint, never a proof.  Endpoints answer 200 and ignore it, so numbers come as
texts, lists as objects keyed by column, fields under other names, and anything at all
where a row should stand.  Nothing is descended into deeper than the form is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from synth_magic import safe_text
from synth_magic.authors.answers.form import (
    KINDS,
    Answer,
    ChoiceRow,
    EffectRow,
    Nums,
    Texts,
    hints,
    rows,
)
from synth_magic.blueprint.model import WORDS

MOST_ROWS = 400
MOST_ITEMS = 60
LONGEST = 200
LARGEST = 1e15
#: Other names under which models give a field, or a list.
_FIELDS = {
    "name": "column", "variable": "column", "from": "cause", "parent": "cause", "source": "cause",
    "to": "result", "child": "result", "target": "result", "effect": "size", "value": "size",
    "median": "p50", "p05": "p5", "q5": "p5", "q25": "p25", "q50": "p50", "q75": "p75",
    "q95": "p95", "probability": "share", "proportion": "share", "rate": "share",
    "p_yes": "share", "probabilities": "shares", "proportions": "shares", "levels": "values",
    "categories": "values", "decimal_places": "decimals", "medium": "typical",
    "expression": "formula", "type": "type", "min": "earliest", "max": "latest",
    "survival": "surviving", "text": "template", "label": "meaning", "description": "meaning",
}  # fmt: skip
_LISTS = {
    "number": "numbers", "numeric": "numbers", "booleans": "yes_no", "yesno": "yes_no",
    "binary": "yes_no", "boolean": "yes_no", "categories": "choices", "categorical": "choices",
    "category": "choices", "date": "dates", "time_to_event": "times", "formulas": "derived",
    "missingness": "missing", "effect": "effects",
}  # fmt: skip
_NUMBER = re.compile(r"\s*([-+]?\d{1,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?)\s*(%?)\s*")


def read(data: Mapping[str, Any]) -> Answer:
    """Read an answer, leniently.

    Parameters
    ----------
    data
        A JSON object as it came.

    Returns
    -------
    Answer
        A number that cannot be read, or is not finite, is None; texts are one clean
        line of at most 200 characters; rows that name nothing are left out.
    """
    whole = _named(data, _LISTS)
    if not any(kind in whole for kind in KINDS):
        inner = [value for value in data.values() if isinstance(value, Mapping)]
        whole = _named(inner[0], _LISTS) if len(inner) == 1 else {}
    found: dict[str, Any] = {}
    for kind, row in rows().items():
        given = whole.get(kind)
        if row is None:
            found[kind] = tuple(text for text in map(_rule, _items(given, "")) if text)
        else:
            first = next(iter(hints(row)))
            made = (_made(row, item) for item in _items(given, first))
            found[kind] = tuple(r for r in made if r is not None and getattr(r, first))
    return Answer(**found)


def clean(value: Any, limit: int = LONGEST) -> str:
    """Make one line of text of anything: NFC, without control and bidi characters."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.12g}" if abs(value) < LARGEST else ""
    if not isinstance(value, str):
        return ""
    text = "".join(map(safe_text.character, value[: 4 * limit]))
    return unicodedata.normalize("NFC", " ".join(text.split()))[:limit].strip()


def _named(data: Mapping[str, Any], others: Mapping[str, str]) -> dict[str, Any]:
    """Write keys without case and separators, under the names of the form."""
    found: dict[str, Any] = {}
    for key, value in list(data.items())[:200]:
        plain = re.sub(r"[\W_]+", "_", str(key)[:LONGEST].casefold()).strip("_")
        found.setdefault(plain, value)
    for other, name in others.items():
        if other in found:
            found.setdefault(name, found[other])
    return found


def _items(given: Any, first: str) -> Iterable[Any]:
    """Rows of a list; an object keyed by column is one, too."""
    if isinstance(given, Mapping):
        if not first or first in _named(given, _FIELDS):
            return [given]
        pairs = list(given.items())[:MOST_ROWS]
        return [{**v, first: k} for k, v in pairs if isinstance(v, Mapping)]
    return given[:MOST_ROWS] if isinstance(given, list) else ()


def _rule(item: Any) -> str:
    if isinstance(item, Mapping):
        item = next((v for k, v in item.items() if k in ("rule", "text", "condition")), "")
    return clean(item, 4 * LONGEST) if isinstance(item, str) else ""


def _made(row: type[Any], item: Any) -> Any:
    if not isinstance(item, Mapping):
        return None
    for inner in ("quantiles", "percentiles"):
        if isinstance(item.get(inner), Mapping):
            item = {**item, **item[inner]}
    given = _named(item, _FIELDS)
    if row is EffectRow and "size" not in given:
        said = [word for word in WORDS if word in given]
        given |= {"word": said[0], "size": given[said[0]]} if len(said) == 1 else {}
    if row is ChoiceRow and isinstance(given.get("shares"), Mapping):
        given.setdefault("values", list(given["shares"]))
    return row(**{n: _field(h, given[n], n) for n, h in hints(row).items() if n in given})


def _field(hint: Any, value: Any, name: str) -> Any:
    if hint == Texts:
        listed = value[:MOST_ITEMS] if isinstance(value, list) else []
        return tuple(clean(v) for v in listed)
    if hint == Nums:
        listed = list(value.values()) if isinstance(value, Mapping) else value
        listed = listed[:MOST_ITEMS] if isinstance(listed, list) else []
        numbers = [number(v) for v in listed]
        return () if None in numbers else tuple(n for n in numbers if n is not None)
    if get_origin(hint) is Literal:
        word = re.sub(r"[\W_]+", "_", clean(value).casefold())
        return word if word in get_args(hint) else get_args(hint)[0]
    if hint is bool:
        return value is True or (isinstance(value, str) and value.casefold() in ("true", "yes"))
    if hint is str:
        # What is too long to be read whole is left whole enough to be refused.
        return clean(value, 4 * LONGEST if name in ("formula", "where") else LONGEST)
    return number(value)


def number(value: Any) -> float | None:
    """Read a number; ``"22%"`` is 0.22, and what is not finite is none."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value[:LONGEST])
        if match is None:
            return None
        value = float(match[1]) / (100 if match[2] else 1)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not abs(value) < LARGEST or 0 < abs(value) < 1e-15:
        return None
    return float(value)
