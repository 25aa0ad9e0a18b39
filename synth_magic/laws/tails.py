"""Stated quantiles fix the body of a law; a stated mean or SD then fixes its tails."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from synth_magic.laws.families import Array
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.piecewise import through_quantiles
from synth_magic.laws.rootfinding import bisect, newton2

Pairs = tuple[tuple[float, float], ...]

#: Tail points stand at these shares of the outermost probability.
BEYOND = (0.2, 0.04)
#: The tails may be stretched or shrunk by e to this power.
REACH = 4.0
#: A law is good enough when mean and SD are met within this share of the SD.
ENOUGH = 0.01


def with_tails(
    pairs: Pairs, low: float | None, high: float | None, mean: float | None, sd: float | None
) -> Pairs | None:
    """Return the quantiles with tail points that give the law its mean and SD.

    Parameters
    ----------
    pairs
        Two or more (probability, position) strictly inside (0, 1), rising in both.
    low, high
        Bounds; None where open.
    mean, sd
        As stated; at least one of them.

    Returns
    -------
    tuple of pairs or None
        None where no stretching of the tails reaches them.
    """

    def law(lower: float, upper: float) -> Marginal:
        p, x = _points(pairs, low, high, lower, upper)
        return through_quantiles(p, x, low, high)

    scale = sd or law(0.0, 0.0).sd

    def off(lower: float, upper: float) -> tuple[float, float]:
        if max(abs(lower), abs(upper)) > REACH:
            return math.inf, math.inf
        found = law(lower, upper)
        first = 0.0 if mean is None else (found.mean - mean) / scale
        second = 0.0 if sd is None else math.log(found.sd / sd)
        return first, second

    if mean is not None and sd is not None:
        solution = newton2(off, (0.0, 0.0), tolerance=ENOUGH / 10, rounds=25)
    elif mean is not None:
        lean = bisect(lambda t: off(-t, t)[0], -REACH, REACH, 30)
        solution = (-lean, lean)
    else:
        both = bisect(lambda t: off(t, t)[1], -REACH, REACH, 30)
        solution = (both, both)
    if solution is None or max(abs(part) for part in off(*solution)) > ENOUGH:
        return None
    p, x = _points(pairs, low, high, *solution)
    digits = 3 - math.floor(math.log10(scale))
    body = dict(pairs)
    return tuple(
        (share, body.get(share, round(at, digits)))
        for share, at in zip(p.tolist(), x.tolist(), strict=True)
    )


def _points(
    pairs: Pairs, low: float | None, high: float | None, lower: float, upper: float
) -> tuple[Array, Array]:
    p, x = np.array(pairs).T
    z = ndtri(p)
    left = _tail(p[0], z[0] - z[1], x[0] - x[1], low if low is None else low - x[0], lower)
    right = _tail(
        1 - p[-1], z[-2] - z[-1], x[-1] - x[-2], high if high is None else high - x[-1], upper
    )
    places = np.array(BEYOND)
    return (
        np.concatenate([(p[0] * places)[::-1], p, 1 - (1 - p[-1]) * places]),
        np.concatenate([x[0] + left[::-1], x, x[-1] + right]),
    )


def _tail(p: float, run: float, rise: float, room: float | None, stretch: float) -> Array:
    """Signed distances of the tail points from the outermost quantile, short of the bound."""
    scores = ndtri(p * np.array(BEYOND)) - ndtri(p)
    away = np.abs(scores / run) * rise * math.exp(stretch)
    if room is None:
        return np.asarray(away)
    return np.asarray(-room * np.expm1(-away / room)) if room else np.zeros(len(away))
