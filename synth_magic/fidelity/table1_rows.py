"""One variable of Table 1: its lines in words, and the same as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity import difference
from synth_magic.fidelity.report import GridRow
from synth_magic.fidelity.table1_columns import Variable
from synth_magic.fidelity.table1_numbers import (
    Moments,
    counted,
    follow_up,
    mean_digits,
    moments,
    number,
    quartile_digits,
    skewed,
    span,
)
from synth_magic.fidelity.table1_sheet import HIDDEN, Counts, Plain, Sheet, folded
from synth_magic.safe_text import line

Line = tuple[str, list[str], list[Plain]]
Smd = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Described:
    """A variable's lines, and its numbers.

    Parameters
    ----------
    rows
        Each with a cell for all rows, for each group, and two for the SMD where it is wanted.
    plain
        The same as numbers.
    """

    rows: tuple[GridRow, ...]
    plain: Plain


def describe(variable: Variable, sheet: Sheet, median: bool | None = None) -> Described:
    """Describe one variable.

    Parameters
    ----------
    variable
        The column.
    sheet
        Groups, and what may be shown.
    median
        Whether a number is shown by its median; without it its skewness decides.
    """
    if variable.kind == "number":
        return _number(variable, sheet, median)
    if variable.kind == "date":
        return _date(variable, sheet)
    if variable.kind == "levels":
        return _levels(folded(variable, sheet), sheet)
    return _truth(variable, sheet)


# Numbers and dates ------------------------------------------------------------------


def _number(variable: Variable, sheet: Sheet, median: bool | None) -> Described:
    tallies = [counted(part, variable.decimals) for part in sheet.groups.parts(variable.values)]
    found = [moments(each) for each in tallies]
    if skewed(tallies[0]) if median is None else median:
        shown = [value for each in found for value in (each.q1, each.median, each.q3)]
        digits = quartile_digits(variable.decimals, shown, found[0].q3 - found[0].q1)
        quartiles = partial(_quartiles, digits=digits)
        return _spread(variable, sheet, found, "median", quartiles, digits)
    digits = mean_digits(variable.decimals, found[0].sd, found[0].mean)

    def words(each: Moments) -> str:
        return f"{number(each.mean, digits)} ({number(each.sd, digits)})" if each.n else "—"

    return _spread(variable, sheet, found, "mean", words, digits)


def _quartiles(each: Moments, digits: int) -> str:
    ends = number(each.q1, digits), number(each.q3, digits)
    return f"{number(each.median, digits)} [{span(*ends)}]" if each.n else "—"


def _date(variable: Variable, sheet: Sheet) -> Described:
    found = [moments(counted(part, 0)) for part in sheet.groups.parts(variable.values)]
    # The quartiles of real dates are days on which someone was there: months are enough.
    unit = "D" if sheet.guard is None else "M"

    def words(each: Moments) -> str:
        if not each.n:
            return "—"
        q1, middle, q3 = (_day(value, unit) for value in (each.q1, each.median, each.q3))
        return f"{middle} [{q1} to {q3}]"

    return _spread(variable, sheet, found, "dates", words, 0, unit)


def _day(value: float, unit: str) -> str:
    return str(np.datetime64(math.floor(value), "D").astype(f"datetime64[{unit}]"))


_STATISTICS = {"mean": "mean (SD)", "median": "median [IQR]", "dates": "median [IQR]"}
_PLAIN = {"mean": ("mean", "sd"), "median": ("median", "q1", "q3"), "dates": ("median", "q1", "q3")}


def _spread(
    variable: Variable,
    sheet: Sheet,
    found: Sequence[Moments],
    kind: str,
    words: Callable[[Moments], str],
    digits: int,
    day: str | None = None,
) -> Described:
    seen = sheet.seen(variable.known)
    cells = [words(each) if is_seen else HIDDEN for each, is_seen in zip(found, seen, strict=True)]
    groups = [each for each in found[1:] if each.n > 1]
    smd = _compared(
        sheet,
        all(seen),
        groups,
        lambda a, b: difference.numbers(a.mean, a.sd, b.mean, b.sd),
        [each.n for each in groups],
    )

    def plain(each: Moments, is_seen: bool) -> Plain:
        values = {key: getattr(each, key) if is_seen else math.nan for key in _PLAIN[kind]}
        n = each.n if sheet.guard is None else sheet.guard.count(each.n)
        if day is None:
            return {"n": n, **{key: sheet.shown(value, digits) for key, value in values.items()}}
        said = {k: _day(v, day) if math.isfinite(v) else None for k, v in values.items()}
        return {"n": n, **said}

    numbers = [plain(each, is_seen) for each, is_seen in zip(found, seen, strict=True)]
    head = _head(variable, _STATISTICS[kind])
    return _together(
        variable, sheet, kind, [(head, cells, numbers)], _missing(variable, sheet), smd
    )


# Counts -----------------------------------------------------------------------------


def _truth(variable: Variable, sheet: Sheet) -> Described:
    known = variable.known
    yes = np.where(known, np.where(variable.values > 0.5, 0, 1), 2)
    counts, cells, missing = _block(sheet, yes.astype(np.intp), 2)
    first = (_head(variable, "n (%)"), *_split(cells[0]))
    if variable.time is not None:
        follow = _follow_up(variable, variable.time, sheet)
        return _together(variable, sheet, "events", [first, follow], missing, None)
    smd = None
    if sheet.compared:
        own = [counts[:2, place] for place in range(1, 1 + len(sheet.groups.names))]
        held = [pair for pair in own if pair.sum()]
        smd = _compared(
            sheet,
            _all_seen(cells[:2]),
            held,
            lambda a, b: difference.proportions(a[0] / a.sum(), b[0] / b.sum()),
            [int(pair.sum()) for pair in held],
        )
    return _together(variable, sheet, "share", [first], missing, smd)


def _follow_up(
    variable: Variable, time: Variable, sheet: Sheet
) -> tuple[str, list[str], list[Plain]]:
    seen = sheet.seen(variable.known)
    parts = zip(
        *(sheet.groups.parts(each) for each in (time.values, variable.values)), seen, strict=True
    )
    cells, plain = [], []
    digits = time.decimals if time.decimals is not None else 2
    step = 0.0 if time.decimals is None else 10.0**-time.decimals
    for times, events, is_seen in parts:
        known = ~np.isnan(times) & ~np.isnan(events)
        middle = follow_up(times[known], events[known], step) if known.any() else math.nan
        reached = number(middle, digits) if math.isfinite(middle) else "not reached"
        cells.append((reached if known.any() else "—") if is_seen else HIDDEN)
        plain.append({"follow_up": sheet.shown(middle, digits) if is_seen else None})
    return _head(time, "median follow-up"), cells, plain


def _levels(variable: Variable, sheet: Sheet) -> Described:
    many = len(variable.levels)
    codes = np.where(variable.known, np.nan_to_num(variable.values), many).astype(np.intp)
    counts, cells, missing = _block(sheet, codes, many)
    own = [counts[:many, place] for place in range(1, 1 + len(sheet.groups.names))]
    held = [each for each in own if each.sum()]
    smd = _compared(
        sheet,
        _all_seen(cells[:many]),
        held,
        difference.categories,
        [int(each.sum()) for each in held],
        df=int((sum(held, np.zeros(many)) > 0).sum()) - 1,
    )
    lines = [
        (level, *_split(row)) for level, row in zip(variable.levels, cells[:many], strict=True)
    ]
    empty: Line = (_head(variable, "n (%)"), [""] * (1 + len(sheet.groups.names)), [])
    return _together(variable, sheet, "levels", [empty, *lines], missing, smd)


def _block(
    sheet: Sheet, codes: NDArray[np.intp], levels: int
) -> tuple[Counts, list[list[Plain]], list[Plain] | None]:
    """Count levels and, as the one behind them, missing values: counts, cells, missing."""
    counts = sheet.counts(codes, levels + 1)
    rows = sheet.rows()
    none = not counts[levels].any()
    sizes = np.vstack([np.tile(rows - counts[levels], (levels, 1)), rows[None, :]])
    if none:
        counts, sizes = counts[:levels], sizes[:levels]
    cells = sheet.cells(counts, sizes, totals=True)
    return counts, cells, None if none else cells[levels]


def _missing(variable: Variable, sheet: Sheet) -> list[Plain] | None:
    counts = sheet.counts(np.where(variable.known, -1, 0), 1)
    if not counts.any():
        return None
    return sheet.cells(counts, sheet.rows()[None, :], totals=False)[0]


# Putting together ---------------------------------------------------------------------


def _compared(
    sheet: Sheet,
    seen: bool,
    groups: Sequence[Any],
    between: Callable[[Any, Any], float],
    sizes: Sequence[int],
    df: int = 1,
) -> Smd | None:
    """Give the SMD with its chance band; None where there is nothing to compare."""
    if not sheet.compared:
        return None
    if not seen:  # from an SMD and one count the other can be worked out
        return math.nan, math.nan
    return difference.largest(groups, between), difference.chance(sizes, df)


def _together(
    variable: Variable,
    sheet: Sheet,
    kind: str,
    lines: Sequence[Line],
    missing: list[Plain] | None,
    smd: Smd | None,
) -> Described:
    extra = ("", "") if sheet.compared else ()
    first = extra if smd is None else (number(smd[0], 2), number(smd[1], 2))
    rows = [
        GridRow(line(head), (*cells, *(extra if place else first)), 1 if place else 0)
        for place, (head, cells, _) in enumerate(lines)
    ]
    if missing is not None:
        rows.append(GridRow("Missing, n (%)", (*_split(missing)[0], *extra), 1))
    plain: Plain = {
        "name": variable.name,
        "label": variable.label,
        "unit": variable.unit,
        "kind": kind,
    }
    if kind == "levels":
        plain["levels"] = [{"level": head, **_sides(numbers)} for head, _, numbers in lines[1:]]
    else:
        merged = [
            {key: value for _, _, numbers in lines for key, value in numbers[place].items()}
            for place in range(1 + len(sheet.groups.names))
        ]
        plain |= _sides(merged)
    plain["missing"] = None if missing is None else _sides(_split(missing)[1])
    if sheet.compared:
        apart, by_chance = (math.nan, math.nan) if smd is None else smd
        plain["smd"], plain["smd_chance"] = sheet.shown(apart, 2), sheet.shown(by_chance, 2)
    return Described(tuple(rows), plain)


def _head(variable: Variable, statistic: str) -> str:
    unit = f", {variable.unit}" if variable.unit else ""
    return f"{variable.label}{variable.yes}{unit}, {statistic}"


def _split(cells: Sequence[Plain]) -> tuple[list[str], list[Plain]]:
    """Part words from numbers."""
    plain = [{"count": cell["count"], "share": cell["share"]} for cell in cells]
    return [cell["words"] for cell in cells], plain


def _sides(numbers: Sequence[Plain]) -> Plain:
    return {"all": numbers[0], "groups": list(numbers[1:])}


def _all_seen(cells: Sequence[Sequence[Plain]]) -> bool:
    return all(cell["count"] is not None for row in cells for cell in row)
