"""Estimates from counts are those of the rows themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from synth_magic.fidelity.tally import marked, share_interval, tally

VALUES = hnp.arrays(
    np.float64, st.integers(2, 60), elements=st.integers(-50, 50).map(lambda v: v / 10)
)


@given(VALUES)
@settings(derandomize=True)
def test_moments_and_quantiles_are_those_of_the_rows(values):
    found = tally(values, 0.1)
    assert found.n == len(values)
    assert found.mean == pytest.approx(values.mean(), abs=1e-9)
    assert found.sd == pytest.approx(values.std(ddof=1), abs=1e-9)
    for p in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert found.quantile(p) == pytest.approx(np.quantile(values, p, method="inverted_cdf"))
    if values.std() > 0:
        assert found.kurtosis == pytest.approx(stats.kurtosis(values, fisher=False))


@given(VALUES, st.floats(-6, 6))
@settings(derandomize=True)
def test_counts_below_and_up_to_a_place_are_those_of_the_rows(values, place):
    found = tally(values, 0.1)
    at = np.array([place, found.values[0]])
    assert found.upto(at).tolist() == [(values <= p + 1e-12).sum() for p in at]
    assert found.below(at).tolist() == [(values < p - 1e-12).sum() for p in at]
    assert found.count(found.values[0]) == (values <= found.values[0] + 1e-12).sum()


def test_values_off_the_grid_and_far_apart_are_counted_too():
    values = np.array([0.0, 1e12, 0.05, np.nan, 0.05])
    found = tally(values, 1.0)
    assert found.values.tolist() == [0.0, 0.05, 1e12]
    assert found.counts.tolist() == [1, 2, 1]
    assert found.missing == 1


def test_nothing_observed_is_nothing_known():
    found = tally(np.full(3, np.nan), 1.0)
    assert found.n == 0
    assert found.missing == 3
    assert np.isnan([found.mean, found.sd, found.quantile(0.5)]).all()
    assert found.mean_interval() is found.sd_interval(3.0) is found.quantile_interval(0.5) is None
    assert share_interval(0, 0) is None


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (220, 1000), (1, 100_000)])
def test_share_intervals_are_clopper_and_pearsons(k, n):
    assert share_interval(k, n) == pytest.approx(proportion_confint(k, n, 0.01, "beta"), abs=1e-9)


def test_the_interval_of_a_mean_is_students():
    values = np.arange(20) / 10
    expected = stats.t.interval(0.99, 19, values.mean(), stats.sem(values))
    assert tally(values, 0.1).mean_interval() == pytest.approx(expected)


@pytest.mark.parametrize("rows", [40, 8000])
@pytest.mark.parametrize("p", [0.25, 0.5])
def test_intervals_of_quantiles_and_sds_hold_the_truth_in_99_of_100_tables(rows, p):
    rng = np.random.default_rng(5)
    truth, quantile, sd = stats.gamma(3).ppf(p), 0, 0
    for _ in range(400):
        found = tally(np.round(rng.gamma(3, 1, rows), 3), 0.001)
        low, high = found.quantile_interval(p)
        quantile += low <= truth <= high
        low, high = found.sd_interval(3 + 6 / 3)
        sd += low <= np.sqrt(3) <= high
    assert quantile >= 388  # 99% of 400 less three standard errors
    assert sd >= 384  # the log scale is an approximation at 40 rows


@given(VALUES, st.randoms(use_true_random=False))
@settings(derandomize=True)
def test_marked_rows_are_counted_at_their_values(values, random):
    values = values.copy()
    values[random.randrange(len(values))] = np.nan
    marks = np.array([random.random() < 0.4 for _ in values]) & ~np.isnan(values)
    for step in (0.1, 0.0):
        whole, held = marked(values, marks, step)
        assert whole.missing == 1
        near = np.abs(values[:, None] - whole.values) < 1e-9
        assert held.tolist() == (near & marks[:, None]).sum(axis=0).tolist()


def test_many_rows_in_several_parts_are_counted_as_one():
    values = np.random.default_rng(1).normal(50, 20, 100_000).round(2)
    values[::7] = np.nan
    found = tally(values, 0.01)
    held, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    assert np.allclose(found.values, held, atol=1e-9)
    assert found.counts.tolist() == counts.tolist()
    assert found.missing == np.isnan(values).sum()
