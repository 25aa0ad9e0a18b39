"""Bounds hold for every value within them, and directions for every step."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synth_magic.expressions import Kind, Vector, bind, direction, evaluate, interval, parse

KINDS = {
    "x": Kind("number"),
    "y": Kind("number"),
    "dead": Kind("truth"),
    "grade": Kind("choice", ("mild", "severe"), ordered=True),
    "admission": Kind("date"),
    "seen": Kind("datetime"),
    "ward": Kind("text"),
}


def read(text):
    return bind(parse(text), KINDS)


def within(value, bounds):
    low, high = bounds
    slack = 1e-9 * max(1.0, abs(value))
    return low - slack <= value <= high + slack


@given(data=st.data())
@settings(derandomize=True, max_examples=150, deadline=None)
def test_no_value_lies_outside_the_bounds(language, data):
    tree = bind(
        data.draw(st.one_of(language.numbers(curved=True), language.rules(curved=True))),
        language.kinds,
    )
    table = data.draw(language.tables(rows=6))
    columns = language.vectors(table)
    bounds = {}
    for name, vector in columns.items():
        known = [value for value in table[name] if value is not None]
        if language.kinds[name].what != "text" and known:
            data_known = vector.data[[value is not None for value in table[name]]]
            bounds[name] = (float(data_known.min()), float(data_known.max()))
    found = evaluate(tree, columns)
    limits = interval(tree, bounds)
    for row, value in enumerate(found.data):
        if found.known is None or found.known[row]:
            assert within(float(value), limits)


@given(data=st.data())
@settings(derandomize=True, max_examples=150, deadline=None)
def test_a_direction_is_kept_at_every_step(language, data):
    tree = bind(
        data.draw(st.one_of(language.numbers(curved=True), language.conditions(depth=2))),
        language.kinds,
    )
    bounds = {"a": (0.0, 8.0), "b": (-4.0, -1.0), "NT-proBNP": (-3.0, 3.0)}
    run = direction(tree, "a", bounds)
    assume(run is not None)
    columns = language.vectors(data.draw(language.tables(rows=1)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    steps = np.sort(rng.uniform(0.0, 8.0, 40))
    rows = {
        name: Vector(
            np.repeat(vector.data, 40),
            None if vector.known is None else np.repeat(vector.known, 40),
        )
        for name, vector in columns.items()
    }
    for name in ("b", "NT-proBNP"):
        rows[name] = Vector(np.full(40, rng.uniform(*bounds[name])))
    rows["a"] = Vector(steps)
    found = evaluate(tree, rows)
    values = found.data.astype(float)
    if len(values) == 1:
        assert run == 0
        return
    known = values if found.known is None else values[found.known]
    change = np.diff(known)
    slack = 1e-9 * np.maximum(1.0, np.abs(known[1:])) if len(known) else 0.0
    if run == 0:
        assert (np.abs(change) <= slack).all()
    else:
        assert (change * run >= -slack).all()


BMI = "x / (y / 100) ** 2"


@pytest.mark.parametrize(
    ("text", "bounds", "expected"),
    [
        (BMI, {"x": (40, 120), "y": (150, 200)}, (10, 120 / 2.25)),
        ("x ** 2", {"x": (-1, 3)}, (0, 9)),
        ("x ** 3", {"x": (-2, 3)}, (-8, 27)),
        ("x ** -1", {"x": (2, 4)}, (0.25, 0.5)),
        ("x ** 0.5", {"x": (-1, 9)}, (0, 3)),
        ("x ** y", {"x": (2, 3), "y": (1, 2)}, (2, 9)),
        ("x ** y", {"x": (-2, 3), "y": (1, 2)}, (-math.inf, math.inf)),
        ("x ** 60", {"x": (1e10, 1e14)}, (math.inf, math.inf)),
        ("x ** 63", {"x": (-1e10, 2)}, (-math.inf, 2**63)),
        ("1 / x", {"x": (-1, 3)}, (-math.inf, math.inf)),
        ("1 / x", {"x": (0, 4)}, (0.25, math.inf)),
        ("1 / x", {"x": (-4, 0)}, (-math.inf, -0.25)),
        ("x - y", {"x": (1, 2)}, (-math.inf, math.inf)),
        ("log(x)", {"x": (0, 1)}, (-math.inf, 0)),
        ("log10(x)", {"x": (1, math.inf)}, (0, math.inf)),
        ("exp(x)", {"x": (0, 1e4)}, (1, math.inf)),
        ("abs(x)", {"x": (-3, -2)}, (2, 3)),
        ("round(x, 1)", {"x": (0.16, math.inf)}, (0.2, math.inf)),
        ("floor(x)", {"x": (-math.inf, 2.7)}, (-math.inf, 2)),
        ("interpolate(x, [[0, 1], [2, 5], [4, 3]])", {"x": (1, 3.5)}, (3, 5)),
        ("interpolate(x, [[0, 1], [2, 5], [4, 3]])", {}, (1, 5)),
        ("admission + 3", {"admission": (10, 20)}, (13, 23)),
        ("seen - admission", {"admission": (10, 20), "seen": (86_400 * 15, 86_400 * 25)}, (-5, 15)),
        ("seen - 2", {"seen": (86_400 * 15, 86_400 * 25)}, (86_400 * 13, 86_400 * 23)),
        ("grade", {}, (0, 1)),
        ("2 * dead + 1", {}, (1, 3)),
    ],
)
def test_bounds_of_a_formula(text, bounds, expected):
    assert interval(read(text), bounds) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x > y", (0, 0)),
        ("x < y", (1, 1)),
        ("x <= 5", (1, 1)),
        ("x >= 6", (0, 0)),
        ("x == y", (0, 0)),
        ("x != y", (1, 1)),
        ("x > 2", (0, 1)),
        ("not x > y", (1, 1)),
        ("x < y or dead", (1, 1)),
        ("x < y and dead", (0, 1)),
        ("if x > y then dead", (1, 1)),
        ("if x < y then x > y", (0, 0)),
        ("x in [7, 8]", (0, 0)),
        ("x in [2, 8]", (0, 1)),
        ("x is missing", (0, 1)),
        ("ward == 'x'", (0, 1)),
        ("min(x, y) <= 5", (1, 1)),
        ("max(x, y) < 6", (0, 0)),
        ("min(admission, seen) == admission", (0, 1)),
        ("admission < seen", (0, 1)),
    ],
)
def test_a_condition_that_always_or_never_holds_is_found(text, expected):
    assert interval(read(text), {"x": (1, 5), "y": (6, 9)}) == expected


def test_dates_and_times_are_compared_on_one_axis():
    bounds = {"admission": (10, 20), "seen": (86_400 * 21, 86_400 * 25)}
    assert interval(read("admission < seen"), bounds) == (1, 1)
    assert interval(read("seen < admission"), bounds) == (0, 0)


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        (BMI, "x", 1),
        (BMI, "y", -1),
        (BMI, "dead", 0),
        ("x * y", "x", 1),
        ("-x ** 3", "x", -1),
        ("x ** 2 - y", "x", 1),
        ("x ** -2", "x", -1),
        ("x ** y", "x", None),
        ("2 ** x", "x", 1),
        ("0.5 ** x", "x", -1),
        ("1 / (x - 3)", "x", None),
        ("x - x ** 2", "x", None),
        ("interpolate(x, [[0, 1], [2, 0]])", "x", -1),
        ("interpolate(x, [[0, 1], [2, 0], [3, 4]])", "x", None),
        ("not x > 3", "x", -1),
        ("if x > 3 then dead", "x", -1),
        ("x in [1, 2]", "x", None),
        ("abs(x - 10)", "x", -1),
        ("(x - 10) ** 2", "x", -1),
        ("(x - 10) ** -2", "x", 1),
        ("(x - 10) ** 3", "x", 1),
        ("x < 3", "x", -1),
        ("3 <= x", "x", 1),
        ("x > 3", "x", 1),
        ("x < 3 and y < x", "x", None),
        ("x == 3", "x", None),
        ("min(x, -y, 3)", "x", 1),
    ],
)
def test_directions(text, column, expected):
    assert direction(read(text), column, {"x": (1, 5), "y": (6, 9)}) == expected


def test_without_bounds_a_product_has_no_direction():
    assert direction(read(BMI), "x", {}) == 1
    assert direction(read(BMI), "y", {}) is None
    assert direction(read("x * y"), "x", {}) is None
