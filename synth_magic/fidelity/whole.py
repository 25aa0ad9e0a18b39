"""The whole report: the table by itself, and beside a real one where there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from synth_magic.errors import DataError, problem
from synth_magic.events import Tell, silent
from synth_magic.fidelity import grade
from synth_magic.fidelity.describe import table1
from synth_magic.fidelity.law import law_of
from synth_magic.fidelity.report import Report
from synth_magic.options import MIN_CELL

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.record import Record


def report(
    table: pd.DataFrame,
    record: Record | None,
    *,
    real: pd.DataFrame | None = None,
    by: str | None = None,
    target: str | None = None,
    trained_on: pd.DataFrame | None = None,
    holdout: pd.DataFrame | None = None,
    min_cell: int = MIN_CELL,
    name: str | None = None,
    tell: Tell = silent,
) -> Report:
    """Say how good a table is.

    Parameters
    ----------
    table
        The table.
    record
        What it was drawn from; None, beside a `real` table, for one that is not ours.
    real
        A real table to compare with; nothing of it but figures leaves.
    by
        Column whose groups stand beside one another in Table 1.
    target
        Column to be predicted, for TSTR and TRTR.
    trained_on, holdout
        Real rows that a generator was trained on, and rows that it never saw.
    min_cell
        Counts of real rows below it are not shown.
    name
        The table's name; without it the blueprint's own.
    tell
        Hears of progress.

    Raises
    ------
    DataError
        Without a record and a real table, or where the two cannot be compared.
    """
    if real is None and (trained_on is not None or holdout is not None or target is not None):
        said = "target" if target is not None else "trained_on and holdout"
        raise DataError(
            problem(
                ("options", "real"),
                f"{said} says how to compare with a real table, and none is given",
                "Give one: report(df, real=cohort), in a cell --real cohort",
            )
        )
    if record is None and real is not None:
        found = Report((), (), name=name or "table", rows=len(table))
    else:
        found = grade.report(table, record, name=name)
    if record is not None and record.targets:
        found = _with_targets(found, table, record)
    blueprint = None if record is None else law_of(record.blueprint_yaml).blueprint
    found = replace(found, sections=(*found.sections, table1(table, by=by, blueprint=blueprint)))
    if real is None:
        return found
    from synth_magic.fidelity import real as beside

    plain = table.copy(deep=False)
    plain.attrs = {}
    sections, heads, told = beside.sections(
        plain,
        real,
        blueprint=blueprint,
        target=target,
        trained_on=trained_on,
        holdout=holdout,
        min_cell=min_cell,
        basis="none" if record is None else record.basis,
        tell=tell,
    )
    return replace(
        found,
        head=(*found.head, *heads),
        sections=(*found.sections, *sections),
        problems=(*found.problems, *told),
    )


def _with_targets(found: Report, table: pd.DataFrame, record: Record) -> Report:
    """Compare with published numbers, where the cell had any."""
    from synth_magic.fidelity import targets
    from synth_magic.record import unchanged

    plain = table.copy(deep=False)
    plain.attrs = {}
    made = targets.section(plain, record, changed=not unchanged(table, record))
    if made is None:
        return found
    section, heads = made
    facts = sum(each.key in ("adherence", "rules") for each in found.sections)
    sections = (*found.sections[:facts], section, *found.sections[facts:])
    return replace(found, head=(*found.head, *heads), sections=sections)
