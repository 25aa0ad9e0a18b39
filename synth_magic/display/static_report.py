"""A report's HTML: tiles to read first, then one fold a section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth_magic.display import svg, tags
from synth_magic.display.heatmap import ABOVE, BELOW, STEPS, heatmap
from synth_magic.display.words import number

_SIDES = {"left": "", "right": "sm-n"}
_MARKS = {None: "", True: "✓", False: "✗"}
_KINDS = {None: "", True: "sm-good", False: "sm-warn"}
_INDENT = "&emsp;"


def fidelity(report: Mapping[str, Any], level: int, *, whole: bool = True) -> str:
    """Give a report as `graded.summary` says it.

    Parameters
    ----------
    report
        Its words and numbers.
    level
        Of the headings of its sections.
    whole
        With pictures and grids, as a report alone has them.
    """
    tiles = "".join(_tile(tile) for tile in report["tiles"])
    out = f'<div class="sm-tiles">{tiles}</div>' if tiles else ""
    if report["also"]:
        also = f" {tags.gap('·')} ".join(_also(tile) for tile in report["also"])
        out += f'<p class="sm-also">{also}</p>'
    out += tags.notes(report["notes"])
    groups = [group for group in report["groups"] if group["rows"] or whole]
    folds = (_fold(group, level, not place, whole) for place, group in enumerate(groups))
    return f"{out}{''.join(folds)}"


def _tile(tile: Mapping[str, Any]) -> str:
    mark = _MARKS[tile["good"]]
    mark = f'<span class="{_KINDS[tile["good"]]}">{mark}</span> ' if mark else ""
    kind = ' class="sm-warn"' if tile["good"] is False else ""
    return (
        f'<div class="sm-tile"><span class="sm-dim">{tags.text(tile["title"], 60)}</span> '
        f"<b{kind}>{mark}{tags.text(tile['value'], 60)}</b> "
        f'<small class="sm-dim">{tags.text(tile["detail"], 120)}</small></div>'
    )


def _also(tile: Mapping[str, Any]) -> str:
    return (
        f'<span class="sm-p"><span class="sm-dim">{tags.text(tile["title"], 60)}</span> '
        f"{tags.text(tile['value'], 60)} "
        f'<span class="sm-dim">{tags.text(tile["detail"], 120)}</span></span>'
    )


def _fold(group: Mapping[str, Any], level: int, is_open: bool, whole: bool) -> str:
    kind = "sm-warn" if group["missed"] else "sm-dim"
    content = f"<p>{tags.text(group['lead'], 600)}</p>" if group["lead"] else ""
    content += _rows(group) if group["rows"] else ""
    content += _tail(group["tail"])
    if whole:
        content += _grid(group) if group["grid"] is not None else ""
        content += _pictures(group["pictures"])
    return (
        f"<details{' open' if is_open else ''}><summary>"
        f'<b role="heading" aria-level="{level}">{tags.text(group["title"], 80)}</b> '
        f'<span class="{kind}">{tags.text(group["line"], 200)}</span></summary>'
        f'<div class="sm-in">{content}</div></details>'
    )


def _tail(lines: Sequence[str]) -> str:
    words = "<br>".join(tags.text(line, 400) for line in lines)
    return f'<p class="sm-dim">{words}</p>' if words else ""


# Figures --------------------------------------------------------------------------


def _rows(group: Mapping[str, Any]) -> str:
    known = group["heads"][1]["text"]
    heads = [(_head(head, known), _SIDES[head["side"]]) for head in group["heads"]]
    rows = "".join(_row(row, group["heads"]) for row in group["rows"])
    caption = tags.text(group["title"], 80)
    if group["key"] in ("facts", "effects", "targets"):
        caption += " against this table"
    return tags.table(caption, [*heads, ("verdict", "")], rows, kind="sm-report")


def _head(head: Mapping[str, Any], known: str) -> str:
    if head["kind"] == "interval":
        return f'{head["text"]}, {known} <span aria-hidden="true">┃</span>'
    return str(head["text"])


def _row(row: Mapping[str, Any], heads: Sequence[Mapping[str, Any]]) -> str:
    name, *cells = (
        _cell(words, head, row, heads) for words, head in zip(row["cells"], heads, strict=True)
    )
    kind = {None: "sm-dim", True: "sm-good", False: "sm-warn"}[row["good"]]
    said = f'<span class="{kind}">{tags.text(row["verdict"])}</span>'
    if row["sentence"]:
        said += f'<br><small class="sm-dim">{tags.text(row["sentence"], 400)}</small>'
    return f"<tr>{name}{''.join(cells)}{tags.cell(said, 'sm-wrap')}</tr>"


def _cell(
    words: str, head: Mapping[str, Any], row: Mapping[str, Any], heads: Sequence[Mapping[str, Any]]
) -> str:
    if head["kind"] == "words":
        if head["side"] == "right":
            return tags.cell(tags.text(words, 40), "sm-n")
        return tags.row_head(tags.text(words, 160))
    axis = row["axis"]
    if axis is None or not words:
        return tags.cell(tags.text(words, 60))
    span = (axis["span"][0], axis["span"][1])
    if head["kind"] == "interval":
        image = svg.interval(axis["low"], axis["high"], axis["at"], axis["mark"], span)
        told = tags.text(f"99 % interval {words}, {heads[1]['text']} {row['cells'][1]}")
        return tags.cell(f'<img src="{image}" width="130" height="16" alt="{told}">')
    colour = svg.HIGHER if row["good"] is False else svg.INK
    image = svg.interval(
        axis["low"], axis["high"], axis["at"], None, span, bar=svg.GREY, dot=colour, width=96
    )
    picture = f'<img src="{image}" width="96" height="16" alt="">'
    return tags.cell(f'{picture} <span class="sm-dim">{tags.text(words, 60)}</span>')


# Grids and pictures ---------------------------------------------------------------


def _grid(group: Mapping[str, Any]) -> str:
    grid = group["grid"]
    heads = [("", ""), *((tags.text(column, 60), "sm-n") for column in grid["columns"])]
    rows = "".join(
        ("<tr>" if row["level"] else '<tr class="sm-first">')
        + tags.row_head(_INDENT * row["level"] + tags.text(row["head"], 120))
        + "".join(tags.cell(tags.text(cell, 60), "sm-n") for cell in row["cells"])
        + "</tr>"
        for row in grid["rows"]
    )
    table = tags.table(tags.text(group["title"], 80), heads, rows, kind="sm-report sm-grid")
    return table + _tail(grid["notes"])


def _pictures(pictures: Sequence[Mapping[str, Any]]) -> str:
    pairs = [item for item in pictures if item["kind"] == "pair"]
    out = ""
    if pairs:
        second = next((item["second"] for item in pairs if item["other"]), "")
        behind = f", line {_key(svg.HIGHER)}: {second}" if second else ""
        out = f'<p class="sm-dim">Filled {_key(svg.SOFT)}: this table{behind}</p>'
        out += f'<div class="sm-pics">{"".join(map(_pair, pairs))}</div>'
    return out + "".join(_heatmap(item) for item in pictures if item["kind"] == "heatmap")


def _key(colour: str) -> str:
    """Give a patch of colour, as an image since a style may be dropped."""
    body = f'<rect width="{svg.part(10)}" height="{svg.part(10)}" fill="{colour}"/>'
    return f'<img src="{svg.image(10, 10, body)}" width="10" height="10" alt="">'


def _pair(item: Mapping[str, Any]) -> str:
    image = svg.pair(item["edges"], item["one"], item["other"], separate=item["separate"])
    return (
        f'<div class="sm-pic"><span class="sm-name">{tags.text(item["name"], 60)}</span> '
        f'<img src="{image}" width="150" height="46" alt="{tags.text(item["said"], 400)}"> '
        f'<small class="sm-dim">{tags.text(item["brief"], 160)}</small></div>'
    )


def _heatmap(item: Mapping[str, Any]) -> str:
    image, width, height = heatmap(item["names"], item["values"])
    steps = ", ".join(number(least, 2) for least, _ in reversed(STEPS) if least)
    return (
        f'<p class="sm-dim">{tags.text(item["name"], 160)}. {_key(BELOW)} below, '
        f"{_key(ABOVE)} above; darker from {steps}; {tags.text(item['brief'], 400)}</p>"
        f'<img src="{image}" width="{width}" height="{height}"'
        f' alt="{tags.text(item["said"], 600)}">'
    )
