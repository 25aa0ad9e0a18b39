"""Saying in the user's own lines what an error's paths mean."""

from __future__ import annotations

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
        The text that its spans count in.
    above
        Lines that stand above it where the user sees it: 1 for the magic's own.

    Returns
    -------
    tuple
        Two lines for one problem; a line more for each further one, at most
        five in all, and a last line that counts the rest.
    """
    first, *others = error.problems
    mend = first.mend or "Change it there and run it again"
    lines = [_located(first, error, text, above), mend]
    lines += [f"Also: {_located(other, error, text, above)}" for other in others[: _LISTED - 1]]
    if len(error.problems) > _LISTED:
        lines.append(f"… and {len(error.problems) - _LISTED} more")
    return tuple(" ".join(line.split("\n")) for line in lines)


def _located(found: Problem, error: SynthDataError, text: str, above: int) -> str:
    for end in range(len(found.path), 0, -1):
        span = error.spans.get(found.path[:end])
        if span is not None:
            break
    else:
        return found.what
    exact = found.offset if found.offset is not None and end == len(found.path) else 0
    line, column = int(getattr(span, "line", 1)), int(getattr(span, "column", 1)) + exact
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return f"Line {line + above}, column {column}: {found.what}"
    own = lines[line - 1].strip()
    own = own if len(own) <= _WIDTH else own[: _WIDTH - 1] + "…"
    return f"Line {line + above}, column {column}, in `{own}`: {found.what}"
