"""Columns that a model proposes where the description names none."""

from __future__ import annotations

import re
from dataclasses import replace

from synth_magic.authors.answers.form import Answer
from synth_magic.authors.answers.table import plain
from synth_magic.authors.asking import PROPOSED
from synth_magic.blueprint.context import name_problem
from synth_magic.blueprint.model import Column
from synth_magic.blueprint.request import Request
from synth_magic.errors import Problem, note

LONGEST_NAME, LONGEST_LABEL = 40, 80


def taken(request: Request, answer: Answer) -> tuple[Request, Problem] | None:
    """Take the columns that a model proposes; names become plain identifiers.

    Returns
    -------
    tuple or None
        The request with columns, and which of them the description names; None where no
        proposal can be a column.
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
    if not kept:
        return None
    what = f"The model chose the columns: {', '.join(kept)}."
    if named:
        what += f" Your text names {', '.join(named)}."
    told = note(("columns",), what, "Write `columns:` to choose them yourself.")
    return replace(request, columns=tuple(kept.values())), told
