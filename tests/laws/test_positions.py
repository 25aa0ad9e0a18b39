"""Dates stand on the axis as days or seconds since 1970-01-01, and come back as they were."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.errors import SpecError
from synth_magic.laws.positions import bounds, position, text_of, unit_of_spread

PATH = ("columns", "x")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(moment=st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2300, 1, 1)))
def test_a_moment_is_numpys_and_comes_back(moment):
    moment = moment.replace(microsecond=0)
    text = moment.isoformat()
    assert position(text, "datetime", PATH) == np.datetime64(text, "s").astype(int)
    assert position(text, "date", PATH) == np.datetime64(text, "D").astype(int)
    assert text_of(position(text, "datetime", PATH), "datetime") == text
    assert text_of(position(text[:10], "date", PATH), "date") == text[:10]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2021-2", "2021-02-01", "2021-02-28"),
        ("2020-12", "2020-12-01", "2020-12-31"),
        ("2020-05-06", "2020-05-06", "2020-05-06"),
    ],
)
def test_a_year_or_month_is_its_first_or_its_last_day(text, first, last):
    assert text_of(position(text, "date", PATH), "date") == first
    assert text_of(position(text, "date", PATH, last=True), "date") == last
    assert text_of(position(text, "datetime", PATH, last=True), "datetime") == f"{last}T23:59:59"


def test_a_year_may_be_a_number_and_an_offset_is_turned_to_utc():
    assert position(2015, "date", PATH) == position("2015-01-01", "date", PATH)
    assert (
        text_of(position("2020-01-01T01:30+02:00", "datetime", PATH), "datetime")
        == "2019-12-31T23:30:00"
    )


def test_numbers_stay_numbers():
    assert position(5, "number", PATH) == 5.0
    assert text_of(5.5, "number") == 5.5
    with pytest.raises(SpecError, match="A number is wanted here, not '5'"):
        position("5", "number", PATH)


def test_spreads_are_days():
    assert (unit_of_spread("datetime"), unit_of_spread("date"), unit_of_spread("number")) == (
        86400,
        1,
        1,
    )


def test_an_open_end_is_none_and_an_empty_range_is_refused(column):
    assert bounds(column(range=(None, 5))) == (None, 5)
    assert bounds(column()) == (None, None)
    with pytest.raises(SpecError, match="its range is empty, 9 is above 3") as caught:
        bounds(column(range=(9, 3)))
    assert caught.value.problems[0].path == ("columns", "x", "range")
