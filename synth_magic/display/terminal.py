"""For terminals: a renderable that rich draws, and the plain text beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synth_magic.display.drawn import SCHEMA_ROWS
from synth_magic.display.facts import first_effects
from synth_magic.display.graded import summary as summary_of
from synth_magic.display.plain import (
    FACTS,
    ROWS,
    head_line,
    rule_text,
)
from synth_magic.display.plain import form as text
from synth_magic.display.plain import report_form as report_text
from synth_magic.display.rich_pieces import grid, notes
from synth_magic.display.summary import summarise
from synth_magic.display.terminal_report import fidelity
from synth_magic.display.words import SYNTHETIC, angled, bars, plural
from synth_magic.fidelity.report import Report
from synth_magic.record import Result

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

__all__ = ["render", "render_page", "render_report", "report_text", "text"]

Summary = Mapping[str, Any]
_STYLES = {
    "user": "bold blue",
    "model": "blue",
    "reference": "dim",
    "guess": "yellow",
}


def render(result: Result, report: Report | None = None, *, name: str | None = None) -> Group:
    """Give the form for a terminal that rich draws in; parameters as of `static.html`."""
    return render_page(summarise(result, report, name=name))


def render_page(summary: Summary, parts: Sequence[str] = ("data", "schema", "fidelity")) -> Group:
    """Give a rich renderable of a summary: head, first rows, schema with bars, report, notes."""
    from rich.console import Group
    from rich.text import Text

    name, rest = angled(summary["name"]), head_line(summary).removeprefix(angled(summary["name"]))
    blocks: list[RenderableType] = [Text.assemble((name, "bold"), (rest, "dim"))]
    if "data" in parts:
        blocks.append(_rich_data(summary["preview"]))
    if "schema" in parts:
        blocks.append(_rich_schema(summary))
        blocks += _rich_effects(summary)
    if "fidelity" in parts and summary["report"] is not None:
        blocks += fidelity(summary["report"], FACTS)
    blocks += notes(summary["notes"])
    return Group(*blocks)


def render_report(report: Report) -> Group:
    """Give a report alone, for rich."""
    from rich.console import Group
    from rich.text import Text

    head = Text.assemble(
        (angled(report.name), "bold"), (f"  {plural(report.rows, 'row')} · {SYNTHETIC}", "dim")
    )
    graded = summary_of(report)
    return Group(head, *fidelity(graded))


def _rich_data(preview: Mapping[str, Any]) -> Table:
    from rich.text import Text

    columns = preview["columns"][:10]
    table = grid("", [(angled(c["name"], 24), "right" if c["numeric"] else "") for c in columns])
    for row in preview["rows"][:ROWS]:
        table.add_row(*(Text(angled(value, 24) or "–") for value in row[: len(columns)]))
    return table


def _rich_schema(summary: Summary) -> Table:
    from rich.text import Text

    shown = summary["schema"][:SCHEMA_ROWS]
    lacking = any(item["missing"] for item in shown)
    heads = [("column", "whole"), ("drawn", "whole"), ("distribution", ""), ("range", "")]
    table = grid("Schema", [*heads, *([("missing", "")] if lacking else []), ("source", "")])
    for item in shown:
        unit = (f" {angled(item['unit'], 16)}", "dim")
        said = Text(angled(item["words"] or item["type"], 120))
        for note in item["notes"]:
            said.append(f"\n{angled(note, 120)}", style="dim")
        cells = [
            Text.assemble((angled(item["name"], 30), "bold"), unit if item["unit"] else ""),
            _rich_bar(item["picture"]),
            said,
            Text(angled(item["range"], 40), style="dim"),
        ]
        if lacking:
            cells.append(Text(angled(item["missing"], 40)))
        table.add_row(*cells, _rich_sources(item))
    return table


def _rich_bar(picture: Mapping[str, Any] | None) -> Text:
    from rich.text import Text

    if picture is None:
        return Text("")
    if picture["kind"] == "histogram":
        return Text(bars(picture["drawn"], 14), style="blue")
    found, left = Text(), 14
    for index, share in enumerate(picture["drawn"]):
        size = min(round(14 * share), left)
        found.append("█▓▒░"[min(index, 3)] * size, style="blue")
        left -= size
    return found


def _rich_sources(item: Mapping[str, Any]) -> Text:
    from rich.text import Text

    found = Text()
    for index, (source, words) in enumerate(item["sources"]):
        found.append("; " if index else "").append(source, style=_STYLES.get(source, ""))
        found.append(f": {words}" if words else "", style="dim")
    return found


def _rich_effects(summary: Summary) -> Iterator[RenderableType]:
    from rich.text import Text

    if summary["effects"]:
        table = grid("Effects", [("from → to", ""), ("stated", ""), ("", ""), ("source", "")])
        effects, rest = first_effects(summary["effects"])
        for item in effects:
            source = Text(item["source"], style=_STYLES.get(item["source"], ""))
            ends = angled(f"{item['from']} → {item['to']}", 90)
            table.add_row(
                Text(ends), Text(angled(item["size"])), Text(angled(item["per"], 90)), source
            )
        yield table
        if rest:
            yield Text(rest, style="dim")
    if summary["rules"]:
        table = grid("Rules", [("rule", ""), ("in this table", ""), ("source", "")])
        for item in summary["rules"][:SCHEMA_ROWS]:
            style = {None: "dim", True: "green", False: "yellow"}[item["good"]]
            source = Text(item["source"], style=_STYLES.get(item["source"], ""))
            table.add_row(Text(rule_text(item)), Text(angled(item["outcome"]), style=style), source)
        yield table
