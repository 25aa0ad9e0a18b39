"""State of the Schema tab: the draft as it is being edited, beside the table that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_magic import editing
from synth_magic.blueprint.graph import operand
from synth_magic.blueprint.model import Blueprint, Column, Missing
from synth_magic.display import facts, figure_words
from synth_magic.display.drawn import SCHEMA_ROWS, observed, pictured
from synth_magic.display.graded import GOOD, MISSED
from synth_magic.display.live.state import Applied, bounded
from synth_magic.display.pictures import picture
from synth_magic.display.summary import schema_row
from synth_magic.display.words import clean, plural
from synth_magic.editing import typed
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.report import Figure, Report

if TYPE_CHECKING:
    from synth_magic.editing import Change

EFFECTS, RULES, CHANGES = 60, 60, 200
_RANGED = frozenset({"integer", "number", "date", "datetime"})
#: Words whose size belongs to a step of the parent's.
_STEPPED = frozenset({"odds_ratio", "hazard_ratio", "difference"})


def schema(shown: Applied, draft: editing.Draft, law: Law) -> dict[str, Any]:
    """State of the Schema tab.

    Parameters
    ----------
    shown
        The table that is shown, with its law.
    draft
        What is being edited.
    law
        The draft's present blueprint, compiled.
    """
    blueprint = draft.blueprint
    changed = _changed(draft.merged)
    columns = blueprint.columns[:SCHEMA_ROWS]
    rows = _rows(shown, law, columns)
    effects, more_effects = _effects(shown, blueprint, changed)
    hidden = len(blueprint.columns) - len(columns)
    return {
        "revision": shown.revision,
        "draft": draft.blueprint != draft.base,
        "columns": [
            _column(column, row, law, changed.get(("columns", column.name), ()))
            for column, row in zip(columns, rows, strict=True)
        ],
        "more": f"{plural(hidden, 'more column')} in the blueprint" if hidden else "",
        "effects": effects,
        "more_effects": more_effects,
        "graph": _graph(blueprint),
        "rules": _rules(shown, blueprint, changed),
        "changes": [clean(words, 200) for words in draft.changes[:CHANGES]],
        "undo": draft.can_undo,
        "redo": draft.can_redo,
        "yaml": bounded(blueprint.to_yaml()),
    }


def _changed(changes: Sequence[Change]) -> dict[tuple[str | int, ...], tuple[str, ...]]:
    """Keys that were changed, by the part that they are of; the part itself where it is new."""
    found: dict[tuple[str | int, ...], list[str]] = {}
    for change in changes:
        key = str(change.place[2]) if len(change.place) > 2 else "name"
        found.setdefault(tuple(change.place[:2]), []).append(key)
    return {place: tuple(keys) for place, keys in found.items()}


# Columns --------------------------------------------------------------------------


def _rows(shown: Applied, law: Law, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows of the schema; those of columns that were not edited are the table's own."""
    own = shown.law
    before = {column.name: column for column in own.blueprint.columns}
    kept = {row["name"]: row for row in shown.summary["schema"][:SCHEMA_ROWS]}
    lacking, lacked = _missing_by_name(law.blueprint), _missing_by_name(own.blueprint)
    edited = [
        column
        for column in columns
        if column.name not in kept
        or before[column.name] != column
        or lacking.get(column.name) != lacked.get(column.name)
        or law.marginal(column) is not own.marginal(before[column.name])
    ]
    table = shown.result.table
    # What was drawn is of other values where they were named anew: only what is stated is shown.
    names = {
        name
        for column in edited
        if column.name not in before or {*before[column.name].levels} == {*column.levels}
        for name in column.delivers
    }
    found = observed(table, law, names) if names else {}
    made = {
        column.name: schema_row(
            column,
            law,
            found.get(column.name) or {"picture": stated(column, law)},
            lacking.get(column.name),
            kept.get(column.name, {}).get("notes", ()),
        )
        for column in edited
    }
    return [made.get(column.name) or kept[column.name] for column in columns]


#: Edits of one column's figures, which can be seen before the whole is compiled.
PICTURED = frozenset({"field", "range", "decimals"})


def preview(shown: Applied, blueprint: Blueprint, edit: editing.Edit) -> dict[str, Any]:
    """Say what a figure or a rule that is being typed would mean: ``words``, ``picture``.

    Parameters
    ----------
    shown
        The table that is shown.
    blueprint
        The draft's present blueprint.
    edit
        What is being typed: of the kinds in `PICTURED`, or a rule.

    Raises
    ------
    SpecError
        Where it cannot be read, or the column alone cannot hold it.
    """
    if edit.what not in PICTURED:
        return {"words": _checked(edit.text, blueprint, shown)[0]}
    column, law = editing.preview(blueprint, edit)
    words = clean(facts.words(facts.parts(column, law)), 400)
    codec = shown.law.codec(column.name)
    table = shown.result.table
    if codec is None or column.name not in table.columns or column.type == "time_to_event":
        return {"words": words}
    return {"words": words, "picture": pictured(table[column.name], column, law, codec)}


def _missing_by_name(blueprint: Blueprint) -> dict[str, Missing]:
    return {item.column: item for item in blueprint.missing}


def stated(column: Column, law: Law) -> dict[str, Any] | None:
    """Picture of a column's law alone, before any row of it was drawn."""
    marginal = law.marginal(column)
    codec = law.codec(column.name)
    if marginal is None or codec is None or not column.delivers:
        return None
    if column.levels:
        middles = np.arange(len(column.levels), dtype=np.float64)
        image = picture(middles, column, marginal, codec.step)
        return None if image is None else {**image, "drawn": []}
    image = picture(np.empty(0), column, marginal, codec.step)
    return None if image is None else {**image, "drawn": []}


def _column(
    column: Column, row: Mapping[str, Any], law: Law, changed: Sequence[str]
) -> dict[str, Any]:
    return {
        "name": row["name"],
        "label": clean(row["label"], 200),
        "unit": clean(row["unit"], 40),
        "type": editing.types(column)[0],
        "types": list(editing.types(column)),
        "decimals": column.decimals if column.type == "number" else None,
        "hidden": row["hidden"],
        "picture": row["picture"],
        "fields": [
            _field(field) for field in editing.fields(column, law.marginal(column))[:SCHEMA_ROWS]
        ],
        "details": [_field(field, 4_000) for field in editing.details(column)],
        "by": clean((column.distribution and column.distribution.by) or "", 80),
        "words": clean(row["words"], 400),
        "range": _range(column, row),
        "missing": _lacking(row),
        "sources": [list(pair) for pair in row["sources"]],
        "notes": [clean(note, 300) for note in row["notes"][:8]],
        "changed": list(changed),
    }


def _field(field: editing.Field, most: int = 300) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": clean(field.label, 60),
        "text": clean(field.text, most),
        "suffix": field.suffix,
        "kind": field.kind,
        "choices": [clean(choice, 60) for choice in field.choices],
        "hint": clean(field.hint, 200),
    }


def _range(column: Column, row: Mapping[str, Any]) -> dict[str, Any]:
    if column.type in _RANGED:
        return {"text": editing.range_text(column), "editable": True}
    return {"text": clean(row["range"], 80), "editable": False}


def _lacking(row: Mapping[str, Any]) -> dict[str, str]:
    """Give the share that is missing as it is typed, and what it hangs on."""
    text, _, note = row["missing"].partition(", ")
    return {"text": text, "note": clean(note, 80), "source": row["missing_source"] or ""}


# Effects --------------------------------------------------------------------------


def _effects(
    shown: Applied, blueprint: Blueprint, changed: Mapping[tuple[str | int, ...], Sequence[str]]
) -> tuple[list[dict[str, Any]], str]:
    every = list(enumerate(blueprint.effects))
    every.sort(key=lambda pair: pair[1].source != "user")
    chosen = sorted(every[:EFFECTS], key=lambda pair: pair[0])
    left = len(every) - len(chosen)
    told = _measured(shown)
    found = []
    for index, item in chosen:
        words = facts.effect(item, blueprint)
        per = words["per"].removesuffix(f" where {item.where}")
        figure = told.get((item.parent, item.child, item.word, float(item.size), item.where))
        found.append(
            {
                "index": index,
                "from": clean(words["from"], 80),
                "to": clean(words["to"], 80),
                "size": clean(words["size"], 40),
                "per": clean(per, 160),
                "step": "" if item.per is None else typed.exact(item.per),
                "stepped": item.word in _STEPPED and "=" not in item.parent,
                "where": clean(item.where or "", 400),
                "source": words["source"],
                "words": clean(f"{words['size']} {words['per']}", 240),
                "in_table": "" if figure is None else _found(figure),
                "verdict": "" if figure is None else figure.verdict,
                "good": None if figure is None else _good(figure),
                "changed": ("effects", index) in changed,
            }
        )
    return found, f"{plural(left, 'more effect')} in the blueprint" if left else ""


def _found(figure: Figure) -> str:
    """Give what the table holds, with its 99% interval."""
    ends = figure_words.interval(figure)
    return f"{figure_words.value(figure)} ({ends})" if ends else figure_words.value(figure)


def _good(figure: Figure) -> bool | None:
    return True if figure.verdict in GOOD else False if figure.verdict in MISSED else None


def _measured(shown: Applied) -> dict[tuple[object, ...], Figure]:
    """Find the report's figure of each effect of the table that is shown."""
    if shown.report is None:
        return {}
    names = {name for column in shown.law.blueprint.columns for name in column.delivers}
    names |= set(shown.law.blueprint.names)
    left = list(shown.report.figures("effects"))
    found: dict[tuple[object, ...], Figure] = {}
    for item in sorted(shown.law.blueprint.effects, key=lambda item: item.source != "user"):
        parent, child = operand(item.parent, names).column, operand(item.child, names).column
        for figure in left:
            same = figure.stated == float(item.size) and figure.source == item.source
            if same and figure.column == child and figure.name.startswith(parent):
                key = (item.parent, item.child, item.word, float(item.size), item.where)
                found[key] = figure
                left.remove(figure)
                break
    return found


# Rules and the graph --------------------------------------------------------------


def _rules(
    shown: Applied, blueprint: Blueprint, changed: Mapping[tuple[str | int, ...], Sequence[str]]
) -> list[dict[str, Any]]:
    told = _reported(shown.report)
    found = []
    for index, rule in enumerate(blueprint.rules[:RULES]):
        outcome, good = told.get(rule.text) or _checked(rule.text, blueprint, shown)
        found.append(
            {
                "index": index,
                "text": clean(rule.text, 400),
                "source": rule.source,
                "outcome": clean(outcome, 200),
                "good": good,
                "changed": ("rules", index) in changed,
            }
        )
    return found


def _reported(report: Report | None) -> dict[str, tuple[str, bool | None]]:
    """Say of each rule what the report says of it."""
    if report is None:
        return {}
    return {figure.name: (figure.sentence, _verdict(figure)) for figure in report.figures("rules")}


def _verdict(figure: Figure) -> bool | None:
    return {"holds": True, "broken": False}.get(figure.verdict)


def _checked(text: str, blueprint: Blueprint, shown: Applied) -> tuple[str, bool | None]:
    """Look at the rows that are shown: the report is not there yet, or the rule is new."""
    table = shown.result.table
    holds, of, unknown = editing.rule_state(text, blueprint, table)
    if unknown == of:
        return "not in this table yet", None
    broken = of - holds - unknown
    if broken:
        return f"broken in {broken:,} of {of:,} rows", False
    return ("holds in the only row" if of == 1 else f"holds in all {of:,} rows"), True


def _graph(blueprint: Blueprint) -> dict[str, Any]:
    drawing = editing.layout(blueprint)
    more = plural(drawing.more, "more column")
    verb = "is" if drawing.more == 1 else "are"
    return {
        "more": f"{more} with effects {verb} not drawn" if drawing.more else "",
        "nodes": [[name, round(x, 4), round(y, 4)] for name, x, y in drawing.nodes],
        "edges": [
            [start, end, round(strength, 3), source]
            for start, end, strength, source in drawing.edges
        ],
    }
