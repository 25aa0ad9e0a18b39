"""Columns that a model proposes where the description names none."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from synth_magic.authors.answers.form import Answer
from synth_magic.authors.answers.table import plain
from synth_magic.authors.asking import PROPOSED
from synth_magic.blueprint.context import name_problem
from synth_magic.blueprint.model import Column
from synth_magic.blueprint.request import Request
from synth_magic.errors import Problem, note

LONGEST_NAME, LONGEST_LABEL = 40, 80
#: A request with columns, and the names of those that the description names.
Taken = tuple[Request, tuple[str, ...]]


def taken(request: Request, answer: Answer) -> Taken | None:
    """Take the columns that a model proposes; names become plain identifiers.

    Returns
    -------
    tuple or None
        None where no proposal can be a column.
    """
    kept: dict[str, Column] = {}
    named: list[str] = []
    for row in answer.columns:
        name = re.sub(r"\W+", "_", row.column).strip("_")[:LONGEST_NAME]
        if not name or name[0].isdigit() or name_problem(name) is not None:
            continue
        if len(kept) == PROPOSED or plain(name) in map(plain, kept):
            continue
        label = row.meaning[:LONGEST_LABEL] or None
        sources = (("label", "model"),) if label else ()
        kept[name] = Column(name=name, label=label, sources=sources)
        if row.asked:
            named.append(name)
    return (replace(request, columns=tuple(kept.values())), tuple(named)) if kept else None


def told(taken: Taken) -> Problem:
    """Say which columns a model chose, and which of them the description names."""
    request, asked = taken
    names = [column.name for column in request.columns]
    what = f"The model chose the columns: {', '.join(names)}."
    if named := [name for name in asked if name in names]:
        what += f" Your text names {', '.join(named)}."
    return note(("columns",), what, "Write `columns:` to choose them yourself.")


def without(taken: Taken, gone: Collection[str]) -> Taken | None:
    """Leave out proposals that came to nothing; None when none is left, or none was left out."""
    request, asked = taken
    rest = tuple(column for column in request.columns if column.name not in gone)
    if not rest or len(rest) == len(request.columns):
        return None
    return replace(request, columns=rest), asked
