"""Text that remembers where in the cell each of its characters was typed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from synth_magic.blueprint.request import Span


@dataclass(frozen=True, slots=True)
class Traced:
    """A text made of pieces of another one.

    Parameters
    ----------
    text
        The made text.
    pieces
        Triples (start in `text`, start in the source, whether characters were
        copied one for one), in order.
    """

    text: str
    pieces: tuple[tuple[int, int, bool], ...] = ()

    def source(self, offset: int) -> int:
        """Where the character at `offset` came from."""
        at = bisect_right(self.pieces, (offset, 1 << 62, True)) - 1
        if at < 0:
            return offset
        start, source, copied = self.pieces[at]
        return source + (offset - start if copied else 0)


class Tracer:
    """Builds a `Traced` piece by piece."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[tuple[int, int, bool]] = []
        self._length = 0

    def add(self, text: str, source: int, *, copied: bool = True) -> None:
        """Append `text`, which stands for what is at `source`."""
        self._pieces.append((self._length, source, copied))
        self._parts.append(text)
        self._length += len(text)

    def done(self) -> Traced:
        """Give the text made so far."""
        return Traced("".join(self._parts), tuple(self._pieces))


class Places:
    """Looks up many positions of one text quickly."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        at = 0
        while at < len(text):
            sign = text[at]
            if sign == "\r" or sign == "\n":
                at += 2 if text.startswith("\r\n", at) else 1
                self._starts.append(at)
            else:
                ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
                at = min(ends, default=len(text))

    def span(self, offset: int, length: int = 1) -> Span:
        """Line and column of `offset`."""
        line = bisect_right(self._starts, offset)
        return Span(line, offset - self._starts[line - 1] + 1, max(1, length))

    def offset(self, span: Span) -> int:
        """Position of a span's begin."""
        return self._starts[min(span.line, len(self._starts)) - 1] + span.column - 1
