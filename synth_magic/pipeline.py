"""The whole way, once: from what was said to a table, its record and its report.

The notebook, the command line and Python are doors to `run`; they differ in how
they hear and how they show, and in nothing else.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synth_magic import cell, keys, lock, sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.blueprint.request import Request
from synth_magic.errors import DataError, Problem, SynthDataError, note, problem
from synth_magic.events import Event, Tell, silent
from synth_magic.option_values import read_engine, read_lock, read_model, read_rows
from synth_magic.options import Options
from synth_magic.record import KEY, Record, Result, attach, record_of, unchanged
from synth_magic.sampling.drawing import free_memory
from synth_magic.where import explain

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.fidelity.report import Report

_SURE_ROWS = 1_000_000  # below this no machine that runs a notebook is asked about memory


@dataclass(frozen=True, slots=True)
class _Wish:
    """A blueprint that nothing is missing from, and what of it is to be drawn."""

    blueprint: Blueprint
    rows: int
    seed: int | str
    author: str
    notes: tuple[Problem, ...] = ()


def run(
    text: str,
    options: Options | None = None,
    names: Mapping[str, object] | None = None,
    tell: Tell = silent,
) -> Result:
    """Turn a description into a table.

    Parameters
    ----------
    text
        What stands in a cell: prose, blocks, or a whole blueprint.
    options
        As said beside it.
    names
        Where ``{{name}}`` is filled from.
    tell
        Hears of progress.

    Returns
    -------
    Result
        With the table, its record and what is worth a word.

    Raises
    ------
    SpecError
        If what is said cannot hold; `places` on the error says where it stands.
    DataError
        If a lock, a file or the memory at hand does not fit the wish.
    """
    options = options or Options()
    tell(Event("reading"))
    spans = None
    try:
        keys.refuse(text)
        request = cell.parse(text, names)
        if "{{" in text:
            keys.refuse_filled(request)
        spans = request.spans
        return _run(request, options, tell)
    except SynthDataError as error:
        error.places = [cell.locate(text, found, spans) for found in error.problems]
        raise


def _run(request: Request, options: Options, tell: Tell) -> Result:
    if options.relock and not options.lock:
        raise DataError(
            problem(
                ("options", "relock"),
                "--relock needs the name of the lock file",
                "Write --lock FILE --relock",
            )
        )
    if options.lock:
        lock.check_place(options.lock, options.out)
    locked = lock.read(options.lock) if options.lock and not options.relock else None
    if locked and options.lock:
        lock.same_wish(options.lock, locked, request.cell_hash, options.rows, options.seed)
        wish = _Wish(locked.blueprint(), locked.rows, locked.seed, locked.author)
    else:
        wish = _wish(request, options, tell)
    result = _draw(wish, request.cell_hash, options, tell)
    if locked and options.lock:
        lock.same_table(options.lock, locked, result.table)
        said = f"Drawn from {options.lock}, which holds this table; nobody was asked"
        return _with_note(result, note(("options", "lock"), said))
    if options.lock:
        lock.write(options.lock, lock.locked(result.record, result.table, wish.rows))
        said = f"{options.lock} now holds this table: any later run draws it again"
        return _with_note(result, note(("options", "lock"), said))
    return result


def _with_note(result: Result, said: Problem) -> Result:
    return replace(result, notes=(*result.notes, said))


def _wish(request: Request, options: Options, tell: Tell) -> _Wish:
    said = options.rows if options.rows is not None else request.rows
    rows = options.default_rows if said is None else said
    seed = options.default_seed if options.seed is None else options.seed
    if request.blueprint is not None:
        return _Wish(request.blueprint, rows, seed, "user")
    from synth_magic.authors import offline

    tell(Event("authoring"))
    blueprint, notes = offline.complete(request, tell)
    return _Wish(blueprint, rows, seed, "offline", (*_echo(request, blueprint), *notes))


def _echo(request: Request, blueprint: Blueprint) -> tuple[Problem, ...]:
    """Say of each column how its line was read, the unread words marked.

    Words without a number that led to a known variable (``systolic blood pressure``)
    were read, if not as facts.
    """
    missing = {entry.column: entry for entry in request.missing}
    known = {column.name for column in blueprint.columns if column.concept}
    unread: dict[str, list[str]] = {}
    for name, words in request.unread:
        if name not in known or any(sign.isdigit() for sign in words):
            unread.setdefault(name, []).append(words)
    lines = (
        (column.name, cell.echo(column, missing.get(column.name), unread.get(column.name, ())))
        for column in request.columns
    )
    return tuple(
        note(("columns", name), f"read: {line.removeprefix(f'{name}: ')}") for name, line in lines
    )


def _draw(wish: _Wish, cell_hash: str, options: Options, tell: Tell) -> Result:
    tell(Event("compiling"))
    plan = sampling.compile(wish.blueprint)
    notes = (*wish.notes, *plan.notes)
    fits = _fits(plan, wish.rows, options)
    if not fits and not options.out:
        raise _too_large(wish.rows, options)
    kept = wish.rows if fits else min(wish.rows, lock.HEAD_ROWS)
    table = sampling.draw(plan, kept, wish.seed, tell=tell)
    record = _attached(table, wish, cell_hash)
    if options.out:
        whole = record if fits else _attached(table.iloc[:0], wish, cell_hash, wish.rows)
        _write(plan, options.out, wish, {KEY: whole.plain()}, tell)
        said = f"{wish.rows:,} rows written to {options.out}"
        said += "" if fits else f"; the variable holds the first {kept:,}"
        notes = (*notes, note(("options", "out"), said))
    return Result(
        table=table,
        record=record,
        notes=notes,
        name=options.name or _variable(wish.blueprint.table),
        path=options.out,
        written=wish.rows if options.out else 0,
    )


def _write(
    plan: sampling.Plan, path: str, wish: _Wish, attrs: Mapping[str, object], tell: Tell
) -> None:
    """Write the file that ``--out`` names; what the system refuses is the user's to mend."""
    try:
        sampling.write(plan, path, wish.rows, wish.seed, tell=tell, attrs=attrs)
    except OSError as error:
        raise DataError(
            problem(
                ("options", "out"),
                f"--out {path} cannot be written: {error.strerror or error}",
                "Name a file in a folder that may be written to and has room",
            )
        ) from None


def _attached(table: pd.DataFrame, wish: _Wish, cell_hash: str, rows: int | None = None) -> Record:
    return attach(
        table, wish.blueprint, wish.seed, author=wish.author, cell_hash=cell_hash, rows=rows
    )


def _variable(table: str | None) -> str:
    """Name the variable after the blueprint's table, where that can be one."""
    import keyword

    usable = table is not None and table.isidentifier() and not keyword.iskeyword(table)
    return table if usable and table else "table"


# Memory -------------------------------------------------------------------------


def _fits(plan: sampling.Plan, rows: int, options: Options) -> bool:
    if rows > options.max_rows:
        return False
    if rows <= _SURE_ROWS:
        return True
    free = free_memory()
    if free is None:
        return True
    pilot = sampling.draw(plan, 1_000)
    needed = 2.5 * rows * int(pilot.memory_usage(deep=True, index=False).sum()) / len(pilot)
    return needed < free


def _too_large(rows: int, options: Options) -> DataError:
    if rows > options.max_rows:
        what = f"{rows:,} rows are more than the {options.max_rows:,} that are held in memory"
        mend = "Add --out FILE.parquet, which needs no memory, or raise SynthData.max_rows"
    else:
        what = f"{rows:,} rows need more memory than is free on this machine"
        mend = "Add --out FILE.parquet, which draws the table piece by piece into the file"
    return DataError(problem(("options", "rows"), what, mend))


# A table that is there already ------------------------------------------------------


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
    _refuse_twins(table, name)
    try:
        record.blueprint()
    except SynthDataError as error:
        said = error.problems[0]
        what = f"{name} carries a blueprint that cannot be used: {said.what}"
        raise DataError(problem(("options", "name"), what, said.mend)) from None
    return Result(table=table, record=record, name=name)


def _refuse_twins(table: pd.DataFrame, name: str) -> None:
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


def judge(result: Result, tell: Tell = silent) -> Report:
    """Report on a result, under the name of its variable."""
    from synth_magic import fidelity

    tell(Event("reporting"))
    return replace(fidelity.report(result.table, result.record), name=result.name)


def cell_of(table: pd.DataFrame, name: str) -> tuple[str, bool]:
    """Write the cell that draws a table again, value for value.

    Returns
    -------
    tuple
        The cell's text, and whether `table` still is what that cell draws.

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
    seed = shlex.quote(str(record.seed))
    parted = "=" if seed.startswith("-") else " "  # what begins with a dash reads as an option
    head = f"%%synthdata {name} --rows {record.rows} --seed{parted}{seed}"
    return f"{head}\n{record.blueprint_yaml.rstrip()}\n", unchanged(table, record)


# The Python door ------------------------------------------------------------------


def _later(**said: object) -> None:
    """Refuse parameters of later releases, so that none is quietly ignored."""
    for name, value in said.items():
        if value is not None and value is not False:
            raise DataError(
                problem(("options", name), f"{name} is not in this release", f"Leave {name} out")
            )


def generate(
    text: str,
    *,
    rows: int | None = None,
    seed: int | str = 0,
    model: str | None = None,
    engine: str = "blueprint",
    base_url: str | None = None,
    api_key: str | None = None,
    real: object = None,
    lock: str | os.PathLike[str] | None = None,
    refresh: bool = False,
    token_budget: int | None = None,
) -> pd.DataFrame:
    r"""Draw the synthetic table that a text describes.

    Parameters
    ----------
    text
        What would stand in a ``%%synthdata`` cell, or a blueprint's YAML.
    rows
        How many; else the number in the prose, else 200.
    seed
        A whole number or any text; the same seed draws the same table.
    model
        None or ``offline``: the built-in clinical reference completes what is open.
    engine
        ``blueprint``.
    lock
        Lock file: written at the first run, drawn from at every later one, whose
        own seed holds unless another than 0 is given.
    base_url, api_key, real, refresh, token_budget
        Not in this release.

    Returns
    -------
    pandas.DataFrame
        `rows` rows; ``attrs["synthdata"]`` says how to draw them again.

    Raises
    ------
    SpecError
        If the description cannot hold.
    DataError
        If the lock or the memory at hand does not fit, or a parameter is not in
        this release.

    Examples
    --------
    >>> table = generate("columns:\n  age: years, 30-85\n  sex: F / M", rows=3)
    >>> list(table.columns)
    ['age', 'sex']
    """
    _later(
        base_url=base_url, api_key=api_key, real=real, refresh=refresh, token_budget=token_budget
    )
    given: object = text  # whatever a caller without a type checker gives
    if not isinstance(given, str):
        what = f"generate takes the description as text, not {type(given).__name__}"
        raise DataError(problem(("text",), what, "For a file: generate(Path(file).read_text())"))
    if model is not None:
        read_model(model)
    read_engine(engine)
    options = Options(
        rows=None if rows is None else read_rows(str(rows)),
        seed=None if seed == 0 else seed,
        model=model,
        lock=None if lock is None else read_lock(os.fspath(lock)),
    )
    try:
        return run(text, options).table
    except SynthDataError as error:
        if any(error.places):
            error.add_note("\n".join(explain(error, text)))
        raise


def report(
    table: pd.DataFrame,
    *,
    real: object = None,
    by: str | None = None,
    target: str | None = None,
    blueprint: Blueprint | str | None = None,
    trained_on: object = None,
    holdout: object = None,
) -> Report:
    """Say how far a table keeps what its blueprint states.

    Parameters
    ----------
    table
        A table of ours, or any table beside a `blueprint`.
    blueprint
        What it should keep; else the one that the table carries.
    real, by, target, trained_on, holdout
        Not in this release.

    Returns
    -------
    Report
        Shown by a notebook; ``to_dict()`` and ``to_frame()`` give the figures.

    Raises
    ------
    DataError
        If the table carries no blueprint and none is given.
    """
    _later(real=real, by=by, target=target, trained_on=trained_on, holdout=holdout)
    if blueprint is None:
        return judge(recorded(table, "table"))
    _refuse_twins(table, "The table")
    record = _record_for(table, blueprint, record_of(table))
    return judge(Result(table=table, record=record))


def _record_for(table: pd.DataFrame, blueprint: Blueprint | str, kept: Record | None) -> Record:
    """Judge the table by another blueprint than it carries, if it carries any."""
    read = blueprint if isinstance(blueprint, Blueprint) else Blueprint.from_yaml(blueprint)
    if kept is not None and kept.blueprint() == read:
        return kept
    return attach(table.copy(deep=False), read, 0)
