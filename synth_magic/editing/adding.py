"""Adding a column in the words of a cell."""

from __future__ import annotations

from synth_magic import cell
from synth_magic.blueprint import graph
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Blueprint, Column, Effect, Missing, Rule
from synth_magic.editing.effect_edits import effect_text
from synth_magic.editing.parts import Change, Complete, Done, Edit
from synth_magic.editing.remade import remade
from synth_magic.errors import Path, Problem, SpecError, note, problem
from synth_magic.laws import fit
from synth_magic.sampling import compile as compiled

_LONGEST = 2000
_EXAMPLE = "Write it as in a cell: ldl: mg/dL, mean 120 sd 30"
#: How ids look where nobody says it.
_PATTERN = "P####"
_UNSAID = "Say a range, a mean and SD, or values: ldl: mg/dL, 40-250"


def added(blueprint: Blueprint, edit: Edit, complete: Complete | None) -> Done:
    """Add a column; what its line leaves open is completed.

    Raises
    ------
    SpecError
        Where the line cannot be read, or says too little and nobody completes it.
    """
    path: Path = ("columns",)
    text = " ".join(edit.text.split())
    if not text or len(text) > _LONGEST:
        raise SpecError(problem(path, "No column is named", _EXAMPLE))
    column, missing, rules = _read(text, path)
    if column.name in graph.owners(blueprint):
        what = f"There is a `{shown(column.name, 40)}` already"
        raise SpecError(problem((*path, column.name), what, "Edit that one, or write another name"))
    if complete is None:
        found = _closed(column)
        made = _joined(blueprint, found, (), rules, missing)
        return _done(blueprint, made, column.name, ())
    return _completed(blueprint, text, column.name, complete)


def _read(text: str, path: Path) -> tuple[Column, tuple[Missing, ...], tuple[Rule, ...]]:
    try:
        request = cell.parse(f"columns:\n  {text}")
    except SpecError as error:
        raise SpecError(
            [Problem(part.path, part.what, part.mend) for part in error.problems]
        ) from None
    if len(request.columns) != 1 or request.blueprint is not None:
        raise SpecError(problem(path, "One column at a time", _EXAMPLE))
    return request.columns[0], request.missing, request.rules


def _closed(column: Column) -> Column:
    """Give the column that its own facts make."""
    path: Path = ("columns", column.name)
    if column.formula is not None or column.survival is not None or column.template is not None:
        return column
    if column.type == "id":
        if column.pattern is not None:
            return column
        return remade(column, path, pattern=_PATTERN, sources=(("pattern", "guess"),))
    stated = column.stated is not None or column.distribution is not None
    if not stated and column.range is None:
        raise SpecError(problem(path, f"Nothing is said of `{shown(column.name, 40)}`", _UNSAID))
    law, _ = fit(column)
    kind = column.type or ("category" if law.probabilities is not None else "number")
    if column.type is None and law.probability is not None:
        kind = "boolean"
    return remade(column, path, distribution=law, type=kind)


def _completed(blueprint: Blueprint, text: str, name: str, complete: Complete) -> Done:
    """Take the column out of a completed blueprint, with what ties it to this one."""
    whole = complete(text, blueprint)
    found = next((column for column in whole.columns if column.name == name), None)
    if found is None:
        what = f"Nobody knows how `{shown(name, 40)}` is distributed"
        raise SpecError(problem(("columns", name), what, _UNSAID))
    known = {*graph.owners(blueprint), *found.delivers, name}
    own = {name, *found.delivers}
    owner = graph.owners(whole)

    def fits(effect: Effect) -> bool:
        ends = {operand(effect.parent, owner).column, operand(effect.child, owner).column}
        read = _read_by(effect.where, whole) if effect.where else ()
        return bool(ends & own) and ends <= known and set(read) <= known

    effects = tuple(effect for effect in whole.effects if fits(effect))
    rules = tuple(
        rule
        for rule in whole.rules
        if set(read := _read_by(rule.text, whole)) & own and set(read) <= known
    )
    missing = tuple(part for part in whole.missing if part.column == name)
    notes: tuple[Problem, ...] = ()
    try:
        made = _joined(blueprint, found, effects, rules, missing)
        compiled(made)
    except SpecError:
        if not effects:
            raise
        made = _joined(blueprint, found, (), rules, missing)
        what = f"{name}: effects that are usual could not be drawn with the others; none was added"
        notes = (note(("columns", name), what),)
    return _done(blueprint, made, name, notes)


def _read_by(text: str, blueprint: Blueprint) -> tuple[str, ...]:
    return graph.reads(text, graph.kinds(blueprint), graph.owners(blueprint))


def _joined(
    blueprint: Blueprint,
    column: Column,
    effects: tuple[Effect, ...],
    rules: tuple[Rule, ...],
    missing: tuple[Missing, ...],
) -> Blueprint:
    there = {rule.text for rule in blueprint.rules}
    return remade(
        blueprint,
        (),
        columns=(*blueprint.columns, column),
        effects=(*blueprint.effects, *effects),
        rules=(*blueprint.rules, *(rule for rule in rules if rule.text not in there)),
        missing=(*blueprint.missing, *missing),
    )


def _done(before: Blueprint, after: Blueprint, name: str, notes: tuple[Problem, ...]) -> Done:
    effects = len(after.effects) - len(before.effects)
    if effects:
        what = f"{name}: {effects} effect{'s' if effects > 1 else ''} came with it"
        notes = (*notes, note(("columns", name), what))
    new = range(len(before.effects), len(after.effects)), range(len(before.rules), len(after.rules))
    changes = (
        Change(("columns", name), "column", "", name, "put"),
        *(
            Change(("effects", at), "effect", "", effect_text(after.effects[at]), "put")
            for at in new[0]
        ),
        *(Change(("rules", at), "rule", "", after.rules[at].text, "put") for at in new[1]),
    )
    return Done(after, changes, notes)
