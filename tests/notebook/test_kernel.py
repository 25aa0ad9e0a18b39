"""The cell in a real kernel, as a notebook runs it."""

from __future__ import annotations

import re
import time

import pytest

from tests.cells import CLINIC

pytestmark = [pytest.mark.kernel]

CELL = "%%synthdata t2d --rows 800 --seed 7\n" + CLINIC
SMALL = """\
columns:
  age: years, 30-85
  sex: F / M
"""
ANSI = re.compile(r"\x1b\[")


@pytest.fixture(autouse=True)
def _clean(kernel):
    kernel.run("%config SynthData.debug = False")


def test_the_cell_of_the_design_gives_a_dataframe(kernel):
    ran = kernel.run(CELL)
    assert kernel.value("type(t2d).__name__, len(t2d)") == "('DataFrame', 800)"
    assert kernel.value("bool((t2d.sbp > t2d.dbp).all())") == "True"
    assert kernel.value("t2d.attrs['synthdata']['seed']") == "7"
    assert len(ran.bundles) == 1
    (bundle,) = ran.bundles
    assert set(bundle) == {"text/html", "text/markdown", "text/plain"}
    for text in bundle.values():
        assert "t2d" in text
        assert "synthetic" in text
        assert "hba1c" in text
    assert not ANSI.search(bundle["text/plain"])
    assert ran.text == ""


def test_running_it_again_gives_the_same_table_and_another_seed_another(kernel):
    kernel.run(CELL)
    kernel.run("first = t2d.copy()")
    kernel.run(CELL)
    assert kernel.value("first.equals(t2d)") == "True"
    kernel.run(CELL.replace("--seed 7", "--seed 8"))
    assert kernel.value("first.equals(t2d)") == "False"


def test_without_a_name_the_variable_is_said(kernel):
    ran = kernel.run("%%synthdata -n 5\n" + SMALL)
    assert kernel.value("len(table)") == "5"
    assert "variable table" in ran.bundles[0]["text/plain"]


def test_quiet_shows_one_line(kernel):
    ran = kernel.run("%%synthdata q -n 1000 --quiet\n" + SMALL)
    assert ran.bundles == []
    assert ran.text.count("\n") == 1
    for part in ("q", "1,000 rows", "seed 0", "synthetic"):
        assert part in ran.text


def test_quiet_does_not_keep_a_warning_back(kernel):
    ran = kernel.run("%%synthdata q -n 9 --quiet\n" + SMALL + "rules:\n  - age > 84\n")
    first, *warnings = ran.text.strip().split("\n")
    assert first.startswith("q: 9 rows")
    assert warnings
    assert all(line.startswith("Warning: ") and "age" in line for line in warnings)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("%%synthdata a\ncolumns:\n  age: mean 90, 30-85\n", "Line 3, column"),
        ("%%synthdata a --rwos 3\n" + SMALL, "--rows"),
        ("%%synthdata a --real x\n" + SMALL, "no variable x"),
        ("%%synthdata 2a\n" + SMALL, "2a"),
        ("%%synthdata a\nrules:\n  - age >\n" + SMALL, "Line 3, column"),
        ("%%synthdata a\n{{nothing_there}} patients\n" + SMALL, "Line 2, column 1"),
        ("%%synthdata a\n \n", "describes nothing"),
        ("%synthdata repport t2d", "report"),
        ("%synthdata login", "OPENAI_API_KEY"),
        ("%synthdata report nothing_there", "nothing_there"),
        ("%%synthdata a --lock no/such/folder/t.lock\n" + SMALL, "no/such/folder"),
    ],
)
def test_a_mistake_is_two_lines_fails_the_cell_and_changes_nothing(kernel, code, said):
    kernel.run("a = 'as it was'; del a")
    ran = kernel.run(code, good=False)
    assert len(ran.error) == 2, ran.error
    assert all("\n" not in line and not ANSI.search(line) for line in ran.error)
    assert said in "\n".join(ran.error)
    assert ran.name in ("SpecError", "DataError", "ModelError")
    assert "Traceback" not in ran.text
    assert kernel.value("'a' in globals()") == "False"


def test_many_mistakes_are_listed_shortly(kernel):
    lines = "".join(f"  c{i}: mean 90, 30-85\n" for i in range(9))
    ran = kernel.run("%%synthdata a\ncolumns:\n" + lines, good=False)
    assert 2 <= len(ran.error) <= 7
    assert len(ran.error) == 2 or "more" in ran.error[-1]


def test_debug_shows_the_traceback(kernel):
    kernel.run("%config SynthData.debug = True")
    ran = kernel.run("%%synthdata a\ncolumns:\n  age: mean 90, 30-85\n", good=False)
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(ran.error))
    assert "Traceback" in text
    assert "Line 3, column" in text


def test_names_are_filled_from_the_notebook_and_tables_are_refused(kernel):
    kernel.run("import pandas as pd\nlow, drugs = 40, ['a', 'b']\nreal = pd.DataFrame({'x': [1]})")
    kernel.run("%%synthdata filled -n 50\ncolumns:\n  age: years, {{low}}-85\n")
    assert kernel.value("bool(filled.age.min() >= 40)") == "True"
    ran = kernel.run("%%synthdata a\n{{real}}\n" + SMALL, good=False)
    assert len(ran.error) == 2
    assert "DataFrame" in ran.error[0]


def test_the_option_line_is_not_expanded_by_ipython(kernel):
    kernel.run("secret = 'X'")
    kernel.run("%%synthdata braces -n 5 --seed {secret}\n" + SMALL)
    assert kernel.value("braces.attrs['synthdata']['seed']") == "'{secret}'"


def test_what_is_not_ours_is_kept_unless_replace_is_said(kernel):
    kernel.run("import pandas as pd\nmine = pd.DataFrame({'x': [1, 2]})")
    ran = kernel.run("%%synthdata mine\n" + SMALL, good=False)
    assert "--replace" in ran.error[1]
    assert kernel.value("list(mine.columns)") == "['x']"
    kernel.run("%%synthdata mine --replace -n 5\n" + SMALL)
    assert kernel.value("len(mine)") == "5"


def test_a_notebook_runs_again_from_top_to_bottom(kernel):
    cells = ("%%synthdata again -n 20\n" + SMALL, "again['old'] = again.age > 60")
    for cell in cells:
        kernel.run(cell)
    ran = kernel.run(cells[0])
    assert kernel.value("list(again.columns)") == "['age', 'sex']"
    assert "drawn anew" in ran.bundles[0]["text/plain"]
    kernel.run(cells[1])


def test_cell_writes_a_cell_that_draws_the_same_table(kernel):
    kernel.run(CELL.replace("--seed 7", "--seed 'spring term'"))
    ran = kernel.run("%synthdata cell t2d")
    (payload,) = [part for part in ran.payload if part["source"] == "set_next_input"]
    assert payload["text"].startswith("%%synthdata t2d --rows 800 --seed 'spring term'\n")
    kernel.run("before = t2d.copy(); del t2d")
    kernel.run(payload["text"])
    assert kernel.value("before.equals(t2d) and list(before.dtypes) == list(t2d.dtypes)") == "True"
    again = kernel.run("%synthdata cell t2d").payload[0]["text"]
    assert again == payload["text"]


def test_report_and_schema_show_a_table_that_is_there(kernel):
    kernel.run(CELL)
    for command, said in (("report", "retinopathy"), ("schema", "22")):
        (bundle,) = kernel.run(f"%synthdata {command} t2d").bundles
        assert set(bundle) == {"text/html", "text/markdown", "text/plain"}
        assert said in bundle["text/plain"]
    kernel.run("import pandas as pd\nforeign = pd.DataFrame({'x': [1]})")
    ran = kernel.run("%synthdata report foreign", good=False)
    assert len(ran.error) == 2
    assert "blueprint" in ran.error[0]


def test_doctor_and_help_are_short(kernel):
    doctor = kernel.run("%synthdata doctor").text
    assert "synth-magic" in doctor
    assert "pandas" in doctor
    assert "nothing is sent anywhere" in doctor
    assert doctor.count("\n") < 12
    shown = kernel.run("%synthdata").text
    assert "--rows" in shown
    page = kernel.run("%%synthdata?").payload[0]["data"]["text/plain"]
    for line in ("%%synthdata t2d --rows 800 --seed 7", "--lock FILE", "SynthData.max_rows"):
        assert line in shown
        assert line in page


def test_config_lists_the_settings_and_sets_defaults(kernel):
    shown = kernel.run("%config SynthData").text
    for trait in ("rows", "seed", "model", "ui", "max_rows", "debug"):
        assert f"SynthData.{trait}" in shown
    keys = re.findall(r"SynthData\.(\w*key\w*)=", shown)
    assert keys == ["api_key_env"]  # the name of a variable, and no key
    try:
        kernel.run("%config SynthData.rows = 33\n%config SynthData.seed = 'x'")
        kernel.run("%%synthdata defaults\n" + SMALL)
        assert kernel.value("len(defaults), defaults.attrs['synthdata']['seed']") == "(33, 'x')"
        kernel.run("%config SynthData.max_rows = 10")
        ran = kernel.run("%%synthdata big --rows 11\n" + SMALL, good=False)
        assert "--out" in ran.error[1]
        assert "33" in kernel.run("%synthdata doctor").text
    finally:
        kernel.run("%config SynthData.rows = 200\n%config SynthData.seed = 0")
        kernel.run("%config SynthData.max_rows = 10_000_000")


def test_a_setting_that_cannot_be_is_refused_and_the_old_one_stays(kernel):
    for wrong in ("rows = 0", "model = 'a b'", "ui = 'widget'", "base_url = 'http://u:p@h/v1'"):
        kernel.run(f"%config SynthData.{wrong}")
    assert "Current: 200" in kernel.run("%config SynthData").text
    kernel.run("%%synthdata still\n" + SMALL)
    assert kernel.value("len(still)") == "200"


def test_tab_completes_in_the_cell(kernel):
    kernel.run(CELL)
    matches, replaced = kernel.complete("%%synthdata t2d --re")
    assert (set(matches), replaced) == (
        {"--real", "--refresh", "--relock", "--replace"},
        "--re",
    )
    assert kernel.complete("%synthdata report t2")[0] == ["t2d"]
    code = "%%synthdata t\ncolumns:\n  age: years\n  agent: a / b\nrules:\n  - ag"
    assert kernel.complete(code) == (["age", "agent"], "ag")
    matches, _ = kernel.complete("%%synthdata t\nimpor")
    assert matches in ([], ["impor"])


def test_an_interrupt_keeps_the_variable_and_says_so(kernel):
    kernel.run("%%synthdata kept -n 7\n" + SMALL)
    code = "%%synthdata kept -n 9000000 --out many.csv --quiet\n" + SMALL
    message = kernel.client.execute(code)
    time.sleep(2)
    kernel.manager.interrupt_kernel()
    error = None
    while True:
        reply = kernel.client.get_iopub_msg(timeout=60)
        if reply["parent_header"].get("msg_id") != message:
            continue
        if reply["msg_type"] == "error":
            error = reply["content"]["traceback"]
        if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
            break
    kernel.client.get_shell_msg(timeout=60)
    assert error is not None, "it was done before it was interrupted"
    assert len(error) == 2
    assert "no variable was changed" in error[0]
    assert kernel.value("len(kept)") == "7"


def test_a_file_is_written_beside_the_variable(kernel):
    kernel.run("%%synthdata both -n 500 --out both.parquet\n" + SMALL)
    kernel.run("import pandas as pd\nread = pd.read_parquet('both.parquet')")
    assert kernel.value("read.equals(both) and list(read.dtypes) == list(both.dtypes)") == "True"


def test_a_lock_gives_the_same_table_in_another_kernel(kernel, start_kernel):
    options = "%%synthdata locked -n 300 --seed 5 --lock t.lock\n"
    kernel.run(options + SMALL)
    kernel.run("locked.to_pickle('locked.pkl')")
    other = start_kernel()
    other.run("%load_ext synth_magic")
    ran = other.run(options.replace("-n 300 --seed 5 ", "") + SMALL)
    assert "t.lock" in ran.bundles[0]["text/plain"]
    other.run("import pandas as pd\nthen = pd.read_pickle('locked.pkl')")
    assert other.value("then.equals(locked) and then.attrs == locked.attrs") == "True"
    changed = other.run(options + SMALL.replace("85", "80"), good=False)
    assert "--relock" in changed.error[1], "\n".join(changed.error)
    other.run(options.replace("t.lock", "t.lock --relock") + SMALL.replace("85", "80"))
    assert other.value("bool(locked.age.max() <= 80)") == "True"


def test_unloading_takes_everything_away(start_kernel):
    other = start_kernel()
    other.run("%load_ext synth_magic")
    other.run("%unload_ext synth_magic")
    assert "not found" in other.run("%%synthdata a\n" + SMALL, good=False).text
    assert "SynthData" not in other.run("%config").text
    assert "--relock" not in other.complete("%%synthdata t2d --re")[0]
    other.run("%load_ext synth_magic")
    other.run("%%synthdata a -n 5\n" + SMALL)


CANARY = "sk-proj-canaryABCD1234567890efghijkl"


@pytest.mark.parametrize("debug", [False, True])
def test_a_key_in_a_cell_is_refused_and_shown_nowhere(kernel, debug):
    kernel.run(f"%config SynthData.debug = {debug}")
    kernel.run("shown = 'canary'")
    for code in (
        f"%%synthdata a --seed {CANARY}\n{SMALL}",
        f"%%synthdata a\nMy key is {CANARY}.\n{SMALL}",
        f"%synthdata report {CANARY}",
    ):
        ran = kernel.run(code, good=False)
        assert len(ran.error) == 2
        assert "evoke" in ran.error[1]
        assert "canary" not in "\n".join(ran.error) + ran.text
    assert kernel.value("'a' in globals()") == "False"


def test_no_setting_keeps_a_key(kernel):
    for trait in ("model", "seed"):
        ran = kernel.run(f"%config SynthData.{trait} = {CANARY!r}")
        assert "canary" not in ran.text
    assert "canary" not in kernel.run("%config SynthData").text


def test_a_long_draw_shows_its_progress_and_stops_at_once(kernel):
    columns = "columns:\n" + "".join(f"  c{i}: 0-100\n" for i in range(12))
    kernel.run("%%synthdata kept -n 7 --quiet\n" + SMALL)
    message = kernel.client.execute("%%synthdata kept -n 9000000\n" + columns)
    shown, error = [], None
    while True:
        reply = kernel.client.get_iopub_msg(timeout=60)
        if reply["parent_header"].get("msg_id") != message:
            continue
        if reply["msg_type"] in ("display_data", "update_display_data"):
            shown.append(reply["content"]["data"]["text/plain"])
            if len(shown) == 2:
                kernel.manager.interrupt_kernel()
        if reply["msg_type"] == "error":
            error = reply["content"]["traceback"]
        if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
            break
    kernel.client.get_shell_msg(timeout=60)
    assert re.match(r"drawing: [\d,]+ of 9,000,000 rows, \d+ s \(interrupt the kernel", shown[0])
    assert shown[-1] == "stopped"
    assert error is not None
    assert "no variable was changed" in error[0]
    assert kernel.value("len(kept)") == "7"


@pytest.mark.parametrize("command", ["report", "schema"])
def test_a_table_with_twin_columns_is_two_lines(kernel, command):
    kernel.run(CELL + "\n")
    kernel.run("import pandas as pd\ntwins = pd.concat([t2d, t2d], axis=1)")
    ran = kernel.run(f"%synthdata {command} twins", good=False)
    assert len(ran.error) == 2
    assert "more than one column" in ran.error[0]
