"""Numbers in a description: what they say of a measurement, and what is not read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from synth_magic.reading import lexicon
from synth_magic.reading.figure_patterns import NUMBER, Vocabulary, vocabulary
from synth_magic.reference import lookup
from synth_magic.reference.schema import Told

#: What the shorthand of a column calls the same.
_SIGNS = {"less than": "<", "more than": ">", "greater than": ">", "under": "<", "below": "<",
          "over": ">", "above": ">"}  # fmt: skip
#: Figures of things that are no measurement of the reference's: shown, and taken out.
_CENTRE = re.compile(
    rf"\b(?:mean|average|median)\b(?:\s+(?!\d)[\w.()]+){{1,4}}?\s*(?:=|:)?\s*{NUMBER}(?:\s?%)?"
)
_SHARE = re.compile(
    rf"\b(?:[^\W\d]\w*\s+(?:rate\s+)?(?:of\s+)?{NUMBER}\s?%"
    rf"|{NUMBER}\s?%\s+(?:of\s+\w+\s+|are\s+|were\s+)?[^\W\d]\w*)"
)
_SPREAD = re.compile(rf"\b[^\W\d]\w*\s+{NUMBER}\s*(?:±|\+/-|\+-)\s*{NUMBER}(?:\s?%)?")
_BOUND = re.compile(r"(?:at least|at most|more than|less than|over|under|up to|[<>≤≥])\s*$")


@dataclass(frozen=True, slots=True)
class Apart:
    """A description in lower case and without its figures.

    Parameters
    ----------
    text
        Without accents, and without them: "bmi over 30" is no age, "40% women" are not all.
    prose
        As it was typed, without the shares of those who have something: "20% with diabetes"
        are not all.
    told
        What they say of a variable, or of a column.
    figures
        Those that nothing was made of, as they stood.
    """

    text: str
    prose: str
    told: tuple[Told, ...]
    figures: tuple[str, ...]


def apart(prose: str, columns: Sequence[str] = ()) -> Apart:
    """Take the figures of measurements out of a description.

    Parameters
    ----------
    prose
        The description.
    columns
        Names of columns that are no variable of the reference: "mean income 3000" is of one.
    """
    said = " ".join(prose.casefold().split())
    text, kept = bare(said), bare(" ".join(prose.split()))
    if not any(sign.isdigit() for sign in text):
        return Apart(text, kept, (), ())
    words = vocabulary(tuple(columns), text)

    def where(match: re.Match[str]) -> str:
        return said[match.start() : match.end()].strip(" ,;.")

    told = [replace(_counted(match), text=where(match)) for match in words.counts.finditer(text)]
    for pattern in words.shares:
        found = [match for match in pattern.finditer(text) if not _bound(match)]
        told += [replace(_share(match, words), text=where(match)) for match in found]
        text, kept = (pattern.sub(lambda m: m[0] if _bound(m) else _blank(m), t)
                      for t in (text, kept))  # fmt: skip
    for pattern in words.facts:
        told += [
            replace(_fact(match, words), text=where(match)) for match in pattern.finditer(text)
        ]
        text = pattern.sub(_blank, text)
    figures: list[str] = []
    for pattern in (_CENTRE, _SPREAD, words.left, _SHARE):
        figures += [where(match) for match in pattern.finditer(text)]
        text = pattern.sub(_blank, text)
    return Apart(text, kept, tuple(dict.fromkeys(told)), tuple(dict.fromkeys(figures)))


def bare(text: str) -> str:
    """Take accents off letters, each of which stays one character in its place."""
    if text.isascii():
        return text
    return "".join(
        sign if sign.isascii() or not sign.isalpha() else unicodedata.normalize("NFKD", sign)[0]
        for sign in text
    )


def _blank(match: re.Match[str]) -> str:
    """End a sentence where a figure was; what follows keeps its place."""
    return " .".ljust(len(match[0]))


def beside(words: Sequence[str], figures: Sequence[str]) -> tuple[str, ...]:
    """Join unread words and figures; a word that stands within a figure is not said twice."""
    within = [lexicon.lookup_plain(figure) for figure in figures]
    rest = [word for word in words if not any(word in figure for figure in within)]
    return tuple(dict.fromkeys((*rest, *figures)))


def _bound(match: re.Match[str]) -> bool:
    """Whether an end of a share is said, which is no share: ``at least 45% women``."""
    start = match.start()
    return _BOUND.search(match.string[max(0, start - 12) : start].casefold()) is not None


def _fact(match: re.Match[str], words: Vocabulary) -> Told:
    """Write a fact as the shorthand of a column says it: ``mean 62``, ``< 60``."""
    variable, column = words.measures.get(lookup.plain(match["name"]), ("age", ""))
    sign = match.groupdict().get("sign") or ""
    said = match.groupdict().get("word") or ""
    centre = "" if not said else "median" if said.startswith("med") else "mean"
    fact = " ".join(part for part in (centre, _SIGNS.get(sign, sign), match["rest"]) if part)
    return Told(variable, fact, "", column)


def _share(match: re.Match[str], words: Vocabulary) -> Told:
    """Read a share of women, of men, or of those who have something."""
    who, share = lookup.plain(match["who"]), f"{match['p']}%"
    for value, kind in (("F", "women"), ("M", "men")):
        if who in lexicon.words(kind):
            return Told("sex", f"{value} {share}", "")
    variable, column = words.haves[who]
    name, _, level = variable.partition("=")
    return Told(name, f"{level} {share}".strip(), "", column)


def _counted(match: re.Match[str]) -> Told:
    """Read the share of women from ``300 women and 200 men``."""
    first, second = (int(re.sub(r"\D", "", match[group])) for group in ("a", "b"))
    women = first if lookup.plain(match["who"]) in lexicon.words("women") else second
    share = 100 * women / max(first + second, 1)
    return Told("sex", f"F {share:.6g}%", "")
