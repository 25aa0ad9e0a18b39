"""Plain text carries no control sequence; a terminal gets the same in rich."""

import io
import re

import pytest
from rich.console import Console

from synth_magic.display import terminal
from synth_magic.errors import note, warning


def rich_text(thing, width=120, color=None):
    out = io.StringIO()
    Console(file=out, width=width, color_system=color, force_terminal=color is not None).print(
        thing
    )
    return out.getvalue()


def test_plain_text_has_no_control_sequence_and_no_brackets(clinic):
    text = terminal.text(*clinic)
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert "<" not in text


def test_plain_text_is_head_five_rows_a_line_a_column_and_notes(make):
    result, report = make(
        notes=[
            note((), "No model was asked"),
            note(("columns", "sbp"), "+4 because age is 63"),
            warning(("rules", 0), "Beware", "Mend it"),
        ]
    )
    text = terminal.text(result, report)
    blocks = text.split("\n\n")
    assert blocks[0] == (
        "t2d  800 rows × 8 columns · seed 7 · offline reference · synthetic: not patients"
    )
    assert len(blocks[1].split("\n")) == 6
    assert blocks[1].split()[:8] == list(result.table.columns)
    for name in result.table.columns:
        assert any(line.strip().startswith(name) for line in blocks[2].split("\n")), name
    assert "age          integer, years, 30–85: median 63, quartiles 55–71" in blocks[2]
    assert "[reference; user: range]" in blocks[2]
    assert "+4 because age is 63" in blocks[2]
    assert "sbp > dbp  [user]  holds in all 800 rows" in blocks[2]
    assert blocks[4] == "Warning: Beware. Mend it\nNo model was asked"


def test_what_a_model_wrote_shows_angle_brackets_as_quotes(make):
    text = terminal.text(*make(rows=20, notes=[note((), "<b>bold</b>")]))
    assert "‹b›bold‹/b›" in text
    assert terminal.rule_text({"text": "a < b", "source": "model"}) == "a ‹ b"
    assert terminal.rule_text({"text": "a < b", "source": "user"}) == "a < b"


def test_lines_stay_within_a_hundred_characters_of_data(make):
    columns = "".join(
        f"  - {{name: column_{i}, type: boolean, distribution: {{probability: 0.5}}}}\n"
        for i in range(30)
    )
    text = terminal.text(*make(f"version: 1\ntable: wide\ncolumns:\n{columns}", 10))
    rows = text.split("\n\n")[1].split("\n")
    assert max(map(len, rows)) <= 104
    assert rows[-1].strip().endswith("more columns")


@pytest.mark.parametrize("width", [80, 120, 200])
def test_rich_shows_table_schema_sources_and_report_at_any_width(clinic, width):
    text = rich_text(terminal.render(*clinic), width)
    for said in ("t2d", "Schema", "age", "reference", "guess", "Fidelity", "Adherence", "OR 1.6"):
        assert said in text, said
    assert max(map(len, text.split("\n"))) <= width


def test_rich_draws_bars_and_colours(clinic):
    text = rich_text(terminal.render(*clinic), color="standard")
    assert "▇" in text
    assert "\x1b[" in text


def test_rich_takes_no_markup_from_foreign_text(make):
    text = rich_text(terminal.render(*make(rows=20, notes=[note((), "[bold red]x[/]")])))
    assert "[bold red]x[/]" in text


def test_rich_shows_every_kind_of_column(kinds):
    text = rich_text(terminal.render(*kinds), 160)
    for said in ("pid", "pattern P####", "survival 82 %", "zero 40 %", "2015-01-01"):
        assert said in text, said


def test_a_report_alone_is_shown_in_rich_and_in_full_as_text(clinic):
    _, report = clinic
    assert "facts as stated" in rich_text(terminal.render_report(report))
    text = terminal.report_text(report)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    assert "fact stated table 99 % interval verdict" in lines
    assert any(re.match(r"age, median 63 \d+ \d+ to \d+ as stated", line) for line in lines)
    assert "sbp > dbp every row 0 broken holds" in lines
