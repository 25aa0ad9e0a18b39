"""Marginals equal scipy's, and nobody is blamed for noise."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from synth_magic.fidelity.real.align import align
from synth_magic.fidelity.real.coding import coded
from synth_magic.fidelity.real.shape import complements

pytestmark = pytest.mark.long

SIDE = st.lists(st.integers(-30, 30), min_size=1, max_size=40)


def shape_of(one, other):
    return complements(align(pd.DataFrame({"x": one}), pd.DataFrame({"x": other})).compared)


@given(SIDE, SIDE, st.sampled_from([1.0, 0.1, np.pi]))
def test_of_numbers_it_is_the_kolmogorov_smirnov_distance_of_scipy(one, other, unit):
    sides = np.array(one) * unit, np.array(other) * unit
    with warnings.catch_warnings(action="ignore"):  # about its p-value
        expected = 1 - stats.ks_2samp(*sides).statistic
    assert shape_of(*sides).mean == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.sampled_from("abcd"), min_size=1), st.lists(st.sampled_from("bcde"), min_size=1))
def test_of_categories_it_is_half_the_sum_of_the_gaps(one, other):
    shares = [pd.Series(side).value_counts(normalize=True) for side in (one, other)]
    gaps = shares[0].subtract(shares[1], fill_value=0).abs().sum() / 2
    assert shape_of(one, other).mean == pytest.approx(1 - gaps, abs=1e-12)


def test_missing_values_are_no_part_of_it():
    found = shape_of([1, 2, None, None, 3], [1, 2, 3])
    assert found.mean == 1.0


def test_a_table_against_itself_is_at_exactly_one(population):
    table = population(300, 1)
    found = complements(align(table, table.copy()).compared)
    assert found.mean == 1.0
    assert list(found.values) == [1.0] * len(table.columns)


def test_a_shuffled_copy_keeps_every_marginal(population):
    table = population(300, 1)
    rng = np.random.default_rng(0)
    shuffled = table.apply(lambda column: column.to_numpy()[rng.permutation(len(column))])
    assert complements(align(shuffled, table).compared).mean == 1.0


def test_of_two_samples_of_one_population_hardly_any_leaves_the_bands(population):
    outside, flagged = 0, 0
    for seed in range(60):
        found = complements(align(population(150, seed), population(120, 900 + seed)).compared)
        low, high = found.band
        outside += not low <= found.mean <= high
        flagged += bool((found.values < found.least).any())
    assert outside <= 4  # 1%: more than four of 60 once in 2,000 trials
    assert flagged <= 4


def test_a_shift_of_half_an_sd_is_seen_in_its_column_alone(population):
    table = population(400, 1)
    table["sbp"] += 8
    found = complements(align(table, population(400, 2)).compared)
    names = [
        pair.name
        for pair, v, least in zip(found.pairs, found.values, found.least, strict=True)
        if v < least
    ]
    assert names == ["sbp"]


def test_the_band_of_thinned_rows_is_that_of_all_rows(monkeypatch, population):
    pairs = align(population(3000, 1)[["age", "crp"]], population(3000, 2)[["age", "crp"]]).compared
    whole = complements(pairs)
    monkeypatch.setattr("synth_magic.fidelity.real.shape._MOST_ROWS", 1500)
    thinned = complements(pairs)
    assert 1 - thinned.band[0] == pytest.approx(1 - whole.band[0], rel=0.35)
    assert thinned.mean == whole.mean


def test_codes_keep_the_order_of_values_whether_counted_or_sorted():
    for values in ([0.5, 0.1, 7.3], [1e9, 1.0, 2e12], [0.123456789, 3.0, 0.5]):
        pair = align(pd.DataFrame({"x": values}), pd.DataFrame({"x": values[::-1]})).compared[0]
        codes = coded(pair)
        assert list(np.argsort(codes.one)) == list(np.argsort(values))
        assert list(codes.other) == list(codes.one[::-1])
