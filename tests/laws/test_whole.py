"""Grades, scores and small counts are whole numbers; what is measured keeps its decimals."""

from __future__ import annotations

import pytest

from synth_magic import pipeline
from synth_magic.blueprint.model import Column, Stated
from synth_magic.laws import fit
from synth_magic.laws.facts import kind_of
from synth_magic.options import Options


@pytest.mark.parametrize(
    ("said", "dtype"),
    [
        ("q1: 1-5, mean 3.2 sd 0.9", "int64"),
        ("grade: 1-6", "int64"),
        ("satisfaction: 0-10 points", "int64"),
        ("siblings: 0-6 children, mean 2", "int64"),
        ("pain: 0-10, median 4 (2-6)", "int64"),
        ("schooling: 8-20 years", "int64"),
        ("rating: 1-5 stars, mean 4.1", "int64"),
        ("q2: number, 1-5, mean 3.2 sd 0.9", "float64"),
        ("q3: 1-5, mean 3.2 sd 0.9, 1 decimal", "float64"),
        ("hba1c: %, 5.5-14", "float64"),
        ("weight: kg, 40-120", "float64"),
        ("potassium: 3-6", "float64"),
        ("fee: 0-20 EUR", "float64"),
        ("marker: 0-20 mmol/L", "float64"),
        ("part: 0-1", "float64"),
        ("waist_ratio: 0-4", "float64"),
        ("score: 0-40, mean 21 sd 6", "float64"),
        ("urine: 5-8, median 6.2 (5.7-6.9)", "float64"),
        ("acidity: 6-8, mean 7.2 sd 0.1", "float64"),
    ],
)
def test_a_range_of_a_few_whole_numbers_is_delivered_as_whole_numbers(said, dtype):
    table = pipeline.run(f"columns:\n  {said}\n", Options(rows=50), {}).table
    assert str(table.dtypes.iloc[0]) == dtype


def test_that_a_column_was_taken_as_whole_numbers_is_told():
    column = Column(name="q1", range=(1, 5), stated=Stated(mean=3.2, sd=0.9))
    notes = fit(column)[1]
    assert [(note.level, note.what) for note in notes] == [("note", "q1: taken as whole numbers")]
    assert fit(column.model_copy(update={"type": "integer"}))[1] == ()


@pytest.mark.parametrize("ends", [("2015", "2018"), (0, None), (None, 5), (0.5, 5), (1, 1)])
def test_other_ranges_say_nothing_of_whole_numbers(ends):
    assert kind_of(Column(name="x", range=ends)) == "number"


def test_a_stated_distribution_keeps_its_values_between():
    column = Column(
        name="x", range=(0, 10), distribution={"beta": {"a": 2, "b": 3}, "source": "user"}
    )
    assert kind_of(column) == "number"
