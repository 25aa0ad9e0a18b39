"""Mean and SD are those of the column within its range."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from synth_magic.blueprint.model import Column, Distribution, Normal
from synth_magic.errors import SpecError
from synth_magic.laws import solve
from synth_magic.laws.truncation import gamma_with, lognormal_with

share = st.floats(0.03, 0.97)


def normal(mean, sd, low, high):
    form = Distribution(normal=Normal(mean=mean, sd=sd), source="user")
    return solve(Column(name="x", type="number", range=(low, high), distribution=form))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    low=st.floats(-1e3, 1e3).map(lambda x: round(x, 9)),
    width=st.floats(0.1, 1e4),
    place=share,
    tight=st.floats(0.01, 0.97),
)
def test_any_mean_and_sd_that_a_range_allows_are_met(low, width, place, tight):
    high, mean = low + width, low + place * width
    sd = tight * math.sqrt((mean - low) * (high - mean))
    marginal = normal(mean, sd, low, high)
    assert marginal.mean == pytest.approx(mean, abs=1e-3 * sd)
    assert marginal.sd == pytest.approx(sd, rel=1e-3)
    assert low <= marginal.support[0]
    assert marginal.support[1] <= high


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    low=st.floats(-1e3, 1e3).map(lambda x: round(x, 9)),
    away=st.floats(0.1, 1e3),
    ratio=st.floats(0.02, 2.5),
    up=st.booleans(),
)
def test_half_open_ranges_keep_mean_and_sd(low, away, ratio, up):
    sd = ratio * away
    marginal = normal(low + away, sd, low, None) if up else normal(low - away, sd, None, low)
    assert marginal.mean == pytest.approx(low + away if up else low - away, abs=2e-3 * sd)
    assert marginal.sd == pytest.approx(sd, rel=2e-3)
    assert marginal.support[0] >= low if up else marginal.support[1] <= low


@pytest.mark.parametrize(
    ("mean", "sd", "low", "high"),
    [(63, 11, 30, 85), (10, 6, 0, math.inf), (70, 30, -math.inf, 110), (5, 1.7, 2, 9)],
)
def test_the_law_is_a_truncated_normal_where_one_reaches(mean, sd, low, high):
    ends = [None if math.isinf(end) else end for end in (low, high)]
    marginal = normal(mean, sd, *ends)
    # A truncated normal has a log density that is a parabola: third differences vanish.
    a, b = marginal.ppf(np.array([0.02, 0.98]))
    masses = np.diff(marginal.cdf(np.linspace(a, b, 41)))
    assert np.abs(np.diff(np.log(masses), 3)).max() < 0.02
    second = np.diff(np.log(masses), 2)
    assert second.max() < 0
    # And scipy's truncated normal with its parameters is the same law.
    width = (b - a) / 40
    sigma = width / math.sqrt(-np.median(second))
    middle = np.polyfit(np.linspace(a, b, 41)[:-1] + width / 2, np.log(masses), 2)
    mu = -middle[1] / (2 * middle[0])
    oracle = stats.truncnorm((low - mu) / sigma, (high - mu) / sigma, mu, sigma)
    assert oracle.mean() == pytest.approx(mean, abs=0.02 * sd)
    x = np.linspace(a, b, 50)
    assert np.abs(marginal.cdf(x) - oracle.cdf(x)).max() < 3e-3


def test_a_wide_spread_from_a_bound_is_a_gamma():
    marginal = normal(10, 30, 0, None)
    x = stats.gamma(1 / 9, scale=90).ppf(np.linspace(0.5, 0.999, 50))
    assert np.abs(marginal.cdf(x) - stats.gamma(1 / 9, scale=90).cdf(x)).max() < 1e-5
    mirrored = normal(90, 30, None, 100)
    assert np.abs(mirrored.cdf(100 - x) - stats.gamma(1 / 9, scale=90).sf(x)).max() < 1e-5


def test_a_spread_that_no_gamma_has_in_the_range_is_a_stretched_beta():
    mean, sd = 50, 45
    size = 0.25 * (100 / sd) ** 2 - 1
    oracle = stats.beta(size / 2, size / 2, scale=100)
    x = np.linspace(1, 99, 99)
    assert np.abs(normal(mean, sd, 0, 100).cdf(x) - oracle.cdf(x)).max() < 1e-5


def test_a_range_far_away_leaves_the_normal_as_it_is():
    marginal = normal(63, 11, -1e6, 1e6)
    x = np.linspace(20, 110, 91)
    assert np.abs(marginal.cdf(x) - stats.norm(63, 11).cdf(x)).max() < 1e-5
    assert marginal.support[0] > -100


@pytest.mark.parametrize(("mean", "sd"), [(50, 50), (50, 51), (1, 10), (99.9, 40)])
def test_an_impossible_sd_is_an_error_at_the_sd_that_names_the_limit(mean, sd):
    with pytest.raises(SpecError) as caught:
        normal(mean, sd, 0, 100)
    (problem,) = caught.value.problems
    assert problem.path == ("columns", "x", "distribution", "normal", "sd")
    limit = math.sqrt(mean * (100 - mean))
    assert f"{limit:.4g}" in problem.mend


@pytest.mark.parametrize("mean", [-3, 0, 100, 130])
def test_a_mean_outside_the_range_is_an_error_at_the_mean(mean):
    with pytest.raises(SpecError) as caught:
        normal(mean, 5, 0, 100)
    assert caught.value.problems[0].path[-1] == "mean"


@settings(derandomize=True, max_examples=25, deadline=None)
@given(
    mean=st.floats(1, 50), ratio=st.floats(0.2, 0.9), low=st.floats(0, 0.4), high=st.floats(2.5, 8)
)
def test_gamma_and_lognormal_laws_have_the_moments_within_the_range(mean, ratio, low, high):
    sd = ratio * mean
    for find, family in ((gamma_with, "gamma"), (lognormal_with, "lognormal")):
        law = find(mean, sd, low * mean, high * mean)
        assume(law is not None)
        oracle = (
            stats.gamma(law.shape, scale=law.scale)
            if family == "gamma"
            else stats.lognorm(law.sigma, scale=math.exp(law.mu))
        )
        x = np.linspace(low * mean, high * mean, 20_001)
        F = oracle.cdf(x)
        assume(F[-1] - F[0] > 1e-6)
        mass = np.diff(F) / (F[-1] - F[0])
        middle = (x[1:] + x[:-1]) / 2
        assert mass @ middle == pytest.approx(mean, rel=2e-3)
        assert math.sqrt(mass @ middle**2 - (mass @ middle) ** 2) == pytest.approx(sd, rel=1e-2)
