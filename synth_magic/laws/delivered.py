"""Laws that have a mean and an SD once they are rounded.

Rounding adds about step**2 / 12 to a variance (Sheppard, Proceedings of the
London Mathematical Society 29, 1898), so a law aims below a stated SD by that
much, and then by what is still missing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synth_magic.laws.families import Array, Law, Normal
from synth_magic.laws.grid import significant
from synth_magic.laws.rootfinding import bisect, newton2
from synth_magic.laws.steps import Ends
from synth_magic.laws.truncation import SOLVED, with_moments

#: Mean (in SDs) and SD are met as closely as this.
CLOSE = 1e-6
#: Corrections of the aim at most.
ROUNDS = 40
#: From an SD of so many steps on, a law of Sheppard's corrected SD is a start.
SMOOTH = 0.45
#: Spreads between which a law of less is looked for, in steps.
NARROW = (0.02, 3.0)
#: Tails beyond this mass hold no value that counts.
TAIL = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Law that is even within each cell.

    Parameters
    ----------
    edges
        Of the cells, shape (k + 1,).
    F
        Distribution function there, shape (k + 1,).
    """

    edges: Array
    F: Array

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return np.asarray(np.interp(x, self.edges, self.F))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return np.asarray(1 - self.cdf(x))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return np.asarray(np.interp(p, self.F, self.edges))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        return self.ppf(1 - np.asarray(q))


def delivered_moments(law: Law, ends: Ends, step: float) -> tuple[float, float]:
    """Mean and SD of a law that is cut to the ends and rounded to multiples of `step`.

    Parameters
    ----------
    law
        Before the cut.
    ends
        Bounds of the outer cells; None where open.
    step
        Distance of neighbouring values.
    """
    low, high = ends
    tail = np.array(TAIL)
    first = float(law.ppf(tail)) if low is None else low + step / 2
    last = float(law.isf(tail)) if high is None else high - step / 2
    codes = np.arange(np.rint(first / step), np.rint(last / step) + 1)
    if not len(codes):
        return math.nan, math.nan
    edges = np.append(codes - 0.5, codes[-1] + 0.5) * step
    left, right = law.cdf(edges), law.sf(edges)
    masses = np.where(left[1:] < 0.5, np.diff(left), -np.diff(right))
    total = math.fsum(masses.tolist())
    if not total > 0:
        return math.nan, math.nan
    middle = float(codes[len(codes) // 2])
    mean = math.fsum((masses * (codes - middle)).tolist()) / total
    away = codes - middle - mean
    variance = math.fsum((masses * away * away).tolist()) / total
    return step * (middle + mean), step * math.sqrt(variance)


@functools.lru_cache(maxsize=256)
def with_delivered_moments(
    mean: float, sd: float, low: float | None, high: float | None, step: float
) -> Law:
    """Return the law that has this mean and SD once it is cut and rounded.

    Parameters
    ----------
    mean, sd
        Of the delivered column; possible ones (`unfit_sd`).
    low, high
        Bounds of the outer cells; None where open.
    step
        Distance of neighbouring values.

    Returns
    -------
    Law
        To be cut at the bounds; the closest one where none has them.
    """
    ends = low, high
    found: Law = _narrow(mean, sd, ends, step) if sd < SMOOTH * step else Normal(mean, sd)
    for way in (_smooth, _curved):
        off = _off(found, mean, sd, ends, step)
        if off < 100 * CLOSE:
            break
        other = way(mean, sd, ends, step)
        if other is not None and _off(other, mean, sd, ends, step) < off:
            found = other
    return found


def _off(law: Law, mean: float, sd: float, ends: Ends, step: float) -> float:
    """How far a law's mean and SD as delivered are from the wanted ones, in SDs."""
    got, spread = delivered_moments(law, ends, step)
    return max(abs(got - mean), abs(spread - sd)) / sd if math.isfinite(spread) else math.inf


def _smooth(mean: float, sd: float, ends: Ends, step: float) -> Law | None:
    """Aim a law within its bounds below the SD, by what rounding adds, until both are met."""
    aim, variance = mean, max(sd * sd - step * step / 12, 0.2 * sd * sd)
    best: tuple[float, Law] | None = None
    for _ in range(ROUNDS):
        # Rounded, so that the last steps of a solver leave no trace in the table.
        aim, variance = (float(significant(part, SOLVED + 1)) for part in (aim, variance))
        aim, variance = _possible(aim, variance, mean, sd, ends)
        law = with_moments(aim, math.sqrt(variance), *ends)
        got, spread = delivered_moments(law, ends, step)
        if not math.isfinite(spread):
            break
        off = max(abs(got - mean), abs(spread - sd)) / sd
        if best is None or off < best[0]:
            best = off, law
        if off < CLOSE:
            break
        aim, variance = aim + mean - got, variance + sd * sd - spread * spread
    return None if best is None else best[1]


def _curved(mean: float, sd: float, ends: Ends, step: float) -> Law | None:
    """Shares exp(t k + c k**2) of the values k, c of either sign: they reach every SD there is."""
    low, high = ends
    if low is None or high is None:
        return None
    codes = np.arange(np.rint(low / step + 0.5), np.rint(high / step - 0.5) + 1)
    y = (codes * step - mean) / (high - low)

    def shares(tilt: float, curve: float) -> Array:
        power = tilt * y + curve * y * y
        weight = np.exp(power - power.max())
        return np.asarray(weight / math.fsum(weight.tolist()))

    def residual(tilt: float, curve: float) -> tuple[float, float]:
        p = shares(tilt, curve)
        first = math.fsum((p * y).tolist())
        spread = math.sqrt(max(math.fsum((p * (y - first) ** 2).tolist()), 1e-300))
        size = sd / (high - low)
        return first / size, math.log(spread / size)

    found = newton2(residual, (0.0, 0.0), rounds=200)
    if found is None:
        return None
    edges = np.append(codes - 0.5, codes[-1] + 0.5) * step
    top = np.append(0.0, np.cumsum(significant(shares(*found), SOLVED)))
    return Cells(edges, top / top[-1])


def _possible(
    aim: float, variance: float, mean: float, sd: float, ends: Ends
) -> tuple[float, float]:
    """Keep an aim inside what the bounds allow."""
    low, high = ends
    if low is not None:
        aim = max(aim, low + 0.02 * (mean - low))
    if high is not None:
        aim = min(aim, high - 0.02 * (high - mean))
    if low is not None and high is not None:
        variance = min(variance, 0.9995 * (aim - low) * (high - aim))
    return aim, max(variance, 1e-3 * sd * sd)


def _narrow(mean: float, sd: float, ends: Ends, step: float) -> Law:
    """Find the normal law whose few values have them: for each spread the centre, then it."""

    def law(spread: float) -> Normal:
        def off(centre: float) -> float:
            got = delivered_moments(Normal(centre, spread), ends, step)[0]
            return got - mean if math.isfinite(got) else centre - mean

        reach = 3 * step + 8 * spread
        return Normal(bisect(off, mean - reach, mean + reach), spread)

    def excess(log_spread: float) -> float:
        return delivered_moments(law(math.exp(log_spread)), ends, step)[1] - sd

    least, most = (math.log(part * step) for part in NARROW)
    found = bisect(excess, least, most, 50)
    made = law(float(significant(math.exp(found), SOLVED)))
    return Normal(float(significant(made.mu, SOLVED + 2)), made.sigma)


def with_delivered_mean(
    law_of: Callable[[float], Law], mean: float, ends: Ends, step: float, reach: tuple[float, float]
) -> Law:
    """Return the law of one parameter whose mean is this once it is cut and rounded.

    Parameters
    ----------
    law_of
        Law by its parameter, with which its mean rises.
    mean
        Of the delivered column.
    ends, step
        As in `delivered_moments`.
    reach
        Smallest and largest parameter.
    """
    found = bisect(lambda aim: delivered_moments(law_of(aim), ends, step)[0] - mean, *reach)
    return law_of(float(significant(found, SOLVED)))
