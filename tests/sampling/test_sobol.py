"""Sobol points against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from synth_magic.sampling import sobol


def test_points_are_scipys_shifted_by_half_a_cell():
    log2, dims = 9, 64
    theirs = qmc.Sobol(dims, scramble=False, bits=32).random(1 << log2)
    ours = np.stack([sobol.points(d, log2) for d in range(dims)], axis=1)
    half = 1 << (31 - log2)
    unshifted = (ours.astype(np.int64) - half) / 2**32
    # The same points in another order (theirs is Gray-coded).
    key = np.lexsort(theirs.T[:3]), np.lexsort(unshifted.T[:3])
    assert np.array_equal(theirs[key[0]], unshifted[key[1]])


@pytest.mark.parametrize("dimension", [0, 1, 40, 66, 300])
def test_each_coordinate_meets_every_cell_once(dimension):
    points = sobol.points(dimension, 10)
    assert np.array_equal(np.sort(points >> np.uint32(22)), np.arange(1024))


def test_coordinates_beyond_the_last_direction_number_are_unrelated():
    far = np.array([sobol.points(dimension, 12) for dimension in (3, 80, 81, 82)], dtype=float)
    assert np.abs(np.corrcoef(far) - np.eye(4)).max() < 6 / np.sqrt(2**12)
