"""A paper's Table 1 as shifts of latent scores, or as quantiles where it is far off."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from synth_magic.reference import files, people, tables
from synth_magic.reference import law as placing

Array = NDArray[np.float64]
#: Beyond these a condition states quantiles of its own (and age within it says little).
FARTHEST_SHIFT, NARROWEST, WIDEST = 1.5, 0.6, 1.6
#: Body mass index below which hardly anybody lives: no weight is stated for less.
LEANEST = 12.5
#: Upper quartile of the standard normal law.
QUARTILE = 0.6744897501960817


def with_observed(
    condition: files.ConditionFile, reference: tables.Reference
) -> files.ConditionFile:
    """Turn a Table 1 into shifts of the latent scores, or into quantiles where it is far off.

    The general law is taken at the condition's own ages and share of men, so that what age and
    sex do is not counted twice.
    """
    if not condition.observed:
        return condition
    p = reference.probabilities
    ages = people.spread(reference, condition.age or (50.0,) * len(p), ())
    group = people.People(ages, condition.men if condition.men is not None else 0.5, ())
    shift, replace = dict(condition.shift), dict(condition.replace)
    for name, seen in condition.observed.items():
        z = ndtri((np.arange(400) + 0.5) / 400)
        x = _observed(seen, z)
        limits = reference.variables[name].limits or (-np.inf, np.inf)
        quartiles = seen.median is not None
        d, s = shift_to(reference, group, name, np.clip(x, *limits), quartiles)
        if abs(d) <= FARTHEST_SHIFT and NARROWEST <= s <= WIDEST:
            shift[name] = (round(d, 2), round(s, 2))
        else:
            at = np.clip(_observed(seen, ndtri(p)), *limits)
            replace[name] = tuple(float(f"{v:.4g}") for v in at)
    weigh(reference, group, condition.observed, shift, replace)
    return condition.model_copy(update={"shift": shift, "replace": replace})


def shift_to(
    reference: tables.Reference, group: people.People, name: str, x: Array, quartiles: bool
) -> tuple[float, float]:
    """Location and spread, given age and sex, of the latent score whose law has these values.

    The first try is by the scores of the values; since values are no linear function of scores,
    it is then mended until the law has their mean and SD, or their median and quartiles.

    Parameters
    ----------
    group
        Whose ages and sexes count.
    x
        Values at even probabilities, ascending.
    quartiles
        Whether a paper stated median and quartiles; mean and SD else.
    """
    known = placing.number(reference, group, name)
    score = ndtri(np.clip(np.interp(x, known.x, known.F), 1e-4, 1 - 1e-4))
    beyond = float(score.var()) - (1 - known.own**2)
    d, s = float(score.mean() / known.own), float(np.sqrt(max(beyond, 0.01)) / known.own)
    slope = float(np.subtract(*np.interp([0.84, 0.16], known.F, known.x))) / 2 * known.own
    aim, width = _figures(np.asarray(x), quartiles)
    for _ in range(8):
        drawn = placing.shifted(reference, group, name, d, s)
        centre, spread = _figures(drawn, quartiles)
        if width <= 0 or spread <= 0 or slope <= 0:
            break
        d += 0.8 * (aim - centre) / slope / max(spread / width, 0.5)
        s = float(np.clip(s * (width / spread) ** 0.8, 0.05, 6))
    return d, s


def _figures(x: Array, quartiles: bool) -> tuple[float, float]:
    if not quartiles:
        return float(x.mean()), float(x.std())
    first, middle, third = np.quantile(x, [0.25, 0.5, 0.75])
    return float(middle), float(third - first)


def weigh(
    reference: tables.Reference,
    group: people.People,
    seen: Collection[str],
    shift: dict[str, tuple[float, float]],
    replace: dict[str, tuple[float, ...]],
) -> None:
    """Let the weight follow an observed body mass index, which a table computes from it."""
    if "bmi" not in seen or {"weight"} & {*shift, *replace}:
        return
    if "bmi" in shift:
        shift["weight"] = shift["bmi"]
        return
    height = placing.number(reference, group, "height")
    metres = float(np.interp(0.5, height.F, height.x)) / 100
    least = max(LEANEST, replace["bmi"][0])
    replace["weight"] = tuple(float(f"{max(v, least) * metres**2:.4g}") for v in replace["bmi"])


def _observed(seen: files.ObservedFile, z: Array) -> Array:
    """Values at normal scores: a normal law by mean and sd, a lognormal one by quartiles."""
    if seen.median is not None and seen.quartiles is not None:
        sigma = np.log(seen.quartiles[1] / seen.quartiles[0]) / (2 * QUARTILE)
        return np.asarray(seen.median * np.exp(sigma * z), dtype=np.float64)
    if seen.mean is None or seen.sd is None:
        raise ValueError("an observed variable needs mean and sd, or median and quartiles")
    return np.asarray(seen.mean + seen.sd * z, dtype=np.float64)
