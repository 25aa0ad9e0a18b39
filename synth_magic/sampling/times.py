"""Event times: censoring and units."""

from __future__ import annotations

import numpy as np

from synth_magic.blueprint.model import Column
from synth_magic.errors import Problem, warning
from synth_magic.laws import Codec
from synth_magic.sampling.draws import Drawn, Latent
from synth_magic.sampling.noise import NoiseLaw
from synth_magic.sampling.steps import TimeStep
from synth_magic.sampling.tables import EndTable, end_table
from synth_magic.sampling.target import Places
from synth_magic.units import factor


def time_step(column: Column, law: Drawn | Latent, coded: Codec) -> TimeStep:
    """Make the step of an event time.

    Parameters
    ----------
    column, coded
        The column and how it is delivered.
    law
        Of the time before censoring, in steps.
    """
    censoring, scale = column.censoring, 10.0**coded.decimals
    administrative, dropout = None, None
    if censoring is not None and censoring.administrative is not None:
        start, end = censoring.administrative
        administrative = (float(start) * scale, float(end) * scale)
    if censoring is not None and censoring.dropout_per_year:
        yearly = -np.log1p(-float(censoring.dropout_per_year))
        dropout = _exponential(_steps_per_year(column.unit) * scale / yearly)
    return TimeStep(column.name, column.event, law, administrative, dropout, coded.offset)


def guessed_hazard(column: Column) -> Problem | None:
    """Warn where follow-up goes beyond the last point of the survival curve."""
    if not column.survival:
        return None
    last = float(column.survival[-1][0])
    censoring = column.censoring
    end = None if censoring is None else censoring.administrative
    if end is not None and float(end[1]) <= last:
        return None
    goes = "has no end" if end is None else f"goes to {float(end[1]):g}"
    return warning(
        ("columns", column.name, "survival"),
        f"follow-up of {column.name} {goes}, the last point of its survival is at {last:g}",
        "the last hazard is carried on from there: add a point, or end the follow-up before",
    )


def times_in_steps(coded: Codec) -> Places:
    """Turn times into steps of the delivered column, before rounding up."""
    scale = 10.0**coded.decimals
    return lambda positions: np.maximum(positions * scale, 0.0)


def _exponential(mean_steps: float) -> EndTable:
    law = NoiseLaw("log_exponential")
    return end_table([lambda share, upper: np.exp(law.quantile(share, upper)) * mean_steps])


def _steps_per_year(unit: str | None) -> float:
    """Give the steps in a year of a column in `unit`; of days where that is no unit of time."""
    return factor("years", unit or "days") or 365.25
