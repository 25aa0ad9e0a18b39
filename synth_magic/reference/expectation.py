"""What the reference expects of a table's columns in the population that was described.

Each variable's law is mixed over the ages, sexes and conditions of the people at hand.  With z
the latent scores given age and sex (correlations R), a column's score is S = m(age, sex) + c z,
so for two columns cov(S_i, S_j) = cov(m_i, m_j) + c_i c_j R_ij.  The blueprint's effects are the
regressions of each column on those before it by these covariances: what absent mediators and
common causes do acts through the children that are there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Column, Effect
from synth_magic.errors import Problem
from synth_magic.reference import columns as made
from synth_magic.reference import law, naming, people, pins, selection, within
from synth_magic.reference.law import Known
from synth_magic.reference.people import People
from synth_magic.reference.placed import Placed
from synth_magic.reference.schema import Expectation, ReadColumn, Reading
from synth_magic.reference.tables import Reference, load

Array = NDArray[np.float64]
SMALLEST = 0.03
#: Correlation of a measurement with its repetition at another time: a guess.  Of two variables at
#: two times it makes this part of theirs at one time, which keeps all together positive definite.
REPEATED = 0.7
#: Parents that are nearly one measurement share their effect.
RIDGE = 0.01


def expect(
    reading: Reading,
    columns: Sequence[ReadColumn] | None = None,
    derived: Mapping[str, Sequence[str]] | None = None,
    whole: Collection[str] = (),
) -> Expectation:
    """Complete the columns that the reference knows and say how they hang together.

    Parameters
    ----------
    reading
        Population, restrictions and columns as `reading.read` understood them.
    columns
        Those of a table; `reading.columns` without.
    derived
        Columns that a formula computes, and the columns it reads: they take no effects and
        stand after their operands in the graph.
    whole
        Columns not to be stated by sex, since effects of the user's run otherwise.

    Returns
    -------
    Expectation
        Columns in the order given; what the user pinned stays the user's.
    """
    reference = load()
    given = tuple(reading.columns if columns is None else columns)
    first = [c for c in given if c.variable is not None]
    group = people.gather(
        reference,
        reading.population,
        reading.restrictions,
        pins.ages(first),
        pins.men(first),
        reading.absent,
    )
    placed = [Placed(c, known) for c in first if (known := place(reference, group, c)) is not None]
    times = sorted({p.time for p in placed}, key=[p.time for p in placed].index)
    times.sort(key=bool)  # the first measurements before those that repeat them
    placed.sort(key=lambda p: (times.index(p.time), reference.order[p.variable]))
    placed, doubles = _distinct(placed)
    placed = _ordered(placed, derived or {})
    covariance = Covariance.of(reference, group, placed)
    shifts = selection.shifts(reference, covariance.R, placed, reading.restrictions)
    by = next((p.read for p in placed if p.variable == "sex"), None)
    filled: dict[str, Column] = {}
    notes: list[Problem] = []
    for p, shift in zip(placed, shifts.each, strict=True):
        column, more = made.complete(
            reference, p.read, p.known, shift, None if p.name in whole else by
        )
        filled[p.name] = column
        notes += more
    effects = _effects(reference, placed, shifts.R, covariance.reach, filled, derived or {})
    known_names = {p.name for p in placed}
    return Expectation(
        tuple(filled.get(c.column.name, c.column) for c in given),
        effects,
        tuple(p.name for p in placed),
        (*shifts.notes, *notes, *doubles),
        tuple(c.column.name for c in given if c.column.name not in known_names),
    )


def place(reference: Reference, group: People, read: ReadColumn) -> Known | None:
    """Place a column's variable in the population; None when its values are not the variable's."""
    variable = reference.variables[str(read.variable)]
    if variable.id == "sex":
        return law.sex(group)
    if variable.id == "age":
        return law.age(group)
    general = reference.laws[variable.id]
    if general.quantiles is not None:
        return law.number(reference, group, variable.id)
    level = variable.level or "yes"
    pinned = pins.share(read, level)
    if general.share is not None:
        expected = group.share(variable.id)
        usual = law.yes_no(reference, group, variable.id, general.share, expected)
        if pinned is None:
            return usual
        found = law.yes_no(reference, group, variable.id, general.share, pinned)
        return replace(found, before=float(usual.shares[1]))
    if general.shares is None:
        return None
    if variable.ordered:
        return law.ordered(reference, group, variable.id)
    known = group.share(f"{level}_{variable.id}") if pinned is None else pinned
    return law.nominal(reference, group, variable.id, variable.values.index(level), known)


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """How the columns hang together in the people at hand.

    Parameters
    ----------
    R
        Correlations of the columns' latent scores, shape (k, k).
    reach
        Correlation of each column's delivered score with its own latent one, shape (k,): 1 for
        numbers, less for yes/no and few ordered values.
    """

    R: Array
    reach: Array

    @classmethod
    def of(cls, reference: Reference, group: People, placed: Sequence[Placed]) -> Covariance:
        """Compute it: the part that age and sex make, and the part beyond them."""
        count = len(placed)
        R = within.correlations(reference, group.conditions, [p.variable for p in placed])
        time = np.array([p.time for p in placed])
        R = np.where(time[:, None] == time[None, :], R, REPEATED * R)
        root = np.sqrt(group.weights)
        means = [p.known.latent - (group.weights * p.known.latent).sum() for p in placed]
        flat = np.array([(mean * root).ravel() for mean in means]).reshape(count, root.size)
        own = np.array([p.known.own for p in placed])
        # einsum, not BLAS: the same digits whatever library numpy was built with.
        latent = np.einsum("ik,jk->ij", flat, flat) + np.outer(own, own) * R
        np.fill_diagonal(latent, 1.0)
        return cls(latent, np.array([p.known.reach for p in placed]))


def regress(rhs: Array, R: Array) -> Array:
    """Coefficients on standardised parents; those under 0.03 are dropped together, refitted.

    Parameters
    ----------
    rhs
        Correlations of the child with its parents, shape (k,).
    R
        Correlations among the parents, shape (k, k).

    Returns
    -------
    array
        Shape (k,), zero where dropped.
    """
    kept = np.arange(len(rhs))
    beta = np.zeros(len(rhs))
    for _ in range(2):
        part = R[np.ix_(kept, kept)] + RIDGE * np.eye(len(kept))
        beta = np.zeros(len(rhs))
        beta[kept] = np.linalg.solve(part, rhs[kept])
        kept = kept[np.abs(beta[kept]) >= SMALLEST]
    beta[np.abs(beta) < SMALLEST] = 0.0
    return beta


def _effects(
    reference: Reference,
    placed: Sequence[Placed],
    R: Array,
    reach: Array,
    filled: dict[str, Column],
    derived: Mapping[str, Sequence[str]],
) -> tuple[Effect, ...]:
    """Regressions in the order of the graph, in the blueprint's own words."""
    found: list[Effect] = []
    mixed, score = R * reach, R * np.outer(reach, reach)
    np.fill_diagonal(score, 1.0)
    says = [naming.as_parent(reference, p.read, filled[p.name]) for p in placed]
    signs = [
        -1 if naming.turned(p.read, reference.variables[p.variable], filled[p.name]) else 1
        for p in placed
    ]
    for i, child in enumerate(placed):
        target = naming.as_child(reference, child.read, filled[child.name])
        parents = [j for j in range(i) if says[j] is not None and placed[j].name not in derived]
        if target is None or not parents or child.name in derived:
            continue
        beta = regress(mixed[i, parents], score[np.ix_(parents, parents)])
        inner = _within(filled[child.name], placed, parents, mixed[i])
        for j, size in zip(parents, beta, strict=True):
            if _grouping(filled[child.name]) == placed[j].name:
                continue
            worded = _worded(reference, placed[j], child, filled)
            if worded is not None:
                found.append(worded)
            elif size != 0:
                per_step = round(float(signs[j] * size / placed[j].known.sd * inner), 3)
                found.append(
                    Effect(
                        parent=str(says[j]),
                        child=target,
                        word="beta",
                        size=per_step,
                        source="guess" if placed[j].variable == child.variable else "reference",
                    )
                )
    return tuple(found)


def _worded(
    reference: Reference, parent: Placed, child: Placed, filled: dict[str, Column]
) -> Effect | None:
    """Find the effect that the reference states as an odds ratio, per step of the column's unit."""
    stated = next(
        (w for w in reference.worded if (w.parent, w.child) == (parent.variable, child.variable)),
        None,
    )
    column = filled[child.name]
    if (
        parent.time != child.time
        or stated is None
        or column.distribution is None
        or column.distribution.probability is None
    ):
        return None
    step = None if stated.per is None else float(f"{stated.per * parent.read.factor:.6g}")
    return Effect(
        parent=parent.name,
        child=child.name,
        word="odds_ratio",
        size=stated.odds_ratio,
        per=None if step == 1 else step,
        source="reference",
    )


def _ordered(placed: Sequence[Placed], derived: Mapping[str, Sequence[str]]) -> list[Placed]:
    """Put each derived column behind the last of its operands."""
    order = [p for p in placed if p.name not in derived]
    for p in placed:
        if p.name in derived:
            behind = [i for i, q in enumerate(order) if q.name in derived[p.name]]
            order.insert(max(behind, default=len(order) - 1) + 1, p)
    return order


def _grouping(column: Column) -> str | None:
    return column.distribution.by if column.distribution is not None else None


def _within(column: Column, placed: Sequence[Placed], parents: Sequence[int], row: Array) -> float:
    """SD of the pooled score over that within the groups of `by`."""
    by = _grouping(column)
    at = next((j for j in parents if placed[j].name == by), None)
    return 1.0 if at is None else float(1 / np.sqrt(max(1 - row[at] ** 2, 0.05)))


def _distinct(placed: Sequence[Placed]) -> tuple[list[Placed], tuple[Problem, ...]]:
    """Keep the first column of each variable and time; a second one is not the same measurement."""
    kept: dict[tuple[str, str], Placed] = {}
    notes: list[Problem] = []
    for p in placed:
        if (p.variable, p.time) in kept:
            first = kept[p.variable, p.time].name
            notes.append(
                Problem(
                    ("columns", p.name),
                    f"{first} and {p.name} both read as the same measurement; "
                    f"the reference was used for {first}.",
                    f"State facts for {p.name}, or rename it.",
                    "note",
                )
            )
        else:
            kept[p.variable, p.time] = p
    return list(kept.values()), tuple(notes)
