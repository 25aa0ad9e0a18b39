"""Attempts to read a small cell of the real side off what a report shows."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synth_magic
from synth_magic.fidelity.real import utility
from synth_magic.fidelity.real.disclosure import Guard

pytestmark = pytest.mark.long

ROWS = 400
SMALL = range(1, 10)


@pytest.fixture(autouse=True, scope="module")
def few_splits():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utility, "SPLITS", 2)
        yield


def synthetic():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "dead": rng.random(ROWS) < 0.2,
            "sex": rng.choice(["F", "M"], ROWS),
            "grade": rng.choice(list("ABC"), ROWS, p=[0.5, 0.44, 0.06]),
            "age": rng.integers(30, 80, ROWS),
        }
    )


def shown(report):
    """Everything that a report gives out in any form."""
    pictures = [dict(p.data) for section in report.sections for p in section.pictures]
    plain = json.dumps([report.to_dict(), pictures])
    return "\n".join([plain, report._repr_html_(), str(report), report.to_frame().to_csv()])


def beside(other, **options):
    table = synthetic()[list(other.columns)]
    return synth_magic.report(table, real=other, **options)


# One small cell ---------------------------------------------------------------------


@pytest.mark.parametrize("as_number", [False, True])
def test_whatever_a_small_cell_of_one_column_holds_the_report_is_the_same(as_number):
    def real(few):
        dead = np.arange(ROWS) < few
        return pd.DataFrame({"dead": dead.astype(int) if as_number else dead})

    assert len({shown(beside(real(few))) for few in SMALL}) == 1
    assert shown(beside(real(40))) != shown(beside(real(80)))  # what is large is shown


def joint(few):
    """Both margins are the same for every `few`: 100 dead, 200 men; so many men are dead."""
    dead = np.zeros(ROWS, dtype=bool)
    dead[: 100 - few] = True
    dead[200 : 200 + few] = True
    return pd.DataFrame({"dead": dead, "sex": ["F"] * 200 + ["M"] * 200})


@pytest.mark.parametrize("few", [1, 5, 9])
def test_a_small_cell_of_two_columns_is_in_no_correlation_and_no_auc(few):
    report = beside(joint(few))
    found = report.to_dict()["fidelity"]
    assert found["association"] is None
    assert found["c2st_auc"] is None
    said = " ".join(problem.what for problem in report.problems)
    assert "left out, shared by 1 to 9 real rows" in said
    assert "C2ST, TSTR and TRTR are not shown" in said
    assert not any(picture.kind == "heatmap" for s in report.sections for picture in s.pictures)


@pytest.mark.parametrize("few", [0, 40])
def test_cells_that_are_empty_or_large_are_compared(few):
    found = beside(joint(few)).to_dict()["fidelity"]
    assert found["association"] is not None
    assert found["c2st_auc"] is not None


def test_a_small_cell_among_many_columns_is_in_no_pair():
    other = joint(4)
    other["age"] = synthetic()["age"].to_numpy()[::-1]
    report = beside(other)
    pairs = [f.name for f in report.figures("fidelity") if "~" in f.name]
    assert pairs
    assert not [name for name in pairs if "dead" in name and "sex" in name]
    heat = next(p for s in report.sections for p in s.pictures if p.kind == "heatmap")
    a, b = (heat.data["names"].index(name) for name in ("dead", "sex"))
    assert heat.data["values"][a][b] is None
    assert heat.data["values"][a][heat.data["names"].index("age")] is not None


def test_a_column_of_numbers_with_few_other_than_one_value_has_no_correlation():
    other = synthetic()[["age", "dead"]].assign(dead=(np.arange(ROWS) < 4).astype(int))
    names = [f.name for f in beside(other).figures("fidelity")]
    assert not [name for name in names if "~" in name]


def test_a_value_that_one_real_row_holds_is_no_count_of_copies():
    """Of 25 rows of grade C that equal the only real one, 25 would say that it is the only one."""
    for many in (1, 2, 5):
        grades = ["A"] * 200 + ["B"] * (200 - many) + ["C"] * many
        report = beside(pd.DataFrame({"grade": grades}))
        (figure,) = report.figures("privacy")
        assert "occurs only once" not in figure.sentence
        assert report.to_dict()["headline"]["copies"]["good"] is None
        assert figure.verdict == "not graded"


# How many rows there are ---------------------------------------------------------------


@given(st.integers(1_001, 1_099), st.floats(0, 1))
def test_a_share_does_not_say_of_how_many_rows_it_is(n, value):
    shown = Guard().share(value, n)
    rounded = 5 * round(n / 5)
    assert shown * rounded / 5 == pytest.approx(round(shown * rounded / 5), abs=1e-9)
    assert abs(shown - value) <= 2.6 / rounded


def test_the_exact_number_of_real_rows_is_nowhere():
    rng = np.random.default_rng(3)
    rows = 1_223
    other = pd.DataFrame(
        {
            "dead": rng.random(rows) < 0.2,
            "sex": rng.choice(["F", "M"], rows),
            "age": np.where(rng.random(rows) < 0.1, np.nan, rng.integers(30, 80, rows)),
        }
    )
    table = pd.concat([synthetic()] * 4, ignore_index=True)[["dead", "sex", "age"]]
    report = synth_magic.report(
        table, real=other, target="dead", trained_on=other, holdout=other.iloc[:1_111]
    )
    text = shown(report)
    for exact in (rows, rows // 2, 1_111, int(other["age"].isna().sum())):
        assert not re.search(rf"(?<![\d.,]){exact:,}(?![\d.,]*\d)", text), exact
        assert not re.search(rf"(?<![\d.]){exact}(?![\d.]*\d)", text), exact


def test_no_figure_has_more_digits_than_rows_can_tell():
    """Sixteen digits tell real tables apart that differ in one row: one could try them all."""
    report = beside(synthetic().sample(frac=1, replace=True, random_state=1), target="dead")
    found = report.to_dict()

    def numbers(thing):
        if isinstance(thing, dict):
            return [n for value in thing.values() for n in numbers(value)]
        if isinstance(thing, list):
            return [n for value in thing for n in numbers(value)]
        return [thing] if isinstance(thing, float) else []

    plain = found["fidelity"]
    tops = [plain[key] for key in ("association", "c2st_auc", "tstr", "trtr")]
    for number in [*tops, *numbers(plain["bands"]), *numbers(found["privacy"]["bands"])]:
        assert number == round(number, 4)


# Who reads it --------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 9, 29])
def test_of_fewer_than_thirty_real_rows_only_that_is_said(rows):
    report = beside(synthetic().iloc[:rows])
    text = str(report)
    assert "Fewer than 30 real rows: nothing of them is shown" in text
    assert "Fewer than 30 real rows" in report._repr_html_()
    assert report.figures("fidelity") == ()
    assert report.to_dict()["privacy"]["exact_copies"] is None
    assert "about" not in text


def test_the_limit_is_the_callers():
    other = synthetic().assign(dead=np.arange(ROWS) < 4)[["dead"]]
    hidden, public = beside(other), beside(other, min_cell=0)
    assert hidden.to_dict()["fidelity"]["shape"] is None
    assert public.to_dict()["fidelity"]["shape"] == pytest.approx(
        1 - abs(synthetic()["dead"].mean() - 0.01), abs=1e-12
    )
    strict = beside(synthetic()[["dead"]], min_cell=150)
    assert strict.to_dict()["fidelity"]["shape"] is None


def test_an_error_of_the_comparison_names_no_value():
    other = synthetic().assign(sex=[f"Mrs Rosenthal {n}" for n in range(ROWS)])
    with pytest.raises(synth_magic.DataError) as caught:
        beside(other, target="sex")
    assert "Rosenthal" not in str(caught.value)
