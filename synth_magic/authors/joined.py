"""A model's facts beside the user's: one request, completed as any other, that holds.

What a model says is laid into the request as facts of source ``model``, and the request is
completed as it is offline: so what the model leaves open, or gets wrong, comes from the
reference or is a marked guess, and what the user stated is kept by the same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from synth_magic.authors import offline
from synth_magic.authors.settle import TOO_MANY
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column, Effect, Missing, Rule
from synth_magic.blueprint.request import Request
from synth_magic.errors import Problem, SpecError, note, warning

#: Parts that are taken away one by one before whole kinds are.
ROUNDS = 30


@dataclass(frozen=True)
class Facts:
    """What a model says, compiled.

    Parameters
    ----------
    columns
        By name, with the model's laws.
    effects, rules, missing
        All of source ``model``.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    rules: tuple[Rule, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return not (self.columns or self.effects or self.rules or self.missing)

    def beside(self, request: Request) -> Request:
        """Lay the facts into a request; a column that an event time makes is left out of it."""
        events = {c.event for c in self.columns.values() if c.event is not None}
        columns = tuple(
            self.columns.get(column.name, column)
            for column in request.columns
            if column.name not in events
        )
        return replace(
            request,
            columns=columns,
            effects=(*request.effects, *self.effects),
            rules=(*request.rules, *self.rules),
            missing=(*request.missing, *self.missing),
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A blueprint that holds, and what gave way for it."""

    blueprint: Blueprint
    facts: Facts
    notes: tuple[Problem, ...]
    fallen: tuple[Problem, ...]


def hold(request: Request, facts: Facts) -> Held:
    """Complete a request with a model's facts; those that cannot hold are taken away.

    Parameters
    ----------
    request
        Whose columns have names; what the user stated in it stays.
    facts
        Of the model.

    Raises
    ------
    SpecError
        When the request cannot hold even without a model's facts.
    """
    from synth_magic import sampling

    fallen: list[Problem] = []
    for turn in range(ROUNDS + 5):
        try:
            blueprint, notes = offline.complete(facts.beside(request))
            plan = sampling.compile(blueprint)
        except SpecError as error:
            if facts.empty:
                raise
            facts, told = _lighter(facts, request, error.problems[0], turn)
            fallen.append(told)
            continue
        costly = [
            blueprint.rules[path[1]]
            for path, share in plan.redrawn.items()
            if share > TOO_MANY and path[0] == "rules" and isinstance(path[1], int)
        ]
        heavy = [rule for rule in costly if rule in facts.rules]
        if not heavy:
            return Held(blueprint, facts, notes, tuple(fallen))
        facts = replace(facts, rules=tuple(r for r in facts.rules if r not in heavy))
        fallen += [
            note(("rules",), f"The model's rule {rule.text} was left out: most rows break it.")
            for rule in heavy
        ]
    return hold(request, Facts())


def _lighter(facts: Facts, request: Request, found: Problem, turn: int) -> tuple[Facts, Problem]:
    """Take away the part that an error names, or in the end whole kinds of parts."""
    if turn < ROUNDS:
        named = _blamed(facts, request, found)
        if named is not None:
            return named
    if facts.rules:
        return replace(facts, rules=()), _told("The model's rules", found)
    if facts.effects:
        return replace(facts, effects=()), _told("The model's effects", found)
    if facts.missing:
        return replace(facts, missing=()), _told("The model's missing values", found)
    return Facts(), _told("The model's distributions", found)


def _told(parts: str, found: Problem) -> Problem:
    return warning(found.path, f"{parts} were left out: {found.what}.")


def _blamed(facts: Facts, request: Request, found: Problem) -> tuple[Facts, Problem] | None:
    """Find the fact at the path of an error."""
    kind = found.path[0] if found.path else None
    place = found.path[1] if len(found.path) > 1 else None
    if kind == "effects" and isinstance(place, int):
        return _effect(facts, request, place, found)
    if kind == "rules" and isinstance(place, int):
        own = place - len(request.rules)
        if 0 <= own < len(facts.rules):
            kept = (*facts.rules[:own], *facts.rules[own + 1 :])
            told = f"The model's rule {facts.rules[own].text} was left out: {found.what}."
            return replace(facts, rules=kept), note(("rules",), told)
        return None
    if not isinstance(place, str):
        return None
    if kind == "missing" and any(m.column == place for m in facts.missing):
        kept_missing = tuple(m for m in facts.missing if m.column != place)
        told = f"The model's missing values of {place} were left out: {found.what}."
        return replace(facts, missing=kept_missing), note(("missing", place), told)
    if kind == "columns":
        return _column(facts, place, found)
    return None


def _effect(
    facts: Facts, request: Request, place: int, found: Problem
) -> tuple[Facts, Problem] | None:
    own = place - len(request.effects)
    if 0 <= own < len(facts.effects):
        gone = facts.effects[own]
        kept = (*facts.effects[:own], *facts.effects[own + 1 :])
        told = f"The model's effect of {gone.parent} on {gone.child} was left out: {found.what}."
        return replace(facts, effects=kept), note(("effects",), told)
    if own >= 0:
        return None
    # An effect of the user's: what the model says of its child gives way, then its parent's law.
    names = [column.name for column in request.columns]
    effect = request.effects[place]
    child = graph.operand(effect.child, names).column
    parent = graph.operand(effect.parent, names).column
    return _column(facts, child, found) or _column(facts, parent, found)


def _column(facts: Facts, name: str, found: Problem) -> tuple[Facts, Problem] | None:
    """Take away a column's effects, then its law."""
    names = [*facts.columns, name]
    upon = tuple(e for e in facts.effects if graph.operand(e.child, names).column == name)
    if upon:
        kept = tuple(effect for effect in facts.effects if effect not in upon)
        told = f"The model's effects on {name} were left out: {found.what}."
        return replace(facts, effects=kept), note(("columns", name), told)
    owner = next((c.name for c in facts.columns.values() if name in (c.name, c.event)), None)
    if owner is None:
        return None
    columns = {key: column for key, column in facts.columns.items() if key != owner}
    told = f"{owner}: the model's answer was left out: {found.what}."
    return replace(facts, columns=columns), warning(("columns", owner), told)
