"""What the user pinned, in the variable's own unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Column, Distribution
from synth_magic.reference.schema import ReadColumn

Array = NDArray[np.float64]
#: Enough facts to make a law of: a centre with a spread, or quantiles.
AGES = 40


def full(column: Column) -> bool:
    """Whether the user's facts alone make a distribution."""
    if column.distribution is not None:
        return True
    s = column.stated
    if s is None:
        return False
    centre = s.mean is not None or s.median is not None
    spread = s.sd is not None or s.quartiles is not None
    shares = s.probabilities is not None or s.probability is not None
    return (centre and spread) or s.quartiles is not None or s.quantiles is not None or shares


def partial(column: Column) -> bool:
    """Whether the user stated a centre without a spread."""
    s = column.stated
    return not full(column) and s is not None and (s.mean is not None or s.median is not None)


def distribution(column: Column) -> Distribution | None:
    """Make the law that the user's facts make, or None."""
    if column.distribution is not None:
        return column.distribution
    if not full(column):
        return None
    from synth_magic.laws import fit

    return fit(column)[0]


def positions(read: ReadColumn, count: int) -> Array | None:
    """Values of a pinned numeric column at evenly spaced ranks, in the variable's unit."""
    column = read.column
    if column.type not in (None, "integer", "number") or not full(column):
        return None
    stated = distribution(column)
    if stated is None or stated.by is not None or stated.probability is not None:
        return None
    from synth_magic.laws import solve

    whole = column.model_copy(update={"distribution": stated, "type": column.type or "number"})
    u = (np.arange(count) + 0.5) / count
    return np.asarray((solve(whole).ppf(u) - read.offset) / read.factor, dtype=np.float64)


def ages(columns: Sequence[ReadColumn]) -> Array | None:
    """Ages that the user pinned by a distribution, shape (40,)."""
    found = next((c for c in columns if c.variable == "age"), None)
    return None if found is None else positions(found, AGES)


def bounds(read: ReadColumn) -> tuple[float | None, float | None]:
    """Return the user's range in the variable's unit."""
    column = read.column
    if column.range is None:
        return None, None
    low, high = (
        None if end is None or isinstance(end, str) else (end - read.offset) / read.factor
        for end in column.range
    )
    return (low, high) if read.factor > 0 else (high, low)


def men(columns: Sequence[ReadColumn]) -> float | None:
    """Share of men that the user pinned, or that the values leave (one value only)."""
    found = next((c for c in columns if c.variable == "sex"), None)
    if found is None:
        return None
    stated = _probabilities(found.column)
    to = dict(found.values)
    upper = {"integer": "1", "boolean": "yes"}.get(found.column.type or "")
    if upper in to:
        part = share(found)
        return part if part is None or to[upper] == "M" else 1 - part
    if stated is not None and any(to.get(value) == "M" for value in stated):
        known = sum(share for value, share in stated.items() if to.get(value) in ("F", "M"))
        men_ = sum(share for value, share in stated.items() if to.get(value) == "M")
        return men_ / known if known > 0 else None
    named = {to.get(value) for value in found.column.values or ()}
    return {frozenset("F"): 0.0, frozenset("M"): 1.0}.get(frozenset(n for n in named if n))


def share(read: ReadColumn, level: str = "yes") -> float | None:
    """Pinned share of yes, or of a category's level."""
    column = read.column
    for stated in (column.distribution, column.stated):
        if stated is not None and stated.probability is not None:
            return float(stated.probability)
    found = _probabilities(column)
    if found is None:
        return None
    to = dict(read.values)
    if level not in {to.get(value) for value in found}:
        return None
    return sum(part for value, part in found.items() if to.get(value) == level)


def open_values(column: Column) -> tuple[str, ...]:
    """Values without a share where the user stated some: ``never / former / current 30%``."""
    stated = column.stated
    if column.distribution is not None or stated is None or stated.probabilities is None:
        return ()
    said = dict(stated.probabilities)
    return tuple(value for value in column.values or () if value not in said)


def _probabilities(column: Column) -> dict[str, float] | None:
    """Shares that the user stated; one open value takes what is left, several stay out."""
    for stated in (column.distribution, column.stated):
        if stated is not None and stated.probabilities is not None:
            found = {value: float(part) for value, part in stated.probabilities}
            rest = open_values(column)
            if len(rest) == 1:
                found[rest[0]] = max(0.0, 1 - sum(found.values()))
            return found
    return None
