"""The report compares published numbers line by line; only free lines are evidence."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

import synth_magic
from synth_magic import generate, report
from synth_magic.fidelity.table1_numbers import moments
from synth_magic.fidelity.tally import tally
from synth_magic.options import Options
from synth_magic.pipeline import run
from synth_magic.record import KEY, record_of

CELL = """Adults with hypertension.

targets:
Characteristic | Overall (n=293) | Diabetes (n=120) | No diabetes (n=173) | P value
Age, years | 62.5 (10.0) | 66.0 (9.0) | 60.0 (10.0) | <0.001
Female, n (%) | 120 (41.0) | 40 (33.3) | 80 (46.2) | 0.03
HbA1c, %, median [IQR] | 5.9 [5.4-7.1] | 7.4 [6.6-8.6] | 5.5 [5.2-5.8] | <0.001
BMI, kg/m2 | 21.0 (2.0) | | | 0.4
hold: bmi
"""


@pytest.fixture(scope="module")
def table():
    return generate(CELL, rows=4000)


@pytest.fixture(scope="module")
def found(table):
    return report(table)


def plain(found):
    return found.to_dict()["targets"]


def test_without_targets_there_is_no_section_and_no_trace():
    table = generate("columns:\n  age: mean 60, sd 9\n", rows=50)
    assert "targets" not in report(table).to_dict()
    assert not {"targets", "basis"} & set(table.attrs[KEY])


def test_fitted_and_free_lines_stand_apart(found):
    lines = plain(found)
    free = [(each["line"], each["group"], each["why"]) for each in lines["free"]]
    assert free == [
        ("Age, years", None, "follows from the groups"),
        ("Female, n (%)", None, "follows from the groups"),
        ("HbA1c, %, median [IQR]", None, "follows from the groups"),
        ("BMI, kg/m2", None, "held out"),
    ]
    assert len(lines["fitted"]) == 8
    assert {each["verdict"] for each in lines["fitted"]} == {"as fitted"}


def test_one_sentence_says_that_only_free_lines_are_evidence(found):
    (section,) = [each for each in found.sections if each.key == "targets"]
    assert section.lead.startswith("Only lines that were not used for the fit are evidence")
    all_used = report(generate("targets:\n  Age, years 60.0 (9.0)\n", rows=500))
    (section,) = [each for each in all_used.sections if each.key == "targets"]
    assert "no evidence" in section.lead
    assert "targets" not in {line.key for line in all_used.head}


def test_the_headline_counts_free_lines(found):
    (line,) = [line for line in found.head if line.key == "targets"]
    assert line.value == "3 of 4"
    assert line.good is False


def test_the_numbers_are_those_of_plain_numpy(table, found):
    def number(line, group, what):
        (each,) = [
            each
            for each in (*plain(found)["fitted"], *plain(found)["free"])
            if each["line"] == line and each["group"] == group
        ]
        return next(part["table"] for part in each["numbers"] if part["what"] == what)

    yes = table[table["diabetes"]]
    assert number("Age, years", "Diabetes", "mean") == pytest.approx(yes["age"].mean())
    assert number("Age, years", "Diabetes", "sd") == pytest.approx(yes["age"].std())
    assert number("Age, years", None, "mean") == pytest.approx(table["age"].mean())
    assert number("Female, n (%)", "Diabetes", "share") == pytest.approx((yes["sex"] == "F").mean())
    for what, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        assert number("HbA1c, %, median [IQR]", "Diabetes", what) == pytest.approx(
            np.quantile(yes["hba1c"].to_numpy(float), share)
        )


def test_a_table_that_differs_is_seen():
    table = generate("targets:\n  Age, years 60.0 (9.0)\n  Female 41.0%\n", rows=3000)
    record = record_of(table)
    moved = run("columns:\n  age: years, mean 63, sd 9\n  sex: F 41% / M 59%\n", Options(rows=3000))
    other = moved.table.copy()
    # The same record upon other values: as a table drawn by a law that misses the line.
    yaml = record.blueprint_yaml.replace("mean: 60", "mean: 63")
    other.attrs[KEY] = {
        **record_of(moved.table).plain(),
        "targets": record.targets,
        "blueprint": yaml,
    }
    lines = {each["line"]: each["verdict"] for each in plain(report(other))["fitted"]}
    assert lines == {"Age, years": "differs", "Female": "as fitted"}


def test_no_correct_table_is_blamed_for_noise():
    text = "targets:\n" + "".join(
        f"  Marker {n}, mean (SD) {10 + n}.0 ({3 + n % 4}.0)\n" for n in range(20)
    )
    flagged = 0
    for seed in range(20):
        table = synth_magic.generate(text, rows=200, seed=seed)
        figures = report(table).figures("targets")
        assert len(figures) == 40
        flagged += any(figure.verdict == "differs" for figure in figures)
    assert flagged <= 1


def test_a_changed_table_is_not_graded(table):
    verdicts = {each.verdict for each in report(table.head(2000)).figures("targets")}
    assert verdicts == {"not graded"}


def test_the_record_carries_the_lines_as_plain_bounded_text(table):
    kept = table.attrs[KEY]
    assert kept["basis"] == "aggregates"
    assert isinstance(kept["targets"], str)
    assert len(kept["targets"]) < 20_000
    assert json.loads(kept["targets"])["lines"]


def test_a_spoilt_record_of_targets_is_no_error(table):
    other = table.copy()
    other.attrs = {KEY: {**table.attrs[KEY], "targets": "{nothing"}}
    assert "targets" not in report(other).to_dict()


def test_a_record_of_an_older_release_still_reads(table):
    old = {key: value for key, value in table.attrs[KEY].items() if key not in ("targets", "basis")}
    other = table.copy()
    other.attrs = {KEY: old}
    assert record_of(other).basis == "none"
    assert "targets" not in report(other).to_dict()


def test_a_lock_file_keeps_them(tmp_path):
    lock = tmp_path / "t.lock"
    first = generate(CELL, rows=500, lock=lock)
    again = generate(CELL, rows=500, lock=lock)
    assert first.attrs[KEY]["targets"] == again.attrs[KEY]["targets"]
    assert again.attrs[KEY]["basis"] == "aggregates"
    assert plain(report(again)) == plain(report(first))
    text = "columns:\n  age: mean 60, sd 9\n"
    generate(text, rows=50, lock=tmp_path / "u.lock")
    assert not re.search("^(basis|targets):", (tmp_path / "u.lock").read_text(), re.MULTILINE)


def test_the_basis_of_privacy_is_aggregates(table):
    real = generate("columns:\n  age: mean 60, sd 9\n  sex: F / M\n", rows=300, seed=9)
    real.attrs = {}
    assert report(table, real=real).to_dict()["privacy"]["basis"] == "aggregates"


def test_only_lines_that_are_compared_make_no_aggregates():
    text = "columns:\n  bmi: mean 30, sd 6\ntargets:\n  BMI 27.1 (4.5)\n"
    assert generate(text, rows=50).attrs[KEY].get("basis", "none") == "none"


def test_stated_effects_are_compared_in_their_own_words():
    text = (
        "columns:\n  age: years, mean 60, sd 10\n  retinopathy: yes/no, 22%\n  x: mean 5, sd 1\n"
        "targets:\n  OR for retinopathy per 10 years of age 1.40\n"
        "  Correlation between age and x: 0.50\n  hold: [x]\n"
    )
    table = generate(text, rows=20_000)
    lines = {each["column"]: each for each in plain(report(table))["fitted"]}
    (number,) = lines["retinopathy"]["numbers"]
    assert number["what"] == "odds_ratio"
    assert number["table"] == pytest.approx(1.4, rel=0.08)
    assert lines["retinopathy"]["verdict"] == "as fitted"
    (held,) = plain(report(table))["free"]
    assert held["column"] == "x"
    assert abs(held["numbers"][0]["table"]) < 0.05
    assert held["verdict"] == "differs"


def test_parts_of_a_number_are_compared():
    text = "targets:\n  Age, years 60.0 (10.0)\n  Age ≥65 years, n (%) 100 (30.9)\n"
    table = generate(text, rows=5000)
    (line,) = plain(report(table))["free"]
    assert line["numbers"][0]["table"] == pytest.approx((table["age"] >= 65).mean())


def test_foreign_words_are_escaped_in_every_form():
    table = generate(
        "targets:\n  <img src=x onerror=alert(1)> 63.0 (9.0)\n  Age 60 (9)\n", rows=200
    )
    found = report(table)
    for form in (found._repr_html_(), found._repr_markdown_()):
        assert "<img src=x" not in form


# A Table 1 of ours, pasted back ---------------------------------------------------------


COHORT = """columns:
  sex: F 45% / M 55%
  age: years, mean 62, sd 11
  crp: mg/L, median 2.1 (0.9-4.8)
  smoker: never 48% / former 33% / current 19%
  retinopathy: yes/no, 22%
  visit: 2015-2020
  score: 0-10, integer, missing 12%
effects:
  - {from: sex=M, to: age, beta: 0.4}
"""


@pytest.mark.parametrize("by", [None, "sex", "retinopathy"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_table_1_of_ours_can_be_pasted_back(by, seed):
    first = report(generate(COHORT, rows=3000, seed=seed), by=by).table1.to_markdown()
    table = generate(f"targets:\n{first}", rows=30_000, seed=seed)
    found = report(table, by=None)
    lines = plain(found)
    assert {each["verdict"] for each in lines["fitted"]} == {"as fitted"}, lines["fitted"]
    assert len(lines["fitted"]) >= 9
    if by is not None:
        assert all(each["why"] for each in lines["free"])
    names = {each["column"] for each in lines["fitted"]}
    assert {"sex", "age", "crp", "smoker", "retinopathy", "visit", "score"} - {by} <= names


def test_moments_are_those_of_table_1():
    values = pd.Series(np.arange(11.0)).to_numpy()
    assert moments(tally(values, 1.0)).median == 5
