"""Cutting a cell into prose and blocks, and a block into its entries.

Nothing here knows what an entry says; everything here knows where it stands.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synth_magic.errors import Problem, SpecError, problem

MAX_CHARS = 1_000_000
MAX_LINES = 50_000
MAX_ENTRIES = 2_000
LISTS = ("columns", "effects", "rules", "missing", "targets")
SCALARS = ("table", "population", "rows", "seed", "version", "sampler")
KEYS = (*LISTS, *SCALARS)
_ALIASES = {
    "variables": "columns", "variable": "columns", "vars": "columns", "fields": "columns",
    "cols": "columns", "features": "columns", "column": "columns", "spalten": "columns",
    "colonnes": "columns", "constraints": "rules", "constraint": "rules", "rule": "rules",
    "effect": "effects", "missingness": "missing", "missings": "missing", "target": "targets",
    "tables": "table", "description": "population",
}  # fmt: skip
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_KEY = re.compile(r"([^\W\d]\w*)[ \t\u00a0]*:(?P<rest>(?:[ \t\u00a0].*)?)$")
_NAME = re.compile(
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|`(?P<tick>[^`]*)`|[“”„](?P<smart>[^“”]*)[“”]"""
    r"""|(?P<plain>[^:：]*?))\s*[:：]""",
    re.DOTALL,
)
_BLUEPRINT = re.compile(r"^version[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the cell: where it starts, its text without indentation, that indentation."""

    start: int
    text: str
    indent: int

    @property
    def blank(self) -> bool:
        """Whether nothing, or only a comment, stands on it."""
        return not self.text or self.text.startswith("#")

    @property
    def end(self) -> int:
        """Where its text ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Block:
    """A key, what stands behind it on its line, and the lines below."""

    key: str
    start: int
    rest: str
    rest_start: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a block: its first line's text and the deeper lines that follow.

    `dashed` says whether it began with ``- ``; `start` is the position of
    `text`, behind the dash.
    """

    start: int
    text: str
    more: tuple[Line, ...]
    dashed: bool
    indent: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The prose (text and its lines) and the blocks of a cell."""

    prose: str
    prose_start: int
    blocks: tuple[Block, ...]


def is_blueprint(text: str) -> bool:
    """Whether a cell is a whole Blueprint: ``version:`` on a line, no prose before it."""
    if _BLUEPRINT.search(text) is None:
        return False
    for line in lines_of(text):
        if line.blank or line.text == "---":
            continue
        found = _KEY.match(line.text)
        return found is not None and found[1] in KEYS
    return False


def check_size(text: str) -> None:
    """Refuse a cell that is larger than any description."""
    if len(text) > MAX_CHARS:
        raise SpecError(problem(
            (), f"This cell has {len(text):,} characters; at most {MAX_CHARS:,} are read",
            "Leave out what is not part of the description", offset=0,
        ))  # fmt: skip
    count = text.count("\n") + text.count("\r")
    if count > 2 * MAX_LINES:
        raise SpecError(problem(
            (), f"This cell has more than {MAX_LINES:,} lines",
            "Leave out what is not part of the description", offset=0,
        ))  # fmt: skip


def lines_of(text: str) -> Iterator[Line]:
    """Cut into lines, whatever ends them; a tab indents to the next fourth column."""
    for match in _LINE.finditer(text):
        if match.start() == match.end():
            continue
        whole = match[0].rstrip("\r\n")
        body = whole.lstrip(" \t\u00a0\ufeff\u2009\u202f")
        margin = whole[: len(whole) - len(body)].replace("\ufeff", "")
        yield Line(match.start() + len(whole) - len(body), body.rstrip(), len(margin.expandtabs(4)))


def split(text: str) -> Parts:
    """Cut a cell into its prose and its blocks.

    Raises
    ------
    SpecError
        With the offset in `text`: a key that is not known, text behind the blocks.
    """
    lines = list(lines_of(text))
    base = min((line.indent for line in lines if line.text), default=0)
    first = next((at for at, line in enumerate(lines) if _opens(line, base)), len(lines))
    for at, line in enumerate(lines[:first]):
        _refuse_near_key(line, base, lines[at + 1 :])
    prose_end = lines[first].start if first < len(lines) else len(text)
    body = text[:prose_end].lstrip(" \t\r\n\u00a0\ufeff")
    start = prose_end - len(body)
    return Parts(body.rstrip(), start, tuple(_blocks(lines[first:], base)))


def _opens(line: Line, base: int) -> bool:
    """Whether a line of prose is the first block's."""
    found = _KEY.match(line.text) if line.indent == base else None
    if found is None:
        return False
    key, rest = found[1], found["rest"].strip()
    if key in ("columns", "effects", "rules", "missing", "targets", "version", "sampler"):
        return True
    if key.lower() in LISTS:
        return not rest
    if key == "rows":
        return bool(re.fullmatch(r"[\d_., ]+", rest))
    if key == "table":
        return bool(re.fullmatch(r"[^\W\d]\w*", rest))
    return key in ("population", "seed")


def _refuse_near_key(line: Line, base: int, after: Sequence[Line]) -> None:
    """Say so where prose holds ``colums:`` alone on its line: a block was meant."""
    found = _KEY.match(line.text) if line.indent == base else None
    if found is None or found["rest"].strip():
        return
    following = next((other for other in after if other.text), None)
    near = nearest_key(found[1])
    if near and following is not None and (following.indent > base or ":" in following.text):
        raise SpecError(_unknown(found[1], near, line.start))


def nearest_key(word: str) -> str | None:
    """Find the block that a misspelt or foreign word means; None when it is no near one."""
    lowered = word.lower()
    if lowered in KEYS:
        return lowered
    if lowered in _ALIASES:
        return _ALIASES[lowered]
    found = difflib.get_close_matches(lowered, KEYS, 1, 0.75)
    return found[0] if found else None


def _unknown(word: str, near: str | None, at: int) -> Problem:
    what = f"There is no block called {word[:40]}:"
    mend = f"Write {near}:" if near else f"The blocks are {', '.join(LISTS[:4])}"
    return problem((word[:40],), what, mend, offset=at)


def _blocks(lines: Sequence[Line], base: int) -> Iterator[Block]:
    """Cut the lines from the first key on into blocks."""
    head: tuple[str, int, str, int] | None = None
    body: list[Line] = []
    seen: set[str] = set()
    for line in lines:
        found = _KEY.match(line.text) if line.indent == base else None
        key = found[1] if found else ""
        if found and key not in KEYS and key.lower() in LISTS and not found["rest"].strip():
            key = key.lower()
        if found and key in KEYS:
            if head is not None:
                yield Block(*head, tuple(body))
            if key in seen:
                what = f"The block {key}: stands here twice"
                mend = "Put all of it under one of the two"
                raise SpecError(problem((key,), what, mend, offset=line.start))
            seen.add(key)
            rest = found["rest"]
            head = (key, line.start, rest.strip(), line.end - len(rest.lstrip()))
            body = []
            continue
        assert head is not None  # noqa: S101 - the first line opens a block
        if line.indent == base and not line.blank and not line.text.startswith("-"):
            _check_unindented(line, head[0], found[1] if found else None, body, base)
        body.append(line)
    if head is not None:
        yield Block(*head, tuple(body))


def _check_unindented(
    line: Line, block: str, word: str | None, body: Sequence[Line], base: int
) -> None:
    """Let entries of columns and missing stand unindented; refuse other text in their place."""
    empty = word is not None and line.text.rstrip().endswith(":")
    near = nearest_key(word) if word else None
    if empty and near:
        raise SpecError(_unknown(str(word), near, line.start))
    if block == "targets":  # a table is pasted as it stands
        return
    alone = all(other.blank or other.indent == base for other in body)
    if block in ("columns", "missing") and alone and (":" in line.text or not body):
        return
    if block in ("rules", "effects") and alone and not empty:
        return
    if word is not None:
        raise SpecError(_unknown(word, near, line.start))
    raise SpecError(problem(
        (), f"This line stands behind the block {block}: but is no part of it",
        "Indent it like the lines above, or put prose before the first block", offset=line.start,
    ))  # fmt: skip


def entries(block: Block) -> list[Entry]:
    """Cut a block into entries: a line and the deeper lines that belong to it.

    Raises
    ------
    SpecError
        When there are more than `MAX_ENTRIES`.
    """
    found: list[Entry] = []
    more: list[Line] = []
    level: int | None = None
    for line in block.lines:
        if line.blank:
            if more or found:
                more.append(line)
            continue
        level = line.indent if level is None else level
        if line.indent > level:
            more.append(line)
            continue
        if found:
            found[-1] = _with(found[-1], more)
        more = []
        found.append(_entry(line))
        if len(found) > MAX_ENTRIES:
            raise SpecError(problem(
                (block.key,), f"There are more than {MAX_ENTRIES:,} entries under {block.key}:",
                "Describe fewer columns", offset=line.start,
            ))  # fmt: skip
    if found:
        found[-1] = _with(found[-1], more)
    return found


def _entry(line: Line) -> Entry:
    dash = re.match(r"[-–•*][ \t\u00a0]+|-$", line.text)
    used = dash.end() if dash and line.text != "*" else 0
    return Entry(line.start + used, line.text[used:], (), bool(used), line.indent)


def _with(entry: Entry, more: Sequence[Line]) -> Entry:
    more = list(more)
    while more and more[-1].blank:
        more.pop()
    return Entry(entry.start, entry.text, tuple(more), entry.dashed, entry.indent)


def name_of(text: str) -> tuple[str, int] | None:
    """Read a name and its colon; None where there is no colon.

    Returns
    -------
    name, used
        The name without its quotes, and how many characters it takes with the colon.
    """
    found = _NAME.match(text)
    if found is None:
        return None
    quoted = [found[kind] for kind in ("double", "single", "tick", "smart")]
    name = next((part for part in quoted if part is not None), found["plain"])
    return (name or "").strip(), found.end()
