"""Where no front end is: papermill, a terminal that is typed into, and plain Python."""

from __future__ import annotations

import re
import subprocess
import sys

import nbformat
import papermill
import pexpect
import pytest
from nbconvert import HTMLExporter
from papermill.exceptions import PapermillExecutionError

from tests.notebook.conftest import ROOT, environment

pytestmark = [pytest.mark.kernel]
BODY = "columns:\n  age: years, 30-{{oldest}}\n  sex: F / M\n"
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


# papermill ----------------------------------------------------------------------------


def _notebook(tmp_path, cell: str):
    first = nbformat.v4.new_code_cell("oldest = 80")
    first.metadata["tags"] = ["parameters"]
    cells = [first, nbformat.v4.new_code_cell("%load_ext synth_magic")]
    cells += [nbformat.v4.new_code_cell(cell), nbformat.v4.new_code_cell("print(t.age.max())")]
    path = tmp_path / "in.ipynb"
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, path)
    return path


def _mill(path, tmp_path, monkeypatch, **parameters):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(
        str(path), str(out), parameters=parameters, cwd=str(tmp_path), progress_bar=False
    )
    return nbformat.read(out, as_version=4)


def test_papermill_fills_a_parameter_into_the_cell_and_keeps_a_page_that_reads(
    tmp_path, monkeypatch
):
    path = _notebook(tmp_path, "%%synthdata t -n 300\n" + BODY)
    milled = _mill(path, tmp_path, monkeypatch, oldest=44)
    assert int(milled.cells[-1].outputs[0].text) <= 44
    bundles = [o.data for c in milled.cells for o in c.outputs if o.output_type == "display_data"]
    static = [bundle for bundle in bundles if "text/html" in bundle]
    assert len(static) == 1
    assert "synthetic: not patients" in static[0]["text/markdown"]
    body, _ = HTMLExporter().from_notebook_node(milled)
    shown = body[body.index('class="synth-magic') :]
    assert "<table" in shown
    assert "30\u201344" in shown


def test_papermill_fails_where_the_cell_fails_and_keeps_its_two_lines(tmp_path, monkeypatch):
    path = _notebook(tmp_path, "%%synthdata t -n 300\ncolumns:\n  age: 9-3\n")
    with pytest.raises(PapermillExecutionError) as caught:
        _mill(path, tmp_path, monkeypatch)
    assert "Line 3, column" in str(caught.value)
    milled = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    outputs = [out for cell in milled.cells for out in cell.get("outputs", ())]
    errors = [out for out in outputs if out.output_type == "error"]
    assert [len(error.traceback) for error in errors] == [2]


# A terminal ---------------------------------------------------------------------------


@pytest.fixture
def terminal(tmp_path):
    """An IPython that somebody types into."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit"],
        env={**environment(tmp_path), "TERM": "xterm", "COLUMNS": "110"},
        cwd=str(tmp_path),
        dimensions=(50, 110),
        encoding="utf-8",
        timeout=30,
    )
    child.expect(r"In \[1\]: ")
    yield child
    child.close(force=True)


def _typed(child, *lines: str) -> str:
    """Type a line, or a cell that two empty lines end, and give what is shown."""
    for line in lines if len(lines) == 1 else (*lines, "", ""):
        child.sendline(line)
    child.expect(r"\r\nIn \[\d+\]: ")
    return child.before


def test_a_cell_that_is_typed_into_a_terminal_shows_tables_in_colour(terminal):
    assert "synth" not in ANSI.sub("", _typed(terminal, "%load_ext synth_magic")).split("\n", 1)[1]
    shown = _typed(
        terminal, "%%synthdata t --rows 40", "columns:", "  age: years, 30-85", "  sex: F / M"
    )
    assert "\x1b[" in shown, "rich colours a terminal"
    plain = ANSI.sub("", shown)
    assert "synthetic: not patients" in plain
    assert "40 rows" in plain
    assert re.search(r"[▁▂▃▄▅▆▇█]", plain), "small pictures"
    for mark in ("<div", "<table", "FileNotFound", "widget", "Traceback"):
        assert mark not in plain
    assert "40" in _typed(terminal, "len(t)")


def test_an_error_in_a_terminal_is_two_lines(terminal):
    _typed(terminal, "%load_ext synth_magic")
    plain = ANSI.sub("", _typed(terminal, "%%synthdata t --rows 40", "columns:", "  age: 9-3"))
    assert "Line 3, column" in plain
    assert "Traceback" not in plain
    said = plain[plain.index("Line 3, column") :].strip().splitlines()
    assert len(said) == 2


def test_ctrl_c_in_a_terminal_stops_a_long_draw_and_wipes_its_line(terminal):
    _typed(terminal, "%load_ext synth_magic")
    columns = [f"  c{i}: 0-100" for i in range(12)]
    for line in ("%%synthdata t --rows 9000000", "columns:", *columns, "", ""):
        terminal.sendline(line)
    terminal.expect(r"of 9,000,000 rows, \d+ s \(Ctrl\+C stops it\)")
    terminal.sendintr()
    terminal.expect("no variable was changed")
    terminal.expect(r"\r\nIn \[\d+\]: ")
    assert "Traceback" not in terminal.before
    assert "NameError" in ANSI.sub("", _typed(terminal, "t"))


# Plain Python -------------------------------------------------------------------------

SCRIPT = """
import sys
sys.modules["IPython"] = None  # as where it is not installed
import synth_magic
table = synth_magic.generate({text!r}, rows=60)
print(table.head(3))
print(synth_magic.report(table))
print(repr(synth_magic.report(table, by="sex")))
assert not {{"ipywidgets", "anywidget"}} & set(sys.modules)
"""


def test_plain_python_prints_a_report_that_reads(tmp_path):
    text = BODY.replace("{{oldest}}", "85")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(text=text)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        cwd=tmp_path,
        env={**environment(tmp_path), "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Adherence" in done.stdout
    assert "as stated" in done.stdout
    assert not ANSI.search(done.stdout), "no colours in a pipe"
    assert "<" not in re.sub(r"<=?\s|<0", "", done.stdout), "no HTML"
    assert max(map(len, done.stdout.split("\n"))) <= 240
