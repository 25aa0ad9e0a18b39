"""Which columns of a design can have a coefficient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A column of which the columns before it leave less than this share says nothing new.
_LEFT = 1e-6


def estimable(constants: Array, columns: Array) -> Mask:
    """Tell which columns are no combination of the constants and the columns before them.

    Parameters
    ----------
    constants
        Columns that are always there, such as ones or a 0/1 column a group, shape (n, g).
    columns
        The design, shape (n, k).

    Returns
    -------
    numpy.ndarray
        Shape (k,), bool.
    """
    kept = np.zeros(columns.shape[1], dtype=np.bool_)
    if not len(columns):
        return kept
    basis = [one / norm for one in constants.T if (norm := float(np.linalg.norm(one))) > 0]
    for place, column in enumerate(columns.T):
        whole = float(np.linalg.norm(column))
        left = column.astype(np.float64)
        for _ in range(2):  # the second pass takes away what rounding left of the first
            for one in basis:
                left = left - float(one @ left) * one
        rest = float(np.linalg.norm(left))
        if whole > 0 and rest > _LEFT * whole:
            kept[place] = True
            basis.append(left / rest)
    return kept


def ones(rows: int) -> Array:
    """Give one constant column, shape (rows, 1)."""
    return np.ones((rows, 1))


def groups(codes: NDArray[np.int64]) -> Array:
    """Give a 0/1 column for each group that has rows, shape (n, groups)."""
    seen = np.unique(codes)
    return np.asarray(codes[:, None] == seen[None, :], dtype=np.float64)
