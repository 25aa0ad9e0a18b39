"""Tests of a table's column against the same column of a large draw.

Numeric columns are compared on normal scores of the large draw's distribution
function (mid-rank at ties), where location and spread of any law are those of
a normal one; shares by the exact binomial.  The large draw's own noise counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from synth_magic.fidelity.measure import normal_tail
from synth_magic.fidelity.tally import Z99, Tally, share_interval

if TYPE_CHECKING:
    from synth_magic.fidelity.measure import Kaplan
    from synth_magic.fidelity.report import Verdict

#: A deviation up to here is small: in SDs, as a share of the SD, and times sqrt(p (1 - p)).
LOCATION, SPREAD, SHARE = 0.1, 0.1, 0.05
#: sup |Fn - F| of a shift by LOCATION.
SHAPE = LOCATION / math.sqrt(2 * math.pi)
#: An interval that reaches further than this many margins tells nothing.
BLIND = 5.0
_FEW_LEVELS = 6
_HEAVY = 0.2
_KS99 = 1.6276  # 99% point of Kolmogorov's law


@dataclass(frozen=True, slots=True)
class Comparison:
    """A deviation and what is known of it.

    Parameters
    ----------
    p
        Two-sided p-value.
    size
        The deviation.
    half
        Half the width of its 99% interval.
    margin
        What counts as small.
    """

    p: float
    size: float
    half: float
    margin: float

    def verdict(self, rejected: bool) -> Verdict:
        """Say what is to be said, given whether the test was rejected at the table's rate."""
        if rejected:
            return "poor" if abs(self.size) - self.half > self.margin else "small miss"
        return "too few rows to tell" if self.half > BLIND * self.margin else "as stated"


#: Nothing was observed: nothing can be said.
UNKNOWN = Comparison(1.0, 0.0, math.inf, 1.0)


def column_tests(table: Tally, law: Tally, levels: int) -> dict[str, Comparison]:
    """Test one column (or of one group of it) by name.

    Parameters
    ----------
    table, law
        The column in the table and in the large draw.
    levels
        How many values a category or boolean has; 0 for numbers and dates.

    Returns
    -------
    dict
        ``share:<place>`` for each level; else ``location``, ``spread``, ``shape``, and
        ``share:<place>`` of a value that holds a fifth or more.
    """
    if not law.n:
        return {}
    if levels or len(law.values) <= _FEW_LEVELS:
        # Of two values one says it all, but beside a third that nobody stated.
        one = len(law.values) == 2 and bool(np.isin(table.values, law.values).all())
        places = law.values[1:] if one else law.values
        return {f"share:{place:g}": _level(table, law, float(place)) for place in places}
    heavy = int(np.argmax(law.counts))
    if law.counts[heavy] < _HEAVY * law.n:
        return _scores(table, law)
    place = float(law.values[heavy])
    found = {f"share:{place:g}": _level(table, law, place)}
    return found | _scores(table.without(place), law.without(place))


def _level(table: Tally, law: Tally, place: float) -> Comparison:
    return share_test(table.count(place), table.n, law.count(place), law.n)


def share_test(k: int, n: int, expected: int, of: int) -> Comparison:
    """Exact binomial test of a share against that of the large draw.

    Parameters
    ----------
    k, n
        How many of how many in the table.
    expected, of
        How many of how many in the large draw.  Its noise enters as fewer rows: n * of / (n + of).
    """
    p = (expected + 0.5) / (of + 1)
    margin = SHARE * math.sqrt(p * (1 - p))
    if not n:
        return Comparison(1.0, 0.0, math.inf, margin)
    worth = n * of / (n + of)
    seen = k / n * worth
    upper = float(special.betainc(seen, worth - seen + 1, p)) if seen > 0 else 1.0
    lower = float(special.betainc(worth - seen, seen + 1, 1 - p)) if seen < worth else 1.0
    low, high = share_interval(seen, worth) or (0.0, 1.0)
    return Comparison(min(1.0, 2 * min(upper, lower)), k / n - p, (high - low) / 2, margin)


def _scores(table: Tally, law: Tally) -> dict[str, Comparison]:
    n, of = table.n, law.n
    if n < 2 or len(law.values) < 2:
        return {"location": UNKNOWN, "spread": UNKNOWN, "shape": UNKNOWN}
    theirs = Tally(law.scores_of(table.values), table.counts)
    return {
        "location": _location(theirs, law.scores),
        "spread": _spread(theirs, law.scores),
        "shape": _shape(table, law, n * of / (n + of)),
    }


def _location(table: Tally, law: Tally) -> Comparison:
    error = math.sqrt(1 / table.n + 1 / law.n)
    size = (table.mean - law.mean) / law.sd
    return Comparison(normal_tail(size / error), size, Z99 * error, LOCATION)


def _spread(table: Tally, law: Tally) -> Comparison:
    """Variance ratio with the degrees of freedom of the scores' kurtosis (Box, Biometrika 1953)."""
    size = table.sd / law.sd - 1
    extra = max(law.kurtosis - 1, 0.1)
    one, two = 2 * (table.n - 1) / extra, 2 * (law.n - 1) / extra
    ratio = (1 + size) ** 2
    share = one * ratio / (one * ratio + two)
    lower = float(special.betainc(one / 2, two / 2, share))
    upper = float(special.betainc(two / 2, one / 2, 1 - share))
    half = Z99 * math.sqrt(extra / 4 * (1 / table.n + 1 / law.n))
    return Comparison(min(1.0, 2 * min(lower, upper)), size, half, SPREAD)


def _shape(table: Tally, law: Tally, worth: float) -> Comparison:
    """Two-sample Kolmogorov-Smirnov test (conservative at ties)."""
    gap = np.abs(table.cumulative / table.n - law.upto(table.values) / law.n).max()
    left = np.abs((table.cumulative - table.counts) / table.n - law.below(table.values) / law.n)
    size = float(max(gap, left.max()))
    root = math.sqrt(worth)
    p = float(special.kolmogorov((root + 0.12 + 0.11 / root) * size))
    return Comparison(p, size, _KS99 / root, SHAPE)


def survival_test(table: Kaplan, law: Kaplan, time: float) -> Comparison:
    """Survival at a time against that of the large draw, on the log-minus-log scale."""
    share, error = table.at(time)
    expected, noise = law.at(time)
    if not math.isfinite(noise) or math.isnan(share):
        return UNKNOWN
    if not math.isfinite(error):  # all or none are left: as many as are still watched tell
        rows, of = table.left(time), law.left(time)
        return share_test(round(share * rows), rows, round(expected * of), of)
    both = math.hypot(error, noise)
    z = (math.log(-math.log(share)) - math.log(-math.log(expected))) / both
    low, high = table.interval(time) or (0.0, 1.0)
    margin = SHARE * math.sqrt(expected * (1 - expected))
    return Comparison(normal_tail(z), share - expected, (high - low) / 2, margin)


def holm(p_values: Mapping[str, float], rate: float = 0.01) -> frozenset[str]:
    """Names of the tests that Holm's procedure (Scand J Stat 1979) rejects.

    Parameters
    ----------
    p_values
        By name.
    rate
        Chance that a table with nothing wrong has any rejection.
    """
    rejected: set[str] = set()
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    for index, (name, p) in enumerate(ordered):
        if p > rate / (len(ordered) - index):
            break
        rejected.add(name)
    return frozenset(rejected)
