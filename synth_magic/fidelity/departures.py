"""Where a column's law is far from what the clinical reference expects, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from synth_magic.fidelity.law import Law
from synth_magic.fidelity.tally import Tally
from synth_magic.fidelity.usual import Usual

if TYPE_CHECKING:
    from synth_magic.fidelity.reference import Reference

_TAIL = 0.001
#: Apart from the reference are a median or a share that Cohen (Statistical Power Analysis,
#: 1988) calls a large effect apart, d or h = 0.8, and laws of which so much is unusual.
APART, UNUSUAL = 0.8, 0.05
#: A difference of shares that Cohen calls small: below it nothing is said.
SMALL = 0.2
_LAWS = {"user": "what you stated", "model": "what the model stated", "guess": "a guess"}
_WHO = {"user": "you stated", "model": "the model stated", "guess": "the guess has"}


def departure(item: Usual, law: Law, reference: Reference) -> str | None:
    """Say in words that a column's law is far from what the reference expects."""
    own = complete_tally(item, reference)
    if own is None or not own.n:
        return None
    who = _WHO.get(stated_by(item), "its law has")
    column = item.column
    if item.law is not None:
        middle = item.law.median
        gap = float(item.law.score(np.array([own.quantile(0.5)]))[0])
        unusual = count_beyond(own, usual_ends(item)) / own.n
        if abs(gap) >= APART:
            mine, theirs = (in_unit(item, place, law) for place in (own.quantile(0.5), middle))
            return (
                f"{column.name}: {who} values around {mine}; "
                f"the reference expects {theirs} in such people"
            )
        if unusual > UNUSUAL:
            low, high = (in_unit(item, end, law) for end in usual_ends(item))
            return (
                f"{column.name}: {who} a spread that puts {100 * unusual:.0f} % beyond "
                f"{low} to {high}, where the reference has 0.2 % of such people"
            )
        return None
    if item.shares is None:
        return None
    place = furthest_level(item.shares, own)
    mine_, theirs_ = own.count(float(place)) / own.n, item.shares[place]
    if abs(_arc(mine_) - _arc(theirs_)) < APART:
        return None
    value = "" if column.type == "boolean" and place == 1 else f" for {column.levels[place]}"
    return (
        f"{column.name}: {who} {100 * mine_:.0f} %{value}; "
        f"the reference expects {100 * theirs_:.0f} % in such people"
    )


def impossible_by_law(item: Usual, law: Law, reference: Reference) -> str | None:
    """Say in words that a column's law makes values that no living person has."""
    own = reference.seen.tallies.get((item.column.name, None))
    if item.limits is None or own is None or not own.n:
        return None
    count = count_impossible(item, item.limits, own, law)
    if not count:
        return None
    low, high = (in_unit(item, end, law) for end in item.limits)
    share = 100 * count / own.n
    shown = f"{share:.1f} %" if share >= 0.1 else "below 0.1 %"
    return (
        f"{item.column.name}: {shown} of {law_of(item)} lies beyond {low} to {high}, "
        "and no living person has such values"
    )


def count_impossible(item: Usual, limits: tuple[float, float], own: Tally, law: Law) -> int:
    """How many values lie beyond the limits of living people, half a digit's step apart."""
    codec = law.codec(item.column.name)
    slack = 0.0 if codec is None else codec.step / 2
    beyond = (own.values < limits[0] - slack) | (own.values > limits[1] + slack)
    stated = item.column.distribution
    if stated is not None and stated.zero_share is not None:
        beyond &= own.values != 0  # zero stands for what was not there to be measured
    return int(own.counts[beyond].sum())


def law_of(item: Usual) -> str:
    """Name the law of a column by who stated it: what you stated."""
    who = stated_by(item, impossible=True)
    return _LAWS.get(who, "its law")


def near_share(expected: float, own: Tally | None, place: int) -> str:
    """Say that a share is not far from the expected one, and how far it is."""
    share = own.count(float(place)) / own.n if own is not None and own.n else expected
    apart = abs(_arc(share) - _arc(expected))
    if apart < SMALL:
        return "The share is one to be expected in such people"
    return (
        f"The reference expects {100 * expected:.2g} % in such people; "
        f"not a large difference (Cohen's h {apart:.2f}, large from {APART} on)"
    )


def stated_by(item: Usual, *, impossible: bool = False) -> str:
    """Who stated the column's law; a formula's is nobody's.

    Parameters
    ----------
    item
        The column.
    impossible
        Whether it is about values beyond what living people have: a range that allows them
        is to be blamed before a law that fills it.
    """
    column = item.column
    if impossible and column.range is not None and column.source_of("range") == "user":
        return "user"
    if column.distribution is None:
        return column.source_of("formula")
    if column.stated is not None and column.source_of("stated") == "user":
        return "user"
    return column.distribution.source


def furthest_level(shares: Mapping[int, float], own: Tally | None) -> int:
    """Place of the level whose share is furthest from the reference's, by Cohen's h."""

    def gap(place: int) -> float:
        seen = own.count(float(place)) / own.n if own is not None and own.n else shares[place]
        return abs(_arc(seen) - _arc(shares[place]))

    places = [place for place in shares if len(shares) > 2 or place == 1] or list(shares)
    return max(places, key=gap)


def _arc(share: float) -> float:
    return 2 * math.asin(math.sqrt(min(max(share, 0.0), 1.0)))


def complete_tally(item: Usual, reference: Reference) -> Tally | None:
    """Tally the column in the large draw before values go missing."""
    return reference.complete.get((item.column.name, None))


def usual_ends(item: Usual) -> tuple[float, float]:
    """Give the values between which 99.8 % of such people lie, in the column's unit."""
    if item.law is None:
        return -math.inf, math.inf
    low, high = item.law.ppf(np.array([_TAIL, 1 - _TAIL]))
    return float(low), float(high)


def count_beyond(own: Tally, ends: tuple[float, float]) -> int:
    """How many values lie outside two ends."""
    return int(own.counts[(own.values < ends[0]) | (own.values > ends[1])].sum())


def in_unit(item: Usual, place: float, law: Law) -> str:
    """Write a value as the column does, with its unit."""
    digits = digits_of(item, law) or 0
    unit = item.column.unit
    return f"{place:.{digits}f}" + (f" {unit}" if unit else "")


def digits_of(item: Usual, law: Law) -> int | None:
    """Digits after the point with which the column is delivered."""
    codec = law.codec(item.column.name)
    return None if codec is None else max(codec.decimals, 0)
