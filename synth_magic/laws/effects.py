"""What an effect's word means: its design column, its unit, its noise.

The sampler's latent values, the missing values and the report's regressions all
ask here, so that what is drawn and what is tested are the same model.

A child is a linear transformation model, L = sum of coefficient * design + e.
The law of e makes the clinic's words exact: normal for numbers and dates,
logistic for boolean and ordered columns (a coefficient is a log odds ratio),
log-exponential for event times (a coefficient is minus a log hazard ratio),
and a multinomial logit for nominal columns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Blueprint, Column, Effect, Missing, Word
from synth_magic.errors import Path
from synth_magic.expressions.binding import YES
from synth_magic.laws.grid import normal_score
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.positions import unit_of_spread

Array = NDArray[np.float64]
Noise = Literal["normal", "logistic", "log_exponential", "multinomial"]
#: How a parent's value enters: its standardised normal score, its own value, or having one value.
Scale = Literal["score", "raw", "indicator"]

#: SD of the noise of each model; of the others, the unit in which `beta` counts.
NOISE_SD: Mapping[Noise, float] = {
    "normal": 1.0,
    "logistic": math.pi / math.sqrt(3),
    "log_exponential": math.pi / math.sqrt(6),
    "multinomial": math.pi / math.sqrt(3),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One effect, resolved: a coefficient times a design column.

    Parameters
    ----------
    path
        Where the effect stands, ``("effects", 3)`` or ``("missing", "hba1c")``.
    parent, level
        The parent, and the position of its value where the effect is of one value.
    child, aim
        The child, and the position of its value where a nominal child is aimed at.
    word, size, per
        The size as stated, and the step of the parent that it belongs to, in its
        positions (``per: 1`` of a datetime is a day, 86,400).
    scale
        How the parent's value enters the design.
    where
        Condition on the rows, as text.
    source
        Who stated it.
    """

    path: Path
    parent: str
    level: int | None
    child: str
    aim: int | None
    word: Word
    size: float
    per: float
    scale: Scale
    where: str | None
    source: str

    @property
    def solved(self) -> bool:
        """Whether the coefficient has to be solved for."""
        return self.word in ("correlation", "difference")

    @property
    def name(self) -> str:
        """How the effect is named in a sentence."""
        return f"{self.word} of {self.parent} on {self.child}"


def binary(column: Column) -> bool:
    """Whether a column is drawn like a boolean: yes/no, or whole numbers 0 and 1."""
    return column.type == "boolean" or column.zero_one


def noise(column: Column) -> Noise:
    """Law of the noise of a child.

    Parameters
    ----------
    column
        The child.
    """
    if binary(column) or (column.type == "category" and column.ordered):
        return "logistic"
    if column.type == "category":
        return "multinomial"
    return "log_exponential" if column.type == "time_to_event" else "normal"


def terms(blueprint: Blueprint) -> tuple[Term, ...]:
    """Resolve all effects of a blueprint, which has checked that they can be.

    Parameters
    ----------
    blueprint
        A blueprint that holds together.
    """
    columns = {column.name: column for column in blueprint.columns}
    return tuple(
        term(effect, ("effects", number), columns)
        for number, effect in enumerate(blueprint.effects)
    )


def term(effect: Effect, path: Path, columns: Mapping[str, Column]) -> Term:
    """Resolve one effect.

    Parameters
    ----------
    effect
        As stated.
    path
        Where it stands.
    columns
        All columns by name.
    """
    child = operand(effect.child, tuple(columns))
    column = columns[child.column]
    aim = _level(column, child.value) if noise(column) == "multinomial" else None
    parent, level, step, scale = _parent(effect.parent, effect.word, effect.per, columns)
    size = float(effect.size)
    return Term(
        path, parent, level, column.name, aim, effect.word, size, step, scale,
        effect.where, effect.source,
    )  # fmt: skip


def missing_term(missing: Missing, columns: Mapping[str, Column]) -> Term | None:
    """Resolve what missing values depend on; None when they depend on nothing.

    Missingness is a boolean child of the column that it depends on.
    """
    if missing.depends_on is None or missing.size is None:
        return None
    word: Word = missing.word or "beta"
    parent, level, step, scale = _parent(missing.depends_on, word, None, columns)
    path: Path = ("missing", missing.column)
    size = float(missing.size)
    return Term(
        path, parent, level, missing.column, None, word, size, step, scale, None, missing.source
    )


def _parent(
    text: str, word: Word, per: float | None, columns: Mapping[str, Column]
) -> tuple[str, int | None, float, Scale]:
    """Name, position of the value, step in positions, and scale of a parent."""
    parent = operand(text, tuple(columns))
    column = columns[parent.column]
    level = _level(column, parent.value)
    step = (1.0 if per is None else float(per)) * unit_of_spread(column.type)
    if level is not None:
        return column.name, level, step, "indicator"
    return column.name, None, step, "score" if word in ("beta", "correlation") else "raw"


def _level(column: Column, value: str | None) -> int | None:
    """Position of a column's value; that of a binary column without one is yes."""
    if value is None:
        return 1 if binary(column) else None
    if binary(column):
        return int(value.strip().casefold() in YES)
    return column.levels.index(value)


# The design -------------------------------------------------------------------------


def design(term: Term, positions: Array, law: Marginal) -> Array:
    """Give one column of the design matrix, before `where` restricts it.

    Parameters
    ----------
    term
        The effect.
    positions
        The parent's delivered values on its axis (a category's places in
        `levels`, days or seconds since 1970-01-01), shape (n,).
    law
        The parent's pooled law as delivered, that is rounded.

    Returns
    -------
    numpy.ndarray
        Shape (n,): 0 and 1 for one value of the parent, its distance from the mean
        divided by `per`, or its standardised normal score.  All but the first are 0
        at the middle, so an effect with a ``where`` is no shift between the rows in
        which it applies and the others.
    """
    if term.scale == "indicator":
        return np.asarray(positions == term.level, dtype=np.float64)
    if term.scale == "raw":
        return np.asarray((positions - raw_centre(law)) / term.per, dtype=np.float64)
    mean, sd = score_moments(law)
    return np.asarray((law.score(positions) - mean) / sd)


def raw_centre(law: Marginal) -> float:
    """Give what values are counted from: the mean, to six digits."""
    return float(f"{law.mean:.6g}")


@lru_cache(maxsize=64)
def score_moments(law: Marginal) -> tuple[float, float]:
    """Mean and SD of the normal scores of a law's mid-ranks, by which scores are standardised."""
    positions, w = law.points
    z = law.score(positions)
    first, second = w * z, w * z * z
    if not law.discrete:
        # Between atoms the score is the normal quantile of F: its moments are in closed form.
        slanted = (np.diff(law.x) > 0) & (np.diff(law.F) > 0)
        edges = normal_score(law.F)
        density = np.exp(-edges * edges / 2) / math.sqrt(2 * math.pi)
        first = np.append(first, -np.diff(density)[slanted])
        second = np.append(second, np.diff(law.F - edges * density)[slanted])
    mean = math.fsum(first.tolist())
    spread = math.sqrt(max(math.fsum(second.tolist()) - mean * mean, 0.0))
    return mean, spread if spread > 1e-9 else 1.0


def log_coefficient(term: Term) -> float | None:
    """Coefficient on the latent scale, where the word states it outright.

    Returns
    -------
    float or None
        log(odds_ratio), -log(hazard_ratio); None for the other words, whose
        coefficient depends on the child's other effects.
    """
    if term.word == "odds_ratio":
        return math.log(term.size)
    return -math.log(term.size) if term.word == "hazard_ratio" else None
