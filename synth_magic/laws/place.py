"""A form of distribution, where it stands, and the range that it has to keep."""

from __future__ import annotations

from dataclasses import dataclass, replace

from synth_magic.blueprint.model import Column
from synth_magic.errors import Path, SpecError, problem
from synth_magic.laws import steps


@dataclass(frozen=True, slots=True)
class Place:
    """What a form is solved against: its column, its range in positions, where it stands.

    `zeros` says that the form describes what stands beside a share of zeros.
    """

    column: Column
    low: float | None
    high: float | None
    path: Path
    zeros: bool = False

    @property
    def whole(self) -> bool:
        """Whether the column takes whole positions only."""
        return self.column.type in ("integer", "date", "datetime")

    @property
    def step(self) -> float | None:
        """Distance of neighbouring delivered values, where it is known before the law."""
        return steps.step_of(self.column)

    @property
    def ends(self) -> steps.Ends:
        """Bounds of a continuous law: half a step beyond the range, which rounding takes back."""
        if self.step is None:
            return self.low, self.high
        low, high = steps.cells(self.low, self.high, self.step)
        # A range that holds no value at all is refused where its decimals are.
        crossed = low is not None and high is not None and low >= high
        return (self.low, self.high) if crossed else (low, high)

    def at(self, *parts: str | int) -> Place:
        """Return the same column, a step further down the path."""
        return replace(self, path=(*self.path, *parts))

    def fail(self, what: str, mend: str, *parts: str | int) -> SpecError:
        """Make the error that stands at this place."""
        return SpecError(problem((*self.path, *parts), f"{self.column.name}: {what}", mend))

    def range_text(self) -> str:
        """Say the range in words."""
        low, high = self.column.range or (None, None)
        if low is None and high is None:
            return f"from {self.low:g}" if self.low is not None else "open"
        if low is None:
            return f"up to {high}"
        return f"from {low}" if high is None else f"{low} to {high}"

    def positive(self, value: float, name: str) -> float:
        """Return a parameter that has to be above 0."""
        if not value > 0:
            raise self.fail(f"{name} is {value:g}", f"Write a {name} above 0", name)
        return float(value)
