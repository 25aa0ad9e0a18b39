"""Names to variables: exact synonyms, one slip in a long name, never a guess between two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
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
_NUMBERED = re.compile(r"\b(day|week|month|year|visit) (\d+)\b")
#: Neutral before a measurement, and part of other names: ``blood sugar``, ``blood cancer``.
_SPECIMENS = frozenset(["blood", "serum", "plasma"])
#: Hours make another measurement: glucose two hours after a load.
_HOURS = re.compile(r"\d+h")


#: A name of so many letters is an abbreviation, which a description may overrule.
SHORT = 4


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

    A name of several words is read again with its abbreviations written out (``tot chol``), a
    disease without what says that it was had before (``history``, ``dx``), a scale without the
    word for one (``ecog score``).
    """
    table = synonyms()
    whole = plain(re.sub(r"[()\[\]]", " ", name))
    if whole in table:
        return _found(table[whole], whole)
    text = plain(name)
    apart = plain(re.sub(r"([a-z\d])([A-Z])", r"\1 \2", name))
    found = _found_in(text)
    for spelled in dict.fromkeys((apart, _written_out(text), _written_out(apart))):
        if found == Found() and spelled != text:
            found = _found_in(spelled)
    for spelled in dict.fromkeys((text, apart)):
        found = found if found != Found() else _had(spelled)
        found = found if found != Found() else _scale(spelled)
    return found


def _found_in(text: str) -> Found:
    """Find the variable that a name in plain spelling means."""
    table = synonyms()
    text = _NUMBERED.sub(r"\1\2", _COUNTED.sub(r"\1\2", text))
    if not text:
        return Found()
    for candidate in (text, text.replace(" ", "")):
        if candidate in table:
            return _found(table[candidate], candidate)
    words, neutral = text.split(), load().lexicon["neutral"]
    each = {table.get(word) for word in words}
    if len(words) > 1 and len(each) == 1 and (one := each.pop()) is not None:
        return _found(one, words[0])  # "ld_ldh"
    rest, time = _apart(words)
    if rest and time:
        found = _found_in(" ".join(rest))
        measured = found.variable is not None and load().variables[found.variable].number
        if measured and found.variable != "age" and not found.time:
            return Found(found.variable, (), " ".join(time))
    if _modified(words):
        return _in_its_unit(words)
    kept = words
    for spared in (_SPECIMENS, frozenset[str]()):
        kept = [w for w in words if w in spared or (w not in neutral and w not in _unit_words())]
        for candidate in (" ".join(kept), "".join(kept)):
            if candidate and candidate in table:
                found = _found(table[candidate], candidate)
                disease = found.variable and not load().variables[found.variable].number
                specimen = set(words) & _SPECIMENS and not spared  # "blood cancer" is no cancer
                return Found() if disease and specimen else found
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


def _in_its_unit(words: list[str]) -> Found:
    """Take off a last word that is the variable's unit of time: ``ventilation days``."""
    if len(words) < 2 or _modified(words[:-1]):
        return Found()
    found = _found_in(" ".join(words[:-1]))
    variable = None if found.variable is None else load().variables[found.variable]
    units = () if variable is None else (variable.unit, *variable.units)
    return found if words[-1] in units else Found()


def _written_out(text: str) -> str:
    """Write out the abbreviations of a name of several words: ``tot chol``, ``hosp los``."""
    words = text.split()
    if len(words) < 2:
        return text
    long = {short: word for word, every in load().abbreviations.items() for short in every}
    return " ".join(long.get(word, word) for word in words)


def _had(text: str) -> Found:
    """Find the disease of ``history of stroke``, ``pmh_copd`` or ``prevalent hypertension``."""
    words, had = text.split(), load().lexicon["had"]
    rest = list(words)
    while rest and rest[0] in had:
        rest.pop(0)
    while rest and rest[-1] in had:
        rest.pop()
    if rest == words or not rest:
        return Found()
    found = _found_in(_written_out(" ".join(rest)))
    variable = None if found.variable is None else load().variables[found.variable]
    disease = variable is not None and variable.type == "boolean" and "icd10" in variable.codes
    return found if disease else Found()


def _scale(text: str) -> Found:
    """Find the scale of ``ecog score`` or ``gcs total``; no measurement with a unit."""
    words, scale_words = text.split(), load().lexicon["scale"]
    rest = list(words)
    while len(rest) > 1 and rest[-1] in scale_words:
        rest.pop()
    if rest == words or _modified(rest):
        return Found()
    found = _found_in(" ".join(rest))
    variable = None if found.variable is None else load().variables[found.variable]
    scale = variable is not None and not variable.unit and (variable.number or variable.ordered)
    return found if scale else Found()


def exact(name: str) -> bool:
    """Whether a name is a synonym as it stands, and no abbreviation of up to four letters."""
    text = plain(name)
    return len(text) > SHORT and (text in synonyms() or text.replace(" ", "") in synonyms())


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


def changed(words: Sequence[str]) -> bool:
    """Whether one of these words makes another column of a measurement: ``highest``, ``log``."""
    return any(word in load().lexicon["modifiers"] for word in words)


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
    one = text.removesuffix("s") if len(text) > 6 else text
    near = {
        ids
        for name, ids in table.items()
        if len(name) >= 6 and (one_edit(text, name) or one == name or one_edit(one, name))
    }
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
