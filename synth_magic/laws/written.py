"""A choice of law, written in the blueprint's words, and the law that these words make."""

from __future__ import annotations

from collections.abc import Mapping

from synth_magic.blueprint import model
from synth_magic.blueprint.model import Distribution
from synth_magic.laws.facts import Facts
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.moments import Choice
from synth_magic.laws.positions import text_of, unit_of_spread
from synth_magic.laws.solve import solve


def form_of(choice: Choice, facts: Facts) -> Mapping[str, object]:
    """Write a choice in the blueprint's words: dates as ISO, spreads in days.

    Parameters
    ----------
    choice
        The family or the quantiles, in positions.
    facts
        Of the column.
    """
    kind, unit = facts.column.type, unit_of_spread(facts.column.type)
    if choice.quantiles is not None:
        pairs = tuple((share, _plain(text_of(x, kind))) for share, x in choice.quantiles)
        return {"quantiles": pairs}
    made = dict(choice.parameters)
    if choice.family == "normal":
        return {
            "normal": model.Normal(
                mean=_plain(text_of(made["mean"], kind)), sd=_plain(made["sd"] / unit)
            )
        }
    if choice.family == "uniform":
        ends = {end: _plain(text_of(made[end], kind)) for end in ("low", "high")}
        return {"uniform": model.Uniform(**ends)}
    family = {
        "lognormal": model.Lognormal,
        "gamma": model.Gamma,
        "exponential": model.Exponential,
        "poisson": model.Poisson,
        "negative_binomial": model.NegativeBinomial,
    }[choice.family]
    return {choice.family: family(**{k: _plain(value, 7) for k, value in made.items()})}


def law_of(choice: Choice, facts: Facts) -> Marginal:
    """Solve the law that a choice makes of the whole column, zeros included.

    Raises
    ------
    SpecError
        Where the choice cannot hold.
    """
    stated = Distribution(**form_of(choice, facts), zero_share=facts.zero_share, source="user")
    return solve(facts.column.model_copy(update={"distribution": stated}))


def _plain(value: float | str, digits: int = 12) -> float | str:
    """Write a number as people do: 62, not 62.0, and no digits that are only noise."""
    if isinstance(value, str):
        return value
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short
