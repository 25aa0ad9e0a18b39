"""A wish carried out: rows drawn, or written by a model, into memory and into a file."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synth_magic import lock, sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.blueprint.targets import Basis
from synth_magic.errors import DataError, Interrupted, ModelError, Problem, note, problem
from synth_magic.events import Event, Tell, Usage
from synth_magic.options import Options
from synth_magic.record import KEY, Record, Result, attach
from synth_magic.sampling.drawing import free_memory

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.asking import Model
    from synth_magic.rows import Filled

_SURE_ROWS = 1_000_000  # below this no machine that runs a notebook is asked about memory
#: More rows than these are written by a model only where the user set a token budget.
MOST_WRITTEN = 2_000


@dataclass(frozen=True, slots=True)
class Wish:
    """A blueprint that nothing is missing from, and what of it is to be drawn."""

    blueprint: Blueprint
    rows: int
    seed: int | str
    author: str
    cell_hash: str = ""
    notes: tuple[Problem, ...] = ()
    usage: Usage | None = None
    #: What was changed in the notebook's view since the cell, in words.
    edited: tuple[str, ...] = ()
    #: Pairs (prompt, answer) of what the author asked a model.
    talk: tuple[tuple[str, str], ...] = ()
    #: Published numbers, as `Record` keeps them, and what the blueprint then rests on.
    targets: str = ""
    basis: Basis = "none"


def deliver(
    wish: Wish, options: Options, tell: Tell, model: Callable[[], Model | None] = lambda: None
) -> Result:
    """Draw the rows of a wish, let a model write what is its to write, and keep the table.

    Parameters
    ----------
    wish
        What to draw.
    options
        Where it goes, and by which engine.
    tell
        Hears of progress.
    model
        Gives the model, if one is set; called only where cells are a model's to write.

    Raises
    ------
    DataError
        If neither memory nor the file can take the table.
    ModelError, Interrupted
        If the model's work broke off; ``result`` holds the rows so far, if there are any.
    """
    tell(Event("compiling"))
    plan = sampling.compile(wish.blueprint)
    writer, columns = _writer(wish, options, model)
    if writer is not None:
        return _with_cells(plan, wish, options, tell, writer, columns)
    notes = (*wish.notes, *plan.notes)
    fits = _fits(plan, wish.rows, options)
    if not fits and not options.out:
        raise _too_large(wish.rows, options)
    kept = wish.rows if fits else min(wish.rows, lock.HEAD_ROWS)
    table = sampling.draw(plan, kept, wish.seed, tell=tell)
    record = _attached(table, wish)
    if options.out:
        whole = record if fits else _attached(table.iloc[:0], wish, wish.rows)
        _guarded(
            options.out,
            lambda path: sampling.write(
                plan, path, wish.rows, wish.seed, tell=tell, attrs={KEY: whole.plain()}
            ),
        )
        notes = (*notes, _filed(wish.rows, options.out, "" if fits else f"{kept:,}"))
    return Result(
        table=table,
        record=record,
        notes=notes,
        usage=wish.usage or Usage(),
        name=options.name or _variable(wish.blueprint.table),
        path=options.out,
        written=wish.rows if options.out else 0,
    )


def _attached(table: pd.DataFrame, wish: Wish, rows: int | None = None) -> Record:
    return attach(
        table,
        wish.blueprint,
        wish.seed,
        author=wish.author,
        cell_hash=wish.cell_hash,
        rows=rows,
        usage=wish.usage,
        edited=wish.edited,
        targets=wish.targets,
        basis=wish.basis,
    )


def _variable(table: str | None) -> str:
    """Name the variable after the blueprint's table, where that can be one."""
    usable = table is not None and table.isidentifier() and not keyword.iskeyword(table)
    return table if usable and table else "table"


# Cells that a model writes ----------------------------------------------------------


def _texts(blueprint: Blueprint) -> tuple[str, ...]:
    """Names of the texts that a model may write; without any, its room stays unopened."""
    if not any(column.type == "text" for column in blueprint.columns):
        return ()
    from synth_magic import rows

    return rows.text_columns(blueprint)


def _writer(
    wish: Wish, options: Options, model: Callable[[], Model | None]
) -> tuple[Model | None, tuple[str, ...] | None]:
    """Give the model that writes cells, and the columns that it writes; None: whole rows."""
    if options.engine == "rows":
        found = model()
        if found is None:
            what = "--engine rows lets a model write the rows, and no model is set"
            mend = "Name one: --model NAME; or leave --engine out: the rows are then sampled here"
            raise DataError(problem(("options", "engine"), what, mend))
        _affordable(wish.rows, options, "--engine rows")
        return found, None
    columns = _texts(wish.blueprint)
    found = model() if columns else None
    if found is not None:
        _affordable(wish.rows, options, f"the text in {columns[0]}")
    return found, columns


def _affordable(rows: int, options: Options, what: str) -> None:
    """Raise if so many rows would be written that the user should say what it may cost."""
    if rows > MOST_WRITTEN and options.token_budget is None:
        raise DataError(
            problem(
                ("options", "rows"),
                f"{rows:,} rows with {what}: a model would be asked {rows // 20:,} times or more",
                "Say how many tokens that may take: --token-budget N; --dry-run estimates them",
            )
        )


def _with_cells(
    plan: sampling.Plan,
    wish: Wish,
    options: Options,
    tell: Tell,
    model: Model,
    columns: tuple[str, ...] | None,
) -> Result:
    from synth_magic import rows

    if options.lock:
        what = "A lock holds a table that is drawn again, and a model writes cells of this one"
        mend = "Keep the table itself with --out FILE, or take the text columns or the engine out"
        raise DataError(problem(("options", "lock"), what, mend))
    drawn = sampling.draw(plan, rows.padded(wish.rows), wish.seed, tell=tell)
    filled = rows.fill(drawn, columns, wish.blueprint, model.ask, tell, wanted=wish.rows)
    result = _of_filled(filled, wish, options, plan, model)
    if result.path is not None and len(result.table):
        _guarded(result.path, lambda path: sampling.write_table(result.table, path))
    if filled.stopped is not None:
        raise _stopped(filled.stopped, result)
    return result


def _of_filled(
    filled: Filled,
    wish: Wish,
    options: Options,
    plan: sampling.Plan,
    model: Model,
) -> Result:
    """Cut what was filled to the rows that were asked for, or to those that are finished."""
    partial = filled.stopped is not None
    table = filled.table.iloc[: wish.rows]
    if partial:
        table = table[filled.done[: wish.rows]]
    table = table.copy()
    written = tuple(name for name, cells in filled.counts.written.items() if cells)
    record = attach(
        table,
        wish.blueprint,
        wish.seed,
        author=wish.author,
        cell_hash=wish.cell_hash,
        engine=options.engine,
        written=written,
        partial=partial,
        usage=model.usage(),
        targets=wish.targets,
        basis=wish.basis,
    )
    notes = (*wish.notes, *plan.notes, *filled.notes)
    path = _partial_file(options.out) if options.out and partial else options.out
    if path:
        notes = (*notes, _filed(len(table), path))
    return Result(
        table=table,
        record=record,
        notes=notes,
        usage=model.usage(),
        name=options.name or _variable(wish.blueprint.table),
        path=path,
        written=len(table) if path else 0,
        wanted=wish.rows if partial else None,
    )


def _stopped(why: ModelError | KeyboardInterrupt, result: Result) -> ModelError | Interrupted:
    """Give the error that carries the finished rows, if there are any."""
    kept = result if len(result.table) else None
    if isinstance(why, ModelError):
        return ModelError(
            why.problems, kind=why.kind, retry=why.retry, after=why.after, result=kept
        )
    return Interrupted("Stopped before the table was finished", kept)


# The file ---------------------------------------------------------------------------


def _partial_file(path: str) -> str:
    """Name the file for the rows of a table that is not finished: the old one stays whole."""
    return str(Path(path).with_stem(f"{Path(path).stem}_partial"))


def _filed(rows: int, path: str, kept: str = "") -> Problem:
    said = f"{rows:,} rows written to {path}"
    return note(("options", "out"), said + (f"; the variable holds the first {kept}" * bool(kept)))


def _guarded(path: str, write: Callable[[str], None]) -> None:
    """Write the file that ``--out`` names; what the system refuses is the user's to mend."""
    try:
        write(path)
    except OSError as error:
        raise DataError(
            problem(
                ("options", "out"),
                f"--out {path} cannot be written: {error.strerror or error}",
                "Name a file in a folder that may be written to and has room",
            )
        ) from None


# Memory -----------------------------------------------------------------------------


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
