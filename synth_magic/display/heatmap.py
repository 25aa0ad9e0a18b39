"""A heatmap of differences, as half a square whose diagonal names rows and columns."""

from __future__ import annotations

import html
from collections.abc import Sequence

from synth_magic.display.svg import image, part
from synth_magic.display.words import clean, number

#: From these sizes on a cell is darker, and how dark: few steps can be told apart.
STEPS = ((0.2, 1.0), (0.1, 0.4), (0.05, 0.17), (0.0, 0.05))
#: White letters can be read on these, and these on white and on black.
BELOW, ABOVE = "#2f76bf", "#b3610f"
_LETTERS = "#737b86"
_LONGEST = 22


def heatmap(names: Sequence[str], values: Sequence[Sequence[float | None]]) -> tuple[str, int, int]:
    """Draw the lower half of a symmetric matrix: blue below zero, orange above.

    Parameters
    ----------
    names
        Of rows and columns alike.
    values
        From -1 to 1, shape (names, names); None leaves a place empty.

    Returns
    -------
    tuple
        The image, its width and its height.
    """
    many = len(names)
    side = 34 if many <= 12 else 24 if many <= 20 else 17
    shown = [clean(name, _LONGEST) for name in names]
    # A name stands behind the cells of its row; a wide letter takes some seven pixels.
    width = round(max(at * side + 8 + 7.2 * len(name) for at, name in enumerate(shown))) + 4
    height = many * side
    body = "".join(
        _cell(column, row, side, value, lettered=side >= 24)
        for row in range(many)
        for column, value in enumerate(values[row][:row])
        if value is not None
    )
    body += "".join(
        _text(at * side + 5, at * side + side / 2 + 4, html.escape(name), _LETTERS, 12, "start")
        for at, name in enumerate(shown)
    )
    return image(width, height, body), width, height


def _cell(column: int, row: int, side: int, value: float, *, lettered: bool) -> str:
    dark = next(opacity for least, opacity in STEPS if abs(value) >= least - 1e-9)
    x, y = column * side, row * side
    colour = ABOVE if value > 0 else BELOW
    cell = (
        f'<rect x="{part(x)}" y="{part(y)}" width="{part(side - 1)}" height="{part(side - 1)}"'
        f' rx="{part(2)}" fill="{colour}" fill-opacity="{dark}"/>'
    )
    if not lettered or dark < 1:
        return cell
    said = number(value, 2).replace("0.", ".", 1)
    size = 11 if side > 30 else 9
    middle = x + (side - 1) / 2, y + side / 2 + size / 3
    return cell + _text(*middle, said, "#fff", size, "middle")


def _text(x: float, y: float, words: str, colour: str, size: int, anchor: str) -> str:
    return (
        f'<text x="{part(x)}" y="{part(y)}" fill="{colour}" font-size="{part(size)}"'
        f' font-family="system-ui,Helvetica,Arial,sans-serif" text-anchor="{anchor}">'
        f"{words}</text>"
    )
