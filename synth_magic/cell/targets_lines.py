"""One published number of one line made a `Target`: its name, its level, what is missing."""

from __future__ import annotations

import re

from synth_magic.blueprint.targets import Target
from synth_magic.cell import targets_facts as facts
from synth_magic.cell import targets_numbers as figures
from synth_magic.cell import targets_words as words
from synth_magic.cell.targets_heads import Head
from synth_magic.cell.targets_numbers import Read

#: Longest cell that is kept.
MAX_CELL = 60
_EQUAL = re.compile(r"(?P<name>[^=]{1,80}?)\s*={1,2}\s*(?P<level>[^=]{1,60})")


def target(
    head: Head,
    above: Head | None,
    cell: str,
    read: Read,
    group: str,
    n: int | None,
    before: str | None,
) -> Target:
    """Put a line together.

    Parameters
    ----------
    head
        Its words.
    above
        The head that it stands under.
    cell, read
        Its numbers, as printed and as read.
    group, n
        Whom they are about, empty for all rows, and how many these are.
    before
        Name of the line before, whose missing values it may count.
    """
    name, level, cut, unit = head.name, None, head.cut, head.unit
    numbers, other, text = read.numbers, read.other, head.text
    if above is not None:
        unit = unit or above.unit
        if head.name or cut is not None:
            level = head.name if head.hint and cut is None else head.text
        name = above.name
        text = f"{above.name}: {head.text}"
        if level is not None or cut is not None:
            numbers, other = facts.as_shares(numbers, other), ()
    else:
        equal = _EQUAL.fullmatch(name)
        if equal is not None:
            name, level = equal["name"], equal["level"].strip("'\" ")
            numbers, other = facts.as_shares(numbers, other), ()
    if level is not None and words.missing(level):
        numbers, level, cut = facts.missing(numbers), None, None
    elif level is None and words.missing(name) and before is not None:
        name, numbers, other = before, facts.missing(numbers), ()
        unit, text = None, f"{name}: {head.text}"
    if unit == "%" and numbers and numbers[0].what in ("share", "count"):
        unit = "%" if other else None
    return Target(
        line=0,
        text=text[: words.MAX_TEXT],
        cell=figures.plain(cell)[:MAX_CELL],
        name=name.strip(),
        level=level,
        unit=unit,
        cut=cut,
        group=group or None,
        numbers=facts.counted(numbers, n),
        other=facts.counted(other, n),
        date=read.date,
    )
