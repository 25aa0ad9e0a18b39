"""Sizes that cannot be reached: an error that states the limit, or a warning."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth_magic import sampling
from synth_magic.errors import SpecError
from synth_magic.sampling.designs import CAP
from tests.oracles import least_squares

NUMBER = "type: number, distribution: {normal: {mean: 0, sd: 1}}"
A, B, C = (f"name: {name}, {NUMBER}" for name in "abc")


def score(values):
    return stats.zscore(stats.norm.ppf((stats.rankdata(values) - 0.5) / len(values)))


def problem(blueprint):
    with pytest.raises(SpecError) as caught:
        sampling.compile(blueprint)
    return caught.value.problems[0]


def test_one_effect_that_explains_too_much_is_told_its_limit(make):
    found = problem(make(columns=[A, B], effects=["from: a, to: b, beta: 0.99"]))
    assert found.path == ("effects", 0, "beta")
    assert f"beta {np.sqrt(CAP):.3g}" in found.mend


@pytest.mark.parametrize(("ratio", "limit"), [(50_000, 1 / 2.43e-4), (1 / 50_000, 2.43e-4)])
def test_the_limit_of_an_odds_ratio_is_an_odds_ratio(make, ratio, limit):
    # sd(L)^2 = log(OR)^2 / 4 + pi^2 / 3 with half of the rows having it: log(OR)^2 = 19 * 4 * pi^2 / 3
    largest = np.exp(np.sqrt(19 * 4 * np.pi**2 / 3))
    blueprint = make(
        columns=["name: a, type: boolean, distribution: {probability: 0.5}",
                 "name: b, type: boolean, distribution: {probability: 0.5}"],
        effects=[f"from: a, to: b, odds_ratio: {ratio**2}"],
    )  # fmt: skip
    found = problem(blueprint)
    stated = largest if ratio > 1 else 1 / largest
    assert found.mend.endswith(f"odds_ratio {stated:.3g}")


def test_a_hazard_ratios_limit_is_a_hazard_ratio(make):
    time = "name: t, type: time_to_event, event: e, survival: {100: 0.5}"
    found = problem(make(columns=[A, time], effects=["from: a, to: t, hazard_ratio: 1000"]))
    largest = np.exp(np.sqrt(19 * np.pi**2 / 6))
    shown = float(found.mend.rsplit(" ", 1)[1])
    assert shown == pytest.approx(largest, rel=0.01)


def test_several_effects_together_are_told_a_factor(make):
    found = problem(
        make(columns=[A, B, C], effects=["from: a, to: c, beta: 0.8", "from: b, to: c, beta: 0.8"])
    )
    assert found.path[0] == "effects"
    assert f"{np.sqrt(CAP / 1.28):.2f} times as strong" in found.mend


def test_explained_variance_counts_the_parents_own_correlations(make):
    """0.6 and 0.6 fit when the parents are independent, and not when they are not."""
    effects = ["from: a, to: c, beta: 0.6", "from: b, to: c, beta: 0.6"]
    sampling.compile(make(columns=[A, B, C], effects=effects))
    problem(make(columns=[A, B, C], effects=["from: a, to: b, beta: 0.9", *effects]))


def test_effects_that_the_user_did_not_state_are_scaled_with_a_warning(make):
    blueprint = make(
        columns=[A, B, C],
        effects=["from: a, to: c, beta: 0.7", "from: b, to: c, beta: 0.9, source: guess"],
    )
    plan = sampling.compile(blueprint)
    assert [note.level for note in plan.notes] == ["warning"]
    assert plan.notes[0].path == ("columns", "c")
    drawn = sampling.draw(plan, 100_000, 1)
    found, errors = least_squares(score(drawn["c"]), score(drawn["a"]), score(drawn["b"]))
    assert abs(found[0] - 0.7) < 6 * errors[0] + 0.003
    assert found[1] == pytest.approx(np.sqrt(CAP - 0.49), abs=0.005)


def test_a_correlation_out_of_reach_states_between_what_it_can_lie(make):
    dead = "name: d, type: category, ordered: true, values: [x, y], distribution: {probabilities: {x: 0.97, y: 0.03}}"
    found = problem(make(columns=[A, dead], effects=["from: a, to: d, correlation: 0.9"]))
    assert found.path == ("effects", 0, "correlation")
    assert "cannot be reached" in found.what
    assert "between -0." in found.mend


def test_a_difference_out_of_reach_states_between_what_it_can_lie(make):
    sex = "name: sex, type: boolean, distribution: {probability: 0.5}"
    found = problem(make(columns=[sex, A], effects=["from: sex, to: a, difference: 9"]))
    assert found.path == ("effects", 0, "difference")
    assert "between -1." in found.mend


def test_a_guess_out_of_reach_is_taken_as_far_as_it_goes(make):
    sex = "name: sex, type: boolean, distribution: {probability: 0.5}"
    plan = sampling.compile(
        make(columns=[sex, A], effects=["from: sex, to: a, difference: 9, source: guess"])
    )
    assert plan.notes[0].level == "warning"
    drawn = sampling.draw(plan, 50_000, 1)
    gap = drawn["a"][drawn["sex"]].mean() - drawn["a"][~drawn["sex"]].mean()
    assert 1.5 < gap < 2


def test_several_solved_effects_are_solved_together(make):
    drawn = sampling.draw(
        sampling.compile(
            make(
                columns=[A, B, C],
                effects=["from: a, to: b, correlation: 0.5", "from: a, to: c, correlation: 0.4",
                         "from: b, to: c, correlation: 0.5"],
            )
        ),
        100_000,
        1,
    )  # fmt: skip
    found = drawn.corr("spearman")
    for pair, stated in ((("a", "b"), 0.5), (("a", "c"), 0.4), (("b", "c"), 0.5)):
        assert abs(found.loc[pair] - stated) < 6 / np.sqrt(100_000) + 0.003


def test_correlations_that_no_table_can_have_are_an_error(make):
    found = problem(
        make(
            columns=[A, B, C],
            effects=["from: a, to: b, correlation: 0.9", "from: a, to: c, correlation: 0.9",
                     "from: b, to: c, correlation: -0.9"],
        )
    )  # fmt: skip
    assert "cannot be reached" in found.what


def test_the_plan_gives_laws_before_rules_and_knows_its_blueprint(make):
    blueprint = make(columns=[A, "name: d, type: number, formula: a * 2"], rules=["a > -3"])
    plan = sampling.compile(blueprint)
    assert plan.digest == blueprint.digest
    assert plan.marginal("a").sd == pytest.approx(1, abs=1e-4)
    assert plan.marginal("d").sd == pytest.approx(2, abs=1e-2)
    with pytest.raises(KeyError):
        plan.marginal("nobody")


NOMINAL = "name: ward, type: category, distribution: {probabilities: {medical: 0.4, surgical: 0.35, other: 0.25}}"


def test_the_effects_on_one_value_of_a_nominal_column_have_the_same_limit(make):
    """Its latent has logistic noise: explained = var(eta) / (var(eta) + pi^2 / 3)."""
    effects = ["from: a, to: ward=surgical, beta: {}", "from: b, to: ward=surgical, beta: {}"]
    most = np.sqrt(CAP / (1 - CAP) / 2)  # beta counts SDs of the noise, two parents alike
    sampling.compile(
        make(columns=[A, B, NOMINAL], effects=[line.format(most - 0.01) for line in effects])
    )
    found = problem(
        make(columns=[A, B, NOMINAL], effects=[line.format(most + 0.5) for line in effects])
    )
    assert found.what == "The effects on ward=surgical explain more than 95% of it"
    assert found.path == ("effects", 0, "beta")
    assert f"{np.floor(100 * most / (most + 0.5)) / 100:.2f} times as strong" in found.mend


def test_one_odds_ratio_on_a_value_is_told_its_limit(make):
    # var(eta) = log(OR)^2 for one SD of a normal parent: log(OR)^2 = 19 * pi^2 / 3
    found = problem(
        make(columns=[A, NOMINAL], effects=["from: a, to: ward=other, odds_ratio: 9999999"])
    )
    assert found.what == "odds_ratio 1e+07 of a on ward=other is too strong"
    shown = float(found.mend.rsplit(" ", 1)[1])
    assert shown == pytest.approx(np.exp(np.sqrt(19 * np.pi**2 / 3)), rel=0.005)


def test_each_value_of_a_nominal_column_is_limited_by_itself(make):
    """Both together would explain more; and only the guess on the value that is too strong gives way."""
    effects = ["from: a, to: ward=surgical, beta: 3", "from: b, to: ward=surgical, beta: 9, source: guess",
               "from: a, to: ward=other, beta: -3", "from: b, to: ward=other, beta: 0.5, source: guess"]  # fmt: skip
    plan = sampling.compile(make(columns=[A, B, NOMINAL], effects=effects))
    (note,) = plan.notes
    assert note.level == "warning"
    assert note.path == ("columns", "ward")
    assert note.what == "The effects on ward=surgical would explain more than 95% of it"
    scale = np.sqrt(CAP / (1 - CAP) - 9) / 9
    assert f"multiplied by {scale:.2f}" in note.mend
