"""From what was said in words to a distribution: which family, and what had to be guessed.

The choice is laid out in docs/distributions.md.  In short: mean and SD make a
normal law, unless the column cannot be negative and its SD is above a quarter
of its mean without a bound to cut it (above half of it with one): then a gamma
law, or a lognormal when the SD is above the mean.  Median and quartiles make
quantiles, with the tails of a shifted lognormal.  Counts are Poisson or
negative binomial.  Whatever nobody stated is a note.
"""

from __future__ import annotations

import math

from synth_magic.blueprint.model import Column, Distribution, Source, Stated
from synth_magic.errors import Problem, SpecError, note, problem, warning
from synth_magic.laws.aim import aimed, delivered
from synth_magic.laws.beside_zeros import rest_of, word_of
from synth_magic.laws.choose import chosen
from synth_magic.laws.facts import Facts, facts_of, kind_of, shares_of
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.positions import text_of, unit_of_spread
from synth_magic.laws.solve import solve
from synth_magic.laws.steps import step_of
from synth_magic.laws.written import form_of

#: A stated mean that the law misses by more than this many SDs is worth a warning.
MEAN_MARGIN = 0.05
#: The same for a stated SD, as a share of it.
SD_MARGIN = 0.05
#: The same for the share of the values up to a stated quantile.
SHARE_MARGIN = 0.02


def fit(column: Column) -> tuple[Distribution, tuple[Problem, ...]]:
    """Find the distribution that the stated facts describe.

    Parameters
    ----------
    column
        Its `stated` facts, range, type, unit and values count; one that has a distribution
        keeps it.

    Returns
    -------
    distribution
        Its source is that of the facts (``user``, unless `sources` names another for
        ``stated``), or ``guess`` where nothing but a range was said.
    notes
        What had to be guessed.

    Raises
    ------
    SpecError
        Where the facts contradict one another, at their place.
    """
    if column.distribution is not None:
        return column.distribution, ()
    open_type = column.type is None
    column = column.model_copy(update={"type": kind_of(column)})
    if column.type in ("id", "text"):
        raise SpecError(
            problem(
                ("columns", column.name, "type"),
                f"{column.name}: {column.type} columns have no distribution",
                "Leave its facts out, or give it another type",
            )
        )
    stated = column.stated or Stated()
    source = column.source_of("stated")
    if column.type in ("category", "boolean"):
        return _shares(column, stated, source)
    if column.type == "integer" and stated.probability is not None:
        return Distribution(probability=_share(column, stated.probability), source=source), ()
    if stated.probabilities is not None:
        return Distribution(probabilities=stated.probabilities, source=source), ()
    whole = facts_of(column)
    facts = rest_of(whole)
    choice = aimed(facts, chosen(facts), chosen)
    said = any(value is not None for _, value in stated)
    form = form_of(choice, facts)
    distribution = Distribution(
        **form, zero_share=stated.zero_share, source=source if said else "guess"
    )
    law = solve(column.model_copy(update={"distribution": distribution}))
    path = ("columns", column.name)
    of_which = " (of the values other than 0)" if stated.zero_share else ""
    guesses = [
        note(path, f"{column.name}: {what}{of_which}", mend)
        for what, mend in choice.guesses
        if stated.zero_share != 1
    ]
    if open_type and column.type == "integer":
        what = f"{column.name}: taken as whole numbers"
        guesses.append(note(path, what, "Write number for values between them"))
    return distribution, (*guesses, *_missed(whole, stated, law))


# Shares -----------------------------------------------------------------------------


def _shares(
    column: Column, stated: Stated, source: Source
) -> tuple[Distribution, tuple[Problem, ...]]:
    path = ("columns", column.name)
    if stated.probability is not None and column.type == "boolean":
        return Distribution(probability=_share(column, stated.probability), source=source), ()
    shares, free = shares_of(column)
    if column.type == "boolean":
        if not shares:
            guess = note(path, f"{column.name}: half of the rows are yes, a guess", _SAY_SHARE)
            return Distribution(probability=0.5, source="guess"), (guess,)
        yes = shares.get("yes", 1 - shares.get("no", 0.0))
        return Distribution(probability=min(max(yes, 0.0), 1.0), source=source), ()
    names = column.values or tuple(shares)
    if stated.probability is not None and len(names) == 2 and not shares:
        share = _share(column, stated.probability)
        shares, free = {names[0]: 1 - share, names[1]: share}, ()
    rest = max(0.0, 1 - math.fsum(shares.values()))
    each = float(f"{rest / max(len(free), 1):.6g}")
    pairs = tuple((name, shares.get(name, each)) for name in names)
    notes: tuple[Problem, ...] = ()
    if free and len(names) > 1 and not (len(free) == 1 and shares):
        what = (
            "its values have equal shares" if not shares else f"{' and '.join(free)} share the rest"
        )
        notes = (note(path, f"{column.name}: {what}, a guess", _SAY_SHARE),)
    return Distribution(probabilities=pairs, source=source if shares else "guess"), notes


def _share(column: Column, share: float) -> float:
    if not 0 <= share <= 1:
        raise SpecError(
            problem(
                ("columns", column.name, "probability"),
                f"{column.name}: {share:g} is no share",
                "Write one from 0 to 1, or with %",
            )
        )
    return share


# Checking ---------------------------------------------------------------------------


def _missed(facts: Facts, stated: Stated, law: Marginal) -> list[Problem]:
    """Facts that could not all hold at once, though none is impossible."""
    path, unit = ("columns", facts.column.name), unit_of_spread(facts.column.type)
    name, kind = facts.column.name, facts.column.type
    found: list[Problem] = []
    mean, sd = delivered(facts, law)
    if facts.mean is not None and abs(mean - facts.mean) > MEAN_MARGIN * (sd or 1.0):
        got = text_of(mean, kind)
        got = got if isinstance(got, str) else f"{got:.4g}"
        what = f"{name}: its other facts give a mean of {got}, not {stated.mean}"
        found.append(warning((*path, "mean"), what, "Check the mean against the other facts"))
    if facts.sd is not None and abs(sd - facts.sd) > SD_MARGIN * facts.sd:
        what = f"{name}: its other facts give an sd of {sd / unit:.4g}, not {stated.sd}"
        found.append(warning((*path, "sd"), what, "Check the sd against the other facts"))
    half = (step_of(facts.column) or 0.0) / 2
    for share, x in facts.quantiles:
        under, upto = float(law.below(x - half)), float(law.cdf(x + half))
        if 0 < share < 1 and not under - SHARE_MARGIN <= share <= upto + SHARE_MARGIN:
            word = word_of(share, stated)
            shown = text_of(x, kind)
            shown = shown if isinstance(shown, str) else f"{shown:g}"
            what = f"{name}: its other facts put {upto:.0%} of the values up to {shown}"
            mend = f"Check its {word} against the other facts"
            found.append(warning((*path, word), f"{what}, not {share:.0%}", mend))
    return found


_SAY_SHARE = "State shares, for instance 40% / 60%"
