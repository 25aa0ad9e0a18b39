"""Published lines as a table of words, laid out as they were printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from synth_magic.blueprint.targets import Printed
from synth_magic.fidelity.report import Grid, GridRow, Verdict
from synth_magic.fidelity.table1_numbers import number, span
from synth_magic.fidelity.targets_verdicts import Pair
from synth_magic.safe_text import line as safe

FREE = "Not used for the fit"
FITTED = "Used for the fit"
_ORDER: tuple[Verdict, ...] = (
    "differs",
    "small miss",
    "too few rows to tell",
    "not graded",
    "as published",
    "as fitted",
)


Rows = list[tuple[Pair, Verdict]]


def by_line(items: Iterable[tuple[Pair, Verdict]]) -> list[Rows]:
    """Put the numbers of each line together."""
    found: dict[int, Rows] = {}
    for pair, verdict in items:
        found.setdefault(id(pair.target), []).append((pair, verdict))
    return list(found.values())


def grid(ranked: Sequence[tuple[Pair, Verdict]]) -> Grid:
    """Lay the lines out as the published table is: free ones first, groups below their line."""
    rows: list[GridRow] = []
    for free, title in ((True, FREE), (False, FITTED)):
        lines = by_line(item for item in ranked if item[0].free == free)
        if not lines:
            continue
        rows.append(GridRow(title, ("",) * 5))
        rows += [_row(items) for items in lines]
    heads = ("published", "fitted law", "table", "99 % interval", "verdict")
    return Grid(heads, tuple(rows))


def _row(items: Rows) -> GridRow:
    target = items[0][0].target
    group = f" · {target.group}" if target.group is not None else ""
    shown = [part for part in items if part[0].printed.what not in ("low", "high")] or items
    first = shown[0][0]
    ends = first.table.interval
    interval = ""
    if ends is not None and all(map(math.isfinite, ends)):
        interval = f"{text_of(ends[0], first)} to {text_of(ends[1], first)}"
    cells = (
        _words([(pair, pair.printed.value) for pair, _ in items]),
        _words([(pair, pair.law.value) for pair, _ in items]),
        _words([(pair, pair.table.value) for pair, _ in items]),
        interval,
        worst([verdict for _, verdict in items]),
    )
    return GridRow(safe(target.text + group), cells, 1)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Give the verdict of a line: that of its worst number."""
    return min(verdicts, key=_ORDER.index)


def _words(numbers: Sequence[tuple[Pair, float]]) -> str:
    """Write the numbers of a line as tables do: 63.2 (9.4), 7.4 [6.6–8.6], 41.0%."""
    said = {pair.printed.what: text_of(value, pair) for pair, value in numbers}
    words = said.get("mean") or said.get("median") or next(iter(said.values()))
    if "mean" in said and "sd" in said:
        words = f"{words} ({said['sd']})"
    if "q1" in said and "q3" in said:
        words = f"{words} [{span(said['q1'], said['q3'])}]"
    if "iqr" in said:
        words = f"{words} (IQR {said['iqr']})"
    if "low" in said and "high" in said and len(said) > 2:
        words = f"{words}, {span(said['low'], said['high'])}"
    return words


def text_of(value: float, pair: Pair) -> str:
    """Write a number with the digits that were printed."""
    printed = pair.printed
    if printed.what in ("share", "missing"):
        return f"{number(100 * value, digits(printed))}%"
    if pair.target.date:
        return str(np.datetime64(round(value), "D")) if math.isfinite(value) else "—"
    return number(value, digits(printed))


def digits(printed: Printed) -> int:
    """Say with how many digits behind the point a number was printed."""
    scale = 100 if printed.what in ("share", "missing") else 1
    half = printed.half * scale
    return max(0, min(6, -math.floor(math.log10(2 * half) + 1e-9))) if half > 0 else 2
