"""Words, numbers and signs of one line of facts, each with its place.

Numbers are read as people of several countries write them: ``7.4``, ``7,4``,
``1,000``, ``1 000``, ``1.234,50``, ``150k``.  A comma between digits without a
space is decimal unless exactly three digits follow it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from synth_magic.cell.vocabulary import MONTHS

MAX_LINE = 2_000
_SAME_LENGTH = str.maketrans({
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2007": " ", "\t": " ", "\n": " ", "\r": " ",
    "−": "-", "–": "-", "—": "-", "‒": "-", "‐": "-", "‑": "-", "⩽": "≤", "⩾": "≥",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'",
    "，": ",", "；": ";", "％": "%", "：": ":", "μ": "µ", "＜": "<", "＞": ">", "／": "/",
})  # fmt: skip
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<pattern>[A-Za-z0-9_./-]*\#\#+[A-Za-z0-9_./\#-]*)
  | (?P<quote>"[^"\n]*"|(?<![\w])'[^'\n]*'(?!\w))
  | (?P<date>(?<![\d.,])\d{4,6}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?(?![\d])
      | (?<![\d.,-])(?:19|20)\d{2}-\d{1,2}-\d{1,2}(?![\d.-]|,\d)
      | (?<![\d.,])\d{1,2}(?:\.\d{1,2}\.|/\d{1,2}/)\d{4,6}(?![\d])
      | (?<![\d.,])(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?![\d-]|,\d|\.\d))
  | (?P<time>\d+:\d+(?::\d+)*)
  | (?P<num>(?:\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?(?!\d)
      | \d{1,3}(?:\.\d{3})+,\d+(?!\d)
      | \d{1,3}(?:\.\d{3}){2,}(?![\d.,])
      | (?<!\d,)(?!0,)\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!,?\d)
      | (?<!\d,)(?<!0/)\d+,\d+(?!,?\d|\s+decimals?\b)
      | (?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3}(?![\w.]))?)(?:[kK](?![\w/·]))?)
  | (?P<pm>±|\+\s?/\s?-|\+-)
  | (?P<cmp>>=|<=|=>|=<|[≥≤><])
  | (?P<dash>\.\.\.?|…|-)
  | (?P<pct>%)
  | (?P<open>[\[({])
  | (?P<close>[\])}])
  | (?P<sep>[,;])
  | (?P<eq>[=:~≈])
  | (?P<slash>[/|])
  | (?P<word>[^\W\d_](?:[\w'.²³⁰¹⁴-⁹]*[\w²³⁰¹⁴-⁹])?(?:-[^\W\d_][\w.]*)*\.?)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign.

    Parameters
    ----------
    kind
        Name of its group: word, num, pct, date, time, pattern, quote, pm, cmp,
        dash, open, close, sep, eq, slash, other.
    text
        As normalised.
    start, end
        Place in the line.
    value
        Of a number.
    segment
        Which comma-separated part of the line it stands in.
    """

    kind: str
    text: str
    start: int
    end: int
    value: float | int | None = None
    segment: int = 0

    @property
    def low(self) -> str:
        """In lower case, without a final full stop."""
        return self.text.lower().rstrip(".")


def normal(text: str) -> str:
    """One spelling for dashes, quotes and spaces, character for character."""
    return text.translate(_SAME_LENGTH)


def lex(text: str) -> list[Token]:
    """Cut a normalised line into tokens; commas within brackets part no segments."""
    raw: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        start, end, word = match.start(), match.end(), match[0]
        if kind == "num":
            start, value = _signed(raw, start, _number(word))
            raw.append(Token("num", text[start:end], start, end, value))
        else:
            raw.append(Token(kind, word, start, end))
    return _segmented(raw)


def _signed(raw: list[Token], start: int, value: float | int) -> tuple[int, float | int]:
    """Take a minus into its number where it is no dash of a range."""
    if not raw or raw[-1].end != start or raw[-1].text != "-":
        return start, value
    before = raw[-2] if len(raw) > 1 else None
    if before is not None and before.kind in ("num", "pct", "date", "close"):
        return start, value
    if before is not None and before.kind == "word" and before.end == raw[-1].start:
        return start, value
    sign = raw.pop()
    return sign.start, -value


def _number(word: str) -> float | int:
    """Read a number, with a k for thousand behind it."""
    plain = word.replace(" ", "").replace("'", "").rstrip("kK")
    factor = 1000 if word[-1] in "kK" else 1
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"(?!0,)\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    else:
        plain = plain.replace(",", ".")
    if re.fullmatch(r"\d{1,15}", plain):
        return int(plain) * factor
    value = min(float(plain), 1e300) * factor
    return int(value) if factor > 1 and value.is_integer() else value


def _segmented(raw: list[Token]) -> list[Token]:
    """Count the comma-separated parts; only closed brackets hide their commas."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(raw):
        if token.kind == "open":
            opened.append(at)
        elif token.kind == "close" and opened:
            closing[opened.pop()] = at
    hidden, segment, tokens = -1, 0, []
    for at, token in enumerate(raw):
        hidden = max(hidden, closing.get(at, -1))
        tokens.append(Token(token.kind, token.text, token.start, token.end, token.value, segment))
        if token.kind == "sep" and at > hidden:
            segment += 1
    return tokens


def segments(tokens: Sequence[Token]) -> list[list[Token]]:
    """Give the comma-separated parts of a line, without their commas."""
    found: list[list[Token]] = []
    for token in tokens:
        while len(found) <= token.segment:
            found.append([])
        found[token.segment].append(token)
    for part in found:
        if part and part[-1].kind == "sep":
            part.pop()
    return found


# Dates ----------------------------------------------------------------------------


class AmbiguousDateError(Exception):
    """``03/04/2019`` may be March or April."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, month, year or second: the first and last ISO date (or datetime) it covers."""

    first: str
    last: str
    timed: bool = False


def year(value: float | int | None) -> Moment | None:
    """Read a whole number from 1900 to 2100 as a year."""
    if isinstance(value, int) and 1900 <= value <= 2100:
        return Moment(f"{value}-01-01", f"{value}-12-31")
    return None


def _month(of_year: int, month: int) -> Moment:
    following = dt.date(of_year + month // 12, month % 12 + 1, 1)
    last = following - dt.timedelta(days=1)
    return Moment(f"{of_year:04d}-{month:02d}-01", last.isoformat())


def moment(text: str) -> Moment | None:
    """Read a date as typed: ISO, with time, day-first, or a month of a year.

    Raises
    ------
    AmbiguousDateError
        Where day and month can be exchanged.
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return _month(int(text[:4]), int(text[5:]))
        foreign = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})[./](\d{4,6})", text)
        if foreign:
            day, month, of_year = int(foreign[1]), int(foreign[3]), int(foreign[4])
            if foreign[2] == "/" and day <= 12 and month <= 12 and day != month:
                raise AmbiguousDateError(text)
            if foreign[2] == "/" and day <= 12 < month:
                day, month = month, day
            found = dt.date(of_year, month, day).isoformat()
            return Moment(found, found)
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
            found = dt.date(*(int(part) for part in text.split("-"))).isoformat()
            return Moment(found, found)
        if len(text) > 10:
            when = dt.datetime.fromisoformat(re.sub(r"[ T](\d):", r"T0\1:", text))
            return Moment(when.isoformat(), when.isoformat(), timed=True)
    except ValueError:
        pass
    return None


def spelled(tokens: Sequence[Token], at: int) -> tuple[Moment, int] | None:
    """Read ``15 January 2019``, ``Jan 15 2019`` or ``January 2019`` from token `at` on.

    Returns the moment and the place behind it.
    """
    words = list(tokens[at : at + 4])
    day: int | None = None
    used = 0

    def whole(place: int, most: int) -> int | None:
        token = words[place] if place < len(words) else None
        value = token.value if token is not None and token.kind == "num" else None
        return value if isinstance(value, int) and 1 <= value <= most else None

    if whole(0, 31) is not None:
        day, used = whole(0, 31), 1
    if used >= len(words) or words[used].kind != "word":
        return None
    month = MONTHS.get(words[used].low)
    if month is None:
        return None
    used += 1
    if day is None and whole(used, 31) is not None and whole(used + 1, 2100) is not None:
        day, used = whole(used, 31), used + 1
    of_year = whole(used, 2100)
    if of_year is None or of_year < 1900:
        return None
    try:
        found = _month(of_year, month)
        if day is not None:
            exact = dt.date(of_year, month, day).isoformat()
            found = Moment(exact, exact)
    except ValueError:
        return None
    return found, at + used + 1
