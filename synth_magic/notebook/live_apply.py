"""What Apply asks before it draws, and what it draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from synth_magic.blueprint.model import Blueprint
from synth_magic.delivery import Wish, deliver
from synth_magic.events import Usage, silent
from synth_magic.notebook.namespace import described
from synth_magic.record import Record, Result, unchanged

if TYPE_CHECKING:
    from synth_magic.errors import Problem
    from synth_magic.options import Options


@dataclass(frozen=True, slots=True)
class Draw:
    """A table to draw.

    Parameters
    ----------
    blueprint, seed, rows
        Of what.
    edits
        Whether the blueprint is the draft's, so that its edits are applied by it.
    """

    blueprint: Blueprint
    seed: int | str
    rows: int
    edits: bool


def reason_to_ask(namespace: Mapping[str, Any], result: Result) -> str:
    """Say what drawing anew would destroy; empty where it is nothing.

    Parameters
    ----------
    namespace
        The user's variables.
    result
        The table that is shown, and its name.
    """
    name, table, record = result.name, result.table, result.record
    if name in namespace:
        value = namespace[name]
        if value is not table:
            if type(value).__name__ == "DataFrame":
                return f"{name} is another table now"
            return f"{name} is {described(value)} now"
        if not as_drawn(table, record):
            return f"{name} was changed since"
    if record.partial:
        return f"{name} holds the rows that were finished, and the whole table would be drawn"
    if record.written:
        cells = ", ".join(record.written[:5]) + " …" * (len(record.written) > 5)
        return f"A model wrote cells of {name} ({cells}), and they would be sampled instead"
    if record.start:
        return f"{name} begins with row {record.start:,}, and rows from the first would be drawn"
    return ""


def as_drawn(table: pd.DataFrame, record: Record) -> bool:
    """Tell whether a table is as it was drawn: columns, their types, rows, order, values."""
    index = table.index
    return (
        tuple(map(str, table.columns)) == record.columns
        and tuple(map(str, table.dtypes)) == record.dtypes
        and index.equals(pd.RangeIndex(record.start, record.start + record.rows))
        and unchanged(table, record)
    )


def drawn(draw: Draw, shown: Result, options: Options, edited: Sequence[str]) -> Result:
    """Draw a table in place of the one that is shown.

    Parameters
    ----------
    draw
        Of what.
    shown
        The table that is shown.
    options
        As they are set in this notebook.
    edited
        What has changed since the cell, in words.

    Raises
    ------
    SpecError, DataError
        If it cannot be drawn, or memory cannot take it.
    """
    record = shown.record
    wish = Wish(
        draw.blueprint,
        draw.rows,
        draw.seed,
        record.author,
        "" if edited else record.cell_hash,
        usage=_usage(record),
        edited=tuple(edited),
        targets=record.targets,
        basis=record.basis,
    )
    result = deliver(wish, replace(options, name=shown.name, out=None, lock=None), silent)
    notes = dict.fromkeys((*_still(shown, draw.blueprint), *result.notes))
    return replace(result, talk=shown.talk, notes=tuple(notes))


def _usage(record: Record) -> Usage | None:
    """Give what the author's model took: the blueprint is still, but for the edits, its work."""
    kept: dict[str, Any] = dict(record.usage)
    return Usage(**kept) if kept else None


def snapshot(result: Result) -> Result:
    """Give a result whose table stays as it is while the user works on the variable."""
    lazily = int(pd.__version__.split(".")[0]) >= 3  # a copy is made when either is changed
    return replace(result, table=result.table.copy(deep=not lazily))


def _still(shown: Result, blueprint: Blueprint) -> tuple[Problem, ...]:
    """Keep the notes that still hold: those on columns that are as they were."""
    from synth_magic.fidelity.law import law_of

    law = law_of(shown.record.blueprint_yaml)
    before = {column.name: column for column in law.blueprint.columns}
    same = {column.name for column in blueprint.columns if before.get(column.name) == column}
    return tuple(
        note
        for note in shown.notes
        if note not in law.plan.notes
        and note.path[:1] != ("options",)
        and (note.path[:1] != ("columns",) or len(note.path) < 2 or note.path[1] in same)
    )


def free_name(name: str, namespace: Mapping[str, Any]) -> str:
    """Name a variable that is not there yet: ``t2d_2``."""
    return next(word for n in range(2, 10_000) if (word := f"{name}_{n}") not in namespace)


def next_seed(seed: int | str) -> int | str:
    """Give another seed, the same one each time: 8 after 7, ``spring 2`` after ``spring``."""
    if isinstance(seed, int):
        return seed + 1
    head, _, tail = seed.rpartition(" ")
    return f"{head} {int(tail) + 1}" if head and tail.isdecimal() else f"{seed} 2"
