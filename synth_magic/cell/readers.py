"""Which readers can understand what begins at a place; the first that does is taken."""

from __future__ import annotations

import re

from synth_magic.cell import vocabulary as words
from synth_magic.cell.read_kinds import kind, law, pattern, soft
from synth_magic.cell.read_middle import mean, median, number, percentile, quartiles, sd
from synth_magic.cell.read_ranges import between, chained, maximum, minimum
from synth_magic.cell.read_shares import decimals, missing, named_share, share_first, zeros_first
from synth_magic.cell.scan import Reader, Scanner

#: In the order in which they are tried at each place.
READERS: tuple[Reader, ...] = (
    soft, pattern, missing, decimals, percentile, law, kind, quartiles, mean, median, sd,
    zeros_first, named_share, chained, between, share_first, minimum, maximum, number,
)  # fmt: skip
_NUMBERS: tuple[Reader, ...] = (
    decimals, percentile, zeros_first, named_share, chained, between, share_first, number
)  # fmt: skip
_BY_KIND: dict[str, tuple[Reader, ...]] = {
    "num": _NUMBERS,
    "eq": _NUMBERS,
    "other": (named_share, *_NUMBERS),
    "date": (between,),
    "open": (between,),
    "cmp": (minimum, maximum),
    "pattern": (pattern,),
}


def at(scanner: Scanner, place: int) -> tuple[Reader, ...]:
    """Readers that can understand something that begins here."""
    found = scanner.kind(place)
    if found != "word":
        return _BY_KIND.get(found, ())
    word = scanner.word(place)
    named = word in words.TRIGGERS or re.fullmatch(r"(?:p|pct|perc|c|q)\d{1,2}", word) is not None
    return READERS if named else ()
