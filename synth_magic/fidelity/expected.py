"""The first step of adherence: what the law makes of a stated fact.

Rules, missing values and limits move what was stated before any row is drawn;
a large draw shows by how much, the same for every number of rows.  What
rounding to the column's own grid does to a law that was stated by other figures
than its mean and SD is no miss while it stays small.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy import special

from synth_magic.fidelity.compare import LOCATION, SHARE, SPREAD
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.measure import Cell, Measured
from synth_magic.fidelity.report import Verdict
from synth_magic.fidelity.stated import Fact
from synth_magic.fidelity.tally import Z99, Tally

#: Standard errors beyond which a fact is missed; chance does so once in 150,000.
_SURE = 4.5
NOTHING = Tally(np.empty(0), np.empty(0, np.int64))


def expectation(
    fact: Fact, law: Law, seen: Measured, complete: Mapping[Cell, Tally]
) -> tuple[float, Verdict]:
    """Give a fact's value in the large draw, and whether it is as stated there.

    Parameters
    ----------
    fact
        The fact.
    law
        The blueprint it stands in.
    seen
        The large draw.
    complete
        Its tallies before values go missing.
    """
    if fact.what == "outside":
        return 0.0, "as stated"
    p = fact.stated
    if fact.what == "missing":
        blank, rows = lacking(fact, seen)
        if not rows:
            return math.nan, "as stated"
        size, error = blank / rows - p, math.sqrt(p * (1 - p) / rows)
        return blank / rows, _missed(size, error, SHARE * math.sqrt(p * (1 - p)))
    if fact.what == "survival":
        value, error = seen.curves[fact.column].at(fact.at)
        if not math.isfinite(error):
            return value, "as stated"
        spread = error * value * -math.log(value)
        return value, _missed(value - p, spread, SHARE * math.sqrt(p * (1 - p)))
    own = complete.get((fact.column, fact.group), NOTHING)
    if not own.n or not math.isfinite(p):
        return estimate(fact, own), "as stated"
    return estimate(fact, own), _missed(*_deviation(fact, own, law))


def estimate(fact: Fact, own: Tally) -> float:
    """Give a column's mean, SD, quantile or share; NaN where nothing was observed."""
    if fact.what == "mean":
        return own.mean
    if fact.what == "sd":
        return own.sd
    if fact.what == "quantile":
        return own.quantile(fact.at)
    return own.count(fact.at) / own.n if own.n else math.nan


def lacking(fact: Fact, table: Measured) -> tuple[int, int]:
    """How many values are missing, of how many rows in which the column applies."""
    rows = table.applies[fact.column]
    return table.tallies[fact.column, None].missing - (table.rows - rows), rows


def _missed(size: float, error: float, margin: float) -> Verdict:
    if abs(size) <= _SURE * error + 1e-9:
        return "as stated"
    return "poor" if abs(size) - Z99 * error > margin else "small miss"


def _deviation(fact: Fact, own: Tally, law: Law) -> tuple[float, float, float]:
    """How far the large draw is from what was stated, its SE, and the margin."""
    n, sd = own.n, own.sd
    if fact.what == "mean":
        grid = _rounding(fact, law)[0]
        margin = LOCATION * sd
        return _beyond(own.mean - fact.stated, grid, margin), sd / math.sqrt(n), margin
    if fact.what == "sd":
        if not sd > 0 or not fact.stated > 0:
            return 0.0, 0.0, SPREAD
        grid = _rounding(fact, law)[1] / fact.stated
        error = math.sqrt(max(own.kurtosis - 1, 0.1) / (4 * n))
        return _beyond(sd / fact.stated - 1, grid, SPREAD), error, SPREAD
    if fact.what == "quantile":
        codec = law.codec(fact.column)
        return _quantile(fact, own, 0.0 if codec is None else codec.step)
    p = fact.stated
    error = math.sqrt(p * (1 - p) / n)
    return own.count(fact.at) / n - p, error, SHARE * math.sqrt(p * (1 - p))


def _beyond(size: float, grid: float, margin: float) -> float:
    """Take from a deviation what rounding does, unless that alone is beyond the margin."""
    if abs(grid) > margin:
        return size
    return size - min(max(size, min(grid, 0.0)), max(grid, 0.0))


def _rounding(fact: Fact, law: Law) -> tuple[float, float]:
    """Say what rounding adds to a mean and an SD that are those of the law before it."""
    if fact.rounded:
        return 0.0, 0.0
    column = next(c for c in law.blueprint.columns if c.name == fact.column)
    stated, codec = law.marginal(column), law.codec(fact.column)
    if stated is not None and fact.group is not None:
        stated = dict(stated.groups).get(fact.group)
    if stated is None or codec is None:
        return 0.0, 0.0
    rounded = codec.law(stated)
    return rounded.mean - stated.mean, rounded.sd - stated.sd


def _quantile(fact: Fact, own: Tally, step: float) -> tuple[float, float, float]:
    """How far the stated place is from holding its share, after rounding to `step`."""
    p = fact.at
    upto = float(own.upto(np.array([fact.stated + 0.501 * step]))[0]) / own.n
    below = float(own.below(np.array([fact.stated - 0.501 * step]))[0]) / own.n
    size = max(below - p, 0.0) + min(upto - p, 0.0)
    density = math.exp(-0.5 * float(special.ndtri(p)) ** 2) / math.sqrt(2 * math.pi)
    return size, math.sqrt(p * (1 - p) / own.n), LOCATION * density
