"""exp, log and powers that give the same bits on every machine.

Libraries' exponentials and logarithms differ in the last bits between
processors (numpy picks AVX512, AVX2 or scalar code by what it finds).  These are
made only of + - * /, rounding to whole numbers, comparison, table look-up and bit views,
each its own ufunc, all of which IEEE 754 defines to the last bit.

The method is table-driven reduction (P. T. P. Tang, Table-driven implementation
of the exponential function in IEEE floating-point arithmetic, ACM TOMS 15, 1989;
... of the logarithm function, ACM TOMS 16, 1990): a table takes the argument to
a short interval about 0, a Taylor polynomial does the rest.  The logarithm is
carried as an unevaluated sum of two floats, so that powers keep their accuracy.
Relative error: below 1e-15.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BLOCK = 6_144  # rows: temporaries of 48 kB stay in cache and are not given back to the system
_STEPS = 32  # cells of exp's table in an octave
_CELLS = 128  # centres of log's table in [1, 2)
_FIRST = 90  # the lowest centre is 90/128, just below sqrt(1/2)
_LOW_26 = np.int64(-(1 << 27))  # keeps the upper 26 bits of a significand
_LOW_40 = np.int64(-(1 << 13))
_OFFSET = np.int64(0x3FE6A09E00000000)  # bits of about sqrt(1/2)
_MANTISSA = np.int64((1 << 52) - 1)


def exp(x: Floats | float) -> Floats:
    """Exponential function.

    Parameters
    ----------
    x
        Any shape.

    Returns
    -------
    numpy.ndarray
        Same shape; inf above 709.78, 0 below -745.13, nan for nan.
    """
    return _blockwise(lambda block: _exp(block, None), x)


def log(x: Floats | float) -> Floats:
    """Natural logarithm; -inf at 0, nan below."""
    return _blockwise(lambda block: np.add(*_log(block)), x)


def log2(x: Floats | float) -> Floats:
    """Logarithm to base 2, exact at powers of 2; -inf at 0, nan below."""
    return _blockwise(lambda block: _scaled_log(block, "2"), x)


def log10(x: Floats | float) -> Floats:
    """Logarithm to base 10, exact at powers of 10; -inf at 0, nan below."""
    return _blockwise(lambda block: _scaled_log(block, "10"), x)


def power(x: Floats | float, y: Floats | float) -> Floats:
    """Power: `x` to the `y`.

    Parameters
    ----------
    x, y
        Shapes that broadcast.

    Returns
    -------
    numpy.ndarray
        As C's ``pow`` where x >= 0; for x < 0 only whole y give a number.
    """
    return _blockwise(_power, x, y)


def whole_power(x: Floats | float, n: int) -> Floats:
    """Power with a whole exponent `n`, by products (squaring and multiplying)."""
    if n < 0:
        return np.divide(1.0, whole_power(x, -n))
    result: Any = None
    square: Any = np.asarray(x, dtype=np.float64)
    while n:
        if n & 1:
            result = square if result is None else result * square
        n >>= 1
        if n:
            square = square * square
    if result is None:
        return np.ones_like(square)
    return np.array(result) if result is x else np.asarray(result)  # never the caller's own


def _blockwise(function: Callable[..., Floats], *args: Floats | float) -> Floats:
    arrays = [np.asarray(arg, dtype=np.float64) for arg in args]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    flat = [
        array.reshape(1)  # a constant: its part of the work is done once a block
        if array.size == 1
        else np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
        for array in arrays
    ]
    result = np.empty(shape).reshape(-1)
    with np.errstate(all="ignore"):
        for start in range(0, len(result), _BLOCK):
            piece = slice(start, start + _BLOCK)
            result[piece] = function(*(a if len(a) == 1 else a[piece] for a in flat))
    return result.reshape(shape)


# Tables: exact to the last bit by decimal arithmetic, on every machine ----------------


_DECIMAL = Context(prec=60, rounding=ROUND_HALF_EVEN)  # whatever the user's own context says


@cache
def _exp_table() -> tuple[Floats, Floats]:
    """2 ** (j / 32) as a sum of two floats."""
    with localcontext(_DECIMAL):
        return _split([Decimal(2) ** (Decimal(j) / _STEPS) for j in range(_STEPS)], None)


@cache
def _log_table() -> tuple[Floats, Floats]:
    """Log of the centres 90/128 … 183/128 as two floats, the first a multiple of 2**-42."""
    with localcontext(_DECIMAL):
        centres = [Decimal(j) / _CELLS for j in range(_FIRST, 2 * _FIRST + 4)]
        return _split([centre.ln() for centre in centres], 42)


@cache
def _constant(name: str, bits: int) -> tuple[float, float]:
    with localcontext(_DECIMAL):
        two, ten = Decimal(2).ln(), Decimal(10).ln()
        exact = {"ln2": two, "step": two / _STEPS, "1/ln2": 1 / two, "1/ln10": 1 / ten}[name]
        upper, lower = _split([exact], bits)
    return float(upper[0]), float(lower[0])


def _split(exact: list[Decimal], bits: int | None) -> tuple[Floats, Floats]:
    """Write each number as the nearest float (or multiple of 2**-bits) and the rest."""
    if bits is None:
        upper = [float(value) for value in exact]
    else:
        scale = Decimal(2) ** bits
        upper = [float((value * scale).to_integral_value() / scale) for value in exact]
    lower = [float(value - Decimal(head)) for value, head in zip(exact, upper, strict=True)]
    return np.array(upper), np.array(lower)


# One block ----------------------------------------------------------------------------


def _exp(x: Floats, rest: Floats | None) -> Floats:
    """exp(x + rest), rest small beside x."""
    table, table_rest = _exp_table()
    upper, lower = _constant("step", 42)
    x = np.minimum(np.maximum(x, -800.0), 800.0)  # nan stays nan
    count = np.rint(x * (1.0 / upper))
    r = x - count * upper
    r -= count * lower
    if rest is not None:
        r += rest
    k = count.astype(np.int64)  # whatever nan gives, r is nan and so the result
    cell = k & (_STEPS - 1)
    k >>= 5
    poly = r * (1 / 720)
    for coefficient in (1 / 120, 1 / 24, 1 / 6, 1 / 2):
        poly += coefficient
        poly *= r
    poly *= r
    poly += r  # exp(r) - 1
    head = table.take(cell)
    poly *= head
    poly += table_rest.take(cell)
    poly += head
    half = k >> 1  # two steps, so that neither scale leaves the range of floats
    poly *= ((half + 1023) << 52).view(np.float64)
    poly *= ((k - half + 1023) << 52).view(np.float64)
    return poly


def _log(x: Floats) -> tuple[Floats, Floats]:
    """log(x) as a sum of two floats, relative error below 1e-18."""
    ordinary = (x >= 2.2250738585072014e-308) & (x <= 1.7976931348623157e308)
    if not ordinary.all():
        return _log_odd(x, ordinary)
    bits = np.ascontiguousarray(x).view(np.int64)
    offset = bits - _OFFSET
    exponent = offset >> 52
    offset &= ~_MANTISSA
    z = (bits - offset).view(np.float64)  # in [0.707, 1.414)
    centre = np.rint(z * _CELLS)
    cell = centre.astype(np.int64)
    cell -= _FIRST
    centre *= 1 / _CELLS
    difference = z - centre  # exact
    r = (difference / centre).view(np.int64)
    r &= _LOW_40
    head = r.view(np.float64)  # so short that head * centre is exact
    tail = difference - head * centre
    tail /= centre
    full = head + tail
    poly = full * (-1 / 8)
    for coefficient in (1 / 7, -1 / 6, 1 / 5, -1 / 4, 1 / 3, -1 / 2):
        poly += coefficient
        poly *= full
    poly *= full  # log(1 + r) - r
    upper, lower = _log_table()
    ln2, ln2_rest = _constant("ln2", 42)
    k = exponent.astype(np.float64)
    start = k * ln2
    start += upper.take(cell)  # exact: multiples of 2**-42
    total = start + head
    rest = start - total
    rest += head
    rest += tail
    k *= ln2_rest
    k += lower.take(cell)
    rest += k
    rest += poly
    return _renormalised(total, rest)


def _renormalised(total: Floats, rest: Floats) -> tuple[Floats, Floats]:
    head = total + rest
    total -= head
    total += rest
    return head, total


def _log_odd(x: Floats, ordinary: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Log where some are zero, negative, subnormal, infinite or nan."""
    subnormal = (x > 0) & (x < 2.2250738585072014e-308)
    safe = np.where(ordinary, x, 1.0)
    safe = np.where(subnormal, x * 2.0**54, safe)
    head, rest = _log(safe)
    shift = np.where(subnormal, 54.0, 0.0)
    ln2, ln2_rest = _constant("ln2", 42)
    moved = head - shift * ln2
    rest += np.where(subnormal, (head - moved) - shift * ln2, 0.0)
    rest -= shift * ln2_rest
    rest = np.where(ordinary | subnormal, rest, 0.0)
    moved = np.where(ordinary | subnormal, moved, np.nan)
    moved = np.where(x == 0, -np.inf, moved)
    return np.where(x == np.inf, np.inf, moved), rest


def _product(
    head: Floats, rest: Floats, y: Floats | float, y_rest: float = 0.0
) -> tuple[Floats, Floats]:
    """(head + rest) * (y + y_rest) as a sum of two floats, the first exact in 52 bits."""
    y = np.asarray(y, dtype=np.float64)
    short = _shortened(head)
    y_short = _shortened(y)
    exact = short * y_short
    small = short * (y - y_short)
    small += (head - short) * y
    small += rest * y
    if y_rest:
        small += head * y_rest
    return exact, small


def _shortened(x: Floats) -> Floats:
    return (np.ascontiguousarray(x).view(np.int64) & _LOW_26).view(np.float64).reshape(np.shape(x))


def _scaled_log(x: Floats, base: str) -> Floats:
    head, rest = _log(x)
    factor, factor_rest = _constant(f"1/ln{base}", 52)
    exact, small = _product(head, rest, factor, factor_rest)
    return np.where(np.isfinite(head), exact + small, head)


def _power(x: Floats, y: Floats) -> Floats:
    head, rest = _log(np.absolute(x))
    exact, small = _product(head, rest, y)
    plain = y * head
    inside = np.absolute(plain) < 800.0  # outside, the result is 0 or inf whatever the rest
    result = _exp(np.where(inside, exact, plain), np.where(inside, small, 0.0))
    odd = np.floor(y * 0.5) * 2 != y
    result = np.where((x < 0) & odd, -result, result)
    result = np.where((x < 0) & (np.floor(y) != y), np.nan, result)
    return np.where((y == 0) | (x == 1), 1.0, result)
