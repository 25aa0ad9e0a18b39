"""Missing values: exact rates, at random, not at random, by rule."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth_magic import sampling
from synth_magic.errors import DataError
from tests.oracles import SDS, dkw, follows, least_squares, logit, near

ROWS = 100_000


def within(found, stated, rows=ROWS):
    return abs(found - stated) < SDS * np.sqrt(stated * (1 - stated) / rows) + 1e-4


def score(values):
    z = stats.norm.ppf((stats.rankdata(values) - 0.5) / len(values))
    return (z - z.mean()) / z.std()


def test_completely_at_random_the_rate_is_exact_and_unrelated(table, age, sbp):
    drawn = table(ROWS, columns=[age, sbp], missing={"sbp": "rate: 0.15"})
    gone = drawn["sbp"].isna()
    assert within(gone.mean(), 0.15)
    assert abs(np.corrcoef(gone, drawn["age"])[0, 1]) < SDS / np.sqrt(ROWS)
    assert follows(drawn["sbp"].dropna(), lambda x: stats.norm.cdf(x + 0.5, 135, 18))


def test_at_random_the_rate_is_exact_and_beta_means_what_it_means_for_a_boolean(table, age, sbp):
    drawn = table(
        ROWS, columns=[age, sbp], missing={"sbp": "rate: 0.1, depends_on: age, beta: -0.3"}
    )
    gone = drawn["sbp"].isna()
    assert within(gone.mean(), 0.1)
    found, error = logit(gone, score(drawn["age"]))
    stated = -0.3 * np.pi / np.sqrt(3) / np.sqrt(1 - 0.09)
    assert near(found, stated, error, slack=0.005)


def test_odds_ratio_reads_the_raw_value_and_the_value_of_a_category(table, age, sex, sbp):
    drawn = table(
        ROWS,
        columns=[age, sex, sbp, "name: x, type: number, distribution: {normal: {mean: 0, sd: 1}}"],
        missing={
            "sbp": "rate: 0.2, depends_on: age, odds_ratio: 1.05",
            "x": "rate: 0.2, depends_on: sex=M, odds_ratio: 3",
        },
    )
    for name, parent, ratio in (("sbp", drawn["age"], 1.05), ("x", drawn["sex"] == "M", 3)):
        found, error = logit(drawn[name].isna(), parent)
        assert near(found, np.log(ratio), error)


def test_not_at_random_reads_the_value_that_is_lost(make):
    columns = ["name: x, type: number, decimals: 2, distribution: {normal: {mean: 10, sd: 2}}"]
    holes = sampling.compile(
        make(columns=columns, missing={"x": "rate: 0.3, depends_on: x, odds_ratio: 1.5"})
    )
    complete = sampling.draw(sampling.compile(make(columns=columns)), ROWS, 1)["x"]
    found = sampling.draw(holes, ROWS, 1)["x"]
    gone = found.isna()
    assert within(gone.mean(), 0.3)
    assert found[~gone].equals(complete[~gone])
    ratio, error = logit(gone, complete)
    assert near(ratio, np.log(1.5), error)


def test_a_rule_makes_missing_and_the_rate_is_exact_over_the_rows_that_are_left(table, age, sex):
    births = "name: births, type: integer, distribution: {poisson: {mean: 1.5}}"
    drawn = table(
        ROWS,
        columns=[age, sex, births],
        rules=["if sex == 'M' then births is missing"],
        missing={"births": "rate: 0.1, depends_on: age, beta: 0.4"},
    )
    men = drawn["sex"] == "M"
    assert drawn["births"][men].isna().all()
    assert within(drawn["births"][~men].isna().mean(), 0.1, (~men).sum())
    assert str(drawn["births"].dtype) == "Int64"


def test_a_structurally_missing_parent_adds_its_mean_effect(table, sex, sbp):
    births = "name: births, type: integer, distribution: {poisson: {mean: 1.5}}"
    drawn = table(
        ROWS,
        columns=[sex, births, sbp],
        effects=["from: births, to: sbp, difference: 5"],
        rules=["if sex == 'M' then births is missing"],
    )
    men = drawn["sex"] == "M"
    error = 18 / np.sqrt(men.sum()) + 18 / np.sqrt((~men).sum())
    assert abs(drawn["sbp"][men].mean() - drawn["sbp"][~men].mean()) < SDS * error
    found = least_squares(drawn["sbp"][~men], drawn["births"][~men].astype(float))
    # The men's rows have no spread of the effect, so the women's slope is scaled up a little.
    assert near(found[0], 5, found[1], slack=0.2)
    assert abs(drawn["sbp"].mean() - 135) < 0.5


def test_a_randomly_missing_parent_acts_by_its_hidden_value(make, age, sbp):
    effects = ["from: age, to: sbp, beta: 0.6"]
    full = make(columns=[age, sbp], effects=effects)
    holes = make(columns=[age, sbp], effects=effects, missing={"age": "rate: 0.4"})
    a, b = (sampling.draw(sampling.compile(blueprint), 2000, 3) for blueprint in (full, holes))
    assert a["sbp"].equals(b["sbp"])
    assert b["age"].isna().any()


def test_a_missing_operand_makes_the_result_missing(table):
    drawn = table(
        5000,
        columns=[
            "name: h, type: integer, distribution: {normal: {mean: 170, sd: 9}}",
            "name: w, type: number, decimals: 1, distribution: {normal: {mean: 80, sd: 9}}",
            "name: bmi, type: number, decimals: 1, formula: w / (h / 100) ** 2",
            "name: double, type: number, decimals: 1, formula: bmi * 2",
            "name: whole, type: integer, formula: h + 1",
        ],
        missing={"h": "rate: 0.2", "bmi": "rate: 0.1"},
    )
    assert drawn["bmi"][drawn["h"].isna()].isna().all()
    assert drawn["double"].isna().equals(drawn["bmi"].isna())
    assert drawn["whole"].isna().equals(drawn["h"].isna())
    assert drawn["bmi"].isna().mean() == pytest.approx(1 - 0.8 * 0.9, abs=0.03)
    assert str(drawn["whole"].dtype) == "Int64"


def test_a_formula_without_a_result_is_missing(table):
    drawn = table(
        2000,
        columns=[
            "name: n, type: integer, distribution: {poisson: {mean: 1}}",
            "name: x, type: number, decimals: 2, formula: 1 / n",
            "name: y, type: integer, formula: floor(10 / n)",
        ],
    )
    assert drawn["x"].isna().equals(drawn["n"] == 0)
    assert drawn["y"].isna().equals(drawn["n"] == 0)


def test_a_value_that_no_whole_number_can_hold_is_missing_or_an_error_and_never_invented(table):
    seen = table(
        2000,
        columns=[
            "name: n, type: integer, range: [0, 400], distribution: {uniform: {low: 0, high: 400}}",
            "name: y, type: integer, formula: exp(n)",
        ],
    )
    assert seen["y"].isna().equals(seen["n"] > 36)
    rare = [
        "name: x, type: number, decimals: 3, distribution: {normal: {mean: 0, sd: 1}}",
        "name: y, type: integer, formula: exp(8 * x)",
    ]
    with pytest.raises(DataError, match="the formula of y has no value in some rows"):
        table(3_000_000, columns=rare)


def test_all_and_nothing_can_be_missing(table, age, sex):
    drawn = table(500, columns=[age, sex], missing={"age": "rate: 1", "sex": "rate: 0"})
    assert drawn["age"].isna().all()
    assert drawn["sex"].notna().all()


def test_the_observed_law_is_the_marginal_reweighted_by_the_chance_of_being_seen(table):
    drawn = table(
        ROWS,
        columns=["name: x, type: number, decimals: 3, distribution: {normal: {mean: 0, sd: 1}}"],
        missing={"x": "rate: 0.4, depends_on: x, odds_ratio: 3"},
    )
    grid = np.linspace(-6, 6, 4001)
    odds = np.exp(grid * np.log(3))
    base = _base(grid, odds, 0.4)
    seen = stats.norm.pdf(grid) / (1 + base * odds)
    law = np.cumsum(seen) / seen.sum()
    x = drawn["x"].dropna()
    assert follows(x, lambda v: np.interp(v, grid, law), beside=2e-3)
    assert x.mean() < -0.2
    assert dkw(len(x)) < 0.02


def _base(grid, odds, rate):
    from scipy.optimize import brentq

    weights = stats.norm.pdf(grid)
    weights /= weights.sum()
    return brentq(lambda b: (weights * b * odds / (1 + b * odds)).sum() - rate, 1e-6, 1e6)
