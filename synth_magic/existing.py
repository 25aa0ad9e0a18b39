"""A table that is there already: taken as a result again, judged, written as a cell."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from synth_magic.errors import DataError, SynthDataError, problem
from synth_magic.events import Event, Tell, silent
from synth_magic.record import Record, Result, record_of, unchanged

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.fidelity.report import Report


def recorded(table: pd.DataFrame, name: str) -> Result:
    """Take a table of ours as a result again.

    Raises
    ------
    DataError
        If it carries no blueprint.
    """
    record = record_of(table)
    if record is None:
        raise DataError(
            problem(
                ("options", "name"),
                f"{name} carries no blueprint: synth-magic did not draw it, or it was lost on the"
                " way",
                f"Give one in Python: synth_magic.report({name}, blueprint=text)",
            )
        )
    refuse_twins(table, name)
    try:
        record.blueprint()
    except SynthDataError as error:
        said = error.problems[0]
        what = f"{name} carries a blueprint that cannot be used: {said.what}"
        raise DataError(problem(("options", "name"), what, said.mend)) from None
    return Result(table=table, record=record, name=name)


def refuse_twins(table: pd.DataFrame, name: str) -> None:
    """Raise if two columns have one name, as after a concat side by side."""
    twins = table.columns[table.columns.duplicated()]
    if len(twins):
        raise DataError(
            problem(
                ("options", "name"),
                f"{name} has more than one column called {twins[0]}",
                "Rename or drop the others, and ask again",
            )
        )


def judge(result: Result, tell: Tell = silent, **beside: Any) -> Report:
    """Report on a result, under the name of its variable.

    Parameters
    ----------
    result
        The table and its record.
    tell
        Hears of progress.
    **beside
        ``real``, ``by``, ``target``, ``min_cell`` …: as `fidelity.report` takes them.
    """
    from synth_magic import fidelity

    tell(Event("reporting"))
    return replace(
        fidelity.report(result.table, result.record, tell=tell, **beside), name=result.name
    )


def report_on(table: pd.DataFrame, name: str, tell: Tell = silent, **beside: Any) -> Report:
    """Report on a table that is there; parameters as of `judge`.

    Raises
    ------
    DataError
        If it carries no blueprint, and there is no ``real`` table to set it beside either.
    """
    if beside.get("real") is None or record_of(table) is not None:
        return judge(recorded(table, name), tell, **beside)
    from synth_magic import fidelity

    refuse_twins(table, name)
    return replace(fidelity.report(table, None, tell=tell, **beside), name=name)


def cell_of(table: pd.DataFrame, name: str) -> tuple[str, str]:
    """Write the cell that draws a table again, value for value.

    Returns
    -------
    tuple
        The cell's text, and in which way `table` is not what that cell draws; empty
        where it is.

    Raises
    ------
    DataError
        If the table carries no blueprint, or is a slice that no cell draws.
    """
    record = recorded(table, name).record
    if record.start:
        raise DataError(
            problem(
                ("options", "name"),
                f"{name} holds rows from {record.start:,} on, and a cell draws from the first",
                "In Python: Blueprint.from_yaml(text).sample(rows, seed, start)",
            )
        )
    return cell_text(record, name), _unlike(table, name, record)


def cell_text(record: Record, name: str) -> str:
    """Write the cell that draws what a record tells of, into the variable `name`."""
    seed = shlex.quote(str(record.seed))
    parted = "=" if seed.startswith("-") else " "  # what begins with a dash reads as an option
    head = f"%%synthdata {name} --rows {record.rows} --seed{parted}{seed}"
    return f"{head}\n{record.blueprint_yaml.rstrip()}\n"


def _unlike(table: pd.DataFrame, name: str, record: Record) -> str:
    if record.written:
        cells = ", ".join(record.written[:5]) + " …" * (len(record.written) > 5)
        return f"A model wrote these cells of {name}; the new cell samples them: {cells}"
    if not unchanged(table, record):
        return f"{name} was changed after it was drawn; the new cell draws it as it was"
    return ""
