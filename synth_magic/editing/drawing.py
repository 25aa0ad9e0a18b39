"""The graph of effects as a layered drawing, left to right.

After Sugiyama, Tagawa and Toda (IEEE Trans Syst Man Cybern 1981): layers by the
longest way, columns pulled towards their neighbours, crossings taken out by
sweeps of barycentres, rows that keep straight edges clear of other columns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synth_magic.blueprint.model import Blueprint, Source
from synth_magic.editing.settling import settled
from synth_magic.editing.strengths import strengths

#: More columns than this make no drawing that can be read.
MOST = 40
_SWEEPS = 12
#: Most columns above one another, and layers beside one another.
_TALL = 10

Layers = list[list[str]]


@dataclass(frozen=True, slots=True)
class Graph:
    """A drawing of who acts upon whom, in unit coordinates (x to the right, y down).

    Parameters
    ----------
    nodes
        (column, x, y), centres, 0 to 1.
    edges
        (from, to, strength from -1 to 1, source); 0 for formulas and laws by groups.
    room
        Width and height that every node has for itself.
    more
        How many columns with effects were left out.
    """

    nodes: tuple[tuple[str, float, float], ...]
    edges: tuple[tuple[str, str, float, Source], ...]
    room: tuple[float, float] = (1.0, 1.0)
    more: int = 0


def layout(blueprint: Blueprint) -> Graph:
    """Draw the graph of a blueprint that can be drawn.

    Columns that nothing acts upon and that act upon nothing are left out; of more than
    40, those with the most and strongest edges stay.  Every edge goes to the right.
    """
    every = strengths(blueprint)
    weight: dict[str, float] = {}
    for up, down, size, source in every:
        for name in (up, down):
            weight[name] = weight.get(name, 0.0) + abs(size) + 0.1 + (source == "user")
    order = {name: at for at, name in enumerate(blueprint.names)}
    names = sorted(weight, key=lambda name: (-weight[name], order[name]))
    kept = set(names[:MOST])
    edges = tuple(edge for edge in every if edge[0] in kept and edge[1] in kept)
    ends = {name for edge in edges for name in edge[:2]}
    shown = [name for name in blueprint.names if name in ends]
    if not shown:
        return Graph((), ())
    pairs = tuple((up, down) for up, down, _, _ in edges)
    nodes, room = _placed(tuple(shown), pairs)
    return Graph(nodes, edges, room, len(names) - len(shown))


@lru_cache(maxsize=16)
def _placed(
    shown: tuple[str, ...], pairs: tuple[tuple[str, str], ...]
) -> tuple[tuple[tuple[str, float, float], ...], tuple[float, float]]:
    """Place the nodes; who acts upon whom is all that counts, so most edits keep them."""
    parents: dict[str, list[str]] = {name: [] for name in shown}
    for up, down in pairs:
        parents[down].append(up)
    layers = _layers(shown, parents)
    wide, tall = len(layers), max(len(layer) for layer in layers)
    rows = max(tall + 1, math.ceil(1.4 * math.sqrt(len(shown))))
    x = {name: (at + 0.5) / wide for at, layer in enumerate(layers) for name in layer}
    y = _heights(_ordered(layers, parents), x, pairs, rows)
    nodes = tuple((name, round(x[name], 4), round(y[name], 4)) for name in shown)
    return nodes, (1 / wide, 1 / rows)


# Layers ---------------------------------------------------------------------------------


def _layers(names: Sequence[str], parents: Mapping[str, Sequence[str]]) -> Layers:
    """Lay each column behind its parents, as near to its neighbours as that lets it be."""
    children: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for parent in parents[name]:
            children[parent].append(name)
    at: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in at:
            at[name] = 1 + max((depth(parent) for parent in parents[name]), default=-1)
        return at[name]

    for name in names:
        depth(name)
    last = max(at.values())
    for _ in range(_SWEEPS):
        for name in sorted(names, key=lambda name: -at[name]):
            first = 1 + max((at[parent] for parent in parents[name]), default=-1)
            final = min((at[child] for child in children[name]), default=last + 1) - 1
            if not children[name]:
                final = first
            # Every edge in counts for going left, every edge out for going right.
            pull = len(children[name]) - len(parents[name])
            at[name] = final if pull > 0 else first
    layers: Layers = [[] for _ in range(last + 1)]
    for name in names:
        layers[at[name]].append(name)
    return _spread([layer for layer in layers if layer], parents)


def _spread(layers: Layers, parents: Mapping[str, Sequence[str]]) -> Layers:
    """Part layers that are too tall: the columns of one layer do not act upon one another."""
    tallest = max(_TALL, -(-sum(map(len, layers)) // _TALL))
    found: Layers = []
    for layer in layers:
        parts = -(-len(layer) // tallest)
        size = -(-len(layer) // parts)
        found += [layer[start : start + size] for start in range(0, len(layer), size)]
    return found


# Order within a layer ---------------------------------------------------------------------


def _ordered(layers: Layers, parents: Mapping[str, Sequence[str]]) -> Layers:
    """Sweep to and fro; the order with the fewest crossings is kept."""
    full, links = _with_bends(layers, parents)
    best, fewest = [list(layer) for layer in full], _crossings(full, links)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        steps = range(1, len(full)) if forward else range(len(full) - 2, -1, -1)
        for at in steps:
            beside = full[at - 1] if forward else full[at + 1]
            place = {name: n for n, name in enumerate(beside)}
            tied = links if forward else [(b, a) for a, b in links]
            full[at] = _by_barycentre(full[at], place, tied)
        crossings = _crossings(full, links)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in full], crossings
    return best


def _by_barycentre(
    layer: list[str], place: Mapping[str, int], tied: Sequence[tuple[str, str]]
) -> list[str]:
    beside: dict[str, list[int]] = {}
    for near, name in tied:
        if near in place:
            beside.setdefault(name, []).append(place[near])
    own = {name: at for at, name in enumerate(layer)}
    mean = {
        name: sum(beside[name]) / len(beside[name]) if name in beside else float(own[name])
        for name in layer
    }
    return sorted(layer, key=lambda name: (mean[name], own[name]))


def _with_bends(
    layers: Layers, parents: Mapping[str, Sequence[str]]
) -> tuple[Layers, list[tuple[str, str]]]:
    """Put a point into each layer that a long edge passes, so that it counts in crossings."""
    at = {name: number for number, layer in enumerate(layers) for name in layer}
    full = [list(layer) for layer in layers]
    links: list[tuple[str, str]] = []
    for name, depth in at.items():
        for parent in parents[name]:
            before = parent
            for number in range(at[parent] + 1, depth):
                # A column's name holds no line end.
                bend = f"{parent}\n{name}\n{number}"
                full[number].append(bend)
                links.append((before, bend))
                before = bend
            links.append((before, name))
    return full, links


def _crossings(full: Layers, links: Sequence[tuple[str, str]]) -> int:
    layer = {name: at for at, names in enumerate(full) for name in names}
    place = {name: at for names in full for at, name in enumerate(names)}
    by_layer: dict[int, list[tuple[int, int]]] = {}
    for up, down in links:
        by_layer.setdefault(layer[up], []).append((place[up], place[down]))
    many = 0
    for pairs in by_layer.values():
        pairs.sort()
        for at, (a, b) in enumerate(pairs):
            many += sum(1 for c, d in pairs[at + 1 :] if c > a and d < b)
    return many


# Places -----------------------------------------------------------------------------------


def _heights(
    full: Layers, x: Mapping[str, float], pairs: Sequence[tuple[str, str]], rows: int
) -> dict[str, float]:
    """Place each layer's columns in rows, in order and about the middle, then settle them."""
    row: dict[str, int] = {}
    for layer in full:
        real = [name for name in layer if name in x]
        first = (rows - len(real)) // 2
        row |= {name: first + at for at, name in enumerate(real)}
    names = list(row)
    number = {name: at for at, name in enumerate(names)}
    links = np.array([(number[up], number[down]) for up, down in pairs])
    places = settled([x[name] for name in names], list(row.values()), rows, links)
    return {name: (place + 0.5) / rows for name, place in zip(names, places, strict=True)}
