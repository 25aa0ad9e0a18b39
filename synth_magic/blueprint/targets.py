"""Published numbers that a table is fitted to and compared with, line by line."""

from __future__ import annotations

from typing import Literal, get_args

from synth_magic.blueprint.distribution import Form

#: What a printed number is.
What = Literal[
    "mean",
    "sd",
    "median",
    "q1",
    "q3",
    "iqr",
    "low",
    "high",
    "share",
    "count",
    "missing",
    "odds_ratio",
    "hazard_ratio",
    "difference",
    "correlation",
]
WHATS: tuple[What, ...] = get_args(What)
Role = Literal["", "fitted", "free"]
#: Why a line is free whose number follows from lines that are fitted.
OVERALL, SIZES = "follows from the groups", "follows from the groups' sizes"
#: What of a real table a blueprint may rest on.
Basis = Literal["none", "aggregates", "rows"]


class Printed(Form):
    """One number as it was printed.

    Parameters
    ----------
    what
        What it is; shares lie between 0 and 1.
    value
        The number.  Of dates: days since 1970.
    half
        Half of its last printed digit.
    """

    what: What
    value: float
    half: float = 0.0


class Cut(Form):
    """A part of a number's values, as in ``age 65 and over``; an end is None where open.

    Parameters
    ----------
    low, high
        Its ends.
    over
        Whether `low` itself is left out.
    under
        Whether `high` itself is left out.
    """

    low: float | None = None
    high: float | None = None
    over: bool = False
    under: bool = False


class Target(Form):
    """What one published line says of all rows, or of one group of them.

    Parameters
    ----------
    line
        Which line of the block, counted from 0.
    text, cell
        The words of the line, and the numbers as they were printed.
    name
        The words for the variable alone.
    level
        The words for one of its values, where the line is about one.
    unit
        As printed.
    cut
        The part of its values that a share is of.
    group
        The group's words; None for all rows.
    numbers
        What was read.
    other
        A second reading, where a line can be read in two ways: ``12 (4)``.
    date
        Whether the numbers are days.
    parent, per
        Of a stated ratio, slope or correlation: what acts, and the step that it belongs to.
    held
        Whether ``hold:`` names the line.
    column, value
        The column that it is about, and which of its values, once that is known.
    by, at
        The column that makes the groups, and its value in this one.
    role
        Whether the blueprint was fitted to it.
    why
        Why it was not.
    """

    line: int
    text: str
    cell: str
    name: str
    level: str | None = None
    unit: str | None = None
    cut: Cut | None = None
    group: str | None = None
    numbers: tuple[Printed, ...] = ()
    other: tuple[Printed, ...] = ()
    date: bool = False
    parent: str | None = None
    per: float | None = None
    held: bool = False
    column: str | None = None
    value: str | None = None
    by: str | None = None
    at: str | None = None
    role: Role = ""
    why: str = ""

    @property
    def follows(self) -> bool:
        """Whether its number follows from other lines, so that it is of the same rows."""
        return self.why in (OVERALL, SIZES)

    def number(self, what: What) -> Printed | None:
        """Find one of its numbers."""
        return next((each for each in self.numbers if each.what == what), None)


class Group(Form):
    """A column of a published table: its head, and how many rows it is about."""

    name: str
    n: int | None = None


class Targets(Form):
    """All that a block ``targets:`` says.

    Parameters
    ----------
    lines
        Line by line and group by group.
    groups
        The published table's groups; all rows are none of them.
    n
        How many rows the whole published table is about.
    unread
        Lines that were not understood.
    told
        What else is worth a word: columns that were passed over.
    hold
        Names of lines that are kept out of the fit.
    """

    lines: tuple[Target, ...] = ()
    groups: tuple[Group, ...] = ()
    n: int | None = None
    unread: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()

    def size(self, group: str | None) -> int | None:
        """How many rows a group is about."""
        if group is None:
            return self.n
        return next((each.n for each in self.groups if each.name == group), None)

    def kept(self) -> tuple[str, Basis]:
        """Give what a record keeps: the lines as JSON, and what a blueprint then rests on."""
        fitted = any(line.role == "fitted" for line in self.lines)
        text = self.model_dump_json(exclude_defaults=True, exclude={"told", "hold"})
        return text, "aggregates" if fitted else "none"
