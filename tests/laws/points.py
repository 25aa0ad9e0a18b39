"""The atoms of a law as pairs, as tests like to read them."""

from __future__ import annotations

from typing import Any


def atoms(law: Any) -> tuple[tuple[float, float], ...]:
    """Pairs (position, mass) of the points that hold mass."""
    positions, masses = law.points
    return tuple(zip(positions.tolist(), masses.tolist(), strict=True))
