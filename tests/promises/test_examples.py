"""`make demo` does the main job, and its page shows something good without a kernel.

What each example notebook promises is asked in tests/notebook/test_examples.py.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
QUICKSTART = ROOT / "examples" / "quickstart.ipynb"
pytestmark = [pytest.mark.kernel]


def _demo():
    spec = importlib.util.spec_from_file_location("demo", ROOT / "examples" / "demo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> Path:
    return _demo().execute(QUICKSTART, tmp_path_factory.mktemp("executed"))


def test_html_shows_the_table_without_a_kernel_and_without_the_net(executed):
    page = executed.read_text(encoding="utf-8")
    body = page[page.index("<body") :]
    shown = re.findall(r'<(?:div|section|article)[^>]*class="synth-magic', body)
    assert shown, "the static form is not in the page"
    own = body[body.index('class="synth-magic') :]
    assert "<table" in own
    assert not re.search(r'(?:src|href)="https?://', own)


def test_markdown_and_latex_are_made_of_it(executed):
    from nbconvert import LatexExporter, MarkdownExporter

    notebook = nbformat.read(executed.with_suffix(".ipynb"), as_version=4)
    text, _ = MarkdownExporter().from_notebook_node(notebook)
    assert "synthetic" in text
    if shutil.which("pandoc") is None:
        pytest.skip("no pandoc on this machine: nbconvert's LaTeX needs it")
    latex, _ = LatexExporter().from_notebook_node(notebook)
    assert "synthetic" in latex


def test_no_widget_state_and_no_error_is_saved(executed):
    notebook = nbformat.read(executed.with_suffix(".ipynb"), as_version=4)
    assert "widgets" not in notebook.metadata
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    assert not [out for out in outputs if out.output_type == "error"]


def test_demo_prints_the_table_its_schema_and_the_path(capfd):
    assert _demo().main() == 0
    shown = capfd.readouterr().out
    assert "\nt2d  800 rows" in shown, "the table has the notebook's name"
    assert "hba1c" in shown
    assert "reference" in shown
    assert "user" in shown
    assert "quickstart.html" in shown
