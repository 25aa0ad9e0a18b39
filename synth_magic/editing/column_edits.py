"""Editing a column's unit, label, decimals, range and missing values."""

from __future__ import annotations

from synth_magic import units
from synth_magic.blueprint.context import MAX_NAME
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.model import Blueprint, Column, Missing
from synth_magic.editing import typed
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.ranges import range_text, ranged, typed_range
from synth_magic.editing.remade import (
    column_of,
    remade,
    said_by_user,
    with_column,
    with_missing,
)
from synth_magic.errors import Path, Problem, SpecError, note, problem
from synth_magic.sampling import compile as compiled

_NONE = frozenset({"", "0", "0 %", "0%", "none", "never", "no", "-", "–", "—"})


def unit(blueprint: Blueprint, edit: Edit) -> Done:
    """Give a column another unit; its numbers stay."""
    column = column_of(blueprint, edit.column)
    said = " ".join(edit.text.split()) or None
    notes: tuple[Problem, ...] = ()
    if said is not None and len(said) > units.LIMIT:
        path: Path = ("columns", column.name, "unit")
        raise SpecError(problem(path, "This is too long for a unit", "Write mmHg, kg, years …"))
    before = units.read(column.unit) if column.unit else None
    behind = units.read(said) if said else None
    if before is not None and behind is not None and before != behind and _alike(before, behind):
        what = "The unit is another, the numbers are as they were"
        notes = (note(("columns", column.name, "unit"), what, "Change them too if they differ"),)
    return _field(blueprint, column, "unit", column.unit, said, notes)


def _alike(one: units.Unit, other: units.Unit) -> bool:
    return one.dimension == other.dimension and one.factor != other.factor


def label(blueprint: Blueprint, edit: Edit) -> Done:
    """Give a column another label."""
    column = column_of(blueprint, edit.column)
    said = " ".join(edit.text.split()) or None
    if said is not None and len(said) > MAX_NAME:
        path: Path = ("columns", column.name, "label")
        what = f"A label has at most {MAX_NAME} characters"
        raise SpecError(problem(path, what, "Shorten it"))
    return _field(blueprint, column, "label", column.label, said)


def _field(
    blueprint: Blueprint,
    column: Column,
    key: str,
    before: str | None,
    after: str | None,
    notes: tuple[Problem, ...] = (),
) -> Done:
    if before == after:
        return Done(blueprint)
    path: Path = ("columns", column.name)
    sources = said_by_user(column, key)
    made = remade(column, path, **{key: after, "sources": sources})
    change = Change((*path, key), key, before or "", after or "")
    return Done(with_column(blueprint, made), (change,), notes)


def decimals(blueprint: Blueprint, edit: Edit) -> Done:
    """Say with how many decimals a number is delivered; nothing typed leaves it open."""
    column = column_of(blueprint, edit.column)
    path: Path = ("columns", column.name, "decimals")
    if column.type != "number":
        what = f"Only a number has decimals, and this is {column.type}"
        mend = "Change its type to number first" if column.type == "integer" else "Leave it out"
        raise SpecError(problem(path, what, mend))
    said: int | None = None
    if edit.text.strip():
        value = typed.number(edit.text, path)
        if not 0 <= value <= 10 or value != int(value):
            what = f"{shown(edit.text, 30)} decimals cannot be kept"
            raise SpecError(problem(path, what, "Write a whole number from 0 to 10"))
        said = int(value)
    if said == column.decimals:
        return Done(blueprint)
    made = remade(column, path[:2], decimals=said, sources=said_by_user(column, "decimals"))
    texts = ["" if n is None else str(n) for n in (column.decimals, said)]
    return Done(with_column(blueprint, made), (Change(path, "decimals", texts[0], texts[1]),))


def range_(blueprint: Blueprint, edit: Edit) -> Done:
    """Give a column another range, and keep its distribution where it can be kept."""
    column = column_of(blueprint, edit.column)
    said = typed_range(edit.text, column)
    if said == column.range:
        return Done(blueprint)
    law = compiled(blueprint).laws.get(column.name)
    made, notes = ranged(column, law, said)
    path: Path = ("columns", column.name, "range")
    change = Change(path, "range", range_text(column), range_text(made))
    return Done(with_column(blueprint, made), (change,), notes)


def missing(blueprint: Blueprint, edit: Edit) -> Done:
    """Say how many percent of a column's values are missing; 0 or nothing takes it away."""
    name = column_of(blueprint, edit.column).name
    path: Path = ("missing", name)
    before = next((part for part in blueprint.missing if part.column == name), None)
    text = edit.text.strip().casefold()
    rate = 0.0 if text in _NONE else typed.share(edit.text, path)
    place: Path = ("columns", name, "missing")
    old = "" if before is None else f"{typed.percentage(float(before.rate))} %"
    if rate == (0.0 if before is None else float(before.rate)):
        return Done(blueprint)
    if rate == 0:
        return Done(with_missing(blueprint, name, None), (Change(place, "missing", old, ""),))
    if before is None:
        part = Missing(column=name, rate=rate, source="user")
    else:
        part = remade(before, path, rate=rate, source="user")
    change = Change(place, "missing", old, f"{typed.percentage(rate)} %")
    return Done(with_missing(blueprint, name, part), (change,))
