"""The short form, for small models: an object keyed by the table's own columns.

Measured on models of 0.1 to 1.5 billion parameters: given lists to fill, they put columns
into the wrong one and write zeros; given each column's own place, and asked for a low, a
typical and a high value in words without digits, they answer what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth_magic.authors.answers import lenient
from synth_magic.authors.answers.form import AmountRow, Answer, ChoiceRow, YesNoRow
from synth_magic.authors.answers.table import Known, Table

AMOUNTS = ("low", "typical", "high")
YES = "percent_yes"
#: Values of a category that a small model is asked about.
MOST_VALUES = 12


def askable(known: Known) -> bool:
    """Whether the short form has a question for a column."""
    if known.kind == "choice":
        return 2 <= len(known.column.levels) <= MOST_VALUES
    return known.kind in (None, "number", "yes_no")


def schema(table: Table, names: Sequence[str]) -> dict[str, Any]:
    """Make the JSON schema: numbers only, every one required."""
    return _closed({name: _closed(_numbers(table.known[name])) for name in names})


def _numbers(known: Known) -> dict[str, Any]:
    return {field: {"type": "number"} for field in _fields(known)}


def _fields(known: Known) -> tuple[str, ...]:
    if known.kind == "yes_no":
        return (YES,)
    return known.column.levels if known.kind == "choice" else AMOUNTS


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def question(known: Known) -> str:
    """Ask about one column in words; the unit stands in the question."""
    column = known.column
    meaning = column.description or column.label or column.name.replace("_", " ")
    head = f"- {column.name}: {meaning}."
    if known.kind == "yes_no":
        return f"{head} {YES}: percent of these patients with yes"
    if known.kind == "choice":
        values = ", ".join(column.levels)
        return f"{head} Percent of these patients with each of {values}; together one hundred"
    unit = f", in {column.unit}" if column.unit else ""
    return f"{head} A low, a typical and a high value among these patients{unit}"


def read(data: Mapping[str, Any], table: Table, names: Sequence[str]) -> Answer:
    """Read a short answer; an answer in the long form is read as that."""
    found: dict[str, Mapping[str, Any]] = {}
    for key, value in list(data.items())[: lenient.MOST_ROWS]:
        name = table.name(lenient.clean(key))
        if name in names and name is not None and isinstance(value, Mapping):
            found.setdefault(name, value)
    if not found:
        return lenient.read(data)
    amounts: list[AmountRow] = []
    yes_no: list[YesNoRow] = []
    choices: list[ChoiceRow] = []
    for name, given in found.items():
        known = table.known[name]
        numbers = {f: lenient.number(given.get(f)) for f in _fields(known)}
        if known.kind == "yes_no":
            percent = numbers[YES]
            yes_no.append(YesNoRow(name, "", None if percent is None else percent / 100))
        elif known.kind == "choice":
            shares = [x / 100 for x in numbers.values() if x is not None]
            choices.append(ChoiceRow(name, "", False, known.column.levels, tuple(shares)))
        else:
            amounts.append(AmountRow(name, *numbers.values()))
    return Answer(amounts=tuple(amounts), yes_no=tuple(yes_no), choices=tuple(choices))
