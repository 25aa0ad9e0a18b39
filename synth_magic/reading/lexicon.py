"""The clinical words that a description is searched for, longest match first, and their scope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from synth_magic.reference import lookup, tables

Kind = Literal["condition", "setting", "country", "variable", "outside", "unread", "drug"]
Scope = Literal["present", "absent", "neither"]

_UNREAD = re.compile(
    r"\b\w+(?:itis|oma|emia|aemia|osis|pathy|penia|uria|ectomy|plasty|syndrome|cancer|infarction|"
    r"stroke|sepsis|dementia|asthma)\b"
)
_FREE = frozenset(["diagnosis", "prognosis", "diploma", "oklahoma", "aroma", "tacoma", "sonoma"])


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that the description mentions."""

    kind: Kind
    id: str
    scope: Scope
    text: str


def mentions(prose: str) -> tuple[Mention, ...]:
    """All mentions, in order."""
    text = " " + re.sub(r"[^\w.;:,]+", " ", lookup_plain(prose)) + " "
    found: list[tuple[int, Mention]] = []
    taken = [False] * len(text)
    table = terms()
    for match in within(text, table).finditer(text):
        kind, ids = table[match[0]]
        if match[0] in words("capitals") and match[0].upper() not in prose:
            continue
        before = text[: match.start()].rsplit(".", 1)[-1]
        scope = _scope(before) if kind in ("condition", "outside") else "present"
        if kind == "unread" and ids in drugs() and _scope(before) == "absent":
            kind, ids, scope = "drug", drugs()[ids], "absent"
        if scope != "neither":
            found.append((match.start(), Mention(kind, ids, scope, match[0])))
        taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    found += [
        (match.start(), Mention("unread", match[0], "neither", match[0]))
        for match in _UNREAD.finditer(text)
        if not any(taken[match.start() : match.end()]) and match[0] not in _FREE
    ]
    found += [
        (match.start(), Mention("unread", f"{match[0]} ({near}?)", "neither", match[0]))
        for match in re.finditer(r"[^\W\d]{7,}", text)
        if not any(taken[match.start() : match.end()]) and (near := _misspelt(match[0]))
    ]
    return tuple(mention for _, mention in sorted(found, key=lambda item: item[0]))


@lru_cache(maxsize=1024)
def _misspelt(word: str) -> str | None:
    """Find the one disease that a word is one slip from: ``diabtes``; plurals are none."""
    near = {
        phrase
        for phrase, (kind, _) in terms().items()
        if kind in ("condition", "unread")
        and len(phrase) > 7
        and lookup.one_edit(word, phrase)
        and word not in (phrase + "s", phrase.removesuffix("s"))
    }
    return near.pop() if len(near) == 1 else None


def lookup_plain(text: str) -> str:
    """Lower case without accents, punctuation of sentences kept."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("-", " ")


@lru_cache(maxsize=1)
def terms() -> Mapping[str, tuple[Kind, str]]:
    """Phrase to meaning."""
    table: dict[str, tuple[Kind, str]] = {}
    reference = tables.load()
    # What is modelled overrules what is only recognised: the later entry of a phrase stands.
    for words_ in reference.clinical.values():
        for word in map(lookup.plain, words_):
            table |= {spelling: ("unread", spelling) for spelling in (word, f"{word}s")}
    for outside in reference.outside:
        table |= {lookup.plain(word): ("outside", outside.id) for word in outside.words}
    for country, places in reference.places.items():
        table |= dict.fromkeys(places, ("country", country))
    for variable in reference.variables.values():
        if variable.id in ("sex", "age") or variable.hidden or variable.type == "boolean":
            continue
        for name in (variable.label, *variable.names):
            spelled = _spelled(name)
            # "PAD" is a disease in a description, and a pressure as a column's name.
            if len(spelled) > 2 and spelled not in table:
                table[spelled] = ("variable", variable.id)
    for condition in reference.conditions.values():
        if condition.kind == "base":
            continue
        kind: Kind = "setting" if condition.kind == "setting" else "condition"
        for name in condition.names:
            table[_spelled(name)] = (kind, condition.id)
    return table


def within(text: str, phrases: Iterable[str]) -> re.Pattern[str]:
    """Pattern that finds the longest phrase at each place of a text.

    Only phrases that stand in the text are in the pattern: one of all would take longer to
    compile than a description to be read.  Chinese has no spaces, so words of it end anywhere.
    """
    there = sorted((p for p in phrases if p in text), key=lambda p: (-len(p), p))
    return re.compile("|".join(map(_whole, there)) or r"(?!)")


def _whole(phrase: str) -> str:
    return rf"(?<!\w){re.escape(phrase)}(?!\w)" if phrase.isascii() else re.escape(phrase)


def _spelled(name: str) -> str:
    """Write a name plainly; Chinese without the spaces between its signs and digits."""
    plain = lookup.plain(name)
    return plain if plain.isascii() else plain.replace(" ", "")


@lru_cache(maxsize=1)
def drugs() -> Mapping[str, str]:
    """Names of drugs that are columns of the reference, plurals too, to their variables."""
    found: dict[str, str] = {}
    for variable in tables.load().variables.values():
        if "atc" in variable.codes and variable.type == "boolean":
            names = [lookup.plain(name) for name in (variable.label, *variable.names)]
            found |= dict.fromkeys([*names, *(f"{name}s" for name in names)], variable.id)
    return found


def _scope(before: str) -> Scope:
    """Read what stands before a disease in its sentence."""
    words = tables.load().lexicon
    clause = re.split(r"\b(?:but (?:with|having)|who have|; with)\b", before)[-1]
    if re.search(rf"\b(?:{'|'.join(words['open'])})\s+(?:\w+\s+){{0,2}}$", clause):
        return "neither"
    for friend in words["false_friends"]:
        clause = clause.replace(friend, "")
    # A list after a negation shares it: "without heart failure, COPD or asthma".
    negated = re.search(rf"\b(?:{'|'.join(words['negations'])})\s+([\w ,]*)$", clause)
    if negated is None or re.search(r"\b(?:with|having)\s", negated[1]):
        return "present"
    return "absent" if len(negated[1].split()) <= 12 else "present"


def words(*kinds: str) -> frozenset[str]:
    """Join the lexicon's lists of these kinds: women, men, people, conventional …."""
    return frozenset(word for kind in kinds for word in tables.load().lexicon[kind])
