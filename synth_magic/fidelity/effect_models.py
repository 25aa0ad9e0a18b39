"""A child's complete rows, and the regression that recovers what its column was drawn by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity import regression
from synth_magic.fidelity.effect_rows import Design, Model, Rows
from synth_magic.fidelity.regression.design import groups, means, ones
from synth_magic.laws.effects import NOISE_SD, score_moments
from synth_magic.laws.positions import unit_of_spread

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: What there is too little of.
Short = Literal["", "rows", "events"]

#: Events a parameter, and rows on the smaller side of a parent's value, below which nothing
#: is graded (Peduzzi and others, J Clin Epidemiol 1996).
EVENTS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """The complete rows of a child.

    Parameters
    ----------
    model, design
        As it is drawn; `design` of the complete rows.
    values
        The child's places, shape (n,).
    event
        Of a time column, shape (n,).
    group
        Codes under `by`, shape (n,), or None.
    """

    model: Model
    design: Design
    values: Array
    event: Array | None
    group: NDArray[np.int64] | None

    @classmethod
    def of(cls, model: Model, rows: Rows, design: Design) -> Child:
        """Keep the rows in which nothing that the model reads is missing."""
        values = rows.places[model.child.name]
        event = None if model.child.event is None else rows.places.get(model.child.event)
        complete = ~np.isnan(values) & ~np.isnan(design.columns).any(axis=1)
        if event is not None:
            complete &= ~np.isnan(event)
        if design.group is not None:
            complete &= ~np.isnan(design.group)
        group = None if design.group is None else design.group[complete].astype(np.int64)
        kept = Design(design.columns[complete], design.held, None)
        return cls(model, kept, values[complete], None if event is None else event[complete], group)

    @property
    def constants(self) -> Array:
        """Ones, or a 0/1 column a group."""
        return ones(len(self.values)) if self.group is None else groups(self.group)

    def spread(self) -> Array:
        """Covariance of the design columns within the groups, shape (effects, effects)."""
        columns = self.design.columns
        if not len(columns):
            return np.zeros((columns.shape[1], columns.shape[1]))
        constants = self.constants
        apart = columns - constants @ means(constants, columns)
        return np.asarray(apart.T @ apart / len(columns))


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A fit of some design columns.

    Parameters
    ----------
    fit
        Of the columns in `kept`; None where there is none.
    kept
        Which effects have a coefficient, shape (effects,).
    short
        What there is too little of, for all of them.
    sd
        SD of the child on the fit's scale, but for the effects.
    """

    fit: regression.Fit | None
    kept: Mask
    short: Short
    sd: float


def _kept(child: Child, constants: Array) -> Mask:
    found = child.design.held.copy()
    columns = child.design.columns[:, found]
    found[found] = regression.estimable(constants, columns)
    return found


def number(child: Child, *, raw: bool) -> Outcome:
    """Fit a number or date by least squares: its own values where `raw`, else its scores."""
    constants = child.constants if not raw else ones(len(child.values))
    kept = _kept(child, constants)
    columns = child.design.columns[:, kept]
    if raw:
        days = unit_of_spread(child.model.child.type)
        values = child.values / days
        values = values - (values.mean() if len(values) else 0.0)
        sd = float(values.std()) if len(values) else math.nan
    else:
        values, sd = _scores(child), 1.0
    few = len(values) < EVENTS * max(columns.shape[1], 1)
    fit = regression.linear(columns, values, constants) if kept.any() else None
    return Outcome(fit, kept, "rows" if few or fit is None else "", sd)


def _scores(child: Child) -> Array:
    """Give the scores of the child in its own law, within its group, in SDs of its latent value."""
    scores = np.empty(len(child.values))
    for place, (law, kept) in enumerate(zip(child.model.own, child.model.kept, strict=True)):
        rows = slice(None) if child.group is None else child.group == place
        mean, sd = score_moments(law)
        scores[rows] = (law.score(child.values[rows]) - mean) / (sd * kept)
    return scores


def likelihood(child: Child) -> Outcome:
    """Fit a boolean, an ordered column or a time by the likelihood it is drawn by."""
    noise, levels = child.model.noise, len(child.model.child.levels)
    constants = child.constants
    kept = _kept(child, constants)
    columns, values = child.design.columns[:, kept], child.values
    fit: regression.Fit | None = None
    if child.event is not None:
        fewest = float(child.event.sum())
        outcome = child.event
    else:
        counts = np.bincount(values.astype(np.int64), minlength=2)
        fewest = float(len(values) - counts.max(initial=0))
        outcome = (values > 0).astype(np.float64)
    few = fewest < EVENTS * max(int(kept.sum()), 1)
    if kept.any() and fewest > 0:
        if noise == "log_exponential" and child.event is not None:
            fit = regression.cox(columns, values, child.event)
        elif levels == 2:
            fit = regression.firth(columns, outcome, constants)
        elif noise == "logistic":
            fit = regression.ordinal(columns, values.astype(np.int64), child.group)
    few = few or fit is None or _separated(columns, outcome, levels, child.event is not None)
    return Outcome(fit, kept, "events" if few else "", NOISE_SD[noise])


def _separated(columns: Array, outcome: Array, levels: int, time: bool) -> bool:
    """Tell whether having a value decides the outcome, or none of those who have it has one."""
    if levels > 2:
        return False
    for column in columns.T:
        having = column[(column == 0) | (column == 1)]
        if len(having) < len(column):
            continue
        for rows in (column == 0, column == 1):
            seen = outcome[rows]
            if len(seen) and (not seen.any() or (not time and seen.all())):
                return True
    return False


def single(child: Child, place: int) -> tuple[Child, Outcome]:
    """Fit one value of a nominal column against its values without an effect.

    Of two values of a multinomial logit, the odds of one against the other are logistic in
    the difference of their effects; values without any effect stand together.

    Parameters
    ----------
    child
        A category without order.
    place
        Number of the effect.

    Returns
    -------
    tuple
        The rows of the two sides, and the fit.
    """
    model, term = child.model, child.model.terms[place]
    aims = [item.aim for item in model.terms]
    codes = child.values.astype(np.int64)
    levels = range(len(model.child.levels))
    others = [level for level in levels if level not in aims]
    if not others:
        mine = {item.aim for item in model.terms if item.parent == term.parent}
        free = [level for level in levels if level not in mine]
        many = np.bincount(codes, minlength=len(levels))
        others = [max(free, key=lambda level: many[level])]  # a blueprint leaves one at least
    rows = (codes == term.aim) | np.isin(codes, others)
    sign = np.array([float(aim == term.aim) - float(aim in others) for aim in aims])
    part = Child(
        model,
        Design(child.design.columns[rows] * sign, child.design.held & (sign != 0), None),
        (codes[rows] == term.aim).astype(np.float64),
        None,
        None if child.group is None else child.group[rows],
    )
    # The effect that is asked for comes first: those that say the same give way to it.
    first = [place, *(other for other in range(len(aims)) if other != place)]
    kept = np.zeros(len(aims), dtype=np.bool_)
    usable = [other for other in first if part.design.held[other]]
    said = regression.estimable(part.constants, part.design.columns[:, usable])
    kept[[other for other, good in zip(usable, said, strict=True) if good]] = True
    columns = part.design.columns[:, kept]
    yes = part.values
    fewest = min(float(yes.sum()), float(len(yes) - yes.sum()))
    fit = None
    if kept[place] and fewest > 0:
        fit = regression.firth(columns, yes, part.constants)
    few = fewest < EVENTS * max(int(kept.sum()), 1) or _separated(columns, yes, 2, time=False)
    short: Short = "events" if few or fit is None else ""
    return part, Outcome(fit, kept, short, NOISE_SD["multinomial"])
