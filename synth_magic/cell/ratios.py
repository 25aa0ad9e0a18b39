"""A slash that divides: ``perimeter^2 / area`` is one number, no list of two values."""

from __future__ import annotations

import re

_POWERS = re.compile(r"\^|\*|×|[²³]|\b(?:squared|cubed)\b|\b(?:sqrt|log|ln)\b\W*\w", re.IGNORECASE)
_RATIO = re.compile(r"\b(?:ratio|quotient|divided)\b", re.IGNORECASE)


def divides(sides: tuple[str, str]) -> bool:
    """Whether the words about a slash say that it divides: a power, or the word ratio.

    ``odds ratio / risk ratio`` says it twice and is two values; so is what has shares.
    """
    if any("%" in side for side in sides):
        return False
    ratios = sum(_RATIO.search(side) is not None for side in sides)
    return ratios == 1 or any(_POWERS.search(side) is not None for side in sides)


def may_divide(sides: tuple[str, str]) -> bool:
    """Whether a slash may divide where numbers stand beside it: a side has several words.

    ``total cholesterol / HDL, 2-8`` measures; ``F / M, 30-85`` is a slip.
    """
    plain = all(re.fullmatch(r"[^\W\d_](?:[\w .'-]*\w)?", side) for side in sides)
    return plain and any(" " in side for side in sides)
