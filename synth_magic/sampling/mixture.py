"""The law of L = eta + sd * e, where eta is known on the points of the pilot.

F_L(l) is the mean of F_e((l - eta) / sd) over the points.  Eta is first
gathered into bins, each point shared between its two neighbours, which keeps
the mean and widens the spread by less than 1e-3 of the noise's.  Sums run in a
fixed order, so that no library can change a table's last digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from synth_magic.sampling.noise import NoiseLaw

Array = NDArray[np.float64]

#: Bins in one SD of the noise.
_BINS_PER_SD = 32
_MOST_BINS = 4096
_NODES = 512
#: SDs of a normal eta within which its law is tabulated; 2**-33 lies within them.
_WIDE = 6.4


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
    start, width
        The first bin of eta, and the distance of bins.
    weights
        Shares of the bins, shape (bins,).
    law
        Of e.
    """

    start: float
    width: float
    weights: Array
    law: NoiseLaw

    @classmethod
    def of(cls, eta: Array, law: NoiseLaw, weights: Array | None = None) -> Mixture:
        """Gather eta, shape (points,), in units of the noise, into bins."""
        low, high = float(eta.min()), float(eta.max())
        width = _width(low, high, law)
        start = np.floor(low / width)
        place = eta / width - start
        left = np.floor(place).astype(np.int64)
        share = place - left
        bins = int(left.max()) + 2
        upper = share if weights is None else share * weights
        lower = 1 - share if weights is None else weights - upper
        gathered = np.bincount(left, lower, bins) + np.bincount(left + 1, upper, bins)
        return cls(float(start * width), width, gathered / len(eta), law)

    @classmethod
    def normal(cls, sd: float, law: NoiseLaw) -> Mixture:
        """Law of a normal eta of mean 0, its SD in units of the noise."""
        width = _width(-_WIDE * sd, _WIDE * sd, law)
        half = int(np.ceil(_WIDE * sd / width)) + 1
        return cls(-half * width, width, _normal(half, width, sd), law)

    @property
    def points(self) -> Array:
        """Bins of eta, shape (bins,)."""
        return np.asarray(self.start + self.width * np.arange(len(self.weights)))

    @property
    def ends(self) -> tuple[float, float]:
        """Where L can be."""
        low, high = self.law.ends
        return self.start + low, self.start + self.width * (len(self.weights) - 1) + high

    def cdf(self, at: Array) -> Array:
        """F_L, shape of `at`."""
        keep = self.weights > 0
        noise = self.law.cdf(at[None, :] - self.points[keep, None])
        return np.asarray(np.add.reduce(self.weights[keep, None] * noise, axis=0))

    def on_grid(self, low: float, high: float, cells: int) -> Array:
        """F_L on an even grid, shape (cells + 1,): exact on nodes among the bins, cubic between."""
        bins, step = len(self.weights), max(1, int((high - low) / _NODES / self.width))
        first = int(np.floor((low - self.start) / self.width)) // step
        last = int(np.ceil((high - self.start) / self.width)) // step + 2
        # F_e at every distance of a node from a bin; a node's own are a window of them.
        distance = np.arange(first * step - bins + 1.0, last * step + 1) * self.width
        value = self._over(self.law.cdf(distance), step)
        slope = self._over(self.law.density(distance), step)
        slope *= self.width * step
        place = (np.linspace(low, high, cells + 1) - self.start) / (self.width * step) - first
        node = np.clip(place.astype(np.int64), 0, len(value) - 2)
        t, jump = place - node, np.diff(value)[node]
        rise, fall = slope[node], slope[node + 1]
        grid = value[node] + t * (
            rise + t * ((3 * jump - 2 * rise - fall) + t * (rise + fall - 2 * jump))
        )
        return np.asarray(np.maximum.accumulate(np.clip(grid, 0.0, 1.0)))

    def _over(self, table: Array, step: int) -> Array:
        """Mean of a function of the distance over the bins, at every node."""
        near = sliding_window_view(table, len(self.weights))[::step]
        return np.asarray(np.add.reduce((near * self.weights[::-1]).T, axis=0))

    def quantile(self, shares: Array) -> Array:
        """Latent values with given F_L, shape (k,), by bisection."""
        low = np.full(len(shares), self.ends[0] - 1.0)
        high = np.full(len(shares), self.ends[1] + 1.0)
        for _ in range(60):
            middle = (low + high) / 2
            above = self.cdf(middle) < shares
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.asarray((low + high) / 2)


def _width(low: float, high: float, law: NoiseLaw) -> float:
    return max(law.sd / _BINS_PER_SD, (high - low) / _MOST_BINS)


def _normal(half: int, width: float, sd: float) -> Array:
    """Shares of the bins of a normal law, `half` on either side of 0.

    Each value is shared between its two neighbours.
    A bin's share is the second difference of E[max(x - X, 0)].  Sharing widens the
    variance by width**2 / 6, so it starts from one that is smaller by that.
    """
    from scipy.special import ndtr

    sd = np.sqrt(max(sd * sd - width * width / 6, 0.0))
    edges = np.arange(-half - 1.0, half + 2.0) * width
    z = np.clip(edges / max(sd, 1e-300), -40.0, 40.0)
    upto = np.where(z > -40, np.where(z < 40, edges * ndtr(z), edges), 0.0)
    upto += sd * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    shares = np.maximum(np.diff(upto, 2) / width, 0.0)
    return np.asarray(shares / total(shares))
