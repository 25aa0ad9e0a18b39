"""Table 1 leaves as Markdown, LaTeX, HTML and Excel, and nothing in it is taken for mark-up."""

import builtins
import subprocess
import xml.etree.ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.errors import DataError
from synth_magic.fidelity.report import Grid, GridRow
from synth_magic.fidelity.table1_export import to_excel, to_html, to_latex, to_markdown

GRID = Grid(
    ("All (n = 800)", "F & M"),
    (
        GridRow("Age, years, mean (SD)", ("63.2 (9.4)", "0.12")),
        GridRow("<b>x|y</b>_1, 10⁹/L", ("−2 to 3", "<10")),
        GridRow("=HYPERLINK(A1)", ("=1+1", "50%"), 1),
        GridRow("[50–60]*", ("≤ 5", "$1^2$"), 1),
    ),
    ("Percentages are of the values that are not missing.", "`a` # b"),
)
words = st.text(max_size=20)


def cleaned(text):
    from synth_magic import safe_text

    return " ".join("".join(map(safe_text.character, text)).split(" ")).strip()


def pandoc(text, form):
    """What another program reads out of it, as plain text."""
    command = ["pandoc", "-f", form, "-t", "plain", "--wrap=none", "--columns=400"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


# HTML ---------------------------------------------------------------------------------


def test_html_holds_every_cell_as_it_is():
    table = ET.fromstring(to_html(GRID, "Table 1 <i>"))
    assert table.find("caption").text == "Table 1 <i>"
    assert [cell.text for cell in table.findall("thead/tr/th")] == list(GRID.columns)
    rows = table.findall("tbody/tr")
    assert [row.find("th").text for row in rows] == [row.head for row in GRID.rows]
    assert [[cell.text for cell in row.findall("td")] for row in rows] == [
        list(row.cells) for row in GRID.rows
    ]
    assert [cell.text for cell in table.findall("tfoot/tr/td")] == list(GRID.notes)
    assert "padding-left" in rows[2].find("th").get("style")
    assert "padding-left" not in rows[0].find("th").get("style")


@given(words, words)
def test_no_text_is_taken_for_html(head, cell):
    table = ET.fromstring(to_html(Grid(("c",), (GridRow(head, (cell,)),))))
    row = table.find("tbody/tr")
    assert (row.find("th").text or "") == cleaned(head)
    assert (row.find("td").text or "") == cleaned(cell)


# Markdown -----------------------------------------------------------------------------


def test_markdown_is_read_as_a_table_of_the_same_words():
    read = pandoc(to_markdown(GRID), "gfm")
    for row in GRID.rows:
        for text in (row.head, *row.cells):
            assert text in read
    assert "F & M" in read
    assert all(note in read for note in GRID.notes)
    assert "<b>" not in to_markdown(GRID)
    assert len(to_markdown(GRID).split("\n\n")[0].split("\n")) == 2 + len(GRID.rows)


def test_markdown_indents_the_values_of_a_variable():
    lines = to_markdown(GRID).split("\n")
    assert lines[2].startswith("| Age")
    assert lines[4].startswith("| &emsp;=HYPER")


# LaTeX --------------------------------------------------------------------------------


def test_latex_is_read_as_a_table_of_the_same_words():
    text = to_latex(GRID, "Patients & co")
    for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\caption{Patients \& co}"):
        assert text.count(rule) == 1
    read = pandoc(text, "latex").replace("\xa0", " ")
    for expected in (
        "Age, years, mean (SD)",
        "63.2 (9.4)",
        "<b>x|y</b>_1",
        "=HYPERLINK(A1)",
        "50%",
        "[50–60]*",
        "$1^2$",
        "F & M",
    ):
        assert expected in read, read
    assert "Percentages are of the values that are not missing." in read


def test_latex_rows_have_as_many_cells_as_the_table_has_columns():
    body = to_latex(GRID).split("\\midrule\n")[1].split("\n\\bottomrule")[0].split("\n")
    assert len(body) == len(GRID.rows)
    assert all(line.replace(r"\&", "").count("&") == 2 for line in body)
    assert all(line.endswith(r" \\") for line in body)
    # After \\ a bracket would be read as a length, and a star as a wish.
    assert body[3].startswith("~~{[}50--60{]}{*}")


@given(words)
def test_no_text_is_taken_for_latex(text):
    line = to_latex(Grid(("c",), (GridRow(text, (text,)),))).split("\\midrule\n")[1].split("\n")[0]
    inside = line.removesuffix(r" \\")
    known = (
        r"\textbackslash{}", r"\textasciitilde{}", r"\textasciicircum{}", r"\symbol{34}",
        r"\textasciigrave{}",
        r"\&", r"\%", r"\$", r"\#", r"\_", r"\{", r"\}", "$<$", "$>$", "$|$", "{[}", "{]}", "{*}",
        r"$\pm$", r"$\times$", r"$\cdot$", r"$\leq$", r"$\geq$", r"$\infty$", r"$^{\circ}$",
        r"$\mu$", r"\ldots{}", r"\guilsinglleft{}", r"\guilsinglright{}", "$-$",
        *(f"$^{{{sign}}}$" for sign in "0123456789-"), *(f"$_{{{sign}}}$" for sign in "0123456789"),
    )  # fmt: skip
    assert inside.replace(r"\&", "").count("&") == 1
    for piece in known:
        inside = inside.replace(piece, "")
    assert not set(inside) & set("\\%$#_{}~^"), inside


# Excel --------------------------------------------------------------------------------


def test_excel_holds_words_as_words_and_numbers_as_numbers(tmp_path):
    path = tmp_path / "table1.xlsx"
    to_excel(GRID, path, title="Table [1]")
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "Table  1"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [None, *GRID.columns]
    assert rows[1] == ["Age, years, mean (SD)", "63.2 (9.4)", 0.12]
    assert sheet["C2"].number_format == "0.00"
    assert rows[3] == ["=HYPERLINK(A1)", "=1+1", "50%"]
    assert sheet["A4"].data_type == sheet["B4"].data_type == "s"  # no formula
    assert sheet["A4"].alignment.indent > sheet["A2"].alignment.indent
    assert [row[0] for row in rows[6:]] == list(GRID.notes)


def test_excel_takes_any_text(tmp_path):
    rows = (GridRow("\x1b[31m\u202e", ("1e5",)), GridRow("", ("12",)))
    grid = Grid(("a\x00b",), rows, ("=a",))
    to_excel(grid, tmp_path / "a.XLSX", title="//")
    sheet = openpyxl.load_workbook(tmp_path / "a.XLSX").active
    assert [sheet["B2"].value, sheet["B3"].value] == ["1e5", 12]


def test_without_openpyxl_two_lines_say_what_to_install(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("openpyxl"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataError) as error:
        to_excel(GRID, tmp_path / "a.xlsx")
    assert len(str(error.value).split("\n")) == 2
    assert "synth-magic[excel]" in str(error.value)


def test_a_file_that_cannot_be_written_is_said_so(tmp_path):
    with pytest.raises(DataError, match=r"xlsx"):
        to_excel(GRID, tmp_path / "table.csv")
    with pytest.raises(DataError, match="cannot be written"):
        to_excel(GRID, tmp_path / "nowhere" / "table.xlsx")
