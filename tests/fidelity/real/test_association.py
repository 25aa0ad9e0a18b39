"""Signed correlations equal scipy's; a sign that was turned round is named."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from synth_magic.fidelity.real.align import align
from synth_magic.fidelity.real.association import (
    associations,
    correlation_interval,
    correlations,
)
from synth_magic.fidelity.real.disclosure import Guard
from synth_magic.fidelity.real.strength import cramers_v, eta

pytestmark = pytest.mark.long


def found_of(one, other, min_cell=10):
    return associations(align(one, other).compared, Guard(min_cell))


def numbers(n, seed, r=0.6):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    y = r * x + np.sqrt(1 - r * r) * rng.normal(size=n)
    return pd.DataFrame({"x": np.round(x, 1), "y": y, "z": rng.integers(0, 4, n)})


def test_of_numbers_they_are_spearmans_with_ties_as_scipy_has_them():
    one, other = numbers(300, 1), numbers(200, 2)
    found = found_of(one, other)
    for got, table in ((found.one, one), (found.other, other)):
        assert got == pytest.approx(stats.spearmanr(table).statistic, abs=1e-9)
    upper = np.triu_indices(3, 1)
    apart = (stats.spearmanr(one).statistic - stats.spearmanr(other).statistic)[upper]
    assert found.mean == pytest.approx(np.abs(apart).mean(), abs=1e-9)


def test_of_yes_and_no_they_are_phi(population):
    table = population(500, 1)[["dead", "smoker"]]
    found = found_of(table, table)
    at = [item.name for item in found.features]
    a, b = at.index("dead=yes"), at.index("smoker=current")
    phi = np.corrcoef(table["dead"], table["smoker"] == "current")[0, 1]
    assert found.one[a, b] == pytest.approx(phi, abs=1e-9)
    assert at.count("dead=yes") == 1
    assert "dead=no" not in at
    assert {"smoker=never", "smoker=former", "smoker=current"} <= set(at)


def test_rows_that_lack_a_value_are_left_out_of_its_pairs():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(80, 3))
    values[rng.random((80, 3)) < 0.2] = np.nan
    found = correlations(values)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        known = ~np.isnan(values[:, [i, j]]).any(axis=1)
        assert found[i, j] == pytest.approx(np.corrcoef(values[known][:, [i, j]].T)[0, 1])


def test_missingness_that_goes_with_another_column_is_a_pair_of_its_own(population):
    one, other = population(800, 1), population(800, 2)
    other["crp"] = other["crp"].mask(other["age"] > 70)
    found = found_of(one, other)
    a, b = found.places[found.worst(1)[0]]
    assert {found.features[a].name, found.features[b].name} == {"age", "crp missing"}


def test_a_sign_turned_round_is_named(population):
    found = found_of(population(800, 1, sign=-1), population(800, 2))
    worst = found.worst(5)
    names = [{found.features[side].name for side in found.places[at]} for at in worst]
    assert names[0] == {"age", "sbp"}
    assert found.reversed(worst[0])


def test_a_sign_alone_that_noise_turned_is_never_called_reversed():
    for seed in range(40):
        found = found_of(numbers(60, seed, r=0.05), numbers(60, 500 + seed, r=0.05))
        assert not any(found.reversed(at) for at in range(len(found.places)))


def test_two_samples_of_one_population_stay_within_the_bands(population):
    outside = beyond = 0
    for seed in range(40):
        found = found_of(population(150, seed), population(120, 700 + seed))
        outside += not found.band[0] <= found.mean <= found.band[1]
        beyond += bool((np.abs(found.differences) > found.limit).any())
    assert outside <= 3
    assert beyond <= 3


def test_a_constant_column_goes_with_nothing_and_one_column_has_no_pairs():
    table = numbers(100, 1)
    flat = found_of(table.assign(x=1.0), table)
    assert not flat.one[0].any()
    assert np.isnan(found_of(table[["x"]], table[["x"]]).mean)


def test_levels_that_few_real_rows_hold_are_no_features(population):
    other = population(300, 2)
    other.loc[:7, "smoker"] = "pipe"
    names = [item.name for item in found_of(other, other).features]
    assert "smoker=pipe" not in names
    assert "smoker=pipe" in [item.name for item in found_of(other, other, 1).features]


def test_very_many_columns_take_a_part_of_them_for_the_band(monkeypatch):
    rng = np.random.default_rng(3)
    one, other = (pd.DataFrame(rng.normal(size=(120, 40))) for _ in range(2))
    whole = found_of(one, other)
    monkeypatch.setattr("synth_magic.fidelity.real.association._MOST_FEATURES", 12)
    part = found_of(one, other)
    assert part.mean == whole.mean
    assert part.limit.mean() == pytest.approx(whole.limit.mean(), rel=0.25)
    assert part.band[0] <= part.mean <= part.band[1]


def test_intervals_of_a_correlation_widen_with_fewer_rows():
    wide, narrow = correlation_interval(0.3, 30), correlation_interval(0.3, 3000)
    assert wide[0] < narrow[0] < 0.3 < narrow[1] < wide[1]
    assert correlation_interval(0.3, 3) == (-1.0, 1.0)


def test_v_without_its_bias_is_small_for_independent_columns_and_1_for_a_copy():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 6, 300).astype(float), rng.integers(0, 6, 300).astype(float)
    chi2 = stats.contingency.association(
        np.stack([np.bincount(b[a == k].astype(int), minlength=6) for k in range(6)]),
        method="cramer",
    )
    assert cramers_v(a, b) < 0.06 < chi2
    assert cramers_v(a, a) == pytest.approx(1.0)
    assert np.isnan(cramers_v(a, np.ones(300)))


def test_eta_is_the_root_of_the_r2_of_groups():
    import statsmodels.api as sm

    rng = np.random.default_rng(0)
    groups = rng.integers(0, 3, 200)
    values = groups + rng.normal(size=200)
    fit = sm.OLS(values, np.eye(3)[groups]).fit()
    assert eta(groups.astype(float), values) == pytest.approx(np.sqrt(fit.rsquared))
    assert np.isnan(eta(groups.astype(float), np.ones(200)))


def test_deals_run_on_one_thread_and_leave_the_threads_as_they_were(monkeypatch):
    from threadpoolctl import threadpool_info, threadpool_limits

    from synth_magic.fidelity.real import association

    def threads():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    seen, dealt = [], association._dealt

    def watched(*args):
        seen.append(threads())
        return dealt(*args)

    monkeypatch.setattr(association, "_dealt", watched)
    with threadpool_limits(limits=2, user_api="blas"):
        found_of(numbers(100, 1), numbers(100, 2))
        assert threads() == {2}
    assert seen == [{1}]


def test_without_threadpoolctl_the_figures_are_the_same(monkeypatch):
    import importlib.util

    with_it = found_of(numbers(100, 1), numbers(100, 2))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    without = found_of(numbers(100, 1), numbers(100, 2))
    assert without.band == pytest.approx(with_it.band)
    assert without.mean == with_it.mean
