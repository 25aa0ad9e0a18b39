"""The block ``targets:``: pasted tables, ``hold:``, what is left unread, errors, hostile lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.cell import locate, parse
from synth_magic.cell.targets import MAX_LINES
from synth_magic.errors import SpecError

WORDS = ("columns", "effects", "rules", "missing")


def read(text):
    found = parse(text).targets
    assert found is not None
    return found


def cells(found):
    return [
        (line.name, line.level, line.group, {n.what: round(n.value, 4) for n in line.numbers})
        for line in found.lines
    ]


BY_GROUPS = [
    "Overall (n=293) | Diabetes (n=120) | No diabetes (n=173) | P value",
    "Age, years | 63.2 (9.4) | 66.0 (9.0) | 60.0 (10.0) | <0.001",
    "Female, n (%) | 120 (41.0) | 40 (33.3) | 80 (46.2) | 0.03",
]
EXPECTED = [
    ("Age", None, None, {"mean": 63.2, "sd": 9.4}),
    ("Age", None, "Diabetes", {"mean": 66.0, "sd": 9.0}),
    ("Age", None, "No diabetes", {"mean": 60.0, "sd": 10.0}),
    ("Female", None, None, {"share": 0.4096, "count": 120.0}),
    ("Female", None, "Diabetes", {"share": 0.3333, "count": 40.0}),
    ("Female", None, "No diabetes", {"share": 0.4624, "count": 80.0}),
]


@pytest.mark.parametrize(
    "parting",
    ["pipes", "markdown", "tabs", "wide spaces", "single spaces", "unindented", "windows"],
)
def test_a_table_by_groups_is_the_same_however_its_columns_are_parted(parting):
    rows = [[cell.strip() for cell in row.split("|")] for row in BY_GROUPS]
    rows[0].insert(0, "Characteristic")
    lines = {
        "pipes": [" | ".join(row) for row in rows],
        "markdown": ["| " + " | ".join(row) + " |" for row in rows],
        "tabs": ["\t".join(row) for row in rows],
        "wide spaces": ["   ".join(row) for row in rows],
        "single spaces": [" ".join(row) for row in rows],
        "unindented": [" | ".join(row) for row in rows],
        "windows": ["\t".join(row) for row in rows],
    }[parting]
    if parting == "markdown":
        lines.insert(1, "|---|---:|:--:|---|---|")
    margin, end = (
        ("" if parting == "unindented" else "  "),
        "\r\n" if parting == "windows" else "\n",
    )
    found = read("targets:" + end + end.join(margin + line for line in lines) + end)
    assert cells(found) == EXPECTED
    assert found.n == 293
    assert [(group.name, group.n) for group in found.groups] == [
        ("Diabetes", 120),
        ("No diabetes", 173),
    ]
    assert found.told == ("The column P value was passed over",)
    assert not found.unread


def test_the_rows_of_groups_may_stand_on_a_line_of_their_own():
    found = read(
        "targets:\n\tWomen\tMen\nNo. of patients\t120\t173\nAge, mean (SD)\t60 (9)\t61 (8)\n"
    )
    assert [(group.name, group.n) for group in found.groups] == [("Women", 120), ("Men", 173)]
    assert len(found.lines) == 2


def test_levels_stand_under_their_head_indented_or_not():
    wanted = [("Smoking", level, None) for level in ("Never", "Former", "Current")]
    indented = "Smoking, n (%)\n    Never 120 (41.0)\n    Former 100 (34.0)\n    Current 73 (25.0)"
    flat = "Smoking, n (%)\n  Never 120 (41.0)\n  Former 100 (34.0)\n  Current 73 (25.0)"
    for text in (indented, flat):
        found = read(f"targets:\n  {text}\n  Stroke 12 (4)\n  Age, years 63 (9)\n")
        assert [line[:3] for line in cells(found)][:3] == wanted
        assert [line.name for line in found.lines[3:]] == ["Stroke", "Age"]


def test_levels_may_stand_in_a_column_of_their_own():
    text = (
        "targets:\n|  |  | Missing | Overall |\n|---|---|---|---|\n| n |  |  | 293 |\n"
        "| Age, mean (SD) |  | 0 | 63.2 (9.4) |\n| Sex, n (%) | F | 0 | 120 (41.0) |\n"
        "|  | M |  | 173 (59.0) |\n"
    )
    assert [line[:2] for line in cells(read(text))] == [("Age", None), ("Sex", "F"), ("Sex", "M")]
    assert read(text).n == 293


def test_comorbidities_are_matters_of_their_own():
    found = read("targets:\n  Comorbidities, n (%)\n    Stroke 29 (10)\n    Cancer 15 (5)\n")
    assert [line[:2] for line in cells(found)] == [("Stroke", None), ("Cancer", None)]


def test_statistics_below_a_head_are_of_it():
    found = read(
        "targets:\n  Creatinine (mg/dL)\n    Mean (SD) 1.0 (0.6)\n    Median [IQR] 0.9 [0.7, 1.1]\n"
        "    Missing, n (%) 8 (2.7)\n"
    )
    assert {line.name for line in found.lines} == {"Creatinine"}
    assert [sorted(n.what for n in line.numbers) for line in found.lines] == [
        ["mean", "sd"],
        ["median", "q1", "q3"],
        ["missing"],
    ]


def test_hold_keeps_lines_out_by_name_level_or_group():
    text = "targets:\n  BMI 27.1 (4.5)\n  Female, n (%) 120 (41)\n  Age, years 63 (9)\n"
    for line in ('hold: [bmi, "Female"]', "hold: bmi, Female", "hold: ['BMI'; “female”]"):
        found = read(f"{text}  {line}\n")
        assert [each.name for each in found.lines if each.held] == ["BMI", "Female"]


def test_what_is_not_understood_is_listed_and_no_error():
    found = read("targets:\n  Age, years 63 (9)\n  Values are means.\n  Something else\n")
    assert found.unread == ("Values are means.", "Something else")
    assert len(found.lines) == 1


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Female, n (%) 120 (141)", "141% is no share"),
        ("Female 140%", "140% is no share"),
        ("HbA1c, median [IQR] 5.4 [6.6-8.6]", "its median is outside its quartiles"),
        ("HbA1c, median [IQR] 7.4 [8.6-6.6]", "its quartiles fall"),
        ("hba1c: median 5 [6-7]", "lies above"),
    ],
)
def test_numbers_that_cannot_be_are_an_error_at_their_line(line, what):
    text = f"Adults\ntargets:\n  Age, years 63 (9)\n  {line}\n"
    with pytest.raises(SpecError) as error:
        parse(text)
    (found,) = error.value.problems
    assert what in found.what
    assert locate(text, found).line == 4


def test_more_people_than_there_are_is_an_error():
    text = "targets:\nOverall (n=100)\tWomen (n=60)\nDiabetes, n (%)\t30 (30)\t70 (30)\n"
    with pytest.raises(SpecError, match="70 of 60 rows cannot be"):
        parse(text)


def test_a_line_knows_its_place():
    text = "targets:\n  Age, years 63 (9)\n  BMI 27.1 (4.5)\n"
    spans = parse(text).spans
    assert [(spans["targets", n].line, spans["targets", n].column) for n in (0, 1)] == [
        (2, 3),
        (3, 3),
    ]


def test_an_empty_block_is_an_error_with_an_example():
    with pytest.raises(SpecError, match="There is no line under targets:"):
        parse("targets:\n\ncolumns:\n  age: 30-85\n")


def test_other_blocks_may_follow_a_pasted_table():
    request = parse("targets:\nAge, years 63 (9)\ncolumns:\n  sex: F / M\n")
    assert [column.name for column in request.columns] == ["sex"]
    assert [line.name for line in request.targets.lines] == ["Age"]


# What nobody should write ---------------------------------------------------------------


def test_ten_thousand_lines_are_refused_at_once():
    text = "targets:\n" + "Age, years 63 (9)\n" * 10_000
    with pytest.raises(SpecError, match=f"at most {MAX_LINES} are read") as error:
        parse(text)
    assert locate(text, error.value.problems[0]).line == MAX_LINES + 2


def test_too_many_numbers_are_refused():
    row = "x{} | " + " | ".join(["1.0 (2.0)"] * 20)
    head = "v | " + " | ".join(f"g{n} (n=10)" for n in range(20))
    with pytest.raises(SpecError, match="more than 2,000 numbers"):
        parse("targets:\n" + "\n".join([head, *(row.format(n) for n in range(200))]))


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script> 63 (9)",
        "Age\x00\x1b[31m\u202e 63.2 (9.4)",
        "(" * 1500,
        "1 " * 900,
        "a (b (c (d 63 (9)",
        "|" * 1900,
        "63.2 (9.4) " * 150,
        "=" * 1900,
        "n=1 " * 400,
        "Age" + " " * 1900 + "63 (9)",
        "-" * 1900 + "x",
        "9" * 1900,
        "n = " + "9" * 500,
        "0.0000000000000000000000000000001 (99999999999999999999999999999)",
        "OR for " + "a b " * 60 + "1.4",
        "Mean (SD) " * 100,
        "%" * 500,
        "💊 🩺 63 (9)",
    ],
)
def test_hostile_lines_are_read_or_listed_at_once(line):
    found = read(f"targets:\n  Height, cm 170 (9.5)\n  {line}\n")
    assert found.lines[0].name == "Height"
    for each in found.lines:
        assert len(each.text) <= 160
        assert len(each.cell) <= 60
    assert len(found.unread) <= 1


LINE = st.text(
    st.sampled_from("Age female n%()[]±-–·.,:;|\t 0123456789=<>≥†*SDIQRmedian"), max_size=60
).filter(lambda text: text.strip() and not text.lstrip().startswith("#"))


@given(st.lists(LINE, min_size=1, max_size=6))
def test_any_lines_are_read_listed_or_a_located_error(lines):
    text = "targets:\n" + "\n".join("  " + line for line in lines) + "\n"
    try:
        request = parse(text)
    except SpecError as error:
        for found in error.problems:
            assert locate(text, found) is not None
        return
    assert request.targets is not None
    for each in request.targets.lines:
        assert each.numbers
