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
from synth_magic.fidelity.effect_missing import marked, missing_models
from synth_magic.fidelity.effect_models import (
    EVENTS,
    Child,
    Outcome,
    Short,
    likelihood,
    number,
    single,
)
from synth_magic.fidelity.effect_rows import Model, design_of, models_of, rows_of
from synth_magic.fidelity.law import Law
from synth_magic.laws.effects import NOISE_SD, Term

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: How an estimate is compared: as it is, as the log of a ratio, by Fisher's z of a correlation.
Scale = Literal["plain", "log", "z"]

#: Rows beyond these add nothing that could be seen.
MOST = 50_000


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
        As `models_of` and `missing_models` give them; they are the same for every table of a
        blueprint.
    spreads
        Covariance of each child's design in the large draw: what a child's whole latent
        spread is made of, when ``beta`` counts it.  Without them this table's own.
    most
        How many rows to use, evenly spaced; None for all.
    """
    models = (*models_of(law), *missing_models(law)) if models is None else models
    wanted = {name for model in models for name in model.reads}
    rows = marked(rows_of(table, law, wanted, most), models)
    estimates: dict[Path, Estimate] = {}
    found: dict[str, Array] = {}
    for model in models:
        if model.child.name not in rows.places:
            continue
        design = design_of(model, rows)
        own = Child.of(model, rows, design)
        known = None if spreads is None else spreads.get(model.child.name)
        found[model.child.name] = own.spread() if known is None else known
        estimates |= _estimates(own, found[model.child.name])
    return Effects(estimates, found)


def _estimates(child: Child, spread: Array) -> dict[Path, Estimate]:
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
                found[term.path] = _estimate(*single(child, place), place, spread)
    elif model.noise == "normal":
        for word in sorted(words):
            found |= _fitted(child, number(child, raw=word == "difference"), spread, word)
    elif words:
        found |= _fitted(child, likelihood(child), spread, None)
    return found


# Estimates ------------------------------------------------------------------------


def _fitted(
    child: Child, outcome: Outcome, spread: Array, word: str | None
) -> dict[Path, Estimate]:
    return {
        term.path: _estimate(child, outcome, place, spread)
        for place, term in enumerate(child.model.terms)
        if child.design.held[place]
        and term.word != "correlation"
        and (word is None or term.word == word)
    }


def _scale(term: Term) -> Scale:
    if term.word == "correlation":
        return "z"
    return "log" if term.word in ("odds_ratio", "hazard_ratio") else "plain"


def _estimate(child: Child, outcome: Outcome, place: int, spread: Array) -> Estimate:
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
    child: Child, fit: regression.Fit, at: int, spread: Array
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


def _correlation(child: Child, place: int) -> Estimate:
    column = child.design.columns[:, place]
    r, error = regression.spearman(column, child.values)
    rows = len(child.values)
    if not abs(r) < 1 or not error > 0:
        return Estimate(math.nan, math.nan, "z", rows, short="rows")
    short: Short = "rows" if rows < EVENTS else ""
    return Estimate(math.atanh(r), error / (1 - r * r), "z", rows, math.inf, short, 1 / (1 - r * r))
