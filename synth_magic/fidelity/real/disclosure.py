"""What of the real table may be shown: the last step before anything leaves.

A notebook is saved and sent around with what it shows, so nothing that is shown
may rest on a handful of real people: small counts are hidden, with a second cell
where a total would give them away; others are rounded; extremes are never named.
The practice is that of statistical offices (Hundepool and others, Statistical
Disclosure Control, Wiley 2012, chapter 5).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import DataError, SynthDataError, problem
from synth_magic.options import MIN_CELL

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
#: Groups of fewer than so many smallest cells are not shown: 30 at the default of 10.
_GROUP = 3
_STEP = 5


@dataclass(frozen=True, slots=True)
class Guard:
    """How small a cell of the real side may be.

    Parameters
    ----------
    min_cell
        Counts below it are not shown; 0 or 1 shows all, for tables that are public.
    """

    min_cell: int = MIN_CELL

    @property
    def step(self) -> int:
        """Counts are shown to the nearest so many."""
        return _STEP if self.min_cell >= _STEP else 1

    @property
    def group(self) -> int:
        """Groups with fewer rows are not shown."""
        return max(_GROUP * self.min_cell, 1)

    def count(self, k: float) -> int | None:
        """Round a count; None below `min_cell`."""
        return None if k < self.min_cell else self.step * round(k / self.step)

    def words(self, k: float) -> str:
        """Say a count: ``<10`` or ``295``."""
        shown = self.count(k)
        return f"<{self.min_cell}" if shown is None else f"{shown:,}"

    def share(self, value: float, n: int) -> float:
        """Round a figure that counts rows of `n` to what so many rows make of it.

        Parameters
        ----------
        value
            From 0 to 1; 0 and 1 stay what they are.
        n
            Rows of the real side.
        """
        if not n or math.isnan(value):
            return math.nan
        # Of a rounded number of rows, which the fraction would give away.
        n = self.step * round(n / self.step) or n
        return min(round(value * n / self.step) * self.step / n, 1.0)

    def clear(self, counts: Counts) -> bool:
        """Whether no cell holds a few rows: each is empty or large enough."""
        return bool(((counts == 0) | (counts >= self.min_cell)).all())

    def cells(self, k: float, n: float) -> bool:
        """Whether a cell of `k` among `n` and the rest of them are both large enough."""
        return min(k, n - k) >= self.min_cell


def merged_bins(counts: Counts, least: int) -> list[tuple[int, int]]:
    """Merge neighbouring bins until each holds at least `least` rows.

    Parameters
    ----------
    counts
        Real rows of each bin, shape (k,).
    least
        The smallest count.

    Returns
    -------
    list of (int, int)
        First and last bin, the latter not included; empty with fewer than two left.
    """
    ends, held = [0], 0
    for place, count in enumerate(counts):
        held += int(count)
        if held >= max(least, 1):
            ends.append(place + 1)
            held = 0
    if len(ends) > 1:
        ends[-1] = len(counts)  # what is left over joins the last bin
    spans = list(pairwise(ends))
    return spans if len(spans) > 1 else []


def merged_levels(counts: Counts, least: int) -> tuple[list[int], list[int]]:
    """Say which levels stand alone and which go together as other values.

    Parameters
    ----------
    counts
        Real rows of each level, shape (k,).
    least
        The smallest count.

    Returns
    -------
    tuple of two lists
        Levels that stand alone, in order; levels that are merged: none, or at least two
        with `least` rows together, so that no total gives one away.
    """
    order = sorted(range(len(counts)), key=lambda place: int(counts[place]))
    small = [place for place in order if counts[place] < least]
    rest = [place for place in order if counts[place] >= least]
    while small and rest and sum(int(counts[at]) for at in small) < least:
        small.append(rest.pop(0))
    return sorted(rest), sorted(small)


def few_shared(real: Array, guard: Guard) -> NDArray[np.bool_]:
    """Say which pairs of two-valued features share a cell of few real rows.

    With both margins known, Spearman's coefficient of two such features is that cell.

    Parameters
    ----------
    real
        Features of the real side, shape (n, k), NaN where missing.
    guard
        How small a cell may be.

    Returns
    -------
    array
        bool, shape (k, k).
    """
    known = ~np.isnan(real)
    least = np.where(known, real, np.inf).min(axis=0, initial=np.inf)
    most = np.where(known, real, -np.inf).max(axis=0, initial=-np.inf)
    two = np.asarray((~known | (real == least) | (real == most)).all(axis=0))
    upper = (known & (real > least)).astype(np.float64)
    lower = known - upper
    cells = [left.T @ right for left in (upper, lower) for right in (upper, lower)]
    few = np.zeros((len(two), len(two)), dtype=np.bool_)
    for cell in cells:
        few |= (cell > 0) & (cell < guard.min_cell)
    return np.asarray(few & two[:, None] & two[None, :])


def rounded_shares(counts: Sequence[int], guard: Guard) -> list[float]:
    """Shares of counts that were rounded first."""
    kept = [guard.count(count) or 0 for count in counts]
    total = sum(kept)
    return [count / total for count in kept] if total else []


@contextmanager
def silence(part: str) -> Iterator[None]:
    """Let no message of a library through: it may quote a value of the real table.

    Parameters
    ----------
    part
        What was being done, for our own message.

    Raises
    ------
    DataError
        In place of any error that is not ours.
    """
    try:
        yield
    except (SynthDataError, MemoryError):
        raise
    except Exception as error:  # whatever it is, its text is not ours to show
        raise DataError(
            problem(
                ("options", "real"),
                f"The comparison with the real table failed while {part} ({type(error).__name__})",
                "Compare fewer columns: report(df, real=real[[...]])",
            )
        ) from None
