"""Published numbers of one column as its facts, or as a law within each group."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synth_magic.blueprint.model import Column, Distribution, Source, Stated
from synth_magic.blueprint.targets import Target, What
from synth_magic.errors import Problem, SpecError, note
from synth_magic.laws import fit
from synth_magic.laws.facts import kind_of
from synth_magic.reading.columns import read_columns
from synth_magic.reference import tables
from synth_magic.reference.schema import Population

_QUARTILES: tuple[What, ...] = ("q1", "median", "q3")
_EPOCH = dt.date(1970, 1, 1).toordinal()
#: Shares that add up to more or less than all by this much are more than rounding.
_ROUNDING = 0.03


@dataclass(frozen=True, slots=True)
class Grouped:
    """The column that makes the groups, and its value in each; `whole`: in all of them."""

    column: str
    values: Mapping[str, str]
    whole: bool = True


@dataclass
class Laid:
    """Columns with their facts, the lines, and notes."""

    lines: list[Target]
    columns: dict[str, Column] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


def pinned(column: Column) -> bool:
    """Whether the cell itself says how a column is distributed."""
    if any(part is not None for part in (column.distribution, column.formula, column.survival)):
        return True
    return column.stated is not None and column.stated != Stated()


def grouped(lines: Sequence[Target], by: Grouped) -> frozenset[tuple[str, str]]:
    """Columns that are published for every group, with lines that are not kept out."""
    found: dict[tuple[str, str], set[str]] = {}
    kinds: dict[tuple[str, str], dict[str, set[str]]] = {}
    for line in lines:
        if line.role or line.group is None or line.parent is not None or line.column == by.column:
            continue
        if line.number("missing") is not None:
            continue
        key = line.column or "", ""
        found.setdefault(key, set()).add(line.group)
        parts = {f"{each.what}:{line.value}" for each in line.numbers if each.what != "count"}
        kinds.setdefault(key, {}).setdefault(line.group, set()).update(parts)
    if not by.whole:
        return frozenset()
    every = set(by.values)
    return frozenset(key for key, groups in found.items() if groups == every)


def laid(
    lines: Sequence[Target],
    columns: Mapping[str, Column],
    by: Grouped | None,
    concepts: Mapping[str, str],
) -> Laid:
    """Lay the fitted lines upon their columns.

    Raises
    ------
    SpecError
        With the path of the line whose numbers cannot be.
    """
    done = Laid(list(lines))
    of: dict[str, list[Target]] = {}
    for line in lines:
        if line.role == "fitted" and line.parent is None and line.number("missing") is None:
            of.setdefault(str(line.column), []).append(line)
    for name, own in of.items():
        column = columns[name]
        try:
            done.columns[name] = _column(column, own, by, concepts.get(name), done)
        except SpecError as error:
            at = ("targets", own[0].line)
            raise SpecError(
                Problem(at, each.what, each.mend, "error") for each in error.problems
            ) from None
    return done


def _column(
    column: Column, lines: Sequence[Target], by: Grouped | None, concept: str | None, done: Laid
) -> Column:
    if any(line.date for line in lines):
        column = _dated(column, lines)
    inside = [line for line in lines if line.group is not None]
    if not inside or by is None:
        return _whole(column, lines, concept, done)
    typed = _typed(column, lines, concept)
    groups, kind = [], typed.type
    for name, value in by.values.items():
        part = [line for line in inside if line.group == name]
        stated = _facts(typed, part, concept, done)
        kind = kind or stated.type
        law, _ = fit(stated.model_copy(update={"sources": ()}))
        groups.append((value, law.model_copy(update={"source": "user"})))
    law = Distribution(by=by.column, groups=tuple(groups), source="user")
    levels = dict.fromkeys(v for _, part in groups for v, _ in part.probabilities or ())
    fields: dict[str, object] = {"distribution": law, "stated": None, "type": kind}
    if levels and typed.values is None:
        fields["values"] = tuple(levels)
    return typed.model_copy(update=fields)


def _whole(column: Column, lines: Sequence[Target], concept: str | None, done: Laid) -> Column:
    found = _facts(column, lines, concept, done)
    if found.stated is not None and found.stated.probabilities is None:
        digits = _digits(lines)
        if digits and found.decimals is None and found.type in (None, "number"):
            known = _decimals(found, concept)
            if known is not None and known < digits:
                found = found.model_copy(update={"type": "number", "decimals": digits})
    if found.type is not None or found.stated is None or found.stated.probabilities is None:
        fit(found.model_copy(update={"type": found.type or kind_of(found)}))
    return found


def _typed(column: Column, lines: Sequence[Target], concept: str | None) -> Column:
    """Give a column that is stated by groups its type and digits, which laws are fitted for."""
    shares = any(line.number("share") is not None for line in lines)
    if column.type is not None or shares:
        return column
    digits, printed = _decimals(column, concept), _digits(lines)
    source: Source = "guess" if digits is None else "reference"
    if digits is None:
        kind = kind_of(column)
        return column.model_copy(
            update={"type": kind, "sources": (*column.sources, ("type", source))}
        )
    if printed > digits:
        digits, source = printed, "user"
    fields: dict[str, object] = {"type": "number" if digits else "integer"}
    if digits:
        fields["decimals"] = digits
    sources = (*column.sources, *((name, source) for name in fields))
    return column.model_copy(update=fields | {"sources": sources})


def _dated(column: Column, lines: Sequence[Target]) -> Column:
    """Give days a type, and ends as far beyond the quartiles as the median is within them."""
    fields: dict[str, object] = {} if column.type is not None else {"type": "date"}
    if column.range is None:
        reach = []
        for line in lines:
            q1, middle, q3 = (line.number(what) for what in _QUARTILES)
            if q1 is not None and middle is not None and q3 is not None:
                reach += [2 * q1.value - middle.value, 2 * q3.value - middle.value]
        if reach:
            fields["range"] = (_day(min(reach)), _day(max(reach)))
            fields["sources"] = (*column.sources, ("range", "guess"))
    return column.model_copy(update=fields)


def _day(value: float) -> str:
    return dt.date.fromordinal(_EPOCH + round(value)).isoformat()


def _digits(lines: Sequence[Target]) -> int:
    """Digits that quantiles were printed with; halves between whole numbers count as none."""
    places = [
        each
        for line in lines
        for each in line.numbers
        if each.what in ("median", "q1", "q3") and not line.date
    ]
    if all(2 * each.value == int(2 * each.value) for each in places):
        return 0
    finest = min((each.half for each in places if each.half > 0), default=0.5)
    return max(0, min(6, -math.floor(math.log10(2 * finest) + 1e-9)))


def _decimals(column: Column, concept: str | None) -> int | None:
    """Digits that the reference gives a column; None where it does not know it."""
    from synth_magic.blueprint.request import Request

    if concept is None or concept not in tables.load().variables:
        return None
    given = column if column.concept else column.model_copy(update={"concept": concept})
    read, _ = read_columns(Request(columns=(given,)), Population())
    return (read[0].decimals or 0) if read[0].variable is not None else None


# Facts ----------------------------------------------------------------------------------


def _facts(column: Column, lines: Sequence[Target], concept: str | None, done: Laid) -> Column:
    """Write lines as facts of a column."""
    values = [line for line in lines if line.value is not None]
    shares = [line for line in lines if line.number("share") is not None]
    if values:
        return _category(column, values, concept, done)
    if shares:
        share = shares[0].number("share")
        stated = Stated(probability=round(share.value, 9) if share is not None else None)
        whole = column.type == "integer"
        return column.model_copy(
            update={"stated": stated, "type": "integer" if whole else "boolean"}
        )
    return _numbers(column, lines)


def _numbers(column: Column, lines: Sequence[Target]) -> Column:
    said: dict[str, float] = {}
    for line in lines:
        for each in line.numbers:
            said.setdefault(each.what, each.value)
    date = any(line.date for line in lines)
    if "iqr" in said and "median" in said and "q1" not in said:
        said["q1"], said["q3"] = (said["median"] + sign * said["iqr"] / 2 for sign in (-1, 1))

    def place(what: str) -> float | int | str | None:
        value = said.get(what)
        if value is None:
            return None
        if date:
            return _day(value)
        return int(value) if value == int(value) and abs(value) < 1e9 else value

    q1, q3 = place("q1"), place("q3")
    sd = said.get("sd")
    stated = Stated(
        mean=place("mean"),
        sd=None if sd is None else (int(sd) if sd == int(sd) else sd),
        median=place("median"),
        quartiles=None if q1 is None or q3 is None else (q1, q3),
    )
    fields: dict[str, object] = {"stated": stated}
    low, high = place("low"), place("high")
    if column.range is None and (low is not None or high is not None):
        fields["range"] = (low, high)
    return column.model_copy(update=fields)


def _category(column: Column, lines: Sequence[Target], concept: str | None, done: Laid) -> Column:
    said: dict[str, float] = {}
    for line in lines:
        share = line.number("share")
        if share is not None:
            said.setdefault(str(line.value), share.value)
    if column.type == "boolean" or column.zero_one or set(said) <= {"yes", "no"}:
        yes = said.get("yes", said.get("1"))
        part = yes if yes is not None else 1 - next(iter(said.values()))
        kind = "integer" if column.type == "integer" else "boolean"
        return column.model_copy(
            update={"stated": Stated(probability=round(part, 9)), "type": kind}
        )
    total = math.fsum(said.values())
    values = column.values or (_known(concept, said) if total < 1 - _ROUNDING else tuple(said))
    open_ = [value for value in values if value not in said]
    complete = any(value.casefold() == "other" for value in said) or bool(column.values)
    if not open_ and not complete and total < 1 - _ROUNDING:
        values, open_ = (*said, "other"), ["other"]
        what = f"{column.name}: {1 - total:.0%} are none of its published values, called other"
        done.notes.append(note(("targets", lines[0].line), what))
    if not open_ and total > 0:
        said = {value: round(share / total, 9) for value, share in said.items()}
    fields: dict[str, object] = {
        "values": tuple(values) or tuple(said),
        "stated": Stated(probabilities=tuple(said.items())),
    }
    if column.type is None:
        fields["type"] = "category"
    return column.model_copy(update=fields)


def _known(concept: str | None, said: Mapping[str, float]) -> tuple[str, ...]:
    """Values that the reference knows, where all that were published are among them."""
    known = tables.load().variables.get(concept or "")
    if known is None or not known.values or not set(said) <= set(known.values):
        return tuple(said)
    return tuple(known.values)
