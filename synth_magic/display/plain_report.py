"""A report's plain text: the headlines, then aligned lines a section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from synth_magic.display.words import angled, bars, clean

_WIDTH = 100
_NAME, _CELL = 48, 40


def headlines(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the headlines, aligned: what, how much, a word on it."""
    tiles = [*report["tiles"], *report["also"]]
    for tile in tiles:
        yield f"  {angled(tile['title'])}: {angled(tile['value'])}{detail(tile)}"


def missed(report: Mapping[str, Any], most: int) -> Iterator[str]:
    """Yield what missed, a line each: the short form names no more."""
    found = [
        (row, group["heads"])
        for group in report["groups"]
        for row in group["rows"]
        if row["good"] is False
    ]
    for row, heads in found[:most]:
        yield f"  {said(row, heads)}"
    if len(found) > most:
        yield f"  … {len(found) - most} more that missed"


def groups(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield every section: its title, its lines, its table, its pictures."""
    for group in report["groups"]:
        yield ""
        title, line = angled(group["title"], 80), angled(group["line"], 200)
        yield f"{title}: {line}" if line else title
        yield from _wrapped(group["lead"])
        yield from _rows(group)
        for line in group["tail"]:
            yield from _wrapped(line)
        if group["grid"] is not None:
            yield from _grid(group["grid"])
        yield from _pictures(group["pictures"])


def said(row: Mapping[str, Any], heads: Sequence[Mapping[str, Any]]) -> str:
    """``age, median: stated 63, table 62.6, 99 % interval 61.5 to 63.6, poor``."""
    pairs = zip(heads[1:], row["cells"][1:], strict=True)
    parts = [angled(f"{head['text']} {cell}") for head, cell in pairs if cell]
    return f"{name(row)}: {', '.join([*parts, row['verdict']])}"


def name(row: Mapping[str, Any]) -> str:
    """Give a figure's name; a rule is named by its text, the user's own with its < and >."""
    text = row["cells"][0]
    return clean(text, 200) if row["rule"] == "user" else angled(text, 200)


def detail(tile: Mapping[str, Any]) -> str:
    """Give the rest of a headline: it goes on from the value, or is set off from it."""
    words = angled(tile["detail"], 160)
    if not words:
        return ""
    goes_on = words.startswith(("facts", "effects", "columns", "of ", "beyond", "lines"))
    return f" {words}" if goes_on else f" ({words})"


def note_line(note: Mapping[str, str]) -> str:
    """Give a note or warning as one line."""
    word = "Warning: " if note["level"] == "warning" else ""
    return f"{word}{angled(note['text'])} {angled(note['mend'])}".rstrip()


def _rows(group: Mapping[str, Any]) -> Iterator[str]:
    if not group["rows"]:
        return
    heads = [*group["heads"], {"text": "verdict", "side": "left"}]
    lines = [[head["text"] for head in heads]]
    for row in group["rows"]:
        cells = [angled(cell, _CELL) for cell in row["cells"][1:]]
        lines.append([name(row), *cells, row["verdict"]])
    told = ["", *(row["sentence"] for row in group["rows"])]
    yield from _aligned(lines, [head["side"] for head in heads], told)


def _aligned(
    lines: Sequence[Sequence[str]], sides: Sequence[str], told: Sequence[str] = ()
) -> Iterator[str]:
    """Set cells under one another; a name longer than most has its line to itself."""
    wide = [
        max(len(cell) for cell in column if place or len(cell) <= _NAME)
        for place, column in enumerate(zip(*lines, strict=True))
    ]
    for (head, *cells), sentence in zip(lines, told or [""] * len(lines), strict=True):
        rest = "  ".join(
            cell.rjust(size) if side == "right" else cell.ljust(size)
            for cell, size, side in zip(cells, wide[1:], sides[1:], strict=True)
        )
        if len(head) > wide[0]:
            yield f"  {head}"
        shown = "" if len(head) > wide[0] else head
        yield f"  {shown.ljust(wide[0])}  {rest}".rstrip()
        yield from _wrapped(sentence, 6)


def _grid(grid: Mapping[str, Any]) -> Iterator[str]:
    lines = [["", *(angled(name, _CELL) for name in grid["columns"])]]
    for row in grid["rows"]:
        head = "  " * row["level"] + angled(row["head"], 80)
        lines.append([head, *(angled(cell, _CELL) for cell in row["cells"])])
    yield from _aligned(lines, ["left", *["right"] * len(grid["columns"])])
    for note in grid["notes"]:
        yield from _wrapped(note)


def _pictures(pictures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    pairs = [item for item in pictures if item["kind"] == "pair"]
    if not pairs:
        return
    lines = [["", "this table", pairs[0]["second"], ""]]
    for item in pairs:
        drawn = [bars(item[side], 12) for side in ("one", "other")]
        lines.append([angled(item["name"], 40), *drawn, angled(item["brief"], 80)])
    yield from _aligned(lines, ["left"] * 4)


def _wrapped(text: str, indent: int = 2) -> Iterator[str]:
    space = " " * indent
    yield from wrap(angled(text), _WIDTH, initial_indent=space, subsequent_indent=space)
