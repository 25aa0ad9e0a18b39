"""How long Apply takes for whoever presses it: from the click to the redrawn view, in JupyterLab.

    python tests/benchmarks/apply_browser.py [rows] [repeats]

A real JupyterLab and a real headless Chromium on this machine; the twelve columns of `apply.py`,
which measures the kernel's part alone.  Each turn gives a column a median that it never had.
A view counts as redrawn when the frame after its last change has been shown.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.apply import COLUMNS  # noqa: E402
from tests.browser.conftest import run_all  # noqa: E402
from tests.browser.labs import CHROMIUM, FLAGS, open_page, running_lab  # noqa: E402
from tests.browser.live_lab import Notebook, View  # noqa: E402

# Every promise is of milliseconds since the press, once what it waits for was shown.
_SHOWN = """(root, begin, done) => new Promise(resolve => {
    const look = () => {
        if (!done()) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begin)));
    };
    const watch = new MutationObserver(look);
    watch.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
})"""
_TYPE = f"""async (root, [label, text]) => {{
    const shown = {_SHOWN};
    const field = root.querySelector(`[aria-label="${{label}}"]`);
    const begin = performance.now();
    field.value = text;
    field.dispatchEvent(new Event("input", {{ bubbles: true }}));
    field.dispatchEvent(new KeyboardEvent("keydown", {{ key: "Enter", bubbles: true }}));
    const line = () => root.querySelector(".sm-barline > span").textContent;
    return await shown(root, begin, () => line().includes("not applied"));
}}"""
_APPLY = f"""async root => {{
    const shown = {_SHOWN};
    const status = () => root.querySelector(".sm-status").textContent;
    const apply = [...root.querySelectorAll("button")].find(b => b.textContent === "Apply");
    const begin = performance.now();
    apply.click();
    let drawing = false;
    const view = shown(root, begin, () => {{
        drawing ||= status().includes("Drawing");
        return status().includes("busy") || (drawing && status().includes("applied: "));
    }});
    const took = await view;
    const report = await shown(root, begin, () => !root.querySelector(".sm-computing"));
    return [took, report, status()];
}}"""


def measured(rows: int, repeats: int) -> dict[str, list[float]]:
    """Seconds of every turn, by what was waited for."""
    from playwright.sync_api import sync_playwright

    turns: dict[str, list[float]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as home,
        running_lab(Path(home)) as lab,
        sync_playwright() as play,
    ):
        head = f"%%synthdata clinic --rows {rows} --seed 7 --model offline\n"
        lab.write("apply.ipynb", "%load_ext synth_magic", head + COLUMNS)
        shown = play.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        page = open_page(shown, lab.address("apply.ipynb"))
        run_all(page)
        view = Notebook(page).view("clinic")
        view.judged()
        turn = 0
        for tab in ("Data", "Schema", "Fidelity"):
            for _ in range(repeats):
                turn += 1
                one_turn(view, tab, f"{7.0 + 0.01 * turn:.2f}", turns)
        shown.close()
    return turns


def one_turn(view: View, tab: str, median: str, turns: dict[str, list[float]]) -> None:
    """Edit and apply once, with a tab in front when Apply is pressed."""
    view.tab("Schema")
    typed: Any = view.root.evaluate(_TYPE, ["hba1c: median", median])
    turns["Enter in a field to its row redrawn"].append(typed / 1000)
    view.tab(tab)
    took, report, status = view.root.evaluate(_APPLY)
    if "busy" in status:
        raise RuntimeError(f"the kernel did not answer in time: {status}")
    turns[f"APPLY to redrawn view, {tab}"].append(took / 1000)
    kernel = float(status.rpartition(" in ")[2].removesuffix(" s"))
    turns["  of it the kernel's drawing and summing up"].append(kernel)
    if tab == "Fidelity":
        turns["REPORT after the redrawn view"].append((report - took) / 1000)
    else:
        view.tab("Fidelity")
        view.judged()


def main() -> None:
    """Print a line for each part."""
    words = [int(word) for word in sys.argv[1:]]
    rows, repeats = (words + [10_000, 7][len(words) :])[:2]
    turns = measured(rows, repeats)
    print(f"{rows:,} rows x 12 columns, {repeats} turns a tab: median (least, first)")
    for label, seconds in turns.items():
        least, first = min(seconds), seconds[0]
        print(f"  {label:<46} {statistics.median(seconds):6.3f} s ({least:.3f}, {first:.3f})")


if __name__ == "__main__":
    main()
