"""Columns that a description lists at its end: ``500 adults with asthma: age, sex, fev1``.

Of what is not clinical also behind a word: ``50 students with name, email, age and major``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from synth_magic import units
from synth_magic.blueprint.model import Column
from synth_magic.blueprint.request import Request
from synth_magic.errors import SpecError
from synth_magic.reference import lookup

_LIST = re.compile(r":(?!//|(?<=\d:)\d)\s*(?P<list>[^:]+?)\s*(?:\.\s*)?\Z")
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+)?(?:and|et|und|y)?\s+|^\s*[-*•–]\s+", re.IGNORECASE)
#: Where a name ends and its facts begin.
_FACT = re.compile(r"[(\[\d<>≥≤=]|(?:between|from|mean|median|ranging|range)$", re.IGNORECASE)
#: What stands before lists of other things.
_OTHERWISE = re.compile(
    r"\b(?:with|having|have|comorbidit(?:y|ies)|conditions|diseases|diagnos[ie]s|complications?|"
    r"history|drugs?|medications?|treatments?|arms?|groups?|note|notes|nb|criteria|criterion|include|included|including|exclude|"
    r"excluded|excluding|avec|mit|con|hinweis)\s*$",
    re.IGNORECASE,
)
#: A list without a colon, to the end of the description.
_PLAIN = re.compile(
    r"\b(?:with|contain(?:ing|s)?|including|having|(?:and )?(?:columns?|fields?|variables?))\s+"
    r"(?:(?:the )?(?:columns?|fields?|variables?)\s+)?(?P<list>[^:;\n]+?)\s*\.?\s*\Z",
    re.IGNORECASE,
)
#: Names that only a column has: who lists one of them lists columns.
_TELLING = re.compile(
    r"(?:(?:\w+ )?(?:id|name|e ?mail|date|address|city|gender|price|quantity)|age|sex|geschlecht"
    r"|alter|sexe|edad|sexo)"
)
#: At least so many items stand in a list without a colon.
MANY = 4
#: A name has at most so many words; a list at least so many items, one in four of them known.
WORDS, ITEMS, SHARE = 5, 2, 4


def apart(request: Request) -> tuple[str, Request]:
    """Take a list of columns out of a description that has no block of columns.

    Parameters
    ----------
    request
        As the cell was parsed.

    Returns
    -------
    prose
        The description without its list.
    request
        With the listed columns, where one in four of them is a variable that is known;
        else as it was.
    """
    found = None if request.columns else _LIST.search(request.prose)
    if found is None:
        return (request.prose, request) if request.columns else _plain(request)
    items = [_item(part) for part in _parts(found["list"])]
    named = [item for item in items if item is not None]
    known = sum(_known([column.name]) for column in named)
    names = {column.name for column in named}
    head = request.prose[: found.start()]
    if (
        _OTHERWISE.search(head)
        or len(named) < max(len(items), ITEMS)
        or SHARE * known < len(items)
        or len(names) < len(named)
    ):
        return request.prose, request
    return head, replace(request, columns=tuple(named))


def _plain(request: Request) -> tuple[str, Request]:
    """Take a list without a colon for columns where no disease or clinic is spoken of."""
    from synth_magic.reading import lexicon

    found = _PLAIN.search(request.prose)
    if found is None or any(
        mention.kind != "variable" and mention.kind != "country"
        for mention in lexicon.mentions(request.prose)
    ):
        return request.prose, request
    items = [_item(part) for part in _parts(found["list"])]
    named = [item for item in items if item is not None]
    telling = [c for c in named if _TELLING.fullmatch(lookup.plain(c.name).replace("_", " "))]
    if len(named) < max(len(items), MANY) or not telling:
        return request.prose, request
    if len({column.name for column in named}) < len(named):
        return request.prose, request
    return request.prose[: found.start()], replace(request, columns=tuple(named))


def _parts(text: str) -> Sequence[str]:
    """Cut at commas, semicolons and line ends outside brackets, and before a last "and"."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign in ",;\n" and depth <= 0:
            parts.append("")
        else:
            parts[-1] += sign
    parts = [_BULLET.sub("", part) for part in parts]
    last = re.split(r"(?<!\d)\s+(?:and|et|und|y|&)\s+(?!\d)", parts[-1])
    return [part.strip() for part in (*parts[:-1], *last) if part.strip()]


def _item(text: str) -> Column | None:
    """Read a name and what stands behind it; None where it is no name of a column."""
    from synth_magic.cell import shorthand

    words = text.split()
    cut = next((i for i, w in enumerate(words) if i and _FACT.match(w)), len(words))
    best = max((i for i in range(1, cut + 1) if _known(words[:i])), default=cut)
    if (
        best > 1
        and len(words[best - 1]) > 1
        and units.read(words[best - 1])
        and _known(words[: best - 1])
    ):
        best -= 1
    name = re.sub(r"\W+", "_", " ".join(words[:best])).strip("_")
    if best > WORDS or not re.match(r"[^\W\d]", name):
        return None
    facts = " ".join(words[best:])
    if facts.startswith("(") and facts.endswith(")"):
        facts = facts[1:-1]
    try:
        line = shorthand.read(name, facts)
    except SpecError:
        return None
    return None if line.unread else line.column


def _known(words: Sequence[str]) -> bool:
    return lookup.find(" ".join(words)).variable is not None
