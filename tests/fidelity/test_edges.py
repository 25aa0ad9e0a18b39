"""Tables at the edge, through the public door, alone and beside a real table.

Each gives a report that can be shown in every form, and says what is the matter, or an
error of two lines.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

import synth_magic
from synth_magic import Blueprint, DataError
from synth_magic.fidelity.real import utility

pytestmark = pytest.mark.long

YAML = """\
version: 1
table: clinic
columns:
  - {name: age, type: integer, unit: years, range: [18, 95],
     distribution: {normal: {mean: 60, sd: 12}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: dead, type: boolean, distribution: {probability: 0.2}}
  - {name: seen, type: date, range: [2015-01-01, 2020-12-31]}
  - {name: crp, type: number, decimals: 1, distribution: {lognormal: {median: 3, sigma: 1}}}
effects:
  - {from: age, to: dead, odds_ratio: 1.5, per: 10}
missing:
  crp: {rate: 0.1, depends_on: age, beta: 0.4}
"""
ROWS = 200


@pytest.fixture(autouse=True, scope="module")
def few_splits():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utility, "SPLITS", 2)
        yield


@pytest.fixture(scope="module")
def drawn():
    return plain(Blueprint.from_yaml(YAML).sample(ROWS, 1))


@pytest.fixture(scope="module")
def cohort():
    return plain(Blueprint.from_yaml(YAML).sample(300, 2))


def plain(table):
    """The same rows as anybody's table: no blueprint on it."""
    table = table.copy()
    table.attrs = {}
    return table


def shown(report):
    """Check every form, and give the plain text."""
    text = str(report)
    json.dumps(report.to_dict(), allow_nan=False)
    report.to_frame()
    for form in (text, report._repr_html_(), report._repr_markdown_()):
        assert not re.search(r"\b(nan|NaN|None|inf|Traceback)\b", form)
    assert report.to_dict()["table1"]["rows"] == report.rows
    return text


def alone(table):
    return synth_magic.report(table, blueprint=YAML)


def beside(table, real, **options):
    """Beside a real table: of ours, and of anybody's."""
    assert shown(synth_magic.report(table, real=real, blueprint=YAML, **options))
    return synth_magic.report(table, real=real, **options)


def verdicts(report, key):
    return {figure.verdict for figure in report.figures(key)}


# Few rows ---------------------------------------------------------------------------


def test_an_empty_table(drawn, cohort):
    empty = drawn.iloc[:0]
    report = alone(empty)
    text = shown(report)
    assert "0 rows" in text
    assert verdicts(report, "adherence") <= {"too few rows to tell", "as stated"}
    assert not any(line.good is False for line in report.head)
    other = beside(empty, cohort)
    assert "The table has too few rows to compare" in shown(other)
    assert "nothing can be compared" in str(other)
    assert beside(empty, cohort.iloc[:0]).figures("fidelity") == ()


def test_one_row(drawn, cohort):
    report = alone(drawn.iloc[:1])
    assert "1 row ·" in shown(report)
    assert not any(line.good is False for line in report.head)
    other = beside(drawn.iloc[:1], cohort)
    assert "too few rows to compare" in shown(other)
    real = beside(drawn, cohort.iloc[:1])
    assert "Fewer than 30 real rows: nothing of them is shown" in shown(real)
    assert real.figures("fidelity") == ()


# Columns ----------------------------------------------------------------------------


def test_one_column(drawn, cohort):
    report = alone(drawn[["age"]])
    assert "sex is not in the table" in shown(report)
    assert [figure.column for figure in report.figures("adherence")] == ["age"] * 3
    other = beside(drawn[["age"]], cohort).to_dict()["fidelity"]
    assert other["shape"] > 0.8
    assert other["association"] is None
    assert other["tstr"] is None


def test_no_column_that_both_know(drawn, cohort):
    report = alone(drawn[[]])
    assert "age is not in the table" in shown(report)
    assert report.to_dict()["headline"]["adherence"]["good"] is None
    with pytest.raises(DataError, match="shares no column name"):
        beside(drawn[[]], cohort)
    with pytest.raises(DataError, match="shares no column name"):
        beside(drawn, cohort.rename(columns=str.upper))


def test_all_missing(drawn, cohort):
    blank = drawn.assign(**dict.fromkeys(drawn.columns))
    report = alone(blank)
    assert "age, missing" in shown(report)
    assert report.to_dict()["headline"]["oddities"]["good"] is False
    assert all(f.verdict != "as stated" for f in report.figures("adherence") if f.form == "number")
    for table, real in ((blank, cohort), (drawn, blank), (blank, blank)):
        found = beside(table, real)
        assert "no value in one of the tables, not compared" in shown(found)
        assert found.to_dict()["fidelity"]["shape"] is None
    assert beside(blank, cohort).to_dict()["fidelity"]["c2st_auc"] > 0.95


def test_all_constant(drawn, cohort):
    day = pd.Timestamp("2017-01-01")
    still = drawn.assign(age=60, sex="F", dead=False, seen=day, crp=3.0)
    report = alone(still)
    assert "age, one value" in shown(report)
    assert "poor" in verdicts(report, "adherence")
    far = beside(still, cohort)
    assert far.to_dict()["headline"]["shape"]["good"] is False
    assert far.to_dict()["headline"]["c2st"]["good"] is False
    assert far.to_dict()["headline"]["association"] == {
        "value": f"{far.to_dict()['fidelity']['association']:.2f}",
        "detail": "most pairs hold a constant",
        "good": None,
    }
    same = shown(beside(still, still))
    assert "Shape: 1.00 (as a second sample" in same
    assert "in rows too alike to tell" in same
    assert beside(drawn, still).to_dict()["fidelity"]["shape"] < 0.8


def test_unseen_categories(drawn, cohort):
    strange = drawn["sex"].astype(str).where(np.arange(ROWS) >= 40, "intersex <b>")
    report = alone(drawn.assign(sex=strange))
    assert "sex, unknown values" in shown(report)
    assert "intersex <b>" not in report._repr_html_()
    shares = {f.name: f.verdict for f in report.figures("adherence")}
    assert shares["sex = F"] == "poor"  # and not only the other one of two values is looked at
    found = beside(drawn.assign(sex=strange), cohort)
    assert "sex, distribution" in shown(found)
    secret = cohort["sex"].astype(str).where(np.arange(300) >= 40, "secret")
    hidden = beside(drawn, cohort.assign(sex=secret))
    assert "40 real rows hold values that the table does not" in shown(hidden)
    assert "secret" not in str(hidden) + hidden._repr_html_()


def test_mixed_dtypes(drawn, cohort):
    mixed = drawn.assign(
        age=["old" if at % 7 == 0 else age for at, age in enumerate(drawn["age"])],
        sex=[["a", "list"]] * ROWS,
        dead=["yes" if dead else 0 for dead in drawn["dead"]],
        crp=[str(value) for value in drawn["crp"].fillna(1).astype(float)],
    )
    report = alone(mixed)
    text = shown(report)
    assert "age, missing" in text  # what cannot be read is said
    assert "sex, unknown values" in text
    found = beside(mixed, cohort)
    assert "age: of another kind in the real table, not compared" in shown(found)
    compared = {f.column for f in found.figures("fidelity") if f.name.endswith("distribution")}
    assert {"dead", "crp", "seen"} <= compared  # other spellings of the same


def test_dates(drawn, cohort):
    texts = drawn.assign(seen=pd.to_datetime(drawn["seen"]).dt.strftime("%Y-%m-%d"))
    zoned = drawn.assign(seen=pd.to_datetime(drawn["seen"]).dt.tz_localize("Europe/Paris"))
    late = drawn.assign(seen=pd.Timestamp("2031-05-05"))
    for table in (drawn, texts):
        assert verdicts(alone(table), "adherence") <= {"as stated", "poor"}
    outside = next(f for f in alone(late).figures("adherence") if f.name == "seen, range")
    assert (outside.value, outside.verdict) == (ROWS, "poor")
    for table in (drawn, texts, zoned):
        found = beside(table, cohort.assign(seen=cohort["seen"].astype(str)))
        assert any(f.name == "seen, distribution" for f in found.figures("fidelity"))
        shown(found)
    assert "[20" in str(beside(drawn, cohort))  # Table 1: a median date with its quartiles


# Names ------------------------------------------------------------------------------


NAMES = {"age": "年齢 [歳] 🩺", "sex": "<b>pol</b>", "crp": "a|b*_$", "dead": "متوفى"}


def test_unicode_names(drawn, cohort):
    yaml = YAML[: YAML.index("effects:")]
    for old, new in NAMES.items():
        yaml = yaml.replace(f"name: {old},", f"name: {json.dumps(new, ensure_ascii=False)},")
    table, real = drawn.rename(columns=NAMES), cohort.rename(columns=NAMES)
    for report in (
        synth_magic.report(table, blueprint=yaml),
        synth_magic.report(table, real=real, blueprint=yaml, target="年齢 [歳] 🩺"),
        synth_magic.report(table, real=real),
    ):
        shown(report)
        html = report._repr_html_()
        assert "年齢 [歳] 🩺" in html
        assert "<b>pol</b>" not in html
        assert "متوفى" in html
        assert report.to_dict()["table1"]["variables"][0]["name"] == "年齢 [歳] 🩺"


def test_duplicate_column_names(drawn, cohort):
    twice, real = (pd.concat([t, t[["age"]]], axis=1) for t in (drawn, cohort))
    for call in (
        lambda: alone(twice),
        lambda: synth_magic.report(twice, real=cohort),
        lambda: synth_magic.report(drawn, real=real),
        lambda: synth_magic.report(drawn, real=real, blueprint=YAML),
    ):
        with pytest.raises(DataError) as caught:
            call()
        assert "age" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 2


# Many columns -------------------------------------------------------------------------


def test_five_hundred_columns():
    many = 500
    yaml = "version: 1\ntable: wide\ncolumns:\n" + "".join(
        f"  - {{name: c{at}, type: number, decimals: 1, distribution: {{normal: {{mean: {at},"
        " sd: 3}}}\n"
        for at in range(many)
    )
    blueprint = Blueprint.from_yaml(yaml)
    table, real = (plain(blueprint.sample(200, seed)) for seed in (1, 2))
    report = synth_magic.report(table, blueprint=yaml)
    text = shown(report)
    assert report.to_dict()["headline"]["adherence"]["value"] == f"{2 * many} of {2 * many}"
    assert "970 more figures: report.to_frame() has them all." in text
    assert len(report._repr_html_()) < 300_000
    found = synth_magic.report(table, real=real, target="c0")
    shown(found)
    assert found.to_dict()["headline"]["shape"]["good"] is True
    assert found.to_dict()["fidelity"]["tstr"] is not None
    assert len(found._repr_html_()) < 300_000
