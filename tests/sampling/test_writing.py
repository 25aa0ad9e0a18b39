"""Files chunk by chunk, whole or not at all; Dask with the same bits."""

from __future__ import annotations

import sys

import pandas as pd
import pytest

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.sampling import write_table, writing
from tests.sampling.clinic import CLINIC


@pytest.fixture(scope="module")
def plan():
    return sampling.compile(Blueprint.from_yaml(CLINIC))


@pytest.mark.parametrize("threads", [1, 2])
def test_parquet_holds_the_table_that_draw_gives(plan, tmp_path, threads):
    path = tmp_path / "t.parquet"
    sampling.write(plan, path, 2500, 7, threads=threads, chunk_rows=400)
    drawn, found = sampling.draw(plan, 2500, 7), pd.read_parquet(path)
    assert list(found) == list(drawn)
    for name in drawn:
        assert found[name].astype(object).where(found[name].notna(), None).tolist() == (
            drawn[name].astype(object).where(drawn[name].notna(), None).tolist()
        )
    assert str(found["visits"].dtype) == "Int64"
    assert list(found["grade"].cat.categories) == ["mild", "moderate", "severe"]


def test_csv_holds_the_table_that_draw_gives(plan, tmp_path):
    path = tmp_path / "t.csv"
    sampling.write(plan, path, 1000, 7, chunk_rows=300)
    whole = sampling.draw(plan, 1000, 7).to_csv(index=False, lineterminator="\n")
    assert path.read_text(encoding="utf-8") == whole


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_no_rows_make_a_file_with_its_columns(plan, tmp_path, suffix):
    path = tmp_path / f"t.{suffix}"
    sampling.write(plan, path, 0)
    found = pd.read_csv(path) if suffix == "csv" else pd.read_parquet(path)
    assert list(found) == list(sampling.draw(plan, 0))
    assert len(found) == 0


def test_a_parquet_file_carries_the_tables_attrs(plan, tmp_path):
    path = tmp_path / "t.parquet"
    sampling.write(plan, path, 10, attrs={"synthdata": {"seed": "7"}})
    assert pd.read_parquet(path).attrs == {"synthdata": {"seed": "7"}}


def test_progress_is_told(plan, tmp_path):
    heard = []
    sampling.write(plan, tmp_path / "t.csv", 1000, chunk_rows=400, tell=heard.append)
    assert [(event.stage, event.done, event.total) for event in heard] == [
        ("writing", 400, 1000), ("writing", 800, 1000), ("writing", 1000, 1000),
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_failure_leaves_the_old_file_and_no_draft(plan, tmp_path, suffix):
    path = tmp_path / f"t.{suffix}"
    path.write_text("old", encoding="utf-8")

    def fail(event):
        if event.done > 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sampling.write(plan, path, 2000, chunk_rows=300, tell=fail)
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_another_suffix_or_folder_is_an_error_in_two_lines(plan, tmp_path):
    with pytest.raises(DataError, match=r"End it in \.parquet or \.csv"):
        sampling.write(plan, tmp_path / "t.xlsx", 10)
    with pytest.raises(DataError, match="There is no folder"):
        sampling.write(plan, tmp_path / "nowhere" / "t.csv", 10)


def test_without_pyarrow_the_error_names_the_extra(plan, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match=r"synth-magic\[parquet\]"):
        sampling.write(plan, tmp_path / "t.parquet", 10)
    assert not list(tmp_path.iterdir())


def same_but_for_text_dtypes(found, drawn):
    """Dask turns text into pyarrow strings by itself."""
    texts = {name: drawn[name].dtype for name in ("pid", "note")}
    pd.testing.assert_frame_equal(found.astype(texts), drawn, check_index_type=False)
    return True


def test_dask_draws_the_same_bits_with_known_divisions(plan, monkeypatch):
    monkeypatch.setattr(writing, "_PARTITION", 700)
    lazy = sampling.to_dask(plan, 2000, 7)
    assert lazy.npartitions == 3
    assert lazy.known_divisions
    assert lazy.divisions == (0, 700, 1400, 1999)
    drawn = sampling.draw(plan, 2000, 7)
    assert same_but_for_text_dtypes(lazy.compute(scheduler="synchronous"), drawn)
    assert lazy.dtypes["visits"] == drawn.dtypes["visits"]


def test_without_dask_the_error_names_the_extra(plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setitem(sys.modules, "dask.dataframe", None)
    with pytest.raises(DataError, match=r"synth-magic\[dask\]"):
        sampling.to_dask(plan, 10)


@pytest.mark.slow
def test_a_cluster_of_two_processes_draws_the_same_bits(plan, monkeypatch):
    from dask.distributed import Client, LocalCluster

    monkeypatch.setattr(writing, "_PARTITION", 700)
    drawn = sampling.draw(plan, 2000, 7)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        found = sampling.to_dask(plan, 2000, 7).compute()
    assert same_but_for_text_dtypes(found, drawn)


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_a_table_in_memory_is_written_like_one_that_was_drawn_into_the_file(tmp_path, name):
    blueprint = Blueprint.from_yaml(
        "version: 1\ncolumns:\n- {name: a, type: number, decimals: 1, distribution:"
        " {normal: {mean: 3, sd: 1}}}\n- {name: b, type: category, distribution:"
        " {probabilities: {x: 0.5, y: 0.5}}}\nmissing:\n  a: {rate: 0.2}\n"
    )
    table = blueprint.sample(50)
    blueprint.write(tmp_path / f"drawn_{name}", 50)
    write_table(table, tmp_path / name)
    read = pd.read_csv if name.endswith("csv") else pd.read_parquet
    pd.testing.assert_frame_equal(read(tmp_path / name), read(tmp_path / f"drawn_{name}"))
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_it_is_refused_where_no_file_can_be(tmp_path):
    for path in (tmp_path / "t.feather", tmp_path / "none" / "t.csv"):
        with pytest.raises(DataError):
            write_table(pd.DataFrame({"a": [1]}), path)
