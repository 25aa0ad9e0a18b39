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
_STEPS = (0.95, 0.6, 0.38, 0.24, 0.16, 0.1)


#: Coordinates are whole numbers of this part of a pixel, which is fine enough and short.
_PART = 4


def _image(width: int, height: int, body: str) -> str:
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" preserveAspectRatio="none"'
        f' viewBox="0 0 {width * _PART} {height * _PART}">{body}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def _f(value: float) -> str:
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
        f"M{_f((index + 0.5) * step)} {_f(floor)}v{_f(-value / top * room)}"
        for index, value in enumerate(drawn)
        if value > 0
    )
    body = f'<path d="{bars}" stroke="{SOFT}" stroke-opacity=".6" stroke-width="{_f(step - gap)}"/>'
    if stated:
        points = [
            ((index + 0.5) * step, floor - value / top * room) for index, value in enumerate(stated)
        ]
        path = _ticks(points, step - gap) if separate else _curve(points)
        body += f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="{_f(1.4)}"/>'
    body += f'<path d="M0 {_f(height - 0.5)}h{_f(width)}" stroke="{GREY}"'
    body += f' stroke-opacity=".45" stroke-width="{_f(1)}"/>'
    return _image(width, height, body)


def _ticks(points: Sequence[tuple[float, float]], length: float) -> str:
    return "".join(f"M{_f(x - length / 2)} {_f(y)}h{_f(length)}" for x, y in points)


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Give a smooth line through the middles of its segments (quadratic splines)."""
    (x, y), *rest = points
    path = f"M{_f(x)} {_f(y)}"
    for (ax, ay), (bx, by) in pairwise(rest):
        path += f"Q{_f(ax)} {_f(ay)} {_f((ax + bx) / 2)} {_f((ay + by) / 2)}"
    if rest:
        path += f"L{_f(rest[-1][0])} {_f(rest[-1][1])}"
    return path


def shares(
    drawn: Sequence[float], stated: Sequence[float], *, width: int = 116, height: int = 17
) -> str:
    """Parts of a whole as one bar; marks under it stand where the stated parts end."""
    total = sum(drawn) or 1.0
    body, left = "", 0.0
    for index, value in enumerate(drawn):
        part = value / total * width
        opacity = _STEPS[min(index, len(_STEPS) - 1)]
        if part > 0:
            body += (
                f'<path d="M{_f(left)} {_f(1)}h{_f(max(part - 1, 0.5))}v{_f(11)}H{_f(left)}z"'
                f' fill="{INK}" fill-opacity="{opacity}"/>'
            )
        left += part
    if stated:
        ends, at = [], 0.0
        for value in stated[:-1]:
            at += value / (sum(stated) or 1.0) * width
            ends.append(f"M{_f(at - 0.5)} {_f(13)}v{_f(4)}")
        body += f'<path d="{"".join(ends)}" stroke="{INK}" stroke-width="{_f(1.4)}"/>'
    return _image(width, height, body)


def interval(
    low: float,
    high: float,
    value: float,
    stated: float | None,
    span: tuple[float, float],
    *,
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
    """

    def at(place: float) -> float:
        share = (place - span[0]) / ((span[1] - span[0]) or 1.0)
        return 3 + min(max(share, 0.0), 1.0) * (width - 6)

    middle = height / 2
    body = (
        f'<path d="M{_f(at(low))} {_f(middle)}H{_f(at(high))}" stroke="{SOFT}"'
        f' stroke-opacity=".65" stroke-width="{_f(4)}"/>'
    )
    if stated is not None:
        body += (
            f'<path d="M{_f(at(stated))} {_f(middle - 6.5)}v{_f(13)}" stroke="{GREY}"'
            f' stroke-width="{_f(1.8)}"/>'
        )
    body += f'<circle cx="{_f(at(value))}" cy="{_f(middle)}" r="{_f(3)}" fill="{INK}"/>'
    return _image(width, height, body)
