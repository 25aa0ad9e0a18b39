"""The facts that a blueprint states about its columns, one by one.

Means and SDs are taken as written; where a family is stated by other
parameters, as the schema shows it: quartiles of quantiles and lognormal laws,
mean and SD of the rest, each of the law within its range.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from synth_magic.blueprint.model import Blueprint, Column, Distribution, Source, Stated
from synth_magic.errors import SynthDataError
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.report import Form
from synth_magic.laws import Marginal
from synth_magic.laws.positions import bounds, position

What = Literal["mean", "sd", "quantile", "share", "missing", "outside", "survival"]
_DAY = 86400.0
_QUARTILES = ((0.25, "lower quartile"), (0.5, "median"), (0.75, "upper quartile"))
_NAMES = dict(_QUARTILES)


@dataclass(frozen=True, slots=True)
class Fact:
    """One stated number.

    Parameters
    ----------
    what
        What it is.
    column
        The delivered column it is about.
    name
        In words, with the column: ``age, median``.
    stated
        The number: a place, an SD, a share.
    source
        Who stated it.
    at
        Which one: the probability of a quantile, the place of a level, the time of survival.
    group
        The value of the grouping column, where the fact is about one group.
    form
        How the number is to be read.
    axis
        How the ends of a range are to be read.
    band
        The range, for ``outside``.
    rounded
        Whether a mean or an SD is that of the column as delivered; else of the law before it.
    """

    what: What
    column: str
    name: str
    stated: float
    source: Source
    at: float = 0.0
    group: str | None = None
    form: Form = "number"
    axis: Form = "number"
    band: tuple[float, float] | None = None
    rounded: bool = False


def facts(law: Law) -> tuple[Fact, ...]:
    """All facts of a blueprint, those of each column together."""
    found: list[Fact] = []
    for column in law.blueprint.columns:
        if column.delivers:
            found += _column(column, law)
    for item in law.blueprint.missing:
        if any(item.column in column.delivers for column in law.blueprint.columns):
            name = f"{item.column}, missing"
            rate = float(item.rate)
            found.append(Fact("missing", item.column, name, rate, item.source, form="share"))
    return tuple(found)


def _column(column: Column, law: Law) -> Iterator[Fact]:
    names: set[str] = set()
    for fact in (*_said(column), *_drawn(column, law.marginal(column))):
        if fact.name not in names:
            names.add(fact.name)
            yield fact
    low, high = bounds(column)
    if (low is not None or high is not None) and column.type != "time_to_event":
        ends = (float("-inf") if low is None else low, float("inf") if high is None else high)
        source = column.source_of("range")
        name = f"{column.name}, range"
        yield Fact(
            "outside", column.name, name, 0.0, source, form="outside", axis=_form(column), band=ends
        )
    for time, share in column.survival or ():
        name = f"{column.name}, free of {column.event or 'the event'} at {time}"
        source = column.source_of("survival")
        yield Fact(
            "survival", column.name, name, float(share), source, at=float(time), form="share"
        )


def _said(column: Column) -> Iterator[Fact]:
    """Facts in the words in which somebody stated them."""
    if column.stated is None:
        return
    source = column.source_of("stated")
    stated = column.stated
    if stated.mean is not None:
        yield _mean(column, _place(stated.mean, column), source)
    if stated.sd is not None:
        yield _sd(column, float(stated.sd), source)
    for p, place in _quantiles_said(stated):
        yield _quantile(column, p, _place(place, column), source)
    yield from _shares(column, stated.probabilities, stated.probability, source)
    if stated.zero_share is not None:
        yield _zero(column, float(stated.zero_share), source)


def _quantiles_said(stated: Stated) -> Iterator[tuple[float, float | str]]:
    if stated.median is not None:
        yield 0.5, stated.median
    if stated.quartiles is not None:
        yield 0.25, stated.quartiles[0]
        yield 0.75, stated.quartiles[1]
    for p, place in stated.quantiles or ():
        if 0 < p < 1:
            yield float(p), place


def _drawn(column: Column, law: Marginal | None) -> Iterator[Fact]:
    """Facts of the distribution from which the column is drawn."""
    if column.distribution is None or law is None:
        return
    source = column.distribution.source
    if column.distribution.groups is None:
        yield from _single(column, column.distribution, law, source)
        return
    inner = dict(law.groups)
    for value, part in column.distribution.groups:
        if value in inner:
            for fact in _single(column, part, inner[value], source):
                name = fact.name.replace(column.name, f"{column.name} ({value})", 1)
                yield replace(fact, name=name, group=value)


def _single(column: Column, stated: Distribution, law: Marginal, source: Source) -> Iterator[Fact]:
    if stated.probabilities is not None or stated.probability is not None:
        yield from _shares(column, stated.probabilities, stated.probability, source)
        return
    if stated.zero_share is not None:
        yield _zero(column, float(stated.zero_share), source)
    elif stated.normal is not None:
        yield _mean(column, _place(stated.normal.mean, column), source)
        yield _sd(column, float(stated.normal.sd), source)
        return
    elif stated.quantiles is not None or stated.lognormal is not None:
        listed = [float(p) for p, _ in stated.quantiles or ()] if source == "user" else []
        for p in (*(p for p, _ in _QUARTILES), *(p for p in listed if 0.01 <= p <= 0.99)):
            yield _quantile(column, p, float(law.ppf(p)), source)
        return
    elif stated.uniform is not None:
        yield _quantile(column, 0.5, law.median, source)
        return
    if stated.exponential is not None:
        yield _mean(column, float(stated.exponential.mean), source)
    else:
        yield _mean(column, law.mean, source, rounded=False)
    sd = law.sd / (_DAY if column.type == "datetime" else 1.0)
    yield _sd(column, sd, source, rounded=False)


def _form(column: Column) -> Form:
    return column.type if column.type in ("date", "datetime") else "number"


def _mean(column: Column, value: float, source: Source, *, rounded: bool = True) -> Fact:
    name = f"{column.name}, mean"
    return Fact("mean", column.name, name, value, source, form=_form(column), rounded=rounded)


def _sd(column: Column, value: float, source: Source, *, rounded: bool = True) -> Fact:
    """SDs are compared in the unit of the axis: seconds for datetimes."""
    value *= _DAY if column.type == "datetime" else 1.0
    form: Form = "seconds" if column.type == "datetime" else "number"
    name = f"{column.name}, SD"
    return Fact("sd", column.name, name, value, source, form=form, rounded=rounded)


def _quantile(column: Column, p: float, value: float, source: Source) -> Fact:
    name = f"{column.name}, {_NAMES.get(p, f'{100 * p:g} % quantile')}"
    return Fact("quantile", column.name, name, value, source, at=p, form=_form(column))


def _zero(column: Column, share: float, source: Source) -> Fact:
    return Fact("share", column.name, f"{column.name} = 0", share, source, form="share")


def _shares(
    column: Column,
    probabilities: tuple[tuple[str, float], ...] | None,
    probability: float | None,
    source: Source,
) -> Iterator[Fact]:
    if probability is not None:
        word = f"{column.name} = 1" if column.zero_one else column.name
        yield Fact("share", column.name, word, float(probability), source, at=1.0, form="share")
    if probabilities is None:
        return
    levels = column.levels
    total = sum(float(share) for _, share in probabilities) or 1.0
    if total < 1 and len(probabilities) < len(levels):
        total = 1.0  # shares of some values; the others have the rest
    for value, share in probabilities:
        at = float(levels.index(value)) if value in levels else _read(value)
        if at is not None:
            name = f"{column.name} = {value}"
            part = float(share) / total
            yield Fact("share", column.name, name, part, source, at=at, form="share")


def _read(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _place(value: float | str, column: Column) -> float:
    try:
        return position(value, column.type, ("columns", column.name))
    except SynthDataError:
        return float("nan")


# Sources --------------------------------------------------------------------------


def main_source(column: Column) -> Source | None:
    """Who says how a column is distributed; None where nothing of the kind is said."""
    for field in ("distribution", "formula", "survival", "pattern", "template"):
        if getattr(column, field) is not None:
            return column.source_of(field)
    return None


def source_counts(blueprint: Blueprint) -> Counter[str]:
    """How many distributions, ranges, effects, rules and missing rates each source states."""
    found: Counter[str] = Counter()
    for column in blueprint.columns:
        main = main_source(column)
        if main is not None:
            found[main] += 1
        if column.range is not None:
            found[column.source_of("range")] += 1
    found.update(effect.source for effect in blueprint.effects)
    found.update(rule.source for rule in blueprint.rules)
    found.update(missing.source for missing in blueprint.missing)
    return found
