"""Shares of a category: raising one takes from the others in proportion."""

from __future__ import annotations

import math
from collections.abc import Collection

Shares = tuple[tuple[str, float], ...]


def with_share(
    shares: Shares, level: str, to: float, pinned: Collection[str] = ()
) -> tuple[tuple[str, float], ...]:
    """Give the shares with one of them changed.

    Parameters
    ----------
    shares
        Pairs (value, share).
    level, to
        The value whose share is changed, and its new share, 0 to 1.
    pinned
        Values whose shares the user stated: they stay as long as others can give way.

    Returns
    -------
    tuple
        Pairs that add up to 1.
    """
    total = math.fsum(share for _, share in shares) or 1.0
    now = {value: float(share) / total for value, share in shares}
    others = [value for value in now if value != level]
    if not others:
        return ((level, 1.0),)
    still = [value for value in others if value in pinned]
    held = math.fsum(now[value] for value in still)
    giving = [value for value in others if value not in pinned]
    if not giving or held + to > 1 or (math.fsum(now[v] for v in giving) <= 0 < 1 - to - held):
        giving, held = others, 0.0
    room = max(1.0 - to - held, 0.0)
    before = math.fsum(now[value] for value in giving)
    for value in giving:
        part = now[value] / before if before > 0 else 1 / len(giving)
        now[value] = float(f"{part * room:.6g}")
    now[level] = to
    # What rounding leaves goes to the largest of those that gave way.
    largest = max(giving, key=lambda value: now[value])
    rest = 1.0 - math.fsum(now[value] for value in now if value != largest)
    now[largest] = float(f"{max(rest, 0.0):.12g}")
    return tuple(now.items())
