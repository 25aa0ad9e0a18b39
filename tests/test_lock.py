"""A lock file draws the same table anywhere, or says in two lines why not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from synth_magic import lock
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.record import attach

YAML = """\
version: 1
table: t
population: 'Ärzte & Söhne, "quoted": 30 % {x}'
columns:
  - name: age
    type: integer
    range: [30, 85]
    distribution: {uniform: {low: 30, high: 85}}
  - name: "no"
    type: category
    distribution: {probabilities: {"yes": 0.5, "no": 0.5}}
"""


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({"age": [31, 55], "no": pd.Categorical(["yes", "no"])})


def _record(table, seed=7):
    return attach(table, Blueprint.from_yaml(YAML), seed, author="offline", cell_hash="abc")


@pytest.fixture
def written(tmp_path, table):
    path = str(tmp_path / "t.lock")
    record = lock.locked(_record(table), table, 2)
    lock.write(path, record)
    return path, record


def _two_lines(call, *args) -> str:
    with pytest.raises(DataError) as caught:
        call(*args)
    assert len(str(caught.value).split("\n")) == 2
    return str(caught.value)


@pytest.mark.parametrize("seed", [7, -1, "7", "spring term", "yes", "", "a\nb: '\"é"])
def test_what_is_locked_is_read_back_as_it_was(tmp_path, table, seed):
    path = str(tmp_path / "t.lock")
    record = lock.locked(_record(table, seed), table, 2)
    lock.write(path, record)
    assert lock.read(path) == record
    assert lock.read(path).blueprint() == Blueprint.from_yaml(YAML)


def test_no_file_is_no_lock(tmp_path):
    assert lock.read(str(tmp_path / "none.lock")) is None


def test_a_person_can_read_it(written):
    text = Path(written[0]).read_text(encoding="utf-8")
    assert text.startswith("#")
    for part in ("seed: 7", "rows: 2", "author: offline", "\nblueprint: |\n  ", "\n  version: 1"):
        assert part in text
    assert lock.is_lock(text)
    assert not lock.is_lock(YAML)


def test_other_line_ends_do_no_harm(written):
    path, record = written
    text = Path(path).read_text(encoding="utf-8")
    Path(path).write_text(text, encoding="utf-8", newline="\r\n")
    assert lock.read(path) == record


@pytest.mark.parametrize(
    ("what", "becomes"),
    [
        ("rows: 2", "rows: 3"),
        ("uniform: {low: 30", "uniform: {low: 31"),
        ("check: ", "chuck: "),
        ("lock: 1", "lock: 9"),
        ("blueprint: |", "<<<<<<< HEAD\nblueprint: |"),
        ("seed: 7\n", ""),
    ],
)
def test_a_damaged_file_is_two_lines_and_stays_as_it_is(written, what, becomes):
    path, _ = written
    text = Path(path).read_text(encoding="utf-8")
    assert what in text
    damaged = text.replace(what, becomes)
    Path(path).write_text(damaged, encoding="utf-8")
    said = _two_lines(lock.read, path)
    assert path in said
    assert "--relock" in said
    assert Path(path).read_text(encoding="utf-8") == damaged


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"- a\n- b\n", b"check: 00\n- a\n"])
def test_a_file_of_another_kind_is_two_lines(tmp_path, content):
    path = tmp_path / "x.lock"
    path.write_bytes(content)
    _two_lines(lock.read, str(path))
    assert path.read_bytes() == content


def test_a_lock_of_another_sampler_names_the_release(written):
    path, record = written
    other = record.model_copy(update={"sampler": 2, "versions": {"synth-magic": "0.9.0"}})
    said = _two_lines(lock.parse, lock.text_of(other), path)
    assert "synth-magic==0.9.0" in said
    assert "sampler 2" in said


def test_a_changed_cell_other_rows_or_another_seed_name_relock(written):
    path, record = written
    lock.same_wish(path, record, "abc", None, None)
    lock.same_wish(path, record, "abc", 2, 7)
    lock.same_wish(path, record, "abc", 2, "7")
    for wish in (("changed", None, None), ("abc", 3, None), ("abc", None, 8), ("abc", None, "x")):
        assert "--relock" in _two_lines(lock.same_wish, path, record, *wish)


def test_another_table_than_the_locked_one_is_never_given_out(written, table):
    path, record = written
    lock.same_table(path, record, table)
    other = table.copy()
    other.loc[1, "age"] = 56
    assert "numpy" in _two_lines(lock.same_table, path, record, other)
    _two_lines(lock.same_table, path, record, table.rename(columns={"age": "years"}))


def test_a_long_table_is_checked_by_its_first_rows(table):
    long = pd.DataFrame({"age": range(lock.HEAD_ROWS + 5)})
    kept = lock.locked(_record(long), long, 10**9)
    assert kept.rows == 10**9
    lock.same_table("x", kept, long.iloc[: lock.HEAD_ROWS])


def test_a_folder_that_is_not_there_is_two_lines(tmp_path, table):
    record = lock.locked(_record(table), table, 2)
    assert "cannot be written" in _two_lines(lock.write, str(tmp_path / "no" / "t.lock"), record)


def test_writing_leaves_no_other_file_behind(written, tmp_path):
    lock.write(*written)
    assert [file.name for file in tmp_path.iterdir()] == ["t.lock"]


@pytest.mark.parametrize("content", ["my notes about the trial", '{"cells": []}', "a,b\n1,2\n"])
def test_relock_does_not_overwrite_what_was_never_a_lock(tmp_path, content):
    file = tmp_path / "notes.txt"
    file.write_text(content)
    assert "not overwritten" in _two_lines(lock.check_place, str(file), None)


def test_a_lock_may_take_the_place_of_a_lock_also_of_a_damaged_one_and_of_nothing(written):
    path, _ = written
    lock.check_place(path, "t.csv")
    Path(path).write_text("<<<<<<< HEAD\n" + Path(path).read_text())
    lock.check_place(path, None)
    Path(path).write_text("")
    lock.check_place(path, None)
    lock.check_place(path + "2", None)


def test_the_table_does_not_overwrite_its_own_lock(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "both name" in _two_lines(lock.check_place, "t.csv", str(tmp_path / "t.csv"))
