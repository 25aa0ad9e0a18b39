"""While a model writes, the rows that are finished are told as they will stand in the table."""

from __future__ import annotations

import pandas as pd

from synth_magic import rows
from tests.rows.model import Model, blueprint


def told(law, model, count=60, wanted=None):
    events = []
    drawn = law.sample(count, seed=3)
    filled = rows.fill(drawn, None, law, model, events.append, wanted=wanted)
    return [event.partial for event in events if event.partial], filled


def test_every_answer_tells_at_most_five_rows_and_eight_columns_in_the_tables_order(clinic):
    partials, filled = told(clinic, Model())
    assert len(partials) == 3
    for number, partial in enumerate(partials):
        assert partial.columns == tuple(filled.table.columns[:8])
        assert partial.hidden == len(filled.table.columns) - 8
        assert [row[0] for row in partial.rows] == [str(20 * number + i) for i in range(15, 20)]
        assert {len(row) for row in partial.rows} == {1 + 8}


def test_what_is_told_is_what_will_stand_in_the_table(noted):
    partials, filled = told(noted, Model())
    kinds = {"pid": str, "sex": str, "grade": str, "age": float, "weight": float, "bmi": float}
    for partial in partials:
        for number, *cells in partial.rows:
            row = filled.table.iloc[int(number)]
            for name, kind in kinds.items():
                assert kind(cells[partial.columns.index(name)]) == kind(row[name])


def test_rows_that_are_not_finished_or_not_wanted_are_not_told(clinic):
    def spoil(data, prompt):
        return {"rows": [dict(row, sbp=9_999) for row in data["rows"][:-3]] + data["rows"][-3:]}

    partials, filled = told(clinic, Model(spoil), 20)
    assert [row[0] for row in partials[0].rows] == ["17", "18", "19"]
    assert filled.table["sbp"].max() < 9_999
    partials, _ = told(clinic, Model(), 20, wanted=2)
    assert [row[0] for row in partials[0].rows] == ["0", "1"]
    partials, _ = told(clinic, Model(lambda data, _: {"rows": []}), 20)
    assert partials == []


def test_a_missing_cell_is_told_as_nothing():
    law = blueprint().replaced(("missing",), {"weight": {"rate": 0.6}, "grade": {"rate": 0.6}})
    partials, filled = told(law, Model())
    told_cells = {"": 0, "full": 0}
    for partial in partials:
        for number, *cells in partial.rows:
            for name in ("weight", "grade"):
                cell = cells[partial.columns.index(name)]
                assert (cell == "") == bool(pd.isna(filled.table[name].iloc[int(number)]))
                told_cells[cell and "full"] += 1
    assert all(told_cells.values())
