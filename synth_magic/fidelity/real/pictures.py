"""Small pictures of two columns, as shares of bins that no real person stands alone in."""

from __future__ import annotations

import math

import numpy as np

from synth_magic.fidelity.real.association import Association
from synth_magic.fidelity.real.coding import coded
from synth_magic.fidelity.real.columns import Array, Pair
from synth_magic.fidelity.real.disclosure import Guard, merged_bins, merged_levels, rounded_shares
from synth_magic.fidelity.report import Picture

_BINS = 12
_NAMES = 12


def column_picture(pair: Pair, guard: Guard) -> Picture | None:
    """Picture a column: a histogram of both sides, or bars.

    Parameters
    ----------
    pair
        The column.
    guard
        How small a bin of the real side may be.

    Returns
    -------
    Picture or None
        None where too few real values are left to show.
    """
    if int((~np.isnan(pair.other)).sum()) < guard.group:
        return None
    return _histogram(pair, guard) if pair.kind == "number" else _bars(pair, guard)


def _histogram(pair: Pair, guard: Guard) -> Picture | None:
    """Bins over the table's own range: real values outside it count in the outer bins."""
    one, other = (side[~np.isnan(side)] for side in (pair.one, pair.other))
    if not len(one) or one.min() == one.max():
        return None
    edges = _edges(one)
    counts = [np.histogram(np.clip(side, edges[0], edges[-1]), edges)[0] for side in (one, other)]
    spans = merged_bins(counts[1], guard.min_cell)
    if not spans:
        return None
    merged = [[int(side[a:b].sum()) for a, b in spans] for side in counts]
    ends = [float(edges[a]) for a, _ in spans] + [float(edges[spans[-1][1]])]
    return Picture(
        "pair_histogram",
        f"{pair.name}: the table and the real one",
        {
            "column": pair.name,
            "edges": ends,
            "one": [count / len(one) for count in merged[0]],
            "other": rounded_shares(merged[1], guard),
            "form": pair.form,
        },
    )


def _edges(values: Array) -> Array:
    found = np.unique(values)
    if len(found) <= _BINS:  # a bin a value
        middle = (found[1:] + found[:-1]) / 2
        return np.concatenate([[2 * found[0] - middle[0]], middle, [2 * found[-1] - middle[-1]]])
    return np.linspace(values.min(), values.max(), _BINS + 1)


def _bars(pair: Pair, guard: Guard) -> Picture | None:
    counts = coded(pair).counts()
    shown = counts[1][: pair.shown].copy()
    # Levels that only the real side holds have no name here: they are other values.
    order = np.argsort(-shown, kind="stable")
    shown[order[_NAMES:]] = 0
    rest = int(counts[1].sum() - shown.sum())
    alone, _ = merged_levels(np.append(shown, rest) if rest else shown, guard.min_cell)
    alone = [at for at in alone if at < pair.shown]
    if not alone:
        return None
    mine = [int(counts[0][at]) for at in alone]
    real = [int(counts[1][at]) for at in alone]
    names = [pair.level(at) for at in alone]
    left = [int(side.sum()) - sum(kept) for side, kept in zip(counts, (mine, real), strict=True)]
    if any(left):
        names.append("other values")
        mine.append(left[0])
        real.append(left[1])
    return Picture(
        "bars",
        f"{pair.name}: the table and the real one",
        {
            "column": pair.name,
            "names": names,
            "one": [count / max(sum(mine), 1) for count in mine],
            "other": rounded_shares(real, guard),
        },
    )


def heatmap(found: Association, names: tuple[str, ...]) -> Picture | None:
    """Picture by how much correlations differ: the greatest difference of each two columns.

    Parameters
    ----------
    found
        The correlations.
    names
        Names of the columns.

    Returns
    -------
    Picture or None
        None without pairs; a value is None where two columns have no pair.
    """
    if not len(found.places):
        return None
    k = len(names)
    values = np.full((k, k), np.nan)
    for (a, b), apart in zip(found.places, found.differences, strict=True):
        i, j = found.features[a].column, found.features[b].column
        if not abs(apart) <= abs(values[i, j]):
            values[i, j] = values[j, i] = apart
    strongest = np.argsort(-np.nan_to_num(np.abs(values)).max(axis=1), kind="stable")[:30]
    kept = sorted(int(at) for at in strongest if not np.isnan(values[at]).all())
    return Picture(
        "heatmap",
        "difference of the correlations, the table minus the real one",
        {
            "names": [names[at] for at in kept],
            "values": [[_rounded(float(values[i, j])) for j in kept] for i in kept],
        },
    )


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 2) + 0.0
