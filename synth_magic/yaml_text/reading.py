"""Reading one document, by PyYAML's events, never by its constructors."""

from __future__ import annotations

from typing import Any

import yaml

from synth_magic.errors import Path, SpecError, problem
from synth_magic.yaml_text import mistakes
from synth_magic.yaml_text.places import Loaded, Place
from synth_magic.yaml_text.writing import number


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
        raise SpecError(mistakes.explained(error, text, origin)) from None


def _mark(event: yaml.Event) -> yaml.Mark:
    mark = event.start_mark
    assert isinstance(mark, yaml.Mark)  # noqa: S101 - the pure Python scanner marks every event
    return mark


def _joined(text: str) -> str:
    r"""Join the two halves in which JSON writes an escaped character beyond ``\uffff``.

    A half alone is no character, and no file could hold it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


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
            self._fail(
                event,
                f"{what}, which is not read here",
                mistakes.in_quotes(self.text, _mark(event).index),
            )
        if getattr(event, "tag", None) is not None:
            what = "A word that begins with ! is a tag in YAML, which is not read here"
            self._fail(event, what, mistakes.in_quotes(self.text, _mark(event).index))

    def _scalar(self, event: yaml.ScalarEvent, path: Path, after: int | None) -> Any:
        text: str = event.value
        if event.style is not None:
            return _joined(text)
        if text in ("", "~", "null"):
            self.texts[path] = text
            return None
        found = number(text)
        if found is not None:
            self.texts[path] = text
            return found
        glued = mistakes.glued(text.split(" ", maxsplit=1)[0])
        if glued and after is not None and _mark(event).line > after:
            self._fail(event, *glued)
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
            key = _joined(event.value)
            if key in found:
                what = f"`{mistakes.short(key)}` is said twice in the same place"
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
        glued = mistakes.glued(key.value) if key.style is None else None
        if glued:
            self._fail(key, *glued)
        mend = f"Write `{mistakes.short(key.value)}: …`; a plain list stands in [ ]"
        self._fail(key, f"`{mistakes.short(key.value)}` has no value here", mend)
