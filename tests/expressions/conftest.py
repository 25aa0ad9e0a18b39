"""Random expressions, random columns, and a tiny oracle that goes row by row.

The oracle knows the tree's shape and nothing else of ours: python's own
arithmetic, None for unknown, Kleene's logic by cases.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import strategies as st

from synth_magic.expressions import Call, Kind, Knots, Name, Number, Text, Value, Vector

GRADES = ("mild", "moderate", "severe")
SMOKER = ("never", "former", "current")
KINDS = {
    "a": Kind("number"),
    "b": Kind("number"),
    "NT-proBNP": Kind("number"),
    "dead": Kind("truth"),
    "née": Kind("truth"),
    "smoker": Kind("choice", SMOKER),
    "partner": Kind("choice", SMOKER),
    "grade": Kind("choice", GRADES, ordered=True),
    "admission": Kind("date"),
    "discharge": Kind("date"),
    "seen": Kind("datetime"),
    "ward": Kind("text"),
}
NUMBERS = ("a", "b", "NT-proBNP")
ORDER = ("<", "<=", ">", ">=", "==", "!=")


# Random trees whose parts fit together ----------------------------------------------------


@cache
def _numbers(depth: int, curved: bool):
    leaf = st.one_of(
        st.sampled_from(NUMBERS).map(Name),
        st.integers(-20, 20).map(lambda n: Number(n / 2)),
    )
    if depth == 0:
        return leaf
    below = st.deferred(lambda: _numbers(depth - 1, curved))
    unary = ["abs", "floor", "sqrt", "round"] + (["log", "log2", "log10", "exp"] if curved else [])
    return st.one_of(
        leaf,
        st.builds(
            lambda op, x, y: Call(op, (x, y)),
            st.sampled_from(("+", "-", "*", "/", "min", "max")),
            below,
            below,
        ),
        st.builds(lambda op, x: Call(op, (x,)), st.sampled_from(unary), below),
        st.builds(
            lambda x: Call("neg", (x,)), below.filter(lambda node: not isinstance(node, Number))
        ),
        st.builds(
            lambda x, n: Call("**", (x, Number(float(n)))), below, st.sampled_from((-2, -1, 2, 3))
        ),
        st.builds(lambda x: Call("interpolate", (x, Knots(((-5, 2), (0, -1), (8, 3))))), below),
        st.builds(
            lambda one, other: Call("-", (Name(one), Name(other))),
            *(st.sampled_from(("admission", "discharge", "seen")),) * 2,
        ),
        st.deferred(lambda: _conditions(depth - 1, curved)).map(
            lambda c: Call("*", (Number(2.0), c))
        ),
    )


@cache
def _dates(depth: int):
    days = st.integers(-20, 20).map(lambda n: Number(float(n)))
    column = st.sampled_from(("admission", "discharge", "seen")).map(Name)
    later = st.builds(lambda d, n: Call("+", (d, n)), column, days)
    return column if depth == 0 else st.one_of(column, later)


def _compare(left, right, ops=ORDER):
    return st.builds(lambda op, x, y: Call(op, (x, y)), st.sampled_from(ops), left, right)


def _word(values):
    return st.one_of(st.sampled_from(values).map(Name), st.sampled_from(values).map(Text))


@cache
def _conditions(depth: int, curved: bool):
    number = _numbers(max(depth - 1, 0), curved)
    smoker = st.sampled_from(("smoker", "partner")).map(Name)
    leaf = st.one_of(
        st.sampled_from(("dead", "née")).map(Name),
        _compare(number, number),
        _compare(smoker, _word(SMOKER), ("==", "!=")),
        _compare(smoker, smoker, ("==", "!=")),
        _compare(st.just(Name("grade")), _word(GRADES)),
        _compare(st.just(Name("dead")), _word(("yes", "no", "true", "0")), ("==", "!=")),
        _compare(_dates(depth), _dates(depth)),
        _compare(st.just(Name("admission")), st.just(Text("1970-01-05"))),
        _compare(st.just(Name("ward")), st.sampled_from(("x", "it's")).map(Text), ("==", "!=")),
        st.sampled_from(tuple(KINDS)).map(lambda name: Call("missing", (Name(name),))),
        number.map(lambda node: Call("missing", (node,))),
        st.lists(st.sampled_from(SMOKER).map(Text), min_size=1, max_size=3).map(
            lambda items: Call("in", (Name("smoker"), *items))
        ),
        st.lists(st.integers(-3, 3).map(lambda n: Number(float(n))), min_size=1, max_size=3).map(
            lambda items: Call("in", (Name("a"), *items))
        ),
    )
    if depth == 0:
        return leaf
    below = st.deferred(lambda: _conditions(depth - 1, curved))
    return st.one_of(
        leaf,
        st.builds(
            lambda op, parts: Call(op, tuple(parts)),
            st.sampled_from(("and", "or")),
            st.lists(below, min_size=2, max_size=3),
        ),
        below.map(lambda node: Call("not", (node,))),
    )


@cache
def _rules(depth: int, curved: bool):
    part = _conditions(depth, curved)
    return st.one_of(part, st.builds(lambda g, c: Call("if", (g, c)), part, part))


# Random columns -----------------------------------------------------------------------------


@st.composite
def _tables(draw, rows: int = 5):
    """Python values by column, None where unknown."""

    def column(values):
        values = st.one_of(st.none(), values) if gaps else values
        return [draw(values) for _ in range(rows)]

    gaps = draw(st.booleans())

    halves = st.integers(-40, 40).map(lambda n: n / 4)
    table = {name: column(halves) for name in NUMBERS}
    for name, kind in KINDS.items():
        if kind.what == "truth":
            table[name] = column(st.booleans())
        elif kind.what == "choice":
            table[name] = column(st.sampled_from(kind.levels))
        elif kind.what == "date":
            table[name] = column(st.integers(-10, 10))
        elif kind.what == "datetime":
            table[name] = column(st.integers(-40, 40).map(lambda n: n * 21_600))
        elif kind.what == "text":
            table[name] = column(st.sampled_from(("x", "y", "it's")))
    return table


def _vectors(table):
    """The same table as vectors; where a value is unknown something absurd stands."""
    columns = {}
    for name, values in table.items():
        kind = KINDS[name]
        known = np.array([value is not None for value in values])
        if kind.what == "choice":
            codes = [0 if v is None else kind.levels.index(v) for v in values]
            data = np.array(codes, dtype=np.int8)
        elif kind.what == "text":
            data = np.array(values, dtype=object)
        elif name == "dead":
            data = np.array([bool(value) for value in values])
        else:
            data = np.array([math.nan if v is None else float(v) for v in values])
        columns[name] = Vector(data, None if known.all() else known)
    return columns


# The oracle -----------------------------------------------------------------------------------


def _finite(value):
    return value if value is not None and math.isfinite(value) else None


def _value(node, row):
    """A number, a text, a day, a second, or None."""
    match node:
        case Number(value) | Text(value):
            return value
        case Value(code, text, kind):
            return text if kind.what == "choice" else code
        case Name(name, kind=kind):
            return row[name]
        case Call(op, args) if op in (*ORDER, "and", "or", "not", "missing", "in"):
            true = _truth(node, row)
            return None if true is None else float(true)
        case Call("interpolate", (x, Knots(points))):
            return _line(_value(x, row), points)
        case Call(op, args):
            values = [_value(arg, row) for arg in args]
            if None in values:
                return None
            kinds = [KINDS[a.name].what if isinstance(a, Name) else "number" for a in args]
            return _finite(_arithmetic(op, values, kinds))
    raise AssertionError(node)


def _line(x, points):
    if x is None:
        return None
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x < x1:
            return y0 + (y1 - y0) / (x1 - x0) * (x - x0)
    return points[-1][1]


def _arithmetic(op, values, kinds):
    x, *others = values
    y = others[0] if others else None
    if "datetime" in kinds:
        scale = [1 if kind == "datetime" else 86_400 for kind in kinds]
        x, y = x * scale[0], y * scale[1]
        return x + y if op == "+" else (x - y) / 86_400 if kinds[1] != "number" else x - y
    try:
        return {
            "+": lambda: x + y,
            "-": lambda: x - y,
            "*": lambda: x * y,
            "/": lambda: x / y,
            "neg": lambda: -x,
            "**": lambda: {2: x * x, 3: x * x * x}[y] if y > 0 else 1 / {1: x, 2: x * x}[-y],
            "min": lambda: min(values),
            "max": lambda: max(values),
            "abs": lambda: abs(x),
            "floor": lambda: float(math.floor(x)),
            "round": lambda: float(round(x)),
            "sqrt": lambda: math.sqrt(x),
            "log": lambda: math.log(x),
            "log2": lambda: math.log2(x),
            "log10": lambda: math.log10(x),
            "exp": lambda: math.exp(x),
        }[op]()
    except (ZeroDivisionError, ValueError, OverflowError):
        return None


def _truth(node, row):
    """True, False or None."""
    match node:
        case Name(name):
            return row[name]
        case Call("not", (arg,)):
            true = _truth(arg, row)
            return None if true is None else not true
        case Call("if", (guard, claim)):
            return _truth(Call("or", (Call("not", (guard,)), claim)), row)
        case Call("and", args):
            parts = [_truth(arg, row) for arg in args]
            return False if False in parts else None if None in parts else True
        case Call("or", args):
            parts = [_truth(arg, row) for arg in args]
            return True if True in parts else None if None in parts else False
        case Call("missing", (arg,)):
            return _value(arg, row) is None
        case Call("in", (x, *items)):
            return _truth(Call("or", tuple(Call("==", (x, item)) for item in items)), row)
        case Call(op, (left, right)):
            return _compared(op, left, right, row)
    raise AssertionError(node)


def _seconds(node, value):
    """Both sides of a comparison of dates in seconds."""
    kind = getattr(node, "kind", None)
    return value * 86_400 if kind is not None and kind.what == "date" else value


def _compared(op, left, right, row):
    x, y = _value(left, row), _value(right, row)
    if x is None or y is None:
        return None
    x, y = _seconds(left, x), _seconds(right, y)
    levels = getattr(getattr(left, "kind", None), "levels", ())
    if x in levels and y in levels:
        x, y = levels.index(x), levels.index(y)
    return (
        {
            "==": x == y,
            "!=": x != y,
            "<": x < y,
            "<=": x <= y,
            ">": x > y,
            ">=": x >= y,
        }[op]
        if isinstance(x, str) is False
        else (x == y if op == "==" else x != y)
    )


@pytest.fixture(scope="session")
def language():
    """Strategies, kinds and the oracle under one name."""
    return SimpleNamespace(
        kinds=KINDS,
        numbers=lambda depth=3, curved=False: _numbers(depth, curved),
        conditions=lambda depth=3, curved=False: _conditions(depth, curved),
        rules=lambda depth=3, curved=False: _rules(depth, curved),
        tables=_tables,
        vectors=_vectors,
        value=_value,
        truth=_truth,
    )
