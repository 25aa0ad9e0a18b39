"""How near the table comes to the rows it was made from, against rows it never saw.

Only with rows that a generator was trained on and rows that were held out do nearness
and membership mean anything: a faithful table is near to both.  Gower's distance
(Biometrics 1971): the mean over columns of |a - b| over the column's range, or 0 and 1
for equal and other categories; a value missing on one side counts 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.fidelity.real.bands import SEED, Array, auc_sd
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.copies import HALVINGS
from synth_magic.fidelity.real.ranks import auc, auc_variance

MOST_ROWS = 2_000
_Z99 = 2.5758
Band = tuple[float, float]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Distances:
    """Nearness to the training rows and what it is for random halves.

    Parameters
    ----------
    dcr_ratio
        Mean distance of synthetic rows to the closest training row, over that to the
        closest held-out row; below 1 the table is nearer to what it was made from.
    nndr
        Mean ratio of the distances to the closest and the second closest training row.
    mia_auc
        AUC with which nearness to the table tells training rows from held-out ones.
    mia_interval
        Its 99% interval.
    dcr_band, nndr_band, mia_band
        99% bands by 20 random halvings of training and held-out rows together.
    rows
        Rows of each part.
    """

    dcr_ratio: float
    nndr: float
    mia_auc: float
    mia_interval: Band
    dcr_band: Band
    nndr_band: Band
    mia_band: Band
    rows: int


def distances(pairs: tuple[Pair, ...], trained: int) -> Distances | None:
    """Compare nearness to training rows and to held-out rows, at equal sizes.

    Parameters
    ----------
    pairs
        Columns of the table beside those of training and held-out rows, in this order.
    trained
        How many of the latter are training rows.

    Returns
    -------
    Distances or None
        None without columns or with fewer than two rows of a part.
    """
    if not pairs:
        return None
    rows, pool = len(pairs[0].one), len(pairs[0].other)
    many = min(trained, pool - trained, MOST_ROWS)
    if many < 2 or rows < 2:
        return None
    rng = np.random.default_rng(SEED)
    mine = rng.choice(rows, min(rows, MOST_ROWS), replace=False)
    first = rng.choice(trained, many, replace=False)
    second = trained + rng.choice(pool - trained, many, replace=False)
    theirs = np.concatenate([first, second])
    apart = gower(tuple(pair.take(mine, theirs) for pair in pairs))
    closest = apart.min(axis=0).astype(np.float64)
    member = np.repeat([True, False], many)
    ratio, nndr, mia = _measured(apart, closest, member)
    halves = np.array([_measured(apart, closest, rng.permutation(member)) for _ in range(HALVINGS)])
    half = _Z99 * math.sqrt(max(auc_variance(member, -closest), 0.0))
    spread = max(auc_sd(many, many), float(halves[:, 2].std(ddof=1)))
    return Distances(
        ratio,
        nndr,
        mia,
        (max(mia - half, 0.0), min(mia + half, 1.0)),
        _band(halves[:, 0]),
        _band(halves[:, 1]),
        (max(0.5 - _Z99 * spread, 0.0), min(0.5 + _Z99 * spread, 1.0)),
        many,
    )


def gower(pairs: tuple[Pair, ...]) -> Floats:
    """Gower's distance of every synthetic row to every other one.

    Parameters
    ----------
    pairs
        The columns; a number's range is that of both sides.

    Returns
    -------
    array
        float32, shape (n, m), from 0 to 1.
    """
    total = np.zeros((len(pairs[0].one), len(pairs[0].other)), dtype=np.float32)
    for pair in pairs:
        one, other = (side.astype(np.float64)[:, None] for side in (pair.one, pair.other))
        gone, lost = np.isnan(one), np.isnan(other).T
        if pair.kind == "number":
            known = np.concatenate([one[~gone], other[~lost.T]])
            width = float(np.ptp(known)) if len(known) else 0.0
            scale = width if width > 0 else 1.0
            low = float(known.min()) if len(known) else 0.0
            left, right = (((side - low) / scale).astype(np.float32) for side in (one, other))
            apart = np.abs(left - right.T)
        else:
            apart = (one != other.T).astype(np.float32)
        # Missing on one side counts 1, on both 0.
        total += np.where(gone | lost, (gone != lost).astype(np.float32), apart)
    return np.asarray(total / np.float32(len(pairs)), dtype=np.float32)


def _measured(
    apart: Floats, closest: Array, member: NDArray[np.bool_]
) -> tuple[float, float, float]:
    inside = np.partition(apart[:, member], 1, axis=1)[:, :2].astype(np.float64)
    outside = float(apart[:, ~member].min(axis=1).mean())
    near = float(inside[:, 0].mean())
    ratio = near / outside if outside > 0 else (1.0 if near == 0 else math.inf)
    second = inside[:, 1]
    nndr = np.where(second > 0, inside[:, 0] / np.where(second > 0, second, 1.0), 1.0)
    return ratio, float(nndr.mean()), auc(member, -closest)


def _band(values: Array) -> Band:
    """Where one more random halving lies, 99%: Student's t for a new value."""
    known = values[np.isfinite(values)]
    if len(known) < 2:
        return math.nan, math.nan
    half = float(special.stdtrit(len(known) - 1, 0.995)) * float(known.std(ddof=1))
    half *= math.sqrt(1 + 1 / len(known))
    return float(known.mean()) - half, float(known.mean()) + half
