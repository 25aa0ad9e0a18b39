"""How far written rows are from independent draws of the blueprint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import Problem, note, warning
from synth_magic.fidelity.values import positions
from synth_magic.laws import Marginal
from synth_magic.rows.batches import BATCH
from synth_magic.rows.seeds import Layout, layout
from synth_magic.rows.sheet import Array, Mask

if TYPE_CHECKING:
    import pandas as pd

#: 99% point of the two-sided Kolmogorov distribution: a sample's KS times sqrt(n).
_KS_99 = 1.628
#: Fewer batches tell nothing of how they differ.
_FEWEST_BATCHES = 5
_SHOWN = 6
#: Design effects that are worth a warning: half of the rows' information is lost.
_MUCH = 2.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One written column beside its blueprint.

    Parameters
    ----------
    name
        The column.
    distance
        Largest distance of the two distribution functions (Kolmogorov-Smirnov).
    noise
        What a sample of as many rows stays below in 99 of 100 cases.
    design_effect
        Variance of the means of batches, times the rows of a batch, over the variance of
        rows: 1 for independent rows (Kish, Survey Sampling, 1965).  NaN below five batches.
    """

    name: str
    distance: float
    noise: float
    design_effect: float


def measures(
    table: pd.DataFrame, blueprint: Blueprint, done: Mask | None = None
) -> tuple[Measure, ...]:
    """Compare the numbers that a model wrote with the blueprint that gave the seed cells.

    Parameters
    ----------
    table
        Written by the rows engine, from row 0 on.
    blueprint
        From which its seed cells were drawn.
    done
        The rows that count; all without it.  Shape (rows,).

    Returns
    -------
    tuple of Measure
        One a number that was asked for; columns without two values are left out.
    """
    asked = layout(blueprint)
    found = []
    for name in asked.numbers:
        places = positions(table[name], asked.codecs[name])
        if done is not None:
            places = np.where(done, places, np.nan)
        known = np.sort(places[~np.isnan(places)])
        if len(known) < 2:
            continue
        distance = _distance(known, _law(asked, name))
        noise = _KS_99 / math.sqrt(len(known))
        found.append(Measure(name, distance, noise, _design_effect(places)))
    return tuple(found)


def quality(
    table: pd.DataFrame, blueprint: Blueprint, done: Mask | None = None
) -> tuple[Problem, ...]:
    """Say in two lines how the written numbers stand to the blueprint; parameters as `measures`."""
    found = measures(table, blueprint, done)
    if not found:
        return ()
    ranked = sorted(found, key=lambda m: m.distance - m.noise, reverse=True)
    far = [m for m in ranked if m.distance > m.noise]
    shown = ", ".join(f"{m.name} {m.distance:.2f}" for m in ranked[:_SHOWN])
    more = f" and {len(ranked) - _SHOWN} nearer ones" if len(ranked) > _SHOWN else ""
    noise = min(m.noise for m in found)
    said = (
        f"Distance of the model's rows from the blueprint (KS, 0 is none, noise below {noise:.2f}):"
        f" {shown}{more}"
    )
    mend = "The blueprint engine draws the stated distributions" if far else ""
    notes = [note(("rows", "ks"), said, mend)]
    effects = [(m.design_effect, m.name) for m in found if math.isfinite(m.design_effect)]
    if effects:
        largest, name = max(effects)
        middle = float(np.median([effect for effect, _ in effects]))
        said = (
            f"Design effect of the batches of {BATCH} rows: {middle:.1f} in the middle, at most"
            f" {largest:.1f} ({name}); 1 is that of independent rows"
        )
        tell = warning if middle > _MUCH else note
        mend = "Rows of a batch are alike: take intervals wider, or draw with the blueprint engine"
        notes.append(tell(("rows", "design"), said, mend if middle > _MUCH else ""))
    return tuple(notes)


@lru_cache(maxsize=64)
def _law(asked: Layout, name: str) -> Marginal:
    return asked.codecs[name].law(asked.plan.laws[name])


def _distance(values: Array, law: Marginal) -> float:
    """Largest distance between two distribution functions of rounded values."""
    places, counts = np.unique(values, return_counts=True)
    upto = np.cumsum(counts) / len(values)
    stated = np.asarray(law.cdf(places), dtype=np.float64)
    before = np.append(0.0, upto[:-1])
    below = np.asarray(law.cdf(np.nextafter(places, -np.inf)), dtype=np.float64)
    return float(max(np.abs(upto - stated).max(), np.abs(before - below).max()))


def _design_effect(places: Array) -> float:
    """Kish's design effect of the batches; rows without a value are left out."""
    batches: Sequence[Array] = np.split(places, range(BATCH, len(places), BATCH))
    held = [batch[~np.isnan(batch)] for batch in batches]
    held = [batch for batch in held if len(batch) >= BATCH // 2]
    if len(held) < _FEWEST_BATCHES:
        return math.nan
    every = np.concatenate(held)
    spread = float(every.var(ddof=1))
    if not spread > 0:
        return math.nan
    means = np.array([batch.mean() for batch in held])
    size = len(every) / len(held)
    return float(means.var(ddof=1)) * size / spread
