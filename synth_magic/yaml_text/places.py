"""What was read, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synth_magic.errors import Path

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a YAML text says, and where it says it.

    Parameters
    ----------
    data
        dict, list, str, int, float or None, nested.
    marks
        Path to (line, column), both from 1, of each value.
    keys
        Path to (line, column) of the key under which a value stands.
    texts
        Path to the text as typed, for plain numbers and nulls.
    """

    data: Any
    marks: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)
    texts: Mapping[Path, str] = field(default_factory=dict)

    def place(self, path: Path) -> Place | None:
        """Line and column of `path`, or of the nearest part that contains it."""
        for end in range(len(path), -1, -1):
            found = self.keys.get(path[:end]) or self.marks.get(path[:end])
            if found is not None:
                return found
        return None


def offset_of(text: str, place: Place) -> int:
    """Position in characters of (line, column), both from 1, within `text`."""
    lines = text.splitlines(keepends=True)[: place[0] - 1]
    return sum(map(len, lines)) + place[1] - 1


def place_of(text: str, offset: int) -> Place:
    """Line and column, both from 1, of a position in `text`."""
    lines = (text[:offset] + "x").splitlines()
    return len(lines), len(lines[-1])
