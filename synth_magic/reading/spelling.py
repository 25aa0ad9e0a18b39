"""Whether two spellings name one unit, and the factor between two of one dimension."""

from __future__ import annotations

from synth_magic import units


def same(a: str, b: str) -> bool:
    """Whether two spellings name one unit."""
    if a.strip().casefold() == b.strip().casefold():
        return True
    return bool(units.same(a, b))


def factor(a: str, b: str) -> float | None:
    """Value in b = value in a * factor, for two units of one dimension without an offset."""
    return 1.0 if same(a, b) else units.factor(a, b)
