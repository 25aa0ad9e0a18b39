"""Ids by their pattern, texts by their template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.graph import shown_in
from synth_magic.laws.positions import text_of
from synth_magic.sampling.plan import Output, Plan
from synth_magic.sampling.state import Run, State

if TYPE_CHECKING:
    from synth_magic.sampling.deliver import Gone

_HASHES = re.compile(r"#+")
_BRACES = re.compile(r"\{([^{}]*)\}")


def identifiers(pattern: str, state: State) -> NDArray[np.object_]:
    """Ids of consecutive rows: the absolute row plus 1 in place of the pattern's ``#`` signs.

    Parameters
    ----------
    pattern
        ``P####``: as many digits at least as there are signs in the last run of
        them; without signs the number follows the pattern.
    state
        Rows of a `Run`.
    """
    source = state.source
    assert isinstance(source, Run)  # noqa: S101 - for the type checker
    found = list(_HASHES.finditer(pattern))
    if found:
        place = found[-1]
        before, after, width = pattern[: place.start()], pattern[place.end() :], len(place[0])
    else:
        before, after, width = pattern, "", 1
    numbers = range(source.start + 1, source.start + source.rows + 1)
    return np.array([f"{before}{n:0{width}d}{after}" for n in numbers], dtype=object)


def filled(
    texts: Sequence[Output], plan: Plan, state: State, gone: Gone
) -> dict[str, NDArray[np.object_]]:
    """Texts with the delivered values in their template's braces; missing ones as "missing".

    Parameters
    ----------
    texts
        The columns with a template.
    plan, state
        The rows, drawn.
    gone
        Which values are missing.
    """
    sources = {output.codec.name: output for output in (*plan.outputs, *plan.hidden)}
    words: dict[str, list[str]] = {}
    found = {}
    for text in texts:
        template = text.template or ""
        for name in shown_in(template):
            if name in sources and name not in words:
                words[name] = _words(sources[name], state, gone)
        parts = _BRACES.split(template)
        pieces = [
            words[part] if number % 2 and part in words else part
            for number, part in enumerate(parts)
        ]
        rows = [
            "".join(piece if isinstance(piece, str) else piece[row] for piece in pieces)
            for row in range(state.rows)
        ]
        found[text.codec.name] = np.array(rows, dtype=object)
    return found


def _words(output: Output, state: State, gone: Gone) -> list[str]:
    codec, name = output.codec, output.codec.name
    if codec.kind == "text":
        shown = [str(word) for word in identifiers(output.pattern or "", state)]
    elif codec.kind in ("category", "boolean"):
        shown = [codec.levels[code] for code in state.codes(name).tolist()]
    else:
        positions = state.axes[name].positions(state.codes(name)).tolist()
        if codec.kind in ("date", "datetime"):
            shown = [str(text_of(place, codec.kind)) for place in positions]
        else:
            shown = [f"{place:.{max(codec.decimals, 0)}f}" for place in positions]
    mask = gone.of(output.owner)
    if mask is not None:
        shown = ["missing" if away else word for word, away in zip(shown, mask, strict=True)]
    return shown
