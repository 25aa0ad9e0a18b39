"""A whole law moved by a piecewise linear map, so that one of its quantiles meets a figure.

The map goes through the edited quantile, through those that stay, and through
the ends of the range; beyond its last anchor it shifts, or stretches about the
lower end where there is one.  So the law stays in order and within its range.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Column, Distribution
from synth_magic.laws import Marginal
from synth_magic.laws.positions import position, text_of

Array = NDArray[np.float64]

#: Shares at which a law that is no table is read.
_SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_QUARTILES = (0.25, 0.5, 0.75)
#: How much a half may shrink or grow before an unpinned quartile moves with the median.
_ROOM = 0.5
#: Beside a quartile that the figure comes nearer to than this part of the old distance, it moves.
_NEAR = 0.1
_STEEPEST = 5.0


@dataclass(frozen=True, slots=True)
class Ends:
    """Lower and upper end of a column's axis; infinite where open."""

    low: float
    high: float


def moved(
    part: Distribution,
    law: Marginal,
    column: Column,
    ends: Ends,
    p: float,
    to: float,
    pinned: Collection[float] = (),
) -> dict[float, float]:
    """Give the quantiles of the law that has its quantile `p` at `to`.

    Parameters
    ----------
    part
        The stated distribution: quantiles are moved one by one, others read off the law.
    law
        Its law.
    column, ends
        Its column, and the ends of its axis.
    p, to
        The edited quantile, within the ends.
    pinned
        Probabilities of quantiles that the user stated; they stay where order lets them.

    Returns
    -------
    dict
        Probability to place, rising in both.
    """
    table = _table(part, law, column)
    at = float(law.ppf(p))
    kept = _kept(law, p, at, to, pinned)
    low = _lower(table, ends, column, to)
    pairs = {at: to, **{place: place for place in kept.values()}}
    if math.isfinite(low):
        pairs.setdefault(low, low)
    if math.isfinite(ends.high):
        pairs.setdefault(ends.high, ends.high)
    x = np.array(sorted(pairs))
    y = np.array([pairs[place] for place in x.tolist()])
    still = {place for place in (ends.low, ends.high) if place == at}
    found = {
        q: place if place in still else _mapped(place, x, y, low)
        for q, place in (table | kept).items()
    }
    return _in_order(_rounded(found), p, to, ends)


def _table(part: Distribution, law: Marginal, column: Column) -> dict[float, float]:
    if part.quantiles is None:
        return {p: float(law.ppf(p)) for p in _SHARES}
    path = ("columns", column.name)
    return {float(p): position(at, column.type, path) for p, at in part.quantiles}


def _kept(
    law: Marginal, p: float, at: float, to: float, pinned: Collection[float]
) -> dict[float, float]:
    """Choose the quartiles (and pinned quantiles) that stay where they are."""
    found: dict[float, float] = {}
    for q in sorted({*_QUARTILES, *pinned} - {p}):
        place = float(law.ppf(q))
        before, after = place - at, place - to
        if before == 0 or before * after <= 0 or (q < p) != (before < 0):
            continue
        ratio = after / before
        least = 0.0 if q in pinned else (_ROOM if p == 0.5 else _NEAR)
        if ratio > least and (q in pinned or p != 0.5 or ratio < 1 / _ROOM):
            found[q] = place
    return found


def _lower(table: Mapping[float, float], ends: Ends, column: Column, to: float) -> float:
    """Find the end about which the law stretches: the range's, or 0 for what is positive."""
    if math.isfinite(ends.low) or column.type in ("date", "datetime"):
        return ends.low
    return 0.0 if min(*table.values(), to) > 0 else -math.inf


def _mapped(place: float, x: Array, y: Array, low: float) -> float:
    if place < x[0]:
        return float(y[0] + (place - x[0]))
    if place > x[-1]:
        steep = 1.0
        if y[-1] != x[-1] and math.isfinite(low) and x[-1] > low:
            steep = min(max((y[-1] - low) / (x[-1] - low), 1 / _STEEPEST), _STEEPEST)
        return float(y[-1] + steep * (place - x[-1]))
    return float(np.interp(place, x, y))


def _rounded(found: Mapping[float, float]) -> dict[float, float]:
    """Leave the digits that mean something, and all where some would meet by rounding."""
    places = set(found.values())
    width = max(places) - min(places)
    digits = 12 if width <= 0 else min(12, max(0, 4 - math.floor(math.log10(width))))
    if len({round(place, digits) for place in places}) < len(places):
        return dict(found)
    return {q: round(place, digits) for q, place in found.items()}


def _in_order(found: Mapping[float, float], p: float, to: float, ends: Ends) -> dict[float, float]:
    """Put the edited quantile among the others, all within the ends and rising."""
    result: dict[float, float] = {}
    last = ends.low
    for q in sorted({*found, p}):
        place = to if q == p else min(found[q], ends.high)
        place = min(place, to) if q < p else max(place, to)
        last = result[q] = max(place, last)
    return result


def written_table(
    table: Mapping[float, float], column: Column, p: float, said: float | int | str
) -> tuple[tuple[float, float | int | str], ...]:
    """Write places as a blueprint states them.

    Parameters
    ----------
    table
        Probability to place.
    column
        The column.
    p, said
        The quantile that stands as it was typed.
    """
    return tuple(
        (q, said if q == p else _plain(text_of(place, column.type))) for q, place in table.items()
    )


def _plain(place: float | str) -> float | int | str:
    whole = isinstance(place, float) and place.is_integer() and abs(place) < 1e15
    return int(place) if whole else place
