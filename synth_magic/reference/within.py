"""Correlations given age and sex among people who all have some conditions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from synth_magic.reference.schema import Condition
from synth_magic.reference.selection import select
from synth_magic.reference.tables import Reference

Array = NDArray[np.float64]
#: Least eigenvalue of a correlation matrix that was written over.
FLOOR = 0.005


def correlations(
    reference: Reference, conditions: Sequence[Condition], variables: Sequence[str]
) -> Array:
    """Correlations of variables' latent scores in people with `conditions`.

    Having a condition is its latent score above a threshold: a cut like any other, so what
    hangs on it varies less (Pearson-Lawley with the variance of a truncated normal).  Where a
    condition states correlations measured within it, those stand instead, and the variables
    after the measured ones are solved anew from their direct effects.

    Parameters
    ----------
    reference
        All of it.
    conditions
        Of everybody.
    variables
        Ids; age and sex, which have no place in R, hang together with nothing here.

    Returns
    -------
    array
        Shape (variables, variables), positive definite.
    """
    R = _all(reference, conditions)
    at = np.array([reference.place.get(name, -1) for name in variables], dtype=np.intp)
    found = np.where((at[:, None] < 0) | (at[None, :] < 0), 0.0, R[np.ix_(at, at)])
    np.fill_diagonal(found, 1.0)
    return nearest(found)


def _all(reference: Reference, conditions: Sequence[Condition]) -> Array:
    """All variables; positive definite unless a condition states correlations within it."""
    cut = _cuts(reference, conditions)
    R = reference.R
    if cut:
        s, sd = list(cut), np.array(list(cut.values()))
        V = R[np.ix_(s, s)] * np.outer(sd, sd)
        R = scaled(select(R, s, np.zeros(len(s)), V)[1])
    stated = [row for condition in conditions for row in condition.correlations]
    if not stated:
        return R
    R = R.copy()
    last = max(reference.place[child] for child in reference.surveyed)
    measured = [
        at
        for v in reference.variables.values()
        if v.number
        and v.source.kind == "microdata"
        and (at := reference.place.get(v.id, last + 1)) <= last
    ]
    parents: dict[int, list[tuple[int, float]]] = {}
    for a, b, beta in reference.edges:
        parents.setdefault(reference.place[b], []).append((reference.place[a], beta))
    R[np.ix_(measured, measured)] = reference.R[np.ix_(measured, measured)]
    for a, b, r in stated:
        i, j = reference.place[a], reference.place[b]
        R[i, j] = R[j, i] = r
    for child in range(max(measured) + 1, len(R)):
        if child in parents:
            _solve(reference, R, child, parents[child], cut)
    return R


def _cuts(reference: Reference, conditions: Sequence[Condition]) -> dict[int, float]:
    """Places of the conditions, and the SD left to their latent scores above the threshold."""
    found = {}
    for condition in conditions:
        at = reference.place.get(condition.sets or "")
        share = reference.laws[condition.sets].share if condition.sets else None
        if at is not None and share is not None:
            t = ndtri(1 - float(share.mean()))
            ratio = float(np.exp(-t * t / 2) / np.sqrt(2 * np.pi) / (1 - ndtr(t)))
            found[at] = float(np.sqrt(max(1 + t * ratio - ratio * ratio, 0.01)))
    return found


def _solve(
    reference: Reference,
    R: Array,
    child: int,
    edges: Sequence[tuple[int, float]],
    cut: dict[int, float],
) -> None:
    """Write one variable's row of R from its direct effects on the (new) correlations before it."""
    at = [parent for parent, _ in edges]
    beta = np.array([size for _, size in edges])
    noise = 1 - beta @ reference.R[np.ix_(at, at)] @ beta
    beta = beta * np.array([cut.get(parent, 1.0) for parent in at])
    total = float(beta @ R[np.ix_(at, at)] @ beta + noise)
    row = R[:child][:, at] @ beta / np.sqrt(total)
    R[child, :child] = R[:child, child] = row


def scaled(covariance: Array) -> Array:
    """Scale a covariance to unit variances."""
    scale = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(scale, scale), dtype=np.float64)


def nearest(R: Array) -> Array:
    """Lift eigenvalues that overwritten entries pushed below the floor."""
    if not len(R):
        return R
    values, vectors = np.linalg.eigh(R)
    if values[0] >= FLOOR:
        return R
    return scaled(vectors @ np.diag(np.maximum(values, FLOOR)) @ vectors.T)
