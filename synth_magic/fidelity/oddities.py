"""What in a table is odd: more of it than its blueprint makes by chance.

Equal rows, values far outside a column's law, a category that got lost, a
column of one value, values that nobody stated.  What the blueprint itself
brings about is none: numbers that rules, groups, formulas or rounding repeat
are in the large draw too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synth_magic.blueprint.model import Column
from synth_magic.errors import Problem, note
from synth_magic.fidelity import repeats
from synth_magic.fidelity.law import Law, delivered
from synth_magic.fidelity.measure import Measured
from synth_magic.fidelity.report import Figure, Headline, Section, Verdict
from synth_magic.fidelity.tally import Tally
from synth_magic.laws import Marginal

if TYPE_CHECKING:
    from synth_magic.fidelity.reference import Reference

#: A value that this share of tables or fewer holds counts as far outside.
_RARE = 0.01
#: Rows below which nothing is said about last digits, and the share of zeros that is even.
_DIGITS, _EVEN = 100, 0.2
_PRESSURES = ("sbp", "dbp")


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that may be odd.

    Parameters
    ----------
    name
        In words: ``rows equal to another``.
    column
        The column it is about, if one.
    count
        How many rows show it.
    p
        Chance of so many under the blueprint; 0 where the blueprint cannot make it.
    expected
        How many are to be expected; None where that is not counted.
    odd, usual
        What it means when there are more than chance makes, and when not.
    """

    name: str
    column: str | None
    count: int
    p: float
    expected: float | None
    odd: str
    usual: str


def found(table: Measured, law: Law, reference: Reference) -> tuple[Oddity, ...]:
    """Look for everything that may be odd, each with its chance.

    Parameters
    ----------
    table
        The table, measured.
    law
        Its blueprint.
    reference
        The large draw.
    """
    return (_equal(table, reference), *_columns(table, law, reference))


def tests(oddities: tuple[Oddity, ...]) -> dict[str, float]:
    """Chance of each by a name of its own."""
    return {_key(item): item.p for item in oddities}


def section(
    oddities: tuple[Oddity, ...],
    rejected: frozenset[str] | None,
    table: Measured,
    law: Law,
) -> Section:
    """Put what is odd into figures, and what was looked for into the lead.

    Parameters
    ----------
    oddities
        As `found` gave them.
    rejected
        Names of the tests that the table fails; None where it is not graded.
    table
        The table, measured.
    law
        Its blueprint.
    """
    shown = [
        _figure(item, rejected)
        for item in oddities
        if item.column is None or rejected is None or _key(item) in rejected
    ]
    lead = (
        "Looked for: equal rows, values far outside their column's law, lost categories, "
        "columns of one value, values that nobody stated. Odd is what is more than chance makes."
    )
    lead += "".join(f" {said}" for said in _even(table, law))
    return Section("oddities", "Oddities", tuple(shown), lead)


def headline(shown: Section, graded: bool) -> Headline:
    """Count what is odd."""
    if not graded:
        return Headline("oddities", "Oddities", "not graded", "changed after it was drawn", None)
    odd = [figure for figure in shown.figures if figure.verdict == "unlikely"]
    named = " · ".join(figure.name for figure in odd[:2]) + (" …" if odd[2:] else "")
    detail = named or "beyond chance"
    return Headline("oddities", "Oddities", str(len(odd)), detail, not odd)


def _figure(item: Oddity, rejected: frozenset[str] | None) -> Figure:
    verdict: Verdict = "not graded"
    if rejected is not None:
        verdict = "unlikely" if _key(item) in rejected else "as expected"
    said = {"unlikely": item.odd, "as expected": item.usual}
    return Figure(
        item.name,
        item.column,
        float(item.count),
        None,
        None,
        verdict,
        said.get(verdict, "The table was changed after it was drawn."),
        law=item.expected,
        form="rows",
    )


def _key(item: Oddity) -> str:
    return f"odd\0{item.name}"


# What is looked for ---------------------------------------------------------------


def _equal(table: Measured, reference: Reference) -> Oddity:
    own, other = table.repeats, reference.seen.repeats
    # Of few columns nearly all rows are equal by chance; pairs tell more than rows.
    expected = repeats.expected(own.rows, other)
    count = own.extra
    rows = f"{count:,} of {own.rows:,} rows equal an earlier one"
    return Oddity(
        "equal rows",
        None,
        count,
        repeats.excess(own, other),
        # Equal in fewer columns is another thing than equal in all.
        _extra(own, expected) if table.tallies.keys() == reference.seen.tallies.keys() else None,
        f"{rows}; chance makes fewer.",
        f"{rows}, as many as chance makes." if count else "No two rows are equal.",
    )


def _extra(own: repeats.Repeats, pairs: float) -> float | None:
    """Rows equal to an earlier one, where these are nearly all single pairs."""
    return pairs if pairs < 0.25 * max(own.rows, 1) else None


def _columns(table: Measured, law: Law, reference: Reference) -> Iterator[Oddity]:
    for name, column, _ in delivered(law.blueprint):
        own, other = table.tallies.get((name, None)), reference.seen.tallies.get((name, None))
        if own is None or other is None or not other.n:
            continue
        yield from _missing(name, own, other, law)
        if not own.n:
            continue
        if column.levels and name == column.name:
            yield from _unstated(name, own)
        yield from _constant(name, own, other)
        if column.type == "category" and name == column.name:
            yield from _lost(column, own, other)
        elif column.formula is None and name == column.name and not column.levels:
            yield from _far(column, own, other, law, reference.rounded.get(name))


def _missing(name: str, own: Tally, other: Tally, law: Law) -> Iterator[Oddity]:
    """Missing or unreadable values where the blueprint makes none."""
    codec, count = law.codec(name), own.missing
    if other.missing or not count or codec is None:
        return
    p = 0.0
    if codec.nullable:  # as rare as none in the large draw: rows stand in any order
        rows, of = own.n + count, other.n
        p = math.exp(sum(math.log((rows - i) / (rows + of - i)) for i in range(min(count, 50))))
    what = f"{count:,} values of {name} are missing or cannot be read"
    yield Oddity(
        f"{name}, missing",
        name,
        count,
        p,
        0.0,
        f"{what}; nothing states that they may.",
        f"{what}, which chance may do.",
    )


def _unstated(name: str, own: Tally) -> Iterator[Oddity]:
    count = own.count(-1.0)
    if count:
        what = f"{count:,} values of {name} are none of its stated values."
        yield Oddity(f"{name}, unknown values", name, count, 0.0, 0.0, what, what)


def _constant(name: str, own: Tally, other: Tally) -> Iterator[Oddity]:
    if len(own.values) != 1 or len(other.values) == 1:
        return
    p = float(np.exp(own.n * np.log(other.counts / other.n)).sum())
    what = f"{name} holds one value only"
    usual = f"{what}, which so few rows may do."
    yield Oddity(f"{name}, one value", name, own.n, p, None, f"{what}.", usual)


def _lost(column: Column, own: Tally, other: Tally) -> Iterator[Oddity]:
    if len(own.values) == 1:
        return  # said already
    for place, level in enumerate(column.levels):
        share = other.count(float(place)) / other.n
        if not share or own.count(float(place)):
            continue
        p = math.exp(own.n * math.log1p(-min(share, 1 - 1e-12)))
        what = f"No row has {column.name} = {level}; about {share * own.n:,.0f} were to be expected"
        name = f"{column.name} = {level}, lost"
        usual = f"{what}, which chance may do."
        yield Oddity(name, column.name, 0, p, share * own.n, f"{what}.", usual)


def _far(
    column: Column, own: Tally, other: Tally, law: Law, rounded: Marginal | None
) -> Iterator[Oddity]:
    """Values that the column's own law makes in next to no table of so many rows."""
    codec = law.codec(column.name)
    if rounded is None or codec is None:
        return
    half = codec.step / 2
    # Rules and missing values that depend on something leave out some rows: what is left
    # may hold a tail more often, but no more often than by this factor.
    kept = 1.0 - min(sum(law.cost(index) for index in law.rules_of(column.name)), 0.9)
    for item in law.blueprint.missing:
        if item.column == column.name and item.depends_on is not None:
            kept *= max(1.0 - float(item.rate), 0.01)
    tails = np.minimum(rounded.cdf(own.values + half), 1.0 - rounded.below(own.values - half))
    chance = np.minimum(2 * own.n * np.maximum(tails, 0.0) / kept, 1.0)
    beyond = (own.values < other.values[0]) | (own.values > other.values[-1])
    far = (chance < _RARE) & beyond
    count = int(own.counts[far].sum())
    if not count:
        return
    most = own.values[far][np.argmin(chance[far])]
    what = f"{count:,} values of {column.name} lie far outside its law"
    what += f", the furthest at {most:g}" if codec.kind in ("integer", "number") else ""
    yield Oddity(
        f"{column.name}, far values",
        column.name,
        count,
        float(chance.min()),
        float(own.n * tails[far].max()),
        f"{what}.",
        f"{what}, which chance may do in so many columns.",
    )


# Notes ----------------------------------------------------------------------------


def absent(law: Law, present: frozenset[str]) -> tuple[Problem, ...]:
    """Name the columns that the table has lost.

    Parameters
    ----------
    law
        Its blueprint.
    present
        Names of the table's columns.
    """
    return tuple(
        note(("columns", column.name), f"{name} is not in the table")
        for name, column, _ in delivered(law.blueprint)
        if name not in present
    )


def _even(table: Measured, law: Law) -> Iterator[str]:
    """Say that blood pressures are not rounded as people round them: a word, no fault.

    64% of systolic and 59% of diastolic values in English general practice ended in 0
    (de Lusignan and others, J Hum Hypertens 2004;18:261-5).
    """
    zeros = {}
    for column in law.blueprint.columns:
        own = table.tallies.get((column.name, None))
        codec = law.codec(column.name)
        known = column.concept in _PRESSURES or column.name.casefold() in _PRESSURES
        if own is None or codec is None or not known or codec.decimals or own.n < _DIGITS:
            continue
        share = float(own.counts[own.values % 10 == 0].sum()) / own.n
        if column.unit in (None, "mmHg") and share < _EVEN:
            zeros[column.name] = f"{100 * share:.0f} % of {column.name}"
    if zeros:
        yield (
            f"{' and '.join(zeros.values())} end in 0; in doctors' notes six of ten do "
            "(de Lusignan et al., J Hum Hypertens 2004), so these look measured by a machine."
        )
