"""How well scores order what they are about: AUC with its error, C-index."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.real.bands import Array

Truth = NDArray[np.bool_]


def midranks(values: Array) -> Array:
    """Ranks from 1, ties share their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    upto = np.cumsum(counts)
    return np.asarray((upto - (counts - 1) / 2)[inverse.reshape(-1)])


def auc(truth: Truth, scores: Array) -> float:
    """Share of pairs (yes, no) in which yes scores higher, ties counted half.

    NaN when one of them does not occur.
    """
    many = int(truth.sum())
    rest = len(truth) - many
    if not many or not rest:
        return math.nan
    return float((midranks(scores)[truth].sum() - many * (many + 1) / 2) / (many * rest))


def auc_variance(truth: Truth, scores: Array) -> float:
    """Variance of an AUC (DeLong and others, Biometrics 1988); NaN below two of a kind."""
    yes, no = scores[truth], scores[~truth]
    if len(yes) < 2 or len(no) < 2:
        return math.nan
    whole = midranks(scores)
    above = (whole[truth] - midranks(yes)) / len(no)
    below = 1 - (whole[~truth] - midranks(no)) / len(yes)
    return float(above.var(ddof=1) / len(yes) + below.var(ddof=1) / len(no))


def c_index(times: Array, events: Truth, risks: Array) -> float:
    """Harrell's C: share of usable pairs in which the earlier event had the higher risk.

    A pair is usable when the earlier time is an event; equal times count when only one
    of them is an event, equal risks count half (Harrell and others, JAMA 1982).

    Parameters
    ----------
    times, events, risks
        Shape (n,).
    """
    usable = agreed = 0.0
    for place in np.flatnonzero(events):
        later = (times > times[place]) | ((times == times[place]) & ~events)
        usable += int(later.sum())
        other = risks[later]
        agreed += int((other < risks[place]).sum()) + 0.5 * int((other == risks[place]).sum())
    return agreed / usable if usable else math.nan
