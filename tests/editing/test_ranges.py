"""Editing a range keeps the distribution where it can, and else says what is out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.editing import Edit, apply, range_text
from synth_magic.editing.ranges import typed_range
from synth_magic.errors import SpecError
from tests.edited_tables import diabetes

AGE = Column(name="age", type="integer", unit="years")
DAY = Column(name="day", type="date")


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("30-85", (30, 85)), ("30–85 years", (30, 85)), ("30 to 85", (30, 85)),
        (">= 18", (18, None)), ("at least 18", (18, None)), ("<= 90", (None, 90)),
        ("−5 to 5", (-5, 5)), ("  ", None), ("7,5 to 8,5", (7.5, 8.5)),
    ],
)  # fmt: skip
def test_a_range_is_read_as_people_type_it(text, ends):
    assert typed_range(text, AGE) == ends


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2015-2020", ("2015-01-01", "2020-12-31")),
        ("2015-03-01 to 2016-02-01", ("2015-03-01", "2016-02-01")),
        ("since 2015", ("2015-01-01", None)),
    ],
)
def test_a_range_of_dates_is_read_as_people_type_it(text, ends):
    assert typed_range(text, DAY) == ends


@pytest.mark.parametrize(
    "text", ["abc", "30", "mean 5", "F / M", "30-85 apples", "5 to 2", "x" * 300]
)
def test_what_is_no_range_is_refused(text):
    with pytest.raises(SpecError):
        typed_range(text, AGE)


@given(st.integers(-50, 50), st.integers(1, 100), st.sampled_from(["both", "low", "high"]))
def test_a_range_reads_as_it_is_written(low, width, which):
    ends = (None if which == "high" else low, None if which == "low" else low + width)
    column = AGE.model_copy(update={"range": ends})
    assert typed_range(range_text(column), column) == ends


def test_a_wider_range_leaves_the_law(diabetes):
    done = apply(diabetes, Edit("range", "hba1c", text="4 to 16"))
    after = done.blueprint.column("hba1c")
    assert after.distribution == diabetes.column("hba1c").distribution
    assert after.range == (4, 16)
    assert done.words == "hba1c range 5.5 to 14 → 4 to 16"


def test_a_range_is_the_users_once_edited_and_the_distribution_is_not(diabetes):
    after = apply(diabetes, Edit("range", "dbp", text="20 to 140")).blueprint.column("dbp")
    assert after.source_of("range") == "user"
    assert after.source_of("label") == "reference"
    assert after.source_of("distribution") == "reference"


def test_outer_quantiles_beyond_a_new_end_are_left_out_and_told(diabetes):
    done = apply(diabetes, Edit("range", "age", text="35 to 82"))
    law = done.blueprint.column("age").distribution
    assert law is not None
    assert [float(p) for p, _ in law.quantiles or ()] == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert "1 %, 99 %" in done.notes[0].what
    drawn = sampling.draw(sampling.compile(done.blueprint), 5000)["age"]
    assert 35 <= drawn.min() < drawn.max() <= 82


def test_a_median_outside_the_new_range_is_refused_with_its_place(diabetes, refusal):
    said = refusal(diabetes, Edit("range", "age", text="30-60"))
    assert said.what == "Its median, 62.5, is outside 30 to 60"
    assert said.mend == "Change the median first, or widen the range"
    said = refusal(diabetes, Edit("range", "age", text="70-85"))
    assert "lower quartile" in said.what


def test_a_mean_outside_the_new_range_is_refused(trial, refusal):
    assert "The mean is 66" in refusal(trial, Edit("range", "age", text="70-90")).what


def test_an_even_law_that_filled_the_range_fills_the_new_one(trial):
    after = apply(trial, Edit("range", "score", text="0 to 20")).blueprint
    drawn = sampling.draw(sampling.compile(after), 5000)["score"]
    assert (drawn.min(), drawn.max()) == (0, 20)
    after = apply(trial, Edit("range", "admitted", text="2019-2020")).blueprint
    drawn = sampling.draw(sampling.compile(after), 500)["admitted"]
    assert {2019, 2020} == set(drawn.dt.year)


def test_a_beta_law_keeps_its_mean_and_sd_in_a_new_range(trial):
    old = sampling.compile(trial).laws["adherence"]
    after = apply(trial, Edit("range", "adherence", text="20 to 100")).blueprint
    law = sampling.compile(after).laws["adherence"]
    assert law.mean == pytest.approx(old.mean, rel=1e-5)
    assert law.sd == pytest.approx(old.sd, rel=1e-4)
    stated = after.column("adherence").distribution
    assert stated is not None
    assert (stated.kind, stated.source) == ("beta", "guess")


def test_a_range_can_be_taken_away(diabetes):
    done = apply(diabetes, Edit("range", "hba1c", text=""))
    assert done.blueprint.column("hba1c").range is None
    assert done.words == "hba1c range 5.5 to 14 → none"


def test_stated_facts_that_a_new_range_breaks_are_dropped(small):
    even = "{uniform: {low: 1, high: 5}}\n    range: [1, 5]\n    stated: {median: 3}"
    text = small.to_yaml().replace("{normal: {mean: 3, sd: 0.7}}", even)
    before = Blueprint.from_yaml(text)
    after = apply(before, Edit("range", "lung function", text="1 to 7")).blueprint
    assert after.column("lung function").stated is None


def test_groups_are_kept_within_a_new_range(diabetes, refusal):
    done = apply(diabetes, Edit("range", "weight", text="30 to 150"))
    drawn = sampling.draw(sampling.compile(done.blueprint), 3000)["weight"]
    assert drawn.max() <= 150
    assert "outside" in refusal(diabetes, Edit("range", "weight", text="75 to 150")).what


@pytest.mark.parametrize("column", ["arm", "diabetes", "patient", "comment", "followup"])
def test_what_has_no_range_says_so(trial, refusal, column):
    assert "has no range" in refusal(trial, Edit("range", column, text="1-5")).what


@given(st.integers(0, 60), st.integers(60, 200))
@settings(max_examples=40)
def test_whatever_the_range_every_value_drawn_is_in_it(low, high):
    try:
        done = apply(diabetes(), Edit("range", "age", text=f"{low} to {high}"))
    except SpecError:
        return
    drawn = sampling.draw(sampling.compile(done.blueprint), 300)["age"]
    assert low <= drawn.min() <= drawn.max() <= high
