"""Two samples of one population are not told apart; what differs is, and is named."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from synth_magic.fidelity.real.align import align
from synth_magic.fidelity.real.bands import auc_sd
from synth_magic.fidelity.real.c2st import told_apart
from synth_magic.fidelity.real.ranks import auc, auc_variance

pytestmark = pytest.mark.long


def told(one, other):
    found = align(one, other)
    return told_apart(found.compared, found.rows, 30)


def test_the_auc_is_that_of_scikit_learn_and_its_variance_that_of_the_bootstrap():
    rng = np.random.default_rng(0)
    truth = rng.random(400) < 0.4
    scores = np.round(rng.normal(size=400) + truth, 1)
    assert auc(truth, scores) == pytest.approx(roc_auc_score(truth, scores))
    draws = [rng.integers(0, 400, 400) for _ in range(400)]
    spread = np.std([roc_auc_score(truth[rows], scores[rows]) for rows in draws])
    assert np.sqrt(auc_variance(truth, scores)) == pytest.approx(spread, rel=0.1)
    assert np.isnan(auc(np.ones(5, bool), scores[:5]))
    assert np.isnan(auc_variance(np.ones(5, bool), scores[:5]))


def test_the_variance_of_nothing_to_learn_is_that_of_the_contract():
    assert auc_sd(50, 50) ** 2 == pytest.approx((2 * 50 + 1) / (12 * 50**2))


def test_a_table_against_itself_is_at_one_half(population):
    table = population(400, 1)
    found = told(table, table.copy())
    assert found.auc == 0.5
    assert found.band[0] < 0.5 < found.band[1]


def test_a_bootstrap_of_the_table_is_within_the_band(population):
    """Copies in other folds would be told by their twins' labels: 0.27."""
    table = population(400, 1)
    found = told(table.sample(400, replace=True, random_state=1), table)
    assert found.band[0] <= found.auc <= found.band[1]
    assert found.auc > 0.43


def test_two_samples_of_one_population_are_not_told_apart(population):
    outside = 0
    for seed in range(6):
        found = told(population(150, seed), population(170, 300 + seed))
        assert found.rows == 150
        outside += not found.band[0] <= found.auc <= found.band[1]
    assert outside <= 1


def test_a_shifted_column_gives_the_table_away(population):
    table = population(500, 1)
    table["sbp"] += 15
    found = told(table, population(500, 2))
    assert found.auc > found.band[1]
    assert found.interval[0] > 0.5
    assert found.columns[0][0] == "sbp"


def test_a_sign_turned_round_is_told_by_trees_though_no_marginal_differs(population):
    found = told(population(800, 1, sign=-1), population(800, 2))
    assert found.learner == "boosting"
    assert found.auc > found.band[1] > found.each["logistic"] - 0.05
    assert {name for name, _ in found.columns} <= {"age", "sbp", "dead"}


def test_a_constant_table_is_told_at_once(population):
    table = population(300, 1)
    flat = pd.concat([table.iloc[:1]] * 300, ignore_index=True)
    assert told(flat, table).auc > 0.95


def test_finer_digits_do_not_give_a_table_away():
    rng = np.random.default_rng(0)
    other = pd.DataFrame({"x": rng.integers(0, 6, 400)})
    table = pd.DataFrame({"x": rng.integers(0, 6, 400) + rng.uniform(-0.4, 0.4, 400)})
    found = told(table, other)
    assert found.auc <= found.band[1]


def test_missing_values_are_told_apart_as_such(population):
    table, other = population(500, 1), population(500, 2)
    table["crp"] = table["crp"].fillna(2.7)
    found = told(table, other)
    assert "crp" in {name for name, _ in found.columns} or found.auc > 0.5
    other["crp"] = other["crp"].mask(np.arange(500) % 2 == 0)
    found = told(table, other)
    assert found.auc > found.band[1]
    assert found.columns[0][0] == "crp"


def test_too_few_rows_or_nothing_that_varies_tells_nothing(population):
    table = population(60, 1)
    assert told(table.iloc[:20], table) is None
    flat = pd.DataFrame({"x": [1.0] * 50})
    assert told(flat, flat) is None


def test_it_is_the_same_every_time(population):
    one, other = population(120, 1), population(120, 2)
    assert told(one, other).auc == told(one, other).auc


def test_many_columns_are_told_by_those_that_differ_most():
    rng = np.random.default_rng(0)
    one, other = (pd.DataFrame(rng.normal(size=(200, 60))).add_prefix("x") for _ in range(2))
    one["x7"] += 2
    assert told(one, other).columns[0][0] == "x7"
