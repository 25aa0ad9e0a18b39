"""The proportional-odds model (McCullagh, J R Stat Soc B 1980), with cuts by group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.fidelity.regression.fitted import Fit, Slope, climb

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def ordinal(columns: Array, levels: Codes, group: Codes | None = None) -> Fit | None:
    """Fit log odds of being higher, the same at every cut.

    Parameters
    ----------
    columns
        The design, shape (n, k).
    levels
        Place of each row's value in the order, shape (n,).
    group
        Group of each row, shape (n,): each has its own cuts.

    Returns
    -------
    Fit or None
        None where fewer than two values were seen, or they are separated.
    """
    of = np.zeros(len(levels), np.int64) if group is None else group
    upper = np.full(len(levels), -1)
    lower = np.full(len(levels), -1)
    start: list[float] = []
    for one in np.unique(of):
        rows = of == one
        seen, codes = np.unique(levels[rows], return_inverse=True)
        first, cuts = len(start), len(seen) - 1
        upper[rows] = np.where(codes < cuts, first + codes, -1)
        lower[rows] = np.where(codes > 0, first + codes - 1, -1)
        upto = np.cumsum(np.bincount(codes))[:-1] / rows.sum()
        start += special.logit(upto).tolist()
    if not start:
        return None
    begin = np.concatenate([np.array(start), np.zeros(columns.shape[1])])
    found = climb(lambda at: _slope(columns, upper, lower, len(start), at), begin)
    if found is None:
        return None
    values, covariance = found
    return Fit(values[len(start) :], covariance[len(start) :, len(start) :])


def _slope(columns: Array, upper: Codes, lower: Codes, cuts: int, at: Array) -> Slope:
    """Log likelihood, gradient and information; rows lie between two cuts of their group."""
    eta = columns @ at[cuts:]
    places = np.append(at[:cuts], 0.0)
    high, low = upper >= 0, lower >= 0
    # Of each row P(Y <= its value) and P(Y < its value).
    F1 = np.where(high, special.expit(places[upper] - eta), 1.0)
    F0 = np.where(low, special.expit(places[lower] - eta), 0.0)
    share = F1 - F0
    if not share.min() > 0:
        size = len(at)
        return -np.inf, np.zeros(size), np.eye(size)
    f1, f0 = F1 * (1 - F1), F0 * (1 - F0)

    def by_cut(of: Codes, weight: Array) -> Array:
        return np.bincount(of + 1, weights=weight, minlength=cuts + 1)[1:].astype(np.float64)

    gradient = np.concatenate(
        [
            by_cut(upper, f1 / share) - by_cut(lower, f0 / share),
            columns.T @ (F1 + F0 - 1),
        ]
    )
    information = np.zeros((len(at), len(at)))
    diagonal = np.arange(cuts)
    information[diagonal, diagonal] = by_cut(
        upper, (f1 / share) ** 2 - f1 * (1 - 2 * F1) / share
    ) + by_cut(lower, (f0 / share) ** 2 + f0 * (1 - 2 * F0) / share)
    between = -by_cut(np.where(high & low, lower, -1), f1 * f0 / share**2)
    information[diagonal[:-1], diagonal[1:]] = between[:-1]
    information[diagonal[1:], diagonal[:-1]] = between[:-1]
    for place, column in enumerate(columns.T, start=cuts):
        cross = -by_cut(upper, f1 * column) - by_cut(lower, f0 * column)
        information[:cuts, place] = information[place, :cuts] = cross
    information[cuts:, cuts:] = (columns * (f1 + f0)[:, None]).T @ columns
    return float(np.log(share).sum()), gradient, information
