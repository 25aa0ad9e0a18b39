"""Giving a column, or an event, another name everywhere it is named."""

from __future__ import annotations

import re

from synth_magic.blueprint import graph
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.graph import Operand, operand
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import remade, said_by_user
from synth_magic.errors import SpecError, problem
from synth_magic.expressions import rename_text

_BRACES = re.compile(r"\{([^{}]*)\}")


def renamed(blueprint: Blueprint, edit: Edit) -> Done:
    """Rename a column, or the event of an event time; rules, formulas and effects follow.

    Values are drawn from a stream that hangs on the name, so its values are others.
    """
    old, new = edit.column, " ".join(edit.text.split())
    owner = graph.owners(blueprint).get(old)
    if owner is None:
        raise SpecError(problem(("columns", old), f"There is no `{shown(old)}`", "Name another"))
    if new == old:
        return Done(blueprint)
    if not new:
        raise SpecError(problem(("columns", old, "name"), "The name is empty", "Write one"))
    if new in graph.owners(blueprint):
        what = f"There is a `{shown(new)}` already"
        raise SpecError(problem(("columns", old, "name"), what, "Write another name"))
    rename = _Rename(blueprint, old, new)
    columns = tuple(rename.column(column) for column in blueprint.columns)
    effects = tuple(
        remade(
            effect,
            ("effects", at),
            parent=rename.operand(effect.parent),
            child=rename.operand(effect.child),
            where=rename.expression(effect.where),
        )
        for at, effect in enumerate(blueprint.effects)
    )
    rules = tuple(
        remade(rule, ("rules", at), text=rename.expression(rule.text))
        for at, rule in enumerate(blueprint.rules)
    )
    missing = tuple(
        remade(
            part,
            ("missing", part.column),
            column=new if part.column == old else part.column,
            depends_on=None if part.depends_on is None else rename.operand(part.depends_on),
        )
        for part in blueprint.missing
    )
    made = remade(blueprint, (), columns=columns, effects=effects, rules=rules, missing=missing)
    if owner != old:
        change = Change(("columns", owner, "event"), "event", old, new)
    else:
        change = Change(("columns", old, "name"), "name", old, new, "named")
    return Done(made, (change,))


class _Rename:
    """One name for another, in every place that may hold it."""

    def __init__(self, blueprint: Blueprint, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.kinds = graph.kinds(blueprint)

    def operand(self, text: str) -> str:
        """Rename in ``column`` or ``column=value``; what names no other column stays as typed."""
        found = operand(text, self.kinds)
        if found.column != self.old:
            return text
        return str(Operand(self.new, found.value))

    def expression(self, text: str | None) -> str | None:
        """Rename in a rule, a formula or a condition."""
        if text is None or self.old not in text:
            return text
        return rename_text(text, {self.old: self.new}, self.kinds)

    def column(self, column: Column) -> Column:
        """Rename a column, or what its law, formula and template name."""
        changes: dict[str, object] = {}
        if column.name == self.old:
            changes["name"] = self.new
        if column.event == self.old:
            changes["event"] = self.new
            changes["sources"] = said_by_user(column, "event")
        law = column.distribution
        if law is not None and law.by == self.old:
            changes["distribution"] = law.model_copy(update={"by": self.new})
        formula = self.expression(column.formula)
        if formula != column.formula:
            changes["formula"] = formula
        if column.template is not None:
            changes["template"] = _BRACES.sub(self._brace, column.template)
        if not changes:
            return column
        return remade(column, ("columns", column.name), **changes)

    def _brace(self, found: re.Match[str]) -> str:
        return f"{{{self.new}}}" if found[1] == self.old else found[0]
