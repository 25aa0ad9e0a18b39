"""Published lines as papers print them are read as what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from synth_magic.cell import parse

LINES = yaml.safe_load((Path(__file__).parent / "targets.yaml").read_text(encoding="utf-8"))


def read(text):
    found = parse(f"targets:\n{text}\n").targets
    assert found is not None
    return found


def numbers(printed):
    return {each.what: pytest.approx(each.value, abs=1e-9) for each in printed}


@pytest.mark.parametrize("case", LINES, ids=lambda case: case["line"][:40])
def test_a_line_is_read_as_what_it_says(case):
    found = read("  " + case["line"])
    if case.get("unread"):
        assert not found.lines
        assert found.unread
        return
    (line,) = found.lines
    assert not found.unread
    assert line.name == case["name"]
    assert {each.what: each.value for each in line.numbers} == numbers_of(case["numbers"])
    assert {each.what: each.value for each in line.other} == numbers_of(case.get("other", {}))
    assert (line.level, line.unit, line.parent, line.per) == tuple(
        case.get(key) for key in ("level", "unit", "parent", "per")
    )
    assert line.date == case.get("date", False)
    ends = None if line.cut is None else [line.cut.low, line.cut.high]
    assert ends == case.get("cut")


def numbers_of(said):
    return {what: pytest.approx(value, abs=1e-9) for what, value in said.items()}


def test_there_are_sixty_spellings_and_more():
    assert sum(not case.get("unread") for case in LINES) >= 60


@pytest.mark.parametrize(
    ("text", "what", "half"),
    [
        ("Age, mean (SD) 63.2 (9)", "mean", 0.05),
        ("Age, mean (SD) 63.2 (9)", "sd", 0.5),
        ("Female, n (%) 120 (41)", "share", 0.005),
        ("Female, n (%) 120 (41.0)", "share", 0.0005),
        ("age: mean 63.25 sd 9.4", "mean", 0.005),
        ("yes: 22.5%", "share", 0.0005),
        ("smoker: yes/no, 22%", "share", 0.005),
    ],
)
def test_half_of_the_last_printed_digit_is_known(text, what, half):
    (line,) = read(text).lines
    assert line.number(what).half == pytest.approx(half)
