"""Effects are recovered in the words they were said in, and judged against the law."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synth_magic import fidelity
from synth_magic.blueprint.model import Blueprint
from synth_magic.record import attach
from tests.sampling.clinic import CLINIC as EVERY

pytestmark = pytest.mark.long

COHORT = """\
version: 1
table: cohort
columns:
  - {name: age, type: integer, unit: years, range: [30, 90],
     distribution: {normal: {mean: 62, sd: 11}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: height, type: number, decimals: 1, unit: cm, distribution: {by: sex, groups:
     {F: {normal: {mean: 163, sd: 7}}, M: {normal: {mean: 176, sd: 8}}}}}
  - {name: sbp, type: integer, distribution: {normal: {mean: 135, sd: 18}}}
  - {name: stay, type: number, decimals: 1, unit: days,
     distribution: {lognormal: {median: 5, sigma: 0.8}}}
  - {name: ward, type: category, values: [a, b, c],
     distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}}
  - {name: grade, type: category, ordered: true, values: [low, mid, high],
     distribution: {probabilities: {low: 0.5, mid: 0.3, high: 0.2}}}
  - {name: dead, type: boolean, distribution: {probability: 0.25}}
  - {name: visits, type: integer, distribution: {poisson: {mean: 0.6}}}
  - {name: followup, type: time_to_event, unit: days, event: relapse,
     survival: {365: 0.7, 1825: 0.4}, censoring: {administrative: [900, 2600]}}
effects:
  - {from: age, to: height, beta: -0.25}
  - {from: age, to: sbp, beta: 0.35}
  - {from: sex=M, to: sbp, beta: 0.3}
  - {from: age, to: stay, difference: 1.5, per: 10}
  - {from: age, to: ward=b, odds_ratio: 1.5, per: 10}
  - {from: sex=M, to: ward=c, odds_ratio: 2}
  - {from: age, to: grade, odds_ratio: 1.6, per: 10}
  - {from: age, to: dead, odds_ratio: 1.6, per: 10}
  - {from: sbp, to: dead, beta: 0.2}
  - {from: sbp, to: visits, beta: 0.4}
  - {from: age, to: followup, hazard_ratio: 1.5, per: 10}
  - {from: sex=M, to: followup, beta: -0.2}
"""
CORRELATED = """\
version: 1
columns:
  - {name: x, type: number, decimals: 2, distribution: {normal: {mean: 0, sd: 1}}}
  - {name: y, type: number, decimals: 2, distribution: {lognormal: {median: 5, sigma: 0.5}}}
effects:
  - {from: x, to: y, correlation: 0.4}
"""
BAD = ("small miss", "poor", "reversed")


def effects(report):
    return {figure.name: figure for figure in report.figures("effects")}


# As stated ---------------------------------------------------------------------------


def test_each_effect_has_a_figure_in_its_own_words(graded):
    assert list(effects(graded(COHORT, 800))) == [
        "age → height, beta",
        "age → sbp, beta",
        "sex = M → sbp, beta",
        "age → stay, difference per 10 years",
        "age → ward = b, odds ratio per 10 years",
        "sex = M → ward = c, odds ratio",
        "age → grade, odds ratio per 10 years",
        "age → dead, odds ratio per 10 years",
        "sbp → dead, beta",
        "sbp → visits, beta",
        "age → followup, hazard ratio per 10 years",
        "sex = M → followup, beta",
    ]


@pytest.mark.parametrize("yaml", [COHORT, CORRELATED])
def test_the_law_is_recovered_as_it_was_stated_and_every_effect_is_told(graded, yaml):
    report = graded(yaml, 20_000)
    for figure in report.figures("effects"):
        margin = (figure.band[1] - figure.band[0]) / 2
        assert abs(figure.law - figure.stated) < 0.4 * margin, figure.name
        assert figure.interval[0] <= figure.value <= figure.interval[1]
        assert figure.verdict == "as stated", figure.name
    assert report.to_dict()["headline"]["effects"]["good"] is True


def test_every_kind_of_column_rule_and_missing_value_is_borne(graded):
    found = effects(graded(EVERY, 3000))
    assert len(found) == EVERY.count("{from:") + 2  # of two columns' missing values
    assert all(math.isfinite(figure.value) for figure in found.values())
    assert {figure.verdict for figure in found.values()} == {"as stated"}


def test_a_parent_that_a_rule_leaves_out_costs_no_rows(graded):
    """Births of men are missing: a model of sbp on complete rows alone would hold no men."""
    yaml = """\
version: 1
columns:
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: births, type: integer, distribution: {poisson: {mean: 2}}}
  - {name: sbp, type: integer, distribution: {normal: {mean: 135, sd: 18}}}
effects:
  - {from: sex=M, to: sbp, difference: 8}
  - {from: births, to: sbp, difference: 3}
rules:
  - if sex == 'M' then births is missing
"""
    found = effects(graded(yaml, 4000))
    for figure in found.values():
        assert figure.law == pytest.approx(figure.stated, abs=0.3)
        assert figure.verdict == "as stated"


def test_the_regressions_are_those_of_statsmodels_on_the_same_rows(drawn):
    import statsmodels.api as sm

    table, record = drawn(COHORT, 1000)
    found = effects(fidelity.report(table, record))
    age, male = table["age"] / 10, (table["sex"] == "M").astype(float)
    raw = sm.OLS(table["stay"], sm.add_constant(age)).fit(cov_type="HC3")
    assert found["age → stay, difference per 10 years"].value == pytest.approx(raw.params["age"])
    cox = sm.PHReg(
        table["followup"], np.column_stack([age, male]), status=table["relapse"], ties="efron"
    ).fit()
    hazard = found["age → followup, hazard ratio per 10 years"]
    assert hazard.value == pytest.approx(math.exp(cox.params[0]), rel=1e-6)
    low, high = (math.exp(cox.params[0] + sign * 2.5758293 * cox.bse[0]) for sign in (-1, 1))
    assert hazard.interval == pytest.approx((low, high), rel=1e-6)
    among = table[table["ward"] != "c"]
    logit = sm.Logit((among["ward"] == "b") * 1.0, sm.add_constant(among["age"] / 10)).fit(disp=0)
    odds = found["age → ward = b, odds ratio per 10 years"].value
    assert math.log(odds) == pytest.approx(logit.params["age"], abs=0.01)  # Firth's penalty


def test_a_category_of_which_every_value_has_an_effect_is_recovered(graded):
    yaml = COHORT.replace(
        "  - {from: sex=M, to: ward=c, odds_ratio: 2}\n",
        "  - {from: sex=M, to: ward=c, odds_ratio: 2}\n  - {from: sbp, to: ward=a, beta: 0.4}\n",
    )
    found = [f for f in effects(graded(yaml, 5000)).values() if f.column == "ward"]
    assert len(found) == 3
    for figure in found:
        assert abs(figure.law - figure.stated) < 0.4 * (figure.band[1] - figure.band[0]) / 2
        assert figure.verdict == "as stated"


# What is wrong is found --------------------------------------------------------------


def reversed_(parent, child):
    """Sort the child's values so that the rank of its rows is turned: the marginal stays."""

    def change(table):
        turned = table.copy()
        order = np.argsort(table[child].to_numpy(), kind="stable")
        values = table[child].to_numpy()[order]
        place = np.empty(len(table), int)
        place[order] = np.arange(len(table))
        turned[child] = values[len(table) - 1 - place]
        return turned

    return change


def test_a_sign_reversed_is_found_and_named(graded):
    report = graded(COHORT, 1000, change=reversed_("age", "sbp"))
    assert effects(report)["age → sbp, beta"].verdict == "reversed"
    facts = [f for f in report.figures("adherence") if f.column == "sbp" and "mean" in f.name]
    assert facts[0].verdict == "as stated"


def test_an_effect_taken_away_is_poor_and_the_columns_are_not_blamed(graded):
    def shuffled(table):
        mixed = table["sbp"].sample(frac=1, random_state=1).to_numpy()
        return table.assign(sbp=mixed)

    report = graded(COHORT, 4000, change=shuffled)
    found = effects(report)
    assert found["age → sbp, beta"].verdict == "poor"
    assert report.to_dict()["headline"]["effects"]["good"] is False
    assert not [f for f in report.figures("adherence") if f.verdict in BAD]


def test_an_effect_that_nobody_could_see_is_not_graded_by_its_sign(graded):
    weak = CORRELATED.replace("0.4}", "0.05}")
    seen = [next(iter(effects(graded(weak, 60, seed)).values())) for seed in range(12)]
    assert any(figure.value < 0 for figure in seen)
    assert {figure.verdict for figure in seen} == {"too few rows to tell"}


def test_few_events_are_said_and_not_graded(graded):
    found = effects(graded(COHORT, 40))
    assert found["age → dead, odds ratio per 10 years"].verdict == "too few events"
    assert found["sex = M → ward = c, odds ratio"].verdict == "too few events"


def test_a_value_that_decides_the_outcome_is_too_few_events(graded):
    def change(table):
        return table.assign(dead=np.where(table["sex"] == "F", False, table["dead"]))

    yaml = COHORT.replace("{from: sbp, to: dead, beta: 0.2}", "{from: sex=M, to: dead, beta: 0.1}")
    found = effects(graded(yaml, 2000, change=change))
    figure = found["sex = M → dead, beta"]
    assert figure.verdict == "too few events"
    assert math.isfinite(figure.value)


def test_a_value_that_next_to_nobody_has_is_too_few_rows(graded):
    yaml = COHORT.replace("{F: 0.44, M: 0.56}", "{F: 0.99, M: 0.01}")

    def change(table):  # even where the few are far off: four rows are no effect
        return table.assign(sbp=table["sbp"].where(table["sex"] == "F", 190))

    found = effects(graded(yaml, 400, change=change))
    assert found["sex = M → sbp, beta"].verdict == "too few rows to tell"
    assert found["age → sbp, beta"].verdict == "as stated"


def test_under_by_an_effect_is_that_within_the_groups(graded):
    yaml = COHORT.replace("effects:\n", "effects:\n  - {from: sex=M, to: age, difference: -14}\n")
    found = effects(graded(yaml, 3000))["age → height, beta"]
    assert found.law == pytest.approx(-0.25, abs=0.012)
    assert found.verdict == "as stated"


def test_a_guess_that_is_kept_is_no_evidence_and_is_not_counted(graded):
    yaml = COHORT.replace("beta: 0.35}", "beta: 0.35, source: guess}")
    report = graded(yaml, 4000)
    assert effects(report)["age → sbp, beta"].verdict == "assumption, not evidence"
    assert report.to_dict()["headline"]["effects"]["value"] == "11 of 11"


def test_what_a_rule_does_to_an_effect_names_the_rule(graded):
    yaml = """\
version: 1
columns:
  - {name: x, type: integer, range: [0, 100], distribution: {uniform: {low: 0, high: 100}}}
  - {name: y, type: integer, range: [0, 100], distribution: {uniform: {low: 0, high: 100}}}
effects:
  - {from: x, to: y, beta: 0.1}
rules:
  - y > x - 45
"""
    figure = effects(graded(yaml, 300))["x → y, beta"]
    assert figure.law > 0.2
    assert figure.verdict == "poor"
    assert "The rule y > x - 45" in figure.sentence


# Tables that are not whole -----------------------------------------------------------


def test_a_changed_table_has_effects_without_verdict(graded):
    report = graded(COHORT, 500, change=lambda t: t.head(200), known=False)
    assert {f.verdict for f in report.figures("effects")} == {"not graded"}
    assert report.to_dict()["headline"]["effects"]["value"] == "not graded"


def test_a_lost_parent_leaves_out_its_effects_only(graded):
    found = effects(graded(COHORT, 500, change=lambda t: t.drop(columns=["sex"]), known=False))
    assert "sex = M → sbp, beta" not in found
    assert math.isfinite(found["age → sbp, beta"].value)
    gone = graded(COHORT, 500, change=lambda t: t.drop(columns=["relapse", "dead"]), known=False)
    assert not any("dead" in name for name in effects(gone))


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_next_to_no_rows_tell_nothing(drawn, rows):
    table, _ = drawn(COHORT, 5)
    table = table.iloc[:rows]
    report = fidelity.report(table, attach(table, Blueprint.from_yaml(COHORT), 1))
    few = {"too few rows to tell", "too few events"}
    assert {f.verdict for f in report.figures("effects")} <= few


def test_rows_with_missing_values_are_left_out_and_said(graded):
    yaml = COHORT + "missing:\n  sbp: {rate: 0.3, depends_on: age, beta: 0.5}\n"
    report = graded(yaml, 3000)
    figure = effects(report)["age → sbp, beta"]
    assert figure.verdict == "as stated"
    assert "of 3,000 rows are complete" in figure.sentence


def test_large_tables_are_read_at_fifty_thousand_rows_and_said(graded):
    report = graded(CORRELATED, 60_000)
    lead = next(section.lead for section in report.sections if section.key == "effects")
    assert "50,000 evenly spaced" in lead
    assert effects(report)["x → y, correlation"].verdict == "as stated"
