"""What the counts of a run say, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from synth_magic.errors import Problem, note, warning
from synth_magic.rows.finish import Counts
from synth_magic.rows.measures import quality
from synth_magic.rows.sheet import Mask, Sheet

if TYPE_CHECKING:
    import pandas as pd

#: Share of cells from the blueprint above which the table is no longer the model's own.
_MUCH = 0.1
_SHOWN = 5


def told(sheet: Sheet, table: pd.DataFrame, done: Mask, counts: Counts) -> tuple[Problem, ...]:
    """Say what was written, what was not, and how it stands to the blueprint.

    Parameters
    ----------
    sheet
        The drawn table.
    table, done
        The written one, and its finished rows.
    counts
        Where the cells come from.
    """
    layout = sheet.layout
    if not layout.asked:
        what = "Every column is a seed cell, worked out or an id: the model was not asked"
        return (note(("rows",), what, "Add a number or a text for the model to write"),)
    if not counts.rows:
        return ()
    found = [_cells(counts)]
    if counts.restored:
        what = f"The model changed given cells, which were put back: {_listed(counts.restored)}"
        found.append(note(("rows", "restored"), what))
    if counts.duplicates:
        what = f"{counts.duplicates:,} of {counts.rows:,} rows repeat what another row says"
        mend = "Another model, or the blueprint engine, repeats itself less"
        found.append(warning(("rows", "duplicates"), what, mend))
    if layout.numbers:
        found += quality(table, layout.blueprint, done)
    return tuple(found)


def _cells(counts: Counts) -> Problem:
    written, drawn = sum(counts.written.values()), sum(counts.blueprint.values())
    total = written + drawn
    if not drawn:
        return note(("rows", "cells"), f"The model wrote {written:,} cells; all were kept")
    taken = {name: many for name, many in counts.blueprint.items() if many}
    what = (
        f"{drawn:,} of {total:,} cells come from the blueprint, since the model's did not pass"
        f" three times: {_listed(taken)}"
    )
    if not written:
        what = f"None of the model's {total:,} cells could be used: all come from the blueprint"
    if drawn > _MUCH * total:
        return warning(("rows", "cells"), what, "A larger model writes more that holds")
    return note(("rows", "cells"), what)


def _listed(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    shown = ", ".join(f"{name} {many:,}" for name, many in ranked[:_SHOWN])
    return shown + (f" and {len(ranked) - _SHOWN} columns more" if len(ranked) > _SHOWN else "")
