"""The family that a mean and an SD describe: normal, gamma, lognormal, or a law of counts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from synth_magic.blueprint import model
from synth_magic.errors import SpecError
from synth_magic.laws.counts import negative_binomial, negative_binomial_count, poisson_count
from synth_magic.laws.facts import Facts
from synth_magic.laws.families import Law
from synth_magic.laws.place import Place
from synth_magic.laws.rootfinding import bisect
from synth_magic.laws.steps import cells, step_of
from synth_magic.laws.truncation import gamma_with, lognormal_with

#: Counts with a mean above this are drawn as numbers that are rounded.
LARGEST_COUNT_MEAN = 30.0
#: Coefficient of variation above which a gamma or lognormal law is taken.
SKEWED_WITH_BOUND, SKEWED_WITHOUT = 0.5, 0.25
#: The guess that a wide spread about a positive centre calls for, and how to say otherwise.
NOT_BELOW_ZERO = (
    "taken as never below 0, since its spread is wide",
    "State a range if it can be negative",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A family with its parameters, or quantiles, in positions.

    Parameters
    ----------
    family
        Name of a family, or ``quantiles``.
    parameters
        Pairs (name, value) of the family.
    quantiles
        Pairs (share, position).
    guesses
        Pairs (what was guessed, how to say it).
    moments
        Mean and SD that a gamma, lognormal or normal law is to have.
    """

    family: str
    parameters: tuple[tuple[str, float], ...] = ()
    quantiles: tuple[tuple[float, float], ...] | None = None
    guesses: tuple[tuple[str, str], ...] = ()
    moments: tuple[float, float] | None = None

    def with_guess(self, what: str, mend: str) -> Choice:
        """Return the same choice with one more guess to tell."""
        return replace(self, guesses=((what, mend), *self.guesses))


def by_moments(facts: Facts, mean: float, sd: float) -> Choice:
    """Choose the family that a mean and an SD describe."""
    normal = Choice("normal", (("mean", mean), ("sd", sd)), moments=(mean, sd))
    if facts.column.type in ("date", "datetime"):
        return normal
    if countable(facts) and mean <= LARGEST_COUNT_MEAN:
        count = _count(facts, mean, sd)
        if count is not None:
            return count
    skewed = SKEWED_WITHOUT if facts.low is None else SKEWED_WITH_BOUND
    if facts.positive and mean > 0 and sd > skewed * mean:
        found = skewed_like("lognormal", facts, mean, sd) if sd > mean else None
        # Laws on a short range that no gamma fits keep their moments as a normal with a range.
        found = found or skewed_like("gamma", facts, mean, sd) or normal
        return _said_positive(facts, found)
    return normal


def skewed_like(family: str, facts: Facts, mean: float, sd: float) -> Choice | None:
    """Return the gamma or lognormal law with this mean and SD within its bounds, if one has them.

    Parameters
    ----------
    family
        ``gamma`` or ``lognormal``.
    facts
        Of the column; its range counts.
    mean, sd
        Before rounding; both positive.
    """
    low, high = max(facts.low or 0.0, 0.0), facts.high
    step = step_of(facts.column)
    if step is not None:
        start, high = cells(low, high, step)
        low = max(start or 0.0, 0.0)
    if not mean > low:
        return None
    if family == "lognormal":
        lognormal = lognormal_with(mean, sd, low, high)
        if lognormal is None:
            return None
        parameters = (("median", _middle(lognormal, low, high)), ("sigma", lognormal.sigma))
        return Choice("lognormal", parameters, moments=(mean, sd))
    gamma = gamma_with(mean, sd, low, high)
    if gamma is None or gamma.shape <= 1e-3:
        return None
    return Choice("gamma", (("shape", gamma.shape), ("scale", gamma.scale)), moments=(mean, sd))


def _middle(law: Law, low: float, high: float | None) -> float:
    """Median of a law cut to its bounds."""
    end = 1.0 if high is None else float(law.cdf(high))
    return float(law.ppf(np.array((float(law.cdf(low)) + end) / 2)))


def _said_positive(facts: Facts, choice: Choice) -> Choice:
    if facts.low is not None or facts.column.type == "integer":
        return choice
    return choice.with_guess(*NOT_BELOW_ZERO)


def countable(facts: Facts) -> bool:
    """Whether the column may hold counts: whole numbers from 0 or 1 on."""
    return facts.column.type == "integer" and facts.positive and (facts.low or 0.0) <= 1


def _count(facts: Facts, mean: float, sd: float) -> Choice | None:
    """Poisson or negative binomial; None where the SD is below what counts have by chance."""
    low = max(math.ceil(facts.low or 0.0), 1 if facts.zero_share else 0)
    high = math.inf if facts.high is None else math.floor(facts.high)
    if not low < mean < high:
        return None
    cut = low > 0 or poisson_count(mean).mass(low, high) < 1 - 1e-9
    if not cut:
        excess = sd * sd - mean
        if abs(sd / math.sqrt(mean) - 1) < 0.03:
            return Choice("poisson", (("mean", mean),))
        if excess <= 0:
            return None
        count = negative_binomial_count(mean, excess / mean**2)
        if count.mass(low, high) > 1 - 1e-9:
            return Choice("negative_binomial", (("mean", mean), ("dispersion", excess / mean**2)))
    return _cut_count(facts, mean, sd)


def _cut_count(facts: Facts, mean: float, sd: float) -> Choice | None:
    """Find the dispersion with which the law within the range has the stated SD."""
    floor = max(facts.low or 0.0, 1.0 if facts.zero_share else 0.0)
    place = Place(facts.column, floor, facts.high, ("columns", facts.column.name))

    def excess(log_dispersion: float) -> float:
        form = model.NegativeBinomial(mean=mean, dispersion=math.exp(log_dispersion))
        try:
            return negative_binomial(form, place).sd / sd - 1
        except SpecError:  # so dispersed that the mean cannot be kept: too wide in any case
            return 1.0

    low, high = math.log(1e-4), math.log(50.0)
    at_low = excess(low)
    if abs(at_low) < 0.03:
        return Choice("poisson", (("mean", mean),))
    if at_low > 0 or excess(high) < 0:
        return None
    found = bisect(excess, low, high, 40)
    if abs(excess(found)) > 0.01:
        return None
    dispersion = math.exp(found)
    return Choice("negative_binomial", (("mean", mean), ("dispersion", dispersion)))
