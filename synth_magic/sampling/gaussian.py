"""Columns that are jointly normal but for rounding: their law is known without any points.

A number without effects is a function of one normal coordinate, its own.  A child of
such numbers, with normal noise, is one of theirs and its own, and its latent value a
linear form of them.  What the child reads is the score of the rounded value: the latent
value and the rounding's share, which is all but independent of everything else (W. R.
Bennett, "Spectra of quantized signals", Bell System Technical Journal 27, 1948), and so
one more coordinate.  Variances and covariances of such forms are exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws import Marginal
from synth_magic.laws.effects import NOISE_SD, Noise, Term, raw_centre, score_moments
from synth_magic.sampling.mixture import total

Array = NDArray[np.float64]
#: Weights of independent normal coordinates: a column's own, and that of its rounding.
Form = Mapping[tuple[str, str], float]

#: Weights that are none.
_LEAST = 1e-9
#: A value this far from a straight line in the score, in SDs, still counts as on it.
_STRAIGHT = 2e-4
#: What rounding may do to the distribution function of a child.
_ERROR = 2.5e-5
#: Correlations of a rounded column with its child for which that is tried.
_TRIED = (1.0, 0.975, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
#: A law without a value of so large a share is as good as continuous; it is read at even shares.
_FINE, _EVEN = 1e-4, 4096


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """A design column that is a linear form, but for rounding.

    Parameters
    ----------
    form
        Its coordinates.
    limit
        Largest correlation with a child at which the rounding does not show.
    """

    form: Form
    limit: float


def own(name: str) -> Form:
    """Give the form of a number without effects."""
    return {(name, "value"): 1.0}


def dot(one: Form, other: Form) -> float:
    """Covariance of two forms, summed in the order of their names."""
    found = 0.0
    for coordinate in sorted(one.keys() & other.keys()):
        found += one[coordinate] * other[coordinate]
    return found


def combined(coefficients: Sequence[float], forms: Sequence[Form]) -> Form:
    """Sum of forms, each times its coefficient."""
    found: dict[tuple[str, str], float] = {}
    for coefficient, form in zip(coefficients, forms, strict=True):
        for coordinate, weight in form.items():
            found[coordinate] = found.get(coordinate, 0.0) + coefficient * weight
    return {
        coordinate: float(f"{weight:.12g}")
        for coordinate, weight in found.items()
        if abs(weight) > _LEAST
    }


def normal_design(term: Term, law: Marginal, latent: Form) -> Normal | None:
    """Give the form of an effect's design column, or None where it has none.

    Parameters
    ----------
    term
        The effect.
    law
        Its parent's law as delivered.
    latent
        The form of the parent's latent value.
    """
    if term.where is not None or term.scale == "indicator":
        return None
    rounding = _rounding(law)
    if rounding is None:
        return None
    slope = 1.0
    if term.scale == "raw":
        if not rounding.straight:
            return None
        slope = law.sd / term.per
    left = np.sqrt(max(1 - rounding.kept**2, 0.0))
    form = combined((slope * rounding.kept, slope * left), (latent, {(term.parent, "rounding"): 1}))
    return Normal(form, rounding.limit)


def joint(
    normals: Sequence[Normal | None], coefficients: Array, noise: Noise, *, rounding: bool
) -> Form | None:
    """Give the form of eta; None where a parent has none, or its rounding shows.

    Parameters
    ----------
    normals
        The design columns.
    coefficients
        Shape (effects,).
    noise
        Law of the child's noise.
    rounding
        Whether it matters that rounding shows.
    """
    used = [(c, normal) for c, normal in zip(coefficients, normals, strict=True) if c != 0]
    parts = [normal for _, normal in used if normal is not None]
    if len(parts) < len(used):
        return None
    eta = combined([float(c) for c, _ in used], [normal.form for normal in parts])
    whole = 1.0 if noise == "normal" else np.sqrt(dot(eta, eta) + NOISE_SD[noise] ** 2)
    for (c, _), normal in zip(used, parts, strict=True):
        sd = np.sqrt(dot(normal.form, normal.form))
        if rounding and max(abs(c) * sd, abs(dot(eta, normal.form)) / sd) > normal.limit * whole:
            return None
    return eta


@dataclass(frozen=True, slots=True)
class _Rounding:
    """What rounding does to a column: its score's correlation with the unrounded one, and more.

    Parameters
    ----------
    kept
        Correlation of the score with what it was before rounding.
    limit
        As in `Normal`.
    straight
        Whether the values themselves are a straight line in the score.
    """

    kept: float
    limit: float
    straight: bool


@lru_cache(maxsize=64)
def _rounding(law: Marginal) -> _Rounding | None:
    from scipy.special import ndtri

    at, masses = law.points
    fine = masses.max(initial=0.0) < _FINE
    if not (fine or law.discrete):
        return None
    if fine:
        at, masses = law.ppf((np.arange(_EVEN) + 0.5) / _EVEN), np.full(_EVEN, 1 / _EVEN)
    mean, sd = score_moments(law)
    score = (law.score(at) - mean) / sd
    value = (at - law.mean) / max(law.sd, 1e-300)
    slope = total(masses * score * value) / max(total(masses * score**2), 1e-300)
    off = abs(law.mean - raw_centre(law)) / max(law.sd, 1e-300)
    bend = off + float(np.sqrt(total(masses * (value - slope * score) ** 2)))
    if fine:
        return _Rounding(1.0, 1.0, bend < _STRAIGHT)
    edges = ndtri(np.clip(np.append(0.0, np.cumsum(masses)[:-1]), 0.0, 1.0))
    height = np.append(np.exp(-edges * edges / 2), 0.0) / np.sqrt(2 * np.pi)
    kept = min(total(score * -np.diff(height)), 1.0)
    return _Rounding(float(f"{kept:.10g}"), _limit(score, masses), bend < _STRAIGHT)


def _limit(score: Array, masses: Array) -> float:
    """Largest correlation for which score and normal noise add up to a normal law."""
    from scipy.special import ndtr

    at = np.linspace(-3.0, 3.0, 41)
    for r in _TRIED:
        noise = np.sqrt(1 - min(r, 0.99) ** 2)
        law = np.add.reduce(masses[:, None] * ndtr((at - r * score[:, None]) / noise), axis=0)
        if np.abs(law - ndtr(at)).max() < _ERROR:
            return r
    return 0.0
