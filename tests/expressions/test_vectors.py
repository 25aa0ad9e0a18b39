"""Whole columns give what each row gives by itself."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.expressions import Kind, Vector, bind, evaluate, holds, names, parse

KINDS = {
    "x": Kind("number"),
    "y": Kind("number"),
    "dead": Kind("truth"),
    "sex": Kind("choice", ("F", "M")),
    "admission": Kind("date"),
    "discharge": Kind("date"),
    "seen": Kind("datetime"),
    "pregnancies": Kind("number"),
}


def read(text):
    return bind(parse(text), KINDS)


def numbers(*values):
    known = np.array([value is not None for value in values])
    data = np.array([0.0 if value is None else float(value) for value in values])
    return Vector(data, None if known.all() else known)


def listed(vector):
    known = np.ones(len(vector.data), bool) if vector.known is None else vector.known
    return [
        value if sure else None for value, sure in zip(vector.data.tolist(), known, strict=True)
    ]


def rows_of(table):
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


@given(data=st.data())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_a_condition_is_true_false_or_unknown_as_row_by_row(language, data):
    tree = bind(data.draw(language.rules()), language.kinds)
    table = data.draw(language.tables())
    expected = [language.truth(tree, row) for row in rows_of(table)]
    columns = language.vectors(table)
    if not names(tree):
        expected = expected[:1]
    assert listed(evaluate(tree, columns)) == expected
    assert holds(tree, columns, 5).tolist() == [true is not False for true in expected] * (
        1 if names(tree) else 5
    )


@given(data=st.data())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_a_formula_gives_the_numbers_of_plain_arithmetic(language, data):
    tree = bind(data.draw(language.numbers()), language.kinds)
    table = data.draw(language.tables())
    found = listed(evaluate(tree, language.vectors(table)))
    expected = [language.value(tree, row) for row in rows_of(table)]
    if not names(tree):
        expected = expected[:1]
    assert found == expected


@given(data=st.data())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_curves_agree_with_the_mathematical_library(language, data):
    curve = data.draw(st.sampled_from(("log", "log2", "log10", "exp", "sqrt")))
    tree = read(f"{curve}(x)")
    values = data.draw(st.lists(st.floats(-700, 700), min_size=1, max_size=8))
    found = listed(evaluate(tree, {"x": numbers(*values)}))
    for value, result in zip(values, found, strict=True):
        try:
            expected = getattr(math, curve)(value)
        except ValueError:
            expected = None
        assert result == (expected if expected is None else pytest.approx(expected, rel=1e-14))


@given(data=st.data())
@settings(derandomize=True, max_examples=30, deadline=None)
def test_blocks_leave_no_trace(language, data):
    tree = bind(data.draw(language.rules(curved=True)), language.kinds)
    columns = language.vectors(data.draw(language.tables()))
    many = 20_003
    index = np.arange(many) % 5
    tall = {
        name: Vector(v.data[index], None if v.known is None else v.known[index])
        for name, v in columns.items()
    }
    short, long = listed(evaluate(tree, columns)), listed(evaluate(tree, tall))
    assert long == [short[i % len(short)] for i in range(len(long))]
    assert holds(tree, tall, many).tolist() == holds(tree, columns, 5)[index].tolist()


def test_what_is_unknown_in_one_block_is_unknown_there_and_nowhere_else():
    x, known = np.arange(50_000.0), np.ones(50_000, bool)
    known[[3, 40_000]] = False
    found = evaluate(read("x + y"), {"x": Vector(x, known), "y": Vector(np.ones(50_000))})
    assert (found.known == known).all()
    assert (found.data[known] == x[known] + 1).all()
    found = evaluate(read("1 / (x - 30000) > 0"), {"x": Vector(x)})
    assert np.flatnonzero(~found.known).tolist() == [30_000]
    assert (found.data == (x > 30_000)).all()


def test_what_cannot_be_worked_out_is_unknown_and_never_warns():
    x = {"x": numbers(0, -1, 1e200, 2)}
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert listed(evaluate(read("1 / x"), x)) == [None, -1, 1e-200, 0.5]
        assert listed(evaluate(read("x / x"), x)) == [None, 1, 1, 1]
        assert listed(evaluate(read("log(x)"), x))[:2] == [None, None]
        assert listed(evaluate(read("sqrt(x)"), x))[:2] == [0, None]
        assert listed(evaluate(read("x * x"), x)) == [0, 1, None, 4]
        assert listed(evaluate(read("exp(x)"), x))[2] is None
        assert listed(evaluate(read("x ** 0.5"), x))[1] is None
        assert listed(evaluate(read("x ** -1"), x))[0] is None
        assert listed(evaluate(read("0 / (x - x)"), x)) == [None] * 4


def test_an_unknown_comparison_breaks_no_rule():
    columns = {"x": numbers(1, None, 3, None), "y": numbers(2, 2, None, None)}
    assert holds(read("x > y"), columns, 4).tolist() == [False, True, True, True]
    assert holds(read("not x > y"), columns, 4).tolist() == [True] * 4
    assert holds(read("1 / (x - 1) > 5 and x > 2"), columns, 4).tolist() == [
        False,
        True,
        False,
        True,
    ]


def test_a_rule_with_a_guard_holds_where_the_guard_does_not():
    columns = {
        "sex": Vector(np.array([0, 1, 1], dtype=np.int8)),
        "pregnancies": numbers(2, 1, None),
    }
    rule = read("if sex == M then pregnancies is missing")
    assert holds(rule, columns, 3).tolist() == [True, False, True]


def test_missing_operands_make_the_result_missing():
    columns = {"x": numbers(1, None, 3), "y": numbers(None, 2, 4)}
    for text in ("x + y", "min(x, y)", "max(x, y)", "x ** y", "0 * x * y"):
        assert listed(evaluate(read(text), columns))[:2] == [None, None]


def test_dates_count_in_days_and_times_in_fractions_of_a_day():
    columns = {
        "admission": numbers(10, 20),
        "discharge": numbers(13, None),
        "seen": numbers(10.5 * 86_400, 21 * 86_400),
    }
    assert listed(evaluate(read("discharge - admission"), columns)) == [3, None]
    assert listed(evaluate(read("seen - admission"), columns)) == [0.5, 1]
    assert listed(evaluate(read("admission - seen"), columns)) == [-0.5, -1]
    assert listed(evaluate(read("admission + 2"), columns)) == [12, 22]
    assert listed(evaluate(read("2 + admission"), columns)) == [12, 22]
    assert listed(evaluate(read("seen - 0.5"), columns)) == [10 * 86_400, 20.5 * 86_400]
    assert listed(evaluate(read("admission < seen"), columns)) == [True, True]
    assert listed(evaluate(read("admission >= seen - 1"), columns)) == [True, True]
    assert listed(evaluate(read("seen >= admission + 1"), columns)) == [False, True]
    assert listed(evaluate(read("max(admission, seen)"), columns)) == [10.5 * 86_400, 21 * 86_400]
    assert listed(evaluate(read("admission >= '1970-01-12'"), columns)) == [False, True]
    assert listed(evaluate(read("seen < '1970-01-11T13:00'"), columns)) == [True, False]


def test_a_score_counts_conditions_as_zero_or_one():
    columns = {"x": numbers(80, 60, None), "dead": Vector(np.array([True, False, True]))}
    assert listed(evaluate(read("2 * (x >= 75) + dead"), columns)) == [3, 0, None]


def test_a_score_over_many_items_is_summed_in_order():
    text = " + ".join(["x"] * 60) + " - y"
    columns = {"x": numbers(1, 2), "y": numbers(10, None)}
    assert listed(evaluate(read(text), columns)) == [50, None]


def test_interpolation_is_constant_outside_its_knots_and_exact_at_them():
    tree = read("interpolate(x, [[2, 12.5], [10, 32], [18, 60]])")
    found = listed(evaluate(tree, {"x": numbers(-5, 2, 6, 10, 17.999, 18, 99, None)}))
    assert found[:4] == [12.5, 12.5, 22.25, 32]
    assert found[4] == pytest.approx(60 - 0.0035)
    assert found[5:] == [60, 60, None]


def test_interpolation_over_many_knots_agrees_with_few():
    rng = np.random.default_rng(3)
    points = [(float(i), float(v)) for i, v in enumerate(rng.integers(0, 50, 60))]
    text = ", ".join(f"[{a:g}, {b:g}]" for a, b in points)
    x = rng.uniform(-3, 63, 500)
    found = evaluate(read(f"interpolate(x, [{text}])"), {"x": Vector(x)}).data
    np.testing.assert_allclose(found, np.interp(x, *zip(*points, strict=True)), rtol=1e-12)


def test_interpolation_gives_a_knots_own_value_to_the_last_bit():
    rng = np.random.default_rng(5)
    for _ in range(20):
        points = list(zip(np.cumsum(rng.uniform(0.1, 3, 9)), rng.normal(0, 9, 9), strict=True))
        text = ", ".join(f"[{a!r}, {b!r}]" for a, b in (map(float, point) for point in points))
        found = evaluate(read(f"interpolate(x, [{text}])"), {"x": numbers(*(a for a, _ in points))})
        assert found.data.tolist() == [b for _, b in points]


def test_the_power_one_half_is_the_root_to_the_last_bit():
    x = np.random.default_rng(6).uniform(0, 100, 5_000)
    assert (evaluate(read("x ** 0.5"), {"x": Vector(x)}).data == np.sqrt(x)).all()
    cubes = evaluate(read("x ** 3"), {"x": Vector(x)}).data
    assert (cubes == x * (x * x)).all()


def test_rounding_is_to_even_and_to_the_digits_asked_for():
    columns = {"x": numbers(0.5, 1.5, 2.5, 1234.5678)}
    assert listed(evaluate(read("round(x)"), columns)) == [0, 2, 2, 1235]
    assert listed(evaluate(read("round(x, 2)"), columns))[3] == 1234.57
    assert listed(evaluate(read("round(x, -2)"), columns))[3] == 1200


def test_columns_are_never_written_over():
    x, y = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
    before = x.copy(), y.copy()
    for text in ("x + y", "-x", "abs(x)", "round(x, 1)", "x ** 1", "x * y - x / y", "max(x, y)"):
        evaluate(read(text), {"x": Vector(x), "y": Vector(y)})
    assert (x == before[0]).all()
    assert (y == before[1]).all()


def test_whole_numbers_and_codes_of_any_width_serve_as_columns():
    columns = {"x": Vector(np.array([7, 8], dtype=np.int64)), "dead": Vector(np.array([0.0, 1.0]))}
    assert listed(evaluate(read("x / 2"), columns)) == [3.5, 4]
    assert listed(evaluate(read("dead"), columns)) == [False, True]
    assert listed(evaluate(read("dead is missing"), columns)) == [False, False]


def test_an_expression_without_columns_has_one_row_and_a_rule_as_many_as_asked():
    assert listed(evaluate(read("2 * 3"), {})) == [6]
    assert listed(evaluate(read("1 / 0"), {})) == [None]
    assert listed(evaluate(read("1 < 2"), {})) == [True]
    assert holds(read("2 < 1"), {}, 3).tolist() == [False] * 3
