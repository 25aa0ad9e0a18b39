"""What sizes trial coefficients lead to: correlations and differences in means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws import Marginal
from synth_magic.laws.effects import Term
from synth_magic.sampling.designs import Designs, correlation, regression
from synth_magic.sampling.mixture import Mixture, total
from synth_magic.sampling.target import Calibrated, Target, held_exp, odds_above, parts_of

Array = NDArray[np.float64]

#: Cells of the latent grid, and nodes of the noise.
_CELLS = 2048
_NODES = 128
#: Up to so many values are integrated value by value.
_VALUES = 256


@dataclass(frozen=True, slots=True)
class Sizes:
    """What sizes the effects come out at, for trial coefficients.

    Parameters
    ----------
    target
        What the column is to be.
    products
        Covariances of the design columns on the points on which sizes are solved
        for, shape (effects, effects): they are the same in every trial.
    """

    target: Target
    products: Array

    def sizes(self, designs: Designs, found: Array) -> Callable[[Term], float]:
        """Give the function that estimates a term's size.

        Parameters
        ----------
        designs
            The child's effects on some points.
        found
            Their coefficients on the latent scale, shape (effects,).
        """
        eta = designs.sum(found)
        parts = parts_of(self.target, designs, found, trial=True)

        @cache
        def ranks() -> tuple[Array, float]:
            value, sd = self._ranks()
            return self._expected(parts, designs, eta, value), sd

        @cache
        def slopes() -> Array:
            expected = self._expected(parts, designs, eta, lambda x: x)
            return regression(designs.columns, expected, self.products)

        def size(term: Term) -> float:
            number = designs.terms.index(term)
            if term.word == "correlation":
                expected, sd = ranks()
                return correlation(_ranked(designs.columns[number]), expected, sd)
            return float(slopes()[number]) / self.target.days

        return size

    def _ranks(self) -> tuple[Callable[[Array], Array], float]:
        law = self.target.delivered
        if law.discrete:
            masses = law.points[1]
            rank = np.cumsum(masses) - masses / 2
            sd = float(np.sqrt(max(total(masses * (rank - 0.5) ** 2), 1e-300)))
        else:
            sd = float(np.sqrt(1 / 12))
        return (lambda x: (law.below(x) + law.cdf(x)) / 2), sd

    def _expected(
        self,
        parts: list[Calibrated],
        designs: Designs,
        eta: Array,
        value: Callable[[Array], Array],
    ) -> Array:
        """Mean of a function of the child at each point, given its parents."""
        found = np.zeros(len(eta))
        for number, group in enumerate(parts):
            mixture, law = group.mixture, group.law
            rows = slice(None) if designs.group is None else designs.group == number
            part = eta[rows]
            if not len(part):
                continue
            at = mixture.points
            if self.target.noise == "logistic":
                mean = self._steps(mixture, law, value)
            else:
                mean = self._integral(mixture, law, value)
            found[rows] = np.interp(part / group.sd, at, mean)
        return found

    def _steps(self, mixture: Mixture, law: Marginal, value: Callable[[Array], Array]) -> Array:
        positions = np.arange(self.target.values, dtype=np.float64)
        odds = odds_above(mixture, law, self.target)
        above = np.array([1 - 1 / (1 + o * held_exp(mixture.points)) for o in odds])
        worth = value(positions)
        mean = np.full(len(mixture.points), worth[0])
        for j, line in enumerate(above):
            mean += line * (worth[j + 1] - worth[j])
        return mean

    def _integral(self, mixture: Mixture, law: Marginal, value: Callable[[Array], Array]) -> Array:
        low, high = mixture.ends
        grid = np.linspace(low, high, _CELLS + 1)
        share = mixture.on_grid(low, high, _CELLS)
        if law.discrete and len(law.points[0]) <= _VALUES:
            return self._by_value(mixture, law, value, np.interp(_upto(law), share, grid))
        worth = value(law.ppf(share))
        first, last = mixture.law.ends
        noise = np.linspace(first, last, _NODES)
        edges = np.concatenate([[-np.inf], (noise[1:] + noise[:-1]) / 2, [np.inf]])
        weights = np.diff(mixture.law.cdf(edges))
        latent = mixture.points[:, None] + noise[None, :]
        drawn = np.interp(latent.ravel(), grid, worth).reshape(latent.shape)
        return np.asarray(np.add.reduce(drawn * weights[None, :], axis=1))

    def _by_value(
        self,
        mixture: Mixture,
        law: Marginal,
        value: Callable[[Array], Array],
        thresholds: Array,
    ) -> Array:
        """Mean at each bin of eta of a column that steps up at latent thresholds.

        Nodes of the noise would jump over the steps, and the size with them.
        """
        worth = value(law.points[0])
        beyond = 1 - mixture.law.cdf(thresholds[:, None] - mixture.points[None, :])
        return np.asarray(worth[0] + np.add.reduce(np.diff(worth)[:, None] * beyond, axis=0))


def _upto(law: Marginal) -> Array:
    """Share at most each value but the last, shape (values - 1,)."""
    return np.cumsum(law.points[1])[:-1]


def _ranked(column: Array) -> Array:
    """Mid-ranks of a design column, from 0 to 1."""
    order = np.sort(column)
    left = np.searchsorted(order, column, side="left")
    right = np.searchsorted(order, column, side="right")
    return np.asarray((left + right) / (2 * len(column)))
