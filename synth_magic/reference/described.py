"""What a column's description says was measured, in a sentence of a data dictionary."""

from __future__ import annotations

import re

from synth_magic.reference import lookup
from synth_magic.reference.tables import load

#: Longer texts explain; they do not name.
WORDS = 16


def described(text: str) -> lookup.Found:
    """Find the variable that a description names at its beginning.

    Parameters
    ----------
    text
        As a data dictionary has it: ``number of cigarettes per day``, ``white blood cell count on
        day 3``.

    Returns
    -------
    Found
        Of the whole text; else of what stands before a clause (``heart rate during the first
        day``), without a usual opening (``presence of``).  A word anywhere that makes another
        column of it (``highest``, ``change``) stops the search.
    """
    found = lookup.find(text)
    if found != lookup.Found():
        return found
    plain = lookup.plain(text)
    words = plain.split()
    if not words or len(words) > WORDS:
        return found
    opened = [plain, *_without_opening(plain)]
    for start in opened:
        for head in _heads(start, text if start == plain else start):
            tail = lookup.plain(start).removeprefix(head).split()
            if head and not lookup.changed(tail):
                found = lookup.find(head)
                if found != lookup.Found():
                    return found
    return lookup.Found()


def _without_opening(text: str) -> list[str]:
    """Give what stands behind a usual opening, the longest first."""
    known = sorted(load().lexicon["openings"], key=len, reverse=True)
    return [text.removeprefix(f"{o} ") for o in known if text.startswith(f"{o} ")]


def _heads(text: str, written: str) -> list[str]:
    """Give the text before each clause, the longest first; commas and brackets begin one."""
    words = text.split()
    clauses = load().lexicon["clauses"]
    cuts = [i for i, word in enumerate(words) if i and word in clauses]
    heads = [text, *(" ".join(words[:i]) for i in reversed(cuts))]
    comma = re.split(r"[,(;]", written, maxsplit=1)[0]
    return list(dict.fromkeys([*heads, lookup.plain(comma)]))
