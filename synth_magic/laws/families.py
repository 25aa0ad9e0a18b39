"""The named families: distribution function and quantiles, from either tail.

Each is a frozen value with `cdf`, `sf`, `ppf` (from the left) and `isf` (from
the right), so that a cut in either tail keeps its precision.  Conventions are
those of Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


class Law(Protocol):
    """What a family must offer; arrays of any shape."""

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal law with mean `mu` and SD `sigma`."""

    mu: float
    sigma: float

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return np.asarray(special.ndtr((np.asarray(x) - self.mu) / self.sigma))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return np.asarray(special.ndtr((self.mu - np.asarray(x)) / self.sigma))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return np.asarray(self.mu + self.sigma * special.ndtri(p))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        return np.asarray(self.mu - self.sigma * special.ndtri(q))


@dataclass(frozen=True, slots=True)
class Lognormal:
    """exp of a normal law with mean `mu` and SD `sigma`."""

    mu: float
    sigma: float

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return Normal(self.mu, self.sigma).cdf(_log(x))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return Normal(self.mu, self.sigma).sf(_log(x))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return _exp(Normal(self.mu, self.sigma).ppf(p))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        return _exp(Normal(self.mu, self.sigma).isf(q))


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma law on x >= 0."""

    shape: float
    scale: float

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return np.asarray(special.gammainc(self.shape, np.maximum(x, 0) / self.scale))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return np.asarray(special.gammaincc(self.shape, np.maximum(x, 0) / self.scale))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return np.asarray(self.scale * special.gammaincinv(self.shape, p))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        return np.asarray(self.scale * special.gammainccinv(self.shape, q))


@dataclass(frozen=True, slots=True)
class Beta:
    """Beta law stretched to [low, low + width]."""

    a: float
    b: float
    low: float = 0.0
    width: float = 1.0

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return np.asarray(special.betainc(self.a, self.b, self._share(x)))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return np.asarray(special.betainc(self.b, self.a, 1 - self._share(x)))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return np.asarray(self.low + self.width * special.betaincinv(self.a, self.b, p))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        top = self.low + self.width
        return np.asarray(top - self.width * special.betaincinv(self.b, self.a, q))

    def _share(self, x: Array | float) -> Array:
        return np.clip((np.asarray(x) - self.low) / self.width, 0, 1)


@dataclass(frozen=True, slots=True)
class Weibull:
    """S(x) = exp(-(x / scale) ** shape) on x >= 0; shape 1 is the exponential law."""

    shape: float
    scale: float

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return np.asarray(-np.expm1(-self._hazard(x)))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return np.asarray(np.exp(-self._hazard(x)))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return self._inverse(-np.log1p(-np.asarray(p)))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        with np.errstate(divide="ignore"):
            return self._inverse(-np.log(q))

    def _hazard(self, x: Array | float) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray((np.maximum(x, 0) / self.scale) ** self.shape)

    def _inverse(self, hazard: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(self.scale * np.maximum(hazard, 0) ** (1 / self.shape))


@dataclass(frozen=True, slots=True)
class Tilted:
    """Density proportional to exp(-rate * x) on [low, low + width], for a rate of either sign."""

    rate: float
    low: float
    width: float

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        y = np.clip((np.asarray(x) - self.low) / self.width, 0, 1)
        t = self.rate * self.width
        if abs(t) < 1e-9:
            return y
        return np.asarray(np.expm1(-t * y) / np.expm1(-t))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        mirror = Tilted(-self.rate, 0.0, self.width)
        return mirror.cdf(self.low + self.width - np.asarray(x))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        t = self.rate * self.width
        if abs(t) < 1e-9:
            return np.asarray(self.low + self.width * np.asarray(p))
        if t > 0:
            return np.asarray(self.low - np.log1p(np.asarray(p) * np.expm1(-t)) / self.rate)
        fall = np.exp(t) + np.asarray(p) * -np.expm1(t)
        return np.asarray(self.low + self.width - np.log(fall) / self.rate)

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        mirror = Tilted(-self.rate, 0.0, self.width)
        return np.asarray(self.low + self.width - mirror.ppf(q))


def tilted(mean: float, low: float, high: float) -> Tilted:
    """Return the truncated exponential law on [low, high] with this mean.

    Parameters
    ----------
    mean
        Strictly between `low` and `high`.
    low, high
        Finite bounds.
    """
    from synth_magic.laws.rootfinding import bisect

    width = high - low
    share = (mean - low) / width

    def excess(t: float) -> float:
        if abs(t) < 1e-4:
            return 0.5 - t / 12 - share
        return float(1 / t - 1 / np.expm1(t)) - share

    t = round(bisect(excess, -650.0, 650.0), 9)
    return Tilted(t / width, low, width)


def _log(x: Array | float) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(x, 0.0)))


def _exp(x: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(x))
