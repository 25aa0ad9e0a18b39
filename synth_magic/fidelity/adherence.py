"""Whether the table is as stated, in two steps: stated -> law -> table.

The first step asks what rules, missing values and rounding make of a stated
fact, on a large draw and so the same for every number of rows.  The second
asks whether this table could be a draw of that law, at a rate that holds for
all tests of the table together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from synth_magic.blueprint.model import Column
from synth_magic.fidelity.compare import (
    LOCATION,
    SHARE,
    SPREAD,
    Comparison,
    column_tests,
    share_test,
    survival_test,
)
from synth_magic.fidelity.expected import NOTHING, estimate, lacking
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.measure import Cell, Measured
from synth_magic.fidelity.reference import Reference
from synth_magic.fidelity.report import Figure, Verdict
from synth_magic.fidelity.stated import Fact
from synth_magic.fidelity.tally import Interval, Tally, share_interval

_ORDER: tuple[Verdict, ...] = ("as stated", "too few rows to tell", "small miss", "poor")
_FINER = {"mean": 1, "sd": 2}
_GOOD = {
    "as stated": "This table differs from what was stated by no more than drawing rows does.",
    "too few rows to tell": "With so few rows even a large difference would look like chance.",
    "small miss": "The difference is real, and small enough for most uses.",
    "poor": "The difference is real, and larger than the margin.",
    "assumption, not evidence": "The table keeps to a guess, which says nothing about patients.",
    "not graded": "The table was changed after it was drawn.",
}


def figures(
    table: Measured,
    law: Law,
    reference: Reference,
    compared: Mapping[str, Comparison],
    rejected: frozenset[str] | None,
) -> tuple[Figure, ...]:
    """One figure a stated fact, the user's facts first.

    Parameters
    ----------
    table
        The table, measured.
    law
        Its blueprint.
    reference
        The large draw.
    compared
        As `tests` gave them.
    rejected
        Names of the tests that the table fails; None where it is not graded.
    """
    measured = {cell[0] for cell in table.tallies}
    found = [
        _figure(fact, table, law, reference, compared, rejected)
        for fact in reference.expected
        if fact.column in (table.curves if fact.what == "survival" else measured)
    ]
    return tuple(sorted(found, key=lambda figure: figure.source != "user"))


def _levels(law: Law, name: str) -> int:
    """How many values a category or boolean has; 0 for numbers and dates."""
    for column in law.blueprint.columns:
        if name == column.event:
            return 2
        if name == column.name:
            return len(column.levels)
    return 0


# Tests ----------------------------------------------------------------------------


def tests(table: Measured, law: Law, reference: Reference) -> dict[str, Comparison]:
    """Compare each column with that of the large draw.

    Parameters
    ----------
    table
        The table, measured.
    law
        Its blueprint.
    reference
        The large draw.

    Returns
    -------
    dict
        Every test by a name of its own.
    """
    found: dict[str, Comparison] = {}
    seen = reference.seen
    for cell, own in table.tallies.items():
        if cell in seen.tallies and not _by_groups(cell, table):
            for name, test in column_tests(own, seen.tallies[cell], _levels(law, cell[0])).items():
                found[_key(cell, name)] = test
    for fact in reference.expected:
        cell = (fact.column, None)
        if fact.what == "missing" and cell in table.tallies:
            own, other = table.tallies[cell], seen.tallies[cell]
            test = share_test(own.missing, table.rows, other.missing, seen.rows)
            found[_key(cell, "missing")] = test
        if fact.what == "survival" and fact.column in table.curves:
            curve, expected = table.curves[fact.column], seen.curves[fact.column]
            found[_key(cell, f"survival:{fact.at:g}")] = survival_test(curve, expected, fact.at)
    return found


def _by_groups(cell: Cell, table: Measured) -> bool:
    """Tell whether a pooled column is tested group by group instead."""
    return cell[1] is None and any(
        name == cell[0] and group is not None for name, group in table.tallies
    )


def _key(cell: Cell, name: str) -> str:
    return f"{cell[0]}\0{cell[1] or ''}\0{name}"


def _relevant(fact: Fact, compared: Mapping[str, Comparison]) -> list[tuple[str, Comparison]]:
    """Find the tests that a fact's verdict rests on, its own first."""
    cell = (fact.column, fact.group)
    if fact.what in ("missing", "survival"):
        name = fact.what if fact.what == "missing" else f"survival:{fact.at:g}"
        names = [_key(cell, name)]
    elif fact.what == "share":
        own = _key(cell, f"share:{fact.at:g}")
        names = [own] if own in compared else []
    else:
        first = {"mean": "location", "sd": "spread", "quantile": "location"}[fact.what]
        names = [_key(cell, first)]
        names += [_key(cell, "shape")] if fact.what == "quantile" else []
    prefix = _key(cell, "share:")
    if fact.what != "missing" and fact.what != "survival" and not any(n in compared for n in names):
        names = [name for name in compared if name.startswith(prefix)]
    elif fact.what in ("mean", "sd", "quantile"):
        names += [name for name in compared if name.startswith(prefix)]
    return [(name, compared[name]) for name in names if name in compared]


def _second_step(
    fact: Fact, compared: Mapping[str, Comparison], rejected: frozenset[str]
) -> Verdict:
    relevant = _relevant(fact, compared)
    if not relevant:
        return "too few rows to tell"
    found = [test.verdict(name in rejected) for name, test in relevant]
    bad = [verdict for verdict in found if verdict in ("small miss", "poor")]
    return max(bad, key=_ORDER.index) if bad else found[0]


# Figures --------------------------------------------------------------------------


def _figure(
    fact: Fact,
    table: Measured,
    law: Law,
    reference: Reference,
    compared: Mapping[str, Comparison],
    rejected: frozenset[str] | None,
) -> Figure:
    if fact.what == "outside":
        return _outside(fact, table.tallies[fact.column, None], law, rejected is not None)
    value, interval = _read(fact, table, reference)
    expected, first = reference.expected[fact]
    verdict: Verdict
    if rejected is None:
        verdict = "not graded"
    else:
        verdict = max(first, _second_step(fact, compared, rejected), key=_ORDER.index)
        if verdict == "as stated" and fact.source == "guess":
            verdict = "assumption, not evidence"
    column = _column(law, fact.column)
    return Figure(
        fact.name,
        fact.column,
        value,
        interval,
        _band(fact, reference),
        verdict,
        _cause(fact, law, first) if first != "as stated" else _GOOD[verdict],
        stated=fact.stated,
        law=expected,
        form=fact.form,
        unit=None if column is None else column.unit,
        decimals=_decimals(law, fact),
        source=fact.source,
    )


def _read(fact: Fact, table: Measured, reference: Reference) -> tuple[float, Interval | None]:
    """Value in the table and its 99% interval."""
    if fact.what == "survival":
        curve = table.curves[fact.column]
        return curve.at(fact.at)[0], curve.interval(fact.at)
    if fact.what == "missing":
        blank, rows = lacking(fact, table)
        return blank / rows if rows else math.nan, share_interval(blank, rows)
    own = table.tallies.get((fact.column, fact.group), NOTHING)
    return estimate(fact, own), _interval(fact, own, reference.complete[fact.column, fact.group])


def _interval(fact: Fact, own: Tally, law: Tally) -> Interval | None:
    if fact.what == "mean":
        return own.mean_interval()
    if fact.what == "sd":
        return own.sd_interval(law.kurtosis)
    if fact.what == "quantile":
        return own.quantile_interval(fact.at)
    return share_interval(own.count(fact.at), own.n)


def _band(fact: Fact, reference: Reference) -> Interval | None:
    """Where a value counts as near what was stated."""
    p = fact.stated
    if not math.isfinite(p):
        return None
    if fact.form == "share":
        half = SHARE * math.sqrt(max(p * (1 - p), 0.0))
        return max(p - half, 0.0), min(p + half, 1.0)
    if fact.what == "sd":
        return (1 - SPREAD) * p, (1 + SPREAD) * p
    half = LOCATION * reference.complete[fact.column, fact.group].sd
    return p - half, p + half


def _outside(fact: Fact, own: Tally, law: Law, graded: bool) -> Figure:
    low, high = fact.band or (-math.inf, math.inf)
    codec = law.codec(fact.column)
    slack = 1e-6 * codec.step if codec is not None else 0.0
    beyond = int(own.counts[(own.values < low - slack) | (own.values > high + slack)].sum())
    verdict: Verdict = "as stated" if not beyond else "poor"
    if not graded:
        verdict = "not graded"
    column = _column(law, fact.column)
    return Figure(
        fact.name,
        fact.column,
        float(beyond),
        None,
        fact.band,
        verdict,
        "Every value lies within the range." if not beyond else "These rows leave the range.",
        stated=0.0,
        law=0.0,
        form="outside",
        axis=fact.axis,
        unit=None if column is None else column.unit,
        decimals=_decimals(law, fact),
        source=fact.source,
    )


def _cause(fact: Fact, law: Law, first: Verdict) -> str:
    """Say what moves a stated fact before any row is drawn."""
    rules = [law.blueprint.rules[index].text for index in law.rules_of(fact.column)]
    size = "far" if first == "poor" else "a little"
    if rules:
        named = " and ".join(rules[:2]) + (f" and {len(rules) - 2} more" if rules[2:] else "")
        return f"The rule {named} moves it {size} from what was stated, whatever the rows."
    return f"Limits and rounding move it {size} from what was stated, whatever the rows."


def _column(law: Law, name: str) -> Column | None:
    return next((c for c in law.blueprint.columns if name in (c.name, c.event)), None)


def _decimals(law: Law, fact: Fact) -> int | None:
    """Digits to show: a mean is finer than the values it is made of, an SD finer still."""
    codec = law.codec(fact.column)
    return None if codec is None else max(codec.decimals, 0) + _FINER.get(fact.what, 0)
