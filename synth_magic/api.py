"""The Python door: ``synth_magic.generate`` and ``synth_magic.report``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from synth_magic import pipeline
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError, SynthDataError, problem
from synth_magic.existing import judge, refuse_twins, report_on
from synth_magic.option_values import (
    read_engine,
    read_lock,
    read_model,
    read_rows,
    read_tokens,
    read_url,
)
from synth_magic.options import MIN_CELL, Options
from synth_magic.record import Record, Result, attach, record_of
from synth_magic.where import explain

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.fidelity.report import Report


def generate(
    text: str,
    *,
    rows: int | None = None,
    seed: int | str = 0,
    model: str | None = None,
    engine: str = "blueprint",
    base_url: str | None = None,
    api_key: str | None = None,
    real: pd.DataFrame | None = None,
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
        Who completes what is open: a model's name, a .gguf file, or ``offline``, the
        built-in clinical reference; None takes SYNTHDATA_MODEL, else ``offline``.
    engine
        ``blueprint``: one answer, sampled here; ``rows``: the model writes the rows.
    lock
        Lock file: written at the first run, drawn from at every later one, whose
        own seed holds unless another than 0 is given.
    base_url, api_key
        Endpoint and key for `model`; else those of the environment.  The key goes to this
        endpoint only and is kept nowhere.
    real
        A real DataFrame to compare with, by `report`.  It stays on this machine: nothing of
        it is ever sent, and drawing rows does not look at it.
    refresh
        Ask anew, past the answers that are kept on disk.
    token_budget
        Stop before more tokens are spent.

    Returns
    -------
    pandas.DataFrame
        `rows` rows; ``attrs["synthdata"]`` says how to draw them again.

    Raises
    ------
    SpecError
        If the description cannot hold.
    DataError
        If the lock or the memory at hand does not fit.
    ModelError
        If the model that was named gives no answer.

    Examples
    --------
    >>> table = generate("columns:\n  age: years, 30-85\n  sex: F / M", rows=3)
    >>> list(table.columns)
    ['age', 'sex']
    """
    given: object = text  # whatever a caller without a type checker gives
    if not isinstance(given, str):
        what = f"generate takes the description as text, not {type(given).__name__}"
        raise DataError(problem(("text",), what, "For a file: generate(Path(file).read_text())"))
    if real is not None and type(real).__name__ != "DataFrame":
        what = f"real takes a DataFrame, not {type(real).__name__}"
        raise DataError(problem(("options", "real"), what, "Pass the table itself: real=cohort"))
    options = Options(
        rows=None if rows is None else read_rows(str(rows)),
        seed=None if seed == 0 else seed,
        model=None if model is None else read_model(model),
        engine=read_engine(engine),
        base_url=None if base_url is None else read_url(base_url),
        api_key=api_key,
        lock=None if lock is None else read_lock(os.fspath(lock)),
        refresh=bool(refresh),
        token_budget=None if token_budget is None else read_tokens(str(token_budget)),
    )
    try:
        return pipeline.run(text, options).table
    except SynthDataError as error:
        if any(error.places):
            error.add_note("\n".join(explain(error, text)))
        raise


def report(
    table: pd.DataFrame,
    *,
    real: pd.DataFrame | None = None,
    by: str | None = None,
    target: str | None = None,
    blueprint: Blueprint | str | None = None,
    trained_on: pd.DataFrame | None = None,
    holdout: pd.DataFrame | None = None,
    min_cell: int = MIN_CELL,
) -> Report:
    """Say how far a table keeps what its blueprint states.

    Parameters
    ----------
    table
        A table of ours, or any table beside a `blueprint`.
    blueprint
        What it should keep; else the one that the table carries.
    real
        A real table to compare with: marginals, correlations, whether a learner tells the two
        apart, and copies.  Nothing of it but figures leaves, and no small count.
    by
        Column whose groups stand beside one another in Table 1.
    target
        Column that learners trained on each table predict in the real one (TSTR, TRTR).
    trained_on, holdout
        Real rows that a generator of another kind was trained on, and rows that it never
        saw: only with both do distances and membership inference mean something.
    min_cell
        Counts of real rows below it are not shown; 0 shows all, for tables that are public.

    Returns
    -------
    Report
        Shown by a notebook; ``to_dict()`` and ``to_frame()`` give the figures.

    Raises
    ------
    DataError
        If the table carries no blueprint, none is given, and there is no real table either.
    """
    beside: dict[str, Any] = {"real": real, "trained_on": trained_on, "holdout": holdout}
    for name, frame in beside.items():
        if frame is not None and not hasattr(frame, "iloc"):
            what = f"{name} takes a DataFrame, not {type(frame).__name__}"
            raise DataError(problem(("options", name), what, f"Pass the table: {name}=cohort"))
    beside |= {"by": by, "target": target, "min_cell": min_cell}
    if blueprint is not None:
        refuse_twins(table, "The table")
        record = _record_for(table, blueprint, record_of(table))
        return judge(Result(table=table, record=record), **beside)
    return report_on(table, "table", **beside)


def _record_for(table: pd.DataFrame, blueprint: Blueprint | str, kept: Record | None) -> Record:
    """Judge the table by another blueprint than it carries, if it carries any."""
    read = blueprint if isinstance(blueprint, Blueprint) else Blueprint.from_yaml(blueprint)
    if kept is not None and kept.blueprint() == read:
        return kept
    return attach(table.copy(deep=False), read, 0)
