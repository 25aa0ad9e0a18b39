"""Laws as the data files state them, as arrays by sex, age and probability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from synth_magic.reference import files

Array = NDArray[np.float64]
#: Probabilities that are nearer than this on the normal scale are one.
NEAR = 1e-6
SEXES: tuple[Literal["F"], Literal["M"]] = ("F", "M")


def law(
    entry: files.VariableFile,
    nhanes: files.NhanesLaws,
    levels: Mapping[str, files.NhanesValues],
) -> dict[str, Any]:
    """One variable's law as arrays: by sex (F, M), age knot, then probability or value."""
    stated = entry.law
    if stated.nhanes_values is not None:
        values = levels[stated.nhanes_values]
        at = [values.values.index(value) for value in entry.values]
        return {"shares": [[[row[i] for i in at] for row in getattr(values, s)] for s in SEXES]}
    knots = len(nhanes.knots)
    if stated.nhanes is not None:
        rows = nhanes.numbers[stated.nhanes]
        return {"q": [_scaled(rows.F, stated.factor), _scaled(rows.M, stated.factor)]}
    groups = stated.by_sex or (stated.quantiles and {"F": stated.quantiles, "M": stated.quantiles})
    if groups:
        limits, probabilities = entry.limits, nhanes.probabilities
        return {"q": [_spread(groups[s], probabilities, knots, limits) for s in SEXES]}
    if stated.ckd_epi_2021 is not None:
        rows = nhanes.numbers[stated.ckd_epi_2021]
        return {
            "q": [
                [
                    [round(ckd_epi_2021(c, age, sex), 1) for c in reversed(row)]
                    for age, row in zip(nhanes.knots, getattr(rows, sex), strict=True)
                ]
                for sex in SEXES
            ]
        }
    if stated.nhanes_share is not None:
        shares = nhanes.shares[stated.nhanes_share]
        return {"p": [list(shares.F), list(shares.M)]}
    if stated.share is not None:
        both = stated.share
        each = (both["F"], both["M"]) if isinstance(both, dict) else (both, both)
        return {"p": [_along(share, knots) for share in each]}
    if stated.nhanes_levels is not None:
        by_sex = []
        for sex in SEXES:
            rows_of = {v: getattr(nhanes.shares[n], sex) for v, n in stated.nhanes_levels.items()}
            rest = [1 - sum(rows_of[v][k] for v in rows_of) for k in range(knots)]
            by_sex.append(
                [
                    [round(rows_of[v][k] if v in rows_of else rest[k], 4) for v in entry.values]
                    for k in range(knots)
                ]
            )
        return {"shares": by_sex}
    if stated.nhanes_education:
        return {"shares": [[[nhanes.education[v] for v in entry.values]] * knots] * 2}
    if stated.shares is not None:
        return {"shares": [[[stated.shares[v] for v in entry.values]] * knots] * 2}
    return {}


def ckd_epi_2021(creatinine: float, age: float, sex: str) -> float:
    """Glomerular filtration rate by the CKD-EPI 2021 creatinine equation.

    Parameters
    ----------
    creatinine
        mg/dL.
    age
        Years.
    sex
        ``F`` or ``M``.

    References
    ----------
    Inker LA et al., N Engl J Med 2021;385:1737-1749, Table 2.
    """
    kappa, alpha = (0.7, -0.241) if sex == "F" else (0.9, -0.302)
    ratio = creatinine / kappa
    value = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age
    return float(value * 1.012 if sex == "F" else value)


def _scaled(rows: Any, factor: float) -> list[list[float]]:
    return [[round(v * factor, 4) for v in row] for row in rows]


def _along(value: Any, knots: int) -> list[float]:
    return list(value) if isinstance(value, (list, tuple)) else [value] * knots


def _spread(
    quantiles: Any, probabilities: Any, knots: int, limits: tuple[float, float] | None
) -> list[list[float]]:
    """Quantiles stated once, or as a list of rows by age, at the common probabilities."""
    stated = sorted(quantiles)
    columns = [_along(quantiles[p], knots) for p in stated]
    z, at = ndtri(np.array(stated)), ndtri(np.array(probabilities))
    rows = []
    for k in range(knots):
        values = np.array([column[k] for column in columns], dtype=np.float64)
        rows.append([round(float(v), 4) for v in _carried(at, z, values, limits)])
    return rows


def _carried(at: Array, z: Array, values: Array, limits: tuple[float, float] | None) -> Array:
    """Interpolate between stated quantiles; beyond the outermost carry on as the last two do.

    Where nothing is negative they are carried on as logarithms, so that tails are skewed as the
    values of laboratories are.
    """
    if limits is None or len(z) < 2:
        return np.asarray(np.interp(at, z, values), dtype=np.float64)
    grows = limits[0] >= 0 and bool((values > 0).all())
    y = np.log(values) if grows else values
    found = np.asarray(np.interp(at, z, values), dtype=np.float64)
    for outside, i, j in ((at < z[0] - NEAR, 0, 1), (at > z[-1] + NEAR, -1, -2)):
        slope = (y[i] - y[j]) / (z[i] - z[j])
        beyond = y[i] + slope * (at[outside] - z[i])
        found[outside] = np.exp(beyond) if grows else beyond
    return np.clip(found, *limits)


def within_limits(young: dict[str, Any], entry: files.VariableFile) -> dict[str, Any]:
    """Keep children's quantiles, whose ends were moved along a line, within the limits."""
    if not young or entry.limits is None:
        return young
    low, high = entry.limits
    rows = np.clip(np.array(young["young"], dtype=np.float64), low, high)
    return young | {"young": rows.tolist()}
