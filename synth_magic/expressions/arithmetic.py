"""Arithmetic on parts of a column: known where every operand is, in place where it may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_magic.expressions import numeric
from synth_magic.expressions.moments import DAY
from synth_magic.expressions.tree import Knots

CHECKED = frozenset(("/", "**", "sqrt", "log", "log2", "log10", "exp", "interpolate"))
_FEW_KNOTS = 24  # as many comparisons are faster than a binary search


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """An intermediate result: an array or a scalar, and where it is known.

    `own` says that `data` is nobody else's and may be written over.
    """

    data: Any
    known: Any
    own: bool = False

    def checked(self) -> Part:
        """Make what is not finite unknown."""
        finite = np.isfinite(self.data)
        if finite.all():
            return self
        return Part(self.data, both(self.known, finite), self.own)


def both(one: Any, other: Any) -> Any:
    """Where two parts are known; None stands for everywhere."""
    if one is None or other is None:
        return other if one is None else one
    return one if one is other else one & other


def apply(op: str, parts: Sequence[Part]) -> Part:
    """Apply an operator or a function to numbers.

    Parameters
    ----------
    op
        ``+ - * / ** neg min max abs round floor log log2 log10 exp sqrt``.
    parts
        Operands, truth values as 0 and 1.
    """
    numbers = [_number(part) for part in parts]
    match op:
        case "+" | "-" | "*" | "min" | "max":
            return _folded(_FOLDS[op], numbers)
        case "/":
            return _folded(np.divide, numbers).checked()
        case "**":
            return _power(numbers[0], numbers[1]).checked()
        case "round":
            return _rounded(numbers[0], int(numbers[1].data) if len(numbers) > 1 else 0)
        case "neg" | "abs" | "floor" | "sqrt":
            part = numbers[0]
            done = Part(_UNARY[op](part.data, out=_out(part)), part.known, own=True)
            return done.checked() if op == "sqrt" else done
        case _:
            part = numbers[0]
            return Part(_CURVES[op](part.data), part.known, own=True).checked()


_FOLDS = {"+": np.add, "-": np.subtract, "*": np.multiply, "min": np.minimum, "max": np.maximum}
_UNARY: dict[str, Any] = {
    "neg": np.negative,
    "abs": np.absolute,
    "floor": np.floor,
    "sqrt": np.sqrt,
}
_CURVES: dict[str, Callable[[Any], Any]] = {
    "log": numeric.log,
    "log2": numeric.log2,
    "log10": numeric.log10,
    "exp": numeric.exp,
}


def dated(op: str, parts: Sequence[Part], kinds: Sequence[str]) -> Part:
    """Apply ``+ - min max`` where dates take part.

    Two dates give days between them; a date and a number (of days) give a date.
    """
    timed = "datetime" in kinds
    if timed:  # everything in seconds, numbers of days too
        parts = [
            part if kind == "datetime" else Part(part.data * DAY, part.known, own=True)
            for part, kind in zip(parts, kinds, strict=True)
        ]
    result = _folded(_FOLDS[op], [_number(part) for part in parts])
    if timed and op == "-" and kinds[1] != "number":
        return _folded(np.divide, [result, Part(np.float64(DAY), None)])
    return result


def interpolated(x: Part, knots: Knots) -> Part:
    """Read off the line through the points; constant outside them."""
    xs, ys = (np.array(values, dtype=np.float64) for values in zip(*knots.points, strict=True))
    start = np.concatenate((xs[:1], xs))
    value = np.concatenate((ys[:1], ys))
    slope = np.concatenate(([0.0], (ys[1:] - ys[:-1]) / (xs[1:] - xs[:-1]), [0.0]))
    data = _number(x).data
    cell = _cells(xs, data)
    run = data - start.take(cell)
    run *= slope.take(cell)
    run += value.take(cell)
    return Part(run, x.known, own=True).checked()


def _cells(xs: Any, data: Any) -> Any:
    """Count the knots at or below each value."""
    if len(xs) > _FEW_KNOTS:
        return np.searchsorted(xs, data, side="right")
    count = np.zeros(np.shape(data), dtype=np.uint8)
    for x in xs:
        count += data >= x
    return count


def _number(part: Part) -> Part:
    if part.data.dtype == np.float64:
        return part
    return Part(part.data.astype(np.float64), part.known, own=True)


def _out(part: Part) -> Any:
    return part.data if part.own and np.ndim(part.data) else None


def _folded(join: np.ufunc, parts: Sequence[Part]) -> Part:
    result = parts[0]
    for part in parts[1:]:
        out = _out(result)
        if out is None or np.ndim(part.data) > np.ndim(out):
            out = _out(part)
        data = join(result.data, part.data, out=out)
        result = Part(data, both(result.known, part.known), own=True)
    return result


def _power(base: Part, exponent: Part) -> Part:
    known = both(base.known, exponent.known)
    if np.ndim(exponent.data) == 0:
        whole = float(exponent.data)
        if whole == np.floor(whole) and abs(whole) <= 64:
            return Part(numeric.whole_power(base.data, int(whole)), known, own=True)
        if whole == 0.5:
            return Part(np.sqrt(base.data), known, own=True)
    return Part(numeric.power(base.data, exponent.data), known, own=True)


def _rounded(part: Part, digits: int) -> Part:
    scale = np.float64(10.0 ** abs(digits))
    if digits == 0:
        return Part(np.rint(part.data, out=_out(part)), part.known, own=True)
    there, back = (np.multiply, np.divide) if digits > 0 else (np.divide, np.multiply)
    data = there(part.data, scale, out=_out(part))
    out = data if np.ndim(data) else None
    return Part(back(np.rint(data, out=out), scale, out=out), part.known, own=True)
