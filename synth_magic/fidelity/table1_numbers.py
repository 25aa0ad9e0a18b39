"""The numbers of Table 1: moments, quartiles, which of them to show, follow-up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.tally import Tally, marked, tally

Array = NDArray[np.float64]
#: See `skewed`.
SKEW = 0.2
_SKEW_ERROR = 1.04
_DIGITS = 6
_LARGE = 1e15


@dataclass(frozen=True, slots=True)
class Moments:
    """What is known of a number in one group; NaN where too few values are.

    Parameters
    ----------
    n
        Values that are not missing.
    mean, sd
        The SD with n - 1.
    q1, median, q3
        By linear interpolation of order statistics (type 7 of Hyndman and Fan, American
        Statistician 1996;50:361-365), as in R, NumPy and pandas.
    """

    n: int
    mean: float
    sd: float
    q1: float
    median: float
    q3: float


def counted(values: Array, decimals: int | None) -> Tally:
    """Count the values of a number.

    Parameters
    ----------
    values
        Shape (n,), NaN where missing.
    decimals
        Digits behind the point, None where values were not rounded.
    """
    return tally(values, 0.0 if decimals is None else 10.0 ** -min(decimals, _DIGITS))


def moments(found: Tally) -> Moments:
    """Give mean, SD and quartiles."""
    q1, median, q3 = (_quantile(found, p) for p in (0.25, 0.5, 0.75))
    return Moments(found.n, found.mean, found.sd, q1, median, q3)


def _quantile(found: Tally, p: float) -> float:
    if not found.n:
        return math.nan
    place = (found.n - 1) * p
    low = math.floor(place)
    ranks = np.array([low, min(low + 1, found.n - 1)])
    below, above = found.values[np.searchsorted(found.cumulative, ranks, side="right")]
    return float(below + (place - low) * (above - below))


def skewed(found: Tally) -> bool:
    """Say whether the median and quartiles tell more than the mean and SD.

    Readers take mean (SD) for a normal law: as many rows below ``mean - 1.28 SD`` as above
    ``mean + 1.28 SD``.  So the tails that hold a tenth each are compared, ``K = (q90 + q10 -
    2 q50) / (q90 - q10)`` (Kelley's skewness), with quantiles of the mid-distribution (Ma,
    Genton and Parzen, Ann Inst Stat Math 2011;63:227-243), since those of whole numbers jump.
    A lognormal law with an SD of a third of its mean has ``|K|`` = 0.2.  ``K`` of normal
    values has an error of 1.04 / sqrt(n); with few rows, two of them must be exceeded.

    Parameters
    ----------
    found
        The values.

    Returns
    -------
    bool
        Also false where both quartiles are one value, of which [q1-q3] would say nothing.
    """
    here = moments(found)
    if found.n < 3 or not here.q3 > here.q1:
        return False
    middle = (found.cumulative - found.counts / 2) / found.n
    q10, q50, q90 = np.interp((0.1, 0.5, 0.9), middle, found.values)
    kelley = (q90 + q10 - 2 * q50) / (q90 - q10)
    return bool(abs(kelley) > max(SKEW, 2 * _SKEW_ERROR / math.sqrt(found.n)))


def follow_up(times: Array, events: Array, step: float = 0.0) -> float:
    """Give the median follow-up by the reverse Kaplan-Meier estimate.

    Parameters
    ----------
    times
        How long each row was followed, shape (n,), without missing values.
    events
        1 where the event ended it, 0 where it was cut off.
    step
        Distance of neighbouring times, 0 where it is not known.

    Returns
    -------
    float
        The first time at which no more than half are still followed, events counted as
        cut off; NaN where it is not reached.

    References
    ----------
    Schemper M, Smith TL. Controlled Clinical Trials 1996;17:343-346.
    """
    ends, cut = marked(times, events < 1, step)
    at_risk = ends.counts[::-1].cumsum()[::-1]
    still = np.cumprod(1 - cut / at_risk)
    reached = np.flatnonzero(still <= 0.5 + 1e-12)
    return float(ends.values[reached[0]]) if len(reached) else math.nan


# In words ---------------------------------------------------------------------------


def number(value: float, digits: int) -> str:
    """Write a number: 1,250 or −0.08; — for NaN, ∞ for infinity.

    Parameters
    ----------
    value
        Any float.
    digits
        Behind the point.
    """
    if not math.isfinite(value):
        return "—" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:,.{digits}f}" if abs(value) < _LARGE else f"{value:.3g}"
    if not any(sign in text for sign in "123456789"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def mean_digits(decimals: int | None, sd: float, mean: float) -> int:
    """Give the digits of a mean and SD: those of the values, one for whole numbers.

    No more than three significant ones of the SD.

    Parameters
    ----------
    decimals
        Of the values, None where these were not rounded.
    sd, mean
        Of all rows; the mean counts where nothing varies.
    """
    enough = _three(sd if sd > 0 else mean)
    return enough if decimals is None else min(max(decimals, 1), enough)


def quartile_digits(decimals: int | None, shown: list[float], spread: float) -> int:
    """Give the digits of quartiles: those of the values, one where a whole number is halved.

    Parameters
    ----------
    decimals
        Of the values, None where these were not rounded.
    shown
        All quartiles of the row.
    spread
        q3 - q1 of all rows.
    """
    finite = [value for value in shown if math.isfinite(value)]
    if decimals is None:
        return _three(spread if spread > 0 else max(map(abs, finite), default=0.0))
    return decimals or int(any(value != round(value) for value in finite))


def _three(size: float) -> int:
    """Digits behind the point that give three significant ones."""
    if not (math.isfinite(size) and size != 0):
        return 0
    return min(max(2 - math.floor(math.log10(abs(size))), 0), _DIGITS)


def span(low: str, high: str) -> str:
    """Write an interval: 55–71, but −2 to 3."""
    return f"{low} to {high}" if "−" in low + high else f"{low}–{high}"
