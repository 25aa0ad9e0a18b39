"""Columns that the reference does not know and that are one measurement more than once.

``pain before`` and ``pain after``, ``grip left`` and ``grip right``, ``mean speed`` and ``maximum
speed``: whoever has much of one has much of the other.  How closely is a guess, and told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from synth_magic.blueprint.model import Column, Effect
from synth_magic.errors import Problem, note
from synth_magic.reference import lookup
from synth_magic.reference.expectation import REPEATED

#: Words that say when, where or which of several values, not what was measured.
_FIRST = re.compile(
    r"\b(?:baseline|before|pre|initial|first|start|beginning|admission|entry|preoperative|pretest)\b"
)
_LATER = re.compile(
    r"\b(?:after|post|final|last|end|discharge|followup|follow up|postoperative|posttest|exit|later"
    r"|repeat|repeated|second|(?:at )?(?:day|week|month|year|visit|wave|round|t)s? ?\d+"
    r"|\d+ ?(?:d|w|wk|m|mo|y|yr|days?|weeks?|months?|years?))\b"
)
_WHICH = re.compile(
    r"\b(?:mean|average|avg|median|minimum|min|maximum|max|lowest|highest|worst|best|peak|nadir"
    r"|largest|smallest|left|right|morning|evening|sitting|standing|supine|lying)\b"
)
_NUMBERS = (None, "integer", "number")


def effects(
    columns: Iterable[Column], unknown: Collection[str]
) -> tuple[tuple[Effect, ...], tuple[Problem, ...]]:
    """Guess how repeated measurements hang together, each later one with the first.

    Parameters
    ----------
    columns
        Completed.
    unknown
        Names of those that the reference does not know.

    Returns
    -------
    effects
        Correlations of 0.7, as the reference has them of its own variables at two times.
    notes
        One for each.
    """
    families: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        measured = column.name in unknown and column.type in _NUMBERS and column.formula is None
        what = _what(column.name) if measured else ""
        if what:
            families.setdefault((what, column.unit or ""), []).append(column)
    found, told = [], []
    for family in families.values():
        first, *others = sorted(family, key=lambda column: _order(column.name))
        for column in others:
            found.append(_keeps_to(first, column))
            told.append(_note(first, column))
    return tuple(found), tuple(told)


def held(
    told: Sequence[Problem], guessed: Sequence[Effect], effects: Sequence[Effect]
) -> tuple[Problem, ...]:
    """Keep the notes of those that stand among a table's effects."""
    return tuple(one for one, effect in zip(told, guessed, strict=True) if effect in effects)


def _keeps_to(first: Column, column: Column) -> Effect:
    return Effect(
        parent=first.name, child=column.name, word="correlation", size=REPEATED, source="guess"
    )


def _note(first: Column, column: Column) -> Problem:
    what = f"{column.name} goes with {first.name}, by their names: how closely is a guess."
    mend = f"State it under effects: {first.name} -> {column.name}: correlation {REPEATED:g}"
    return note(("columns", column.name), what, mend)


def _what(name: str) -> str:
    """Give what a name says was measured, without when, where and which."""
    words = _plain(name)
    for pattern in (_LATER, _FIRST, _WHICH):
        words = pattern.sub(" ", words)
    return " ".join(words.split())


def _order(name: str) -> int:
    words = _plain(name)
    return 0 if _FIRST.search(words) else 2 if _LATER.search(words) else 1


def _plain(name: str) -> str:
    return lookup.plain(name).replace("_", " ")
