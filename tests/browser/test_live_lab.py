"""The live view in a real JupyterLab and in Notebook 7: what is edited is what the kernel holds."""

from __future__ import annotations

import itertools
import time

import nbformat
import pytest
from playwright.sync_api import expect

from tests import scripted_model as scripted
from tests.browser.conftest import run_all
from tests.browser.labs import PATIENCE
from tests.browser.live_lab import DIGESTS, Notebook, View, serious
from tests.cells import CLINIC
from tests.llm.endpoint import Endpoint

pytestmark = [pytest.mark.browser]

LOAD = "%load_ext synth_magic"
SHORT = f"%%synthdata t2d --rows 60 --seed 7 --model offline\n{CLINIC}"
DRAW = f"%%synthdata t2d --rows 800 --seed 7 --model offline\n{CLINIC}"
TABS = ("Data", "Schema", "Fidelity", "Source")


@pytest.fixture
def notebook(open_notebook, lab, request):
    """Open a notebook of its own with one table and its view, all cells run."""

    def opened(*behind: str, draw: str = DRAW, **how):
        name = f"{request.node.name.partition('[')[0]}.ipynb"
        lab.write(name, LOAD + "\n" + DIGESTS, draw, *behind)
        shown = Notebook(open_notebook(name, **how))
        run_all(shown.page)
        return shown

    return opened


def quickstart(lab) -> str:
    """The quickstart, with a cell at its end by which its tables are compared."""
    made = nbformat.read(lab.folder / "quickstart.ipynb", as_version=4)
    made.cells.append(nbformat.v4.new_code_cell(DIGESTS))
    nbformat.write(made, lab.folder / "quickstart_live.ipynb")
    return "quickstart_live.ipynb"


def changed(before: dict, after: dict) -> set[str]:
    assert list(before) == list(after)
    return {name for name in before if before[name] != after[name]}


# Edit, Apply, undo, copy ----------------------------------------------------------------


def test_what_is_edited_and_applied_changes_the_table_in_the_kernel_and_nothing_else(
    open_notebook, lab
):
    book = Notebook(open_notebook(quickstart(lab), height=1600))
    run_all(book.page)
    view = book.view("t2d")
    view.tab("Schema")
    first = book.ask("digests(t2d)")

    view.edit("hba1c: median", "7.8")
    assert book.ask("digests(t2d)") == first, "the table waits for Apply"
    view.apply()
    after_median = book.ask("digests(t2d)")
    assert "hba1c" in changed(first, after_median)
    assert changed(first, after_median) <= {"hba1c", "sbp", "dbp", "retinopathy"}
    assert book.ask("float(t2d.hba1c.median())") == pytest.approx(7.8, abs=0.3)

    view.edit("smoker: never", "70")
    view.apply()
    after_share = book.ask("digests(t2d)")
    assert "smoker" in changed(after_median, after_share)
    assert not {"age", "sex"} & changed(after_median, after_share)
    never = book.ask("float((t2d.smoker == 'never').mean())")
    assert never == pytest.approx(0.7, abs=4 * (0.7 * 0.3 / 800) ** 0.5)

    loose = book.ask("float(t2d.sbp.corr(t2d.dbp))")
    view.edit("sbp → dbp: size", "0.8 SD")
    view.apply()
    after_effect = book.ask("digests(t2d)")
    assert changed(after_share, after_effect) == {"dbp"}
    assert book.ask("float(t2d.sbp.corr(t2d.dbp))") > loose + 0.1

    assert book.ask("int((t2d.sbp - t2d.dbp).min())") < 30
    view.edit("Rule 1", "sbp > dbp + 30")
    view.apply()
    last = book.ask("digests(t2d)")
    assert "dbp" in changed(after_effect, last)
    assert changed(after_effect, last) <= {"sbp", "dbp"}
    assert book.ask("int((t2d.sbp - t2d.dbp).min())") > 30

    view.step("Undo", 4)
    view.apply()
    assert book.ask("digests(t2d)") == first
    view.step("Redo", 4)
    view.apply()
    assert book.ask("digests(t2d)") == last


def test_the_copied_cell_and_the_line_that_writes_it_draw_the_same_table_bit_for_bit(notebook):
    book = notebook("print('here the cell is pasted')")
    view = book.view("t2d")
    view.tab("Schema")
    before = book.ask("digests(t2d)")
    view.edit("hba1c: median", "7.8")
    view.edit("smoker: never", "70")
    view.apply()
    edited = book.ask("digests(t2d)")
    assert edited != before

    view.button("Copy as cell").click()
    expect(view.status).to_contain_text("clipboard")
    pasted = book.cell("print('here the cell is pasted')")
    place = book.page.locator(".jp-CodeCell").nth(2)
    assert pasted.inner_text() == place.inner_text()
    book.paste(place)
    assert book.ask("globals().pop('t2d') is None") is False
    book.run(place)
    assert book.ask("digests(t2d)") == edited

    # One table, one live view; the first cell shows its static form from now on.
    expect(book.page.locator(".synth-magic-live")).to_have_count(1)
    expect(place.locator(".synth-magic-live")).to_have_count(1)
    expect(book.page.locator(".jp-CodeCell").nth(1).locator("table.sm-schema")).to_be_visible()

    many = len(book.texts())
    book.write(place, "%synthdata cell t2d")
    book.run(place)
    assert len(book.texts()) == many + 1
    written = book.page.locator(".jp-CodeCell").nth(3)
    expect(written).to_contain_text("%%synthdata t2d")
    assert book.ask("globals().pop('t2d') is None") is False
    book.run(written)
    assert book.ask("digests(t2d)") == edited


def test_apply_asks_before_it_replaces_a_table_that_was_changed(notebook):
    book = notebook()
    view = book.view("t2d")
    view.tab("Schema")
    mine = book.ask("[t2d.loc.__setitem__((0, 'age'), 33), digests(t2d)][1]")
    view.edit("hba1c: median", "7.8")
    view.apply("t2d was changed since")
    assert book.ask("digests(t2d)") == mine
    view.button("Cancel").click()
    expect(view.button("Cancel")).to_have_count(0)
    assert book.ask("digests(t2d)") == mine

    view.apply("t2d was changed since")
    view.button("Save as t2d_2").click()
    saved = book.view("t2d_2")
    expect(saved.status).to_contain_text("t2d_2 has 800 rows")
    assert book.ask("digests(t2d)") == mine
    other = book.ask("digests(t2d_2)")
    assert "hba1c" in changed(mine, other)
    assert book.ask("int(t2d_2.age[0] == 33)") == 0


# While a cell works ---------------------------------------------------------------------


def test_rows_appear_while_a_model_writes_them_and_the_view_takes_their_place(notebook, shots):
    """Answers of some twenty rows, each a while after the one before."""
    answered = itertools.count()

    def slowly(body):
        return {**scripted.reply(body), "delay": 0.4 + 0.4 * (next(answered) > 2)}

    with Endpoint(slowly) as endpoint:
        book = notebook("print('rows')", draw="print('no table yet')")
        place = book.page.locator(".jp-CodeCell").nth(2)
        options = f"--engine rows -n 100 --model big --base-url {endpoint.base_url}"
        book.write(place, f"%%synthdata written {options}\n{CLINIC}")
        before = book.start(place)
        line = place.get_by_text("interrupt the kernel to stop it")
        line.wait_for()
        rows = place.locator(".jp-OutputArea table tbody tr")
        expect(rows.first).to_be_visible()
        assert rows.count() <= 5
        expect(place).to_contain_text("of 100 rows")
        assert place.locator(".synth-magic-live").count() == 0
        place.scroll_into_view_if_needed()
        book.page.screenshot(path=shots / "lab-live-progress.png")
        book.ended(place, before)
    book.view("written")
    expect(line).to_have_count(0)
    assert book.ask("len(written)") == 100
    book.page.screenshot(path=shots / "lab-live-progress-done.png")


def test_a_slow_model_is_interrupted_and_the_notebook_works_on(notebook):
    with Endpoint(lambda body: {**scripted.reply(body), "delay": 600}) as endpoint:
        options = f"--model big --base-url {endpoint.base_url}"
        book = notebook("print('slow')")
        view = book.view("t2d")
        view.tab("Schema")
        before = book.ask("digests(t2d)")
        place = book.page.locator(".jp-CodeCell").nth(2)
        book.write(place, f"%%synthdata slow {options}\n{CLINIC}")
        book.start(place)
        expect(place).to_contain_text("interrupt the kernel to stop it")

        # Apply beside it: said at once, and nothing is done.
        view.field("hba1c: median").fill("7.8")
        view.button("Apply").click()
        expect(view.status).to_contain_text("busy with a cell")

        place.locator(".jp-InputPrompt").click()
        book.page.keyboard.press("i")
        book.page.keyboard.press("i")
        expect(place).to_contain_text("Stopped before the table was finished")
        assert len(endpoint.requests) == 1
    assert book.ask("digests(t2d)") == before
    assert book.ask("'slow' in globals()") is False
    view.apply()
    assert "hba1c" in changed(before, book.ask("digests(t2d)"))
    book.write(place, "%%synthdata second --rows 20 --model offline\ncolumns:\n  age: years, 30-85")
    book.run(place)
    book.view("second")
    assert book.ask("len(second)") == 20


# Saved and opened again -----------------------------------------------------------------


def test_a_saved_notebook_shows_the_static_form_trusted_or_not(notebook, open_notebook, lab, shots):
    book = notebook(fresh=True)
    view = book.view("t2d")
    view.judged()
    view.tab("Schema")
    view.edit("hba1c: median", "7.8")
    view.apply()
    view.judged()
    static = book.page.locator("[class*=sm-static-]")
    expect(static).to_have_count(1)
    expect(static).to_be_hidden()
    expect(static).to_contain_text("edited: 1 change")
    view.root.locator("h3").click()
    name = "test_a_saved_notebook_shows_the_static_form_trusted_or_not.ipynb"
    book.page.keyboard.press("Control+s")
    until(lambda: any("edited: 1 change" in str(cell) for cell in lab.saved(name).cells))
    book.page.context.close()
    lab.rest()

    saved = lab.saved(name)
    assert not saved.metadata.get("widgets"), "GitHub refuses a notebook that holds them"
    saved.cells.insert(0, nbformat.v4.new_markdown_cell("By another hand, so nobody trusts it."))
    nbformat.write(saved, lab.folder / "untrusted_live.ipynb")
    for opened, trusted in ((name, True), ("untrusted_live.ipynb", False)):
        again = open_notebook(opened, fresh=True)
        again.excused = "widget model not found"  # what ipywidgets says where nobody sees it
        table = again.locator(".jp-OutputArea table").first
        table.wait_for()
        cell = again.locator(".jp-CodeCell", has_text="%%synthdata t2d").first
        words = cell.inner_text()
        assert "edited: 1 change" in words
        assert "hba1c" in words
        assert "median 7.8" in words.replace("\xa0", " ")
        assert bool(cell.locator(".synth-magic style").count()) is trusted
        place = cell.locator(".jp-OutputArea-child").first
        if trusted:  # what JupyterLab says in the widget's place is hidden
            expect(place).to_have_text("Error displaying widget: model not found")
            expect(place).to_be_hidden()
        else:  # no widget is drawn at all, but the empty text beside it
            expect(place.locator("[data-mime-type='text/plain']")).to_have_text("")
        assert again.locator(".synth-magic-live").count() == 0
        cell.scroll_into_view_if_needed()
        again.screenshot(path=shots / f"lab-live-reopened-{'' if trusted else 'un'}trusted.png")


def until(true, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def test_notebook_7_shows_the_view_and_applies(notebook, shots):
    book = notebook(classic=True)
    assert book.page.evaluate("jupyterapp.name") == "Jupyter Notebook"
    view = book.view("t2d")
    view.tab("Schema")
    before = book.ask("digests(t2d)")
    view.edit("hba1c: median", "7.8")
    view.apply()
    assert "hba1c" in changed(before, book.ask("digests(t2d)"))
    view.root.scroll_into_view_if_needed()
    book.page.screenshot(path=shots / "lab-live-notebook-7.png")


# Keys ---------------------------------------------------------------------------------


CONTROLS = {
    "a tab": ("Schema", lambda view: view.root.get_by_role("tab", name="Schema", exact=True)),
    "a button that opens": ("Schema", lambda view: view.button("More rows")),
    "a button of a row": ("Schema", lambda view: view.button("age: label, decimals and more")),
    "Apply with nothing to do": ("Schema", lambda view: view.button("Apply")),
    "a number": ("Schema", lambda view: view.field("hba1c: median")),
    "a choice": ("Schema", lambda view: view.field("age: type")),
    "a line that adds": ("Schema", lambda view: view.field("Add a rule")),
    "a panel": ("Data", lambda view: view.root.get_by_role("tabpanel")),
    "a place that scrolls": ("Data", lambda view: view.root.locator(".sm-scroll")),
    "a fold": ("Fidelity", lambda view: view.root.locator("summary").first),
    "a text": ("Source", lambda view: view.field("Blueprint")),
    "a text to copy": ("Source", lambda view: view.field("Cell")),
}
OURS = ("a", "x", "d", "d", "z", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "b", "m", "y")


#: One control of each sort, from which the notebook's own keys are pressed too.
LEAVING = ("a button that opens", "a number", "a choice", "a fold", "a text")


def test_no_key_pressed_in_the_view_does_anything_to_the_cells(notebook, lab):
    book = notebook("print('behind')", draw=SHORT)
    view = book.view("t2d")
    view.judged()
    before = book.texts()
    name = "test_no_key_pressed_in_the_view_does_anything_to_the_cells.ipynb"
    for kind, (tab, find) in CONTROLS.items():
        view.tab(tab)
        control = find(view)
        control.focus()
        for key in (*OURS, "Enter"):
            book.page.keyboard.press(key)
        assert view.root.evaluate("e => e.contains(document.activeElement)"), kind
        assert book.texts() == before, kind
        if kind not in LEAVING:
            continue
        # Save is the notebook's own.
        saved = (lab.folder / name).stat().st_mtime_ns
        book.page.keyboard.press("Control+s")
        until(lambda saved=saved: (lab.folder / name).stat().st_mtime_ns > saved)
        book.page.keyboard.press("Escape")
        assert book.texts() == before, kind
        # Shift+Enter runs the cell again, which draws the table and its view anew.
        view.tab(tab)
        find(view).focus()
        prompt = book.page.locator(".jp-CodeCell").nth(1).locator(".jp-InputPrompt")
        said = prompt.inner_text()
        book.page.keyboard.press("Shift+Enter")
        expect(prompt).not_to_have_text(said)
        expect(prompt).not_to_have_text("[*]:")
        view = book.view("t2d")
        view.judged()
        assert book.texts() == before, kind


# For all ------------------------------------------------------------------------------


def test_no_serious_finding_of_axe_in_jupyterlab_and_pictures_of_every_tab(notebook, shots):
    book = notebook(width=1600, height=1700)
    view = book.view("t2d")
    view.judged()
    view.tab("Schema")
    view.edit("hba1c: median", "7.8")
    for theme in ("dark", "light"):
        book.page.set_viewport_size({"width": 1600, "height": 1700})
        book.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
        shown = "true" if theme == "light" else "false"
        book.page.wait_for_selector(f"body[data-jp-theme-light={shown}]", state="attached")
        book.page.wait_for_load_state("networkidle")
        pictures(view, shots, theme, 1600)
        book.page.set_viewport_size({"width": 900, "height": 1700})
        pictures(view, shots, theme, 900, fits=False)
    # Narrow, and wider without the list of files: what has no room can be scrolled to.
    book.command("application:toggle-left-area")
    for tab in TABS:
        assert overflow(view.tab(tab)) <= 1, tab


def overflow(panel) -> int:
    return panel.evaluate("e => e.scrollWidth - e.clientWidth")


def pictures(view: View, shots, theme: str, width: int, *, fits: bool = True) -> None:
    page = view.notebook.page
    for tab in TABS:
        panel = view.tab(tab)
        scrolls = panel.evaluate("e => getComputedStyle(e).overflowX") == "auto"
        assert overflow(panel) <= 1 or (scrolls and not fits), tab
        assert view.root.evaluate("e => e.scrollWidth - e.clientWidth") <= 1
        page.mouse.move(0, 0)
        view.root.screenshot(path=shots / f"lab-live-{tab.lower()}-{theme}-{width}.png")
        assert serious(page, ".synth-magic-live") == [], (tab, theme, width)


# What stays ---------------------------------------------------------------------------


def test_fifty_runs_of_a_cell_leave_one_view_and_its_models(notebook):
    book = notebook("from ipywidgets.widgets.widget import _instances\nimport comm")
    cell = book.page.locator(".jp-CodeCell").nth(1)
    book.write(cell, "%%synthdata t2d --rows 30 --model offline\ncolumns:\n  age: years, 30-85")

    def runs(many: int) -> tuple[dict, list]:
        cell.locator(".cm-content").first.click()
        for _ in range(many):
            book.command("notebook:run-cell")
        book.view("t2d").judged()
        held = book.held()
        kernel = book.ask("[len(_instances), len(comm.get_comm_manager().comms)]")
        return held, kernel

    first = runs(3)
    assert first[0]["views"] == 1
    assert runs(47) == first
