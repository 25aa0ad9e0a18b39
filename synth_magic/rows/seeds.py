"""Which cells a model is asked for, and which it is given.

Every row stands on seed cells of its own, drawn from the blueprint: all categories
and booleans, dates and event times, and two to four numbers from the top of the
DAG.  They carry the diversity that a model lacks when it writes many rows
(arXiv 2601.05414), and are copied by code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from synth_magic import sampling
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.expressions import names
from synth_magic.laws import Codec
from synth_magic.sampling import Plan
from synth_magic.sampling.plan import RuleStep
from synth_magic.sampling.steps import BlankStep, FormulaStep

#: Numbers among the seed cells: one in three, within these bounds.
FEWEST, MOST = 2, 4
_ONE_IN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What happens to each column of the table.

    Parameters
    ----------
    blueprint, plan
        What is stated, and the same compiled.
    codecs
        Of every delivered column.
    asked
        Columns that the model writes: numbers, then texts.
    given
        Columns that it is shown and may not change.
    formulas
        Columns that are worked out from the row, in the order of their operands.
    templates
        Texts that are filled from the row by their template.
    rules
        Rules that are about a column that is asked for.
    """

    blueprint: Blueprint
    plan: Plan
    codecs: Mapping[str, Codec]
    asked: tuple[str, ...]
    given: tuple[str, ...]
    formulas: tuple[FormulaStep, ...]
    templates: tuple[str, ...]
    rules: tuple[RuleStep, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Numbers among the columns that are asked for."""
        return tuple(name for name in self.asked if self.codecs[name].kind != "text")

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts among the columns that are asked for."""
        return tuple(name for name in self.asked if self.codecs[name].kind == "text")

    def about(self, rule: RuleStep) -> tuple[str, ...]:
        """Columns of a rule that the model writes."""
        return tuple(name for name in rule.columns if name in self.asked)

    def operands(self, formula: str) -> tuple[str, ...]:
        """Drawn columns that a formula is worked out from."""
        return _drawn(formula, self.plan)


def text_columns(blueprint: Blueprint) -> tuple[str, ...]:
    """Names of the texts that a model may write: those whose template is not the user's."""
    return tuple(
        column.name
        for column in blueprint.columns
        if column.type == "text" and not column.hidden and column.source_of("template") != "user"
    )


@lru_cache(maxsize=8)
def layout(blueprint: Blueprint, columns: tuple[str, ...] | None = None) -> Layout:
    """Decide which cells are asked for.

    Parameters
    ----------
    blueprint
        What the rows are drawn from; nothing else decides, so that the first
        rows are asked for alike however many follow.
    columns
        Texts to be written for rows that are otherwise done; None: all cells
        that are no seed cells.
    """
    plan = sampling.compile(blueprint)
    codecs = {output.codec.name: output.codec for output in plan.outputs}
    if columns is None:
        numbers = _numbers(blueprint, plan)
        seeds = _chosen(blueprint, numbers)
        asked = tuple(name for name in numbers if name not in seeds) + text_columns(blueprint)
    else:
        asked = columns
        _check(blueprint, columns)
    formulas = tuple(
        step
        for step in plan.steps
        if isinstance(step, FormulaStep)
        and step.name in codecs
        and set(_drawn(step.name, plan)) & set(asked)
    )
    worked_out = {step.name for step in formulas}
    templates = tuple(
        column.name
        for column in blueprint.columns
        if column.type == "text"
        and column.name in codecs
        and column.name not in asked
        and set(graph.shown_in(column.template or "")) & {*asked, *worked_out}
    )
    given = tuple(
        name
        for name, codec in codecs.items()
        if codec.kind != "text" and name not in asked and name not in worked_out
    )
    rules = tuple(
        rule
        for number in sorted(plan.rules)
        for rule in plan.rules[number]
        if set(rule.columns) & set(asked)
    )
    return Layout(blueprint, plan, codecs, asked, given, formulas, templates, rules)


def _check(blueprint: Blueprint, columns: Iterable[str]) -> None:
    texts = {c.name for c in blueprint.columns if c.type == "text" and not c.hidden}
    for name in columns:
        if name not in texts:
            raise ValueError(f"{name} is no text column of the table")


def _numbers(blueprint: Blueprint, plan: Plan) -> tuple[str, ...]:
    """Columns that could be asked for, if they are no seeds."""
    tied = _tied(blueprint, plan)
    return tuple(c.name for c in blueprint.columns if _is_number(c) and c.name not in tied)


def _is_number(column: Column) -> bool:
    drawn = column.formula is None and not column.zero_one and not column.hidden
    return column.type in ("integer", "number") and drawn


def _tied(blueprint: Blueprint, plan: Plan) -> frozenset[str]:
    """Columns that have to stay as drawn, so that what hangs on them stays true.

    That is what decides where another column has no value, and what is bound by a
    formula, a rule or a text to a column that the table does not hold.
    """
    found: set[str] = set()
    owner = graph.owners(blueprint)
    hidden = {column.name for column in blueprint.columns if column.hidden}
    for step in plan.steps:
        if isinstance(step, BlankStep):
            found.update(*(_drawn(owner[name], plan) for name in names(step.guard)))
        elif isinstance(step, FormulaStep):
            found.update(_drawn(step.name, plan) if _through(step.name, plan) & hidden else ())
    for rules in plan.rules.values():
        for rule in rules:
            reads = set[str]().union(*(_through(owner[n], plan) for n in names(rule.node)))
            found.update(rule.columns if reads & hidden else ())
    for column in blueprint.columns:
        shown = {owner[n] for n in graph.shown_in(column.template or "") if n in owner}
        if shown & hidden:
            found.update(*(_drawn(name, plan) for name in shown))
    return frozenset(found)


def _operands(name: str, plan: Plan) -> tuple[str, ...]:
    outputs = (*plan.outputs, *plan.hidden)
    return next((out.operands for out in outputs if out.owner == name), ())


def _drawn(name: str, plan: Plan) -> tuple[str, ...]:
    """Replace a formula by the drawn columns that it is worked out from."""
    operands = _operands(name, plan)
    if not operands:
        return (name,)
    return tuple(dict.fromkeys(below for each in operands for below in _drawn(each, plan)))


def _through(name: str, plan: Plan) -> set[str]:
    """Name a column and all columns on the way to what it is worked out from."""
    return {name}.union(*(_through(each, plan) for each in _operands(name, plan)))


def _chosen(blueprint: Blueprint, numbers: tuple[str, ...]) -> frozenset[str]:
    """Numbers that are seeds: roots first, then those that most columns hang on."""
    wanted = min(max(len(numbers) // _ONE_IN, FEWEST), MOST, max(len(numbers) - 1, 0))
    texts = {column.name for column in blueprint.columns if column.type == "text"}
    edges = {k: v for k, v in graph.edges(blueprint).items() if k not in texts}
    children = dict.fromkeys(numbers, 0)
    missing = [graph.operand(m.depends_on, edges).column for m in blueprint.missing if m.depends_on]
    for parent in [*(name for above in edges.values() for name in above), *missing]:
        if parent in children:
            children[parent] += 1
    place = {name: number for number, name in enumerate(numbers)}
    ranked = sorted(numbers, key=lambda n: (bool(edges[n]), -children[n], place[n]))
    return frozenset(ranked[:wanted])
