"""Pieces of Markdown: pipe tables, notes, code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from synth_magic.display.words import clean, markdown

_SIDES = {"left": ":--", "right": "--:"}


def notes(found: Iterable[Mapping[str, str]]) -> str:
    """Give notes and warnings as a quotation, a line each."""
    return "\n".join(
        f"> {'**Warning:** ' if note['level'] == 'warning' else ''}"
        f"{markdown(note['text'])} {markdown(note['mend'])}".rstrip()
        + "  "
        for note in found
    )


def table(heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """Give a pipe table of cells that are Markdown already; `heads` are pairs (words, side)."""
    lines = ["| " + " | ".join(head for head, _ in heads) + " |"]
    lines.append("|" + "|".join(_SIDES[side] for _, side in heads) + "|")
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def code(text: str) -> str:
    """Give a rule as code: < and > stay, since nothing in a code span is mark-up."""
    line = clean(text, 200)
    if "`" in line or "|" in line:
        return markdown(line)
    return f"`{line}`"
