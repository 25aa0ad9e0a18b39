"""Numbers, shares and dates as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.blueprint.model import Column
from synth_magic.editing import typed
from synth_magic.errors import SpecError

DATE = Column(name="d", type="date")
MOMENT = Column(name="t", type="datetime")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7.8", 7.8), ("7,8", 7.8), ("−0.3", -0.3), ("1 200", 1200), ("1\u202f200,5", 1200.5),
        ("+5", 5), (" 63 ", 63), ("- 4", -4), ("1e3", 1000), ("12 mmHg", 12), (".5", 0.5),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text, value):
    assert typed.number(text, (), "mmHg") == value


@pytest.mark.parametrize(
    "text", ["", "abc", "7.8.9", "1e300", "1e-200", "nan", "7 kg", "5 6", "9" * 400, ">3", "%"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(SpecError) as caught:
        typed.number(text, ("columns", "x"), "mmHg")
    assert caught.value.problems[0].path == ("columns", "x")
    assert caught.value.problems[0].mend


@given(st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-9))
def test_a_number_reads_as_it_is_written(value):
    assert typed.number(typed.exact(value), ()) == pytest.approx(value, rel=1e-11)


@pytest.mark.parametrize(
    ("text", "value"), [("22", 0.22), ("22 %", 0.22), ("7,5%", 0.075), ("0", 0), ("100", 1)]
)
def test_shares_are_typed_in_percent(text, value):
    assert typed.share(text, ()) == value


@given(st.floats(0, 1))
def test_a_share_reads_as_it_is_written(value):
    assert typed.share(typed.percentage(value), ()) == pytest.approx(value, abs=6e-5)


@pytest.mark.parametrize("text", ["-1", "101", "1/4", ""])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(SpecError):
        typed.share(text, ())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2018-06-30", "2018-06-30"), ("30.06.2018", "2018-06-30"), ("2018-06", "2018-06-01"),
        ("30 June 2018", "2018-06-30"), ("2018", "2018-01-01"), ("31/12/2018", "2018-12-31"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_type_them(text, value):
    assert typed.place(text, DATE, ()) == value
    assert typed.place(text, MOMENT, ()) == value + "T00:00:00"


def test_a_moment_reads_as_it_is_shown():
    assert typed.place("2018-06-30 08:30:00", MOMENT, ()) == "2018-06-30T08:30:00"


@pytest.mark.parametrize("text", ["", "soon", "2018-13-01", "03/04/2019", "99999", "7.5"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(SpecError):
        typed.place(text, DATE, ())


def test_an_sd_is_above_zero_and_of_dates_in_days():
    assert typed.spread("30 days", DATE, ()) == 30
    with pytest.raises(SpecError, match="no spread"):
        typed.spread("0", DATE, ())


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.0001, "-0.0001"), (1234.5, "1234"), (62.5, "62.5")]
)
def test_numbers_are_written_plainly(value, text):
    assert typed.written(value) == text
