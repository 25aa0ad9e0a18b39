"""What is guessed where the facts leave a law open; each guess is told."""

from __future__ import annotations

import math
from dataclasses import replace

from synth_magic import units
from synth_magic.blueprint.model import Column
from synth_magic.errors import SpecError, problem
from synth_magic.laws.facts import Facts
from synth_magic.laws.moments import Choice, by_moments, countable
from synth_magic.laws.positions import position, text_of, unit_of_spread
from synth_magic.laws.steps import held, narrowest, step_of, widest
from synth_magic.laws.truncation import gamma_with
from synth_magic.laws.whole import counted

#: Whole numbers of so few values, of which only the range is known, are alike.
ALIKE = 12
#: Whole numbers without a unit and with a mean up to this are taken for counts.
LARGEST_GUESSED_COUNT = 10.0
#: Mean, above its least value, and SD of a count of which nothing is known.
GUESSED_COUNT = 3.0


def median_alone(facts: Facts, median: float) -> Choice:
    """Guess the spread about a median."""
    mend = "State its quartiles too, for instance median 7.4 (6.6-8.6)"
    if facts.low is not None or facts.high is not None:
        known = [abs(end - median) for end in (facts.low, facts.high) if end is not None]
        down = (median - facts.low) / 4 if facts.low is not None else min(known) / 4
        up = (facts.high - median) / 4 if facts.high is not None else min(known) / 4
        if down > 0 and up > 0:
            down, up = min(down, 3 * up), min(up, 3 * down)
            quartiles = ((0.25, median - down), (0.5, median), (0.75, median + up))
            ends = f"{_shown(facts, median - down)} and {_shown(facts, median + up)}"
            what = f"its quartiles, {ends}, are a guess"
            return Choice("quantiles", quantiles=quartiles).with_guess(what, mend)
        # Half of the values stand at the bound that is the median.
        at_low = facts.low is not None and down <= 0
        far = max(up, down, 0.0) or 1.0
        found = (
            ((0.5, median), (0.75, median + far))
            if at_low
            else ((0.25, median - far), (0.5, median))
        )
        return Choice("quantiles", quantiles=found).with_guess("its spread is a guess", mend)
    if facts.positive and median > 0:
        choice = Choice("lognormal", (("median", median), ("sigma", 0.3)))
        return choice.with_guess("its spread, a sigma of 0.3, is a guess", mend)
    sd = _invented_sd(facts, median)
    choice = Choice("normal", (("mean", median), ("sd", sd)))
    return choice.with_guess(f"its sd, {sd:.3g}, is a guess", mend)


def mean_alone(facts: Facts, mean: float) -> Choice:
    """Guess the spread about a mean."""
    if countable(facts) and mean <= LARGEST_GUESSED_COUNT and facts.column.unit is None:
        return Choice("poisson", (("mean", mean),)).with_guess(
            "its spread is that of a Poisson count, a guess", "State its sd too"
        )
    sd = _invented_sd(facts, mean)
    return by_moments(facts, mean, sd).with_guess(
        f"its sd, {_shown_sd(facts, sd)}, is a guess", "State its sd too"
    )


def range_alone(facts: Facts) -> Choice:
    """Guess a law from a range, or from less."""
    column, mend = facts.column, "State its mean and sd, or its quartiles"
    low, high = facts.low, facts.high
    if facts.mean is None and facts.sd is not None and facts.width is None:
        raise _no_mean(facts)
    step = step_of(column)
    if step is not None and facts.sd is None:
        first, last = held(low, high, step)
        if first is not None and last is not None and first > last:
            # No value lies in it, which `solve` says.
            return Choice("uniform", (("low", low or 0.0), ("high", high or 0.0)))
        # Ends between two steps bound nothing: whole numbers of 0.3 to 2 are 1 and 2.
        low, high = first, last
    if low is not None and high is not None:
        few = column.type == "integer" and high - low < ALIKE and facts.sd is None
        if (column.type in ("date", "datetime") and facts.sd is None) or few or low == high:
            what = "every day" if column.type in ("date", "datetime") else "every value"
            choice = Choice("uniform", (("low", low), ("high", high)))
            return choice.with_guess(f"{what} of its range is alike, a guess", mend)
        skewed = None if facts.sd is not None else _skewed(facts.column, low, high)
        if skewed is not None:
            return skewed.with_guess("its shape is a guess from its range", mend)
        mean = (low + high) / 2
        sd = facts.sd or _invented_sd(replace(facts, low=low, high=high), mean)
        choice = Choice("normal", (("mean", mean), ("sd", sd)))
        what = f"its mean and sd, {_shown(facts, mean)} and {_shown_sd(facts, sd)}, are guesses"
        return choice.with_guess(what, mend)
    return _little(facts).with_guess("next to nothing is said of it, so its law is a guess", mend)


def _skewed(column: Column, low: float, high: float) -> Choice | None:
    """Guess a law that is skewed to the right from ends that were measured, or lie far apart.

    What is measured above zero is lognormal as a rule (Limpert, Stahel and Abbt, BioScience
    51:341, 2001): the ends stand at equal ratios about the median, three SD of the logarithm out,
    as the extremes of some five hundred values do.  From zero on, a gamma law with an SD of
    four fifths of its mean has its largest of five hundred values at five times the mean.
    Round ends without a unit are those of a scale, which leans to neither side.
    """
    measured = _measured(column, low, high)
    if low > 0 and high > (3 if measured else 20) * low:
        median, sigma = math.sqrt(low * high), math.log(high / low) / 6
        return Choice("lognormal", (("median", median), ("sigma", sigma)))
    if low == 0 and measured and high % 1:
        return Choice("gamma", (("shape", 1.5625), ("scale", high / 5 / 1.5625)))
    return None


def _measured(column: Column, low: float, high: float) -> bool:
    """Whether ends were read off: fractions, or of a unit that is neither a time nor a count."""
    if column.type not in ("integer", "number"):
        return False
    if low % 1 or high % 1:
        return True
    unit = column.unit
    return not (unit is None or unit == "%" or counted(unit) or units.factor("years", unit))


def _little(facts: Facts) -> Choice:
    """Invent a law where one bound is known at most."""
    kind, low, high = facts.column.type, facts.low, facts.high
    if kind in ("date", "datetime"):
        years = 5 * 365.25 * (86400.0 if kind == "datetime" else 1.0)
        first = position("2020-01-01", kind, ()) if high is None else high - years
        first = first if low is None else low
        last = first + years if high is None else high
        return Choice("uniform", (("low", float(round(first))), ("high", float(round(last)))))
    if low is not None and countable(facts) and facts.column.unit is None:
        # Whole numbers from 0 or 1 on that nobody measures in a unit are counts as a rule.
        return by_moments(facts, GUESSED_COUNT + math.ceil(low), GUESSED_COUNT)
    step = step_of(facts.column)
    if low is not None:
        if low <= 0:
            return Choice("gamma", (("shape", 4.0), ("scale", 12.5)))
        return Choice("normal", (("mean", 1.5 * low), ("sd", _wide_enough(1.5 * low, low, step))))
    if high is not None:
        size = abs(high) or 50.0
        mean = high - 0.4 * size
        return Choice("normal", (("mean", mean), ("sd", _wide_enough(mean, 0.75 * size, step))))
    return Choice("normal", (("mean", 50.0), ("sd", 12.0)))


def _wide_enough(mean: float, size: float, step: float | None) -> float:
    """Give a fifth of a size, or what whole numbers about this mean have at least."""
    return max(0.2 * size, 0.0 if step is None else 1.1 * narrowest(mean, step))


def times(facts: Facts) -> Choice:
    """Choose the law of an event time: a constant hazard where one number is known."""
    mend = "State survival, for instance survival 82% at 365"
    if facts.mean is not None and facts.sd is not None:
        gamma = gamma_with(facts.mean, facts.sd, 0.0, None)
        if gamma is not None:
            return Choice("gamma", (("shape", gamma.shape), ("scale", gamma.scale)))
    inner = tuple(pair for pair in facts.quantiles if 0 < pair[0] < 1)
    if len(inner) >= 2:
        return Choice("quantiles", quantiles=((0.0, 0.0), *inner))
    if inner:
        mean = inner[0][1] / -math.log1p(-inner[0][0])
    else:
        mean = facts.mean if facts.mean is not None else 1000.0
    choice = Choice("exponential", (("mean", mean),))
    return choice.with_guess("its hazard is taken as constant, a guess", mend)


def _invented_sd(facts: Facts, mean: float) -> float:
    low, high, step = facts.low, facts.high, step_of(facts.column)
    least = 0.0 if step is None else narrowest(mean, step)
    if low is not None and high is not None:
        sd = min((high - low) / 5, 0.8 * min(mean - low, high - mean))
        most = widest(mean, low, high)
        # Whole numbers have an SD of their own wherever their mean is none.
        return most if most <= 1.1 * least else min(max(sd, 1.1 * least), most)
    sd = abs(mean) / 5 or 1.0
    if low is not None:
        sd = (mean - low) / 2.5 if mean > low else 1.0
    elif high is not None:
        sd = (high - mean) / 2.5 if high > mean else 1.0
    elif facts.column.type in ("date", "datetime"):
        sd = 365.0 * (86400.0 if facts.column.type == "datetime" else 1.0)
    return max(sd, 1.1 * least)


def _shown(facts: Facts, place: float) -> str:
    text = text_of(place, facts.column.type)
    return text if isinstance(text, str) else f"{text:.4g}"


def _shown_sd(facts: Facts, sd: float) -> str:
    days = " days" if facts.column.type in ("date", "datetime") else ""
    return f"{sd / unit_of_spread(facts.column.type):.3g}{days}"


def _no_mean(facts: Facts) -> SpecError:
    return SpecError(
        problem(
            ("columns", facts.column.name, "sd"),
            f"{facts.column.name}: an sd without a mean or a range says too little",
            "State its mean too, for instance mean 62 sd 11",
        )
    )
