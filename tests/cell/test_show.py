"""The grey line says what was understood in words that would be read alike."""

from __future__ import annotations

import pytest

from synth_magic import cell
from synth_magic.blueprint.model import Missing


def echo_of(line: str) -> str:
    request = cell.parse(f"columns:\n  {line}\n")
    missing = request.missing[0] if request.missing else None
    return cell.echo(request.columns[0], missing, [words for _, words in request.unread])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("age: years, 30-85", "age: 30 to 85 years"),
        ("age: >= 18", "age: at least 18"),
        ("age: up to 90 years", "age: at most 90 years"),
        ("crp: mg/L", "crp: mg/L"),
        ("bmi: 15-50, 1 decimal", "bmi: number, 1 decimal, 15 to 50"),
        ("sex: F 45% / M 55%", "sex: F 45% / M 55%"),
        ("sev: mild < severe", "sev: mild < severe"),
        ("ret: yes/no, 22%", "ret: yes/no, 22%"),
        ("hba1c: %, missing 8%", "hba1c: %, missing 8%"),
        ("hba1c: never missing", "hba1c: never missing"),
        ("los: median 5 (3-9)", "los: median 5, quartiles 3 to 9"),
        ("los: mean 5 sd 2, 60% zeros", "los: mean 5, SD 2, 60% zeros"),
        ("crp: p5 1, p95 80", "crp: P5 1, P95 80"),
        ("pid: P####", "pid: id, P####"),
        ("day: 2015-2020", "day: date, 2015-01-01 to 2020-12-31"),
        ("x:", "x: nothing said"),
        ("sex: 1 = male, 2 = female", "sex: 1 / 2, 1 = male, 2 = female"),
        ("bmi: {formula: a / b, type: number}", "bmi: number, = a / b"),
        (
            "t: {type: time_to_event, event: death, survival: {1: 0.5}}",
            "t: time_to_event, time to death",
        ),
        ("h: {by: sex, groups: {F: {poisson: {mean: 1}}, M: {poisson: {mean: 2}}}}", "h: by sex"),
        ("u: uniform 0-10", "u: number, 0 to 10, uniform"),
        (
            "sbp: systolic blood pressure, mmHg",
            "sbp: mmHg · not read as facts, kept as description: “systolic blood pressure”",
        ),
    ],
)
def test_each_column_has_its_line(line, told):
    assert echo_of(line) == told


def test_missingness_that_depends_on_a_column_says_so():
    column = cell.parse("columns:\n  a: 1-2\n").columns[0]
    missing = Missing(column="a", rate=0.1, depends_on="age", source="user")
    assert cell.echo(column, missing) == "a: 1 to 2, missing 10% (depends on age)"


def test_a_long_line_is_cut():
    line = echo_of("x: " + " / ".join(f"value {at}" for at in range(100)))
    assert len(line) <= 160
    assert line.endswith("…")


@pytest.mark.parametrize(
    "line",
    [
        "age: years, 30-85",
        "sex: F 45% / M 55%",
        "sev: mild < moderate < severe",
        "x: yes/no, 22%",
        "los: median 5 (3-9), missing 8%",
        "a: mean 62 sd 11",
        "d: 2015-2020",
        "b: 15-50, 1 decimal",
        "c: p5 1, p95 80",
        "e: 60% zeros, count",
        "f: >= 18",
        "pid: P####",
    ],
)
def test_what_is_told_can_be_written_and_says_the_same(line):
    first = cell.parse(f"columns:\n  {line}\n")
    missing = first.missing[0] if first.missing else None
    again = cell.parse(f"columns:\n  {cell.echo(first.columns[0], missing)}\n")
    assert again.columns == first.columns
    assert again.missing == first.missing
