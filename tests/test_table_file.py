"""A table read back from a file is the table that was written."""

from __future__ import annotations

import pandas as pd
import pytest

from synth_magic import table_file
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.record import digest

YAML = """\
version: 1
columns:
  - {name: id, type: id, pattern: "####"}
  - {name: age, type: integer, range: [30, 85], distribution: {uniform: {low: 30, high: 85}}}
  - {name: hb, type: number, decimals: 1, range: [5, 20], distribution: {normal: {mean: 13, sd: 2}}}
  - name: grade
    type: category
    distribution: {probabilities: {"1": 0.3, "2": 0.3, "NA": 0.4}}
  - {name: ill, type: boolean, distribution: {probability: 0.3}}
  - name: seen
    type: date
    range: [2015-01-01, 2020-12-31]
    distribution: {uniform: {low: 2015-01-01, high: 2020-12-31}}
  - {name: inner, type: number, hidden: true, distribution: {normal: {mean: 0, sd: 1}}}
  - name: days
    type: time_to_event
    event: dead
    survival: {365: 0.8, 1825: 0.5}
    censoring: {administrative: [900, 2600]}
missing:
  age: {rate: 0.1}
  ill: {rate: 0.1}
  grade: {rate: 0.1}
  seen: {rate: 0.1}
"""


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return Blueprint.from_yaml(YAML)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_every_kind_of_column_comes_back_with_its_values(tmp_path, blueprint, kind):
    file = str(tmp_path / f"t.{kind}")
    blueprint.write(file, 400, seed=3)
    stated = YAML if kind == "csv" else None
    table, found = table_file.read(file, stated)
    assert digest(table) == digest(blueprint.sample(400, seed=3))
    assert found == blueprint


def test_a_parquet_file_carries_its_record(tmp_path, blueprint):
    blueprint.write(tmp_path / "t.parquet", 50, seed=3)
    kept = pd.read_parquet(tmp_path / "t.parquet").attrs["synthdata"]
    assert (kept["rows"], kept["seed"], kept["table_digest"]) == (50, 3, "")
    assert Blueprint.from_yaml(kept["blueprint"]) == blueprint


def test_another_blueprint_takes_the_place_of_the_carried_one(tmp_path, blueprint):
    blueprint.write(tmp_path / "t.parquet", 50)
    other = YAML.replace("mean: 13", "mean: 11")
    table, found = table_file.read(str(tmp_path / "t.parquet"), other)
    assert found == Blueprint.from_yaml(other)
    assert table.attrs == {}


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
@pytest.mark.parametrize("content", [None, b"", b"\x00\xff\x00"])
def test_what_is_no_table_is_two_lines(tmp_path, name, content):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        table_file.read(str(file), YAML)
    assert len(str(caught.value).split("\n")) == 2


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_without_a_blueprint_there_is_nothing_to_hold_it_against(tmp_path, name):
    frame = pd.DataFrame({"x": [1]})
    frame.to_csv(tmp_path / name) if name.endswith("csv") else frame.to_parquet(tmp_path / name)
    with pytest.raises(DataError, match="carries no blueprint"):
        table_file.read(str(tmp_path / name))
