"""Stated distributions: one form that fits the type, groups, shares, zeros."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from synth_magic.blueprint.axis import Axis
from synth_magic.blueprint.check_forms import FORMS
from synth_magic.blueprint.distribution import FAMILIES, Distribution
from synth_magic.blueprint.explain import EXAMPLES, listing, nearest, shown
from synth_magic.blueprint.model import Column
from synth_magic.errors import Path, Problem, problem

if TYPE_CHECKING:
    from synth_magic.blueprint.context import Context

#: Shares may miss 1 by this much; the laws scale them.
SLACK = 0.01
_COUNTS = ("poisson", "negative_binomial")
_SHARES = ("probabilities", "probability")


def problems(column: Column, axis: Axis, context: Context) -> Iterator[Problem]:
    """Find what is wrong with a column's distribution."""
    law = column.distribution
    if law is None:
        return
    path: Path = ("columns", column.name, "distribution")
    if (law.by is None) != (law.groups is None):
        absent, there = ("groups", "by") if law.groups is None else ("by", "groups")
        what = f"`{there}` is said without `{absent}`"
        yield problem(path, what, "Write `{by: sex, groups: {F: …, M: …}}`")
        return
    if law.groups is None:
        yield from _single(law, axis, path)
        return
    stated = [form for form in ("quantiles", *FAMILIES, *_SHARES) if getattr(law, form) is not None]
    if stated:
        what = f"A {stated[0]} for all stands beside the groups"
        yield problem((*path, stated[0]), what, "Keep one of the two")
    if law.zero_share is not None:
        what = "A share of zeros for all stands beside the groups"
        yield problem((*path, "zero_share"), what, "Say it within each group")
    yield from _groups(law, column, path, context)
    for key, part in law.groups:
        if part.groups is not None or part.by is not None:
            what = "Groups stand within groups"
            yield problem((*path, "groups", key), what, "State one distribution for each group")
        else:
            yield from _single(part, axis, (*path, "groups", key))
    kinds = {part.kind in _SHARES for _, part in law.groups if part.kind is not None}
    if len(kinds) > 1:
        what = "One group has shares, another a distribution of numbers"
        yield problem((*path, "groups"), what, "State all groups alike")


def _groups(law: Distribution, column: Column, path: Path, context: Context) -> Iterator[Problem]:
    name, groups = law.by or "", [key for key, _ in law.groups or ()]
    yield from _twice(groups, (*path, "groups"))
    by = context.columns.get(name)
    if by is None:
        yield context.unknown(name, (*path, "by"))
    elif by is column:
        yield problem((*path, "by"), f"`{name}` is grouped by itself", "Name another column")
    elif by.type not in ("category", "boolean") and not by.zero_one:
        what = f"`{name}` is of type {by.type}, so it has no groups"
        yield problem((*path, "by"), what, "Name a category or a boolean")
    else:
        other = [key for key in groups if by.levels and key not in by.levels]
        for key in other:
            yield unknown_value(by, key, (*path, "groups", key))
        absent = [key for key in by.levels if key not in groups]
        if absent and not other:
            what = f"Nothing is said for {name} = {listing(absent)}"
            yield problem((*path, "groups"), what, f"Add `{shown(absent[0])}: {{…}}`")


def unknown_value(column: Column, value: str, path: Path) -> Problem:
    """Complain of a value that a column does not have."""
    close = nearest(value, column.levels)
    mend = f"Did you mean `{close}`?" if close else f"It has: {listing(column.levels)}"
    return problem(path, f"`{column.name}` has no value `{shown(value)}`", mend)


def _twice(keys: list[str], path: Path) -> Iterator[Problem]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield problem(path, f"`{shown(key)}` is said {count} times", "Keep one")


# One form ------------------------------------------------------------------------------


def _single(law: Distribution, axis: Axis, path: Path) -> Iterator[Problem]:
    kind, column = law.kind, axis.column
    said = [form for form in ("quantiles", *FAMILIES, *_SHARES) if getattr(law, form) is not None]
    if kind is None:
        example = "probability: 0.22" if column.type == "boolean" else EXAMPLES["normal"]
        example = EXAMPLES["probabilities"] if column.type == "category" else example
        yield problem(path, "This distribution says nothing", f"Write `{example}`")
        return
    if len(said) > 1:
        what = f"Two distributions are said: {said[0]} and {said[1]}"
        yield problem((*path, said[1]), what, "Keep one of them")
        return
    wrong = _misfit(kind, column)
    if wrong is not None:
        what = f"`{kind}` does not fit a column of type {column.type}"
        yield problem((*path, kind), what, wrong)
        return
    if law.zero_share is not None:
        yield from _zeros(law.zero_share, axis, (*path, "zero_share"))
    yield from _CHECKS[kind](getattr(law, kind), axis, (*path, kind))


def _misfit(kind: str, column: Column) -> str | None:
    """Say what to write instead of a form that the column's type does not take."""
    if column.type == "category":
        return None if kind == "probabilities" else f"Write `{EXAMPLES['probabilities']}`"
    if column.type == "boolean":
        return None if kind == "probability" else "Write `probability: 0.22`, the share of yes"
    if kind == "probabilities":
        return "Write `type: category`, with `ordered: true` and `values` where they have an order"
    if kind == "probability":
        if column.type == "integer":
            return None
        return "Write `type: boolean`, or `type: integer` for 0 and 1"
    if kind in _COUNTS and column.type != "integer":
        return "Counts are whole numbers: write `type: integer`"
    if column.type in ("date", "datetime") and kind not in ("quantiles", "normal", "uniform"):
        return "Write `normal`, `uniform` or `quantiles` with dates, or a range alone"
    if column.type == "time_to_event" and kind == "beta":
        return "Write `survival`, or a distribution of positive numbers"
    return None


def _zeros(share: float, axis: Axis, path: Path) -> Iterator[Problem]:
    kind = axis.column.type
    if kind not in ("integer", "number") or axis.column.zero_one:
        what = f"A column of type {kind} has no share of zeros here"
        yield problem(path, what, "Leave `zero_share` out")
    elif not 0 <= share <= 1:
        yield problem(path, f"{share:g} is no share", "Write a number from 0 to 1")
    elif not axis.low <= 0 <= axis.high:
        what = f"{share:.0%} are 0, but the range is {axis.said}"
        yield problem(path, what, "Let the range include 0, or leave `zero_share` out")


# Shares ---------------------------------------------------------------------------------


def _probabilities(
    pairs: tuple[tuple[str, float], ...], axis: Axis, path: Path
) -> Iterator[Problem]:
    from synth_magic.blueprint.check_columns import value_problems

    column = axis.column
    keys = [key for key, _ in pairs]
    yield from _twice(keys, path)
    for key, share in pairs:
        if column.values and key not in column.values:
            yield unknown_value(column, key, (*path, key))
        elif column.values is None:
            yield from value_problems(key, (*path, key))
        if share < 0:
            what = f"The share of `{shown(key)}` is negative: {share:g}"
            yield problem((*path, key), what, "Write a share from 0 to 1")
    absent = [value for value in column.levels if value not in keys]
    if absent and set(keys) <= set(column.levels):
        what = f"No share is said for {listing(absent)}"
        yield problem(path, what, f"Add `{shown(absent[0])}: …`, 0 if it never occurs")
    total = math.fsum(share for _, share in pairs)
    if not absent and abs(total - 1) > SLACK:
        percent = abs(total - 100) <= 100 * SLACK
        mend = "Write shares, 0.44 instead of 44" if percent else "Let them add up to 1"
        yield problem(path, f"The shares add up to {total:.4g}, not to 1", mend)


def _probability(share: float, axis: Axis, path: Path) -> Iterator[Problem]:
    if not 0 <= share <= 1:
        mend = "Write a number from 0 to 1"
        if 1 < share <= 100:
            mend = f"Write `probability: {share / 100:g}` for {share:g}%"
        yield problem(path, f"{share:g} is no probability", mend)
    if axis.column.type == "integer" and axis.column.range not in (None, (0, 1)):
        what = f"A column of 0 and 1 cannot have the range {axis.said}"
        yield problem(("columns", axis.column.name, "range"), what, "Leave the range out")


_CHECKS: dict[str, Callable[..., Iterator[Problem]]] = {
    **FORMS,
    "probabilities": _probabilities,
    "probability": _probability,
}
