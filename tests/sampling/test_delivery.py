"""What users get: dtypes, index, ids, texts, hidden columns, sane row counts."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.sampling import drawing
from tests.sampling.clinic import CLINIC


@pytest.fixture(scope="module")
def plan():
    return sampling.compile(Blueprint.from_yaml(CLINIC))


DTYPES = {
    "age": "int64", "sex": "category", "height": "float64", "bmi": "float64", "grade": "category",
    "ill": "boolean", "flag": "int64", "visits": "Int64", "cost": "float64", "births": "Int64",
    "admitted": "datetime64[us]", "seen": "datetime64[us]", "followup": "Int64", "death": "boolean",
}  # fmt: skip


@pytest.mark.parametrize("rows", [0, 1, 500])
def test_dtypes_are_those_that_users_expect_whatever_the_number_of_rows(plan, rows):
    drawn = sampling.draw(plan, rows, 1)
    assert {name: str(drawn[name].dtype) for name in DTYPES} == DTYPES
    assert len(drawn) == rows
    assert drawn["grade"].cat.ordered
    assert not drawn["sex"].cat.ordered
    assert list(drawn["grade"].cat.categories) == ["mild", "moderate", "severe"]
    assert pd.api.types.is_string_dtype(drawn["note"])


def test_the_index_begins_with_start_and_ids_are_unique_in_every_slice(plan):
    drawn = sampling.draw(plan, 5, 1, 9_997)
    assert drawn.index.equals(pd.RangeIndex(9_997, 10_002))
    assert drawn["pid"].tolist() == ["P9998", "P9999", "P10000", "P10001", "P10002"]


@pytest.mark.parametrize(
    ("pattern", "first"), [("P####", "P0001"), ("#", "1"), ("A-##/x", "A-01/x"), ("Q", "Q1")]
)
def test_an_ids_number_takes_the_place_of_its_signs(pattern, first):
    from synth_magic.sampling.scratch import Scratch
    from synth_magic.sampling.state import Run, State
    from synth_magic.sampling.text import identifiers

    assert identifiers(pattern, State(Run(1, 0, 1), {}, Scratch(1))).tolist() == [first]


def test_decimals_are_exactly_those_that_are_written(plan):
    drawn = sampling.draw(plan, 2000, 1)
    for name, decimals in (("height", 1), ("cost", 2), ("bmi", 1)):
        values = drawn[name].dropna().to_numpy()
        assert np.array_equal(values, np.array([float(f"{x:.{decimals}f}") for x in values]))


def test_texts_show_the_delivered_values(plan):
    drawn = sampling.draw(plan, 500, 1)
    for row in drawn.itertuples():
        bmi = "missing" if pd.isna(row.bmi) else f"{row.bmi:.1f}"
        assert row.note == f"{row.sex}, {row.age} years, {bmi} kg/m2"


def test_texts_show_dates_times_yes_and_no_and_hidden_columns(table):
    drawn = table(
        200,
        columns=[
            "name: day, type: date, hidden: true, distribution: {uniform: {low: '2015-01-01', high: '2015-01-31'}}",
            "name: ill, type: boolean, distribution: {probability: 0.5}",
            "name: pid, type: id, pattern: 'A##'",
            "name: gone, type: integer, distribution: {poisson: {mean: 5}}",
            "name: note, type: text, template: '{pid} {day}: {ill}, {gone}'",
        ],
        missing={"gone": "rate: 1", "note": "rate: 0.2"},
    )  # fmt: skip
    assert "day" not in drawn
    notes = drawn["note"].dropna()
    assert 120 < len(notes) < 190
    for text, ill in zip(notes, drawn["ill"][notes.index], strict=True):
        assert f": {'yes' if ill else 'no'}, missing" in text
        assert " 2015-01-" in text


def test_a_formula_of_dates_gives_days_and_dates(table):
    drawn = table(
        300,
        columns=[
            "name: begin, type: date, distribution: {uniform: {low: '2015-01-01', high: '2015-12-31'}}",
            "name: stay, type: integer, distribution: {poisson: {mean: 5}}",
            "name: end, type: date, formula: begin + stay",
            "name: back, type: integer, formula: end - begin",
            "name: long, type: boolean, formula: stay > 5",
            "name: moment, type: datetime, formula: begin + stay",
        ],
    )  # fmt: skip
    assert (drawn["end"] - drawn["begin"]).dt.days.equals(drawn["stay"])
    assert drawn["back"].equals(drawn["stay"].rename("back"))
    assert drawn["long"].equals((drawn["stay"] > 5).rename("long"))
    assert drawn["moment"].equals(drawn["end"].rename("moment"))


@pytest.mark.parametrize("rows", [-1, 1.5, "many", None, float("nan"), True, [3]])
def test_rows_are_a_whole_number_from_0(plan, rows):
    with pytest.raises(DataError, match="rows is a whole number, 0 or more"):
        sampling.draw(plan, rows)


def test_start_threads_and_chunks_are_checked_too(plan):
    with pytest.raises(DataError, match="start is a whole number"):
        sampling.draw(plan, 1, start=-3)
    with pytest.raises(DataError, match="threads is at least 1"):
        sampling.draw(plan, 1, threads=0)
    with pytest.raises(DataError, match="chunk_rows is a whole number"):
        sampling.draw(plan, 1, chunk_rows=-1)
    with pytest.raises(DataError, match="No table has"):
        sampling.draw(plan, 1, start=2**60)


def test_a_table_that_would_not_fit_into_memory_is_refused_with_a_way_out(plan):
    with pytest.raises(DataError, match="--out FILE") as caught:
        sampling.draw(plan, 10**13)
    assert "GB are free" in str(caught.value)


def test_numpy_integers_are_numbers_of_rows(plan):
    assert len(sampling.draw(plan, np.int64(3), start=np.int32(2))) == 3


def test_memory_that_the_system_does_not_tell_is_no_error(plan, monkeypatch):
    assert drawing.free_memory() > 10**8
    monkeypatch.setattr(drawing, "free_memory", lambda: None)
    assert len(sampling.draw(plan, 70_000)) == 70_000
