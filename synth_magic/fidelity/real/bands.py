"""What two samples of one population give: the band beside every figure.

Rows of both tables are pooled and dealt anew to two groups of the same sizes, 200
times.  The least and the greatest of 200 such figures hold the next one 199 times in
201: a band of 99% with no law assumed.  On large tables the rows are thinned evenly
and what was found is scaled by the root of the sizes, which is how these figures fall.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
PERMUTATIONS = 200
SEED = 20_240_229


@dataclass(frozen=True, slots=True)
class Sizes:
    """Groups that are dealt, and how much wider their figures spread.

    Parameters
    ----------
    one, other
        Rows of the groups.
    scale
        What turns a distance between such groups into one between the whole tables.
    """

    one: int
    other: int
    scale: float


def sizes(one: int, other: int, most: int) -> Sizes:
    """Thin two tables to at most `most` rows together, in proportion.

    Parameters
    ----------
    one, other
        Their rows.
    most
        Rows of both.
    """
    if one + other <= most:
        return Sizes(one, other, 1.0)
    first = min(max(round(most * one / (one + other)), 2), one)
    second = min(max(most - first, 2), other)
    return Sizes(first, second, math.sqrt((1 / one + 1 / other) / (1 / first + 1 / second)))


def evenly(rows: int, most: int) -> Rows:
    """At most `most` of `rows` rows, evenly spaced."""
    if rows <= most:
        return np.arange(rows)
    return np.asarray(np.linspace(0, rows - 1, most).round(), dtype=np.intp)


def dealt(rows: int, first: int, many: int = PERMUTATIONS, seed: int = SEED) -> Iterator[Rows]:
    """Deal rows to two groups again and again.

    Parameters
    ----------
    rows
        Rows of both tables together.
    first
        Rows of the first group.
    many
        How often.
    seed
        Fixes every deal.

    Yields
    ------
    array
        All rows in a new order; the first `first` of them are the first group.
    """
    rng = np.random.default_rng([seed, rows, first])
    for _ in range(many):
        yield rng.permutation(rows)


def upper(values: Array) -> Array:
    """One upper limit for each of many distances, that all of them keep together.

    Distances are taken in SDs of their own dealt ones, and the greatest of each deal
    counts (Westfall and Young, Resampling-Based Multiple Testing, Wiley 1993): of two
    samples of one population, one column or more is beyond its limit once in 200.

    Parameters
    ----------
    values
        Dealt distances, shape (deals, k).

    Returns
    -------
    array
        Shape (k,).
    """
    middle, spread = values.mean(axis=0), values.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    return np.asarray(middle + spread * float(((values - middle) / scale).max()))


def auc_sd(one: int, other: int) -> float:
    """SD of an AUC between groups that do not differ.

    Of the Mann-Whitney statistic (Ann Math Stat 1947): (n + m + 1) / (12 n m), which
    for two groups of n is (2n + 1) / (12 n^2).
    """
    return math.sqrt((one + other + 1) / (12 * one * other))
