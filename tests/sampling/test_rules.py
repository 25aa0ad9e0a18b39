"""Rules hold in every row, and touch no row that met them."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from synth_magic import sampling
from synth_magic.errors import SpecError
from synth_magic.sampling.redraw import ATTEMPTS
from tests.oracles import dkw, follows

SBP = "name: sbp, type: integer, distribution: {normal: {mean: 120, sd: 18}, source: guess}"
DBP = "name: dbp, type: integer, distribution: {normal: {mean: 85, sd: 15}, source: guess}"
RULE = "sbp > dbp"


def counted(blueprint, rows=50_000, **how):
    return sampling.draw_counted(sampling.compile(blueprint), rows, 1, **how)


def test_a_rule_holds_in_every_row_and_the_count_says_what_it_cost(make):
    free, _ = counted(make(columns=[SBP, DBP]))
    kept, counts = counted(make(columns=[SBP, DBP], rules=[RULE]))
    wrong = ~(free["sbp"] > free["dbp"])
    assert wrong.sum() > 1000
    assert (kept["sbp"] > kept["dbp"]).all()
    assert counts.redrawn == {("rules", 0): wrong.sum()}
    assert counts.unmet == {("rules", 0): 0}


def test_rows_that_were_accepted_at_once_are_unchanged_and_only_the_last_column_is_redrawn(make):
    free, _ = counted(make(columns=[SBP, DBP]))
    kept, _ = counted(make(columns=[SBP, DBP], rules=[RULE]))
    met = free["sbp"] > free["dbp"]
    assert kept[met].equals(free[met])
    assert kept["sbp"].equals(free["sbp"])
    assert not kept["dbp"][~met].equals(free["dbp"][~met])


def test_a_known_bound_is_met_by_the_truncated_law(make):
    """The redrawn column follows its law cut at the bound, given the other column."""
    kept, _ = counted(make(columns=[SBP, DBP], rules=[RULE]), 200_000)
    free, _ = counted(make(columns=[SBP, DBP]), 200_000)
    wrong = (~(free["sbp"] > free["dbp"])).to_numpy()
    sbp, dbp = kept["sbp"][wrong].to_numpy(), kept["dbp"][wrong].to_numpy()
    law = stats.norm(85, 15)
    # Probability integral transform within the codes, made continuous by a uniform.
    u = np.random.default_rng(1).random(len(sbp))
    low, high = law.cdf(dbp - 0.5), law.cdf(dbp + 0.5)
    pit = (low + u * (high - low)) / law.cdf(sbp - 0.5)
    assert follows(pit, lambda x: x, beside=2e-3)


def test_a_bound_far_in_the_tail_is_met_without_trying_again(make):
    blueprint = make(
        columns=[
            "name: a, type: number, decimals: 3, distribution: {normal: {mean: 0, sd: 1}}",
            "name: b, type: number, decimals: 3, distribution: {normal: {mean: 0, sd: 1}, source: guess}",
        ],
        rules=["b > 3.5 + a / 100"],
    )
    kept, counts = counted(blueprint, 5000)
    assert (kept["b"] > 3.5 + kept["a"] / 100).all()
    assert counts.unmet == {("rules", 0): 0}


def test_the_marginal_moves_by_no_more_than_the_share_redrawn(make):
    kept, counts = counted(make(columns=[SBP, DBP], rules=[RULE]), 100_000)
    share = counts.redrawn["rules", 0] / 100_000
    assert 0.02 < share < 0.2
    for name, law in (("sbp", stats.norm(120, 18)), ("dbp", stats.norm(85, 15))):
        assert follows(kept[name], lambda x, law=law: law.cdf(x + 0.5), beside=share)


def test_effects_of_and_on_the_redrawn_column_stay(make):
    """A redrawn column keeps its dependence on its parents: the noise alone is cut."""
    blueprint = make(
        columns=[SBP, DBP], effects=["from: sbp, to: dbp, beta: 0.8"], rules=["dbp < 100"]
    )
    kept, _ = counted(blueprint)
    assert (kept["dbp"] < 100).all()
    assert np.corrcoef(kept["sbp"], kept["dbp"])[0, 1] > 0.6


def test_a_condition_is_kept_where_it_applies(make, sex):
    blueprint = make(
        columns=[sex, SBP, "name: drug, type: boolean, distribution: {probability: 0.3}"],
        rules=["if drug then sbp >= 140", "if sex == 'F' then not drug"],
    )
    kept, counts = counted(blueprint)
    assert (kept["sbp"][kept["drug"]] >= 140).all()
    assert not kept["drug"][kept["sex"] == "F"].any()
    # Of the men only those with sbp >= 140 can have it, and 30% of them do.
    able = kept[(kept["sex"] == "M") & (kept["sbp"] >= 140)]
    assert abs(able["drug"].mean() - 0.3) < dkw(len(able))
    assert set(counts.unmet.values()) == {0}


def test_a_rule_on_a_formula_redraws_its_last_operand(make):
    columns = [
        "name: height, type: integer, distribution: {normal: {mean: 170, sd: 9}}",
        "name: weight, type: number, decimals: 1, distribution: {normal: {mean: 80, sd: 18}, source: guess}",
        "name: bmi, type: number, decimals: 1, range: [17, 45], formula: weight / (height / 100) ** 2",
    ]
    kept, counts = counted(make(columns=columns))
    assert kept["bmi"].between(17, 45).all()
    assert counts.redrawn["columns", "bmi", "range"] > 100
    free, _ = counted(
        make(columns=[columns[0], columns[1], columns[2].replace("range: [17, 45], ", "")])
    )
    assert kept["height"].equals(free["height"])
    assert np.allclose(kept["bmi"], kept["weight"] / (kept["height"] / 100) ** 2, atol=0.0500001)


def test_a_rule_without_bounds_is_tried_again(make):
    kept, counts = counted(make(columns=[SBP, DBP], rules=["sbp - dbp >= 20 or dbp < 60"]))
    assert ((kept["sbp"] - kept["dbp"] >= 20) | (kept["dbp"] < 60)).all()
    assert counts.redrawn["rules", 0] > 1000


def test_when_the_last_column_cannot_mend_it_all_columns_are_redrawn(make):
    """b cannot reach 0 by itself when a is large."""
    blueprint = make(
        columns=[
            "name: a, type: integer, range: [0, 9], distribution: {uniform: {low: 0, high: 9}, source: guess}",
            "name: b, type: integer, range: [5, 20], distribution: {uniform: {low: 5, high: 20}, source: guess}",
        ],
        rules=["b * a < 20"],
    )
    kept, counts = counted(blueprint, 20_000)
    assert (kept["a"] * kept["b"] < 20).all()
    assert counts.unmet == {("rules", 0): 0}
    assert ATTEMPTS == 32


def test_a_rule_of_a_model_that_cannot_be_met_is_counted_and_the_row_stays(make):
    blueprint = make(columns=[SBP, DBP], rules=["sbp > dbp + 100000"])
    of_model = tuple(rule.model_copy(update={"source": "model"}) for rule in blueprint.rules)
    blueprint = blueprint.model_copy(update={"rules": of_model})
    assert sampling.compile(blueprint).unmet == {("rules", 0): 1}
    free, _ = counted(make(columns=[SBP, DBP]), 500)
    kept, counts = counted(blueprint, 500)
    assert counts.unmet == {("rules", 0): 500}
    assert kept.equals(free)
    notes = sampling.compile(blueprint).notes
    assert any("cannot be met in 100.00% of rows" in note.what for note in notes)


def test_an_unknown_comparison_breaks_no_rule(make, sex):
    blueprint = make(
        columns=[sex, "name: births, type: integer, distribution: {poisson: {mean: 1.5}}"],
        rules=["if sex == 'M' then births is missing", "births < 5"],
    )
    kept, counts = counted(blueprint)
    assert kept["births"].isna().equals(kept["sex"] == "M")
    assert (kept["births"].dropna() < 5).all()
    assert counts.unmet == {("rules", 1): 0}


def test_columns_below_a_redrawn_one_are_consistent_with_it(make):
    """A child that is drawn later reads the value that stands in the table."""
    from tests.oracles import logit, near

    blueprint = make(
        columns=[SBP, DBP, "name: ill, type: boolean, distribution: {probability: 0.3}"],
        effects=["from: dbp, to: ill, odds_ratio: 2, per: 10"],
        rules=[RULE],
    )
    kept, _ = counted(blueprint, 100_000)
    found, error = logit(kept["ill"], kept["dbp"] / 10)
    assert near(found, np.log(2), error)


def test_compile_estimates_what_a_rule_costs_and_warns_above_1_percent(make):
    plan = sampling.compile(make(columns=[SBP, DBP], rules=[RULE]))
    _, counts = sampling.draw_counted(plan, 200_000, 9)
    real = counts.redrawn["rules", 0] / 200_000
    assert abs(plan.rule_costs["rules", 0] - real) < dkw(8192)
    assert plan.rule_columns["rules", 0] == ("sbp", "dbp")
    assert [note.level for note in plan.notes] == ["warning"]
    assert "sbp > dbp" in plan.notes[0].what


def test_two_distributions_of_the_user_that_cannot_meet_a_rule_are_an_error_that_names_both(make):
    columns = [
        "name: admission, type: date, distribution: {uniform: {low: '2015-01-01', high: '2020-12-31'}}",
        "name: discharge, type: date, distribution: {uniform: {low: '2015-01-01', high: '2020-12-31'}}",
    ]
    with pytest.raises(SpecError, match="admission and discharge cannot meet") as caught:
        sampling.compile(make(columns=columns, rules=["discharge > admission"]))
    assert caught.value.problems[0].path == ("rules", 0)
    assert caught.value.problems[0].mend.endswith("derive it: discharge = admission + …")
    guessed = [column.replace("}}", "}, source: guess}") for column in columns]
    kept, _ = counted(make(columns=guessed, rules=["discharge > admission"]))
    assert (kept["discharge"] > kept["admission"]).all()


def test_a_condition_that_the_users_distributions_cannot_meet_is_to_be_loosened(make, sex):
    blueprint = make(
        columns=[sex, SBP.replace("guess", "user")], rules=["if sex == 'F' then sbp > 140"]
    )
    with pytest.raises(SpecError, match="loosen the rule"):
        sampling.compile(blueprint)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(st.integers(1, 400), st.integers(0, 900))
def test_redraws_do_not_depend_on_chunks_or_slices(make, chunk, start):
    plan = sampling.compile(make(columns=[SBP, DBP], rules=[RULE, "sbp - dbp < 60 or sbp > 150"]))
    whole = sampling.draw(plan, 1000, 3)
    part = sampling.draw(plan, 1000 - start, 3, start, chunk_rows=chunk)
    assert part.equals(whole.iloc[start:])


def test_rules_on_event_times_hold_after_censoring(make):
    blueprint = make(
        columns=[
            "name: t, type: time_to_event, unit: days, event: dead, survival: {365: 0.5}, censoring: {administrative: [100, 900]}",
            SBP,
        ],
        rules=["t > 30", "if dead then sbp > 90"],
    )
    kept, counts = counted(blueprint, 20_000)
    assert kept["t"].min() == 31
    assert (kept["sbp"][kept["dead"]] > 90).all()
    assert set(counts.unmet.values()) == {0}
    assert 0.3 < kept["dead"].mean() < 0.7


def test_a_rule_on_categories_with_and_without_effects_redraws_them(make, age, sex):
    blueprint = make(
        columns=[
            age,
            sex,
            "name: ward, type: category, distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}",
            "name: free, type: category, distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}",
            "name: grade, type: category, ordered: true, values: [x, y, z], distribution: {probabilities: {x: 0.5, y: 0.3, z: 0.2}}",
        ],
        effects=[
            "from: age, to: ward=b, odds_ratio: 1.3, per: 10",
            "from: age, to: grade, odds_ratio: 1.3, per: 10",
        ],
        rules=[
            "if age > 70 then ward != 'c'",
            "if sex == 'F' then free in ['a', 'b']",
            "if age > 70 then grade >= 'y'",
        ],
    )
    kept, counts = counted(blueprint, 20_000)
    assert not (kept["ward"][kept["age"] > 70] == "c").any()
    assert not (kept["free"][kept["sex"] == "F"] == "c").any()
    assert not (kept["grade"][kept["age"] > 70] == "x").any()
    assert set(counts.unmet.values()) == {0}
    # What is left keeps its proportions: a to b as 5 to 3.
    women = kept["free"][kept["sex"] == "F"]
    assert abs((women == "a").mean() - 5 / 8) < dkw(len(women))


def test_an_equation_is_met_exactly_where_it_can_be(make):
    blueprint = make(
        columns=[
            "name: left, type: integer, range: [0, 5], distribution: {uniform: {low: 0, high: 5}, source: guess}",
            "name: right, type: integer, range: [0, 9], distribution: {uniform: {low: 0, high: 9}, source: guess}",
        ],
        rules=["left + right == 7"],
    )
    kept, counts = counted(blueprint, 5000)
    assert (kept["left"] + kept["right"] == 7).all()
    assert counts.unmet == {("rules", 0): 0}
