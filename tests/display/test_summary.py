"""The summary holds the numbers that are shown, computed from the table itself."""

import numpy as np
import pytest

from synth_magic.blueprint.model import Blueprint
from synth_magic.display import facts
from synth_magic.display.summary import summarise
from synth_magic.errors import note, warning


def column(summary, name):
    return next(item for item in summary["schema"] if item["name"] == name)


def test_it_is_plain_json(clinic, kinds, plain_json):
    for shown in (clinic, kinds):
        summary = summarise(*shown)
        assert plain_json(summary)["rows"] == len(shown[0].table)


def test_heights_of_a_picture_are_shares_of_what_was_drawn_and_stated(clinic):
    summary = summarise(*clinic)
    for name in ("age", "hba1c", "sbp"):
        picture = column(summary, name)["picture"]
        assert len(picture["drawn"]) == len(picture["stated"])
        assert sum(picture["drawn"]) == pytest.approx(1, abs=0.02)
        assert sum(picture["stated"]) == pytest.approx(1, abs=0.02)
        assert np.abs(np.subtract(picture["drawn"], picture["stated"])).max() < 0.06


def test_shares_are_those_of_the_table(clinic):
    result, _ = clinic
    summary = summarise(result)
    sex = column(summary, "sex")["picture"]
    assert sex["values"] == ["F", "M"]
    assert sex["drawn"] == pytest.approx([(result.table["sex"] == v).mean() for v in "FM"])
    assert sex["stated"] == pytest.approx([0.44, 0.56])
    yes = column(summary, "retinopathy")["picture"]
    assert yes["values"] == ["yes", "no"]
    assert yes["drawn"][0] == pytest.approx(result.table["retinopathy"].mean())


def test_figures_of_a_column_are_those_of_the_table(clinic):
    result, _ = clinic
    found = column(summarise(result), "hba1c")["drawn"]
    values = result.table["hba1c"]
    assert found["missing"] == pytest.approx(values.isna().mean())
    assert found["mean"] == pytest.approx(values.mean())
    assert found["sd"] == pytest.approx(values.std())
    assert (found["min"], found["max"]) == (values.min(), values.max())
    assert found["median"] == pytest.approx(values.median())


def test_the_brief_under_a_name_is_the_median_and_range_or_the_first_share(clinic):
    result, _ = clinic
    briefs = {c["name"]: c["brief"] for c in summarise(result)["preview"]["columns"]}
    age = result.table["age"]
    middle = int(np.quantile(age, 0.5, method="inverted_cdf"))
    assert briefs["age"] == f"{middle} · {age.min()}–{age.max()}"
    assert briefs["sex"] == f"F {100 * (result.table['sex'] == 'F').mean():.0f} %"
    assert briefs["hba1c"].endswith("% missing")


def test_dates_of_several_years_are_briefed_by_their_years(kinds):
    briefs = {c["name"]: c["brief"] for c in summarise(*kinds)["preview"]["columns"]}
    assert briefs["visit"] == "2015–2020"
    assert briefs["seen"].startswith("2015-01-0")


def test_a_value_that_nobody_stated_is_not_drawn_among_those_stated(make):
    result, _ = make(rows=40)
    table = result.table.assign(sex="other")
    from synth_magic.record import Result, attach

    shown = summarise(Result(table, attach(table, result.record.blueprint(), 7)))
    assert column(shown, "sex")["picture"]["drawn"] == [0, 0]


def test_many_values_are_added_up(make):
    shares = ", ".join(f"v{i}: 0.05" for i in range(20))
    yaml = (
        "version: 1\ntable: t\ncolumns:\n  - {name: x, type: category,"
        f" distribution: {{probabilities: {{{shares}}}}}}}\n"
    )
    summary = summarise(*make(yaml, 200))
    picture = column(summary, "x")["picture"]
    assert len(picture["values"]) == 12
    assert picture["values"][-1] == "9 more"
    assert sum(picture["drawn"]) == pytest.approx(1)
    assert column(summary, "x")["words"].endswith("16 more")
    assert column(summary, "x")["range"] == "20 values"


def test_a_column_of_one_value_has_a_picture(make):
    yaml = (
        "version: 1\ntable: t\ncolumns:\n  - {name: x, type: number, decimals: 2,"
        " distribution: {normal: {mean: 5, sd: 1}}}\n"
    )
    picture = column(summarise(*make(yaml, 1)), "x")["picture"]
    assert max(picture["drawn"]) > 0


def test_counts_of_sources_are_of_facts(clinic):
    summary = summarise(*clinic)
    assert summary["source_line"] == "7 user · 3 model · 8 reference · 1 guess"


def test_notes_go_to_their_column_and_warnings_first(make):
    result, report = make(
        rows=20,
        notes=[
            note((), "general"),
            note(("columns", "age"), "about age"),
            warning(("columns", "age"), "beware"),
        ],
    )
    summary = summarise(result, report)
    assert [n["text"] for n in summary["notes"]] == ["beware", "general"]
    assert column(summary, "age")["notes"] == ["about age"]


def test_the_rules_outcome_is_the_reports(clinic):
    summary = summarise(*clinic)
    assert summary["rules"][0]["good"] is True
    assert summary["rules"][0]["outcome"].startswith("holds in all 800 rows")
    assert summarise(clinic[0])["rules"][0]["good"] is None


EFFECTS = """\
version: 1
table: t
columns:
  - {name: age, type: integer, unit: years, range: [20, 80],
     distribution: {normal: {mean: 50, sd: 9}}}
  - {name: dead, type: boolean, distribution: {probability: 0.3}}
  - {name: kind, type: category, distribution: {probabilities: {a: 0.2, b: 0.2, c: 0.2, d: 0.2,
     e: 0.2}}}
  - {name: sbp, type: number, unit: mmHg, decimals: 0, distribution: {normal: {mean: 130, sd: 15}}}
  - {name: visit, type: date, range: ["2015-01-01", "2020-12-31"],
     distribution: {uniform: {low: "2015-01-01", high: "2020-12-31"}}}
  - {name: days, type: time_to_event, unit: days, event: gone, survival: {365: 0.5}}
effects:
  - {from: age, to: sbp, difference: 4.5, per: 10}
  - {from: dead, to: sbp, difference: -3}
  - {from: kind=a, to: sbp, beta: 0.3}
  - {from: age, to: visit, difference: 30, per: 10}
  - {from: age, to: days, hazard_ratio: 1.2, where: dead}
  - {from: kind=a, to: days, hazard_ratio: 2}
  - {from: kind=b, to: days, hazard_ratio: 2}
  - {from: visit, to: dead, odds_ratio: 1.1}
"""


def test_effects_are_said_in_the_words_they_were_stated_in():
    blueprint = Blueprint.from_yaml(EFFECTS)
    said = [facts.effect(item, blueprint) for item in blueprint.effects]
    assert [(e["from"], e["to"], e["size"], e["per"]) for e in said] == [
        ("age", "sbp", "+4.5 mmHg", "per 10 years"),
        ("dead", "sbp", "−3 mmHg", "yes against no"),
        ("kind = a", "sbp", "+0.3 SD", "against all other values"),
        ("age", "visit", "+30 days", "per 10 years"),
        ("age", "days", "HR 1.2", "per year where dead"),
        ("kind = a", "days", "HR 2", "against c, d, e"),
        ("kind = b", "days", "HR 2", "against c, d, e"),
        ("visit", "dead", "OR 1.1", "per day"),
    ]
