"""The words of a published line: what it is about, in which unit, and what its numbers are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from synth_magic import units
from synth_magic.blueprint.targets import Cut
from synth_magic.cell.targets_numbers import NUM, Hint, plain, value

#: Longest words that are read.
MAX_WORDS = 160
_SD = r"(?:s\.?d\.?|std\.?(?:\s?dev(?:iation)?\.?)?|standard deviation)"
_SE = r"(?:s\.?e\.?m?\.?|standard errors?(?: of the mean)?)"
_GAP = r"[\s,(\[±/+&-]{0,4}(?:and\s)?[\s(\[]{0,2}"
_PERCENTILE = r"(?:25(?:th)?\W{0,3}(?:and|to)?\W{0,3}75(?:th)?(?:\s?percentiles?)?)"
_IQR = (
    r"(?:iqr|i\.q\.r\.|inter-?\s?quartile(?: range)?|quartiles|q1\W{1,4}q3|lq\W{1,4}uq|"
    rf"p25\W{{1,4}}p75|{_PERCENTILE})"
)
_RANGE = r"(?:range|min(?:imum)?\W{1,4}max(?:imum)?)"
_COUNT = r"(?:n|nos?\.?|numbers?|counts?|#)"
_PCT = r"(?:%|percent(?:age)?s?|per cent)"
_MEAN, _MEDIAN = r"(?:means?|average|avg\.?)", r"(?:medians?|med\.)"
_END = r"[\s)\]]{0,3}"
_FORMS: tuple[tuple[Hint, str], ...] = (
    ("mean_sd", rf"{_MEAN}{_GAP}{_SD}"),
    ("mean_se", rf"{_MEAN}{_GAP}{_SE}(?=[\s)\],]|$)"),
    ("mean_range", rf"{_MEAN}{_GAP}{_RANGE}"),
    ("median_iqr", rf"{_MEDIAN}{_GAP}{_IQR}"),
    ("median_range", rf"{_MEDIAN}{_GAP}{_RANGE}"),
    ("n_pct", rf"{_COUNT}(?:\s?/\s?(?:total )?{_COUNT}|\s?/\s?total)?{_GAP}{_PCT}"),
    ("pct_n", rf"{_PCT}{_GAP}{_COUNT}(?=[\s)\]]|$)"),
    ("mean_sd", rf"{_GAP}(?<![\w.]){_SD}"),
    ("median_iqr", _IQR),
    ("mean", _MEAN),
    ("median", _MEDIAN),
)
_STATISTICS = tuple(
    (hint, re.compile(rf"(?<![\w%])[(\[]?{form}{_END}(?![\w%])", re.IGNORECASE))
    for hint, form in _FORMS
)
_ALONE = re.compile(
    rf"(?:^|[\s,(\[:-])(?:(?P<pct>[(\[]?{_PCT}[)\]]?)|(?P<n>[(\[]?(?:n|nos?\.)[)\]]?)|(?P<range>[(\[]?{_RANGE}[)\]]?))\s*$",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"^(?:(?:{_MEAN}|{_MEDIAN})(?=\s)(?:\s+of)?|of)\s+", re.IGNORECASE)
_MARKS = re.compile(
    r"[*†‡§¶‖ᵃᵇᶜᵈᵉᶠ]+|(?<=[)\]%])\s?\^?[a-f](?:,[a-f])?$|\^[a-f]\b|(?<=\w)\s*\[[a-f1-9]\]$"
)
_INTERVAL = re.compile(
    r"[(\[]?(?:9\d\s?%\s?)?\b(?:CI|confidence intervals?)\b[)\]]?", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\s+[-/:]{1,2}\s+|[,;:]\s*$|^[,;:\s/-]+|\s+-+$|(?<!\w)\(\s*\)|\[\s*\]|[(\[]\s*$"
)
_UNIT_TAIL = re.compile(r"^(?P<name>.+?)\s*(?:,|;| - | in )\s*(?:in\s+)?(?P<unit>[^,;]{1,40})$")
_UNIT_BRACKET = re.compile(r"^(?P<name>.+?)\s*[(\[](?P<unit>[^()\[\]]{1,40})[)\]]$")
_YEARS = re.compile(r"^(?:yr?s?\.?|years? old|years? of age|y/o)$", re.IGNORECASE)
_CUT = re.compile(
    r"(?:^|(?<=[\s(,]))(?P<sign>≥|>=|≤|<=|>|<|over|above|under|below|at least|up to)"
    rf"\s*(?P<at>{NUM})"
    r"\s*(?P<unit>[^()]{0,30})$",
    re.IGNORECASE,
)
_BAND = re.compile(rf"^(?P<low>{NUM})\s*(?:-|to)\s*(?P<high>{NUM})\s*(?P<unit>[^\d()]{{0,20}})$")
_PLUS = re.compile(rf"^(?P<low>{NUM})\s*(?:\+|or (?:more|over|older)|and over)\s*$")


@dataclass(frozen=True, slots=True)
class Head:
    """What a line's words say.

    Parameters
    ----------
    text
        As printed, without footnote marks.
    name
        What it is about; empty where only a statistic is named.
    hint
        What its numbers are.
    unit
        Their unit.
    cut
        The part of the values that a share is of.
    """

    text: str
    name: str
    hint: Hint = ""
    unit: str | None = None
    cut: Cut | None = None


def read(text: str) -> Head:
    """Read the words of a line.

    Parameters
    ----------
    text
        As printed, at most `MAX_WORDS` characters of it are read.
    """
    words = " ".join(_MARKS.sub("", plain(text)[:MAX_WORDS]).split()).strip(" ,;:")
    hint, rest = _statistic(_INTERVAL.sub("", words))
    name, unit = _unit(_tidy(_LEADING.sub("", _tidy(rest))))
    if hint == "" and unit == "%":
        hint = "pct?"
    cut = None
    if hint in ("", "n_pct", "pct", "pct_n", "n", "pct?"):
        name, cut = _cut(name, unit)
    return Head(words, name, hint, unit, cut)


def _statistic(words: str) -> tuple[Hint, str]:
    """Find the statistic that the words name, and give the words without it."""
    for hint, pattern in _STATISTICS:
        found = pattern.search(words)
        if found is not None:
            return hint, f"{words[: found.start()]} - {words[found.end() :]}"
    found = _ALONE.search(words)
    if found is None:
        return "", words
    rest = words[: found.start()]
    if found["pct"]:
        if found["pct"].startswith(("(", "[")) or "%" in found["pct"]:
            return "pct?", f"{rest} (%)" if rest else ""
        return "pct", rest
    return ("n", rest) if found["n"] else ("range", rest)


def _tidy(text: str) -> str:
    before = None
    text = text.strip()
    while before != text:
        before = text
        text = _BETWEEN.sub(lambda m: ", " if m[0].strip() in ("-", "--", "/", ":") else "", text)
        text = re.sub(r"\s*,(?:\s*,)+\s*", ", ", text).strip(" ,;:")
    return text


def _unit(name: str) -> tuple[str, str | None]:
    """Take the unit off the end of a name."""
    for pattern in (_UNIT_BRACKET, _UNIT_TAIL):
        found = pattern.match(name)
        if found is None:
            continue
        unit = found["unit"].strip()
        if _YEARS.match(unit):
            return _tidy(found["name"]), "years"
        if units.read(unit) is not None:
            return _tidy(found["name"]), unit
    return name, None


def _cut(name: str, unit: str | None) -> tuple[str, Cut | None]:
    """Take ``65 years or over`` off the end of a name."""
    found = _CUT.search(name)
    tail = "" if found is None else found["unit"].strip(" ,")
    known = not tail or _YEARS.match(tail) is not None or units.read(tail) is not None
    if found is not None and known:
        at, sign = value(found["at"])[0], found["sign"].lower()
        if sign in ("≥", ">=", "at least", ">", "over", "above"):
            cut = Cut(low=at, over=sign in (">", "over", "above"))
        else:
            cut = Cut(high=at, under=sign in ("<", "under", "below"))
        return name[: found.start()].strip(" ,("), cut
    band, plus = _BAND.match(name), _PLUS.match(name)
    if band is not None:
        (low, _), (high, half) = value(band["low"]), value(band["high"])
        if low < high:  # 45-64 holds everybody below 65
            return "", Cut(low=low, high=high + 2 * half, under=True)
    if plus is not None:
        return "", Cut(low=value(plus["low"])[0])
    return name, None
