"""Columns that a model says follow exactly from others."""

from __future__ import annotations

from collections.abc import Mapping

from synth_magic.authors.answers import bounded
from synth_magic.authors.answers.columns import MOST_DECIMALS, Laws
from synth_magic.authors.answers.form import Answer, DerivedRow
from synth_magic.authors.answers.table import Known, Table
from synth_magic.authors.answers.told import Complaint, UnfitError
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Column, ColumnType, Stated
from synth_magic.errors import note
from synth_magic.reference.filling import fill

_TYPES: dict[str, ColumnType] = {"number": "number", "integer": "integer", "yes_no": "boolean"}


def formulas(answer: Answer, table: Table, found: Laws) -> None:
    """Give columns their formulas, in place of the laws that the same answer states.

    A column whose law the user stated, or that a formula of the reference computes, keeps it.
    Formulas that lead back to their own column are left out.
    """
    reads: dict[str, tuple[str, ...]] = {}
    for row in answer.derived:
        name = table.name(row.column)
        if name is None or name in reads or not _open(table.known[name], table):
            continue
        try:
            column, operands = _computed(table.known[name], row, table, reads)
        except UnfitError as error:
            if name not in found.columns:
                found.complaints.append(Complaint(name, f"{name}: {error}"))
            continue
        reads[name] = operands
        found.columns[name] = column
        found.shapes.pop(name, None)
        found.complaints = [c for c in found.complaints if c.about != name]
        what = f"{name} = {column.formula}, by the model."
        found.notes.append(note(("columns", name), what))


def _open(known: Known, table: Table) -> bool:
    """Whether the user stated nothing that a formula would overrule."""
    column = known.column
    if known.given or column.type in ("category", "id", "text", "time_to_event", "date"):
        return False
    if column.stated is not None and column.stated != Stated():
        return False
    if column.range is not None and known.kind == "number":
        return False  # a range on a formula redraws rows: the user's own is kept by a law
    aimed = {graph.operand(effect.child, table.names).column for effect in table.request.effects}
    return column.name not in aimed


def _computed(
    known: Known, row: DerivedRow, table: Table, reads: Mapping[str, tuple[str, ...]]
) -> tuple[Column, tuple[str, ...]]:
    text, operands = bounded.read(row.formula, table)
    if _leads(operands, known.column.name, reads):
        raise UnfitError("its formula leads back to the column itself")
    column = fill(known.column, "model", type=_TYPES[row.type])
    if column.type == "number":
        digits = 1 if row.decimals is None else row.decimals
        column = fill(column, "model", decimals=int(min(max(digits, 0), MOST_DECIMALS)))
    if column.type in ("number", "integer"):
        column = fill(column, "model", unit=row.unit[:40] or None)
    return fill(column, "model", formula=text), operands


def _leads(operands: tuple[str, ...], goal: str, reads: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether formulas lead from some columns to `goal`."""
    seen: set[str] = set()
    waiting = list(operands)
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += reads.get(name, ())
    return False
