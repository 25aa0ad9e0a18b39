"""What a description says of variables, written into their columns."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from synth_magic.blueprint.model import Column, Position, Rule, Stated
from synth_magic.errors import Problem, SpecError, note
from synth_magic.reading import spelling
from synth_magic.reading.columns import measure
from synth_magic.reference import lookup, pins, tables
from synth_magic.reference.schema import Measure, ReadColumn, Reading, Told, Variable

#: From here on a bare number may be meant in another unit than the column's.
FAR = 1.5


def pin(reading: Reading) -> Reading:
    """Let the columns take up what the prose says of their variables.

    What a column's own line says stands.  What no column takes up is unread, and an absent
    condition cuts the measurements by which it is diagnosed.

    Parameters
    ----------
    reading
        With its columns.
    """
    columns = {read.column.name: read for read in reading.columns}
    by_time = sorted(columns.items(), key=lambda item: bool(item[1].time))
    first = {read.variable: name for name, read in reversed(by_time)}
    used: list[str] = []
    left: list[str] = []
    for fact in reading.told:
        name = fact.column or first.get(fact.variable)
        taken = None if name is None else _taken(columns[name], fact)
        if taken is None or name is None:
            left.append(fact.text)
        else:
            columns[name] = taken
            used.append(fact.text)
    rules: list[Rule] = []
    notes: list[Problem] = []
    for absent in reading.absent:
        for variable, end in tables.load().conditions[absent].criteria.items():
            for name in [n for n, read in columns.items() if read.variable == variable]:
                columns[name], more, why = _cut(columns[name], end, absent)
                rules += more
                notes += () if why is None else (why,)
    return replace(
        reading,
        columns=tuple(columns.values()),
        line="; ".join(part for part in (reading.line, *used) if part),
        unread=(*reading.unread, *left),
        told=(),
        notes=(*reading.notes, *notes),
        rules=(*reading.rules, *rules),
    )


def _taken(read: ReadColumn, fact: Told) -> ReadColumn | None:
    """Write a fact into its column; None where the column's line says otherwise."""
    from synth_magic.cell import shorthand

    if read.column.distribution is not None or read.column.formula is not None:
        return None
    share = re.fullmatch(r"[\d.,]+%", fact.words) is not None
    if read.variable is None and share:
        return _had(read, fact)
    if read.variable is not None and not tables.load().variables[read.variable].number:
        return _shared(read, fact)
    try:
        said = shorthand.read(read.column.name, fact.words).column
    except SpecError:
        return None
    conversion = _conversion(read, said)
    if conversion is None or (said.stated is None and said.range is None):
        return None
    factor, offset = conversion
    column = read.column
    if said.range is not None:
        step = 10.0 ** -(column.decimals if column.decimals is not None else read.decimals or 0)
        low, high = (_end(end, factor, offset) for end in said.range)
        strict = fact.words.startswith(("<", ">")) and not fact.words.startswith(("<=", ">="))
        if strict and low is not None:
            low = _beyond(low, step)
        if strict and high is not None:
            high = -_beyond(-high, step)
        ends = _both(column.range or (None, None), (low, high))
        if ends is None:
            return None
        return replace(read, column=column.model_copy(update={"range": ends}))
    if said.stated is None or column.stated is not None:
        return None
    return replace(
        read, column=column.model_copy(update={"stated": _stated(said.stated, factor, offset)})
    )


def _both(
    there: tuple[Position | None, Position | None], said: tuple[float | None, float | None]
) -> tuple[Position | None, Position | None] | None:
    """Put ends where the column has none; None where it has one, or nothing would lie between."""
    if any(a is not None and b is not None for a, b in zip(there, said, strict=True)):
        return None
    low, high = (a if b is None else b for a, b in zip(there, said, strict=True))
    numbers = isinstance(low, (int, float)) and isinstance(high, (int, float))
    return None if numbers and low > high else (low, high)  # type: ignore[operator]


def _conversion(read: ReadColumn, said: Column) -> tuple[float, float] | None:
    """Find factor and offset from the unit of a fact to the column's; None where it is none.

    A bare number is in the column's unit, unless it lies far outside the law there and within
    it in another one; ages are in years.
    """
    if read.variable is None:
        stated, given = read.column.unit, said.unit
        known = stated is not None and given is not None
        return None if known and not spelling.same(str(stated), str(given)) else (1.0, 0.0)
    variable = tables.load().variables[read.variable]
    mine = Measure(read.factor, read.offset)
    theirs = None if said.unit is None else measure(variable, said.unit)
    if theirs is None:
        units = (Measure(), *variable.units.values())
        best = min(units, key=lambda unit: _far(said, variable, unit))
        own = _far(said, variable, mine)
        theirs = best if own > FAR and _far(said, variable, best) < own / 2 else mine
        if variable.id == "age":
            theirs = Measure()
    factor = mine.factor / theirs.factor
    return factor, mine.offset - theirs.offset * factor


def _far(said: Column, variable: Variable, unit: Measure) -> float:
    """How far a fact lies from the median, 1 where the general law all but ends."""
    rows = tables.load().laws[variable.id].quantiles
    if rows is None:
        return 0.0
    x = np.sort(rows.reshape(-1, rows.shape[-1]).mean(axis=0)) * unit.factor + unit.offset
    middle, stated = x[len(x) // 2], said.stated or Stated()
    places = (stated.mean, stated.median, *(said.range or ()))
    far = (
        (place - middle) / (x[-1] - middle)
        if place > middle
        else (middle - place) / (middle - x[0])
        for place in places
        if isinstance(place, (int, float))
    )
    return float(max(far, default=0.0))


def _end(end: Position | None, factor: float, offset: float) -> float | None:
    return None if end is None or isinstance(end, str) else _number(end, factor, offset)


def _number(value: float, factor: float, offset: float) -> float:
    if (factor, offset) == (1.0, 0.0):
        return value
    return float(f"{value * factor + offset:.6g}")


def _beyond(end: float, step: float) -> float:
    """Give the next value of a grid above an end."""
    found = round((math.floor(end / step + 1e-9) + 1) * step, 9)
    return int(found) if step >= 1 else found


def _stated(said: Stated, factor: float, offset: float) -> Stated:
    def place(value: Position | None) -> Position | None:
        return _end(value, factor, offset)

    spread = None if said.sd is None else _number(float(said.sd), factor, 0.0)
    quartiles = None
    if said.quartiles is not None:
        low, high = (place(end) for end in said.quartiles)
        quartiles = None if low is None or high is None else (low, high)
    return Stated(mean=place(said.mean), sd=spread, median=place(said.median), quartiles=quartiles)


def _shared(read: ReadColumn, fact: Told) -> ReadColumn | None:
    """Write a share of women, or of those who have something."""
    column, words = read.column, fact.words.rsplit(" ", 1)
    share = float(words[-1].rstrip("%").replace(",", ".")) / 100
    level = words[0] if len(words) > 1 else "yes"
    mine = {theirs: own for own, theirs in read.values}
    there = dict((column.stated or Stated()).probabilities or ())
    if level in mine and math.isclose(there.get(mine[level], -1), share):
        return read
    if column.stated is not None or not 0 <= share <= 1:
        return None
    boolean = tables.load().variables[str(read.variable)].type == "boolean"
    coded = column.type in ("integer", "boolean") or (column.type is None and boolean)
    if coded:
        upper = dict(read.values).get("1", dict(read.values).get("yes", "yes"))
        stated = Stated(probability=round(share if upper == level else 1 - share, 9))
        return replace(read, column=column.model_copy(update={"stated": stated}))
    if level not in mine:
        return None
    shares = [(mine[level], share)]
    if len(mine) == 2 and len(column.values or mine) == 2:
        other = next(own for own in mine.values() if own != mine[level])
        shares.append((other, round(1 - share, 9)))
    fields: dict[str, object] = {"stated": Stated(probabilities=tuple(shares))}
    if column.values is None and len(mine) > len(shares):
        fields["values"] = tuple(own for own, _ in read.values)
    return replace(read, column=column.model_copy(update=fields))


def _had(read: ReadColumn, fact: Told) -> ReadColumn | None:
    """Write a share into a yes/no column that the reference does not know."""
    column, share = read.column, float(fact.words.rstrip("%").replace(",", ".")) / 100
    binary = column.type == "integer" and column.range in ((0, 1), (0.0, 1.0))
    words = tables.load().lexicon["yes_words"]
    yes = [value for value in column.values or () if lookup.plain(value) in words]
    if column.stated is not None or not 0 <= share <= 1:
        return None
    fields: dict[str, object]
    if column.type == "boolean" or binary or (column.type is None and column == _bare(column)):
        fields = {"stated": Stated(probability=share), "type": column.type or "boolean"}
    elif len(yes) == 1 and len(column.values or ()) == 2:
        other = next(value for value in column.values or () if value not in yes)
        shares = ((yes[0], share), (other, round(1 - share, 9)))
        fields = {"stated": Stated(probabilities=shares)}
    else:
        return None
    return replace(read, column=column.model_copy(update=fields))


def _bare(column: Column) -> Column:
    """Give the column without any fact, with its name and description alone."""
    return Column(name=column.name, description=column.description, sources=column.sources)


def _cut(
    read: ReadColumn, end: float, condition: str
) -> tuple[ReadColumn, Sequence[Rule], Problem | None]:
    """Keep a column below the value from which on an absent condition is diagnosed."""
    column, limit = read.column, end * read.factor + read.offset
    digits = column.decimals if column.decimals is not None else read.decimals or 0
    high = -_beyond(-limit, 10.0**-digits)
    ends = column.range or (None, None)
    if isinstance(ends[1], (int, float)) and ends[1] <= high:
        return read, (), None
    label = tables.load().conditions[condition].label
    unit = f" {column.unit}" if column.unit else ""
    what = f"{column.name}: at most {high:g}{unit}, since nobody has {label}."
    told = note(("columns", column.name), what)
    if not pins.full(column) and not pins.partial(column):
        sources = column.sources
        if column.range is None:
            sources = (*sources, ("range", "reference"))
        fields: dict[str, object] = {"range": (ends[0], high), "sources": sources}
        return replace(read, column=column.model_copy(update=fields)), (), told
    from synth_magic.expressions import show_name

    text = f"{show_name(column.name)} <= {high:g}"
    return read, (Rule(text=text, source="reference"),), told
