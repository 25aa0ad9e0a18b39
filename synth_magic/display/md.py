"""The Markdown form: tables that GitHub renders, nothing in a cell taken for mark-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth_magic.display.drawn import SCHEMA_ROWS
from synth_magic.display.facts import first_effects
from synth_magic.display.graded import summary as summary_of
from synth_magic.display.md_pieces import code, notes, table
from synth_magic.display.md_report import fidelity
from synth_magic.display.summary import summarise
from synth_magic.display.words import SYNTHETIC, bars, markdown, percent, plural
from synth_magic.fidelity.report import Report
from synth_magic.record import Result

Summary = Mapping[str, Any]


def form(result: Result, report: Report | None = None, *, name: str | None = None) -> str:
    """Give the Markdown form of a table; parameters as of `static.html`."""
    return page(summarise(result, report, name=name))


def report_form(report: Report) -> str:
    """Give a report alone."""
    line = f"**{markdown(report.name)}** · {plural(report.rows, 'row')} · *{SYNTHETIC}*"
    return f"{line}\n\n{fidelity(summary_of(report))}\n"


def page(summary: Summary, parts: Sequence[str] = ("data", "schema", "fidelity")) -> str:
    """Markdown of a summary.

    Parameters
    ----------
    summary
        As `display.summary.summarise` makes it.
    parts
        Which of ``data``, ``schema``, ``fidelity`` to write.
    """
    blocks = [_head(summary), notes(summary["notes"])]
    if "data" in parts:
        blocks.append(_data(summary))
    if "schema" in parts:
        blocks.append("#### Schema\n\n" + _schema(summary))
        blocks += [_effects(summary["effects"]), _rules(summary["rules"])]
    if "fidelity" in parts and summary["report"] is not None:
        blocks.append("#### Fidelity\n\n" + fidelity(summary["report"], whole=False))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _head(summary: Summary) -> str:
    pieces = [
        f"**{markdown(summary['name'])}**",
        f"{plural(summary['rows'], 'row')} × {plural(summary['columns'], 'column')}",
        f"seed {markdown(summary['seed'], 40)}",
        markdown(summary["author"]),
        f"*{markdown(summary['synthetic'])}*",
        markdown(summary["edited"]),
    ]
    return " · ".join(piece for piece in pieces if piece)


def _data(summary: Summary) -> str:
    columns = summary["preview"]["columns"]
    heads = [
        (markdown(column["name"], 60), "right" if column["numeric"] else "left")
        for column in columns
    ]
    rows = ([markdown(value, 60) for value in row] for row in summary["preview"]["rows"])
    more = summary["preview"]["hidden_columns"]
    tail = ""
    if more:
        names = markdown(summary["preview"]["hidden_names"], 400)
        tail = f"\n\n{plural(more, 'more column')}: {names}"
    return (table(heads, rows) if heads else "") + tail


def _schema(summary: Summary) -> str:
    names = ("column", "type", "drawn", "distribution", "range", "missing", "source")
    rows = []
    for item in summary["schema"][:SCHEMA_ROWS]:
        unit = f" {markdown(item['unit'], 24)}" if item["unit"] else ""
        said = "; ".join(
            f"{source}: {words}" if words else source for source, words in item["sources"]
        )
        notes = "".join(f"; {note}" for note in item["notes"])
        rows.append(
            (
                f"**{markdown(' + '.join(item['delivers']) or item['name'], 80)}**{unit}",
                markdown(item["type"]),
                drawn(item["picture"]),
                markdown(item["words"], 200),
                markdown(item["range"], 60),
                markdown(item["missing"], 40),
                markdown(said + notes, 200),
            )
        )
    return table([(name, "left") for name in names], rows)


def drawn(picture: Mapping[str, Any] | None) -> str:
    """Say what was drawn, as Unicode bars or as the share of the first value."""
    if picture is None:
        return ""
    if picture["kind"] == "histogram":
        return bars(picture["drawn"], 12)
    return f"{markdown(picture['values'][0], 16)} {percent(picture['drawn'][0], 0)}"


def _effects(effects: Sequence[Mapping[str, Any]]) -> str:
    shown, rest = first_effects(effects)
    rows = (
        (
            f"{markdown(item['from'], 80)} → {markdown(item['to'], 80)}",
            markdown(item["size"]),
            markdown(item["per"], 160),
            item["source"],
        )
        for item in shown
    )
    heads = [(name, "left") for name in ("from → to", "stated", " ", "source")]
    tail = f"\n\n{rest}" if rest else ""
    return f"**Effects**\n\n{table(heads, rows)}{tail}" if effects else ""


def _rules(rules: Sequence[Mapping[str, Any]]) -> str:
    rows = ((code(r["text"]), markdown(r["outcome"]), r["source"]) for r in rules)
    heads = [(name, "left") for name in ("rule", "in this table", "source")]
    return "**Rules**\n\n" + table(heads, rows) if rules else ""
