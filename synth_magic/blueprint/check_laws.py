"""Stated distributions: families, parameters, shares, quantiles, survival, censoring."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synth_magic import units
from synth_magic.blueprint.distribution import FAMILIES, Distribution
from synth_magic.blueprint.explain import EXAMPLES, listing, nearest, shown
from synth_magic.blueprint.model import Column, ColumnType
from synth_magic.errors import Path, Problem, problem
from synth_magic.expressions import moments
from synth_magic.yaml_text import scalar

if TYPE_CHECKING:
    from synth_magic.blueprint.context import Context

#: Shares may miss 1 by this much; the laws scale them.
SLACK = 0.01
_COUNTS = ("poisson", "negative_binomial")
_SHARES = ("probabilities", "probability")
#: Beyond these a family's values leave what a column of numbers can hold.
_BOUNDS = {
    ("lognormal", "sigma"): (0, 5),
    ("gamma", "shape"): (0.01, math.inf),
    ("beta", "a"): (0.01, math.inf),
    ("beta", "b"): (0.01, math.inf),
    ("weibull", "shape"): (0.1, math.inf),
    ("negative_binomial", "dispersion"): (0, 1000),
}


def spot(kind: ColumnType | None, value: float | str) -> float | None:
    """Place of a position on the column's axis: a number, days or seconds; None if it is none."""
    if kind not in ("date", "datetime"):
        return None if isinstance(value, str) else float(value)
    found = moments.read(value) if isinstance(value, str) else None
    if found is None:
        return None
    place, timed = found
    if kind == "date":
        return None if timed else place
    return place if timed else place * moments.DAY


@dataclass(frozen=True, slots=True)
class Axis:
    """A column's axis: its type, its range in places, and how to say them."""

    column: Column
    low: float
    high: float

    @classmethod
    def of(cls, column: Column) -> Axis:
        """Read the axis of a column whose range is in order."""
        ends = column.range or (None, None)
        low, high = (None if end is None else spot(column.type, end) for end in ends)
        if column.type == "time_to_event":
            low = 0.0
        return cls(column, -math.inf if low is None else low, math.inf if high is None else high)

    @property
    def said(self) -> str:
        """The range in words."""
        low, high = self.column.range or (None, None)
        if low is None:
            return f"up to {high}" if high is not None else "any"
        return f"{low} to {high}" if high is not None else f"from {low}"

    def spot(self, value: float | str) -> float | None:
        """Place of a position, or None."""
        return spot(self.column.type, value)


def problems(column: Column, axis: Axis, context: Context) -> Iterator[Problem]:
    """Find what is wrong with a column's distribution."""
    law = column.distribution
    if law is None:
        return
    path: Path = ("columns", column.name, "distribution")
    if (law.by is None) != (law.groups is None):
        absent, there = ("groups", "by") if law.groups is None else ("by", "groups")
        what = f"`{there}` is said without `{absent}`"
        yield problem(path, what, "Write `{by: sex, groups: {F: …, M: …}}`")
        return
    if law.groups is None:
        yield from _single(law, axis, path)
        return
    stated = [form for form in ("quantiles", *FAMILIES, *_SHARES) if getattr(law, form) is not None]
    if stated:
        what = f"A {stated[0]} for all stands beside the groups"
        yield problem((*path, stated[0]), what, "Keep one of the two")
    if law.zero_share is not None:
        what = "A share of zeros for all stands beside the groups"
        yield problem((*path, "zero_share"), what, "Say it within each group")
    yield from _groups(law, column, path, context)
    for key, part in law.groups:
        if part.groups is not None or part.by is not None:
            what = "Groups stand within groups"
            yield problem((*path, "groups", key), what, "State one distribution for each group")
        else:
            yield from _single(part, axis, (*path, "groups", key))
    kinds = {part.kind in _SHARES for _, part in law.groups if part.kind is not None}
    if len(kinds) > 1:
        what = "One group has shares, another a distribution of numbers"
        yield problem((*path, "groups"), what, "State all groups alike")


def _groups(law: Distribution, column: Column, path: Path, context: Context) -> Iterator[Problem]:
    name, groups = law.by or "", [key for key, _ in law.groups or ()]
    yield from _twice(groups, (*path, "groups"))
    by = context.columns.get(name)
    if by is None:
        yield context.unknown(name, (*path, "by"))
    elif by is column:
        yield problem((*path, "by"), f"`{name}` is grouped by itself", "Name another column")
    elif by.type not in ("category", "boolean"):
        what = f"`{name}` is of type {by.type}, so it has no groups"
        yield problem((*path, "by"), what, "Name a category or a boolean")
    else:
        other = [key for key in groups if by.levels and key not in by.levels]
        for key in other:
            yield unknown_value(by, key, (*path, "groups", key))
        absent = [key for key in by.levels if key not in groups]
        if absent and not other:
            what = f"Nothing is said for {name} = {listing(absent)}"
            yield problem((*path, "groups"), what, f"Add `{shown(absent[0])}: {{…}}`")


def unknown_value(column: Column, value: str, path: Path) -> Problem:
    """Complain of a value that a column does not have."""
    close = nearest(value, column.levels)
    mend = f"Did you mean `{close}`?" if close else f"It has: {listing(column.levels)}"
    return problem(path, f"`{column.name}` has no value `{shown(value)}`", mend)


def _twice(keys: list[str], path: Path) -> Iterator[Problem]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield problem(path, f"`{shown(key)}` is said {count} times", "Keep one")


# One form ------------------------------------------------------------------------------


def _single(law: Distribution, axis: Axis, path: Path) -> Iterator[Problem]:
    kind, column = law.kind, axis.column
    said = [form for form in ("quantiles", *FAMILIES, *_SHARES) if getattr(law, form) is not None]
    if kind is None:
        example = "probability: 0.22" if column.type == "boolean" else EXAMPLES["normal"]
        example = EXAMPLES["probabilities"] if column.type == "category" else example
        yield problem(path, "This distribution says nothing", f"Write `{example}`")
        return
    if len(said) > 1:
        what = f"Two distributions are said: {said[0]} and {said[1]}"
        yield problem((*path, said[1]), what, "Keep one of them")
        return
    wrong = _misfit(kind, column)
    if wrong is not None:
        what = f"`{kind}` does not fit a column of type {column.type}"
        yield problem((*path, kind), what, wrong)
        return
    if law.zero_share is not None:
        yield from _zeros(law.zero_share, axis, (*path, "zero_share"))
    yield from _CHECKS[kind](getattr(law, kind), axis, (*path, kind))


def _misfit(kind: str, column: Column) -> str | None:
    """Say what to write instead of a form that the column's type does not take."""
    if column.type == "category":
        return None if kind == "probabilities" else f"Write `{EXAMPLES['probabilities']}`"
    if column.type == "boolean":
        return None if kind == "probability" else "Write `probability: 0.22`, the share of yes"
    if kind == "probabilities":
        return "Write `type: category`, with `ordered: true` and `values` where they have an order"
    if kind == "probability":
        if column.type == "integer":
            return None
        return "Write `type: boolean`, or `type: integer` for 0 and 1"
    if kind in _COUNTS and column.type != "integer":
        return "Counts are whole numbers: write `type: integer`"
    if column.type in ("date", "datetime") and kind not in ("quantiles", "normal", "uniform"):
        return "Write `normal`, `uniform` or `quantiles` with dates, or a range alone"
    if column.type == "time_to_event" and kind == "beta":
        return "Write `survival`, or a distribution of positive numbers"
    return None


def _zeros(share: float, axis: Axis, path: Path) -> Iterator[Problem]:
    kind = axis.column.type
    if kind not in ("integer", "number") or axis.column.zero_one:
        what = f"A column of type {kind} has no share of zeros here"
        yield problem(path, what, "Leave `zero_share` out")
    elif not 0 <= share <= 1:
        yield problem(path, f"{share:g} is no share", "Write a number from 0 to 1")
    elif not axis.low <= 0 <= axis.high:
        what = f"{share:.0%} are 0, but the range is {axis.said}"
        yield problem(path, what, "Let the range include 0, or leave `zero_share` out")


def _positive(form: object, fields: tuple[str, ...], path: Path) -> Iterator[Problem]:
    for field in fields:
        value = getattr(form, field)
        if isinstance(value, str) or not value > 0:
            what = f"`{field}` is {shown(value)}, and must be above 0"
            yield problem((*path, field), what, f"Write `{EXAMPLES[str(path[-1])]}`")
            continue
        low, high = _BOUNDS.get((str(path[-1]), field), (0, math.inf))
        if not low <= value <= high:
            limit = f"at least {low:g}" if value < low else f"at most {high:g}"
            what = f"`{field}` is {value:g}, and can be {limit}"
            yield problem((*path, field), what, f"Write `{EXAMPLES[str(path[-1])]}`")


def _inside(form: object, field: str, axis: Axis, path: Path) -> Iterator[Problem]:
    value = getattr(form, field)
    place = axis.spot(value)
    if place is None:
        dated = axis.column.type in ("date", "datetime")
        wanted = "a date" if dated else "a number"
        example = ", for instance 2018-06-30" if dated else ""
        what = f"`{field}` is `{shown(value)}`, which is not {wanted}"
        yield problem((*path, field), what, f"Write {wanted}{example}")
    elif not axis.low < place < axis.high:
        what = f"The {field} is {value}, but the range is {axis.said}"
        yield problem((*path, field), what, f"Write a {field} inside the range, or widen it")


def _normal(form: object, axis: Axis, path: Path) -> Iterator[Problem]:
    wrong = [*_positive(form, ("sd",), path), *_inside(form, "mean", axis, path)]
    yield from wrong
    mean, sd = axis.spot(form.mean), form.sd  # type: ignore[attr-defined]
    if wrong or mean is None or math.isinf(axis.low) or math.isinf(axis.high):
        return
    widest = math.sqrt((mean - axis.low) * (axis.high - mean))
    widest /= moments.DAY if axis.column.type == "datetime" else 1
    if sd >= widest:
        what = f"An sd of {sd:g} is not possible with this mean and the range {axis.said}"
        yield problem((*path, "sd"), what, f"Write an sd below {widest:.4g}, or widen the range")


def _lognormal(form: object, axis: Axis, path: Path) -> Iterator[Problem]:
    wrong = list(_positive(form, ("median", "sigma"), path))
    yield from wrong or _inside(form, "median", axis, path)


def _shaped(*fields: str) -> Callable[[object, Axis, Path], Iterator[Problem]]:
    def found(form: object, axis: Axis, path: Path) -> Iterator[Problem]:
        yield from _positive(form, fields, path)
        if axis.high <= 0:
            what = f"A {path[-1]} has positive values only, but the range is {axis.said}"
            yield problem(path, what, "Change the range or the distribution")

    return found


def _mean(*others: str) -> Callable[[object, Axis, Path], Iterator[Problem]]:
    def found(form: object, axis: Axis, path: Path) -> Iterator[Problem]:
        wrong = list(_positive(form, ("mean", *others), path))
        yield from wrong or _inside(form, "mean", axis, path)

    return found


def _beta(form: object, axis: Axis, path: Path) -> Iterator[Problem]:
    yield from _positive(form, ("a", "b"), path)
    ends = axis.column.range
    if ends is not None and None in ends:
        what = f"A beta is stretched to the range, and {axis.said} has one end only"
        yield problem(path, what, "Write the other end of the range")


def _uniform(form: object, axis: Axis, path: Path) -> Iterator[Problem]:
    low, high = form.low, form.high  # type: ignore[attr-defined]
    places = axis.spot(low), axis.spot(high)
    for field, value, place in zip(("low", "high"), (low, high), places, strict=True):
        if place is None:
            what = f"`{field}` is `{shown(value)}`, which this column cannot hold"
            yield problem((*path, field), what, f"Write `{EXAMPLES['uniform']}`, or dates")
    if places[0] is None or places[1] is None:
        return
    if places[0] > places[1]:
        what = f"`low` is above `high`: {low} and {high}"
        yield problem(path, what, f"Write `uniform: {{low: {high}, high: {low}}}`")
    elif max(places[0], axis.low) > min(places[1], axis.high):
        what = f"Nothing from {low} to {high} is in the range {axis.said}"
        yield problem(path, what, "Let them overlap")


def _quantiles(
    pairs: tuple[tuple[float, float | str], ...], axis: Axis, path: Path
) -> Iterator[Problem]:
    if not pairs:
        yield problem(path, "No quantile is said", f"Write `{EXAMPLES['quantiles']}`")
    last: tuple[float, float] | None = None
    for share, value in pairs:
        here, place = (*path, scalar(share)), axis.spot(value)
        if not 0 <= share <= 1:
            what = f"A quantile belongs to a share from 0 to 1, not to {share:g}"
            yield problem(here, what, f"Write `{EXAMPLES['quantiles']}`")
            return
        if last is not None and share <= last[0]:
            what = f"Quantiles stand in rising order, but {share:g} follows {last[0]:g}"
            yield problem(here, what, f"Write `{EXAMPLES['quantiles']}`")
            return
        if place is None:
            what = f"`{shown(value)}` is no place in a column of type {axis.column.type}"
            yield problem(here, what, "Write a number, or a date as 2018-06-30")
            continue
        if not axis.low <= place <= axis.high:
            what = f"The quantile {value} is outside the range {axis.said}"
            yield problem(here, what, "Change the quantile, or widen the range")
        if last is not None and place < last[1]:
            what = f"The quantile at {share:g} is {value}, below the one before it"
            yield problem(here, what, "Let quantiles rise with their shares")
        last = (share, place)
    inner = [value for share, value in pairs if 0 < share < 1]
    ends = len(pairs) - len(inner) + (not math.isinf(axis.low)) + (not math.isinf(axis.high))
    if pairs and len(inner) < 2 and ends < 2:
        what = "One quantile does not say how widely the values spread"
        yield problem(path, what, "Write a second one, or a range with two ends")


# Shares ---------------------------------------------------------------------------------


def _probabilities(
    pairs: tuple[tuple[str, float], ...], axis: Axis, path: Path
) -> Iterator[Problem]:
    from synth_magic.blueprint.check_columns import value_problems

    column = axis.column
    keys = [key for key, _ in pairs]
    yield from _twice(keys, path)
    for key, share in pairs:
        if column.values and key not in column.values:
            yield unknown_value(column, key, (*path, key))
        elif column.values is None:
            yield from value_problems(key, (*path, key))
        if share < 0:
            what = f"The share of `{shown(key)}` is negative: {share:g}"
            yield problem((*path, key), what, "Write a share from 0 to 1")
    absent = [value for value in column.levels if value not in keys]
    if absent and set(keys) <= set(column.levels):
        what = f"No share is said for {listing(absent)}"
        yield problem(path, what, f"Add `{shown(absent[0])}: …`, 0 if it never occurs")
    total = math.fsum(share for _, share in pairs)
    if not absent and abs(total - 1) > SLACK:
        percent = abs(total - 100) <= 100 * SLACK
        mend = "Write shares, 0.44 instead of 44" if percent else "Let them add up to 1"
        yield problem(path, f"The shares add up to {total:.4g}, not to 1", mend)


def _probability(share: float, axis: Axis, path: Path) -> Iterator[Problem]:
    if not 0 <= share <= 1:
        mend = "Write a number from 0 to 1"
        if 1 < share <= 100:
            mend = f"Write `probability: {share / 100:g}` for {share:g}%"
        yield problem(path, f"{share:g} is no probability", mend)
    if axis.column.type == "integer" and axis.column.range not in (None, (0, 1)):
        what = f"A column of 0 and 1 cannot have the range {axis.said}"
        yield problem(("columns", axis.column.name, "range"), what, "Leave the range out")


_CHECKS: dict[str, Callable[..., Iterator[Problem]]] = {
    "quantiles": _quantiles,
    "normal": _normal,
    "lognormal": _lognormal,
    "gamma": _shaped("shape", "scale"),
    "beta": _beta,
    "exponential": _mean(),
    "weibull": _shaped("shape", "scale"),
    "poisson": _mean(),
    "negative_binomial": _mean("dispersion"),
    "uniform": _uniform,
    "probabilities": _probabilities,
    "probability": _probability,
}


# Event times ----------------------------------------------------------------------------


def survival(column: Column, path: Path) -> Iterator[Problem]:
    """Find what is wrong with Kaplan-Meier points."""
    here = (*path, "survival")
    example = f"Write `{EXAMPLES['survival']}`"
    if column.survival is None:
        return
    if not column.survival:
        yield problem(here, "No point of the survival curve is said", example)
    last_time, last_share = 0.0, 1.0
    for time, share in column.survival:
        place = (*here, scalar(time))
        if time <= 0:
            yield problem(place, f"A time of {time:g} is not after the start", example)
        elif time <= last_time:
            yield problem(place, f"Times stand in rising order; {time:g} does not", example)
        if not 0 < share < 1:
            yield problem(place, f"Survival lies between 0 and 1, and {share:g} does not", example)
        elif share >= last_share:
            what = f"Survival falls with time, but is {share:g} after {last_share:g}"
            yield problem(place, what, "Let each share be below the one before it")
        last_time, last_share = time, share


def censoring(column: Column, path: Path) -> Iterator[Problem]:
    """Find what is wrong with censoring."""
    said = column.censoring
    if said is None:
        return
    here = (*path, "censoring")
    if said.administrative is not None:
        low, high = said.administrative
        if low < 0 or high <= 0 or low > high:
            what = f"Follow-up cannot end between {low:g} and {high:g}"
            yield problem(
                (*here, "administrative"), what, "Write two times after the start, in order"
            )
    if said.dropout_per_year is None:
        return
    if not 0 <= said.dropout_per_year < 1:
        what = f"{said.dropout_per_year:g} is no share that drops out in a year"
        yield problem((*here, "dropout_per_year"), what, "Write `dropout_per_year: 0.02`")
    unit = units.read(column.unit) if column.unit is not None else None
    if unit is None or unit.dimension != (("time", 1),):
        what = "Drop-out in a year needs to know what the times are counted in"
        yield problem((*path, "unit"), what, "Write `unit: days`, weeks, months or years")
