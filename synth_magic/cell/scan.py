"""Reading the words and numbers of one line as facts, from left to right.

Each reader takes a place among the tokens and gives the place behind what it
understood, or None; what no reader takes is a free word.  Lists of values are
read elsewhere (`lists`) and are claimed before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from synth_magic import units
from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import Facts
from synth_magic.cell.lex import AmbiguousDateError, Moment, Token, moment, spelled, year

Number = int | float


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what clings to it: a percent sign, a unit, a currency."""

    value: Number
    start: int
    end: int
    following: int
    percent: bool = False
    unit: tuple[int, int] | None = None


class Scanner:
    """Reads tokens into `Facts`; `claimed` are places that others have read."""

    def __init__(self, text: str, tokens: Sequence[Token], facts: Facts, claimed: set[int]) -> None:
        self.text, self.tokens, self.facts = text, tokens, facts
        self.claimed = claimed
        self.lows = [token.low for token in tokens]
        self.free: list[int] = []
        self.after_fact = -1

    def run(self) -> None:
        """Read every token that nobody claimed."""
        at = 0
        while at < len(self.tokens):
            if at in self.claimed or self.tokens[at].kind == "sep":
                at += 1
                continue
            following = self._read(at)
            if following is None or following <= at:
                self.free.append(at)
                at += 1
            else:
                at = following
                self.after_fact = at

    # Looking around ---------------------------------------------------------------

    def token(self, at: int) -> Token | None:
        """Give the token at a place, if there is one that nobody claimed."""
        return self.tokens[at] if 0 <= at < len(self.tokens) and at not in self.claimed else None

    def kind(self, at: int) -> str:
        """Kind of the token at a place; empty behind the last."""
        token = self.token(at)
        return "" if token is None else token.kind

    def word(self, at: int) -> str:
        """Lower-case text of the token at a place."""
        return self.lows[at] if 0 <= at < len(self.lows) and at not in self.claimed else ""

    def phrase(self, at: int, *phrases: str) -> int | None:
        """Place behind the longest of some phrases that stands here."""
        rests = _indexed(phrases).get(self.word(at))
        if rests is None:
            return None
        best: int | None = None
        for rest in rests:
            if all(self.word(at + 1 + step) == part for step, part in enumerate(rest)):
                best = max(best or 0, at + 1 + len(rest))
        return best

    def skip(self, at: int, fillers: frozenset[str] = words.FILLERS) -> int:
        """Pass over ``=``, ``:``, ``about``, ``of`` and the like."""
        while self.kind(at) == "eq" or (self.kind(at) == "word" and self.word(at) in fillers):
            at += 1
        return at

    def opens(self, at: int) -> bool:
        """Whether a segment begins here, or a bracket just opened."""
        before = self.tokens[at - 1] if at > 0 else None
        return (
            before is None
            or before.kind in ("sep", "open")
            or before.segment != self.tokens[at].segment
            or at - 1 in self.claimed
        )

    def ends(self, at: int) -> bool:
        """Whether a segment or bracket ends before this place."""
        token = self.token(at)
        return token is None or token.kind in ("sep", "close")

    def start(self, at: int) -> int:
        """Offset of a token in the line."""
        return self.tokens[at].start

    def end(self, following: int) -> int:
        """Offset behind the last token before a place."""
        return self.tokens[following - 1].end

    def add(self, key: str, value: object, at: int, following: int) -> int:
        """Note a fact that stands on the tokens from `at` to `following`."""
        self.facts.add(key, value, self.start(at), self.end(following))
        return following

    # Numbers, units, dates ----------------------------------------------------------

    def quantity(self, at: int, *, unit: bool = True) -> Quantity | None:
        """Read ``about 62``, ``5 %``, ``€ 200``, ``30 years``."""
        at = self.skip(at, words.ABOUT)
        begin, currency = at, None
        token = self.token(at)
        if token is not None and token.text in words.CURRENCIES and self.kind(at + 1) == "num":
            currency, at = (token.start, token.end), at + 1
        token = self.token(at)
        if token is None or token.kind != "num" or token.value is None:
            return None
        value, following = token.value, at + 1
        if currency is None and self.kind(following) == "pct":
            return Quantity(value, self.start(begin), self.end(following + 1), following + 1, True)
        percent = self.phrase(following, *words.PERCENT)
        if currency is None and percent:
            return Quantity(value, self.start(begin), self.end(percent), percent, True)
        found = self.unit(following) if unit and currency is None else None
        if found is not None and self.unit_may_end(found[1]):
            currency, following = found[0], found[1]
        return Quantity(value, self.start(begin), self.end(following), following, False, currency)

    def unit_may_end(self, at: int) -> bool:
        """Whether a unit can stop before this place, no free word behind it."""
        token = self.token(at)
        if token is None or token.kind in (
            "sep", "close", "dash", "open", "pm", "cmp", "num", "pct", "date"
        ):  # fmt: skip
            return True
        return token.kind == "word" and token.low in words.AFTER_UNIT

    def unit(self, at: int) -> tuple[tuple[int, int], int] | None:
        """Read the longest unit that begins here: its place, and the place behind it."""
        first = self.token(at)
        if first is None or first.kind in ("sep", "close", "open", "dash", "cmp", "pm", "quote"):
            return None
        last, best = at, None
        while last < len(self.tokens) and last < at + 12 and last not in self.claimed:
            token = self.tokens[last]
            if token.kind in ("sep", "open", "close", "cmp", "pm", "quote", "date"):
                break
            if token.end - first.start > units.LIMIT:
                break
            last += 1
            nxt = self.tokens[last] if last < len(self.tokens) else None
            if nxt is not None and nxt.start == token.end and nxt.kind not in (
                "sep", "open", "close", "cmp", "dash", "pm"
            ):  # fmt: skip
                continue  # in the middle of a word such as kg/m2
            if units.read(self.text[first.start : token.end]) is not None:
                best = ((first.start, token.end), last)
        return best

    def moment(self, at: int) -> tuple[Moment, int] | None:
        """Read a date or a year."""
        token = self.token(at)
        if token is None:
            return None
        if token.kind == "date":
            try:
                found = moment(token.text)
            except AmbiguousDateError:
                first, second, of_year = (int(part) for part in token.text.split("/"))
                self.facts.fail(
                    "range",
                    f"{self.facts.name}: {token.text} may be a day or a month first",
                    f"Write {of_year}-{second:02d}-{first:02d} or "
                    f"{of_year}-{first:02d}-{second:02d}",
                    token.start,
                )
            if found is None:
                self.facts.fail(
                    "range",
                    f"{self.facts.name}: there is no date {token.text}",
                    "Write a date as 2019-01-31",
                    token.start,
                )
            return found, at + 1
        named = spelled(self.tokens[: at + 4], at)
        if named is not None:
            return named
        if token.kind == "num" and len(token.text) == 4:
            found = year(token.value)
            return None if found is None else (found, at + 1)
        return None

    # The dispatch -------------------------------------------------------------------

    def _read(self, at: int) -> int | None:
        from synth_magic.cell import readers

        for reader in readers.at(self, at):
            following = reader(self, at)
            if following is not None:
                return following
        return self._bare_unit(at)

    def _bare_unit(self, at: int) -> int | None:
        """Read a unit at a segment's beginning or end, in brackets, after "in" or a number."""
        introduced = self.word(at) in ("in", "unit", "units") and self.kind(at) == "word"
        begin = self.skip(at + 1) if introduced else at
        found = self.unit(begin) if self._apart(begin) else None
        if found is None:
            if introduced and self.word(at) == "in" and self.ends(at + 1) and self.opens(at):
                return self._note_unit(at, (self.start(at), self.end(at + 1)), at + 1)
            return None
        place, following = found
        spelling = self.text[place[0] : place[1]]
        if spelling in words.LETTERS or (len(spelling) == 1 and self._lettered(begin)):
            return None
        closes = self.unit_may_end(following)
        free_before = bool(self.free) and self.free[-1] == at - 1
        if introduced:
            fits = closes or self.word(at) != "in"
        elif at > 0 and self.kind(at - 1) == "open":
            fits = closes
        elif self.opens(at) or self.after_fact == at:
            fits = closes and not (free_before and not words.distinctive(spelling))
        else:
            number = self.kind(at - 1) == "num"
            fits = closes and words.distinctive(spelling) and not number
        return self._note_unit(begin, place, following) if fits else None

    def _lettered(self, at: int) -> bool:
        """Whether other single letters stand on the line: grades A, B, C are no temperatures."""
        return any(
            token.kind == "word"
            and len(token.text) == 1
            and place != at
            and token.low not in words.TO
            for place, token in enumerate(self.tokens)
        )

    def _apart(self, at: int) -> bool:
        """Whether a unit may begin here: no plain number, and not in the middle of a word."""
        token, before = self.token(at), self.tokens[at - 1] if at > 0 else None
        if token is None or (token.kind == "num" and not token.text.startswith("10")):
            return False
        glued = before is not None and before.end == token.start
        return not glued or (before is not None and before.kind in ("open", "eq", "sep", "num"))

    def _note_unit(self, at: int, place: tuple[int, int], following: int) -> int | None:
        spelling = self.text[place[0] : place[1]]
        there = self.facts.said.get("unit")
        if there is not None and units.same(there.value, spelling):
            return following
        if there is not None and (words.wordy(spelling) or words.wordy(there.value)):
            return None
        self.facts.add("unit", spelling, *place)
        return following

    def note_units(self, *quantities: Quantity) -> None:
        """Note the units that stood with numbers."""
        for quantity in quantities:
            if quantity.unit is not None:
                spelling = self.text[quantity.unit[0] : quantity.unit[1]]
                there = self.facts.said.get("unit")
                if there is None or not units.same(there.value, spelling):
                    self.facts.add("unit", spelling, *quantity.unit)

    def share(self, at: int) -> tuple[float, int] | None:
        """Read ``22%``, ``0.22``, ``one in five``, ``a third``, ``half``."""
        at = self.skip(at, words.ABOUT)
        fraction = self.fraction(at)
        if fraction is not None:
            return fraction
        quantity = self.quantity(at, unit=False)
        if quantity is None:
            return None
        if quantity.percent:
            return tidy(quantity.value / 100), quantity.following
        if 0 <= quantity.value <= 1:
            return float(quantity.value), quantity.following
        return None

    def fraction(self, at: int) -> tuple[float, int] | None:
        """Read ``one in five``, ``1 out of 8``, ``two thirds``, ``half``."""
        if self.kind(at) not in ("num", "word"):
            return None
        if self.word(at) in ("half", "hälfte", "moitié"):
            return 0.5, at + 1
        above = self._small(at)
        if above is None:
            return None
        part = words.PARTS.get(self.word(at + 1))
        if part is not None and above <= part:
            return tidy(above / part), at + 2
        behind = self.phrase(at + 1, "in", "out of", "of every", "sur", "von")
        below = self._small(behind) if behind else None
        if behind is None or below is None or not 0 < above <= below:
            return None
        return tidy(above / below), behind + 1

    def _small(self, at: int) -> int | None:
        """Read a whole number in digits or words."""
        token = self.token(at)
        if token is None:
            return None
        if token.kind == "num":
            return token.value if isinstance(token.value, int) and token.value >= 0 else None
        return words.NUMBERS.get(token.low)

    def fail_share(self, key: str, value: float, at: int) -> None:
        """Refuse a share below 0 or above 1."""
        if not 0 <= value <= 1:
            self.facts.fail(
                key,
                f"{self.facts.name}: a share of {value * 100:g}% is not between 0 and 100%",
                "Write a share such as 22%",
                self.start(at),
            )

    def leave(self, at: int, following: int) -> int:
        """Leave tokens as free words."""
        self.free.extend(range(at, following))
        return following


@lru_cache(maxsize=64)
def _indexed(phrases: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for said in phrases:
        first, *rest = said.split()
        found.setdefault(first, []).append(tuple(rest))
    return found


Reader = Callable[[Scanner, int], int | None]


def tidy(value: float) -> float:
    """Round a share to 12 digits: 22 / 100 is 0.22."""
    return round(value, 12)


def two_numbers(scanner: Scanner, at: int) -> tuple[Quantity, Quantity, int] | None:
    """Read two numbers with "-", "to", "and", ";" or a comma between."""
    low = scanner.quantity(at)
    if low is None:
        return None
    between = low.following
    joined = scanner.kind(between) in ("dash", "sep") or scanner.word(between) in words.TO | {
        "and", "et", "und", "&"
    }  # fmt: skip
    high = scanner.quantity(between + 1) if joined else None
    return None if high is None else (low, high, high.following)
