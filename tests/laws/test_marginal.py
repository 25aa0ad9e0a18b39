"""A tabulated law answers like the law itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from synth_magic.laws import Marginal
from synth_magic.laws.grid import END, grid, normal_score, significant
from synth_magic.laws.marginal import MOST_ATOMS
from tests.laws.points import atoms


@pytest.fixture(scope="module")
def bell(law):
    return law(normal={"mean": 10, "sd": 3})


@pytest.fixture(scope="module")
def mixed(law):
    return law(gamma={"shape": 2, "scale": 3}, zero_share=0.25, decimals=3)


def test_at_an_atom_below_and_cdf_differ_by_its_mass(mixed):
    assert float(mixed.below(0)) == 0
    assert float(mixed.cdf(0)) == pytest.approx(0.25)
    assert atoms(mixed) == ((0.0, pytest.approx(0.25)),)
    assert not mixed.discrete


def test_quantiles_are_the_smallest_x_that_reaches_u():
    coin = Marginal.of_points([0, 1, 4], [0.25, 0.25, 0.5])
    u = [0, 0.1, 0.25, 0.2500001, 0.5, 0.51, 1]
    assert coin.ppf(np.array(u)).tolist() == [0, 0, 0, 1, 1, 4, 4]
    assert coin.cdf(np.array([-1, 0, 0.5, 1, 3.9, 4, 9])).tolist() == [
        0,
        0.25,
        0.25,
        0.5,
        0.5,
        1,
        1,
    ]
    assert coin.below(np.array([-1, 0, 0.5, 1, 3.9, 4, 9])).tolist() == [
        0,
        0,
        0.25,
        0.25,
        0.5,
        0.5,
        1,
    ]
    assert coin.discrete


def test_points_without_mass_are_never_quantiles():
    law = Marginal.of_points([0, 1, 2, 3], [0.5, 0, 0.5, 0])
    assert set(law.ppf(np.linspace(0, 1, 101)).tolist()) == {0, 2}
    assert atoms(law) == ((0.0, 0.5), (2.0, 0.5))


def test_scores_of_a_continuous_law_are_its_normal_scores(bell):
    x = np.linspace(0, 20, 41)
    assert bell.score(x) == pytest.approx((x - 10) / 3, abs=1e-4)


def test_scores_of_a_discrete_law_are_at_the_mid_rank():
    law = Marginal.of_points([0, 1], [0.78, 0.22])
    assert law.score(np.array([0.0, 1.0])) == pytest.approx(stats.norm.ppf([0.39, 0.89]))


def test_scores_are_finite_even_at_the_ends(bell):
    assert bell.score(np.array([-1e9, 1e9])).tolist() == [-END, END]


def test_moments_are_those_of_numpy(mixed):
    u = (np.arange(2_000_000) + 0.5) / 2_000_000
    values = mixed.ppf(u)
    assert mixed.mean == pytest.approx(values.mean(), rel=1e-4)
    assert mixed.sd == pytest.approx(values.std(), rel=1e-3)
    assert mixed.median == pytest.approx(np.median(values), rel=1e-4)
    shares = np.array([0.4, 0.9])
    assert mixed.ppf(shares) == pytest.approx(np.quantile(values, shares), rel=1e-3)


def test_moments_of_a_long_segment_are_those_of_a_uniform_law(law):
    flat = law(uniform={"low": 2, "high": 8})
    assert flat.mean == pytest.approx(5)
    assert flat.sd == pytest.approx(6 / np.sqrt(12))


def test_a_sample_gives_every_value_the_same_mass():
    law = Marginal.of_sample(np.array([3, 1, np.nan, 3, 7.0]))
    assert atoms(law) == ((1.0, 0.25), (3.0, 0.5), (7.0, 0.25))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(ends=st.tuples(st.floats(-5, 30), st.floats(-5, 30)))
def test_a_restricted_law_is_the_conditional_law(mixed, ends):
    low, high = sorted(ends)
    mass = float(mixed.cdf(high) - mixed.below(low))
    if mass <= 0:
        with pytest.raises(ValueError, match="no mass"):
            mixed.restricted(low, high)
        return
    cut = mixed.restricted(low, high)
    x = np.linspace(low, high, 50)
    assert cut.cdf(x) == pytest.approx((mixed.cdf(x) - mixed.below(low)) / mass, abs=1e-9)
    assert cut.support[0] >= min(low, high)
    assert cut.support[1] <= high


def test_one_open_bound_leaves_that_end(bell):
    assert bell.restricted(low=10).support == (10, bell.support[1])
    assert bell.restricted(high=10).median == pytest.approx(10 - 0.6745 * 3, abs=1e-3)
    atom = Marginal.of_points([0, 1], [0.3, 0.7]).restricted(1, 5)
    assert atoms(atom) == ((1.0, 1.0),)


def test_shifting_moves_every_quantile(bell):
    u = np.array([0.01, 0.5, 0.9])
    assert bell.shifted(5).ppf(u) == pytest.approx(bell.ppf(u) + 5)


def test_changes_reach_the_groups(law):
    pooled = Marginal.pooled(
        [("F", law(normal={"mean": 1, "sd": 1})), ("M", law(normal={"mean": 3, "sd": 1}))],
        {"F": 1, "M": 1},
    )
    assert dict(pooled.shifted(2).groups)["F"].mean == pytest.approx(3, abs=1e-3)
    assert dict(pooled.rounded(1.0).groups)["M"].discrete


# Rounding ---------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1.0, 0.1, 10.0, 0.5])
def test_the_rounded_law_is_the_law_of_rounded_draws(mixed, step):
    u = (np.arange(1_000_000) + 0.5) / 1_000_000
    values, counts = np.unique(np.rint(mixed.ppf(u) / step) * step, return_counts=True)
    rounded = mixed.rounded(step)
    assert rounded.discrete
    assert rounded.cdf(values + step / 4) == pytest.approx(np.cumsum(counts) / 1e6, abs=3e-6)


def test_ties_are_rounded_as_the_draw_rounds_them():
    ties = Marginal.of_points([0.5, 1.5, 2.5], [0.2, 0.3, 0.5])
    assert atoms(ties.rounded(1.0)) == ((0.0, pytest.approx(0.2)), (2.0, pytest.approx(0.8)))


def test_what_rounds_beyond_the_ends_goes_there():
    law = Marginal(np.array([0.0, 10.0]), np.array([0.0, 1.0])).rounded(1.0, low=2, high=8)
    assert law.support == (2, 8)
    assert atoms(law)[0] == (2.0, pytest.approx(0.25))


def test_a_law_of_very_many_codes_keeps_its_atoms_where_the_mass_is(law):
    wide = law("integer", lognormal={"median": 3, "sigma": 2.5})
    rounded = wide.rounded(1.0)
    oracle = stats.lognorm(2.5, scale=3)
    k = np.unique(np.floor(np.geomspace(1, 1e6, 300)))
    assert wide.support[1] > MOST_ATOMS
    assert len(rounded.x) < 3 * MOST_ATOMS
    assert rounded.cdf(k) == pytest.approx(oracle.cdf(k + 0.5), abs=3e-5)
    assert dict(atoms(rounded))[1.0] == pytest.approx(oracle.cdf(1.5) - oracle.cdf(0.5), abs=1e-5)


# The grid ---------------------------------------------------------------------------


def test_the_grid_is_dense_in_both_tails_and_exact_in_the_upper():
    z, u, v = grid()
    assert (np.diff(u) > 0).all()
    assert (u + v == 1).all()
    assert u[1] < 2.0**-33
    assert v[-2] < 2.0**-33
    assert (u[:-1] == v[::-1][:-1]).all() or np.abs(u - v[::-1]).max() < 1e-16
    assert np.abs(stats.norm.cdf(z[1:-1]) - u[1:-1]).max() < 1e-12


@settings(derandomize=True, max_examples=300, deadline=None)
@given(x=st.floats(-1e15, 1e15))
def test_rounding_keeps_twelve_significant_digits(x):
    expected = float(f"{x:.11e}")
    assert float(significant(x)) == pytest.approx(expected, rel=2e-15, abs=1e-269)
    assert float(significant(significant(x))) == pytest.approx(float(significant(x)), rel=1e-15)


def test_numbers_as_people_write_them_survive_rounding():
    for x in (0.1, 7.1, 63, 1e-5, 123456.789, -0.3, 1e300, 0.0):
        assert float(significant(x)) == x
    assert np.isinf(significant(np.array([np.inf]))).all()


def test_normal_scores_are_held_within_the_tables():
    assert normal_score(np.array([0.0, 0.5, 1.0])).tolist() == [-END, 0, END]
