"""What stands before and behind a number in a description, as patterns over a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from synth_magic.reading import lexicon
from synth_magic.reference import lookup, tables

NUMBER = r"\d+(?:[.,]\d+)?"
_COUNT = r"\d{1,3}(?:[,\u00a0\u202f ]\d{3}){1,6}|\d{1,12}"
_IS = r"\s*(?:,|:|=|is|was|of|around|about|von|de|~)?\s*(?:of|about|around|~)?\s*"
_AGE = r"age|aged|ages|alter|agee?s?"
_CENTRE = r"mean|average|median|mittlere[rs]?|mittelwert|mediane[rs]?|moyen(?:ne)?"
_COMPARED = "<=|>=|≤|≥|<|>|over|above|below|under|at least|at most|less than|more than|greater than"
_HAVING = (
    "are|were|is|was|being|with|have|has|had|having|on|taking|receiving|sind|waren|sont|mit|haben|"
    "avec|ont"
)
#: Columns beyond these are not looked for in the prose; nor are names as short as words.
COLUMNS, SHORTEST = 200, 3


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Names, without accents, that facts are told of, and the patterns that find these facts.

    Parameters
    ----------
    measures, haves
        Plain name of something measured, or had, to its variable and its column; one of the
        two is empty.
    counts, shares, facts, left
        What matches ``300 women and 200 men``; shares; centres, spreads and ends; and numbers
        beside a measurement that say nothing sure.
    """

    measures: Mapping[str, tuple[str, str]]
    haves: Mapping[str, tuple[str, str]]
    counts: re.Pattern[str]
    shares: tuple[re.Pattern[str], ...]
    facts: tuple[re.Pattern[str], ...]
    left: re.Pattern[str]


@lru_cache(maxsize=16)
def vocabulary(columns: tuple[str, ...], text: str) -> Vocabulary:
    """Join the variables of the reference and a table's other columns.

    Parameters
    ----------
    columns
        Names of columns that are no variable of the reference.
    text
        In lower case and without accents: names that do not stand in it are left out, since
        patterns of all take long to compile.
    """
    there = re.sub(r"[_-]", " ", text)
    measures = {
        name: (id_, "")
        for name, (kind, id_) in lexicon.terms().items()
        if kind == "variable" and name in there
    }
    haves = {name: meant for name, meant in _haves().items() if name in there}
    sexes = [word for kind in ("women", "men") for word in lexicon.words(kind)]
    taken = {*measures, *haves, *sexes, *_AGE.split("|")}
    for column in columns[:COLUMNS]:
        plain = lookup.plain(column)
        if len(plain) >= SHORTEST and plain not in taken:
            measures[plain] = haves[plain] = ("", column)
    return Vocabulary(
        measures,
        haves,
        _counts(sexes),
        _shares(_any([*sexes, *haves])),
        _facts(_any([*measures])),
        _left(_any([name for name, (_, column) in measures.items() if not column])),
    )


@lru_cache(maxsize=1)
def _haves() -> dict[str, tuple[str, str]]:
    """Words for having something, to the yes/no variable that says so, or ``smoker=current``."""
    reference = tables.load()
    found: dict[str, tuple[str, str]] = {}
    for variable in reference.variables.values():
        if variable.type == "boolean" and not variable.hidden:
            names = (variable.label, *variable.names)
            found |= {lookup.plain(name): (variable.id, "") for name in names}
    for level, phrases in reference.having.items():
        found |= {lookup.plain(phrase): (level, "") for phrase in phrases}
    for condition in reference.conditions.values():
        if condition.sets is not None:
            found |= {lookup.plain(name): (condition.sets, "") for name in condition.names}
    return found


def _counts(sexes: Sequence[str]) -> re.Pattern[str]:
    one = _any(sexes)
    return re.compile(
        rf"(?<![\w.,-])(?P<a>{_COUNT})\s+(?P<who>{one})\s+(?:and|und|et|&)\s+"
        rf"(?P<b>{_COUNT})\s+(?:{one})(?!\w)"
    )


def _shares(who: str) -> tuple[re.Pattern[str], ...]:
    """Match ``45% women`` and ``30% of them had diabetes``; then ``diabetes 20%``."""
    one = rf"(?P<who>{who})(?!\w)"
    return (
        re.compile(
            rf"(?<![\w.,-])(?P<p>{NUMBER})\s?%\s+(?:(?:of|der|des|von|de|del|di)\s+(?:[\w,]+\s+){{0,3}}?)?"
            rf"(?:(?:{_HAVING})\s+){{0,2}}{one}",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w){one}\s*(?:share|rate|prevalence)?\s*(?:of|:|=|\()?\s*"
            rf"(?P<p>{NUMBER})\s?%\)?",
            re.IGNORECASE,
        ),
    )


def _facts(known: str) -> tuple[re.Pattern[str], ...]:
    """Match what says a centre, a centre with a spread, or an end of a measurement."""
    unit = rf"(?:\s?(?:{_any(_units())})(?![\w/]))?"
    spread = (
        rf"(?:\s*(?:±|\+/-|\+-)\s*{NUMBER}{unit}|\s*,?\s*\(?\s*(?:sd|iqr)\s*:?\s*{NUMBER}"
        rf"(?:\s*(?:-|–|to)\s*{NUMBER})?{unit}\s*\)?"
        rf"|\s*[(\[]\s*{NUMBER}(?:\s*(?:-|–|to)\s*{NUMBER})?{unit}\s*[)\]])"
    )
    name = rf"(?<!\w)(?P<name>{known}|{_AGE})(?:\s+(?:levels?|counts?|values?|scores?))?(?!\w)"
    centre = rf"(?<!\w)(?P<word>{_CENTRE})"
    end = r"(?![\w.]*\d)"
    alone, wide = rf"(?P<rest>{NUMBER}{unit}){end}", rf"(?P<rest>{NUMBER}{unit}{spread}){end}"
    either = rf"(?P<rest>{NUMBER}{unit}{spread}?){end}"
    between = rf"(?:between\s+{NUMBER}{unit}\s+and|(?:from\s+)?{NUMBER}{unit}\s*(?:-|–|to))"
    one = (
        rf"(?<!\w)(?P<name>{known})(?:\s+(?:levels?|counts?|values?|scores?))?\s*(?:is|was|of)?\s*"
    )
    return (
        re.compile(rf"{centre}\s+(?:[a-z]+\s+)?{name}{_IS}{either}"),
        re.compile(rf"{name}\s*[,:(]?\s*{centre}{_IS}{either}"),
        re.compile(rf"{name}{_IS}{wide}"),
        re.compile(rf"{one}(?P<sign>{_COMPARED})\s*{alone}"),
        re.compile(rf"{one}(?P<rest>{between}\s*{NUMBER}{unit}){end}"),
    )


def _left(known: str) -> re.Pattern[str]:
    """Match ``ejection fraction of 40%``."""
    return re.compile(
        rf"(?<!\w)(?:{known})(?:\s+(?:levels?|counts?|values?|scores?))?"
        rf"\s*(?:=|of|around|about|~)?\s*{NUMBER}(?:\s?(?:%|[a-zµ]+/\S+))?"
    )


@lru_cache(maxsize=1)
def _units() -> tuple[str, ...]:
    found = {"%", "years", "jahre", "jahren", "ans"}
    for variable in tables.load().variables.values():
        found |= {unit.casefold() for unit in (variable.unit or "", *variable.units) if unit}
    plain = {unit.replace("²", "2").replace("µ", "u") for unit in found}
    return (*found, *plain, *(unit.replace("m2", "m²") for unit in found))


def _any(words: Sequence[str]) -> str:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace("\\ ", "[ _-]") for word in longest_first) or "(?!)"
