"""One line of facts, in the words people use, to a Column.

    age: years, 30-85            retinopathy: yes/no, 22%
    sbp: 135 ± 18 mmHg           severity: mild < moderate < severe

The line is no YAML.  Whatever is not understood becomes the description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from synth_magic.blueprint.model import Column, Missing
from synth_magic.cell import column, lex
from synth_magic.cell.facts import Fact, Facts
from synth_magic.cell.lists import Lists
from synth_magic.cell.scan import Scanner


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says.

    Parameters
    ----------
    column
        The column, open where nothing is said.
    missing
        Its share of missing values, where said.
    rules
        What a strict bound adds: ``crp > 0``.
    unread
        Words that were not understood, part by part.
    as_unit
        The other reading of ``A/B``, a unit instead of two values.
    spans
        Field to its place (start, end) in the line.
    """

    column: Column
    missing: Missing | None = None
    rules: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    as_unit: Column | None = None
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def read(name: str, text: str) -> Line:
    """Read what stands behind ``name:``.

    Raises
    ------
    SpecError
        With the path of the field and the offset in `text` of the word that
        contradicts another or cannot be.
    """
    facts = Facts(name)
    if len(text) > lex.MAX_LINE:
        facts.fail(
            "",
            f"{name}: this line has {len(text):,} characters; at most {lex.MAX_LINE:,} are read",
            "Say less here, and the rest in the prose",
            0,
        )
    norm = lex.normal(text)
    tokens = lex.lex(norm)
    lists = Lists(text, norm, tokens, facts)
    lists.run()
    scanner = Scanner(text, tokens, facts, lists.claimed)
    scanner.run()
    free = _free(lists, scanner)
    unread = tuple(words for words, _, _ in free if words)
    facts.free = [(start, end) for words, start, end in free if words]
    return column.settle(name, facts, lists.items, unread)


def _free(lists: Lists, scanner: Scanner) -> list[tuple[str, int, int]]:
    """Group the free tokens by segment; take those that are values after all."""
    tokens, text = scanner.tokens, scanner.text
    by_segment: dict[int, list[int]] = {}
    for at in scanner.free:
        by_segment.setdefault(tokens[at].segment, []).append(at)
    whole = {
        segment: [tokens[at] for at in places]
        for segment, places in by_segment.items()
        if len(places) == sum(
            1 for token in tokens if token.segment == segment and token.kind != "sep"
        )
    }  # fmt: skip
    taken: set[int] = set()
    runs: list[list[int]] = []
    for segment in sorted(whole):
        if runs and runs[-1][-1] == segment - 1:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    for run in runs:
        if len(run) > 1 and lists.take_bare([whole[segment] for segment in run]):
            taken.update(run)
        elif len(run) == 1 and lists.take_or(whole[run[0]]):
            taken.update(run)
    if lists.glued is not None and not scanner.facts.numeric and not scanner.facts.any:
        segment = lists.glued[0][0].segment
        if segment in whole:
            lists.take_glued()
            taken.add(segment)
    found = []
    for segment in sorted(by_segment):
        if segment not in taken:
            pieces = _pieces(by_segment[segment], scanner)
            words = " ".join(text[start:end] for start, end in pieces)
            found.append((" ".join(words.split()), pieces[0][0], pieces[-1][1]))
    return [(_clean(words), start, end) for words, start, end in found]




def _pieces(places: list[int], scanner: Scanner) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    last = -2
    for at in places:
        token = scanner.tokens[at]
        if at == last + 1:
            pieces[-1] = (pieces[-1][0], token.end)
        else:
            pieces.append((token.start, token.end))
        last = at
    return pieces



_FILLER = re.compile(
    r"(?:\W|\b(?:in|of|and|with|from|about|is|are|the|a|by|as|et|de|und|von|each|be|at)\b)*",
    re.IGNORECASE,
)


def _clean(words: str) -> str:
    """Drop what only held facts together: brackets, "with", "in", signs."""
    if re.fullmatch(_FILLER, words) and not re.search(r"\w{1,}.*\w", words.replace(" ", "")):
        return ""
    if _FILLER.fullmatch(words):
        return ""
    before = None
    while before != words:
        before = words
        if words[:1] in "([{" and words[-1:] in ")]}" and _matched(words):
            words = words[1:-1].strip()
        opened = sum(words.count(sign) for sign in "([{")
        closed = sum(words.count(sign) for sign in ")]}")
        if opened > closed:
            words = re.sub(r"^[(\[{]\s*|\s*[(\[{]$", "", words)
        elif closed > opened:
            words = re.sub(r"^[)\]}]\s*|\s*[)\]}]$", "", words)
        words = re.sub(r"^[\s=:,;]+|[\s=:,;(]+$", "", words)
        words = re.sub(r"\s*[(\[{]\s*[)\]}]", "", words)
    return words


def _matched(words: str) -> bool:
    depth = 0
    for at, sign in enumerate(words):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and at < len(words) - 1:
            return False
    return depth == 0


__all__ = ["Fact", "Line", "read"]
