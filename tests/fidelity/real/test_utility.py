"""What is learned from the table against what is learned from real rows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.fidelity.real import outcomes, utility
from synth_magic.fidelity.real.align import align
from synth_magic.fidelity.real.predictors import predictors, target_of
from synth_magic.fidelity.real.ranks import c_index

pytestmark = pytest.mark.long

CLINIC = """\
version: 1
columns:
  - {name: age, type: integer, range: [30, 85], distribution: {normal: {mean: 60, sd: 10}}}
  - {name: weight, type: number, decimals: 1, distribution: {normal: {mean: 75, sd: 12}}}
  - {name: height, type: number, decimals: 1, distribution: {normal: {mean: 170, sd: 8}}}
  - {name: bmi, type: number, decimals: 1, formula: weight / (height / 100) ** 2}
  - {name: diabetes, type: boolean, distribution: {probability: 0.3}}
  - {name: gangrene, type: boolean, distribution: {probability: 0.2}}
  - {name: followup, type: time_to_event, unit: days, event: death,
     survival: {365: 0.7, 1825: 0.3}, censoring: {administrative: [900, 2600]}}
effects:
  - {from: bmi, to: diabetes, beta: 0.7}
  - {from: diabetes, to: gangrene, odds_ratio: 3}
  - {from: age, to: followup, hazard_ratio: 2, per: 10}
"""


@pytest.fixture(scope="module")
def clinic():
    return Blueprint.from_yaml(CLINIC)


@pytest.fixture(autouse=True)
def few_splits(monkeypatch):
    monkeypatch.setattr(utility, "SPLITS", 5)


def used(one, other, target, blueprint=None):
    found = align(one, other, blueprint)
    goal = target_of(found, target, blueprint)
    pairs, _ = predictors(found, goal, blueprint)
    return utility.utility(pairs, found.rows, goal)


# What predicts ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "columns", "left"),
    [
        ("weight", {"age", "height", "followup", "death"}, {"bmi", "diabetes", "gangrene"}),
        ("bmi", {"age", "followup", "death"}, {"weight", "height", "diabetes", "gangrene"}),
        ("diabetes", {"age", "weight", "height", "bmi", "followup", "death"}, {"gangrene"}),
        ("gangrene", {"age", "weight", "height", "bmi", "diabetes", "followup", "death"}, set()),
        ("death", {"age", "weight", "height", "bmi", "diabetes", "gangrene"}, set()),
        ("age", {"weight", "height", "bmi", "diabetes", "gangrene"}, {"followup", "death"}),
    ],
)
def test_formulas_and_outcomes_of_the_target_do_not_predict_it(clinic, target, columns, left):
    table = clinic.sample(200)
    found = align(table, table.copy(), clinic)
    pairs, out = predictors(found, target_of(found, target, clinic), clinic)
    assert {pair.name for pair in pairs} == columns
    assert set(out) == left


def test_a_target_that_is_not_in_both_tables_is_an_error_that_names_what_is(clinic):
    table = clinic.sample(40)
    found = align(table, table[["age", "bmi"]], clinic)
    with pytest.raises(DataError, match="In both: age, bmi"):
        target_of(found, "weight", clinic)
    ids = pd.DataFrame({"pid": range(40), "age": range(40, 0, -1)})
    with pytest.raises(DataError, match="is an id"):
        target_of(align(ids, ids), "pid", None)


# What is measured ---------------------------------------------------------------------


def test_yes_and_no_are_measured_by_auc_and_a_second_sample_does_as_well(population):
    found = used(population(600, 1), population(600, 2), "dead")
    assert (found.metric, found.rows) == ("AUC", 300)
    assert found.trtr.mean() > 0.7
    low, high = found.band
    assert low <= found.tstr.mean() <= high
    ends = found.interval(found.tstr - found.trtr)
    assert ends[0] < 0 < ends[1]


def test_a_table_whose_columns_do_not_hang_together_teaches_nothing(population):
    table = population(600, 1)
    rng = np.random.default_rng(0)
    shuffled = table.apply(lambda column: column.to_numpy()[rng.permutation(len(column))])
    found = used(shuffled, population(600, 2), "dead")
    assert found.trtr.mean() > 0.7
    assert found.tstr.mean() < found.band[0]


def test_numbers_are_measured_by_r2(population):
    found = used(population(400, 1), population(400, 2), "age")
    assert found.metric == "R2"
    assert found.trtr.mean() > 0.3
    assert found.each[found.learner][1] == max(trtr for _, trtr in found.each.values())
    truth, guess = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
    assert outcomes._r2(truth, guess) == pytest.approx(r2_score(truth, guess))


def test_a_linear_world_is_learned_as_by_ridge_on_the_same_rows():
    rng = np.random.default_rng(0)

    def drawn(n):
        x = rng.normal(size=(n, 2))
        return pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": x @ [2, -1] + rng.normal(size=n)})

    one, other = drawn(500), drawn(500)
    found = used(one, other, "y")
    fit = Ridge().fit(one[["a", "b"]], one["y"])
    expected = r2_score(other["y"], fit.predict(other[["a", "b"]]))
    assert found.learner == "linear"
    assert found.tstr.mean() == pytest.approx(expected, abs=0.03)


def test_several_classes_are_measured_by_the_mean_auc_against_the_rest(population):
    found = used(population(500, 1), population(500, 2), "smoker")
    assert found.metric == "AUC"
    assert 0.5 < found.trtr.mean() < 0.9


def test_event_times_are_measured_by_the_c_index(clinic):
    found = used(clinic.sample(500, 1), clinic.sample(500, 2), "followup", clinic)
    assert found.metric == "C-index"
    assert found.trtr.mean() > 0.6
    assert found.tstr.mean() == pytest.approx(found.trtr.mean(), abs=0.05)
    assert min(trtr for _, trtr in found.each.values()) > 0.58


def test_the_c_index_is_that_of_all_pairs():
    rng = np.random.default_rng(0)
    times, events = rng.integers(1, 9, 40).astype(float), rng.random(40) < 0.6
    risks = np.round(rng.normal(size=40), 1)
    usable = agreed = 0.0
    for i in range(40):
        for j in range(40):
            if events[i] and (times[i] < times[j] or (times[i] == times[j] and not events[j])):
                usable += 1
                agreed += (risks[i] > risks[j]) + 0.5 * (risks[i] == risks[j])
    assert c_index(times, events, risks) == pytest.approx(agreed / usable)
    assert np.isnan(c_index(times, np.zeros(40, bool), risks))


def test_the_cumulative_hazard_is_nelsons_and_aalens():
    from statsmodels.duration.survfunc import SurvfuncRight

    rng = np.random.default_rng(0)
    times, events = rng.integers(1, 30, 100).astype(float), rng.random(100) < 0.6
    fit = SurvfuncRight(times, events)
    expected = np.cumsum(fit.n_events / fit.n_risk)
    for time, value in zip(fit.surv_times, expected, strict=True):
        assert outcomes.hazard(times, events)[times == time] == pytest.approx(value)


# When it is too little ------------------------------------------------------------------


def test_below_a_hundred_rows_or_twenty_events_it_is_too_small_to_say(population, clinic):
    table, other = population(300, 1), population(300, 2)
    assert "fewer than 100 rows" in used(table.iloc[:90], other, "dead")
    rare = table.assign(dead=np.arange(300) < 15)
    assert "fewer than 20 rows with and without" in used(rare, other, "dead")
    drawn = clinic.sample(300, 1)
    alive = drawn.assign(death=np.arange(300) < 10)
    assert "fewer than 20 events" in used(alive, drawn, "death", clinic)
    assert "no column is left" in used(table[["dead"]], other[["dead"]], "dead")


def test_a_table_of_one_class_here_and_there_is_said_and_not_crashed(population, monkeypatch):
    table = population(300, 1).assign(smoker="never")
    assert "too small to say" in used(table, population(300, 2), "smoker")
    flat = population(300, 2).assign(age=60.0)
    flat.loc[:1, "age"] = [61.0, 62.0]
    monkeypatch.setattr(utility, "SPLITS", 2)  # both odd rows fall into one half of a split
    found = used(population(300, 1), flat, "age")
    assert isinstance(found, utility.Utility) or "hardly varies" in found


def test_it_is_the_same_every_time(population):
    found = [used(population(250, 1), population(250, 2), "dead") for _ in range(2)]
    assert list(found[0].tstr) == list(found[1].tstr)
