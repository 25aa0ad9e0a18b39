"""How strong each edge of the graph is, on one scale from -1 to 1."""

from __future__ import annotations

import math
from collections.abc import Mapping

from synth_magic.blueprint.graph import Operand, edges, operand, owners
from synth_magic.blueprint.model import Blueprint, Column, Effect, Source
from synth_magic.laws import Marginal
from synth_magic.laws.positions import unit_of_spread
from synth_magic.sampling import compile as compiled

#: (from, to, strength, source)
Edge = tuple[str, str, float, Source]
#: SD of the standard logistic law, and of the log of an exponential one.
_LOGISTIC, _GUMBEL = math.pi / math.sqrt(3), math.pi / math.sqrt(6)


def strengths(blueprint: Blueprint) -> tuple[Edge, ...]:
    """Give one edge a pair of columns, in the order of the children.

    Its strength is that of the strongest effect from the one to the other, in SDs of the
    child per SD of the parent (or for having the value), bent into -1 to 1.  Formulas,
    laws by groups and conditions have no size: 0.
    """
    laws = compiled(blueprint).laws
    owner = owners(blueprint)
    columns = {column.name: column for column in blueprint.columns}
    found: dict[tuple[str, str], tuple[float, Source]] = {}
    for effect in blueprint.effects:
        up, down = operand(effect.parent, owner), operand(effect.child, owner)
        pair = owner[up.column], owner[down.column]
        size = _bent(_size(effect, up, columns[pair[0]], columns[pair[1]], laws))
        if pair not in found or abs(size) > abs(found[pair][0]):
            found[pair] = size, effect.source
    for child, parents in edges(blueprint).items():
        for parent in parents:
            if parent != child:
                found.setdefault((parent, child), (0.0, _source(columns[child])))
    return tuple((up, down, size, source) for (up, down), (size, source) in found.items())


def _source(child: Column) -> Source:
    for field in ("formula", "distribution", "template"):
        if getattr(child, field) is not None:
            return child.source_of(field)
    return "user"


def _bent(size: float) -> float:
    return round(math.tanh(size), 3)


def _size(
    effect: Effect, up: Operand, parent: Column, child: Column, laws: Mapping[str, Marginal]
) -> float:
    size = float(effect.size)
    if effect.word in ("beta", "correlation"):
        return size
    step = _sd(laws.get(parent.name), parent) if up.value is None else 1.0
    step /= float(effect.per or 1)
    if effect.word == "odds_ratio":
        return math.log(size) * step / _LOGISTIC
    if effect.word == "hazard_ratio":
        return math.log(size) * step / _GUMBEL
    return size * step / (_sd(laws.get(child.name), child) or 1.0)


def _sd(law: Marginal | None, column: Column) -> float:
    """SD in the column's unit; 1 for what is had or not."""
    if law is None or column.levels:
        return 1.0
    return law.sd / unit_of_spread(column.type)
