"""The parts of the live view by themselves: host, desk, messages, reporter, a new column."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic import generate
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError, SpecError
from synth_magic.existing import recorded
from synth_magic.notebook import (
    live_apply,
    live_controller,
    live_desk,
    live_host,
    live_messages,
)
from synth_magic.notebook.live_complete import complete
from synth_magic.notebook.live_report import Reporter
from synth_magic.record import record_of
from tests.cells import CLINIC

KERNEL = SimpleNamespace(kernel=object())
TERMINAL = SimpleNamespace(kernel=None)

# The host ---------------------------------------------------------------------------


def test_live_is_every_kernel_and_no_terminal():
    for ui in ("auto", "live"):
        assert live_host.is_live(KERNEL, ui, {}, ())
        assert not live_host.is_live(TERMINAL, ui, {}, ())
        assert not live_host.is_live(None, ui, {}, ())
    assert not live_host.is_live(KERNEL, "static", {}, ())


@pytest.mark.parametrize(
    ("environment", "modules"),
    [
        ({"COLAB_RELEASE_TAG": "r1"}, ()),
        ({}, ("google.colab",)),
        ({"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}, ()),
        ({"DATABRICKS_RUNTIME_VERSION": "15.4"}, ()),
    ],
)
def test_a_host_with_a_mark_of_its_own_is_static_unless_live_is_said(environment, modules):
    assert not live_host.is_live(KERNEL, "auto", environment, modules)
    assert live_host.is_live(KERNEL, "live", environment, modules)


# The desk ---------------------------------------------------------------------------


class Shell:
    """What a desk asks a shell for."""

    def __init__(self, parent=None):
        from IPython.core.events import EventManager, available_events

        self.events = EventManager(self, available_events)
        self.parent = parent or {}

    def get_parent(self):
        return self.parent


class Seen:
    def __init__(self, name):
        self.name, self.closed = name, 0

    def close(self):
        self.closed += 1


def test_a_cell_that_runs_is_known_from_its_events():
    shell = Shell({"header": {"msg_type": "execute_request"}, "metadata": {"cellId": "c1"}})
    desk = live_desk.desk_of(shell)
    assert desk is live_desk.desk_of(shell)
    assert desk.running, "it was opened by a cell, whose beginning it could not hear"
    assert live_desk.cell_id(shell) == "c1"
    shell.events.trigger("post_run_cell", None)
    assert not desk.running
    shell.events.trigger("post_run_cell", None)  # of a cell that held nothing
    shell.events.trigger("pre_run_cell", None)
    assert desk.running
    live_desk.clear(shell)
    shell.events.trigger("post_run_cell", None)
    assert desk.running, "it hears no more"
    assert not live_desk.desk_of(Shell()).running


def test_a_view_takes_the_place_of_those_on_its_cell_or_its_variable():
    desk = live_desk.Desk(None)
    one, two, three, four = Seen("a"), Seen("b"), Seen("a"), Seen("c")
    desk.place(one, "cell 1")
    desk.place(two, "cell 2")
    desk.place(three, "cell 3")
    assert (one.closed, two.closed) == (1, 0)
    desk.place(four, "cell 2")
    assert two.closed == 1
    assert desk.views() == (three, four)
    assert desk.named("c") is four
    assert desk.named("b") is None
    desk.leave(None)
    assert (three.closed, four.closed) == (1, 1)
    assert desk.views() == ()


def test_views_without_a_cell_do_not_close_one_another_and_are_bounded():
    desk = live_desk.Desk(None)
    views = [Seen(f"t{n}") for n in range(live_desk.MOST + 5)]
    for view in views:
        desk.place(view, "")
    assert [view.closed for view in views] == [1] * 5 + [0] * live_desk.MOST
    assert len(desk.views()) == live_desk.MOST


# Messages ---------------------------------------------------------------------------


def test_messages_are_read():
    edit = {"what": "field", "column": "age", "index": -1, "key": "median", "text": " 7,8 "}
    found = live_messages.read({"do": "edit", "id": 1, "edit": edit})
    assert (found.edit.column, found.edit.text) == ("age", " 7,8 ")
    found = live_messages.read({"do": "apply", "seed": 8, "rows": "1 000".replace(" ", ",")})
    assert (found.seed, found.rows) == (8, 1000)
    assert live_messages.read({"do": "rows", "text": "1e4"}).rows == 10_000
    assert live_messages.read({"do": "seed", "text": "spring term"}).seed == "spring term"
    assert live_messages.read({"do": "seed"}).seed is None
    assert live_messages.read({"do": "save", "name": " t3 "}).name == "t3"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["do", "edit", "text", "rows", "seed", "index", "name", "what"]),
            inner | st.sampled_from(live_messages.DOINGS),
            max_size=5,
        )
    ),
    max_leaves=8,
)


@given(_JSON)
def test_whatever_comes_is_a_message_or_an_error_of_ours(content):
    with contextlib.suppress(DataError):
        assert live_messages.read(content).do in live_messages.DOINGS


def test_a_text_without_end_is_not_read():
    with pytest.raises(DataError, match="too long"):
        live_messages.read({"do": "edit", "edit": {"what": "yaml", "text": "x" * 1_000_001}})
    with pytest.raises(DataError, match="too long"):
        live_messages.read({"do": "save", "name": "x" * 3_000})


# Before and after Apply ---------------------------------------------------------------


def test_a_table_is_as_drawn_until_anything_in_it_is_not():
    table = generate("columns:\n  age: years, 30-85\n  sex: F / M", rows=50, seed=3)
    record = record_of(table)
    assert live_apply.as_drawn(table, record)
    other = table.copy()
    assert live_apply.as_drawn(other, record)
    for change in (
        table.iloc[::-1],
        table.iloc[:-1],
        table[["sex", "age"]],
        table.astype({"age": "float64"}),
        table.rename(columns={"age": "years"}),
        table.assign(age=table.age.where(table.index != 7, 31)),
    ):
        assert not live_apply.as_drawn(change, record)


def test_cells_that_a_model_wrote_are_asked_for_before_they_are_sampled():
    table = generate("columns:\n  age: years, 30-85", rows=5)
    result = recorded(table, "t")
    variables = {"t": table}
    assert live_apply.reason_to_ask(variables, result) == ""
    assert live_apply.reason_to_ask({}, result) == ""

    def told(**changes):
        from dataclasses import replace

        record = result.record.model_copy(update=changes)
        return live_apply.reason_to_ask({}, replace(result, record=record))

    assert "A model wrote cells of t (note)" in told(written=("note",))
    assert "finished" in told(partial=True)
    assert "row 500" in told(start=500)


def test_another_seed_is_another_one_each_time_and_the_same_for_the_same():
    assert live_apply.next_seed(7) == 8
    assert live_apply.next_seed("spring term") == "spring term 2"
    assert live_apply.next_seed("spring term 2") == "spring term 3"
    assert live_apply.next_seed("9 ") == "9  2"


def test_a_free_name_is_free():
    assert live_apply.free_name("t", {}) == "t_2"
    assert live_apply.free_name("t", {"t_2": 1, "t_3": 1}) == "t_4"


# A new column -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clinic():
    return record_of(generate(CLINIC, rows=50)).blueprint()


def test_a_new_column_is_completed_for_the_table_that_it_joins(clinic):
    joined = complete("ldl: mmol/L", clinic)
    assert joined.columns[:-1] == clinic.columns
    assert joined.columns[-1].name == "ldl"
    assert joined.columns[-1].distribution.source == "reference"
    assert joined.rules == clinic.rules
    assert joined.effects[: len(clinic.effects)] == clinic.effects
    new = joined.effects[len(clinic.effects) :]
    assert new
    assert all("ldl" in (effect.parent, effect.child) for effect in new)
    assert {effect.source for effect in new} == {"reference"}
    joined.sample(50)


def test_what_the_line_says_is_the_users_and_stays(clinic):
    joined = complete("ldl: mg/dL, mean 120 sd 30, missing 5%", clinic)
    law = joined.columns[-1].distribution
    assert law.source == "user"
    assert float(law.normal.mean) == 120
    assert [(m.column, m.rate) for m in joined.missing][-1] == ("ldl", 0.05)


def test_a_column_that_is_there_already_or_unheard_of_is_refused(clinic):
    for text in ("zzyzx", "", "  ", "x: mean 90, 30-80", "age: 18-65"):
        with pytest.raises(SpecError) as caught:
            complete(text, clinic)
        assert caught.value.problems[0].mend


def test_a_column_joins_whatever_blueprint_is_there():
    plain = Blueprint.from_yaml(
        "version: 1\ncolumns:\n"
        "  - {name: z, type: number, distribution: {normal: {mean: 0, sd: 1}}}\n"
    )
    joined = complete("sbp: mmHg", plain)
    assert joined.names == ("z", "sbp")
    assert len(joined.sample(20)) == 20


# Reports ------------------------------------------------------------------------------


def test_of_tables_that_wait_for_a_report_the_last_has_its_turn():
    gate, made, heard = threading.Event(), [], []

    def make(shown):
        made.append(shown)
        assert gate.wait(20)
        if shown == "bad":
            raise ValueError("no")
        return f"on {shown}"

    done = threading.Event()

    def hear(shown, report, wrong):
        heard.append((shown, report, wrong))
        if shown == "bad":
            done.set()

    reporter = Reporter(make, hear)
    for shown in ("first", "second", "third", "bad"):
        reporter.ask(shown)
        while not made:
            pass
    gate.set()
    assert done.wait(20)
    assert heard == [("first", "on first", ""), ("bad", None, "ValueError: no")]


def test_a_table_that_changes_while_its_report_is_made_does_not_change_the_report():
    table = generate("columns:\n  age: years, 30-85", rows=50)
    kept = live_apply.snapshot(recorded(table, "t"))
    table.loc[3, "age"] = 84
    table["more"] = 1
    assert list(kept.table.columns) == ["age"]
    assert kept.record == record_of(kept.table)
    assert live_apply.as_drawn(kept.table, kept.record)


# The controller without a kernel --------------------------------------------------------


@pytest.fixture
def opened():
    table = generate(CLINIC, rows=60, seed=7)
    variables = {"t2d": table}
    said = []
    one = live_controller.Controller(variables, live_desk.Desk(None), recorded(table, "t2d"))
    one.widget.send = said.append
    yield one, variables, said
    one.close()


def test_threads_that_apply_at_once_wait_for_one_another(opened):
    one, variables, said = opened
    begun = threading.Barrier(4)

    def press():
        begun.wait()
        one.handle({"do": "seed", "id": 1})

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [reply.get("began") for reply in said].count(True) == 4
    assert [reply["ok"] for reply in said if "began" not in reply] == [True] * 4
    assert one.widget.revision == 5
    assert one.widget.seed == 11
    assert variables["t2d"] is one.widget.table
    again = generate(CLINIC, rows=60, seed=11)
    pd.testing.assert_frame_equal(again, variables["t2d"])


def test_a_report_that_comes_late_is_dropped(opened, monkeypatch):
    one, _, _ = opened
    done = threading.Event()
    one.widget.observe(
        lambda change: change.new["report"] and change.new["revision"] == 3 and done.set(),
        "fidelity",
    )
    judge, gate, begun = live_controller.judge, threading.Event(), threading.Event()

    def slow(result, **more):
        if result.record.seed == 8:
            begun.set()
            assert gate.wait(60)
        return judge(result, **more)

    monkeypatch.setattr(live_controller, "judge", slow)
    shown = []
    one.widget.observe(lambda change: shown.append(change.new), "fidelity")
    one.handle({"do": "seed", "id": 1})
    assert begun.wait(60)
    one.handle({"do": "seed", "id": 2})
    gate.set()
    assert done.wait(60)
    late = [one for one in shown if one["revision"] == 2 and one["report"]]
    assert late == []
    assert one.widget.view["revision"] == 3


def _edit(one, what, **more):
    one.handle({"do": "edit", "id": 1, "edit": {"what": what, **more}})


def _edited(variables):
    return list(variables["t2d"].attrs["synthdata"]["edited"])


def test_what_was_changed_since_the_cell_adds_up_over_several_applies(opened):
    one, variables, _ = opened
    _edit(one, "field", column="hba1c", key="median", text="8")
    one.handle({"do": "apply", "id": 2})
    _edit(one, "unit", column="sbp", text="mm[Hg]")
    one.handle({"do": "apply", "id": 3})
    both = ["hba1c median 7.0 → 8.0", "sbp unit mmHg → mm[Hg]"]
    assert _edited(variables) == both
    one.handle({"do": "rows", "id": 4, "text": "70"})
    assert _edited(variables) == [*both, "rows 60 → 70"]
    _edit(one, "field", column="hba1c", key="median", text="9")
    one.handle({"do": "apply", "id": 5})
    assert _edited(variables) == ["hba1c median 7.0 → 9.0", both[1], "rows 60 → 70"]
    for _ in range(3):
        one.handle({"do": "undo", "id": 6})
    one.handle({"do": "apply", "id": 7})
    assert _edited(variables) == ["rows 60 → 70"]


def test_what_was_changed_in_another_view_before_is_still_said(opened):
    one, variables, _ = opened
    _edit(one, "field", column="hba1c", key="median", text="8")
    one.handle({"do": "apply", "id": 2})
    table = variables["t2d"]
    other = live_controller.Controller(variables, live_desk.Desk(None), recorded(table, "t2d"))
    assert other.widget.view["head"]["edited"].startswith("edited: 1 change")
    _edit(other, "field", column="hba1c", key="median", text="8.5")
    other.handle({"do": "apply", "id": 2})
    assert _edited(variables) == ["hba1c median 7.0 → 8.0", "hba1c median 8.0 → 8.5"]
    other.close()


def test_notes_on_what_was_edited_go_and_the_others_stay(opened):
    from dataclasses import replace

    from synth_magic.errors import note

    _, variables, _ = opened
    result = recorded(variables["t2d"], "t2d")
    said = {("columns", "hba1c"): "read so", ("columns", "age"): "read thus",
            ("options", "lock"): "drawn from a lock", ("prose",): "Understood"}  # fmt: skip
    notes = tuple(note(path, what) for path, what in said.items())
    other = live_controller.Controller(
        variables, live_desk.Desk(None), replace(result, notes=notes)
    )
    _edit(other, "field", column="hba1c", key="median", text="8")
    other.handle({"do": "apply", "id": 2})
    columns = {row["name"]: row["notes"] for row in other.widget.schema["columns"]}
    assert (columns["hba1c"], columns["age"]) == ([], ["read thus"])
    told = [one["text"] for one in other.widget.view["head"]["notes"]]
    assert "Understood" in told
    assert "drawn from a lock" not in told
    other.close()


def test_an_interrupt_in_a_callback_is_told_and_leaves_the_table(opened, monkeypatch):
    one, variables, said = opened
    before = variables["t2d"]

    def stopped(*words):
        raise KeyboardInterrupt

    monkeypatch.setattr(live_apply, "deliver", stopped)
    one.handle({"do": "apply", "id": 1})
    assert said[-1]["ok"] is False
    assert one.widget.status["text"].startswith("Stopped")
    assert variables["t2d"] is before


def test_more_rows_than_memory_takes_are_refused_in_words(opened):
    one, variables, said = opened
    one.handle({"do": "rows", "id": 1, "text": "100000000"})
    assert "held in memory" in said[-1]["what"]
    assert len(variables["t2d"]) == 60


def test_a_view_in_plain_python_holds_its_table():
    code = (
        "import synth_magic\n"
        "t = synth_magic.generate('columns:\\n  age: years, 30-85', rows=40)\n"
        "v = synth_magic.view(t)\n"
        "print(v.name, v.rows, v.seed, v.revision, v.table is t)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120,
        env=os.environ | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
    )  # fmt: skip
    assert done.stdout.strip() == "table 40 0 1 True"
    with pytest.raises(DataError):
        import synth_magic

        synth_magic.view(pd.DataFrame({"a": [1]}))
