"""Published numbers worked out of a table, each with its error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synth_magic.blueprint.model import Blueprint, Column, Effect
from synth_magic.blueprint.targets import Printed, Target
from synth_magic.fidelity.effect_fits import fit_all
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.table1_numbers import moments
from synth_magic.fidelity.tally import Z99, Interval, Tally, share_interval, tally
from synth_magic.fidelity.values import positions

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.laws import Codec

_DAY = 86_400.0
_QUARTILES = {"q1": 0.25, "median": 0.5, "q3": 0.75}
#: Estimates of effects on fewer rows, evenly spaced, tell no less.
_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A number in a table.

    Parameters
    ----------
    value
        In the unit in which it was published.
    interval
        Its 99% interval, where it has one.
    error
        Its standard error, on the log scale where `log`.
    n
        Rows that it is made of.
    step
        Distance of neighbouring values of the column, which a quantile may be off by.
    sd
        Spread of what it is a mean or quantile of; of a share sqrt(p (1 - p)).
    log
        Whether ratios of it count, not differences.
    """

    value: float
    interval: Interval | None
    error: float
    n: int
    step: float = 0.0
    sd: float = math.nan
    log: bool = False


class Reader:
    """Reads published numbers off one table.

    Parameters
    ----------
    table
        The table.
    law
        Its blueprint.
    """

    def __init__(self, table: pd.DataFrame, law: Law) -> None:
        self._table, self._law = table, law
        self._owners = {n: c for c in law.blueprint.columns for n in c.delivers}
        self._tallies: dict[tuple[str, str | None, str | None], tuple[Tally, int]] = {}
        self._places: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = {}

    def read(self, target: Target) -> Iterator[tuple[Printed, Seen]]:
        """Give each number of a line with what this table holds; none where it cannot be told."""
        name = str(target.column)
        if target.parent is not None:
            found = self._effect(target)
            if found is not None:
                yield target.numbers[0], found
            return
        codec = self._codec(name)
        if codec is None or (target.group is not None and target.by is None):
            return
        if target.by is not None and self._codec(target.by) is None:
            return
        held, rows = self._tally(name, target.by, target.at, codec)
        scale = _DAY if codec.kind == "datetime" and target.date else 1.0
        for each in target.numbers:
            seen = _seen(each.what, target, held, rows, self._owners[name], codec, scale)
            if seen is not None:
                yield each, seen

    def _codec(self, name: str) -> Codec | None:
        return self._law.codec(name) if name in self._table.columns else None

    def _positions(self, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        codec = self._codec(name)
        if name not in self._places and codec is not None:
            self._places[name] = positions(self._table[name], codec)
        return self._places[name]

    def _tally(self, name: str, by: str | None, at: str | None, codec: Codec) -> tuple[Tally, int]:
        key = name, by, at
        if key not in self._tallies:
            values = self._positions(name)
            if by is not None:
                levels = self._owners[by].levels
                place = levels.index(at) if at in levels else -2
                values = values[self._positions(by) == place]
            self._tallies[key] = tally(values, codec.step), len(values)
        return self._tallies[key]

    def _effect(self, target: Target) -> Seen | None:
        """Fit a stated effect, in the place of any other between the two columns."""
        blueprint, place = _with_effect(self._law.blueprint, target)
        law = Law(blueprint, self._law.plan)
        found = fit_all(self._table, law, most=_ROWS).estimates.get(("effects", place))
        if found is None or found.short or not math.isfinite(found.error):
            return None
        ends = found.value - Z99 * found.error, found.value + Z99 * found.error
        back = {"log": math.exp, "z": math.tanh, "plain": float}[found.scale]
        log = found.scale == "log"
        error = found.error if log else (back(ends[1]) - back(ends[0])) / (2 * Z99)
        sides = back(ends[0]), back(ends[1])
        return Seen(back(found.value), sides, error, found.rows, log=log)


def _with_effect(blueprint: Blueprint, target: Target) -> tuple[Blueprint, int]:
    parent, child = str(target.value), str(target.column)
    pair = parent.split("=", maxsplit=1)[0], child
    number = target.numbers[0]
    effect = Effect(
        parent=parent,
        child=child,
        word=number.what,
        size=number.value,
        per=target.per,
        source="user",
    )
    for place, there in enumerate(blueprint.effects):
        if there == effect:
            return blueprint, place
    kept = [e for e in blueprint.effects if (e.parent.split("=")[0], e.child) != pair]
    return blueprint.model_copy(update={"effects": (*kept, effect)}), len(kept)


def _seen(
    what: str,
    target: Target,
    held: Tally,
    rows: int,
    column: Column,
    codec: Codec,
    scale: float,
) -> Seen | None:
    if what == "missing":
        return _share(held.missing, rows)
    if not held.n or what == "count":
        return None
    if what == "share":
        return _share(_count(target, held, column), held.n)
    if what == "mean":
        error = held.sd / math.sqrt(held.n)
        return _scaled(held.mean, held.mean_interval(), error, held, 0.0, scale)
    if what == "sd":
        kurtosis = held.kurtosis if math.isfinite(held.kurtosis) else 3.0
        error = held.sd * math.sqrt(max(kurtosis - 1, 0.1) / (4 * held.n))
        return _scaled(held.sd, held.sd_interval(kurtosis), error, held, 0.0, scale)
    if what in ("low", "high"):
        value = float(held.values[0 if what == "low" else -1])
        return _scaled(value, None, 0.0, held, 0.0, scale)
    found = moments(held)
    if what == "iqr":
        halves = [_half(held, p) for p in (0.25, 0.75)]
        half = math.hypot(*halves)
        value = found.q3 - found.q1
        ends = value - half, value + half
        return _scaled(value, ends, half / Z99, held, 2 * codec.step, scale)
    value = {"q1": found.q1, "median": found.median, "q3": found.q3}[what]
    interval = held.quantile_interval(_QUARTILES[what])
    return _scaled(value, interval, _half(held, _QUARTILES[what]) / Z99, held, codec.step, scale)


def _half(held: Tally, p: float) -> float:
    interval = held.quantile_interval(p)
    return (interval[1] - interval[0]) / 2 if interval is not None else math.inf


def _scaled(
    value: float, interval: Interval | None, error: float, held: Tally, step: float, scale: float
) -> Seen:
    ends = None if interval is None else (interval[0] / scale, interval[1] / scale)
    return Seen(value / scale, ends, error / scale, held.n, step / scale, held.sd / scale)


def _share(k: int, n: int) -> Seen | None:
    if not n:
        return None
    p = (k + 0.5) / (n + 1)
    return Seen(
        k / n, share_interval(k, n), math.sqrt(p * (1 - p) / n), n, sd=math.sqrt(p * (1 - p))
    )


def _count(target: Target, held: Tally, column: Column) -> int:
    if target.cut is not None:
        cut = target.cut
        keep = np.ones(len(held.values), bool)
        if cut.low is not None:
            keep &= held.values > cut.low if cut.over else held.values >= cut.low - 1e-9
        if cut.high is not None:
            keep &= held.values < cut.high - 1e-9 if cut.under else held.values <= cut.high + 1e-9
        return held.part(keep).n
    if target.value is None:  # of a yes or no
        return held.count(1.0)
    levels: Sequence[str] = column.levels
    return held.count(float(levels.index(target.value))) if target.value in levels else 0
