"""Sentences for a column of text that nobody writes: a template filled from each row."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from synth_magic.blueprint.model import Column

#: Values that a template shows, beside age and sex.
SHOWN = 8
_PROSE = re.compile(
    r"(^|_)(comments?|notes?|remarks?|narrative|summary|letter|free_?text|commentaire|bemerkung)($|_)"
)
_SAYS_PROSE = re.compile(
    r"\b(sentences?|paragraphs?|free[ -]?text|narrative|summary|letter|note)\b", re.IGNORECASE
)
_MANY = re.compile(r"\b(one|a|two|three|four|[1-4])\s+(?:short |long )?sentences?\b", re.IGNORECASE)
_COUNTS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4}
_MOST_WORDS = 4


def is_prose(column: Column) -> bool:
    """Whether a column of which no type is said is to hold sentences.

    Parameters
    ----------
    column
        With a description; a name alone may be any kind of note.
    """
    said = column.description or ""
    return bool(_PROSE.search(column.name.lower()) or _SAYS_PROSE.search(said)) and bool(said)


def template(column: Column, others: Sequence[Column], lacking: Collection[str] = ()) -> str | None:
    """Write a template that shows a row's values in as many sentences as are asked for.

    Parameters
    ----------
    column
        The text; its description may begin with what it is and say how many sentences.
    others
        All columns of the table.
    lacking
        Columns that can be missing: they are shown only where there are no others.

    Returns
    -------
    str or None
        None where the table has nothing that could be shown.

    Examples
    --------
    >>> age = Column(name="age", unit="years", type="integer", concept="age")
    >>> template(Column(name="note", description="referral"), [age])
    'Referral: aged {age} years.'
    """
    usable = [c for c in others if c.name != column.name and _can_be_shown(c)]
    found = [c for c in usable if c.name not in lacking] or usable
    if not found:
        return None
    person = [part for c in found if (part := _personal(c)) is not None]
    rest = [_said(c) for c in found if _personal(c) is None][:SHOWN]
    asked = _MANY.search(column.description or "")
    many = 2 if asked is None else _COUNTS.get(asked[1].lower()) or int(asked[1])
    sentences = [", ".join(person)] if person else []
    sentences += _parted(rest, max(many - len(sentences), 1))
    if many == 1:
        sentences = ["; ".join(sentences)]
    first, *more = sentences
    head = _head(column)
    first = f"{head}: {first}" if head else first[:1].upper() + first[1:]
    return " ".join(f"{sentence}." for sentence in (first, *more))


def _can_be_shown(column: Column) -> bool:
    plain = not re.search(r"[{}]", column.name + (column.unit or ""))
    return plain and not column.hidden and column.type not in ("id", "text")


def _personal(column: Column) -> str | None:
    if column.concept == "age":
        return f"aged {{{column.name}}} {column.unit or 'years'}"
    return f"sex {{{column.name}}}" if column.concept == "sex" else None


def _said(column: Column) -> str:
    name = column.name.replace("_", " ")
    if column.type in ("integer", "number", "time_to_event"):
        return f"{name} {{{column.name}}}" + (f" {column.unit}" if column.unit else "")
    return f"{name}: {{{column.name}}}"


def _parted(values: Sequence[str], parts: int) -> list[str]:
    """Part a list into so many sentences of like length, at most one a value."""
    parts = min(parts, len(values))
    ends = [round(place * len(values) / parts) for place in range(parts + 1)] if parts else []
    return [", ".join(values[a:b]) for a, b in pairwise(ends)]


def _head(column: Column) -> str:
    """Give what the text is, where its description begins with a few words that say so."""
    words = re.split(r"[,;:.(]", column.description or "", maxsplit=1)[0].strip()
    short = 0 < len(words.split()) <= _MOST_WORDS and not re.search(r"[{}\d]", words)
    return words[:1].upper() + words[1:] if short and not _MANY.search(words) else ""
