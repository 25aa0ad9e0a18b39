"""What README and the pages say is there, and what they show runs."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

import synth_magic
from synth_magic import pipeline
from synth_magic.option_parser import parse, parse_command, parse_line

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("jupyter-config/*.md")])
SMALL = "columns:\n  age: years, 30-85\n  sex: F / M\n"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def _blocks(page: Path, word: str = "") -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [body for kind, body in _FENCE.findall(text) if kind == word]


def _anchors(page: Path) -> set[str]:
    """Names of a page's headings, as GitHub makes them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_within_the_project_leads_somewhere(page):
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in _LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in _anchors(target), f"{link}: no such heading"


def test_readme_leads_to_every_page():
    linked = set(_LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert {f"docs/{page.name}" for page in ROOT.glob("docs/*.md")} <= linked


def test_the_cell_of_the_readme_is_that_of_the_quickstart_and_runs():
    (cell,) = [body for body in _blocks(ROOT / "README.md") if body.startswith("%%synthdata")]
    notebook = (ROOT / "examples" / "quickstart.ipynb").read_text(encoding="utf-8")
    for line in cell.strip().split("\n"):
        assert line in notebook
    first, _, body = cell.partition("\n")
    result = pipeline.run(body, parse_line(first.removeprefix("%%synthdata")))
    assert (result.name, len(result.table)) == ("t2d", 800)
    assert (result.table["sbp"] > result.table["dbp"]).all()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_that_a_page_shows_is_one(page):
    """Shell lines, ``make`` targets, magics with their options."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    lines = [line.split("#")[0].strip() for body in _blocks(page) for line in body.split("\n")]
    for line in lines:
        if line.startswith("make "):
            assert line.split()[1] in targets
        elif line.startswith("python -m synth_magic"):
            words = shlex.split(line)[3:]
            if words[0] not in ("autoload", "doctor", "report"):
                assert parse(words, "shell").name
        elif line.startswith("%%synthdata [NAME]"):
            continue
        elif line.startswith("%%synthdata"):
            parse_line(line.removeprefix("%%synthdata"))
        elif line.startswith("%synthdata "):
            parse_command(line.removeprefix("%synthdata"))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_python_example_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for code in _blocks(page, "python"):
        names = {"text": SMALL, "df": synth_magic.generate(SMALL, rows=9)}
        exec(compile(code, _name(page), "exec"), names)


def test_what_the_pages_say_of_python_is_so():
    page = (ROOT / "docs" / "blueprint.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"In Python:\n\n((?: {4}.*\n|\n)+)", page)
    example = _blocks(ROOT / "docs" / "blueprint.md", "yaml")[0]
    names = {"text": example}
    exec(re.sub(r"^ {4}", "", code, flags=re.MULTILINE), names)
    assert len(names["table"]) == 800
    assert names["older"] != names["blueprint"]


def test_no_page_names_a_file_of_ours_that_is_not_there():
    for page in PAGES:
        for path in re.findall(r"`((?:tests|docs|examples|tools)/[\w/.-]+)`", page.read_text()):
            assert (ROOT / path).exists(), f"{_name(page)} names {path}"


def test_every_extra_that_is_named_can_be_installed():
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = set(tomllib.load(file)["project"]["optional-dependencies"])
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"the extras ([^;]+?)\s+bring", readme)
    named = set(re.findall(r"`(\w+)`", listed))
    for file in [*PAGES, *ROOT.glob("synth_magic/**/*.py")]:
        named |= set(re.findall(r"synth-magic\[(\w+)\]", file.read_text(encoding="utf-8")))
    assert named <= extras
