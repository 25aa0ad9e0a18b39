"""Train on synthetic, test on real (TSTR), against train on real, test on real (TRTR).

Esteban, Hyland and Rätsch, arXiv 1706.02633 (2017).  Twenty times the real table is cut
into halves; learners are trained on one half, and on as many synthetic rows, and both
are tested on the other half.  One learner is linear, one is boosted trees; the one
that does better when trained on real rows is reported.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.events import Event, Tell, silent
from synth_magic.fidelity.real import learners
from synth_magic.fidelity.real.bands import SEED, Array
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.learners import Features
from synth_magic.fidelity.real.outcomes import Fit, Metric, Score, outcome_of
from synth_magic.fidelity.real.predictors import Target

Rows = NDArray[np.intp]
SPLITS = 20
LEAST_ROWS = 100
#: Rows of a split, both halves together, shared by the learners that several classes
#: take; and of one for event times, whose C-index looks at pairs.
_MOST_ROWS, _MOST_TIMES = 5_000, 2_000
_LEAST_PREDICTORS = 1


@dataclass(frozen=True, slots=True, eq=False)
class Utility:
    """What a learner gains from the synthetic table.

    Parameters
    ----------
    metric
        What is measured on the held-out real rows.
    learner
        ``linear`` or ``boosting``: the better one when trained on real rows.
    tstr, trtr
        Trained on synthetic and on real rows, shape (splits,).
    predictors
        How many columns predict.
    rows
        Training rows.
    each
        Mean of TSTR and TRTR of both learners.
    """

    metric: Metric
    learner: str
    tstr: Array
    trtr: Array
    predictors: int
    rows: int
    each: dict[str, tuple[float, float]]

    def interval(self, values: Array) -> tuple[float, float]:
        """99% interval of a mean over splits."""
        middle, half = float(values.mean()), _half(values)
        return middle - half, middle + half

    @property
    def band(self) -> tuple[float, float]:
        """Where TSTR lies when the table teaches as much as real rows.

        By the spread of the difference over the splits; but a table that teaches nothing
        makes that as wide as it likes, so it counts for no more than that of two samples
        that spread as TRTR does.
        """
        half = min(_half(self.tstr - self.trtr), math.sqrt(2) * _half(self.trtr))
        middle = float(self.trtr.mean())
        return middle - half, middle + half


def _half(values: Array) -> float:
    """Half of the 99% interval of a mean over splits.

    Splits share rows, so the variance is that of Nadeau and Bengio (Machine Learning
    2003): s^2 (1/J + test rows / training rows), here halves.
    """
    many = len(values)
    sd = float(values.std(ddof=1)) * math.sqrt(1 / many + 1)
    return float(special.stdtrit(many - 1, 0.995)) * sd


def utility(
    pairs: tuple[Pair, ...], rows: tuple[int, int], target: Target, tell: Tell = silent
) -> Utility | str:
    """Compare learners trained on synthetic and on real rows.

    Parameters
    ----------
    pairs
        Columns that predict.
    rows
        Rows of the synthetic and the real table.
    target
        What is predicted.
    tell
        Told of each split.

    Returns
    -------
    Utility or str
        A sentence where there is nothing to compare.
    """
    held = _held(target, rows)
    if min(len(part) for part in held) < LEAST_ROWS:
        return f"too small to say: fewer than {LEAST_ROWS} rows with a known {target.name}"
    outcome = outcome_of(target, held)
    if isinstance(outcome, str):
        return outcome
    if len(pairs) < _LEAST_PREDICTORS:
        return f"no column is left that could predict {target.name}"
    most = _MOST_TIMES if outcome.metric == "C-index" else _MOST_ROWS // outcome.fitted
    half = min(len(held[0]), len(held[1]) // 2, most // 2)
    rng = np.random.default_rng(SEED)
    found: dict[str, list[tuple[float, float]]] = {"linear": [], "boosting": []}
    with learners.one_thread():
        for split in range(SPLITS):
            mine = rng.choice(held[0], half, replace=False)
            theirs = rng.permutation(held[1])[: 2 * half]
            data = learners.features(tuple(pair.take(mine, theirs) for pair in pairs))
            truth = np.concatenate([outcome.values[0][mine], outcome.values[1][theirs]])
            parts = np.split(np.arange(3 * half), 3)
            for name, scores in found.items():
                scores.append(_both(outcome.fits[name], outcome.score, data, truth, parts))
            tell(Event("reporting", split + 1, SPLITS, text="train on synthetic, test on real"))
    arrays = {name: np.array(scores) for name, scores in found.items()}
    best = max(arrays, key=lambda name: _known(arrays[name][:, 1]))
    kept = arrays[best][np.isfinite(arrays[best]).all(axis=1)]
    if len(kept) < 2:
        return f"too small to say: {target.name} hardly varies within halves of the table"
    each = {name: (_known(part[:, 0]), _known(part[:, 1])) for name, part in arrays.items()}
    return Utility(outcome.metric, best, kept[:, 0], kept[:, 1], len(pairs), half, each)


def _known(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else -math.inf


def _held(target: Target, rows: tuple[int, int]) -> tuple[Rows, Rows]:
    """Rows of both sides in which the target is known."""
    missing = [np.isnan(target.pair.one), np.isnan(target.pair.other)]
    if target.event is not None:
        missing[0] = missing[0] | np.isnan(target.event.one) | ~(target.pair.one > 0)
        missing[1] = missing[1] | np.isnan(target.event.other) | ~(target.pair.other > 0)
    first, second = (np.flatnonzero(~gone) for gone in missing)
    return first, second


def _both(
    fit: Fit, score: Score, data: Features, truth: Array, parts: list[NDArray[np.intp]]
) -> tuple[float, float]:
    synthetic, train, test = parts
    held_out = data.take(test)
    scores = [
        score(truth[test], fit(data.take(part), truth[part])(held_out))
        for part in (synthetic, train)
    ]
    return scores[0], scores[1]
