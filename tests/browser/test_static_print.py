"""A printed page, or a PDF made of one, holds what is folded on the screen."""

from __future__ import annotations

import pytest

from synth_magic import fidelity, pipeline
from synth_magic.display import static
from synth_magic.options import Options
from tests.cells import CLINIC

pytestmark = [pytest.mark.browser]
_SEEN = """() => [...document.querySelectorAll('.synth-magic .sm-in')]
    .map(e => e.checkVisibility({contentVisibilityAuto: true}))"""


@pytest.fixture(scope="module")
def page_of_a_table():
    result = pipeline.run(CLINIC, Options(rows=200))
    return static.html(result, fidelity.report(result.table, result.record), name="t2d")


def test_what_is_folded_on_the_screen_is_printed(browser, shots, page_of_a_table):
    context = browser.new_context(viewport={"width": 900, "height": 1200})
    page = context.new_page()
    page.set_content(f"<meta charset=utf-8><body>{page_of_a_table}")
    assert not all(page.evaluate(_SEEN))
    page.emulate_media(media="print")
    assert all(page.evaluate(_SEEN))
    source = page.locator("pre")
    assert source.evaluate("e => e.scrollHeight <= e.clientHeight + 2"), "cut off by a scroll bar"
    page.screenshot(path=shots / "static-print.png", full_page=True)
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    context.close()
