"""The family that a mean and an SD describe: normal, gamma, lognormal, or a law of counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from synth_magic.blueprint import model
from synth_magic.errors import SpecError
from synth_magic.laws.counts import negative_binomial, negative_binomial_count, poisson_count
from synth_magic.laws.facts import Facts
from synth_magic.laws.families import Law
from synth_magic.laws.place import Place
from synth_magic.laws.rootfinding import bisect
from synth_magic.laws.truncation import gamma_with, lognormal_with

#: Counts with a mean above this are drawn as numbers that are rounded.
LARGEST_COUNT_MEAN = 30.0
#: Coefficient of variation above which a gamma or lognormal law is taken.
SKEWED_WITH_BOUND, SKEWED_WITHOUT = 0.5, 0.25
#: The guess that a wide spread about a positive centre calls for, and how to say otherwise.
NOT_BELOW_ZERO = (
    "taken as never below 0, since its spread is wide",
    "state a range if it can be negative",
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
    """

    family: str
    parameters: tuple[tuple[str, float], ...] = ()
    quantiles: tuple[tuple[float, float], ...] | None = None
    guesses: tuple[tuple[str, str], ...] = ()

    def with_guess(self, what: str, mend: str) -> Choice:
        """Return the same choice with one more guess to tell."""
        guesses = ((what, mend), *self.guesses)
        return Choice(self.family, self.parameters, self.quantiles, guesses)


def by_moments(facts: Facts, mean: float, sd: float) -> Choice:
    """Choose the family that a mean and an SD describe."""
    if facts.column.type in ("date", "datetime"):
        return Choice("normal", (("mean", mean), ("sd", sd)))
    if countable(facts) and mean <= LARGEST_COUNT_MEAN:
        count = _count(facts, mean, sd)
        if count is not None:
            return count
    skewed = SKEWED_WITHOUT if facts.low is None else SKEWED_WITH_BOUND
    if facts.positive and mean > 0 and sd > skewed * mean:
        return _skewed(facts, mean, sd)
    return Choice("normal", (("mean", mean), ("sd", sd)))


def _skewed(facts: Facts, mean: float, sd: float) -> Choice:
    low = max(facts.low or 0.0, 0.0)
    plain = Choice("normal", (("mean", mean), ("sd", sd)))
    if sd > mean:
        lognormal = lognormal_with(mean, sd, low, facts.high)
        if lognormal is not None:
            median = _middle(lognormal, low, facts.high)
            plain = Choice("lognormal", (("median", median), ("sigma", lognormal.sigma)))
            return _said_positive(facts, plain)
    gamma = gamma_with(mean, sd, low, facts.high)
    # Laws on a short range that no gamma fits keep their moments as a normal with a range.
    if gamma is not None and gamma.shape > 1e-3:
        plain = Choice("gamma", (("shape", gamma.shape), ("scale", gamma.scale)))
    return _said_positive(facts, plain)


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
