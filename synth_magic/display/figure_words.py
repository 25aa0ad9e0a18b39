"""A report's figure in words: its numbers in the column's own form, and its place on an axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from synth_magic.display.pictures import place
from synth_magic.display.words import count, number, percent
from synth_magic.fidelity.report import Figure

_DAY = 86400.0
_COUNTS = frozenset({"count", "outside", "rows"})


def words(figure: Figure, value: float) -> str:
    """Give a figure's number in the column's own form: 62.6, 20.6 %, 2015-03-01."""
    if figure.form == "share":
        return percent(value)
    if figure.form in ("date", "datetime"):
        return place(value, figure.form)
    if figure.form == "seconds":
        return f"{number(value / _DAY)} days"
    return number(value, figure.decimals, fixed=True)


def value(figure: Figure) -> str:
    """Give what the table holds: a number, or how many rows."""
    if figure.form not in _COUNTS:
        return words(figure, figure.value)
    many = "—" if math.isnan(figure.value) else count(round(figure.value))
    return many + {"count": " broken", "outside": " outside"}.get(figure.form, "")


def stated(figure: Figure) -> str:
    """Give what was stated: a number, a range, every row."""
    if figure.form == "count":
        return "every row"
    if figure.form == "outside":
        return _range(figure)
    return "" if figure.stated is None else words(figure, figure.stated)


def real(figure: Figure) -> str:
    """Give what the real table holds."""
    return "" if figure.real is None else words(figure, figure.real)


def law(figure: Figure) -> str:
    """Give what is to be expected: of rows, how many."""
    if figure.law is None or math.isnan(figure.law):
        return ""
    if figure.form not in _COUNTS:
        return words(figure, figure.law)
    return "below 0.1" if 0 < figure.law < 0.05 else number(figure.law, int(figure.law < 10))


def interval(figure: Figure) -> str:
    """Give the 99% interval."""
    return "" if figure.form == "outside" else _ends(figure, figure.interval)


def band(figure: Figure) -> str:
    """Give the band in which the figure is as it should be."""
    return "" if figure.form == "outside" else _ends(figure, figure.band)


def measured(what: Callable[[Figure], str], figure: Figure) -> str:
    """Give a number with its unit: an effect's 0.32 SD."""
    said = what(figure)
    return f"{said} {figure.unit}" if figure.unit and said not in ("", "—") else said


def _ends(figure: Figure, pair: tuple[float, float] | None) -> str:
    if pair is None or any(map(math.isnan, pair)):
        return ""
    return f"{words(figure, pair[0])} to {words(figure, pair[1])}"


def _range(figure: Figure) -> str:
    low, high = (
        words(replace(figure, form=figure.axis), end) if math.isfinite(end) else ""
        for end in figure.band or (math.nan, math.nan)
    )
    if not high:
        return f"{low} or more"
    return f"{low} to {high}" if low else f"at most {high}"


# Axes -----------------------------------------------------------------------------


def interval_axis(figure: Figure) -> dict[str, Any] | None:
    """Give the places of a figure, its interval and what was stated; None for no picture."""
    if figure.form == "outside" or figure.stated is None:
        return None
    # What reads as an end of the interval stands at it: 52.6 years are 53, the age that is drawn.
    ends = (end for end in figure.interval or () if words(figure, end) == stated(figure))
    mark = next(ends, figure.stated)
    return _axis(figure, figure.interval, mark, *(figure.band or ()))


def band_axis(figure: Figure) -> dict[str, Any] | None:
    """Give the places of a figure and its band; None for no picture."""
    return None if figure.form == "outside" else _axis(figure, figure.band, None)


def _axis(
    figure: Figure, ends: tuple[float, float] | None, mark: float | None, *others: float
) -> dict[str, Any] | None:
    known = [*(ends or (math.nan,)), figure.value, *(() if mark is None else (mark,))]
    if ends is None or not all(map(math.isfinite, known)):
        return None
    room = [*known, *(other for other in others if math.isfinite(other))]
    least, most = min(room), max(room)
    margin = 0.06 * ((most - least) or 1.0)
    return {
        "low": ends[0],
        "high": ends[1],
        "at": figure.value,
        "mark": mark,
        "span": [least - margin, most + margin],
    }
