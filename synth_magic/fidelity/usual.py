"""What the clinical reference expects of a table's columns in the people it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from synth_magic.blueprint.model import Column
from synth_magic.blueprint.request import Request
from synth_magic.errors import SynthDataError
from synth_magic.fidelity.law import Law
from synth_magic.laws import Marginal, solve
from synth_magic.reference.schema import ReadColumn, Variable

#: These say who the people are, so the reference expects them as they are.
PEOPLE = ("age", "sex")


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """A column in such people.

    Parameters
    ----------
    column
        The blueprint's column.
    label
        What it measures, in the reference's words.
    limits
        Values beyond which no living person is, in the column's unit, or None.
    law
        Of a number, as delivered, or None.
    shares
        Of each value of a category, by its place in `levels`, or None.
    """

    column: Column
    label: str
    limits: tuple[float, float] | None
    law: Marginal | None
    shares: Mapping[int, float] | None


def usual_of(law: Law) -> tuple[Usual, ...]:
    """Read the blueprint's people and columns, and ask the reference for each.

    Parameters
    ----------
    law
        The blueprint.

    Returns
    -------
    tuple
        The columns that the reference knows; none where the description is of people whom it
        does not hold, such as children.
    """
    from synth_magic.reading import read
    from synth_magic.reference import expect, load

    blueprint = law.blueprint
    shown = tuple(column for column in blueprint.columns if law.codec(column.name) is not None)
    try:
        reading = read(Request(prose=blueprint.population or "", columns=shown))
        if reading.outside:
            return ()
        open_ = tuple(_open(item) for item in reading.columns)
        expected = expect(reading, open_, None, tuple(column.name for column in shown))
    except SynthDataError:
        return ()  # words that cannot be read say nothing of the people
    variables = load().variables
    filled = {column.name: column for column in expected.columns}
    found = []
    for item in reading.columns:
        variable = variables.get(item.variable or "")
        if variable is None or dict(item.column.sources).get("unit") == "guess":
            continue
        found.append(_usual(law, item, variable, filled[item.column.name]))
    return tuple(found)


def _open(item: ReadColumn) -> ReadColumn:
    """Forget what is stated of a column, except of those that say who the people are."""
    if item.variable is None or item.variable in PEOPLE:
        return item
    bare = item.column.model_copy(
        update={"distribution": None, "stated": None, "range": None, "formula": None}
    )
    return replace(item, column=bare)


def _usual(law: Law, item: ReadColumn, variable: Variable, filled: Column) -> Usual:
    column = law.blueprint.column(item.column.name)
    limits = None
    if variable.limits is not None:
        one, other = (end * item.factor + item.offset for end in variable.limits)
        limits = (min(one, other), max(one, other))
    if variable.id in PEOPLE or filled.distribution is None or _has_none(column):
        return Usual(column, variable.label, limits, None, None)
    if variable.number:
        return Usual(column, variable.label, limits, _rounded(law, filled), None)
    shares = dict(_shares(column, filled))
    return Usual(column, variable.label, None, None, shares or None)


def _has_none(column: Column) -> bool:
    """Whether some group has one value alone (no pack-years in never smokers)."""
    groups = () if column.distribution is None else column.distribution.groups or ()
    laws = [law.uniform for _, law in groups]
    return any(law is not None and law.low == law.high for law in laws)


def _rounded(law: Law, filled: Column) -> Marginal | None:
    codec = law.codec(filled.name)
    try:
        found = solve(filled)
    except SynthDataError:
        return None
    return found if codec is None else found.rounded(codec.step)


def _shares(column: Column, filled: Column) -> Iterator[tuple[int, float]]:
    """Places of the column's own levels and the shares that the reference gives them."""
    stated = filled.distribution
    levels = column.levels
    if stated is None or not levels:
        return
    if stated.probability is not None:
        yield 0, 1 - float(stated.probability)
        yield 1, float(stated.probability)
    for value, share in stated.probabilities or ():
        if value in levels:
            yield levels.index(value), float(share)
