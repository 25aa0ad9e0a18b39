"""The figures of a column's distribution: what each is, and where it stands now.

They are those of the schema's words: mean and SD of a normal law and of the
other families, median and quartiles of quantiles and lognormal laws, shares,
the ends of a uniform law, points of a survival curve.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from synth_magic.blueprint.model import Column, Distribution
from synth_magic.editing import typed
from synth_magic.errors import SynthDataError
from synth_magic.laws import Marginal, solve
from synth_magic.laws.positions import position, text_of, unit_of_spread
from synth_magic.yaml_text import scalar

Kind = Literal[
    "mean", "sd", "quantile", "share", "yes", "zero", "low", "high",
    "survival", "formula", "pattern", "template",
]  # fmt: skip
QUANTILES = (("median", 0.5), ("q1", 0.25), ("q3", 0.75))
_LABELS = {"median": "median", "q1": "lower quartile", "q3": "upper quartile"}
_PLACED = ("mean", "sd", "quantile", "low", "high")
_COUNTED_BY_MEAN = ("exponential", "poisson")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Parameters
    ----------
    key, label
        As of a `Field`.
    kind
        What it is.
    value
        Place, SD (in places), share; NaN for texts.
    text
        As it would be typed.
    group
        The value of the grouping column whose law it is of.
    p
        Probability of a quantile, or time of a point of a survival curve.
    level
        Value of a category whose share it is.
    """

    key: str
    label: str
    kind: Kind
    value: float
    text: str
    group: str | None = None
    p: float = 0.0
    level: str = ""


def figures(column: Column, law: Marginal | None) -> tuple[Figure, ...]:
    """List the figures of a column's distribution.

    Parameters
    ----------
    column
        A column that holds together.
    law
        Its law as compiled; without it, figures that only a law gives are left out
        where they cannot be solved from the column alone.
    """
    return tuple(
        replace(figure, text=padded(figure.text, column)) if figure.kind in _PLACED else figure
        for figure in _figures(column, law)
    )


def padded(text: str, column: Column) -> str:
    """Write a plain number with no fewer digits than the column delivers: ``7`` is ``7.0``."""
    return typed.padded(text, (column.decimals or 0) if column.type == "number" else 0)


def measured(figure: Figure, column: Column, law: Marginal) -> float:
    """Give what a law has at the place of a figure: its mean, a quantile, a share."""
    part = part_of(column, figure.group)
    inner = part_law(column, part, law, figure.group)
    match figure.kind:
        case "mean":
            return inner.mean
        case "sd":
            return inner.sd
        case "quantile":
            return float(inner.ppf(figure.p))
        case "low" | "high":
            return inner.support[figure.kind == "high"]
        case "share":
            at = float(column.levels.index(figure.level))
            return float(inner.cdf(at) - inner.below(at))
        case "yes":
            return float(inner.cdf(1.0) - inner.below(1.0))
        case "zero":
            whole = law if figure.group is None else dict(law.groups)[figure.group]
            return float(whole.cdf(0.0) - whole.below(0.0))
        case "survival":
            return 1 - float(law.cdf(figure.p))
        case _:
            return figure.value


def part_of(column: Column, group: str | None) -> Distribution:
    """Give the distribution of a column, or that of one of its groups."""
    whole = column.distribution or Distribution(source="user")
    return whole if group is None else dict(whole.groups or ())[group]


def part_law(
    column: Column, part: Distribution, law: Marginal | None, group: str | None = None
) -> Marginal:
    """Give the law that a part describes: within its group, and without its zeros.

    Raises
    ------
    SpecError
        Where it has to be solved and cannot be.
    """
    if group is not None:
        law = dict(law.groups).get(group) if law is not None else None
    if law is None:
        law = solve(column.model_copy(update={"distribution": part}))
    return law if part.zero_share is None else without_zero(law)


def without_zero(law: Marginal) -> Marginal:
    """Give the law of the values other than 0; a law of zeros alone is given back."""
    below, upto = float(law.below(0.0)), float(law.cdf(0.0))
    rest = 1 - (upto - below)
    if rest <= 1e-12:
        return law
    under, over = law.x < 0, law.x > 0
    x = np.concatenate([law.x[under], [0.0, 0.0], law.x[over]])
    F = np.concatenate([law.F[under], [below, below], law.F[over] - (upto - below)]) / rest
    keep = np.concatenate([under[under], [under.any()] * 2, over[over]])
    return Marginal(x[keep], np.clip(F[keep], 0.0, 1.0))


# Listing --------------------------------------------------------------------------------


def _figures(column: Column, law: Marginal | None) -> Iterator[Figure]:
    if column.formula is not None:
        yield Figure("formula", "formula", "formula", np.nan, column.formula)
    elif column.survival is not None:
        unit = f" {column.unit}" if column.unit else ""
        for time, part in column.survival:
            at, share = scalar(time), float(part)
            label = f"survival at {at}{unit}"
            text = typed.percentage(share)
            yield Figure(f"survival/{at}", label, "survival", share, text, p=float(time))
    elif column.pattern is not None:
        yield Figure("pattern", "pattern", "pattern", np.nan, column.pattern)
    elif column.template is not None:
        yield Figure("template", "template", "template", np.nan, column.template)
    elif column.distribution is not None:
        for group, _ in column.distribution.groups or ((None, None),):
            yield from _part(column, law, group)


def _part(column: Column, law: Marginal | None, group: str | None) -> Iterator[Figure]:
    part = part_of(column, group)
    front, word = ("", "") if group is None else (f"{group}/", f"{group} ")

    def made(
        key: str, label: str, kind: Kind, value: float, text: str, p: float = 0.0, level: str = ""
    ) -> Figure:
        return Figure(front + key, word + label, kind, value, text, group, p, level)

    if part.probabilities is not None:
        total = sum(float(share) for _, share in part.probabilities) or 1.0
        for level, said in part.probabilities:
            share = float(said) / total
            text = typed.percentage(share)
            yield made(f"share/{level}", level, "share", share, text, level=level)
        return
    if part.probability is not None:
        share = float(part.probability)
        yield made("yes", "1" if column.zero_one else "yes", "yes", share, typed.percentage(share))
        return
    if part.zero_share is not None:
        share = float(part.zero_share)
        yield made("zero", "zero", "zero", share, typed.percentage(share))
    for key, label, kind, value, text, p in _numeric(column, part, law, group):
        yield made(key, label, kind, value, text, p)


def _numeric(
    column: Column, part: Distribution, law: Marginal | None, group: str | None
) -> Iterator[tuple[str, str, Kind, float, str, float]]:
    if part.uniform is not None:
        for end, label in (("low", "from"), ("high", "to")):
            said = getattr(part.uniform, end)
            kind: Kind = "low" if end == "low" else "high"
            yield end, label, kind, _spot(said, column), typed.exact(said), 0.0
        return
    try:
        inner = part_law(column, part, law, group)
    except SynthDataError:
        return
    unit = unit_of_spread(column.type)
    if part.normal is not None:
        mean, sd = part.normal.mean, part.normal.sd
        yield "mean", "mean", "mean", _spot(mean, column), typed.exact(mean), 0.0
        yield "sd", "SD", "sd", float(sd) * unit, typed.exact(sd), 0.0
        return
    if part.quantiles is not None or part.lognormal is not None:
        for key, p in QUANTILES:
            at = float(inner.ppf(p))
            said = _said(column, part, group, p, at)
            text = said if said is not None else place_text(at, column)
            yield key, _LABELS[key], "quantile", at, text, p
        return
    fact = column.stated if group is None and part.zero_share is None else None
    mean_said, sd_said = (None, None) if fact is None else (fact.mean, fact.sd)
    text = place_text(inner.mean, column, 1)
    if mean_said is not None and abs(_spot(mean_said, column) - inner.mean) < 1e-3 * inner.sd:
        text = typed.exact(mean_said)
    yield "mean", "mean", "mean", inner.mean, text, 0.0
    if part.kind in _COUNTED_BY_MEAN:
        return
    text = typed.written(float(f"{inner.sd / unit:.3g}"))
    if sd_said is not None and abs(float(sd_said) * unit - inner.sd) < 1e-3 * inner.sd:
        text = typed.exact(sd_said)
    yield "sd", "SD", "sd", inner.sd, text, 0.0


def _said(column: Column, part: Distribution, group: str | None, p: float, at: float) -> str | None:
    """Write a quantile as the user stated it, where the law still has it there."""
    said: float | int | str | None = None
    if group is not None:
        said = _brief(dict(part.quantiles or ()).get(p), column) if part.source == "user" else None
    elif column.stated is not None and column.source_of("stated") == "user":
        quartiles = dict(zip((0.25, 0.75), column.stated.quartiles or (), strict=False))
        listed = dict(column.stated.quantiles or ()) | quartiles | {0.5: column.stated.median}
        said = listed.get(p)
    if said is None:
        return None
    near = abs(_spot(said, column) - at) <= 1e-6 * max(abs(at), 1.0)
    return typed.exact(said) if near else None


def _brief(said: float | int | str | None, column: Column) -> float | int | str | None:
    """Give a number that has few more digits than the column: one that somebody typed."""
    digits = (0 if column.type == "integer" else column.decimals or 0) + 1
    return said if isinstance(said, str) or (said and round(said, digits) == said) else None


def place_text(value: float, column: Column, more: int = 0) -> str:
    """Write a place on a column's axis as it would be typed."""
    if column.type in ("date", "datetime"):
        return str(text_of(value, column.type)).replace("T", " ")
    digits = 0 if column.type == "integer" else column.decimals
    return typed.written(value, None if digits is None else digits + more)


def _spot(value: float | str, column: Column) -> float:
    return position(value, column.type, ("columns", column.name))
