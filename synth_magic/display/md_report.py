"""A report's Markdown: the headlines as a list, then a table a section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synth_magic.display.md_pieces import code, notes, table
from synth_magic.display.plain_report import detail
from synth_magic.display.words import bars, markdown


def fidelity(report: Mapping[str, Any], *, whole: bool = True) -> str:
    """Give a report as `graded.summary` says it.

    Parameters
    ----------
    report
        Its words and numbers.
    whole
        With pictures and grids, as a report alone has them.
    """
    blocks = ["\n".join(_tiles([*report["tiles"], *report["also"]])), notes(report["notes"])]
    for group in report["groups"]:
        if group["rows"] or whole:
            blocks += _group(group, whole)
    return "\n\n".join(block for block in blocks if block)


def _tiles(tiles: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for tile in tiles:
        yield f"- {markdown(tile['title'])}: **{markdown(tile['value'])}** {markdown(detail(tile))}"


def _group(group: Mapping[str, Any], whole: bool) -> Iterator[str]:
    yield f"**{markdown(group['title'])}** · {markdown(group['line'], 200)}"
    yield markdown(group["lead"], 600)
    if group["rows"]:
        heads = [(head["text"], head["side"]) for head in group["heads"]]
        rows = [_row(row) for row in group["rows"]]
        yield table([*heads, ("verdict", "left")], rows)
    yield "  \n".join(markdown(line, 400) for line in group["tail"])
    if whole and group["grid"] is not None:
        yield from _grid(group["grid"])
    pairs = [item for item in group["pictures"] if item["kind"] == "pair"]
    if whole and pairs:
        heads = [("column", "left"), ("this table", "left"), (pairs[0]["second"], "left")]
        yield table([*heads, (" ", "left")], [_pair(item) for item in pairs])


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    name, *cells = row["cells"]
    head = markdown(name, 160) if row["rule"] is None else code(name)
    said = markdown(row["verdict"])
    if row["sentence"]:
        said += f": {markdown(row['sentence'], 400)}"
    return (head, *(markdown(cell, 60) for cell in cells), said)


def _grid(grid: Mapping[str, Any]) -> Iterator[str]:
    heads = [(" ", "left"), *((markdown(name, 60), "right") for name in grid["columns"])]
    rows = (
        (
            f"&emsp;{markdown(row['head'], 120)}" if row["level"] else markdown(row["head"], 120),
            *(markdown(cell, 60) for cell in row["cells"]),
        )
        for row in grid["rows"]
    )
    yield table(heads, rows)
    yield "  \n".join(markdown(line, 400) for line in grid["notes"])


def _pair(item: Mapping[str, Any]) -> tuple[str, ...]:
    drawn = (bars(item["one"], 12), bars(item["other"], 12))
    return (markdown(item["name"], 60), *drawn, markdown(item["brief"], 160))
