"""A report as plain rows of words and numbers, in the order in which to read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from synth_magic.display import figure_words
from synth_magic.display.paired import pictured
from synth_magic.display.words import number, parted, percent, plural
from synth_magic.fidelity.report import Figure, Grid, Headline, Report, Section

SHOWN, SHOWN_LATER, GRID_ROWS = 30, 12, 80
TILES = 7
#: What missed, the worst first; then what cannot be told.
MISSED = (
    "broken",
    "poor",
    "reversed",
    "differs",
    "outside the band",
    "unlikely",
    "small miss",
)
_UNKNOWN = ("too few rows to tell", "too few events")
GOOD = frozenset(
    {"as stated", "holds", "as expected", "as fitted", "as published", "within the band"}
)
_LAST = ("assumption, not evidence", "not graded")
_FACTS = ("adherence", "rules")
#: Headlines that keep their tile when there are more than fit, the first ones first.
_TILES = (
    *("adherence", "targets", "rules", "shape", "association", "c2st", "utility", "copies"),
    *("plausibility", "effects", "oddities", "sources"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a group's table.

    Parameters
    ----------
    text
        Its head.
    side
        ``left`` or ``right``.
    kind
        ``words``, or ``interval`` or ``band`` for those that are drawn as well.
    say
        Words of a figure.
    """

    text: str
    side: str
    kind: str
    say: Callable[[Figure], str]


def _name(figure: Figure) -> str:
    return figure.name


_STATED = Head("stated", "right", "words", figure_words.stated)
_VALUE = Head("table", "right", "words", figure_words.value)
_INTERVAL = Head("99 % interval", "left", "interval", figure_words.interval)


def _first(text: str) -> Head:
    return Head(text, "left", "words", _name)


def _measured(head: Head) -> Head:
    return Head(head.text, head.side, head.kind, partial(figure_words.measured, head.say))


def _rounded(say: Callable[[Figure], str]) -> Callable[[Figure], str]:
    """Say a figure between 0 and 1 in three digits, where it does not know its own."""

    def said(figure: Figure) -> str:
        return say(figure if figure.decimals is not None else replace(figure, decimals=3))

    return said


_BESIDE = (
    _first("figure"),
    Head("value", "right", "words", _rounded(figure_words.value)),
    Head("real", "right", "words", _rounded(figure_words.real)),
    Head("band of two samples of one population", "left", "band", _rounded(figure_words.band)),
)
_OTHER = (
    _first("figure"),
    _STATED,
    _VALUE,
    _INTERVAL,
    Head("to be expected", "left", "words", figure_words.band),
)
_HEADS: dict[str, tuple[Head, ...]] = {
    "facts": (_first("fact"), _STATED, _VALUE, _INTERVAL),
    "effects": (_first("effect"), _measured(_STATED), _measured(_VALUE), _INTERVAL),
    "targets": (
        _first("line"),
        Head("published", "right", "words", figure_words.stated),
        _VALUE,
        _INTERVAL,
    ),
    "plausibility": (
        _first("looked at"),
        Head("reference", "right", "words", figure_words.stated),
        _VALUE,
        _INTERVAL,
    ),
    "oddities": (
        _first("looked for"),
        Head("rows", "right", "words", figure_words.value),
        Head("by chance", "right", "words", figure_words.law),
    ),
    "fidelity": _BESIDE,
    "privacy": _BESIDE,
}
#: Sections whose names alone do not say what was compared.
_TOLD = frozenset({"plausibility"})
_SECOND = {"fidelity": "the real table", "privacy": "the real table"}


def summary(report: Report) -> dict[str, Any]:
    """Say what the forms show of a report.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    dict
        ``line``, ``tiles`` (at most seven, and any more that are bad), ``also`` (headlines
        without a tile), ``notes`` and ``groups``: the stated facts, then each other section
        that holds anything.  A group has ``key``, ``title``, ``line``, ``missed``, ``lead``,
        ``heads``, ``rows`` (what missed first), ``pictures``, ``grid`` and ``tail``.
    """
    tiles, also = _tiles(report.head)
    return {
        "line": _line(report),
        "tiles": [_tile(line) for line in tiles],
        "also": [_tile(line) for line in also],
        "groups": _groups(report),
        "notes": [
            {"level": item.level, "text": parted(item.what, item.mend), "mend": item.mend}
            for item in report.problems
        ],
    }


def _line(report: Report) -> str:
    """Say the report in one line: ``31 of 31 facts as stated · rules: 0 broken``."""
    found = {line.key: line for line in report.head}
    words = []
    if "adherence" in found:
        words.append(f"{found['adherence'].value} {found['adherence'].detail}")
    for key in ("rules", "shape", "c2st"):
        if key in found:
            title = found[key].title
            words.append(f"{title[:1].lower()}{title[1:]}: {found[key].value}")
    return " · ".join(words)


def _tiles(head: Sequence[Headline]) -> tuple[list[Headline], list[Headline]]:
    """Part the headlines into those with a tile and those without; bad news always has one."""
    places = {key: place for place, key in enumerate(_TILES)}
    ranked = sorted(
        range(len(head)),
        key=lambda at: (head[at].good is not False, places.get(head[at].key, len(_TILES) - 3)),
    )
    bad = sum(line.good is False for line in head)
    kept = set(ranked[: max(TILES, bad)])
    tiles = [line for at, line in enumerate(head) if at in kept]
    return tiles, [line for at, line in enumerate(head) if at not in kept]


def _tile(line: Headline) -> dict[str, Any]:
    return {"title": line.title, "value": line.value, "detail": line.detail, "good": line.good}


# Groups ---------------------------------------------------------------------------


def _groups(report: Report) -> list[dict[str, Any]]:
    facts = [f for section in report.sections if section.key in _FACTS for f in section.figures]
    others = [section for section in report.sections if section.key not in _FACTS]
    found = []
    if facts:
        whole = Section("facts", "Stated facts", tuple(facts))
        found.append(_group(whole, SHOWN, _footer(report.rows, facts)))
    found += [_group(section, SHOWN_LATER, []) for section in others if _holds(section)]
    return found


def _holds(section: Section) -> bool:
    rows = section.grid is not None and section.grid.rows
    return bool(section.figures or section.pictures or rows or section.lead)


def _group(section: Section, most: int, tail: list[str]) -> dict[str, Any]:
    ranked = sorted(section.figures, key=_rank)
    if section.key == "targets" and section.grid is not None:  # which holds them all
        ranked = [figure for figure in ranked if figure.verdict in MISSED]
    shown = ranked[:most]
    left = len(ranked) - len(shown)
    if left:
        tail = [*tail, f"{plural(left, 'more figure')}: report.to_frame() has them all."]
    heads = [
        head
        for head in _HEADS.get(section.key, _OTHER)
        if head.say is _name or any(head.say(figure) for figure in shown)
    ]
    missed = sum(figure.verdict in MISSED for figure in section.figures)
    second = _SECOND.get(section.key, "what was stated")
    return {
        "key": section.key,
        "title": section.title,
        "line": _counted(section.figures) if section.figures else section.lead.rstrip("."),
        "missed": missed,
        "lead": section.lead if section.figures else "",
        "heads": [{"text": head.text, "side": head.side, "kind": head.kind} for head in heads],
        "rows": [_row(figure, heads, told=section.key in _TOLD) for figure in shown],
        "pictures": pictured(section.pictures, second),
        "grid": _grid(section.grid),
        "tail": tail,
    }


def _counted(figures: Sequence[Figure]) -> str:
    """Say how many have which verdict, what missed first: ``2 poor · 27 as stated``."""
    order = (*MISSED, *_UNKNOWN)
    found = Counter(figure.verdict for figure in figures)
    ranked = sorted(found, key=lambda word: order.index(word) if word in order else len(order))
    return " · ".join(f"{found[word]:,} {word}" for word in ranked[:4])


def _rank(figure: Figure) -> tuple[int, int, bool]:
    """Put what missed first, then whole tables before columns, then the user's facts."""
    order = (*MISSED, *_UNKNOWN)
    if figure.verdict in order:
        return order.index(figure.verdict), figure.column is not None, False
    last = figure.verdict in _LAST
    own = figure.source not in (None, "user") or (figure.source is None and bool(figure.column))
    return len(order) + last, own, figure.form == "outside"


def _row(figure: Figure, heads: Sequence[Head], *, told: bool) -> dict[str, Any]:
    """One figure in words, with its places on an axis for the picture."""
    axis = None
    for head in heads:
        if head.kind == "interval":
            axis = figure_words.interval_axis(figure)
        elif head.kind == "band":
            axis = figure_words.band_axis(figure)
    missed = figure.verdict in MISSED
    good = True if figure.verdict in GOOD else False if missed else None
    # A figure of the whole table says what it means; a column's only where it missed.
    telling = missed or (figure.source is None and figure.column is None)
    telling = telling or (told and figure.form != "outside")
    return {
        "cells": [head.say(figure) for head in heads],
        "verdict": figure.verdict,
        "good": good,
        "sentence": figure.sentence if telling else "",
        "rule": figure.source or "" if figure.form == "count" else None,
        "axis": axis,
    }


def _grid(grid: Grid | None) -> dict[str, Any] | None:
    if grid is None or not grid.rows:
        return None
    rows = grid.rows[:GRID_ROWS]
    left = len(grid.rows) - len(rows)
    more = [f"{plural(left, 'more row')}: report.to_dict() has them all."] if left else []
    return {
        "columns": list(grid.columns),
        "rows": [{"head": r.head, "cells": list(r.cells), "level": r.level} for r in rows],
        "notes": [*more, *grid.notes],
    }


def _footer(rows: int, figures: Sequence[Figure]) -> list[str]:
    """Say how well so many rows know a share."""
    shares = [f for f in figures if f.form == "share" and f.interval is not None and f.stated]
    if not shares:
        return []
    figure = min(shares, key=lambda item: abs((item.stated or 0) - 0.3))
    low, high = figure.interval or (0.0, 0.0)
    half = number(100 * (high - low) / 2, 1)
    share = percent(figure.stated or 0)
    return [f"{plural(rows, 'row')}: a share of {share} is known to ± {half} points."]
