"""Reading values: ``F / M``, ``mild < moderate < severe``, ``1 = male``, ``F 45%, M 55%``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_magic import units
from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import Fact, Facts, short
from synth_magic.cell.items import SHARED, Item, Items, number_of
from synth_magic.cell.lex import Token
from synth_magic.cell.scan import Scanner, tidy

_CODE = re.compile(r"(?P<code>-?\d{1,4}|[A-Za-z])\s*[=:]\s*(?P<label>[^\s=].*)", re.DOTALL)
_GLUED = re.compile(r"[^\s/|]+(?:/[^\s/|]+)+")
_RATIO = re.compile(
    r"(?P<names>[^\s/|]+(?:/[^\s/|]+)+)\s+(?P<parts>\d+(?:[.,]\d+)?(?:/\d+(?:[.,]\d+)?)+)\s*%?"
)


class Lists(Items):
    """Finds the lists of values of one line and claims their tokens."""

    def run(self) -> None:
        """Read every list that its form makes one."""
        self._codes()
        self._counts()
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

    def _parts_values(self, token: Token) -> bool:
        """Whether a slash stands between spaces, or is ``|``."""
        before = token.start == 0 or self.norm[token.start - 1].isspace()
        after = token.end >= len(self.norm) or self.norm[token.end].isspace()
        return token.text == "|" or (before and after)

    def _separated(self, part: Sequence[Token], *, glued: bool = False) -> bool:
        """Read ``F / M`` and ``F | M``."""
        cuts = [t for t in part if t.kind == "slash" and (glued or self._parts_values(t))]
        return bool(cuts) and self._cut(part, cuts)

    def _cut(self, part: Sequence[Token], cuts: Sequence[Token]) -> bool:
        start = part[0].start
        label = self._label(part, cuts)
        starts = [label if label is not None else start, *(cut.end for cut in cuts)]
        ends = [*(cut.start for cut in cuts), part[-1].end]
        items = [self._item(*piece) for piece in zip(starts, ends, strict=True)]
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
                if item.text in known or self._folded(item.text, known):
                    name = item.text if item.text in known else self._folded(item.text, known)
                    self._note_share(str(name), item)
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

    def _folded(self, text: str, known: Sequence[str]) -> str | None:
        found = [value for value in known if value.lower() == text.lower()]
        return found[0] if len(found) == 1 else None

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
