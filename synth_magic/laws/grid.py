"""The grid on which every law is tabulated, and rounding that makes tables equal everywhere.

The knots are evenly spaced in the normal score, so they are dense in both
tails: from Phi(-6.4375), about 2 ** -34, to its mirror, at steps of 1/256.  A
polyline through them is off by 5e-7 in probability for a normal law, and by less
than 1e-5 for every family in the tests.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

#: Largest normal score in the tables; Phi(-6.4375) is a little above 2 ** -34.
END = 6.4375
STEPS_PER_SD = 256
DIGITS = 12

#: Powers of ten as the parser of decimal literals makes them: correctly rounded.
_LOWEST, _HIGHEST = -290, 290
_TENS = np.array([float(f"1e{k}") for k in range(_LOWEST, _HIGHEST + 1)])


class Grid(NamedTuple):
    """Knots of the tables: normal scores `z`, probabilities `u` and `v` = 1 - `u`."""

    z: Array
    u: Array
    v: Array


@functools.cache
def grid() -> Grid:
    """Return the knots, shape (3297,) each.

    `u` runs from 0 to 1; below the median it is rounded to 12 digits, above it
    `v` is, and 1 - u is exact there, so neither tail is coarser than the other.
    """
    half = round(END * STEPS_PER_SD)
    z = np.arange(-half, half + 1) / STEPS_PER_SD
    lower = significant(ndtr(z[:half]))
    lower[0] = 0.0
    u = np.concatenate([lower, [0.5], 1.0 - lower[::-1]])
    return Grid(_frozen(z), _frozen(u), _frozen(1.0 - u))


def significant(x: Array | float, digits: int = DIGITS) -> Array:
    """Round to `digits` significant digits, with IEEE products and quotients only.

    Special functions differ in the last bits from one build to the next; after
    rounding, tables made of them do not.

    Parameters
    ----------
    x
        Any shape; values that are not finite, or beyond 1e270, stay as they are.
    """
    x = np.asarray(x, dtype=np.float64)
    size = np.abs(x)
    usable = (size > 1e-270) & (size < 1e270)
    held = np.where(usable, x, 1.0)
    exponent = np.searchsorted(_TENS, np.abs(held), side="right") - 1 + _LOWEST
    power = digits - 1 - exponent
    up = _TENS[np.maximum(power, 0) - _LOWEST]
    down = _TENS[np.maximum(-power, 0) - _LOWEST]
    rounded = np.rint(held * up / down) / up * down
    tiny = np.where(size <= 1e-270, 0.0, x)
    return np.where(usable, rounded, tiny)


def normal_score(u: Array | float) -> Array:
    """Phi^-1, held within the tables' ends so that it is always finite.

    Parameters
    ----------
    u
        Probabilities, any shape.
    """
    return np.clip(ndtri(np.asarray(u, dtype=np.float64)), -END, END)


def _frozen(a: Array) -> Array:
    a.setflags(write=False)
    return a
