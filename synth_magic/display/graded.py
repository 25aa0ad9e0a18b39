"""A report as plain rows of words and numbers, in the order in which to read them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from synth_magic.display.pictures import place
from synth_magic.display.words import count, number, parted, percent, plural
from synth_magic.fidelity.report import Figure, Report

SHOWN = 30
_DAY = 86400.0
_FIRST = (
    "poor",
    "broken",
    "reversed",
    "unlikely",
    "small miss",
    "too few rows to tell",
    "too few events",
)


def summary(report: Report) -> dict[str, Any]:
    """Say what the forms show of a report.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    dict
        ``line``, ``tiles``, ``facts`` (at most 40: what missed first), ``notes``, ``footer``.
    """
    figures = [figure for section in report.sections for figure in section.figures]
    ranked = sorted(figures, key=_rank)
    shown = ranked[:SHOWN]
    return {
        "line": _line(report),
        "tiles": [
            {"title": line.title, "value": line.value, "detail": line.detail, "good": line.good}
            for line in report.head
        ],
        "facts": [fact(figure) for figure in shown],
        "notes": [
            {"level": item.level, "text": parted(item.what, item.mend), "mend": item.mend}
            for item in report.problems
        ],
        "footer": _footer(report, figures, len(ranked) - len(shown)),
    }


def _line(report: Report) -> str:
    """Say the report in one line: ``31 of 31 facts as stated · rules: 0 broken``."""
    words = []
    for line in report.head:
        if line.key == "adherence":
            words.append(f"{line.value} {line.detail}")
        elif line.key == "rules":
            words.append(f"rules: {line.value}")
    return " · ".join(words)


def _rank(figure: Figure) -> tuple[int, bool]:
    """Put what missed first, then the user's facts; ranges that hold come last."""
    if figure.verdict in _FIRST:
        return _FIRST.index(figure.verdict), False
    return len(_FIRST) + (figure.source != "user"), figure.form == "outside"


def fact(figure: Figure) -> dict[str, Any]:
    """One figure in words, with its places on an axis for the picture."""
    many = "—" if math.isnan(figure.value) else count(int(figure.value))
    if figure.form == "count":
        stated, table = "every row", f"{many} broken"
    elif figure.form == "outside":
        stated, table = _range(figure), f"{many} outside"
    elif figure.form == "rows":
        stated = "—" if figure.law is None else f"{number(figure.law, 1)} by chance"
        table = f"{many} {'row' if many == '1' else 'rows'}"
    else:
        stated = "—" if figure.stated is None else words(figure, figure.stated)
        table = words(figure, figure.value)
    return {
        "name": figure.name,
        "stated": stated,
        "table": table,
        "verdict": figure.verdict,
        "sentence": figure.sentence,
        "source": figure.source,
        **_axis(figure),
    }


def _range(figure: Figure) -> str:
    low, high = (
        words(replace(figure, form=figure.axis), end) if math.isfinite(end) else ""
        for end in figure.band or (math.nan, math.nan)
    )
    if not high:
        return f"{low} or more"
    return f"{low} to {high}" if low else f"at most {high}"


def _axis(figure: Figure) -> dict[str, Any]:
    ends = figure.interval
    if (
        ends is None
        or figure.form == "outside"
        or not all(math.isfinite(end) for end in ends)
        or figure.stated is None
    ):
        return {"interval": None}
    low, high = ends
    room = [low, high, figure.stated, figure.value, *(figure.band or ())]
    least, most = min(room), max(room)
    margin = 0.06 * ((most - least) or 1.0)
    return {
        "interval": [low, high],
        "interval_words": f"{words(figure, low)} to {words(figure, high)}",
        "at": figure.value,
        "stated_at": figure.stated,
        "span": [least - margin, most + margin],
    }


def words(figure: Figure, value: float) -> str:
    """Give a figure's number in the column's own form: 62.6, 20.6 %, 2015-03-01."""
    if figure.form == "share":
        return percent(value)
    if figure.form in ("date", "datetime"):
        return place(value, figure.form)
    if figure.form == "seconds":
        return f"{number(value / _DAY)} days"
    return number(value, figure.decimals)


def _footer(report: Report, figures: list[Figure], left: int) -> list[str]:
    lines = []
    shares = [f for f in figures if f.form == "share" and f.interval is not None and f.stated]
    if shares:
        figure = min(shares, key=lambda item: abs((item.stated or 0) - 0.3))
        low, high = figure.interval or (0.0, 0.0)
        half = number(100 * (high - low) / 2, 1)
        lines.append(
            f"{plural(report.rows, 'row')}: a share of {percent(figure.stated or 0)}"
            f" is known to ± {half} points."
        )
    if left:
        lines.append(f"{plural(left, 'more figure')}: report.to_frame() has them all.")
    return lines
