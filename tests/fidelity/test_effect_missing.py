"""What missing values depend on is recovered as it was stated, like any other effect."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synth_magic import fidelity

YAML = """\
version: 1
table: visit
columns:
  - {name: age, type: integer, unit: years, range: [30, 90],
     distribution: {normal: {mean: 62, sd: 11}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: sbp, type: integer, distribution: {normal: {mean: 135, sd: 18}}}
  - {name: hb, type: number, decimals: 1, distribution: {normal: {mean: 13.8, sd: 1.4}}}
  - {name: births, type: integer, distribution: {poisson: {mean: 2}}}
  - {name: income, type: number, decimals: 0, distribution: {normal: {mean: 3000, sd: 400}}}
  - {name: pulse, type: number, decimals: 1, formula: sbp / 2}
rules:
  - if sex == 'M' then births is missing
missing:
  sbp: {rate: 0.2, depends_on: age, beta: 0.6}
  hb: {rate: 0.1, depends_on: sex=M, odds_ratio: 2}
  births: {rate: 0.25, depends_on: age, odds_ratio: 1.04}
  income: {rate: 0.3, depends_on: income, beta: 0.8}
  pulse: {rate: 0.15, depends_on: age, beta: -0.4}
"""


def effects(report):
    return {figure.name: figure for figure in report.figures("effects")}


def test_each_column_whose_gaps_depend_on_another_has_a_figure_in_its_own_words(graded):
    report = graded(YAML, 800)
    assert list(effects(report)) == [
        "age → sbp missing, beta",
        "sex = M → hb missing, odds ratio",
        "age → births missing, odds ratio per year",
        "age → pulse missing, beta",
    ]
    (section,) = (section for section in report.sections if section.key == "effects")
    assert "Of income it cannot be seen on what the missing values depend" in section.lead
    assert report.to_dict()["headline"]["effects"]["value"] == "4 of 4"


def test_the_law_is_recovered_as_it_was_stated(graded):
    """Also in rows that a rule leaves out, and where a value is missing from which it follows."""
    for figure in effects(graded(YAML, 20_000)).values():
        margin = (figure.band[1] - figure.band[0]) / 2
        assert abs(figure.law - figure.stated) < 0.4 * margin, figure.name
        assert figure.interval[0] <= figure.stated <= figure.interval[1], figure.name
        assert figure.verdict == "as stated"


def test_an_odds_ratio_of_missing_values_is_that_of_statsmodels(drawn):
    import statsmodels.api as sm

    table, record = drawn(YAML, 20_000)
    found = effects(fidelity.report(table, record))["sex = M → hb missing, odds ratio"]
    male = sm.add_constant((table["sex"] == "M").astype(float))
    logit = sm.Logit(table["hb"].isna().astype(float), male).fit(disp=0)
    # Firth's correction is of the order of one row in so many.
    assert found.value == pytest.approx(math.exp(logit.params.iloc[1]), rel=2e-3)
    low, high = logit.conf_int(alpha=0.01).iloc[1]
    assert found.interval == pytest.approx((math.exp(low), math.exp(high)), rel=5e-3)


def shuffled(table):
    """As many gaps as before, in rows of any age."""
    rng = np.random.default_rng(0)
    held = table["sbp"].dropna().to_numpy()
    table["sbp"] = table["sbp"].astype("float64")
    table["sbp"] = np.nan
    table.loc[rng.permutation(len(table))[: len(held)], "sbp"] = held
    return table.drop(columns="pulse")


def turned(table):
    """The young lack what the old were said to lack."""
    gone = int(table["sbp"].isna().sum())
    table["sbp"] = table["sbp"].astype("float64").fillna(135)
    table.loc[table["age"].sort_values(kind="stable").index[:gone], "sbp"] = np.nan
    return table.drop(columns="pulse")


@pytest.mark.parametrize(("change", "verdict"), [(shuffled, "poor"), (turned, "reversed")])
def test_gaps_that_depend_on_nothing_or_the_other_way_are_seen(graded, change, verdict):
    found = effects(graded(YAML, 3000, change=change))
    assert found["age → sbp missing, beta"].verdict == verdict
    assert found["sex = M → hb missing, odds ratio"].verdict == "as stated"


def test_with_few_gaps_there_is_too_little_to_tell(graded):
    found = effects(graded(YAML, 40))
    assert found["sex = M → hb missing, odds ratio"].verdict == "too few events"


def test_a_table_whose_column_was_dropped_has_no_such_figure(graded):
    report = graded(YAML, 800, change=lambda t: t.drop(columns=["sbp", "pulse"]), known=False)
    assert not [name for name in effects(report) if "sbp" in name]
