"""A filtered, a merged and an edited table are not graded as if they were whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import synth_magic
from synth_magic.errors import DataError

pytestmark = pytest.mark.long

CELL = """400 adults

columns:
  age: years, 30-85, mean 62 sd 11
  sex: F 45% / M 55%
  sbp: mmHg, mean 135 sd 18
  dead: yes/no, 20%
effects:
  - age -> sbp: +0.35 SD
rules:
  - sbp > 60
"""
WARDS = pd.DataFrame({"sex": ["F", "M"], "ward": ["a", "b"]})
GRADED = ("adherence", "effects", "plausibility", "oddities")


@pytest.fixture(scope="module")
def patients():
    return synth_magic.generate(CELL, seed=3)


def verdicts(report):
    return {f.verdict for key in GRADED for f in report.figures(key)}


CHANGES = {
    "filtered": lambda t: t[t["age"] > 60],
    "filtered by a query": lambda t: t.query("sex == 'F'"),
    "rows twice": lambda t: pd.concat([t, t]),
    "drawn from with replacement": lambda t: t.sample(frac=1, replace=True, random_state=1),
    "edited": lambda t: t.assign(sbp=t["sbp"] + 1),
    "one value edited": lambda t: t.assign(age=t["age"].where(np.arange(len(t)) > 0, 99)),
    "values taken out": lambda t: t.assign(sbp=t["sbp"].mask(t["sbp"] > 150)),
    "a column renamed": lambda t: t.rename(columns={"sbp": "pressure"}),
    "a column gone": lambda t: t.drop(columns="dead"),
    "two columns swapped": lambda t: t.assign(age=t["sbp"], sbp=t["age"]),
    "one column shuffled": lambda t: t.assign(
        age=t["age"].sample(frac=1, random_state=1).to_numpy()
    ),
}


@pytest.mark.parametrize("way", CHANGES)
def test_a_table_that_is_not_what_was_drawn_gets_figures_and_no_verdict(patients, way):
    report = synth_magic.report(CHANGES[way](patients))
    assert verdicts(report) == {"not graded"}
    assert "changed after it was drawn" in report.problems[0].what
    heads = report.to_dict()["headline"]
    assert {heads[key]["value"] for key in GRADED if key in heads} == {"not graded"}
    assert any(np.isfinite(f.value) for f in report.figures("adherence"))


@pytest.mark.parametrize("way", ["sorted", "copied", "its own rows by a filter", "no row dropped"])
def test_a_table_that_is_whole_is_graded(patients, way):
    whole = {
        "sorted": lambda t: t.sort_values("age"),
        "copied": lambda t: t.copy(),
        "its own rows by a filter": lambda t: t[t["age"] > 0],
        "no row dropped": lambda t: t.dropna(),
    }[way](patients)
    report = synth_magic.report(whole)
    assert not report.problems
    assert "not graded" not in verdicts(report)


@pytest.mark.parametrize(
    "join",
    [
        lambda t: t.merge(WARDS, on="sex"),
        lambda t: WARDS.merge(t, on="sex"),
        lambda t: pd.concat([t, WARDS]),
        lambda t: pd.concat([t, synth_magic.generate(CELL, seed=4)]),
    ],
    ids=["merged", "merged from the right", "stacked", "stacked with another draw"],
)
def test_a_merged_table_is_not_graded_unless_a_blueprint_is_given(patients, join):
    merged = join(patients)
    with pytest.raises(DataError, match="carries no blueprint") as raised:  # pandas dropped it
        synth_magic.report(merged)
    assert "blueprint=" in raised.value.problems[0].mend
    given = synth_magic.report(merged, blueprint=patients.attrs["synthdata"]["blueprint"])
    assert verdicts(given) - {"not graded"}
