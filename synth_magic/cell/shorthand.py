"""One line of facts, in the words people use, to a Column.

    age: years, 30-85            retinopathy: yes/no, 22%
    sbp: 135 ± 18 mmHg           severity: mild < moderate < severe

The line is no YAML.  Whatever is not understood becomes the description.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from synth_magic.blueprint.model import Column, Missing
from synth_magic.cell import column, lex
from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import Facts
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
    lists.settle_divided()
    free = _free(lists, scanner)
    unread = tuple(said for said, _, _ in free if said)
    facts.free = [(start, end) for said, start, end in free if said]
    return column.settle(name, facts, lists.items, unread)


def _free(lists: Lists, scanner: Scanner) -> list[tuple[str, int, int]]:
    """Group the free tokens by segment; take those that are values after all."""
    tokens, text = scanner.tokens, scanner.text
    by_segment: dict[int, list[int]] = {}
    for at in scanner.free:
        by_segment.setdefault(tokens[at].segment, []).append(at)
    sizes = Counter(token.segment for token in tokens if token.kind != "sep")
    whole = {
        segment: [tokens[at] for at in places]
        for segment, places in by_segment.items()
        if len(places) == sizes[segment]
    }
    taken: set[int] = set()
    for segment, part in whole.items():
        if len(part) == 1 and _lone_number(part[0], lists):
            taken.add(segment)
    whole = {segment: part for segment, part in whole.items() if segment not in taken}
    runs: list[list[int]] = []
    for segment in sorted(whole):
        if runs and runs[-1][-1] == segment - 1:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    for run in runs:
        if (len(run) > 1 and lists.take_bare([whole[segment] for segment in run])) or (
            len(run) == 1 and lists.take_or(whole[run[0]])
        ):
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
            said = " ".join(text[start:end] for start, end in pieces)
            found.append((" ".join(said.split()), pieces[0][0], pieces[-1][1]))
    for quotient in lists.quotients:
        start, end = quotient[0].start, quotient[-1].end
        found.append((" ".join(text[start:end].split()), start, end))
    return [(_clean(said), start, end) for said, start, end in sorted(found, key=lambda f: f[1])]


_DATE_NAME = re.compile(r"(?:^|[\W_])(?:date|day|datum|since|when)(?:$|[\W_\d])", re.IGNORECASE)


def _lone_number(token: lex.Token, lists: Lists) -> bool:
    """Take a number alone in its part: ``yes/no, 0.22`` or ``order_date: 2023``."""
    facts, kind = lists.facts, lists.facts.get("type")
    if token.kind != "num" or token.value is None:
        return False
    lowered = frozenset(item.text.lower() for item in lists.items)
    two = lowered in (*words.BOOLEANS, {"0", "1"}) or (kind == "boolean" and not lists.items)
    if two and 0 <= token.value <= 1:
        facts.add("share", float(token.value), token.start, token.end)
        return True
    moment = lex.year(token.value)
    dated = kind in ("date", "datetime") or (kind is None and _DATE_NAME.search(facts.name))
    if moment is None or not dated or {"low", "high"} & set(facts.said) or lists.items:
        return False
    facts.add("low", moment.first, token.start, token.end)
    facts.add("high", moment.last, token.start, token.end)
    return True


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


def _clean(said: str) -> str:
    """Drop what only held facts together: brackets, "with", "in", signs."""
    if re.fullmatch(_FILLER, said) and not re.search(r"\w{1,}.*\w", said.replace(" ", "")):
        return ""
    if _FILLER.fullmatch(said):
        return ""
    before = None
    while before != said:
        before = said
        if said[:1] in "([{" and said[-1:] in ")]}" and _matched(said):
            said = said[1:-1].strip()
        opened = sum(said.count(sign) for sign in "([{")
        closed = sum(said.count(sign) for sign in ")]}")
        if opened > closed:
            said = re.sub(r"^[(\[{]\s*|\s*[(\[{]$", "", said)
        elif closed > opened:
            said = re.sub(r"^[)\]}]\s*|\s*[)\]}]$", "", said)
        said = re.sub(r"^[\s=:,;]+|[\s=:,;(]+$", "", said)
        said = re.sub(r"\s*[(\[{]\s*[)\]}]", "", said)
    return said


def _matched(said: str) -> bool:
    depth = 0
    for at, sign in enumerate(said):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and at < len(said) - 1:
            return False
    return depth == 0
