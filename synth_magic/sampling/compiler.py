"""Blueprint -> Plan: order the columns, calibrate each under its effects, tabulate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column, Missing
from synth_magic.errors import Problem
from synth_magic.expressions import Call, Kind, Node, Number, bind, evaluate, kind_of, parse
from synth_magic.laws import Codec, Marginal, codec, event_codec, solve
from synth_magic.laws.effects import Term, design, missing_term, noise, terms
from synth_magic.sampling.conditional import conditional, plain
from synth_magic.sampling.designs import Part
from synth_magic.sampling.draws import Choice, Drawn, Latent, Odds, Shares
from synth_magic.sampling.mixture import mean
from synth_magic.sampling.pilot import Even, Pilots
from synth_magic.sampling.plan import MissingStep, Output, Plan
from synth_magic.sampling.rules import Structure, structure
from synth_magic.sampling.state import Axis, State
from synth_magic.sampling.steps import BlankStep, FormulaStep, LawStep, Step
from synth_magic.sampling.target import Effects, Places, Target
from synth_magic.sampling.terms import Contribution, contribution
from synth_magic.sampling.times import guessed_hazard, time_step, times_in_steps

Array = NDArray[np.float64]

#: 2 ** 15 points; F_L is off by less than 1e-4 (a test measures it).
_LOG2_POINTS = 15
_DAY = 86400.0
#: Operations that may have no result, unless what they are applied to is written out.
_MAY_FAIL = ("/", "**", "log", "log2", "log10", "sqrt")


@lru_cache(maxsize=4)
def compile_blueprint(blueprint: Blueprint) -> Plan:
    """Compile a blueprint; the plans of the last few are kept, since they are always the same.

    Parameters
    ----------
    blueprint
        A blueprint that holds together.

    Returns
    -------
    Plan
        Equal on every machine up to the 12th digit of its tables, and so in every
        delivered value.

    Raises
    ------
    SpecError
        Where a law, an effect or a rule cannot be met; each problem has its path.
    """
    compiler = _Compiler(blueprint, structure(blueprint))
    for name in compiler.structure.order:
        compiler.column(blueprint.column(name))
    return compiler.plan()


@dataclass
class _Compiler:
    """What is known so far of the columns above; grows in the order of drawing."""

    blueprint: Blueprint
    structure: Structure
    kinds: dict[str, Kind] = field(init=False)
    terms: dict[str, list[Term]] = field(init=False)
    columns: dict[str, Column] = field(init=False)
    axes: dict[str, Axis] = field(default_factory=dict)
    codecs: dict[str, Codec] = field(default_factory=dict)
    laws: dict[str, Marginal] = field(default_factory=dict)
    delivered: dict[str, Marginal] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    even: dict[str, Even] = field(default_factory=dict)
    nullable: set[str] = field(default_factory=set)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)
    pilots: Pilots = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = graph.kinds(self.blueprint)
        self.columns = {column.name: column for column in self.blueprint.columns}
        self.terms = {}
        for term in terms(self.blueprint):
            self.terms.setdefault(term.child, []).append(term)
        self.nullable = {m.column for m in self.blueprint.missing if m.rate > 0}
        self.nullable |= {name for pairs in self.structure.blanks.values() for name, _ in pairs}
        self.pilots = Pilots(_LOG2_POINTS, self.axes)

    # One column -------------------------------------------------------------------

    def column(self, column: Column) -> None:
        """Compile one column, all its parents being compiled."""
        if column.type in ("id", "text"):
            self.codecs[column.name] = codec(column, nullable=column.name in self.nullable)
            return
        steps = self._formula(column) if column.formula is not None else [self._law(column)]
        blanks = self.structure.blanks.get(column.name, ())
        steps += [BlankStep(name, guard) for name, guard in blanks]
        self.steps[column.name] = steps
        own = [step for step in steps if step.name == column.name]
        even = self.even.get(column.name)
        self.pilots.add(column.name, own, self.structure.parents[column.name], even)

    def _law(self, column: Column) -> Step:
        name, by = column.name, None
        shares = None
        if column.distribution is not None and column.distribution.groups is not None:
            by = column.distribution.by
        if by is not None:
            shares = self._shares(by)
        law = solve(column, shares)
        coded = codec(column, law, nullable=name in self.nullable)
        self.laws[name], self.codecs[name] = law, coded
        self.delivered[name] = coded.law(law)
        time = column.type == "time_to_event"
        axis = self._axis(column, coded, law)
        self.axes[name] = axis
        self.spans[name] = (0, axis.top or 0)
        if column.event is not None:
            self.axes[column.event] = Axis("truth", 0, 0, 1)
            self.codecs[column.event] = event_codec(column, nullable=coded.nullable)
        target = Target(
            name,
            noise(column),
            self._groups(law, by),
            times_in_steps(coded) if time else _places(axis),
            (lambda steps: steps / 10.0**coded.decimals) if time else axis.positions,
            self.delivered[name],
            (axis.top or 0) + 1,
            by,
            _DAY if column.type == "datetime" else 1.0,
        )
        found = tuple(self.terms.get(name, ()))
        if found and by is None and target.noise == "normal":
            self.even[name] = lambda points: np.rint(target.places(law.ppf(_shares_of(points))))
        drawn = plain(target) if not found else self._conditional(target, found)
        if time:
            assert isinstance(drawn, (Drawn, Latent))  # noqa: S101 - for the type checker
            note = guessed_hazard(column)
            self.notes += [] if note is None else [note]
            return time_step(column, drawn, coded)
        return LawStep(name, drawn)

    def _conditional(self, target: Target, found: tuple[Term, ...]) -> Latent | Odds | Choice:
        law, notes = conditional(target, self._effects(target, found))
        self.notes.extend(notes)
        return law

    def _groups(self, law: Marginal, by: str | None) -> tuple[Marginal, ...]:
        if by is None:
            return (law,)
        known = dict(law.groups)
        some = law.groups[0][1]
        return tuple(known.get(level, some) for level in self.columns[by].levels)

    def _shares(self, by: str) -> dict[str, float]:
        law, levels = self.laws[by], self.columns[by].levels
        upto = np.append(law.cdf(np.arange(len(levels) - 1.0)), 1.0)
        return dict(zip(levels, np.diff(np.append(0.0, upto)).tolist(), strict=True))

    def _axis(self, column: Column, coded: Codec, law: Marginal) -> Axis:
        what = self.kinds[column.name].what
        if coded.kind in ("category", "boolean") or what == "truth":
            return Axis(what, 0, 0, max(len(column.levels) - 1, 0))
        if coded.up:
            last = int(np.ceil(law.support[1] * 10.0**coded.decimals))
            return Axis(what, coded.offset, coded.decimals, max(last - coded.offset, 0))
        return Axis(what, coded.offset, coded.decimals, (coded.size or 1) - 1)

    def _formula(self, column: Column) -> list[Step]:
        name = column.name
        node = self.structure.formulas[name]
        factor = _DAY if (kind_of(node).what, column.type) == ("date", "datetime") else 1.0
        operands = self.structure.parents[name]
        what = self.kinds[name].what
        state = self.pilots.state(operands)
        vector = evaluate(node, state)
        data = np.asarray(vector.data, dtype=np.float64) * factor
        values = np.broadcast_to(data, (state.rows,))
        usable = np.abs(values) < 2.0**53
        if vector.known is not None:
            usable &= vector.known
        values = values[usable] if usable.any() else np.zeros(1)
        law = Marginal.of_sample(values)
        if not usable.all() or self.nullable & set(operands) or _may_fail(node):
            self.nullable.add(name)
        coded = codec(column, law, nullable=name in self.nullable)
        axis = Axis(what, 0, coded.decimals, 1 if what == "truth" else None)
        codes = np.clip(np.rint(axis.places(values)), -(2.0**53), 2.0**53)
        self.laws[name], self.codecs[name], self.axes[name] = law, replace(coded, low=None), axis
        self.delivered[name] = Marginal.of_sample(axis.positions(codes))
        low, high = int(codes.min()), int(codes.max())
        margin = 0 if what == "truth" else (high - low) // 4
        self.spans[name] = (low - margin, high + margin)
        return [FormulaStep(name, node, factor)]

    # Effects ------------------------------------------------------------------------

    def _effects(self, target: Target, found: tuple[Term, ...]) -> Effects:
        wheres = [None if term.where is None else self._bound(term.where) for term in found]
        above = list(self.structure.parents[target.name])
        state = self.pilots.state(above)
        group = None
        if target.by is not None:
            group = np.asarray(state.codes(target.by), dtype=np.int64)
        units, designs = [], []
        for term, where in zip(found, wheres, strict=True):
            unit, on_pilot = self._unit(term, where, state)
            units.append(unit)
            designs.append(on_pilot)
        columns = np.array(designs)
        parts: tuple[Part, ...] = (Part(columns, None, 1.0),)
        if target.by is not None:
            parts = tuple(
                self._part(above, target.by, code, units) for code in range(len(target.laws))
            )
        return Effects(found, tuple(units), columns, group, parts)

    def _part(self, above: list[str], by: str, code: int, units: list[Contribution]) -> Part:
        state, weights = self.pilots.within(above, by, code)
        columns = np.empty((len(units), state.rows))
        for unit, column in zip(units, columns, strict=True):
            unit.into(state, column, first=True)
        share = list(self._shares(by).values())[code]
        return Part(columns, weights, share)

    def _unit(self, term: Term, where: Node | None, state: State) -> tuple[Contribution, Array]:
        law = self.delivered[term.parent]
        unit = contribution(
            term.parent,
            self.axes[term.parent],
            self.spans[term.parent],
            lambda positions: design(term, positions, law),
            where=where,
            absent=0.0,
            neutral=0.0,
        )
        known = state.known(term.parent)
        if known is not None and known.any():
            raw = np.empty(state.rows)
            replace(unit, where=None).into(state, raw, first=True)
            unit = replace(unit, absent=float(f"{mean(raw[known]):.10g}"))
        out = np.empty(state.rows)
        unit.into(state, out, first=True)
        return unit, out

    def _bound(self, text: str) -> Node:
        return bind(parse(text), self.kinds)

    # Missing values -------------------------------------------------------------------

    def _missing(self, missing: Missing) -> MissingStep:
        rate = float(missing.rate)
        term = missing_term(missing, self.columns)
        law = Marginal.of_points([0.0, 1.0], [1 - rate, rate])
        target = Target(missing.column, "logistic", (law,), _same, _same, law, 2)
        if term is None or not 0 < rate < 1:
            drawn = plain(target)
            assert isinstance(drawn, Shares)  # noqa: S101 - for the type checker
            return MissingStep(missing.column, drawn)
        state = self.pilots.state([term.parent, missing.column])
        unit, on_pilot = self._unit(term, None, state)
        applies = state.known(missing.column) if missing.column in self.axes else None
        rows = slice(None) if applies is None or not applies.any() else applies
        columns = on_pilot[rows][None, :]
        effects = Effects((term,), (unit,), columns, None, (Part(columns, None, 1.0),))
        found, notes = conditional(target, effects)
        self.notes.extend(notes)
        assert isinstance(found, Odds)  # noqa: S101 - for the type checker
        return MissingStep(missing.column, found)

    # The whole ------------------------------------------------------------------------

    def plan(self) -> Plan:
        """Put the plan together."""
        missing = tuple(self._missing(m) for m in self.blueprint.missing if m.rate > 0)
        steps = tuple(step for name in self.structure.order for step in self.steps.get(name, ()))
        plan = Plan(
            self.blueprint.digest,
            steps,
            self.structure.placed(steps, self._ranges()),
            self.structure.dependents,
            missing,
            tuple(self._outputs(hidden=False)),
            tuple(self._outputs(hidden=True)),
            dict(self.axes),
            dict(self.laws),
            tuple(self.notes),
        )
        from synth_magic.sampling.estimate import with_rule_costs

        return with_rule_costs(plan, self.blueprint)

    def _ranges(self) -> dict[str, tuple[float, float]]:
        found = {}
        for name, axis in self.axes.items():
            if axis.top is not None:
                low, high = axis.positions(np.array([0, axis.top])).tolist()
                found[name] = (low, high)
        return found

    def _outputs(self, *, hidden: bool) -> list[Output]:
        found = []
        for column in self.blueprint.columns:
            if bool(column.hidden) != hidden:
                continue
            operands: tuple[str, ...] = ()
            if column.formula is not None:
                operands = self.structure.parents[column.name]
            names = (column.name,) if column.event is None else (column.name, column.event)
            found += [
                Output(self.codecs[name], column.name, column.pattern, column.template, operands)
                for name in names
            ]
        return found


def _shares_of(points: int) -> Array:
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
