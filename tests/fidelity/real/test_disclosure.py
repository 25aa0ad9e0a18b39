"""Small cells of the real side never leave: no count, no value, no extreme."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.errors import DataError
from synth_magic.fidelity import real
from synth_magic.fidelity.real import utility
from synth_magic.fidelity.real.align import align
from synth_magic.fidelity.real.disclosure import (
    Guard,
    merged_bins,
    merged_levels,
    rounded_shares,
    silence,
)
from synth_magic.fidelity.real.pictures import column_picture
from synth_magic.fidelity.report import Report

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True, scope="module")
def few_splits():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utility, "SPLITS", 2)
        yield


COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=15).map(np.array)


@given(COUNTS)
def test_every_bin_that_is_shown_holds_enough_rows_and_none_is_lost(counts):
    spans = merged_bins(counts, 10)
    assert len(spans) != 1
    if spans:
        assert spans[0][0] == 0
        assert spans[-1][1] == len(counts)
        assert all(a[1] == b[0] for a, b in pairwise(spans))
        assert all(counts[a:b].sum() >= 10 for a, b in spans)


@given(COUNTS)
def test_a_hidden_level_never_stands_alone(counts):
    alone, together = merged_levels(counts, 10)
    assert sorted([*alone, *together]) == list(range(len(counts)))
    assert all(counts[at] >= 10 for at in alone)
    if together and alone:
        assert len(together) >= 2
        assert counts[together].sum() >= 10


@given(st.integers(0, 10_000))
def test_counts_are_hidden_below_ten_and_rounded_above(k):
    guard = Guard(10)
    if k < 10:
        assert guard.words(k) == "<10"
    else:
        assert guard.count(k) % 5 == 0
        assert abs(guard.count(k) - k) <= 2
    assert Guard(0).count(k) == k


def test_shares_are_those_of_rounded_counts():
    assert rounded_shares([13, 88], Guard(10)) == [15 / 105, 90 / 105]
    assert rounded_shares([0], Guard(10)) == []
    assert Guard(10).share(0.123, 100) == 0.1
    assert np.isnan(Guard(10).share(float("nan"), 100))


def test_a_histogram_has_the_ends_of_the_table_and_not_of_the_real_one(population):
    one, other = population(300, 1)[["sbp"]], population(300, 2)[["sbp"]]
    other.loc[0, "sbp"] = 4711.5
    picture = column_picture(align(one, other).compared[0], Guard())
    assert picture.data["edges"][0] == one["sbp"].min()
    assert picture.data["edges"][-1] == one["sbp"].max()
    assert sum(picture.data["one"]) == pytest.approx(1)
    assert sum(picture.data["other"]) == pytest.approx(1)
    assert min(picture.data["other"]) >= 10 / 310


def test_real_values_beyond_the_table_count_in_the_outer_bins():
    one = pd.DataFrame({"x": np.linspace(0, 1, 200)})
    other = pd.DataFrame({"x": np.r_[np.linspace(0, 1, 100), np.full(100, 77.0)]})
    data = column_picture(align(one, other).compared[0], Guard()).data
    assert data["edges"][-1] == 1.0
    assert 0.5 < data["other"][-1] < 0.65


def test_bars_name_only_what_the_table_holds(population):
    one, other = population(300, 1)[["smoker"]], population(300, 2)[["smoker"]]
    other.loc[:60, "smoker"] = "secret pipe"
    data = column_picture(align(one, other).compared[0], Guard()).data
    assert set(data["names"]) == {"former", "never", "current", "other values"}
    assert data["other"][data["names"].index("other values")] == pytest.approx(60 / 300, abs=0.03)
    assert sum(data["one"]) == pytest.approx(1)


def test_no_picture_stands_on_a_handful(population):
    few = population(20, 2)
    for name in ("sbp", "smoker"):
        assert (
            column_picture(align(population(300, 1)[[name]], few[[name]]).compared[0], Guard())
            is None
        )
    flat = pd.DataFrame({"x": [1.0] * 50})
    assert column_picture(align(flat, flat).compared[0], Guard()) is None
    rare = pd.DataFrame({"x": ["a"] * 36 + ["b"] * 4})
    assert column_picture(align(rare, rare).compared[0], Guard()) is None


def test_a_figure_that_would_give_a_small_cell_away_is_not_shown(compared, figures, population):
    one, other = population(400, 1), population(400, 2)
    other["dead"] = np.arange(400) < 4
    found = figures(compared(one[["dead"]], other[["dead"]])[0]["fidelity"])
    assert found["dead, distribution"]["value"] is None
    assert found["shape, mean of all columns"]["value"] is None
    open_ = figures(compared(one[["dead"]], other[["dead"]], min_cell=1)[0]["fidelity"])
    assert open_["dead, distribution"]["value"] is not None


def test_few_missing_real_values_are_said_to_be_few(compared, figures, population):
    one, other = population(400, 1), population(400, 2)
    other["crp"] = other["crp"].fillna(1.0)
    other.loc[:3, "crp"] = np.nan
    found = figures(compared(one[["crp", "age"]], other[["crp", "age"]])[0]["fidelity"])
    assert found["crp, missing"]["real"] is None
    assert found["crp, missing"]["sentence"] == "<10 real rows."


def strings(thing):
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(thing, (list, tuple)):
        for value in thing:
            yield from strings(value)
    else:
        yield str(thing)


CANARY = st.text("qxzj", min_size=6, max_size=9)
PLACES = st.sampled_from(["smoker", "age", "dead", "seen", "crp", "sbp"])


@given(
    canary=CANARY, place=PLACES, many=st.sampled_from([1, 9, 60, 200]), target=st.none() | PLACES
)
@settings(max_examples=8)
def test_no_real_value_is_in_any_string_of_the_result(population, canary, place, many, target):
    one, other = population(120, 1), population(200, 2)
    other[place] = other[place].astype(object)
    other.loc[: many - 1, place] = canary
    other["note"] = [f"{canary} {k}" for k in range(200)]
    one["note"] = [f"words {k}" for k in range(120)]
    try:
        sections, head, problems = real.sections(one, other, target=target)
    except DataError as error:
        said = [str(error)]
    else:
        report = Report(head, sections, problems)
        said = [
            *strings(report.to_dict()),
            *strings([dict(p.data) for s in sections for p in s.pictures]),
            *(s.lead for s in sections),
        ]
    assert not [text for text in said if canary in text]


@given(st.floats(1e4, 1e7).map(lambda x: round(x, 3)))
@settings(max_examples=4)
def test_no_extreme_of_a_real_number_is_in_the_result(population, extreme):
    one, other = population(120, 1), population(200, 2)
    other.loc[3, "sbp"], other.loc[4, "crp"] = extreme, -extreme
    sections, head, problems = real.sections(one, other, trained_on=other, holdout=other)
    found = [Report(head, sections, problems).to_dict()]
    found += [dict(picture.data) for section in sections for picture in section.pictures]
    assert str(extreme) not in json.dumps(found)
    numbers = [float(text) for text in strings(found) if text.replace(".", "").isdigit()]
    assert max(numbers) < 20_000


def test_the_words_of_a_library_are_not_passed_on():
    with pytest.raises(DataError) as caught, silence("doing it"):
        float("secret value")
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(KeyboardInterrupt), silence("doing it"):
        raise KeyboardInterrupt
