"""The three laws of the noise, with both tails exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws.effects import NOISE_SD, Noise

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NoiseLaw:
    """Distribution of e in L = eta + e.

    Parameters
    ----------
    name
        ``normal``, ``logistic`` or ``log_exponential``, the logarithm of a standard exponential.
    """

    name: Noise

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return NOISE_SD[self.name]

    @property
    def ends(self) -> tuple[float, float]:
        """Quantiles of 2**-34 and 1 - 2**-34: beyond them no uniform reaches."""
        share = np.array([2.0**-34])
        return float(self.quantile(share, False)[0]), float(self.quantile(share, True)[0])

    def cdf(self, x: Array) -> Array:
        """P(e <= x)."""
        if self.name == "normal":
            from scipy.special import ndtr

            return np.asarray(ndtr(x))
        if self.name == "logistic":
            from scipy.special import expit

            return np.asarray(expit(x))
        return np.asarray(-np.expm1(-np.exp(np.minimum(x, 50.0))))

    def density(self, x: Array) -> Array:
        """Give the derivative of `cdf`."""
        if self.name == "normal":
            return np.asarray(np.exp(-x * x / 2) / np.sqrt(2 * np.pi))
        if self.name == "logistic":
            p = self.cdf(x)
            return np.asarray(p * (1 - p))
        x = np.minimum(x, 50.0)
        return np.asarray(np.exp(x - np.exp(x)))

    def quantile(self, share: Array, upper: bool) -> Array:
        """Quantile of a distance to one end.

        Parameters
        ----------
        share
            Distances, above 0.
        upper
            Whether they are from 1 downward instead of from 0 upward.
        """
        if self.name == "normal":
            from scipy.special import ndtri

            z = np.asarray(ndtri(share))
            return -z if upper else z
        if self.name == "logistic":
            logit = np.log(share) - np.log1p(-share)
            return np.asarray(-logit if upper else logit)
        return np.asarray(np.log(-np.log(share)) if upper else np.log(-np.log1p(-share)))
