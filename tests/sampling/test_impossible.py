"""What the user wrote is the law of the result, or an error that says why it cannot be."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest

from synth_magic import sampling
from synth_magic.errors import SpecError

NORMAL = "type: number, decimals: 1, distribution: {normal: {mean: 100, sd: 15}, source: guess}"
COLUMNS = [
    "name: age, type: integer, range: [30, 85], distribution: {normal: {mean: 62, sd: 11}, source: guess}",
    f"name: a, {NORMAL}",
    f"name: b, {NORMAL}",
    f"name: c, {NORMAL}",
    "name: day, type: date, distribution: {uniform: {low: '2015-01-01', high: '2020-12-31'}, source: guess}",
    "name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}, source: guess}",
    "name: total, type: number, formula: a * 0 + age",
]


def refused(blueprint):
    with pytest.raises(SpecError) as caught:
        sampling.compile(blueprint)
    (problem,) = caught.value.problems
    assert "\n" not in problem.what
    assert problem.mend
    return problem


def by(source, blueprint, *places):
    """Say who wrote the rules."""
    rules = tuple(
        rule.model_copy(update={"source": source}) if not places or number in places else rule
        for number, rule in enumerate(blueprint.rules)
    )
    return blueprint.model_copy(update={"rules": rules})


@pytest.mark.parametrize(
    ("rules", "at", "what"),
    [
        (["age > 200"], 0, "No row can keep the rule age > 200: age is 30 to 85"),
        (["b > 0", "day > '2030-01-01'"], 1,
         "No row can keep the rule day > '2030-01-01': day is 2015-01-01 to 2020-12-31"),
        (["total > 100"], 0, "No row can keep the rule total > 100: total is 3"),
        (["age * 0 + a > 500 or age > 90"], 0, "No row can keep the rule age * 0 + a > 500 or age > 90: age is 30 to 85, a is"),
        (["age > 50", "a > b", "b > a"], 2, "No row can keep the rules a > b and b > a together: a is"),
        (["a > b", "b > c", "age < 80", "c > a"], 3, "No row can keep the rules a > b, b > c and c > a together"),
        (["sex == 'F'", "sex == 'M'"], 1, "No row can keep the rules sex == 'F' and sex == 'M' together"),
    ],
)  # fmt: skip
def test_rules_that_no_row_can_keep_are_an_error_that_names_them_and_the_ranges(
    make, rules, at, what
):
    found = refused(make(columns=COLUMNS, rules=rules))
    assert found.path == ("rules", at)
    assert found.what.startswith(what)
    for name in ("day is", "age is", "total is"):
        assert (name in found.what) == (name in what)


def test_such_rules_of_a_model_or_the_reference_are_warned_of_and_counted(make):
    for rules in (["age > 200"], ["a > b", "b > a"]):
        blueprint = make(columns=COLUMNS, rules=rules)
        for source in ("model", "reference", "guess"):
            plan = sampling.compile(by(source, blueprint))
            assert sum(plan.unmet.values()) >= 1
            assert any("cannot be met in" in note.what for note in plan.notes)


def test_a_rule_of_the_user_is_not_refused_because_one_of_a_model_stands_against_it(make):
    """Together no row keeps both: the model's is the one to go."""
    for rules in (["a > b", "b > a"], ["age >= 84", "age < 84"]):
        blueprint = make(columns=COLUMNS, rules=rules)
        refused(blueprint)
        for place in (0, 1):
            plan = sampling.compile(by("model", blueprint, place))
            assert max(plan.unmet.values()) > 0.4


def test_hard_rules_that_some_rows_can_keep_are_kept(make):
    """A bound far out is reached by the cut law; three in line by drawing all of them."""
    rules = ["a > 170", "b > a", "c > b", "if sex == 'F' then age < 31"]
    plan = sampling.compile(make(columns=COLUMNS, rules=rules))
    drawn, counts = sampling.draw_counted(plan, 500, 3)
    assert set(counts.unmet.values()) == {0}
    assert ((drawn["c"] > drawn["b"]) & (drawn["b"] > drawn["a"]) & (drawn["a"] > 170)).all()


def test_a_rule_that_luck_keeps_in_most_rows_is_a_warning_still(make):
    """One pair of values in some three hundred keeps it, and no bound leads there."""
    digit = (
        "type: integer, range: [0, 9], distribution: {uniform: {low: 0, high: 9}, source: guess}"
    )
    plan = sampling.compile(
        make(columns=[f"name: a, {digit}", f"name: b, {digit}"], rules=["a * b == 81"])
    )
    assert 0 < plan.unmet["rules", 0] < 0.2
    assert any("cannot be met in" in note.what for note in plan.notes)


def test_a_range_of_a_formula_that_the_user_stated_is_such_a_rule(make):
    columns = [*COLUMNS[:-1], "name: total, type: number, range: [500, 600], formula: a + age"]
    found = refused(make(columns=columns))
    assert found.path == ("columns", "total", "range")
    assert "total >= 500 and total <= 600" in found.what
    columns[-1] = columns[-1].replace("formula", "sources: {range: model}, formula")
    assert sampling.compile(make(columns=columns)).unmet == {("columns", "total", "range"): 1}


def test_a_value_that_is_nowhere_known_breaks_no_rule(make):
    """Of a column that has no value in any row there is no range to name."""
    columns = [*COLUMNS, "name: none, type: number, formula: log(a - 1000)"]
    plan = sampling.compile(make(columns=columns, rules=["none > 5"]))
    assert plan.unmet == {("rules", 0): 0}
    found = refused(make(columns=columns, rules=["age > 200 and (none > 5 or age > 90)"]))
    assert found.what.endswith("age is 30 to 85")
    assert np.isnan(sampling.draw(plan, 5, 1)["none"]).all()
