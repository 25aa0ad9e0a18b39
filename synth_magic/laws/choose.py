"""Which law the facts of a column of numbers, dates or times describe."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy.special import ndtri

from synth_magic.errors import SpecError
from synth_magic.laws.beside_zeros import share_of_whole
from synth_magic.laws.facts import Facts
from synth_magic.laws.grid import significant
from synth_magic.laws.guess import mean_alone, median_alone, range_alone, times
from synth_magic.laws.moments import NOT_BELOW_ZERO, Choice, by_moments
from synth_magic.laws.rootfinding import bisect
from synth_magic.laws.shapes import quartile_tails, three_moments
from synth_magic.laws.steps import cells, step_of, widest
from synth_magic.laws.tails import with_tails
from synth_magic.laws.written import law_of

#: Normal score beyond which an open tail may run below zero unseen (one value in 10,000).
FAR = -3.72


def chosen(facts: Facts) -> Choice:
    """Choose the law that the facts describe.

    Parameters
    ----------
    facts
        Possible ones, as `facts_of` checks.
    """
    if facts.column.type == "time_to_event":
        return times(facts)
    inner = [pair for pair in facts.quantiles if 0 < pair[0] < 1]
    if len(inner) >= 2:
        return _through(facts)
    if facts.mean is not None and facts.sd is not None:
        if facts.median is not None:
            return _three(facts, facts.mean, facts.sd, facts.median)
        if inner:
            return _through_one(facts, *inner[0])
        return by_moments(facts, facts.mean, facts.sd)
    if facts.median is not None:
        return median_alone(facts, facts.median)
    if inner:
        return _through_one(facts, *inner[0])
    if facts.mean is not None:
        return mean_alone(facts, facts.mean)
    return range_alone(facts)


def _three(facts: Facts, mean: float, sd: float, median: float) -> Choice:
    found = three_moments(mean, sd, median, facts.low, facts.high)
    if facts.low is not None or not facts.positive or found[0][1] > 0:
        return Choice("quantiles", quantiles=found)
    low = _floor(facts) or 0.0
    found = three_moments(mean, sd, median, low, facts.high)
    return Choice("quantiles", quantiles=((0.0, low), *found), guesses=(NOT_BELOW_ZERO,))


def _through_one(facts: Facts, share: float, x: float) -> Choice:
    """Choose the law whose quantile at `share`, not the median, is `x`."""
    mean, sd = facts.mean, facts.sd
    least, most = _reach(facts, x)
    if mean is not None and sd is not None:
        least, most = max(mean - 0.5 * sd, least), min(mean + 0.5 * sd, most)
    elif mean is not None:
        size = abs(mean - (facts.low or 0.0)) or 1.0
        least, most = 0.05 * size, 2 * size
        if facts.low is not None and facts.high is not None:
            most = min(most, 0.9 * widest(mean, facts.low, facts.high))

    def choice(free: float) -> Choice:
        if mean is None:
            return median_alone(facts, free)
        return by_moments(facts, mean, free) if sd is None else _three(facts, mean, sd, free)

    upto = share_of_whole(facts, share, x)

    def off(free: float) -> float:
        return float(law_of(choice(free), facts).ppf(upto)) - x

    least, most = _solvable(off, least, most), _solvable(off, most, least)
    if mean is not None and sd is not None:
        least, most = _bracket(off, least, most)
    return choice(float(significant(bisect(off, least, most, 40), 9)))


def _solvable(f: Callable[[float], float], end: float, other: float) -> float:
    """Move an end towards the other until there is a law."""
    for _ in range(40):
        try:
            f(end)
        except SpecError:
            end += 0.2 * (other - end)
        else:
            break
    return end


def _bracket(f: Callable[[float], float], least: float, most: float) -> tuple[float, float]:
    """Find neighbours of eight places between which `f`, which may turn, changes its sign."""
    places = np.linspace(least, most, 8).tolist()
    for left, right in pairwise((place, f(place)) for place in places):
        if (left[1] > 0) != (right[1] > 0):
            return left[0], right[0]
    return least, most


def _reach(facts: Facts, x: float) -> tuple[float, float]:
    """Return ends between which the median of a law through `x` lies."""
    low, high = _floor(facts), facts.high
    step = step_of(facts.column)
    if step is not None:
        low, high = cells(low, high, step)
    size = max(abs(x), abs(x - (low or 0.0)), 1e-9)
    least = x - 20 * size if low is None else low + 0.01 * (x - low)
    most = x + 20 * size if high is None else high - 0.01 * (high - x)
    return least, most


def _floor(facts: Facts) -> float | None:
    """Lower bound, stated or by good sense; beside zeros a step above 0."""
    if facts.low is not None or not facts.positive:
        return facts.low
    return (step_of(facts.column) or 0.0) if facts.zero_share is not None else 0.0


def _through(facts: Facts) -> Choice:
    given = dict(facts.quantiles)
    low = _floor(facts)
    body = tuple((p, x) for p, x in facts.quantiles if 0 < p < 1)
    if (facts.mean, facts.sd) != (None, None) and min(np.diff([x for _, x in body])) > 0:
        found = with_tails(body, low, facts.high, facts.mean, facts.sd)
        if found is not None:
            assumed = low is not None and facts.low is None
            return Choice("quantiles", quantiles=((0.0, low or 0.0), *found) if assumed else found)
    if set(given) == {0.25, 0.5, 0.75} and given[0.25] < given[0.5] < given[0.75]:
        given |= quartile_tails(given[0.25], given[0.5], given[0.75], low, facts.high)
    guesses: tuple[tuple[str, str], ...] = ()
    if low != facts.low and 0.0 not in given:
        (p, x), (q, y) = sorted(given.items())[:2]
        slope = (y - x) / float(ndtri(q) - ndtri(p)) if y > x else 0.0
        if low is not None and x > low and x + slope * (FAR - float(ndtri(p))) < low:
            given[0.0] = low
            guesses = (NOT_BELOW_ZERO,)
    return Choice("quantiles", quantiles=tuple(sorted(given.items())), guesses=guesses)
