"""Printed numbers made whole: shares of counts, missing values, what cannot be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_magic.blueprint.targets import Printed, Target, What
from synth_magic.cell import shorthand
from synth_magic.cell import targets_numbers as figures
from synth_magic.cell.targets_numbers import NUM, Read


def share_of(read: Read) -> float | None:
    """Give a share where the cell can be read as one."""
    for numbers in (read.numbers, read.other):
        found = next((each for each in numbers if each.what == "share"), None)
        if found is not None:
            return found.value
    return None


def as_shares(numbers: tuple[Printed, ...], other: tuple[Printed, ...]) -> tuple[Printed, ...]:
    """Choose the reading as a share, where there is one."""
    for each in (numbers, other):
        if each and {part.what for part in each} & {"share", "count"}:
            return each
    return numbers


def missing(numbers: tuple[Printed, ...]) -> tuple[Printed, ...]:
    """Take shares as those of missing values."""
    return tuple(
        Printed(what="missing", value=each.value, half=each.half)
        for each in numbers
        if each.what == "share"
    )


def counted(numbers: tuple[Printed, ...], n: int | None) -> tuple[Printed, ...]:
    """Give a count alone its share, and a share its exact value, where the rows are known."""
    count = next((each.value for each in numbers if each.what == "count"), None)
    share = next((each for each in numbers if each.what == "share"), None)
    if count is None or not n or count > n:
        return numbers
    if share is None:
        return (Printed(what="share", value=count / n, half=0.5 / n), *numbers)
    if abs(count / n - share.value) > 1.001 * share.half:
        return numbers  # of those with a value
    return tuple(
        Printed(what="share", value=count / n, half=share.half) if each is share else each
        for each in numbers
    )


def impossible(target: Target, n: int | None) -> tuple[str, str] | None:
    """Say what of a line cannot be."""
    found = {each.what: each.value for each in target.numbers}
    for what in ("share", "missing"):
        if not -1e-9 <= found.get(what, 0.0) <= 1.005:
            return f"{target.text}: {100 * found[what]:g}% is no share", "Write one from 0 to 100%"
    if n and found.get("count", 0.0) > n:
        what = f"{target.text}: {found['count']:g} of {n:,} rows cannot be"
        return what, "Check the count, or the n of the column"
    low, high, middle = (found.get(key) for key in ("q1", "q3", "median"))
    if low is not None and high is not None and low > high:
        return (
            f"{target.text}: its quartiles fall, from {low:g} to {high:g}",
            "Write the lower one first",
        )
    if None not in (low, high, middle) and not low <= middle <= high:  # type: ignore[operator]
        what = f"{target.text}: its median is outside its quartiles"
        return what, "A median lies between the quartiles"
    if found.get("sd", 1.0) < 0:
        return f"{target.text}: an SD of {found['sd']:g} cannot be", "An SD is above 0"
    return None


def held(target: Target, hold: Sequence[str]) -> Target:
    """Mark a line that ``hold:`` names: by its name, words, level or group."""
    names = {_plain(name) for name in hold}
    own = {target.name, target.text, target.level or "", target.group or ""}
    if target.level:
        own.add(f"{target.name} {target.level}")
    held = bool(names & ({_plain(name) for name in own} - {""}))
    return target.model_copy(update={"held": True}) if held else target


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def of_column(line: shorthand.Line, text: str) -> list[tuple[str | None, tuple[Printed, ...]]]:
    """Give the facts of a line of shorthand as printed numbers, level by level."""
    stated, halves = line.column.stated, _halves(text)
    plain: list[Printed] = []

    def add(what: What, number: object) -> None:
        if isinstance(number, (int, float)):
            half = halves.get(round(float(number), 9), 0.0)
            plain.append(Printed(what=what, value=float(number), half=half))

    found: list[tuple[str | None, tuple[Printed, ...]]] = []
    if stated is not None:
        add("mean", stated.mean)
        add("sd", stated.sd)
        add("median", stated.median)
        for what, place in zip(("q1", "q3"), stated.quartiles or (), strict=False):
            add("q1" if what == "q1" else "q3", place)
        add("share", stated.probability)
        for level, share in stated.probabilities or ():
            half = halves.get(round(float(share), 9), 0.0)
            found.append((level, (Printed(what="share", value=float(share), half=half),)))
    if line.missing is not None:
        add("missing", line.missing.rate)
    if plain:
        for what, end in zip(("low", "high"), line.column.range or (), strict=False):
            add("low" if what == "low" else "high", end)
        found.insert(0, (None, tuple(plain)))
    return found


def _halves(text: str) -> dict[float, float]:
    """Half of the last digit of each number in a text, as it is and as a percentage."""
    found: dict[float, float] = {}
    for number, half in map(figures.value, re.findall(NUM, figures.plain(text))[:200]):
        found.setdefault(round(number / 100, 9), half / 100)
        found[round(number, 9)] = half
        found[round(abs(number), 9)] = half
    return found
