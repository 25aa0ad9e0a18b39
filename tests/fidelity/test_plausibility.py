"""Values beside what living people, and such people, have."""

from __future__ import annotations

import pytest

YAML = """\
version: 1
table: diabetes
population: adults with type 2 diabetes
columns:
  - {name: age, type: integer, unit: years, range: [30, 85],
     distribution: {normal: {mean: 62, sd: 10}}}
  - {name: sbp, type: integer, unit: mmHg, range: [80, 230],
     distribution: {normal: {mean: 133, sd: 18}}}
  - {name: hba1c, type: number, unit: "%", range: [4.5, 14],
     distribution: {lognormal: {median: 7.1, sigma: 0.15}}}
  - {name: hypertension, type: boolean, distribution: {probability: 0.68}}
  - {name: smoker, type: category,
     distribution: {probabilities: {never: 0.52, former: 0.34, current: 0.14}}}
  - {name: zeta, type: number, distribution: {normal: {mean: 0, sd: 1}}}
"""


def figures(report):
    return {figure.name: figure for figure in report.figures("plausibility")}


def whats(report):
    return [problem.what for problem in report.problems]


def test_a_table_of_such_people_is_as_the_reference_expects(graded):
    report = graded(YAML, 800)
    assert {figure.verdict for figure in figures(report).values()} == {"as expected"}
    assert report.to_dict()["headline"]["plausibility"] == {
        "value": "5 of 5",
        "detail": "columns as the reference expects",
        "good": True,
    }
    assert not any("zeta" in name for name in figures(report))


def test_values_that_no_living_person_has_are_found(graded):
    def change(table):
        table.loc[:2, "sbp"] = 20
        return table

    report = graded(YAML, 800, change=change)
    figure = figures(report)["sbp, possible values"]
    assert (figure.value, figure.verdict, figure.band) == (3, "unlikely", (40, 300))
    assert figure.sentence == "No living person has such values."
    assert report.to_dict()["headline"]["plausibility"]["good"] is False


@pytest.mark.parametrize(
    ("unit", "law", "band"),
    [("mmol/mol", "{normal: {mean: 55, sd: 10}}", (9.3, 195.1))],
)
def test_limits_are_in_the_columns_own_unit(graded, unit, law, band):
    yaml = YAML.replace('unit: "%", range: [4.5, 14]', f"decimals: 0, unit: {unit}").replace(
        "{lognormal: {median: 7.1, sigma: 0.15}}", law
    )
    assert figures(graded(yaml, 300))["hba1c, possible values"].band == pytest.approx(band, abs=0.1)


def test_what_the_user_stated_far_from_the_reference_is_noted_and_never_poor(graded):
    yaml = YAML.replace("mean: 133", "mean: 185").replace("probability: 0.68", "probability: 0.05")
    report = graded(yaml, 800)
    found = figures(report)
    assert found["sbp, usual values"].verdict == "as stated"
    assert found["hypertension in such people"].verdict == "as stated"
    assert any("sbp: you stated values around 18" in what for what in whats(report))
    assert any("hypertension: you stated 5 %" in what for what in whats(report))
    assert report.to_dict()["headline"]["plausibility"]["good"] is None


def test_what_somebody_else_stated_far_from_the_reference_is_unlikely(graded):
    yaml = YAML.replace("{mean: 133, sd: 18}}", "{mean: 185, sd: 18}, source: model}")
    report = graded(yaml, 800)
    figure = figures(report)["sbp, usual values"]
    assert figure.verdict == "unlikely"
    assert "the model stated" in figure.sentence
    assert not whats(report)


def test_a_spread_that_the_reference_does_not_know_is_told(graded):
    yaml = YAML.replace("sd: 18", "sd: 45")
    report = graded(yaml, 800)
    assert any("sbp: you stated a spread" in what for what in whats(report))


def test_more_unusual_values_than_the_law_makes_are_unlikely(graded):
    def change(table):
        table.loc[:39, "sbp"] = 228
        return table

    figure = figures(graded(YAML, 800, change=change))["sbp, usual values"]
    assert figure.verdict == "unlikely"
    assert figure.value < 0.96


def test_values_that_the_description_allows_say_so(graded):
    yaml = YAML.replace(", range: [80, 230]", "").replace("sd: 18", "sd: 60")
    report = graded(yaml, 2000)
    figure = figures(report)["sbp, possible values"]
    assert figure.value > 0
    assert figure.verdict == "as stated"
    assert figure.sentence == "No living person has such values; what you stated makes them."
    head = report.to_dict()["headline"]["plausibility"]
    assert head["value"] == "4 of 5"
    assert head["detail"] == "columns as the reference expects, 1 as you stated otherwise"
    assert head["good"] is None
    (said,) = (p for p in report.problems if "no living person" in p.what)
    assert said.level == "warning"
    assert said.what.endswith(
        " % of what you stated lies beyond 40 mmHg to 300 mmHg, "
        "and no living person has such values"
    )


def test_a_range_that_allows_impossible_values_is_the_users(graded):
    yaml = YAML.replace("range: [80, 230]", "range: [10, 900]").replace(
        "{mean: 133, sd: 18}}", "{mean: 133, sd: 60}, source: reference}"
    )
    report = graded(yaml, 2000)
    assert figures(report)["sbp, possible values"].verdict == "as stated"
    assert report.to_dict()["headline"]["plausibility"]["good"] is not True


def test_impossible_values_that_a_model_stated_are_unlikely_and_the_model_is_named(graded):
    yaml = YAML.replace(", range: [80, 230]", "").replace("sd: 18}}", "sd: 60}, source: model}")
    report = graded(yaml, 2000)
    figure = figures(report)["sbp, possible values"]
    assert figure.verdict == "unlikely"
    assert figure.sentence == "No living person has such values; what the model stated makes them."
    assert report.to_dict()["headline"]["plausibility"]["good"] is False


def test_a_share_between_near_and_far_says_how_far(graded):
    near, between = (
        figures(graded(YAML.replace("probability: 0.68", f"probability: {p}"), 800))[
            "hypertension in such people"
        ]
        for p in (0.68, 0.45)
    )
    assert near.sentence == "The share is one to be expected in such people."
    assert between.verdict == "as expected"
    assert between.sentence.startswith("The reference expects ")
    assert "not a large difference (Cohen's h 0." in between.sentence


def test_zeros_that_were_stated_are_no_impossible_values(graded):
    yaml = YAML.replace(
        '"%", range: [4.5, 14],\n     distribution: {lognormal: {median: 7.1, sigma: 0.15}}',
        '"%", distribution: {zero_share: 0.3, lognormal: {median: 7.1, sigma: 0.15}}',
    )
    assert figures(graded(yaml, 400))["hba1c, possible values"].value == 0


def test_children_are_not_measured_by_adults(graded):
    report = graded(YAML.replace("adults with type 2 diabetes", "children with asthma"), 200)
    young = graded(
        YAML.replace("population: adults with type 2 diabetes", "population: children with asthma")
        .replace("range: [30, 85]", "range: [2, 12]")
        .replace("mean: 62, sd: 10", "mean: 7, sd: 2"),
        200,
    )
    assert not figures(young)
    assert "plausibility" not in young.to_dict()["headline"]
    assert report.rows == 200


def test_columns_that_the_reference_does_not_know_make_no_section(graded):
    yaml = (
        "version: 1\ncolumns:\n  - {name: zeta, type: number,"
        " distribution: {normal: {mean: 0, sd: 1}}}\n"
    )
    assert "plausibility" not in graded(yaml, 50).to_dict()


def test_a_changed_table_is_shown_without_verdict(graded):
    report = graded(YAML, 300, change=lambda t: t.head(100), known=False)
    assert {f.verdict for f in figures(report).values()} == {"not graded"}
    assert report.to_dict()["headline"]["plausibility"]["value"] == "not graded"
