"""Dates as people write them, on the axis that columns use."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.expressions import moments


@given(day=st.dates())
@settings(derandomize=True, deadline=None)
def test_dates_are_days_since_1970(day):
    days = np.datetime64(day, "D").astype(np.int64)
    assert moments.read(day.isoformat()) == (days, False)


@given(time=st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1)))
@settings(derandomize=True, deadline=None)
def test_datetimes_are_seconds_since_1970(time):
    time = time.replace(microsecond=0)
    seconds = np.datetime64(time, "s").astype(np.int64)
    assert moments.read(time.isoformat()) == (seconds, True)
    assert moments.read(time.isoformat(" ")) == (seconds, True)


def test_hours_and_minutes_are_enough():
    assert moments.read("1970-01-02T01:30") == (86_400 + 5_400, True)
    assert moments.read(f" {date(1970, 1, 2).isoformat()} ") == (1, False)


@pytest.mark.parametrize(
    "text",
    ["", "2015", "2015-13-01", "2015-02-30", "31.12.2015", "2015-01-01T25:00", "yesterday",
     "2015-01-01T10:00Z", "2015-01-01T10:00+02:00", "٢٠١٥-٠١-٠١", "2015-1-1"],
)  # fmt: skip
def test_what_is_no_date_is_none(text):
    assert moments.read(text) is None
