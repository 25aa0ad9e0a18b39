"""Our regressions against statsmodels, and Firth's against its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from synth_magic.fidelity.regression import cox, estimable, firth, linear, ordinal, spearman

CLOSE = {"rtol": 1e-6, "atol": 1e-6}


@pytest.fixture(params=[0, 1, 2])
def rng(request):
    return np.random.default_rng(request.param)


def columns(rng, n):
    """A number, a rare value and a count: what designs are made of."""
    x = rng.normal(size=n)
    return np.column_stack([x, rng.random(n) < 0.2, rng.poisson(2, n) + x > 2]).astype(float)


def test_least_squares_and_hc3_are_those_of_statsmodels(rng):
    import statsmodels.api as sm

    X = columns(rng, 200)
    y = X @ [0.5, -1, 2] + rng.normal(size=200) * (1 + X[:, 1])
    ours = linear(X, y, np.ones((200, 1)))
    theirs = sm.OLS(y, sm.add_constant(X)).fit(cov_type="HC3")
    np.testing.assert_allclose(ours.values, theirs.params[1:], **CLOSE)
    np.testing.assert_allclose(ours.errors, theirs.bse[1:], **CLOSE)
    assert (ours.freedom <= 196).all()


def test_a_difference_between_few_rows_and_many_is_known_as_the_few_know_it(rng):
    for few in (10, 200):
        x = (np.arange(400) < few).astype(float)
        fit = linear(x[:, None], rng.normal(size=400), np.ones((400, 1)))
        assert fit.freedom[0] == pytest.approx(few if few < 100 else 400, rel=0.1)


def test_a_row_that_decides_alone_has_no_error_in_least_squares():
    X = np.zeros((20, 1))
    X[3] = 1
    assert linear(X, np.arange(20.0), np.ones((20, 1))) is None
    assert linear(np.ones((2, 1)), np.ones(2), np.ones((2, 1))) is None


def test_proportional_odds_are_those_of_statsmodels(rng):
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    X = columns(rng, 400)
    latent = X @ [0.7, -0.5, 1] + rng.logistic(size=400)
    y = np.digitize(latent, [-1, 0.5, 2])
    ours = ordinal(X, y)
    theirs = OrderedModel(y, X, distr="logit").fit(method="bfgs", disp=0, maxiter=500, gtol=1e-8)
    np.testing.assert_allclose(ours.values, theirs.params[:3], **CLOSE)
    np.testing.assert_allclose(ours.errors, theirs.bse[:3], rtol=1e-4)


def test_two_ordered_values_are_a_logistic_model(rng):
    import statsmodels.api as sm

    X = columns(rng, 300)
    y = (X @ [0.7, -0.5, 1] + rng.logistic(size=300) > 0.5).astype(int)
    ours, theirs = ordinal(X, y), sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(ours.values, theirs.params[1:], **CLOSE)
    np.testing.assert_allclose(ours.errors, theirs.bse[1:], **CLOSE)


def test_cuts_by_group_are_a_constant_a_group(rng):
    import statsmodels.api as sm

    X = columns(rng, 400)[:, :2]
    group = rng.integers(0, 3, 400)
    y = (X @ [0.7, -0.5] + group + rng.logistic(size=400) > 1).astype(int)
    dummies = (group[:, None] == np.arange(3)).astype(float)
    theirs = sm.Logit(y, np.hstack([dummies, X])).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(ordinal(X, y, group).values, theirs.params[3:], **CLOSE)


def test_ordered_values_that_are_separated_have_no_fit():
    x = np.arange(30.0)[:, None]
    assert ordinal(x, (x[:, 0] > 14).astype(int)) is None
    assert ordinal(x, np.zeros(30, int)) is None


@pytest.mark.parametrize("ties", [False, True])
def test_hazard_ratios_are_those_of_statsmodels(rng, ties):
    from statsmodels.duration.hazard_regression import PHReg

    X = columns(rng, 300)
    time = rng.exponential(size=300) * np.exp(-X @ [0.5, 1, -0.3]) * 50
    time = np.ceil(time) if ties else time
    event = (rng.random(300) < 0.7).astype(int)
    ours = cox(X, time, event)
    theirs = PHReg(time, X, status=event, ties="efron").fit(method="newton", tol=1e-12)
    np.testing.assert_allclose(ours.values, theirs.params, **CLOSE)
    np.testing.assert_allclose(ours.errors, theirs.bse, **CLOSE)


def test_who_has_the_event_alone_has_no_hazard_ratio():
    x = np.repeat([0.0, 1.0], 20)[:, None]
    time = np.tile(np.arange(1.0, 21), 2)
    assert cox(x, time, x[:, 0]) is None
    assert cox(x, time, np.zeros(40)) is None


# Firth ------------------------------------------------------------------------------


def test_firth_is_the_top_of_the_penalised_likelihood(rng):
    X = columns(rng, 60)
    y = (X @ [1, -1, 0.5] + rng.logistic(size=60) > 1).astype(float)
    D = np.column_stack([np.ones(60), X])

    def penalised(beta):
        p = 1 / (1 + np.exp(-D @ beta))
        inner = np.linalg.slogdet(D.T @ (D * (p * (1 - p))[:, None]))[1]
        return -(y * np.log(p) + (1 - y) * np.log1p(-p)).sum() - inner / 2

    top = optimize.minimize(penalised, np.zeros(4), method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(firth(X, y, np.ones((60, 1))).values, top.x[1:], atol=2e-6)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_firth_of_a_two_by_two_table_adds_a_half_to_each_cell(cells):
    """The closed form of a saturated model: Haldane's and Anscombe's log odds ratio."""
    a, b, c, d = cells
    if not (a + b and c + d):
        return
    x = np.repeat([1.0, 1.0, 0.0, 0.0], cells)[:, None]
    y = np.repeat([1.0, 0.0, 1.0, 0.0], cells)
    fit = firth(x, y, np.ones((len(y), 1)))
    stated = math.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
    assert fit.values[0] == pytest.approx(stated, abs=1e-6)


def test_firth_of_many_rows_is_maximum_likelihood(rng):
    import statsmodels.api as sm

    X = columns(rng, 40_000)
    y = (X @ [0.7, -0.5, 1] + rng.logistic(size=40_000) > 0.5).astype(float)
    theirs = sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-12)
    ours = firth(X, y, np.ones((40_000, 1)))
    np.testing.assert_allclose(ours.values, theirs.params[1:], atol=2e-4)
    np.testing.assert_allclose(ours.errors, theirs.bse[1:], rtol=1e-3)


def test_firth_is_finite_where_yes_and_no_are_separated():
    x = np.arange(20.0)[:, None]
    fit = firth(x, (x[:, 0] > 9).astype(float), np.ones((20, 1)))
    assert np.isfinite(fit.values[0])
    assert fit.values[0] > 0


# Ranks ------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0.01, 0.8])
def test_spearman_is_scipys(rng, step):
    a = rng.normal(size=300)
    b = np.round((a + rng.normal(size=300)) / step)
    assert spearman(a, b)[0] == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)


@pytest.mark.parametrize(("slope", "step"), [(0.0, 0.01), (0.6, 0.01), (1.5, 0.01), (0.6, 1.5)])
def test_spearmans_error_is_the_spread_of_repeated_samples(slope, step):
    rng = np.random.default_rng(3)
    found = []
    for _ in range(1500):
        a = rng.normal(size=120)
        b = np.round((slope * a + rng.normal(size=120)) / step)
        found.append(spearman(a, b))
    r, error = np.array(found).T
    assert np.mean(error) == pytest.approx(np.std(r), rel=0.07)


def test_what_does_not_vary_has_no_correlation():
    assert all(math.isnan(x) for x in spearman(np.ones(9), np.arange(9.0)))
    assert all(math.isnan(x) for x in spearman(np.arange(3.0), np.arange(3.0)))


# Designs ----------------------------------------------------------------------------


def test_columns_that_say_nothing_new_are_found(rng):
    x, z = rng.normal(size=(2, 50))
    ones = np.ones((50, 1))
    X = np.column_stack([x, 1e6 + 0 * x, z, x - 2 * z + 3, z**2])
    assert estimable(ones, X).tolist() == [True, False, True, False, True]
    assert not estimable(np.ones((0, 1)), np.ones((0, 2))).any()
