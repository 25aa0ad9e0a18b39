"""Plain text: the short form of a table and of a report, without any control sequence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synth_magic.display.drawn import SCHEMA_ROWS
from synth_magic.display.facts import first_effects
from synth_magic.display.graded import summary as summary_of
from synth_magic.display.plain_report import groups, headlines, missed, note_line
from synth_magic.display.summary import summarise
from synth_magic.display.words import SYNTHETIC, angled, clean, plural
from synth_magic.fidelity.report import Report
from synth_magic.record import Result

Summary = Mapping[str, Any]
_WIDTH = 100
ROWS = 5
FACTS = 10


# Plain text -----------------------------------------------------------------------


def form(result: Result, report: Report | None = None, *, name: str | None = None) -> str:
    """Give the short form in plain text; parameters as of `static.html`."""
    return page(summarise(result, report, name=name))


def page(summary: Summary, parts: Sequence[str] = ("data", "schema", "fidelity")) -> str:
    """Plain text of a summary: head, first rows, one line a column, report, notes."""
    blocks = [head_line(summary)]
    if "data" in parts:
        blocks.append("\n".join(_preview(summary["preview"])))
    if "schema" in parts:
        blocks.append("\n".join(_schema_lines(summary)))
    if "fidelity" in parts and summary["report"] is not None:
        shown = summary["report"]
        blocks.append("\n".join([*headlines(shown), *missed(shown, FACTS)]))
    blocks.append("\n".join(note_line(note) for note in summary["notes"]))
    return "\n\n".join(block for block in blocks if block)


def report_form(report: Report) -> str:
    """Give a report alone, in plain text."""
    head = f"{angled(report.name)}  {plural(report.rows, 'row')} · {SYNTHETIC}"
    graded = summary_of(report)
    told = [note_line(note) for note in graded["notes"]]
    return "\n".join([head, *headlines(graded), *told, *groups(graded)])


def head_line(summary: Summary) -> str:
    """``t2d  800 rows × 8 columns · seed 7 · offline reference · synthetic: not patients``."""
    pieces = [
        f"{plural(summary['rows'], 'row')} × {plural(summary['columns'], 'column')}",
        f"seed {angled(summary['seed'], 40)}",
        angled(summary["author"]),
        summary["synthetic"],
        angled(summary["edited"]),
    ]
    return f"{angled(summary['name'])}  " + " · ".join(piece for piece in pieces if piece)


def _preview(preview: Mapping[str, Any]) -> Iterator[str]:
    """Yield first rows and columns, as many as fit the width."""
    columns, rows = preview["columns"], preview["rows"][:ROWS]
    cells: list[list[str]] = []
    used = 0
    for index, column in enumerate(columns):
        cell = [angled(column["name"], 30), *(angled(row[index], 30) or "–" for row in rows)]
        wide = max(len(value) for value in cell)
        if used + wide + 2 > _WIDTH and cells:
            break
        used += wide + 2
        side = str.rjust if column["numeric"] else str.ljust
        cells.append([side(value, wide) for value in cell])
    for line in zip(*cells, strict=True):
        yield ("  " + "  ".join(line)).rstrip()
    left = len(columns) - len(cells) + preview["hidden_columns"]
    if left:
        yield f"  … {plural(left, 'more column')}"


def _schema_lines(summary: Summary) -> Iterator[str]:
    shown = summary["schema"][:SCHEMA_ROWS]
    wide = max((len(angled(item["name"], 30)) for item in shown), default=0)
    for item in shown:
        line = f"  {angled(item['name'], 30).ljust(wide)}  {angled(echo(item), 240)}"
        yield f"{line}  [{angled(_said(item), 80)}]" if item["sources"] else line
        for note in item["notes"]:
            yield " " * (wide + 4) + angled(note, 200)
    if len(summary["schema"]) > len(shown):
        yield f"  … {plural(len(summary['schema']) - len(shown), 'more column')}"
    effects, rest = first_effects(summary["effects"])
    for item in effects:
        words = f"{item['from']} → {item['to']}  {item['size']} {item['per']}  [{item['source']}]"
        yield "  " + angled(words, 200)
    if rest:
        yield f"  {rest}"
    for item in summary["rules"][:SCHEMA_ROWS]:
        yield f"  {rule_text(item)}  [{item['source']}]  {angled(item['outcome'])}".rstrip()


def echo(item: Mapping[str, Any]) -> str:
    """Say what was understood of a column: ``integer, years, 30–85: median 63``."""
    listed = item["parts"] and item["type"].split()[-1] in ("category", "boolean")
    meant = ", ".join(
        piece for piece in (item["type"], item["unit"], "" if listed else item["range"]) if piece
    )
    line = f"{meant}: {item['words']}" if item["words"] else meant
    return f"{line}, missing {item['missing']}" if item["missing"] else line


def rule_text(rule: Mapping[str, Any]) -> str:
    """Give a rule; the user's own keeps its < and >, which a model's text does not."""
    return clean(rule["text"], 200) if rule["source"] == "user" else angled(rule["text"], 200)


def _said(item: Mapping[str, Any]) -> str:
    return "; ".join(f"{source}: {words}" if words else source for source, words in item["sources"])
