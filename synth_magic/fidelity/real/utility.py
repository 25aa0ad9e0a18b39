"""Train on synthetic, test on real (TSTR), against train on real, test on real (TRTR).

Esteban, Hyland and Rätsch, arXiv 1706.02633 (2017).  Twenty times the real table is cut
into halves; learners are trained on one half, and on as many synthetic rows, and both
are tested on the other half.  One learner is linear, one is boosted trees; the one
that does better when trained on real rows is reported.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.events import Event, Tell, silent
from synth_magic.fidelity.real import learners
from synth_magic.fidelity.real.bands import SEED, Array
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.learners import Features
from synth_magic.fidelity.real.predictors import Target
from synth_magic.fidelity.real.ranks import auc, c_index

Rows = NDArray[np.intp]
Metric = Literal["AUC", "R2", "C-index"]
SPLITS = 20
LEAST_ROWS, LEAST_EVENTS = 100, 20
#: Rows of a split, both halves together; for event times, whose C-index looks at pairs.
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
        """99% interval of a mean over splits.

        Splits share rows, so the variance is that of Nadeau and Bengio (Machine
        Learning 2003): s^2 (1/J + test rows / training rows), here halves.
        """
        many = len(values)
        sd = float(values.std(ddof=1)) * math.sqrt(1 / many + 1)
        half = float(special.stdtrit(many - 1, 0.995)) * sd
        middle = float(values.mean())
        return middle - half, middle + half

    @property
    def band(self) -> tuple[float, float]:
        """Where TSTR lies when it does as well as TRTR, by the spread of their difference."""
        low, high = self.interval(self.trtr - self.tstr)
        middle, half = float(self.trtr.mean()), (high - low) / 2
        return middle - half, middle + half


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
    outcome = _outcome(target, held)
    if isinstance(outcome, str):
        return outcome
    if len(pairs) < _LEAST_PREDICTORS:
        return f"no column is left that could predict {target.name}"
    most = _MOST_TIMES if outcome.metric == "C-index" else _MOST_ROWS
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


# What is predicted ----------------------------------------------------------------

Predict = Callable[[Features], Array]
Fit = Callable[[Features, Array], Predict]
Score = Callable[[Array, Array], float]


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """Target values of both sides, the learners that fit them, and their score."""

    metric: Metric
    values: tuple[Array, Array]
    fits: dict[str, Fit]
    score: Score


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


def _outcome(target: Target, held: tuple[Rows, Rows]) -> _Outcome | str:
    pair = target.pair
    if target.event is not None:
        return _times(target, target.event, held)
    values = np.unique(np.concatenate([pair.one[held[0]], pair.other[held[1]]]))
    if pair.kind == "number" and len(values) > 2:
        fits: dict[str, Fit] = {"linear": _ridge, "boosting": _trees}
        return _Outcome("R2", (pair.one, pair.other), fits, _r2)
    counts = [
        [int((side[rows] == value).sum()) for value in values]
        for side, rows in zip((pair.one, pair.other), held, strict=True)
    ]
    kept = [at for at in range(len(values)) if min(counts[0][at], counts[1][at]) >= LEAST_EVENTS]
    if len(kept) < 2:
        return f"too small to say: fewer than {LEAST_EVENTS} rows with and without {target.name}"
    classes = values[kept]
    fits = {"linear": _logistic(classes), "boosting": _classes(classes)}
    return _Outcome("AUC", (pair.one, pair.other), fits, _auc(classes))


def _ridge(data: Features, values: Array) -> Predict:
    made = learners.linear_numbers(data, values)
    return lambda other: np.asarray(made.predict(other.linear))


def _trees(data: Features, values: Array) -> Predict:
    made = learners.boosted_numbers(data, values)
    return lambda other: np.asarray(made.predict(other.trees))


def _r2(truth: Array, guess: Array) -> float:
    apart = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - guess) ** 2).sum()) / apart if apart > 0 else math.nan


# Classes --------------------------------------------------------------------------


def _logistic(classes: Array) -> Fit:
    def fit(data: Features, values: Array) -> Predict:
        return _scores(classes, values, lambda y: _linear(data, y))

    return fit


def _classes(classes: Array) -> Fit:
    def fit(data: Features, values: Array) -> Predict:
        return _scores(classes, values, lambda y: _boosted(data, y))

    return fit


def _scores(classes: Array, values: Array, one: Callable[[NDArray[np.bool_]], Predict]) -> Predict:
    """One learner for each class against the rest; for two classes one is enough."""
    wanted = classes[1:] if len(classes) == 2 else classes
    made = [one(values == value) for value in wanted]
    return lambda other: np.stack([predict(other) for predict in made], axis=1)


def _linear(data: Features, truth: NDArray[np.bool_]) -> Predict:
    if truth.all() or not truth.any() or not data.linear.shape[1]:
        return lambda other: np.zeros(len(other.linear))
    made = learners.linear_classes(data, truth)
    return lambda other: np.asarray(made.decision_function(other.linear))


def _boosted(data: Features, truth: NDArray[np.bool_]) -> Predict:
    if truth.all() or not truth.any():
        return lambda other: np.zeros(len(other.trees))
    made = learners.boosted_classes(data, truth)
    return lambda other: np.asarray(made.predict_proba(other.trees)[:, 1])


def _auc(classes: Array) -> Score:
    """AUC, for more than two classes the mean of each against the rest."""
    wanted = classes[1:] if len(classes) == 2 else classes

    def score(truth: Array, scores: Array) -> float:
        found = [auc(truth == value, scores[:, at]) for at, value in enumerate(wanted)]
        known = [value for value in found if not math.isnan(value)]
        return float(np.mean(known)) if known else math.nan

    return score


# Event times ----------------------------------------------------------------------


def _times(target: Target, event: Pair, held: tuple[Rows, Rows]) -> _Outcome | str:
    """Learn hazards: events over the cumulative hazard at their time, as Poisson rates.

    With the baseline hazard known, the proportional hazards model is a Poisson model of
    the event with its cumulative hazard as exposure (Whitehead, Applied Statistics 1980;
    LeBlanc and Crowley, Biometrics 1992, grow trees so); Nelson and Aalen's estimate stands
    for it.  A row is its time, signed: negative where the event did not happen.
    """
    events = [
        int((side[rows] == 1).sum())
        for side, rows in zip((event.one, event.other), held, strict=True)
    ]
    if min(events) < LEAST_EVENTS:
        return f"too small to say: fewer than {LEAST_EVENTS} events"
    signed = [
        np.where(side == 1, time, -time)
        for side, time in (
            (event.one, target.pair.one),
            (event.other, target.pair.other),
        )
    ]
    fits: dict[str, Fit] = {"linear": _linear_hazard, "boosting": _boosted_hazard}
    return _Outcome("C-index", (signed[0], signed[1]), fits, _concordance)


def hazard(times: Array, events: NDArray[np.bool_]) -> Array:
    """Cumulative hazard at each time (Nelson 1972, Aalen 1978), shape (n,)."""
    found, inverse = np.unique(times, return_inverse=True)
    inverse = inverse.reshape(-1)
    died = np.bincount(inverse, weights=events, minlength=len(found))
    left = np.cumsum(np.bincount(inverse, minlength=len(found))[::-1])[::-1]
    return np.asarray(np.cumsum(died / left)[inverse])


def _exposed(signed: Array) -> tuple[Array, Array]:
    events = signed > 0
    exposure = np.maximum(hazard(np.abs(signed), events), 1e-4)
    return events / exposure, exposure


def _linear_hazard(data: Features, signed: Array) -> Predict:
    if not data.linear.shape[1]:
        return lambda other: np.zeros(len(other.linear))
    made = learners.linear_rates(data, *_exposed(signed))
    return lambda other: np.asarray(made.predict(other.linear))


def _boosted_hazard(data: Features, signed: Array) -> Predict:
    rates, exposure = _exposed(signed)
    made = learners.boosted_numbers(data, rates, exposure, "poisson")
    return lambda other: np.asarray(made.predict(other.trees))


def _concordance(signed: Array, risks: Array) -> float:
    return c_index(np.abs(signed), signed > 0, risks)
