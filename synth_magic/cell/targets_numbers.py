"""The numbers of a published table as papers print them: ``63.2 (9.4)``, ``120 (41%)``.

Digits are kept: half of the last printed one is how closely a number is known.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from synth_magic.blueprint.targets import Printed, What

#: What a line's words say that its numbers are; empty where they do not.
Hint = Literal[
    "",
    "mean_sd",
    "mean_se",
    "mean_range",
    "mean",
    "median_iqr",
    "median_range",
    "median",
    "range",
    "n_pct",
    "pct_n",
    "pct",
    "pct?",
    "n",
]
#: Longest cell that is read.
MAX_CELL = 80
_EPOCH = dt.date(1970, 1, 1).toordinal()
_SIGNS = str.maketrans({
    **dict.fromkeys("−–—‒‐‑", "-"),
    **dict.fromkeys("\u00a0\u2009\u202f\u2007\u200a\u2002\u2003", " "),
    **dict.fromkeys("\u200b\ufeff\u2060", ""),
    "％": "%", "（": "(", "）": ")", "＝": "=", "＜": "<", "＞": ">",
    "≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤",
})  # fmt: skip
_WIDE = re.compile(r"(?<=\d)[\u00a0\u202f\u2009\u2007'’](?=\d{3}(?!\d))")
_DOT = re.compile(r"(?<=\d)[·∙⋅•](?=\d)")
NUM = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+[.,]\d+|\d+|\.\d+)"
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_DATE = r"\d{4}-\d{2}-\d{2}"
_SEP = r"\s*(?:-|to|,|;|/|and|\.{2,3}|…)\s*"
_PAIR = re.compile(rf"({NUM}){_SEP}({NUM})")
_OPEN, _CLOSE = r"[(\[{]", r"[)\]}]"
_MARK = re.compile(r"(?<=[\d)\]%])\s?(?:[*†‡§¶‖#ᵃᵇᶜᵈᵉᶠ]{1,4}|\^?[a-f](?:,[a-f])?)$")
_EMPTY = re.compile(
    r"(?:-{1,3}|\.{1,3}|…|na|n/a|nr|nd|not reported|not applicable|ref\.?)?", re.IGNORECASE
)
_TAIL = r"(?:\s+[^\W\d_][^\d()\[\]]{0,24})?"
_WORDED = re.compile(
    rf"(?P<first>{NUM})\s*(?P<pct>%?)\s*(?:,\s*)?{_OPEN}?\s*(?:sd|s\.d\.|±|\+/-|\+-)\s*[=:]?\s*"
    rf"(?P<second>{NUM})\s*{_CLOSE}?{_TAIL}",
    re.IGNORECASE,
)
_BRACKET = re.compile(
    rf"(?P<first>{NUM})\s*(?P<pct>%?)(?:\s*/\s*(?P<of>\d[\d,]*))?\s*{_OPEN}\s*"
    rf"(?P<inner>[^()\[\]{{}}]{{1,48}})\s*{_CLOSE}{_TAIL}"
)
_OF = re.compile(rf"(?P<first>\d[\d,]*)\s*/\s*(?P<of>\d[\d,]*)(?:\s*,?\s*(?P<second>{NUM})\s*%)?")
_TWO = re.compile(rf"(?P<first>\d[\d,]*)\s*,\s+(?P<second>{NUM})\s*%")
_ONE = re.compile(rf"(?P<first>{NUM})\s*(?P<pct>%?){_TAIL}")
_DAYS = re.compile(rf"({_DATE})\s*{_OPEN}\s*({_DATE}){_SEP}({_DATE})\s*{_CLOSE}")
_INNER = re.compile(
    r"(?P<word>95\s?%\s?ci|ci|iqr|interquartile range|q1\W{0,3}q3|range|min\W{0,3}max|sd|se|sem|n)?"
    r"\s*[=:,]?\s*(?P<rest>.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell says.

    Parameters
    ----------
    numbers
        What was read; none for an empty cell.
    other
        The second reading.
    date
        Whether the numbers are days.
    of
        What a count is a part of.
    told
        What of it was passed over, in a word.
    percent
        Whether the first number is followed by a percent sign.
    """

    numbers: tuple[Printed, ...] = ()
    other: tuple[Printed, ...] = ()
    date: bool = False
    of: int | None = None
    told: str = ""
    percent: bool = False


def plain(text: str) -> str:
    """Write signs of many fonts as those of a keyboard; spaces as single ones."""
    text = _WIDE.sub(",", text)
    text = _DOT.sub(".", text).translate(_SIGNS)
    return " ".join(text.split())


def value(text: str) -> tuple[float, float]:
    """Give a number and half of its last printed digit."""
    sign = -1.0 if text.startswith("-") else 1.0
    digits = text.lstrip("+-")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits) and not digits.startswith("0,"):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    behind = len(digits.partition(".")[2])
    return sign * float(digits), 0.5 * 10.0**-behind


def printed(what: What, text: str, scale: float = 1.0) -> Printed:
    """Read one number as what it is."""
    number, half = value(text)
    return Printed(what=what, value=number * scale, half=half * scale)


def read(text: str, hint: Hint) -> Read | None:
    """Read a cell.

    Parameters
    ----------
    text
        As printed.
    hint
        What the line's words say.

    Returns
    -------
    Read or None
        None where it is no cell of numbers.
    """
    text = _MARK.sub("", plain(text)).strip()
    if len(text) > MAX_CELL:
        return None
    if _EMPTY.fullmatch(text):
        return Read()
    days = _DAYS.fullmatch(text)
    if days is not None:
        return _dated(days)
    for pattern, reader in _READERS:
        found = pattern.fullmatch(text)
        if found is not None:
            return reader(found, hint)
    return None


def _dated(found: re.Match[str]) -> Read | None:
    try:
        places = [dt.date.fromisoformat(part).toordinal() - _EPOCH for part in found.groups()]
    except ValueError:
        return None
    names: tuple[What, ...] = ("median", "q1", "q3")
    numbers = tuple(
        Printed(what=name, value=float(place), half=0.5)
        for name, place in zip(names, places, strict=True)
    )
    return Read(numbers, date=True)


def _worded(found: re.Match[str], hint: Hint) -> Read:
    percent = bool(found["pct"])
    return Read((printed("mean", found["first"]), printed("sd", found["second"])), percent=percent)


def _of(found: re.Match[str], hint: Hint) -> Read | None:
    first, of = value(found["first"])[0], int(value(found["of"])[0])
    if not of > 0 or first > of:
        return None
    if found["second"]:
        share = printed("share", found["second"], 0.01)
    else:
        share = Printed(what="share", value=first / of, half=0.5 / of)
    return Read((share, Printed(what="count", value=first)), of=of)


def _two(found: re.Match[str], hint: Hint) -> Read:
    return Read((printed("share", found["second"], 0.01), _count(found["first"])))


def _count(text: str) -> Printed:
    return Printed(what="count", value=value(text)[0])


def _one(found: re.Match[str], hint: Hint) -> Read:
    first, percent = found["first"], bool(found["pct"])
    if hint in ("median", "median_iqr", "median_range"):
        return Read((printed("median", first),), percent=percent)
    if hint in ("mean", "mean_sd", "mean_se", "mean_range"):
        return Read((printed("mean", first),), percent=percent)
    if hint == "n" or (hint == "n_pct" and not percent):
        return Read((_count(first),))
    share = (printed("share", first, 0.01),)
    mean = (printed("mean", first),)
    if hint in ("pct", "pct_n", "n_pct"):
        return Read(share, percent=True)
    if percent or hint == "pct?":
        return Read(share, mean, percent=True)
    if _WHOLE.fullmatch(first):  # 120 alone: a count, or a mean
        return Read(mean, (_count(first),))
    return Read(mean, share)


def _bracket(found: re.Match[str], hint: Hint) -> Read | None:
    first, inner = found["first"], _INNER.fullmatch(found["inner"].strip())
    if inner is None:
        return None
    word, rest = (inner["word"] or "").lower(), inner["rest"].strip()
    if found["of"]:
        if not re.fullmatch(rf"{NUM}\s*%?", rest):
            return None
        share = printed("share", rest.rstrip(" %"), 0.01)
        return Read((share, _count(first)), of=int(value(found["of"])[0]))
    comma = re.fullmatch(r"\d+,\d+", rest) is not None and "," in first
    pair = None if comma else _PAIR.fullmatch(re.sub(r"\s*%", "", rest)) or _joined(rest, first)
    if pair is not None:
        return _with_pair(first, pair.group(1), pair.group(2), word, hint, bool(found["pct"]))
    if re.fullmatch(rf"{NUM}\s*%?", rest):
        return _with_one(first, rest, word, hint, bool(found["pct"]))
    return None


def _joined(rest: str, first: str) -> re.Match[str] | None:
    """Take ``62,71`` behind a median of 64 for two quartiles."""
    found = re.fullmatch(r"(\d+),(\d+)", rest)
    if found is not None and float(found[1]) <= value(first)[0] <= float(found[2]):
        return found
    return None


def _with_pair(first: str, low: str, high: str, word: str, hint: Hint, percent: bool) -> Read:
    ends = printed("q1", low), printed("q3", high)
    if word.endswith("ci"):
        share = hint in ("pct", "n_pct", "pct_n") or (percent and hint in ("", "pct?"))
        found = printed("share", first, 0.01) if share else printed(_centre(hint), first)
        return Read((found,), told="confidence intervals", percent=percent)
    if word.startswith(("range", "min")) or hint in ("mean_range", "median_range", "range"):
        bounds = printed("low", low), printed("high", high)
        centre: What = "mean" if hint in ("mean_range", "mean") else "median"
        return Read((printed(centre, first), *bounds), percent=percent)
    if hint == "mean_sd":  # a mean with quartiles, since words and numbers differ
        return Read((printed("mean", first), *ends), percent=percent)
    return Read((printed("median", first), *ends), percent=percent)


def _centre(hint: Hint) -> What:
    return "median" if hint.startswith("median") else "mean"


def _with_one(first: str, rest: str, word: str, hint: Hint, percent: bool) -> Read:
    second = rest.rstrip(" %")
    moments = printed("mean", first), printed("sd", second)
    counted = (printed("share", second, 0.01), _count(first))
    counted_whole = _WHOLE.fullmatch(first) is not None
    whole = counted_whole and value(second)[0] <= 100
    if word in ("se", "sem") or hint == "mean_se":
        return Read(moments[:1], told="standard errors", percent=percent)
    if word == "sd" or hint == "mean_sd":
        return Read(moments, percent=percent)
    if word == "iqr" or hint in ("median_iqr", "median"):
        return Read((printed("median", first), printed("iqr", second)), percent=percent)
    if hint == "mean":
        return Read(moments, percent=percent)
    if hint == "pct_n" or (percent and not rest.endswith("%") and re.fullmatch(r"[\d,]+", second)):
        return Read((printed("share", first, 0.01), _count(second)), percent=True)
    if hint == "n_pct" or rest.endswith("%"):
        return Read(counted) if counted_whole else Read(moments, percent=True)
    if not whole:
        return Read(moments, percent=percent)
    if hint in ("pct", "pct?", "n"):
        return Read(counted, moments)
    return Read(moments, counted)


_READERS = (
    (_WORDED, _worded),
    (_BRACKET, _bracket),
    (_OF, _of),
    (_TWO, _two),
    (_ONE, _one),
)
