"""For terminals: a rich renderable, and plain text without any control sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synth_magic.display.graded import summary as summary_of
from synth_magic.display.summary import SCHEMA_ROWS, summarise
from synth_magic.display.words import SYNTHETIC, angled, bars, clean, plural
from synth_magic.fidelity.report import Report
from synth_magic.record import Result

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

Summary = Mapping[str, Any]
_WIDTH = 100
_ROWS = 5
_FACTS = 10
_STYLES = {
    "user": "bold blue",
    "model": "blue",
    "reference": "dim",
    "guess": "yellow",
    "as stated": "green",
    "holds": "green",
    "small miss": "yellow",
    "poor": "yellow",
    "broken": "yellow",
}


# Plain text -----------------------------------------------------------------------


def text(result: Result, report: Report | None = None, *, name: str | None = None) -> str:
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
        blocks.append("\n".join(_report_lines(summary["report"])))
    blocks.append("\n".join(note_line(note) for note in summary["notes"]))
    return "\n\n".join(block for block in blocks if block)


def report_text(report: Report) -> str:
    """Give a report alone, in plain text."""
    head = f"{angled(report.name)}  {plural(report.rows, 'row')} · {SYNTHETIC}"
    graded = summary_of(report)
    lines = list(_report_lines(graded, len(graded["facts"])))
    return "\n".join([head, *lines, *(note_line(note) for note in graded["notes"])])


def head_line(summary: Summary) -> str:
    """``t2d  800 rows × 8 columns · seed 7 · offline reference · synthetic: not patients``."""
    pieces = [
        f"{plural(summary['rows'], 'row')} × {plural(summary['columns'], 'column')}",
        f"seed {angled(summary['seed'], 40)}",
        angled(summary["author"]),
        summary["synthetic"],
    ]
    return f"{angled(summary['name'])}  " + " · ".join(piece for piece in pieces if piece)


def note_line(note: Mapping[str, str]) -> str:
    """Give a note or warning as one line."""
    word = "Warning: " if note["level"] == "warning" else ""
    return f"{word}{angled(note['text'])} {angled(note['mend'])}".rstrip()


def _preview(preview: Mapping[str, Any]) -> Iterator[str]:
    """Yield first rows and columns, as many as fit the width."""
    columns, rows = preview["columns"], preview["rows"][:_ROWS]
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
    for item in summary["effects"][:SCHEMA_ROWS]:
        words = f"{item['from']} → {item['to']}  {item['size']} {item['per']}  [{item['source']}]"
        yield "  " + angled(words, 200)
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


def _report_lines(report: Mapping[str, Any], most: int = _FACTS) -> Iterator[str]:
    for tile in report["tiles"]:
        line = f"{tile['title']}: {tile['value']} {tile['detail']}"
        yield f"  {angled(line)}"
    if most == _FACTS:  # the short form names what missed, no more
        facts = [
            fact for fact in report["facts"] if fact["verdict"] in ("poor", "broken", "small miss")
        ]
        facts = facts[:most]
    else:
        facts = report["facts"]
    for fact in facts:
        yield "  " + fact_line(fact)
    for line in report["footer"]:
        yield f"  {angled(line)}"


def fact_line(fact: Mapping[str, Any]) -> str:
    """``age, median: stated 63, table 62.6 (61.5 to 63.6), as stated``."""
    inside = f" ({fact['interval_words']})" if fact["interval"] is not None else ""
    line = f"{fact['name']}: stated {fact['stated']}, table {fact['table']}{inside}, "
    return angled(line + fact["verdict"], 300)


# Rich -----------------------------------------------------------------------------


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
        blocks += _rich_report(summary["report"])
    blocks += _rich_notes(summary["notes"])
    return Group(*blocks)


def render_report(report: Report) -> Group:
    """Give a report alone, for rich."""
    from rich.console import Group
    from rich.text import Text

    head = Text.assemble(
        (angled(report.name), "bold"), (f"  {plural(report.rows, 'row')} · {SYNTHETIC}", "dim")
    )
    graded = summary_of(report)
    return Group(head, *_rich_report(graded, 40), *_rich_notes(graded["notes"]))


def _grid(title: str, heads: Iterable[tuple[str, str]]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, style="bold") if title else None,
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


def _rich_data(preview: Mapping[str, Any]) -> Table:
    from rich.text import Text

    columns = preview["columns"][:10]
    table = _grid("", [(angled(c["name"], 24), "right" if c["numeric"] else "") for c in columns])
    for row in preview["rows"][:_ROWS]:
        table.add_row(*(Text(angled(value, 24) or "–") for value in row[: len(columns)]))
    return table


def _rich_schema(summary: Summary) -> Table:
    from rich.text import Text

    heads = [("column", "whole"), ("drawn", "whole"), ("distribution", ""), ("range", "")]
    table = _grid("Schema", [*heads, ("missing", ""), ("source", "")])
    for item in summary["schema"][:SCHEMA_ROWS]:
        unit = (f" {angled(item['unit'], 16)}", "dim")
        table.add_row(
            Text.assemble((angled(item["name"], 30), "bold"), unit if item["unit"] else ""),
            _rich_bar(item["picture"]),
            Text(angled(item["words"] or item["type"], 120)),
            Text(angled(item["range"], 40), style="dim"),
            Text(angled(item["missing"], 40)),
            _rich_sources(item),
        )
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
        found.append(" " if index else "").append(source, style=_STYLES.get(source, ""))
        found.append(f" {words}" if words else "", style="dim")
    for note in item["notes"]:
        found.append(f"\n{angled(note, 80)}", style="dim")
    return found


def _rich_effects(summary: Summary) -> Iterator[RenderableType]:
    from rich.text import Text

    if summary["effects"]:
        table = _grid("Effects", [("from → to", ""), ("stated", ""), ("", ""), ("source", "")])
        for item in summary["effects"][:SCHEMA_ROWS]:
            source = Text(item["source"], style=_STYLES.get(item["source"], ""))
            ends = angled(f"{item['from']} → {item['to']}", 90)
            table.add_row(
                Text(ends), Text(angled(item["size"])), Text(angled(item["per"], 90)), source
            )
        yield table
    if summary["rules"]:
        table = _grid("Rules", [("rule", ""), ("in this table", ""), ("source", "")])
        for item in summary["rules"][:SCHEMA_ROWS]:
            style = {None: "dim", True: "green", False: "yellow"}[item["good"]]
            source = Text(item["source"], style=_STYLES.get(item["source"], ""))
            table.add_row(Text(rule_text(item)), Text(angled(item["outcome"]), style=style), source)
        yield table


def _rich_report(report: Mapping[str, Any], most: int = _FACTS) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text("Fidelity", style="bold")
    for tile in report["tiles"]:
        style = "bold yellow" if tile["good"] is False else "bold"
        value = (angled(tile["value"]), style)
        yield Text.assemble(f"{angled(tile['title'])}: ", value, f" {angled(tile['detail'])}")
    heads = [("fact", ""), ("stated", "right"), ("table", "right"), ("99 % interval", "")]
    table = _grid("", [*heads, ("verdict", "")])
    for fact in report["facts"][:most]:
        inside = fact["interval_words"] if fact["interval"] is not None else ""
        table.add_row(
            Text(angled(fact["name"], 60)),
            Text(angled(fact["stated"], 24)),
            Text(angled(fact["table"], 24)),
            Text(angled(inside), style="dim"),
            Text(fact["verdict"], style=_STYLES.get(fact["verdict"], "dim")),
        )
    if report["facts"]:
        yield table
    for line in report["footer"]:
        yield Text(angled(line), style="dim")
    yield from _rich_notes(report["notes"])


def _rich_notes(notes: Iterable[Mapping[str, str]]) -> Iterator[Text]:
    from rich.text import Text

    for note in notes:
        yield Text(note_line(note), style="yellow" if note["level"] != "note" else "dim")
