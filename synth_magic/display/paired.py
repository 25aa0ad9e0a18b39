"""Pictures of a report as words and heights: a table over a second one, and a heatmap.

What does not fit together (fewer heights than bins, numbers that are none) is not
drawn: a picture is no place to fail.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any

from synth_magic.display.pictures import place
from synth_magic.display.words import bars, clean, number, percent
from synth_magic.fidelity.report import Picture

_NAMED, _LARGEST, _LEAST = 3, 5, 0.005


def pictured(pictures: Iterable[Picture], second: str) -> list[dict[str, Any]]:
    """Say what is drawn of a section's pictures.

    Parameters
    ----------
    pictures
        As numbers.
    second
        What the line shows, in words: ``the real table``.

    Returns
    -------
    list of dict
        Each with ``kind``, ``name``, ``said`` (all of it in words) and ``brief``; pairs with
        ``edges``, ``one``, ``other`` (heights), ``separate`` and ``second``; a heatmap with
        ``names`` and ``values``.
    """
    found = []
    for picture in pictures:
        data = picture.data
        if picture.kind == "heatmap":
            found.append(_heatmap(picture.title, data))
        elif picture.kind == "bars":
            found.append(_bars(picture.title, data, second))
        else:
            found.append(_histogram(picture.title, data, second))
    return [item for item in found if item is not None]


def _numbers(values: Sequence[Any], many: int) -> list[float] | None:
    """Give numbers as floats; None where they are too few, or none."""
    if len(values) != many or any(v is None for v in values):
        return None
    numbers = [float(value) for value in values]
    return numbers if all(map(math.isfinite, numbers)) else None


def _histogram(title: str, data: Any, second: str) -> dict[str, Any] | None:
    edges = _numbers(data["edges"], len(data["edges"]))
    many = len(data["edges"]) - 1
    one, other = _numbers(data["one"], many), _numbers(data["other"], many)
    if edges is None or one is None or many < 1 or any(b <= a for a, b in pairwise(edges)):
        return None
    wide = [b - a for a, b in pairwise(edges)]
    heights = [[v / w for v, w in zip(side or [], wide, strict=False)] for side in (one, other)]
    form = data.get("form")
    low, high = (place(at, form) for at in (edges[0], edges[-1]))
    if form == "datetime":
        low, high = low[:10], high[:10]
    name = clean(data.get("column", title), 60)
    said = f"{name} from {low} to {high}: this table {bars(heights[0], 16)}"
    if heights[1]:
        said += f", {second} {bars(heights[1], 16)}"
    return {
        "kind": "pair",
        "name": name,
        "said": said,
        "brief": f"{low} to {high}",
        "edges": edges,
        "one": heights[0],
        "other": heights[1],
        "separate": False,
        "second": second,
    }


def _bars(title: str, data: Any, second: str) -> dict[str, Any] | None:
    names = [clean(name, 24) for name in data["names"]]
    one, other = _numbers(data["one"], len(names)), _numbers(data["other"], len(names))
    if one is None or not names:
        return None
    told = [
        f"{name} {percent(share, 0)}" + (f" ({percent(other[at], 0)})" if other else "")
        for at, (name, share) in enumerate(zip(names, one, strict=True))
    ]
    more = f", {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    name = clean(data.get("column", title), 60)
    behind = f" (in brackets: {second})" if other else ""
    return {
        "kind": "pair",
        "name": name,
        "said": f"{name}{behind}: {', '.join(told)}",
        "brief": ", ".join(told[:_NAMED]) + more,
        "edges": [float(at) for at in range(len(names) + 1)],
        "one": one,
        "other": other or [],
        "separate": True,
        "second": second,
    }


def _heatmap(title: str, data: Any) -> dict[str, Any] | None:
    names = [clean(name, 40) for name in data["names"]]
    rows = [list(row) for row in data["values"]]
    known = [_numbers([0 if value is None else value for value in row], len(names)) for row in rows]
    filled = [row for row in known if row is not None]
    if len(names) < 2 or len(filled) != len(names):
        return None
    values = [
        [None if cell is None else value for cell, value in zip(*both, strict=True)]
        for both in zip(rows, filled, strict=True)
    ]
    pairs = sorted(combinations(range(len(names)), 2), key=lambda p: -abs(filled[p[1]][p[0]]))
    largest = [p for p in pairs[:_LARGEST] if abs(filled[p[1]][p[0]]) >= _LEAST]
    told = [f"{names[a]} ~ {names[b]} {_signed(filled[b][a])}" for a, b in largest]
    name = clean(title[:1].upper() + title[1:], 120)
    said = f"largest: {', '.join(told)}" if told else "all below 0.01"
    return {
        "kind": "heatmap",
        "name": name,
        "said": f"{name}; {said}",
        "brief": said,
        "names": names,
        "values": values,
    }


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value, 2)}"
