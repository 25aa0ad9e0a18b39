"""What a target's type asks for: learners, and the score of what they predict."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.real import learners
from synth_magic.fidelity.real.bands import Array
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.learners import Features
from synth_magic.fidelity.real.predictors import Target
from synth_magic.fidelity.real.ranks import auc, c_index

Rows = NDArray[np.intp]
Metric = Literal["AUC", "R2", "C-index"]
LEAST_EVENTS = 20

Predict = Callable[[Features], Array]
Fit = Callable[[Features, Array], Predict]
Score = Callable[[Array, Array], float]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Target values of both sides, the learners that fit them, their score, and how many fit."""

    metric: Metric
    values: tuple[Array, Array]
    fits: dict[str, Fit]
    score: Score
    fitted: int = 1


def outcome_of(target: Target, held: tuple[Rows, Rows]) -> Outcome | str:
    """Say how a target is learned and scored.

    Parameters
    ----------
    target
        What is predicted.
    held
        Rows of both sides in which it is known.

    Returns
    -------
    Outcome or str
        A sentence where too little happens to learn from.
    """
    pair = target.pair
    if target.event is not None:
        return _times(target, target.event, held)
    values = np.unique(np.concatenate([pair.one[held[0]], pair.other[held[1]]]))
    if pair.kind == "number" and len(values) > 2:
        fits: dict[str, Fit] = {"linear": _ridge, "boosting": _trees}
        return Outcome("R2", (pair.one, pair.other), fits, _r2)
    counts = [
        [int((side[rows] == value).sum()) for value in values]
        for side, rows in zip((pair.one, pair.other), held, strict=True)
    ]
    kept = [at for at in range(len(values)) if min(counts[0][at], counts[1][at]) >= LEAST_EVENTS]
    if len(kept) < 2:
        return f"too small to say: fewer than {LEAST_EVENTS} rows with and without {target.name}"
    classes = values[kept]
    fits = {"linear": _logistic(classes), "boosting": _classes(classes)}
    fitted = 1 if len(classes) == 2 else len(classes)
    return Outcome("AUC", (pair.one, pair.other), fits, _auc(classes), fitted)


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


def _times(target: Target, event: Pair, held: tuple[Rows, Rows]) -> Outcome | str:
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
    return Outcome("C-index", (signed[0], signed[1]), fits, _concordance)


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
