"""Facts beside a share of zeros: stated of the whole column, turned into those of the rest.

"30% zeros, mean 2.3" is read as people read a table: 2.3 is the mean of all
values, zeros included.  A distribution with a `zero_share` describes the rest,
so with z zeros its mean is mean / (1 - z), its variance follows from the law
of total variance, and the quantile at q is its quantile at (q - z) / (1 - z).
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

from synth_magic.blueprint.model import Stated
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.laws.facts import Facts
from synth_magic.laws.steps import narrowest, step_of, widest

#: Shares that differ by less are the same.
SAME = 1e-9
LEAVE = "Leave it out, or state fewer zeros"


def rest_of(facts: Facts) -> Facts:
    """Return the facts of the values other than 0.

    Parameters
    ----------
    facts
        Of the whole column, zeros included; without a share of zeros they stay as they are.

    Raises
    ------
    SpecError
        Where no such values could make the whole what was stated, at the fact.
    """
    column, zeros = facts.column, facts.zero_share
    if zeros is None or column.type not in ("integer", "number"):
        return facts
    stated = column.stated or Stated()
    path: Path = ("columns", column.name)
    said = f"{column.name}: with {100 * zeros:.4g}% zeros"
    if zeros == 1:
        return _nothing_else(facts, stated, said, path)
    rest = _bounded(facts)
    problems: list[Problem] = []
    mean = None if facts.mean is None else facts.mean / (1 - zeros)
    if mean is not None and zeros > 0:
        problems += _mean(rest, mean, zeros, stated, said, path)
    sd = facts.sd
    if sd is not None and zeros > 0 and not problems:
        sd, wrong = _sd(rest, mean, sd, zeros, stated, said, path)
        problems += wrong
    quantiles: list[tuple[float, float]] = []
    for share, x in facts.quantiles:
        found = _quantile(rest, share, x, zeros)
        if isinstance(found, str):
            word = word_of(share, stated)
            mend = "Check the share of zeros against it"
            what = f"{said} its {_named(share, word)} {found}, not {x:g}"
            problems.append(problem((*path, word), what, mend))
        elif found is not None:
            quantiles.append((found, x))
    for (share, x), (further, y) in pairwise(quantiles):
        if not problems and x < y and further < share + SAME:
            what = f"{said} nothing lies between its quantiles {x:g} and {y:g}"
            problems.append(problem((*path, "zero_share"), what, "State fewer zeros"))
    if problems:
        raise SpecError(problems)
    median = next((x for share, x in quantiles if abs(share - 0.5) < SAME), None)
    return replace(rest, mean=mean, sd=sd, median=median, quantiles=tuple(quantiles))


def share_of_whole(facts: Facts, share: float, x: float) -> float:
    """Turn a share of the rest below `x` back into one of the whole column."""
    zeros = facts.zero_share or 0.0
    return share * (1 - zeros) + (zeros if x > 0 else 0.0)


def _bounded(facts: Facts) -> Facts:
    """Bounds of the rest: at 0 it stays a step away."""
    step = step_of(facts.column) or 0.0
    if facts.low == 0:
        return replace(facts, low=step)
    return replace(facts, high=-step) if facts.high == 0 else facts


def _nothing_else(facts: Facts, stated: Stated, said: str, path: Path) -> Facts:
    found = [
        problem((*path, word), f"{said} nothing else has a place", LEAVE)
        for word, value in (("mean", facts.mean), ("sd", facts.sd))
        if value not in (None, 0)
    ]
    found += [
        problem((*path, word_of(share, stated)), f"{said} all of its quantiles are 0", LEAVE)
        for share, x in facts.quantiles
        if x != 0
    ]
    if found:
        raise SpecError(found)
    return replace(facts, mean=None, sd=None, median=None, quantiles=())


def _mean(
    rest: Facts, mean: float, zeros: float, stated: Stated, said: str, path: Path
) -> list[Problem]:
    first = rest.low
    if first is None and rest.positive:
        first = step_of(rest.column) or 0.0
    for end, word, past in ((first, "above", False), (rest.high, "below", True)):
        if end is not None and (mean >= end if past else mean <= end):
            bound = (1 - zeros) * end
            what = f"{said} its mean is {word} {bound:.4g}, not {stated.mean}"
            mend = f"State a mean {word} {bound:.4g}, or another share of zeros"
            return [problem((*path, "mean"), what, mend)]
    return []


def _sd(
    rest: Facts,
    mean: float | None,
    sd: float,
    zeros: float,
    stated: Stated,
    said: str,
    path: Path,
) -> tuple[float | None, list[Problem]]:
    if mean is None:
        what = f"{said} an sd without a mean says too little"
        mend = "State the mean of all values too, for instance mean 2.3 sd 3"
        return None, [problem((*path, "sd"), what, mend)]
    # Law of total variance: within the rest, and between it and the zeros.
    between = zeros * (1 - zeros) * mean * mean
    step = step_of(rest.column)
    least = 0.0 if step is None else narrowest(mean, step)
    most = math.inf if rest.low is None or rest.high is None else widest(mean, rest.low, rest.high)
    variance = (sd * sd - between) / (1 - zeros)
    around = f"{said} and a mean of {stated.mean} its sd is"
    if variance <= least * least:
        bound = math.sqrt(between + (1 - zeros) * least * least)
        what = f"{around} above {bound:.4g}, not {stated.sd}"
        return None, [problem((*path, "sd"), what, f"State an sd above {bound:.4g}")]
    if variance >= most * most:
        bound = math.sqrt(between + (1 - zeros) * most * most)
        what = f"{around} below {bound:.4g}, not {stated.sd}"
        mend = f"State an sd below {bound:.4g}, or a wider range"
        return None, [problem((*path, "sd"), what, mend)]
    return math.sqrt(variance), []


def _quantile(rest: Facts, share: float, x: float, zeros: float) -> float | str | None:
    """Share of the rest below `x`; None where 0 says nothing of it; in words what cannot be."""
    if x == 0:
        if rest.positive:
            return None if share <= zeros + SAME else "is above 0"
        # Anything that keeps 0 between the shares below and up to it; its middle is taken.
        first, last = max(share - zeros, 0.0), min(share, 1 - zeros)
        return (
            None
            if zeros > 0 and (first == 0 or last == 1 - zeros)
            else ((first + last) / 2 / (1 - zeros))
        )
    if x < 0:
        return share / (1 - zeros) if share <= 1 - zeros else "is 0 or more"
    return (share - zeros) / (1 - zeros) if share > zeros else "is 0 or less"


def word_of(share: float, stated: Stated) -> str:
    """Say with which word a quantile was stated."""
    if share == 0.5 and stated.median is not None:
        return "median"
    return "quartiles" if share in (0.25, 0.75) and stated.quartiles is not None else "quantiles"


def _named(share: float, word: str) -> str:
    if word == "quartiles":
        return "lower quartile" if share < 0.5 else "upper quartile"
    return "median" if word == "median" else f"quantile at {share:g}"
