"""Small pictures as data: images.

An image does not see the page's theme, so every colour here is a middle tone
that stands out from a white page and from a black one.  Inline svg would be
stripped by an untrusted notebook; an image with its text stays.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import pairwise

INK = "#3b86cf"
SOFT = "#5b9bd6"
GREY = "#858d98"
#: Beside blue it is told apart by every kind of colour vision.
HIGHER = "#c4701b"
_STEPS = (0.95, 0.6, 0.38, 0.24, 0.16, 0.1)


#: Coordinates are whole numbers of this part of a pixel, which is fine enough and short.
_PART = 4


def image(width: int, height: int, body: str, *, stretched: bool = False) -> str:
    """Give drawn elements as an image of so many pixels, or one that fills any frame."""
    shape = ' preserveAspectRatio="none"' if stretched else ""
    box = f'viewBox="0 0 {width * _PART} {height * _PART}"'
    text = f'<svg xmlns="http://www.w3.org/2000/svg"{shape} {box}>{body}</svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def part(value: float) -> str:
    """Give a coordinate."""
    return str(round(value * _PART))


def histogram(
    drawn: Sequence[float],
    stated: Sequence[float],
    *,
    separate: bool = False,
    width: int = 116,
    height: int = 28,
) -> str:
    """Bars of what was drawn under the curve of what was stated.

    Parameters
    ----------
    drawn
        Heights of the bars, one a bin.
    stated
        Heights of the stated law at the same bins; empty when there is none.
    separate
        Bins are values of their own: the law is a tick on each bar, not a curve.
    """
    top = max(max(drawn, default=0.0), max(stated, default=0.0)) or 1.0
    step, floor, room = width / max(len(drawn), 1), height - 1.0, height - 3.0
    gap = 1.0 if step > 4 else 0.5
    bars = "".join(
        f"M{part((index + 0.5) * step)} {part(floor)}v{part(-value / top * room)}"
        for index, value in enumerate(drawn)
        if value > 0
    )
    body = (
        f'<path d="{bars}" stroke="{SOFT}" stroke-opacity=".6" stroke-width="{part(step - gap)}"/>'
    )
    if stated:
        points = [
            ((index + 0.5) * step, floor - value / top * room) for index, value in enumerate(stated)
        ]
        path = _ticks(points, step - gap) if separate else _curve(points)
        body += f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="{part(1.4)}"/>'
    body += f'<path d="M0 {part(height - 0.5)}h{part(width)}" stroke="{GREY}"'
    body += f' stroke-opacity=".45" stroke-width="{part(1)}"/>'
    return image(width, height, body, stretched=True)


def _ticks(points: Sequence[tuple[float, float]], length: float) -> str:
    return "".join(f"M{part(x - length / 2)} {part(y)}h{part(length)}" for x, y in points)


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Give a smooth line through the middles of its segments (quadratic splines)."""
    (x, y), *rest = points
    path = f"M{part(x)} {part(y)}"
    for (ax, ay), (bx, by) in pairwise(rest):
        path += f"Q{part(ax)} {part(ay)} {part((ax + bx) / 2)} {part((ay + by) / 2)}"
    if rest:
        path += f"L{part(rest[-1][0])} {part(rest[-1][1])}"
    return path


def shares(
    drawn: Sequence[float], stated: Sequence[float], *, width: int = 116, height: int = 17
) -> str:
    """Parts of a whole as one bar; marks under it stand where the stated parts end."""
    total = sum(drawn) or 1.0
    body, left = "", 0.0
    for index, value in enumerate(drawn):
        wide = value / total * width
        opacity = _STEPS[min(index, len(_STEPS) - 1)]
        if wide > 0:
            body += (
                f'<path d="M{part(left)} {part(1)}h{part(max(wide - 1, 0.5))}v{part(11)}'
                f'H{part(left)}z"'
                f' fill="{INK}" fill-opacity="{opacity}"/>'
            )
        left += wide
    if stated:
        ends, at = [], 0.0
        for value in stated[:-1]:
            at += value / (sum(stated) or 1.0) * width
            ends.append(f"M{part(at - 0.5)} {part(13)}v{part(4)}")
        body += f'<path d="{"".join(ends)}" stroke="{INK}" stroke-width="{part(1.4)}"/>'
    return image(width, height, body, stretched=True)


def pair(
    edges: Sequence[float],
    one: Sequence[float],
    other: Sequence[float],
    *,
    separate: bool = False,
    width: int = 150,
    height: int = 46,
) -> str:
    """Bars of one table under the steps of another; bins may have any width.

    Parameters
    ----------
    edges
        Ends of the bins, one more than heights.
    one, other
        Heights; `other` may be empty.
    separate
        Bins are values of their own: each has a bar and a mark of its own.
    """
    low, wide = edges[0], (edges[-1] - edges[0]) or 1.0
    at = [(edge - low) / wide * width for edge in edges]
    top = max(max(one, default=0.0), max(other, default=0.0)) or 1.0
    floor, room, gap = height - 1.0, height - 4.0, 3.0 if separate else 0.25

    def y(value: float) -> float:
        return floor - value / top * room

    filled = "".join(
        f"M{part(a + gap)} {part(floor)}V{part(y(value))}H{part(b - gap)}V{part(floor)}z"
        for (a, b), value in zip(pairwise(at), one, strict=True)
        if value > 0
    )
    body = f'<path d="{filled}" fill="{SOFT}" fill-opacity=".6"/>'
    if other:
        bins = list(zip(pairwise(at), other, strict=True))
        if separate:
            line = "".join(f"M{part(a)} {part(y(v))}H{part(b)}" for (a, b), v in bins)
        else:
            line = f"M{part(at[0])} {part(floor)}"
            line += "".join(f"V{part(y(v))}H{part(b)}" for (_, b), v in bins)
            line += f"V{part(floor)}"
        body += f'<path d="{line}" fill="none" stroke="{HIGHER}" stroke-width="{part(1.5)}"/>'
    body += f'<path d="M0 {part(height - 0.5)}h{part(width)}" stroke="{GREY}"'
    body += f' stroke-opacity=".45" stroke-width="{part(1)}"/>'
    return image(width, height, body)


def interval(
    low: float,
    high: float,
    value: float,
    stated: float | None,
    span: tuple[float, float],
    *,
    bar: str = SOFT,
    dot: str = INK,
    width: int = 130,
    height: int = 16,
) -> str:
    """Give a 99% interval with its estimate as a dot, and the stated value as a bar across.

    Parameters
    ----------
    low, high, value, stated
        Places on the axis.
    span
        The two ends of the axis.
    bar, dot
        Colours of the interval and of the estimate.
    """

    def at(place: float) -> float:
        share = (place - span[0]) / ((span[1] - span[0]) or 1.0)
        return 3 + min(max(share, 0.0), 1.0) * (width - 6)

    middle = height / 2
    body = (
        f'<path d="M{part(at(low))} {part(middle)}H{part(at(high))}" stroke="{bar}"'
        f' opacity=".65" stroke-width="{part(4)}"/>'
    )
    if stated is not None:
        body += (
            f'<path d="M{part(at(stated))} {part(middle - 6.5)}v{part(13)}" stroke="{GREY}"'
            f' stroke-width="{part(1.8)}"/>'
        )
    body += f'<circle cx="{part(at(value))}" cy="{part(middle)}" r="{part(3)}" fill="{dot}"/>'
    return image(width, height, body)
