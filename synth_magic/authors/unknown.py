"""Columns that nobody can guess, in few words: what is wrong, and the nearest names."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from synth_magic.blueprint.model import Column
from synth_magic.errors import Problem, problem
from synth_magic.reference import load, lookup

SHOWN = 6
#: How alike two names are, from 0 to 1, before one is suggested for the other.
ALIKE = 0.85
SHORTEST = 4


def problems(columns: Sequence[Column], notes: Sequence[Problem]) -> list[Problem]:
    """Say in one problem that nothing is known of several columns.

    Parameters
    ----------
    columns
        Of which nothing was said and whose names tell nothing.
    notes
        What was noted while reading; a complaint about a column's unit or name comes first.
    """
    complaints = {n.path[1]: n for n in notes if len(n.path) > 1 and n.path[0] == "columns"}
    found = [
        problem(("columns", c.name), complaints[c.name].what, complaints[c.name].mend)
        for c in columns
        if c.name in complaints
    ]
    names = [c.name for c in columns if c.name not in complaints]
    if names:
        them = "it" if len(names) == 1 else "them"
        found.append(
            problem(
                ("columns", names[0]),
                f"Nothing is known about {_and(names)}, and nothing was said of {them}",
                _mend(names),
            )
        )
    return found


def _mend(names: Sequence[str]) -> str:
    alike = [(name, near) for name in names if (near := nearest(name)) is not None]
    facts = f"`{names[0]}: 10-50` or `{names[0]}: low / high`"
    each = "" if len(names) == 1 else " of each"
    if alike:
        asked = ", ".join(f"{near} for {name}" for name, near in alike[:3])
        return f"Did you mean {asked}? Else say a range, values or a mean{each}, as in {facts}"
    return f"Say a range, values or a mean{each}, for instance {facts}"


def nearest(name: str) -> str | None:
    """Find the label of the variable whose names are most like this one, or None."""
    text = lookup.plain(name)
    if len(text) < SHORTEST:
        return None
    table = {n: ids for n, ids in lookup.synonyms().items() if len(n) >= SHORTEST}
    found = difflib.get_close_matches(text, table, 1, ALIKE)
    return load().variables[table[found[0]][0]].label.lower() if found else None


def _and(names: Sequence[str]) -> str:
    if len(names) > SHOWN:
        names = [*names[: SHOWN - 1], f"{len(names) - SHOWN + 1} more"]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
