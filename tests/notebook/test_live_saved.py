"""What a notebook keeps of a live view when it is executed and saved without a browser."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter

from tests.notebook.conftest import environment

pytestmark = [pytest.mark.kernel]
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    cells = [
        "%load_ext synth_magic",
        "%%synthdata t2d -n 60\ncolumns:\n  age: years, 30-85\n  sex: F / M\n",
        "%synthdata schema t2d",
        "import synth_magic; synth_magic.view(t2d)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(home).items():
            patch.setenv(name, value)
        NotebookClient(
            notebook, timeout=300, kernel_name="python3", store_widget_state=False
        ).execute()
    nbformat.validate(notebook)
    return notebook


def test_the_static_form_is_kept_and_no_state_of_a_widget(saved):
    assert "widgets" not in saved.metadata
    for cell in saved.cells[1:3]:
        widget, static = (output.data for output in cell.outputs)
        assert widget["text/plain"] == ""
        assert WIDGET in widget
        assert set(static) == {"text/html", "text/markdown", "text/plain"}
        assert "age" in static["text/markdown"]
        assert "age" in static["text/plain"]
        assert "sm-static-" in static["text/html"]


def test_a_view_that_stands_alone_keeps_its_forms_in_its_own_output(saved):
    (output,) = saved.cells[3].outputs
    assert set(output.data) == {WIDGET, "text/html", "text/markdown", "text/plain"}
    assert "age" in output.data["text/plain"]


def test_pages_made_of_it_show_the_tables_and_load_no_script_of_widgets(saved):
    page, _ = HTMLExporter().from_notebook_node(saved)
    assert page.count('class="synth-magic') == 3
    assert "Error displaying widget" not in page
    assert "vnd.jupyter.widget-state" not in page
    text, _ = MarkdownExporter().from_notebook_node(saved)
    assert "synthetic: not patients" in text
