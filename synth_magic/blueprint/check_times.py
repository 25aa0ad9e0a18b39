"""Event times: Kaplan-Meier points and censoring."""

from __future__ import annotations

from collections.abc import Iterator

from synth_magic import units
from synth_magic.blueprint.explain import EXAMPLES
from synth_magic.blueprint.model import Column
from synth_magic.errors import Path, Problem, problem
from synth_magic.yaml_text import scalar


def survival(column: Column, path: Path) -> Iterator[Problem]:
    """Find what is wrong with Kaplan-Meier points."""
    here = (*path, "survival")
    example = f"Write `{EXAMPLES['survival']}`"
    if column.survival is None:
        return
    if not column.survival:
        yield problem(here, "No point of the survival curve is said", example)
    last_time, last_share = 0.0, 1.0
    for time, share in column.survival:
        place = (*here, scalar(time))
        if time <= 0:
            yield problem(place, f"A time of {time:g} is not after the start", example)
        elif time <= last_time:
            yield problem(place, f"Times stand in rising order; {time:g} does not", example)
        if not 0 < share < 1:
            yield problem(place, f"Survival lies between 0 and 1, and {share:g} does not", example)
        elif share >= last_share:
            what = f"Survival falls with time, but is {share:g} after {last_share:g}"
            yield problem(place, what, "Let each share be below the one before it")
        last_time, last_share = time, share


def censoring(column: Column, path: Path) -> Iterator[Problem]:
    """Find what is wrong with censoring."""
    said = column.censoring
    if said is None:
        return
    here = (*path, "censoring")
    if said.administrative is not None:
        low, high = said.administrative
        if low < 0 or high <= 0 or low > high:
            what = f"Follow-up cannot end between {low:g} and {high:g}"
            yield problem(
                (*here, "administrative"), what, "Write two times after the start, in order"
            )
    if said.dropout_per_year is None:
        return
    if not 0 <= said.dropout_per_year < 1:
        what = f"{said.dropout_per_year:g} is no share that drops out in a year"
        yield problem((*here, "dropout_per_year"), what, "Write `dropout_per_year: 0.02`")
    unit = units.read(column.unit) if column.unit is not None else None
    if unit is None or unit.dimension != (("time", 1),):
        what = "Drop-out in a year needs to know what the times are counted in"
        yield problem((*path, "unit"), what, "Write `unit: days`, weeks, months or years")
