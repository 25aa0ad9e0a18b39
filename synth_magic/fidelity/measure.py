"""What the report reads off a table, the same for a large draw of the blueprint and the user's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.blueprint.graph import kind, kinds, owners
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.expressions import (
    Vector,
    assignments,
    bind,
    evaluate,
    names,
    parse,
)
from synth_magic.fidelity.law import Law, delivered
from synth_magic.fidelity.repeats import Repeats, repeats
from synth_magic.fidelity.tally import Z99, Array, Interval, Tally, marked, tally
from synth_magic.fidelity.values import positions

if TYPE_CHECKING:
    import pandas as pd

#: A column, and the value of its grouping column where a part of the rows is meant.
Cell = tuple[str, str | None]


@dataclass(frozen=True, slots=True, eq=False)
class Kaplan:
    """A Kaplan-Meier curve (J Am Stat Assoc 1958) with Greenwood's variance.

    Parameters
    ----------
    times
        Times at which something happened, shape (k,).
    share
        S just after each time, shape (k,).
    spread
        Greenwood's sum of d / (r (r - d)), shape (k,).
    at_risk
        Rows at risk at each time, shape (k,).
    """

    times: Array
    share: Array
    spread: Array
    at_risk: Array

    def at(self, time: float) -> tuple[float, float]:
        """S(time) and the SE of log(-log S); NaN where nobody is left to tell."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        last = len(self.times) - 1
        if last < 0 or (place == last and time > self.times[last]):
            return math.nan, math.nan
        if place < 0:
            return 1.0, math.nan
        share = float(self.share[place])
        if not 0 < share < 1:
            return share, math.nan
        return share, math.sqrt(float(self.spread[place])) / -math.log(share)

    def left(self, time: float) -> int:
        """How many rows are still watched at `time`."""
        place = int(np.searchsorted(self.times, time, side="left"))
        return int(self.at_risk[place]) if place < len(self.times) else 0

    def interval(self, time: float) -> Interval | None:
        """Give the 99% interval of S(time) on the log-minus-log scale."""
        share, error = self.at(time)
        if not math.isfinite(error):
            return None
        low, high = (share ** math.exp(sign * Z99 * error) for sign in (1, -1))
        return low, high


def kaplan(times: Array, events: Array, step: float = 0.0) -> Kaplan:
    """Work out the curve of rows whose time and event are both known.

    Parameters
    ----------
    times, events
        Shape (n,); events are 1, censored rows 0; NaN where missing.
    step
        Distance of neighbouring times, 0 where it is not known.
    """
    followed = np.where(np.isnan(events), np.nan, times)
    ends, died = marked(followed, (events > 0) & ~np.isnan(times), step)
    at_risk: Array = ends.counts[::-1].cumsum()[::-1].astype(np.float64)
    left: Array = at_risk - died
    spread = np.divide(died, at_risk * left, out=np.zeros_like(died), where=left > 0)
    stayed: Array = np.divide(left, at_risk)
    return Kaplan(ends.values, stayed.cumprod(), np.cumsum(spread), at_risk)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A table as the report sees it.

    Parameters
    ----------
    rows
        Number of rows.
    tallies
        Values and counts of each column, and of each of its groups.
    curves
        Kaplan-Meier curve of each time column.
    applies
        Rows in which a column with missing values applies.
    vectors
        The delivered columns that rules read, as expressions read them.
    repeats
        Rows that are equal in all these columns.
    """

    rows: int
    tallies: Mapping[Cell, Tally]
    curves: Mapping[str, Kaplan]
    applies: Mapping[str, int]
    vectors: Mapping[str, Vector]
    repeats: Repeats


def measure(table: pd.DataFrame, law: Law) -> Measured:
    """Read all that the report needs off a table; columns that are not there are left out."""
    blueprint = law.blueprint
    places: dict[str, Array] = {}
    steps: dict[str, float] = {}
    for name, _, _ in delivered(blueprint):
        codec = law.codec(name)
        if name in table.columns and codec is not None:
            places[name] = positions(table[name], codec)
            steps[name] = codec.step
    tallies: dict[Cell, Tally] = {
        (name, None): tally(values, steps[name]) for name, values in places.items()
    }
    curves = {}
    for column in blueprint.columns:
        tallies |= _groups(column, blueprint, places, steps)
        if column.event in places and column.name in places:
            curves[column.name] = kaplan(
                places[column.name], places[column.event or ""], steps[column.name]
            )
    vectors = _vectors(table, blueprint, places)
    applies = _applies(blueprint, vectors, len(table))
    equal = repeats(places.values(), len(table))
    return Measured(len(table), tallies, curves, applies, vectors, equal)


def _groups(
    column: Column, blueprint: Blueprint, places: Mapping[str, Array], steps: Mapping[str, float]
) -> dict[Cell, Tally]:
    stated = column.distribution
    if stated is None or stated.by is None or column.name not in places:
        return {}
    by = owners(blueprint).get(stated.by)
    if by is None or stated.by not in places:
        return {}
    levels = blueprint.column(by).levels
    found: dict[Cell, Tally] = {}
    for value, _ in stated.groups or ():
        if value in levels:
            rows = places[stated.by] == levels.index(value)
            found[column.name, value] = tally(places[column.name][rows], steps[column.name])
    return found


def _vectors(
    table: pd.DataFrame, blueprint: Blueprint, places: Mapping[str, Array]
) -> dict[str, Vector]:
    found: dict[str, Vector] = {}
    data: NDArray[Any]
    known_names = kinds(blueprint)
    needed = {
        name for rule in blueprint.rules for name in names(bind(parse(rule.text), known_names))
    }
    for name, column, event in delivered(blueprint):
        if name not in needed:
            continue
        if name in places:
            found[name] = vector_of(places[name], column, event=event)
        elif name in table.columns:
            missing = table[name].isna().to_numpy()
            data = table[name].astype(object).to_numpy()
            found[name] = Vector(data, ~missing if missing.any() else None)
    return found


def vector_of(values: Array, column: Column, *, event: bool) -> Vector:
    """Write places on a column's axis as expressions read them.

    Parameters
    ----------
    values
        Shape (n,), NaN where missing, -1 for a category that is none of the stated.
    column, event
        The blueprint's column, and whether the values are its event.
    """
    known = ~(np.isnan(values) | (values < 0)) if column.levels else ~np.isnan(values)
    data: NDArray[Any] = np.where(known, values, 0.0)
    if not event and kind(column).what == "choice":
        data = data.astype(np.int64)
    return Vector(data, None if known.all() else known)


def _applies(blueprint: Blueprint, vectors: Mapping[str, Vector], rows: int) -> dict[str, int]:
    """Rows in which no rule says that the column is missing."""
    lacking = {item.column for item in blueprint.missing}
    out = {name: np.zeros(rows, bool) for name in lacking}
    for rule in blueprint.rules:
        for guard, name in assignments(bind(parse(rule.text), kinds(blueprint)))[0]:
            if name in lacking and all(needed in vectors for needed in names(guard)):
                out[name] |= np.broadcast_to(evaluate(guard, vectors).data.astype(bool), (rows,))
    return {name: int(rows - blank.sum()) for name, blank in out.items()}


def normal_tail(z: float) -> float:
    """Two-sided tail of the normal law; 1 for NaN."""
    return 1.0 if math.isnan(z) else float(2 * special.ndtr(-abs(z)))
