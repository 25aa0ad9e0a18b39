"""Families by their mean and SD: the parameters that give both within the column's range."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from synth_magic.blueprint.axis import Axis
from synth_magic.blueprint.model import Column, Distribution, Stated
from synth_magic.editing.figures import part_law
from synth_magic.errors import SynthDataError
from synth_magic.laws import codec, fit

_ROUNDS = 40
#: How near mean and SD have to come, in SDs; nearer where the mean is no parameter.
_NEAR_BY_MEAN, _NEAR = 1e-5, 1e-8
#: The same for another family, whose figures are those of rounded values.
_NEAR_FITTED = 5e-3

#: (mean, SD, width and lower end of the range) to parameters; None where no law has them.
_Family = Callable[[float, float, float, float], Mapping[str, float] | None]


def with_moments(part: Distribution, column: Column, mean: float, sd: float) -> Distribution | None:
    """Give the distribution of the same family that has this mean and SD, else a like one.

    Parameters
    ----------
    part
        A gamma, beta, weibull, exponential, poisson or negative binomial law.
    column
        Its column.
    mean, sd
        What the values (other than 0, beside a share of zeros) are to have; the SD does
        not count for families of one parameter.

    Returns
    -------
    Distribution or None
        None where no law within the range has both.
    """
    kind = str(part.kind)
    single = kind in ("exponential", "poisson")
    near = _NEAR_BY_MEAN if single else _NEAR
    aim_mean, aim_sd = mean, sd
    axis = Axis.of(column)
    for _ in range(_ROUNDS):
        parameters = _FAMILIES[kind](aim_mean, aim_sd, axis.high - axis.low, axis.low)
        law = None if parameters is None else _law(part, column, kind, parameters)
        if law is None or parameters is None:
            break
        off_mean, off_sd = mean - law.mean, 0.0 if single else sd - law.sd
        if max(abs(off_mean), abs(off_sd)) <= near * max(law.sd, sd if not single else 0.0):
            return _made(part, kind, parameters)
        aim_mean += off_mean
        aim_sd = max(aim_sd + off_sd, 0.1 * aim_sd)
    return None if single else _fitted(part, column, mean, sd)


def _made(part: Distribution, kind: str, parameters: Mapping[str, float]) -> Distribution:
    said = {key: float(f"{value:.10g}") for key, value in parameters.items()}
    given: dict[str, Any] = {kind: said, "zero_share": part.zero_share, "source": part.source}
    return Distribution(**given)


def _law(part: Distribution, column: Column, kind: str, parameters: Mapping[str, float]) -> Any:
    if not all(1e-12 < value < 1e14 for value in parameters.values()):
        return None
    try:
        return part_law(column, _made(part, kind, parameters), None)
    except SynthDataError:
        return None


def _fitted(part: Distribution, column: Column, mean: float, sd: float) -> Distribution | None:
    """Let `laws` choose a family that has this mean and SD."""
    if part.zero_share is not None:
        return None
    stated = Stated(mean=mean, sd=sd)
    try:
        found, _ = fit(column.model_copy(update={"distribution": None, "stated": stated}))
        law = part_law(column, found, None)
        if found.normal is not None:
            # Its mean and SD are those of the values as delivered.
            law = codec(column, law).law(law)
    except SynthDataError:
        return None
    near = max(abs(law.mean - mean), abs(law.sd - sd)) <= _NEAR_FITTED * sd
    return found if near else None


# Families -------------------------------------------------------------------------------


def _gamma(mean: float, sd: float, width: float, low: float) -> Mapping[str, float] | None:
    if mean <= 0:
        return None
    return {"shape": (mean / sd) ** 2, "scale": sd * sd / mean}


def _beta(mean: float, sd: float, width: float, low: float) -> Mapping[str, float] | None:
    if not math.isfinite(width):
        width, low = 1.0, 0.0
    middle, spread = (mean - low) / width, (sd / width) ** 2
    if not 0 < middle < 1 or not 0 < spread < middle * (1 - middle):
        return None
    both = middle * (1 - middle) / spread - 1
    return {"a": middle * both, "b": (1 - middle) * both}


def _weibull(mean: float, sd: float, width: float, low: float) -> Mapping[str, float] | None:
    if mean <= 0:
        return None
    # cv² = Γ(1 + 2/k) / Γ(1 + 1/k)² − 1 falls with the shape k.
    aim = math.log1p((sd / mean) ** 2)
    little, large = math.log(0.1), math.log(200.0)
    for _ in range(60):
        middle = (little + large) / 2
        k = math.exp(middle)
        more = math.lgamma(1 + 2 / k) - 2 * math.lgamma(1 + 1 / k) > aim
        little, large = (middle, large) if more else (little, middle)
    shape = math.exp((little + large) / 2)
    return {"shape": shape, "scale": mean / math.gamma(1 + 1 / shape)}


def _by_mean(mean: float, sd: float, width: float, low: float) -> Mapping[str, float] | None:
    return {"mean": mean} if mean > 0 else None


def _negative_binomial(
    mean: float, sd: float, width: float, low: float
) -> Mapping[str, float] | None:
    if mean <= 0 or sd * sd <= mean:
        return None
    return {"mean": mean, "dispersion": (sd * sd - mean) / mean**2}


_FAMILIES: dict[str, _Family] = {
    "gamma": _gamma,
    "beta": _beta,
    "weibull": _weibull,
    "exponential": _by_mean,
    "poisson": _by_mean,
    "negative_binomial": _negative_binomial,
}
