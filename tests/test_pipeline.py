"""The whole way, once, as Python walks it."""

from __future__ import annotations

import json
import textwrap
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import synth_magic
from synth_magic import delivery, existing, lock, pipeline, sampling
from synth_magic.blueprint.request import Span
from synth_magic.errors import DataError, SpecError, SynthDataError, problem
from synth_magic.option_help import EXAMPLES
from synth_magic.option_parser import parse_line
from synth_magic.options import Options
from synth_magic.where import explain

SMALL = "columns:\n  age: years, 30-85\n  sex: F / M\n"


def _two_lines(call, *args, **more) -> str:
    with pytest.raises(SynthDataError) as caught:
        call(*args, **more)
    assert len(str(caught.value).split("\n")) == 2
    return str(caught.value)


def test_rows_come_from_the_option_else_the_prose_else_200():
    assert len(synth_magic.generate(SMALL)) == 200
    prose = "120 patients with asthma.\n\n" + SMALL
    assert len(synth_magic.generate(prose)) == 120
    assert len(synth_magic.generate(prose, rows=33)) == 33


def test_the_seed_is_0_unless_said_and_any_text_may_be_one():
    plain = synth_magic.generate(SMALL)
    assert plain.attrs["synthdata"]["seed"] == 0
    pd.testing.assert_frame_equal(plain, synth_magic.generate(SMALL, seed=0))
    named = synth_magic.generate(SMALL, seed="spring term")
    assert named.attrs["synthdata"]["seed"] == "spring term"
    assert not named.equals(plain)
    assert named.equals(synth_magic.generate(SMALL, seed="spring term"))


@pytest.mark.parametrize(
    "more",
    [
        {"base_url": "localhost"},
        {"real": "cohort"},
        {"token_budget": 3},
        {"model": "a b"},
        {"engine": "row"},
        {"rows": 0},
        {"rows": 1.5},
        {"rows": True},
    ],
)
def test_a_parameter_that_cannot_be_is_refused_and_not_ignored(more):
    option = next(iter(more)).replace("_", "-")
    said = _two_lines(synth_magic.generate, SMALL, **more).replace("base URL", "base-url")
    assert option in said


@pytest.mark.parametrize("name", ["real", "trained_on", "holdout"])
def test_a_table_to_compare_with_is_a_table(name):
    table = synth_magic.generate(SMALL)
    assert name in _two_lines(synth_magic.report, table, **{name: "x"})


@pytest.mark.parametrize("more", [{"target": "sex"}, {"trained_on": pd.DataFrame({"age": [3]})}])
def test_how_to_compare_is_refused_without_a_table_to_compare_with(more):
    table = synth_magic.generate(SMALL)
    assert "real" in _two_lines(synth_magic.report, table, **more)


def test_a_report_sets_a_table_beside_a_real_one():
    table, real = synth_magic.generate(SMALL), synth_magic.generate(SMALL, rows=400, seed=5)
    real.attrs = {}
    found = synth_magic.report(table, real=real)
    kept = found.to_dict()
    assert {"adherence", "rules", "fidelity", "privacy"} <= set(kept)
    assert 0.9 < kept["fidelity"]["shape"] <= 1
    assert kept["privacy"]["basis"] == "none"
    json.dumps(kept)
    foreign = pd.DataFrame(table)
    foreign.attrs = {}
    alone = synth_magic.report(foreign, real=real).to_dict()
    assert alone["fidelity"]["shape"] == kept["fidelity"]["shape"]
    assert "adherence" not in alone


def test_the_table_says_how_to_draw_it_again():
    table = synth_magic.generate(SMALL, rows=50, seed=3)
    kept = json.loads(json.dumps(table.attrs["synthdata"]))
    blueprint = synth_magic.Blueprint.from_yaml(kept["blueprint"])
    again = blueprint.sample(kept["rows"], seed=kept["seed"])
    pd.testing.assert_frame_equal(again, table)
    assert again.attrs["synthdata"]["table_digest"] == kept["table_digest"]
    assert kept["author"] == "offline"


def test_a_whole_blueprint_asks_no_author():
    text = synth_magic.generate(SMALL).attrs["synthdata"]["blueprint"]
    result = pipeline.run(text, Options(rows=10))
    assert result.record.author == "user"
    assert result.record.blueprint_yaml == text


def test_what_was_understood_is_echoed_column_by_column_and_unread_words_are_marked():
    text = "columns:\n  age: years, 30-85\n  sbp: mmHg, wobbly thing 17, missing 8%\n"
    text += "  dbp: diastolic blood pressure, mmHg\n"
    notes = pipeline.run(text).notes
    said = {found.path[1]: found.what for found in reversed(notes) if found.path[0] == "columns"}
    assert "30 to 85 years" in said["age"]
    assert "8%" in said["sbp"]
    assert "“wobbly thing 17”" in said["sbp"]
    assert "diastolic blood pressure" in said["dbp"]
    assert "not read" not in said["dbp"]


def test_a_mistake_says_line_and_column_in_python_too():
    with pytest.raises(SpecError) as caught:
        synth_magic.generate("columns:\n  age: mean 90, 30-85\n")
    assert "Line 2, column" in "\n".join(caught.value.__notes__)


def test_progress_is_told_in_the_order_of_the_way():
    heard = []
    pipeline.run(SMALL, Options(rows=10), tell=lambda event: heard.append(event.stage))
    first = list(dict.fromkeys(heard))
    assert first[:2] == ["reading", "authoring"]
    assert first[-1] == "drawing"


def test_more_rows_than_are_held_ask_for_a_file(tmp_path):
    options = Options(rows=101, max_rows=100)
    assert "--out" in _two_lines(pipeline.run, SMALL, options)
    assert len(pipeline.run(SMALL, Options(rows=100, max_rows=100)).table) == 100


def test_more_rows_than_fit_go_to_the_file_and_the_first_to_the_variable(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "HEAD_ROWS", 50)
    file = str(tmp_path / "t.parquet")
    result = pipeline.run(SMALL, Options(rows=300, max_rows=100, out=file))
    assert (len(result.table), result.written) == (50, 300)
    whole = pd.read_parquet(file)
    assert len(whole) == 300
    pd.testing.assert_frame_equal(whole.head(50), result.table)
    assert any("first 50" in note.what for note in result.notes)


def test_a_table_that_needs_more_memory_than_is_free_is_not_begun(monkeypatch):
    monkeypatch.setattr(delivery, "free_memory", lambda: 1_000_000)
    said = _two_lines(pipeline.run, SMALL, Options(rows=2_000_000))
    assert "memory" in said
    assert "--out" in said


def test_a_lock_draws_the_same_whatever_else_is_said(tmp_path):
    path = str(tmp_path / "t.lock")
    first = synth_magic.generate(SMALL, rows=40, seed=9, lock=path)
    before = (tmp_path / "t.lock").read_bytes()
    again = synth_magic.generate(SMALL, lock=path)
    pd.testing.assert_frame_equal(first, again)
    assert first.attrs == again.attrs
    assert (tmp_path / "t.lock").read_bytes() == before
    for more in ({"rows": 41}, {"seed": 8}):
        assert "--relock" in _two_lines(synth_magic.generate, SMALL, lock=path, **more)
    assert "--relock" in _two_lines(synth_magic.generate, SMALL + "  x: 1-2\n", lock=path)
    assert "--lock" in _two_lines(pipeline.run, SMALL, Options(relock=True))


def test_a_locked_table_asks_no_author(tmp_path, monkeypatch):
    path = str(tmp_path / "t.lock")
    first = synth_magic.generate(SMALL, lock=path)

    def nobody(*_):
        raise AssertionError("the author was asked")

    monkeypatch.setattr("synth_magic.authors.offline.complete", nobody)
    pd.testing.assert_frame_equal(first, synth_magic.generate(SMALL, lock=path))


def test_a_locked_table_that_is_drawn_otherwise_is_not_given_out(tmp_path, monkeypatch):
    path = str(tmp_path / "t.lock")
    synth_magic.generate(SMALL, rows=20, lock=path)
    drawn = sampling.draw

    def other(*args, **more):
        table = drawn(*args, **more)
        table["age"] = np.roll(table["age"].to_numpy(), 1)
        return table

    monkeypatch.setattr(sampling, "draw", other)
    assert "not the one" in _two_lines(synth_magic.generate, SMALL, lock=path)


@pytest.mark.parametrize("seed", ["it's", "-x", "--rows", -1, "a b", '"', "", "\\", "é"])
def test_cell_of_a_table_draws_it_again(seed):
    table = synth_magic.generate(SMALL, rows=30, seed=seed)
    text, said = existing.cell_of(table, "t")
    assert not said
    head, _, body = text.partition("\n")
    options = parse_line(head.removeprefix("%%synthdata"))
    pd.testing.assert_frame_equal(pipeline.run(body, options).table, table)
    assert "changed" in existing.cell_of(table.assign(x=1), "t")[1]


def test_no_cell_draws_a_slice_or_a_foreign_table():
    table = synth_magic.generate(SMALL, rows=30)
    blueprint = synth_magic.Blueprint.from_yaml(table.attrs["synthdata"]["blueprint"])
    assert "from 10 on" in _two_lines(existing.cell_of, blueprint.sample(5, start=10), "t")
    assert "no blueprint" in _two_lines(existing.cell_of, pd.DataFrame({"x": [1]}), "t")


def test_any_table_can_be_reported_on_beside_a_blueprint():
    table = synth_magic.generate(SMALL, rows=400)
    text = table.attrs["synthdata"]["blueprint"]
    plain = pd.DataFrame(table)
    plain.attrs = {}
    assert "no blueprint" in _two_lines(synth_magic.report, plain)
    given = synth_magic.report(plain, blueprint=text)
    own = synth_magic.report(table)
    assert given.to_dict() == own.to_dict()
    assert plain.attrs == {}
    same = synth_magic.report(table, blueprint=synth_magic.Blueprint.from_yaml(text))
    assert same.to_dict() == own.to_dict()


def test_the_examples_of_the_help_draw_what_they_say():
    cells = textwrap.dedent(EXAMPLES).split("%%synthdata")[1:]
    assert len(cells) == 2
    for example in cells:
        head, _, body = example.partition("\n")
        options = replace(parse_line(head), lock=None)
        result = pipeline.run(body, options)
        assert len(result.table) == options.rows
        assert result.name == options.name
        report = existing.judge(result).to_dict()
        assert {figure["verdict"] for figure in report["rules"]} <= {"holds"}


# Where ----------------------------------------------------------------------------


def _error(*places: Span | None) -> DataError:
    error = DataError([problem(("rules", i), f"what {i}", "mend") for i in range(len(places))])
    error.places = places
    return error


def test_a_problem_is_shown_in_the_users_own_line():
    first, second = explain(_error(Span(2, 3)), "columns:\n  age: 3\n", above=1)
    assert first == "Line 3, column 3, in `age: 3`: what 0"
    assert second == "mend"
    assert explain(_error(None), "x")[0] == "what 0"


def test_more_than_five_problems_are_counted_and_not_listed():
    lines = explain(_error(*[None] * 9), "")
    assert len(lines) == 2 + 4 + 1
    assert lines[-1] == "… and 4 more"


def test_a_long_line_is_cut_and_a_line_that_is_not_there_is_left_out():
    error = _error(Span(2, 3))
    assert "…`" in explain(error, "columns:\n  age: " + "x" * 300)[0]
    assert explain(error, "one line")[0].startswith("Line 2, column 3: what")
    assert explain(error, "one line", above=1)[0].startswith("Line 3, column 3: what")
    bare = DataError(problem((), "what", ""))
    assert len(explain(bare)) == 2


def test_a_long_draw_tells_how_far_it_is():
    heard = []
    pipeline.run(SMALL, Options(rows=200_000), tell=heard.append)
    drawn = [(event.done, event.total) for event in heard if event.stage == "drawing"]
    assert len(drawn) > 2
    assert [done for done, _ in drawn] == sorted({done for done, _ in drawn})
    assert drawn[-1] == (200_000, 200_000)


def test_a_file_that_cannot_be_written_is_two_lines_and_nothing_is_left(tmp_path, monkeypatch):
    from synth_magic import sampling

    file = str(tmp_path / "t.csv")
    (tmp_path / "t.csv").mkdir()
    assert "cannot be written" in _two_lines(pipeline.run, SMALL, Options(rows=5, out=file))
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]

    def full(*args, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sampling, "write", full)
    assert "No space left" in _two_lines(pipeline.run, SMALL, Options(rows=5, out=file))


def test_relock_keeps_a_file_that_is_no_lock(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("my notes")
    options = Options(rows=5, lock=str(notes), relock=True)
    assert "not overwritten" in _two_lines(pipeline.run, SMALL, options)
    assert notes.read_text() == "my notes"


def test_two_columns_of_one_name_are_two_lines(recwarn):
    table = synth_magic.generate(SMALL, rows=5)
    twins = pd.concat([table, table], axis=1)
    twins.attrs = table.attrs
    assert "more than one column" in _two_lines(synth_magic.report, twins)
    blueprint = table.attrs["synthdata"]["blueprint"]
    with pytest.raises(DataError, match="more than one column"):
        synth_magic.report(twins, blueprint=blueprint)
    with pytest.raises(DataError, match="more than one column"):
        existing.recorded(twins, "twins")


def test_a_blueprint_that_was_spoilt_is_said_with_the_name_of_its_table():
    table = synth_magic.generate(SMALL, rows=5)
    table.attrs["synthdata"]["blueprint"] = "version: 1\ncolumns: nope"
    for call in (existing.recorded, existing.cell_of):
        said = _two_lines(call, table, "cohort")
        assert "cohort carries a blueprint that cannot be used" in said
        assert said.count("`") % 2 == 0


def test_what_is_no_text_is_two_lines(tmp_path):
    assert "read_text" in _two_lines(synth_magic.generate, tmp_path / "study.txt")


def test_a_report_holds_table_1_which_is_written_in_several_forms(tmp_path):
    found = synth_magic.report(synth_magic.generate(SMALL), by="sex")
    grid = found.table1
    assert "SMD" in " ".join(grid.columns)
    assert grid.to_markdown().count("|") > 10
    assert "\\toprule" in grid.to_latex()
    assert "<table" in grid.to_html()
    grid.to_excel(tmp_path / "t.xlsx")
    assert "age" in pd.read_excel(tmp_path / "t.xlsx").to_string().lower()
    assert found.to_dict()["table1"]["by"] == "sex"
    assert "nosuch" in _two_lines(synth_magic.report, synth_magic.generate(SMALL), by="nosuch")
