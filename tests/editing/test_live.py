"""The live check of a rule, and a figure previewed while it is typed."""

from __future__ import annotations

import numpy as np
import pytest

from synth_magic import sampling
from synth_magic.editing import Edit, apply, preview, rule_state
from synth_magic.errors import SpecError


def test_a_rule_is_counted_as_pandas_counts_it(diabetes):
    table = sampling.draw(sampling.compile(diabetes), 3000)
    holds, rows, unknown = rule_state("hba1c > 7", diabetes, table)
    assert (rows, unknown) == (3000, int(table["hba1c"].isna().sum()))
    assert holds == int((table["hba1c"] > 7).sum())
    assert rule_state("sbp > dbp", diabetes, table) == (3000, 3000, 0)
    assert rule_state("smoker == 'never'", diabetes, table)[0] == int(
        (table["smoker"] == "never").sum()
    )
    expected = int((~table["retinopathy"].astype(bool) | (table["sbp"] > 120)).sum())
    assert rule_state("if retinopathy then sbp > 120", diabetes, table)[0] == expected
    assert rule_state("visit >= '2018-01-01'", diabetes, table)[0] == int(
        (table["visit"] >= "2018-01-01").sum()
    )


def test_an_event_can_be_in_a_rule(trial):
    table = sampling.draw(sampling.compile(trial), 500)
    assert rule_state("death", trial, table) == (int(table["death"].sum()), 500, 0)
    lacking = int(table["crp"].isna().sum())
    assert rule_state("crp is missing", trial, table) == (lacking, 500, 0)


def test_a_category_that_the_blueprint_does_not_know_is_unknown(small):
    table = sampling.draw(sampling.compile(small), 100)
    strange = table.astype({"sex": object})
    strange.loc[strange.index[:7], "sex"] = "X"
    assert rule_state("sex == 'F'", small, strange)[2] == 7


def test_a_table_without_the_column_leaves_the_rule_open(small):
    table = sampling.draw(sampling.compile(small), 50)
    assert rule_state("age > 3", small, table.drop(columns="age")) == (0, 50, 50)
    assert rule_state("age > 3", small, table.iloc[:0]) == (0, 0, 0)


@pytest.mark.parametrize("text", ["age >", "age + 1", "3 > 2", "nope > 1", "x" * 30_000])
def test_what_is_no_rule_is_refused(small, text):
    table = sampling.draw(sampling.compile(small), 5)
    with pytest.raises(SpecError):
        rule_state(text, small, table)


@pytest.mark.parametrize(
    ("column", "key", "text"),
    [("age", "median", "66"), ("weight", "F/median", "72"), ("smoker", "share/current", "30")],
)
def test_a_preview_is_the_law_that_applying_would_give(diabetes, column, key, text):
    edit = Edit("field", column, key=key, text=text)
    shown, law = preview(diabetes, edit)
    after = apply(diabetes, edit).blueprint
    assert shown == after.column(column)
    assert law is not None
    plan = sampling.compile(after).laws[column]
    at = np.linspace(0.001, 0.999, 99)
    np.testing.assert_allclose(law.ppf(at), plan.ppf(at), rtol=1e-9)


def test_a_preview_of_a_range_a_formula_and_decimals(diabetes, trial):
    column, law = preview(diabetes, Edit("range", "hba1c", text="5 to 15"))
    assert column.range == (5, 15)
    assert law is not None
    assert law.support[1] <= 15.1
    assert preview(diabetes, Edit("field", "bmi", key="formula", text="weight / 2"))[1] is None
    column, law = preview(diabetes, Edit("decimals", "hba1c", text="3"))
    assert column.decimals == 3
    edit = Edit("field", "followup", key="survival/365", text="90")
    assert preview(trial, edit)[1] is not None
    with pytest.raises(SpecError):
        preview(diabetes, Edit("range", "age", text="30-60"))
