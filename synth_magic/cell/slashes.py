"""A slash among values: ``F / M``, ``F/M 45/55``, ``never 55%/former 30%``; or one that divides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_magic import units
from synth_magic.cell import ratios
from synth_magic.cell import vocabulary as words
from synth_magic.cell.coded_shares import in_order
from synth_magic.cell.facts import Fact
from synth_magic.cell.items import SHARED, Item, Items, number_of
from synth_magic.cell.lex import Token
from synth_magic.cell.scan import tidy

_GLUED = re.compile(r"[^\s/|]+(?:/[^\s/|]+)+")
_RATIO = re.compile(
    r"(?P<names>[^\s/|]+(?:/[^\s/|]+)+)\s+(?P<parts>\d+(?:[.,]\d+)?(?:/\d+(?:[.,]\d+)?)+)\s*%?"
)


class Slashed(Items):
    """Reads what slashes part, segment by segment."""

    def _parts_values(self, token: Token) -> bool:
        """Whether a slash stands between spaces, or is ``|``."""
        before = token.start == 0 or self.norm[token.start - 1].isspace()
        after = token.end >= len(self.norm) or self.norm[token.end].isspace()
        return token.text == "|" or (before and after)

    def _separated(self, part: Sequence[Token], *, glued: bool = False) -> bool:
        """Read ``F / M`` and ``F | M``."""
        cuts = [t for t in part if t.kind == "slash" and (glued or self._parts_values(t))]
        if not glued and len(cuts) == 1 and cuts[0].text == "/":
            sides = (part[0].start, cuts[0].start), (cuts[0].end, part[-1].end)
            left, right = (self.norm[slice(*self._trim(*side))] for side in sides)
            if left and right and ratios.divides((left, right)):
                self._claim(part[0].start, part[-1].end)
                self.quotients.append(part)
                return True
            if ratios.may_divide((left, right)):
                self.divided = part
        return bool(cuts) and self._cut(part, cuts)

    def settle_divided(self) -> None:
        """Take ``total cholesterol / HDL`` for a number where its line says numbers of it."""
        if self.divided and self.facts.numeric and not self.facts.shares and len(self.items) == 2:
            self.items = []
            self.quotients.append(self.divided)
        if self.quotients and not self.items and "type" not in self.facts.said:
            part = self.quotients[0]
            self.facts.add("type", "number", part[0].start, part[-1].end)

    def _cut(self, part: Sequence[Token], cuts: Sequence[Token]) -> bool:
        start = part[0].start
        label = self._label(part, cuts)
        starts = [label if label is not None else start, *(cut.end for cut in cuts)]
        ends = [*(cut.start for cut in cuts), part[-1].end]
        pieces = list(zip(starts, ends, strict=True))
        if self.items:
            places = [self._trim(*piece) for piece in pieces]
            shares = in_order(self.norm, places)
            if len(shares) == len(self.items):
                for item, share, (at, end) in zip(self.items, shares, places, strict=True):
                    self._note_share(item.text, Item(item.text, at, end, share))
                self._claim(starts[0], part[-1].end)
                return True
        items = [self._item(*piece) for piece in pieces]
        self._claim(starts[0], part[-1].end)
        if label is not None:
            self._claim_sign(label)
        self._take(self._with_numbers(items))
        return True

    def _label(self, part: Sequence[Token], cuts: Sequence[Token]) -> int | None:
        """Where values begin behind ``smoking status:``."""
        if not cuts:
            return None
        for at, token in enumerate(part):
            if token.start >= cuts[0].start:
                return None
            if token.text == ":" and at > 0 and at + 1 < len(part) and part[at + 1].kind != "num":
                return part[at + 1].start
        return None

    def _claim_sign(self, behind: int) -> None:
        at = self.index.get(behind)
        if at is not None and at > 0 and self.tokens[at - 1].text == ":":
            self.claimed.add(at - 1)

    def _slashed(self, part: Sequence[Token]) -> bool:
        """Read ``F/M``: a unit, a known pair, values with shares, or either."""
        start, end = part[0].start, part[-1].end
        text = self.norm[start:end]
        ratio = _RATIO.fullmatch(text)
        if ratio is not None:
            names, numbers = (
                ratio["names"].split("/"),
                [number_of(n) for n in ratio["parts"].split("/")],
            )
            if len(names) == len(numbers) and abs(sum(numbers) - 100) < 1e-9:
                self._claim(start, end)
                self._take(
                    [
                        Item(name, start, end, tidy(n / 100))
                        for name, n in zip(names, numbers, strict=True)
                    ]
                )
                return True
        first = text.split(" ", 1)[0]
        pair = frozenset(re.split(r"[/|]", first.lower()))
        if pair in words.PAIRS and "/" in first and len(pair) == 2:
            cut = start + first.index("/")
            self._take([self._item(start, cut), self._item(cut + 1, start + len(first))])
            self._claim(start, start + len(first))
            return True
        if text in ("+/-", "+ /-", "±"):
            self._take([Item("+", start, end), Item("-", start, end)])
            self._claim(start, end)
            return True
        if self._glued_shares(part):
            return True
        if _GLUED.fullmatch(text) is None or units.read(self.text[start:end]) is not None:
            return False
        pieces = text.split("/")
        if all(re.fullmatch(r"[\d.,-]+", piece) for piece in pieces) or self.glued is not None:
            return False
        at, items = start, []
        for piece in pieces:
            items.append(Item(self.text[at : at + len(piece)], at, at + len(piece)))
            at += len(piece) + 1
        self.glued = (list(part), items)
        return False

    def _glued_shares(self, part: Sequence[Token]) -> bool:
        """Read ``never 55%/former 30%`` and ``F 45/M 55``."""
        cuts = [token for token in part if token.kind == "slash"]
        if not cuts:
            return False
        starts = [part[0].start, *(cut.end for cut in cuts)]
        ends = [*(cut.start for cut in cuts), part[-1].end]
        pieces = list(zip(starts, ends, strict=True))
        if any(self._trim(*piece)[0] == self._trim(*piece)[1] for piece in pieces):
            return False
        shared = [SHARED.fullmatch(self.norm, *self._trim(*piece)) is not None for piece in pieces]
        if all(shared):
            items = [self._item(*piece) for piece in pieces]
        else:
            items = [
                Item(self.text[a:b], a, b) for a, b in (self._trim(*piece) for piece in pieces)
            ]
            items = self._with_numbers(items)
            if any(item.share is None for item in items):
                return False
        self._claim(part[0].start, part[-1].end)
        self._take(items)
        return True

    def take_or(self, run: Sequence[Token]) -> bool:
        """Take ``male or female`` where it is a known pair."""
        if self.items or len(run) != 3 or run[1].low not in ("or", "oder", "ou"):
            return False
        if frozenset({run[0].low, run[2].low}) not in words.PAIRS:
            return False
        self._take([self._item(run[0].start, run[0].end), self._item(run[2].start, run[2].end)])
        return True

    def take_glued(self) -> None:
        """Take ``A/B`` that is no unit as values, and keep that it might be one."""
        if self.glued is None or self.items:
            return
        part, items = self.glued
        self._take(items)
        start, end = part[0].start, part[-1].end
        self.facts.either = Fact(self.text[start:end], start, end)
