"""Aiming beside a stated mean and SD, so that the delivered column has them.

Rounding widens a law, and a cut beside zeros moves it; where steps are coarse
the difference would show.  The law is chosen for the stated mean and SD, and
then for ones that are off by what was missed, until the delivered column has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from synth_magic.errors import SpecError
from synth_magic.laws.codec import codec
from synth_magic.laws.facts import Facts
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.moments import Choice, skewed_like
from synth_magic.laws.steps import COARSE, step_of
from synth_magic.laws.written import law_of

#: Mean (in SDs) and SD are good when met as closely as this.
CLOSE = 1e-5
#: Corrections at most.
ROUNDS = 12

Moments = tuple[float, float]


def aimed(facts: Facts, choice: Choice, again: Callable[[Facts], Choice]) -> Choice:
    """Return the choice whose delivered column has the mean and SD that were stated of it.

    Parameters
    ----------
    facts
        Of the values other than 0.
    choice
        What they describe before rounding.
    again
        Chooses again, for facts with another mean and SD.
    """
    goal = _goal(facts, choice)
    if goal is None or not _shows(facts, goal):
        return choice
    made = _maker(facts, choice, again)
    if made is None:
        return choice
    wanted = _whole(goal, facts.zero_share or 0.0)
    mean, variance = goal[0], goal[1] ** 2
    best, least = choice, math.inf
    for turn in range(ROUNDS):
        try:
            trial = choice if turn == 0 else made(mean, math.sqrt(variance))
            if trial is None:
                break
            got = delivered(facts, law_of(trial, facts))
        except SpecError:  # the corrected aim is beyond what the range allows
            break
        off = max(abs(got[0] - wanted[0]), abs(got[1] - wanted[1])) / wanted[1]
        if off < least:
            best, least = trial, off
        if off < CLOSE:
            break
        rest = _rest(got, facts.zero_share or 0.0)
        mean += goal[0] - rest[0]
        variance += goal[1] ** 2 - rest[1] ** 2
        if not variance > 0:
            break
    return replace(best, guesses=choice.guesses)


def _goal(facts: Facts, choice: Choice) -> Moments | None:
    if choice.quantiles is not None:
        return None if facts.mean is None or facts.sd is None else (facts.mean, facts.sd)
    return choice.moments


def _shows(facts: Facts, goal: Moments) -> bool:
    """Whether steps, or the gap beside zeros, are large enough to be seen."""
    step = step_of(facts.column)
    return step is not None and step > COARSE * goal[1]


def _maker(
    facts: Facts, choice: Choice, again: Callable[[Facts], Choice]
) -> Callable[[float, float], Choice | None] | None:
    if choice.quantiles is not None:
        return lambda mean, sd: again(replace(facts, mean=mean, sd=sd))
    if choice.family in ("gamma", "lognormal"):
        return lambda mean, sd: skewed_like(choice.family, facts, mean, sd)
    if choice.family == "normal" and facts.zero_share:
        return lambda mean, sd: Choice("normal", (("mean", mean), ("sd", sd)))
    return None


def delivered(facts: Facts, law: Marginal) -> Moments:
    """Mean and SD of the whole column as delivered, in positions."""
    found = codec(facts.column, law).law(law)
    return found.mean, found.sd


def _whole(rest: Moments, zeros: float) -> Moments:
    """Mean and SD of the whole column, by the law of total variance."""
    mean, sd = rest
    return (1 - zeros) * mean, math.sqrt((1 - zeros) * (sd * sd + zeros * mean * mean))


def _rest(whole: Moments, zeros: float) -> Moments:
    mean = whole[0] / (1 - zeros)
    return mean, math.sqrt(max(whole[1] ** 2 / (1 - zeros) - zeros * mean * mean, 0.0))
