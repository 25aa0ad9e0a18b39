"""The Markdown form is tables that a renderer reads as tables, and nothing else."""

import re

import pytest

from synth_magic.display import md, static
from synth_magic.errors import note


def tables(text):
    """The pipe tables of a text: lists of rows of cells."""
    found, rows = [], []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)
            rows.append([cell.strip() for cell in cells[1:-1]])
        elif rows:
            found.append(rows)
            rows = []
    return found


def test_every_table_has_a_head_a_rule_and_rows_of_one_width(clinic):
    found = tables(static.markdown(*clinic))
    assert len(found) >= 6
    for rows in found:
        assert {len(row) for row in rows} == {len(rows[0])}
        assert all(re.fullmatch(r":--|--:", cell) for cell in rows[1])


def test_the_first_rows_are_those_of_the_table(clinic):
    result, report = clinic
    rows = tables(static.markdown(result, report))[0]
    assert [cell.replace("\\", "") for cell in rows[0]] == list(result.table.columns)
    assert [int(row[0]) for row in rows[2:]] == result.table["age"].head(8).tolist()
    shown = {True: "yes", False: "no"}
    assert [row[6] for row in rows[2:]] == [shown[v] for v in result.table["retinopathy"].head(8)]


def test_it_says_what_the_other_forms_say(clinic):
    text = static.markdown(*clinic)
    for said in (
        "**t2d** · 800 rows × 8 columns · seed 7 · offline reference · *synthetic: not patients*",
        "median 63, quartiles 55–71",
        "`sbp > dbp`",
        "OR 1.6",
        "- Adherence: **22 of 22** facts as stated",
        "- Rules: **0 broken** of 1",
    ):
        assert said in text, said


@pytest.mark.parametrize("text", ["a | b", "<img src=x onerror=y>", "[x](javascript:1)", "# head"])
def test_foreign_text_is_no_markup(make, text):
    page = md.form(*make(rows=20, notes=[note((), text)]))
    line = next(line for line in page.split("\n") if line.startswith("> "))
    assert "<" not in line
    assert not re.search(r"(?<!\\)[|\[\]#]", line[1:])


def test_a_rule_with_a_pipe_or_a_backtick_is_escaped_not_quoted():
    assert md.code("a > b") == "`a > b`"
    assert md.code("`a b` > 1") == "\\`a b\\` › 1"
    assert "|" not in md.code("a | b").replace("\\|", "")


def test_pandoc_reads_it_as_tables(clinic, tmp_path):
    import shutil
    import subprocess

    program = shutil.which("pandoc")
    assert program, "pandoc is part of the test machine"
    out = subprocess.run(
        [program, "-f", "gfm", "-t", "html"],
        input=static.markdown(*clinic),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert out.count("<table") == len(tables(static.markdown(*clinic)))
    assert "<h4" in out


def test_columns_that_do_not_fit_are_named(make):
    columns = "".join(
        f"  - {{name: c{i}, type: boolean, distribution: {{probability: 0.5}}}}\n"
        for i in range(20)
    )
    page = md.form(*make(f"version: 1\ntable: wide\ncolumns:\n{columns}", 10))
    assert "6 more columns: c14" in page
