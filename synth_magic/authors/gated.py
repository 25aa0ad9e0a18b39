"""Amounts that are none in some rows: who never smoked has no pack-years."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Column, Distribution, Effect, Uniform
from synth_magic.errors import Problem, note
from synth_magic.expressions import Text, show, show_name
from synth_magic.reference import ReadColumn

#: Variable, the category that decides, and the value of it in which there is none.
GATES = (
    ("pack_years", "smoker", "never"),
    ("cigarettes", "smoker", "never"),
    ("cigarettes", "smoker", "former"),
)


def gated(
    columns: Sequence[Column],
    read: Sequence[ReadColumn],
    effects: Sequence[Effect],
    users: Sequence[Effect],
) -> tuple[tuple[Column, ...], tuple[Effect, ...], tuple[Problem, ...]]:
    """State an amount within the groups of the category that decides whether there is any.

    Laws of the user's stay, and so do columns on which an effect of the user's acts.

    Parameters
    ----------
    columns
        Completed.
    read
        The same, as they were understood.
    effects
        Those of the reference; what the category does to the amount is said by its groups.
    users
        The user's effects.
    """
    known = {str(c.variable): c for c in read if c.variable is not None and not c.time}
    names = [column.name for column in columns]
    spoken = {_child(effect, names) for effect in users}
    done = {column.name: column for column in columns}
    told: list[Problem] = []
    for amount in dict.fromkeys(gate[0] for gate in GATES):
        category = next(gate[1] for gate in GATES if gate[0] == amount)
        if amount not in known or category not in known:
            continue
        column, by = done[known[amount].column.name], done[known[category].column.name]
        none = [
            delivered
            for gate in GATES
            if gate[0] == amount
            for delivered, value in known[category].values
            if value == gate[2]
        ]
        law = column.distribution
        if not none or law is None or law.source == "user" or law.by is not None:
            continue
        low = (column.range or (None,))[0]
        from_zero = low is None or (isinstance(low, (int, float)) and low <= 0)
        if column.name in spoken or by.type != "category" or not from_zero:
            continue
        done[column.name] = column.model_copy(update={"distribution": _within(by, none, law)})
        where = " and ".join(f"{show_name(by.name)} != {show(Text(v))}" for v in none)
        effects = [
            _only(effect, where) if _child(effect, names) == column.name else effect
            for effect in effects
            if not _between(effect, by.name, column.name, names)
        ]
        what = f"{column.name} is 0 where {by.name} is {' or '.join(none)}."
        told.append(note(("columns", column.name), what, "State its distribution yourself."))
    return tuple(done[name] for name in names), tuple(effects), tuple(told)


def _within(by: Column, none: Collection[str], law: Distribution) -> Distribution:
    nothing = Distribution(uniform=Uniform(low=0, high=0), source=law.source)
    groups = tuple((value, nothing if value in none else law) for value in by.levels)
    return Distribution(by=by.name, groups=groups, source=law.source)


def _only(effect: Effect, where: str) -> Effect:
    """Let an effect act where there is an amount."""
    return effect if effect.where else effect.model_copy(update={"where": where})


def _child(effect: Effect, names: Sequence[str]) -> str:
    return graph.operand(effect.child, names).column


def _between(effect: Effect, parent: str, child: str, names: Sequence[str]) -> bool:
    ends = {graph.operand(effect.parent, names).column, _child(effect, names)}
    return ends == {parent, child}
