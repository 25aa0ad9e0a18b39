"""Tails for a body that is known: the shifted lognormal law through three facts.

X = t + exp(m + s Z), or its mirror, has three parameters, so it meets three
quantiles, or a mean, an SD and a median (Johnson, Kotz and Balakrishnan,
Continuous Univariate Distributions 1, chapter 14).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from synth_magic.laws.families import Array
from synth_magic.laws.piecewise import through_quantiles
from synth_magic.laws.rootfinding import bisect

#: Normal score of the upper quartile.
QUARTILE = float(ndtri(0.75))
#: Shares at which a law stands as quantiles.
SHARES = (0.001, 0.01, 0.03, 0.07, 0.15, 0.25, 0.37, 0.5, 0.63, 0.75, 0.85, 0.93, 0.97, 0.99, 0.999)
#: Mean and median of a lognormal are at most 0.306 SDs apart.
LOGNORMAL_REACH = 0.25
#: Corrections of the aim.
ROUNDS = 6
#: Spread of the logarithm is held below this: tails beyond are no human measure.
WIDEST = 1.6


def quartile_tails(
    first: float, median: float, third: float, low: float | None, high: float | None
) -> dict[float, float]:
    """Return tail quantiles beside the quartiles, kept well within the bounds.

    Parameters
    ----------
    first, median, third
        Quartiles, increasing.
    low, high
        Bounds; None where open.

    Returns
    -------
    dict
        Quantiles at 0.05, 0.95 and, on the longer side, 0.99 or 0.01, within the bounds.
    """
    ratio = (third - median) / (median - first)
    sigma = min(abs(math.log(ratio)) / QUARTILE, WIDEST)
    sign = 1.0 if ratio >= 1 else -1.0
    reach = third - median if ratio >= 1 else median - first
    found = {}
    # The short side of a shifted lognormal ends soon; one point shapes it, the tail is left open.
    for share in (0.05, 0.95, 0.99) if sign > 0 else (0.01, 0.05, 0.95):
        z = sign * float(ndtri(share))
        if sigma < 1e-6:
            away = reach * z / QUARTILE
        else:
            away = reach * math.expm1(sigma * z) / math.expm1(sigma * QUARTILE)
        x = _tidy(median + sign * away, reach)
        if (low is None or x > low) and (high is None or x < high):
            found[share] = x
    # A point in the far tail needs the nearer one, else the law would bend at the bound.
    for near, far in ((0.05, 0.01), (0.95, 0.99)):
        if near not in found:
            found.pop(far, None)
    return found


def three_moments(
    mean: float, sd: float, median: float, low: float | None, high: float | None
) -> tuple[tuple[float, float], ...]:
    """Return quantiles of a law with this mean, SD and median.

    A shifted lognormal where mean and median are close; further apart, where no
    lognormal reaches, two half-normals that meet at the median.

    Parameters
    ----------
    mean, sd, median
        Mean and median at most one SD apart.
    low, high
        Bounds that the quantiles keep; None where open.
    """
    p, z = np.array(SHARES), ndtri(np.array(SHARES))
    target, spread = mean, sd
    found: tuple[tuple[float, float], ...] = ()
    # Bounds and the steps between quantiles cost a little of either moment; aim beside them.
    for _ in range(ROUNDS):
        x = median + _quantiles((target - median) / spread, spread, z)
        inside = np.ones(len(x), dtype=bool)
        inside &= True if low is None else x > low
        inside &= True if high is None else x < high
        law = through_quantiles(p[inside], x[inside], low, high)
        found = tuple(zip(p[inside].tolist(), x[inside].tolist(), strict=True))
        target, spread = target + mean - law.mean, spread * sd / law.sd
    return tuple((share, x if share == 0.5 else _tidy(x, sd / 100)) for share, x in found)


def _quantiles(apart: float, sd: float, z: Array) -> Array:
    """Quantiles about the median of a law whose mean is `apart` SDs from it."""
    if abs(apart) < 1e-9:
        return sd * z
    sign = math.copysign(1.0, apart)
    if abs(apart) <= LOGNORMAL_REACH:
        sigma = bisect(lambda s: _apart(s) - abs(apart), 1e-6, 0.9)
        spread = math.exp(sigma**2 / 2) * math.sqrt(math.expm1(sigma**2))
        return np.asarray(sign * sd * np.expm1(sigma * sign * z) / spread)
    # Half-normals of SDs a and b, a the short side's: (b - a) phi(0) is the distance of the
    # mean from the median, (a^2 + b^2) / 2 the mean square about the median.
    more = abs(apart) * math.sqrt(2 * math.pi)
    size = 2 + 2 * apart**2
    short = max((math.sqrt(max(2 * size - more**2, 0.0)) - more) / 2, 0.01)
    long = short + more
    return np.asarray(sd * z * np.where(sign * z > 0, long, short))


def _apart(sigma: float) -> float:
    """Distance of mean and median of a lognormal, in its SDs; it grows up to sigma 0.9."""
    growth = math.expm1(sigma**2 / 2)
    return growth / ((1 + growth) * math.sqrt(math.expm1(sigma**2)))


def _tidy(x: float, spread: float) -> float:
    """Round to three digits of the spread, since more would only look exact."""
    return round(x, 2 - math.floor(math.log10(spread)))
