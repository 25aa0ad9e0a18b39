"""The rows and the designs from which effects are estimated: those that the sampler uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.blueprint.graph import kinds
from synth_magic.blueprint.model import Column
from synth_magic.expressions import Node, Vector, assignments, bind, evaluate, names, parse
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.measure import vector_of
from synth_magic.fidelity.values import positions
from synth_magic.laws import Marginal
from synth_magic.laws.effects import Noise, Term, design, noise, terms

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_POINTS = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A child with all its effects, as it is drawn.

    Parameters
    ----------
    child
        The blueprint's column.
    noise
        Law of its noise: which regression recovers its effects.
    terms
        Its effects.
    wheres
        Condition of each, read.
    parents
        Pooled law of each effect's parent, as delivered.
    own
        The child's law as delivered; under `by` one a group.
    kept
        Of each of `own`, how much of the latent value its scores keep.
    by
        The grouping column.
    blanks
        Pairs (condition, parent): where a rule says that the parent is missing.
    operands
        What the column is computed from whose missingness is the child.
    missing
        The column whose missingness is the child.
    """

    child: Column
    noise: Noise
    terms: tuple[Term, ...]
    wheres: tuple[Node | None, ...]
    parents: tuple[Marginal, ...]
    own: tuple[Marginal, ...]
    kept: tuple[float, ...]
    by: str | None
    blanks: tuple[tuple[Node, str], ...]
    operands: tuple[str, ...] = ()
    missing: str | None = None

    @property
    def reads(self) -> frozenset[str]:
        """Delivered columns that the model reads."""
        found = {self.child.name, *(term.parent for term in self.terms)}
        found |= {name for node in self.wheres if node is not None for name in names(node)}
        found |= {name for node, _ in self.blanks for name in names(node)}
        found |= set(self.operands)
        return frozenset(
            found | {name for name in (self.by, self.child.event, self.missing) if name}
        )


def models_of(law: Law) -> tuple[Model, ...]:
    """Give the model of each child that has effects, in the blueprint's order."""
    blueprint = law.blueprint
    known = kinds(blueprint)
    every: dict[str, list[Term]] = {}
    for term in terms(blueprint):
        every.setdefault(term.child, []).append(term)
    blanks = [
        pair for rule in blueprint.rules for pair in assignments(bind(parse(rule.text), known))[0]
    ]
    found = []
    for column in blueprint.columns:
        mine = tuple(every.get(column.name, ()))
        if not mine or law.codec(column.name) is None:
            continue
        by = None if column.distribution is None else column.distribution.by
        parents = {term.parent for term in mine}
        own = _own(law, column, by)
        found.append(
            Model(
                column,
                noise(column),
                mine,
                tuple(None if t.where is None else bind(parse(t.where), known) for t in mine),
                tuple(delivered_law(law, term.parent) for term in mine),
                own,
                tuple(_kept(part) for part in own),
                by,
                tuple((guard, name) for guard, name in blanks if name in parents),
            )
        )
    return tuple(found)


def delivered_law(law: Law, name: str) -> Marginal:
    """Give a column's pooled law as delivered, that is rounded."""
    codec, stated = law.codec(name), law.plan.laws[name]
    return stated if codec is None else codec.law(stated)


def _own(law: Law, column: Column, by: str | None) -> tuple[Marginal, ...]:
    codec, stated = law.codec(column.name), law.plan.laws[column.name]
    if codec is None or by is None:
        return (stated if codec is None else codec.law(stated),)
    inner = dict(stated.groups)
    some = stated.groups[0][1]
    levels = law.blueprint.column(by).levels
    return tuple(codec.law(inner.get(level, some)) for level in levels)


def _kept(law: Marginal) -> float:
    """Correlation of the scores of a rounded law with the normal latent value behind it.

    A count of few values has a coarser score than its latent value, and a slope on the score
    is smaller by this factor.
    """
    u = (np.arange(_POINTS) + 0.5) / _POINTS
    score, latent = law.score(law.ppf(u)), special.ndtri(u)
    spread = float(np.std(score))
    return float(np.mean(score * latent)) / spread if spread > 0 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Some of a table's columns, read.

    Parameters
    ----------
    count
        How many rows.
    places
        Places on each column's axis, NaN where missing or none of the stated values.
    vectors
        The same as expressions read them.
    blank
        Where each column holds nothing.
    """

    count: int
    places: Mapping[str, Array]
    vectors: Mapping[str, Vector]
    blank: Mapping[str, Mask]


def rows_of(table: pd.DataFrame, law: Law, wanted: Iterable[str], most: int | None) -> Rows:
    """Read columns of a table, of at most so many rows, evenly spaced."""
    if most is not None and len(table) > most:
        table = table.iloc[(np.arange(most) * len(table)) // most]
    places, vectors, blank = {}, {}, {}
    for name in sorted(set(wanted) & set(table.columns)):
        blank[name] = table[name].isna().to_numpy()
        codec = law.codec(name)
        if codec is None:
            continue
        values = positions(table[name], codec)
        column = law.blueprint.column(name)
        event = name == column.event
        vectors[name] = vector_of(values, column, event=event)
        places[name] = np.where(values < 0, np.nan, values) if column.levels else values
    return Rows(len(table), places, vectors, blank)


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A model's design on some rows.

    Parameters
    ----------
    columns
        Shape (n, effects), NaN where a value is missing.
    held
        Which effects have a column: their parent is in the table, shape (effects,).
    group
        Group of each row under `by`, NaN where missing; else None.
    """

    columns: Array
    held: Mask
    group: Array | None


def design_of(model: Model, rows: Rows) -> Design:
    """Build the design that the sampler used; rows in which an effect does not apply have 0.

    A parent that is missing since a rule says so adds its mean effect, as it does in the draw.
    """
    columns = np.zeros((rows.count, len(model.terms)))
    held = np.zeros(len(model.terms), dtype=np.bool_)
    gone = absent(model, rows)
    for place, (term, where, law) in enumerate(
        zip(model.terms, model.wheres, model.parents, strict=True)
    ):
        readable = where is None or all(name in rows.vectors for name in names(where))
        if term.parent not in rows.places or not readable:
            continue
        at = rows.places[term.parent]
        known = ~np.isnan(at)
        column = np.where(known, design(term, np.where(known, at, 0.0), law), np.nan)
        blank = gone.get(term.parent)
        if blank is not None and known.any():
            column[blank & ~known] = column[known].mean()
        if where is not None:
            column = _within(column, where, rows)
        columns[:, place], held[place] = column, True
    group = None if model.by is None else rows.places.get(model.by)
    return Design(columns, held, group)


def absent(model: Model, rows: Rows) -> dict[str, Mask]:
    """Say in which rows a rule leaves out a parent, or the column whose missingness is modelled."""
    found: dict[str, Mask] = {}
    for guard, name in model.blanks:
        if all(needed in rows.vectors for needed in names(guard)):
            holds = np.broadcast_to(evaluate(guard, rows.vectors).data.astype(bool), (rows.count,))
            found[name] = found.get(name, np.zeros(rows.count, dtype=np.bool_)) | holds
    return found


def _within(column: Array, where: Node, rows: Rows) -> Array:
    applies = evaluate(where, rows.vectors).data.astype(bool)
    unknown = np.zeros(rows.count, dtype=np.bool_)
    for name in names(where):
        known = rows.vectors[name].known
        if known is not None:
            unknown |= ~known
    return np.where(unknown, np.nan, np.where(applies, column, 0.0))
