"""Rules, formulas and `where`: whether they can be read, and cycles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from synth_magic.blueprint import graph
from synth_magic.blueprint.context import Context, role
from synth_magic.blueprint.explain import listing
from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Column, Effect, Rule
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.expressions import Node, assignments, bind, kind_of, names, parse

#: What a formula must give for each type.
_GIVES = {
    "boolean": ("truth",),
    "integer": ("number", "truth"),
    "number": ("number", "truth"),
    "date": ("date",),
    "datetime": ("date", "datetime"),
}
_CALLED = {
    "number": "a number",
    "truth": "yes or no",
    "choice": "a category",
    "date": "a date",
    "datetime": "a date with a time",
    "text": "a text",
}


def problems(context: Context) -> Iterator[Problem]:
    """Find what is wrong with formulas, conditions and rules."""
    for column in context.blueprint.columns:
        if column.formula is not None:
            yield from _formula(column, column.formula, context)
    for at, effect in enumerate(context.blueprint.effects):
        if effect.where is not None:
            yield from _where(effect, effect.where, ("effects", at, "where"), context)
    for at, rule in enumerate(context.blueprint.rules):
        yield from _rule(rule, ("rules", at), context)


def read(text: str, path: Path, context: Context) -> tuple[Node | None, list[Problem]]:
    """Parse and bind a text; give the tree, or None and what is wrong."""
    try:
        node = bind(parse(text), context.kinds)
    except SpecError as error:
        found = [
            Problem((*path, *part.path), part.what, part.mend, part.level, part.offset)
            for part in error.problems
        ]
        return None, found
    late = [name for name in names(node) if context.kinds[name].what == "text"]
    if late:
        what = f"`{late[0]}` is made last, so nothing can depend on it"
        return None, [problem(path, what, "Name a column of numbers, dates or categories")]
    if not names(node):
        return None, [problem(path, "This names no column", "Name at least one")]
    return node, []


def reads(text: str, context: Context) -> tuple[str, ...]:
    """Names that an expression reads; none when it cannot be read."""
    node, _ = read(text, (), context)
    return () if node is None else names(node)


def _formula(column: Column, text: str, context: Context) -> Iterator[Problem]:
    path: Path = ("columns", column.name, "formula")
    node, found = read(text, path, context)
    yield from found
    if node is None:
        return
    gives = kind_of(node).what
    wanted = _GIVES.get(str(column.type), ())
    if wanted and gives not in wanted:
        types = [kind for kind, all_of in _GIVES.items() if gives in all_of]
        what = f"This formula gives {_CALLED[gives]}, and `{column.name}` is a {column.type}"
        mend = f"Write `type: {types[0]}`" if types else "Write a formula of numbers"
        yield problem(path, what, mend)
    if column.name in names(node):
        what = f"The formula of `{column.name}` reads `{column.name}` itself"
        yield problem(path, what, "Leave it out of its own formula")


def _where(effect: Effect, text: str, path: Path, context: Context) -> Iterator[Problem]:
    node, found = read(text, path, context)
    yield from found
    if node is None:
        return
    if kind_of(node).what != "truth":
        what = f"This condition is {_CALLED[kind_of(node).what]}, not yes or no"
        yield problem(path, what, "Write a comparison: `where: age >= 50`")
    child = operand(effect.child, context.owner).column
    for name in names(node):
        owner = context.columns[context.owner[name]]
        if owner.name == context.owner.get(child):
            what = f"The condition reads `{name}`, which the effect acts upon"
            yield problem(path, what, "Name other columns in `where`")
        elif role(owner) == "time":
            what = f"Nothing may depend on `{name}`, which comes of an event time"
            yield problem(path, what, "Name other columns in `where`")


def _rule(rule: Rule, path: Path, context: Context) -> Iterator[Problem]:
    node, found = read(rule.text, path, context)
    yield from found
    if node is None:
        return
    if kind_of(node).what != "truth":
        what = f"This rule is {_CALLED[kind_of(node).what]}, not yes or no"
        yield problem(path, what, "Write a comparison: `sbp > dbp`")
        return
    for _, target in assignments(node)[0]:
        owner = context.owner[target]
        if owner != target:
            what = f"`{target}` is the event of `{owner}`, and both are missing together"
            yield problem(path, what, f"Write `then {owner} is missing`")


def cycles(context: Context) -> Iterator[Problem]:
    """Find a cycle among the columns, and name it."""
    blueprint = context.blueprint
    ring = graph.cycle(graph.edges(blueprint))
    if ring is None:
        return
    steps = set(pairwise(ring))
    path: Path = ("columns", ring[0])
    for at, effect in enumerate(blueprint.effects):
        ends = (
            operand(effect.parent, context.owner).column,
            operand(effect.child, context.owner).column,
        )
        if ends in steps:
            path = ("effects", at)
    shown = " -> ".join(ring)
    what = f"These columns depend on one another in a circle: {shown}"
    yield problem(path, what, f"Take one step out, for instance what leads to {listing(ring[:1])}")
