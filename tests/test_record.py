"""What a table carries: enough to draw it again, and to see that it was changed."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.blueprint.model import Blueprint
from synth_magic.record import Record, attach, digest, record_of, row_hashes, unchanged

YAML = """\
version: 1
table: t
columns:
  - name: age
    type: integer
    range: [30, 85]
    distribution: {uniform: {low: 30, high: 85}}
"""


def _table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": pd.array([31, None, 55, 31], dtype="Int64"),
            "hba1c": [6.1, 7.25, np.nan, 6.1],
            "sex": pd.Categorical(["F", "M", None, "F"], categories=["M", "F"]),
            "dead": [True, False, False, True],
            "seen": pd.to_datetime(["2015-01-01", None, "2016-02-29", "2015-01-01"]),
            "id": ["P1", "P2", "P3", "P4"],
        }
    )


@pytest.fixture
def carried() -> tuple[pd.DataFrame, Record]:
    table = _table()
    return table, attach(table, Blueprint.from_yaml(YAML), 7, author="offline", cell_hash="c")


def test_the_digest_is_the_same_on_every_machine_and_release():
    # worked out once; a change here breaks every lock file that is out there
    assert digest(_table()) == "1:0c6a7e9adf8c8933ffb9671653bbe10d"


def test_the_digest_ignores_the_order_of_rows_and_columns():
    table = _table()
    assert digest(table.iloc[[2, 0, 3, 1]]) == digest(table)
    assert digest(table[table.columns[::-1]]) == digest(table)
    assert digest(table.set_axis([9, 8, 7, 6])) == digest(table)


@given(
    st.lists(st.floats(allow_nan=False, width=32), min_size=2, max_size=30),
    st.integers(0, 29),
    st.randoms(use_true_random=False),
)
@settings(derandomize=True, deadline=None)
def test_any_changed_value_changes_the_digest(values, place, random):
    place %= len(values)
    table = pd.DataFrame({"a": values, "b": range(len(values))})
    other = table.copy()
    other.loc[place, "a"] = other.loc[place, "a"] + 1 if abs(values[place]) < 1e6 else 0.5
    assert digest(other) != digest(table)
    order = list(range(len(values)))
    random.shuffle(order)
    assert digest(table.iloc[order]) == digest(table)


def test_what_is_changed_without_a_new_value_is_seen_too():
    table = _table()
    swapped = table.copy()
    swapped.loc[[0, 1], "id"] = ["P2", "P1"]
    assert digest(swapped) != digest(table), "two rows swapped one value"
    assert digest(table.rename(columns={"age": "ages"})) != digest(table)
    assert digest(pd.concat([table, table.iloc[:1]])) != digest(table)
    assert digest(table.iloc[:3]) != digest(table)
    gone = table.copy()
    gone.loc[0, "hba1c"] = np.nan
    assert digest(gone) != digest(table)


def test_the_digest_reads_values_and_not_how_they_are_kept():
    table = _table()
    kept = table.astype({"sex": "str", "dead": "boolean", "id": "category", "hba1c": "Float64"})
    kept["sex"] = table["sex"].astype(object)
    kept["seen"] = table["seen"].astype("datetime64[s]")
    kept["age"] = table["age"].astype("float64")
    assert digest(kept) == digest(table)
    zero = pd.DataFrame({"x": [0.0]})
    assert digest(zero) == digest(-zero) == digest(zero.astype("int64"))


def test_rows_of_equal_values_have_equal_hashes_and_others_differ():
    hashes = row_hashes(_table().drop(columns="id"))
    assert hashes[0] == hashes[3]
    assert len(set(hashes.tolist())) == 3


def test_no_two_of_many_near_rows_collide():
    table = pd.DataFrame({"a": np.repeat(np.arange(300), 300), "b": np.tile(np.arange(300), 300)})
    assert len(np.unique(row_hashes(table))) == len(table)


def test_a_block_boundary_leaves_no_trace():
    table = pd.DataFrame({"a": np.arange(40_000)})
    parts = np.concatenate([row_hashes(table.iloc[:7]), row_hashes(table.iloc[7:])])
    assert (row_hashes(table) == parts).all()


def test_an_empty_table_has_a_digest():
    assert digest(_table().iloc[:0]) == digest(pd.DataFrame({"x": []}))


def test_attrs_are_plain_and_say_everything(carried):
    table, record = carried
    kept = table.attrs["synthdata"]
    assert json.loads(json.dumps(kept)) == kept
    assert kept["blueprint"] == record.blueprint_yaml
    assert kept["synthetic"] is True
    assert (kept["seed"], kept["rows"], kept["author"]) == (7, 4, "offline")
    assert set(kept["versions"]) == {"synth-magic", "numpy", "pandas"}
    assert kept["columns"] == list(table.columns)
    assert kept["dtypes"] == [str(dtype) for dtype in table.dtypes]
    assert record_of(table) == record


@pytest.mark.parametrize("way", ["copy", "filter", "pickle", "parquet", "new column"])
def test_the_record_survives_what_people_do_with_a_table(carried, way, tmp_path):
    table, record = carried
    if way == "parquet":
        table.to_parquet(tmp_path / "t.parquet")
    kept = {
        "copy": lambda: table.copy(),
        "filter": lambda: table[table["dead"]],
        "pickle": lambda: pickle.loads(pickle.dumps(table)),
        "parquet": lambda: pd.read_parquet(tmp_path / "t.parquet"),
        "new column": lambda: table.assign(bmi=1.0),
    }[way]()
    assert record_of(kept) == record
    assert unchanged(kept, record) == (way in ("copy", "pickle", "parquet"))


def test_a_reordered_table_counts_as_unchanged_and_an_edited_one_as_changed(carried):
    table, record = carried
    assert unchanged(table.iloc[::-1], record)
    edited = table.copy()
    edited.loc[0, "age"] = 99
    assert not unchanged(edited, record)


def test_a_record_without_a_digest_sees_rows_and_columns_only(carried):
    table, record = carried
    loose = record.model_copy(update={"table_digest": ""})
    assert unchanged(table, loose)
    assert not unchanged(table.iloc[:2], loose)
    assert not unchanged(table.assign(x=1), loose)


@pytest.mark.parametrize(
    "attrs", [{}, {"synthdata": 3}, {"synthdata": {}}, {"synthdata": {"blueprint": 7}}]
)
def test_attrs_that_are_not_ours_are_no_record(attrs):
    table = _table()
    table.attrs.update(attrs)
    assert record_of(table) is None
    assert record_of([1, 2]) is None


def test_a_later_release_may_say_more_without_being_unread(carried):
    table, record = carried
    table.attrs["synthdata"]["mess"] = {"typos": 3}
    assert record_of(table) == record
