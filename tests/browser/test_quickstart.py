"""The quickstart in a real JupyterLab, light and dark, live and reopened."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from tests.browser.conftest import run_all

# One worker, one JupyterLab.
pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize(
    ("theme", "width"),
    [("JupyterLab Light", 1600), ("JupyterLab Dark", 1600), ("JupyterLab Light", 900)],
)
def test_the_quickstart_runs_and_shows_its_tables(open_notebook, shots, theme, width):
    page = open_notebook("quickstart.ipynb", theme=theme, width=width)
    run_all(page)
    assert not page.locator(".jp-RenderedText[data-mime-type*='stderr']").count()
    shown = page.locator(".synth-magic-live")
    assert shown.count() >= 2
    # Each table is shown once: its static form steps aside for the view.
    assert page.locator("[class*=sm-static-]").count() == shown.count()
    assert not any(form.is_visible() for form in page.locator("[class*=sm-static-]").all())
    shown.first.scroll_into_view_if_needed()
    name = f"quickstart-{theme.split()[-1].lower()}-{width}"
    page.screenshot(path=shots / f"{name}.png")
    shown.first.screenshot(path=shots / f"{name}-first.png")
    assert "hba1c" in shown.first.inner_text()
    # wider than its place would scroll sideways in every notebook
    assert shown.first.evaluate("e => e.scrollWidth <= e.clientWidth + 1") or width < 1000


def test_the_first_cell_and_all_under_it_is_a_picture_for_the_readme(open_notebook, shots):
    """It lies in docs/images once it was looked at."""
    page = open_notebook("quickstart.ipynb", width=1480, height=2000)
    run_all(page)
    cell = page.locator(".jp-CodeCell", has_text="%%synthdata t2d").first
    cell.get_by_role("tab", name="Schema", exact=True).click()
    cell.scroll_into_view_if_needed()
    cell.screenshot(path=shots / "readme.png")
    box = cell.bounding_box()
    assert 900 < box["width"] < 1480  # with or without the list of files beside it
    assert box["height"] < 1800, "too long for a picture"
    assert "Fidelity" in cell.inner_text()


def test_an_untrusted_notebook_still_reads_well(open_notebook, lab, shots, tmp_path):
    from tests.promises.test_examples import _demo

    source = lab.folder / "quickstart.ipynb"
    _demo().execute(source, tmp_path)
    notebook = nbformat.read(tmp_path / "quickstart.ipynb", as_version=4)
    assert any(cell.get("outputs") for cell in notebook.cells)
    shutil.copy(tmp_path / "quickstart.ipynb", lab.folder / "untrusted.ipynb")
    page = open_notebook("untrusted.ipynb")
    shown = page.locator(".jp-OutputArea table").first
    shown.wait_for()
    shown.scroll_into_view_if_needed()
    page.screenshot(path=shots / "untrusted.png")
    text = page.locator(".jp-OutputArea").all_inner_texts()
    assert any("synthetic" in part for part in text)
    assert page.locator(".jp-OutputArea img[alt]").count() > 0
