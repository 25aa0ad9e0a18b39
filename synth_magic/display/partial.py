"""What stands under a cell while it works: one line, and the rows that have just been finished."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from synth_magic.display.words import angled, clean
from synth_magic.events import Partial

_CELL = 40  # characters that are shown of a cell
_PLAIN = 16


def bundle(line: str, partial: Partial | None) -> dict[str, str]:
    """Give the progress in the forms in which a notebook takes it.

    Parameters
    ----------
    line
        Stage, rows, tokens, time and how to stop.
    partial
        Rows that have just been finished, if there are any.

    Returns
    -------
    dict
        By mime type; HTML only where there are rows.
    """
    line = clean(line)
    if partial is None:
        return {"text/plain": line}
    return {"text/html": _html(line, partial), "text/plain": f"{line}\n{_plain(partial)}"}


def _html(line: str, partial: Partial) -> str:
    """Give a plain table: the page's own style is enough for what is soon gone."""
    left = ' style="text-align:left"'
    heads = "".join(
        f'<th scope="col"{left}>{_escaped(name)}</th>' for name in ("row", *partial.columns)
    )
    rows = "".join(
        "<tr>" + "".join(f"<td{left}>{_escaped(cell) or '–'}</td>" for cell in row) + "</tr>"
        for row in partial.rows
    )
    caption = f"<caption{left}>the last rows that were finished{_more(partial)}</caption>"
    return (
        f'<div class="synth-magic-progress"><div>{escape(line)}</div>'
        f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _escaped(text: str) -> str:
    return escape(clean(text, _CELL))


def _plain(partial: Partial) -> str:
    grid = [("row", *partial.columns), *partial.rows]
    lines = [[angled(cell, _PLAIN) or "-" for cell in row] for row in grid]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = "\n".join(_padded(row, widths) for row in lines)
    return f"the last rows that were finished{_more(partial)}:\n{text}"


def _padded(row: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _more(partial: Partial) -> str:
    if not partial.hidden:
        return ""
    return f", {partial.hidden} more column{'s' * (partial.hidden != 1)} not shown"
