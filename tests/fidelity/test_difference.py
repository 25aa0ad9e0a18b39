"""Standardised differences are those of their papers, and chance makes them as large as said."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from synth_magic.fidelity import difference

counts = st.lists(st.integers(1, 60), min_size=2, max_size=6)


def test_means_are_compared_by_the_mean_of_both_variances():
    # Worked by hand: (62 - 58) / sqrt((100 + 144) / 2)
    assert difference.numbers(62, 10, 58, 12) == pytest.approx(4 / math.sqrt(122))
    assert difference.numbers(58, 12, 62, 10) == pytest.approx(4 / math.sqrt(122))


def test_proportions_are_compared_by_their_own_variances():
    # Worked by hand: 0.1 / sqrt((0.3 * 0.7 + 0.4 * 0.6) / 2)
    assert difference.proportions(0.3, 0.4) == pytest.approx(0.1 / math.sqrt(0.225))


def yang_dalton(one, two):
    """The formula as it stands in the paper: all levels but the first, an inverse."""
    p, q = np.array(one) / np.sum(one), np.array(two) / np.sum(two)
    spread = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    apart = (p - q)[1:]
    return math.sqrt(apart @ np.linalg.inv(spread[1:, 1:]) @ apart)


@given(counts, st.data())
def test_categories_are_compared_as_yang_and_dalton_do(one, data):
    two = data.draw(st.lists(st.integers(1, 60), min_size=len(one), max_size=len(one)))
    assert difference.categories(one, two) == pytest.approx(yang_dalton(one, two), abs=1e-6)
    assert difference.categories(two, one) == pytest.approx(difference.categories(one, two))


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_two_levels_are_a_proportion(a, b, c, d):
    share = difference.proportions(a / (a + b), c / (c + d))
    assert difference.categories([a, b], [c, d]) == pytest.approx(share, abs=1e-7)


def test_a_level_that_nobody_has_changes_nothing():
    assert difference.categories([5, 0, 9, 0], [8, 0, 2, 0]) == pytest.approx(
        difference.categories([5, 9], [8, 2])
    )


def test_a_level_that_one_group_lacks_is_counted():
    assert difference.categories([10, 10, 0], [10, 5, 5]) == pytest.approx(
        yang_dalton([10, 10, 0], [10, 5, 5])
    )


def test_what_cannot_be_measured_is_said_so():
    assert difference.numbers(1, 0, 2, 0) == math.inf
    assert difference.numbers(2, 0, 2, 0) == 0
    assert math.isnan(difference.numbers(1, math.nan, 2, 1))
    assert math.isnan(difference.numbers(math.nan, math.nan, 2, 0))
    assert difference.categories([5, 0], [0, 5]) == math.inf
    assert difference.categories([5, 5, 0, 0], [0, 0, 5, 5]) == math.inf
    assert difference.categories([5, 0], [7, 0]) == 0
    assert math.isnan(difference.categories([0, 0], [0, 5]))
    assert math.isnan(difference.chance([10]))
    assert math.isnan(difference.chance([10, 0]))
    assert math.isnan(difference.chance([10, 10], 0))
    assert math.isnan(difference.beyond(0.1, (0, 4)))


def test_the_largest_difference_is_that_of_the_two_groups_farthest_apart():
    means = [1.0, 4.0, 2.5]
    assert difference.largest(means, lambda a, b: abs(a - b)) == 3
    assert difference.largest([1.0, math.nan, 3.0], lambda a, b: abs(a - b)) == 2
    assert math.isnan(difference.largest([1.0], lambda a, b: abs(a - b)))


# What chance does -------------------------------------------------------------------


def test_of_random_groups_of_fifty_sixty_two_percent_differ_by_more_than_a_tenth():
    assert difference.beyond(0.1, (50, 50)) == pytest.approx(0.62, abs=0.005)


def test_for_two_groups_the_band_is_the_chi_square_quantile():
    for df in (1, 2, 5):
        expected = math.sqrt(stats.chi2.ppf(0.95, df) * (1 / 40 + 1 / 90))
        assert difference.chance([40, 90], df) == pytest.approx(expected)
    assert difference.beyond(difference.chance([40, 90]), (40, 90)) == pytest.approx(0.05)


@pytest.mark.parametrize("groups", [3, 6, 10])
def test_for_more_groups_the_band_is_at_most_four_percent_above_tukeys(groups):
    exact = stats.studentized_range.ppf(0.95, groups, np.inf) / math.sqrt(80)
    found = difference.chance([80] * groups)
    assert exact * 0.999 < found < exact * 1.04


def shuffled(values, sizes, between, turns=4000):
    """Largest difference between random groups of these sizes, `turns` times."""
    rng = np.random.default_rng(5)
    cuts = np.cumsum(sizes)[:-1]
    return np.array(
        [
            max(between(a, b) for a, b in combinations(np.split(rng.permutation(values), cuts), 2))
            for _ in range(turns)
        ]
    )


def smd(a, b):
    return difference.numbers(a.mean(), a.std(ddof=1), b.mean(), b.std(ddof=1))


#: Of 4,000 permutations 5% exceed the bound, give or take three errors; skewed values and
#: few rows may cost a percent more.
WITHIN = 0.02


@pytest.mark.parametrize("sizes", [(50, 50), (30, 120)])
def test_permutations_stay_below_the_band_as_often_as_said_for_numbers(sizes):
    values = np.random.default_rng(1).lognormal(0, 0.5, sum(sizes))
    found = shuffled(values, sizes, smd)
    assert (found > difference.chance(sizes)).mean() == pytest.approx(0.05, abs=WITHIN)
    share = difference.beyond(0.1, sizes)
    assert (found > 0.1).mean() == pytest.approx(share, abs=0.03)


def test_permutations_stay_below_the_band_as_often_as_said_for_categories():
    sizes, levels = (60, 140), 4
    values = np.random.default_rng(2).choice(levels, sum(sizes), p=[0.4, 0.3, 0.2, 0.1])

    def between(a, b):
        return difference.categories(
            np.bincount(a, minlength=levels), np.bincount(b, minlength=levels)
        )

    found = shuffled(values, sizes, between, turns=2000)
    rate = (found > difference.chance(sizes, levels - 1)).mean()
    assert rate == pytest.approx(0.05, abs=WITHIN)


def test_permutations_stay_below_the_band_as_often_as_said_for_four_groups():
    sizes = (40, 60, 80, 120)
    values = np.random.default_rng(3).normal(size=sum(sizes))
    found = shuffled(values, sizes, smd, turns=2000)
    assert (found > difference.chance(sizes)).mean() == pytest.approx(0.05, abs=WITHIN)
