"""Parts of a blueprint with some fields changed, validated."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from synth_magic.blueprint import explain
from synth_magic.blueprint.model import Blueprint, Column, Form, Missing
from synth_magic.errors import Path, SpecError, problem

_Part = TypeVar("_Part", bound=Form)


def remade(part: _Part, path: Path, **changes: Any) -> _Part:
    """Give a part with some fields changed.

    Raises
    ------
    SpecError
        Where a value cannot stand there, or the blueprint no longer holds together.
    """
    given = {key: getattr(part, key) for key in type(part).model_fields} | changes
    try:
        return type(part)(**given)
    except ValidationError as error:
        raise SpecError(explain.problems(error, given, path)) from None


def column_of(blueprint: Blueprint, name: str) -> Column:
    """Look up a column by its name.

    Raises
    ------
    SpecError
        When there is none.
    """
    found = next((column for column in blueprint.columns if column.name == name), None)
    if found is None:
        close = explain.nearest(name, blueprint.names)
        mend = f"Did you mean `{explain.shown(close)}`?" if close else "Name one that is there"
        raise SpecError(problem(("columns", name), f"There is no `{explain.shown(name)}`", mend))
    return found


def with_column(blueprint: Blueprint, column: Column, old: str | None = None) -> Blueprint:
    """Put a column in the place of the one called `old`, by default its own name."""
    old = column.name if old is None else old
    columns = tuple(column if each.name == old else each for each in blueprint.columns)
    return remade(blueprint, (), columns=columns)


def with_missing(blueprint: Blueprint, column: str, part: Missing | None) -> Blueprint:
    """Put missingness in the place of what was said of a column; None takes it away."""
    kept = [each for each in blueprint.missing if each.column != column]
    if part is not None:
        at = next((i for i, each in enumerate(blueprint.missing) if each.column == column), None)
        kept.insert(len(kept) if at is None else at, part)
    return remade(blueprint, (), missing=tuple(kept))


def said_by_user(column: Column, *fields: str) -> tuple[tuple[str, str], ...]:
    """Give the sources of a column when the user states `fields`."""
    return tuple(pair for pair in column.sources if pair[0] not in fields)
