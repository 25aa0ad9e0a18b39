"""Stated marginal and effects -> the conditional law of a column, as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Problem
from synth_magic.laws import Marginal
from synth_magic.laws.effects import Term
from synth_magic.sampling.coefficients import coefficients
from synth_magic.sampling.designs import Designs, products
from synth_magic.sampling.draws import Drawn, Law, Odds, Shares
from synth_magic.sampling.gaussian import Form, combined, own
from synth_magic.sampling.latent import latent
from synth_magic.sampling.logits import choice, factor
from synth_magic.sampling.outcomes import Sizes
from synth_magic.sampling.tables import Polyline, bends, crooked, end_table, holding, twelve_digits
from synth_magic.sampling.target import (
    Calibrated,
    Effects,
    Places,
    Target,
    odds_above,
    parts_of,
)

Array = NDArray[np.float64]

#: Up to so many values are told apart by comparisons, more by a table.
_FEW = 12
#: Points on which sizes are solved for; the tables are made on all.
_SOLVING = 2**13
#: Logarithms of the number of points that will do for a few coordinates, and of the most.
LOG2_POINTS, _MOST_LOG2 = 15, 18
_EASY = 3
#: Points are doubled until the latent law moves by less.
_SETTLED = 1e-4


def plain(target: Target) -> Drawn | Shares:
    """Law of a column without effects."""
    if target.noise in ("logistic", "multinomial") and target.values <= _FEW:
        upto = np.array([law.cdf(np.arange(target.values - 1.0)) for law in target.laws])
        return Shares(_thresholds(upto), target.by)
    functions = [_quantiles(law, target.places) for law in target.laws]
    lines = [Polyline.through(law.F, target.places(law.x)) for law in target.laws]
    rough = [_rough(law, target) for law in target.laws]
    return Drawn(end_table(functions, lines, rough), target.by)


def _rough(law: Marginal, target: Target) -> Callable[[Array, Array], NDArray[np.bool_]]:
    """Tell which cells of a table of the law a straight line does not serve."""
    jumps = bends(law)

    def rough(share: Array, value: Array) -> NDArray[np.bool_]:
        middle = target.positions((value[1:] + value[:-1]) / 2)
        return holding(share, jumps) | crooked(law, middle, (share[1:] + share[:-1]) / 2)

    return rough


def _quantiles(law: Marginal, places: Places) -> Callable[[Array, bool], Array]:
    return lambda share, upper: places(law.ppf(1 - share if upper else share))


def _thresholds(upto: Array) -> NDArray[np.uint64]:
    """First word that is beyond each value: (word + 0.5) / 2**32 >= upto."""
    return np.clip(np.ceil(upto * 2.0**32 - 0.5), 0, 2.0**32).astype(np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """Law of a column given its parents.

    Parameters
    ----------
    law
        As tables.
    notes
        Warnings of effects that were made smaller.
    latent
        The form of its latent value, where that is jointly normal with other columns'.
    """

    law: Law
    notes: tuple[Problem, ...]
    latent: Form | None = None


def conditional(target: Target, pilot: Callable[[int], Effects]) -> Conditional:
    """Law of a column with effects, its marginal (in each group) as stated.

    Parameters
    ----------
    target
        What the column is to be.
    pilot
        Gives its effects on 2 ** k points of the pilot.

    Raises
    ------
    SpecError
        Where an effect cannot have its size.
    """
    effects = pilot(LOG2_POINTS)
    designs = _designs(target, effects)
    fewer = designs.fewer(min(_SOLVING, effects.designs.shape[1]))
    start = np.array([_guess(term, target) for term in effects.terms])
    solve_on = fewer if any(term.solved for term in effects.terms) else designs
    adjusted = any(term.word == "difference" for term in effects.terms)
    outcome = Sizes(target, products(solve_on.columns if adjusted else np.zeros((0, 0))))
    found, notes = coefficients(solve_on, outcome.sizes, start)
    if target.noise == "multinomial":
        return Conditional(choice(target, effects, found), notes)
    parts = _calibrated(target, designs, found, effects.dimensions, pilot)
    if target.noise == "logistic":
        base = np.array([odds_above(part.mixture, part.law, target) for part in parts])
        terms = tuple(factor(u, c) for u, c in zip(effects.units, found, strict=True))
        return Conditional(Odds(twelve_digits(base), terms, target.by), notes)
    form = None
    if target.noise == "normal" and target.by is None and parts[0].eta is not None:
        form = combined((1.0, parts[0].sd), (parts[0].eta, own(target.name)))
    return Conditional(latent(target, effects, parts, found), notes, form)


def _designs(target: Target, effects: Effects) -> Designs:
    return Designs(
        target.name,
        target.levels,
        target.noise,
        effects.terms,
        effects.designs,
        effects.group,
        effects.parts,
    )


def _calibrated(
    target: Target,
    designs: Designs,
    found: Array,
    dimensions: int,
    pilot: Callable[[int], Effects],
) -> list[Calibrated]:
    """Give the latent laws; where they hang on many coordinates, on as many points as it takes."""
    parts = parts_of(target, designs, found)
    if dimensions <= _EASY or all(part.eta is not None for part in parts):
        return parts
    half = designs.fewer(designs.columns.shape[1] // 2)
    if max(map(_moved, parts_of(target, half, found), parts)) < _SETTLED:
        return parts
    for log2_points in range(LOG2_POINTS + 1, _MOST_LOG2 + 1):
        before, parts = parts, parts_of(target, _designs(target, pilot(log2_points)), found)
        if max(map(_moved, before, parts)) < _SETTLED:
            break
    return parts


def _moved(before: Calibrated, after: Calibrated) -> float:
    """Largest difference between two latent laws."""
    at = np.linspace(*after.mixture.ends, 129)
    return float(np.abs(before.mixture.cdf(at) - after.mixture.cdf(at)).max())


def _guess(term: Term, target: Target) -> float:
    if term.word == "difference":
        return term.size * target.days / max(target.delivered.sd, 1e-300)
    return term.size if term.solved else 0.0
