"""Tables against the functions that they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from synth_magic.laws import Marginal
from synth_magic.sampling.conditional import plain
from synth_magic.sampling.draws import Given
from synth_magic.sampling.noise import NoiseLaw
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.tables import Polyline, end_table, twelve_digits
from synth_magic.sampling.target import Target

ORACLES = {
    "normal": stats.norm,
    "logistic": stats.logistic,
    "log_exponential": stats.gumbel_l,
}


def ends() -> np.ndarray:
    """Words dense in both tails, down to the last."""
    small = np.unique(np.geomspace(1, 2**31, 4000).astype(np.int64)) - 1
    return np.concatenate([small, 2**32 - 1 - small]).astype(np.uint32)


@pytest.mark.parametrize("name", ORACLES)
def test_noise_is_right_down_to_2_to_the_minus_33(name):
    words = ends()
    table = end_table([NoiseLaw(name).quantile])
    found = table.values(words, np.empty(len(words)), Scratch(len(words)))
    tail = (np.minimum(words, 2**32 - 1 - words.astype(np.int64)) + 0.5) / 2**32
    upper = words >= 2**31
    right = np.where(upper, ORACLES[name].isf(tail), ORACLES[name].ppf(tail))
    assert np.abs(found - right).max() < (4e-5 if name == "normal" else 6e-5)


@pytest.mark.parametrize("name", ORACLES)
def test_noise_has_the_stated_sd_and_density(name):
    law = NoiseLaw(name)
    assert law.sd == pytest.approx(ORACLES[name].std(), rel=1e-12)
    x = np.linspace(-6, 3, 50)
    assert law.cdf(x) == pytest.approx(ORACLES[name].cdf(x), rel=1e-12)
    assert law.density(x) == pytest.approx(ORACLES[name].pdf(x), rel=1e-12)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.floats(-1e300, 1e300), min_size=1))
def test_twelve_digits_stay_and_the_last_bits_go(values):
    x = np.array(values)
    found = twelve_digits(x)
    assert np.allclose(found, x, rtol=2e-12, atol=1e-300)
    assert np.array_equal(found.view(np.int64) & 4095, np.zeros(len(x)))


def test_a_polyline_jumps_where_two_knots_meet_and_gives_the_left_value_there():
    line = Polyline.through(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0, 6.0]))
    assert line.at(np.array([0.0, 0.5, 1.0, 1.0 + 1e-9, 1.5, 2.0])) == pytest.approx(
        [0, 0.5, 1, 5, 5.5, 6], abs=1e-8
    )


def test_the_jumps_of_a_law_are_found_to_a_word():
    law = Marginal.of_points([0.0, 1.0, 7.0], [0.3, 1e-6, 0.699999])
    same = lambda x: x  # noqa: E731
    drawn = plain(Target("x", "normal", (law,), same, same, law))
    edges = np.array([0.3, 0.300001]) * 2**32
    words = np.concatenate([edges + step for step in (-2, -1, 1, 2)]).astype(np.uint32)
    out = np.empty(len(words), dtype=np.int64)
    drawn.codes(words, Given(None, None), out, Scratch(len(words)))
    right = law.ppf((words + 0.5) / 2**32)
    assert np.array_equal(out, right)


def test_an_effect_of_a_parent_with_a_long_tail_is_as_fine_where_its_rows_are():
    """Two hundred million codes, nearly all rows within the first hundred thousand."""
    from synth_magic.sampling.state import Axis, Run, State
    from synth_magic.sampling.terms import contribution

    law = stats.lognorm(2, scale=500)
    axis = Axis("number", 0, 2, 200_000_000)
    term = contribution(
        "x", axis, (0, axis.top), lambda x: law.cdf(x), where=None, absent=0.0, neutral=0.0
    )
    codes = (
        np.rint(law.ppf((np.arange(5000) + 0.5) / 5000) * 100).clip(0, axis.top).astype(np.int32)
    )
    state = State(Run(1, 0, len(codes)), {"x": axis}, Scratch(len(codes)))
    state.put("x", codes)
    out = np.empty(len(codes))
    term.into(state, out, first=True)
    assert np.abs(out - law.cdf(codes / 100)).max() < 1e-5
    assert len(term.a) < 10_000
