"""The numbers of Table 1 are those of NumPy and of survival libraries."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from synth_magic.fidelity.table1_numbers import (
    counted,
    follow_up,
    mean_digits,
    moments,
    number,
    quartile_digits,
    skewed,
    span,
)

whole = st.lists(st.integers(-500, 3000), min_size=1, max_size=60)


@given(whole, st.integers(0, 3), st.integers(0, 5))
def test_moments_and_quartiles_are_numpys(values, decimals, missing):
    numbers = np.array([value / 10**decimals for value in values])
    found = moments(counted(np.append(numbers, [math.nan] * missing), decimals))
    assert found.n == len(numbers)
    assert found.mean == pytest.approx(numbers.mean(), abs=1e-9)
    quartiles = np.quantile(numbers, [0.25, 0.5, 0.75])
    assert [found.q1, found.median, found.q3] == pytest.approx(list(quartiles), abs=1e-9)
    if len(numbers) > 1:
        assert found.sd == pytest.approx(numbers.std(ddof=1), abs=1e-9)


def test_values_that_were_not_rounded_are_counted_too():
    values = np.random.default_rng(1).normal(size=501)
    found = moments(counted(values, None))
    assert found.median == np.median(values)
    assert found.q3 == pytest.approx(np.quantile(values, 0.75))


def test_of_no_values_nothing_is_known():
    found = moments(counted(np.array([math.nan]), 0))
    assert found.n == 0
    assert all(math.isnan(value) for value in (found.mean, found.sd, found.median))


# Mean or median --------------------------------------------------------------------


@pytest.mark.parametrize("rows", [30, 100, 1000])
@pytest.mark.parametrize("decimals", [0, 1, None])
def test_normal_values_are_shown_by_their_mean(rows, decimals):
    rng = np.random.default_rng(rows)
    flagged = 0
    for _ in range(100):
        # An SD of little more than 1 is where rounding to whole numbers skews most.
        values = rng.normal(3.4, 1.2, rows)
        values = values if decimals is None else values.round(decimals)
        flagged += skewed(counted(values, decimals))
    assert flagged <= 12  # two standard errors: one in twenty, give or take


@pytest.mark.parametrize("sigma", [0.8, 1.2])
def test_skewed_values_are_shown_by_their_median(sigma):
    rng = np.random.default_rng(2)
    for sign in (1, -1):
        flagged = [
            skewed(counted(sign * rng.lognormal(1, sigma, 200).round(1), 1)) for _ in range(50)
        ]
        assert np.mean(flagged) >= 0.98


def test_a_lognormal_law_is_called_skewed_where_its_sd_is_a_third_of_its_mean():
    from scipy import stats

    places = (np.arange(20_000) + 0.5) / 20_000
    for variation, expected in ((0.30, False), (0.36, True)):
        sigma = math.sqrt(math.log1p(variation**2))
        values = stats.lognorm.ppf(places, sigma)
        assert skewed(counted(values, None)) is expected


def test_where_both_quartiles_are_one_value_the_median_would_say_nothing():
    assert not skewed(counted(np.array([0.0] * 90 + [1, 5, 9, 20, 3, 4, 5, 6, 7, 8]), 0))
    assert not skewed(counted(np.array([1.0, 9.0]), 0))


# Follow-up -------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=60),
)
def test_median_follow_up_is_where_the_censored_curve_reaches_half(rows):
    times = np.array([time for time, _ in rows], dtype=float)
    events = np.array([event for _, event in rows], dtype=float)
    found = follow_up(times, events)
    if events.all():  # nothing was cut off
        assert math.isnan(found)
        return
    curve = SurvfuncRight(times, 1 - events)
    below = curve.surv_times[curve.surv_prob <= 0.5 + 1e-12]
    assert found == (below[0] if len(below) else pytest.approx(math.nan, nan_ok=True))


def test_without_events_the_median_follow_up_is_the_median_time():
    assert follow_up(np.array([3.0, 1, 2, 5, 4]), np.zeros(5)) == 3


# In words --------------------------------------------------------------------------


def test_numbers_are_written_as_papers_do():
    assert number(1234.56, 1) == "1,234.6"
    assert number(-0.08, 2) == "−0.08"
    assert number(-0.001, 2) == "0.00"
    assert number(math.nan, 1) == "—"
    assert number(math.inf, 1) == "∞"
    assert number(-math.inf, 1) == "−∞"
    assert number(1e30, 0) == "1e+30"
    assert span("55", "71") == "55–71"
    assert span("−2", "3") == "−2 to 3"


def test_digits_are_those_of_the_values():
    assert mean_digits(0, 9.4, 63.2) == 1
    assert mean_digits(1, 1.2, 13.1) == 1
    assert mean_digits(2, 0.31, 0.98) == 2
    assert mean_digits(0, 61_000, 250_000) == 0
    assert mean_digits(None, 0.532, 1.2) == 3
    assert mean_digits(None, 0.0, 1.2) == 2
    assert mean_digits(None, 0.0, 0.0) == 0
    assert quartile_digits(0, [1, 2, 3], 2) == 0
    assert quartile_digits(0, [1, 2.5, math.nan], 2) == 1
    assert quartile_digits(1, [1.25, 2.5], 2) == 1
    assert quartile_digits(None, [0.01, 0.5], 0.532) == 3
    assert quartile_digits(None, [12.3], 0.0) == 1
    assert quartile_digits(None, [], math.nan) == 0
