"""Saying in the user's own lines what an error's paths mean."""

from __future__ import annotations

from itertools import zip_longest

from synth_magic import keys, safe_text
from synth_magic.errors import Problem, SynthDataError

_LISTED = 5
_WIDTH = 72


def explain(error: SynthDataError, text: str = "", *, above: int = 0) -> tuple[str, ...]:
    """Say in short lines what is wrong, where in the user's own text, and how to mend it.

    Parameters
    ----------
    error
        What was raised.
    text
        The text that its places count in.
    above
        Lines that stand above it where the user sees it: 1 for the magic's own.

    Returns
    -------
    tuple
        Two lines for one problem; a line more for each further one, at most
        five in all, and a last line that counts the rest.
    """
    said = [
        _located(found, place, text, above)
        for found, place in zip_longest(error.problems, error.places[: len(error.problems)])
    ]
    lines = [said[0], error.problems[0].mend or "Change it there and run it again"]
    lines += [f"Also: {line}" for line in said[1:_LISTED]]
    if len(said) > _LISTED:
        lines.append(f"… and {len(said) - _LISTED} more")
    return tuple(keys.masked(" ".join(line.split("\n"))) for line in lines)


def _located(found: Problem, place: object, text: str, above: int) -> str:
    if place is None:
        return found.what
    line, column = int(getattr(place, "line", 1)), int(getattr(place, "column", 1))
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return f"Line {line + above}, column {column}: {found.what}"
    own = safe_text.line(lines[line - 1].strip())
    own = own if len(own) <= _WIDTH else own[: _WIDTH - 1] + "…"
    return f"Line {line + above}, column {column}, in `{own}`: {found.what}"
