"""A real JupyterLab on loopback and a real headless Chromium to look at it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.labs import (
    CHROMIUM,
    FLAGS,
    PATIENCE,
    ROOT,
    Lab,
    close_notebooks,
    open_page,
    running_lab,
    show_notebook,
)

SHOTS = ROOT / "out" / "screenshots"


@pytest.fixture(scope="session")
def chromium() -> str:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Debian's chromium: apt-get install chromium")
        pytest.skip("no chromium on this machine: apt-get install chromium runs the browser tests")
    return CHROMIUM


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[object]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as play:
        shown = play.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
        yield shown
        shown.close()


@pytest.fixture(scope="session")
def lab_pages() -> list[object]:
    """The page of JupyterLab that tests hand on: loading one takes seconds."""
    return []


@pytest.fixture
def open_notebook(browser, lab: Lab, lab_pages) -> Iterator[Callable[..., object]]:
    """Open a notebook of the lab's folder and wait until its kernel rests.

    JupyterLab is loaded anew for one that is to be shown beside another or is `fresh`, and for
    Notebook 7.  When the test is done, the page may have said no error.
    """
    pages = []

    def opened(
        notebook: str,
        *,
        theme: str = "JupyterLab Light",
        classic: bool = False,
        fresh: bool = False,
        **size: int,
    ):
        if classic or fresh or pages or not lab_pages:
            lab.theme(theme)
            address = lab.classic(notebook) if classic else lab.address(notebook)
            page = open_page(browser, address, **size)
            if not (classic or fresh or pages):
                lab_pages.append(page)
        else:
            page = show_notebook(lab_pages[0], notebook, theme, **size)
        pages.append(page)
        return page

    yield opened
    errors = [
        error
        for page in pages
        for error in page.errors
        if not (page.excused and page.excused in error)
    ]
    for page in pages:
        if page.is_closed():
            lab_pages[:] = [kept for kept in lab_pages if kept is not page]
        elif page in lab_pages:
            close_notebooks(page)
        else:
            page.context.close()
    lab.rest()
    assert errors == []


def run_all(page, *, timeout: float = 1000 * PATIENCE) -> None:
    """Run every cell by the menu, as a user does, and wait until the last one is done.

    Raises
    ------
    AssertionError
        If a cell fails, which stops the others.
    """
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
            const failed = document.querySelector('.jp-OutputArea [data-mime-type$=stderr]');
            return prompts.every(p => /\\[\\d+\\]/.test(p.textContent)) || failed;
        }""",
        timeout=timeout,
    )
    wrong = page.locator(".jp-OutputArea [data-mime-type$=stderr]").all_inner_texts()
    assert wrong == []


@pytest.fixture(scope="session")
def shots() -> Path:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS
