"""Cox's proportional hazards (J R Stat Soc B 1972), ties as Efron does (J Am Stat Assoc 1977)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.regression.fitted import Fit, Slope, climb

Array = NDArray[np.float64]
Places = NDArray[np.int64]


def cox(columns: Array, times: Array, events: Array) -> Fit | None:
    """Fit log hazard ratios.

    Parameters
    ----------
    columns
        The design, shape (n, k).
    times
        Time of the event or of the last sight, shape (n,).
    events
        1 where the event happened, else 0, shape (n,).

    Returns
    -------
    Fit or None
        None without an event, or where a column decides who has it.
    """
    order = np.argsort(times, kind="stable")
    times, died = times[order], events[order] > 0
    if not died.any():
        return None
    middle = columns.mean(axis=0)
    ties = _Ties.of(times, died)
    design = columns[order] - middle
    found = climb(lambda at: _slope(design, died, ties, at), np.zeros(columns.shape[1]))
    return None if found is None else Fit(*found)


@dataclass(frozen=True, slots=True, eq=False)
class _Ties:
    """Where the events stand among rows sorted by time.

    Parameters
    ----------
    first
        First row at risk at each time with an event, shape (t,).
    at
        Which of these times each row's own is, for rows with an event, shape (d,).
    part
        Share of its time's events that Efron takes out of the risk, shape (d,).
    upto
        How many of these times are not after each row's, shape (n,).
    """

    first: Places
    at: Places
    part: Array
    upto: Places

    @classmethod
    def of(cls, times: Array, died: NDArray[np.bool_]) -> _Ties:
        moments, at, many = np.unique(times[died], return_inverse=True, return_counts=True)
        begin = np.cumsum(many) - many
        part = (np.arange(len(at)) - begin[at]) / many[at]
        first = np.searchsorted(times, moments, side="left")
        return cls(first, at, part, np.searchsorted(moments, times, side="right"))


def _slope(design: Array, died: NDArray[np.bool_], ties: _Ties, at: Array) -> Slope:
    eta = design @ at
    weight = np.exp(np.minimum(eta, 300.0))
    weighted = design * weight[:, None]
    moments = len(ties.first)

    def risk(values: Array) -> Array:
        """Sum over the rows at risk at each event, Efron's part of the tied ones taken out."""
        later = values[::-1].cumsum(axis=0)[::-1][ties.first]
        own = np.zeros((moments, *values.shape[1:]))
        np.add.at(own, ties.at, values[died])
        part = ties.part.reshape(-1, *([1] * (values.ndim - 1)))
        return np.asarray(later[ties.at] - part * own[ties.at])

    whole = risk(weight)
    centre = risk(weighted) / whole[:, None]
    # Each row's share in the risks it was part of.
    each = np.append(0.0, np.bincount(ties.at, 1 / whole, moments).cumsum())[ties.upto]
    each[died] -= np.bincount(ties.at, ties.part / whole, moments)[ties.at]
    value = float(eta[died].sum() - np.log(whole).sum())
    gradient = design[died].sum(axis=0) - centre.sum(axis=0)
    information = (weighted * each[:, None]).T @ design - centre.T @ centre
    return value, gradient, np.asarray((information + information.T) / 2)
