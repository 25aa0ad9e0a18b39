"""A child's effects on the pilot, and the scale on which their coefficients stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws.effects import NOISE_SD, Noise, Term
from synth_magic.sampling.mixture import covariance, total

Array = NDArray[np.float64]

#: Effects may explain so much of a column's latent variance.
CAP = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Designs:
    """A child's effects on the points of the pilot.

    Parameters
    ----------
    child
        Its name.
    noise
        Law of its noise.
    terms
        Its effects.
    columns
        Their design columns, shape (effects, points).
    group
        Number of each point's group, shape (points,), or None.
    """

    child: str
    noise: Noise
    terms: tuple[Term, ...]
    columns: Array
    group: NDArray[np.int64] | None = None

    def fewer(self, points: int) -> Designs:
        """Keep the first points: a Sobol set too, when their number is a power of 2."""
        group = None if self.group is None else self.group[:points]
        return Designs(self.child, self.noise, self.terms, self.columns[:, :points], group)

    def sum(self, coefficients: Array) -> Array:
        """Eta, shape (points,)."""
        eta = np.zeros(self.columns.shape[1])
        for coefficient, column in zip(coefficients, self.columns, strict=True):
            if coefficient != 0:
                eta += coefficient * column
        return eta

    def spread(self) -> Array:
        """Covariance of the design columns within the groups, shape (effects, effects)."""
        k, n = self.columns.shape
        found = np.zeros((k, k))
        groups = np.zeros(n, dtype=np.int64) if self.group is None else self.group
        for number in range(int(groups.max()) + 1):
            rows = slice(None) if self.group is None else groups == number
            part = self.columns[:, rows]
            share = part.shape[1] / n
            for i in range(k if share else 0):
                for j in range(i + 1):
                    found[i, j] += share * covariance(part[i], part[j])
        return np.asarray(found + np.tril(found, -1).T)


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Coefficients on the latent scale, and the share of its variance that they explain."""

    values: Array
    explained: float


def scaled(noise: Noise, spread: Array, fixed: Array, relative: Array) -> Scaled:
    """Put fixed coefficients and those that count SDs of L on one scale.

    Parameters
    ----------
    noise
        Law of the child's noise.
    spread
        Covariance of the designs, shape (effects, effects).
    fixed, relative
        Coefficients in units of L and in SDs of L, shape (effects,) each; every
        effect has one of them, the other is 0.
    """
    if noise == "multinomial":
        return Scaled(fixed + relative * NOISE_SD["multinomial"], 0.0)
    of_b = _form(spread, relative, relative)
    if noise == "normal":
        return Scaled(relative, of_b)
    if of_b >= 1:
        return Scaled(fixed, np.inf)
    of_c, both = _form(spread, fixed, fixed), _form(spread, relative, fixed)
    of_e = NOISE_SD[noise] ** 2
    # S**2 = S**2 var(b) + 2 S cov(b, c) + var(c) + var(e)
    sd = (both + np.sqrt(both**2 + (1 - of_b) * (of_c + of_e))) / (1 - of_b)
    return Scaled(fixed + relative * sd, 1 - of_e / sd**2)


def _form(spread: Array, a: Array, b: Array) -> float:
    return total((a[:, None] * spread * b[None, :]).ravel())


def regression(columns: Array, values: Array) -> Array:
    """Least-squares slopes of `values` on the columns and a constant, sums in a fixed order.

    Parameters
    ----------
    columns
        Shape (k, points).
    values
        Shape (points,).
    """
    k = len(columns)
    left = np.empty((k, k))
    right = np.empty(k)
    for i in range(k):
        right[i] = covariance(columns[i], values)
        for j in range(i + 1):
            left[i, j] = left[j, i] = covariance(columns[i], columns[j])
    return np.asarray(np.linalg.lstsq(left, right, rcond=1e-12)[0])


def correlation(a: Array, b: Array, sd_b: float) -> float:
    """Correlation with a column whose SD is known."""
    sd_a = np.sqrt(max(covariance(a, a), 1e-300))
    return covariance(a, b) / (float(sd_a) * sd_b)
