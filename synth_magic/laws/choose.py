"""Which law the facts of a column of numbers, dates or times describe."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from synth_magic.laws.facts import Facts
from synth_magic.laws.guess import mean_alone, median_alone, range_alone, times
from synth_magic.laws.moments import NOT_BELOW_ZERO, Choice, by_moments
from synth_magic.laws.shapes import quartile_tails, three_moments
from synth_magic.laws.tails import with_tails

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
        return by_moments(facts, facts.mean, facts.sd)
    if facts.median is not None:
        return median_alone(facts, facts.median)
    if facts.mean is not None:
        return mean_alone(facts, facts.mean)
    return range_alone(facts)


def _three(facts: Facts, mean: float, sd: float, median: float) -> Choice:
    found = three_moments(mean, sd, median, facts.low, facts.high)
    if facts.low is not None or not facts.positive or found[0][1] > 0:
        return Choice("quantiles", quantiles=found)
    found = three_moments(mean, sd, median, 0.0, facts.high)
    return Choice("quantiles", quantiles=((0.0, 0.0), *found), guesses=(NOT_BELOW_ZERO,))


def _through(facts: Facts) -> Choice:
    given = dict(facts.quantiles)
    low = 0.0 if facts.low is None and facts.positive else facts.low
    body = tuple((p, x) for p, x in facts.quantiles if 0 < p < 1)
    if (facts.mean, facts.sd) != (None, None) and min(np.diff([x for _, x in body])) > 0:
        found = with_tails(body, low, facts.high, facts.mean, facts.sd)
        if found is not None:
            assumed = low is not None and facts.low is None
            return Choice("quantiles", quantiles=((0.0, 0.0), *found) if assumed else found)
    if set(given) == {0.25, 0.5, 0.75} and given[0.25] < given[0.5] < given[0.75]:
        given |= quartile_tails(given[0.25], given[0.5], given[0.75], low, facts.high)
    guesses: tuple[tuple[str, str], ...] = ()
    if low != facts.low and 0.0 not in given:
        (p, x), (q, y) = sorted(given.items())[:2]
        slope = (y - x) / float(ndtri(q) - ndtri(p)) if y > x else 0.0
        if x > 0 and x + slope * (FAR - float(ndtri(p))) < 0:
            given[0.0] = 0.0
            guesses = (NOT_BELOW_ZERO,)
    return Choice("quantiles", quantiles=tuple(sorted(given.items())), guesses=guesses)
