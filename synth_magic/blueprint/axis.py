"""A column's axis: places of its numbers and dates, and its range."""

from __future__ import annotations

import math
from dataclasses import dataclass

from synth_magic.blueprint.model import Column, ColumnType
from synth_magic.expressions import moments


def spot(kind: ColumnType | None, value: float | str) -> float | None:
    """Place of a position on the column's axis: a number, days or seconds; None if it is none."""
    if kind not in ("date", "datetime"):
        return None if isinstance(value, str) else float(value)
    found = moments.read(value) if isinstance(value, str) else None
    if found is None:
        return None
    place, timed = found
    if kind == "date":
        return None if timed else place
    return place if timed else place * moments.DAY


@dataclass(frozen=True, slots=True)
class Axis:
    """A column's axis: its type, its range in places, and how to say them."""

    column: Column
    low: float
    high: float

    @classmethod
    def of(cls, column: Column) -> Axis:
        """Read the axis of a column whose range is in order."""
        ends = column.range or (None, None)
        low, high = (None if end is None else spot(column.type, end) for end in ends)
        if column.type == "time_to_event":
            low = 0.0
        return cls(column, -math.inf if low is None else low, math.inf if high is None else high)

    @property
    def said(self) -> str:
        """The range in words."""
        low, high = self.column.range or (None, None)
        if low is None:
            return f"up to {high}" if high is not None else "any"
        return f"{low} to {high}" if high is not None else f"from {low}"

    def spot(self, value: float | str) -> float | None:
        """Place of a position, or None."""
        return spot(self.column.type, value)
