"""A notebook as a user has it before them: cells run by keys, live views, what the page holds."""

from __future__ import annotations

import ast
import json
import re
from importlib.resources import files
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.labs import PATIENCE

#: In a notebook's own cell: what every column of a table holds, as one number each.
DIGESTS = """\
import json
import pandas as pd

def digests(table):
    hashed = {name: int(pd.util.hash_pandas_object(table[name]).sum()) for name in table}
    return {name: [number, str(table[name].dtype)] for name, number in hashed.items()}
"""
_PANEL = "const panel = jupyterapp.shell.currentWidget;"
_ASK = f"""async expression => {{
    {_PANEL}
    const asked = panel.sessionContext.session.kernel.requestExecute({{
        code: "", store_history: false, user_expressions: {{ asked: expression }},
    }});
    return (await asked.done).content.user_expressions.asked;
}}"""
_HELD = f"""async () => {{
    {_PANEL}
    const type = "application/vnd.jupyter.widget-view+json";
    const drawer = panel.content.rendermime.createRenderer(type, {{}});
    const manager = await drawer._manager.promise;
    drawer.dispose();
    return {{
        models: Object.keys(manager._models).length,
        comms: panel.sessionContext.session.kernel._comms.size,
        views: document.querySelectorAll(".synth-magic-live").length,
        styles: document.querySelectorAll("style").length,
    }};
}}"""


class Notebook:
    """A page that shows a notebook, in JupyterLab or in Notebook 7.

    Parameters
    ----------
    page
        As `labs.open_page` gives it.
    """

    def __init__(self, page: Any) -> None:
        self.page = page

    # Cells ----------------------------------------------------------------------------

    def cell(self, text: str | None = None) -> Locator:
        """Find the code cell that says a text; the last one without any."""
        cells = self.page.locator(".jp-Notebook .jp-CodeCell")
        if text is None:
            return cells.last
        editors = self.page.locator(".jp-InputArea-editor", has_text=text)
        return cells.filter(has=editors).first

    def output(self, text: str | None = None) -> Locator:
        return self.cell(text).locator(".jp-OutputArea-output")

    def start(self, cell: Locator) -> str:
        """Run a cell by its keys; what its prompt said before."""
        cell.locator(".cm-content").first.click()
        before = cell.locator(".jp-InputPrompt").inner_text()
        self.page.keyboard.press("Control+Enter")
        return before

    def ended(self, cell: Locator, before: str = "[ ]:") -> None:
        prompt = cell.locator(".jp-InputPrompt")
        # A number, and another one than before.
        number = re.escape(before.strip())
        expect(prompt).to_have_text(
            re.compile(rf"^\s*(?!{number})\[\d+\]:"), timeout=1000 * PATIENCE
        )

    def run(self, cell: Locator) -> Locator:
        """Run a cell and wait until it is done."""
        self.ended(cell, self.start(cell))
        return cell

    def write(self, cell: Locator, text: str) -> None:
        """Put another text into a cell: by the clipboard, as a user who pastes."""
        cell.locator(".cm-content").first.click()
        self.page.keyboard.press("Control+a")
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+v")

    def paste(self, cell: Locator) -> None:
        """Put what the clipboard holds in place of a cell's text."""
        cell.locator(".cm-content").first.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Control+v")

    def ask(self, expression: str) -> Any:
        """What an expression is in the notebook's kernel, asked by the page as JSON."""
        said = self.page.evaluate(_ASK, f"__import__('json').dumps({expression})")
        assert said["status"] == "ok", said
        return json.loads(ast.literal_eval(said["data"]["text/plain"]))

    def command(self, name: str, **args: Any) -> None:
        """Let JupyterLab do one of its commands, and wait for it."""
        self.page.evaluate(
            "([name, args]) => jupyterapp.commands.execute(name, args)", [name, args]
        )

    def texts(self) -> list[list[str]]:
        """Kind and text of every cell, from the page's own model of the notebook."""
        return self.page.evaluate(
            f"() => {{ {_PANEL} return [...panel.content.model.cells]"
            ".map(cell => [cell.type, cell.sharedModel.getSource()]); }"
        )

    def held(self) -> dict[str, int]:
        """How many widgets, comms, views and style sheets the page holds."""
        return self.page.evaluate(_HELD)

    # The live view --------------------------------------------------------------------

    def view(self, name: str) -> View:
        shown = self.page.get_by_role("region", name=f"{name}: synthetic table", exact=True)
        shown.wait_for()
        return View(self, shown)


class View:
    """A live view.

    Parameters
    ----------
    notebook
        Where it stands.
    root
        Its root.
    """

    def __init__(self, notebook: Notebook, root: Locator) -> None:
        self.notebook, self.root = notebook, root

    def tab(self, name: str) -> Locator:
        self.root.get_by_role("tab", name=name, exact=True).click()
        return self.root.get_by_role("tabpanel")

    def field(self, label: str) -> Locator:
        return self.root.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    @property
    def status(self) -> Locator:
        return self.root.locator(".sm-status")

    @property
    def changes(self) -> Locator:
        return self.root.locator(".sm-barline > span").first

    def edit(self, label: str, text: str) -> None:
        """Type a value and press Enter; the kernel has taken it when this returns."""
        field = self.field(label)
        field.fill(text)
        field.press("Enter")
        expect(self.changes).to_contain_text("not applied")

    def step(self, name: str, times: int = 1) -> None:
        """Press Undo or Redo so many times, each one heard before the next."""
        for _ in range(times):
            before = self.changes.inner_text()
            self.button(name).click()
            expect(self.changes).not_to_have_text(before)

    def apply(self, asks: str = "") -> None:
        """Press Apply, again where the kernel was slow to answer, until it is done or asks."""
        button = self.button("Apply")
        while True:
            button.click()
            try:
                if asks:
                    expect(self.status).to_contain_text(asks, timeout=3000)
                else:
                    expect(button).to_have_attribute("aria-disabled", "true", timeout=3000)
            except AssertionError:
                expect(self.status).to_contain_text("busy with a cell")
            else:
                break
        if not asks:
            expect(self.status).to_contain_text("applied: ")

    def judged(self) -> None:
        """Wait until the report has come."""
        expect(self.root.get_by_text("The report is being computed")).to_have_count(0)


_SERIOUS = """async root => {
    const found = await axe.run(root, { resultTypes: ["violations"] });
    const bad = found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    return [found.passes.length, bad.map(({ id, nodes }) =>
        [id, nodes.slice(0, 3).map(node => node.html)])];
}"""


def serious(page: Any, root: str) -> list[Any]:
    """Findings of axe-core 4 under a root that are serious or critical."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    passed, found = page.evaluate(_SERIOUS, root)
    assert passed > 10
    return found
