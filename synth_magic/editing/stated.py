"""The facts that stand beside a distribution, after an edit."""

from __future__ import annotations

from typing import Any

from synth_magic.blueprint.model import Column, Position, Stated
from synth_magic.editing.figures import Figure
from synth_magic.editing.remade import said_by_user
from synth_magic.errors import SynthDataError
from synth_magic.laws import Marginal, solve
from synth_magic.laws.positions import position, unit_of_spread

#: A fact holds while the law's own figure is within this many SDs of it, or this share.
_NEAR = 0.005


def pinned_quantiles(column: Column, figure: Figure) -> frozenset[float]:
    """Give probabilities of the quantiles that the user stated."""
    facts = _users(column)
    if facts is None or figure.group is not None:
        return frozenset()
    found = {float(p) for p, _ in facts.quantiles or () if 0 < p < 1}
    if facts.median is not None:
        found.add(0.5)
    if facts.quartiles is not None:
        found |= {0.25, 0.75}
    return frozenset(found - {figure.p})


def pinned_shares(column: Column, figure: Figure) -> frozenset[str]:
    """Give the values whose shares the user stated."""
    facts = _users(column)
    if facts is None or figure.group is not None:
        return frozenset()
    return frozenset(value for value, _ in facts.probabilities or ())


def _users(column: Column) -> Stated | None:
    return column.stated if column.source_of("stated") == "user" else None


def after(
    old: Column, new: Column, law: Marginal | None, figure: Figure, said: float | int | str
) -> Column:
    """Give the column with the facts that hold now: the typed one, and those not touched.

    Parameters
    ----------
    old, new
        The column before and after.
    law
        Its law before.
    figure, said
        What was edited, and what was typed.
    """
    law_after = _solved(new)
    facts = _users(old)
    kept = {} if facts is None else _kept(facts, new, law_after)
    part = new.distribution
    if figure.group is None and part is not None:
        if part.zero_share is None:
            _add(kept, figure, said)
        elif figure.kind == "zero":
            kept = {"zero_share": said}
        else:
            kept = {key: fact for key, fact in kept.items() if key == "zero_share"}
    stated = Stated(**kept) if kept else None
    return new.model_copy(update={"stated": stated, "sources": said_by_user(new, "stated")})


def still(column: Column) -> Column:
    """Give a column without the stated facts that its law does not meet any more."""
    facts = column.stated
    if facts is None:
        return column
    kept = _kept(facts, column, _solved(column))
    return column.model_copy(update={"stated": Stated(**kept) if kept else None})


def _solved(column: Column) -> Marginal | None:
    if column.distribution is None or column.distribution.groups is not None:
        return None
    try:
        return solve(column)
    except SynthDataError:
        return None


def _kept(facts: Stated, column: Column, law: Marginal | None) -> dict[str, Any]:
    """Keep the facts that a law meets; of a law by groups, none."""
    if law is None:
        return {}
    room = _NEAR * law.sd if law.sd > 0 else 1e-9
    kept: dict[str, Any] = {}

    def at(value: Position) -> float:
        return position(value, column.type, ("columns", column.name))

    def near(value: Position | None, figure: float) -> bool:
        return value is not None and abs(at(value) - figure) <= room

    if near(facts.mean, law.mean):
        kept["mean"] = facts.mean
    unit = unit_of_spread(column.type)
    if facts.sd is not None and abs(float(facts.sd) * unit - law.sd) <= room:
        kept["sd"] = facts.sd
    if near(facts.median, law.median):
        kept["median"] = facts.median
    if facts.quartiles is not None and all(
        near(value, float(law.ppf(p)))
        for p, value in zip((0.25, 0.75), facts.quartiles, strict=True)
    ):
        kept["quartiles"] = facts.quartiles
    quantiles = tuple(
        (p, value) for p, value in facts.quantiles or () if near(value, float(law.ppf(float(p))))
    )
    if quantiles:
        kept["quantiles"] = quantiles
    return kept | _kept_shares(facts, column, law)


def _kept_shares(facts: Stated, column: Column, law: Marginal) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    levels = column.levels

    def mass(place: float) -> float:
        return float(law.cdf(place) - law.below(place))

    shares = tuple(
        (value, said)
        for value, said in facts.probabilities or ()
        if value in levels and abs(mass(float(levels.index(value))) - said) <= _NEAR
    )
    if shares:
        kept["probabilities"] = shares
    if facts.probability is not None and abs(mass(1.0) - facts.probability) <= _NEAR:
        kept["probability"] = facts.probability
    if facts.zero_share is not None and abs(mass(0.0) - facts.zero_share) <= _NEAR:
        kept["zero_share"] = facts.zero_share
    return kept


def _add(kept: dict[str, Any], figure: Figure, said: float | int | str) -> None:
    """Write down the typed fact."""
    match figure.kind:
        case "mean" | "sd":
            kept[figure.kind] = said
        case "yes":
            kept["probability"] = said
        case "share":
            others = [pair for pair in kept.get("probabilities", ()) if pair[0] != figure.level]
            kept["probabilities"] = (*others, (figure.level, said))
        case "quantile" if figure.p == 0.5:
            kept["median"] = said
        case "quantile" if "quartiles" in kept:
            low, high = kept["quartiles"]
            kept["quartiles"] = (said, high) if figure.p < 0.5 else (low, said)
        case "quantile":
            others = [pair for pair in kept.get("quantiles", ()) if pair[0] != figure.p]
            kept["quantiles"] = tuple(sorted((*others, (figure.p, said))))
        case _:
            pass
