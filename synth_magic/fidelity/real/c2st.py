"""The classifier two-sample test: whether a learner tells synthetic rows from real ones.

Lopez-Paz and Oquab, Revisiting classifier two-sample tests, ICLR 2017.  The AUC of
boosted trees and of logistic regression in five folds; the larger one counts.  Rows
that are equal stay in one fold: else a copy of a training row is told by its twin's
label, and a bootstrap of a table scores far below one half.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.real import learners
from synth_magic.fidelity.real.bands import SEED, Array, auc_sd, evenly
from synth_magic.fidelity.real.coding import coded, row_codes
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.learners import Features
from synth_magic.fidelity.real.ranks import Truth, auc, auc_variance

Rows = NDArray[np.intp]
MOST_ROWS = 10_000
#: Rows by columns of a side; wider tables are told apart on fewer rows.
_MOST_CELLS = 400_000
_FOLDS = 5
_PERMUTATIONS = 20
#: Equal rows beyond this number are a point mass, not twins: they are spread over the folds.
_TWINS = 20
_BLAMED = 3
_LOOKED_AT = 1_000
#: Of more columns, so many whose distributions differ most are looked at.
_MOST_BLAMED, _FEW_BLAMED = 40, 12
#: Two learners share 1%: each is given half of it, on two sides.
_Z = 2.807
_Z99 = 2.5758


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """How well the two tables are told apart.

    Parameters
    ----------
    auc
        The larger AUC.
    learner
        ``boosting`` or ``logistic``.
    interval
        Its 99% interval.
    band
        Where it lies for two samples of one population.
    columns
        The columns that give the table away: name, and the AUC that goes when the
        column is shuffled.
    rows
        Rows of each side.
    each
        The AUC of each learner.
    """

    auc: float
    learner: str
    interval: tuple[float, float]
    band: tuple[float, float]
    columns: tuple[tuple[str, float], ...]
    rows: int
    each: dict[str, float] = field(default_factory=dict)


def told_apart(pairs: tuple[Pair, ...], rows: tuple[int, int], least: int) -> Told | None:
    """Try to tell the rows of two tables apart.

    Parameters
    ----------
    pairs
        Columns that can be compared; those that are constant are left out.
    rows
        Rows of the synthetic and the real table.
    least
        Fewer rows of a side tell nothing.

    Returns
    -------
    Told or None
        None with too few rows, or with no column that varies.
    """
    if not pairs or min(rows) < max(least, 2 * _FOLDS):
        return None
    many = min(*rows, MOST_ROWS, max(_MOST_CELLS // len(pairs), 500))
    rng = np.random.default_rng(SEED)
    first, second = (_drawn(side, many, rng) for side in rows)
    drawn = (pair.take(first, second) for pair in pairs)
    kept = tuple(pair for pair in drawn if _varies(pair))
    if not kept:
        return None
    data = learners.features(kept)
    truth = np.repeat([True, False], many)
    folds = _folds(row_codes(kept), truth, rng)
    with learners.one_thread():
        found = {
            "boosting": _scored(data, truth, folds, _boosting),
            "logistic": _scored(data, truth, folds, _logistic),
        }
        best = max(found, key=lambda name: found[name][0])
        value, variance = found[best]
        columns = _blame(kept, data, truth, folds)
        dealt = _null(data, truth, folds, rng)
    half = _Z99 * math.sqrt(max(variance, 0.0))
    spread = max(auc_sd(many, many), float(dealt.std(ddof=1)))
    middle = min(float(dealt.mean()), 0.5)
    return Told(
        value,
        best,
        (max(value - half, 0.0), min(value + half, 1.0)),
        (max(middle - _Z * spread, 0.0), min(0.5 + _Z * spread, 1.0)),
        columns,
        many,
        {name: score for name, (score, _) in found.items()},
    )


# Rows, folds ----------------------------------------------------------------------


def _varies(pair: Pair) -> bool:
    codes = coded(pair, rounded=True)
    values = np.concatenate([codes.one, codes.other])
    return bool(len(values)) and int(values.min()) != int(values.max())


def _drawn(rows: int, many: int, rng: np.random.Generator) -> Rows:
    return np.sort(rng.choice(rows, many, replace=False)) if rows > many else evenly(rows, many)


def _folds(rows: NDArray[np.int64], truth: Truth, rng: np.random.Generator) -> NDArray[np.int64]:
    """Deal groups of equal rows to folds, each fold with its part of both sides."""
    counts = np.bincount(rows)
    group = np.where(counts[rows] <= _TWINS, rows, len(counts) + np.arange(len(rows)))
    _, group = np.unique(group, return_inverse=True)
    group = group.reshape(-1)
    ones = np.bincount(group, weights=truth)
    size = np.bincount(group)
    # Groups of one make-up follow one another, so that dealing in turn spreads them.
    order = np.lexsort((rng.permutation(len(size)), size, ones))
    fold = np.empty(len(size), dtype=np.int64)
    fold[order] = np.arange(len(size)) % _FOLDS
    return np.asarray(fold[group])


# Learning -------------------------------------------------------------------------

Fitted = Callable[[Features], Array]
Fit = Callable[[Features, Truth], Fitted]


def _boosting(data: Features, truth: Truth) -> Fitted:
    made = learners.boosted_classes(data, truth)
    return lambda other: np.asarray(made.predict_proba(other.trees)[:, 1])


def _logistic(data: Features, truth: Truth) -> Fitted:
    made = learners.linear_classes(data, truth)
    return lambda other: np.asarray(made.decision_function(other.linear))


def _scored(
    data: Features, truth: Truth, folds: NDArray[np.int64], fit: Fit
) -> tuple[float, float]:
    """Mean of the AUC over folds, and its variance."""
    values, variances = [], []
    for fold in range(_FOLDS):
        out = np.flatnonzero(folds == fold)
        into = np.flatnonzero(folds != fold)
        if not _both(truth[out]) or not _both(truth[into]):
            continue
        scores = fit(data.take(into), truth[into])(data.take(out))
        values.append(auc(truth[out], scores))
        variances.append(auc_variance(truth[out], scores))
    if not values:
        return 0.5, 0.25
    return float(np.mean(values)), float(np.nansum(variances)) / len(values) ** 2


def _both(truth: Truth) -> bool:
    return bool(truth.any()) and not bool(truth.all())


def _null(
    data: Features, truth: Truth, folds: NDArray[np.int64], rng: np.random.Generator
) -> Array:
    """AUC of the logistic learner when the labels are shuffled, shape (permutations,).

    It takes the first step from 0 only, which is all there is to take where nothing is
    to be learnt: one matrix a fold then serves all permutations.
    """
    dealt = np.stack([rng.permutation(truth) for _ in range(_PERMUTATIONS)], axis=1)
    found = []
    for fold in range(_FOLDS):
        into, out = folds != fold, folds == fold
        x = data.linear[into]
        middle = x.mean(axis=0)
        x = x - middle
        inner = x.T @ x / 4 + np.eye(x.shape[1])
        beta = np.linalg.solve(inner, x.T @ (dealt[into] - dealt[into].mean(axis=0)))
        scores = (data.linear[out] - middle) @ beta
        found.append([auc(dealt[out, at], scores[:, at]) for at in range(_PERMUTATIONS)])
    return np.asarray(np.nanmean(np.array(found), axis=0))


def _blame(
    pairs: tuple[Pair, ...], data: Features, truth: Truth, folds: NDArray[np.int64]
) -> tuple[tuple[str, float], ...]:
    """Columns whose shuffling costs the boosted trees most of their AUC in one fold."""
    into = np.flatnonzero(folds != 0)
    rng = np.random.default_rng(SEED)
    out = rng.permutation(np.flatnonzero(folds == 0))[:_LOOKED_AT]
    if not _both(truth[out]) or not _both(truth[into]):
        return ()
    score = _boosting(data.take(into), truth[into])
    test = data.take(out)
    whole = auc(truth[out], score(test))
    order = rng.permutation(len(out))
    found = []
    for place in _candidates(pairs):
        shuffled = test.trees.copy()
        shuffled[:, place] = shuffled[order, place]
        lost = whole - auc(truth[out], score(Features(shuffled, test.categories, test.linear)))
        found.append((pairs[place].name, lost))
    found.sort(key=lambda item: -item[1])
    return tuple((name, lost) for name, lost in found[:_BLAMED] if lost > 0.01)


def _candidates(pairs: tuple[Pair, ...]) -> list[int]:
    """All columns; of very many those whose distributions differ most."""
    from synth_magic.fidelity.real.shape import distance

    if len(pairs) <= _MOST_BLAMED:
        return list(range(len(pairs)))
    apart = [distance(pair) for pair in pairs]
    return sorted(range(len(pairs)), key=lambda at: -apart[at])[:_FEW_BLAMED]
