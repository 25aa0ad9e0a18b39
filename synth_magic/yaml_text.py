"""Reading and writing YAML safely, with positions, and so that text stays text.

What differs from plain YAML, and why:

- ``yes``, ``no``, ``on``, ``off``, ``true``, ``false``, dates, times (``12:30``),
  octal and grouped numbers (``010``, ``1_000``) stay text: a category may be
  called NO.  A field that wants a boolean converts the text itself.
- Only plain decimal numbers are numbers (``-3``, ``0.5``, ``.5``, ``1e5``); only an
  empty value, ``null`` and ``~`` are None.  Whatever stands in quotes is text.
- Keys are always text, as written; a field that wants numbers converts them.
  `Loaded.texts` keeps what was typed for each number and null, so that a
  value ``1.10`` can be a category's name.
- Tags, anchors, aliases, further documents and duplicate keys are errors, and
  size, depth and the number of nodes are bounded: nothing that a cell or a
  file holds makes the reader build objects or run for long.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from synth_magic.errors import Path, SpecError, problem

Place = tuple[int, int]

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*|(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.)"
                     r"(?:[eE][-+]?[0-9]{1,3})?")  # fmt: skip
_WHOLE = re.compile(r"[-+]?[0-9]+")
_GLUED = re.compile(r"(?P<key>[^\W\d][\w ./-]*):(?P<rest>[^\s/:].*)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a YAML text says, and where it says it.

    Parameters
    ----------
    data
        dict, list, str, int, float or None, nested.
    marks
        Path to (line, column), both from 1, of each value.
    keys
        Path to (line, column) of the key under which a value stands.
    texts
        Path to the text as typed, for plain numbers and nulls.
    """

    data: Any
    marks: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)
    texts: Mapping[Path, str] = field(default_factory=dict)

    def place(self, path: Path) -> Place | None:
        """Line and column of `path`, or of the nearest part that contains it."""
        for end in range(len(path), -1, -1):
            found = self.keys.get(path[:end]) or self.marks.get(path[:end])
            if found is not None:
                return found
        return None


def number(text: str) -> int | float | None:
    """Read a plain decimal number; None when `text` is none (``010``, ``1_000``, ``.inf``)."""
    if len(text) > 40 or _NUMBER.fullmatch(text) is None:
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    value = float(text)
    return value if math.isfinite(value) else None


def offset_of(text: str, place: Place) -> int:
    """Position in characters of (line, column), both from 1, within `text`."""
    lines = text.splitlines(keepends=True)[: place[0] - 1]
    return sum(map(len, lines)) + place[1] - 1


def place_of(text: str, offset: int) -> Place:
    """Line and column, both from 1, of a position in `text`."""
    lines = (text[:offset] + "x").splitlines()
    return len(lines), len(lines[-1])


# Reading ------------------------------------------------------------------------


def load(
    text: str,
    *,
    origin: Path = (),
    max_chars: int = 2_000_000,
    max_depth: int = 20,
    max_nodes: int = 200_000,
) -> Loaded:
    """Read one YAML document.

    Parameters
    ----------
    text
        The document, or the part of one that stands at `origin`.
    origin
        Path that all paths of the result and of problems begin with.
    max_chars, max_depth, max_nodes
        Bounds on the text's length, on nesting, and on the number of values.

    Raises
    ------
    SpecError
        With path `origin` and the offset in `text` where reading stopped.
    """
    if len(text) > max_chars:
        raise SpecError(
            problem(
                origin,
                f"This text has {len(text):,} characters; at most {max_chars:,} are read",
                "Leave out what is not part of the description",
            )
        )
    try:
        # PyYAML ends a text at the first NUL; a noncharacter is refused instead.
        loader = yaml.SafeLoader(text.replace("\x00", "\ufffe"))
        return _Reader(loader, text, origin, max_depth, max_nodes).document()
    except yaml.YAMLError as error:
        raise SpecError(_explained(error, text, origin)) from None


def _mark(event: yaml.Event) -> yaml.Mark:
    mark = event.start_mark
    assert isinstance(mark, yaml.Mark)  # noqa: S101 - the pure Python scanner marks every event
    return mark


def _place(event: yaml.Event) -> Place:
    mark = _mark(event)
    return mark.line + 1, mark.column + 1


class _Reader:
    """Builds values from PyYAML's events; never from its constructors."""

    def __init__(
        self, loader: yaml.SafeLoader, text: str, origin: Path, max_depth: int, max_nodes: int
    ) -> None:
        self.loader, self.text, self.origin = loader, text, origin
        self.max_depth, self.left = max_depth, max_nodes
        self.marks: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.texts: dict[Path, str] = {}

    def document(self) -> Loaded:
        self._next()  # start of the stream
        data = None
        if isinstance(self._next(), yaml.DocumentStartEvent):
            data = self._value(self._next(), self.origin, 1)
            self._next()  # end of the document
            more = self._next()
            if isinstance(more, yaml.DocumentStartEvent):
                self._fail(more, "A second document begins here (---)", "Write one document only")
        return Loaded(data, self.marks, self.keys, self.texts)

    def _next(self) -> yaml.Event:
        event: yaml.Event = self.loader.get_event()  # type: ignore[no-untyped-call]
        return event

    def _fail(self, event: yaml.Event, what: str, mend: str) -> None:
        raise SpecError(problem(self.origin, what, mend, offset=_mark(event).index))

    def _value(self, event: yaml.Event, path: Path, depth: int, after: int | None = None) -> Any:
        """Build the value that `event` begins; `after` is the line of its key."""
        self.left -= 1
        if self.left < 0:
            self._fail(event, "There is too much in this text", "Leave out what is not needed")
        if depth > self.max_depth:
            self._fail(event, f"Nested more than {self.max_depth} deep", "Write it flatter")
        self._plain_only(event)
        self.marks[path] = _place(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path, after)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth)
        return self._mapping(event, path, depth)

    def _plain_only(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            what = f"A word that begins with {sign} refers to another place in YAML"
            self._fail(event, f"{what}, which is not read here", _quotes(self.text, event))
        if getattr(event, "tag", None) is not None:
            what = "A word that begins with ! is a tag in YAML, which is not read here"
            self._fail(event, what, _quotes(self.text, event))

    def _scalar(self, event: yaml.ScalarEvent, path: Path, after: int | None) -> Any:
        text: str = event.value
        if event.style is not None:
            return text
        if text in ("", "~", "null"):
            self.texts[path] = text
            return None
        found = number(text)
        if found is not None:
            self.texts[path] = text
            return found
        glued = _GLUED.fullmatch(text.split(" ", maxsplit=1)[0])
        if glued and after is not None and _mark(event).line > after:
            self._fail(event, *_glued(glued))
        return text

    def _list(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, start: yaml.Event, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            self._plain_only(event)
            if not isinstance(event, yaml.ScalarEvent):
                what = "A list or mapping stands where a name should"
                self._fail(event, what, "Write `name: value`, the name as plain text")
                continue
            key: str = event.value
            if key in found:
                what = f"`{_short(key)}` is said twice in the same place"
                self._fail(event, what, "Keep one of the two")
            if key == "" and event.style is None:
                self._fail(event, "There is no name before this colon", "Write `name: value`")
            inner = (*path, key)
            self.keys[inner] = _place(event)
            value = self._next()
            if getattr(start, "flow_style", False):
                self._said(event, value)
            found[key] = self._value(value, inner, depth + 1, _mark(event).line)
        return found

    def _said(self, key: yaml.ScalarEvent, value: yaml.Event) -> None:
        """Refuse a name without a value within braces: ``{mean:62}``, ``{F, M}``."""
        if not isinstance(value, yaml.ScalarEvent) or value.style is not None or value.value != "":
            return
        glued = _GLUED.fullmatch(key.value) if key.style is None else None
        if glued:
            self._fail(key, *_glued(glued))
        mend = f"Write `{_short(key.value)}: …`; a plain list stands in [ ]"
        self._fail(key, f"`{_short(key.value)}` has no value here", mend)


# Explaining what YAML itself refuses ----------------------------------------------


def _short(text: str, limit: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _glued(match: re.Match[str]) -> tuple[str, str]:
    key, rest = match["key"].strip(), match["rest"].strip()
    what = f"A space is missing after the colon in `{_short(match.group())}`"
    return what, f"Write `{_short(key)}: {_short(rest)}`"


def _line(text: str, index: int) -> str:
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    return text[start:].splitlines()[0] if text[start:].splitlines() else ""


def _quotes(text: str, event: yaml.Event | None = None, index: int = 0) -> str:
    """Advise quotes around the rest of the line."""
    index = index if event is None else _mark(event).index
    rest = re.split(r"\s#|[,}\]]\s*$", _line(text[index:], 0).strip())[0].strip()
    return f"Put the text in quotes: {quoted(_short(rest))}"


def _explained(error: yaml.YAMLError, text: str, origin: Path) -> Any:
    """Say in plain words what PyYAML found."""
    if not isinstance(error, yaml.MarkedYAMLError):
        index = int(getattr(error, "position", 0))
        what = "A character that cannot be printed stands here"
        return problem(origin, what, "Delete it", offset=index)
    mark = error.problem_mark or error.context_mark
    at = mark.index if mark is not None else 0
    begun = error.context_mark.index if error.context_mark is not None else at
    said, within = error.problem or "", error.context or ""
    line = _line(text, at)
    before = text[:at].rsplit("\n", 1)[-1]
    for index in (begun, at):
        glued = _GLUED.fullmatch(re.sub(r"^\s*(- )?", "", _line(text, index)).split(" #")[0])
        if glued and "could not find expected ':'" in said:
            return problem(origin, *_glued(glued), offset=begun)
    if "'\\t'" in said or (not before.strip() and "\t" in before):
        return problem(
            origin,
            "A tab stands here, and YAML does not take tabs before a word",
            "Write spaces instead of the tab",
            offset=at,
        )
    if "flow" in within:
        opened = text[begun] if begun < len(text) else "{"
        closing = {"{": "}", "[": "]"}.get(opened, "}")
        return problem(
            origin,
            f"The {opened} that opens here is not closed, or a comma is missing in it",
            f"Put a comma between its parts and {closing} at its end",
            offset=begun,
        )
    if "quoted scalar" in within and "end of stream" in said:
        return problem(
            origin,
            "The quotes that open here are not closed",
            f"Write {text[begun]} at the end of the text too",
            offset=begun,
        )
    if "double-quoted" in within:
        what = "A backslash within double quotes begins a special character"
        return problem(
            origin, what, "Write \\\\ for one backslash, or use single quotes", offset=at
        )
    if "cannot start any token" in said or "anchor" in within or "alias" in within:
        sign = text[begun] if within and begun < len(text) else text[at : at + 1]
        what = f"Text that begins with {sign} has a meaning of its own in YAML"
        where = begun if ("anchor" in within or "alias" in within) else at
        return problem(origin, what, _quotes(text, index=where), offset=where)
    if "block scalar" in within or "tag" in within or "directive" in within:
        what = f"Text that begins with {text[begun : begun + 1]} has a meaning of its own in YAML"
        return problem(origin, what, _quotes(text, index=begun), offset=begun)
    if "mapping values are not allowed" in said and re.search(r":\s", before):
        value = before.split(": ", 1)[1] + line[len(before) :]
        what = "A second colon stands on this line, so it is not clear what belongs together"
        return problem(
            origin, what, f"Put the text in quotes: {quoted(_short(value.strip()))}", offset=at
        )
    if "could not find expected ':'" in said:
        what = f"`{_short(_line(text, begun).strip())}` has no colon, so it says nothing"
        return problem(origin, what, "Write `name: value`", offset=begun)
    if "end of stream" in said or "document" in said + within:
        return problem(origin, "The text ends too early here", "Complete the line", offset=at)
    first = len(before) == len(before) - len(before.lstrip()) or before.lstrip() in ("", "-", "- ")
    if first or "mapping values are not allowed" in said:
        what = "This line is indented otherwise than the lines it belongs to"
        return problem(
            origin, what, "Let lines that belong together begin in one column", offset=at
        )
    what = f"`{_short(line[len(before) :].strip())}` does not belong to what stands before it"
    return problem(origin, what, "Put the whole text in quotes, or a new line before it", offset=at)


# Writing ------------------------------------------------------------------------

_FIRST = re.compile(r"[^\W_]|[_(./<=+$^;°]")
_SPECIAL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def quoted(text: str) -> str:
    """Put text in double quotes, so that any YAML or JSON reader gives it back."""
    inner = json.dumps(text, ensure_ascii=False)
    return _SPECIAL.sub(lambda sign: f"\\u{ord(sign.group()):04x}", inner)


def scalar(value: str | float | None, *, flow: bool = False) -> str:
    """Write one value; text in quotes only where it would be read as something else.

    Parameters
    ----------
    value
        Text, number or None.
    flow
        Whether it will stand within ``{ }`` or ``[ ]``.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        whole = float(value).is_integer() and abs(value) < 1e16
        return str(int(value)) if whole else repr(float(value))
    text = value not in ("null", "~") and number(value) is None
    return value if text and _plain(value, flow=flow) else quoted(value)


def _plain(value: str, *, flow: bool) -> bool:
    return bool(
        _FIRST.match(value)
        and not _SPECIAL.search(value)
        and not value[-1].isspace()
        and not re.search(r":(\s|$)|\s#", value)
        and not (flow and re.search(r"[,?\[\]{}]|:[^\w]", value))
    )


def written_key(key: str | float) -> str:
    """Write a key; the reader takes every key as text, so ``1`` and ``null`` need no quotes."""
    if not isinstance(key, str):
        return scalar(key)
    return key if _plain(key, flow=True) else quoted(key)


def inline(data: Any) -> str:
    """Write data on one line: ``{normal: {mean: 62, sd: 11}, source: model}``."""
    if isinstance(data, Mapping):
        parts = (f"{written_key(key)}: {inline(value)}" for key, value in data.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ", ".join(inline(item) for item in data) + "]"
    return scalar(data, flow=True)


def block(data: Mapping[str, Any], indent: int = 0) -> Iterator[str]:
    """Write a mapping one key a line, each value inline; yields lines without their end."""
    for key, value in data.items():
        head = f"{' ' * indent}{written_key(key)}: "
        if isinstance(value, str) and _literal(value):
            yield head + "|-"
            for line in value.split("\n"):
                yield f"{' ' * (indent + 2)}{line}" if line else ""
        elif isinstance(value, (Mapping, list, tuple)):
            yield head + inline(value)
        else:
            yield head + scalar(value)


def _literal(text: str) -> bool:
    """Whether text of several lines can stand as it is, below a ``|-``."""
    lines = text.split("\n")
    plain = not any(_SPECIAL.search(line) for line in lines)
    return len(lines) > 1 and plain and all((lines[0].strip(), lines[-1].strip())) and (
        not lines[0][0].isspace() and not any(line.isspace() for line in lines)
    )  # fmt: skip
