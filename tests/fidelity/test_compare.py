"""Tests keep their rate under a true law, and see what they should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.multitest import multipletests

from synth_magic.fidelity.compare import (
    LOCATION,
    SHAPE,
    Comparison,
    column_tests,
    holm,
    share_test,
    survival_test,
)
from synth_magic.fidelity.measure import kaplan
from synth_magic.fidelity.tally import tally

pytestmark = pytest.mark.long

LAW_ROWS = 65_536
LAWS = {
    "normal": (lambda rng, n: np.round(rng.normal(0, 1, n), 3), 0.001),
    "lognormal": (lambda rng, n: np.round(rng.lognormal(0, 1.5, n), 3), 0.001),
    "whole numbers": (lambda rng, n: rng.poisson(8, n) * 1.0, 1.0),
    "a third zero": (
        lambda rng, n: np.where(rng.random(n) < 1 / 3, 0, np.ceil(rng.gamma(2, 20, n))),
        1.0,
    ),
    "few values": (lambda rng, n: rng.poisson(0.4, n) * 1.0, 1.0),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("rows", [50, 800])
def test_a_true_table_is_rejected_no_more_often_than_the_rate_says(law, rows):
    make, step = LAWS[law]
    rng = np.random.default_rng(11)
    reference = tally(make(rng, LAW_ROWS), step)
    p_values = {}
    for _ in range(400):
        for name, test in column_tests(tally(make(rng, rows), step), reference, 0).items():
            p_values.setdefault(name, []).append(test.p)
    assert p_values
    for name, values in p_values.items():
        rejected = np.count_nonzero(np.array(values) < 0.01)
        assert rejected <= stats.binom.ppf(1 - 1e-4, len(values), 0.01), name
        if name in ("location", "spread"):  # exact tests are conservative, these are not
            assert 0.02 < np.mean(np.array(values) < 0.05) < 0.09, name


@pytest.mark.parametrize("rows", [800, 100_000])
def test_a_shift_of_half_an_sd_and_a_wider_spread_are_seen(rows):
    make, step = LAWS["normal"]
    rng = np.random.default_rng(3)
    reference = tally(make(rng, LAW_ROWS), step)
    shifted = column_tests(tally(make(rng, rows) + 0.5, step), reference, 0)["location"]
    wider = column_tests(tally(make(rng, rows) * 1.5, step), reference, 0)["spread"]
    assert shifted.p < 1e-9
    assert shifted.size == pytest.approx(0.5, abs=0.1)
    assert shifted.verdict(True) == "poor"
    assert wider.p < 1e-9
    assert wider.size == pytest.approx(0.5, abs=0.15)
    assert wider.verdict(True) == "poor"


def test_a_real_but_small_shift_is_a_small_miss():
    make, step = LAWS["normal"]
    rng = np.random.default_rng(4)
    reference = tally(make(rng, LAW_ROWS), step)
    found = column_tests(tally(make(rng, 200_000) + 0.05, step), reference, 0)["location"]
    assert found.p < 1e-6
    assert found.verdict(True) == "small miss"


def test_poor_is_only_what_is_beyond_the_margin_with_its_whole_interval():
    assert Comparison(1e-9, 0.12, 0.05, 0.1).verdict(True) == "small miss"
    assert Comparison(1e-9, -0.16, 0.05, 0.1).verdict(True) == "poor"
    assert Comparison(0.2, 0.12, 0.05, 0.1).verdict(False) == "as stated"
    assert Comparison(0.2, 0.12, 0.51, 0.1).verdict(False) == "too few rows to tell"


def test_another_shape_of_equal_mean_and_sd_is_seen():
    rng = np.random.default_rng(5)
    reference = tally(np.round(rng.normal(0, 1, LAW_ROWS), 3), 0.001)
    other = np.where(rng.random(5000) < 0.5, -1.0, 1.0) + rng.normal(0, 0.1, 5000)
    found = column_tests(tally(np.round(other, 3), 0.001), reference, 0)["shape"]
    assert found.p < 1e-9
    assert found.verdict(True) == "poor"


def test_with_few_rows_nothing_can_be_told():
    make, step = LAWS["normal"]
    rng = np.random.default_rng(6)
    reference = tally(make(rng, LAW_ROWS), step)
    found = column_tests(tally(make(rng, 12), step), reference, 0)
    assert found["location"].verdict(False) == "too few rows to tell"
    assert column_tests(tally(np.empty(0), step), reference, 0)["location"].p == 1
    assert share_test(0, 0, 10, 100).verdict(False) == "too few rows to tell"


@given(st.integers(1, 400), st.floats(0, 1))
@settings(derandomize=True)
def test_a_share_is_tested_by_the_exact_binomial(rows, part):
    k, p = round(part * rows), 0.22
    found = share_test(k, rows, round(p * 10**9), 10**9)
    below, above = stats.binom.cdf(k, rows, p), stats.binom.sf(k - 1, rows, p)
    assert found.p == pytest.approx(min(1, 2 * min(below, above)), rel=1e-3)


def test_of_two_values_one_is_tested_and_of_more_each():
    rng = np.random.default_rng(7)
    two = tally(rng.integers(0, 2, 1000) * 1.0, 1.0)
    three = tally(rng.integers(0, 3, 1000) * 1.0, 1.0)
    assert set(column_tests(two, two, 2)) == {"share:1"}
    assert set(column_tests(three, three, 3)) == {"share:0", "share:1", "share:2"}


def test_of_two_values_both_are_tested_beside_one_that_nobody_stated():
    law = tally(np.repeat([0.0, 1.0], 500), 1)
    assert list(column_tests(tally(np.repeat([0.0, 1.0], 50), 1), law, 2)) == ["share:1"]
    strange = tally(np.repeat([-1.0, 0.0, 1.0], [40, 12, 48]), 1)
    found = column_tests(strange, law, 2)
    assert list(found) == ["share:0", "share:1"]
    assert found["share:0"].p < 1e-6 < found["share:1"].p


def test_holm_rejects_what_holm_rejects():
    rng = np.random.default_rng(10)
    sizes = set()
    for _ in range(25):
        p_values = rng.beta(0.2, 1, rng.integers(1, 12))
        ours = holm({str(index): p for index, p in enumerate(p_values)}, 0.05)
        theirs = multipletests(p_values, 0.05, "holm")[0]
        assert ours == {str(index) for index in np.flatnonzero(theirs)}
        sizes.add(len(ours))
    assert len(sizes) > 3


def test_survival_is_kaplans_and_meiers_with_greenwoods_error():
    rng = np.random.default_rng(8)
    times = np.ceil(rng.exponential(100, 300))
    events = (rng.random(300) < 0.6) * 1.0
    ours, theirs = kaplan(times, events), SurvfuncRight(times, events)
    for time in (20, 80, 150):
        place = np.searchsorted(theirs.surv_times, time, side="right") - 1
        share, error = ours.at(time)
        assert share == pytest.approx(theirs.surv_prob[place])
        greenwood = theirs.surv_prob_se[place] / (share * -np.log(share))
        assert error == pytest.approx(greenwood)
        low, high = ours.interval(time)
        assert low < share < high


def test_survival_beyond_follow_up_is_not_known():
    curve = kaplan(np.array([5.0, 9.0, 9.0]), np.array([1.0, 0.0, 0.0]))
    assert curve.at(4)[0] == 1.0
    assert np.isnan(curve.at(10)[0])
    assert curve.interval(10) is None
    assert survival_test(curve, curve, 10).verdict(False) == "too few rows to tell"


def test_a_different_survival_is_seen():
    rng = np.random.default_rng(9)
    everyone = np.ones(2000)
    law = kaplan(np.ceil(rng.exponential(1000, 65_536)), np.ones(65_536))
    same = survival_test(kaplan(np.ceil(rng.exponential(1000, 2000)), everyone), law, 700)
    other = survival_test(kaplan(np.ceil(rng.exponential(700, 2000)), everyone), law, 700)
    assert same.p > 0.001
    assert other.p < 1e-9
    assert other.verdict(True) == "poor"


def test_the_margin_of_the_shape_is_that_of_a_shift_by_the_margin():
    assert stats.norm.cdf(LOCATION / 2) - stats.norm.cdf(-LOCATION / 2) == pytest.approx(
        SHAPE, rel=1e-3
    )
