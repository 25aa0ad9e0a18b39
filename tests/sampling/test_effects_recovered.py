"""Effects are recovered by regression in the words in which they were said."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.oracles import least_squares, logit, multinomial_logit, near, ordered_logit

ROWS = 100_000
LOGISTIC_SD = np.pi / np.sqrt(3)


def score(values):
    """Standardised normal score by mid-ranks: an estimate of the pooled marginal's."""
    z = stats.norm.ppf((stats.rankdata(values) - 0.5) / len(values))
    return (z - z.mean()) / z.std()


def test_beta_is_in_sds_of_the_child_per_sd_of_the_parent_given_the_others(table, age, sbp):
    drawn = table(
        ROWS,
        columns=[age, sbp, "name: dbp, type: number, distribution: {normal: {mean: 78, sd: 11}}"],
        effects=[
            "from: age, to: sbp, beta: 0.35",
            "from: sbp, to: dbp, beta: 0.5",
            "from: age, to: dbp, beta: -0.3",
        ],
    )
    z = {name: score(drawn[name]) for name in drawn}
    assert near(*_with([0.35], least_squares(z["sbp"], z["age"])), slack=0.002)
    assert near(*_with([0.5, -0.3], least_squares(z["dbp"], z["sbp"], z["age"])), slack=0.002)


def _with(stated, fit):
    return fit[0], np.asarray(stated), fit[1]


def test_beta_of_a_value_is_for_having_it(table, sex, sbp):
    drawn = table(ROWS, columns=[sex, sbp], effects=["from: sex=M, to: sbp, beta: 0.5"])
    found = least_squares(score(drawn["sbp"]), drawn["sex"] == "M")
    assert near(*_with([0.5], found), slack=0.003)


@pytest.mark.parametrize("prevalence", [0.03, 0.2, 0.6])
def test_odds_ratios_are_exact_at_every_prevalence(table, age, sex, prevalence):
    drawn = table(
        ROWS,
        columns=[
            age,
            sex,
            f"name: ill, type: boolean, distribution: {{probability: {prevalence}}}",
        ],
        effects=[
            "from: age, to: ill, odds_ratio: 1.6, per: 10",
            "from: sex=M, to: ill, odds_ratio: 3",
        ],
    )
    found = logit(drawn["ill"], drawn["age"] / 10, drawn["sex"] == "M")
    assert near(*_with(np.log([1.6, 3]), found))


def test_per_is_the_step_and_one_unit_without_it(table, age):
    ill = "name: ill, type: boolean, distribution: {probability: 0.3}"
    one = table(500, columns=[age, ill], effects=["from: age, to: ill, odds_ratio: 1.05"])
    ten = table(
        500,
        columns=[age, ill],
        effects=[f"from: age, to: ill, odds_ratio: {1.05**10!r}, per: 10"],
    )
    assert one.equals(ten)


def test_a_0_1_integer_is_drawn_like_a_boolean(table, age, dead):
    effects = ["from: age, to: dead, odds_ratio: 2, per: 10"]
    a = table(2000, columns=[age, dead], effects=effects)
    b = table(2000, columns=[age, dead.replace("boolean", "integer")], effects=effects)
    assert b["dead"].dtype == np.int64
    assert np.array_equal(a["dead"], b["dead"])


@pytest.mark.parametrize("parent", ["dead", "dead=yes"])
def test_from_dead_is_from_dead_yes(table, dead, sbp, parent):
    drawn = table(ROWS, columns=[dead, sbp], effects=[f"from: {parent}, to: sbp, beta: 0.7"])
    found = least_squares(score(drawn["sbp"]), drawn["dead"])
    assert near(*_with([0.7], found), slack=0.004)


def test_ordered_columns_follow_the_proportional_odds_model(table, age, sex):
    drawn = table(
        50_000,
        columns=[
            age,
            sex,
            (
                "name: grade, type: category, ordered: true, values: [low, mid, high], "
                "distribution: {probabilities: {low: 0.5, mid: 0.3, high: 0.2}}"
            ),
        ],
        effects=[
            "from: age, to: grade, odds_ratio: 1.5, per: 10",
            "from: sex=F, to: grade, odds_ratio: 0.5",
        ],
    )
    found = ordered_logit(drawn["grade"].cat.codes, drawn["age"] / 10, drawn["sex"] == "F")
    assert near(*_with(np.log([1.5, 0.5]), found))


def test_nominal_columns_follow_the_multinomial_logit_and_unnamed_values_are_the_reference(
    table, age, sex
):
    drawn = table(
        ROWS,
        columns=[
            age,
            sex,
            (
                "name: ward, type: category, values: [a, b, c], "
                "distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}"
            ),
        ],
        effects=[
            "from: age, to: ward=b, odds_ratio: 1.4, per: 10",
            "from: sex=M, to: ward=c, odds_ratio: 0.4",
        ],
    )
    found, errors = multinomial_logit(
        drawn["ward"].cat.codes, drawn["age"] / 10, drawn["sex"] == "M"
    )
    stated = np.log([[1.4, 1.0], [1.0, 0.4]])
    assert near(found, stated, errors)


def test_beta_on_a_nominal_value_is_pi_over_sqrt_3_log_odds_per_sd(table, age):
    drawn = table(
        ROWS,
        columns=[
            age,
            "name: ward, type: category, distribution: {probabilities: {a: 0.6, b: 0.4}}",
        ],
        effects=["from: age, to: ward=b, beta: 0.3"],
    )
    found = logit(drawn["ward"] == "b", score(drawn["age"]))
    assert near(*_with([0.3 * LOGISTIC_SD], found), slack=0.005)


def test_beta_on_a_boolean_counts_sds_of_the_whole_latent(table, age, sex, dead):
    drawn = table(
        ROWS,
        columns=[age, sex, dead],
        effects=["from: age, to: dead, beta: 0.4", "from: sex=M, to: dead, odds_ratio: 4"],
    )
    found = logit(drawn["dead"], score(drawn["age"]), drawn["sex"] == "M")
    # var(L) = b^2 + (log 4)^2 * p(1 - p) + pi^2/3 with b = 0.4 sd(L)
    whole = np.sqrt((np.log(4) ** 2 * 0.44 * 0.56 + LOGISTIC_SD**2) / (1 - 0.4**2))
    assert near(*_with([0.4 * whole, np.log(4)], found), slack=0.005)


def test_difference_is_the_adjusted_difference_in_means(table, age, sex):
    drawn = table(
        ROWS,
        columns=[
            age,
            sex,
            "name: height, type: number, decimals: 1, distribution: {normal: {mean: 168, sd: 10}}",
            "name: stay, type: number, decimals: 1, distribution: {lognormal: {median: 5, sigma: 0.8}}",
        ],
        effects=[
            "from: sex=M, to: age, difference: -4",
            "from: sex=M, to: height, difference: 13",
            "from: age, to: height, difference: -1.5, per: 10",
            "from: age, to: stay, difference: 0.8, per: 10",
            "from: sex=M, to: stay, beta: 0.3",
        ],
    )
    male, decades = drawn["sex"] == "M", drawn["age"] / 10
    assert near(*_with([-4], least_squares(drawn["age"], male)), slack=0.01)
    assert near(*_with([13, -1.5], least_squares(drawn["height"], male, decades)), slack=0.02)
    found, errors = least_squares(drawn["stay"], male, decades)
    assert near(found[1], 0.8, errors[1], slack=0.01)


def test_correlation_is_spearmans_total_through_all_paths(table, age, sbp):
    drawn = table(
        ROWS,
        columns=[
            age,
            sbp,
            "name: cost, type: number, distribution: {lognormal: {median: 500, sigma: 1}}",
            "name: visits, type: integer, distribution: {poisson: {mean: 1.5}}",
            (
                "name: grade, type: category, ordered: true, values: [a, b, c], "
                "distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}"
            ),
        ],
        effects=[
            "from: age, to: sbp, beta: 0.5",
            "from: age, to: cost, beta: 0.4",
            "from: sbp, to: cost, correlation: 0.5",
            "from: cost, to: visits, correlation: -0.3",
            "from: visits, to: grade, correlation: 0.25",
        ],
    )

    def spearman(a, b):
        one, two = (drawn[n].cat.codes if n == "grade" else drawn[n] for n in (a, b))
        return stats.spearmanr(one, two).statistic

    slack = 6 / np.sqrt(ROWS) + 0.003
    assert abs(spearman("sbp", "cost") - 0.5) < slack
    assert abs(spearman("cost", "visits") + 0.3) < slack
    assert abs(spearman("visits", "grade") - 0.25) < slack


def test_where_restricts_an_effect_to_some_rows(table, age, sex, dead):
    drawn = table(
        ROWS,
        columns=[age, sex, dead],
        effects=["from: age, to: dead, odds_ratio: 2, per: 10, where: sex == 'F'"],
    )
    for group, stated in (("F", 2.0), ("M", 1.0)):
        part = drawn[drawn["sex"] == group]
        assert near(*_with([np.log(stated)], logit(part["dead"], part["age"] / 10)))
    assert abs(drawn["dead"].mean() - 0.2) < 0.006


def test_an_effect_reads_the_value_as_delivered_before_missingness(make, table, sbp):
    """A parent rounded to tens acts in tens, and acts where it is missing."""
    columns = ["name: dose, type: integer, range: [0, 3], distribution: {poisson: {mean: 1}}", sbp]
    effects = ["from: dose, to: sbp, difference: 6"]
    whole = table(ROWS, columns=columns, effects=effects)
    holes = table(ROWS, columns=columns, effects=effects, missing={"dose": "rate: 0.3"})
    assert np.array_equal(whole["sbp"], holes["sbp"])
    assert holes["dose"].isna().mean() == pytest.approx(0.3, abs=0.01)
    assert near(*_with([6], least_squares(whole["sbp"], whole["dose"])), slack=0.02)


def test_beta_counts_within_group_sds_under_by(table, age, sex):
    drawn = table(
        ROWS,
        columns=[
            age,
            sex,
            (
                "name: hb, type: number, decimals: 2, distribution: {by: sex, groups: "
                "{F: {normal: {mean: 13, sd: 1}}, M: {normal: {mean: 15, sd: 2}}}}"
            ),
        ],
        effects=["from: age, to: hb, beta: -0.4"],
    )
    z = score(drawn["age"])
    for group, sd in (("F", 1), ("M", 2)):
        rows = (drawn["sex"] == group).to_numpy()
        found = least_squares(drawn["hb"][rows] / sd, z[rows])
        assert near(*_with([-0.4], found), slack=0.003)


def test_a_formula_is_a_parent_like_any_other(table):
    drawn = table(
        ROWS,
        columns=[
            "name: height, type: number, decimals: 1, distribution: {normal: {mean: 170, sd: 9}}",
            "name: weight, type: number, decimals: 1, range: [40, 160], distribution: {normal: {mean: 80, sd: 13}}",
            "name: bmi, type: number, decimals: 1, formula: weight / (height / 100) ** 2",
            "name: ill, type: boolean, distribution: {probability: 0.2}",
        ],
        effects=["from: bmi, to: ill, odds_ratio: 1.5, per: 5"],
    )
    assert near(*_with([np.log(1.5)], logit(drawn["ill"], drawn["bmi"] / 5)))
    assert abs(drawn["ill"].mean() - 0.2) < 0.006


@pytest.mark.parametrize("size", [-1.5, 0.8, 0.2])
def test_a_difference_between_two_arms_is_exact_on_a_scale_of_whole_numbers(table, size):
    drawn = table(
        400_000,
        columns=[
            (
                "name: pain, type: integer, range: [0, 10], "
                "distribution: {negative_binomial: {mean: 3, dispersion: 0.13}}"
            ),
            "name: arm, type: category, distribution: {probabilities: {control: 0.5, drug: 0.5}}",
        ],
        effects=[f"from: arm=drug, to: pain, difference: {size}"],
    )
    means = drawn.groupby("arm", observed=True).pain.mean()
    assert means["drug"] - means["control"] == pytest.approx(size, abs=0.02)
