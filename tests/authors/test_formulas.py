"""A range of the user's on a column that a formula could compute is kept, or the cell says why."""

import pytest

import synth_magic
from synth_magic.errors import SpecError


def test_a_range_on_bmi_turns_the_formula_round_where_weight_is_free(answered):
    blueprint, _ = answered("Adults\n\ncolumns:\n  height\n  weight\n  bmi: 18-40\n")
    assert blueprint.column("weight").formula is not None
    table = blueprint.sample(5_000)
    assert table["bmi"].between(18, 40).all()


def test_ranges_on_operands_and_result_all_hold(answered):
    cell = "Adults\n\ncolumns:\n  height: 140-200\n  weight: 40-160\n  bmi: 18-40\n"
    blueprint, _ = answered(cell)
    table = blueprint.sample(5_000)
    assert table["bmi"].between(18, 40).all()
    assert table["weight"].between(40, 160).all()
    assert (abs(table["weight"] / (table["height"] / 100) ** 2 - table["bmi"]) < 0.06).all()
    assert {r.text: r.source for r in blueprint.rules} == {"bmi >= 18": "user", "bmi <= 40": "user"}


def test_a_range_on_egfr_holds(answered):
    cell = "Adults\n\ncolumns:\n  age\n  sex: F / M\n  creatinine: mg/dL\n  egfr: 15-90\n"
    blueprint, _ = answered(cell)
    assert blueprint.column("egfr").formula is not None
    assert blueprint.sample(3_000)["egfr"].between(15, 90).all()


def test_ranges_that_no_row_can_meet_are_refused(answered):
    cell = "Adults\n\ncolumns:\n  height: 150-200\n  weight: kg, 50-60\n  bmi: 35-45\n"
    with pytest.raises(SpecError) as caught:
        answered(cell)
    (told,) = caught.value.problems
    assert told.path == ("columns", "bmi", "range")
    assert "hardly a row for bmi >= 35" in told.what


def test_a_formula_of_the_users_keeps_its_range_to_itself(answered):
    cell = "columns:\n  a: 1-10\n  b: {formula: a * 2, range: [0, 30]}\n"
    blueprint, _ = answered(cell)
    assert not blueprint.rules


@pytest.mark.parametrize(
    ("cell", "column", "dtype", "check"),
    [
        (
            "  weight: kg\n  height: cm\n  bmi: {formula: weight / (height / 100) ** 2}",
            "bmi",
            "float64",
            lambda t: abs(t.bmi - t.weight / (t.height / 100) ** 2).max() < 0.051,
        ),
        ("  a: 1-5\n  b: {formula: a > 3}", "b", "bool", lambda t: (t.b == (t.a > 3)).all()),
        (
            "  start: 2015-2020\n  stay: 1-10 days\n  end: {formula: start + stay}",
            "end",
            "datetime64",
            lambda t: ((t.end - t.start).dt.days == t.stay).all(),
        ),
        (
            """
  admission: 2015-2020
  discharge: 2015-2020
  los: {formula: discharge - admission}
rules:
  - discharge > admission""",
            "los",
            "float64",
            lambda t: ((t.discharge - t.admission).dt.days == t.los).all() and t.los.min() > 0,
        ),
    ],
)
def test_a_formula_of_the_users_needs_no_type(cell, column, dtype, check):
    table = synth_magic.generate(f"columns:\n{cell}\n")
    assert str(table[column].dtype).startswith(dtype)
    assert check(table)
