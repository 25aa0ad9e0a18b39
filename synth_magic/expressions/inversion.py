"""Formulas turned round, and rules read as bounds on one column.

A tree is peeled from outside until the column stands alone; where it occurs
more than once, its terms are first collected, if they are linear.  Peeled steps
are real arithmetic: in the last bit a bound may differ from the rule itself, so
a value drawn within a bound is still checked against the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from synth_magic.errors import SpecError
from synth_magic.expressions.intervals import Interval, interval, sign
from synth_magic.expressions.kinds import kind_of, typed
from synth_magic.expressions.tree import COMPARISONS, Call, Knots, Name, Node, Number

Comparison = Literal["==", "<", "<=", ">", ">="]

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_FOLDED = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


@dataclass(frozen=True, slots=True)
class Bound:
    """``column op expression``, the column not occurring in the expression."""

    op: Comparison
    expression: Node


def bound_on(
    claim: Node, column: str, bounds: Mapping[str, Interval] | None = None
) -> tuple[Bound, ...]:
    """Read a claim as bounds on one column.

    Parameters
    ----------
    claim
        A bound condition without ``if`` (`condition` splits that off).
    column
        The column that the bounds are to be on.
    bounds
        Ranges of columns, which decide the sign of what the column is multiplied
        or divided by.

    Returns
    -------
    tuple of Bound
        All that the claim says of the column by comparisons joined with ``and``
        in which it can be left alone; perhaps none.  Where an expression is
        unknown it bounds nothing.
    """
    ranges = bounds or {}
    match claim:
        case Call("and", args):
            return tuple(bound for arg in args for bound in bound_on(arg, column, ranges))
        case Call("not", (Call(op, (left, right)),)) if op in COMPARISONS:
            return bound_on(Call(_DENIED[op], (left, right)), column, ranges)
        case Call(op, (left, right)) if op in COMPARISONS and op != "!=":
            if _count(left, column) + _count(right, column) == 0:
                return ()
            try:
                found = _compared(op, left, right, column, ranges)
            except SpecError:  # a step that the kinds (dates) do not allow
                return ()
            return () if found is None else (found,)
        case _:
            return ()


def solve_for(
    formula: Node,
    operand: str,
    result: str,
    bounds: Mapping[str, Interval] | None = None,
) -> Node | None:
    """Turn a formula round.

    Parameters
    ----------
    formula
        A tree that gives a number or a date.
    operand
        The column to solve for.
    result
        Name of the column that holds what the formula gives.
    bounds
        Ranges of columns; they choose the branch of even powers and of `abs`,
        which is the positive one without them.

    Returns
    -------
    Node or None
        An expression of `result` and the other operands: putting it in the
        operand's place gives back `result`.  None when there is none, or when
        bounds leave the branch open.
    """
    kinds = _kinds(formula)
    if kinds.get(operand) in ("truth", "choice", "text") or _count(formula, operand) == 0:
        return None
    try:
        start = Name(result, kind=kind_of(formula)) if kinds else Name(result)
        solved = _isolate(formula, operand, start, bounds)
        if solved is None or (kinds and kind_of(solved[0]).what != kinds[operand]):
            return None
    except SpecError:
        return None
    return solved[0]


# Peeling ----------------------------------------------------------------------------------


def _count(node: Node, column: str) -> int:
    if isinstance(node, Name):
        return int(node.name == column)
    return sum(_count(arg, column) for arg in node.args) if isinstance(node, Call) else 0


def _kinds(node: Node) -> dict[str, str]:
    """Tell what the columns of a bound tree hold; nothing for an unbound one."""
    if isinstance(node, Name):
        return {} if node.kind is None else {node.name: node.kind.what}
    if not isinstance(node, Call):
        return {}
    return {name: what for arg in node.args for name, what in _kinds(arg).items()}


def _made(op: str, *args: Node) -> Node:
    """Make a call, its kind worked out where the operands are bound, numbers folded."""
    match op, args:
        case "neg", (Number(value),):
            return Number(-value)
        case "neg", (Call("neg", (inner,)),):
            return inner
        case (("+" | "-" | "*" | "/"), (Number(a), Number(b))) if op != "/" or b != 0:
            return Number(_FOLDED[op](a, b))
        case (("*" | "/"), (inner, Number(1.0))):
            return inner
        case (("+" | "-"), (inner, Number(0.0))):
            return inner
    try:
        return typed(op, *args)
    except ValueError:
        return Call(op, args)


def _compared(
    op: str, left: Node, right: Node, column: str, ranges: Mapping[str, Interval]
) -> Bound | None:
    if _count(left, column) and _count(right, column):
        left, right = _made("-", left, right), Number(0.0)
    if _count(right, column):
        op, left, right = _MIRRORED[op], right, left
    solved = _isolate(left, column, right, ranges)
    if solved is None or (solved[1] is None and op != "=="):
        return None
    if isinstance(left, Call) and op == "==" and solved[1] is None:
        return None
    expression, turn = solved
    own, other = _kinds(left).get(column), _what(expression)
    if "datetime" in (own, other) and own != other:
        return None
    return Bound(_MIRRORED[op] if turn == -1 else op, expression)  # type: ignore[arg-type]


def _what(node: Node) -> str | None:
    try:
        return kind_of(node).what
    except ValueError:
        return None


def _isolate(
    node: Node, column: str, value: Node, ranges: Mapping[str, Interval] | None
) -> tuple[Node, int | None] | None:
    """Solve ``node == value`` for the column.

    Returns the solution and how an inequality turns on the way: 1 stays, -1
    turns round, None cannot be carried over.
    """
    turn: int | None = 1
    while isinstance(node, Call):
        places = [place for place, arg in enumerate(node.args) if _count(arg, column)]
        if len(places) > 1:
            return _collected(node, column, value, turn)
        step = _step(node, places[0], value, ranges)
        if step is None:
            return None
        value, turned = step
        turn = None if turn is None or turned is None else turn * turned
        node = node.args[places[0]]
    return value, turn


def _collected(
    node: Node, column: str, value: Node, turn: int | None
) -> tuple[Node, int | None] | None:
    """Solve where the column occurs in several terms: slope * column + rest == value."""
    line = _linear(node, column)
    if line is None or line[0] == 0:
        return None
    slope, rest = line
    if rest is None:
        free = value if slope > 0 else _made("neg", value)
    else:
        free = _made("-", value, rest) if slope > 0 else _made("-", rest, value)
    turned = None if turn is None else turn if slope > 0 else -turn
    return _made("/", free, Number(abs(slope))), turned


def _linear(node: Node, column: str) -> tuple[float, Node | None] | None:
    """Write a number as slope * column + rest; None when it is no such thing."""
    if not _count(node, column):
        return 0.0, node
    match node:
        case Name():
            return 1.0, None
        case Call("neg", (arg,)):
            return _scaled(_linear(arg, column), "*", -1.0)
        case Call(("*" | "/") as op, (arg, Number(factor))) if op == "*" or factor:
            return _scaled(_linear(arg, column), op, factor)
        case Call("*", (Number(factor), arg)):
            return _scaled(_linear(arg, column), "*", factor)
        case Call(("+" | "-") as op, (left, right)):
            a, b = _linear(left, column), _linear(right, column)
            if a is None or b is None:
                return None
            slope = a[0] + b[0] if op == "+" else a[0] - b[0]
            if b[1] is None:
                return slope, a[1]
            if a[1] is None:
                return slope, b[1] if op == "+" else _made("neg", b[1])
            return slope, _made(op, a[1], b[1])
        case _:
            return None


def _scaled(
    line: tuple[float, Node | None] | None, op: str, factor: float
) -> tuple[float, Node | None] | None:
    if line is None:
        return None
    slope, rest = line
    by = factor if op == "*" else 1 / factor
    if rest is None:
        return slope * by, None
    if op == "*" and factor == -1:
        return -slope, _made("neg", rest)
    return slope * by, _made(op, rest, Number(factor))


def _step(
    node: Call, place: int, value: Node, ranges: Mapping[str, Interval] | None
) -> tuple[Node, int | None] | None:
    """Undo the outermost operation: what its operand `place` must be, and the turn."""
    inner = node.args[place]
    if node.op == "**":
        return _power_step(node, place, value, ranges)
    if node.op in _FOLDED:
        return _arithmetic_step(node.op, node.args[1 - place], place, value, ranges)
    match node.op:
        case "neg":
            return _made("neg", value), -1
        case "exp":
            return _made("log", value), 1
        case "log":
            return _made("exp", value), 1
        case "log2" | "log10":
            return _made("**", Number(float(node.op[3:])), value), 1
        case "sqrt":
            positive = sign(interval(value, ranges or {})) == 1
            return _made("**", value, Number(2.0)), 1 if positive else None
        case "abs":
            side = _side(inner, ranges)
            if side is None:
                return None
            return (_made("neg", value) if side == -1 else value), None
        case "interpolate" if isinstance(node.args[1], Knots):
            knots = _swapped(node.args[1])
            return None if knots is None else (_made("interpolate", value, knots), None)
        case _:
            return None


def _arithmetic_step(
    op: str, other: Node, place: int, value: Node, ranges: Mapping[str, Interval] | None
) -> tuple[Node, int | None] | None:
    turn = sign(interval(other, ranges or {})) or None
    match op, place:
        case "+", _:
            return _made("-", value, other), 1
        case "-", 0:
            dated = _what(other) in ("date", "datetime")
            return _made("+", *((other, value) if dated else (value, other))), 1
        case "-", _:
            return _made("-", other, value), -1
        case "*", _:
            return _made("/", value, other), turn
        case "/", 0:
            return _made("*", value, other), turn
        case _:
            return _made("/", other, value), None


def _power_step(
    node: Call, place: int, value: Node, ranges: Mapping[str, Interval] | None
) -> tuple[Node, int | None] | None:
    base, exponent = node.args
    if place == 1:
        if not (isinstance(base, Number) and base.value > 0 and base.value != 1):
            return None
        scale = _made("log", base)
        return _made("/", _made("log", value), scale), 1 if base.value > 1 else -1
    if not isinstance(exponent, Number) or exponent.value == 0:
        return None
    n, side = exponent.value, _side(base, ranges)
    if side is None or (side == -1 and n % 2):
        return None
    root = _made("sqrt", value) if n == 2 else _made("**", value, Number(1 / n))
    turn = 1 if n > 0 else -1
    if side == -1:
        return _made("neg", root), -turn
    return root, turn


def _side(inner: Node, ranges: Mapping[str, Interval] | None) -> int | None:
    """On which side of 0 an operand lies; without ranges the positive one is taken."""
    return 1 if ranges is None else sign(interval(inner, ranges)) or None


def _swapped(knots: Knots) -> Knots | None:
    """Turn the points of a strictly monotone `interpolate` round."""
    points = sorted((y, x) for x, y in knots.points)
    if any(a[0] == b[0] for a, b in pairwise(points)):
        return None
    line = [x for _, x in points]
    return Knots(tuple(points)) if line in (sorted(line), sorted(line, reverse=True)) else None
