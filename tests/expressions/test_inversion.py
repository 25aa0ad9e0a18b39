"""Formulas turned round give back what they were given; bounds say what the rule says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synth_magic.expressions import (
    Call,
    Kind,
    Name,
    Number,
    Vector,
    bind,
    bound_on,
    evaluate,
    names,
    parse,
    show,
    solve_for,
)

KINDS = {
    "sbp": Kind("number"),
    "dbp": Kind("number"),
    "weight": Kind("number"),
    "height": Kind("number"),
    "bmi": Kind("number"),
    "dead": Kind("truth"),
    "smoker": Kind("choice", ("never", "former", "current"), ordered=True),
    "admission": Kind("date"),
    "discharge": Kind("date"),
    "stay": Kind("number"),
    "seen": Kind("datetime"),
}


def read(text):
    return bind(parse(text), KINDS)


def said(claim, column, bounds=None):
    return [
        f"{bound.op} {show(bound.expression)}" for bound in bound_on(read(claim), column, bounds)
    ]


@pytest.mark.parametrize(
    ("formula", "operand", "result", "expected"),
    [
        ("weight / (height / 100) ** 2", "weight", "bmi", "bmi * (height / 100) ** 2"),
        ("weight / (height / 100) ** 2", "height", "bmi", "sqrt(weight / bmi) * 100"),
        ("dbp + (sbp - dbp) / 3", "sbp", "map", "(map - dbp) * 3 + dbp"),
        ("discharge - admission", "discharge", "stay", "admission + stay"),
        ("discharge - admission", "admission", "stay", "discharge - stay"),
        ("admission + stay", "stay", "discharge", "discharge - admission"),
        ("admission + stay", "admission", "discharge", "discharge - stay"),
        ("log(sbp) / 2", "sbp", "y", "exp(y * 2)"),
        ("log10(sbp)", "sbp", "y", "10 ** y"),
        ("log2(sbp)", "sbp", "y", "2 ** y"),
        ("exp(-sbp)", "sbp", "y", "-log(y)"),
        ("2 ** sbp", "sbp", "y", "log(y) / log(2)"),
        ("sqrt(sbp - 1)", "sbp", "y", "y ** 2 + 1"),
        ("100 / sbp", "sbp", "y", "100 / y"),
        ("interpolate(sbp, [[1, 5], [2, 3]])", "sbp", "y", "interpolate(y, [[3, 2], [5, 1]])"),
        ("10 - sbp - dbp", "dbp", "y", "10 - sbp - y"),
    ],
)
def test_a_formula_is_turned_round(formula, operand, result, expected):
    assert show(solve_for(read(formula), operand, result)) == expected
    assert solve_for(parse(formula), operand, result) is not None


@pytest.mark.parametrize(
    ("formula", "operand"),
    [
        ("round(sbp)", "sbp"),
        ("floor(sbp)", "sbp"),
        ("max(sbp, dbp)", "sbp"),
        ("interpolate(sbp, [[1, 5], [2, 3], [3, 4]])", "sbp"),
        ("interpolate(sbp, [[1, 5], [2, 5]])", "sbp"),
        ("sbp * sbp", "sbp"),
        ("sbp - dbp - sbp", "sbp"),
        ("sbp / (sbp + dbp)", "sbp"),
        ("sbp + dbp", "height"),
        ("sbp ** dbp", "dbp"),
        ("sbp ** 0", "sbp"),
        ("1 ** sbp", "sbp"),
        ("sbp + 2 * dead", "dead"),
        ("(sbp > 3) + dbp", "sbp"),
        ("seen - admission", "admission"),
        ("sbp", "dbp"),
        ("discharge - (admission - discharge)", "discharge"),
        ("min(admission, discharge)", "admission"),
    ],
)
def test_what_cannot_be_turned_round_is_none(formula, operand):
    assert solve_for(read(formula), operand, "y") is None


def test_ranges_choose_the_branch_of_even_powers():
    square = read("(sbp - 100) ** 2")
    assert show(solve_for(square, "sbp", "y", {"sbp": (100, 200)})) == "sqrt(y) + 100"
    assert show(solve_for(square, "sbp", "y", {"sbp": (0, 100)})) == "-sqrt(y) + 100"
    assert solve_for(square, "sbp", "y", {"sbp": (0, 200)}) is None
    assert show(solve_for(square, "sbp", "y")) == "sqrt(y) + 100"
    assert solve_for(read("sbp ** 3"), "sbp", "y", {"sbp": (-5, -1)}) is None
    assert show(solve_for(read("abs(sbp)"), "sbp", "y", {"sbp": (-5, -1)})) == "-y"
    assert solve_for(read("abs(sbp)"), "sbp", "y", {"sbp": (-5, 1)}) is None


INVERTIBLE = st.recursive(
    st.just("sbp"),
    lambda inner: st.one_of(
        inner.map(lambda text: f"({text} + dbp)"),
        inner.map(lambda text: f"(dbp - {text})"),
        inner.map(lambda text: f"({text} * 3)"),
        inner.map(lambda text: f"(height / {text})"),
        inner.map(lambda text: f"({text} / height)"),
        inner.map(lambda text: f"(-{text})"),
        inner.map(lambda text: f"({text} - 2 * {text})"),
        inner.map(lambda text: f"(dbp + {text} / 2 + 0.25 * {text})"),
        inner.map(lambda text: f"{text} ** 2"),
        inner.map(lambda text: f"{text} ** 3"),
        inner.map(lambda text: f"log({text})"),
        inner.map(lambda text: f"exp({text} / 50)"),
        inner.map(lambda text: f"sqrt({text})"),
        inner.map(lambda text: f"abs({text})"),
        inner.map(lambda text: f"interpolate({text}, [[-1000, -9], [0, 2], [1000, 7]])"),
    ),
    max_leaves=4,
)


@given(text=INVERTIBLE, seed=st.integers(0, 50))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_the_formula_of_its_solution_is_its_result(text, seed):
    formula = read(text)
    solution = solve_for(formula, "sbp", "bmi")
    assume(solution is not None)
    assert "sbp" not in names(solution)
    rng = np.random.default_rng(seed)
    columns = {
        "sbp": Vector(rng.uniform(1, 50, 20)),
        "dbp": Vector(rng.uniform(1, 50, 20)),
        "height": Vector(rng.uniform(1, 3, 20)),
    }
    result = evaluate(formula, columns)
    columns["bmi"] = result
    columns["sbp"] = solved = evaluate(solution, columns)
    again = evaluate(formula, columns)
    both = np.ones(20, bool)
    for vector in (result, solved, again):
        both &= True if vector.known is None else vector.known
    tame = both & (np.abs(solved.data) < 1e6) & (np.abs(solved.data) > 1e-6)
    np.testing.assert_allclose(again.data[tame], result.data[tame], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("claim", "column", "expected"),
    [
        ("sbp > dbp", "sbp", ["> dbp"]),
        ("sbp > dbp", "dbp", ["< sbp"]),
        ("sbp - dbp >= 10", "sbp", [">= 10 + dbp"]),
        ("sbp - dbp >= 10", "dbp", ["<= sbp - 10"]),
        ("bmi < 40", "bmi", ["< 40"]),
        ("40 > bmi", "bmi", ["< 40"]),
        ("18.5 <= bmi < 40", "bmi", [">= 18.5", "< 40"]),
        ("not sbp > dbp", "sbp", ["<= dbp"]),
        ("sbp == 2 * dbp", "sbp", ["== 2 * dbp"]),
        ("sbp == 2 * dbp", "dbp", ["== sbp / 2"]),
        ("-2 * sbp < 10", "sbp", ["> -5"]),
        ("weight / (height / 100) ** 2 < 40", "weight", ["< 40 * (height / 100) ** 2"]),
        ("discharge >= admission + 2", "admission", ["<= discharge - 2"]),
        ("discharge - admission <= 30", "discharge", ["<= admission + 30"]),
        ("discharge >= '2015-01-01'", "discharge", [">= '2015-01-01'"]),
        ("smoker >= former", "smoker", [">= 'former'"]),
        ("log(sbp) < dbp", "sbp", ["< exp(dbp)"]),
        ("sbp + dbp < 3 * sbp", "sbp", ["> dbp / 2"]),
        ("2 ** sbp < dbp", "sbp", ["< log(dbp) / log(2)"]),
        ("0.5 ** sbp < dbp", "sbp", ["> log(dbp) / log(0.5)"]),
        ("sbp > dbp and bmi < 3 and sbp < 9", "sbp", ["> dbp", "< 9"]),
    ],
)
def test_a_claim_is_read_as_bounds(claim, column, expected):
    assert said(claim, column) == expected


@pytest.mark.parametrize(
    ("claim", "column"),
    [
        ("sbp != dbp", "sbp"),
        ("not sbp == dbp", "sbp"),
        ("sbp > dbp or bmi < 3", "sbp"),
        ("sbp > dbp", "bmi"),
        ("dead", "dead"),
        ("sbp in [1, 2]", "sbp"),
        ("sbp * dbp < 3", "sbp"),
        ("sbp ** 2 < 3", "sbp"),
        ("sbp ** 2 == 4", "sbp"),
        ("sqrt(sbp) < dbp", "sbp"),
        ("abs(sbp) < 3", "sbp"),
        ("round(sbp) < 3", "sbp"),
        ("100 / sbp < 3", "sbp"),
        ("interpolate(sbp, [[1, 2], [2, 3]]) < 2.5", "sbp"),
        ("admission <= seen", "admission"),
        ("sbp - dbp - sbp > 3", "sbp"),
        ("sbp * sbp > 3", "sbp"),
        ("smoker == smoker", "smoker"),
        ("dead == dead", "dead"),
        ("if dead then sbp > 3", "sbp"),
        ("sbp is missing", "sbp"),
    ],
)
def test_other_claims_bound_nothing(claim, column):
    assert said(claim, column) == []


def test_ranges_allow_more_bounds():
    positive = {"dbp": (1, 9), "sbp": (1, 9)}
    assert said("sbp * dbp < 3", "sbp", positive) == ["< 3 / dbp"]
    assert said("sbp / dbp < 3", "sbp", {"dbp": (-9, -1)}) == ["> 3 * dbp"]
    assert said("sbp ** 2 < 3", "sbp", positive) == ["< sqrt(3)"]
    assert said("sbp ** 2 < 3", "sbp", {"sbp": (-9, -1)}) == ["> -sqrt(3)"]
    assert said("sbp ** -1 < 3", "sbp", positive) == ["> 3 ** -1"]
    assert said("sqrt(sbp) < dbp", "sbp", positive) == ["< dbp ** 2"]


CLAIMS = st.tuples(INVERTIBLE, st.sampled_from(("<", "<=", ">", ">=", "==")), INVERTIBLE)


@given(claim=CLAIMS, swap=st.booleans(), seed=st.integers(0, 50))
@settings(derandomize=True, max_examples=120, deadline=None)
def test_a_bound_says_what_the_claim_says(claim, swap, seed):
    left, op, right = claim
    right = right.replace("sbp", "bmi") if seed % 2 else right.replace("sbp", "(sbp * 0 + 20)")
    text = f"{right} {op} {left}" if swap else f"{left} {op} {right}"
    ranges = dict.fromkeys(("sbp", "dbp", "bmi", "height"), (1.0, 50.0))
    tree = read(text)
    found = bound_on(tree, "sbp", ranges)
    assume(found)
    rng = np.random.default_rng(seed)
    columns = {name: Vector(rng.uniform(1, 50, 60)) for name in ranges}
    for bound in found:
        assert "sbp" not in names(bound.expression)
        limit = evaluate(bound.expression, columns)
        side = Name("sbp", kind=Kind("number"))
        other = Name("limit", kind=Kind("number"))
        said = evaluate(
            Call(bound.op, (side, other), kind=Kind("truth")), {**columns, "limit": limit}
        )
        meant = evaluate(tree, columns)
        sure = np.abs(columns["sbp"].data - limit.data) > 1e-6 * np.abs(limit.data)
        for vector in (said, meant):
            sure &= True if vector.known is None else vector.known
        assert (said.data[sure] == meant.data[sure]).all()


def test_two_signs_in_front_cancel():
    assert show(solve_for(read("-(-sbp) + 0"), "sbp", "y")) == "y"
    assert show(solve_for(read("sbp * 1"), "sbp", "y")) == "y"


def test_a_bound_by_a_number_is_a_number():
    (bound,) = bound_on(read("2 * sbp - 10 < 30"), "sbp")
    assert bound.expression == Number(20.0)
