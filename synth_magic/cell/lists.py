"""Reading values: ``F / M``, ``mild < moderate < severe``, ``1 = male``, ``F 45%, M 55%``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_magic.cell import vocabulary as words
from synth_magic.cell.coded_shares import of_codes
from synth_magic.cell.facts import Facts, short
from synth_magic.cell.items import SHARED, Item, number_of
from synth_magic.cell.lex import Token
from synth_magic.cell.scan import Scanner, tidy
from synth_magic.cell.slashes import Slashed

_CODE = re.compile(r"(?P<code>-?\d{1,4}|[A-Za-z])\s*[=:]\s*(?P<label>[^\s=].*)", re.DOTALL)


class Lists(Slashed):
    """Finds the lists of values of one line and claims their tokens."""

    def run(self) -> None:
        """Read every list that its form makes one."""
        self._codes()
        self._counts()
        self._code_shares()
        self._opened()
        for part in self.parts:
            if not self._is_claimed(part):
                self._separated(part) or self._chain(part) or self._slashed(part)
        self._shared()

    def _codes(self) -> None:
        """Read ``1 = male, 2 = female``."""
        run: list[tuple[Sequence[Token], Item]] = []
        for part in [*self.parts, []]:
            items = [self._code(piece) for piece in self._pieces(part)] if part else [None]
            if all(item is not None for item in items):
                run += [(part, item) for item in items if item is not None]
                continue
            if len(run) > 1:
                self._take_codes(run)
            run = []

    def _counts(self) -> None:
        """Read ``0, 1, 2, 3+``: three numbers or more and nothing else."""
        texts = [self.norm[part[0].start : part[-1].end] for part in self.parts]
        if len(texts) > 2 and all(re.fullmatch(r"\d{1,6}\+?", text) for text in texts):
            self._take([self._item(part[0].start, part[-1].end) for part in self.parts])
            self._claim(self.parts[0][0].start, self.parts[-1][-1].end)

    def _code_shares(self) -> None:
        """Read ``37.3% 0, 62.7% 1``, of a list that may stand before."""
        parts = [part for part in self.parts if not self._is_claimed(part)]
        places = [self._trim(part[0].start, part[-1].end) for part in parts]
        which, items = of_codes(self.norm, places, self.text)
        for at in which:
            self._claim(parts[at][0].start, parts[at][-1].end)
        self._take(items)

    def _pieces(self, part: Sequence[Token]) -> list[tuple[int, int]]:
        cuts = [token for token in part if token.kind == "slash" and self._parts_values(token)]
        starts = [part[0].start, *(cut.end for cut in cuts)]
        ends = [*(cut.start for cut in cuts), part[-1].end]
        pieces = list(zip(starts, ends, strict=True))
        if len(pieces) == 1:
            at = [
                m.start()
                for m in re.finditer(
                    r"(?<!\S)-?\d{1,4}\s*=\s*[^\s\d]", self.norm[part[0].start : part[-1].end]
                )
            ]
            if len(at) > 1 and at[0] == 0:
                base = part[0].start
                pieces = [
                    (base + a, base + b)
                    for a, b in zip(at, [*at[1:], part[-1].end - base], strict=True)
                ]
        return pieces

    def _code(self, piece: tuple[int, int]) -> Item | None:
        start, end = self._trim(*piece)
        found = _CODE.fullmatch(self.norm, start, end)
        if found is None:
            return None
        item = self._item(*found.span("label"))
        if (
            not item.text
            or item.text[0].isdigit()
            or (item.share is not None and not re.search(r"\w", item.text))
        ):
            return None
        if re.fullmatch(r"~?\s*\d+(?:[.,]\d+)?\s*%", self.norm[found.start("label") : end].strip()):
            return None
        return Item(
            self.text[found.start("code") : found.end("code")], start, end, item.share, item.text
        )

    def _take_codes(self, run: Sequence[tuple[Sequence[Token], Item]]) -> None:
        items = [item for _, item in run]
        self.facts.legend = ", ".join(f"{item.text} = {item.label}" for item in items)
        for item in items:
            self._claim(item.start, item.end)
        for part, _ in run:
            self._claim(part[0].start, part[-1].end)
        self._take(items)

    def _opened(self) -> None:
        """Read ``one of never, former, current`` and ``values: a, b, c``."""
        scanner = Scanner(self.text, self.tokens, self.facts, self.claimed)
        for place, part in enumerate(self.parts):
            if self._is_claimed(part):
                continue
            begin = self.index[part[0].start]
            after = scanner.phrase(begin, *words.LIST_OPENERS)
            if after is None or after >= len(self.tokens):
                continue
            if self.tokens[begin].low == "values" and self.tokens[after].kind == "word" and (
                self.tokens[after].low in words.TO | {"from", "between"}
            ):  # fmt: skip
                continue
            while after < len(self.tokens) and self.tokens[after].kind == "eq":
                after += 1
            if after >= len(self.tokens) or self.tokens[after].kind in ("num", "cmp", "sep"):
                continue
            inside = [token for token in part if token.start >= self.tokens[after].start]
            if not inside:
                continue
            self._claim(part[0].start, inside[0].start)
            if any(token.kind == "slash" for token in inside) or inside[0].kind == "open":
                if inside[0].kind == "open" and inside[-1].kind == "close":
                    cuts = [token for token in inside if token.kind == "sep"]
                    self._cut(inside[1:-1], cuts)
                    self._claim(inside[0].start, inside[-1].end)
                else:
                    self._separated(inside, glued=True)
                continue
            taken = [inside]
            for other in self.parts[place + 1 :]:
                if self._says_fact(other):
                    break
                taken.append(other)
            self._take([item for each in taken for item in self._alternatives(each)])
            for each in taken:
                self._claim(each[0].start, each[-1].end)

    def _says_fact(self, part: Sequence[Token]) -> bool:
        """Whether a segment says something else than a value."""
        if SHARED.fullmatch(self.norm, part[0].start, part[-1].end) and (
            part[0].low not in words.MISSING and part[-1].low not in words.MISSING
        ):  # fmt: skip
            return False
        probe = Facts(self.facts.name)
        scanner = Scanner(self.text, part, probe, set())
        scanner.run()
        return probe.any

    def _alternatives(self, part: Sequence[Token]) -> list[Item]:
        """Read ``former or current`` as two values."""
        cuts = [token for token in part if token.low in ("or", "and", "oder", "ou", "et", "und")
                and part[0] is not token and part[-1] is not token]  # fmt: skip
        starts = [part[0].start, *(cut.end for cut in cuts)]
        ends = [*(cut.start for cut in cuts), part[-1].end]
        if part[0].low in ("or", "and"):
            starts[0] = part[0].end
        return [self._item(*piece) for piece in zip(starts, ends, strict=True)]

    def _chain(self, part: Sequence[Token]) -> bool:
        """Read ``mild < moderate < severe``, and the same downwards with >."""
        cuts = [token for token in part if token.kind == "cmp"]
        signs = {cut.text for cut in cuts}
        if len(signs) != 1 or not signs <= {"<", ">"}:
            return False
        starts = [part[0].start, *(cut.end for cut in cuts)]
        ends = [*(cut.start for cut in cuts), part[-1].end]
        pieces = [self._trim(*piece) for piece in zip(starts, ends, strict=True)]
        if any(self.norm.count("(", a, b) != self.norm.count(")", a, b) for a, b in pieces):
            return False
        plain = [re.fullmatch(r"[\d.,\s%-]+", self.norm[a:b]) is not None for a, b in pieces]
        if any(a == b for a, b in pieces) or (any(plain) and not (all(plain) and len(pieces) > 2)):
            if len(cuts) > 1 and not any(plain):
                self._empty(next(a for a, b in pieces if a == b))
            return False
        items = [self._item(a, b) for a, b in pieces]
        if ">" in signs:
            items.reverse()
        self._claim(part[0].start, part[-1].end)
        self._take(self._with_numbers(items))
        self.facts.add("ordered", True, part[0].start, part[-1].end)
        return True

    def _shared(self) -> None:
        """Read ``F 45%, M 55%``, and the shares of values that were listed before."""
        run: list[tuple[Sequence[Token], Item]] = []
        for part in self.parts:
            if self._is_claimed(part):
                continue
            run += [(part, item) for item in self._shares_of(part)]
        known = [item.text for item in self.items]
        if known:
            for whole, item in run:
                name = self._named(item.text)
                if name is not None:
                    self._note_share(name, item)
                    self._claim(whole[0].start, whole[-1].end)
                elif not self._other_words(item.text):
                    self.facts.fail(
                        "probabilities",
                        f"{self.facts.name}: {short(item.text)} is none of its values "
                        f"{', '.join(short(value, 15) for value in known[:5])}",
                        "Give the share to one of the values",
                        item.start,
                    )
        elif len(run) > 1:
            for whole, _ in run:
                self._claim(whole[0].start, whole[-1].end)
            self._take([item for _, item in run])

    def _other_words(self, text: str) -> bool:
        first = re.split(r"[\s:=]+", text.lower().strip(" :=(~"))
        return bool(
            {"missing", "na", "zero", "zeros", "of", "about", "nan", "at", "to", "women", "men"}
            & set(first)
            or (set(first) & (words.SHARE | words.MISSING | words.ZEROS))
        )

    def _shares_of(self, part: Sequence[Token]) -> list[Item]:
        start, end = self._trim(part[0].start, part[-1].end)
        found = SHARED.fullmatch(self.norm, start, end)
        if found is None:
            return []
        value = (found["after"] or found["value"]).strip()
        several = list(
            re.finditer(r"([^\s\d%=:,]+)\s*[=:]?\s*(\d+(?:[.,]\d+)?)\s*%", self.norm[start:end])
        )
        if len(several) > 1 and "".join(m[0] for m in several).replace(" ", "") == self.norm[
            start:end
        ].replace(" ", ""):
            return [
                Item(self.text[start + m.start(1) : start + m.end(1)], start + m.start(1),
                     start + m.end(1), tidy(number_of(m[2]) / 100))
                for m in several
            ]  # fmt: skip
        if (
            self._other_words(value)
            or not re.search(r"[^\d\s.,%~()\[\]-]", value)
            or len(value) > 60
        ):
            return []
        if re.search(r"[<>≤≥±%]|\d\s*-", value) or (
            found["share"] and found["share"].startswith("-")
        ):
            return []
        if re.match(r"(?:between|to|in|out|from)\b", value.lower()):
            return []
        return [self._item(start, end)]

    def take_bare(self, runs: Sequence[Sequence[Token]]) -> bool:
        """Take single words between commas: a known pair, or three and nothing else."""
        texts = [self.text[run[0].start : run[-1].end] for run in runs]
        lowered = frozenset(text.lower() for text in texts)
        pair = len(runs) == 2 and lowered in words.PAIRS
        many = len(runs) > 2 and all(len(run) == 1 for run in runs) and not self.facts.numeric
        many = many and all(re.fullmatch(r"\w[\w+-]*", text) for text in texts)
        if self.items or not (pair or many):
            return False
        self._take([self._item(run[0].start, run[-1].end) for run in runs])
        return True
