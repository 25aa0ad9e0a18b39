"""One column's law, tabulated: everything after `laws` knows only this.

A marginal is a polyline of points (x, F), nondecreasing in both.  A slanted
segment is a continuous part, a vertical one (same x) is an atom, a horizontal
one (same F) is a gap without mass.  So numbers, counts, categories (positions
0, 1, 2 …), dates (days or seconds since 1970-01-01) and zero-inflated values
share one form, and sampler, report, authors and display never know a family.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth_magic.laws.grid import grid, normal_score

Array = NDArray[np.float64]

#: A law of a rounded column keeps every code as an atom up to this many.
MOST_ATOMS = 2**16
#: Knots that meet by rounding hold less than this; what holds more is an atom.
LEAST_ATOM = 1e-9
#: A pooled law is thinned when it has more knots than this.
MOST_KNOTS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Marginal:
    """A tabulated distribution function.

    Parameters
    ----------
    x
        Positions, shape (k,), float64, nondecreasing.
    F
        Distribution function at `x`, shape (k,), from 0 to 1, nondecreasing.
    groups
        Pairs (value of the grouping column, marginal within that group) when
        the law was stated ``by`` another column; then `x`, `F` are the pooled law.
    """

    x: Array
    F: Array
    groups: tuple[tuple[str, Marginal], ...] = ()

    # Making ---------------------------------------------------------------------

    @classmethod
    def of_points(cls, positions: ArrayLike, masses: ArrayLike) -> Marginal:
        """Law of a discrete variable.

        Parameters
        ----------
        positions
            Increasing, shape (k,).
        masses
            Shape (k,), not negative; they are scaled to add up to 1.
        """
        x = np.asarray(positions, dtype=np.float64)
        top = np.cumsum(np.asarray(masses, dtype=np.float64))
        top = top / top[-1]
        return cls(np.repeat(x, 2), np.stack([np.append(0.0, top[:-1]), top], axis=1).ravel())

    @classmethod
    def of_sample(cls, values: Array) -> Marginal:
        """Law that gives every value of a sample the same mass; NaN is left out.

        Parameters
        ----------
        values
            Shape (n,), at least one of them known.
        """
        known = np.asarray(values, dtype=np.float64)
        positions, counts = np.unique(known[~np.isnan(known)], return_counts=True)
        return cls.of_points(positions, counts)

    @classmethod
    def pooled(
        cls, groups: Iterable[tuple[str, Marginal]], shares: Mapping[str, float]
    ) -> Marginal:
        """Mixture of the groups' laws, each with its share; the groups stay in it.

        Parameters
        ----------
        groups
            Pairs (value of the grouping column, law within it).
        shares
            Share of each value, scaled to add up to 1.
        """
        groups = tuple(groups)
        weights = np.array([shares[value] for value, _ in groups], dtype=np.float64)
        weights = weights / weights.sum()
        at = np.unique(np.concatenate([law.x for _, law in groups]))
        below, upto = np.zeros(len(at)), np.zeros(len(at))
        for weight, (_, law) in zip(weights, groups, strict=True):
            below += weight * law.below(at)
            upto += weight * law.cdf(at)
        x, F = np.repeat(at, 2), np.stack([below, upto], axis=1).ravel()
        keep = np.ones(len(x), dtype=bool)
        keep[1:] = (np.diff(x) > 0) | (np.diff(F) > 0)
        x, F = x[keep], np.minimum(np.maximum.accumulate(F[keep]), 1.0)
        F[0], F[-1] = 0.0, 1.0
        return cls(*_thinned(x, F), groups)

    # Evaluating -----------------------------------------------------------------

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x), right-continuous.

        Parameters
        ----------
        x
            Positions, any shape.
        """
        x = np.asarray(x, dtype=np.float64)
        return self._between(x, np.searchsorted(self.x, x, side="right"))

    def below(self, x: Array | float) -> Array:
        """P(X < x), the left limit of `cdf`."""
        x = np.asarray(x, dtype=np.float64)
        return self._between(x, np.searchsorted(self.x, x, side="left"))

    def ppf(self, u: Array | float) -> Array:
        """Quantiles: the smallest x with ``cdf(x) >= u``.

        Parameters
        ----------
        u
            Probabilities in [0, 1], any shape.
        """
        u = np.clip(np.asarray(u, dtype=np.float64), 0.0, 1.0)
        right = np.clip(np.searchsorted(self.F, u, side="left"), 1, len(self.F) - 1)
        left = right - 1
        rise = self.F[right] - self.F[left]
        share = np.divide(u - self.F[left], rise, out=np.ones_like(u), where=rise > 0)
        return np.asarray(self.x[left] + share * (self.x[right] - self.x[left]))

    def score(self, x: Array | float) -> Array:
        """Return Phi^-1 of the mid-rank (P(X < x) + P(X <= x)) / 2, always finite.

        Parameters
        ----------
        x
            Positions, any shape.
        """
        return normal_score((self.below(x) + self.cdf(x)) / 2)

    def _between(self, x: Array, right: NDArray[np.intp]) -> Array:
        inside = np.clip(right, 1, len(self.x) - 1)
        left = inside - 1
        run = self.x[inside] - self.x[left]
        share = np.divide(x - self.x[left], run, out=np.zeros_like(x), where=run > 0)
        value = self.F[left] + share * (self.F[inside] - self.F[left])
        value = np.where(right == 0, 0.0, value)
        return np.where(right == len(self.x), 1.0, value)

    # Describing -----------------------------------------------------------------

    @property
    def mean(self) -> float:
        """Mean, in the column's unit."""
        return math.fsum((np.diff(self.F) * (self.x[1:] + self.x[:-1]) / 2).tolist())

    @property
    def sd(self) -> float:
        """Standard deviation, in the column's unit."""
        mean = self.mean
        a, b = self.x[:-1] - mean, self.x[1:] - mean
        return math.sqrt(math.fsum((np.diff(self.F) * (a * a + a * b + b * b) / 3).tolist()))

    @property
    def median(self) -> float:
        """Median, in the column's unit."""
        return float(self.ppf(0.5))

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest position."""
        return float(self.x[0]), float(self.x[-1])

    @property
    def points(self) -> tuple[Array, Array]:
        """Positions and masses of the atoms, shape (k,) each."""
        rise = np.diff(self.F)
        at = np.flatnonzero((np.diff(self.x) == 0) & (rise > (0 if self.discrete else LEAST_ATOM)))
        positions, which = np.unique(self.x[at], return_inverse=True)
        return positions, np.bincount(which, rise[at], len(positions)).astype(np.float64)

    @property
    def discrete(self) -> bool:
        """Whether atoms hold all the mass."""
        return not ((np.diff(self.x) > 0) & (np.diff(self.F) > 0)).any()

    # Changing -------------------------------------------------------------------

    def restricted(self, low: float | None = None, high: float | None = None) -> Marginal:
        """Law within [low, high], ends included.

        Parameters
        ----------
        low, high
            Bounds; None leaves that end.

        Raises
        ------
        ValueError
            Where the bounds hold no mass.
        """
        low = float(self.x[0]) if low is None else max(low, float(self.x[0]))
        high = float(self.x[-1]) if high is None else min(high, float(self.x[-1]))
        start, end = float(self.below(low)), float(self.cdf(high))
        if not (low <= high and end > start):
            raise ValueError(f"no mass between {low} and {high}")
        inside = (self.x > low) & (self.x < high)
        after, before = float(self.cdf(low)), float(self.below(high))
        if low == high:
            x, F = np.array([low, low]), np.array([start, end])
        else:
            x = np.concatenate([np.array([low, low]), self.x[inside], np.array([high, high])])
            F = np.concatenate([np.array([start, after]), self.F[inside], np.array([before, end])])
        F = np.clip((F - start) / (end - start), 0.0, 1.0)
        return Marginal(x, np.maximum.accumulate(F))

    def shifted(self, by: float) -> Marginal:
        """Law of X + by."""
        groups = tuple((value, law.shifted(by)) for value, law in self.groups)
        return Marginal(self.x + by, self.F, groups)

    def rounded(self, step: float, low: int | None = None, high: int | None = None) -> Marginal:
        """Law of the column as delivered: rint(X / step) * step.

        Parameters
        ----------
        step
            Distance of neighbouring values, ``10.0 ** -decimals``.
        low, high
            Smallest and largest code that is delivered; what rounds beyond goes there.
        """
        from synth_magic.laws.rounding import rounded

        return rounded(self, step, low, high)


def _thinned(x: Array, F: Array) -> tuple[Array, Array]:
    """Drop knots that stand closer than the grid; ends of atoms and gaps stay."""
    if len(x) <= MOST_KNOTS:
        return x, F
    cell = np.searchsorted(grid().u, F)
    keep = np.ones(len(x), dtype=bool)
    keep[1:] = np.diff(cell) > 0
    flat = (np.diff(x) == 0) | (np.diff(F) == 0)
    keep[1:] |= flat
    keep[:-1] |= flat
    keep[-1] = True
    return x[keep], F[keep]
