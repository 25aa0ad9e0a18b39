"""Room to work in: arrays that one thread uses again for chunk after chunk."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Scratch:
    """Named arrays of one length, made when first asked for.

    A step may use every name as it likes and must not expect anything of it
    after it has returned; what lasts longer is allocated by the state.

    Parameters
    ----------
    rows
        Length of the arrays.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._arrays: dict[tuple[str, str], NDArray[Any]] = {}

    def array(self, name: str, kind: str, rows: int) -> NDArray[Any]:
        """Give the first `rows` elements of the array `name` of dtype `kind`."""
        found = self._arrays.get((name, kind))
        if found is None:
            found = np.empty(self._rows, dtype=kind)
            self._arrays[name, kind] = found
        return found[:rows]

    def real(self, name: str, rows: int) -> NDArray[np.float64]:
        """Give a float64 array."""
        return self.array(name, "f8", rows)

    def index(self, name: str, rows: int) -> NDArray[np.int32]:
        """Give an int32 array."""
        return self.array(name, "i4", rows)

    def mask(self, name: str, rows: int) -> NDArray[np.bool_]:
        """Give a bool array."""
        return self.array(name, "?", rows)
