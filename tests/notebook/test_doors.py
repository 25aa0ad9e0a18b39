"""The other ways in: Run All, a terminal, plain Python."""

from __future__ import annotations

import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.notebook.conftest import environment

pytestmark = [pytest.mark.kernel]
SMALL = "columns:\n  age: years, 30-85\n  sex: F / M\n"


def test_the_users_own_configuration_sets_the_defaults(tmp_path):
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    config = "c = get_config()\nc.InteractiveShellApp.extensions = ['synth_magic']\n"
    (profile / "ipython_config.py").write_text(config + "c.SynthData.rows = 37\n")
    (tmp_path / "s.ipy").write_text(
        f"get_ipython().run_cell_magic('synthdata', 't --quiet', {SMALL!r})\nprint(len(t))\n"
    )
    done = _run(tmp_path, "-m", "IPython", "--no-banner", "s.ipy")
    assert done.stdout.split()[-1] == "37", done.stderr
    (profile / "ipython_config.py").write_text(config + "c.SynthData.rows = 0\n")
    done = _run(tmp_path, "-m", "IPython", "--no-banner", "s.ipy")
    assert "the defaults hold" in done.stdout
    assert done.stdout.split()[-1] == "200"
    assert "Traceback" not in done.stderr


def test_a_failing_cell_stops_run_all(tmp_path):
    sources = ["%load_ext synth_magic", "%%synthdata a\ncolumns:\n  x: 9-3\n", "print('went on')"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    with pytest.raises(CellExecutionError):
        client.execute(env=environment(tmp_path))
    (output,) = notebook.cells[1].outputs
    assert output.output_type == "error"
    assert len(output.traceback) == 2
    assert notebook.cells[2].outputs == []


def _run(tmp_path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        input=given,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        cwd=tmp_path,
        env={**environment(tmp_path), "COLUMNS": "120"},
    )


def test_a_terminal_ipython_shows_it_with_rich_and_errors_in_two_lines(tmp_path):
    script = tmp_path / "s.ipy"
    cell = "%load_ext synth_magic\nget_ipython().run_cell_magic('synthdata', 't -n 40', {!r})\n"
    script.write_text(cell.format(SMALL))
    done = _run(tmp_path, "-m", "IPython", "--no-banner", "--colors=NoColor", str(script))
    assert done.returncode == 0, done.stderr
    assert "synthetic" in done.stdout
    assert "age" in done.stdout
    assert "<" not in re.sub(r"<=?\s", "", done.stdout), "no HTML in a terminal"
    script.write_text(cell.format("columns:\n  age: 9-3\n"))
    done = _run(tmp_path, "-m", "IPython", "--no-banner", "--colors=NoColor", str(script))
    assert "Traceback" not in done.stdout + done.stderr
    assert "Line 3, column" in done.stdout + done.stderr


def test_plain_python_needs_no_ipython(tmp_path):
    code = (
        "import sys, synth_magic\n"
        f"table = synth_magic.generate({SMALL!r}, rows=30, seed='x')\n"
        "assert len(table) == 30 and not any(m.split('.')[0] == 'IPython' for m in sys.modules)\n"
        "report = synth_magic.report(table)\n"
        "again = synth_magic.Blueprint.from_yaml(table.attrs['synthdata']['blueprint'])\n"
        "assert again.sample(30, seed='x').equals(table)\n"
        "try:\n    synth_magic.generate('columns:\\n  age: 9-3')\n"
        "except synth_magic.SpecError as error:\n    print(error)\n"
        "else:\n    raise SystemExit('no error')\n"
    )
    done = _run(tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
