"""Odds and weights: boolean, ordered and nominal columns with effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from synth_magic.sampling.draws import Choice
from synth_magic.sampling.mixture import total
from synth_magic.sampling.tables import twelve_digits
from synth_magic.sampling.target import Effects, Target, held_exp
from synth_magic.sampling.terms import Contribution, edges, lines

Array = NDArray[np.float64]

#: Points on which the first steps towards intercepts are made.
_SOLVING = 2**13


def factor(unit: Contribution, coefficient: float) -> Contribution:
    """Turn what is added to the log odds into a factor of the odds."""
    if unit.b is None:
        table, slope = twelve_digits(held_exp(coefficient * unit.a)), None
    else:
        places = edges(unit.low, unit.high)
        left = unit.a + unit.b * places[:-1]
        right = unit.a[-1:] + unit.b[-1:] * places[-1:]
        log_odds = coefficient * np.concatenate([left, right])
        table, slope = lines(places, held_exp(log_odds))
    absent = float(twelve_digits(held_exp(np.array([coefficient * unit.absent])))[0])
    return replace(unit, a=table, b=slope, neutral=1.0, absent=absent)


def choice(target: Target, effects: Effects, found: Array) -> Choice:
    """Tabulate a multinomial logit whose shares come out as stated.

    Parameters
    ----------
    target, effects
        What the column is to be, and its effects on the pilot.
    found
        Their coefficients, shape (effects,).
    """
    values = target.values
    terms: list[list[Contribution]] = [[] for _ in range(values)]
    for term, unit, c in zip(effects.terms, effects.units, found, strict=True):
        terms[term.aim or 0].append(factor(unit, c))
    base = []
    for part, law in zip(effects.parts, target.laws, strict=True):
        upto = np.append(law.cdf(np.arange(values - 1.0)), 1.0)
        eta = np.zeros((values, part.columns.shape[1]))
        for term, column, c in zip(effects.terms, part.columns, found, strict=True):
            eta[term.aim or 0] += c * column
        base.append(_intercepts(eta, np.diff(np.append(0.0, upto)), part.weights))
    return Choice(twelve_digits(np.array(base)), tuple(map(tuple, terms)), target.by)


def _intercepts(eta: Array, shares: Array, weights: Array | None) -> Array:
    """Weights at which the mean softmax over the points has the stated shares."""
    weight = held_exp(eta)
    base = shares.copy()
    points = eta.shape[1]
    for count in dict.fromkeys((min(points, _SOLVING), points)):
        part = weight[:, :count]
        each = None if weights is None else weights[:count]
        whole = count if each is None else total(each)
        for _ in range(500):
            chances = base[:, None] * part
            chances /= np.add.reduce(chances, axis=0)
            if each is not None:
                chances *= each
            reached = np.array([total(line) for line in chances]) / whole
            ratio = np.divide(shares, reached, out=np.ones_like(shares), where=reached > 0)
            base = base * ratio
            base /= total(base)
            if np.abs(ratio - 1).max() < 1e-9:
                break
    return base
