"""What single words of a blueprint mean: references, days, total correlation, warnings."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth_magic import sampling
from synth_magic.errors import SpecError
from tests.oracles import least_squares, logit, multinomial_logit, near

ROWS = 60_000
SMOKER = "name: smoker, type: category, values: [never, former, current, unknown], distribution: {probabilities: {never: 0.4, former: 0.3, current: 0.2, unknown: 0.1}}"
NUMBER = "type: number, distribution: {normal: {mean: 0, sd: 1}}"


def test_a_value_is_against_all_values_without_an_effect_of_their_own(table):
    drawn = table(
        ROWS,
        columns=[SMOKER, "name: ill, type: boolean, distribution: {probability: 0.2}"],
        effects=["from: smoker=current, to: ill, odds_ratio: 3", "from: smoker=former, to: ill, odds_ratio: 0.5"],
    )  # fmt: skip
    found, errors = logit(
        drawn["ill"], *(drawn["smoker"] == v for v in ("former", "current", "unknown"))
    )
    assert near(found, [np.log(0.5), np.log(3), 0], errors)


def test_a_difference_on_dates_and_times_is_in_days(table, sex):
    ends = "range: ['2015-01-01', '2020-12-31'], distribution: {uniform: {low: '2015-01-01', high: '2020-12-31'}}"
    moment = "name: seen, type: datetime, distribution: {normal: {mean: '2018-06-30', sd: 300}}"
    drawn = table(
        ROWS,
        columns=[sex, f"name: day, type: date, {ends}", moment],
        effects=["from: sex=M, to: day, difference: 200", "from: sex=M, to: seen, difference: -45"],
    )
    for name, stated in (("day", 200), ("seen", -45)):
        days = (drawn[name] - drawn[name].min()).dt.total_seconds() / 86400
        found, error = least_squares(days, drawn["sex"] == "M")
        assert near(found, stated, error)


def test_a_difference_per_step_of_a_date_is_per_day(table):
    ends = "range: ['2019-01-01', '2019-12-31'], distribution: {uniform: {low: '2019-01-01', high: '2019-12-31'}}"
    drawn = table(
        ROWS,
        columns=[f"name: day, type: date, {ends}", "name: y, type: number, decimals: 2, distribution: {gamma: {shape: 2, scale: 5}}"],
        effects=["from: day, to: y, difference: 1, per: 100"],
    )  # fmt: skip
    days = (drawn["day"] - drawn["day"].min()).dt.days / 100
    found, error = least_squares(drawn["y"], days)
    assert near(found, 1, error, slack=0.005)


@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, -1), (1, -1, -1)])
def test_correlations_of_several_parents_are_total_and_of_either_sign(table, signs):
    stated = np.array([0.4, 0.35, 0.25]) * signs
    drawn = table(
        ROWS,
        columns=[
            f"name: a, {NUMBER}",
            "name: b, type: integer, distribution: {poisson: {mean: 4}}",
            "name: c, type: number, distribution: {lognormal: {median: 5, sigma: 1}}",
            "name: y, type: number, decimals: 2, distribution: {gamma: {shape: 1.2, scale: 4}}",
        ],
        effects=["from: a, to: b, beta: 0.4", "from: b, to: c, correlation: -0.3",
                 *(f"from: {n}, to: y, correlation: {size}" for n, size in zip("abc", stated, strict=True))],
    )  # fmt: skip
    for name, size in zip("abc", stated, strict=True):
        found = stats.spearmanr(drawn[name], drawn["y"]).statistic
        assert abs(found - size) < 6 / np.sqrt(ROWS) + 0.002
    assert abs(stats.spearmanr(drawn["b"], drawn["c"]).statistic + 0.3) < 6 / np.sqrt(ROWS) + 0.002


def test_beta_on_one_of_three_values_is_log_odds_against_the_two_others(table):
    drawn = table(
        ROWS,
        columns=[f"name: x, {NUMBER}", "name: ward, type: category, values: [a, b, c], distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}"],
        effects=["from: x, to: ward=c, beta: -0.4"],
    )  # fmt: skip
    found, errors = multinomial_logit(drawn["ward"].cat.codes, drawn["x"])
    assert near(found, [[0.0, -0.4 * np.pi / np.sqrt(3)]], errors)


def test_rows_without_the_parent_do_not_dilute_the_others_slope(table, sex):
    """They add the mean effect: the women's difference is as stated, and the men's mean theirs."""
    drawn = table(
        ROWS,
        columns=[sex, "name: births, type: integer, distribution: {poisson: {mean: 1.5}}",
                 "name: sbp, type: number, decimals: 1, distribution: {normal: {mean: 135, sd: 18}}"],
        effects=["from: births, to: sbp, difference: 5"],
        rules=["if sex == 'M' then births is missing"],
    )  # fmt: skip
    women = drawn[drawn["sex"] == "F"]
    found, error = least_squares(women["sbp"], women["births"].astype(float))
    assert near(found, 5, error, slack=0.02)
    gap = women["sbp"].mean() - drawn["sbp"][drawn["sex"] == "M"].mean()
    assert abs(gap) < 6 * 18 * np.sqrt(4 / ROWS)


@pytest.mark.parametrize(
    ("censoring", "warned"),
    [("", True), (", censoring: {administrative: [300, 900]}", True),
     (", censoring: {administrative: [300, 700]}", False)],
)  # fmt: skip
def test_follow_up_beyond_the_last_point_of_the_curve_is_warned_of(make, censoring, warned):
    time = f"name: t, type: time_to_event, unit: days, event: e, survival: {{365: 0.8, 730: 0.6}}{censoring}"
    notes = sampling.compile(make(columns=[time])).notes
    assert [(note.level, note.path) for note in notes] == (
        [("warning", ("columns", "t", "survival"))] if warned else []
    )
    assert all("730" in note.what for note in notes)


def test_effects_made_as_weak_as_an_error_says_are_no_error_any_more(make):
    columns = [f"name: {name}, {NUMBER}" for name in "abc"]
    effects = "from: a, to: c, beta: {0}|from: b, to: c, beta: {0}"
    with pytest.raises(SpecError) as caught:
        sampling.compile(make(columns=columns, effects=effects.format(0.69).split("|")))
    factor = float(caught.value.problems[0].mend.split("make each ")[1].split(" ")[0])
    assert 0.98 < factor < 1
    sampling.compile(make(columns=columns, effects=effects.format(0.69 * factor).split("|")))


def test_where_keeps_the_childs_marginal_and_shifts_nothing_at_the_parents_mean(table, age, sex):
    drawn = table(
        ROWS,
        columns=[age, sex, "name: y, type: number, decimals: 2, distribution: {lognormal: {median: 20, sigma: 0.6}}"],
        effects=["from: age, to: y, difference: 3, per: 10, where: sex == 'F'", "from: sex=M, to: y, beta: 0.3"],
    )  # fmt: skip
    law = stats.lognorm(0.6, scale=20)
    from tests.oracles import follows

    assert follows(drawn["y"], lambda x: law.cdf(x + 0.005))
    women, male = drawn["sex"] == "F", (drawn["sex"] == "M").astype(float)
    centred = (drawn["age"] - 62) / 10
    found, errors = least_squares(drawn["y"], centred * women, male)
    assert near(found[0], 3, errors[0], slack=0.03)
    men = drawn[~women]
    assert near(*_flat(least_squares(men["y"], men["age"] / 10)))


def _flat(fit):
    return fit[0], 0.0, fit[1]
