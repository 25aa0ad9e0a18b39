"""Columns are matched by name and read alike, or the difference is said."""

import numpy as np
import pandas as pd
import pytest

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.fidelity.real.align import align

N = 40


def pair(one, other, blueprint=None):
    found = align(pd.DataFrame({"x": one}), pd.DataFrame({"x": other}), blueprint)
    return found.pair("x")


DAYS = pd.date_range("2015-01-01", periods=N)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pd.array([1, None] * 20, dtype="Int64"), [1.0, np.nan] * 20),
        (pd.Series([1, None] * 20, dtype=object), [1.0, np.nan] * 20),
        (["1", None] * 20, pd.array([1, None] * 20, dtype="Int64")),
        (pd.Categorical([1, 2] * 20), ["1", "2"] * 20),
        (pd.array([True, None] * 20, dtype="boolean"), ["Yes", None] * 20),
        ([True, False] * 20, [1, 0] * 20),
        (["yes", "no"] * 20, [1, 0] * 20),
        (["y", "n"] * 20, [True, False] * 20),
        (DAYS, DAYS.strftime("%Y-%m-%d")),
        (DAYS, DAYS.tz_localize("UTC")),
        (DAYS.date, DAYS),
        (DAYS.to_period("D"), DAYS),
        (
            pd.to_timedelta(range(0, 3 * N, 3), unit="D"),
            pd.to_timedelta(range(0, 3 * N, 3), unit="D").to_pytimedelta(),
        ),
        (pd.Categorical(["a", "b"] * 20), ["a", "b "] * 20),
        ([1, 2, 3, 4] * 10, [1.0, 2.0, 3.0, 4.0] * 10),
        (pd.Categorical([1.0, 2.0] * 20), pd.Categorical([1, 2] * 20)),
    ],
)
def test_the_same_values_in_other_dtypes_are_the_same(one, other):
    found = pair(one, other)
    assert found.compared
    np.testing.assert_array_equal(found.one, found.other)
    assert not np.isnan(found.one).all()


def test_dates_are_days_and_times_are_seconds():
    assert pair(DAYS, DAYS).form == "date"
    assert pair(DAYS, DAYS).one[0] == 16436
    hours = DAYS + pd.Timedelta(hours=6)
    assert pair(hours, DAYS).form == "datetime"
    assert pair(hours, DAYS).one[0] - pair(hours, DAYS).other[0] == 6 * 3600


def test_levels_of_the_real_side_alone_come_last_and_have_no_name():
    found = pair(["a", "b"] * 20, ["c", "a"] * 20)
    assert found.levels == ("a", "b", "c")
    assert [found.level(at) for at in range(3)] == ["a", "b", "a value of the real side only"]


def test_an_order_of_levels_counts_only_when_both_keep_to_it():
    steps = pd.Categorical(["mild", "severe"] * 20, ["mild", "severe"], ordered=True)
    assert pair(steps, ["severe", "mild"] * 20).ordered
    assert not pair(steps, ["severe", "gone"] * 20).ordered


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (range(N), range(N), "id"),
        ([f"P{k}" for k in range(200)], [f"Q{k}" for k in range(200)], "id"),
        ([f"word {k % 90}" for k in range(200)], [f"say {k % 70}" for k in range(200)], "text"),
        ([*range(N - 1), 99], range(N), "number"),
        ([[1]] * N, [(2,)] * N, "category"),
    ],
)
def test_ids_and_free_text_are_not_compared(one, other, kind):
    found = align(pd.DataFrame({"x": list(one)}), pd.DataFrame({"x": list(other)}))
    assert found.pair("x").kind == kind
    assert bool(found.problems) == (kind in ("id", "text"))


@pytest.mark.parametrize(
    ("one", "other"), [([1.5] * N, ["many words"] * N), (DAYS, range(N)), ([True] * N, ["?"] * N)]
)
def test_a_column_of_another_kind_is_left_out_and_named(one, other):
    found = align(pd.DataFrame({"x": one, "k": 1}), pd.DataFrame({"x": other, "k": 1}))
    assert found.pair("x") is None
    assert any("x: of another kind" in problem.what for problem in found.problems)


def test_the_blueprint_says_what_a_column_is():
    blueprint = Blueprint.from_yaml(
        "version: 1\ncolumns:\n"
        "  - {name: code, type: id, pattern: P##}\n"
        "  - {name: stage, type: category, distribution: {probabilities: {1: 0.5, 2: 0.5}}}\n"
        "  - {name: day, type: date, range: [2015-01-01, 2016-01-01]}\n"
    )
    table = pd.DataFrame(
        {"code": ["a"] * N, "stage": ["1", "2"] * 20, "day": DAYS.strftime("%Y-%m-%d")}
    )
    real = table.assign(stage=[1, 2] * 20)
    found = align(table, real, blueprint)
    assert [item.kind for item in found.pairs] == ["id", "category", "number"]
    assert found.pair("day").form == "date"


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (
            pd.DataFrame([[1, 2]], columns=["a", "a"]),
            pd.DataFrame({"a": [1]}),
            'The table has 2 columns named "a"',
        ),
        (
            pd.DataFrame({"a": [1]}),
            pd.DataFrame([[1, 2, 3]], columns=["a", "1", 1]),
            'The real table has 2 columns named "1"',
        ),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}), "shares no column"),
        (pd.DataFrame({"a": [1]}), [1], "is no DataFrame but a list"),
        (pd.DataFrame(), pd.DataFrame(), "shares no column"),
    ],
)
def test_tables_that_cannot_be_matched_are_an_error_of_two_lines(one, other, said):
    with pytest.raises(DataError, match=said) as caught:
        align(one, other)
    assert len(str(caught.value).splitlines()) == 2


def test_columns_of_one_table_alone_are_named_shortly():
    one = pd.DataFrame([range(9)], columns=[f"m{k}" for k in range(9)]).assign(k=1)
    found = align(one, pd.DataFrame({"k": [1], "left": [2]}))
    said = [problem.what for problem in found.problems]
    assert said[0] == "m0, m1, m2, m3, m4 and 4 more: only in the table, not compared"
    assert said[1] == "left: only in the real table, not compared"


def test_the_tables_are_left_as_they_were():
    one = pd.DataFrame({"x": [1, 2]})
    one.attrs["kept"] = "yes"
    align(one, one)
    assert one.attrs == {"kept": "yes"}
