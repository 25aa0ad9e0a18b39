"""What one line says, fact by fact, each with its place and each said once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

from synth_magic.errors import Path, SpecError, problem

#: What a field is called in messages.
WORDS = {
    "low": "the lower end", "high": "the upper end", "mean": "the mean", "sd": "the SD",
    "median": "the median", "quartiles": "the quartiles", "unit": "the unit", "type": "the type",
    "share": "the share", "zero_share": "the share of zeros", "missing": "the share missing",
    "decimals": "the number of decimals", "pattern": "the pattern", "values": "the list of values",
    "ordered": "the order", "law": "the distribution",
}  # fmt: skip

#: Fields of a Column that facts of another name belong to.
_PATHS = {"low": "range", "high": "range", "share": "probability", "law": "distribution"}


def shown(value: Any) -> str:
    """Write a fact's value briefly."""
    if isinstance(value, tuple):
        return " to ".join(shown(part) for part in value)
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e15 else f"{value:.3e}"
    return str(value)


def said(key: str, value: Any) -> str:
    """Write a fact's value as its field is written."""
    return f"{value * 100:g}%" if key in ("share", "zero_share", "missing") else shown(value)


def short(text: str, most: int = 40) -> str:
    """Cut a user's word for a message: one line, not too long."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its value and where it stands in the line."""

    value: Any
    start: int
    end: int


@dataclass(slots=True)
class Facts:
    """All facts of a line, by field.

    Parameters
    ----------
    name
        The column's name.
    said
        Field to fact.
    quantiles, shares
        Probability to fact; value to fact.
    strict
        Ends (``low``, ``high``) that are themselves left out.
    free
        Places of words that were not understood.
    """

    name: str
    said: dict[str, Fact] = field(default_factory=dict)
    quantiles: dict[float, Fact] = field(default_factory=dict)
    shares: dict[str, Fact] = field(default_factory=dict)
    strict: set[str] = field(default_factory=set)
    free: list[tuple[int, int]] = field(default_factory=list)
    either: Fact | None = None
    legend: str | None = None

    def add(self, key: str, value: Any, start: int, end: int) -> None:
        """Note a fact; the same one twice is one.

        Raises
        ------
        SpecError
            Two facts of one field that differ.
        """
        there = self.said.get(key)
        if there is None:
            self.said[key] = Fact(value, start, end)
        elif there.value != value:
            one, other = (said(key, part) for part in (there.value, value))
            verb = "are" if key == "quartiles" else "is"
            what = f"{self.name}: {WORDS.get(key, key)} {verb} said twice, {one} and {other}"
            self.fail(_PATHS.get(key, key), what, "Keep one of the two", start)

    def get(self, key: str) -> Any:
        """Value of a field, or None."""
        fact = self.said.get(key)
        return None if fact is None else fact.value

    def at(self, key: str) -> int:
        """Where a field's fact begins."""
        return self.said[key].start

    def fail(self, key: str, what: str, mend: str, at: int) -> NoReturn:
        """Raise with the path of a field and a place in the line."""
        path: Path = ("columns", self.name, key) if key else ("columns", self.name)
        raise SpecError(problem(path, what, mend, offset=at))

    @property
    def any(self) -> bool:
        """Whether anything was understood."""
        return bool(self.said or self.quantiles or self.shares)

    @property
    def numeric(self) -> bool:
        """Whether something was said that only numbers and dates have."""
        keys = ("low", "high", "mean", "sd", "median", "quartiles", "zero_share", "decimals", "law")
        return bool(self.quantiles) or any(key in self.said for key in keys)
