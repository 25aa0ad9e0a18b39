"""Compiled columns, kept: an edit of one column compiles it and what hangs on it, no more."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar, cast

Value = TypeVar("Value")

#: A column's tables take some 0.3 MB.
MOST = 256


class Kept:
    """The values that were made last, by what they were made from; threads may share it.

    Parameters
    ----------
    most
        How many are kept; the one not asked for longest goes first.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        #: How many values had to be made so far.
        self.made = 0
        self._values: OrderedDict[str, object] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Value], lasts: Callable[[Value], bool]) -> Value:
        """Give the value of a key, made where it is not kept.

        Parameters
        ----------
        key
            A `fingerprint` of all that the value depends on.
        make
            Makes it; two threads may both do so, and make the same.
        lasts
            Whether a value may be kept.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast("Value", self._values[key])
        value = make()
        with self._lock:
            self.made += 1
            if lasts(value):
                self._values[key] = value
                if len(self._values) > self.most:
                    self._values.popitem(last=False)
        return value

    def __len__(self) -> int:
        """Count what is kept."""
        return len(self._values)


def fingerprint(*parts: str) -> str:
    """Hash texts; other texts, or the same ones parted otherwise, have another hash."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
