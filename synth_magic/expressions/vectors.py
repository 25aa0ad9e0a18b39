"""Whole columns through a bound tree, with unknown values kept apart.

Conditions follow Kleene's three-valued logic and are held as two masks, surely
true and possibly true: "and" and "or" then work on each mask alone, and while
nothing is unknown both are one array.  Arithmetic works in place wherever an
intermediate result is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.expressions import arithmetic
from synth_magic.expressions.analyse import names
from synth_magic.expressions.kinds import kind_of
from synth_magic.expressions.moments import DAY
from synth_magic.expressions.tree import (
    COMPARISONS,
    Call,
    Knots,
    Name,
    Node,
    Number,
    Text,
    Value,
)

Mask = NDArray[np.bool_]

_BLOCK = 16_384  # rows
_CONDITIONS = (*COMPARISONS, "and", "or", "not", "if", "missing", "in")
_COMPARE = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """A column's values, and which of them are known.

    Parameters
    ----------
    data
        Shape (rows,).  number: float64; truth: bool, or float64 0 and 1; choice:
        integer codes into the levels; date: float64 days, datetime: float64
        seconds since 1970-01-01; text: object.  Where a value is unknown
        anything may stand.
    known
        Shape (rows,), or None when all are known.
    """

    data: NDArray[Any]
    known: Mask | None = None


def evaluate(node: Node, columns: Mapping[str, Vector]) -> Vector:
    """Work out a bound tree on whole columns.

    Parameters
    ----------
    node
        As `bind` gave it.
    columns
        A vector for each of ``names(node)``, all of one length.

    Returns
    -------
    Vector
        Conditions: bool, False where unknown.  An expression without columns
        has one row.  Division by zero, the logarithm of what is not positive,
        the root of what is negative and overflow are unknown.
    """
    return _blockwise(_evaluated, node, columns)


def holds(node: Node, columns: Mapping[str, Vector], rows: int) -> Mask:
    """Tell in which rows a rule holds: where it is true or unknown.

    Parameters
    ----------
    node
        A bound condition, ``if … then …`` included.
    columns
        A vector for each of ``names(node)``.
    rows
        Number of rows, for rules without columns.

    Returns
    -------
    numpy.ndarray
        bool, shape (rows,).
    """
    true = _blockwise(_possible, node, columns).data
    return true if len(true) == rows else np.repeat(true, rows)


def _evaluated(node: Node, columns: Mapping[str, Vector]) -> Vector:
    if kind_of(node).what == "truth":
        sure, maybe = _truth(node, columns)
        if sure is maybe:
            return Vector(np.atleast_1d(sure))
        return Vector(np.atleast_1d(sure), np.atleast_1d(sure == maybe))
    part = _settled(node, columns)
    data = np.atleast_1d(part.data)
    if part.known is None:
        return Vector(data)
    return Vector(data, np.broadcast_to(part.known, data.shape))


def _possible(node: Node, columns: Mapping[str, Vector]) -> Vector:
    return Vector(np.atleast_1d(_truth(node, columns)[1]))


# Blocks -------------------------------------------------------------------------------


def _blockwise(
    work: Callable[[Node, Mapping[str, Vector]], Vector],
    node: Node,
    columns: Mapping[str, Vector],
) -> Vector:
    """Work in blocks that stay in the processor's cache, where there is arithmetic to do."""
    used = {name: columns[name] for name in names(node)}
    rows = len(next(iter(used.values())).data) if used else 1
    with np.errstate(all="ignore"):
        if rows <= _BLOCK or not _computes(node):
            return work(node, used)
        truth = kind_of(node).what == "truth"
        data: NDArray[Any] = np.empty(rows, dtype=np.bool_ if truth else np.float64)
        known = None
        for start in range(0, rows, _BLOCK):
            block = slice(start, start + _BLOCK)
            done = work(node, {name: _cut(vector, block) for name, vector in used.items()})
            data[block] = done.data
            if done.known is not None:
                known = np.ones(rows, dtype=np.bool_) if known is None else known
                known[block] = done.known
    return Vector(data, known)


def _cut(vector: Vector, block: slice) -> Vector:
    return Vector(vector.data[block], None if vector.known is None else vector.known[block])


def _computes(node: Node) -> bool:
    """Tell whether there is more to do than to compare columns."""
    return isinstance(node, Call) and (node.op not in _CONDITIONS or any(map(_computes, node.args)))


# Conditions ---------------------------------------------------------------------------


def _truth(node: Node, columns: Mapping[str, Vector]) -> tuple[Any, Any]:
    """Return the masks (surely true, possibly true); one object when all is known."""
    match node:
        case Call("not", (arg,)):
            sure, maybe = _truth(arg, columns)
            if sure is maybe:
                same = ~sure
                return same, same
            return ~maybe, ~sure
        case Call("and" | "or" as op, args):
            return _joined(np.logical_and if op == "and" else np.logical_or, args, columns)
        case Call("if", (guard, claim)):
            return _truth(Call("or", (Call("not", (guard,)), claim)), columns)
        case Call("missing", (arg,)):
            unknown = _unknown(arg, columns)
            return unknown, unknown
        case Call("in", args):
            return _within(args, columns)
        case Call(op, (left, right)) if op in COMPARISONS:
            return _compared(op, left, right, columns)
        case _:
            part = _part(node, columns)
            true = part.data if part.data.dtype == np.bool_ else part.data != 0
            return _masks(true, part.known)


def _masks(true: Any, known: Any) -> tuple[Any, Any]:
    return (true, true) if known is None else (true & known, true | ~known)


def _joined(
    join: np.ufunc, args: tuple[Node, ...], columns: Mapping[str, Vector]
) -> tuple[Any, Any]:
    sure, maybe = _truth(args[0], columns)
    for arg in args[1:]:
        more, perhaps = _truth(arg, columns)
        if sure is maybe and more is perhaps:
            sure = maybe = join(sure, more)
        else:
            sure, maybe = join(sure, more), join(maybe, perhaps)
    return sure, maybe


def _unknown(node: Node, columns: Mapping[str, Vector]) -> Any:
    if kind_of(node).what == "truth":
        sure, maybe = _truth(node, columns)
        return sure != maybe
    part = _settled(node, columns)
    if part.known is not None:
        return ~part.known
    return np.zeros(np.shape(part.data), dtype=np.bool_)


def _within(args: tuple[Node, ...], columns: Mapping[str, Vector]) -> tuple[Any, Any]:
    sure, maybe = _compared("==", args[0], args[1], columns)
    for item in args[2:]:
        more, perhaps = _compared("==", args[0], item, columns)
        if sure is maybe and more is perhaps:
            sure = maybe = sure | more
        else:
            sure, maybe = sure | more, maybe | perhaps
    return sure, maybe


def _compared(op: str, left: Node, right: Node, columns: Mapping[str, Vector]) -> tuple[Any, Any]:
    a, b = _settled(left, columns), _settled(right, columns)
    scale = kind_of(left).what, kind_of(right).what
    one = a.data * DAY if scale == ("date", "datetime") else a.data
    two = b.data * DAY if scale == ("datetime", "date") else b.data
    return _masks(_COMPARE[op](one, two), arithmetic.both(a.known, b.known))


# Values -------------------------------------------------------------------------------


def _part(node: Node, columns: Mapping[str, Vector]) -> arithmetic.Part:
    if isinstance(node, Name):
        vector = columns[node.name]
        return arithmetic.Part(vector.data, vector.known)
    if isinstance(node, Number):
        return arithmetic.Part(np.float64(node.value), None)
    if isinstance(node, Value):
        return arithmetic.Part(np.float64(node.code), None)
    if isinstance(node, Text):
        return arithmetic.Part(np.array(node.value, dtype=object), None)
    if isinstance(node, Knots):
        raise TypeError("knots have no value of their own")
    if node.op in _CONDITIONS:
        sure, maybe = _truth(node, columns)
        known = None if sure is maybe else sure == maybe
        return arithmetic.Part(sure.astype(np.float64), known, own=True)
    parts = [_part(arg, columns) for arg in node.args if not isinstance(arg, Knots)]
    if node.op in ("+", "-", "min", "max"):
        kinds = [kind_of(arg).what for arg in node.args]
        if "date" in kinds or "datetime" in kinds:
            return arithmetic.dated(node.op, parts, kinds)
    last = node.args[-1]
    if isinstance(last, Knots):
        return arithmetic.interpolated(parts[0], last)
    return arithmetic.apply(node.op, parts)


def _settled(node: Node, columns: Mapping[str, Vector]) -> arithmetic.Part:
    """Work out a value and make overflow unknown, where that is not done already."""
    part = _part(node, columns)
    if isinstance(node, Call) and node.op not in arithmetic.CHECKED:
        return part.checked()
    return part
