"""How strongly two columns hang together, without a sign: shown beside correlations only."""

from __future__ import annotations

import math

import numpy as np

from synth_magic.fidelity.real.association import MOST_ROWS
from synth_magic.fidelity.real.bands import Array, evenly
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.disclosure import Counts, Guard


def cramers_v(one: Array, other: Array) -> float:
    """Cramér's V with the bias taken out (Bergsma, J Korean Stat Soc 2013).

    Parameters
    ----------
    one, other
        Codes, shape (n,), without missing values.

    Returns
    -------
    float
        From 0 to 1; NaN with a constant or no rows.
    """
    n = len(one)
    if n < 2:
        return math.nan
    a, b = (np.unique(side, return_inverse=True)[1].reshape(-1) for side in (one, other))
    r, k = int(a.max()) + 1, int(b.max()) + 1
    if min(r, k) < 2:
        return math.nan
    table = np.bincount(a * k + b, minlength=r * k).reshape(r, k).astype(np.float64)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / n
    phi = max(
        float(((table - expected) ** 2 / expected).sum()) / n - (r - 1) * (k - 1) / (n - 1), 0
    )
    left, right = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    least = min(left, right) - 1
    return min(math.sqrt(phi / least), 1.0) if least > 0 else math.nan


def eta(groups: Array, values: Array) -> float:
    """Correlation ratio: the root of the share of variance that lies between groups.

    Parameters
    ----------
    groups, values
        Shape (n,), without missing values.

    Returns
    -------
    float
        From 0 to 1; NaN with one group or constant values.
    """
    if not len(values):
        return math.nan
    codes = np.unique(groups, return_inverse=True)[1].reshape(-1)
    counts = np.bincount(codes)
    values = values / max(float(np.abs(values).max()), 1e-300)  # squares of huge ones have no end
    whole = float(((values - values.mean()) ** 2).sum())
    if len(counts) < 2 or whole <= 0:
        return math.nan
    means = np.bincount(codes, weights=values) / counts
    return math.sqrt(min(float((counts * (means - values.mean()) ** 2).sum()) / whole, 1.0))


def words(left: Pair, right: Pair, guard: Guard) -> str:
    """Say V or eta of both sides; nothing for two numbers, or where few real rows share a cell."""
    if left.kind == "number" and right.kind == "number":
        return ""
    if not guard.clear(_cells(left, right)):
        return ""
    first, second = (_of(left, right, side) for side in ("one", "other"))
    if not (math.isfinite(first) and math.isfinite(second)):
        return ""
    name = "Cramér's V" if left.kind == right.kind else "eta"
    return f"{name} {first:.2f} and {second:.2f}."


def _held(left: Pair, right: Pair, side: str) -> tuple[Array, Array]:
    a, b = getattr(left, side), getattr(right, side)
    rows = evenly(len(a), MOST_ROWS)
    a, b = a[rows], b[rows]
    known = ~(np.isnan(a) | np.isnan(b))
    return a[known], b[known]


def _cells(left: Pair, right: Pair) -> Counts:
    """Real rows of each value of the categories, or of each two values of both."""
    held = zip((left, right), _held(left, right, "other"), strict=True)
    codes = [side.astype(np.int64) for pair, side in held if pair.kind != "number"]
    size = int(codes[-1].max(initial=0)) + 1
    return np.bincount(codes[0] if len(codes) == 1 else codes[0] * size + codes[1])


def _of(left: Pair, right: Pair, side: str) -> float:
    a, b = _held(left, right, side)
    if left.kind == right.kind:
        return cramers_v(a, b)
    return eta(b, a) if left.kind == "number" else eta(a, b)
