"""What a column is to be, and its latent law on the points of the pilot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws import Marginal
from synth_magic.laws.effects import Noise, Term
from synth_magic.sampling.designs import Designs, Part
from synth_magic.sampling.gaussian import Form, dot, joint
from synth_magic.sampling.mixture import Mixture, covariance
from synth_magic.sampling.noise import NoiseLaw
from synth_magic.sampling.terms import Contribution

Array = NDArray[np.float64]
Places = Callable[[Array], Array]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a column is to be.

    Parameters
    ----------
    name
        The column.
    noise
        Law of its noise.
    laws
        Marginal before rounding, one a group.
    places, positions
        From positions to codes before rounding, within the column's ends, and back.
    delivered
        The pooled law as delivered.
    values
        Number of values of a category or boolean.
    by
        The grouping column.
    levels
        The values of a category.
    days
        Positions in the unit of a ``difference``: 86,400 for datetimes.
    """

    name: str
    noise: Noise
    laws: tuple[Marginal, ...]
    places: Places
    positions: Places
    delivered: Marginal
    values: int = 0
    by: str | None = None
    levels: tuple[str, ...] = ()
    days: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """A column's effects on the points of the pilot.

    Parameters
    ----------
    terms
        The effects, resolved.
    units
        What each adds for a coefficient of 1.
    designs
        The same on the pilot, shape (effects, points).
    group
        Number of each point's group, shape (points,), or None.
    parts
        The same by group; without groups, of all points.
    dimensions
        Number of the points' coordinates.
    """

    terms: tuple[Term, ...]
    units: tuple[Contribution, ...]
    designs: Array
    group: NDArray[np.int64] | None
    parts: tuple[Part, ...]
    dimensions: int


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """Latent law of one group.

    Parameters
    ----------
    mixture
        Of L in units of its noise.
    law
        The stated marginal.
    sd
        Factor of the noise.
    eta
        Eta's form, where the law is that of a normal eta.
    """

    mixture: Mixture
    law: Marginal
    sd: float
    eta: Form | None


def parts_of(
    target: Target, designs: Designs, found: Array, *, trial: bool = False
) -> list[Calibrated]:
    """Give the latent law of each group under coefficients of shape (effects,).

    In trials on the way to coefficients rounding counts for nothing, lest the law jumps
    where rounding begins to show.
    """
    law = NoiseLaw(target.noise)
    calibrated = []
    for part, marginal in zip(designs.parts, target.laws, strict=True):
        eta = joint(part.normals, found, target.noise, rounding=not trial)
        if eta is not None:
            variance = dot(eta, eta)
            sd = noise_sd(target.noise, variance)
            mixture = Mixture.normal(float(np.sqrt(variance)) / sd, law)
        else:
            points = part.sum(found)
            sd = noise_sd(target.noise, covariance(points, points, part.weights))
            mixture = Mixture.of(points / sd, law, part.weights)
        calibrated.append(Calibrated(mixture, marginal, sd, eta))
    return calibrated


def noise_sd(noise: Noise, variance: float) -> float:
    """Factor of the noise beside effects of some variance: in the normal model it takes the rest.

    There L has an SD of 1.
    """
    if noise != "normal":
        return 1.0
    sd = np.sqrt(max(1.0 - variance, 0.01))
    return float(f"{sd:.10g}")


def odds_above(mixture: Mixture, law: Marginal, target: Target) -> Array:
    """Odds of being above each cut where the effects are 1."""
    upto = law.cdf(np.arange(target.values - 1.0))
    inside = (upto > 0) & (upto < 1)
    odds = np.where(upto <= 0, 1e150, 0.0)
    odds[inside] = held_exp(-mixture.quantile(upto[inside]))
    return odds


def held_exp(x: Array) -> Array:
    """Exponential, held where odds could no longer be multiplied."""
    return np.asarray(np.exp(np.clip(x, -300.0, 300.0)))
