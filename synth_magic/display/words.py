"""Text and numbers made fit to be shown, whatever they came from.

Names, units, values, descriptions and a model's words are foreign text.  Here
they lose what could act on a reader (control characters, changes of writing
direction, by `safe_text`); escaping for a format is the business of that
format's own file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from synth_magic import safe_text
from synth_magic.errors import Problem

_BARS = "▁▂▃▄▅▆▇█"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$#])")
_OPENING = re.compile(r"<(?!\d)")
SYNTHETIC = "synthetic: not patients"


def clean(text: object, limit: int | None = None) -> str:
    """Foreign text as one line without control or direction-changing characters.

    Parameters
    ----------
    text
        Anything; its ``str`` is taken.
    limit
        Longest result in characters; what is cut off is marked by an ellipsis.
    """
    out = "".join(map(safe_text.character, str(text)))
    out = " ".join(out.split(" ")).strip()
    if limit is not None and len(out) > limit:
        return out[: max(limit - 1, 0)].rstrip() + "…"
    return out


def parted(what: str, mend: str) -> str:
    """Give `what` the sign that parts it from `mend`, which stands behind it in one line."""
    if not mend or what[-1:] in ".!?:;,…":
        return what
    return f"{what}." if mend[0].isupper() else f"{what},"


def warned(notes: Iterable[Problem]) -> list[str]:
    """One line for each warning among the notes, where nothing else is shown."""
    return [
        angled(clean(f"Warning: {parted(note.what, note.mend)} {note.mend}"))
        for note in notes
        if note.level == "warning"
    ]


def block(text: str) -> str:
    """Foreign text of several lines, each as `clean` leaves it but for its spaces."""
    return "\n".join("".join(map(safe_text.character, line)).rstrip() for line in text.split("\n"))


def angled(text: object, limit: int | None = None) -> str:
    """Clean text whose < and > are shown as ‹ and ›, since plain text is pasted on.

    A count like <10 keeps its sign: a digit begins no tag.
    """
    return _OPENING.sub("‹", clean(text, limit)).replace(">", "›")


def markdown(text: object, limit: int | None = None) -> str:
    """Clean text as Markdown that stands for itself: nothing in it is mark-up."""
    plain = angled(text, limit).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", plain)


def number(value: float, decimals: int | None = None, *, fixed: bool = False) -> str:
    """Give a number as people write it: 63, 7.4, 1,250, −0.08, 3.2e-07.

    Parameters
    ----------
    value
        Any float.
    decimals
        Digits after the point that mean something; without it four significant digits.
    fixed
        Keep the last zeros of `decimals`: 7.0, 0.30.
    """
    if not math.isfinite(value):
        return "—" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    size = abs(value)
    if size != 0 and (size < 1e-4 or size >= 1e15):
        text = f"{value:.3g}"
    else:
        kept = fixed and decimals is not None
        if decimals is None:
            decimals = 0 if size >= 1000 or size == 0 else 3 - math.floor(math.log10(size))
        text = f"{value:,.{min(max(decimals, 0), 12)}f}"
        if "." in text and not kept:
            text = text.rstrip("0").rstrip(".")
        if not text.strip("-0."):
            text = text.removeprefix("-") or "0"
    return text.replace("-", "−", 1) if text.startswith("-") else text


def count(value: int) -> str:
    """Give a whole number of rows: 1,000,000."""
    return f"{value:,}"


def percent(share: float, digits: int = 1) -> str:
    """Give a share as a percentage: 44 %, 22.5 %, <0.1 % shown as "below 0.1 %"."""
    if not math.isfinite(share):
        return "—"
    value = 100 * share
    least = 10.0**-digits
    if 0 < value < least / 2:
        return f"below {number(least, digits)} %"
    if 100 - least / 2 < value < 100:
        return f"above {number(100 - least, digits)} %"
    return f"{number(round(value, digits), digits)} %"


def plural(how_many: int, one: str, many: str | None = None) -> str:
    """``1 row``, ``2 rows``, ``1,000 rows``."""
    return f"{count(how_many)} {one if how_many == 1 else many or one + 's'}"


def bars(heights: Sequence[float], width: int | None = None) -> str:
    """Heights as a row of Unicode blocks, the highest full; empty for nothing to show.

    Parameters
    ----------
    heights
        Non-negative heights.
    width
        Most characters; neighbours are added up to get there.
    """
    values = [max(float(height), 0.0) for height in heights]
    if width is not None and len(values) > width:
        step = len(values) / width
        cuts = [round(index * step) for index in range(width + 1)]
        values = [sum(values[a:b]) / max(b - a, 1) for a, b in pairwise(cuts)]
    top = max(values, default=0.0)
    if top <= 0 or not math.isfinite(top):
        return ""
    return "".join(
        _BARS[min(int(height / top * 7.999), 7)] if height > 0 else " " for height in values
    )
