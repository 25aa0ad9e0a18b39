"""What hangs together in a row: formulas worked out, rules held, templates filled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth_magic.blueprint import graph
from synth_magic.expressions import Vector, evaluate, holds, names
from synth_magic.rows.seeds import Layout
from synth_magic.rows.sheet import Array, Mask, Sheet, Word, rounded, words

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """Rows in which something does not hold.

    Parameters
    ----------
    what
        The rule as written, or what is wrong with a formula.
    reads
        Columns that it reads, for the complaint.
    columns
        Columns that the model wrote, and that are to blame.
    rows
        Where, shape (n,).
    """

    what: str
    reads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Mask


def work_out(sheet: Sheet, places: dict[str, Array], part: slice) -> list[Broken]:
    """Work out the formulas of some rows, into `places`.

    Parameters
    ----------
    sheet
        The table.
    places
        Positions of all other columns in these rows.
    part
        Which rows of the table they are; where the draw had no value, there is none.

    Returns
    -------
    list of Broken
        Formulas that have no value in a row where they had one.
    """
    layout, found = sheet.layout, []
    for step in layout.formulas:
        reads = names(step.node)
        vector = evaluate(step.node, sheet.vectors(places, reads))
        gone = sheet.gone[step.name][part]
        value = np.broadcast_to(np.asarray(vector.data, dtype=np.float64), gone.shape)
        value = rounded(layout.codecs[step.name], value * step.factor)
        usable = np.isfinite(value) & (np.abs(value) < 2.0**53)
        usable &= True if vector.known is None else vector.known
        places[step.name] = np.where(usable & ~gone, value, np.nan)
        lost = ~usable & ~gone & _known(places, layout.operands(step.name))
        if lost.any():
            columns = tuple(n for n in layout.operands(step.name) if n in layout.asked)
            found.append(Broken(f"{step.name} can be worked out", reads, columns, lost))
    return found


def broken(sheet: Sheet, places: Mapping[str, Array], rows: int) -> list[Broken]:
    """Say which rules do not hold, and where.

    Parameters
    ----------
    sheet
        The table.
    places
        Positions of all columns in these rows; an unknown one breaks no rule.
    rows
        How many rows these are.
    """
    found = []
    for rule in sheet.layout.rules:
        reads = names(rule.node)
        if not all(name in places for name in reads):
            continue  # it reads a hidden column, and all its columns are as drawn
        vectors: dict[str, Vector] = sheet.vectors(places, reads)
        wrong = ~holds(rule.node, vectors, rows)
        if wrong.any():
            found.append(Broken(rule.text, reads, sheet.layout.about(rule), wrong))
    return found


def _known(places: Mapping[str, Array], columns: Sequence[str]) -> Mask:
    known: Mask = np.logical_and.reduce([~np.isnan(places[name]) for name in columns])
    return known


def filled(sheet: Sheet, text: str, places: Mapping[str, Array], which: Sequence[int]) -> list[str]:
    """Fill a text's template from finished rows.

    Parameters
    ----------
    sheet
        The table.
    text
        Name of the text column.
    places
        Positions of the finished table's columns.
    which
        Rows to fill.
    """
    layout = sheet.layout
    template = layout.blueprint.column(text).template or ""
    shown = graph.shown_in(template)
    if any(name not in layout.codecs for name in shown):  # hidden: as it was drawn
        cells = sheet.words(text)
        return [str(cells[row]) for row in which]
    at = np.asarray(which, dtype=np.intp)
    pieces = {name: _shown(layout, sheet, name, places, at) for name in shown}
    parts = _BRACES.split(template)
    return [
        "".join(
            pieces[part][number] if place % 2 and part in pieces else part
            for place, part in enumerate(parts)
        )
        for number in range(len(at))
    ]


def _shown(
    layout: Layout, sheet: Sheet, name: str, places: Mapping[str, Array], at: np.ndarray
) -> list[str]:
    codec = layout.codecs[name]
    if codec.kind == "text":
        every = sheet.words(name)
        cells: list[Word] = [every[row] for row in at]
    else:
        cells = words(codec, places[name][at])
    return [write(cell, codec.decimals) for cell in cells]


def write(cell: Word, decimals: int) -> str:
    """Write a cell as a template shows it: with all its decimals; "missing" where it is."""
    if isinstance(cell, float):
        return f"{cell:.{max(decimals, 0)}f}"
    return "missing" if cell is None else str(cell)
