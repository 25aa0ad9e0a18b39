"""Names to variables: exact synonyms, one slip in a long name, never a guess between two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from synth_magic.reference.tables import Reference, load

#: Words that say when a measurement was taken again, and numbers apart from their unit of time.
_TIME = re.compile(
    r"\d+(?:m|mo|months?|d|days?|w|wk|weeks?|y|yr|years?)"
    r"|(?:m|d|w|y|v|t|visit|month|day|week|year)\d+"
    r"|followup|fu|discharge|final|last|post|after|end"
)
_COUNTED = re.compile(r"\b(\d+|follow) (months?|mo|days?|weeks?|years?|up)\b")
#: Hours make another measurement: glucose two hours after a load.
_HOURS = re.compile(r"\d+h")


@dataclass(frozen=True, slots=True)
class Found:
    """What a name may mean: one variable, or several candidates and none used.

    With an owner of the name `variable` is the owner, and the `candidates` hold the others, too.
    `time` is the word that says when it was measured again: ``12m``, ``discharge``.
    """

    variable: str | None = None
    candidates: tuple[str, ...] = ()
    time: str = ""


def plain(name: str) -> str:
    """Write a name without case, accents and separators: ``HbA1c (%)`` → ``hba1c``."""
    name = re.sub(r"([a-z])([A-Z][a-z])", r"\1 \2", name)
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"\(.*?\)|\[.*?\]", " ", text)
    return " ".join(re.findall(r"[a-z0-9]+|[\u3400-\u9fff]+", text))


def find(name: str) -> Found:
    """Find the variable that a column's name means.

    Exact synonym first; then without words that change nothing (``baseline``, ``serum``) and
    without its unit; then one edit in a name of six letters or more, when only one variable
    is that near.  A word that makes another column of it (``delta``) stops the search; one that
    says when a measurement was taken (``_12m``, ``discharge``) is kept as its `time`.
    """
    table = synonyms()
    text = _COUNTED.sub(r"\1\2", plain(name))
    if not text:
        return Found()
    for candidate in (text, text.replace(" ", "")):
        if candidate in table:
            return _found(table[candidate], candidate)
    words, neutral = text.split(), load().lexicon["neutral"]
    rest, time = _apart(words)
    if rest and time:
        found = find(" ".join(rest))
        measured = found.variable is not None and load().variables[found.variable].number
        if measured and found.variable != "age" and not found.time:
            return Found(found.variable, (), " ".join(time))
    if _modified(words):
        return Found()
    kept = [w for w in words if w not in neutral and w not in _unit_words()]
    for candidate in (" ".join(kept), "".join(kept)):
        if candidate and candidate in table:
            return _found(table[candidate], candidate)
    return _near(" ".join(kept) or text, table)


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Plain spelling to the variables that bear it, its owner first."""
    known, owners = load(), load().owners
    return {
        spelling: tuple(sorted(ids, key=lambda id_: id_ != owners.get(spelling)))
        for spelling, ids in spellings(known).items()
    }


def spellings(reference: Reference) -> Mapping[str, tuple[str, ...]]:
    """Plain spelling to all variables that bear it, in the reference's order."""
    table: dict[str, list[str]] = {}
    for variable in reference.variables.values():
        if variable.hidden:
            continue
        for name in (variable.id, variable.label, *variable.names):
            for spelling in {plain(name), plain(name).replace(" ", "")}:
                ids = table.setdefault(spelling, [])
                if variable.id not in ids:
                    ids.append(variable.id)
    return {spelling: tuple(ids) for spelling, ids in table.items()}


def one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion, change or swap of neighbours makes `a` of `b`."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = next(
        (i for i, (p, q) in enumerate(zip(a, b, strict=False)) if p != q), min(len(a), len(b))
    )
    x, y = a[start:], b[start:]
    if len(x) == len(y):
        return x[1:] == y[1:] or (x[:2] == y[1::-1] and len(x) > 1 and x[2:] == y[2:])
    longer, shorter = (x, y) if len(x) > len(y) else (y, x)
    return longer[1:] == shorter


def _found(ids: tuple[str, ...], spelling: str = "") -> Found:
    """Give the one variable, or the owner of a spelling that several bear, with the others."""
    if len(ids) == 1:
        return Found(ids[0])
    return Found(ids[0] if load().owners.get(spelling) == ids[0] else None, ids)


def _modified(words: list[str]) -> bool:
    """Whether a word, or an ending such as ``12m``, ``d7``, ``v2``, makes another column of it."""
    modifiers = load().lexicon["modifiers"]
    return words[0] in modifiers or any(
        word in modifiers or _TIME.fullmatch(word) or _HOURS.fullmatch(word) for word in words[1:]
    )


def _apart(words: list[str]) -> tuple[list[str], list[str]]:
    """Take words of time off the ends of a name."""
    rest = list(words)
    time: list[str] = []
    while rest and _TIME.fullmatch(rest[-1]):
        time.insert(0, rest.pop())
    if rest and not time and _TIME.fullmatch(rest[0]):
        time.append(rest.pop(0))
    return rest, time


def _near(text: str, table: Mapping[str, tuple[str, ...]]) -> Found:
    if len(text) < 6:
        return Found()
    near = {ids for name, ids in table.items() if len(name) >= 6 and one_edit(text, name)}
    every = sorted({variable for ids in near for variable in ids})
    return _found(tuple(every)) if every else Found()


@lru_cache(maxsize=1)
def _unit_words() -> frozenset[str]:
    """Words of units that people hang on a name: ``weight_kg``, ``glucose_mg_dl``."""
    words = set(load().lexicon["unit_words"])
    for variable in load().variables.values():
        for unit in (variable.unit, *variable.units):
            words.update(word for word in plain(unit or "").split() if len(word) > 1)
    return frozenset(words)
