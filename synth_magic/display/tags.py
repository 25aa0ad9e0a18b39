"""Pieces of HTML from which the static form is put together.

Every piece of foreign text passes `text`; whatever takes ready HTML says so.
"""

from __future__ import annotations

import html as escaping
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from synth_magic.display import svg, words
from synth_magic.display.words import bars, clean, percent

_LEVELS = {"error": "sm-warn", "warning": "sm-warn", "note": "sm-dim"}


def text(foreign: object, limit: int | None = None) -> str:
    """Foreign text, cleaned and escaped, for content and quoted attributes alike."""
    return escaping.escape(clean(foreign, limit), quote=True)


def notes(found: Iterable[Mapping[str, Any]]) -> str:
    """Give notes and warnings as a list; nothing for none."""
    lines = []
    for note in found:
        mend = f" {text(note['mend'])}" if note["mend"] else ""
        word = "Warning: " if note["level"] == "warning" else ""
        lines.append(f'<li class="{_LEVELS[note["level"]]}">{word}{text(note["text"])}{mend}</li>')
    return f'<ul class="sm-notes">{"".join(lines)}</ul>' if lines else ""


def gap(sign: str) -> str:
    """Give a sign between two things, which the style sheet tells apart without it."""
    return f'<span class="sm-sep">{sign}</span>'


def badge(source: str, fields: str = "") -> str:
    """Who says something, and which fields, where these are not all."""
    extra = f"{gap(':')} <small>{text(fields)}</small>" if fields else ""
    return f'<span class="sm-badge sm-{text(source)}">{text(source)}</span>{extra}'


def table(
    caption: str,
    heads: Sequence[tuple[str, str]],
    rows: str,
    *,
    title: bool = False,
    kind: str = "",
) -> str:
    """Give a table; `heads` are pairs (html, class); a caption without `title` is only heard."""
    cells = "".join(
        f'<th scope="col"{_class(side)} style="text-align:{_side(side)}">{_quiet(head)}</th>'
        for head, side in heads
    )
    return (
        f"<table{_class('sm-small' if title else kind)}>"
        f'<caption class="sm-{"title" if title else "unseen"}">{caption}</caption>'
        f"<thead><tr>{cells}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _quiet(head: str) -> str:
    return head if head.startswith("<") or not head else f'<span class="sm-dim">{head}</span>'


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _side(kind: str) -> str:
    return "right" if kind == "sm-n" else "left"


def cell(content: str, kind: str = "") -> str:
    """Give a cell of ready HTML."""
    # An untrusted page drops the style sheet and aligns cells to the right by itself.
    side = "" if kind == "sm-n" else ' style="text-align:left"'
    return f"<td{_class(kind)}{side}>{content}</td>"


def row_head(content: str) -> str:
    """Give the head of a row, of ready HTML."""
    return f'<th scope="row" style="text-align:left">{content}</th>'


def picture(item: Mapping[str, Any], width: int = 116) -> str:
    """Give the small picture of a column, with its content as text beside it."""
    shown = item["picture"]
    if shown is None:
        return ""
    name = text(item["name"], 60)
    if shown["kind"] == "histogram":
        source = svg.histogram(shown["drawn"], shown["stated"], separate=shown["separate"])
        low, high = text(shown["low"]), text(shown["high"])
        said = f"{name} from {low} to {high}: {bars(shown['drawn'], 16)}"
        height = 28
    else:
        source = svg.shares(shown["drawn"], shown["stated"])
        parts = zip(shown["values"], shown["drawn"], strict=True)
        said = f"{name}: " + ", ".join(f"{text(v, 24)} {percent(p, 0)}" for v, p in parts)
        height = 17
    return f'<img src="{source}" width="{width}" height="{height}" alt="{said}">'


def block(code: str) -> str:
    """Foreign text of several lines, escaped, for a ``pre``."""
    return escaping.escape(words.block(code), quote=True)
