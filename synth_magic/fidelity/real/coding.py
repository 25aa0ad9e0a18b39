"""Two columns as integer codes of their shared values, so that counting is enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.real.columns import Array, Pair

Codes = NDArray[np.int64]
#: A code is a place on the rounded axis while there are at most so many places a row.
_PLACES_A_ROW = 4
#: Codes of rows stay below this number.
_LARGEST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A pair of columns as codes.

    Parameters
    ----------
    one, other
        int64, shapes (n,) and (m,): codes in the order of the values, -1 where missing.
    size
        How many codes there are.
    """

    one: Codes
    other: Codes
    size: int

    def counts(self) -> tuple[Codes, Codes]:
        """Rows of each code on both sides, each of shape (size,)."""
        return counted(self.one, self.size), counted(self.other, self.size)


def counted(codes: Codes, size: int) -> Codes:
    """Rows of each code; missing ones are left out."""
    return np.bincount(codes + 1, minlength=size + 1)[1:]


def coded(pair: Pair, *, rounded: bool = False) -> Coded:
    """Code the values of both sides together.

    Parameters
    ----------
    pair
        The columns.
    rounded
        Whether both are rounded to the coarser side's digits first.
    """
    one, other = pair.rounded() if rounded else (pair.one, pair.other)
    if pair.kind != "number":
        return Coded(_whole(one, 0), _whole(other, 0), len(pair.levels))
    both = np.concatenate([one, other])
    known = ~np.isnan(both)
    codes = np.full(len(both), -1, dtype=np.int64)
    if known.any():
        codes[known] = _places(both[known], pair.decimals)
    size = int(codes.max(initial=-1)) + 1
    return Coded(codes[: len(one)], codes[len(one) :], size)


def row_codes(pairs: tuple[Pair, ...]) -> Codes:
    """Give each row a number, equal rows the same one.

    Parameters
    ----------
    pairs
        The columns; values count as equal with the coarser side's digits.

    Returns
    -------
    array
        int64, shape (n + m,), from 0: the rows of one side, then those of the other.
    """
    found = np.zeros(len(pairs[0].one) + len(pairs[0].other), dtype=np.int64)
    room = 1
    for pair in pairs:
        codes = coded(pair, rounded=True)
        if room * (codes.size + 1) > _LARGEST:
            found, room = _renumbered(found)
        found = found * (codes.size + 1) + np.concatenate([codes.one, codes.other]) + 1
        room *= codes.size + 1
    return _renumbered(found)[0]


def _renumbered(codes: Codes) -> tuple[Codes, int]:
    """Give codes numbers from 0 without a gap, and say how many there are."""
    held, inverse = np.unique(codes, return_inverse=True)
    return np.asarray(inverse, dtype=np.int64).reshape(-1), len(held)


def _whole(values: Array, low: float) -> Codes:
    return np.where(np.isnan(values), -1, values - low).astype(np.int64)


def _places(values: Array, decimals: int | None) -> Codes:
    """Codes in the order of the values, by place on the axis or, failing that, by sorting."""
    if decimals is not None:
        scaled = values * 10.0**decimals
        low, high = np.rint(scaled.min()), np.rint(scaled.max())
        exact = np.rint(scaled)
        if high - low <= _PLACES_A_ROW * len(values) and np.abs(scaled - exact).max() < 1e-6:
            return np.asarray(exact - low, dtype=np.int64)
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64).reshape(-1)
