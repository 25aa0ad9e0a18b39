"""Families of numbers and dates: parameters, quantiles, and whether they fit the range."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from synth_magic.blueprint.axis import Axis
from synth_magic.blueprint.explain import EXAMPLES, shown
from synth_magic.errors import Path, Problem, problem
from synth_magic.expressions import moments
from synth_magic.yaml_text import scalar

#: Beyond these a family's values leave what a column of numbers can hold.
_BOUNDS = {
    ("lognormal", "sigma"): (0, 5),
    ("gamma", "shape"): (0.01, math.inf),
    ("beta", "a"): (0.01, math.inf),
    ("beta", "b"): (0.01, math.inf),
    ("weibull", "shape"): (0.1, math.inf),
    ("negative_binomial", "dispersion"): (0, 1000),
}


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


#: How the parameters of each form are checked: (form, axis, path) -> problems.
FORMS: dict[str, Callable[..., Iterator[Problem]]] = {
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
}
