"""The lines of a published table cut into words and cells, however its columns are parted.

Tabs, pipes (Markdown), two spaces or more, or single spaces as a PDF gives them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from synth_magic.cell.split import Line
from synth_magic.cell.targets_numbers import plain

#: Longest line that is read.
MAX_LINE = 2_000
_RULE = frozenset(" \t:|+=_-–—")
_PIPE = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]|~$#()<>+.!-])")
_INDENT = re.compile(r"^(?:[\s\u00a0\u2002\u2003\u2009]|&emsp;|&nbsp;|&ensp;|&#160;)+")
_BULLET = re.compile(r"^[-–•*·]\s+")
_SIZE = r"[(\[,;:]?\s*(?<!\w)n\s*=\s*(?P<n>\d[\d, ]*)\s*[)\]]?"
_SIZED = re.compile(rf"(?P<name>[^()\[\]]{{0,60}}?)\s*{_SIZE}", re.IGNORECASE)
_LAST = re.compile(
    r"(?:\s+(?P<p>(?:overall\s)?p(?:[\s-]?values?)?(?:\sfor\s\w+)?|smd)\W{0,3})$", re.IGNORECASE
)
_NUMBERS = r"[-+]?\d[\d,.]*"
_CELL = re.compile(
    rf"(?:[<>=≤≥]\s?)?{_NUMBERS}\s?%?(?:\s?/\s?\d[\d,]*)?"
    rf"(?:\s?(?:±|\+/-|\+-)\s?{_NUMBERS})?"
    rf"(?:,?\s?[(\[](?:95\s?%\s?CI:?\s?|IQR:?\s?|range:?\s?|SD:?\s?|n\s?=\s?)?{_NUMBERS}\s?%?(?:\s?(?:-|to|,|;|/)\s?{_NUMBERS}\s?%?)?[)\]])?"
    r"[*†‡§]{0,3}(?=\s|$)",
    re.IGNORECASE,
)
_DATES = re.compile(r"\d{4}-\d{2}-\d{2}\s?[(\[][^()\[\]]{8,40}[)\]](?=\s|$)")
_DASH = re.compile(r"(?:-{1,3}|…|NA|NR)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line.

    Parameters
    ----------
    start, end
        Its place in the cell.
    text
        As it stands, without its bullet.
    head
        The words in front.
    cells
        What stands in the other columns; None where a line in single spaces is still
        to be cut (`spaced`).
    level
        How deep its words are indented.
    piped
        Whether pipes part its columns.
    colon
        Whether a colon parts its words from the rest.
    """

    start: int
    end: int
    text: str
    head: str
    cells: tuple[str, ...] | None
    level: int
    piped: bool = False
    colon: bool = False


def rows(lines: Sequence[Line]) -> list[Row]:
    """Cut lines, rules between them left out."""
    found = []
    least = min((line.indent for line in lines if line.text), default=0)
    for line in lines:
        if not line.text or _is_rule(line.text) or line.text.startswith("#"):
            continue
        found.append(_row(line, line.indent - least))
    return found


def _is_rule(text: str) -> bool:
    """Whether a line only rules off: ``|---|:--:|``."""
    return "--" in text.replace("–", "-").replace("—", "-") and set(text) <= _RULE


def _row(line: Line, level: int) -> Row:
    text = line.text[:MAX_LINE]
    if len(_PIPE.findall(text)) > 0 and _PIPE.split(text):
        cells = _PIPE.split(text)
        if text.startswith("|"):
            cells = cells[1:]
        if cells and not cells[-1].strip():
            cells = cells[:-1]
        first = cells[0] if cells else ""
        if text.startswith("|"):
            level = _inner(first)
        cells = [_unescaped(cell) for cell in cells] or [""]
        return Row(line.start, line.end, text, cells[0], tuple(cells[1:]), level, piped=True)
    bullet = _BULLET.match(text)
    if bullet is not None:
        text = text[bullet.end() :]
    start = line.end - len(text) if len(line.text) <= MAX_LINE else line.start
    text = html.unescape(text) if "&" in text else text
    named = _colon(text)
    if named is not None:
        return Row(
            start, line.end, text, named[0], (named[1],) if named[1] else (), level, colon=True
        )
    for gap in (r"\t", r"[ \u00a0\u2002\u2003]{2,}"):
        if re.search(gap, text):
            cells = [part.strip() for part in re.split(gap, text)]
            if len(cells) > 1:
                return Row(start, line.end, text, cells[0], tuple(cells[1:]), level)
    return Row(start, line.end, text, text, None, level)


def _inner(cell: str) -> int:
    """Count how deep the words of a pipe table are indented; one space is its own style."""
    found = _INDENT.match(cell)
    margin = html.unescape(found[0]) if found else ""
    wide = sum(2 if sign in "\u2002\u2003" else 1 for sign in margin)
    return max(0, wide - 1)


def _unescaped(cell: str) -> str:
    text = html.unescape(_ESCAPED.sub(r"\1", cell)).strip(" \t\u00a0\u2002\u2003\u2009")
    return re.sub(r"^(\*{1,2}|_{1,2})(.+)\1$", r"\2", text)


def _colon(text: str) -> tuple[str, str] | None:
    """Part ``name: rest``; a name may stand in quotes."""
    quoted = re.match(r"""(?:"([^"]*)"|'([^']*)'|`([^`]*)`|“([^”]*)”)\s*[:：]\s*""", text)
    if quoted is not None:
        return next(part for part in quoted.groups() if part is not None), text[quoted.end() :]
    found = re.match(r"(?P<name>[^:：]{1,160}?)\s*[:：](?:\s+|$)", text)
    if found is None or re.search(r"[(\[][^)\]]*$", found["name"]):
        return None
    return found["name"], text[found.end() :]


def spaced(row: Row, columns: int) -> tuple[str, tuple[str, ...]]:
    """Cut a line in single spaces at its last cells.

    Parameters
    ----------
    row
        A line whose cells are not cut yet.
    columns
        How many cells a line has at most.

    Returns
    -------
    head, cells
        No cells where the line does not end in any.
    """
    text = plain(row.text)
    cells: list[str] = []
    end = len(text)
    starts = [0] + [match.end() for match in re.finditer(" ", text)]
    while len(cells) < columns:
        found = None
        for start in reversed([start for start in starts if 0 < start < end]):
            match = next(
                (m for form in (_CELL, _DATES, _DASH) if (m := form.match(text, start))), None
            )
            if match is not None and match.end() == end:
                found = start
            elif end - start > 90:
                break
        if found is None:
            break
        if cells and columns == 1:
            break
        # The longest cell that ends here may hold what are two: keep it whole.
        cells.insert(0, text[found:end])
        end = len(text[:found].rstrip())
    return text[:end].rstrip(" :,"), tuple(cells)


# Heads of columns ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """Heads of a table's columns: names, and the rows that each is about."""

    names: tuple[str, ...]
    sizes: tuple[int | None, ...]


def heading(row: Row, *, first: bool) -> Heading | None:
    """Read a line as the heads of columns; None where it is none.

    Parameters
    ----------
    row
        The line.
    first
        Whether no numbers were seen before it.
    """
    if row.colon:
        return None
    if row.cells is None or (len(row.cells) == 1 and _SIZED.search(row.cells[0])):
        return _spaced_heading(row.text)
    cells = [plain(cell) for cell in row.cells]
    if not any(cells):
        return None
    if (
        first and not row.piped and row.level > 0 and not re.search(r"\d", row.text)
    ):  # its first cell is empty
        return Heading((plain(row.head), *cells), (None,) * (len(cells) + 1))
    sized = [_SIZED.fullmatch(cell) for cell in cells]
    if any(found is not None for found in sized):
        found = [_sized(cell) for cell in cells]
        own = _SIZED.fullmatch(plain(row.head))  # without a head for the words
        if own is not None:
            found.insert(0, _sized(plain(row.head)))
        return Heading(tuple(name for name, _ in found), tuple(n for _, n in found))
    if (
        first
        and len(cells) > 1
        and not any(re.search(r"\d[\d.,]*\s*(?:[(±%\[]|$)", c) for c in cells)
    ):
        return Heading(tuple(cells), (None,) * len(cells))
    if first and row.piped and re.fullmatch(_WORDS, plain(row.head), re.IGNORECASE):
        return Heading(tuple(cells), (None,) * len(cells))
    return None


_WORDS = (
    r"(?:(?:baseline |patient |clinical |demographic )?(?:characteristics?|variables?|parameters?"
    r"|features?|factors?|measures?|statistics?|covariates?))?"
)


def _sized(cell: str) -> tuple[str, int | None]:
    found = _SIZED.fullmatch(cell)
    if found is None:
        return cell, None
    digits = re.sub(r"\D", "", found["n"])[:12]
    return found["name"].strip(" ,;:-"), int(digits)


def _spaced_heading(text: str) -> Heading | None:
    words = plain(text)
    last = _LAST.search(words)
    if last is not None:
        words = words[: last.start()]
    found = list(_SIZED.finditer(words))
    if not found or found[0].start() != 0 or found[-1].end() < len(words.rstrip(" |")):
        return None
    names = [
        re.sub(rf"^{_WORDS}\s+", "", m["name"].strip(" ,;:-|"), flags=re.IGNORECASE) for m in found
    ]
    sizes: list[int | None] = [int(re.sub(r"\D", "", m["n"])[:12]) for m in found]
    if last is not None:
        names.append(last["p"])
        sizes.append(None)
    return Heading(tuple(names), tuple(sizes))
