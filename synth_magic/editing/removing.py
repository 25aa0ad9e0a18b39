"""Taking a column away, with the effects and rules that name it."""

from __future__ import annotations

from synth_magic.blueprint import graph
from synth_magic.blueprint.explain import listing, shown
from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Blueprint
from synth_magic.editing.effect_edits import effect_text
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import column_of, remade
from synth_magic.errors import Path, Problem, SpecError, note, problem

_SHOWN = 4


def removed(blueprint: Blueprint, edit: Edit) -> Done:
    """Take a column away.

    Raises
    ------
    SpecError
        Where a formula, a text or a law by groups needs it.
    """
    column = column_of(blueprint, edit.column)
    path: Path = ("columns", column.name)
    gone = {name for name in (column.name, column.event) if name is not None}
    if len(blueprint.columns) == 1:
        raise SpecError(problem(path, "It is the only column", "Add another one first"))
    needed = _needed(blueprint, column.name, gone)
    if needed is not None:
        raise SpecError(problem(path, *needed))
    owner, kinds = graph.owners(blueprint), graph.kinds(blueprint)

    def reads(text: str | None) -> bool:
        return text is not None and column.name in graph.reads(text, kinds, owner)

    def names(text: str) -> bool:
        return operand(text, owner).column in gone

    effects = [
        names(each.parent) or names(each.child) or reads(each.where) for each in blueprint.effects
    ]
    rules = [reads(each.text) for each in blueprint.rules]
    missing = tuple(
        remade(each, ("missing", each.column), depends_on=None, word=None, size=None)
        if each.depends_on is not None and names(each.depends_on)
        else each
        for each in blueprint.missing
        if each.column != column.name
    )
    made = remade(
        blueprint,
        (),
        columns=tuple(each for each in blueprint.columns if each.name != column.name),
        effects=tuple(
            each for each, out in zip(blueprint.effects, effects, strict=True) if not out
        ),
        rules=tuple(each for each, out in zip(blueprint.rules, rules, strict=True) if not out),
        missing=missing,
    )
    return Done(made, _changes(blueprint, column.name, effects, rules), _notes(blueprint, made))


def _needed(blueprint: Blueprint, name: str, gone: set[str]) -> tuple[str, str] | None:
    """Say who cannot do without the column, and what to do."""
    owner, kinds = graph.owners(blueprint), graph.kinds(blueprint)
    formulas, groups, texts = [], [], []
    for column in blueprint.columns:
        law = column.distribution
        if column.name == name:
            continue
        if column.formula is not None and name in graph.reads(column.formula, kinds, owner):
            formulas.append(column.name)
        if law is not None and law.by in gone:
            groups.append(column.name)
        if column.template is not None and gone & set(graph.shown_in(column.template)):
            texts.append(column.name)
    if formulas:
        return f"The formula of {_listed(formulas)} needs it", "Remove or change that one first"
    if groups:
        what = f"Its values are the groups of {_listed(groups)}"
        return what, "Remove that first, or state it without groups in Source"
    if texts:
        return f"The text of {_listed(texts)} shows it", "Change that text first"
    return None


def _listed(names: list[str]) -> str:
    return listing((f"`{shown(name, 30)}`" for name in names), _SHOWN)


def _changes(
    blueprint: Blueprint, name: str, effects: list[bool], rules: list[bool]
) -> tuple[Change, ...]:
    found = [Change(("columns", name), "column", name, "", "taken")]
    # From the last on, so that each number is right when its turn comes.
    for at in reversed([at for at, out in enumerate(effects) if out]):
        text = effect_text(blueprint.effects[at])
        found.append(Change(("effects", at), "effect", text, "", "taken"))
    for at in reversed([at for at, out in enumerate(rules) if out]):
        text = blueprint.rules[at].text
        found.append(Change(("rules", at), "rule", text, "", "taken"))
    return tuple(found)


def _notes(before: Blueprint, after: Blueprint) -> tuple[Problem, ...]:
    went = [
        f"{many} {word}{'s' if many > 1 else ''}"
        for word, many in (
            ("effect", len(before.effects) - len(after.effects)),
            ("rule", len(before.rules) - len(after.rules)),
        )
        if many
    ]
    found: list[Problem] = []
    if went:
        found.append(note(("columns",), f"{' and '.join(went)} went with it"))
    old = {part.column: part for part in before.missing}
    for part in after.missing:
        if old[part.column].depends_on is not None and part.depends_on is None:
            what = f"Missing values of {part.column} depend on nothing now"
            found.append(note(("missing", part.column), what))
    return tuple(found)
