"""A child's effects on the pilot, and the scale on which their coefficients stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws.effects import NOISE_SD, Noise, Term
from synth_magic.sampling.gaussian import Normal, dot
from synth_magic.sampling.mixture import covariance, mean, total

Array = NDArray[np.float64]

#: Effects may explain so much of a column's latent variance.
CAP = 0.95


@dataclass(frozen=True, eq=False)
class Part:
    """The effects on points of one group of a child with ``by``; without groups, on all.

    Parameters
    ----------
    columns
        Design columns, shape (effects, points).
    weights
        Weights of the points, of mean 1, shape (points,), or None: all alike.
    share
        Share of the group in the table.
    normals
        What is known of the columns that are linear forms, one an effect.
    """

    columns: Array
    weights: Array | None
    share: float
    normals: tuple[Normal | None, ...]

    def fewer(self, points: int) -> Part:
        """Keep the first points: a Sobol set too, when their number is a power of 2."""
        weights = self.weights
        if weights is not None:
            whole = total(weights[:points])
            if whole == 0:
                return self
            weights = weights[:points] * (points / whole)
        return Part(self.columns[:, :points], weights, self.share, self.normals)

    def sum(self, coefficients: Array) -> Array:
        """Eta, shape (points,)."""
        return weighted(self.columns, coefficients)

    @cached_property
    def spread(self) -> Array:
        """Covariance of the columns, shape (effects, effects): exact where they are forms."""
        means = [mean(column, self.weights) for column in self.columns]
        found = np.empty((len(means), len(means)))
        for i, one in enumerate(self.normals):
            for j, other in enumerate(self.normals[: i + 1]):
                if one is not None and other is not None:
                    value = dot(one.form, other.form)
                else:
                    product = self.columns[i] * self.columns[j]
                    value = mean(product, self.weights) - means[i] * means[j]
                found[i, j] = found[j, i] = value
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Designs:
    """A child's effects on the points of the pilot.

    Parameters
    ----------
    child, levels
        Its name and, of a category, its values.
    noise
        Law of its noise.
    terms
        Its effects.
    columns
        Their design columns, shape (effects, points).
    group
        Number of each point's group, shape (points,), or None.
    parts
        By group: the effects on as many points as the whole has, so that a rare
        group is calibrated as well as a common one.
    """

    child: str
    levels: tuple[str, ...]
    noise: Noise
    terms: tuple[Term, ...]
    columns: Array
    group: NDArray[np.int64] | None
    parts: tuple[Part, ...]

    def fewer(self, points: int) -> Designs:
        """Keep the first points."""
        group = None if self.group is None else self.group[:points]
        columns = self.columns[:, :points]
        parts = tuple(part.fewer(points) for part in self.parts)
        return replace(self, columns=columns, group=group, parts=parts)

    def sum(self, coefficients: Array) -> Array:
        """Eta, shape (points,)."""
        return weighted(self.columns, coefficients)

    def spread(self) -> Array:
        """Covariance of the design columns within the groups, shape (effects, effects)."""
        found = np.zeros((len(self.columns), len(self.columns)))
        for part in self.parts:
            found += part.share * part.spread
        return found


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
        values = fixed + relative * NOISE_SD[noise]
        variance = form(spread, values, values)
        return Scaled(values, variance / (variance + NOISE_SD[noise] ** 2))
    of_b = form(spread, relative, relative)
    if noise == "normal":
        return Scaled(relative, of_b)
    if of_b >= 1:
        return Scaled(fixed, np.inf)
    of_c, both = form(spread, fixed, fixed), form(spread, relative, fixed)
    of_e = NOISE_SD[noise] ** 2
    # S**2 = S**2 var(b) + 2 S cov(b, c) + var(c) + var(e)
    sd = (both + np.sqrt(both**2 + (1 - of_b) * (of_c + of_e))) / (1 - of_b)
    return Scaled(fixed + relative * sd, 1 - of_e / sd**2)


def weighted(columns: Array, coefficients: Array) -> Array:
    """Sum of columns of shape (k, points), each times its coefficient."""
    found = np.zeros(columns.shape[1])
    for coefficient, column in zip(coefficients, columns, strict=True):
        if coefficient != 0:
            found += coefficient * column
    return found


def form(spread: Array, a: Array, b: Array) -> float:
    """Covariance of two sums of the designs, of coefficients `a` and `b`."""
    return total((a[:, None] * spread * b[None, :]).ravel())


def products(columns: Array) -> Array:
    """Covariances of all columns, shape (k, k), of columns of shape (k, points)."""
    k = len(columns)
    found = np.empty((k, k))
    for i in range(k):
        for j in range(i + 1):
            found[i, j] = found[j, i] = covariance(columns[i], columns[j])
    return found


def regression(columns: Array, values: Array, left: Array) -> Array:
    """Least-squares slopes of `values` on the columns and a constant, sums in a fixed order.

    Parameters
    ----------
    columns
        Shape (k, points).
    values
        Shape (points,).
    left
        The columns' `products`.
    """
    right = np.array([covariance(column, values) for column in columns])
    return np.asarray(np.linalg.lstsq(left, right, rcond=1e-12)[0])


def correlation(a: Array, b: Array, sd_b: float) -> float:
    """Correlation with a column whose SD is known."""
    sd_a = np.sqrt(max(covariance(a, a), 1e-300))
    return covariance(a, b) / (float(sd_a) * sd_b)
