"""Restrictions and pins move what hangs on them (Pearson-Lawley selection).

With s the restricted or pinned columns, m and V their new mean and covariance on the latent
scale of the population, A = R_.s R_ss^-1: every other column's latent score gets mean A m and
covariance R - A R_s. + A V A'.  Exact where jointly normal (Lawley, Proc R Soc Edinb 1943).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from synth_magic.errors import Problem
from synth_magic.reference import pins
from synth_magic.reference.placed import Placed
from synth_magic.reference.schema import Restriction
from synth_magic.reference.tables import Reference

Array = NDArray[np.float64]
COUNT = 400
FARTHEST = 2.0
TOLD = 0.2
#: A condition rarer than this is no ground to move others by.
RAREST = 0.002


@dataclass(frozen=True, slots=True)
class Shift:
    """New mean and spread of a column's latent score, in SDs of the population's."""

    d: float = 0.0
    s: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """Shifts of all columns, their new correlations, and what to tell."""

    each: tuple[Shift, ...]
    R: Array
    notes: tuple[Problem, ...]


def shifts(
    reference: Reference, R: Array, placed: Sequence[Placed], restrictions: Sequence[Restriction]
) -> Moved:
    """Propagate what is pinned or cut; age and sex have moved the laws already."""
    found = [
        (i, moments)
        for i, p in enumerate(placed)
        if p.variable not in ("age", "sex")
        and (moments := _moments(p, [r for r in restrictions if r.variable == p.variable]))
    ]
    if not found:
        return Moved(tuple(Shift() for _ in placed), R, ())
    s = [i for i, _ in found]
    mean = np.array([m for _, (m, _) in found])
    sd = np.array([v for _, (_, v) in found])
    d, covariance = select(R, s, mean, np.outer(sd, sd) * _unit(R[np.ix_(s, s)]))
    spread = np.sqrt(np.diag(covariance))
    fixed = set(s) | {i for i, p in enumerate(placed) if p.variable in ("age", "sex")}
    each = tuple(
        Shift() if i in fixed else Shift(float(d[i]), float(spread[i])) for i in range(len(placed))
    )
    notes = tuple(_notes(reference, placed, each, [placed[i].name for i in s]))
    return Moved(each, covariance / np.outer(spread, spread), notes)


def select(R: Array, s: Sequence[int], mean: Array, V: Array) -> tuple[Array, Array]:
    """Mean and covariance of all after the columns `s` get mean and covariance V.

    Parameters
    ----------
    R
        Correlations before, shape (k, k).
    s
        Places of the selected columns.
    mean, V
        Their new mean, shape (len(s),), and covariance.
    """
    ss = R[np.ix_(s, s)] + 1e-6 * np.eye(len(s))
    A = np.linalg.solve(ss, R[s, :]).T
    return A @ mean, R - A @ R[s, :] + A @ V @ A.T


def _moments(p: Placed, restrictions: Sequence[Restriction]) -> tuple[float, float] | None:
    """Mean and SD of the pinned or cut column on the population's latent scale."""
    if p.known.before is not None:
        return _prevalence(p.known.before, float(p.known.shares[1]))
    if not len(p.known.x):
        return None
    x = pins.positions(p.read, COUNT)
    if x is None:
        low, high = pins.bounds(p.read)
        for r in restrictions:
            low = r.low if low is None else max(low, r.low if r.low is not None else low)
            high = r.high if high is None else min(high, r.high if r.high is not None else high)
        x = p.known.x[(p.known.x >= (-np.inf if low is None else low))]
        x = x[x <= (np.inf if high is None else high)]
        kept = len(x) / len(p.known.x)
        if not 0.5 <= kept < 0.995:
            return None
        inside = (p.known.x >= x[0]) & (p.known.x <= x[-1])
        z, w = ndtri(np.clip(p.known.F[inside], 1e-6, 1 - 1e-6)), np.gradient(p.known.F)[inside]
        m = float((w * z).sum() / w.sum())
        return m, float(np.sqrt((w * (z - m) ** 2).sum() / w.sum()))
    z = ndtri(np.clip(np.interp(x, p.known.x, p.known.F), 1e-4, 1 - 1e-4))
    m = float(np.clip(z.mean(), -FARTHEST, FARTHEST))
    return m, float(np.clip(z.std(), 0.1, 2.0))


def _prevalence(before: float, after: float) -> tuple[float, float] | None:
    """Moments of a latent score, N(0, 1), whose upper `before` is made `after` of all.

    Those with and those without keep their own truncated normal laws; only how many there are
    changes.
    """
    if not RAREST < before < 1 - RAREST or abs(after - before) < 0.01:
        return None
    t = float(ndtri(1 - before))
    density = float(np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi))
    mean = density * (after / before - (1 - after) / (1 - before))
    square = 1 + t * density * (after / before - (1 - after) / (1 - before))
    return float(np.clip(mean, -FARTHEST, FARTHEST)), float(np.sqrt(max(square - mean**2, 0.01)))


def _notes(
    reference: Reference, placed: Sequence[Placed], each: Sequence[Shift], because: Sequence[str]
) -> list[Problem]:
    told = []
    for p, shift in zip(placed, each, strict=True):
        if abs(shift.d) < TOLD or pins.full(p.read.column):
            continue
        if not len(p.known.x):
            told += _share_note(reference, p, shift, because)
            continue
        before, after = np.interp([0.5, float(ndtr(shift.d))], p.known.F, p.known.x)
        step = (after - before) * p.read.factor
        digits = p.read.decimals or 0
        if round(step, digits) == 0:
            continue
        unit = f" {p.read.column.unit}" if p.read.column.unit else ""
        text = f"{p.name} {step:+.{digits}f}{unit}, because of {_and(because)}."
        told.append(Problem(("columns", p.name), text, "", "note"))
    return told


def _share_note(
    reference: Reference, p: Placed, shift: Shift, because: Sequence[str]
) -> list[Problem]:
    variable = reference.variables[p.variable]
    if variable.type != "boolean" or not 0 < p.known.shares[1] < 1:
        return []
    before = float(p.known.shares[1])
    after = float(ndtr((ndtri(before) + shift.d) / shift.s))
    text = f"{p.name} {before:.0%} to {after:.0%}, because of {_and(because)}."
    return [Problem(("columns", p.name), text, "", "note")]


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _unit(matrix: Array) -> Array:
    scale = 1 / np.sqrt(np.diag(matrix))
    return matrix * np.outer(scale, scale)
