"""What is odd is what is more than chance makes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synth_magic.fidelity.repeats import Repeats, excess, repeats

pytestmark = pytest.mark.long


def odd(report):
    return {f.name: f for f in report.figures("oddities") if f.verdict == "unlikely"}


def set_rows(column, values, first=0):
    def change(table):
        table.loc[first : first + len(values) - 1, column] = values
        return table

    return change


# Equal rows --------------------------------------------------------------------------


def test_copied_rows_are_found(graded, clinic):
    def change(table):
        table.iloc[10:14] = table.iloc[100:104].to_numpy()
        return table.astype(dict(table.dtypes))

    found = odd(graded(clinic, 800, change=change))
    assert found["equal rows"].value == 4
    assert "4 of 800 rows equal an earlier one" in found["equal rows"].sentence


FEW = """\
version: 1
columns:
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: dead, type: boolean, distribution: {probability: 0.1}}
  - {name: visits, type: integer, range: [0, 20], distribution: {poisson: {mean: 2}}}
"""


def test_rows_that_chance_makes_equal_are_not_odd(graded):
    report = graded(FEW, 500)
    figure = next(f for f in report.figures("oddities") if f.name == "equal rows")
    assert figure.value > 400
    assert figure.verdict == "as expected"
    assert report.to_dict()["headline"]["oddities"]["value"] == "0"


def test_copies_beyond_those_of_chance_are_found(graded):
    """Some 60 of 800 rows are equal by chance; 150 copies more are not."""
    yaml = FEW + "  - {name: dose, type: integer, distribution: {uniform: {low: 0, high: 500}}}\n"
    report = graded(yaml, 800)
    figure = next(f for f in report.figures("oddities") if f.name == "equal rows")
    assert 10 < figure.law < 200
    assert figure.verdict == "as expected"

    def change(table):
        table.iloc[:150] = table.iloc[150:300].to_numpy()
        return table.astype(dict(table.dtypes))

    assert "equal rows" in odd(graded(yaml, 800, change=change))


def test_equal_rows_are_counted_as_pandas_does():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(0, 4, (300, 3)).astype(float))
    frame[1] = frame[1].replace({0.0: np.nan})
    frame[2] = frame[2].replace({0.0: -0.0})
    found = repeats([frame[name].to_numpy() for name in frame], 300)
    sizes = frame.groupby(list(frame), dropna=False).size()
    assert found.extra == frame.duplicated().sum()
    assert found.pairs == (sizes * (sizes - 1) / 2).sum()
    assert found.triples == (sizes * (sizes - 1) * (sizes - 2) / 6).sum()
    assert repeats([], 5) == Repeats(5, 0, 0, 0)


@pytest.mark.parametrize("values", [3, 40, 500, 20_000])
def test_the_chance_of_equal_rows_is_as_small_as_it_says_and_no_smaller(values):
    """Of tables with nothing wrong at most a share p is said to be as odd as p."""
    rng = np.random.default_rng(7)
    weights = 1 / np.arange(1, values + 1)
    weights /= weights.sum()

    def drawn(rows):
        return repeats([rng.choice(values, rows, p=weights).astype(float)], rows)

    chances = []
    for _ in range(40):
        law = drawn(65_536)
        chances += [excess(drawn(100), law) for _ in range(20)]
    chances = np.array(chances)
    for p in (0.01, 0.05):
        assert (chances <= p).mean() <= p + 3 * np.sqrt(p / len(chances))


def test_where_the_average_row_has_a_twin_equal_rows_tell_nothing():
    law = Repeats(65_536, 65_533, 7e8, 5e12)
    assert excess(Repeats(100, 97, 4950, 161_700), law) == 1
    assert excess(Repeats(100, 0, 0, 0), law) == 1
    assert excess(Repeats(100, 3, 3, 0), Repeats(65_536, 0, 0, 0)) < 1e-9


# Columns -----------------------------------------------------------------------------


def test_a_value_far_outside_its_law_is_found_even_alone(graded, clinic):
    found = odd(graded(clinic, 800, change=set_rows("crp", [9999.0])))
    assert found["crp, far values"].value == 1
    assert "9999" in found["crp, far values"].sentence


def test_only_values_that_chance_does_not_make_are_counted(graded):
    """Of a million values some are beyond all 65,536 of the large draw, and usual for so many."""
    yaml = (
        "version: 1\ncolumns:\n  - {name: x, type: number, decimals: 3,"
        " distribution: {normal: {mean: 0, sd: 1}}}\n"
    )
    report = graded(yaml, 1_000_000, change=set_rows("x", [50.0, -70.0]))
    assert odd(report)["x, far values"].value == 2
    assert "furthest at -70" in odd(report)["x, far values"].sentence


def test_the_largest_of_many_values_is_not_odd(graded, clinic):
    assert not odd(graded(clinic, 30_000))


def test_a_lost_category_is_odd_when_chance_would_not_lose_it(graded):
    yaml = FEW.replace("{F: 0.5, M: 0.5}", "{F: 0.55, M: 0.42, X: 0.03}").replace(
        "name: sex, type: category", "name: sex, type: category, values: [F, M, X]"
    )

    def lose(table):
        table["sex"] = table["sex"].where(table["sex"] != "X", "F")
        return table

    found = odd(graded(yaml, 800, change=lose))
    assert "about 24 were to be expected" in found["sex = X, lost"].sentence
    assert "sex = X, lost" not in odd(graded(yaml, 40, change=lose))


def test_one_value_only_and_unknown_values_are_odd(graded, clinic):
    def change(table):
        table["sex"] = table["sex"].astype(str).replace({"F": "female"})
        return table.assign(age=60)

    found = odd(graded(clinic, 100, change=change))
    assert {"age, one value", "sex, unknown values"} <= set(found)


def test_values_that_nobody_said_could_miss_are_odd(graded, clinic):
    def change(table):
        table["age"] = table["age"].astype("Int64")
        table.loc[:1, "age"] = pd.NA
        return table

    found = odd(graded(clinic, 300, change=change))
    assert found["age, missing"].value == 2
    assert not odd(graded(clinic, 300))  # hb and sbp may be missing: it was stated


def test_pinned_constants_formulas_groups_and_structural_gaps_are_exempt(graded):
    yaml = """\
version: 1
columns:
  - {name: pid, type: id, pattern: "P####"}
  - {name: site, type: category, distribution: {probabilities: {north: 1}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: births, type: integer, distribution: {by: sex, groups:
     {F: {poisson: {mean: 2}}, M: {poisson: {mean: 0.5}}}}}
  - {name: ten, type: integer, formula: 10 * births}
rules:
  - if sex == 'M' then births is missing
"""
    assert not odd(graded(yaml, 400))


def test_blood_pressures_without_rounding_are_a_word_and_no_fault(graded, clinic):
    def lead(report):
        return next(section.lead for section in report.sections if section.key == "oddities")

    def heaped(table):
        return table.assign(sbp=(table["sbp"] / 10).round() * 10)

    assert "of sbp end in 0" in lead(graded(clinic, 500))
    assert "end in 0" not in lead(graded(clinic, 500, change=heaped))
    assert graded(clinic, 500).to_dict()["headline"]["oddities"]["good"] is True


def test_a_changed_table_has_oddities_without_verdict(graded, clinic):
    report = graded(clinic, 300, change=lambda t: t.assign(age=60), known=False)
    found = {f.name: f.verdict for f in report.figures("oddities")}
    assert found["age, one value"] == "not graded"
    assert report.to_dict()["headline"]["oddities"]["value"] == "not graded"


def test_a_lost_column_is_noted(graded, clinic):
    report = graded(clinic, 100, change=lambda t: t.drop(columns=["age"]), known=False)
    assert "age is not in the table" in [problem.what for problem in report.problems]
