"""Every stated distribution becomes one tabulated Marginal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from synth_magic.blueprint.model import Column, Distribution
from synth_magic.errors import Path
from synth_magic.laws import counts, forms
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.piecewise import survival
from synth_magic.laws.place import Place
from synth_magic.laws.positions import bounds
from synth_magic.laws.truths import truth

#: Shares may miss 1 by this much and are scaled.
SLACK = 0.01
#: Beside a share of zeros at least this much must round to something else.
LEAST_REST = 1e-6


def solve(column: Column, shares: Mapping[str, float] | None = None) -> Marginal:
    """Tabulate the stated law of a column, before rounding, rules and missing values.

    Parameters
    ----------
    column
        With a distribution, a survival curve, or (dates only) a range.
    shares
        Share of each value of the grouping column, where the law is stated ``by`` one.

    Returns
    -------
    Marginal
        Positions are numbers, 0, 1, 2 … along `values`, days (dates) or seconds (datetimes)
        since 1970-01-01, or the event time in the column's unit.

    Raises
    ------
    SpecError
        Where the facts cannot hold; its path leads to them.
    """
    path: Path = ("columns", column.name)
    low, high = bounds(column)
    if column.type == "time_to_event":
        low, high = 0.0, None
    place = Place(column, low, high, path)
    if column.survival is not None:
        return _survival(place.at("survival"))
    if column.distribution is None:
        if column.type in ("date", "datetime") and low is not None and high is not None:
            return forms.evenly(place.at("range"), low, high)
        raise place.fail(
            "it has no distribution", "State one, for instance mean and sd", "distribution"
        )
    return _distribution(column.distribution, place.at("distribution"), shares)


def _distribution(
    stated: Distribution, place: Place, shares: Mapping[str, float] | None
) -> Marginal:
    if stated.groups is None:
        return _single(stated, place)
    if stated.by is None:
        raise place.fail("groups are stated, but not by which column", "Add by: NAME", "by")
    parts = tuple(
        (value, _single(part, place.at("groups", value))) for value, part in stated.groups
    )
    weights = {value: 1.0 for value, _ in parts} if shares is None else dict(shares)
    absent = [value for value in weights if weights[value] > 0 and value not in dict(parts)]
    if absent:
        raise place.fail(
            f"nothing is stated for {stated.by} = {absent[0]}",
            f"Add {absent[0]} under groups",
            "groups",
        )
    parts = tuple(part for part in parts if part[0] in weights)
    return Marginal.pooled(parts, weights)


def _single(stated: Distribution, place: Place) -> Marginal:
    kind = stated.kind
    if kind is None:
        raise place.fail("the distribution is empty", "State one, for instance mean and sd")
    if kind == "groups":
        raise place.fail("groups stand within groups", "State one distribution for each group")
    if stated.zero_share is None:
        return _form(stated, kind, place)
    return _with_zeros(stated, kind, place)


def _form(stated: Distribution, kind: str, place: Place) -> Marginal:
    if place.column.type in ("category", "boolean") and kind not in (
        "probabilities",
        "probability",
    ):
        raise place.fail(
            f"a {place.column.type} column has shares, no {kind}",
            "Write probabilities: {value: share, …}",
            kind,
        )
    return _FORMS[kind](getattr(stated, kind), place.at(kind))


# Zeros ------------------------------------------------------------------------------


def _with_zeros(stated: Distribution, kind: str, place: Place) -> Marginal:
    share = float(stated.zero_share or 0.0)
    if not 0 <= share <= 1:
        raise place.fail(f"{share:g} is no share", "Write one from 0 to 1", "zero_share")
    if place.column.type not in ("integer", "number"):
        raise place.fail(
            f"a {place.column.type} column has no share of zeros", "Leave it out", "zero_share"
        )
    low, high = place.low, place.high
    if (low is not None and low > 0) or (high is not None and high < 0):
        raise place.fail(
            f"{share:.0%} zeros, but 0 is outside its range ({place.range_text()})",
            "Let the range include 0, or leave the share of zeros out",
            "zero_share",
        )
    if share == 1:
        return Marginal.of_points([0.0], [1.0])
    place = replace(place, zeros=True)
    gap = _gap(stated, kind, place)
    law = _beside(stated, kind, place, share, gap)
    # The whole column may be delivered with fewer decimals than its rest alone.
    further = _half_step(place.column, law)
    return law if further <= gap else _beside(stated, kind, place, share, further)


def _beside(stated: Distribution, kind: str, place: Place, share: float, gap: float) -> Marginal:
    """Put `share` zeros beside a form that keeps away from 0 by `gap`."""
    low, high = place.low, place.high
    positive = kind not in ("normal", "quantiles", "uniform") or (low is not None and low == 0)
    if stated.quantiles:
        lowest, start = stated.quantiles[0]
        positive |= lowest == 0 and not isinstance(start, str) and start >= 0
    if positive:
        rest = _form(stated, kind, replace(place, low=gap))
    elif high is not None and high == 0:
        rest = _form(stated, kind, replace(place, high=-gap))
    else:
        rest = _form(stated, kind, place)
    if float(rest.cdf(-gap)) + 1 - float(rest.below(gap)) < LEAST_REST:
        raise place.fail(
            "rounded, all of its values would be 0",
            "Give it more decimals, or leave the share of zeros out",
            "zero_share",
        )
    return _mixed(rest, share, gap)


def _gap(stated: Distribution, kind: str, place: Place) -> float:
    """Half a step of the delivered column: what lies nearer to 0 would be delivered as 0."""
    if kind in ("poisson", "negative_binomial"):
        return 1.0
    known = place.column.type == "integer" or place.column.decimals is not None
    return _half_step(place.column, None if known else _form(stated, kind, place))


def _half_step(column: Column, law: Marginal | None) -> float:
    from synth_magic.laws.codec import default_decimals

    return float(0.5 * 10.0 ** -default_decimals(column, law))


def _mixed(rest: Marginal, share: float, gap: float) -> Marginal:
    """`share` at 0 beside the rest, which keeps away from 0 by `gap`."""
    parts: list[tuple[float, Marginal]] = []
    under, over = float(rest.cdf(-gap)), 1 - float(rest.below(gap))
    if under > 0:
        parts.append((under, rest.restricted(None, -gap)))
    parts.append((share, Marginal.of_points([0.0], [1.0])))
    if over > 0:
        parts.append((over, rest.restricted(gap, None)))
    scale = (1 - share) / (under + over)
    x, F, done = [], [], 0.0
    for weight, part in parts:
        mass = share if part.x[0] == part.x[-1] == 0 else weight * scale
        x.append(part.x)
        F.append(done + mass * part.F)
        done += mass
    top = np.minimum(np.concatenate(F), 1.0)
    top[-1] = 1.0
    return Marginal(np.concatenate(x), top)


# Shares -----------------------------------------------------------------------------


def _probabilities(pairs: tuple[tuple[str, float], ...], place: Place) -> Marginal:
    named = place.column.type in ("category", "boolean")
    if place.column.type == "boolean":
        pairs = tuple((truth(value) or value, share) for value, share in pairs)
    names = place.column.levels
    stated = dict(pairs)
    for value, share in pairs:
        if named and value not in names:
            raise place.fail(
                f"'{value}' is none of its values ({', '.join(names)})",
                "Write shares for its values only",
                value,
            )
        if not 0 <= share <= 1 + SLACK:
            raise place.fail(f"{share:g} is no share", "Write one from 0 to 1", value)
    total = sum(stated.values())
    if abs(total - 1) > SLACK:
        raise place.fail(
            f"its shares add up to {total:.4g}, not 1", "Change them so that they add up to 1"
        )
    if named:
        masses = [float(stated.get(name, 0.0)) for name in names]
        return Marginal.of_points(np.arange(float(len(names))), masses)
    return _numbered(pairs, place)


def _numbered(pairs: tuple[tuple[str, float], ...], place: Place) -> Marginal:
    """Shares of numbers, such as the points of a score."""
    at: list[tuple[float, float]] = []
    for value, share in pairs:
        try:
            number = float(value)
        except ValueError:
            raise place.fail(
                f"'{value}' is no number", "Make the column a category, or write numbers", value
            ) from None
        outside = (place.low is not None and number < place.low) or (
            place.high is not None and number > place.high
        )
        if outside:
            raise place.fail(
                f"{value} is outside its range ({place.range_text()})", "Widen the range", value
            )
        at.append((number, float(share)))
    at.sort()
    return Marginal.of_points([number for number, _ in at], [share for _, share in at])


def _probability(share: float, place: Place) -> Marginal:
    if not 0 <= share <= 1:
        raise place.fail(f"{share:g} is no share", "Write one from 0 to 1")
    if place.column.type == "category" and len(place.column.values or ()) != 2:
        raise place.fail(
            "one share says nothing of several values", "Write probabilities: {value: share, …}"
        )
    if place.column.type not in ("boolean", "integer", "category"):
        raise place.fail(
            f"a {place.column.type} column has no single share", "Make it a boolean column"
        )
    return Marginal.of_points([0.0, 1.0], [1 - share, share])


def _survival(place: Place) -> Marginal:
    points = place.column.survival or ()
    t = np.array([float(time) for time, _ in points])
    s = np.array([float(share) for _, share in points])
    if not len(t) or (t <= 0).any() or (np.diff(t) <= 0).any():
        raise place.fail(
            "survival belongs to increasing times above 0",
            "Write survival: {365: 0.82, 1825: 0.55}",
        )
    if (s < 0).any() or (s > 1).any() or (np.diff(s) > 0).any() or (s[:-1] <= 0).any():
        raise place.fail(
            "survival falls from 1 towards 0 as time goes on",
            "Write survival: {365: 0.82, 1825: 0.55}",
        )
    if s[-1] >= 1:
        raise place.fail("nobody ever has the event", "State at least one survival below 1")
    return survival(t, s)


_FORMS: dict[str, Callable[[Any, Place], Marginal]] = {
    "normal": forms.normal,
    "lognormal": forms.lognormal,
    "gamma": forms.gamma,
    "beta": forms.beta,
    "exponential": forms.exponential,
    "weibull": forms.weibull,
    "uniform": forms.uniform,
    "quantiles": forms.quantiles,
    "poisson": counts.poisson,
    "negative_binomial": counts.negative_binomial,
    "probabilities": _probabilities,
    "probability": _probability,
}
