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
    eta = np.zeros((values, effects.designs.shape[1]))
    terms: list[list[Contribution]] = [[] for _ in range(values)]
    for term, unit, design, c in zip(
        effects.terms, effects.units, effects.designs, found, strict=True
    ):
        aim = term.aim or 0
        eta[aim] += c * design
        terms[aim].append(factor(unit, c))
    base = []
    for number, law in enumerate(target.laws):
        rows = slice(None) if effects.group is None else effects.group == number
        upto = np.append(law.cdf(np.arange(values - 1.0)), 1.0)
        shares = np.diff(np.append(0.0, upto))
        part = eta[:, rows]
        base.append(_intercepts(part if part.shape[1] else eta, shares))
    return Choice(twelve_digits(np.array(base)), tuple(map(tuple, terms)), target.by)


def _intercepts(eta: Array, shares: Array) -> Array:
    """Weights at which the mean softmax over the points has the stated shares."""
    weight = held_exp(eta)
    base = shares.copy()
    points = eta.shape[1]
    for count in dict.fromkeys((min(points, _SOLVING), points)):
        part = weight[:, :count]
        for _ in range(500):
            chances = base[:, None] * part
            chances /= np.add.reduce(chances, axis=0)
            reached = np.array([total(line) for line in chances]) / count
            ratio = np.divide(shares, reached, out=np.ones_like(shares), where=reached > 0)
            base = base * ratio
            base /= total(base)
            if np.abs(ratio - 1).max() < 1e-9:
                break
    return base
