"""Numbers, dates and times with effects: Q(F_L(L)) tabulated, its marginal as stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws import Marginal
from synth_magic.sampling.draws import Latent
from synth_magic.sampling.noise import NoiseLaw
from synth_magic.sampling.tables import (
    CellTable,
    Polyline,
    bends,
    crooked,
    end_table,
    holding,
    twelve_digits,
)
from synth_magic.sampling.target import Calibrated, Effects, Target

Array = NDArray[np.float64]

CELLS = 2048


def latent(target: Target, effects: Effects, parts: Sequence[Calibrated], found: Array) -> Latent:
    """Tabulate a latent law: the noise in cells, the effects in cells, and Q(F_L(L)).

    Parameters
    ----------
    target, effects
        What the column is to be, and its effects on the pilot.
    parts
        The latent law of each group.
    found
        Coefficients of the effects, shape (effects,).
    """
    low = min(part.mixture.ends[0] for part in parts)
    high = max(part.mixture.ends[1] for part in parts)
    low, high = float(f"{low:.6g}"), float(f"{high:.6g}")
    scale = CELLS / (high - low)
    law = NoiseLaw(target.noise)
    noise = end_table([lambda share, upper: (law.quantile(share, upper) - low) * scale])
    sds = np.array([part.sd for part in parts])
    factor = scale if target.by is not None else scale / sds[0]
    terms = tuple(
        replace(
            unit,
            a=twelve_digits(unit.a * (c * factor)),
            b=None if unit.b is None else twelve_digits(unit.b * (c * factor)),
            absent=unit.absent * c * factor,
        )
        for unit, c in zip(effects.units, found, strict=True)
    )
    table = _composed(parts, target, low, high)
    within = None if target.by is None else twelve_digits(1 / sds)
    return Latent(noise, table, terms, within, target.by)


def _composed(parts: Sequence[Calibrated], target: Target, low: float, high: float) -> CellTable:
    """Q(F_L(L)) on an even grid, one table a group."""
    at = np.arange(CELLS + 1, dtype=np.float64)
    a, b, rough = [], [], []
    lines: list[Polyline | None] = []
    for part in parts:
        law = part.law
        fine = part.mixture.on_grid(low, high, 2 * CELLS)
        F = fine[::2]
        value = target.places(law.ppf(F))
        slope = np.diff(value)
        a.append(value[:-1] - slope * at[:-1])
        b.append(slope)
        middle = target.positions((value[1:] + value[:-1]) / 2)
        marks = crooked(law, middle, fine[1::2]) | holding(at, np.interp(bends(law), F, at))
        rough.append(marks)
        lines.append(_knots(law, target, at, F, value, marks) if marks.any() else None)
    marks = np.concatenate(rough)
    tables = twelve_digits(np.concatenate(a)), twelve_digits(np.concatenate(b))
    if not marks.any():
        return CellTable(*tables, CELLS)
    return CellTable(*tables, CELLS, marks, tuple(lines))


def _knots(
    law: Marginal, target: Target, at: Array, F: Array, value: Array, marks: NDArray[np.bool_]
) -> Polyline:
    """Q(F_L(L)) with all the law's own knots that lie in marked cells."""
    knots = law.F[(F[0] < law.F) & (F[-1] > law.F)]
    where = np.interp(knots, F, at)
    inside = marks[np.minimum(where.astype(np.int64), len(marks) - 1)]
    knots = np.unique(knots[inside])
    where = np.interp(knots, F, at)
    beyond = np.minimum(np.nextafter(knots, 2.0), 1.0)
    t = np.concatenate([at, where, where])
    v = np.concatenate([value, target.places(law.ppf(knots)), target.places(law.ppf(beyond))])
    order = np.lexsort((v, t))
    return Polyline.through(t[order], v[order])
