"""Numbers in a description: what they say of a measurement is not read, so it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from synth_magic.reading import lexicon

_NUMBER = r"\d+(?:[.,]\d+)?"
_CENTRE = re.compile(
    rf"\b(?:mean|average|median)\b(?:\s+(?!\d)[\w.()]+){{1,4}}?\s*(?:=|:)?\s*{_NUMBER}(?:\s?%)?"
)
_SHARE = re.compile(
    rf"\b(?:[^\W\d]\w*\s+(?:rate\s+)?(?:of\s+)?{_NUMBER}\s?%"
    rf"|{_NUMBER}\s?%\s+(?:of\s+\w+\s+|are\s+|were\s+)?[^\W\d]\w*)"
)


def apart(prose: str) -> tuple[str, tuple[str, ...]]:
    """Take the figures that are not read out of a description.

    Parameters
    ----------
    prose
        The description.

    Returns
    -------
    text
        In lower case, without them: "bmi over 30" is no age, "40% women" are not all.
    figures
        As they stood.
    """
    text = " ".join(prose.casefold().split())
    found: list[str] = []
    for pattern in (_CENTRE, _compared(), _SHARE):
        found += [match[0].strip(" ,;.") for match in pattern.finditer(text)]
        text = pattern.sub(" . ", text)
    return text, tuple(dict.fromkeys(found))


def beside(words: Sequence[str], figures: Sequence[str]) -> tuple[str, ...]:
    """Join unread words and figures; a word that stands within a figure is not said twice."""
    within = [lexicon.lookup_plain(figure) for figure in figures]
    rest = [word for word in words if not any(word in figure for figure in within)]
    return tuple(dict.fromkeys((*rest, *figures)))


@lru_cache(maxsize=1)
def _compared() -> re.Pattern[str]:
    """Match ``egfr < 60``, ``bmi over 30``, ``ejection fraction of 40%``."""
    table, _ = lexicon.terms()
    names = sorted((n for n, (kind, _) in table.items() if kind == "variable"), key=len)
    one = "|".join(re.escape(name).replace("\\ ", "[ -]") for name in reversed(names))
    signs = "<=|>=|≤|≥|<|>|=|over|above|below|under|at least|less than|more than|greater than|of"
    return re.compile(
        rf"(?<!\w)(?:{one})(?:\s+levels?)?\s*(?:{signs})?\s*{_NUMBER}(?:\s?(?:%|[a-zµ]+/\S+))?"
    )
