"""Marginals: how near the distribution of each column is to the real one.

A complement is 1 minus a distance from 0 to 1: of Kolmogorov and Smirnov for numbers
(the largest gap between two distribution functions), total variation for categories
(half the sum of the gaps between shares).  Missing values are left out here; their
share is a figure of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_magic.fidelity.real.bands import Array, dealt, evenly, sizes, upper
from synth_magic.fidelity.real.coding import Coded, Codes, coded, counted
from synth_magic.fidelity.real.columns import Pair

#: Rows that are dealt anew, both tables together.
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Complements of all columns.

    Parameters
    ----------
    pairs
        The columns that hold values on both sides, shape (k,).
    values
        Their complements, shape (k,).
    least
        Each one's lower limit for two samples of one population, all together at 99%.
    mean
        Mean of `values`; NaN without columns.
    band
        The mean's band for two samples of one population.
    """

    pairs: tuple[Pair, ...]
    values: Array
    least: Array
    mean: float
    band: tuple[float, float] | None


def complements(pairs: tuple[Pair, ...]) -> Shape:
    """Compare the distribution of each column.

    Parameters
    ----------
    pairs
        Columns of both tables; those without any value on one side are left out.
    """
    kept = tuple(pair for pair in pairs if _holds(pair.one) and _holds(pair.other))
    if not kept:
        none = np.zeros(0)
        return Shape((), none, none, float("nan"), None)
    codes = [coded(pair) for pair in kept]
    distances = np.array(
        [_distance(pair, *item.counts()) for pair, item in zip(kept, codes, strict=True)]
    )
    null, scale = _dealt(kept, codes)
    means = 1 - scale * null.mean(axis=1)
    return Shape(
        kept,
        1 - distances,
        1 - scale * upper(null),
        float(1 - distances.mean()),
        (float(means.min()), float(means.max())),
    )


def distance(pair: Pair) -> float:
    """Distance of the distributions of one column, from 0 to 1."""
    return _distance(pair, *coded(pair).counts())


def _holds(values: Array) -> bool:
    return bool(len(values)) and not bool(np.isnan(values).all())


def _distance(pair: Pair, one: Codes, other: Codes) -> float:
    """Kolmogorov-Smirnov or total variation distance of two lists of counts."""
    n, m = int(one.sum()), int(other.sum())
    if not n or not m:
        return 0.0
    if pair.kind == "number":
        # In whole numbers until the end, so that equal tables are at exactly 0.
        gaps = np.cumsum(one) * m - np.cumsum(other) * n
        return float(np.abs(gaps).max()) / (n * m)
    return float(np.abs(one * m - other * n).sum()) / (2 * n * m)


def _dealt(pairs: tuple[Pair, ...], codes: list[Coded]) -> tuple[Array, float]:
    """Distances between groups dealt from the pooled rows, shape (deals, k)."""
    rows = len(codes[0].one), len(codes[0].other)
    groups = sizes(*rows, _MOST_ROWS)
    pooled = []
    for item in codes:
        both = item.one[evenly(rows[0], groups.one)], item.other[evenly(rows[1], groups.other)]
        # Few codes make short counts: those that no thinned row holds are taken out.
        found, inverse = np.unique(np.concatenate(both), return_inverse=True)
        shift = int(len(found) > 0 and found[0] == -1)
        pooled.append((inverse.reshape(-1).astype(np.int64) - shift, len(found) - shift))
    totals = [counted(part, size) for part, size in pooled]
    found_rows = [
        [
            _distance(pair, first := counted(part[order[: groups.one]], size), total - first)
            for pair, (part, size), total in zip(pairs, pooled, totals, strict=True)
        ]
        for order in dealt(groups.one + groups.other, groups.one)
    ]
    return np.array(found_rows), groups.scale
