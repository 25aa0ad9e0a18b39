"""From an answer's rows to columns with laws; what cannot be used becomes a complaint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from synth_magic.authors.answers import dated, measures, quantiles, shares
from synth_magic.authors.answers.form import (
    AmountRow,
    Answer,
    ChoiceRow,
    NumberRow,
    YesNoRow,
)
from synth_magic.authors.answers.groups import Grouped, by_column, grouped, plain_row
from synth_magic.authors.answers.quantiles import Shape
from synth_magic.authors.answers.table import Known, Table, alike
from synth_magic.authors.answers.told import Complaint, UnfitError
from synth_magic.blueprint.model import Column, Distribution, Stated
from synth_magic.errors import Problem, note
from synth_magic.reference.filling import fill

MOST_DECIMALS = 6


@dataclass
class Laws:
    """What an answer gives for the columns of a table.

    Parameters
    ----------
    columns
        By name: the column with the model's law.
    shapes
        By name: the pooled shape of each column of numbers, in its own unit.
    complaints, notes
        What cannot be used, and what was mended.
    """

    columns: dict[str, Column] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def drop(self, name: str, why: str) -> None:
        """Take a column's law away again."""
        self.columns.pop(name, None)
        self.shapes.pop(name, None)
        self.complaints.append(Complaint(name, why))


def laws(answer: Answer, table: Table, asked: Sequence[str]) -> Laws:
    """Make laws of an answer's rows.

    Parameters
    ----------
    answer
        As read.
    table
        What was asked about.
    asked
        Names of the columns that were asked for; rows of others are not looked at.
    """
    found = Laws()
    rows = _rows(answer, table, found)
    derived = {table.name(row.column) for row in answer.derived}
    for name in asked:
        known = table.known[name]
        kind, every = _placed(known, rows.get(name, {}))
        if kind not in every:
            if name not in derived:
                where = f" in {_IN[kind]}" if every and kind in _IN else ""
                found.complaints.append(Complaint(name, f"{name}: no row{where}"))
            continue
        try:
            _MAKERS[kind](known, every[kind], table, found)
        except UnfitError as error:
            found.drop(name, f"{name}: {error}")
    return found


_LISTS = {
    "numbers": "number", "amounts": "number", "yes_no": "yes_no", "choices": "choice",
    "dates": "date", "times": "time", "texts": "text",
}  # fmt: skip
_IN = {called: kind for kind, called in _LISTS.items() if kind != "amounts"}


def _placed(known: Known, every: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Choose the list whose rows count, where a column was answered in another than was meant."""
    kind: str = known.kind or next(iter(every), "")
    if kind == "yes_no" and kind not in every and "choice" in every:
        return kind, {**every, kind: _as_yes_no(every["choice"])}
    if kind == "number" and kind not in every and "time" in every and not _stated(known.column):
        return "time", every
    return kind, every


def _rows(answer: Answer, table: Table, found: Laws) -> dict[str, dict[str, dict[str, Any]]]:
    """Rows by column, list and group; of two for one place the first counts."""
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, called in _LISTS.items():
        for row in getattr(answer, kind):
            name = table.name(row.column)
            if name is None:
                continue
            places = rows.setdefault(name, {}).setdefault(called, {})
            group = getattr(row, "group", "")
            if places.setdefault(group, row) != row:
                what = f"{name}: the model answered twice; its first answer was taken."
                if not any(n.what == what for n in found.notes):
                    found.notes.append(note(("columns", name), what))
    return rows


def _stated(column: Column) -> bool:
    """Whether the user said of the column's values what only a number can be."""
    facts = column.stated is not None and column.stated != Stated()
    return facts or column.type is not None or column.range is not None


def _as_yes_no(groups: Grouped) -> dict[str, YesNoRow]:
    """Read a choice of yes and no as a share of yes."""
    made = {}
    for group, row in groups.items():
        both = dict(zip(row.values, row.shares, strict=False))
        yes = alike("yes", both) or alike("true", both) or alike("1", both)
        made[group] = YesNoRow(row.column, group, None if yes is None else both[yes])
    return made


# Kinds ------------------------------------------------------------------------------


def _number(known: Known, groups: Grouped, table: Table, found: Laws) -> None:
    name = known.column.name
    by = by_column(known, groups, table)
    rows = [row for _, row in by[1]] if by else [plain_row(groups)]
    rows = rows if by or "" in groups else list(groups.values())
    shapes = [quantiles.shape_of(row) for row in rows]
    unit = getattr(rows[0], "unit", "")
    law = measures.reference_law(known) if table.ours else None
    shapes, told = measures.mended(known, shapes, unit, law)
    if told:
        found.notes.append(note(("columns", name), f"{name}: {told}."))
    together = quantiles.pooled(shapes)
    if doubted := measures.doubt(known, together, law):
        raise UnfitError(doubted)
    column = _ready(known, rows[0], together)
    stated = column.stated
    if stated is not None and stated != Stated():
        made = quantiles.centred(column, together)
        if made is None:
            return  # the user's facts stand, completed as without a model
        what = f"{name}: what you stated stands, the rest of its shape is the model's."
        found.notes.append(note(("columns", name), what))
    elif by is not None:
        by_row = {id(row): shape for row, shape in zip(rows, shapes, strict=True)}
        made = grouped(by[0], by[1], lambda row: quantiles.law(column, by_row[id(row)]))
    else:
        made = quantiles.law(column, together)
    found.columns[name] = column.model_copy(update={"distribution": made})
    found.shapes[name] = together


def _ready(known: Known, row: NumberRow | AmountRow, shape: Shape) -> Column:
    """Fill in type, unit, decimals and range; what is the user's or the reference's stands."""
    column = known.column
    said = getattr(row, "decimals", None)
    whole = all(float(x).is_integer() for _, x in shape.quantiles)
    digits = 0 if said is None and whole else 1 if said is None else said
    digits = int(min(max(digits, 0), MOST_DECIMALS))
    if column.type is None:
        column = fill(column, "model", type="number" if digits else "integer")
    if column.type == "number":
        column = fill(column, "model", decimals=digits)
    column = fill(column, "model", unit=getattr(row, "unit", "")[:40] or None)
    if column.range is not None:
        return column
    if known.expected is not None and known.expected.range is not None:
        return fill(column, "reference", range=_around(known.expected.range, shape))
    return fill(column, "model", range=_limits(getattr(row, "limits", ()), shape))


Ends = tuple[Any, Any]


def _around(range_: Ends, shape: Shape) -> Ends | None:
    """Keep an end of the reference's only where the answer stays within it."""
    low, high = range_
    values = [x for _, x in shape.quantiles]
    low = low if isinstance(low, int | float) and low <= values[0] and not shape.zeros else None
    high = high if isinstance(high, int | float) and high >= values[-1] else None
    return None if low is None and high is None else (low, high)


def _limits(limits: Sequence[float], shape: Shape) -> Ends | None:
    """Believe limits of a model's that leave room beyond its own quantiles."""
    values = [x for _, x in shape.quantiles]
    if shape.zeros:
        return (0, None) if values[0] >= 0 else None
    if len(limits) != 2 or not limits[0] < limits[1]:
        return None
    low, high = (int(e) if float(e).is_integer() else e for e in limits)
    if low > values[0] or high < values[-1]:
        return None
    return low, high


def _yes_no(known: Known, groups: Grouped, table: Table, found: Laws) -> None:
    column = known.column
    column = fill(column, "model", type="boolean")
    by = by_column(known, groups, table)

    def make(row: Any) -> Distribution:
        return Distribution(probability=shares.share(row.share), source="model")

    made = grouped(by[0], by[1], make) if by else make(plain_row(groups))
    found.columns[column.name] = column.model_copy(update={"distribution": made})


def _choice(known: Known, groups: Grouped, table: Table, found: Laws) -> None:
    column, by = known.column, by_column(known, groups, table)
    rows: dict[str, ChoiceRow] = dict(by[1]) if by else {"": plain_row(groups)}
    values = column.levels or tuple(v for v, _ in (column.stated or Stated()).probabilities or ())
    made: dict[str, dict[str, float]] = {}
    for value, row in rows.items():
        parts, scaled = shares.shares(row.values, row.shares)
        if scaled:
            what = f"{column.name}: its shares added up to {sum(row.shares):.4g} and were scaled."
            found.notes.append(note(("columns", column.name), what))
        values = values or tuple(parts)
        made[value] = shares.beside(column, shares.matched(parts, values))
    column = fill(column, "model", type="category")
    if column.values is None:
        first = next(iter(rows.values()))
        column = fill(column, "model", values=values)
        column = fill(column, "model", ordered=first.ordered or None)
    pinned = column.stated is not None and column.stated.probabilities is not None
    source = "user" if pinned else "model"
    each = {
        value: Distribution(probabilities=tuple(parts.items()), source=source)
        for value, parts in made.items()
    }
    law = each[""] if by is None else Distribution(
        by=by[0], groups=tuple(each.items()), source=source
    )  # fmt: skip
    found.columns[column.name] = column.model_copy(update={"distribution": law})


def _single(make: Callable[[Column, Any, Table], Column]) -> Callable[..., None]:
    def one(known: Known, groups: Grouped, table: Table, found: Laws) -> None:
        found.columns[known.column.name] = make(known.column, plain_row(groups), table)

    return one


_MAKERS: Mapping[str, Callable[..., None]] = {
    "number": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _single(dated.dates),
    "time": _single(dated.times),
    "text": _single(dated.text),
}
