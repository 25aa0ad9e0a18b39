"""Both reports, alone and beside a real table, light and dark: they keep to their place."""

from __future__ import annotations

import numpy as np
import pytest

import synth_magic
from tests.browser.conftest import run_all
from tests.cells import CLINIC

pytestmark = [pytest.mark.browser]

PAGES = {"light": ("#fff", "#111"), "dark": ("#111", "#e0e0e0")}


@pytest.fixture(scope="module")
def reports():
    """A report alone, and one beside a real table that differs from it in every way."""
    table = synth_magic.generate(CLINIC, rows=400, seed=1, model="offline")
    other = synth_magic.generate(CLINIC, rows=600, seed=2, model="offline")
    other["age"] = (0.8 * other["age"] + 5).round().astype(int)
    other["dbp"] = np.random.default_rng(0).permutation(other["dbp"].to_numpy())
    return {
        "alone": synth_magic.report(table, by="sex"),
        "beside": synth_magic.report(table, real=other, target="retinopathy"),
    }


@pytest.mark.parametrize("kind", ["alone", "beside"])
@pytest.mark.parametrize("width", [900, 1600])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_of_a_report_is_wider_than_its_place(browser, shots, reports, kind, width, theme):
    ground, ink = PAGES[theme]
    html = reports[kind]._repr_html_().replace("<details>", "<details open>")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(
        f'<html><body data-jp-theme-light="{str(theme == "light").lower()}"'
        f' style="background:{ground};color:{ink};font-family:sans-serif">{html}</body></html>'
    )
    page.screenshot(path=shots / f"report-{kind}-{width}-{theme}.png", full_page=True)
    wide = page.locator(".sm-in").evaluate_all("all => all.map(e => e.scrollWidth - e.clientWidth)")
    assert max(wide) <= 1
    small = page.locator("img").evaluate_all("all => all.filter(e => !e.naturalWidth).length")
    assert small == 0, "a picture that cannot be read"
    page.close()


def test_words_can_be_read_on_either_ground(browser, reports):
    """Contrast of 4.5 to 1 and more (WCAG 2.1, 1.4.3)."""
    for theme, (ground, ink) in PAGES.items():
        page = browser.new_page()
        page.set_content(
            f'<html><body data-jp-theme-light="{str(theme == "light").lower()}"'
            f' style="background:{ground};color:{ink}">{reports["beside"]._repr_html_()}</body>'
        )
        for kind in ("sm-dim", "sm-good", "sm-warn"):
            colour = page.locator(f".{kind}").first.evaluate("e => getComputedStyle(e).color")
            shown = [int(part) for part in colour[4:-1].split(",")]
            assert contrast(shown, [int(ground[1:2] * 2, 16)] * 3) >= 4.5, (theme, kind, colour)
        page.close()


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [part / 255 for part in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_magic_shows_a_report_beside_a_real_table_in_a_notebook(open_notebook, lab, shots):
    draw = f"%%synthdata {{}} --rows 300 --seed {{}} --model offline\n{CLINIC}"
    cells = [
        "%load_ext synth_magic",
        draw.format("mine", 1),
        draw.format("cohort", 2),
        "%synthdata report mine --real cohort --target retinopathy",
    ]
    lab.write("report.ipynb", *cells)
    page = open_notebook("report.ipynb", theme="JupyterLab Dark", width=1480, height=1400)
    run_all(page)
    shown = page.locator(".jp-CodeCell").last.locator(".synth-magic")
    shown.wait_for()
    shown.scroll_into_view_if_needed()
    page.screenshot(path=shots / "report-notebook-dark.png")
    words = shown.inner_text()
    for said in ("Adherence", "Shape", "Told apart", "Copies", "With the real table"):
        assert said in words, said
    assert shown.locator("details[open]").count() == 1
    shown.locator("summary", has_text="With the real table").click()
    shown.locator("text=band of two samples").first.wait_for()
    shown.screenshot(path=shots / "report-notebook-dark-open.png")
