"""The clinical words that a description is searched for, longest match first, and their scope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from synth_magic.reference import lookup, tables

Kind = Literal["condition", "setting", "country", "variable", "unread"]
Scope = Literal["present", "absent", "neither"]

WOMEN = frozenset(
    "women woman female females femmes femme patientes frauen frau mujeres mujer mothers".split()
)
MEN = frozenset("men man male males hommes homme maenner hombres hombre".split())
PEOPLE = (
    WOMEN
    | MEN
    | frozenset(
        "adult adults patient patients people persons participants subjects individuals volunteers inpatients "
        "outpatients elderly seniors patienten pacientes personnes adultes erwachsene adultos".split()
    )
)
#: Countries whose laboratories report conventional units (glucose in mg/dL).
CONVENTIONAL = frozenset(
    "United States,Germany,France,Spain,Italy,Austria,Japan,India,Brazil,Mexico,Belgium,Poland,"
    "Portugal,Greece,Israel,Turkey,South Korea".split(",")
)
_PLACES = {
    "United States": "usa,us,united states,america,american,boston,new york,california,texas",
    "United Kingdom": "uk,united kingdom,england,scotland,wales,london,britain,british,oxford",
    "France": "france,french,paris,lyon,marseille,bordeaux",
    "Germany": "germany,german,berlin,munich,hamburg,deutschland",
    "Spain": "spain,spanish,madrid,barcelona",
    "Italy": "italy,italian,rome,milan",
    "Sweden": "sweden,swedish,stockholm,gothenburg,uppsala",
    "Norway": "norway,norwegian,oslo",
    "Denmark": "denmark,danish,copenhagen",
    "Finland": "finland,finnish,helsinki",
    "Netherlands": "netherlands,dutch,amsterdam,rotterdam",
    "Switzerland": "switzerland,swiss,zurich,geneva,basel",
    "Canada": "canada,canadian,toronto,montreal",
    "Australia": "australia,australian,sydney,melbourne",
    "China": "china,chinese,beijing,shanghai",
    "Japan": "japan,japanese,tokyo",
    "India": "india,indian,delhi,mumbai",
    "Brazil": "brazil,brazilian",
    "Mexico": "mexico,mexican",
}
#: Phrases that hold a word of negation or a disease and mean neither.
_FALSE_FRIENDS = (
    "non small cell",
    "non st elevation",
    "non insulin dependent",
    "risk of",
    "risk factors for",
    "family history of",
    "with or without",
    "with and without",
    "regardless of",
)
_NOT = re.compile(
    r"\b(?:without|no|not|non|free of|free from|excluding|except|negative for|never had|absence of|"
    r"sans|ohne|sin|but not)\b[^.;:]{0,30}?$"
)
_EITHER = re.compile(
    r"\b(?:with or without|with and without|regardless of|risk of|risk factors? for|family history of|screening for|screened for|prevention of)\s+(?:\w+\s+){0,2}$"
)
_UNREAD = re.compile(
    r"\b(\w+(?:itis|oma|emia|aemia|osis|pathy|penia|uria|ectomy|plasty|opathy|syndrome|cancer|infarction|stroke|sepsis|dementia|asthma))\b",
    re.IGNORECASE,
)
_FREE = frozenset("diagnosis prognosis hypoglycemia".split())


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
    for phrase, (kind, ids) in terms().items():
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            before = text[: match.start()].rsplit(".", 1)[-1]
            scope = _scope(before) if kind == "condition" else "present"
            if scope != "neither":
                found.append((match.start(), Mention(kind, ids, scope, phrase)))
    for match in _UNREAD.finditer(text):
        if not any(taken[match.start() : match.end()]) and match[0] not in _FREE:
            found.append((match.start(), Mention("unread", match[0], "neither", match[0])))
    return tuple(mention for _, mention in sorted(found, key=lambda item: item[0]))


def lookup_plain(text: str) -> str:
    """Lower case without accents, punctuation of sentences kept."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("-", " ")


@lru_cache(maxsize=1)
def terms() -> Mapping[str, tuple[Kind, str]]:
    """Phrase to meaning, longest first."""
    table: dict[str, tuple[Kind, str]] = {}
    reference = tables.load()
    for country, places in _PLACES.items():
        for place in places.split(","):
            if len(place) > 2:
                table[place] = ("country", country)
    for variable in reference.variables.values():
        if variable.id in ("sex", "age") or variable.hidden or variable.type == "boolean":
            continue
        for name in (variable.label, *variable.names):
            spelled = lookup.plain(name)
            if len(spelled) > 2:
                table[spelled] = ("variable", variable.id)
    for condition in reference.conditions.values():
        if condition.kind == "base":
            continue
        kind: Kind = "setting" if condition.kind == "setting" else "condition"
        for name in condition.names:
            table[lookup.plain(name)] = (kind, condition.id)
    return dict(sorted(table.items(), key=lambda item: -len(item[0])))


def _scope(before: str) -> Scope:
    if _EITHER.search(before):
        return "neither"
    clause = re.split(r"\b(?:but|with|having|who have)\b(?!out)", before)[-1]
    if any(clause.rstrip().endswith(friend) for friend in _FALSE_FRIENDS):
        return "neither"
    return "absent" if _NOT.search(clause) or re.search(r"\bwithout\b", clause) else "present"
