"""The continuous forms of a distribution, each solved against its column's range."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from synth_magic.laws import delivered, families, steps, tabulate
from synth_magic.laws.families import Law
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.piecewise import through_quantiles
from synth_magic.laws.place import Place
from synth_magic.laws.positions import bounds, position, unit_of_spread
from synth_magic.laws.rootfinding import bisect
from synth_magic.laws.truncation import Moved, normal_mass, with_moments


def _positive_cut(law: Law, place: Place) -> Marginal:
    return _cut(law, replace(place, low=max(place.low or 0.0, 0.0)))


def _cut(law: Law, place: Place, least: float = tabulate.LEAST_MASS) -> Marginal:
    found = tabulate.tabulated(law, *place.ends, least)
    if found is None:
        raise place.fail(
            f"its range ({place.range_text()}) holds nothing of this {place.path[-1]} distribution",
            "Widen the range or change the distribution",
        )
    return _within(found, place)


def _within(law: Marginal, place: Place) -> Marginal:
    """Move what lies in the outer halves of the end cells to the end values."""
    if place.step is None:
        return law
    # Beside a share of zeros what is nearer to 0 than half a step is cut off, not moved.
    own = bounds(place.column) if place.zeros else (place.low, place.high)
    low, high = steps.held(*own, place.step)
    if low is not None and high is not None and low > high:
        return law
    x, F = law.x, law.F
    if low is not None and x[0] < low:
        F = np.append([0.0, float(law.cdf(low))], F[x > low])
        x = np.append([low, low], x[x > low])
    if high is not None and x[-1] > high:
        F = np.append(F[x < high], [float(law.below(high)), 1.0])
        x = np.append(x[x < high], [high, high])
    return Marginal(x, F)


def _mean_inside(mean: float, shown: object, place: Place) -> None:
    low, high = place.low, place.high
    if (low is not None and mean <= low) or (high is not None and mean >= high):
        raise place.fail(
            f"its mean is {shown}, but its range is {place.range_text()}",
            "State a mean inside the range",
            "mean",
        )


def normal(form: Any, place: Place) -> Marginal:
    """Law with this mean and SD within the range."""
    mean = position(form.mean, place.column.type, (*place.path, "mean"))
    sd = place.positive(form.sd, "sd") * unit_of_spread(place.column.type)
    step = place.step
    _mean_inside(mean, form.mean, place)
    low, high = place.low, place.high
    if step is not None:
        low, high = steps.held(low, high, step)
    # Beside zeros between the ends the mean and SD are those of a law that is cut about 0 yet.
    around_zero = place.zeros and (low is None or low < 0 < (high or 1.0))
    unfit = steps.unfit_sd(mean, sd, (low, high), None if around_zero else step)
    if unfit is not None:
        where = f"in {place.range_text()}" if unfit[0] == "below" else steps.kept_to(place.column)
        raise place.fail(
            f"an sd of {form.sd:g} around {form.mean} is impossible {where}",
            steps.mend_of(unfit, unit_of_spread(place.column.type)),
            "sd",
        )
    if step is None or step <= steps.COARSE * sd or around_zero:
        law = with_moments(mean, sd, *place.ends)
    elif low is not None and high is not None and abs(high - low - step) < 1e-9 * step:
        share = (mean - low) / step
        return Marginal.of_points([low, high], [1 - share, share])
    else:
        law = delivered.with_delivered_moments(mean, sd, *place.ends, step)
    if isinstance(law, delivered.Cells):
        return _within(Marginal(law.edges, law.F), place)
    # Its moments are those within the range, so the mass outside says nothing against it.
    return _cut(law, place, least=1e-250)


def lognormal(form: Any, place: Place) -> Marginal:
    """Lognormal law whose median within the range is the stated one."""
    median, sigma = place.positive(form.median, "median"), place.positive(form.sigma, "sigma")
    low, high = place.ends
    if (low is not None and median <= low) or (high is not None and median >= high):
        raise place.fail(
            f"its median is {median:g}, but its range is {place.range_text()}",
            "State a median inside the range",
            "median",
        )
    mu = math.log(median)
    a = -math.inf if low is None or low <= 0 else (math.log(low) - mu) / sigma
    b = math.inf if high is None else (math.log(high) - mu) / sigma
    if a > -9 or b < 9:
        shift = _shift_to_median(a, b)
        if shift is None:
            raise place.fail(
                f"no lognormal with sigma {sigma:g} has its median at {median:g} in its range",
                "State a smaller sigma, or a median further inside the range",
                "sigma",
            )
        mu += sigma * shift
    return _positive_cut(families.Lognormal(mu, sigma), place)


def _shift_to_median(a: float, b: float) -> float | None:
    """Shift of a standard normal that has its median at 0 when cut to [a, b], if one has."""

    def excess(d: float) -> float:
        left, right = normal_mass(a - d, -d), normal_mass(-d, b - d)
        return (left - right) / (left + right)

    shift = bisect(excess, -25.0, 25.0)
    return round(shift, 10) if abs(excess(shift)) < 1e-9 else None


def gamma(form: Any, place: Place) -> Marginal:
    """Gamma law, truncated to the range."""
    shape, scale = place.positive(form.shape, "shape"), place.positive(form.scale, "scale")
    return _positive_cut(families.Gamma(shape, scale), place)


def weibull(form: Any, place: Place) -> Marginal:
    """Weibull law, truncated to the range."""
    shape, scale = place.positive(form.shape, "shape"), place.positive(form.scale, "scale")
    return _positive_cut(families.Weibull(shape, scale), place)


def beta(form: Any, place: Place) -> Marginal:
    """Beta law, stretched to the range (0 to 1 without one)."""
    a, b = place.positive(form.a, "a"), place.positive(form.b, "b")
    if place.column.range is None:
        return _cut(families.Beta(a, b), place)
    # The column's own range, also beside a share of zeros that takes its lower end.
    own = bounds(place.column)
    low, high = replace(place, low=own[0], high=own[1]).ends
    if low is None or high is None or not low < high:
        raise place.fail(
            f"a beta distribution needs a range with two ends, not {place.range_text()}",
            "State the other end of the range",
        )
    return _cut(families.Beta(a, b, low, high - low), place)


def exponential(form: Any, place: Place) -> Marginal:
    """Exponential law, from the lower bound on, whose mean within the range is the stated one."""
    mean = place.positive(form.mean, "mean")
    low = max(place.low or 0.0, 0.0)
    inside = replace(place, low=low)
    _mean_inside(mean, form.mean, inside)
    start, end = inside.ends
    start = low if start is None else start

    def law(aim: float) -> Law:
        if end is None:
            return Moved(families.Weibull(1.0, aim - start), start)
        return families.tilted(aim, start, end)

    if inside.step is None or inside.step <= steps.COARSE * (mean - low):
        return _cut(law(mean), inside)
    top = mean + inside.step if end is None else end - 1e-6 * (end - start)
    reach = (start + 1e-6 * (mean - start), top)
    made = delivered.with_delivered_mean(law, mean, (start, end), inside.step, reach)
    return _cut(made, inside)


def uniform(form: Any, place: Place) -> Marginal:
    """Every value between low and high alike; whole numbers and days each with the same share."""
    kind = place.column.type
    low = position(form.low, kind, (*place.path, "low"))
    high = position(form.high, kind, (*place.path, "high"), last=True)
    low = low if place.low is None else max(low, place.low)
    high = high if place.high is None else min(high, place.high)
    if low > high:
        raise place.fail(
            f"nothing lies between {form.low} and {form.high} within its range",
            "Let low be below high, both inside the range",
        )
    return evenly(place, low, high)


def evenly(place: Place, low: float, high: float) -> Marginal:
    """Law that favours no value between `low` and `high`; whole ones only, where the column is."""
    if not place.whole:
        if low == high:
            return Marginal.of_points([low], [1.0])
        inside = replace(place, low=low, high=high)
        return _within(Marginal(np.array(inside.ends), np.array([0.0, 1.0])), inside)
    first, last = math.ceil(low), math.floor(high)
    if first > last:
        raise place.fail(f"no whole number lies in {low:g} to {high:g}", "Widen it")
    return tabulate.evenly(first, last)


def quantiles(pairs: tuple[tuple[float, float | str], ...], place: Place) -> Marginal:
    """Law through the stated quantiles, ending at the range."""
    kind = place.column.type
    p = np.array([float(share) for share, _ in pairs])
    x = np.array([position(at, kind, (*place.path, str(share))) for share, at in pairs])
    if not len(p) or (p < 0).any() or (p > 1).any() or (np.diff(p) <= 0).any():
        raise place.fail(
            "quantiles belong to increasing shares between 0 and 1",
            "Write quantiles: {0.25: 55, 0.5: 63, 0.75: 71}",
        )
    if (np.diff(x) < 0).any():
        i = int(np.argmax(np.diff(x) < 0))
        raise place.fail(
            f"its quantiles fall from {pairs[i][1]} to {pairs[i + 1][1]} at {p[i + 1]:g}",
            "Quantiles rise with their share",
            str(pairs[i + 1][0]),
        )
    low, high = bounds(place.column) if place.zeros else (place.low, place.high)
    for share, value, (_, shown) in zip(p, x, pairs, strict=True):
        if (low is not None and value < low) or (high is not None and value > high):
            raise place.fail(
                f"its quantile {shown} is outside its range ({place.range_text()})",
                "Widen the range or change the quantile",
                f"{share:g}",
            )
    if place.zeros:
        # What is stated nearer to 0 than the gap stands at the gap.
        low, high = place.low, place.high
        x = np.clip(x, low, high) if (low, high) != (None, None) else x
    if p[0] == 0:
        low, p, x = float(x[0]), p[1:], x[1:]
    if len(p) and p[-1] == 1:
        high, p, x = float(x[-1]), p[:-1], x[:-1]
    if not len(p):
        if low is None or high is None:
            raise place.fail("one extreme says no distribution", "State quantiles between")
        return evenly(place, low, high)
    if len(p) == 1 and (low is None or high is None):
        raise place.fail(
            "one quantile without a range leaves its spread open",
            "State a second quantile, or a range with two ends",
        )
    inside = replace(place, low=low, high=high)
    return _within(through_quantiles(p, x, *inside.ends), inside)
