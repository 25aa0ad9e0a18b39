"""Drafts put together: what failed comes from the draw, and where each cell comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from synth_magic.rows.answers import Draft, contradictions
from synth_magic.rows.checks import broken, filled, work_out
from synth_magic.rows.seeds import Layout
from synth_magic.rows.sheet import Array, Mask, Sheet

if TYPE_CHECKING:
    import pandas as pd

#: Share of rows that chance may repeat before repeats say nothing.
CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the cells of the finished rows come from.

    Parameters
    ----------
    rows
        Finished rows.
    written
        By column: cells that the model wrote.
    blueprint
        By column: cells that come from the draw (texts: from their template), since the
        model's did not pass three times.
    restored
        By given column: cells that the model had changed and that were put back.
    duplicates
        Rows whose written cells repeat an earlier row's; None where chance alone would
        give 1% or more of such rows, so that they say nothing.
    """

    rows: int
    written: Mapping[str, int] = field(default_factory=dict)
    blueprint: Mapping[str, int] = field(default_factory=dict)
    restored: Mapping[str, int] = field(default_factory=dict)
    duplicates: int | None = 0


@dataclass(slots=True, eq=False)
class _Table:
    """The finished table in the making, over all rows."""

    sheet: Sheet
    done: Mask
    places: dict[str, Array]
    texts: dict[str, list[str | None]]
    bad: dict[str, Mask]


def finished(
    sheet: Sheet, drafts: Mapping[int, Draft], done: Mask, given_up: set[int]
) -> tuple[pd.DataFrame, Counts]:
    """Put the drafts together.

    Parameters
    ----------
    sheet
        The drawn table.
    drafts
        Of all batches, by their first row.
    done
        Rows that are finished; the others stay as drawn.
    given_up
        Batches that are asked for no more: their failing cells come from the draw.

    Returns
    -------
    table, counts
        As in `Filled`.
    """
    layout = sheet.layout
    ordered = [drafts[first] for first in sorted(drafts)] or [Draft.empty(layout, 0)]
    table = _Table(
        sheet,
        done,
        {name: np.concatenate([d.places[name] for d in ordered]) for name in layout.numbers},
        {name: [cell for d in ordered for cell in d.texts[name]] for name in layout.texts},
        {name: np.concatenate([d.bad[name] for d in ordered]) for name in layout.asked},
    )
    for name, bad in table.bad.items():
        table.bad[name] = bad | ~done
    _from_the_draw(table)
    if given_up:
        _mend(table)
    _fill_texts(table)
    gone = {name: sheet.gone[name] for name in layout.asked}
    counts = Counts(
        int(done.sum()),
        {n: int((done & ~table.bad[n] & ~gone[n]).sum()) for n in layout.asked},
        {n: int((done & table.bad[n] & ~gone[n]).sum()) for n in layout.asked},
        _restored(layout, ordered, done),
        _duplicates(table),
    )
    formulas = {step.name: table.places[step.name] for step in layout.formulas}
    numbers = {name: table.places[name] for name in layout.numbers}
    return sheet.with_cells(numbers | formulas, table.texts), counts


def _from_the_draw(table: _Table) -> None:
    """Take the failing numbers from the draw, and work the formulas out anew."""
    sheet, layout = table.sheet, table.sheet.layout
    for name in layout.numbers:
        drawn = sheet.places[name]
        table.places[name] = np.where(table.bad[name], drawn, table.places[name])
        table.places[name][sheet.gone[name]] = np.nan
    whole = dict(sheet.places) | table.places
    work_out(sheet, whole, slice(None))
    for step in layout.formulas:
        as_drawn = np.logical_and.reduce(
            [table.bad[n] for n in layout.operands(step.name) if n in table.bad]
        )
        found = np.where(as_drawn | ~table.done, sheet.places[step.name], whole[step.name])
        table.places[step.name] = found


def _mend(table: _Table) -> None:
    """Let go of written cells that no longer fit, until the rows hold or are as drawn."""
    sheet, layout = table.sheet, table.sheet.layout
    for _ in range(len(layout.numbers) + 1):
        whole = dict(sheet.places) | table.places
        mixed = table.done & np.logical_or.reduce(list(table.bad.values()))
        changed = False
        for fault in (*work_out(sheet, whole, slice(None)), *broken(sheet, whole, sheet.rows)):
            for name in fault.columns:
                more = fault.rows & mixed & ~table.bad[name]
                table.bad[name] |= more
                changed = changed or bool(more.any())
        if not changed:
            return
        _from_the_draw(table)


def _fill_texts(table: _Table) -> None:
    """Fill the texts that failed, those that no longer fit, and those that are templates."""
    sheet, layout = table.sheet, table.sheet.layout
    whole = dict(sheet.places) | table.places
    if layout.texts:
        numbers = [table.bad[name] for name in layout.numbers]
        mixed = table.done & (np.logical_or.reduce(numbers) if numbers else False)
        rows = np.flatnonzero(mixed).tolist()
        for name, row, _ in contradictions(sheet, whole, table.texts, rows, {}):
            table.bad[name][row] = True
    for name in layout.texts:
        rows = np.flatnonzero(table.bad[name] & table.done).tolist()
        cells = table.texts[name]
        for row, text in zip(rows, filled(sheet, name, whole, rows), strict=True):
            cells[row] = text
        _keep_drawn(table, name, cells)
    for name in layout.templates:
        cells = list(filled(sheet, name, whole, range(sheet.rows)))
        table.texts[name] = cells
        _keep_drawn(table, name, cells)


def _keep_drawn(table: _Table, name: str, cells: list[str | None]) -> None:
    """Rows that are not done, and missing texts, are as drawn."""
    drawn = table.sheet.words(name)
    for row in np.flatnonzero(~table.done | table.sheet.gone[name]).tolist():
        cell = drawn[row]
        cells[row] = None if cell is None else str(cell)


def _restored(layout: Layout, drafts: list[Draft], done: Mask) -> dict[str, int]:
    every = {n: np.concatenate([d.restored[n] for d in drafts]) for n in layout.given}
    return {name: int((found & done).sum()) for name, found in every.items() if found.any()}


def _duplicates(table: _Table) -> int | None:
    """Count rows whose written cells repeat an earlier row's."""
    sheet, layout = table.sheet, table.sheet.layout
    if not layout.asked or not table.done.any():
        return 0
    drawn = [sheet.places[name][table.done] for name in layout.numbers]
    if not layout.texts and _by_chance(drawn) >= CHANCE:
        return None
    keys = [table.places[name][table.done].tolist() for name in layout.numbers]
    rows = np.flatnonzero(table.done).tolist()
    keys += [[table.texts[name][row] for row in rows] for name in layout.texts]
    return _repeats(keys)


def _repeats(columns: list[list[object]]) -> int:
    """Rows that repeat an earlier one; missing cells are like missing cells."""
    rows = [tuple("" if c != c else c for c in row) for row in zip(*columns, strict=True)]
    return len(rows) - len(set(rows))


def _by_chance(drawn: list[Array]) -> float:
    """Share of rows that would repeat another one by chance.

    The larger of what the draw shows and what its columns give if they were
    independent, since a small draw shows few repeats.
    """
    n = len(drawn[0])
    shown = _repeats([column.tolist() for column in drawn]) / n
    pair = 1.0
    for column in drawn:
        often = np.unique(column, return_counts=True)[1].astype(np.float64)
        pair *= float((often * (often - 1)).sum()) / max(n * (n - 1), 1)
    return max(shown, 1 - (1 - pair) ** (n - 1))
