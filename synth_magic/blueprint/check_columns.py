"""What a column of each type may say, and must."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth_magic.blueprint import check_laws, check_times, graph
from synth_magic.blueprint.axis import Axis, spot
from synth_magic.blueprint.context import MAX_NAME, MAX_TEXT, Context, unprintable
from synth_magic.blueprint.explain import listing, nearest, shown
from synth_magic.blueprint.model import Column
from synth_magic.errors import Path, Problem, problem

#: Keys that only some types have.
_ONLY: dict[str, tuple[str, ...]] = {
    "range": ("integer", "number", "date", "datetime"),
    "values": ("category",),
    "ordered": ("category",),
    "decimals": ("number",),
    "pattern": ("id",),
    "template": ("text",),
    "distribution": ("integer", "number", "category", "boolean", "date", "datetime",
                     "time_to_event"),
    "formula": ("integer", "number", "boolean", "date", "datetime"),
    "survival": ("time_to_event",),
    "event": ("time_to_event",),
    "censoring": ("time_to_event",),
}  # fmt: skip
_ADVICE = {
    "range": "Leave the range out",
    "values": "Write `type: category`, or leave the values out",
    "ordered": "Leave it out, or write `type: category` and its values",
    "decimals": "Leave it out, or write `type: number`",
    "formula": "Write a rule or an effect instead",
}
_TEXTS = ("unit", "label", "description", "concept", "pattern", "template", "formula")


def problems(column: Column, context: Context) -> Iterator[Problem]:
    """Find what is wrong within one column."""
    path: Path = ("columns", column.name)
    if column.type is None:
        known = "integer, number, category, boolean, date, datetime, id, text, time_to_event"
        yield problem(path, f"`{column.name}` has no type", f"Write `type:` and one of {known}")
        return
    for key, types in _ONLY.items():
        if getattr(column, key) is not None and column.type not in types:
            what = f"`{column.name}` is of type {column.type}, which has no `{key}`"
            mend = _ADVICE.get(key, f"Leave `{key}` out")
            yield problem((*path, key), what, mend)
    for key in _TEXTS:
        if len(getattr(column, key) or "") > MAX_TEXT:
            yield problem((*path, key), f"`{key}` is too long", "Shorten it")
    yield from _sources(column, path)
    yield from _decimals(column, path)
    yield from _values(column, path)
    ranged = list(_range(column, path)) if column.range is not None else []
    yield from ranged
    yield from _law(column, path, context, clean=not ranged)
    if column.type == "id":
        yield from _pattern(column, path)
    if column.type == "text":
        yield from _template(column, path, context)
    if column.type == "time_to_event":
        yield from _event(column, path)


def _sources(column: Column, path: Path) -> Iterator[Problem]:
    fields = [key for key in Column.model_fields if key not in ("name", "sources", "distribution")]
    seen = set[str]()
    for field, _ in column.sources:
        if field not in fields:
            close = nearest(field, fields)
            mend = f"Write `{close}`" if close else f"It has: {listing(fields, 20)}"
            yield problem(
                (*path, "sources", field), f"`{shown(field)}` is no field with a source", mend
            )
        if field in seen:
            what = f"The source of `{shown(field)}` is said twice"
            yield problem((*path, "sources"), what, "Keep one")
        seen.add(field)


def _decimals(column: Column, path: Path) -> Iterator[Problem]:
    if column.decimals is not None and not 0 <= column.decimals <= 10:
        what = f"{column.decimals} decimals cannot be kept"
        yield problem((*path, "decimals"), what, "Write a number from 0 to 10")


def _values(column: Column, path: Path) -> Iterator[Problem]:
    values = column.values
    if values is None:
        if column.ordered:
            mend = "Write `values: [mild, moderate, severe]`, upward"
            yield problem((*path, "ordered"), "An ordered column needs its values", mend)
        return
    if not values:
        yield problem((*path, "values"), "This list of values is empty", "Write at least one")
    for at, value in enumerate(values):
        yield from value_problems(value, (*path, "values", at))
        if value in values[:at]:
            yield problem((*path, "values", at), f"`{shown(value)}` stands twice", "Keep one")


def value_problems(value: str, path: Path) -> Iterator[Problem]:
    """Find what is wrong with a category's value as text."""
    if not value.strip():
        yield problem(path, "A value is empty", "Give it a name; `missing` says what is not known")
    elif len(value) > MAX_NAME or unprintable(value):
        what = f"The value `{shown(value, 30)}` is too long or holds a control character"
        yield problem(path, what, f"Write at most {MAX_NAME} printable characters")


def _range(column: Column, path: Path) -> Iterator[Problem]:
    here = (*path, "range")
    low, high = column.range or (None, None)
    dated = column.type in ("date", "datetime")
    ends = [None if end is None else spot(column.type, end) for end in (low, high)]
    for end, place in zip((low, high), ends, strict=True):
        if end is not None and place is None:
            wanted = "a date" if dated else "a number"
            example = ", for instance 2015-01-01" if dated else ""
            yield problem(here, f"`{shown(end)}` is not {wanted}", f"Write {wanted}{example}")
            return
    if low is None and high is None:
        yield problem(here, "This range has no end", "Write `range: [30, 85]`")
    if ends[0] is None or ends[1] is None:
        return
    if ends[0] >= ends[1]:
        if ends[0] > ends[1]:
            what, mend = f"This range ends before it begins: {low} to {high}", f"[{high}, {low}]"
        else:
            what, mend = f"This range holds one value only: {low}", "two different ends"
        yield problem(here, what, f"Write `range: {mend}`" if mend[0] == "[" else f"Write {mend}")
    elif column.type == "integer" and not column.zero_one and ends[1] // 1 < ends[0]:
        yield problem(here, f"No whole number lies from {low} to {high}", "Widen the range")


def _law(column: Column, path: Path, context: Context, *, clean: bool) -> Iterator[Problem]:
    said = [
        key for key in ("distribution", "formula", "survival") if getattr(column, key) is not None
    ]
    if len(said) > 1:
        what = f"`{column.name}` says both {said[0]} and {said[1]}"
        yield problem((*path, said[1]), what, "Keep one of the two")
    ends = column.range or (None, None)
    by_range = column.type in ("date", "datetime") and None not in ends
    if not said and not by_range and column.type not in ("id", "text"):
        example = {
            "category": "distribution: {probabilities: {F: 0.45, M: 0.55}}",
            "boolean": "distribution: {probability: 0.22}",
            "date": "range: [2015-01-01, 2020-12-31]",
            "datetime": "range: [2015-01-01, 2020-12-31]",
            "time_to_event": "survival: {365: 0.82, 1825: 0.55}",
        }.get(str(column.type), "distribution: {normal: {mean: 62, sd: 11}}")
        yield problem(path, f"`{column.name}` has no distribution", f"Write `{example}`")
    if column.distribution is not None and clean and column.type not in ("id", "text"):
        yield from check_laws.problems(column, Axis.of(column), context)


def _pattern(column: Column, path: Path) -> Iterator[Problem]:
    if column.pattern is None:
        what = f"`{column.name}` does not say how its ids look"
        yield problem(path, what, "Write `pattern: P####`")
    elif len(re.findall("#+", column.pattern)) != 1:
        what = f"The pattern `{shown(column.pattern)}` needs # for its digits, in one place"
        yield problem((*path, "pattern"), what, "Write `pattern: P####`")
    elif unprintable(column.pattern) or len(column.pattern) > MAX_NAME:
        yield problem((*path, "pattern"), "This pattern cannot be printed", "Write `P####`")


def _template(column: Column, path: Path, context: Context) -> Iterator[Problem]:
    here = (*path, "template")
    if column.template is None:
        what = f"`{column.name}` does not say its text"
        yield problem(path, what, "Write `template: Seen at the age of {age}.`")
        return
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", column.template)):
        yield problem(here, "A brace is open in this template", "Write columns as {age}")
    for name in graph.shown_in(column.template):
        if name not in context.owner:
            yield context.unknown(name, here)
        elif context.columns[context.owner[name]].type == "text":
            yield problem(here, "A text cannot be made of a text", f"Leave {{{name}}} out")


def _event(column: Column, path: Path) -> Iterator[Problem]:
    if column.event is None:
        what = f"`{column.name}` does not name its event"
        yield problem(path, what, "Write `event: death`")
    yield from check_times.survival(column, path)
    yield from check_times.censoring(column, path)
