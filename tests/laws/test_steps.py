"""Rounded columns have the mean and SD that were stated of them; their ends are like the rest."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from synth_magic.blueprint.model import Column
from synth_magic.errors import SpecError
from synth_magic.laws import codec, fit, solve


def masses(column):
    """Values and shares that are delivered, by the column's own codes."""
    law = solve(column)
    rounded = codec(column, law).law(law)
    assert rounded.discrete
    return rounded.points


def moments(column):
    values, shares = masses(column)
    mean = float(values @ shares)
    return mean, math.sqrt(float((values - mean) ** 2 @ shares))


def normal(mean, sd, ends, **parts):
    stated = {"normal": {"mean": mean, "sd": sd}, "source": "user"}
    fields = {"name": "x", "type": "integer", "range": ends, "distribution": stated}
    return Column.model_validate({**fields, **parts})


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    low=st.integers(-5, 30),
    span=st.integers(2, 40),
    at=st.floats(0.03, 0.97),
    wide=st.floats(0.02, 0.97),
    which=st.sampled_from(["both", "low", "high", "none"]),
)
def test_whole_numbers_have_the_stated_mean_and_sd_as_delivered(low, span, at, wide, which):
    high, mean = low + span, low + span * at
    share = mean % 1
    least, most = math.sqrt(share * (1 - share)), math.sqrt((mean - low) * (high - mean))
    sd = least + (most - least) * wide
    assume(sd > 0.05)
    ends = (low if which in ("both", "low") else None, high if which in ("both", "high") else None)
    got = moments(normal(mean, sd, ends))
    assert got[0] == pytest.approx(mean, abs=1e-3 * sd)
    assert got[1] == pytest.approx(sd, rel=1e-3)


@pytest.mark.parametrize("decimals", [0, 1, -1])
def test_numbers_of_few_decimals_have_the_stated_mean_and_sd_as_delivered(decimals):
    step = 10.0**-decimals
    column = normal(6.4 * step, 1.3 * step, (2 * step, 9 * step), type="number", decimals=decimals)
    got = moments(column)
    assert got == (pytest.approx(6.4 * step, abs=1e-3 * step), pytest.approx(1.3 * step, rel=1e-3))


def test_a_question_of_five_points_keeps_its_published_sd():
    mean, sd = moments(normal(3.2, 0.9, (1, 5)))
    assert (mean, sd) == (pytest.approx(3.2, abs=1e-4), pytest.approx(0.9, abs=1e-4))


def test_the_values_at_the_ends_have_cells_as_wide_as_the_others():
    shares = masses(normal(3, 1.4, (1, 5)))[1]
    assert shares == pytest.approx([0.2] * 5, abs=0.02)
    narrow = masses(normal(3, 0.8, (1, 5)))[1]
    # Cells of a normal law about 3, the outer ones cut half a step beyond the ends.
    oracle = np.diff(stats.norm(3, math.sqrt(0.64 - 1 / 12)).cdf(np.arange(0.5, 6)))
    assert narrow == pytest.approx(oracle, abs=4e-3)


@pytest.mark.parametrize(
    "form",
    [
        {"quantiles": {0.2: 1.5, 0.4: 2.5, 0.6: 3.5, 0.8: 4.5}},
        {"beta": {"a": 1, "b": 1}},
        {"exponential": {"mean": 2.9999999}},
    ],
)
def test_a_flat_law_gives_every_whole_number_the_same_share(form):
    stated = {**form, "source": "user"}
    column = Column(name="x", type="integer", range=(1, 5), distribution=stated)
    assert masses(column)[1] == pytest.approx([0.2] * 5, abs=1e-3)


def test_a_uniform_number_of_few_decimals_gives_every_value_the_same_share():
    stated = {"uniform": {"low": 0, "high": 4}, "source": "user"}
    column = Column(name="x", type="number", decimals=0, range=(0, 4), distribution=stated)
    assert masses(column)[1] == pytest.approx([0.2] * 5)


@pytest.mark.parametrize("high", [None, 20])
def test_an_exponential_of_whole_numbers_is_geometric_with_the_stated_mean(high):
    stated = {"exponential": {"mean": 2.5}, "source": "user"}
    column = Column(name="x", type="integer", range=(0, high), distribution=stated)
    values, shares = masses(column)
    assert values @ shares == pytest.approx(2.5, abs=1e-3)
    ratio = shares[1:9] / shares[:8]
    assert ratio == pytest.approx(np.full(8, ratio[0]), rel=2e-3)


def test_the_law_before_rounding_keeps_to_the_range():
    for form in (normal(3, 1.4, (1, 5)), normal(3, 1.4, (0.7, 5.3))):
        assert solve(form).support == (1, 5)


def test_a_mean_and_two_values_leave_one_sd():
    assert masses(normal(0.3, 0.458, (0, 1)))[1] == pytest.approx([0.7, 0.3])
    # Published SDs are rounded.
    assert masses(normal(0.3, 0.46, (0, 1)))[1] == pytest.approx([0.7, 0.3])
    with pytest.raises(SpecError, match=r"an sd of 0\.3 around 0\.3 is impossible"):
        solve(normal(0.3, 0.3, (0, 1)))


def test_an_sd_that_whole_numbers_cannot_have_is_refused_where_it_stands(stated):
    with pytest.raises(SpecError, match=r"an sd of 0\.3 around 3\.2 is impossible") as caught:
        solve(normal(3.2, 0.3, (1, 5)))
    (problem,) = caught.value.problems
    assert problem.path == ("columns", "x", "distribution", "normal", "sd")
    assert problem.mend == "State an sd from 0.4 on, or give it more decimals"
    with pytest.raises(SpecError, match="impossible for whole numbers") as caught:
        fit(stated("integer", mean=3.2, sd=0.3, range=(1, 5)))
    assert caught.value.problems[0].path == ("columns", "x", "sd")
    with pytest.raises(SpecError, match="impossible with 1 decimals"):
        fit(stated("number", decimals=1, mean=3.25, sd=0.01))


@pytest.mark.parametrize(
    "parts",
    [
        {"mean": 2, "sd": 1.5, "range": (0, 30), "unit": "days"},
        {"mean": 4, "sd": 5, "range": (2, 40)},
        {"mean": 6, "sd": 4, "range": (2, 90)},
        {"mean": 3, "sd": 2, "median": 2, "range": (0, 10)},
        {"mean": 5, "sd": 2, "median": 5, "range": (0, 10)},
        {"mean": 5, "sd": 2, "median": 5, "quartiles": (4, 6), "range": (0, 10)},
        {"mean": 12, "sd": 0.7},
    ],
)
def test_facts_of_whole_numbers_hold_as_delivered_whatever_the_family(stated, parts):
    column = stated("integer", **parts)
    made, notes = fit(column)
    mean, sd = moments(column.model_copy(update={"distribution": made}))
    assert mean == pytest.approx(parts["mean"], abs=2e-3 * sd)
    assert sd == pytest.approx(parts["sd"], rel=2e-3)
    assert not [note for note in notes if note.level == "warning"]


def test_a_mean_alone_of_whole_numbers_holds_as_delivered(stated):
    for parts in ({"mean": 3, "range": (0, 10)}, {"mean": 1.5, "range": (1, 5)}):
        column = stated("integer", unit="points", **parts)
        mean, _ = moments(column.model_copy(update={"distribution": fit(column)[0]}))
        assert mean == pytest.approx(parts["mean"], abs=2e-3)
    two = stated("integer", unit="points", mean=-0.3, range=(-1, 0))
    assert fit(two)[0].normal.sd == pytest.approx(math.sqrt(0.21))


@pytest.mark.parametrize(("mean", "sd", "high"), [(1.875, 0.407, 2), (0.2, 0.55, 2), (2.5, 2.4, 5)])
def test_every_spread_that_a_short_range_allows_is_met(mean, sd, high):
    got = moments(normal(mean, sd, (0, high)))
    assert got == (pytest.approx(mean, abs=1e-3 * sd), pytest.approx(sd, rel=1e-3))


def test_small_spreads_of_whole_numbers_are_met():
    for sd in (0.1, 0.2, 0.3):
        mean, got = moments(normal(50, sd, None))
        assert (mean, got) == (pytest.approx(50, abs=1e-4), pytest.approx(sd, rel=1e-3))
