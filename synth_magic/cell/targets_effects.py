"""Published ratios, slopes and correlations: ``OR for retinopathy per 10 years of age 1.4``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from synth_magic.blueprint.targets import Printed, What
from synth_magic.cell import effect_lines
from synth_magic.cell.targets_numbers import NUM, plain, value
from synth_magic.errors import SpecError

MAX_LINE = 300
_CI = r"(?:\s*,?\s*[(\[][^()\[\]]{0,60}[)\]]|\s*,\s*95\s?%.{0,40}|\s*,?\s*p\s?[=<].{0,20})*"
_SIZE = rf"[\s,:=]*(?:was|is|of|=|:)?\s*(?P<size>{NUM}){_CI}"
_STEP = (
    rf"(?:per|for (?:each|every)(?: additional| extra)?)\s+(?:(?P<per>{NUM})[\s-]*)?"
    r"(?P<unit>[^\d,:]{1,40}?)"
)
_RATIO = (
    r"(?:(?:adjusted|multivariable|crude|unadjusted)\s+)?"
    r"(?:(?P<odds>odds[\s_-]ratio|a?OR)|(?P<hazard>hazard[\s_-]ratio|a?HR))"
)
_WHAT = r"(?P<{}>[^,:;]{{1,60}}?)"
_CHILD, _PARENT = _WHAT.format("child"), _WHAT.format("parent")
_OWN = r"(?P<own>[^\d]{0,24}?)"
_BETWEEN = r"(?P<r>(?:(?:spearman|pearson)(?:'s)?\s+)?(?:correlations?(?:\s+coefficient)?|r|rho|ρ))"
_SLOPE = r"(?P<slope>(?:regression\s+)?(?:slope|coefficient))\s+(?:of|for)"
_FORMS = tuple(
    re.compile("".join(parts), re.IGNORECASE)
    for parts in (
        (
            rf"{_RATIO}\s+(?:for|of)\s+{_CHILD},?\s+{_STEP}",
            rf"(?:\s+(?:of|in|higher|increase in|rise in)\s+{_PARENT}){_SIZE}",
        ),
        (
            rf"{_RATIO}\s+(?:for|of)\s+{_CHILD},?",
            rf"\s+(?:for|with|by|in|among|associated with)\s+{_PARENT}{_SIZE}",
        ),
        (rf"{_BETWEEN}\s+(?:between|of)\s+{_PARENT}\s+(?:and|with)\s+{_CHILD}{_SIZE}",),
        (
            rf"{_SLOPE}\s+{_CHILD}\s+(?:on|by|against)\s+{_PARENT}[\s,:=]*(?P<size>{NUM})",
            rf"(?:\s*(?P<own>[^\d(]{{1,24}}?))??(?:\s+{_STEP})?{_CI}",
        ),
        (
            rf"{_CHILD}\s+(?:rises|increases|goes up)\s+(?:by\s+)?(?P<size>{NUM})\s*",
            rf"{_OWN}\s+{_STEP}\s+of\s+{_PARENT}{_CI}",
        ),
        (
            rf"{_CHILD}\s+(?:falls|decreases|goes down)\s+(?:by\s+)?(?P<minus>{NUM})\s*",
            rf"{_OWN}\s+{_STEP}\s+of\s+{_PARENT}{_CI}",
        ),
    )
)
_LOOKS = re.compile(
    r"->|→|=>|\b(?:odds|hazard)[\s_-]ratio\b|\ba?[OH]R\s+(?:for|of)\b|\bcorrelations?\b|\bslope\b"
    r"|\b(?:r|rho)\s+(?:between|of)\b|\bcoefficient\b|\b(?:rises|increases|falls|decreases)\b",
    re.IGNORECASE,
)


_SURE = re.compile(
    r"->|→|=>|\b(?:odds|hazard)[\s_-]ratio\b|\ba?[OH]R\s+(?:for|of)\b|\bcorrelation\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A stated effect: what acts, on what, how much, in which step."""

    parent: str
    child: str
    number: Printed
    per: float | None


def looks(text: str) -> bool:
    """Whether a line speaks of an effect at all."""
    return len(text) <= MAX_LINE and _LOOKS.search(text) is not None


def surely(text: str) -> bool:
    """Whether a line can be nothing but an effect, so that it is no line of numbers."""
    return len(text) <= MAX_LINE and _SURE.search(text) is not None


def read(text: str) -> Stated | None:
    """Read a line; None where its effect is not understood."""
    words = plain(text).rstrip(" .")
    if re.search(r"->|→|=>", words):
        return _arrow(words)
    for form in _FORMS:
        found = form.fullmatch(words)
        if found is not None:
            return _made(found)
    return None


def _made(found: re.Match[str]) -> Stated:
    part = found.groupdict()
    size = part.get("size") or part["minus"]
    number, half = value(str(size))
    if part.get("minus"):
        number = -number
    what: What = "difference"
    if part.get("odds") or part.get("hazard"):
        what = "odds_ratio" if part.get("odds") else "hazard_ratio"
    elif part.get("r"):
        what = "correlation"
    per = None
    if part.get("unit") is not None:
        per = value(part["per"])[0] if part.get("per") else 1.0
    printed = Printed(what=what, value=number, half=half)
    return Stated(part["parent"].strip(), part["child"].strip(), printed, per)


def _arrow(words: str) -> Stated | None:
    try:
        effect = effect_lines.read(words, ("targets",))
    except SpecError:
        return None
    if effect.word == "beta" or effect.where is not None:
        return None
    sizes = [value(number) for number in re.findall(NUM, words.split(":", 1)[-1])]
    half = next((half for number, half in sizes if number == float(effect.size)), 0.0)
    printed = Printed(what=effect.word, value=float(effect.size), half=half)
    per = None if effect.per is None else float(effect.per)
    return Stated(effect.parent, effect.child, printed, per)
