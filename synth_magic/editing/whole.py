"""A whole blueprint typed as YAML: what differs is the user's now."""

from __future__ import annotations

from collections.abc import Iterator

from synth_magic.blueprint.explain import listing, shown
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.editing.effect_edits import effect_text
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import remade

_SHOWN = 4


def replaced(blueprint: Blueprint, edit: Edit) -> Done:
    """Put a typed blueprint in the place of this one.

    Raises
    ------
    SpecError
        With the line of each problem.
    """
    new = Blueprint.from_yaml(edit.text)
    if new == blueprint:
        return Done(blueprint)
    claimed = _claimed(blueprint, new)
    differs = tuple(_differing(blueprint, claimed))
    what = listing(differs, _SHOWN) if differs else "its head"
    change = Change(("yaml",), "blueprint", "", what, "written")
    return Done(claimed, (change,))


def _claimed(old: Blueprint, new: Blueprint) -> Blueprint:
    """Let the user state what differs and still names the source it had."""
    before = {column.name: column for column in old.columns}
    columns = tuple(
        _column(before[column.name], column) if column.name in before else column
        for column in new.columns
    )
    effects_before = {(each.parent, each.child, each.where): each for each in old.effects}
    effects = tuple(
        each
        if (was := effects_before.get((each.parent, each.child, each.where))) is None
        or each == was
        or each.source != was.source
        else remade(each, (), source="user")
        for each in new.effects
    )
    rules_before = {rule.text for rule in old.rules}
    rules = tuple(
        rule if rule.text in rules_before else remade(rule, (), source="user") for rule in new.rules
    )
    missing_before = {part.column: part for part in old.missing}
    missing = tuple(
        each
        if (held := missing_before.get(each.column)) is None
        or each == held
        or each.source != held.source
        else remade(each, (), source="user")
        for each in new.missing
    )
    return remade(new, (), columns=columns, effects=effects, rules=rules, missing=missing)


def _column(old: Column, new: Column) -> Column:
    if old == new:
        return new
    sources = dict(new.sources)
    for field, source in new.sources:
        if getattr(old, field) != getattr(new, field) and old.source_of(field) == source:
            del sources[field]
    law = new.distribution
    was = old.distribution
    if law is not None and was is not None and law != was and law.source == was.source:
        law = remade(law, (), source="user", groups=_groups(law.groups, was.groups))
    return remade(new, (), sources=tuple(sources.items()), distribution=law)


def _groups(new: object, old: object) -> object:
    """Let the user state the groups that differ; the others keep their source."""
    if not isinstance(new, tuple):
        return new
    before = dict(old) if isinstance(old, tuple) else {}
    return tuple(
        (value, part if before.get(value) == part else remade(part, (), source="user"))
        for value, part in new
    )


def _differing(old: Blueprint, new: Blueprint) -> Iterator[str]:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    for name, column in after.items():
        if name not in before:
            yield f"{shown(name, 40)} added"
        elif before[name] != column:
            yield shown(name, 40)
    yield from (f"{shown(name, 40)} removed" for name in before if name not in after)
    if tuple(map(effect_text, old.effects)) != tuple(map(effect_text, new.effects)):
        yield "effects"
    if [rule.text for rule in old.rules] != [rule.text for rule in new.rules]:
        yield "rules"
    if old.missing != new.missing:
        yield "missing values"
