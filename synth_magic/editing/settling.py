"""Heights of a layered drawing's nodes, so that straight edges keep clear of other nodes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

_SWEEPS = 6
#: Graphs of at most so many nodes are tried from a second start.
_FEW = 20
#: What an edge through a node, a crossing of two edges, and an edge's height cost.
_THROUGH, _CROSSING, _HEIGHT = 6.0, 1.0, 2.0
#: An edge passes a node when it comes nearer to its middle than this part of its room.
_NEAR = 0.6


def settled(x: Sequence[float], rows: Sequence[int], many: int, links: Ints) -> list[int]:
    """Move nodes up and down within their layers while that makes the drawing clearer.

    Parameters
    ----------
    x
        Of each node, shape (n,); nodes of one layer have the same.
    rows
        The row in which each stands, of `many`; no two of one layer in the same.
    many
        How many rows there are.
    links
        Numbers of the nodes that each edge joins, from left to right, shape (edges, 2).

    Returns
    -------
    list of int
        The row of each node.
    """
    across = np.asarray(x, dtype=np.float64)
    layers = [np.flatnonzero(across == place) for place in across]
    starts = [np.asarray(rows, dtype=np.int64)]
    if len(rows) <= _FEW:
        # A second start, every other layer moved as far as it goes, for where the first is stuck.
        starts.append(_staggered(starts[0], across, many))
    found = [_settled(across, start, many, links, layers) for start in starts]
    best = min(found, key=lambda rows: _cost(across, rows, many, links))
    return [int(row) for row in best]


def _staggered(rows: Ints, x: Array, many: int) -> Ints:
    moved = rows.copy()
    for at, place in enumerate(np.unique(x)):
        layer = x == place
        moved[layer] -= rows[layer].min() if at % 2 else rows[layer].max() - (many - 1)
    return moved


def _settled(x: Array, start: Ints, many: int, links: Ints, layers: Sequence[Ints]) -> Ints:
    rows = start.copy()
    cost = _cost(x, rows, many, links)
    for _ in range(_SWEEPS):
        before = cost
        for node, layer in enumerate(layers):
            for row in range(many):
                tried = rows.copy()
                # Who stands there changes places with it.
                tried[layer[rows[layer] == row]] = rows[node]
                tried[node] = row
                new = _cost(x, tried, many, links)
                if new < cost - 1e-9:
                    rows, cost = tried, new
        if cost >= before - 1e-9:
            break
    return rows


def _cost(x: Array, rows: Ints, many: int, links: Ints) -> float:
    y = rows.astype(np.float64)
    a, b = links[:, 0], links[:, 1]
    high = float(np.abs(y[a] - y[b]).sum()) / many
    return _THROUGH * _through(x, y, a, b) + _CROSSING * _crossed(x, y, a, b) + _HEIGHT * high


def _through(x: Array, y: Array, a: Ints, b: Ints) -> int:
    """Count nodes that an edge passes through between its ends."""
    left, right = x[a][:, None], x[b][:, None]
    inside = (x > left) & (x < right)
    height = y[a][:, None] + (x - left) / (right - left) * (y[b] - y[a])[:, None]
    return int(np.count_nonzero(inside & (np.abs(height - y) < _NEAR)))


def _crossed(x: Array, y: Array, a: Ints, b: Ints) -> float:
    """Count pairs of edges that cross and share no end."""
    # Where two edges run beside one another, the order of their heights changes.
    left = np.maximum(x[a][:, None], x[a])
    right = np.minimum(x[b][:, None], x[b])
    slope = (y[b] - y[a]) / (x[b] - x[a])
    apart = y[a][:, None] - y[a] + slope[:, None] * (left - x[a][:, None]) - slope * (left - x[a])
    ends = apart + (slope[:, None] - slope) * (right - left)
    return float(np.count_nonzero((right > left) & (apart * ends < -1e-9))) / 2
