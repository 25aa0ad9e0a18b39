"""How many rows of a table are equal, and whether chance makes so many.

Of n independent rows n (n - 1) / 2 pairs can be equal, each with one
probability, which a large draw shows.  What is in excess of that was copied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

#: Pairs of the large draw from which on their number is as good as normal.
_MANY = 20
#: Odd 64-bit constants of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_STEP = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Repeats:
    """Equal rows.

    Parameters
    ----------
    rows
        Number of rows.
    extra
        Rows that are equal to an earlier one.
    pairs, triples
        Pairs and triples of equal rows.
    """

    rows: int
    extra: int
    pairs: float
    triples: float


def repeats(columns: Iterable[Array], rows: int) -> Repeats:
    """Count equal rows by a 64-bit hash of their values.

    Parameters
    ----------
    columns
        Each of shape (rows,); NaN equals NaN.
    rows
        Number of rows.
    """
    mixed = np.zeros(rows, dtype=np.uint64)
    bits, values = np.empty(rows, dtype=np.uint64), np.empty(rows)  # one memory for all columns
    any_column = False
    for column in columns:
        any_column = True
        np.add(column, 0.0, out=values)  # -0.0 becomes 0.0
        np.copyto(values, np.inf, where=np.isnan(values))
        np.add(values.view(np.uint64), _STEP, out=bits)
        mixed += bits
        for shift, factor in ((30, _FIRST), (27, _SECOND)):
            np.right_shift(mixed, np.uint64(shift), out=bits)
            mixed ^= bits
            mixed *= factor
        np.right_shift(mixed, np.uint64(31), out=bits)
        mixed ^= bits
    if rows < 2 or not any_column:
        return Repeats(rows, 0, 0.0, 0.0)
    mixed.sort()
    ends = np.append(np.flatnonzero(np.diff(mixed)), rows - 1)
    many = np.diff(np.append(-1, ends)).astype(np.float64)
    many = many[many > 1]
    pairs = float((many * (many - 1)).sum() / 2)
    triples = float((many * (many - 1) * (many - 2)).sum() / 6)
    return Repeats(rows, int((many - 1).sum()), pairs, triples)


def expected(rows: int, law: Repeats) -> float:
    """Give the number of pairs that so many rows of the law have on average."""
    return law.pairs * _pairs(rows) / _pairs(law.rows)


def excess(table: Repeats, law: Repeats) -> float:
    """Chance that rows of the law have as many equal pairs.

    With few pairs in the large draw each pair counts by itself, exactly.  With many, equal
    rows come in clumps: their number is a U statistic (Hoeffding, Ann Math Stat 1948), to
    whose mean and variance a gamma law is fitted, skewed as such counts are.  The larger of
    the two chances is given.  Where chance gives the average row a twin or more, being equal
    tells nothing and the chance is 1.

    Parameters
    ----------
    table, law
        Equal rows of the table and of the large draw.
    """
    if not table.pairs:
        return 1.0
    here, there = _pairs(table.rows), _pairs(law.rows)
    share = here / (here + there)
    chance = float(special.betainc(table.pairs, law.pairs + 1, share))
    if law.pairs < _MANY:
        return chance
    q, q3 = law.pairs / there, law.triples / _triples(law.rows)
    clumps = max(q3 - q * q, 0.0)

    def variance(rows: int) -> float:
        return _pairs(rows) * q * (1 - q) + 6 * _triples(rows) * clumps

    mean = here * q
    if mean > table.rows / 2:
        return 1.0
    spread = variance(table.rows) + (here / there) ** 2 * variance(law.rows)
    seen = max(table.pairs - 0.5, 0.0)
    return max(chance, float(special.gammaincc(mean * mean / spread, seen * mean / spread)))


def _pairs(rows: int) -> float:
    return rows * (rows - 1) / 2


def _triples(rows: int) -> float:
    return rows * (rows - 1) * (rows - 2) / 6
