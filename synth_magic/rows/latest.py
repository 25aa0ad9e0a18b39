"""Rows that have just been finished, as text for whoever waits for the others."""

from __future__ import annotations

from typing import cast

import numpy as np

from synth_magic.events import Partial
from synth_magic.rows.answers import Draft
from synth_magic.rows.batches import Job
from synth_magic.rows.checks import work_out
from synth_magic.rows.sheet import Sheet, words

#: What is shown at most.
ROWS, COLUMNS = 5, 8


def latest(sheet: Sheet, job: Job, draft: Draft, wanted: int) -> Partial | None:
    """Give the last finished rows of a batch; None where none is finished.

    Parameters
    ----------
    sheet
        The drawn table.
    job
        The batch.
    draft
        What is written of it.
    wanted
        Rows that the table will have: those after them are not shown.
    """
    good = np.flatnonzero(~draft.failing()[: max(wanted - job.first, 0)])[-ROWS:]
    if not good.size:
        return None
    layout = sheet.layout
    # A template is filled when the whole row is settled.
    names = [str(name) for name in sheet.table.columns if name not in layout.templates]
    places = {name: found[job.part] for name, found in sheet.places.items()} | dict(draft.places)
    work_out(sheet, places, job.part)
    cells = []
    for name in names[:COLUMNS]:
        if name in draft.texts:
            column = [draft.texts[name][row] for row in good.tolist()]
        elif name in places:
            gone = sheet.gone[name][job.part][good]
            at = np.where(gone, np.nan, places[name][good])
            column = cast("list[str | None]", words(layout.codecs[name], at))
        else:
            drawn = sheet.table[name].iloc[job.first + good]
            column = [
                None if away else str(it) for it, away in zip(drawn, drawn.isna(), strict=True)
            ]
        cells.append(["" if cell is None else str(cell) for cell in column])
    rows = tuple(
        (f"{job.first + row:,}", *line)
        for row, line in zip(good.tolist(), zip(*cells, strict=True), strict=True)
    )
    return Partial(tuple(names[:COLUMNS]), rows, len(sheet.table.columns) - len(cells))
