"""Dates whose names say which comes first: nobody is discharged before the admission."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from synth_magic.blueprint.model import Column, Rule
from synth_magic.errors import Problem, note
from synth_magic.expressions import show_name
from synth_magic.reference import lookup

#: Words of the earlier and of the later date; each later one keeps to the first that is there.
_PAIRS = tuple(
    (re.compile(rf"\b(?:{earlier})\b"), re.compile(rf"\b(?:{later})\b"))
    for earlier, later in (
        ("admission|admitted|admit|aufnahme", "discharged?|entlassung"),
        ("check ?in|arrival", "check ?out|departure"),
        ("order(?:ed)?|purchased?|bought", r"deliver\w*|ship\w*|return\w*"),
        (r"onset|symptoms?|first symptoms?", r"diagnos\w*|consultation"),
        (
            r"diagnos\w*",
            r"treatment|therapy|surgery|operation|relapse|recurrence|progression|death|died",
        ),
        (
            r"enrol\w*|inclu\w*|randomi[sz]\w*|baseline|consent|recruit\w*",
            r"follow ?up|last contact|last seen|withdr\w*|death|died",
        ),
        ("start(?:ed)?|begin|beginning|began", "end|ended|finish|finished|stop|stopped"),
        ("hired?|hiring|joined|entry", r"left|leaving|exit|quit|resign\w*"),
    )
)


def rules(
    columns: Sequence[Column], users: Iterable[Rule]
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Guess which dates follow others.

    Parameters
    ----------
    columns
        Completed.
    users
        Rules of the user; two dates that one of them names are left to it.

    Returns
    -------
    rules, notes
        One for each later date.
    """
    dates = [c for c in columns if c.type == "date" and c.formula is None]
    texts = [rule.text for rule in users]
    found: list[Rule] = []
    told: list[Problem] = []
    for later in dates:
        first = next((c for c in _before(later, dates) if not _named(c, later, texts)), None)
        if first is None:
            continue
        text = f"{show_name(later.name)} >= {show_name(first.name)}"
        found.append(Rule(text=text, source="guess"))
        what = f"{later.name} follows {first.name}, by their names."
        told.append(note(("columns", later.name), what, "Write a rule to have it otherwise."))
    return tuple(found), tuple(told)


def _before(later: Column, dates: Sequence[Column]) -> Iterable[Column]:
    """Dates that come before one, the likeliest first."""
    words = _plain(later.name)
    for earlier, pattern in _PAIRS:
        if pattern.search(words) and not earlier.search(words):
            yield from (c for c in dates if c is not later and earlier.search(_plain(c.name)))


def _named(a: Column, b: Column, texts: Iterable[str]) -> bool:
    return any(a.name in text and b.name in text for text in texts)


def _plain(name: str) -> str:
    return lookup.plain(name).replace("_", " ")
