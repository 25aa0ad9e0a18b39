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
        Columns that are always there: a 0/1 column a group, each row in one, shape (n, g).
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
    apart = columns - constants @ means(constants, columns)
    whole = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    left = np.sqrt(np.einsum("ij,ij->j", apart, apart))
    usable = np.flatnonzero((whole > 0) & (left > _LEFT * whole))
    scaled = apart[:, usable] / left[usable]
    products = scaled.T @ scaled
    # Cholesky's columns one by one: what is left of each is its diagonal.
    basis: list[Array] = []
    for at, place in enumerate(usable):
        row = products[at] - sum((one[at] * one for one in basis), np.zeros(len(usable)))
        if row[at] > _LEFT:
            kept[place] = True
            basis.append(row / np.sqrt(row[at]))
    return kept


def means(constants: Array, columns: Array) -> Array:
    """Mean of each column within each group, shape (g, k).

    Parameters
    ----------
    constants
        A 0/1 column a group, each row in one of them, shape (n, g).
    columns
        Shape (n, k).
    """
    many = np.maximum(constants.sum(axis=0), 1.0)
    return np.asarray((constants.T @ columns) / many[:, None])


def ones(rows: int) -> Array:
    """Give one constant column, shape (rows, 1)."""
    return np.ones((rows, 1))


def groups(codes: NDArray[np.int64]) -> Array:
    """Give a 0/1 column for each group that has rows, shape (n, groups)."""
    seen = np.unique(codes)
    return np.asarray(codes[:, None] == seen[None, :], dtype=np.float64)
