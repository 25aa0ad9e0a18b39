"""Units: an answer in another unit than was asked is mended where one factor is clear."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from synth_magic import units
from synth_magic.authors.answers.quantiles import Shape
from synth_magic.authors.answers.table import Known
from synth_magic.errors import SpecError
from synth_magic.laws import Marginal, solve
from synth_magic.reference import tables
from synth_magic.reference.filling import plain
from synth_magic.reference.schema import Measure

#: Between these multiples of the reference's spread an answer is believed.
SPREAD = (0.4, 2.5)
#: Between these quantiles of the reference the median of an answer is believed.
MEDIAN = (0.001, 0.999)
#: Slips that are no unit of the variable: a share for a percentage, a thousand too much.
SLIPS = (10.0, 100.0, 1000.0)
#: Two mendings whose medians differ by less are one.
SAME = 0.1


@dataclass(frozen=True, slots=True)
class Mended:
    """A shape in the column's own unit, and what was done to it."""

    shape: Shape
    told: str = ""


def reference_law(known: Known) -> Marginal | None:
    """Tabulate what the reference expects of a column of numbers; None where it does not."""
    column = known.expected
    if column is None or column.distribution is None or column.type not in ("integer", "number"):
        return None
    try:
        return solve(column.model_copy(update={"stated": None}))
    except SpecError:
        return None


def doubt(shape: Shape, law: Marginal) -> str:
    """Say why an answer is not believed beside the reference; empty where it is.

    Parameters
    ----------
    shape
        In the column's unit.
    law
        The reference's, of the values other than zero as far as it knows.
    """
    low, high = (float(law.ppf(p)) for p in MEDIAN)
    if not low <= shape.median <= high:
        return f"a median of {shape.median:g} is outside what such people have, {low:g} to {high:g}"
    quantiles = dict(shape.quantiles)
    width = quantiles[0.95] - quantiles[0.05]
    usual = float(law.ppf(0.95) - law.ppf(0.05))
    if usual > 0 and not SPREAD[0] <= width / usual <= SPREAD[1]:
        often = "little" if width < usual else "much"
        return (
            f"90 of 100 people within {quantiles[0.05]:g} to {quantiles[0.95]:g} is too {often} "
            f"spread; some {usual:.3g} between the two is usual"
        )
    return ""


def mended(known: Known, shape: Shape, unit: str, law: Marginal | None) -> Mended:
    """Turn an answer into the column's unit.

    Parameters
    ----------
    known
        The column; what its unit is stands there.
    shape
        As answered.
    unit
        As answered; may be nonsense.
    law
        The reference's law of these people, or None where it does not speak of them.

    Returns
    -------
    Mended
        As it came where it fits, or where no mending, or more than one, would make it fit.
    """
    own = known.column.unit
    if law is None:
        change = _conversion(unit, own)
        if change is None:
            return Mended(shape)
        return Mended(_moved(shape, change), f"answered in {unit}, turned into {own}")
    if not doubt(shape, law):
        return Mended(shape)
    fitting: list[tuple[str, Shape]] = []
    for changes in (_conversions(known, unit), _slips()):
        every = ((name, _moved(shape, change)) for name, change in changes)
        fitting = fitting or [(name, moved) for name, moved in every if not doubt(moved, law)]
    if not fitting:
        return Mended(shape)
    name, best = fitting[0]
    one = all(abs(m.median - best.median) <= SAME * abs(best.median) for _, m in fitting)
    return Mended(best, f"{name}, turned into {own or 'its unit'}") if one else Mended(shape)


def _conversion(unit: str, own: str | None) -> Callable[[float], float] | None:
    """Conversion between two units that differ and measure the same."""
    if not unit or own is None or units.same(unit, own):
        return None
    first, second = units.read(unit), units.read(own)
    if first is None or second is None or units.convert(1.0, first, second) is None:
        return None

    def change(x: float) -> float:
        found = units.convert(x, first, second)
        return x if found is None else found

    return change


def _conversions(known: Known, unit: str) -> Iterator[tuple[str, Callable[[float], float]]]:
    """Conversions from units of the variable, the one that was said first."""
    said = _conversion(unit, known.column.unit)
    if said is not None:
        yield f"answered in {unit}", said
    variable = tables.load().variables.get(str(known.column.concept))
    own = known.column.unit or (variable.unit if variable else None)
    if variable is not None:
        every = {str(variable.unit): Measure(), **variable.units}
        mine = next((m for u, m in every.items() if own is not None and _same(u, own)), None)
        for name, theirs in every.items():
            if mine is not None and theirs is not mine:
                yield f"answered in {name}", _between(theirs, mine)


def _slips() -> Iterator[tuple[str, Callable[[float], float]]]:
    """Slips that are no unit; they are tried where no unit fits."""
    for factor in SLIPS:
        yield f"answered {factor:g} times too small", _times(factor)
        yield f"answered {factor:g} times too large", _times(1 / factor)


def _same(a: str, b: str) -> bool:
    return a.strip().casefold() == b.strip().casefold() or units.same(a, b)


def _times(factor: float) -> Callable[[float], float]:
    return lambda x: x * factor


def _between(theirs: Measure, mine: Measure) -> Callable[[float], float]:
    return lambda x: (x - theirs.offset) / theirs.factor * mine.factor + mine.offset


def _moved(shape: Shape, change: Callable[[float], float]) -> Shape:
    """Change every quantile; a falling conversion turns the order round."""
    pairs = [(p, change(x)) for p, x in shape.quantiles]
    values = sorted(x for _, x in pairs)
    if not all(math.isfinite(x) for x in values):
        return shape
    kept = tuple((p, plain(float(f"{x:.6g}"))) for (p, _), x in zip(pairs, values, strict=True))
    return Shape(kept, shape.zeros)
