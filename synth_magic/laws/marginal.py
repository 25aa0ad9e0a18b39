"""One column's law, tabulated: everything after `laws` knows only this.

A marginal is a polyline of points (x, F), nondecreasing in both.  A slanted
segment is a continuous part, a vertical one (same x) is an atom, a horizontal
one (same F) is a gap without mass.  So numbers, counts, categories (positions
0, 1, 2 …), dates (days or seconds since 1970-01-01) and zero-inflated values
share one form, and sampler, report, authors and display never know a family.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Marginal:
    """A tabulated distribution function.

    Parameters
    ----------
    x
        Positions, shape (k,), float64, nondecreasing.
    F
        Distribution function at `x`, shape (k,), from 0 to 1, nondecreasing.
    atoms
        Pairs (position, mass) of the points that hold mass.
    groups
        Pairs (value of the grouping column, marginal within that group) when
        the law was stated ``by`` another column; then `x`, `F` are the pooled law.
    """

    x: Array
    F: Array
    atoms: tuple[tuple[float, float], ...] = ()
    groups: tuple[tuple[str, Marginal], ...] = ()

    # Evaluating -----------------------------------------------------------------

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x), right-continuous.

        Parameters
        ----------
        x
            Positions, any shape.
        """
        return self._between(np.asarray(x, dtype=np.float64), "right")

    def below(self, x: Array | float) -> Array:
        """P(X < x), the left limit of `cdf`."""
        return self._between(np.asarray(x, dtype=np.float64), "left")

    def ppf(self, u: Array | float) -> Array:
        """Quantiles: the smallest x with ``cdf(x) >= u``.

        Parameters
        ----------
        u
            Probabilities in [0, 1], any shape.
        """
        u = np.clip(np.asarray(u, dtype=np.float64), self.F[0], self.F[-1])
        right = np.clip(np.searchsorted(self.F, u, side="left"), 1, len(self.F) - 1)
        left = right - 1
        rise = self.F[right] - self.F[left]
        share = np.divide(u - self.F[left], rise, out=np.ones_like(u), where=rise > 0)
        return self.x[left] + share * (self.x[right] - self.x[left])

    def _between(self, x: Array, side: str) -> Array:
        if side == "right":
            right = np.searchsorted(self.x, x, side="right")
        else:
            right = np.searchsorted(self.x, x, side="left")
        outside_left, outside_right = right == 0, right == len(self.x)
        right = np.clip(right, 1, len(self.x) - 1)
        left = right - 1
        run = self.x[right] - self.x[left]
        share = np.divide(x - self.x[left], run, out=np.zeros_like(x), where=run > 0)
        value = self.F[left] + share * (self.F[right] - self.F[left])
        value = np.where(outside_left, 0.0, value)
        return np.where(outside_right, self.F[-1], value)

    # Moments --------------------------------------------------------------------

    @property
    def mean(self) -> float:
        """Mean, in the column's unit."""
        mass, middle = np.diff(self.F), (self.x[1:] + self.x[:-1]) / 2
        return float(mass @ middle)

    @property
    def sd(self) -> float:
        """Standard deviation, in the column's unit."""
        mass, a, b = np.diff(self.F), self.x[:-1] - self.mean, self.x[1:] - self.mean
        return float(np.sqrt(mass @ (a * a + a * b + b * b) / 3))

    @property
    def median(self) -> float:
        """Median, in the column's unit."""
        return float(self.ppf(0.5))

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest position."""
        return float(self.x[0]), float(self.x[-1])
