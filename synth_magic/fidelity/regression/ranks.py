"""Spearman's correlation with an error that needs no law, ties included."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def spearman(one: Array, other: Array) -> tuple[float, float]:
    """Correlation of mid-ranks and its standard error.

    The error is that of the influence function of the correlation of mid-ranks, in which
    the ranks themselves are estimates too (van der Vaart, Asymptotic Statistics, 1998,
    chapters 12 and 20).

    Parameters
    ----------
    one, other
        Shape (n,), without missing values.

    Returns
    -------
    tuple
        r and its standard error; NaN where one of the two does not vary.
    """
    n = len(one)
    if n < 4:
        return math.nan, math.nan
    first, second = _Ranked.of(one), _Ranked.of(other)
    a, b = first.rank - 0.5, second.rank - 0.5
    spread_a, spread_b = float(np.mean(a * a)), float(np.mean(b * b))
    if not (spread_a > 0 and spread_b > 0):
        return math.nan, math.nan
    scale = math.sqrt(spread_a * spread_b)
    r = float(np.mean(a * b)) / scale
    joint = a * b + first.beyond(b) + second.beyond(a)
    own_a, own_b = a * a + 2 * first.beyond(a), b * b + 2 * second.beyond(b)
    influence = joint / scale - r / 2 * (own_a / spread_a + own_b / spread_b)
    return r, float(np.std(influence, ddof=1)) / math.sqrt(n)


class _Ranked:
    """Mid-ranks in (0, 1), and sums over the rows with larger values."""

    def __init__(self, place: NDArray[np.intp], counts: NDArray[np.intp]) -> None:
        self._place, self._counts = place, counts
        upto = np.cumsum(counts)
        self.rank: Array = ((upto - counts / 2) / len(place))[place]

    @classmethod
    def of(cls, values: Array) -> _Ranked:
        _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        return cls(place.ravel(), counts)

    def beyond(self, weight: Array) -> Array:
        """Mean over all rows of `weight` times whether a row lies above, half at ties."""
        held = np.bincount(self._place, weights=weight, minlength=len(self._counts))
        above = held[::-1].cumsum()[::-1] - held / 2
        return np.asarray(above[self._place] / len(weight))
