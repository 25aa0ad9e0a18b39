"""A table and its report as one plain dict of numbers and words.

All forms (HTML, Markdown, plain text, terminal) draw from it, and so does
whoever wants the numbers.  Foreign text stays text here: a form escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_magic.blueprint.model import Blueprint, Column, Missing
from synth_magic.display import facts, graded
from synth_magic.display.drawn import SCHEMA_ROWS, observed
from synth_magic.display.words import SYNTHETIC, clean, parted, percent, plural
from synth_magic.errors import Problem
from synth_magic.fidelity.law import Law, delivered, law_of
from synth_magic.fidelity.report import Report
from synth_magic.fidelity.stated import source_counts

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.record import Record, Result

PREVIEW_ROWS = 8
PREVIEW_COLUMNS = 14
_NOTES = 12
_AUTHORS = {"offline": "offline reference", "user": "blueprint as given"}
_NUMERIC = frozenset({"integer", "number", "time_to_event"})


def summarise(
    result: Result,
    report: Report | None = None,
    *,
    name: str | None = None,
    rows: int = PREVIEW_ROWS,
    columns: int = PREVIEW_COLUMNS,
) -> dict[str, Any]:
    """Everything that is shown of a table, fit for JSON.

    Parameters
    ----------
    result
        The table, its record and the notes of its making.
    report
        The report on it, if there is one.
    name
        The variable's name; without it the blueprint's own.
    rows, columns
        At most so many are shown of the table itself.

    Returns
    -------
    dict
        ``name``, ``rows``, ``columns``, ``seed``, ``author``, ``synthetic``, ``edited``,
        ``population``, ``preview``, ``schema``, ``effects``, ``rules``, ``report``, ``notes``,
        ``source``.
        Large tables give no larger summaries: first rows and columns only, counts in bins.
    """
    table, record = result.table, result.record
    law = law_of(record.blueprint_yaml)
    blueprint = law.blueprint
    top, by_column = _notes(result.notes, blueprint)
    drawn = observed(table, law)
    return {
        "name": clean(name or result.name, 80),
        "rows": len(table),
        "columns": len(table.columns),
        "seed": str(record.seed),
        "author": _author(record),
        "synthetic": SYNTHETIC,
        "edited": edited(record.edited),
        "population": blueprint.population or "",
        "preview": _preview(table, blueprint, drawn, rows, columns),
        "schema": _schema(blueprint, law, drawn, by_column),
        "effects": [facts.effect(item, blueprint) for item in blueprint.effects],
        "rules": _rules(blueprint, report),
        "report": None if report is None else graded.summary(report),
        "notes": top,
        "source_line": facts.source_line(source_counts(blueprint)),
        "source": _source(record),
    }


def _notes(
    notes: Iterable[Problem], blueprint: Blueprint
) -> tuple[list[dict[str, str]], dict[str, list[str]]]:
    """Give notes for the head, and notes that belong into a column's row of the schema."""
    top: list[dict[str, str]] = []
    inside: dict[str, list[str]] = {}
    shown = {column.name for column in blueprint.columns[:SCHEMA_ROWS]}
    for item in notes:
        named = len(item.path) > 1 and item.path[0] == "columns" and item.path[1] in shown
        if named and item.level == "note":
            inside.setdefault(str(item.path[1]), []).append(item.what)
        else:
            what = parted(item.what, item.mend)
            top.append({"level": item.level, "text": what, "mend": item.mend})
    top.sort(key=lambda note: note["level"] == "note")
    if len(top) > _NOTES:
        more = {"level": "note", "text": f"{len(top) - _NOTES} more notes", "mend": ""}
        top = [*top[:_NOTES], more]
    return top, inside


# Data -----------------------------------------------------------------------------


def _preview(
    table: pd.DataFrame,
    blueprint: Blueprint,
    drawn: dict[str, dict[str, Any]],
    most_rows: int,
    most_columns: int,
) -> dict[str, Any]:
    made = {name: (column, event) for name, column, event in delivered(blueprint)}
    names = [str(name) for name in table.columns]
    shown = list(table.columns)[:most_columns]
    columns = []
    for name in shown:
        column, event = made.get(str(name), (None, False))
        numeric = column is not None and not event and column.type in _NUMERIC
        columns.append(
            {
                "name": str(name),
                "numeric": numeric,
                "picture": drawn.get(str(name), {}).get("picture"),
                "brief": drawn.get(str(name), {}).get("brief", ""),
            }
        )
    head = table.iloc[:most_rows]
    cells = [_cells(head[name], made.get(str(name), (None, False))[0]) for name in shown]
    hidden = names[len(shown) :]
    return {
        "columns": columns,
        "rows": [list(row) for row in zip(*cells, strict=True)] if cells else [],
        "hidden_columns": len(hidden),
        "hidden_names": ", ".join(hidden[:40]),
    }


def _cells(series: pd.Series, column: Column | None) -> list[str]:
    """Values as they are read: dates without a clock, yes and no, missing as nothing."""
    kind = None if column is None else column.type
    digits = None if column is None else column.decimals
    return [
        "" if missing else _cell(value, kind, digits)
        for value, missing in zip(series, series.isna(), strict=True)
    ]


def _cell(value: object, kind: str | None, digits: int | None) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return f"{value:.{digits}f}" if digits is not None else f"{value:.6g}"
    text = clean(value, 60)
    return text[:10] if kind == "date" else text


# Schema ---------------------------------------------------------------------------


def _schema(
    blueprint: Blueprint,
    law: Law,
    drawn: dict[str, dict[str, Any]],
    notes: dict[str, list[str]],
) -> list[dict[str, Any]]:
    missing = {item.column: item for item in blueprint.missing}
    return [
        schema_row(
            column,
            law,
            drawn.get(column.name, {}),
            missing.get(column.name),
            notes.get(column.name, []),
        )
        for column in blueprint.columns
    ]


def schema_row(
    column: Column,
    law: Law,
    found: Mapping[str, Any],
    lacking: Missing | None,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Say a column of the blueprint in the schema's words.

    Parameters
    ----------
    column, law
        The column and the blueprint's law that it is part of.
    found
        What was drawn of it, as `observed` gives it; empty where nothing was.
    lacking
        Its missing values, where some are stated.
    notes
        What was noticed of it.
    """
    stated = law.marginal(column)
    pairs = facts.parts(column, stated)
    kind = (column.type or "").replace("_", " ")
    return {
        "name": column.name,
        "delivers": list(column.delivers),
        "label": column.label or column.description or "",
        "unit": column.unit or "",
        "type": f"ordered {kind}" if column.ordered else kind,
        "hidden": bool(column.hidden),
        "parts": pairs,
        "words": facts.words(pairs),
        "range": facts.range_words(column),
        "missing": "" if lacking is None else _missing(lacking),
        "missing_source": None if lacking is None else lacking.source,
        "sources": facts.sources(column),
        "notes": list(notes),
        "picture": found.get("picture"),
        "drawn": {key: value for key, value in found.items() if key != "picture"},
        "stated": None
        if stated is None
        else {"mean": stated.mean, "sd": stated.sd, "median": stated.median},
    }


def _missing(item: Missing) -> str:
    words = percent(float(item.rate))
    return words if item.depends_on is None else f"{words}, by {item.depends_on}"


def _rules(blueprint: Blueprint, report: Report | None) -> list[dict[str, Any]]:
    found = [] if report is None else list(report.figures("rules"))
    rows = []
    for index, rule in enumerate(blueprint.rules):
        figure = found[index] if index < len(found) else None
        rows.append(
            {
                "text": rule.text,
                "source": rule.source,
                "outcome": "" if figure is None else figure.sentence,
                "good": None if figure is None else figure.verdict == "holds",
            }
        )
    return rows


def _author(record: Record) -> str:
    """Say who completed the blueprint, and whether a model wrote the rows as well."""
    author = _AUTHORS.get(record.author) or clean(record.author, 60)
    return f"{author}, rows written by the model" if record.engine == "rows" else author


def edited(changes: Sequence[str]) -> str:
    """Say that a table is no longer the one that its cell's text draws; empty where it is."""
    if not changes:
        return ""
    return f"edited: {plural(len(changes), 'change')}, not in the cell's text"


def _usage(usage: Mapping[str, Any]) -> list[str]:
    """Say what asking a model took."""
    if not usage.get("calls") and not usage.get("cached"):
        return []
    calls, cached = int(usage.get("calls") or 0), int(usage.get("cached") or 0)
    said = [plural(calls, "call")] + [f"{plural(cached, 'answer')} kept from before"] * bool(cached)
    if calls:
        about = "some " * bool(usage.get("estimated"))
        said.append(f"{about}{usage.get('prompt', 0):,} tokens in")
        said.append(f"{usage.get('completion', 0):,} out")
        if usage.get("reasoning"):
            said[-1] += f" ({usage['reasoning']:,} of them reasoning)"
        said.append(f"{usage.get('seconds', 0.0):.1f} s")
    if usage.get("cost") is not None:
        said.append(f"cost {usage['cost']:.4f}")
    return [", ".join(said)]


def _source(record: Record) -> dict[str, Any]:
    made = [f"seed {record.seed}", f"{plural(record.rows, 'row')} from row {record.start}"]
    made += [f"{package} {version}" for package, version in record.versions.items()]
    made += [f"sampler {record.sampler}", *_usage(record.usage)]
    return {"yaml": record.blueprint_yaml, "made": made}
