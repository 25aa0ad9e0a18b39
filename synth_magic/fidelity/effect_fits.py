"""Effects estimated from a table in the words in which they were said.

Each child is fitted with all its parents: least squares for numbers and dates,
Firth's logistic model for booleans and single values of a category,
proportional odds for ordered columns, Cox's model for times.  A correlation is
Spearman's, of the two columns alone, as it is stated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Path
from synth_magic.fidelity import regression
from synth_magic.fidelity.effect_rows import Design, Model, Rows, design_of, models_of, rows_of
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.regression.design import groups, means, ones
from synth_magic.laws.effects import NOISE_SD, Term, score_moments
from synth_magic.laws.positions import unit_of_spread

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: How an estimate is compared: as it is, as the log of a ratio, by Fisher's z of a correlation.
Scale = Literal["plain", "log", "z"]
Short = Literal["", "rows", "events"]

#: Rows beyond these add nothing that could be seen.
MOST = 50_000
#: Events a parameter, and rows on the smaller side of a parent's value, below which nothing
#: is graded (Peduzzi and others, J Clin Epidemiol 1996).
EVENTS = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect in a table.

    Parameters
    ----------
    value, error
        On the scale `scale`, NaN where it cannot be estimated.
    scale
        How it is compared.
    rows
        Rows without a missing value, from which it is estimated.
    freedom
        Degrees of freedom of its t law.
    short
        What there is too little of.
    unit
        How much of it is one SD of the child for one SD of the parent.
    """

    value: float
    error: float
    scale: Scale
    rows: int
    freedom: float = math.inf
    short: Short = ""
    unit: float = math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """All effects of a table, by their path, and how the designs are spread."""

    estimates: Mapping[Path, Estimate]
    spreads: Mapping[str, Array]


def fit_all(
    table: pd.DataFrame,
    law: Law,
    models: tuple[Model, ...] | None = None,
    spreads: Mapping[str, Array] | None = None,
    most: int | None = MOST,
) -> Effects:
    """Estimate each effect of a blueprint whose columns the table holds.

    Parameters
    ----------
    table
        The table.
    law
        Its blueprint.
    models
        As `models_of` gives them; they are the same for every table of a blueprint.
    spreads
        Covariance of each child's design in the large draw: what a child's whole latent
        spread is made of, when ``beta`` counts it.  Without them this table's own.
    most
        How many rows to use, evenly spaced; None for all.
    """
    models = models_of(law) if models is None else models
    rows = rows_of(table, law, {name for model in models for name in model.reads}, most)
    estimates: dict[Path, Estimate] = {}
    found: dict[str, Array] = {}
    for model in models:
        if model.child.name not in rows.places:
            continue
        design = design_of(model, rows)
        own = _Child.of(model, rows, design)
        known = None if spreads is None else spreads.get(model.child.name)
        found[model.child.name] = own.spread() if known is None else known
        estimates |= _estimates(own, found[model.child.name])
    return Effects(estimates, found)


@dataclass(frozen=True, slots=True, eq=False)
class _Child:
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
    def of(cls, model: Model, rows: Rows, design: Design) -> _Child:
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
        return ones(len(self.values)) if self.group is None else groups(self.group)

    def spread(self) -> Array:
        """Covariance of the design columns within the groups, shape (effects, effects)."""
        columns = self.design.columns
        if not len(columns):
            return np.zeros((columns.shape[1], columns.shape[1]))
        constants = self.constants
        apart = columns - constants @ means(constants, columns)
        return np.asarray(apart.T @ apart / len(columns))


def _estimates(child: _Child, spread: Array) -> dict[Path, Estimate]:
    model = child.model
    found: dict[Path, Estimate] = {}
    for place, term in enumerate(model.terms):
        if not child.design.held[place]:
            continue
        if term.word == "correlation":
            found[term.path] = _correlation(child, place)
    words = {term.word for term in model.terms} - {"correlation"}
    if model.noise == "multinomial":
        for place, term in enumerate(model.terms):
            if child.design.held[place]:
                found[term.path] = _single(child, place, spread)
    elif model.noise == "normal":
        for word in sorted(words):
            found |= _fitted(child, _number(child, raw=word == "difference"), spread, word)
    elif words:
        found |= _fitted(child, _likelihood(child), spread, None)
    return found


# Models ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
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


def _kept(child: _Child, constants: Array) -> Mask:
    found = child.design.held.copy()
    columns = child.design.columns[:, found]
    found[found] = regression.estimable(constants, columns)
    return found


def _number(child: _Child, *, raw: bool) -> _Outcome:
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
    return _Outcome(fit, kept, "rows" if few or fit is None else "", sd)


def _scores(child: _Child) -> Array:
    """Give the scores of the child in its own law, within its group, in SDs of its latent value."""
    scores = np.empty(len(child.values))
    for place, (law, kept) in enumerate(zip(child.model.own, child.model.kept, strict=True)):
        rows = slice(None) if child.group is None else child.group == place
        mean, sd = score_moments(law)
        scores[rows] = (law.score(child.values[rows]) - mean) / (sd * kept)
    return scores


def _likelihood(child: _Child) -> _Outcome:
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
    return _Outcome(fit, kept, "events" if few else "", NOISE_SD[noise])


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


def _single(child: _Child, place: int, spread: Array) -> Estimate:
    """Fit one value of a nominal column against its values without an effect.

    Of two values of a multinomial logit, the odds of one against the other are logistic in
    the difference of their effects; values without any effect stand together.
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
        others = [max(free, key=lambda level: many[level])] if free else []
    if not others:
        return Estimate(math.nan, math.nan, _scale(term), len(codes), short="rows")
    rows = (codes == term.aim) | np.isin(codes, others)
    sign = np.array([float(aim == term.aim) - float(aim in others) for aim in aims])
    part = _Child(
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
    outcome = _Outcome(fit, kept, "events" if few or fit is None else "", NOISE_SD["multinomial"])
    return _estimate(part, place, outcome, spread)


# Estimates ------------------------------------------------------------------------


def _fitted(
    child: _Child, outcome: _Outcome, spread: Array, word: str | None
) -> dict[Path, Estimate]:
    return {
        term.path: _estimate(child, place, outcome, spread)
        for place, term in enumerate(child.model.terms)
        if child.design.held[place]
        and term.word != "correlation"
        and (word is None or term.word == word)
    }


def _scale(term: Term) -> Scale:
    if term.word == "correlation":
        return "z"
    return "log" if term.word in ("odds_ratio", "hazard_ratio") else "plain"


def _estimate(child: _Child, place: int, outcome: _Outcome, spread: Array) -> Estimate:
    term, scale = child.model.terms[place], _scale(child.model.terms[place])
    rows = len(child.values)
    short = outcome.short or _lopsided(child.design.columns[:, place])
    spread_of = math.sqrt(max(float(spread[place, place]), 0.0))
    if outcome.fit is None or not outcome.kept[place]:
        return Estimate(math.nan, math.nan, scale, rows, short=short or "rows")
    kept = np.flatnonzero(outcome.kept)
    at = int(np.searchsorted(kept, place))
    fit = outcome.fit
    value, error, unit = float(fit.values[at]), float(fit.errors[at]), outcome.sd
    if term.word == "beta":
        value, error, unit = _in_sds(child, fit, at, spread[np.ix_(kept, kept)])
    freedom = float(np.broadcast_to(fit.freedom, fit.values.shape)[at])
    unit = unit / spread_of if spread_of > 0 else math.nan
    return Estimate(value, error, scale, rows, freedom, short, unit)


def _in_sds(
    child: _Child, fit: regression.Fit, at: int, spread: Array
) -> tuple[float, float, float]:
    """Coefficient, its error, and a slope of 1 SD, in SDs of the child's whole latent value."""
    noise = child.model.noise
    value, error = float(fit.values[at]), float(fit.errors[at])
    if noise == "normal":
        return value, error, 1.0
    sd = NOISE_SD[noise]
    if noise == "multinomial":
        return value / sd, error / sd, 1.0
    sign = -1.0 if noise == "log_exponential" else 1.0
    joint = spread @ fit.values
    whole = math.sqrt(float(fit.values @ joint) + sd**2)
    slope = -value * joint / whole**3
    slope[at] += 1 / whole
    error = math.sqrt(max(float(slope @ fit.covariance @ slope), 0.0))
    return sign * value / whole, error, 1.0


def _lopsided(column: Array) -> Short:
    """Tell whether too few rows have, or have not, the one value of a parent."""
    yes = np.count_nonzero(column == 1)
    if yes + np.count_nonzero(column == 0) < len(column):
        return ""
    return "rows" if min(yes, len(column) - yes) < EVENTS else ""


def _correlation(child: _Child, place: int) -> Estimate:
    column = child.design.columns[:, place]
    r, error = regression.spearman(column, child.values)
    rows = len(child.values)
    if not abs(r) < 1 or not error > 0:
        return Estimate(math.nan, math.nan, "z", rows, short="rows")
    short: Short = "rows" if rows < EVENTS else ""
    return Estimate(math.atanh(r), error / (1 - r * r), "z", rows, math.inf, short, 1 / (1 - r * r))
