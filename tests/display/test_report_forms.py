"""A whole report in every form: read in order, and foreign text stays text."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from synth_magic.display import md, static, terminal
from synth_magic.fidelity.report import Headline, Section

BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
HOSTILE = "<script>alert(1)</script>\"'| \u202eevil\u2066 `x` &amp; <img src=x onerror=y> [a](b)"
FOREIGN = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from([HOSTILE, "<!--", "]]>", "|---|", "a\n\n# b", "\x1b[31mred", "<10", "</td>"]),
)


def folds(text):
    pattern = r'<details( open)?><summary><b role="heading" aria-level="4">([^<]*)</b>'
    return {title: bool(stands) for stands, title in re.findall(pattern, text)}


def rich_text(report, width=120):
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(terminal.render_report(report))
    return out.getvalue()


def pipe_tables(text):
    found, rows = [], []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif rows:
            found.append(rows)
            rows = []
    return found


def test_only_the_first_section_stands_open(beside):
    assert folds(beside()._repr_html_()) == {
        "Stated facts": True,
        "Effects": False,
        "Oddities": False,
        "Table 1": False,
        "With the real table": False,
    }


def test_html_says_it_all_without_css(beside, outline):
    words = outline(beside()._repr_html_()).text
    for said in (
        "Adherence ✗ 1 of 2 facts as stated",
        "Copies ✓ <10 no more than chance",
        "Stated facts 1 broken · 1 poor · 1 as stated",
        "age, SD 9 14 poor The rule age > 3 moves it far.",
        "age → sbp, beta 0.30 SD 0.31 SD as stated",
        "equal rows 3 below 0.1 unlikely Three.",
        "age, distribution 0.700 0.900 to 1.000 outside the band age differs.",
        "Filled : this table, line : the real table",
        "largest: age ~ sbp +0.3, age ~ dbp −0.12",
        "Left out: age.",
    ):
        assert said in words, said


def test_pictures_are_described(beside, outline):
    said = [image["alt"] for image in outline(beside()._repr_html_()).tags("img")]
    assert "99 % interval 62 to 64.4, stated 63" in said
    assert any(text.startswith("age from 0 to 4: this table") for text in said)
    assert "age (in brackets: the real table): age 40 % (50 %), M 60 % (50 %)" in said
    assert any(text.endswith("age ~ dbp −0.12, sbp ~ dbp +0.02") for text in said)


def test_levels_of_table_one_stand_under_their_variable_in_every_form(beside):
    report = beside("sex")
    html = report._repr_html_()
    assert "&emsp;M</th>" in html
    assert ">sex, n (%)</th>" in html
    rows = next(t for t in pipe_tables(report._repr_markdown_()) if "All" in t[0][1])
    assert rows[2][0] == "sex, n (%)"
    assert rows[4] == ["&emsp;M", "441 (55.1)", "20 (80.0)"]
    assert [row[2] for row in rows[2:]] == ["", "&lt;10", "20 (80.0)"]
    for text in (str(report), rich_text(report)):
        lines = [line for line in text.split("\n") if "n = 800" in line or "(55.1)" in line]
        head, level = lines
        assert level.lstrip() != level
        assert head.index("(n = 800)") + len("(n = 800)") == level.index("(55.1)") + len("(55.1)")


def test_plain_text_sets_figures_under_one_another(beside):
    lines = str(beside()).split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("  fact"))
    at = lines[start].index("verdict")
    shown = [line[at:] for line in lines[start + 1 : start + 5] if not line.startswith("      ")]
    assert shown == ["broken", "poor", "as stated"]
    assert "      The rule age › 3 moves it far." in lines


def test_a_name_that_is_long_has_its_line_to_itself(beside):
    name = "x" * 70
    lines = str(beside(name)).split("\n")
    assert f"  {name}, SD" in lines
    below = lines[lines.index(f"  {name}, SD") + 1]
    assert below.split() == ["9", "14", "13", "to", "15", "poor"]


def test_the_short_form_under_a_cell_names_what_missed(clinic, beside):
    text = terminal.text(clinic[0], beside())
    assert "  age, SD: stated 9, table 14, 99 % interval 13 to 15, poor" in text
    assert "age, mean" not in text.split("Adherence")[1]


def test_under_a_cell_table_one_and_pictures_are_left_to_the_report(clinic, beside, outline):
    words = outline(static.html(clinic[0], beside())).text
    assert "equal rows 3" in words
    assert "Left out: age." not in words
    assert "441 (55.1)" not in md.form(clinic[0], beside())


@settings(max_examples=60, deadline=None)
@given(word=FOREIGN)
def test_foreign_text_stays_text_in_html(beside, outline, word):
    html = beside(word)._repr_html_()
    page, plain = outline(html), outline(beside("age")._repr_html_())
    assert [tag for tag, _ in page.seen] == [tag for tag, _ in plain.seen]
    for tag, attributes in page.seen:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert attributes.get("src", "data:image/svg+xml;base64,").startswith("data:image/svg")
    assert not set(html) & BIDI


@settings(max_examples=60, deadline=None)
@given(word=FOREIGN)
def test_foreign_text_breaks_no_table_and_begins_no_tag_in_markdown(beside, word):
    text = beside(word)._repr_markdown_()
    known = pipe_tables(beside("age")._repr_markdown_())
    found = pipe_tables(text)
    assert [[len(row) for row in rows] for rows in found] == [
        [len(row) for row in rows] for rows in known
    ]
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert "<" not in outside
    assert not re.search(r"(?<!\\)\]\(", outside)
    assert not set(text) & BIDI


@settings(max_examples=60, deadline=None)
@given(word=FOREIGN)
def test_foreign_text_sends_a_terminal_no_control_sequence(beside, word):
    report = beside(word)
    for text in (str(report), rich_text(report)):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
        assert not set(text) & BIDI
        assert "Adherence: 1 of 2 facts as stated" in text


@pytest.mark.parametrize("width", [60, 100, 160])
def test_rich_keeps_to_the_width_of_the_terminal(beside, width):
    text = rich_text(beside(), width)
    assert max(map(len, text.split("\n"))) <= width
    for said in ("With the real table", "outside the band", "Left out: age."):
        assert said in text


def test_headlines_without_a_tile_stand_below_them_in_every_form(beside, outline):
    report = beside()
    more = tuple(Headline(f"k{i}", f"Title {i}", f"{i}", "said so", good=None) for i in range(6))
    report = replace(report, head=(*report.head, *more))
    page = outline(report._repr_html_())
    assert sum(a.get("class") == "sm-tile" for a in page.tags("div")) == 7
    for text in (page.text, str(report), report._repr_markdown_(), rich_text(report)):
        assert all(f"Title {i}" in text for i in range(6))


def test_of_much_that_missed_the_short_form_counts_the_rest(clinic, beside):
    report = beside()
    fact = report.sections[0].figures[1]
    many = tuple(replace(fact, name=f"fact {i}") for i in range(25))
    report = replace(report, sections=(Section("adherence", "Stated facts", many),))
    lines = terminal.text(clinic[0], report).split("\n")
    assert sum(line.startswith("  fact ") for line in lines) == 10
    assert "  … 15 more that missed" in lines
