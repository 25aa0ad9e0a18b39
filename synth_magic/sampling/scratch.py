"""Room to work in: arrays that one thread uses again for chunk after chunk."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Bytes a row that the steps work in, the codes of the columns not counted.
WORKING_BYTES = 72
#: Bytes a row of one slab: 4 MB for 65,536 rows, from where numpy asks for large pages.
_SLAB = 64
#: Arrays begin at cache lines of their own, and not all at the same place of a page.
_LINE, _STAGGER = 64, 192


class Scratch:
    """Named arrays of one length, made when first asked for.

    A step may use every name as it likes and must not expect anything of it
    after it has returned; what lasts longer is allocated by the state.

    The arrays are cut from a few large slabs.  An array of its own for each name
    would be handed back to the system after every table and fetched again, a page
    at a time, for the next: a tenth of the time of drawing, and worse with threads.

    Parameters
    ----------
    rows
        Length of the arrays.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._arrays: dict[tuple[str, str], NDArray[Any]] = {}
        self._free: NDArray[np.uint8] = np.empty(0, dtype=np.uint8)

    def array(self, name: str, kind: str, rows: int) -> NDArray[Any]:
        """Give the first `rows` elements of the array `name` of dtype `kind`."""
        found = self._arrays.get((name, kind))
        if found is None:
            found = self._cut(self._rows, np.dtype(kind))
            self._arrays[name, kind] = found
        return found[:rows]

    def lines(self, name: str, number: int, rows: int) -> NDArray[np.float64]:
        """Give the first elements of `number` float64 arrays, shape (number, rows)."""
        kind = f"{number} f8"
        found = self._arrays.get((name, kind))
        if found is None:
            found = self._cut(number * self._rows, np.dtype("f8"))
            self._arrays[name, kind] = found
        return found[: number * rows].reshape(number, rows)

    def _cut(self, length: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        size = length * dtype.itemsize
        if len(self._free) < size:
            slab = np.empty(max(self._rows * _SLAB, size) + _LINE, dtype=np.uint8)
            self._free = slab[-slab.ctypes.data % _LINE :]
        cut, self._free = self._free[:size], self._free[size + -size % _LINE + _STAGGER :]
        return cut.view(dtype)

    def real(self, name: str, rows: int) -> NDArray[np.float64]:
        """Give a float64 array."""
        return self.array(name, "f8", rows)

    def index(self, name: str, rows: int) -> NDArray[np.intp]:
        """Give an array of places, of the one type that numpy looks up without a copy."""
        return self.array(name, "p", rows)

    def mask(self, name: str, rows: int) -> NDArray[np.bool_]:
        """Give a bool array."""
        return self.array(name, "?", rows)
