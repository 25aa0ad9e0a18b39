"""The static form: one HTML string that reads without a kernel, a script or CSS.

Plain tables in `details`, pictures as data: images with a text beside them.
An untrusted notebook drops the style sheet and keeps the rest; then the page's
own table style applies.  Every piece of foreign text passes `_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from synth_magic.display import tags
from synth_magic.display.drawn import SCHEMA_ROWS
from synth_magic.display.facts import first_effects
from synth_magic.display.graded import summary as summary_of
from synth_magic.display.md import form as markdown
from synth_magic.display.md import report_form as report_markdown
from synth_magic.display.static_report import fidelity
from synth_magic.display.summary import summarise
from synth_magic.display.words import SYNTHETIC, count, plural
from synth_magic.fidelity.report import Report
from synth_magic.record import Result

__all__ = ["html", "markdown", "page", "report_html", "report_markdown"]

Summary = Mapping[str, Any]
_SHORT = 12
_WIDE = 8
_LONG_NAME = 28
_SHORT_RANGE = 16


def html(result: Result, report: Report | None = None, *, name: str | None = None) -> str:
    """Give the static form of a table.

    Parameters
    ----------
    result
        The table, its record and the notes of its making.
    report
        The report on it, if there is one.
    name
        The variable's name.
    """
    return page(summarise(result, report, name=name))


def report_html(report: Report) -> str:
    """Give a report alone."""
    graded = summary_of(report)
    head = (
        f'<div class="sm-head"><b role="heading" aria-level="3">{tags.text(report.name)}</b> '
        f'<span class="sm-dim">{plural(report.rows, "row")}</span> '
        f'<span class="sm-badge">{SYNTHETIC}</span></div>'
    )
    return _root(report.name, f'{head}<div class="sm-in sm-alone">{fidelity(graded, 4)}</div>')


def page(
    summary: Summary,
    *,
    sections: Sequence[str] = ("data", "schema", "fidelity", "source"),
    opened: Sequence[str] | None = None,
    mark: str = "",
) -> str:
    """Give the whole static form of a summary.

    Parameters
    ----------
    summary
        As `display.summary.summarise` makes it.
    sections
        Which of ``data``, ``schema``, ``fidelity``, ``source`` to show.
    opened
        Those that stand open; without it the data, and the schema where it is short.
    mark
        A class of the whole, by which a live view finds and hides it.
    """
    if opened is None:
        opened = ("data", "schema") if len(summary["schema"]) <= _SHORT else ("data",)
    body = "".join(_section(key, summary, key in opened) for key in sections)
    head = _head(summary) + tags.notes(summary["notes"])
    return _root(summary["name"], head + body, mark)


def _section(key: str, summary: Summary, is_open: bool) -> str:
    if key == "data":
        title, line, content = "Data", _data_line(summary), _data(summary)
    elif key == "schema":
        title, line, content = "Schema", _schema_line(summary), _schema(summary)
    elif key == "source":
        title, line, content = "Source", "the blueprint, as YAML", _source(summary)
    elif summary["report"] is None:
        return ""
    else:
        report = summary["report"]
        title, line, content = (
            "Fidelity",
            tags.text(report["line"]),
            fidelity(report, 5, whole=False),
        )
    return (
        f"<details{' open' if is_open else ''}>"
        f'<summary><b role="heading" aria-level="4">{title}</b> '
        f'<span class="sm-dim">{line}</span></summary><div class="sm-in">{content}</div></details>'
    )


def _root(name: str, body: str, mark: str = "") -> str:
    label = tags.text(f"{name}: synthetic table")
    kind = f"synth-magic {mark}".rstrip()
    return (
        f'<div class="{kind}" role="region" aria-label="{label}">'
        f'<style>{_style()}</style><div class="sm-box">{body}</div></div>'
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return files(__package__).joinpath("style.css").read_text("utf-8").replace("\n", "")


def _head(summary: Summary) -> str:
    size = f"{plural(summary['rows'], 'row')} × {plural(summary['columns'], 'column')}"
    dot = f" {tags.gap('·')} "
    author = tags.text(summary["author"])
    author = f'{dot}<span class="sm-dim">{author}</span>' if author else ""
    return (
        f'<div class="sm-head"><b role="heading" aria-level="3">{tags.text(summary["name"])}</b> '
        f'<span class="sm-dim">{size}</span>{dot}'
        f'<span class="sm-dim">seed {tags.text(summary["seed"], 40)}</span>{author}{dot}'
        f'<span class="sm-badge">{tags.text(summary["synthetic"])}</span>{_edited(summary)}</div>'
    )


def _edited(summary: Summary) -> str:
    if not summary["edited"]:
        return ""
    return f' {tags.gap("·")} <span class="sm-warn">{tags.text(summary["edited"])}</span>'


# Data -----------------------------------------------------------------------------


def _data_line(summary: Summary) -> str:
    shown = len(summary["preview"]["rows"])
    if not summary["rows"]:
        return "no rows"
    return f"first {count(shown)} of {plural(summary['rows'], 'row')}"


def _data(summary: Summary) -> str:
    preview = summary["preview"]
    width = 104 if len(preview["columns"]) <= _WIDE else 76
    heads = [
        (_column_head(column, width), "sm-n" if column["numeric"] else "")
        for column in preview["columns"]
    ]
    kinds = [kind for _, kind in heads]
    rows = "".join(
        "<tr>"
        + "".join(
            tags.cell(tags.text(value, 60) or '<span class="sm-dim">–</span>', kind)
            for value, kind in zip(row, kinds, strict=True)
        )
        + "</tr>"
        for row in preview["rows"]
    )
    more = preview["hidden_columns"]
    caption = f"{_data_line(summary)}, {plural(len(heads), 'column')} of {summary['columns']}"
    out = tags.table(caption, heads, rows)
    if more:
        names = tags.text(preview["hidden_names"], 400)
        out += f'<p class="sm-dim">{plural(more, "more column")}: {names}</p>'
    return out


def _column_head(column: Mapping[str, Any], width: int) -> str:
    brief = tags.text(column["brief"], 40) or "&nbsp;"
    return (
        f'<span class="sm-name">{tags.text(column["name"], 60)}</span> '
        f'{tags.picture(column, width)}<br class="sm-sep"><small>{brief}</small>'
    )


# Schema ---------------------------------------------------------------------------


def _schema_line(summary: Summary) -> str:
    parts = [plural(len(summary["schema"]), "column")]
    parts += [plural(len(summary[key]), key[:-1]) for key in ("effects", "rules") if summary[key]]
    return ", ".join(parts) + " · " + tags.text(summary["source_line"])


def _schema(summary: Summary) -> str:
    shown = summary["schema"][:SCHEMA_ROWS]
    rows = "".join(_schema_row(item) for item in shown)
    heads = [
        ("column", ""),
        ("type", ""),
        ('drawn <span class="sm-blue">stated</span>', ""),
        ("distribution", ""),
        ("range", ""),
        ("missing", ""),
        ("source", ""),
    ]
    caption = "Schema: what each column holds and who says so"
    out = tags.table(caption, heads, rows, kind="sm-schema")
    if len(shown) < len(summary["schema"]):
        rest = len(summary["schema"]) - len(shown)
        out += f'<p class="sm-dim">{plural(rest, "more column")} in the blueprint below</p>'
    return out + _effects(summary["effects"]) + _rules(summary["rules"])


def _schema_row(item: Mapping[str, Any]) -> str:
    unit = f' <span class="sm-dim">{tags.text(item["unit"], 24)}</span>' if item["unit"] else ""
    more = item["label"] or (item["name"] if len(item["name"]) > _LONG_NAME else "")
    label = f' title="{tags.text(more, 200)}"' if more else ""
    hidden = ' <span class="sm-dim">(hidden)</span>' if item["hidden"] else ""
    sign = ";" if item["parts"] and item["parts"][0][0] == "by" else ","
    parts = f"{tags.gap(sign)} ".join(
        f'<span class="sm-p"><span class="sm-k">{tags.text(key, 40)}</span> '
        f"{tags.text(value, 80)}</span>"
        for key, value in item["parts"]
    )
    limits, short = tags.text(item["range"], 60), len(item["range"]) <= _SHORT_RANGE
    missing = tags.text(item["missing"], 40) or '<span class="sm-dim">–</span>'
    if item["missing_source"] not in (None, *(source for source, _ in item["sources"])):
        missing += f" {tags.badge(item['missing_source'])}"
    sources = f"{tags.gap(';')} ".join(
        f'<span class="sm-s">{tags.badge(source, words)}</span>'
        for source, words in item["sources"]
    )
    for note in item["notes"]:
        parts += f'<br><small class="sm-dim">{tags.text(note, 200)}</small>'
    return (
        "<tr>"
        + tags.row_head(f'<span class="sm-name"{label}>{_names(item)}</span>{unit}{hidden}')
        + tags.cell(f'<span class="sm-dim">{tags.text(item["type"])}</span>')
        + tags.cell(tags.picture(item))
        + tags.cell(parts, "sm-wrap sm-law")
        + tags.cell(f'<span class="sm-dim">{limits}</span>', "" if short else "sm-wrap")
        + tags.cell(missing)
        + tags.cell(sources, "sm-wrap")
        + "</tr>"
    )


def _names(item: Mapping[str, Any]) -> str:
    """Give the columns that one makes: a time and its event are two; lines part at a ``_``."""
    names = (tags.text(name, 60) for name in item["delivers"] or [item["name"]])
    return " + ".join(names).replace("_", "_<wbr>")


def _effects(effects: Sequence[Mapping[str, Any]]) -> str:
    if not effects:
        return ""
    shown, rest = first_effects(effects)
    rows = "".join(
        "<tr>"
        + tags.row_head(f"{tags.text(item['from'], 80)} → {tags.text(item['to'], 80)}")
        + tags.cell(tags.text(item["size"]))
        + tags.cell(f'<span class="sm-dim">{tags.text(item["per"], 160)}</span>', "sm-wrap")
        + tags.cell(tags.badge(item["source"]))
        + "</tr>"
        for item in shown
    )
    heads = [("from → to", ""), ("stated", ""), ("", ""), ("source", "")]
    tail = f'<p class="sm-dim">{rest} in the blueprint below</p>' if rest else ""
    return tags.table("Effects", heads, rows, title=True) + tail


def _rules(rules: Sequence[Mapping[str, Any]]) -> str:
    if not rules:
        return ""
    rows = "".join(
        "<tr>"
        + tags.row_head(f"<code>{tags.text(item['text'], 200)}</code>")
        + tags.cell(_verdict(item["outcome"], item["good"]), "sm-wrap")
        + tags.cell(tags.badge(item["source"]))
        + "</tr>"
        for item in rules
    )
    heads = [("rule", ""), ("in this table", ""), ("source", "")]
    return tags.table("Rules", heads, rows, title=True)


def _verdict(words: str, good: bool | None) -> str:
    kind = "sm-dim" if good is None else ("sm-good" if good else "sm-warn")
    mark = {None: "", True: "✓ ", False: "✗ "}[good]
    return f'<span class="{kind}">{mark}{tags.text(words)}</span>'


# Source ---------------------------------------------------------------------------


def _source(summary: Summary) -> str:
    source = summary["source"]
    made = tags.text(" · ".join(source["made"]))
    return f'<p class="sm-dim">{made}</p><pre><code>{tags.block(source["yaml"])}</code></pre>'
