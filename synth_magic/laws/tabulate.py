"""A family, cut to a range, becomes a table on the grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from synth_magic.laws.families import Array, Law
from synth_magic.laws.grid import END, grid, significant
from synth_magic.laws.marginal import Marginal

#: A range that keeps less of a family than this holds nothing of it.
LEAST_MASS = 1e-12
#: A bound is reached within this share of its distance from the median.
NEAR = 0.01
#: A discrete law with more values than this is tabulated by its cell boundaries.
MOST_VALUES = 8192


def tabulated(
    law: Law, low: float | None = None, high: float | None = None, least: float = LEAST_MASS
) -> Marginal | None:
    """Tabulate a continuous law, truncated to [low, high].

    Parameters
    ----------
    law
        Its distribution function and quantiles.
    low, high
        Bounds; None where open.
    least
        Mass that the bounds have to hold.

    Returns
    -------
    Marginal or None
        None where the bounds hold (next to) nothing of the law.
    """
    start, after_start = (0.0, 1.0) if low is None else (float(law.cdf(low)), float(law.sf(low)))
    end, after_end = (1.0, 0.0) if high is None else (float(law.cdf(high)), float(law.sf(high)))
    mass = after_start - after_end if start > 0.5 else end - start
    if not mass > least:
        return None
    u, v = grid().u.copy(), grid().v.copy()
    tail = float(special.ndtr(-END))
    u[0], v[-1] = tail, tail
    left = start + u * mass < 0.5
    with np.errstate(over="ignore"):
        x = np.concatenate([law.ppf(start + u[left] * mass), law.isf(after_end + v[~left] * mass)])
    # The table ends at a bound that it all but reaches, not at one far out in an empty tail.
    middle = x[len(x) // 2]
    if low is not None and (start >= tail * mass or x[0] - low <= NEAR * (middle - low)):
        x[0] = low
    if high is not None and (after_end >= tail * mass or high - x[-1] <= NEAR * (high - middle)):
        x[-1] = high
    x = np.clip(significant(x), low, high) if (low, high) != (None, None) else significant(x)
    return Marginal(np.maximum.accumulate(x), grid().u)


def counted(
    cdf: Callable[[Array], Array],
    sf: Callable[[Array], Array],
    wanted: Callable[[], Array],
    low: int,
    high: int,
) -> Marginal | None:
    """Tabulate a law on whole numbers, truncated to low..high.

    Up to 8,192 values each is an atom; beyond, the table stands at the
    boundaries of their cells, so that rounding gives back every value's mass.

    Parameters
    ----------
    cdf, sf
        P(K <= k) and P(K > k).
    wanted
        Gives places that are dense where the mass is; asked when there are many values.
    low, high
        Smallest and largest value.

    Returns
    -------
    Marginal or None
        None where the bounds hold (next to) nothing of the law.
    """
    every = high - low < MOST_VALUES
    if every:
        k = np.arange(low, high + 1, dtype=np.float64)
    else:
        k = np.unique(np.clip(np.floor(wanted()), low, high))
        k = np.unique(np.concatenate([[low, high], k]))
    ends = np.array([low - 1.0, high])
    (start, end), (after_start, after_end) = cdf(ends), sf(ends)
    mass = after_start - after_end if start > 0.5 else end - start
    if not mass > LEAST_MASS:
        return None
    left, right = cdf(k), sf(k)
    F = np.where(left < 0.5, (left - start) / mass, 1 - (right - after_end) / mass)
    F = np.maximum.accumulate(np.clip(significant(F), 0.0, 1.0))
    F[-1] = 1.0
    if every:
        bottom = np.append(0.0, F[:-1])
        return Marginal(np.repeat(k, 2), np.stack([bottom, F], axis=1).ravel())
    x = np.concatenate([[low], k[:-1] + 0.5, [high]])
    return Marginal(x, np.append(0.0, F))


def evenly(low: int, high: int) -> Marginal:
    """Law that gives every whole number from `low` to `high` the same share."""
    count = high - low + 1
    if count <= MOST_VALUES:
        return Marginal.of_points(np.arange(low, high + 1.0), np.ones(count))
    edges = np.concatenate([[low], [low + 0.5, high - 0.5], [high]])
    return Marginal(edges, np.array([0.0, 1 / count, 1 - 1 / count, 1.0]))
