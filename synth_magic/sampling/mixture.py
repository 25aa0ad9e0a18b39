"""The law of L = eta + sd * e, where eta is known on the points of the pilot.

F_L(l) is the mean of F_e((l - eta) / sd) over the points.  Eta is first
gathered into bins, each point shared between its two neighbours, which keeps
the mean and widens the spread by less than 1e-3 of the noise's.  Sums run in a
fixed order, so that no library can change a table's last digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.sampling.noise import NoiseLaw

Array = NDArray[np.float64]

#: Bins in one SD of the noise.
_BINS_PER_SD = 32
_MOST_BINS = 4096
_NODES = 512


def total(values: Array) -> float:
    """Sum in order, from the first to the last."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def mean(values: Array, weights: Array | None = None) -> float:
    """Mean, summed in order; weights have the mean 1."""
    return total(values if weights is None else values * weights) / len(values)


def covariance(a: Array, b: Array, weights: Array | None = None) -> float:
    """Covariance of two columns, summed in order."""
    return mean(a * b, weights) - mean(a, weights) * mean(b, weights)


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Law of eta + e.

    Parameters
    ----------
    points, weights
        Bins of eta and their shares, shape (bins,).
    law
        Of e.
    """

    points: Array
    weights: Array
    law: NoiseLaw

    @classmethod
    def of(cls, eta: Array, law: NoiseLaw, weights: Array | None = None) -> Mixture:
        """Gather eta, shape (points,), in units of the noise, into bins."""
        low, high = float(eta.min()), float(eta.max())
        width = max(law.sd / _BINS_PER_SD, (high - low) / _MOST_BINS)
        start = np.floor(low / width)
        place = eta / width - start
        left = np.floor(place).astype(np.int64)
        share = place - left
        bins = int(left.max()) + 2
        upper = share if weights is None else share * weights
        lower = 1 - share if weights is None else weights - upper
        gathered = np.bincount(left, lower, bins) + np.bincount(left + 1, upper, bins)
        keep = gathered > 0
        points = (start + np.arange(bins)) * width
        return cls(points[keep], gathered[keep] / len(eta), law)

    @property
    def ends(self) -> tuple[float, float]:
        """Where L can be."""
        low, high = self.law.ends
        return float(self.points[0]) + low, float(self.points[-1]) + high

    def cdf(self, at: Array) -> Array:
        """F_L, shape of `at`."""
        matrix = at[None, :] - self.points[:, None]
        return np.asarray(np.add.reduce(self.weights[:, None] * self.law.cdf(matrix), axis=0))

    def on_grid(self, low: float, high: float, cells: int) -> Array:
        """F_L on an even grid, shape (cells + 1,): exact on some nodes, cubic between."""
        every = max(1, cells // _NODES)
        nodes = np.linspace(low, high, cells // every + 1)
        matrix = nodes[None, :] - self.points[:, None]
        weights = self.weights[:, None]
        value = np.add.reduce(weights * self.law.cdf(matrix), axis=0)
        slope = np.add.reduce(weights * self.law.density(matrix), axis=0)
        step = (high - low) / (len(nodes) - 1)
        t = (np.arange(every) / every)[None, :]
        left, right = value[:-1, None], value[1:, None]
        rise, fall = slope[:-1, None] * step, slope[1:, None] * step
        jump = right - left
        inner = left + t * (
            rise + t * ((3 * jump - 2 * rise - fall) + t * (rise + fall - 2 * jump))
        )
        grid = np.append(inner.ravel(), value[-1])
        return np.asarray(np.maximum.accumulate(np.clip(grid, 0.0, 1.0)))

    def quantile(self, shares: Array) -> Array:
        """Latent values with given F_L, shape (k,), by bisection."""
        low = np.full(len(shares), self.ends[0] - 1.0)
        high = np.full(len(shares), self.ends[1] + 1.0)
        for _ in range(60):
            middle = (low + high) / 2
            above = self.cdf(middle) < shares
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.asarray((low + high) / 2)
