"""What a tree can give when its columns stay within bounds, and which way it runs.

Plain interval arithmetic (R. E. Moore, Interval Analysis, 1966) on float ends,
without outward rounding: bounds hold up to rounding, and may be wider than need be where a
column occurs more than once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

from synth_magic.expressions.analyse import names
from synth_magic.expressions.kinds import kind_of
from synth_magic.expressions.moments import DAY
from synth_magic.expressions.tree import COMPARISONS, Call, Knots, Name, Node, Number, Value

Interval = tuple[float, float]
Bounds = Mapping[str, Interval]

EVERYTHING: Interval = (-math.inf, math.inf)
_EITHER: Interval = (0.0, 1.0)


def interval(node: Node, bounds: Bounds) -> Interval:
    """Bound what a bound tree can give.

    Parameters
    ----------
    node
        As `bind` gave it.
    bounds
        Lowest and highest value by column, on the axis of its vector (days,
        seconds, positions among the levels); columns that are absent are free.

    Returns
    -------
    tuple of float
        Lowest and highest value; a condition gives (1, 1) when it holds
        throughout, (0, 0) when it never does, else (0, 1).
    """
    match node:
        case Number(value) | Value(code=value):
            return value, value
        case Name(name, kind=kind):
            if name in bounds:
                return bounds[name]
            if kind is not None and kind.what == "truth":
                return _EITHER
            if kind is not None and kind.what == "choice":
                return 0.0, float(max(len(kind.levels) - 1, 0))
            return EVERYTHING
        case Call(op, (left, right)) if op in COMPARISONS:
            return _comparison(op, _on_one_axis(left, right, bounds))
        case Call(op, args) if op in ("and", "or", "not", "if", "missing", "in"):
            return _condition(op, args, bounds)
        case Call("interpolate", (x, Knots(points))):
            return _interpolated(interval(x, bounds), points)
        case Call(op, args):
            if op in ("+", "-", "min", "max") and len(args) > 1:
                return _summed(op, args, bounds)
            return _apply(op, [interval(arg, bounds) for arg in args])
        case _:
            return EVERYTHING


def direction(node: Node, column: str, bounds: Bounds) -> int | None:
    """Tell which way a bound tree runs as a column rises and the others stay.

    Returns
    -------
    int or None
        1 never falls, -1 never rises, 0 does not depend on it, None unknown.
    """
    if column not in names(node):
        return 0
    if not isinstance(node, Call):
        return 1
    runs = [direction(arg, column, bounds) for arg in node.args]
    return _direction(node.op, node.args, runs, lambda arg: sign(interval(arg, bounds)))


def sign(of: Interval) -> int | None:
    """1 never negative, -1 never positive, 0 always zero, None both."""
    low, high = of
    if low == high == 0:
        return 0
    return 1 if low >= 0 else -1 if high <= 0 else None


# Intervals ------------------------------------------------------------------------------


def _on_one_axis(left: Node, right: Node, bounds: Bounds) -> tuple[Interval, Interval]:
    a, b = interval(left, bounds), interval(right, bounds)
    match _dated(left), _dated(right):
        case "date", "datetime":
            return _times(a, DAY), b
        case "datetime", "date":
            return a, _times(b, DAY)
        case _:
            return a, b


def _dated(node: Node) -> str:
    try:
        return kind_of(node).what
    except ValueError:  # knots, and the names of a tree that is not bound
        return ""


def _times(of: Interval, factor: float) -> Interval:
    return of[0] * factor, of[1] * factor


def _summed(op: str, args: tuple[Node, ...], bounds: Bounds) -> Interval:
    """Bound sums, differences, min and max; in seconds where a time takes part."""
    kinds = [_dated(arg) for arg in args]
    parts = [interval(arg, bounds) for arg in args]
    if "datetime" not in kinds:
        return _apply(op, parts)
    parts = [
        part if kind == "datetime" else _times(part, DAY)
        for part, kind in zip(parts, kinds, strict=True)
    ]
    whole = _apply(op, parts)
    return _times(whole, 1 / DAY) if op == "-" and kinds[1] != "number" else whole


def _apply(op: str, parts: list[Interval]) -> Interval:
    (low, high), *others = parts
    match op:
        case "+":
            return low + others[0][0], high + others[0][1]
        case "-":
            return low - others[0][1], high - others[0][0]
        case "neg":
            return -high, -low
        case "*":
            return _product((low, high), others[0])
        case "/":
            return _product((low, high), _reciprocal(others[0]))
        case "**":
            return _powered((low, high), others[0])
        case "min":
            return min(part[0] for part in parts), min(part[1] for part in parts)
        case "max":
            return max(part[0] for part in parts), max(part[1] for part in parts)
        case "abs":
            if low <= 0 <= high:
                return 0.0, max(-low, high)
            return min(abs(low), abs(high)), max(abs(low), abs(high))
        case _:
            digits = int(others[0][0]) if others else 0
            rising = _RISING.get(op) or (lambda x: _rounded(x, digits))
            return rising(low), rising(high)


def _rounded(x: float, digits: int) -> float:
    return x if math.isinf(x) else float(round(x, digits))


def _floor(x: float) -> float:
    return x if math.isinf(x) else float(math.floor(x))


def _exp(x: float) -> float:
    return math.exp(x) if x < 709 else math.inf


def _logarithm(base: float) -> Callable[[float], float]:
    return lambda x: -math.inf if x <= 0 else x if math.isinf(x) else math.log(x) / math.log(base)


_RISING: dict[str, Callable[[float], float]] = {
    "floor": _floor,
    "exp": _exp,
    "sqrt": lambda x: math.sqrt(max(x, 0.0)),
    "log": _logarithm(math.e),
    "log2": _logarithm(2),
    "log10": _logarithm(10),
}


def _product(a: Interval, b: Interval) -> Interval:
    ends = [0.0 if 0.0 in (x, y) else x * y for x in a for y in b]
    return min(ends), max(ends)


def _reciprocal(of: Interval) -> Interval:
    low, high = of
    if low < 0 < high or low == high == 0:
        return EVERYTHING
    return (
        -math.inf if high == 0 else 1 / high,
        math.inf if low == 0 else 1 / low,
    )


def _powered(base: Interval, exponent: Interval) -> Interval:
    n = exponent[0]
    if exponent[0] != exponent[1]:
        if base[0] < 0:
            return EVERYTHING
        by = _product(exponent, (_RISING["log"](base[0]), _RISING["log"](base[1])))
        return _exp(by[0]), _exp(by[1])
    if n < 0:
        return _reciprocal(_powered(base, (-n, -n)))
    if n % 2 == 0:
        base = _apply("abs", [base])
    elif n != math.floor(n):
        base = max(base[0], 0.0), max(base[1], 0.0)
    return _power(base[0], n), _power(base[1], n)


def _power(x: float, n: float) -> float:
    try:
        return float(x**n)
    except OverflowError:
        return math.copysign(math.inf, x) if n % 2 else math.inf


def _interpolated(x: Interval, points: tuple[tuple[float, float], ...]) -> Interval:
    inside = [value for knot, value in points if x[0] <= knot <= x[1]]
    reached = inside + [_line(end, points) for end in x]
    return min(reached), max(reached)


def _line(x: float, points: tuple[tuple[float, float], ...]) -> float:
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) / (x1 - x0) * (x - x0)
    return points[-1][1]


def _comparison(op: str, sides: tuple[Interval, Interval]) -> Interval:
    (a, b), (c, d) = sides
    always, never = {
        "<": (b < c, a >= d),
        "<=": (b <= c, a > d),
        ">": (a > d, b <= c),
        ">=": (a >= d, b < c),
        "==": (a == b == c == d, b < c or a > d),
        "!=": (b < c or a > d, a == b == c == d),
    }[op]
    return (1.0, 1.0) if always else (0.0, 0.0) if never else _EITHER


def _condition(op: str, args: tuple[Node, ...], bounds: Bounds) -> Interval:
    if op == "missing":
        return _EITHER
    if op == "in":
        equal = [_comparison("==", _on_one_axis(args[0], item, bounds)) for item in args[1:]]
        return max(e[0] for e in equal), max(e[1] for e in equal)
    parts = [interval(arg, bounds) for arg in args]
    if op == "if":
        op, parts = "or", [(1 - parts[0][1], 1 - parts[0][0]), parts[1]]
    if op == "not":
        return 1 - parts[0][1], 1 - parts[0][0]
    pick = min if op == "and" else max
    return pick(part[0] for part in parts), pick(part[1] for part in parts)


# Directions -----------------------------------------------------------------------------


def _turned(run: int | None, by: int | None) -> int | None:
    """Direction of a part times a sign."""
    if 0 in (run, by):
        return 0
    return None if run is None or by is None else run * by


def _together(*runs: int | None) -> int | None:
    """Direction of a sum of parts."""
    moving = {run for run in runs if run != 0}
    return 0 if not moving else moving.pop() if len(moving) == 1 else None


def _direction(
    op: str,
    args: tuple[Node, ...],
    runs: list[int | None],
    sign_of: Callable[[Node], int | None],
) -> int | None:
    match op:
        case "+" | "min" | "max" | "and" | "or":
            return _together(*runs)
        case "-" | ">" | ">=":
            return _together(runs[0], _turned(runs[1], -1))
        case "<" | "<=":
            return _together(_turned(runs[0], -1), runs[1])
        case "if":
            return _together(_turned(runs[0], -1), runs[1])
        case "*":
            return _together(_turned(runs[0], sign_of(args[1])), _turned(runs[1], sign_of(args[0])))
        case "/":
            below = sign_of(args[1])
            if not below:
                return None
            return _together(
                _turned(runs[0], below), _turned(_turned(runs[1], -1), sign_of(args[0]))
            )
        case "neg" | "not":
            return _turned(runs[0], -1)
        case "abs":
            return _turned(runs[0], sign_of(args[0]))
        case "round" | "floor" | "log" | "log2" | "log10" | "exp" | "sqrt":
            return runs[0]
        case "interpolate":
            return _turned(runs[0], _slope(args[1]))
        case "**":
            return _power_direction(args, runs, sign_of)
        case _:
            return None


def _slope(knots: Node) -> int | None:
    steps = [b[1] - a[1] for a, b in pairwise(knots.points)] if isinstance(knots, Knots) else []
    return sign((min(steps), max(steps)))


def _power_direction(
    args: tuple[Node, ...],
    runs: list[int | None],
    sign_of: Callable[[Node], int | None],
) -> int | None:
    base, exponent = args
    if isinstance(exponent, Number):
        n = exponent.value
        if n > 0 and n % 2 == 1:
            return runs[0]
        side = sign_of(base)
        if side is None:
            return None
        turn = side if n % 2 == 0 else 1
        return _turned(runs[0], turn if n > 0 else -turn if n < 0 else 0)
    if isinstance(base, Number) and base.value > 0:
        return _turned(runs[1], sign((math.log(base.value),) * 2))
    return None
