"""What hangs on a category's values: effects, groups, rules, missing values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from synth_magic.blueprint import graph
from synth_magic.blueprint.explain import listing, shown
from synth_magic.blueprint.graph import Operand, operand
from synth_magic.blueprint.model import Blueprint, Column, Distribution, Missing
from synth_magic.editing.effect_edits import effect_text
from synth_magic.editing.parts import Change
from synth_magic.editing.remade import remade
from synth_magic.editing.worded import reworded, spoken
from synth_magic.errors import Path, Problem, SpecError, note, problem


def each_part(law: Distribution, change: Callable[[Distribution], Distribution]) -> Distribution:
    """Change a distribution, or that of each group."""
    if law.groups is None:
        return change(law)
    groups = tuple((value, change(part)) for value, part in law.groups)
    source = next((part.source for _, part in groups if part.source == "user"), law.source)
    return law.model_copy(update={"groups": groups, "source": source})


def without(
    blueprint: Blueprint, name: str, gone: tuple[str, ...]
) -> tuple[Blueprint, tuple[Problem, ...]]:
    """Take along what is about values that go; refuse where a text needs one."""
    if not gone:
        return blueprint, ()
    owner = graph.owners(blueprint)
    path: Path = ("columns", name, "values")
    needed = [text for text in _texts(blueprint) if spoken(text, name, gone, blueprint)]
    if needed:
        what = f"It is named in {listing([f'“{shown(text, 60)}”' for text in needed], 2)}"
        raise SpecError(problem(path, what, "Change that first"))

    def about(text: str | None) -> bool:
        found = operand(text or "", owner)
        return found.column == name and found.value in gone

    def kept(column: Column) -> Column:
        law = column.distribution
        if law is None or law.by != name or law.groups is None:
            return column
        groups = tuple(pair for pair in law.groups if pair[0] not in gone)
        return column.model_copy(update={"distribution": law.model_copy(update={"groups": groups})})

    effects = tuple(e for e in blueprint.effects if not (about(e.parent) or about(e.child)))
    missing = tuple(
        part.model_copy(update={"depends_on": None, "word": None, "size": None})
        if about(part.depends_on)
        else part
        for part in blueprint.missing
    )
    notes: list[Problem] = []
    many = len(blueprint.effects) - len(effects)
    if many:
        notes.append(note(path, f"{many} effect{'s' if many > 1 else ''} went with it"))
    notes += [
        note(("missing", part.column), f"Missing values of {part.column} depend on nothing now")
        for part, was in zip(missing, blueprint.missing, strict=True)
        if part != was
    ]
    columns = tuple(map(kept, blueprint.columns))
    # Not validated yet: the column itself still names them.
    given = {"columns": columns, "effects": effects, "missing": missing}
    return blueprint.model_copy(update=given), tuple(notes)


def _texts(blueprint: Blueprint) -> tuple[str, ...]:
    """Every expression of a blueprint."""
    found = (
        *(rule.text for rule in blueprint.rules),
        *(effect.where for effect in blueprint.effects),
        *(column.formula for column in blueprint.columns),
    )
    return tuple(text for text in found if text is not None)


def went(before: Blueprint, after: Blueprint) -> tuple[Change, ...]:
    """Say which effects went, the last one first, so that each number is right in its turn."""
    if len(before.effects) == len(after.effects):
        return ()
    left, found = list(after.effects), []
    for at, effect in enumerate(before.effects):
        if effect in left:
            left.remove(effect)
        else:
            found.append(Change(("effects", at), "effect", effect_text(effect), "", "taken"))
    return tuple(reversed(found))


def renamed(blueprint: Blueprint, name: str, names: Mapping[str, str]) -> Blueprint:
    """Give values other names wherever they are named."""
    if not names:
        return blueprint
    owner = graph.owners(blueprint)

    def end(text: str) -> str:
        found = operand(text, owner)
        if found.column != name or found.value is None or found.value not in names:
            return text
        return str(Operand(name, names[found.value]))

    def words(text: str | None) -> str | None:
        return None if text is None else reworded(text, name, names, blueprint)

    def relabelled(pairs: tuple[tuple[str, object], ...] | None) -> object:
        return pairs and tuple((names.get(value, value), part) for value, part in pairs)

    def relevelled(part: Distribution) -> Distribution:
        return part.model_copy(update={"probabilities": relabelled(part.probabilities)})

    def column(each: Column) -> Column:
        law, given = each.distribution, dict[str, object](formula=words(each.formula))
        if law is not None and law.by == name:
            law = law.model_copy(update={"groups": relabelled(law.groups)})
        if each.name == name:
            law = each_part(law, relevelled) if law is not None else None
            if each.values is not None:
                given["values"] = tuple(names.get(value, value) for value in each.values)
            if each.stated is not None:
                said = relabelled(each.stated.probabilities)
                given["stated"] = each.stated.model_copy(update={"probabilities": said})
        return each.model_copy(update={**given, "distribution": law})

    def lacking(part: Missing) -> Missing:
        on = part.depends_on
        return part.model_copy(update={"depends_on": None if on is None else end(on)})

    effects = tuple(
        effect.model_copy(
            update={
                "parent": end(effect.parent),
                "child": end(effect.child),
                "where": words(effect.where),
            }
        )
        for effect in blueprint.effects
    )
    rules = tuple(rule.model_copy(update={"text": words(rule.text)}) for rule in blueprint.rules)
    return remade(
        blueprint,
        (),
        columns=tuple(map(column, blueprint.columns)),
        effects=effects,
        rules=rules,
        missing=tuple(map(lacking, blueprint.missing)),
    )
