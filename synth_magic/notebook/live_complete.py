"""A new column's line of shorthand, completed by the offline author for the table it joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synth_magic import cell
from synth_magic.authors import offline
from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Blueprint
from synth_magic.blueprint.request import Request
from synth_magic.errors import SpecError, problem

if TYPE_CHECKING:
    from synth_magic.blueprint.model import Effect


def complete(text: str, blueprint: Blueprint) -> Blueprint:
    """Add a column to a blueprint; what its line leaves open is the author's to state.

    Parameters
    ----------
    text
        As under ``columns:`` in a cell: ``ldl: mg/dL, mean 120 sd 30``.
    blueprint
        The table that it joins, which gives the population and the other columns.

    Returns
    -------
    Blueprint
        The same with the new column, its missing values, and its effects from and to the
        columns that are there; each part keeps the source that the author gave it.

    Raises
    ------
    SpecError
        If the line cannot be read, or nothing is known of such a column.
    """
    said = _read(text)
    known = {column.name for column in blueprint.columns}
    fresh = {column.name for column in said.columns if column.name not in known}
    if not fresh:
        names = ", ".join(column.name for column in said.columns)
        what = f"There is a column {names} already"
        raise SpecError(problem(("columns",), what, "Give the new one another name"))
    asked = Request(
        prose=blueprint.population or "",
        columns=(*blueprint.columns, *(c for c in said.columns if c.name in fresh)),
        effects=blueprint.effects,
        missing=(*blueprint.missing, *said.missing),
        either=said.either,
        unread=said.unread,
        table=blueprint.table,
    )
    found, _ = offline.complete(asked)
    columns = tuple(column for column in found.columns if column.name in fresh)
    effects = _joining(found, blueprint, fresh)
    error: SpecError | None = None
    for some in (effects, tuple(e for e in effects if _child(e, found) in fresh), ()):
        try:
            return _joined(blueprint, columns, some, said)
        except SpecError as caught:
            error = error or caught
    raise error or SpecError(problem(("columns",), "This column cannot be added"))


def _read(text: str) -> Request:
    line = " ".join(text.split())
    if not line:
        raise SpecError(problem(("columns",), "This column has no name", "Write ldl: mg/dL"))
    return cell.parse(f"columns:\n  {line if ':' in line else line + ':'}\n")


def _child(effect: Effect, blueprint: Blueprint) -> str:
    return operand(effect.child, set(blueprint.names)).column


def _joining(found: Blueprint, before: Blueprint, fresh: set[str]) -> tuple[Effect, ...]:
    """Effects between the new columns and those that are there."""
    names = {name for column in found.columns for name in (column.name, column.event) if name}
    there = {*before.names, *before.delivered, *fresh}
    joining = []
    for effect in found.effects:
        ends = {operand(effect.parent, names).column, operand(effect.child, names).column}
        if ends & fresh and ends <= there and effect not in before.effects:
            joining.append(effect)
    return tuple(joining)


def _joined(
    blueprint: Blueprint, columns: tuple[object, ...], effects: tuple[Effect, ...], said: Request
) -> Blueprint:
    from synth_magic import sampling

    joined = Blueprint.model_validate(
        {
            **{key: getattr(blueprint, key) for key in Blueprint.model_fields},
            "columns": (*blueprint.columns, *columns),
            "effects": (*blueprint.effects, *effects),
            "missing": (*blueprint.missing, *said.missing),
        }
    )
    sampling.compile(joined)
    return joined
