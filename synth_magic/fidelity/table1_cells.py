"""Which cells of a real Table 1 stay hidden, so that no subtraction gives one away.

Primary and complementary suppression, as statistical offices practise it (Hundepool and
others, Statistical Disclosure Control, Wiley 2012, chapter 4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def hidden(counts: Counts, least: int, *, totals: bool = True) -> Mask:
    """Say which cells are not shown.

    Parameters
    ----------
    counts
        Shape (levels, 1 + groups): the first column is the sum of the others.
    least
        Smaller cells are not shown.
    totals
        Whether each column's sum is known too.

    Returns
    -------
    array
        Shape of `counts`.  In every row and column whose sum is known the hidden cells
        are none, or at least two with `least` rows together.
    """
    mask: Mask = counts < least
    if counts.shape[1] == 2:  # one group that holds all rows, or no groups: the same cell twice
        mask[:, 1] = mask[:, 0]
    _rows(counts, mask, least)
    held = -1
    while totals and len(counts) > 1 and held < mask.sum():
        held = int(mask.sum())  # hiding in a column may call for hiding in a row, and so on
        for place in range(counts.shape[1]):
            _complete(counts[:, place], mask[:, place], least)
            _rows(counts, mask, least)
    return mask


def _rows(counts: Counts, mask: Mask, least: int) -> None:
    if counts.shape[1] > 2:
        for place in range(len(counts)):
            _in_row(counts[place], mask[place], least)


def _in_row(counts: Counts, mask: Mask, least: int) -> None:
    """Hide more cells of a row, whose first cell is the sum of the others."""
    if not mask[0]:
        _complete(counts[1:], mask[1:], least)
    elif not mask[1:].any():  # the sum is hidden but all that it sums are shown
        mask[1 + int(np.argmin(counts[1:]))] = True


def _complete(counts: Counts, mask: Mask, least: int) -> None:
    """Hide the smallest cells that are shown, until what is hidden cannot be worked out."""
    while mask.any() and not mask.all() and (mask.sum() < 2 or counts[mask].sum() < least):
        shown = np.flatnonzero(~mask)
        mask[shown[int(np.argmin(counts[shown]))]] = True
