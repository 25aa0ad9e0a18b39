"""The columns of Table 1, and what of a count or statistic may stand in them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.table1_cells import hidden
from synth_magic.fidelity.table1_columns import Variable
from synth_magic.fidelity.table1_groups import Groups
from synth_magic.fidelity.table1_numbers import number

if TYPE_CHECKING:
    from synth_magic.fidelity.real.disclosure import Guard

Counts = NDArray[np.int64]
Plain = dict[str, Any]
HIDDEN = "not shown"
#: More levels than the first are folded, so that the most frequent ones stand alone.
_MOST_LEVELS, _KEPT_LEVELS = 25, 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all variables are described by.

    Parameters
    ----------
    groups
        The columns.
    guard
        For real rows: what may be shown of them.
    """

    groups: Groups
    guard: Guard | None = None

    @property
    def compared(self) -> bool:
        """Whether there are groups to be compared."""
        return len(self.groups.names) > 1

    @property
    def _wide(self) -> int:
        """Columns that count: all rows, groups, and rows of none where there are such."""
        return 1 + len(self.groups.names) + self._outside

    @property
    def _outside(self) -> bool:
        return bool(self.groups.names) and bool((self.groups.codes < 0).any())

    def counts(self, codes: NDArray[np.intp], levels: int) -> Counts:
        """Count levels: shape (levels, 1 + groups), and rows of no group where there are any."""
        return self.groups.counts(codes, levels)[:, : self._wide]

    def cells(self, counts: Counts, sizes: Counts, *, totals: bool) -> list[list[Plain]]:
        """Give counts and shares of a block of levels, hidden where they must be.

        Parameters
        ----------
        counts
            Shape (levels, columns); what the levels exclude must be one of them.
        sizes
            What the shares are of, shape (levels, columns).
        totals
            Whether the sum over the levels is known.
        """
        mask = np.zeros(counts.shape, bool)
        if self.guard is not None:
            mask = hidden(counts, self.guard.min_cell, totals=totals)
        wide = range(1 + len(self.groups.names))
        return [
            [self._cell(int(counts[at, c]), int(sizes[at, c]), bool(mask[at, c])) for c in wide]
            for at in range(len(counts))
        ]

    def _cell(self, count: int, size: int, masked: bool) -> Plain:
        digits = 1
        if self.guard is not None:
            if masked:
                small = count < self.guard.min_cell
                words = self.guard.words(count) if small else HIDDEN
                return {"count": None, "share": None, "words": words}
            step, digits = self.guard.step, 0
            count, size = step * round(count / step), step * round(size / step)
        share = min(count / size, 1.0) if size else math.nan
        if self.guard is not None:
            share = round(share, 2)
        words = f"{count:,} ({number(100 * share, digits)})" if size else "—"
        return {"count": count, "share": finite(share), "words": words}

    def seen(self, known: NDArray[np.bool_]) -> list[bool]:
        """Say in which columns a statistic of the known values may be shown."""
        wide = 1 + len(self.groups.names)
        if self.guard is None:
            return [True] * wide
        counts = self.counts(np.where(known, 0, -1), 1)
        return [not masked for masked in hidden(counts, self.guard.group, totals=False)[0, :wide]]

    def shown(self, value: float, digits: int) -> float | None:
        """Give a statistic as a plain number; of real rows no more of it than is read."""
        if self.guard is not None and math.isfinite(value):
            value = round(value, digits)
        return finite(value)

    def rows(self) -> Counts:
        """How many rows each column has."""
        found: Counts = self.counts(np.zeros(self.groups.rows, np.intp), 1)[0]
        return found


def folded(variable: Variable, sheet: Sheet) -> Variable:
    """Put rare levels together: of many, and on the real side those that would name someone."""
    known = variable.values[variable.known].astype(np.intp)
    counts = np.bincount(known, minlength=len(variable.levels))
    keep = np.ones(len(counts), bool)
    if len(counts) > _MOST_LEVELS:
        keep[np.argsort(-counts, kind="stable")[_KEPT_LEVELS:]] = False
    if sheet.guard is not None:
        stated = np.array([level in variable.stated for level in variable.levels], bool)
        keep &= stated | (counts >= sheet.guard.min_cell)
    if keep.all():
        return variable
    places = np.append(np.where(keep, np.cumsum(keep) - 1, keep.sum()).astype(np.float64), np.nan)
    at = np.where(variable.known, np.nan_to_num(variable.values), len(keep)).astype(np.intp)
    kept = [level for level, is_kept in zip(variable.levels, keep, strict=True) if is_kept]
    other = f"other ({int((~keep).sum())} values)" if sheet.guard is None else "other values"
    return replace(variable, values=places[at], levels=(*kept, other))


def finite(value: float) -> float | None:
    """Give a number that JSON can hold."""
    return float(value) if math.isfinite(value) else None
