"""Whether each stated effect is in the table, in the words in which it was said.

As with facts there are two steps: what the law makes of an effect, on the large
draw, and whether this table could be a draw of that law.  Both use the same
estimator, so what an estimator costs is on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from scipy import special

from synth_magic.errors import Path
from synth_magic.fidelity.compare import Comparison
from synth_magic.fidelity.effect_fits import MOST, Effects, Estimate, Scale
from synth_magic.fidelity.effect_missing import missing_terms, unseen
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.report import Figure, Headline, Section, Verdict
from synth_magic.fidelity.tally import Interval
from synth_magic.laws.effects import Term, terms
from synth_magic.laws.positions import unit_of_spread

if TYPE_CHECKING:
    from synth_magic.blueprint.model import Source
    from synth_magic.fidelity.reference import Reference

#: A deviation up to here is small: SDs of the child for one SD of the parent, or this share
#: of the effect itself where that is more.
SLOPE, TENTH = 0.05, 0.1
#: An effect of the law is missed beyond so many standard errors and this share of the margin:
#: an estimator on rounded values may be off by that.
_SURE, _APART = 4.5, 0.25
_TAIL = 0.005
_SHORT: Mapping[str, Verdict] = {"rows": "too few rows to tell", "events": "too few events"}
_ORDER: tuple[Verdict, ...] = (
    "as stated",
    "too few rows to tell",
    "too few events",
    "small miss",
    "poor",
    "reversed",
)
_SENTENCES: Mapping[Verdict, str] = {
    "as stated": "The effect differs from what was stated by no more than drawing rows does.",
    "too few rows to tell": "With so few rows even a large difference would look like chance.",
    "too few events": "Fewer than ten events a parameter, or a value that decides the outcome.",
    "small miss": "The difference is real, and small enough for most uses.",
    "poor": "The difference is real, and larger than the margin.",
    "reversed": "The effect runs the other way.",
    "assumption, not evidence": "The table keeps to a guess, which says nothing about patients.",
    "not graded": "The table was changed after it was drawn.",
}
_PLURALS = frozenset({"years", "months", "weeks", "days", "hours", "minutes", "seconds"})
_WORDS = {"odds_ratio": "odds ratio", "hazard_ratio": "hazard ratio"}


def tests(own: Effects, reference: Reference) -> dict[str, Comparison]:
    """Compare each effect of the table with that of the large draw.

    Parameters
    ----------
    own
        Effects in the table.
    reference
        The large draw.

    Returns
    -------
    dict
        By name of the effect's path; effects that neither side can tell are left out.
    """
    found = {}
    for path, estimate in own.estimates.items():
        law = reference.effects.estimates.get(path)
        if law is None or estimate.short or law.short:
            continue
        size = estimate.value - law.value
        error = math.hypot(estimate.error, law.error)
        freedom = estimate.freedom
        p = 2 * float(special.stdtr(freedom, -abs(size / error))) if error > 0 else 1.0
        half = _quantile(freedom) * error
        found[_key(path)] = Comparison(p, size, half, _margin(law))
    return found


def section(
    own: Effects,
    rows: int,
    law: Law,
    reference: Reference,
    compared: Mapping[str, Comparison],
    rejected: frozenset[str] | None,
) -> Section | None:
    """Put all effects of the blueprint that the table can show into figures.

    Parameters
    ----------
    own
        Effects in the table.
    rows
        Number of the table's rows.
    law
        Its blueprint.
    reference
        The large draw.
    compared
        As `tests` gave them.
    rejected
        Names of the tests that the table fails; None where it is not graded.
    """
    found = [
        _figure(term, own.estimates[term.path], rows, law, reference, compared, rejected)
        for term in (*terms(law.blueprint), *missing_terms(law.blueprint))
        if term.path in own.estimates
    ]
    if not found:
        return None
    found.sort(key=lambda figure: figure.source != "user")
    lead = (
        "Each effect as it was stated, with all other parents of its column in the model, "
        "from rows without a missing value"
    )
    lead += f", of {MOST:,} evenly spaced ones." if rows > MOST else "."
    hidden = unseen(law.blueprint)
    if hidden:
        lead += (
            f" Of {', '.join(hidden)} it cannot be seen on what the missing values depend: on"
            " themselves."
        )
    return Section("effects", "Effects", tuple(found), lead)


def headline(shown: Section, graded: bool) -> Headline:
    """Count the effects that are as stated; guesses are not counted."""
    if not graded:
        return Headline("effects", "Effects", "not graded", "changed after it was drawn", None)
    counted = [item for item in shown.figures if item.verdict != "assumption, not evidence"]
    kept = sum(item.verdict == "as stated" for item in counted)
    few = sum(item.verdict in _SHORT.values() for item in counted)
    detail = "effects as stated" + (f", {few} with too little to tell" if few else "")
    missed = len(counted) - kept - few
    good = None if kept == missed == 0 else not missed
    return Headline("effects", "Effects", f"{kept} of {len(counted)}", detail, good)


def _figure(
    term: Term,
    estimate: Estimate,
    rows: int,
    law: Law,
    reference: Reference,
    compared: Mapping[str, Comparison],
    rejected: frozenset[str] | None,
) -> Figure:
    expected = reference.effects.estimates[term.path]
    stated = _onto(term.size, estimate.scale)
    first = _first_step(expected, stated)
    verdict: Verdict = "not graded"
    if rejected is not None:
        second = _second_step(term, estimate, expected, compared, rejected)
        verdict = max(first, second, key=_ORDER.index)
        if verdict == "as stated" and term.source == "guess":
            verdict = "assumption, not evidence"
    sentence = _SENTENCES[verdict]
    if first != "as stated" and verdict == first:
        sentence = _cause(term, law, first)
    if estimate.rows < min(rows, MOST):
        sentence += f" {estimate.rows:,} of {min(rows, MOST):,} rows are complete."
    column = law.blueprint.column(term.child)
    days = term.word == "difference" and unit_of_spread(column.type) != 1.0
    return Figure(
        _name(term, law),
        term.child,
        _back(estimate.value, estimate.scale),
        _interval(estimate),
        _band(stated, expected, estimate.scale),
        verdict,
        sentence,
        stated=float(term.size),
        law=_back(expected.value, expected.scale),
        form="number",
        unit=_unit(term, law, days),
        decimals=_decimals(term, law),
        source=cast("Source", term.source),
    )


# Steps ----------------------------------------------------------------------------


def _margin(law: Estimate, stated: float | None = None) -> float:
    size = law.value if stated is None else stated
    least = SLOPE * law.unit if math.isfinite(law.unit) else 0.0
    return max(least, TENTH * abs(size))


def _first_step(law: Estimate, stated: float) -> Verdict:
    """Say whether the law keeps a stated effect at all."""
    if law.short or not math.isfinite(law.value):
        return "as stated"
    margin, size = _margin(law, stated), abs(law.value - stated)
    if size <= _SURE * law.error + _APART * margin:
        return "as stated"
    return "poor" if size - _quantile(law.freedom) * law.error > margin else "small miss"


def _second_step(
    term: Term,
    own: Estimate,
    law: Estimate,
    compared: Mapping[str, Comparison],
    rejected: frozenset[str],
) -> Verdict:
    name = _key(term.path)
    if name not in compared:
        return _SHORT.get(own.short or law.short, "too few rows to tell")
    verdict = compared[name].verdict(name in rejected)
    if verdict == "poor" and own.value * law.value < 0:
        ends = _ends(own)
        away = abs(law.value) > _quantile(law.freedom) * law.error
        if ends is not None and ends[0] * ends[1] > 0 and away:
            return "reversed"
    return verdict


def _cause(term: Term, law: Law, first: Verdict) -> str:
    rules = {i for name in (term.child, term.parent) for i in law.rules_of(name)}
    size = "far" if first == "poor" else "a little"
    if rules:
        named = " and ".join(law.blueprint.rules[index].text for index in sorted(rules)[:2])
        return f"The rule {named} moves it {size} from what was stated, whatever the rows."
    other = "Other effects, limits, missing values and rounding"
    return f"{other} move it {size} from what was stated, whatever the rows."


# Numbers --------------------------------------------------------------------------


def _key(path: Path) -> str:
    return "\0".join(("effect", *map(str, path)))


def _quantile(freedom: float) -> float:
    return -float(special.stdtrit(freedom, _TAIL)) if freedom >= 1 else math.inf


def _onto(size: float, scale: Scale) -> float:
    if scale == "log":
        return math.log(size)
    return math.atanh(size) if scale == "z" else float(size)


def _back(value: float, scale: Scale) -> float:
    if scale == "log":
        return math.exp(min(value, 700.0))
    return math.tanh(value) if scale == "z" else value


def _ends(estimate: Estimate) -> Interval | None:
    half = _quantile(estimate.freedom) * estimate.error
    if not math.isfinite(estimate.value) or not math.isfinite(half):
        return None
    return estimate.value - half, estimate.value + half


def _interval(estimate: Estimate) -> Interval | None:
    ends = _ends(estimate)
    if ends is None:
        return None
    return _back(ends[0], estimate.scale), _back(ends[1], estimate.scale)


def _band(stated: float, law: Estimate, scale: Scale) -> Interval:
    half = _margin(law, stated)
    return _back(stated - half, scale), _back(stated + half, scale)


# Words ----------------------------------------------------------------------------


def _name(term: Term, law: Law) -> str:
    """Name an effect as it was said: ``age → dead, odds ratio per 10 years``."""
    parent, child = law.blueprint.column(term.parent), law.blueprint.column(term.child)
    start = term.parent
    if term.level is not None and parent.type != "boolean" and not parent.zero_one:
        start = f"{term.parent} = {parent.levels[term.level]}"
    elif term.level == 0:
        start = f"{term.parent} = {parent.levels[0]}"
    end = term.child if term.aim is None else f"{term.child} = {child.levels[term.aim]}"
    end += " missing" if term.path[0] == "missing" else ""
    per = ""
    if term.scale == "raw":
        step = term.per / unit_of_spread(parent.type)
        unit = "days" if parent.type in ("date", "datetime") else parent.unit or ""
        per = f" per {step:g} {unit}".rstrip() if step != 1 or not unit else f" per {_one(unit)}"
    where = f" where {term.where}" if term.where else ""
    return f"{start} → {end}, {_WORDS.get(term.word, term.word)}{per}{where}"


def _one(unit: str) -> str:
    """Name one of a unit: ``year`` of years, ``1 mmHg``."""
    return unit.removesuffix("s") if unit in _PLURALS else f"1 {unit}"


def _unit(term: Term, law: Law, days: bool) -> str | None:
    if term.word == "beta":
        return "SD"
    if term.word != "difference":
        return None
    return "days" if days else law.blueprint.column(term.child).unit


def _decimals(term: Term, law: Law) -> int:
    if term.word == "difference":
        codec = law.codec(term.child)
        return 1 if codec is None else max(codec.decimals, 0) + 1
    near_one = term.word in _WORDS and abs(math.log(term.size)) < 0.1
    return 3 if near_one else 2
