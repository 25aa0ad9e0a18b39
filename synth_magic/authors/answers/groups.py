"""Rows that state a column within the groups of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from synth_magic.authors.answers.table import Known, Table, alike
from synth_magic.blueprint.model import Distribution

#: Rows of one column by their group; the group of all is "".
Grouped = Mapping[str, Any]


def by_column(
    known: Known, groups: Grouped, table: Table
) -> tuple[str, tuple[tuple[str, Any], ...]] | None:
    """Find the column by which rows are stated, and the row of each of its values.

    Returns
    -------
    tuple or None
        None where there is one row for all, or where groups cannot stand: beside an effect of
        the user's between the two, or for some of the values only.
    """
    named = [group for group in groups if group]
    if not named:
        return None
    name = table.name(named[0].partition("=")[0].strip())
    if name is None or name == known.column.name or table.acts_between(name, known.column.name):
        return None
    by = table.known[name]
    values = by.column.levels
    if by.kind == "yes_no" and by.column.type != "integer":
        values = ("no", "yes")
    if by.kind not in ("yes_no", "choice") or by.column.type == "integer" or len(values) < 2:
        return None
    found: dict[str, Any] = {}
    for group, row in groups.items():
        column, _, value = group.partition("=")
        mine = alike(value.strip().strip("'\""), values)
        if table.name(column.strip()) == name and mine is not None:
            found[mine] = row
    if set(found) != set(values):
        return None
    return name, tuple((value, found[value]) for value in values)


def plain_row(groups: Grouped) -> Any:
    """Take the row for all, else the first."""
    return groups.get("", next(iter(groups.values())))


def grouped(
    by: str, parts: Sequence[tuple[str, Any]], make: Callable[[Any], Distribution]
) -> Distribution:
    """Make the law of each group."""
    made = tuple((value, make(row)) for value, row in parts)
    return Distribution(by=by, groups=made, source="model")
