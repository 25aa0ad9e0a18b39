"""Blocks of a page that a script writes, between two comments that bear the block's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path


def block(page: str, name: str) -> str:
    """Read what stands in a block.

    Raises
    ------
    ValueError
        Where the page has no such block, or two.
    """
    found = _pattern(name).findall(page)
    if len(found) != 1:
        raise ValueError(f"{len(found)} blocks named {name}")
    return str(found[0]).strip()


def put(path: Path, name: str, text: str) -> None:
    """Write a block of a page anew."""
    page = path.read_text(encoding="utf-8")
    block(page, name)
    made = f"<!-- {name}: begin -->\n{text.strip()}\n<!-- {name}: end -->"
    path.write_text(_pattern(name).sub(lambda _: made, page), encoding="utf-8")


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table in Markdown; its first column stands left, the others right."""
    line = "|:--" + "|--:" * (len(head) - 1) + "|"
    return "\n".join([_row(head), line, *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"<!-- {re.escape(name)}: begin -->\n(.*?)\n?<!-- {re.escape(name)}: end -->", re.DOTALL
    )
