"""Standardised mean differences between groups, and how large chance makes them.

A difference between groups is measured in standard deviations, which no number of rows
makes larger; but random groups differ too, and small ones by much.  Every figure has
therefore its chance band: what 95% of random groups of these sizes stay below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Group = TypeVar("Group")
_LEVEL = 0.95
#: Share of a difference that may lie where neither group varies before it counts as endless.
_OUTSIDE = 1e-9


def numbers(mean: float, sd: float, other_mean: float, other_sd: float) -> float:
    """Give the standardised difference of two means.

    Parameters
    ----------
    mean, sd
        Of one group, the SD with n - 1.
    other_mean, other_sd
        Of the other.

    Returns
    -------
    float
        |difference| over the root of the mean of both variances; infinite where means
        differ and nothing varies, NaN where an SD is unknown.

    References
    ----------
    Austin PC. Statistics in Medicine 2009;28:3083-3107.
    """
    return _over(abs(mean - other_mean), (sd**2 + other_sd**2) / 2)


def proportions(share: float, other: float) -> float:
    """Give the standardised difference of two proportions (Austin 2009).

    Parameters
    ----------
    share, other
        From 0 to 1.
    """
    return _over(abs(share - other), (share * (1 - share) + other * (1 - other)) / 2)


def categories(counts: Sequence[float] | Array, other: Sequence[float] | Array) -> float:
    """Give the standardised difference of two distributions over several levels.

    Parameters
    ----------
    counts, other
        How often each level occurs in either group, shape (k,).

    Returns
    -------
    float
        Mahalanobis distance of the shares with the mean of both multinomial
        covariances; for two levels the same as `proportions`.  NaN for an empty group,
        infinite where the groups share no level.

    References
    ----------
    Yang D, Dalton JE. A unified approach to measuring the effect size between two
    groups. SAS Global Forum 2012, paper 335.
    """
    one, two = np.asarray(counts, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if not (one.sum() > 0 and two.sum() > 0):
        return math.nan
    one, two = one / one.sum(), two / two.sum()
    held = (one + two) > 0
    # All levels are kept in place of all but one: the pseudo-inverse gives the same
    # distance whichever would be left out, and holds where a covariance is singular.
    one, two = one[held], two[held]
    apart = one - two
    spread = (np.diag(one + two) - np.outer(one, one) - np.outer(two, two)) / 2
    sizes, axes = np.linalg.eigh(spread)
    along = (axes.T @ apart) ** 2
    varies = sizes > max(float(sizes.max()), 1.0) * 1e-12
    if along[~varies].sum() > _OUTSIDE * max(float(along.sum()), 1e-300):
        return math.inf
    return math.sqrt(float((along[varies] / sizes[varies]).sum()))


def largest(groups: Sequence[Group], between: Callable[[Group, Group], float]) -> float:
    """Give the largest of the differences between any two groups; NaN where none is known.

    Parameters
    ----------
    groups
        What is known of each group.
    between
        Gives the difference of two.
    """
    found = [between(one, other) for one, other in combinations(groups, 2)]
    return max((value for value in found if not math.isnan(value)), default=math.nan)


def chance(sizes: Sequence[int], df: int = 1, level: float = _LEVEL) -> float:
    """Give what the share `level` of random groups stay below.

    Parameters
    ----------
    sizes
        Rows of each group, two or more.
    df
        1 for numbers and proportions, levels less one for categories.
    level
        From 0 to 1.

    Returns
    -------
    float
        For two groups ``sqrt(q (1/n1 + 1/n2))`` with `q` the quantile of the chi-square
        law with `df` degrees of freedom; for more the bound at which the chances of all
        pairs add up to ``1 - level`` (at most some 3% above the exact one).  NaN without
        two groups that have rows.
    """
    wide = _spreads(sizes)
    if not wide or df < 1:
        return math.nan
    low, high = 0.0, math.sqrt(float(special.chdtri(df, (1 - level) / len(wide))) * max(wide))
    if len(wide) == 1:
        return high
    for _ in range(60):
        middle = (low + high) / 2
        beyond = sum(float(special.chdtrc(df, middle**2 / each)) for each in wide)
        low, high = (middle, high) if beyond > 1 - level else (low, middle)
    return high


def beyond(limit: float, sizes: tuple[int, int], df: int = 1) -> float:
    """Give the share of random pairs of groups that differ by more than `limit`.

    Parameters
    ----------
    limit
        A standardised difference: 62% of random groups of 50 differ by more than 0.1.
    sizes, df
        As of `chance`.
    """
    wide = _spreads(sizes)
    return float(special.chdtrc(df, limit**2 / wide[0])) if wide else math.nan


def _spreads(sizes: Sequence[int]) -> list[float]:
    """Give 1/n + 1/m of each pair: the variance of a difference in units of the SD."""
    held = [size for size in sizes if size > 0]
    return [1 / one + 1 / other for one, other in combinations(held, 2)]


def _over(apart: float, variance: float) -> float:
    if variance > 0:
        return apart / math.sqrt(variance)
    return math.nan if math.isnan(variance + apart) else math.inf if apart > 0 else 0.0
