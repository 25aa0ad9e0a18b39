"""Names to variables: exact synonyms, one slip in a long name, never a guess between two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from synth_magic.reference.tables import load


@dataclass(frozen=True, slots=True)
class Found:
    """What a name may mean: one variable, or several candidates and none used."""

    variable: str | None = None
    candidates: tuple[str, ...] = ()


def plain(name: str) -> str:
    """Write a name without case, accents and separators: ``HbA1c (%)`` → ``hba1c``."""
    name = re.sub(r"([a-z])([A-Z][a-z])", r"\1 \2", name)
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"\(.*?\)|\[.*?\]", " ", text)
    return " ".join(re.findall(r"[a-z0-9]+", text))


def find(name: str) -> Found:
    """Find the variable that a column's name means.

    Exact synonym first; then without words that change nothing (``baseline``, ``serum``) and
    without its unit; then one edit in a name of six letters or more, when only one variable
    is that near.  A word that makes another column of it (``delta``, ``_12m``) stops the search.
    """
    table = synonyms()
    text = plain(name)
    if not text:
        return Found()
    for candidate in (text, text.replace(" ", "")):
        if candidate in table:
            return _found(table[candidate])
    words, neutral = text.split(), load().lexicon["neutral"]
    if _modified(words):
        return Found()
    kept = [w for w in words if w not in neutral and w not in _unit_words()]
    for candidate in (" ".join(kept), "".join(kept)):
        if candidate and candidate in table:
            return _found(table[candidate])
    return _near(" ".join(kept) or text, table)


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Plain spelling to the variables that bear it."""
    table: dict[str, list[str]] = {}
    for variable in load().variables.values():
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


def _found(ids: tuple[str, ...]) -> Found:
    return Found(ids[0]) if len(ids) == 1 else Found(None, ids)


def _modified(words: list[str]) -> bool:
    """Whether a word, or an ending such as ``12m``, ``d7``, ``v2``, makes another column of it."""
    modifiers = load().lexicon["modifiers"]
    return words[0] in modifiers or any(
        word in modifiers
        or re.fullmatch(r"\d+(m|mo|months?|d|days?|w|wk|weeks?|y|yr|years?|h)", word)
        or re.fullmatch(r"(m|d|w|y|v|t|visit|month|day|week|year)\d+", word)
        for word in words[1:]
    )


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
