"""The live view in a real kernel, spoken to over its comms as a browser does."""

from __future__ import annotations

import json
import re

import pytest

from tests.cells import CLINIC
from tests.live_view import MIME, Front

pytestmark = [pytest.mark.kernel]

CELL = "%%synthdata t2d --rows 800 --seed 7\n" + CLINIC
#: Of the clinic's table, what hba1c has no part in.
APART = "['age', 'sex', 'smoker']"


@pytest.fixture(scope="module")
def front(kernel):
    one = Front(kernel)
    one.run("import comm, ipywidgets.widgets.widget as inside")
    return one


@pytest.fixture
def view(front):
    """The comm of a fresh view of the clinic's table, and the cell's outputs."""
    front.run("globals().pop('t2d', None)")
    ran = front.run(CELL, cell="cell-1")
    (comm,) = ran.widgets
    assert front.value("len(t2d)") == "800"
    return comm, ran


def test_a_cell_has_two_outputs_the_widget_without_text_and_the_static_form(view, front):
    comm, ran = view
    widget, static = ran.outputs
    assert widget.data["text/plain"] == ""
    assert set(widget.data) == {"text/plain", MIME}
    assert set(static.data) == {"text/html", "text/markdown", "text/plain"}
    assert static.display_id
    state = front.models[comm]
    mark = state["view"]["static"]
    assert re.fullmatch(r"sm-static-[0-9a-f]{12}", mark)
    assert f'class="synth-magic {mark}"' in static.data["text/html"]
    assert ran.text == ""
    assert state["fidelity"]["report"]["line"] in static.data["text/html"]
    assert state["view"]["head"]["edited"] == ""


def test_an_edit_is_a_draft_until_it_is_applied(view, front):
    comm, _ = view
    front.run("before = t2d.copy()")
    shown = front.models[comm]
    told = front.edit(comm, "field", column="hba1c", key="median", text="7,9")
    assert told["ok"]
    assert told["words"] == "hba1c median 7.0 → 7.9"
    assert shown["schema"]["draft"] is True
    assert shown["schema"]["changes"] == ["hba1c median 7.0 → 7.9"]
    (row,) = [row for row in shown["schema"]["columns"] if row["name"] == "hba1c"]
    assert row["changed"] == ["median"]
    assert ["user", ""] in row["sources"]
    assert shown["view"]["revision"] == 1
    assert front.value("before.equals(t2d)") == "True"


def test_apply_draws_the_table_anew_and_nothing_that_hangs_on_nothing_moves(view, front):
    comm, ran = view
    shown = front.models[comm]
    front.run("before = t2d.copy()")
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    front.updates.clear()
    assert front.say(comm, "apply")["ok"]
    assert ("fidelity", "schema", "status", "view") in [keys for _, keys in front.updates]
    assert shown["view"]["revision"] == shown["schema"]["revision"] == 2
    assert shown["status"]["kind"] == "done"
    assert shown["schema"]["draft"] is False
    assert front.value("bool(t2d.hba1c.median() > before.hba1c.median() + 0.8)") == "True"
    assert front.value(f"before[{APART}].equals(t2d[{APART}])") == "True"
    report = front.judged(comm)
    assert "facts as stated" in report["report"]["line"]
    edited = "edited: 1 change, not in the cell's text"
    assert shown["view"]["head"]["edited"] == edited
    front.until(lambda: edited in ran.static.data["text/plain"])
    assert edited.replace("'", "&#x27;") in ran.static.data["text/html"]
    assert edited in ran.static.data["text/markdown"].replace("\\", "")
    assert shown["view"]["static"] in ran.static.data["text/html"]
    kept = front.value("t2d.attrs['synthdata']['edited']")
    assert kept == "['hba1c median 7.0 → 8.4']"


def test_the_report_is_a_second_assignment_and_pending_before_it(view, front):
    comm, _ = view
    front.updates.clear()
    front.say(comm, "seed")
    front.judged(comm)
    first, second = [keys for name, keys in front.updates if name == comm and "fidelity" in keys]
    assert "view" in first
    assert second == ("fidelity", "schema")


def test_only_the_report_on_the_last_table_is_shown(view, front):
    comm, ran = view
    shown = front.models[comm]
    front.updates.clear()
    updates = ran.static.updates
    for _ in range(6):
        front.send(comm, "seed")
    front.until(lambda: shown["view"]["revision"] == 7)
    front.judged(comm)
    front.until(lambda: "seed 13" in ran.static.data["text/plain"])
    front.quiet(1)
    assert shown["fidelity"]["revision"] == 7
    assert ran.static.updates - updates < 6
    assert "seed 13" in ran.static.data["text/plain"]


def test_what_cannot_be_is_said_beside_the_field_and_the_last_state_stays(view, front):
    comm, _ = view
    front.edit(comm, "field", column="hba1c", key="median", text="8")
    kept = json.dumps(front.models[comm]["schema"])
    for text in ("99", "seven", ""):
        told = front.edit(comm, "field", column="hba1c", key="median", text=text)
        assert told["ok"] is False
        assert told["what"]
        assert told["mend"]
        assert "\n" not in told["what"] + told["mend"]
    assert json.dumps(front.models[comm]["schema"]) == kept
    assert front.models[comm]["status"]["kind"] == ""
    told = front.edit(comm, "effect+", text="retinopathy -> age: beta 0.3; age -> x: beta")
    assert told["ok"] is False


def test_undo_redo_and_discard_go_through_what_was_typed(view, front):
    comm, _ = view
    shown = front.models[comm]
    front.edit(comm, "field", column="hba1c", key="median", text="8")
    front.edit(comm, "unit", column="sbp", text="kPa")
    assert len(shown["schema"]["changes"]) == 2
    front.say(comm, "undo")
    assert shown["schema"]["changes"] == ["hba1c median 7.0 → 8.0"]
    assert shown["schema"]["redo"]
    front.say(comm, "redo")
    assert len(shown["schema"]["changes"]) == 2
    front.say(comm, "discard")
    assert shown["schema"]["changes"] == []
    assert shown["schema"]["draft"] is False


def test_undo_after_apply_gives_the_cells_table_back(view, front):
    comm, ran = view
    front.run("before = t2d.copy()")
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    front.say(comm, "apply")
    assert front.value("before.equals(t2d)") == "False"
    front.say(comm, "undo")
    front.say(comm, "apply")
    assert front.value("before.equals(t2d)") == "True"
    assert front.models[comm]["view"]["head"]["edited"] == ""
    front.judged(comm)
    front.until(lambda: ran.static.updates > 0)
    front.quiet(0.5)
    assert "edited" not in ran.static.data["text/plain"]


def test_an_effect_a_rule_and_a_column_can_be_added(view, front):
    comm, _ = view
    shown = front.models[comm]
    effects, rules = len(shown["schema"]["effects"]), len(shown["schema"]["rules"])
    assert front.edit(comm, "effect+", text="smoker=current -> hba1c: +0.8")["ok"]
    assert front.edit(comm, "rule+", text="age > 31")["ok"]
    new = shown["schema"]["rules"][-1]
    assert new["text"] == "age > 31"
    assert "broken in" in new["outcome"]
    assert new["good"] is False
    assert front.edit(comm, "column+", text="ldl: mmol/L")["ok"]
    ldl = shown["schema"]["columns"][-1]
    assert ldl["name"] == "ldl"
    assert ["reference", ""] in ldl["sources"]
    assert ldl["picture"]["drawn"] == []
    assert len(shown["schema"]["effects"]) > effects + 1
    assert front.say(comm, "apply")["ok"]
    assert len(shown["schema"]["rules"]) == rules + 1
    assert front.value("'ldl' in t2d and bool((t2d.age > 31).all())") == "True"
    gap = "t2d.hba1c[t2d.smoker == 'current'].mean() - t2d.hba1c[t2d.smoker == 'never'].mean()"
    assert float(front.value(f"float({gap})")) > 0.4
    told = front.edit(comm, "column+", text="blood groups of angels")
    assert told["ok"] is False


def test_a_preview_shows_the_law_that_is_being_typed_and_keeps_nothing(view, front):
    comm, _ = view
    kept = json.dumps(front.models[comm]["schema"])
    edit = {"what": "field", "column": "hba1c", "key": "median", "text": "9"}
    told = front.say(comm, "preview", edit=edit)
    assert told["words"].startswith("median 9")
    (row,) = [row for row in front.models[comm]["schema"]["columns"] if row["name"] == "hba1c"]
    assert told["picture"]["stated"] != row["picture"]["stated"]
    told = front.say(comm, "preview", edit={"what": "rule+", "text": "sbp > 10 * dbp"})
    assert re.match(r"broken in 800 of 800 rows", told["words"])
    told = front.say(comm, "preview", edit={**edit, "text": "1e9"})
    assert told["ok"] is False
    assert json.dumps(front.models[comm]["schema"]) == kept


def test_a_new_seed_more_rows_and_another_variable(view, front):
    comm, _ = view
    shown = front.models[comm]
    front.run("before = t2d.copy()")
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    assert front.say(comm, "rows", text="1,200")["ok"]
    assert front.value("len(t2d), before.equals(t2d.iloc[:800])") == "(1200, True)"
    assert shown["schema"]["changes"] == ["hba1c median 7.0 → 8.4"]
    assert front.say(comm, "seed")["ok"]
    assert shown["view"]["head"]["seed"] == "8"
    assert front.value("before.age.equals(t2d.age.iloc[:800])") == "False"
    front.run("%reset_selective -f ^other$")
    assert front.say(comm, "save", name="other")["ok"]
    assert front.value("other is not t2d and other.equals(t2d)") == "True"
    assert front.value("other.attrs['synthdata']['seed']") == "8"
    assert "not applied" in shown["status"]["mend"]
    for name in ("other", "t2d", "for", "a b", "print", ""):
        assert front.say(comm, "save", name=name)["ok"] is False, name
    assert shown["status"]["kind"] == "error"
    for text in ("", "0", "many"):
        assert front.say(comm, "rows", text=text)["ok"] is False


def test_the_copied_cell_draws_the_edited_table_bit_for_bit(view, front):
    comm, _ = view
    shown = front.models[comm]
    front.edit(comm, "field", column="sbp", key="median", text="140")
    front.edit(comm, "field", column="smoker", key="share/current", text="30")
    front.edit(comm, "column+", text="ldl: mmol/L")
    front.say(comm, "apply", rows="900", seed="spring term")
    front.judged(comm)
    assert shown["view"]["source"]["line"] == "%synthdata cell t2d"
    front.run("edited = t2d.copy(); del t2d")
    front.run(shown["view"]["source"]["cell"])
    same = "edited.equals(t2d) and list(edited.dtypes) == list(t2d.dtypes)"
    assert front.value(same) == "True"
    assert front.value("len(t2d), t2d.attrs['synthdata']['seed']") == "(900, 'spring term')"
    assert front.value("t2d.attrs['synthdata']['edited']") == "[]"


def test_report_and_cell_go_on_working_on_an_edited_table(view, front):
    comm, _ = view
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    front.say(comm, "apply")
    front.judged(comm)
    report = front.run("%synthdata report t2d").static.data["text/plain"]
    assert "facts as stated" in report
    assert "changed after" not in report
    text = front.value("__import__('synth_magic').existing.cell_of(t2d, 't2d')")
    assert "8.4" in text
    assert text.endswith(", '')")  # nothing in which the cell would differ


def test_a_table_of_a_lock_is_written_as_a_cell_after_an_edit(front, kernel):
    small = "columns:\n  age: years, 30-85\n  sex: F / M\n"
    front.run("import os; os.path.exists('live.lock') and os.remove('live.lock')")
    options = "%%synthdata locked -n 60 --seed 5 --lock live.lock\n"
    ran = front.run(options + small, cell="cell-lock")
    (comm,) = ran.widgets
    lock = front.value("open('live.lock').read()")
    front.edit(comm, "field", column="age", key="median", text="70")
    assert front.say(comm, "apply")["ok"]
    front.run("edited = locked.copy()")
    assert front.value("open('live.lock').read()") == lock
    front.run(front.models[comm]["view"]["source"]["cell"], cell="cell-copy")
    assert front.value("edited.equals(locked)") == "True"
    front.run(options + small, cell="cell-lock")
    assert front.value("edited.equals(locked)") == "False"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("t2d['bmi'] = 1", "changed"),
        ("t2d.loc[3, 'age'] = 44", "changed"),
        ("t2d.drop(index=5, inplace=True)", "changed"),
        ("t2d.sort_values('age', inplace=True)", "changed"),
        ("t2d = t2d[t2d.age > 50]", "another table"),
        ("t2d = 'my notes'", "a str"),
    ],
)
def test_apply_asks_before_it_destroys_what_the_user_did(view, front, change, reason):
    comm, _ = view
    shown = front.models[comm]
    front.run("%reset_selective -f ^t2d_2$")
    front.run(change + "\nmine = t2d")
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    told = front.say(comm, "apply")
    assert told["asked"]
    assert shown["status"]["kind"] == "ask"
    assert reason in shown["status"]["text"]
    assert [one["do"] for one in shown["status"]["actions"]] == ["replace", "save", "cancel"]
    assert front.value("t2d is mine") == "True"
    front.say(comm, "answer", choice="cancel")
    assert shown["status"]["kind"] == ""
    front.say(comm, "apply")
    front.say(comm, "answer", choice="save")
    assert front.value("t2d is mine, len(t2d_2)") == "(True, 800)"
    assert shown["view"]["head"]["name"] == "t2d_2"
    assert shown["view"]["source"]["line"] == "%synthdata cell t2d_2"
    assert "asked" not in front.say(comm, "apply")


def test_replace_draws_over_what_was_changed(view, front):
    comm, _ = view
    front.run("t2d['bmi'] = 1")
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    front.say(comm, "apply")
    front.say(comm, "answer", choice="replace")
    assert front.value("'bmi' in t2d") == "False"
    assert "asked" not in front.say(comm, "apply")
    assert front.say(comm, "answer", choice="replace")["ok"]  # nothing was asked any more


def test_while_a_cell_runs_nothing_is_applied(view, front):
    comm, _ = view
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    code = (
        "from synth_magic.notebook.live_desk import desk_of\n"
        "mine = t2d.copy()\n"
        "view = desk_of(get_ipython()).named('t2d')\n"
        "import threading\n"
        "for do in ('ping', 'apply', 'seed'):\n"  # as a subshell's thread hands them on
        "    one = threading.Thread(target=view.handle, args=({'do': do, 'id': do},))\n"
        "    one.start(); one.join()\n"
        "same = mine.equals(t2d)"
    )
    front.run(code)
    assert front.value("same") == "True"
    assert front.replies["ping"] == {"re": "ping", "ok": True, "busy": True}
    for do in ("apply", "seed"):
        assert front.replies[do]["ok"] is False
        assert "busy with a cell" in front.replies[do]["what"]
    assert front.models[comm]["status"]["kind"] == "error"
    assert front.say(comm, "ping")["busy"] is False
    assert front.say(comm, "apply")["ok"]


def test_a_click_that_waits_behind_a_cell_is_carried_out_after_it(view, front):
    comm, _ = view
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    cell = front.begin("import time; time.sleep(1); mine = t2d.hba1c.median()")
    name = front.send(comm, "apply")
    front.ended(cell)
    front.until(lambda: name in front.replies)
    assert front.replies[name]["ok"]
    assert front.value("bool(t2d.hba1c.median() > mine)") == "True"


def test_a_fault_in_a_callback_is_told_in_the_view(view, front):
    comm, _ = view
    shown = front.models[comm]
    front.run(
        "import synth_magic.notebook.live_apply as inner\n"
        "kept = inner.deliver\n"
        "def broken(*a): raise RuntimeError('out of <ink>')\n"
        "inner.deliver = broken; mine = t2d"
    )
    try:
        told = front.say(comm, "apply")
    finally:
        front.run("inner.deliver = kept")
    assert told["ok"] is False
    assert shown["status"]["kind"] == "error"
    assert "RuntimeError: out of <ink>" in shown["status"]["text"]
    assert front.value("t2d is mine") == "True"
    assert shown["view"]["revision"] == 1
    assert front.say(comm, "apply")["ok"]


@pytest.mark.parametrize(
    "content", [None, 3, "x", {}, {"do": "explode"}, {"do": "edit"}, {"do": "save", "name": []}]
)
def test_what_is_no_message_is_answered_and_changes_nothing(view, front, content):
    comm, _ = view
    data = {"method": "custom", "content": content}
    message = front.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
    front.client.shell_channel.send(message)
    front.until(lambda: None in front.replies)
    assert front.replies.pop(None)["ok"] is False
    assert front.say(comm, "ping")["ok"]


def test_a_report_that_cannot_be_made_is_told_and_the_table_stays(view, front):
    comm, _ = view
    front.run(
        "import synth_magic.notebook.live_controller as outer\n"
        "kept = outer.judge\n"
        "def broken(*a, **k): raise RuntimeError('no report today')\n"
        "outer.judge = broken"
    )
    try:
        assert front.say(comm, "seed")["ok"]
        front.judged(comm)
    finally:
        front.run("outer.judge = kept")
    shown = front.models[comm]
    assert shown["fidelity"]["report"] is None
    assert "no report today" in shown["status"]["text"]
    assert front.value("t2d.attrs['synthdata']['seed']") == "8"
    front.say(comm, "seed")
    assert front.judged(comm)["report"]["line"]


def test_a_real_table_stays_beside_the_report_after_apply(front):
    front.run("globals().pop('t2d', None); import synth_magic")
    front.run(f"cohort = synth_magic.generate({CLINIC!r}, rows=300, seed=99)")
    ran = front.run(CELL.replace("--seed 7", "--seed 7 --real cohort"), cell="cell-1")
    (comm,) = ran.widgets
    shown = front.models[comm]

    def compared():
        return [group["key"] for group in shown["fidelity"]["report"]["groups"]]

    assert "fidelity" in compared()
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    front.say(comm, "apply")
    front.judged(comm)
    assert "fidelity" in compared()
    front.run("del cohort")
    front.say(comm, "seed")
    front.judged(comm)
    assert shown["fidelity"]["report"] is None
    assert "no variable cohort" in shown["status"]["text"]


def test_fifty_runs_leave_one_widget_and_one_comm(front):
    count = "len(inside._instances), len(comm.get_comm_manager().comms)"
    small = "%%synthdata again -n 20 --seed {}\ncolumns:\n  age: years, 30-85\n"
    for seed in range(3):
        front.run(small.format(seed), cell="cell-50")
    few = front.value(count)
    for seed in range(50):
        front.run(small.format(seed), cell="cell-50" if seed % 2 else "")
    assert front.value(count) == few
    for seed in range(5):  # the same cell under another name each time
        front.run(small.replace("again", f"again_{seed}").format(seed), cell="cell-50")
    assert front.value(count) == few


def test_another_view_of_a_variable_closes_the_one_before(view, front):
    comm, _ = view
    ran = front.run("%synthdata schema t2d", cell="cell-2")
    (other,) = ran.widgets
    front.quiet(0.2)
    assert comm not in front.models
    shown = front.models[other]
    assert shown["view"]["tab"] == "Schema"
    assert front.judged(other)["report"]["line"]
    front.edit(other, "field", column="hba1c", key="median", text="8.4")
    front.say(other, "apply")
    front.judged(other)
    front.until(lambda: "edited" in ran.static.data["text/plain"])
    assert front.value("bool(t2d.hba1c.median() > 7.9)") == "True"


def test_a_view_stands_in_a_layout_and_can_be_observed(view, front):
    front.run(
        "import ipywidgets, synth_magic\n"
        "heard = []\n"
        "shown = synth_magic.view(t2d)\n"
        "shown.observe(lambda change: heard.append((change.name, change.new)), 'revision')\n"
        "shown.observe(lambda change: heard.append(len(change.new)), 'table')\n"
        "box = ipywidgets.VBox([ipywidgets.Label('mine'), shown]); box"
    )
    assert front.value("shown.name, shown.rows, shown.seed, shown.revision") == (
        "('t2d', 800, 7, 1)"
    )
    comm = front.value("shown.model_id").strip("'")
    front.edit(comm, "field", column="hba1c", key="median", text="8.4")
    front.say(comm, "apply", rows="90")
    assert front.value("sorted(map(str, heard))") == "[\"('revision', 2)\", '90']"
    assert front.value("shown.table is t2d") == "True"
    assert front.value("'8.4' in shown.blueprint") == "True"
    front.judged(comm)
    ran = front.run("shown")
    (out,) = ran.outputs
    assert set(out.data) == {MIME, "text/html", "text/markdown", "text/plain"}
    assert "edited" in out.data["text/plain"]
    front.run("synth_magic.view(t2d.assign(x=1))")
    assert "carries no blueprint" in "\n".join(
        front.run("import pandas as pd; synth_magic.view(pd.DataFrame())", good=False).error
    )


@pytest.mark.parametrize("how", ["--no-ui", "--ui static", "config", "DATABRICKS_RUNTIME_VERSION"])
def test_where_no_live_view_is_wanted_there_is_the_static_form_alone(front, how):
    small = "columns:\n  age: years, 30-85\n"
    option = how if how.startswith("--") else ""
    if how == "config":
        front.run("%config SynthData.ui = 'static'")
    elif not option:
        front.run(f"import os; os.environ[{how!r}] = '1'")
    try:
        ran = front.run(f"%%synthdata plain -n 5 {option}\n" + small)
        assert ran.widgets == []
        assert "sm-static-" not in ran.static.data["text/html"].replace("class*=sm-static-", "")
        live = front.run("%%synthdata lively -n 5 --ui live\n" + small)
        assert len(live.widgets) == 1
    finally:
        front.run("%config SynthData.ui = 'auto'")
        front.run("import os; os.environ.pop('DATABRICKS_RUNTIME_VERSION', None)")


def test_a_view_that_cannot_be_opened_leaves_the_static_form(front):
    front.run(
        "import synth_magic.notebook.live_view as outer\n"
        "kept = outer.Controller\n"
        "def broken(*a, **k): raise ImportError('no widgets here')\n"
        "outer.Controller = broken"
    )
    try:
        ran = front.run("%%synthdata plain -n 5\ncolumns:\n  age: years, 30-85\n")
    finally:
        front.run("outer.Controller = kept")
    assert "no widgets here" in ran.text
    assert "age" in ran.static.data["text/plain"]


def test_the_widget_takes_the_place_of_the_progress_and_the_static_form_comes_last(front):
    front.run("import synth_magic.notebook.show as shows\nfirst = shows._FIRST; shows._FIRST = 0.0")
    try:
        ran = front.run(CELL, cell="cell-1")
    finally:
        front.run("shows._FIRST = first")
    widget, static = ran.outputs
    assert widget.updates >= 1
    assert MIME in widget.data
    assert widget.data["text/plain"] == ""
    assert static is ran.static
    assert static.updates == 0


def test_unloading_closes_the_views(front):
    ran = front.run(CELL, cell="cell-1")
    (comm,) = ran.widgets
    front.run("%unload_ext synth_magic")
    front.quiet(0.2)
    assert comm not in front.models
    front.run("%load_ext synth_magic")
