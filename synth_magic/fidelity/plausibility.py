"""Whether values could be those of living people, and of the people described.

Limits are the reference's physiological ones.  What is usual is the reference's
own law of the column in such people, from its 0.1 % to its 99.9 % quantile.
Where the description itself states otherwise that is said, and blamed on nobody:
the law is the user's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from synth_magic.errors import Problem, note, warning
from synth_magic.fidelity.compare import Comparison, share_test
from synth_magic.fidelity.departures import (
    complete_tally,
    count_beyond,
    count_impossible,
    departure,
    digits_of,
    furthest_level,
    impossible_by_law,
    in_unit,
    law_of,
    near_share,
    stated_by,
    usual_ends,
)
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.measure import Measured
from synth_magic.fidelity.report import Figure, Headline, Section, Verdict
from synth_magic.fidelity.tally import Tally, share_interval
from synth_magic.fidelity.usual import Usual

if TYPE_CHECKING:
    from synth_magic.fidelity.reference import Reference

#: Share of the usual values; the other 0.2 % lie beyond them.
USUAL = 0.998


def tests(table: Measured, reference: Reference) -> dict[str, Comparison]:
    """Compare the share of unusual values with that of the large draw.

    Parameters
    ----------
    table
        The table, measured.
    reference
        The large draw.
    """
    found = {}
    for item in reference.usual:
        own, other = _both(item, table, reference)
        if item.law is None or own is None or other is None or not own.n or not other.n:
            continue
        ends = usual_ends(item)
        test = share_test(count_beyond(own, ends), own.n, count_beyond(other, ends), other.n)
        if test.size > 0:
            found[_key(item)] = test
    return found


def section(
    table: Measured, law: Law, reference: Reference, rejected: frozenset[str] | None
) -> Section | None:
    """Put each column that the reference knows beside what it expects.

    Parameters
    ----------
    table
        The table, measured.
    law
        Its blueprint.
    reference
        The large draw.
    rejected
        Names of the tests that the table fails; None where it is not graded.
    """
    found = [
        figure
        for item in reference.usual
        for figure in _figures(item, table, law, reference, rejected)
    ]
    if not found:
        return None
    lead = (
        "Values against physiological limits, and against what the clinical reference expects "
        "in such people. What you stated otherwise is your law, and no fault of the table."
    )
    return Section("plausibility", "Plausibility", tuple(found), lead)


def headline(shown: Section, graded: bool) -> Headline:
    """Count the columns that are as the reference expects."""
    title = "Plausibility"
    if not graded:
        return Headline("plausibility", title, "not graded", "changed after it was drawn", None)
    worst: dict[str, Verdict] = {}
    for figure in shown.figures:
        name = figure.column or ""
        worst[name] = max(worst.get(name, "as expected"), figure.verdict, key=_ORDER.index)
    kept = sum(verdict == "as expected" for verdict in worst.values())
    unlikely = sum(verdict == "unlikely" for verdict in worst.values())
    yours = len(worst) - kept - unlikely
    good = False if unlikely else True if not yours else None
    detail = "columns as the reference expects"
    detail += f", {yours} as you stated otherwise" if yours else ""
    return Headline("plausibility", title, f"{kept} of {len(worst)}", detail, good)


_ORDER: tuple[Verdict, ...] = ("as expected", "as stated", "unlikely")


def notes(law: Law, reference: Reference) -> tuple[Problem, ...]:
    """Say where the user's own figures are far from what the reference expects, or impossible."""
    found = []
    for item in reference.usual:
        path = ("columns", item.column.name)
        said = departure(item, law, reference)
        if said is not None and stated_by(item) == "user":
            found.append(note(path, said))
        impossible = impossible_by_law(item, law, reference)
        if impossible is not None and stated_by(item, impossible=True) == "user":
            found.append(warning(path, impossible, "Give it a range"))
    return tuple(found)


# Figures --------------------------------------------------------------------------


def _figures(
    item: Usual,
    table: Measured,
    law: Law,
    reference: Reference,
    rejected: frozenset[str] | None,
) -> Iterator[Figure]:
    own, other = _both(item, table, reference)
    if own is None or other is None or not own.n or not other.n:
        return
    if item.limits is not None:
        yield _possible(item, item.limits, own, other, law, rejected is not None)
    if item.law is not None:
        yield _spread(item, own, other, law, reference, rejected)
    elif item.shares is not None:
        yield _share(item, item.shares, own, other, law, reference, rejected is not None)


def _possible(
    item: Usual, limits: tuple[float, float], own: Tally, other: Tally, law: Law, graded: bool
) -> Figure:
    count = count_impossible(item, limits, own, law)
    allowed = count_impossible(item, limits, other, law)
    verdict: Verdict = "as expected"
    sentence = "Every value is one that living people have."
    if count:
        verdict = _blame(item, impossible=True) if allowed else "unlikely"
        sentence = "No living person has such values"
        sentence += f"; {law_of(item)} makes them." if allowed else "."
    return Figure(
        f"{item.column.name}, possible values",
        item.column.name,
        float(count),
        None,
        limits,
        verdict if graded else "not graded",
        sentence,
        stated=0.0,
        law=float(allowed),
        form="outside",
        axis="number",
        unit=item.column.unit,
        decimals=digits_of(item, law),
        source="reference",
    )


def _spread(
    item: Usual,
    own: Tally,
    other: Tally,
    law: Law,
    reference: Reference,
    rejected: frozenset[str] | None,
) -> Figure:
    ends = usual_ends(item)
    inside, expected = 1 - count_beyond(own, ends) / own.n, 1 - count_beyond(other, ends) / other.n
    said = departure(item, law, reference)
    low, high = (in_unit(item, end, law) for end in ends)
    verdict: Verdict = "as expected"
    sentence = f"Of such people 99.8 % have {low} to {high}."
    if rejected is None:
        verdict = "not graded"
    elif _key(item) in rejected:
        verdict = "unlikely"
        sentence = f"More values than the law makes lie beyond {low} to {high}."
    elif said is not None:
        verdict = _blame(item)
        sentence = f"{said}."
    name = f"{item.column.name}, usual values"
    return _figure(item, name, inside, own, verdict, sentence, USUAL, expected)


def _share(
    item: Usual,
    shares: Mapping[int, float],
    own: Tally,
    other: Tally,
    law: Law,
    reference: Reference,
    graded: bool,
) -> Figure:
    place = furthest_level(shares, complete_tally(item, reference))
    said = departure(item, law, reference)
    verdict: Verdict = "not graded"
    if graded:
        verdict = "as expected" if said is None else _blame(item)
    column = item.column
    value = own.count(float(place)) / own.n
    expected = other.count(float(place)) / other.n
    level = "" if column.type == "boolean" else f" = {column.levels[place]}"
    name = f"{'' if place or level else 'no '}{column.name}{level}"
    sentence = f"{said or near_share(shares[place], complete_tally(item, reference), place)}."
    name = f"{name} in such people"
    return _figure(item, name, value, own, verdict, sentence, shares[place], expected)


def _figure(
    item: Usual,
    name: str,
    value: float,
    own: Tally,
    verdict: Verdict,
    sentence: str,
    stated: float,
    law: float,
) -> Figure:
    return Figure(
        name,
        item.column.name,
        value,
        share_interval(round(value * own.n), own.n),
        None,
        verdict,
        sentence,
        stated=stated,
        law=law,
        form="share",
        source="reference",
    )


def _blame(item: Usual, *, impossible: bool = False) -> Verdict:
    return "as stated" if stated_by(item, impossible=impossible) == "user" else "unlikely"


def _both(item: Usual, table: Measured, reference: Reference) -> tuple[Tally | None, Tally | None]:
    cell = (item.column.name, None)
    return table.tallies.get(cell), reference.seen.tallies.get(cell)


def _key(item: Usual) -> str:
    return f"usual\0{item.column.name}"
