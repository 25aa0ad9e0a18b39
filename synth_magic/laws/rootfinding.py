"""Small solvers of equations; heavy ones would cost more to import than to run."""

from __future__ import annotations

import math
from collections.abc import Callable

Pair = tuple[float, float]


def bisect(f: Callable[[float], float], low: float, high: float, rounds: int = 90) -> float:
    """Return the place between `low` and `high` where the monotone `f` changes sign.

    Parameters
    ----------
    f
        Monotone, in either direction.
    low, high
        Ends; where `f` keeps its sign, the end nearer to zero is returned.
    rounds
        Steps at most; it stops when the ends meet.
    """
    at_low, at_high = f(low), f(high)
    if at_low == 0 or at_high == 0 or (at_low > 0) == (at_high > 0):
        return low if abs(at_low) <= abs(at_high) else high
    side = 0
    for turn in range(rounds):
        # False position, halving the weight of an end that stays (Illinois); every
        # third step is a plain halving, so that no shape of f can stall it.
        middle = (
            (low + high) / 2
            if turn % 3 == 2
            else (low * at_high - high * at_low) / (at_high - at_low)
        )
        if not low < middle < high:
            middle = (low + high) / 2
        if middle in (low, high):
            break
        value = f(middle)
        if value == 0:
            return middle
        if (value > 0) == (at_low > 0):
            low, at_low = middle, value
            at_high = at_high / 2 if side == -1 else at_high
            side = -1
        else:
            high, at_high = middle, value
            at_low = at_low / 2 if side == 1 else at_low
            side = 1
        if high - low <= 1e-15 * max(1.0, abs(low)):
            break
    return (low + high) / 2


def newton2(
    f: Callable[[float, float], Pair],
    start: Pair,
    *,
    tolerance: float = 1e-11,
    rounds: int = 60,
    reach: float = 2.0,
) -> Pair | None:
    """Solve two equations in two unknowns by damped Newton steps.

    Parameters
    ----------
    f
        Residuals, scaled so that 1 is a large one; not finite where undefined.
    start
        First guess.
    tolerance
        On the larger residual.
    rounds
        Steps at most.
    reach
        Largest change of an unknown in one step.

    Returns
    -------
    tuple of float or None
        The solution; None where none was found.
    """
    p, q = start
    a, b = f(p, q)
    size = math.hypot(a, b)
    if not math.isfinite(size):
        return None
    for _ in range(rounds):
        if max(abs(a), abs(b)) <= tolerance:
            return p, q
        step = _newton_step(f, p, q, a, b)
        if step is None:
            return None
        dp, dq = step
        shrink = min(1.0, reach / max(abs(dp), abs(dq), 1e-300))
        for _ in range(30):
            a1, b1 = f(p + shrink * dp, q + shrink * dq)
            size1 = math.hypot(a1, b1)
            if math.isfinite(size1) and size1 < size:
                break
            shrink /= 2
        else:
            return (p, q) if size < 1e-8 else None
        p, q, a, b, size = p + shrink * dp, q + shrink * dq, a1, b1, size1
    return (p, q) if size < 1e-8 else None


def _newton_step(
    f: Callable[[float, float], Pair], p: float, q: float, a: float, b: float
) -> Pair | None:
    h, k = 1e-6 * max(1.0, abs(p)), 1e-6 * max(1.0, abs(q))
    (ap, bp), (am, bm) = f(p + h, q), f(p - h, q)
    (aq, bq), (an, bn) = f(p, q + k), f(p, q - k)
    j11, j21 = (ap - am) / (2 * h), (bp - bm) / (2 * h)
    j12, j22 = (aq - an) / (2 * k), (bq - bn) / (2 * k)
    det = j11 * j22 - j12 * j21
    if not math.isfinite(det) or det == 0:
        return None
    dp, dq = -(a * j22 - b * j12) / det, -(j11 * b - j21 * a) / det
    return (dp, dq) if math.isfinite(dp) and math.isfinite(dq) else None
