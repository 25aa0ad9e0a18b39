"""A column of the table with the law of its variable in the population."""

from __future__ import annotations

from dataclasses import dataclass

from synth_magic.reference.law import Known
from synth_magic.reference.schema import ReadColumn


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A read column with its law in the population; `hidden` when the table has no such column."""

    read: ReadColumn
    known: Known
    hidden: bool = False

    @property
    def name(self) -> str:
        """Of the column."""
        return self.read.column.name

    @property
    def variable(self) -> str:
        """Id in the reference."""
        return str(self.read.variable)

    @property
    def time(self) -> str:
        """Which of several measurements it is."""
        return self.read.time
