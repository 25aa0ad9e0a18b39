"""Units: an answer in another unit than was asked is mended where one factor is clear."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from synth_magic import units
from synth_magic.authors.answers.quantiles import Shape, pooled
from synth_magic.authors.answers.table import Known
from synth_magic.errors import SpecError
from synth_magic.laws import Marginal, solve
from synth_magic.reading.columns import measure
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

Change = Callable[[float], float]


def reference_law(known: Known) -> Marginal | None:
    """Tabulate what the reference expects of a column of numbers; None where it does not."""
    column = known.expected
    if column is None or column.distribution is None or column.type not in ("integer", "number"):
        return None
    try:
        return solve(column.model_copy(update={"stated": None}))
    except SpecError:
        return None


def doubt(known: Known, shape: Shape, law: Marginal | None) -> str:
    """Say why an answer is not believed; empty where it is.

    Parameters
    ----------
    known
        The column.
    shape
        In the column's unit.
    law
        The reference's of these people; without one only the limits within which the
        variable can be measured count.
    """
    if law is None:
        limits = _limits(known)
        if limits is None or limits[0] <= shape.median <= limits[1]:
            return ""
        return (
            f"a median of {shape.median:g} is outside what can be measured, "
            f"{limits[0]:g} to {limits[1]:g}"
        )
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


def _limits(known: Known) -> tuple[float, float] | None:
    """Limits of the variable in the column's unit."""
    variable = tables.load().variables.get(str(known.column.concept))
    if variable is None or variable.limits is None:
        return None
    unit = known.column.unit or variable.unit
    found = measure(variable, unit) if unit else Measure()
    if found is None:
        return None
    low, high = sorted(limit * found.factor + found.offset for limit in variable.limits)
    return low, high


def mended(
    known: Known, shapes: Sequence[Shape], unit: str, law: Marginal | None
) -> tuple[list[Shape], str]:
    """Turn an answer into the column's unit.

    Parameters
    ----------
    known
        The column; what its unit is stands there.
    shapes
        As answered, one for each group; all are changed alike.
    unit
        As answered; may be nonsense.
    law
        The reference's law of these people, or None where it does not speak of them.

    Returns
    -------
    shapes
        As they came where they fit, or where no mending, or more than one, would make them fit.
    told
        What was done, or nothing.
    """
    own = known.column.unit
    together = pooled(shapes)
    said = _conversion(unit, own)
    if law is None and said is not None:
        return [_moved(shape, said) for shape in shapes], f"answered in {unit}, turned into {own}"
    if not doubt(known, together, law):
        return list(shapes), ""
    fitting: list[tuple[str, Change, float]] = []
    for changes in (_conversions(known, unit), _slips() if law is not None else ()):
        for name, change in changes if not fitting else ():
            moved = _moved(together, change)
            if not doubt(known, moved, law):
                fitting.append((name, change, moved.median))
    if not fitting:
        return list(shapes), ""
    name, change, best = fitting[0]
    if any(abs(median - best) > SAME * abs(best) for _, _, median in fitting):
        return list(shapes), ""
    return [_moved(shape, change) for shape in shapes], f"{name}, turned into {own or 'its unit'}"


def _conversion(unit: str, own: str | None) -> Change | None:
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


def _conversions(known: Known, unit: str) -> Iterator[tuple[str, Change]]:
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


def _slips() -> Iterator[tuple[str, Change]]:
    """Slips that are no unit; they are tried where no unit fits."""
    for factor in SLIPS:
        yield f"answered {factor:g} times too small", _times(factor)
        yield f"answered {factor:g} times too large", _times(1 / factor)


def _same(a: str, b: str) -> bool:
    return a.strip().casefold() == b.strip().casefold() or units.same(a, b)


def _times(factor: float) -> Change:
    return lambda x: x * factor


def _between(theirs: Measure, mine: Measure) -> Change:
    return lambda x: (x - theirs.offset) / theirs.factor * mine.factor + mine.offset


def _moved(shape: Shape, change: Change) -> Shape:
    """Change every quantile; a falling conversion turns the order round."""
    pairs = [(p, change(x)) for p, x in shape.quantiles]
    values = sorted(x for _, x in pairs)
    if not all(math.isfinite(x) for x in values):
        return shape
    kept = tuple((p, plain(float(f"{x:.6g}"))) for (p, _), x in zip(pairs, values, strict=True))
    return Shape(kept, shape.zeros)
