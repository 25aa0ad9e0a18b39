"""What a description says of the people: who, where, what they have and do not have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from synth_magic.reading import asked, figures, lexicon
from synth_magic.reference import lookup, tables
from synth_magic.reference.people import CHILDREN
from synth_magic.reference.schema import Outside, Population, Restriction, Told

#: What follows a number that is no age.
_OTHER = (
    r"\b(?!\s*(?:patients|%|mm|mg|kg|cm|days|weeks?|wk|months|rows|women|men|people|adults|patienten|personen|"
    r"frauen|manner|personnes|femmes|hommes|adultes|tage|jours|wochen|semaines|semanas|monate|mois|€|\$|eur\b|euro))"
)
_OLDER = re.compile(
    rf"(?:\b(?P<over>over|above|older than|more than|uber|alter als|plus de)|(?P<sign>>))\s*"
    rf"(?:the age of\s*)?"
    rf"(?P<a>\d{{1,3}}){_OTHER}"
    r"|(?:≥|>=)\s*(?P<b>\d{1,3})\s*(?:years|y\b)"
    r"|\bage[sd]?\s*(?:≥|>=)\s*(?P<c>\d{1,3})"
    r"|\b(?P<d>\d{1,3})\s*(?:years?\s*)?(?:and|or)\s+(?:over|older|above)\b",
    re.IGNORECASE,
)
_YOUNGER = re.compile(
    rf"(?:\b(?:under|below|younger than|unter|junger als|moins de)|<)\s*(?:the age of\s*)?"
    rf"(?P<a>\d{{1,3}}){_OTHER}",
    re.IGNORECASE,
)
_AGED = re.compile(
    r"\b(?:aged?|ages|between|alter|zwischen|entre|agee?s?)\s*"
    r"(?:between\s*|von\s*|de\s*)?"
    r"(?P<a>\d{1,3})\s*(?:-|–|—|to|and|bis|und|a|et)\s*(?P<b>\d{1,3})"
    rf"{_OTHER}"
    r"|\b(?P<c>\d{1,3})\s*(?:-|–|to|bis|a)\s*(?P<d>\d{1,3})[- ]?"
    r"(?:years?(?:[- ]olds?)?|jahren?|ans)\b",
    re.IGNORECASE,
)
_EXACTLY = re.compile(r"\b(?P<a>\d{1,2})[- ]?(?:years?[- ]old|year[- ]olds)\b", re.IGNORECASE)
#: Ages from here on are in the reference.
ADULT = 18
#: Ages that a word says, where no number does.
_WORDS = (
    (re.compile(r"\b(?:elderly|geriatric|seniors|personnes agees|altere (?:menschen|patienten)"
                r"|ancianos|older (?:adults?|people|persons?|patients?|women|men))\b"), 65, None),
    (re.compile(r"\bmiddle aged\b"), 40, 65),
    (re.compile(r"\b(?<!school )(?:undergraduates?|students)\b"), 17, 30),
    (re.compile(r"\byoung adults?\b"), 18, 35),
)  # fmt: skip
_YEARS = re.compile(r"\b(?P<a>(?:19|20)\d\d)\s*(?:-|–|—|to|and)\s*(?P<b>(?:19|20)\d\d)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A description, understood.

    `named` holds the variables that it names as measurements; `outside` whom the reference does
    not hold (``children``); `told` what its numbers say of variables; `unread` its clinical words
    and numbers that nothing was made of.
    """

    population: Population
    restrictions: tuple[Restriction, ...] = ()
    absent: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    people: bool = False
    outside: str = ""
    unread: tuple[str, ...] = ()
    line: str = ""
    told: tuple[Told, ...] = ()


def understand(prose: str, columns: Sequence[str] = (), *, asking: bool = True) -> Said:
    """Read a description.

    Parameters
    ----------
    prose
        Any text, perhaps empty.
    columns
        Names of the table's columns that are no variable of the reference.
    asking
        Whether what it asks to be recorded can become columns; else nothing of it is unread.

    Returns
    -------
    Said
        Conditions that stand in the scope of a negation are in `absent`.
    """
    wish = asked.apart(prose)
    found = figures.apart(wish.prose, columns)
    mentions = lexicon.mentions(found.prose)
    present = tuple(m.id for m in mentions if m.kind == "condition" and m.scope == "present")
    if any(c.endswith("_cancer") for c in present):
        present = tuple(c for c in present if c != "cancer")  # said already, and better
    absent = tuple(m.id for m in mentions if m.kind == "condition" and m.scope == "absent")
    setting = next((m.id for m in mentions if m.kind == "setting"), None)
    country = next((m.id for m in mentions if m.kind == "country"), None)
    years = _YEARS.search(prose)
    population = Population(
        conditions=tuple(dict.fromkeys(present)),
        setting=setting,
        country=country,
        si=country is not None and country not in lexicon.words("conventional"),
        years=(int(years["a"]), int(years["b"])) if years else None,
    )
    unknown = _outside(mentions, _age(found.text)) or _of_conditions(present)
    limits = _restrictions(found.text, unknown)
    if unknown:
        population = replace(population, base=unknown[0].base)
    elif _label(unknown, limits):
        population = replace(population, base=CHILDREN)
    words = set(lookup.plain(prose).split())
    without = [Told(m.id, "0%", f"no {m.text}") for m in mentions if m.kind == "drug"]
    facts = (*found.told, *without)
    told = [fact.variable for fact in found.told if fact.variable not in ("age", "sex", "")]
    also = (m.id for m in mentions if m.kind == "variable")
    named = tuple(dict.fromkeys([*wish.variables, *also, *told]))
    unread = figures.beside([m.id for m in mentions if m.kind == "unread"], found.figures)
    if asking:
        unread = (*unread, *(word for word in wish.unread if word not in unread))
    said = Said(
        population,
        limits,
        tuple(dict.fromkeys(absent)),
        named,
        bool(unknown) or bool(words & lexicon.words("people", "women", "men")),
        _label(unknown, limits),
        unread,
        told=facts,
    )
    return replace(said, line=line(said))


def line(said: Said) -> str:
    """One line of what was understood: ``T2D; women; age > 65; NOT heart failure``."""
    known = tables.load().conditions
    parts = [said.outside] if said.outside else []
    parts += [known[c].label for c in said.population.conditions]
    for r in said.restrictions:
        if r.variable == "sex":
            parts.append({"F": "women", "M": "men"}[str(r.value)])
        else:
            parts.append(_between(r))
    parts += [f"NOT {known[c].label}" for c in said.absent]
    if said.population.setting is not None:
        parts.append(known[said.population.setting].label)
    if said.population.country is not None:
        parts.append(said.population.country)
    if said.population.years is not None:
        parts.append("{}-{}".format(*said.population.years))
    if said.named:
        variables = tables.load().variables
        parts.append("columns asked: " + ", ".join(variables[v].label.lower() for v in said.named))
    return "; ".join(parts)


def _outside(
    mentions: tuple[lexicon.Mention, ...], ages: tuple[Restriction, ...]
) -> tuple[Outside, ...]:
    """People that the reference does not hold; adults by their stated ages are no children."""
    ids = [m.id for m in mentions if m.kind == "outside" and m.scope == "present"]
    grown = any(not minors(r.low, r.high) for r in ages)
    return tuple(
        o for o in tables.load().outside if o.id in ids and not (grown and o.ages[1] < ADULT)
    )


def _of_conditions(conditions: tuple[str, ...]) -> tuple[Outside, ...]:
    """Give the people whom a condition is of: gestational diabetes is of the pregnant."""
    known = tables.load()
    bases = {known.conditions[c].base for c in conditions} - {None}
    return tuple(o for o in known.outside if o.id in bases)


def minors(low: float | None, high: float | None) -> bool:
    """Whether most of a range of ages lies below 18 years."""
    if high is None or high <= 0:
        return False
    first = low if low is not None else 0.0 if high < ADULT else float(ADULT)
    return high < ADULT or (ADULT - first) > (high - ADULT)


def _label(unknown: tuple[Outside, ...], limits: tuple[Restriction, ...]) -> str:
    named = " and ".join(o.label for o in unknown)
    young = any(r.variable == "age" and minors(r.low, r.high) for r in limits)
    return named or ("people under 18" if young else "")


def _restrictions(prose: str, unknown: tuple[Outside, ...]) -> tuple[Restriction, ...]:
    """Read ages and sex; of children and in pregnancy the lexicon fills what is not said."""
    ages, sexes = _age(prose), _sex(prose)
    if unknown and not ages:
        low, high = min(o.ages[0] for o in unknown), max(o.ages[1] for o in unknown)
        ages = (Restriction("age", float(low), float(high)),)
    only = {o.sex for o in unknown}
    if not sexes and len(only) == 1 and None not in only:
        sexes = (Restriction("sex", value=only.pop()),)
    return (*sexes, *ages)


def _between(r: Restriction) -> str:
    label = "age" if r.variable == "age" else tables.load().variables[r.variable].label
    if r.low is not None and r.high is not None:
        return f"{label} {r.low:g}-{r.high:g}"
    return f"{label} ≥ {r.low:g}" if r.low is not None else f"{label} ≤ {r.high:g}"


def _sex(prose: str) -> tuple[Restriction, ...]:
    """Women only or men only; both named, or neither, is everybody."""
    words = set(lookup.plain(prose).split())
    women = words & lexicon.words("women")
    men = words & lexicon.words("men")
    if women and not men:
        return (Restriction("sex", value="F"),)
    if men and not women:
        return (Restriction("sex", value="M"),)
    return ()


def _age(prose: str) -> tuple[Restriction, ...]:
    between = next((m for m in _AGED.finditer(prose) if _ages(m) is not None), None)
    if between is not None:
        first, last = _ages(between) or (0, 0)
        return (Restriction("age", float(first), float(last)),)
    exactly = _EXACTLY.search(prose)
    if exactly is not None:
        return (Restriction("age", float(exactly["a"]), float(exactly["a"])),)
    older, younger = _OLDER.search(prose), _YOUNGER.search(prose)
    low, high = None, None
    if older is not None:
        low = float(older["a"] or older["b"] or older["c"] or older["d"])
        low += 1 if older["over"] or older["sign"] else 0
    if younger is not None:
        high = float(younger["a"]) - 1
    low = low if low is not None and 1 <= low <= 100 else None
    high = high if high is not None and 1 <= high <= 100 else None
    if low is None and high is not None and high < ADULT:
        low = 0.0
    if low is None and high is None:
        plain = lookup.plain(prose)
        low, high = next(((a, b) for words, a, b in _WORDS if words.search(plain)), (None, None))
    return () if low is None and high is None else (Restriction("age", low, high),)


def _ages(found: re.Match[str]) -> tuple[int, int] | None:
    a, b = found["a"] or found["c"], found["b"] or found["d"]
    low, high = int(a), int(b)
    return (low, high) if 0 <= low < high <= 110 else None
