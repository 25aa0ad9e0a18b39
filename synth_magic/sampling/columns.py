"""One column of a blueprint, compiled: its law, its codes, its effects, its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Column, Missing
from synth_magic.errors import Problem
from synth_magic.expressions import Call, Node, Number, evaluate, kind_of
from synth_magic.laws import Codec, Marginal, codec, event_codec, solve
from synth_magic.laws.effects import Term, missing_term, noise
from synth_magic.sampling.conditional import LOG2_POINTS, Conditional, conditional, plain
from synth_magic.sampling.designs import Part
from synth_magic.sampling.draws import Drawn, Latent, Odds, Shares
from synth_magic.sampling.gaussian import own
from synth_magic.sampling.known import Compiled, Known
from synth_magic.sampling.plan import MissingStep
from synth_magic.sampling.rules import Structure
from synth_magic.sampling.state import Axis
from synth_magic.sampling.steps import BlankStep, FormulaStep, LawStep
from synth_magic.sampling.target import Effects, Places, Target
from synth_magic.sampling.times import guessed_hazard, time_step, times_in_steps

Array = NDArray[np.float64]

_DAY = 86400.0
#: Operations that may have no result, unless what they are applied to is written out.
_MAY_FAIL = ("/", "**", "log", "log2", "log10", "sqrt")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Compiles columns, given those above them.

    Parameters
    ----------
    columns, terms
        The blueprint's columns, and the effects on each, by name.
    structure
        Order, parents and rules.
    nullable
        Columns whose values can miss for a reason of their own.
    known
        The columns compiled so far.
    """

    columns: Mapping[str, Column]
    terms: Mapping[str, tuple[Term, ...]]
    structure: Structure
    nullable: frozenset[str]
    known: Known

    def compiled(self, column: Column) -> Compiled:
        """Compile one column, all its parents being known.

        Raises
        ------
        SpecError
            Where its law or its effects cannot be met.
        """
        if column.type in ("id", "text"):
            nullable = column.name in self.nullable
            return Compiled(column.name, {column.name: codec(column, nullable=nullable)}, nullable)
        made = self._law(column) if column.formula is None else self._formula(column)
        blanks = self.structure.blanks.get(column.name, ())
        steps = tuple(BlankStep(name, guard) for name, guard in blanks)
        return replace(made, steps=(*made.steps, *steps))

    # Drawn columns ------------------------------------------------------------------

    def _law(self, column: Column) -> Compiled:
        name, by = column.name, None
        shares = None
        if column.distribution is not None and column.distribution.groups is not None:
            by = column.distribution.by
        if by is not None:
            shares = self.known.shares(by, self.columns[by].levels)
        nullable = name in self.nullable
        law = solve(column, shares)
        coded = codec(column, law, nullable=nullable)
        axis = self._axis(column, coded, law)
        target = self._target(column, law, coded, axis)
        found = self.terms.get(name, ())
        if found:
            groups = None if by is None or shares is None else (by, tuple(shares.values()))
            solved = conditional(target, lambda log2: self._effects(target, log2, groups))
        else:
            latent = own(name) if target.noise == "normal" and by is None else None
            solved = Conditional(plain(target), (), latent)
        made = Compiled(
            name,
            {name: coded},
            nullable,
            {name: axis},
            (LawStep(name, solved.law),),
            law,
            target.delivered,
            (0, axis.top or 0),
            None,
            solved.latent,
            solved.notes,
        )
        if found and by is None and target.noise == "normal":
            places = target.places
            return replace(made, even=lambda n: np.rint(places(law.ppf(_even_shares(n)))))
        return _time(column, made, coded) if column.type == "time_to_event" else made

    def _target(self, column: Column, law: Marginal, coded: Codec, axis: Axis) -> Target:
        time = column.type == "time_to_event"
        by = None
        if column.distribution is not None and column.distribution.groups is not None:
            by = column.distribution.by
        return Target(
            column.name,
            noise(column),
            self._groups(law, by),
            times_in_steps(coded) if time else _places(axis),
            (lambda steps: steps / 10.0**coded.decimals) if time else axis.positions,
            coded.law(law),
            (axis.top or 0) + 1,
            by,
            tuple(column.levels),
            _DAY if column.type == "datetime" else 1.0,
        )

    def _effects(
        self, target: Target, log2_points: int, groups: tuple[str, tuple[float, ...]] | None
    ) -> Effects:
        above = self.structure.parents[target.name]
        return self.known.effects(self.terms[target.name], above, log2_points, groups)

    def _groups(self, law: Marginal, by: str | None) -> tuple[Marginal, ...]:
        if by is None:
            return (law,)
        known = dict(law.groups)
        some = law.groups[0][1]
        return tuple(known.get(level, some) for level in self.columns[by].levels)

    def _axis(self, column: Column, coded: Codec, law: Marginal) -> Axis:
        what = self.known.kinds[column.name].what
        if coded.kind in ("category", "boolean") or what == "truth":
            return Axis(what, 0, 0, max(len(column.levels) - 1, 0))
        if coded.up:
            last = int(np.ceil(law.support[1] * 10.0**coded.decimals))
            return Axis(what, coded.offset, coded.decimals, max(last - coded.offset, 0))
        return Axis(what, coded.offset, coded.decimals, (coded.size or 1) - 1)

    # Formulas -----------------------------------------------------------------------

    def _formula(self, column: Column) -> Compiled:
        name = column.name
        node = self.structure.formulas[name]
        factor = _DAY if (kind_of(node).what, column.type) == ("date", "datetime") else 1.0
        operands = self.structure.parents[name]
        what = self.known.kinds[name].what
        state = self.known.pilots.state(operands, LOG2_POINTS)
        vector = evaluate(node, state)
        data = np.asarray(vector.data, dtype=np.float64) * factor
        values = np.broadcast_to(data, (state.rows,))
        usable = np.abs(values) < 2.0**53
        if vector.known is not None:
            usable &= vector.known
        values = values[usable] if usable.any() else np.zeros(1)
        law = Marginal.of_sample(values)
        nullable = name in self.nullable or not usable.all() or _may_fail(node)
        nullable = nullable or any(self.known.columns[each].nullable for each in operands)
        coded = codec(column, law, nullable=nullable)
        axis = Axis(what, 0, coded.decimals, 1 if what == "truth" else None)
        positions, masses = law.points
        codes = np.clip(np.rint(axis.places(positions)), -(2.0**53), 2.0**53)
        first = np.flatnonzero(np.append(True, np.diff(codes) > 0))
        codes, masses = codes[first], np.add.reduceat(masses, first)
        low, high = int(codes[0]), int(codes[-1])
        margin = 0 if what == "truth" else (high - low) // 4
        return Compiled(
            name,
            {name: replace(coded, low=None)},
            nullable,
            {name: axis},
            (FormulaStep(name, node, factor),),
            law,
            Marginal.of_points(axis.positions(codes), masses),
            (low - margin, high + margin),
        )

    # Missing values -----------------------------------------------------------------

    def missing(self, missing: Missing) -> tuple[MissingStep, tuple[Problem, ...]]:
        """Compile which values of a column are missing.

        Raises
        ------
        SpecError
            Where what they depend on is too strong.
        """
        rate = float(missing.rate)
        term = missing_term(missing, self.columns)
        law = Marginal.of_points([0.0, 1.0], [1 - rate, rate])
        target = Target(missing.column, "logistic", (law,), _same, _same, law, 2)
        if term is None or not 0 < rate < 1:
            drawn = plain(target)
            assert isinstance(drawn, Shares)  # noqa: S101 - for the type checker
            return MissingStep(missing.column, drawn), ()
        solved = conditional(target, lambda log2: self._applying(missing, term, log2))
        assert isinstance(solved.law, Odds)  # noqa: S101 - for the type checker
        return MissingStep(missing.column, solved.law), solved.notes

    def _applying(self, missing: Missing, term: Term, log2_points: int) -> Effects:
        """Effects on missingness in the rows in which the column applies."""
        above = (term.parent, missing.column)
        effects = self.known.effects((term,), above, log2_points)
        if missing.column not in self.known.axes:
            return effects
        applies = self.known.pilots.state(above, log2_points).known(missing.column)
        if applies is None or not applies.any():
            return effects
        columns = effects.designs[:, applies]
        part = Part(columns, None, 1.0, (None,))
        return replace(effects, designs=columns, parts=(part,))


def _time(column: Column, made: Compiled, coded: Codec) -> Compiled:
    """Turn a time's law into its step, and add the event."""
    (drawn,) = (step.law for step in made.steps if isinstance(step, LawStep))
    assert isinstance(drawn, (Drawn, Latent))  # noqa: S101 - for the type checker
    note = guessed_hazard(column)
    axes, codecs = dict(made.axes), dict(made.codecs)
    if column.event is not None:
        axes[column.event] = Axis("truth", 0, 0, 1)
        codecs[column.event] = event_codec(column, nullable=coded.nullable)
    return replace(
        made,
        codecs=codecs,
        axes=axes,
        steps=(time_step(column, drawn, coded),),
        notes=(*made.notes, *(() if note is None else (note,))),
    )


def _even_shares(points: int) -> Array:
    return np.asarray((np.arange(points) + 0.5) / points)


def _same(positions: Array) -> Array:
    return positions


def _places(axis: Axis) -> Places:
    top = float(axis.top or 0)
    return lambda positions: np.clip(axis.places(positions), 0.0, top)


def _may_fail(node: Node) -> bool:
    if not isinstance(node, Call):
        return False
    if node.op in _MAY_FAIL:
        last = node.args[-1]
        if not (isinstance(last, Number) and last.value > 0 and node.op in ("/", "**")):
            return True
    return any(_may_fail(arg) for arg in node.args)
