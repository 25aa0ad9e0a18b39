"""Nearness to training rows against held-out ones: 1 and one half where nothing is remembered."""

import numpy as np
import pandas as pd
import pytest

from synth_magic.fidelity.real.align import align
from synth_magic.fidelity.real.distances import distances, gower


def near(table, trained, held):
    pool = pd.concat([trained, held], ignore_index=True)
    return distances(align(table, pool).compared, len(trained))


def test_gowers_distance_is_that_of_its_paper():
    one = pd.DataFrame({"x": [0.0, 10.0, np.nan], "c": ["a", "b", None]})
    other = pd.DataFrame({"x": [5.0, np.nan], "c": ["a", "b"]})
    found = gower(align(one, other).compared)
    expected = [[0.25, 1.0], [0.75, 0.5], [1.0, 0.5]]
    assert found == pytest.approx(np.array(expected))


def test_it_equals_a_loop_over_rows(population):
    one, other = population(12, 1), population(15, 2)
    pairs = align(one, other).compared
    found = gower(pairs)
    for i in range(12):
        for j in range(15):
            parts = []
            for pair in pairs:
                a, b = pair.one[i], pair.other[j]
                if np.isnan(a) or np.isnan(b):
                    parts.append(float(np.isnan(a) != np.isnan(b)))
                elif pair.kind == "number":
                    both = np.r_[pair.one, pair.other]
                    parts.append(abs(a - b) / (np.nanmax(both) - np.nanmin(both)))
                else:
                    parts.append(float(a != b))
            assert found[i, j] == pytest.approx(np.mean(parts), abs=1e-5)


def test_nearness_is_that_of_scikit_learns_neighbours(population):
    from sklearn.metrics import roc_auc_score
    from sklearn.neighbors import NearestNeighbors

    table, trained, held = (population(150, seed) for seed in (3, 1, 2))
    found = near(table, trained, held)
    both = pd.concat([trained, held], ignore_index=True)
    apart = gower(align(table, both).compared).astype(float)
    nearest = NearestNeighbors(n_neighbors=2, metric="precomputed")
    first = nearest.fit(np.zeros((150, 150))).kneighbors(apart[:, :150])[0]
    second = nearest.kneighbors(apart[:, 150:])[0]
    assert found.dcr_ratio == pytest.approx(first[:, 0].mean() / second[:, 0].mean(), rel=1e-6)
    assert found.nndr == pytest.approx((first[:, 0] / first[:, 1]).mean(), rel=1e-6)
    members = np.arange(300) < 150
    assert found.mia_auc == pytest.approx(roc_auc_score(members, -apart.min(axis=0)), abs=1e-9)


def test_a_table_that_saw_neither_is_as_near_to_both(population):
    outside = 0
    for seed in range(10):
        found = near(*(population(n, 10 * seed + k) for k, n in enumerate((300, 250, 200))))
        assert found.rows == 200
        for value, band in (
            (found.dcr_ratio, found.dcr_band),
            (found.nndr, found.nndr_band),
            (found.mia_auc, found.mia_band),
        ):
            outside += not band[0] <= value <= band[1]
    assert outside <= 2


def test_training_rows_among_the_table_are_found(population):
    trained, held = population(300, 1), population(300, 2)
    table = pd.concat([population(200, 3), trained.iloc[:100]], ignore_index=True)
    found = near(table, trained, held)
    assert found.dcr_ratio < found.dcr_band[0]
    assert found.mia_auc > found.mia_band[1]
    whole = near(trained, trained, held)
    assert whole.dcr_ratio == 0
    assert whole.nndr < whole.nndr_band[0]
    assert whole.mia_auc > 0.95 > whole.mia_band[1]
    assert whole.mia_interval[0] > whole.mia_band[1]


def test_too_few_rows_give_no_distances(population):
    table = population(40, 1)
    assert near(table, table.iloc[:1], table) is None
    assert distances((), 3) is None


def test_equal_rows_everywhere_are_at_one_and_one_half():
    flat = pd.DataFrame({"x": [1.0] * 40})
    found = near(flat, flat, flat)
    assert (found.dcr_ratio, found.nndr, found.mia_auc) == (1.0, 1.0, 0.5)
