"""Random words: each value is a function of seed, column, purpose, attempt and row.

A stream is a Philox-4x64 generator whose key is a hash of what it is for and
whose counter is the absolute row; only raw words are used, since numpy keeps
those stable while the methods of its Generator may change.  Two rows share a
64-bit word: row ``r`` is half ``r % 2`` of word ``r // 2``, in block ``r // 8``.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import DataError, problem

Words = NDArray[np.uint32]
Seed = int | str

_ROWS_PER_BLOCK = 8
#: Label of the table within the key: one table has none, several will have names.
_TABLE = ""


def seed_text(seed: Any) -> str:
    """Text that a seed is hashed by.

    A seed is its text: 7 and ``"7"`` are the same seed, ``"07"`` is another.

    Raises
    ------
    DataError
        When the seed is neither a whole number nor a text.
    """
    if isinstance(seed, (bool, np.bool_)) or not isinstance(seed, (int, np.integer, str)):
        raise DataError(
            problem(
                ("seed",),
                f"a seed is a whole number or a text, not {seed!r}",
                "write for example seed=7 or seed='trial 3'",
            )
        )
    return seed if isinstance(seed, str) else str(int(seed))


def key(seed: Seed, column: str, purpose: str, attempt: int = 0) -> int:
    """Key of a stream, 128 bits.

    Parameters
    ----------
    seed
        The table's seed.
    column
        Name of the column that the stream is for.
    purpose
        ``value``, ``missing``, ``dropout`` or ``administrative``.
    attempt
        0 for the first draw, 1, 2 … for redraws under a rule.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (_TABLE, seed_text(seed), column, purpose, str(attempt)):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return int.from_bytes(digest.digest(), "little")


def words(stream: int, start: int, rows: int) -> Words:
    """32 random bits for each of `rows` consecutive rows.

    Parameters
    ----------
    stream
        A `key`.
    start
        Absolute number of the first row.
    rows
        How many.

    Returns
    -------
    numpy.ndarray
        Shape (rows,), uint32.  The uniform is (word + 0.5) / 2**32, strictly inside (0, 1).
    """
    block, skip = divmod(start, _ROWS_PER_BLOCK)
    raw = np.random.Philox(key=stream, counter=block).random_raw((skip + rows + 1) // 2)
    halves = raw.astype("<u8", copy=False).view("<u4")
    return halves[skip : skip + rows].astype(np.uint32, copy=False)


def words_at(stream: int, rows: NDArray[np.int64]) -> Words:
    """32 random bits for single rows; equal to `words` there.

    Parameters
    ----------
    stream
        A `key`.
    rows
        Absolute numbers of the rows, increasing, shape (k,).
    """
    if len(rows) == 0:
        return np.empty(0, dtype=np.uint32)
    first, last = int(rows[0]), int(rows[-1])
    # A block costs some 10 microseconds to reach by itself and 15 nanoseconds in a run.
    if last - first < 5000 * len(rows):
        return words(stream, first, last - first + 1)[rows - first]
    return np.concatenate([words(stream, int(row), 1) for row in rows])
