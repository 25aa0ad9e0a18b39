"""Rows of the table that equal a real row, and how many of them chance explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.fidelity.real.bands import PERMUTATIONS, SEED, Array, dealt
from synth_magic.fidelity.real.coding import Codes, row_codes
from synth_magic.fidelity.real.columns import Pair

HALVINGS = 20
#: Rows that are dealt anew, all deals together; no fewer deals than the second number.
_MOST_DEALT, _LEAST_DEALS = 40_000_000, 20


@dataclass(frozen=True, slots=True)
class Copies:
    """Counts of rows; not for showing as they are.

    Parameters
    ----------
    exact
        Rows of the table that equal a real row.
    band
        The same count for two samples of one population: rows of both tables dealt anew.
    unique
        Rows of the table that equal a real row which occurs once in the real table.
    unique_band
        `unique` for rows dealt anew.
    by_half
        What `unique` would be if the table's rows were real rows of another sample: rows
        of one half of the real table that equal a unique row of the other, at equal
        sizes, mean of 20 halvings, in rows of the table.  None with too few real rows.
    against_half
        The same for the table's own rows against those halves.
    redrawn
        `unique` for an independent draw of the same blueprint, in rows of the table;
        None without a blueprint.
    originals
        How many different real rows `unique` counts copies of.
    telling
        Whether enough real rows occur once for copies to tell anything: of yes/no columns
        alone most rows are equal.
    scale
        Rows of the table for one row of a half.
    """

    exact: int
    band: tuple[float, float]
    unique: int
    unique_band: tuple[float, float]
    by_half: float | None
    against_half: float | None
    redrawn: float | None
    originals: int
    telling: bool = True
    scale: float = 1.0

    @property
    def beyond(self) -> bool:
        """Whether there are more copies than chance and the table's own law explain.

        Copies in the pooled rows raise the band of dealt ones, up to half of what was
        found; so the table is also held against real halves, and an independent draw of
        the same law, which has the table's faults but not its copies, has the last word.
        """
        by_chance = self.telling and self.unique > self.unique_band[1]
        if self.by_half is not None and self.against_half is not None:
            by_chance |= self.telling and self.against_half > _most(self.by_half)
        return by_chance and (self.redrawn is None or self.unique > _most(self.redrawn))


def _most(expected: float) -> float:
    """Upper 99.5% limit of a count like one that was seen (Poisson, Garwood 1936, twice)."""
    rate = float(special.gammaincinv(expected + 1, 0.995))
    return float(special.pdtrik(0.995, rate))


def copies(
    pairs: tuple[Pair, ...], redraw: tuple[Pair, ...] | None = None, least: int = 30
) -> Copies | None:
    """Count rows that equal a real row.

    Parameters
    ----------
    pairs
        The columns in which rows are compared, with the coarser side's digits; a missing
        value equals a missing value.
    redraw
        The same columns of an independent draw, beside the real ones.
    least
        Real rows below which halves say nothing; of rows that occur once it takes a third.

    Returns
    -------
    Copies or None
        None without columns or rows.
    """
    if not pairs or not len(pairs[0].one) or not len(pairs[0].other):
        return None
    rows = len(pairs[0].one)
    codes = row_codes(pairs)
    mine, real = codes[:rows], codes[rows:]
    band, unique_band = _dealt(codes, rows)
    once = _once(real, codes)
    half = _halves(mine, real) if len(real) >= 2 * least else (None, None)
    return Copies(
        _equal(mine, real),
        band,
        _equal(mine, real, once=True),
        unique_band,
        half[0],
        half[1],
        None if redraw is None else _redrawn(redraw, rows),
        len(np.unique(mine[once[mine]])),
        int(once.sum()) >= max(least // 3, 1),
        rows / min(len(real) // 2, rows) if len(real) > 1 else 1.0,
    )


def _once(real: Codes, codes: Codes) -> NDArray[np.bool_]:
    """Whether each code occurs once among the real rows."""
    return np.asarray(np.bincount(real, minlength=int(codes.max(initial=0)) + 1) == 1)


def _equal(mine: Codes, real: Codes, *, once: bool = False) -> int:
    """Rows of `mine` that equal one of `real`; `once`: that occurs there once."""
    size = int(max(mine.max(initial=0), real.max(initial=0))) + 1
    held = np.bincount(real, minlength=size)
    return int((held[mine] == 1).sum() if once else (held[mine] > 0).sum())


def _halves(mine: Codes, real: Codes) -> tuple[float, float]:
    rng = np.random.default_rng(SEED)
    half = len(real) // 2
    many = min(half, len(mine))
    found: list[tuple[int, int]] = []
    for _ in range(HALVINGS):
        order = rng.permutation(len(real))
        rest = real[order[half:]]
        drawn = mine[rng.choice(len(mine), many, replace=False)]
        found.append(
            (
                _equal(real[order[:many]], rest, once=True),
                _equal(drawn, rest, once=True),
            )
        )
    means: Array = np.array(found).mean(axis=0) * len(mine) / many
    return float(means[0]), float(means[1])


def _redrawn(redraw: tuple[Pair, ...], rows: int) -> float:
    many = len(redraw[0].one)
    codes = row_codes(redraw)
    return _equal(codes[:many], codes[many:], once=True) * rows / max(many, 1)


Band = tuple[float, float]


def _dealt(codes: NDArray[np.int64], first: int) -> tuple[Band, Band]:
    """Count in rows dealt anew: equal to any row of the other group, and to a unique one."""
    deals = int(np.clip(_MOST_DEALT // len(codes), _LEAST_DEALS, PERMUTATIONS))
    found = []
    for order in dealt(len(codes), first, deals):
        one, other = codes[order[:first]], codes[order[first:]]
        found.append((_equal(one, other), _equal(one, other, once=True)))
    low, high = np.min(found, axis=0), np.max(found, axis=0)
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
