"""The form of an answer: flat lists of closed objects, and its JSON schema.

A blueprint is not the form to ask for: its maps have open keys, of which no strict
schema exists.  Here every field is required, ``""``, ``[]`` and 0 say nothing, and the
schema uses only what all vendors take: type, properties, required, items, short enum,
additionalProperties.  The dataclasses are the one truth; schema, skeleton and reader
are made from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

#: Raised with every change of the form; part of the cache's key.
FORM = 1
#: A number that may be unreadable; what is unreadable is None.
Num = float | None
Texts = tuple[str, ...]
Nums = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A column that the model proposes, where the description names none."""

    column: str = ""
    meaning: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A column of numbers: five quantiles, for all or within one group."""

    column: str = ""
    group: str = ""
    unit: str = ""
    decimals: Num = None
    limits: Nums = ()
    p5: Num = None
    p25: Num = None
    p50: Num = None
    p75: Num = None
    p95: Num = None
    zero_share: Num = None


@dataclass(frozen=True, slots=True)
class AmountRow:
    """A column of numbers as small models say it best: low, typical, high."""

    column: str = ""
    low: Num = None
    typical: Num = None
    high: Num = None


@dataclass(frozen=True, slots=True)
class YesNoRow:
    """A yes/no column: the share of yes, for all or within one group."""

    column: str = ""
    group: str = ""
    share: Num = None


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A column of categories: values and their shares, for all or within one group."""

    column: str = ""
    group: str = ""
    ordered: bool = False
    values: Texts = ()
    shares: Nums = ()


@dataclass(frozen=True, slots=True)
class DateRow:
    """A column of dates."""

    column: str = ""
    earliest: str = ""
    middle: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A time to an event: points of its survival curve, and the length of follow-up."""

    column: str = ""
    unit: str = ""
    event: str = ""
    times: Nums = ()
    surviving: Nums = ()
    follow_up: Nums = ()


@dataclass(frozen=True, slots=True)
class TextRow:
    """A column of texts: a sentence with other columns in braces."""

    column: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class DerivedRow:
    """A column that follows exactly from others."""

    column: str = ""
    type: Literal["number", "integer", "yes_no"] = "number"
    unit: str = ""
    decimals: Num = None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A direct effect, its size in the words of the clinic."""

    cause: str = ""
    result: str = ""
    word: Literal["beta", "odds_ratio", "hazard_ratio", "difference", "correlation"] = "beta"
    size: Num = None
    per: Num = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class MissingRow:
    """Missing values of a column: how many, and why."""

    column: str = ""
    share: Num = None
    depends_on: str = ""
    odds_ratio: Num = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, or a part of one; each list may be empty."""

    columns: tuple[Proposed, ...] = ()
    numbers: tuple[NumberRow, ...] = ()
    amounts: tuple[AmountRow, ...] = ()
    yes_no: tuple[YesNoRow, ...] = ()
    choices: tuple[ChoiceRow, ...] = ()
    dates: tuple[DateRow, ...] = ()
    times: tuple[TimeRow, ...] = ()
    texts: tuple[TextRow, ...] = ()
    derived: tuple[DerivedRow, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    rules: Texts = field(default=())
    missing: tuple[MissingRow, ...] = ()


MARGINALS = ("numbers", "yes_no", "choices", "dates", "times", "texts")
LINKS = ("derived", "effects", "rules", "missing")
#: What the one call of a table of up to 20 columns asks for.
WHOLE = (*MARGINALS, *LINKS)
KINDS = tuple(f.name for f in fields(Answer))


@cache
def rows() -> Mapping[str, type[Any] | None]:
    """Give the class of each list's objects; None for `rules`, a list of texts."""
    hints = get_type_hints(Answer)
    return {kind: _row(get_args(hints[kind])[0]) for kind in KINDS}


def _row(inner: Any) -> type[Any] | None:
    return None if inner is str else inner


def hints(row: type[Any]) -> Mapping[str, Any]:
    """Fields of a list's objects and what they hold."""
    return _hints()[row]


@cache
def _hints() -> Mapping[type[Any], Mapping[str, Any]]:
    return {row: get_type_hints(row) for row in rows().values() if row is not None}


def schema(kinds: Collection[str] = WHOLE) -> dict[str, Any]:
    """Make the JSON schema of an answer that holds some of the lists.

    Parameters
    ----------
    kinds
        Names of the lists that are asked for.
    """
    return _closed({kind: _list(rows()[kind]) for kind in KINDS if kind in kinds})


def skeleton(kinds: Collection[str] = WHOLE) -> str:
    """Write the form as a model reads it best: names, and words for what stands there."""
    shown = []
    for kind in KINDS:
        row = rows()[kind]
        if kind in kinds:
            inner = "text"
            if row is not None:
                inner = "{" + ", ".join(f"{n}: {_word(t)}" for n, t in hints(row).items()) + "}"
            shown.append(f'"{kind}": [{inner}]')
    return "{" + ",\n ".join(shown) + "}"


def _word(hint: Any) -> str:
    if hint == Texts:
        return "[text]"
    if hint == Nums:
        return "[number]"
    if get_origin(hint) is Literal:
        return "|".join(get_args(hint))
    return {str: "text", bool: "true|false"}.get(hint, "number")


def _list(row: type[Any] | None) -> dict[str, Any]:
    if row is None:
        return {"type": "array", "items": {"type": "string"}}
    inner = _closed({name: _field(hint) for name, hint in hints(row).items()})
    return {"type": "array", "items": inner}


def _field(hint: Any) -> dict[str, Any]:
    if hint in (Texts, Nums):
        kind = "string" if hint == Texts else "number"
        return {"type": "array", "items": {"type": kind}}
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if isinstance(hint, UnionType):
        return {"type": "number"}
    return {"type": "boolean" if hint is bool else "string"}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
