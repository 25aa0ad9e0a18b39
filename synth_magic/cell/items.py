"""One value of a list with its share, and the list that is taken."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from synth_magic.cell.facts import Fact, Facts, short
from synth_magic.cell.lex import Token, segments
from synth_magic.cell.scan import tidy

MAX_VALUES = 500
# Possessive (++), so that a line of 2,000 digits or spaces is given up at once.
SHARED = re.compile(
    r"(?:(?P<before>~?\s*\d++(?:[.,]\d++)?+)\s*%\s*(?:of\s+|are\s+|:\s*)?(?P<after>\S.*?)"
    r"|(?P<value>\S.*?)[\s:=(\[~]*+(?P<share>-?\d++(?:[.,]\d++)?+)\s*+%\s*[)\]]?)\s*",
    re.DOTALL,
)
_TRAILING = re.compile(
    r"(?P<value>\S.*?)(?:\s*+[:=(\[]|\s)\s*+(?P<number>\d++(?:[.,]\d++)?+)\s*+[)\]]?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Item:
    """One value with its share and label, where they are said."""

    text: str
    start: int
    end: int
    share: float | None = None
    label: str | None = None

    def __post_init__(self) -> None:
        # A line may go on below; the values of a list are one line each.
        object.__setattr__(self, "text", " ".join(self.text.split("\n")))


class Items:
    """Reads and takes values; `claimed` are the tokens that are theirs."""

    def __init__(self, text: str, norm: str, tokens: Sequence[Token], facts: Facts) -> None:
        self.text, self.norm, self.tokens, self.facts = text, norm, tokens, facts
        self.parts = [part for part in segments(tokens) if part]
        self.index = {token.start: at for at, token in enumerate(tokens)}
        self.starts = [token.start for token in tokens]
        self.claimed: set[int] = set()
        self.items: list[Item] = []
        self.glued: tuple[list[Token], list[Item]] | None = None
        self.divided: Sequence[Token] = ()
        self.quotients: list[Sequence[Token]] = []

    def _is_claimed(self, part: Sequence[Token]) -> bool:
        return self.index[part[0].start] in self.claimed

    def _claim(self, start: int, end: int) -> None:
        self.claimed.update(range(bisect_left(self.starts, start), bisect_left(self.starts, end)))

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self.norm[start].isspace():
            start += 1
        while end > start and self.norm[end - 1].isspace():
            end -= 1
        return start, end

    def _item(self, start: int, end: int) -> Item:
        """Read one value with its share: ``F 45%``, ``45% F``, ``F (45%)``, ``"in care"``."""
        start, end = self._trim(start, end)
        if start == end:
            self._empty(start)
        found = SHARED.fullmatch(self.norm, start, end)
        share = None
        if found is not None:
            group = "after" if found["after"] else "value"
            share = number_of(found["before"] or found["share"]) / 100
            if not 0 <= share <= 1:
                self.facts.fail(
                    "probabilities",
                    f"{self.facts.name}: a share of {share * 100:g}% is not between 0 and 100%",
                    "Write a share such as 45%",
                    found.start("before" if found["before"] else "share"),
                )
            start, end = found.span(group)
        inner = self.norm[start:end]
        if len(inner) > 1 and inner[0] == inner[-1] and inner[0] in "\"'":
            start, end = start + 1, end - 1
        return Item(self.text[start:end].strip(), start, end, share)

    def _empty(self, at: int) -> NoReturn:
        self.facts.fail(
            "values",
            f"{self.facts.name}: a value is missing beside this sign",
            "Write a value on both sides, such as F / M",
            min(at, len(self.norm.rstrip()) - 1),
        )

    def _with_numbers(self, items: list[Item]) -> list[Item]:
        """Read ``F 45 / M 55`` as shares where the numbers make 1 or 100."""
        if any(item.share is not None for item in items):
            return items
        found = [_TRAILING.fullmatch(self.norm, item.start, item.end) for item in items]
        if not all(found):
            return items
        numbers = [number_of(match["number"]) for match in found if match]
        for whole in (1.0, 100.0):
            if abs(sum(numbers) - whole) < 1e-9:
                return [
                    Item(self.text[match.start("value") : match.end("value")].strip(" :=(["),
                         item.start, match.end("value"), tidy(number / whole))
                    for item, match, number in zip(items, found, numbers, strict=True) if match
                ]  # fmt: skip
        return items

    def _note_share(self, value: str, item: Item) -> None:
        if item.share is None:
            return
        there = self.facts.shares.get(value)
        if there is not None and there.value != tidy(item.share):
            self.facts.fail(
                "probabilities",
                f"{self.facts.name}: {short(value)} has two shares, "
                f"{there.value * 100:g}% and {item.share * 100:g}%",
                "Keep one of the two",
                item.start,
            )
        self.facts.shares[value] = Fact(tidy(item.share), item.start, item.end)

    def _named(self, text: str) -> str | None:
        """Find the value that is so written, or so labelled (``1 = male``), in any case."""
        texts = [item.text for item in self.items]
        if text in texts:
            return text
        found = [
            item.text
            for item in self.items
            if text.lower() in (item.text.lower(), (item.label or item.text).lower())
        ]
        return found[0] if len(found) == 1 else None

    def _again(self, items: Sequence[Item]) -> bool:
        """Whether these are values that were listed before, now with their shares."""
        names = [self._named(item.text) for item in items]
        shared = [item.share is not None for item in items]
        if not self.items or None in names or any(shared) != all(shared):
            return False
        if not any(shared) and len(set(names)) != len(self.items):
            return False
        for name, item in zip(names, items, strict=True):
            self._note_share(str(name), item)
        return True

    def _take(self, items: Sequence[Item]) -> None:
        if not items or self._again(items):
            return
        if self.items:
            self.facts.fail(
                "values",
                f"{self.facts.name}: the list of values is said twice",
                "Keep one of the two",
                items[0].start,
            )
        seen: set[str] = set()
        for item in items:
            if item.text in seen:
                self.facts.fail(
                    "values",
                    f"{self.facts.name}: the value {short(item.text)} stands in the list twice",
                    "Keep it once",
                    item.start,
                )
            seen.add(item.text)
        if len(items) > MAX_VALUES:
            self.facts.fail(
                "values",
                f"{self.facts.name}: {len(items):,} values are listed; "
                f"at most {MAX_VALUES} are read",
                "Group them, or make the column a text",
                items[0].start,
            )
        self.items = list(items)
        for item in items:
            self._note_share(item.text, item)


def number_of(text: str) -> float:
    """Read a plain number with a point or a comma."""
    return float(text.replace("~", "").strip().replace(",", "."))
