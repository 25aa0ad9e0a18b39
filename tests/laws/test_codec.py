"""Values are delivered as users expect them, and come back as the same positions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from synth_magic.errors import SpecError
from synth_magic.laws import codec, event_codec, solve
from synth_magic.laws.codec import default_decimals


def of(column, *args, nullable=False, **parts):
    made = column(*args, **parts)
    solvable = made.distribution or made.survival or made.type in ("date", "datetime")
    return codec(made, solve(made) if solvable else None, nullable=nullable)


def delivered(column, *args, **parts):
    """Values that a column can hold."""
    made = column(*args, **parts)
    law = solve(made)
    return codec(made, law).law(law).points[0]


def test_seven_point_one_is_exactly_seven_point_one(column):
    values = delivered(column, normal={"mean": 7.4, "sd": 1.2}, range=(5.5, 14), decimals=1)
    assert values.tolist() == [float(f"{k // 10}.{k % 10}") for k in range(55, 141)]


def test_codes_start_at_the_smallest_value(column):
    how = of(column, "integer", range=(30, 85), normal={"mean": 60, "sd": 9})
    assert (how.offset, how.size) == (30, 56)


def test_rounding_never_leaves_the_range(column):
    values = delivered(column, range=(0.25, 9.97), uniform={"low": 0.25, "high": 9.97}, decimals=1)
    assert (values[0], values[-1]) == (0.3, 9.9)
    exact = of(column, range=(0.3, 0.7), uniform={"low": 0.3, "high": 0.7}, decimals=1)
    assert exact.size == 5


def test_a_range_without_any_value_is_refused_at_the_decimals(column):
    with pytest.raises(SpecError, match=r"nothing lies in 0\.21 to 0\.29") as caught:
        of(column, range=(0.21, 0.29), uniform={"low": 0.21, "high": 0.29}, decimals=1)
    assert caught.value.problems[0].path == ("columns", "x", "decimals")


def test_more_digits_than_a_table_holds_are_refused_with_the_number_that_fits(column):
    wide = {"lognormal": {"median": 100, "sigma": 3.5}}
    with pytest.raises(
        SpecError, match="9 decimals are too many for numbers as large as"
    ) as caught:
        of(column, decimals=9, **wide)
    (problem,) = caught.value.problems
    assert problem.path == ("columns", "x", "decimals")
    most = int(problem.mend.removeprefix("Write decimals: ").split(",")[0])
    assert 2**58 < of(column, decimals=most, **wide).high < 2**62
    with pytest.raises(SpecError, match="more than a table holds exactly"):
        of(column, "integer", lognormal={"median": 100, "sigma": 9})
    with pytest.raises(SpecError, match="more than a table holds exactly"):
        of(column, lognormal={"median": 100, "sigma": 9})


@pytest.mark.parametrize(
    ("kind", "parts", "decimals"),
    [
        ("number", {"normal": {"mean": 7.4, "sd": 1.4}}, 2),
        ("number", {"normal": {"mean": 75, "sd": 15}}, 1),
        ("number", {"normal": {"mean": 1200, "sd": 300}}, 0),
        ("number", {"normal": {"mean": 0.02, "sd": 0.005}}, 5),
        ("number", {"normal": {"mean": 0.02, "sd": 0.005}, "decimals": 2}, 2),
        ("number", {"poisson": {"mean": 3}}, 0),
        ("integer", {"normal": {"mean": 7.4, "sd": 1.4}}, 0),
        ("time_to_event", {"survival": {365: 0.8}, "event": "dead"}, 0),
        ("number", {"formula": "a + b"}, 2),
        ("number", {"formula": "a + b", "range": (0, 1)}, 3),
        ("number", {"formula": "a + b", "range": (0, 400)}, 0),
    ],
)
def test_numbers_show_three_digits_of_their_spread(column, kind, parts, decimals):
    made = column(kind, **parts)
    law = None if made.formula else solve(made)
    assert default_decimals(made, law) == decimals


def test_counts_by_group_are_whole(column):
    groups = {g: {"poisson": {"mean": 3}, "source": "user"} for g in "ab"}
    assert default_decimals(column(by="g", groups=groups)) == 0


def test_categories_keep_their_values_and_order(column):
    how = of(
        column,
        "category",
        values=["mild", "moderate", "severe"],
        ordered=True,
        probabilities={"mild": 0.5, "moderate": 0.3, "severe": 0.2},
    )
    assert (how.levels, how.ordered) == (("mild", "moderate", "severe"), True)
    assert how.read(pd.Series(["severe", "mild", "moderate"])).tolist() == [2, 0, 1]


def test_event_times_round_up_and_are_at_least_one(column):
    how = of(column, "time_to_event", survival={365: 0.8}, event="dead")
    assert (how.up, how.low) == (True, 1)
    law = solve(column("time_to_event", survival={365: 0.8}, event="dead"))
    k = np.array([1.0, 10, 365])
    assert how.law(law).cdf(k) == pytest.approx(law.cdf(k), abs=1e-5)


def test_the_event_is_a_boolean(column):
    made = column("time_to_event", survival={365: 0.8}, event="dead")
    how = event_codec(made)
    assert (how.name, how.kind, how.levels) == ("dead", "boolean", ("no", "yes"))
    with pytest.raises(ValueError, match="has no event"):
        event_codec(column(normal={"mean": 1, "sd": 1}))


def test_a_formula_is_never_clipped_to_a_pilot_draw(column):
    made = column(formula="a + b", decimals=1)
    pilot = solve(column(normal={"mean": 5, "sd": 1}))
    how = codec(made, pilot)
    assert (how.low, how.high, how.size) == (None, None, None)


def test_text_has_no_positions(column):
    for kind in ("id", "text"):
        how = codec(column(kind))
        assert np.isnan(how.read(pd.Series(["P001", "P002"]))).all()


def test_a_column_without_a_type_is_refused(column):
    with pytest.raises(SpecError, match="has no type"):
        codec(column().model_copy(update={"type": None}))


# Foreign tables ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        [True, False, None],
        ["yes", "no", None],
        ["Y", "n", ""],
        [1, 0, None],
        ["1.0", "0", "?"],
        pd.array([True, False, None], dtype="boolean"),
        pd.Categorical(["true", "false", None]),
    ],
)
def test_truths_are_read_however_they_are_written(column, values):
    read = of(column, "boolean", probability=0.3).read(pd.Series(values))
    assert read[:2].tolist() == [1, 0]
    assert np.isnan(read[2])


@pytest.mark.parametrize(
    "values",
    [[1, 3, None], ["1", "3", "9"], [1.0, 3.0, np.nan], pd.Categorical([1, 3, None])],
)
def test_codes_of_a_category_are_read_as_numbers_or_text(column, values):
    how = of(column, "category", probabilities={"1": 0.5, "2": 0.2, "3": 0.3})
    assert how.read(pd.Series(values)).tolist() == [0, 2, -1]


@pytest.mark.parametrize(
    "values",
    [
        ["2020-02-29", None],
        pd.to_datetime(["2020-02-29 13:00", None]),
        [dt.date(2020, 2, 29), None],
        pd.to_datetime(["2020-02-29 13:00", None]).tz_localize("UTC"),
        pd.to_datetime(["2020-02-29", None]).astype("datetime64[ns]"),
    ],
)
def test_dates_are_read_however_they_are_stored(column, values):
    read = of(column, "date", range=("2015", "2020")).read(pd.Series(values))
    assert read[0] == np.datetime64("2020-02-29", "D").astype(int)
    assert np.isnan(read[1])


@pytest.mark.parametrize(
    "values",
    [["7.1", "?", None], [7.1, None, np.nan], pd.array([7.1, None, None], dtype="Float64")],
)
def test_numbers_are_read_however_they_are_stored(column, values):
    read = of(column, normal={"mean": 7, "sd": 1}).read(pd.Series(values))
    assert read[0] == 7.1
    assert np.isnan(read[1:]).all()
