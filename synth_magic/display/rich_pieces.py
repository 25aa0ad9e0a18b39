"""Pieces that rich draws: tables without a frame, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from synth_magic.display.plain_report import note_line

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def grid(title: str, heads: Iterable[tuple[str, str]]) -> Table:
    """Give an empty table; `heads` are pairs (words, ``right``, ``whole`` or neither)."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(f"\n{title}", style="bold") if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
        show_edge=False,
        padding=(0, 1),
    )
    for head, side in heads:
        table.add_column(
            Text(head), justify="right" if side == "right" else "left", no_wrap=side == "whole"
        )
    return table


def notes(found: Iterable[Mapping[str, str]]) -> Iterator[Text]:
    """Yield notes and warnings as lines."""
    from rich.text import Text

    for note in found:
        yield Text(note_line(note), style="yellow" if note["level"] != "note" else "dim")
