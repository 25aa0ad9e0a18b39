"""One variable's law in the people at hand, and how its scores hang on age and sex."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from synth_magic.reference.people import ADULT, People
from synth_magic.reference.tables import Reference

Array = NDArray[np.float64]
POINTS, FEW = 201, 61
Z: Array = ndtri((np.arange(POINTS) + 0.5) / POINTS)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A variable in a population.

    Parameters
    ----------
    x, F
        Its pooled law in the variable's own unit: sorted values and the distribution function
        at them (mid-points); empty for yes/no and categories.
    by_sex
        The same within women and men.
    shares
        Shares of its values, for yes/no (no, yes) and categories.
    latent, own
        Mean of the standardised latent score given age and sex, shape (ages, 2), and its
        covariance with the variable's own score given age and sex: what it is as a child.
    reach
        Correlation of the delivered value's score with the latent one: what it is as a parent.
    sd
        Of the delivered 0/1 for yes/no and one level of a category; 1 otherwise.
    before
        Share of yes that was to be expected, where the user pinned another.
    """

    x: Array
    F: Array
    by_sex: tuple[tuple[Array, Array], ...]
    shares: Array
    latent: Array
    own: float
    reach: float = 1.0
    sd: float = 1.0
    before: float | None = None


NONE: Array = np.zeros(0)


def along_ages(reference: Reference, rows: Array, ages: Array) -> Array:
    """Interpolate knots of age: (2, knots, ...) to (ages, 2, ...), constant beyond the ends."""
    knots = reference.knots
    right = np.clip(np.searchsorted(knots, ages), 1, len(knots) - 1)
    share = np.clip((ages - knots[right - 1]) / (knots[right] - knots[right - 1]), 0, 1)
    share = share.reshape(-1, *([1] * (rows.ndim - 2)))
    both = [row[right - 1] * (1 - share) + row[right] * share for row in rows]
    return np.stack(both, axis=1)


def _given(reference: Reference, variable: str, rows: Array, ages: Array) -> Array:
    """Quantiles at ages; below 18 years those of children, where they are known."""
    given = along_ages(reference, rows, ages)
    law = reference.laws[variable]
    young = ages < ADULT
    if law.young is None or law.young_knots is None or not young.any():
        return given
    for sex, knots in enumerate(law.young):
        for at in range(knots.shape[-1]):
            given[young, sex, at] = np.interp(ages[young], law.young_knots, knots[:, at])
    return given


def number(reference: Reference, people: People, variable: str) -> Known:
    """Place a numeric variable: its quantiles by age and sex, mixed over the people."""
    rows = reference.laws[variable].quantiles
    if rows is None:
        raise KeyError(variable)
    given = _given(reference, variable, rows, people.ages)
    z = ndtri(reference.probabilities)
    d, s = people.shift(variable)
    values = np.einsum("aqp,zp->aqz", given, _weights_at(z, d + s * Z))
    weights = np.broadcast_to(people.weights[:, :, None] / POINTS, values.shape)
    replaced = people.replaced(variable)
    if replaced is not None:
        # Within the condition age and sex say little: the general trend would count them twice.
        values = np.broadcast_to(_weights_at(z, Z) @ np.array(replaced), values.shape)
    limits = reference.variables[variable].limits
    if limits is not None:
        values = np.clip(values, *limits)
    score = ndtri(np.clip(_ranks(values, weights), 1e-6, 1 - 1e-6))
    score = score / np.sqrt((weights * score**2).sum())
    mean = score.mean(axis=2)
    own = float((weights * score * Z).sum())
    x, F = _pool(values, weights)
    groups = tuple(_pool(values[:, g], weights[:, g]) for g in (0, 1) if people.weights[0, g] > 0)
    return Known(x, F, groups, NONE, mean, own)


def shifted(reference: Reference, people: People, variable: str, d: float, s: float) -> Array:
    """Values at 1,000 even probabilities of a number whose latent score has this law.

    Parameters
    ----------
    d, s
        Location and spread of the latent score given age and sex.
    """
    rows = reference.laws[variable].quantiles
    if rows is None:
        raise KeyError(variable)
    given = _given(reference, variable, rows, people.ages)
    few = ndtri((np.arange(FEW) + 0.5) / FEW)
    at = _weights_at(ndtri(reference.probabilities), d + s * few)
    values = np.einsum("aqp,zp->aqz", given, at)
    weights = np.broadcast_to(people.weights[:, :, None] / len(few), values.shape)
    limits = reference.variables[variable].limits
    x, F = _pool(values if limits is None else np.clip(values, *limits), weights)
    return np.asarray(np.interp((np.arange(1000) + 0.5) / 1000, F, x), dtype=np.float64)


def yes_no(
    reference: Reference, people: People, variable: str, share: Array, pinned: float | None
) -> Known:
    """Place a yes/no variable, or having one level of a category.

    Parameters
    ----------
    share
        General share by sex and knot, shape (2, knots).
    pinned
        The share among these people where it is known; age and sex keep their pattern.
    """
    t = ndtri(np.clip(along_ages(reference, share, people.ages), 1e-4, 1 - 1e-4))
    weights = people.weights
    t = t + people.shift(variable)[0]
    if pinned is not None:
        t = t + _move(t, weights, min(max(pinned, 1e-4), 1 - 1e-4))
    p = ndtr(t)
    pooled = float((weights * p).sum())
    sd = float(np.sqrt(pooled * (1 - pooled)))
    centre = t - (weights * t).sum()
    spread = float(np.sqrt(1 + (weights * centre**2).sum()))
    return Known(
        NONE,
        NONE,
        (),
        np.array([1 - pooled, pooled]),
        centre / spread,
        1 / spread,
        float(np.exp(-(ndtri(pooled) ** 2) / 2) / np.sqrt(2 * np.pi)) / sd,
        sd,
    )


def nominal(
    reference: Reference, people: People, variable: str, level: int, pinned: float | None
) -> Known:
    """Place a category without order: one level takes part in effects, all have shares."""
    rows = reference.laws[variable].shares
    if rows is None:
        raise KeyError(variable)
    stated = people.levels(variable)
    if stated is not None:
        rows = np.broadcast_to(np.array(stated), rows.shape)
    known = yes_no(reference, people, variable, rows[..., level], pinned)
    general = np.einsum("aq,aqv->v", people.weights, along_ages(reference, rows, people.ages))
    have = float(known.shares[1])
    shares = general * (1 - have) / (1 - general[level])
    shares[level] = have
    return replace(known, shares=shares)


def ordered(reference: Reference, people: People, variable: str) -> Known:
    """Place an ordered category: a latent score cut at its shares."""
    rows = reference.laws[variable].shares
    if rows is None:
        raise KeyError(variable)
    stated = people.levels(variable)
    if stated is not None:  # as numbers that a condition replaces: age and sex say little
        rows = np.broadcast_to(np.array(stated), rows.shape)
    given = along_ages(reference, rows, people.ages)
    weights = people.weights
    cumulated = np.clip(np.cumsum(given, axis=2), 1e-6, 1 - 1e-6)
    d, s = people.shift(variable)
    cut = ndtr((ndtri(cumulated[..., :-1]) - d) / s)
    each = np.diff(np.concatenate([0 * cut[..., :1], cut, 1 + 0 * cut[..., :1]], axis=2), axis=2)
    shares = np.einsum("aq,aqv->v", weights, each)
    top = np.cumsum(shares)
    middle = ndtri(np.clip(top - shares / 2, 1e-6, 1 - 1e-6))
    middle = middle - (shares * middle).sum()
    middle = middle / max(np.sqrt((shares * middle**2).sum()), 1e-9)
    edges = np.concatenate([[0.0], np.exp(-(ndtri(top[:-1].clip(1e-6, 1)) ** 2) / 2), [0.0]])
    reach = float((middle * -np.diff(edges)).sum() / np.sqrt(2 * np.pi))
    score = np.einsum("aqv,v->aq", each, middle) / max(reach, 1e-9)
    rest = float(np.sqrt(max(1 - (weights * score**2).sum(), 0.0)))
    return Known(NONE, NONE, (), shares, score, rest, reach)


def sex(people: People) -> Known:
    """Being a man, as a parent of everything."""
    p = people.men
    sd = float(np.sqrt(p * (1 - p)))
    row = np.array([-p, 1 - p]) / sd if sd > 0 else np.zeros(2)
    score = np.repeat(row[None, :], len(people.ages), axis=0)
    return Known(NONE, NONE, (), np.array([1 - p, p]), score, 0.0, 1.0, sd or 1.0)


def age(people: People) -> Known:
    """Age, as a parent of everything."""
    order = np.argsort(np.argsort(people.ages, kind="stable"), kind="stable")
    F = (order + 0.5) / len(people.ages)
    z = ndtri(F)
    z = z / np.sqrt((z**2).mean())
    score = np.repeat(z[:, None], 2, axis=1)
    x = np.sort(people.ages)
    u = (np.arange(len(x)) + 0.5) / len(x)
    return Known(x, u, ((x, u), (x, u)), NONE, score, 0.0)


def _weights_at(knots: Array, z: Array) -> Array:
    """Rows of linear interpolation between knots, carried on beyond the outermost two."""
    right = np.clip(np.searchsorted(knots, z), 1, len(knots) - 1)
    share = (z - knots[right - 1]) / (knots[right] - knots[right - 1])
    out = np.zeros((*z.shape, len(knots)))
    np.put_along_axis(out, right[..., None] - 1, (1 - share)[..., None], axis=-1)
    np.put_along_axis(out, right[..., None], share[..., None], axis=-1)
    return out


def _ranks(values: Array, weights: Array) -> Array:
    """Mid-rank distribution function of each value within all."""
    flat, w = values.ravel(), np.ascontiguousarray(weights).ravel()
    distinct, where = np.unique(flat, return_inverse=True)
    mass = np.bincount(where, w, len(distinct))
    middle = np.cumsum(mass) - mass / 2
    return np.asarray((middle / mass.sum())[where].reshape(values.shape), dtype=np.float64)


def _pool(values: Array, weights: Array) -> tuple[Array, Array]:
    flat, w = values.ravel(), np.ascontiguousarray(weights).ravel()
    order = np.argsort(flat, kind="stable")
    x, w = flat[order], w[order]
    return x, (np.cumsum(w) - w / 2) / w.sum()


def _move(t: Array, weights: Array, share: float) -> float:
    """Shift of thresholds `t` that makes the pooled share what it should be (bisection)."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        if float((weights * ndtr(t + middle)).sum()) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
