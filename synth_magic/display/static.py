"""The static form: one HTML string that reads without a kernel, a script or CSS.

Plain tables in `details`, pictures as data: images with a text beside them.
An untrusted notebook drops the style sheet and keeps the rest; then the page's
own table style applies.  Every piece of foreign text passes `_text`.
"""

from __future__ import annotations

import html as escaping
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from synth_magic.display import svg
from synth_magic.display.graded import summary as summary_of
from synth_magic.display.md import form as markdown
from synth_magic.display.md import report_form as report_markdown
from synth_magic.display.summary import SCHEMA_ROWS, summarise
from synth_magic.display.words import SYNTHETIC, bars, block, clean, count, percent, plural
from synth_magic.fidelity.report import Report
from synth_magic.record import Result

__all__ = ["html", "markdown", "page", "report_html", "report_markdown"]

Summary = Mapping[str, Any]
_SHORT = 12
_WIDE = 8
_LEVELS = {"error": "sm-warn", "warning": "sm-warn", "note": "sm-dim"}
_VERDICTS = dict.fromkeys(("as stated", "holds"), "sm-good")
_VERDICTS |= dict.fromkeys(("small miss", "poor", "broken"), "sm-warn")


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
        f'<div class="sm-head"><b role="heading" aria-level="3">{_text(report.name)}</b> '
        f'<span class="sm-dim">{plural(report.rows, "row")}</span> '
        f'<span class="sm-badge">{SYNTHETIC}</span></div>'
    )
    return _root(report.name, f'{head}<div class="sm-in">{_fidelity(graded)}</div>')


def page(
    summary: Summary,
    *,
    sections: Sequence[str] = ("data", "schema", "fidelity", "source"),
    opened: Sequence[str] | None = None,
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
    """
    if opened is None:
        opened = ("data", "schema") if len(summary["schema"]) <= _SHORT else ("data",)
    body = "".join(_section(key, summary, key in opened) for key in sections)
    return _root(summary["name"], _head(summary) + _notes(summary["notes"]) + body)


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
        title, line, content = "Fidelity", _text(report["line"]), _fidelity(report)
    return (
        f"<details{' open' if is_open else ''}>"
        f'<summary><b role="heading" aria-level="4">{title}</b> '
        f'<span class="sm-dim">{line}</span></summary><div class="sm-in">{content}</div></details>'
    )


def _root(name: str, body: str) -> str:
    label = _text(f"{name}: synthetic table")
    return (
        f'<div class="synth-magic" role="region" aria-label="{label}">'
        f'<style>{_style()}</style><div class="sm-box">{body}</div></div>'
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return files(__package__).joinpath("style.css").read_text("utf-8").replace("\n", "")


def _text(text: object, limit: int | None = None) -> str:
    """Foreign text, cleaned and escaped, for content and quoted attributes alike."""
    return escaping.escape(clean(text, limit), quote=True)


def _head(summary: Summary) -> str:
    size = f"{plural(summary['rows'], 'row')} × {plural(summary['columns'], 'column')}"
    author = f' <span class="sm-dim">{_text(summary["author"])}</span>' if summary["author"] else ""
    return (
        f'<div class="sm-head"><b role="heading" aria-level="3">{_text(summary["name"])}</b> '
        f'<span class="sm-dim">{size}</span> '
        f'<span class="sm-dim">seed {_text(summary["seed"], 40)}</span>{author} '
        f'<span class="sm-badge">{_text(summary["synthetic"])}</span></div>'
    )


def _notes(notes: Iterable[Mapping[str, Any]]) -> str:
    lines = []
    for note in notes:
        mend = f" {_text(note['mend'])}" if note["mend"] else ""
        word = "Warning: " if note["level"] == "warning" else ""
        lines.append(f'<li class="{_LEVELS[note["level"]]}">{word}{_text(note["text"])}{mend}</li>')
    return f'<ul class="sm-notes">{"".join(lines)}</ul>' if lines else ""


# Tables ---------------------------------------------------------------------------


def _table(
    caption: str, heads: Sequence[tuple[str, str]], rows: str, *, title: bool = False
) -> str:
    """Give a table; `heads` are pairs (html, class); a caption without `title` is only heard."""
    cells = "".join(
        f'<th scope="col"{_class(kind)} style="text-align:{_side(kind)}">{_quiet(head)}</th>'
        for head, kind in heads
    )
    kind = ' class="sm-small"' if title else ""
    return (
        f'<table{kind}><caption class="sm-{"title" if title else "unseen"}">{caption}</caption>'
        f"<thead><tr>{cells}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _quiet(head: str) -> str:
    return head if head.startswith("<") or not head else f'<span class="sm-dim">{head}</span>'


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _side(kind: str) -> str:
    return "right" if kind == "sm-n" else "left"


def _cell(content: str, kind: str = "") -> str:
    # An untrusted page drops the style sheet and aligns cells to the right by itself.
    side = "" if kind == "sm-n" else ' style="text-align:left"'
    return f"<td{_class(kind)}{side}>{content}</td>"


def _row_head(content: str) -> str:
    return f'<th scope="row" style="text-align:left">{content}</th>'


def _picture(item: Mapping[str, Any], width: int = 116) -> str:
    picture = item["picture"]
    if picture is None:
        return ""
    name = _text(item["name"], 60)
    if picture["kind"] == "histogram":
        source = svg.histogram(picture["drawn"], picture["stated"], separate=picture["separate"])
        low, high = _text(picture["low"]), _text(picture["high"])
        words = f"{name} from {low} to {high}: {bars(picture['drawn'], 16)}"
        height = 28
    else:
        source = svg.shares(picture["drawn"], picture["stated"])
        parts = zip(picture["values"], picture["drawn"], strict=True)
        words = f"{name}: " + ", ".join(f"{_text(v, 24)} {percent(p, 0)}" for v, p in parts)
        height = 17
    return f'<img src="{source}" width="{width}" height="{height}" alt="{words}">'


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
            _cell(_text(value, 60) or '<span class="sm-dim">–</span>', kind)
            for value, kind in zip(row, kinds, strict=True)
        )
        + "</tr>"
        for row in preview["rows"]
    )
    more = preview["hidden_columns"]
    caption = f"{_data_line(summary)}, {plural(len(heads), 'column')} of {summary['columns']}"
    out = _table(caption, heads, rows)
    if more:
        names = _text(preview["hidden_names"], 400)
        out += f'<p class="sm-dim">{plural(more, "more column")}: {names}</p>'
    return out


def _column_head(column: Mapping[str, Any], width: int) -> str:
    return (
        f'<span class="sm-name">{_text(column["name"], 60)}</span> {_picture(column, width)}'
        f"<small>{_text(column['brief'], 40) or '&nbsp;'}</small>"
    )


# Schema ---------------------------------------------------------------------------


def _schema_line(summary: Summary) -> str:
    parts = [plural(len(summary["schema"]), "column")]
    parts += [plural(len(summary[key]), key[:-1]) for key in ("effects", "rules") if summary[key]]
    return ", ".join(parts) + " · " + _text(summary["source_line"])


def _badge(source: str, words: str = "") -> str:
    extra = f" <small>{_text(words)}</small>" if words else ""
    return f'<span class="sm-badge sm-{_text(source)}">{_text(source)}</span>{extra}'


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
    out = _table("Schema: what each column holds and who says so", heads, rows)
    if len(shown) < len(summary["schema"]):
        rest = len(summary["schema"]) - len(shown)
        out += f'<p class="sm-dim">{plural(rest, "more column")} in the blueprint below</p>'
    return out + _effects(summary["effects"]) + _rules(summary["rules"])


def _schema_row(item: Mapping[str, Any]) -> str:
    unit = f' <span class="sm-dim">{_text(item["unit"], 24)}</span>' if item["unit"] else ""
    label = f' title="{_text(item["label"], 200)}"' if item["label"] else ""
    hidden = ' <span class="sm-dim">(hidden)</span>' if item["hidden"] else ""
    parts = " ".join(
        f'<span class="sm-p"><span class="sm-k">{_text(key, 40)}</span> {_text(value, 80)}</span>'
        for key, value in item["parts"]
    )
    missing = _text(item["missing"], 40) or '<span class="sm-dim">–</span>'
    if item["missing_source"] not in (None, *(source for source, _ in item["sources"])):
        missing += f" {_badge(item['missing_source'])}"
    sources = " ".join(
        f'<span class="sm-s">{_badge(source, words)}</span>' for source, words in item["sources"]
    )
    for note in item["notes"]:
        sources += f'<br><small class="sm-dim">{_text(note, 160)}</small>'
    return (
        "<tr>"
        + _row_head(f'<span class="sm-name"{label}>{_names(item)}</span>{unit}{hidden}')
        + _cell(f'<span class="sm-dim">{_text(item["type"])}</span>')
        + _cell(_picture(item))
        + _cell(parts, "sm-wrap")
        + _cell(f'<span class="sm-dim">{_text(item["range"], 60)}</span>')
        + _cell(missing)
        + _cell(sources, "sm-wrap")
        + "</tr>"
    )


def _names(item: Mapping[str, Any]) -> str:
    """Give the columns that one makes: a time and its event are two."""
    return " + ".join(_text(name, 60) for name in item["delivers"] or [item["name"]])


def _effects(effects: Sequence[Mapping[str, Any]]) -> str:
    if not effects:
        return ""
    rows = "".join(
        "<tr>"
        + _row_head(f"{_text(item['from'], 80)} → {_text(item['to'], 80)}")
        + _cell(_text(item["size"]))
        + _cell(f'<span class="sm-dim">{_text(item["per"], 160)}</span>', "sm-wrap")
        + _cell(_badge(item["source"]))
        + "</tr>"
        for item in effects
    )
    heads = [("from → to", ""), ("stated", ""), ("", ""), ("source", "")]
    return _table("Effects", heads, rows, title=True)


def _rules(rules: Sequence[Mapping[str, Any]]) -> str:
    if not rules:
        return ""
    rows = "".join(
        "<tr>"
        + _row_head(f"<code>{_text(item['text'], 200)}</code>")
        + _cell(_verdict(item["outcome"], item["good"]), "sm-wrap")
        + _cell(_badge(item["source"]))
        + "</tr>"
        for item in rules
    )
    heads = [("rule", ""), ("in this table", ""), ("source", "")]
    return _table("Rules", heads, rows, title=True)


def _verdict(words: str, good: bool | None) -> str:
    kind = "sm-dim" if good is None else ("sm-good" if good else "sm-warn")
    mark = {None: "", True: "✓ ", False: "✗ "}[good]
    return f'<span class="{kind}">{mark}{_text(words)}</span>'


# Fidelity -------------------------------------------------------------------------


def _fidelity(report: Mapping[str, Any]) -> str:
    tiles = "".join(
        f'<div class="sm-tile"><span class="sm-dim">{_text(tile["title"])}</span> '
        f'<b class="{_tile_kind(tile["good"])}">{_text(tile["value"])}</b> '
        f'<small class="sm-dim">{_text(tile["detail"])}</small></div>'
        for tile in report["tiles"]
    )
    out = f'<div class="sm-tiles">{tiles}</div>' + _notes(report["notes"])
    if report["facts"]:
        rows = "".join(_fact_row(fact) for fact in report["facts"])
        heads = [
            ("fact", ""),
            ("stated", "sm-n"),
            ("table", "sm-n"),
            ('99 % interval, stated <span aria-hidden="true">┃</span>', ""),
            ("verdict", ""),
        ]
        out += _table("Stated facts against this table", heads, rows)
    tail = [_text(line) for line in report["footer"]]
    return out + (f'<p class="sm-dim">{"<br>".join(tail)}</p>' if tail else "")


def _tile_kind(good: bool | None) -> str:
    return "sm-warn" if good is False else ""


def _fact_row(fact: Mapping[str, Any]) -> str:
    picture = ""
    if fact["interval"] is not None:
        low, high = fact["interval"]
        words = _text(f"99 % interval {fact['interval_words']}, stated {fact['stated']}")
        span = tuple(fact["span"])
        image = svg.interval(low, high, fact["at"], fact["stated_at"], (span[0], span[1]))
        picture = f'<img src="{image}" width="130" height="16" alt="{words}">'
    kind = _VERDICTS.get(fact["verdict"], "sm-dim")
    extra = (
        f'<br><small class="sm-dim">{_text(fact["sentence"], 160)}</small>'
        if fact["sentence"] and kind == "sm-warn"
        else ""
    )
    return (
        "<tr>"
        + _row_head(_text(fact["name"], 120))
        + _cell(_text(fact["stated"], 40), "sm-n")
        + _cell(_text(fact["table"], 40), "sm-n")
        + _cell(picture)
        + _cell(f'<span class="{kind}">{_text(fact["verdict"])}</span>{extra}', "sm-wrap")
        + "</tr>"
    )


# Source ---------------------------------------------------------------------------


def _source(summary: Summary) -> str:
    source = summary["source"]
    made = _text(" · ".join(source["made"]))
    return (
        f'<p class="sm-dim">{made}</p>'
        f"<pre><code>{escaping.escape(block(source['yaml']), quote=True)}</code></pre>"
    )
