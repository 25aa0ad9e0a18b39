"""Numbers of the small pictures: what was drawn, beside what was stated."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Column
from synth_magic.display.words import number

if TYPE_CHECKING:
    from synth_magic.laws.marginal import Marginal

Array = NDArray[np.float64]
_BINS = 24
_SEPARATE = 14
_TAIL = 0.002
_PARTS = 12


def place(value: float, kind: str | None, decimals: int | None = None) -> str:
    """Give a place on a column's axis in words: 63, 7.4, 2015-03-01.

    Parameters
    ----------
    value
        The place; days for ``date``, seconds for ``datetime``.
    kind
        The column's type, or a figure's form.
    decimals
        Digits of a number that mean something.
    """
    if not math.isfinite(value):
        return number(value)
    if kind in ("date", "datetime"):
        from synth_magic.laws.positions import text_of

        return str(text_of(value, kind)).replace("T", " ")
    return number(value, decimals, fixed=True)


def picture(
    seen: Array, column: Column, law: Marginal | None, step: float
) -> dict[str, Any] | None:
    """Picture of a column's observed values with its law, or None where there is nothing.

    Parameters
    ----------
    seen
        Observed values as places on the column's axis, shape (n,).
    column
        The column.
    law
        What was stated; None for a formula, an event and the like.
    step
        Distance of neighbouring values; 0 where unknown.
    """
    if column.levels:
        return _shares(seen, column.levels, law)
    return _histogram(seen, column, law, step)


def _shares(seen: Array, named: tuple[str, ...], law: Marginal | None) -> dict[str, Any] | None:
    if not len(seen):
        return None
    inside = seen[(seen >= 0) & (seen < len(named))].astype(np.int64)
    held = np.bincount(inside, minlength=len(named))
    drawn = (held / max(len(seen), 1)).tolist()
    stated = [] if law is None else _at(law, len(named))
    names = list(named)
    if names in (["no", "yes"], ["0", "1"]):
        names, drawn, stated = names[::-1], drawn[::-1], stated[::-1]
    if len(names) > _PARTS:
        rest = len(names) - _PARTS + 1
        names = [*names[: _PARTS - 1], f"{rest} more"]
        drawn = [*drawn[: _PARTS - 1], sum(drawn[_PARTS - 1 :])]
        stated = [*stated[: _PARTS - 1], sum(stated[_PARTS - 1 :])] if stated else []
    return {"kind": "shares", "values": names, "drawn": drawn, "stated": stated}


def _at(law: Marginal, many: int) -> list[float]:
    edges = np.arange(many + 1, dtype=np.float64) - 0.5
    return [float(mass) for mass in np.diff(law.cdf(edges))]


def _histogram(
    seen: Array, column: Column, law: Marginal | None, step: float
) -> dict[str, Any] | None:
    ends = _ends(seen, law)
    if ends is None:
        return None
    low, high = ends
    edges, separate = _edges(low, high, step)
    room = _room(edges, seen, law, step)
    drawn = np.histogram(seen, edges)[0] / max(len(seen), 1) / room
    stated = [] if law is None else (np.diff(law.cdf(edges)) / room).tolist()
    digits = 0 if column.type == "integer" else column.decimals
    return {
        "kind": "histogram",
        "low": place(low, column.type, digits),
        "high": place(high, column.type, digits),
        "drawn": drawn.tolist(),
        "stated": stated,
        "separate": separate,
    }


def _ends(seen: Array, law: Marginal | None) -> tuple[float, float] | None:
    """Where nearly all of what was drawn and of what was stated lies."""
    found: list[float] = []
    if len(seen):
        ends = np.quantile(seen, [_TAIL, 1 - _TAIL], method="inverted_cdf")
        found += ends.tolist()
    if law is not None:
        found += np.asarray(law.ppf(np.array([_TAIL, 1 - _TAIL]))).tolist()
    return (min(found), max(found)) if found else None


def _room(edges: Array, seen: Array, law: Marginal | None, step: float) -> Array:
    """Part of each bin that can hold values: a bin beyond the last value is cut short."""
    ends = [] if law is None else list(law.support)
    if len(seen):
        ends += [float(seen.min()), float(seen.max())]
    inside = np.clip(edges, min(ends) - step / 2, max(ends) + step / 2)
    return np.maximum(np.diff(inside) / np.diff(edges), 0.1)


def _edges(low: float, high: float, step: float) -> tuple[Array, bool]:
    """Edges of the bins, half a step beside the values, and whether each bin is one value."""
    if step <= 0:
        room = (high - low) or 1.0
        return np.linspace(low, low + room, _BINS + 1, dtype=np.float64), False
    first, last = math.floor(low / step + 0.5), math.floor(high / step + 0.5)
    many = last - first + 1
    wide = max(1, math.ceil(many / _BINS))
    bins = math.ceil(many / wide)
    edges = (first + wide * np.arange(bins + 1, dtype=np.float64) - 0.5) * step
    return edges, bool(wide == 1 and many <= _SEPARATE)
