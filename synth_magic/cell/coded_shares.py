"""Shares of values that are numbers: ``37.3% 0, 62.7% 1`` and ``0 37% / 1 63%``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from synth_magic.cell.items import Item, number_of
from synth_magic.cell.scan import tidy

_SHARE_FIRST = re.compile(
    r"~?\s*(?P<share>\d+(?:[.,]\d+)?)\s*%\s*(?:of\s+|are\s+|:\s*)?(?P<code>-?\d{1,4})"
)
_CODE_FIRST = re.compile(
    r"(?P<code>-?\d{1,4})(?:\s*[:=(]\s*|\s+)(?P<share>\d+(?:[.,]\d+)?)\s*%\s*\)?"
)
_ALONE = re.compile(r"~?\s*(?P<share>\d+(?:[.,]\d+)?)\s*%")
#: How far printed shares may be from 100% together.
ROUNDED = 0.015


def of_codes(
    norm: str, places: Sequence[tuple[int, int]], text: str
) -> tuple[tuple[int, ...], list[Item]]:
    """Read the parts that give a number its share, where those shares make 100%.

    Parameters
    ----------
    norm, text
        The line, with plain signs and as it was written.
    places
        Its parts, (start, end).

    Returns
    -------
    which, items
        Which parts these are, and an item for each; none where their shares make no whole.
    """
    found = [
        (at, match)
        for at, place in enumerate(places)
        for match in (_SHARE_FIRST.fullmatch(norm, *place) or _CODE_FIRST.fullmatch(norm, *place),)
        if match is not None
    ]
    items = [
        Item(text[m.start("code") : m.end("code")], m.start("code"), m.end("code"),
             tidy(number_of(m["share"]) / 100))
        for _, m in found
    ]  # fmt: skip
    different = len({item.text for item in items}) == len(items) > 1
    whole = math.fsum(item.share or 0.0 for item in items)
    if not different or abs(whole - 1) > ROUNDED:
        return (), []
    return tuple(at for at, _ in found), items


def in_order(norm: str, places: Sequence[tuple[int, int]]) -> list[float]:
    """Read ``37% / 63%``, shares alone; empty where a part says something else."""
    found = [_ALONE.fullmatch(norm, *place) for place in places]
    return [tidy(number_of(m["share"]) / 100) for m in found if m is not None] if all(found) else []
