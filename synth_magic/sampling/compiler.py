"""Blueprint -> Plan: order the columns, compile each once, put the plan together."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column, Missing
from synth_magic.errors import Problem
from synth_magic.expressions import names
from synth_magic.laws.effects import Term, terms
from synth_magic.sampling.columns import Columns
from synth_magic.sampling.estimate import with_rule_costs
from synth_magic.sampling.kept import Kept, fingerprint
from synth_magic.sampling.known import Known
from synth_magic.sampling.plan import MissingStep, Output, Plan
from synth_magic.sampling.rules import structure
from synth_magic.sampling.steps import Step

#: Fields of a column that say nothing of its values.
_WORDS = {"label", "description", "concept", "stated", "sources", "hidden"}
#: The columns of the blueprints compiled last in this process.
_KEPT = Kept()


@lru_cache(maxsize=4)
def compile_blueprint(blueprint: Blueprint) -> Plan:
    """Compile a blueprint; what earlier ones had in common with it is not compiled again.

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
    return compile_with(blueprint, _KEPT)


def compile_with(blueprint: Blueprint, kept: Kept) -> Plan:
    """Compile a blueprint with columns that were compiled before.

    Parameters
    ----------
    blueprint
        A blueprint that holds together.
    kept
        The columns compiled before; those of this blueprint are added.
    """
    compiler = _Compiler(blueprint, kept)
    for name in compiler.structure.order:
        compiler.column(blueprint.column(name))
    return compiler.plan()


class _Compiler:
    """Walks a blueprint in the order of drawing."""

    def __init__(self, blueprint: Blueprint, kept: Kept) -> None:
        self.blueprint = blueprint
        self.kept = kept
        self.structure = structure(blueprint)
        self.terms: dict[str, tuple[Term, ...]] = {}
        for term in terms(blueprint):
            self.terms[term.child] = (*self.terms.get(term.child, ()), term)
        nullable = {m.column for m in blueprint.missing if m.rate > 0}
        nullable |= {name for pairs in self.structure.blanks.values() for name, _ in pairs}
        self.known = Known(graph.kinds(blueprint))
        columns = {column.name: column for column in blueprint.columns}
        self.columns = Columns(columns, self.terms, self.structure, frozenset(nullable), self.known)
        self.keys: dict[str, str] = {}
        self.notes: list[Problem] = []

    def column(self, column: Column) -> None:
        """Compile one column, all its parents being compiled."""
        name, parents = column.name, self.structure.parents[column.name]
        self.keys[name] = self._key(column)
        nullable = [name in self.columns.nullable]
        if column.formula is not None:
            nullable += [self.known.columns[each].nullable for each in parents]
        made = self.kept.get(
            fingerprint(self.keys[name], str(nullable)),
            lambda: self.columns.compiled(column),
            lambda made: not made.notes,  # they name places, which an edit may move
        )
        self.known.add(made, parents)
        self.notes.extend(made.notes)

    def _key(self, column: Column) -> str:
        """Fingerprint of all that a column's values hang on: itself and what is above it."""
        guards = self.structure.blanks.get(column.name, ())
        read = [self.structure.owner[name] for _, guard in guards for name in names(guard)]
        above = dict.fromkeys((*self.structure.parents[column.name], *read))
        return fingerprint(
            column.model_dump_json(exclude=_WORDS),
            *(repr(replace(term, path=())) for term in self.terms.get(column.name, ())),
            *(f"{name}: {guard}" for name, guard in guards),
            *(self.keys.get(parent, parent) for parent in above),
        )

    def _missing(self, missing: Missing) -> MissingStep:
        read = [missing.column]
        if missing.depends_on is not None:
            read.append(graph.operand(missing.depends_on, self.blueprint.names).column)
        above = [self.keys[self.structure.owner[name]] for name in read]
        step, notes = self.kept.get(
            fingerprint(missing.model_dump_json(), *above),
            lambda: self.columns.missing(missing),
            lambda made: not made[1],
        )
        self.notes.extend(notes)
        return step

    def plan(self) -> Plan:
        """Put the plan together."""
        missing = tuple(self._missing(m) for m in self.blueprint.missing if m.rate > 0)
        columns = [self.known.columns[name] for name in self.structure.order]
        steps: tuple[Step, ...] = tuple(step for column in columns for step in column.steps)
        plan = Plan(
            self.blueprint.digest,
            steps,
            self.structure.placed(steps, self._ranges()),
            self.structure.dependents,
            missing,
            tuple(self._outputs(hidden=False)),
            tuple(self._outputs(hidden=True)),
            dict(self.known.axes),
            dict(self.known.laws),
            tuple(self.notes),
        )
        return with_rule_costs(plan, self.blueprint)

    def _ranges(self) -> dict[str, tuple[float, float]]:
        found = {}
        for name, axis in self.known.axes.items():
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
            codecs = self.known.columns[column.name].codecs
            found += [
                Output(codec, column.name, column.pattern, column.template, operands)
                for codec in codecs.values()
            ]
        return found
