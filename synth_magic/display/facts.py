"""A column, an effect and a source in the words of the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Blueprint, Column, Distribution, Effect, Source
from synth_magic.display.pictures import place
from synth_magic.display.words import number, percent, plural
from synth_magic.fidelity.stated import main_source

if TYPE_CHECKING:
    from synth_magic.laws.marginal import Marginal

Parts = list[tuple[str, str]]
_ORDER: tuple[Source, ...] = ("user", "model", "reference", "guess")
_PLURAL = {"guess": "guesses"}
_SHOWN = 4
_EFFECTS = 20
_TIMES = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
_SYMBOL = {"odds_ratio": "OR", "hazard_ratio": "HR"}


def parts(column: Column, law: Marginal | None) -> Parts:
    """Pairs (word, value) that say a column's distribution: (median, 63), (quartiles, 55–71).

    Parameters
    ----------
    column
        The column.
    law
        Its tabulated law, from which quartiles and moments are read.
    """
    if column.formula is not None:
        return [("=", column.formula)]
    if column.survival is not None:
        unit = f" {column.unit}" if column.unit else ""
        return [("survival", f"{percent(s)} at {number(t)}{unit}") for t, s in column.survival]
    if column.pattern is not None:
        return [("pattern", column.pattern)]
    if column.template is not None:
        return [("template", column.template)]
    if column.distribution is None:
        return []
    return _law_parts(column, column.distribution, law)


def _law_parts(column: Column, stated: Distribution, law: Marginal | None) -> Parts:
    if stated.groups is not None:
        inner = dict(law.groups) if law is not None else {}
        found: Parts = [("by", stated.by or "")]
        for value, part in stated.groups[:_SHOWN]:
            words = _law_parts(column, part, inner.get(value))
            found.append((value, ", ".join(f"{key} {text}" for key, text in words)))
        return found + _rest(len(stated.groups))
    if stated.probabilities is not None:
        pairs = [(value, percent(share)) for value, share in stated.probabilities[:_SHOWN]]
        return pairs + _rest(len(stated.probabilities))
    if stated.probability is not None:
        return [("1" if column.zero_one else "yes", percent(stated.probability))]
    zero: Parts = [] if stated.zero_share is None else [("zero", percent(stated.zero_share))]
    return zero + _numeric(column, stated, law)


def _rest(many: int) -> Parts:
    return [("", f"{many - _SHOWN} more")] if many > _SHOWN else []


def _numeric(column: Column, stated: Distribution, law: Marginal | None) -> Parts:
    if stated.normal is not None:
        sd = _spread(float(stated.normal.sd), column)
        return [("mean", _said(stated.normal.mean, column)), ("SD", sd)]
    if stated.uniform is not None:
        ends = (stated.uniform.low, stated.uniform.high)
        return [("uniform", "" if ends == column.range else _span(*ends, column))]
    if law is None:
        return []
    if stated.quantiles is not None or stated.lognormal is not None:
        low, middle, high = (float(law.ppf(p)) for p in (0.25, 0.5, 0.75))
        quartiles = f"{_place(low, column)}–{_place(high, column)}"
        if column.type in ("date", "datetime"):
            quartiles = f"{_place(low, column)} to {_place(high, column)}"
        return [("median", _place(middle, column)), ("quartiles", quartiles)]
    spread = law.sd / (86400.0 if column.type == "datetime" else 1.0)
    kind = (stated.kind or "").replace("_", " ")
    return [("mean", _place(law.mean, column, 1)), ("SD", _spread(spread, column)), ("", kind)]


def _said(value: float | str, column: Column) -> str:
    return value if isinstance(value, str) else number(float(value))


def _place(value: float, column: Column, more: int = 0) -> str:
    digits = 0 if column.type == "integer" else column.decimals
    if digits is None:
        return place(value, column.type)
    return place(value, column.type, digits + more)


def _spread(value: float, column: Column) -> str:
    days = " days" if column.type in ("date", "datetime") else ""
    return number(float(f"{value:.3g}")) + days


def words(found: Parts) -> str:
    """Parts as one line: ``median 63, quartiles 55–71``; ``by sex: F …; M …``."""
    if found and found[0][0] == "by":
        return f"by {found[0][1]}: " + "; ".join(
            f"{key} {value}".strip() for key, value in found[1:]
        )
    return ", ".join(f"{key} {value}".strip() for key, value in found)


def range_words(column: Column) -> str:
    """Give a column's range: ``30–85``, ``18 or more``, ``F, M``, ``3 values``."""
    named = column.levels
    if named:
        if column.type == "boolean":
            return "yes, no"
        line = (" < " if column.ordered else ", ").join(named)
        short = len(named) <= 2 or (column.ordered and len(line) <= 30)
        return line if short else f"{len(named)} values"
    if column.range is None:
        return ""
    low, high = column.range
    if low is None:
        return "" if high is None else f"at most {_said(high, column)}"
    if high is None:
        return f"{_said(low, column)} or more"
    return _span(low, high, column)


def _span(low: float | str, high: float | str, column: Column) -> str:
    dash = " to " if isinstance(low, str) or isinstance(high, str) or low < 0 else "–"
    return f"{_said(low, column)}{dash}{_said(high, column)}"


def sources(column: Column) -> list[tuple[str, str]]:
    """Pairs (source, fields): the distribution's first, then fields that came from elsewhere."""
    main = main_source(column)
    found: dict[str, list[str]] = {} if main is None else {main: []}
    for field in ("range", "values"):
        if getattr(column, field) is not None:
            source = column.source_of(field)
            if source != main:
                found.setdefault(source, []).append(field)
    return [(source, ", ".join(fields)) for source, fields in found.items()]


def source_line(found: Mapping[str, int]) -> str:
    """``9 user · 19 reference · 3 guesses``."""
    return " · ".join(
        f"{found[source]} {_PLURAL.get(source, source) if found[source] > 1 else source}"
        for source in _ORDER
        if found.get(source)
    )


def effect(item: Effect, blueprint: Blueprint) -> dict[str, Any]:
    """Give an effect in the words it was stated in."""
    names = [name for column in blueprint.columns for name in column.delivers]
    known = {*names, *(column.name for column in blueprint.columns)}
    parent, child = operand(item.parent, known), operand(item.child, known)
    columns = {column.name: column for column in blueprint.columns}
    where = f" where {item.where}" if item.where else ""
    return {
        "from": _operand(parent.column, parent.value),
        "to": _operand(child.column, child.value),
        "size": _size(item, columns.get(child.column)),
        "per": _per(item, columns.get(parent.column), parent.value, blueprint) + where,
        "source": item.source,
    }


def _operand(column: str, value: str | None) -> str:
    return column if value is None else f"{column} = {value}"


def _size(item: Effect, child: Column | None) -> str:
    size = float(item.size)
    if item.source != "user":  # the user's own number stands as written
        size = float(f"{size:.2g}") if abs(size) < 1 else round(size, 2)
    if item.word in _SYMBOL:
        return f"{_SYMBOL[item.word]} {number(size)}"
    signed = ("+" if size > 0 else "") + number(size)
    if item.word == "correlation":
        return f"r = {signed.lstrip('+')}"
    if item.word == "beta":
        return f"{signed} SD"
    if child is not None and child.type in ("date", "datetime"):
        return f"{signed} days"
    return f"{signed} {child.unit}" if child is not None and child.unit else signed


def _per(item: Effect, parent: Column | None, value: str | None, blueprint: Blueprint) -> str:
    if item.word == "correlation":
        return "rank correlation"
    if value is not None:
        return _against(item, parent, value, blueprint)
    if parent is not None and parent.type == "boolean":
        return "yes against no"
    if item.word == "beta":
        return f"per {number(float(item.per))} SD" if item.per not in (None, 1) else "per SD"
    unit = parent.unit if parent is not None and parent.unit else ""
    if parent is not None and parent.type in ("date", "datetime"):
        unit = "days"
    if item.per in (None, 1) and unit in _TIMES:
        return f"per {unit.removesuffix('s')}"
    return f"per {number(float(item.per or 1))} {unit}".rstrip()


def _against(item: Effect, parent: Column | None, value: str, blueprint: Blueprint) -> str:
    """Which values of the parent stand on the other side: those without an own effect."""
    own = {value}
    for other in blueprint.effects:
        if other.child == item.child and parent is not None:
            found = operand(other.parent, {parent.name})
            if found.column == parent.name and found.value is not None:
                own.add(found.value)
    rest = [] if parent is None else [level for level in parent.levels if level not in own]
    return f"against {', '.join(rest)}" if 0 < len(rest) <= 3 else "against all other values"


def first_effects(effects: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], str]:
    """Give as many effects as a form shows, the user's first, and words for the rest."""
    shown = sorted(effects, key=lambda item: item["source"] != "user")[:_EFFECTS]
    left = len(effects) - len(shown)
    return shown, f"… and {plural(left, 'more effect')}" if left else ""
