"""A report for terminals that rich draws in: the headlines, then a table a section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from synth_magic.display.graded import GOOD, MISSED
from synth_magic.display.plain_report import detail, name
from synth_magic.display.rich_pieces import grid, notes
from synth_magic.display.words import angled, bars

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_STYLES = dict.fromkeys(GOOD, "green") | dict.fromkeys(MISSED, "yellow")


def fidelity(report: Mapping[str, Any], most: int | None = None) -> Iterator[RenderableType]:
    """Yield a report as `graded.summary` says it.

    Parameters
    ----------
    report
        Its words and numbers.
    most
        Most rows of the first section, which is then the only one; None for all of it.
    """
    from rich.text import Text

    yield Text("\nFidelity", style="bold")
    for tile in (*report["tiles"], *report["also"]):
        style = "bold yellow" if tile["good"] is False else "bold"
        yield Text.assemble(
            f"{angled(tile['title'])}: ", (angled(tile["value"]), style), detail(tile)
        )
    for group in report["groups"][: None if most is None else 1]:
        yield from _group(group, most)
    yield from notes(report["notes"])


def _group(group: Mapping[str, Any], most: int | None) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text.assemble(
        (f"\n{angled(group['title'], 80)}", "bold"), (f"  {angled(group['line'], 200)}", "dim")
    )
    if group["lead"]:
        yield Text(angled(group["lead"], 600), style="dim")
    if group["rows"]:
        yield _rows(group, most)
    for line in group["tail"]:
        yield Text(angled(line), style="dim")
    if group["grid"] is not None:
        yield _grid(group["grid"])
        for line in group["grid"]["notes"]:
            yield Text(angled(line), style="dim")
    pairs = [item for item in group["pictures"] if item["kind"] == "pair"]
    if pairs:
        yield _pictures(pairs)


def _rows(group: Mapping[str, Any], most: int | None) -> Table:
    from rich.text import Text

    table = grid("", [*((h["text"], h["side"]) for h in group["heads"]), ("verdict", "")])
    for row in group["rows"][:most]:
        cells = [
            Text(angled(cell, 40), style="" if head["kind"] == "words" else "dim")
            for cell, head in zip(row["cells"][1:], group["heads"][1:], strict=True)
        ]
        said = Text(row["verdict"], style=_STYLES.get(row["verdict"], "dim"))
        if row["sentence"]:
            said.append(f"\n{angled(row['sentence'], 400)}", style="dim")
        table.add_row(Text(name(row)), *cells, said)
    return table


def _grid(shown: Mapping[str, Any]) -> Table:
    from rich.text import Text

    heads = [("", ""), *((angled(name, 40), "right") for name in shown["columns"])]
    table = grid("", heads)
    for row in shown["rows"]:
        head = Text("  " * row["level"] + angled(row["head"], 80))
        table.add_row(head, *(Text(angled(cell, 40)) for cell in row["cells"]))
    return table


def _pictures(pairs: list[Mapping[str, Any]]) -> Table:
    from rich.text import Text

    table = grid("", [("", "whole"), ("this table", "whole"), (pairs[0]["second"], "whole")])
    table.add_column("")
    for item in pairs:
        table.add_row(
            Text(angled(item["name"], 40)),
            Text(bars(item["one"], 14), style="blue"),
            Text(bars(item["other"], 14), style="yellow"),
            Text(angled(item["brief"], 80), style="dim"),
        )
    return table
