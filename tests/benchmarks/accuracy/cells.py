"""Cells of a published table: its people in words, its columns by name and unit, no figure.

Two ways: with nothing but the words, and with age and the share of women stated as printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from tests.benchmarks.accuracy.tables import Line, Published

Way = Literal["words", "stated"]
WAYS: tuple[Way, ...] = ("words", "stated")


def cell(table: Published, way: Way, without: Iterable[str] = (), *, general: bool = False) -> str:
    """Write the cell of a table.

    Parameters
    ----------
    table
        With the words for its people.
    way
        ``words``, or ``stated`` with age and sex as printed.
    without
        Columns to leave out.
    general
        Of people at large, in place of those of the table.
    """
    prose = table.base.capitalize() if general else table.people
    left = set(without)
    lines = [
        f"  {item.column}: {_asked(item)}".rstrip()
        for item in table.lines
        if item.column not in left
    ]
    return "\n".join([prose, "", "columns:", *_who(table, way, left), *lines, ""])


def everyone(table: Published, without: Iterable[str] = ()) -> str:
    """Write the cell of adults at large, of whom nothing is said."""
    left = set(without)
    who = ["  age: years", "  sex: female / male"]
    lines = [
        f"  {item.column}: {_asked(item)}".rstrip()
        for item in table.lines
        if item.column not in left
    ]
    return "\n".join(["Adults", "", "columns:", *who, *lines, ""])


def _who(table: Published, way: Way, left: set[str]) -> list[str]:
    who = []
    if table.age and "age" not in left:
        who.append(f"  age: years{', ' + _said(table.age) if way == 'stated' else ''}")
    if table.women is not None and "sex" not in left:
        if way == "stated":
            women = 100 * table.women
            who.append(f"  sex: female {women:g}% / male {100 - women:g}%")
        else:
            who.append("  sex: female / male")
    return who


def _asked(item: Line) -> str:
    if item.kind == "share":
        return "yes/no"
    if item.kind == "category":
        return " / ".join(value for value, _ in item.shares)
    return item.unit


def _said(age: Line) -> str:
    if age.kind == "mean":
        return f"mean {age.centre:g} sd {age.sd:g}"
    if age.quartiles:
        return f"median {age.centre:g} ({age.quartiles[0]:g}-{age.quartiles[1]:g})"
    return f"mean {age.centre:g} sd {age.sd:.3g}"
