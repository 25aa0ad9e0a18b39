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
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Blueprint, Column, Effect, Missing, Word
from synth_magic.errors import Path, SpecError, problem
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
#: The words that each model understands.
WORDS: Mapping[Noise, tuple[Word, ...]] = {
    "normal": ("beta", "difference", "correlation"),
    "logistic": ("beta", "odds_ratio", "correlation"),
    "log_exponential": ("beta", "hazard_ratio", "correlation"),
    "multinomial": ("beta", "odds_ratio"),
}
_SPOKEN = {
    "normal": "a number or a date",
    "logistic": "a yes/no or ordered column",
    "log_exponential": "an event time",
    "multinomial": "one value of a category",
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
    """Resolve all effects of a blueprint.

    Raises
    ------
    SpecError
        For a word that the child's type does not know, a value that a column
        does not have, a size that means nothing; located in the effect.
    """
    columns = {column.name: column for column in blueprint.columns}
    found = tuple(
        term(effect, ("effects", number), columns)
        for number, effect in enumerate(blueprint.effects)
    )
    for each in found:
        if each.aim is not None:
            aims = {t.aim for t in found if (t.parent, t.child) == (each.parent, each.child)}
            if len(aims) >= len(columns[each.child].levels):
                raise SpecError(
                    problem(
                        (*each.path, "to"),
                        f"every value of {each.child} has an effect of {each.parent}; "
                        "none is left to compare with",
                        "leave out the effect on one value",
                    )
                )
    return found


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

    Raises
    ------
    SpecError
        As for `terms`.
    """
    child = operand(effect.child, tuple(columns))
    target = _column(child.column, columns, (*path, "to"))
    kind = noise(target)
    if target.type in ("id", "text") or target.formula is not None:
        what = "a formula" if target.formula is not None else f"a column of type {target.type}"
        raise SpecError(
            problem((*path, "to"), f"{target.name} is {what} and takes no effect", "leave it out")
        )
    if effect.word not in WORDS[kind]:
        raise SpecError(
            problem(
                (*path, effect.word),
                f"{effect.word} is no word for an effect on {target.name}, {_SPOKEN[kind]}",
                f"say it as {' or '.join(WORDS[kind])}",
            )
        )
    aim = _aim(target, child.value, kind, (*path, "to"))
    return _term(effect.parent, target.name, aim, effect.word, effect.size, effect.per,
                 effect.where, effect.source, path, columns)  # fmt: skip


def missing_term(missing: Missing, columns: Mapping[str, Column]) -> Term | None:
    """Resolve what missing values depend on; None when they depend on nothing.

    Missingness is a boolean child of the column that it depends on.
    """
    if missing.depends_on is None or missing.size is None:
        return None
    path: Path = ("missing", missing.column)
    word: Word = missing.word or "beta"
    return _term(missing.depends_on, missing.column, None, word, missing.size, None, None,
                 missing.source, path, columns, key="depends_on")  # fmt: skip


def _term(
    parent_text: str, child: str, aim: int | None, word: Word, size: float, per: float | None,
    where: str | None, source: str, path: Path, columns: Mapping[str, Column], key: str = "from",
) -> Term:  # fmt: skip
    parent = operand(parent_text, tuple(columns))
    column = _column(parent.column, columns, (*path, key))
    if column.type in ("id", "text", "time_to_event"):
        raise SpecError(
            problem(
                (*path, key),
                f"no effect can leave {column.name}, a column of type {column.type}",
                "name another column",
            )
        )
    level = _level(column, parent.value, (*path, key))
    if level is None and column.type == "category" and not column.ordered:
        raise SpecError(
            problem(
                (*path, key),
                f"{column.name} has values without an order; an effect is of one of them",
                f"write {column.name}={column.levels[-1] if column.levels else 'value'}",
            )
        )
    if word in ("odds_ratio", "hazard_ratio") and not size > 0:
        raise SpecError(
            problem((*path, word), f"a ratio is above 0, not {size:g}", "1 means no effect")
        )
    if word == "correlation" and not -1 < size < 1:
        raise SpecError(
            problem((*path, word), f"a correlation lies between -1 and 1, not {size:g}", "")
        )
    if per is not None and not per > 0:
        raise SpecError(problem((*path, "per"), f"per is above 0, not {per:g}", "leave it out"))
    if level is not None:
        scale: Scale = "indicator"
    else:
        scale = "score" if word in ("beta", "correlation") else "raw"
    step = (1.0 if per is None else float(per)) * unit_of_spread(column.type)
    return Term(path, column.name, level, child, aim, word, float(size), step, scale, where, source)


def _column(name: str, columns: Mapping[str, Column], path: Path) -> Column:
    if name not in columns:
        raise SpecError(problem(path, f"there is no column {name}", "name one of the columns"))
    return columns[name]


def _level(column: Column, value: str | None, path: Path) -> int | None:
    if value is None:
        return 1 if binary(column) else None
    known = column.levels
    wanted = value
    if binary(column):
        wanted = {"1": "yes", "true": "yes", "0": "no", "false": "no"}.get(value.casefold(), value)
        known = ("no", "yes")
    if wanted not in known:
        listed = f"its values are {', '.join(known)}" if known else "it has no named values"
        raise SpecError(problem(path, f"{column.name} has no value {value}", listed))
    return known.index(wanted)


def _aim(column: Column, value: str | None, kind: Noise, path: Path) -> int | None:
    if kind != "multinomial":
        if value is None or (binary(column) and _level(column, value, path) == 1):
            return None
        raise SpecError(
            problem(
                path,
                f"an effect moves {column.name} as a whole, not one of its values",
                f"write to: {column.name}",
            )
        )
    level = _level(column, value, path)
    if level is None:
        raise SpecError(
            problem(
                path,
                f"{column.name} has values without an order; an effect aims at one of them",
                f"write {column.name}={column.levels[-1] if column.levels else 'value'}",
            )
        )
    return level


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
        Shape (n,): 0 and 1 for one value of the parent, its value divided by
        `per`, or its standardised normal score.
    """
    if term.scale == "indicator":
        return np.asarray(positions == term.level, dtype=np.float64)
    if term.scale == "raw":
        return np.asarray(positions / term.per, dtype=np.float64)
    mean, sd = score_moments(law)
    return np.asarray((law.score(positions) - mean) / sd)


def score_moments(law: Marginal) -> tuple[float, float]:
    """Mean and SD of the normal scores of a law's mid-ranks, by which scores are standardised."""
    positions, masses = law.points
    if law.discrete:
        z, w = law.score(positions), masses
    else:
        # A polyline with atoms: integrate over its pieces, atoms by their mid-rank.
        u = (np.arange(8192) + 0.5) / 8192
        z, w = law.score(law.ppf(u)), np.full(8192, 1 / 8192)
    mean = math.fsum((w * z).tolist())
    spread = math.sqrt(max(math.fsum((w * (z - mean) ** 2).tolist()), 0.0))
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
