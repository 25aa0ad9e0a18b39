"""Every named family, whole and cut to a range, is the one that scipy.stats knows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth_magic.errors import SpecError
from tests.laws.points import atoms

PROBES = np.concatenate([np.geomspace(1e-9, 0.5, 60), 1 - np.geomspace(1e-9, 0.5, 60)[::-1]])

CONTINUOUS = {
    "normal": ({"mean": 63, "sd": 11}, stats.norm(63, 11)),
    "lognormal": ({"median": 5, "sigma": 1}, stats.lognorm(1, scale=5)),
    "lognormal wide": ({"median": 0.01, "sigma": 2.5}, stats.lognorm(2.5, scale=0.01)),
    "gamma": ({"shape": 2, "scale": 3}, stats.gamma(2, scale=3)),
    "gamma spiked": ({"shape": 0.4, "scale": 30}, stats.gamma(0.4, scale=30)),
    "gamma narrow": ({"shape": 400, "scale": 0.5}, stats.gamma(400, scale=0.5)),
    "beta": ({"a": 2, "b": 5}, stats.beta(2, 5)),
    "beta u-shaped": ({"a": 0.5, "b": 0.7}, stats.beta(0.5, 0.7)),
    "exponential": ({"mean": 4}, stats.expon(scale=4)),
    "weibull": ({"shape": 1.5, "scale": 100}, stats.weibull_min(1.5, scale=100)),
    "weibull early": ({"shape": 0.6, "scale": 100}, stats.weibull_min(0.6, scale=100)),
    "uniform": ({"low": -2, "high": 8}, stats.uniform(-2, 10)),
}


def cut(oracle, low, high):
    """CDF of a scipy law within bounds, precise in both tails."""
    start, end = oracle.cdf(low), oracle.cdf(high)

    def cdf(x):
        if start > 0.5:
            return (oracle.sf(low) - oracle.sf(x)) / (oracle.sf(low) - oracle.sf(high))
        return (oracle.cdf(x) - start) / (end - start)

    return cdf


@pytest.mark.parametrize("which", CONTINUOUS)
def test_a_family_without_a_range_is_scipys(law, which):
    parameters, oracle = CONTINUOUS[which]
    marginal = law(**{which.split()[0]: parameters})
    x = oracle.ppf(PROBES)
    assert np.abs(marginal.cdf(x) - oracle.cdf(x)).max() < 1e-5
    spread = oracle.ppf(0.84) - oracle.ppf(0.16)
    inner = (PROBES > 1e-6) & (PROBES < 1 - 1e-6)
    quantiles = marginal.ppf(PROBES[inner])
    assert np.abs(quantiles - x[inner]).max() / spread < 3e-4 * (
        1 + np.abs(x[inner]).max() / spread
    )


# Near 1 a u-shaped beta has no digits left for so small a distance.
@pytest.mark.parametrize("which", [which for which in CONTINUOUS if which != "beta u-shaped"])
def test_far_tails_are_as_dense_as_the_body(law, which):
    parameters, oracle = CONTINUOUS[which]
    marginal = law(**{which.split()[0]: parameters})
    for tail in (2.0**-30, 2.0**-20, 1e-4):
        low, high = oracle.ppf(tail), oracle.isf(tail)
        assert float(marginal.cdf(low)) == pytest.approx(tail, rel=2e-3)
        assert 1 - float(marginal.cdf(high)) == pytest.approx(tail, rel=2e-3)


@pytest.mark.parametrize(
    ("which", "low", "high"),
    [
        ("gamma", 2, 10),
        ("gamma", 30, 40),
        ("gamma spiked", 0, 20),
        ("weibull", 10, 150),
        ("weibull early", 300, 400),
        ("lognormal wide", 1, 20),
    ],
)
def test_other_families_are_truncated_and_never_clipped(law, which, low, high):
    parameters, oracle = CONTINUOUS[which]
    if which.startswith("lognormal"):
        # Its median is that within the range, so the oracle is the lognormal that has it.
        parameters = {"median": 4, "sigma": 1}
        marginal = law(lognormal=parameters, range=(low, high))
        assert marginal.median == pytest.approx(4, abs=1e-3)
        ratio = np.log(marginal.ppf(np.array([0.3, 0.7])))
        fitted = _lognormal_with_median(4, 1, low, high)
        expected = np.log(_ppf(fitted, low, high, np.array([0.3, 0.7])))
        assert ratio == pytest.approx(expected, abs=1e-3)
        return
    marginal = law(**{which.split()[0]: parameters}, range=(low, high))
    x = np.linspace(low, high, 301)
    assert np.abs(marginal.cdf(x) - cut(oracle, low, high)(x)).max() < 1e-5
    assert marginal.support == (low, high)
    assert atoms(marginal) == ()


def _lognormal_with_median(median, sigma, low, high):
    from scipy.optimize import brentq

    def excess(mu):
        return cut(stats.lognorm(sigma, scale=np.exp(mu)), low, high)(median) - 0.5

    return stats.lognorm(sigma, scale=np.exp(brentq(excess, -5, 5)))


def _ppf(oracle, low, high, u):
    return oracle.ppf(oracle.cdf(low) + u * (oracle.cdf(high) - oracle.cdf(low)))


def test_a_beta_is_stretched_to_its_range(law):
    marginal = law(beta={"a": 2, "b": 5}, range=(10, 30))
    x = np.linspace(10, 30, 201)
    assert np.abs(marginal.cdf(x) - stats.beta(2, 5, loc=10, scale=20).cdf(x)).max() < 1e-5


@pytest.mark.parametrize(("low", "high", "mean"), [(0, 8, 3), (0, 8, 4), (0, 8, 7.5), (2, 50, 5)])
def test_an_exponential_within_a_range_keeps_its_stated_mean(law, low, high, mean):
    marginal = law(exponential={"mean": mean}, range=(low, high))
    assert marginal.mean == pytest.approx(mean, abs=1e-4)
    # Its density falls (or rises) by the same factor over equal steps.
    steps = np.diff(marginal.cdf(np.linspace(low, high, 9)))
    assert np.ptp(np.log(steps[1:] / steps[:-1])) < 1e-3


def test_an_exponential_from_a_bound_on_starts_there(law):
    marginal = law(exponential={"mean": 5}, range=(2, None))
    x = np.linspace(2, 40, 200)
    assert np.abs(marginal.cdf(x) - stats.expon(2, 3).cdf(x)).max() < 1e-5


COUNTS = {
    "poisson": ({"mean": 3}, stats.poisson(3)),
    "poisson rare": ({"mean": 0.02}, stats.poisson(0.02)),
    "poisson large": ({"mean": 900}, stats.poisson(900)),
    "negative_binomial": (
        {"mean": 3, "dispersion": 0.5},
        stats.nbinom(2, 2 / 5),
    ),
    "negative_binomial long": (
        {"mean": 40, "dispersion": 3},
        stats.nbinom(1 / 3, (1 / 3) / (1 / 3 + 40)),
    ),
}


@pytest.mark.parametrize("which", COUNTS)
def test_counts_are_scipys_and_hold_their_mass_on_whole_numbers(law, which):
    parameters, oracle = COUNTS[which]
    marginal = law("integer", **{which.split()[0]: parameters})
    k = np.arange(0, 2000)
    assert np.abs(marginal.cdf(k) - oracle.cdf(k)).max() < 1e-9
    assert np.abs(marginal.cdf(k + 0.4) - oracle.cdf(k)).max() < 1e-9
    assert marginal.discrete


def test_negative_binomial_variance_is_mean_plus_dispersion_times_mean_squared(law):
    marginal = law("integer", negative_binomial={"mean": 6, "dispersion": 0.7})
    assert marginal.mean == pytest.approx(6, abs=1e-6)
    assert marginal.sd**2 == pytest.approx(6 + 0.7 * 36, rel=1e-6)


@pytest.mark.parametrize(
    "form", [{"poisson": {"mean": 3}}, {"negative_binomial": {"mean": 3, "dispersion": 0.3}}]
)
@pytest.mark.parametrize(("low", "high"), [(1, 10), (0, 4), (2, None), (0, 6)])
def test_counts_within_a_range_keep_their_stated_mean(law, form, low, high):
    marginal = law("integer", **form, range=(low, high))
    positions, _ = marginal.points
    assert marginal.mean == pytest.approx(3, abs=1e-6)
    assert positions.min() >= low
    assert high is None or positions.max() <= high
    # Inside, neighbours keep the ratio of a Poisson or negative binomial law.
    if "poisson" in form:
        masses = marginal.points[1]
        ratio = masses[1:5] / masses[:4] * positions[1:5]
        assert np.ptp(ratio) < 1e-6 * ratio.mean() + 1e-9


@pytest.mark.parametrize(
    "form", [{"poisson": {"mean": 2e6}}, {"negative_binomial": {"mean": 5000, "dispersion": 0.5}}]
)
def test_counts_of_many_values_are_exact_after_rounding(law, form):
    marginal = law("integer", **form)
    oracle = stats.poisson(2e6) if "poisson" in form else stats.nbinom(2, 2 / 5002)
    assert len(marginal.x) < 4000
    k = np.unique(np.floor(oracle.ppf(np.linspace(0.0001, 0.9999, 500))))
    assert np.abs(marginal.cdf(k + 0.5) - oracle.cdf(k)).max() < 1e-5


def test_a_die_has_equal_shares(law):
    for parts in ({"uniform": {"low": 1, "high": 6}}, {"uniform": {"low": 0.5, "high": 6.9}}):
        positions, masses = law("integer", **parts).points
        assert positions.tolist() == [1, 2, 3, 4, 5, 6]
        assert masses == pytest.approx([1 / 6] * 6)


def test_whole_numbers_of_a_wide_uniform_have_equal_shares_after_rounding(law):
    rounded = law("integer", uniform={"low": 1, "high": 40_000}).rounded(1.0)
    positions, masses = rounded.points
    assert positions.tolist() == list(range(1, 40_001))
    assert masses == pytest.approx([1 / 40_000] * 40_000)


def test_a_uniform_is_cut_to_the_range(law):
    marginal = law(uniform={"low": 0, "high": 10}, range=(4, 20))
    assert marginal.support == (4, 10)
    assert float(marginal.cdf(7)) == pytest.approx(0.5)


def test_a_dispersed_count_that_cannot_keep_its_mean_in_the_range_is_an_error(law):
    # Within 0 to 4 a geometric law never has a mean above 2.
    with pytest.raises(SpecError, match="no such law has a mean of 3") as caught:
        law("integer", negative_binomial={"mean": 3, "dispersion": 1}, range=(0, 4))
    assert caught.value.problems[0].path[-1] == "mean"
