"""Numbers in a description: what they say of a measurement, and what is not read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from synth_magic.reading import lexicon
from synth_magic.reference import lookup, tables
from synth_magic.reference.schema import Told

_NUMBER = r"\d+(?:[.,]\d+)?"
_IS = r"\s*(?:,|:|=|is|was|of|around|about|~)?\s*(?:of|about|around|~)?\s*"
_AGE = r"age|aged|ages|alter|âge"
_COMPARED = "<=|>=|≤|≥|<|>|over|above|below|under|at least|at most|less than|more than|greater than"
#: What the shorthand of a column calls the same.
_SIGNS = {"less than": "<", "more than": ">", "greater than": ">", "under": "<", "below": "<",
          "over": ">", "above": ">"}  # fmt: skip
#: Figures of things that are no measurement of the reference's: shown, and taken out.
_CENTRE = re.compile(
    rf"\b(?:mean|average|median)\b(?:\s+(?!\d)[\w.()]+){{1,4}}?\s*(?:=|:)?\s*{_NUMBER}(?:\s?%)?"
)
_SHARE = re.compile(
    rf"\b(?:[^\W\d]\w*\s+(?:rate\s+)?(?:of\s+)?{_NUMBER}\s?%"
    rf"|{_NUMBER}\s?%\s+(?:of\s+\w+\s+|are\s+|were\s+)?[^\W\d]\w*)"
)
_BOUND = re.compile(r"(?:at least|at most|more than|less than|over|under|up to|[<>≤≥])\s*$")


@dataclass(frozen=True, slots=True)
class Apart:
    """A description in lower case and without its figures.

    Parameters
    ----------
    text
        Without them: "bmi over 30" is no age, "40% women" are not all.
    prose
        As it was typed, without the shares of those who have something: "20% with diabetes"
        are not all.
    told
        What they say of a variable.
    figures
        Those that nothing was made of, as they stood.
    """

    text: str
    prose: str
    told: tuple[Told, ...]
    figures: tuple[str, ...]


def apart(prose: str) -> Apart:
    """Take the figures of measurements out of a description.

    Parameters
    ----------
    prose
        The description.
    """
    text, kept = " ".join(prose.casefold().split()), " ".join(prose.split())
    told: list[Told] = []
    for pattern in _shares():
        told += [_share(match) for match in pattern.finditer(text) if not _bound(match)]
        text, kept = (pattern.sub(lambda m: m[0] if _bound(m) else " . ", t) for t in (text, kept))
    for pattern in _facts():
        told += [_fact(match) for match in pattern.finditer(text)]
        text = pattern.sub(" . ", text)
    found: list[str] = []
    for pattern in (_CENTRE, _left(), _SHARE):
        found += [match[0].strip(" ,;.") for match in pattern.finditer(text)]
        text = pattern.sub(" . ", text)
    return Apart(text, kept, tuple(dict.fromkeys(told)), tuple(dict.fromkeys(found)))


def beside(words: Sequence[str], figures: Sequence[str]) -> tuple[str, ...]:
    """Join unread words and figures; a word that stands within a figure is not said twice."""
    within = [lexicon.lookup_plain(figure) for figure in figures]
    rest = [word for word in words if not any(word in figure for figure in within)]
    return tuple(dict.fromkeys((*rest, *figures)))


def _bound(match: re.Match[str]) -> bool:
    """Whether an end of a share is said, which is no share: ``at least 45% women``."""
    start = match.start()
    return _BOUND.search(match.string[max(0, start - 12) : start].casefold()) is not None


def _fact(match: re.Match[str]) -> Told:
    """Write a fact as the shorthand of a column says it: ``mean 62``, ``< 60``."""
    name = match["name"].replace("-", " ")
    variable = "age" if re.fullmatch(_AGE, name) else lexicon.terms()[0][name][1]
    sign = match.groupdict().get("sign") or ""
    word = (match.groupdict().get("word") or "").replace("average", "mean")
    words = " ".join(part for part in (word, _SIGNS.get(sign, sign), match["rest"]) if part)
    return Told(variable, words, match[0].strip(" ,;."))


def _share(match: re.Match[str]) -> Told:
    """Read a share of women, of men, or of those who have something."""
    who, share, text = match["who"], f"{match['p']}%", match[0].strip(" ,;.")
    for value, kind in (("F", "women"), ("M", "men")):
        if who in lexicon.words(kind):
            return Told("sex", f"{value} {share}", text)
    return Told(_haves()[lookup.plain(who)], share, text)


@lru_cache(maxsize=1)
def _haves() -> dict[str, str]:
    """Words for having something, to the yes/no variable that says so."""
    reference = tables.load()
    found: dict[str, str] = {}
    for variable in reference.variables.values():
        if variable.type == "boolean" and not variable.hidden:
            found |= {lookup.plain(n): variable.id for n in (variable.label, *variable.names)}
    for condition in reference.conditions.values():
        if condition.sets is not None:
            found |= {lookup.plain(name): condition.sets for name in condition.names}
    return found


@lru_cache(maxsize=1)
def _shares() -> tuple[re.Pattern[str], ...]:
    """Match ``45% women`` and ``30% of them had diabetes``; then ``diabetes 20%``."""
    sexes = [word for kind in ("women", "men") for word in lexicon.words(kind)]
    one = rf"(?P<who>{_any([*sexes, *_haves()])})(?!\w)"
    verbs = "are|were|is|was|being|with|have|has|had|having|on|taking|receiving"
    return (
        re.compile(
            rf"(?<![\w.,-])(?P<p>{_NUMBER})\s?%\s+(?:of\s+(?:the\s+)?(?:\w+\s+)?)?"
            rf"(?:(?:{verbs})\s+)?{one}",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w){one}\s*(?:share|rate|prevalence)?\s*(?:of|:|=|\()?\s*"
            rf"(?P<p>{_NUMBER})\s?%\)?",
            re.IGNORECASE,
        ),
    )


@lru_cache(maxsize=1)
def _facts() -> tuple[re.Pattern[str], ...]:
    """Match what says a centre, a centre with a spread, or an end of a known measurement."""
    known = _any(_measures())
    unit = rf"(?:\s?(?:{_any(_units())})(?![\w/]))?"
    spread = (
        rf"(?:\s*(?:±|\+/-|\+-)\s*{_NUMBER}{unit}|\s*,?\s*\(?\s*(?:sd|iqr)\s*:?\s*{_NUMBER}"
        rf"(?:\s*(?:-|–|to)\s*{_NUMBER})?{unit}\s*\)?"
        rf"|\s*[(\[]\s*{_NUMBER}(?:\s*(?:-|–|to)\s*{_NUMBER})?{unit}\s*[)\]])"
    )
    name = rf"(?<!\w)(?P<name>{known}|{_AGE})(?:\s+levels?)?(?!\w)"
    centre = r"(?<!\w)(?P<word>mean|average|median)"
    end = r"(?![\w.]*\d)"
    alone, wide = rf"(?P<rest>{_NUMBER}{unit}){end}", rf"(?P<rest>{_NUMBER}{unit}{spread}){end}"
    either = rf"(?P<rest>{_NUMBER}{unit}{spread}?){end}"
    between = rf"(?:between\s+{_NUMBER}{unit}\s+and|(?:from\s+)?{_NUMBER}{unit}\s*(?:-|–|to))"
    one = rf"(?<!\w)(?P<name>{known})(?:\s+levels?)?\s*(?:is|was|of)?\s*"
    return (
        re.compile(rf"{centre}\s+(?:[a-z]+\s+)?{name}{_IS}{either}"),
        re.compile(rf"{name}\s*[,:(]?\s*{centre}{_IS}{either}"),
        re.compile(rf"{name}{_IS}{wide}"),
        re.compile(rf"{one}(?P<sign>{_COMPARED})\s*{alone}"),
        re.compile(rf"{one}(?P<rest>{between}\s*{_NUMBER}{unit}){end}"),
    )


@lru_cache(maxsize=1)
def _left() -> re.Pattern[str]:
    """Match ``ejection fraction of 40%``: a number beside a measurement that says nothing sure."""
    return re.compile(
        rf"(?<!\w)(?:{_any(_measures())})(?:\s+levels?)?\s*(?:=|of)?\s*{_NUMBER}"
        r"(?:\s?(?:%|[a-zµ]+/\S+))?"
    )


def _measures() -> list[str]:
    return [name for name, (kind, _) in lexicon.terms()[0].items() if kind == "variable"]


def _units() -> list[str]:
    found = {"%", "years"}
    for variable in tables.load().variables.values():
        found |= {unit.casefold() for unit in (variable.unit or "", *variable.units) if unit}
    plain = {unit.replace("²", "2").replace("µ", "u") for unit in found}
    return [*found, *plain, *(unit.replace("m2", "m²") for unit in found)]


def _any(words: Sequence[str]) -> str:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace("\\ ", "[ -]") for word in longest_first)
