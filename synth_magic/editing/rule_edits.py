"""Editing rules."""

from __future__ import annotations

from synth_magic.blueprint.model import Blueprint, Rule
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import remade
from synth_magic.errors import SpecError, problem

_EXAMPLE = "Write a comparison: sbp > dbp"


def added(blueprint: Blueprint, edit: Edit) -> Done:
    """Add a rule."""
    at = len(blueprint.rules)
    rule = _rule(edit.text, at)
    change = Change(("rules", at), "rule", "", rule.text, "put")
    return Done(remade(blueprint, (), rules=(*blueprint.rules, rule)), (change,))


def removed(blueprint: Blueprint, edit: Edit) -> Done:
    """Take a rule away."""
    old = _at(blueprint, edit.index)
    rules = tuple(each for at, each in enumerate(blueprint.rules) if at != edit.index)
    change = Change(("rules", edit.index), "rule", old.text, "", "taken")
    return Done(remade(blueprint, (), rules=rules), (change,))


def edited(blueprint: Blueprint, edit: Edit) -> Done:
    """Change a rule's text."""
    old = _at(blueprint, edit.index)
    new = _rule(edit.text, edit.index)
    if new.text == old.text:
        return Done(blueprint)
    rules = tuple(new if at == edit.index else each for at, each in enumerate(blueprint.rules))
    change = Change(("rules", edit.index, "text"), "rule", old.text, new.text)
    return Done(remade(blueprint, (), rules=rules), (change,))


def _rule(text: str, at: int) -> Rule:
    plain = " ".join(text.split()).removeprefix("- ")
    if not plain:
        raise SpecError(problem(("rules", at), "This rule is empty", _EXAMPLE))
    return Rule(text=plain, source="user")


def _at(blueprint: Blueprint, index: int) -> Rule:
    if not 0 <= index < len(blueprint.rules):
        what = "This rule is not there any more"
        raise SpecError(problem(("rules",), what, "Choose one of those that are shown"))
    return blueprint.rules[index]
