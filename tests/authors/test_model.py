"""A model's answer is checked, mended, laid beside the user's facts, and never overrules them."""

import json

import numpy as np
import pytest

from synth_magic import cell, sampling
from synth_magic.authors import model, offline
from synth_magic.errors import ModelError, SpecError
from synth_magic.laws import solve
from tests.authors.answers import Model, failure, good

FIRST = """Adults with type 2 diabetes, outpatients

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14
  sbp: mmHg
  dbp: mmHg
  smoker: never / former / current
  retinopathy: yes/no, 22%
  grip: of the better hand, kg
  foot_ulcer: yes/no
  pulse_pressure: mmHg
rules:
  - sbp > dbp
"""
TABLE = "Adults\n\ncolumns:\n"
EMPTY = {"numbers": [], "yes_no": [], "choices": [], "effects": []}


def number(name, p5, p25, p50, p75, p95, **more):
    row = {"column": name, "group": "", "unit": "", "decimals": 1, "limits": [], "zero_share": 0}
    return row | {"p5": p5, "p25": p25, "p50": p50, "p75": p75, "p95": p95} | more


def run(text, *answers, **options):
    """(blueprint, notes as text, the model) of a cell and what the model answers."""
    asked = Model(*answers)
    blueprint, notes = model.complete(cell.parse(text), asked, **options)
    sampling.compile(blueprint)
    return blueprint, "\n".join(n.what for n in notes), asked


def lines(column):
    return f"{TABLE}  {column}\n"


def median(blueprint, name):
    return sampling.compile(blueprint).marginal(name).median


# A good answer ----------------------------------------------------------------------


def test_a_good_answer_is_asked_once_and_all_of_it_is_in_the_blueprint():
    blueprint, notes, asked = run(FIRST, good())
    assert len(asked.asked) == 1
    assert "not used" not in notes
    assert "left out" not in notes
    age, grip = blueprint.column("age"), blueprint.column("grip")
    assert dict(age.distribution.quantiles)[0.5] == 64
    assert age.distribution.source == "model"
    assert dict(dict(grip.distribution.groups)["M"].quantiles)[0.95] == 52
    assert blueprint.column("foot_ulcer").distribution.probability == 0.04
    assert blueprint.column("pulse_pressure").formula == "sbp - dbp"
    assert {e.source for e in blueprint.effects if e.child in ("sbp", "grip")} == {"model"}
    assert "sbp > dbp + 10" in [r.text for r in blueprint.rules if r.source == "model"]
    (missing,) = blueprint.missing
    assert (missing.column, missing.rate, missing.depends_on) == ("grip", 0.12, "age")
    assert "frail people could not be tested" in notes


def test_what_the_model_says_of_a_column_s_causes_stands_alone():
    blueprint, _, _ = run(FIRST, good())
    assert {(e.parent, e.source) for e in blueprint.effects if e.child == "dbp"} == {
        ("sbp", "model"),
        ("age", "model"),
    }
    assert {e.source for e in blueprint.effects if e.child == "hba1c"} <= {"reference"}


def test_effects_of_the_model_are_found_again_in_the_table():
    blueprint, _, _ = run(FIRST, good())
    table = blueprint.sample(20_000)
    men = table[(table["sex"] == "M") & table["grip"].notna()]
    slope = np.polyfit(men["age"], men["grip"].astype(float), 1)[0]
    assert -0.42 < slope < -0.22  # -3.2 kg per 10 years
    assert table["grip"].isna().mean() == pytest.approx(0.12, abs=0.01)
    assert (table["sbp"] - table["dbp"] == table["pulse_pressure"]).all()


def test_the_same_answer_makes_the_same_blueprint():
    assert run(FIRST, good())[0].to_yaml() == run(FIRST, good())[0].to_yaml()


def test_the_blueprint_can_be_written_and_read_again():
    blueprint, _, _ = run(FIRST, good())
    assert type(blueprint).from_yaml(blueprint.to_yaml()) == blueprint


# What the user stated is law --------------------------------------------------------------


def test_a_stated_law_range_share_rule_effect_and_missingness_stay_the_user_s():
    text = FIRST + "effects:\n  - {from: age, to: sbp, beta: 0.1}\nmissing:\n  grip: 3%\n"
    answer = good()
    answer["yes_no"].append({"column": "retinopathy", "group": "", "share": 0.9})
    answer["missing"][0]["share"] = 0.5
    blueprint, _, _ = run(text, answer)
    assert blueprint.column("retinopathy").distribution.probability == 0.22
    assert blueprint.column("retinopathy").distribution.source == "user"
    assert blueprint.column("age").range == (30, 85)
    assert blueprint.column("age").source_of("range") == "user"
    (kept,) = [e for e in blueprint.effects if (e.parent, e.child) == ("age", "sbp")]
    assert (kept.size, kept.source) == (0.1, "user")
    (missing,) = blueprint.missing
    assert (missing.rate, missing.source) == (0.03, "user")
    assert blueprint.rules[0].text == "sbp > dbp"


def test_quantiles_beyond_the_stated_range_are_reshaped_into_it():
    answer = {"numbers": [number("marker", 5, 20, 30, 45, 90)]}
    blueprint, _, _ = run(lines("marker: ng/mL, 10-80"), answer)
    table = blueprint.sample(4000)
    assert table["marker"].between(10, 80).all()
    assert 28 < table["marker"].median() < 34


def test_quantiles_outside_the_stated_range_are_sent_back():
    wrong = {"numbers": [number("marker", 500, 600, 700, 800, 900)]}
    right = {"numbers": [number("marker", 12, 20, 30, 45, 70)]}
    blueprint, notes, asked = run(lines("marker: ng/mL, 10-80"), wrong, right)
    assert len(asked.asked) == 2
    assert "lie mostly outside the range from 10 to 80" in asked.asked[1].messages[1][1]
    assert 28 < median(blueprint, "marker") < 32
    assert "not used" not in notes


@pytest.mark.parametrize("mean", [20, 35, 50])
def test_a_stated_mean_is_the_table_s_with_the_model_s_skew(mean):
    answer = {"numbers": [number("marker", 8, 15, 25, 45, 120)]}
    blueprint, notes, _ = run(lines(f"marker: ng/mL, mean {mean}"), answer)
    law = sampling.compile(blueprint).marginal("marker")
    assert law.mean == pytest.approx(mean, rel=0.01)
    assert law.median < 0.8 * mean
    assert "the rest of its shape is the model's" in notes
    assert blueprint.column("marker").distribution.source == "user"


def test_a_stated_median_and_a_stated_sd_are_kept():
    answer = {"numbers": [number("marker", 8, 15, 25, 45, 120)]}
    blueprint, _, _ = run(lines("marker: ng/mL, median 40"), answer)
    assert median(blueprint, "marker") == pytest.approx(40, rel=0.01)
    answer = {"numbers": [number("shift", -30, -12, -2, 9, 25)]}
    blueprint, _, _ = run(lines("shift: change of weight, kg, sd 10"), answer)
    law = sampling.compile(blueprint).marginal("shift")
    assert law.sd == pytest.approx(10, rel=0.02)
    assert law.mean < 0


def test_a_mean_that_the_shape_cannot_have_is_the_user_s_alone():
    answer = {"numbers": [number("marker", 8, 15, 25, 45, 120)]}
    blueprint, _, _ = run(lines("marker: ng/mL, mean 5000"), answer)
    law = sampling.compile(blueprint).marginal("marker")
    assert law.mean == pytest.approx(5000, rel=0.02)


def test_stated_shares_stay_and_the_open_ones_are_the_model_s():
    answer = {
        "choices": [
            {"column": "stage", "group": "", "ordered": True,
             "values": ["I", "II", "III"], "shares": [0.2, 0.6, 0.2]}
        ]
    }  # fmt: skip
    blueprint, _, _ = run(lines("stage: I / II / III 10%"), answer)
    shares = dict(blueprint.column("stage").distribution.probabilities)
    assert shares["III"] == pytest.approx(0.1)
    assert shares["II"] == pytest.approx(0.675, abs=0.001)


def test_a_formula_of_the_reference_is_not_replaced():
    text = TABLE + "  height: cm\n  weight: kg\n  bmi: kg/m2\n"
    answer = {
        "numbers": [number("height", 152, 162, 169, 176, 187),
                    number("weight", 54, 66, 77, 90, 115), number("bmi", 20, 23, 27, 31, 39)],
        "effects": [{"cause": "height", "result": "bmi", "word": "beta", "size": 0.3}],
    }  # fmt: skip
    blueprint, _, _ = run(text, answer)
    assert "weight" in blueprint.column("bmi").formula
    assert blueprint.column("bmi").source_of("formula") == "reference"


# Mending ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "quantiles", "unit", "low", "high"),
    [
        ("creatinine: mg/dL", (52, 66, 78, 93, 125), "µmol/L", 0.8, 1.0),
        ("creatinine: mg/dL", (52, 66, 78, 93, 125), "mg/dL", 0.8, 1.0),
        ("glucose: mg/dL", (4.4, 5.0, 5.5, 6.2, 9.5), "mmol/L", 90, 110),
        ("total_cholesterol: mg/dL", (3.4, 4.2, 4.9, 5.6, 6.8), "", 170, 205),
        ("hba1c: %", (0.05, 0.053, 0.056, 0.06, 0.078), "%", 5.2, 6.1),
        ("height: cm", (1.52, 1.62, 1.69, 1.76, 1.86), "cm", 165, 172),
    ],
)
def test_an_answer_in_another_unit_is_turned_into_the_column_s_and_told(
    line, quantiles, unit, low, high
):
    name = line.partition(":")[0]
    answer = {"numbers": [number(name, *quantiles, unit=unit)]}
    blueprint, notes, asked = run(lines(line), answer)
    assert low <= median(blueprint, name) <= high
    assert blueprint.column(name).distribution.source == "model"
    assert "turned into" in notes
    assert len(asked.asked) == 1


def test_a_unit_that_is_only_misspelled_changes_nothing():
    answer = {"numbers": [number("sbp", 104, 116, 126, 139, 162, unit="mmol/L")]}
    blueprint, notes, _ = run(lines("sbp: mmHg"), answer)
    assert dict(blueprint.column("sbp").distribution.quantiles)[0.5] == 126
    assert "turned" not in notes


def test_a_column_that_the_reference_does_not_know_is_turned_by_its_units():
    answer = {"numbers": [number("tumour", 0.8, 1.5, 2.2, 3.1, 5.5, unit="cm")]}
    blueprint, notes, _ = run(lines("tumour: largest diameter, mm"), answer)
    assert median(blueprint, "tumour") == pytest.approx(22, abs=0.5)
    assert "answered in cm, turned into mm" in notes


@pytest.mark.parametrize(
    ("shares", "used"),
    [([0.5, 0.45], True), ([50, 50], True), ([0.5, 0.3], False), ([1.2, 0.1], False)],
)
def test_shares_are_scaled_when_they_nearly_add_up_and_sent_back_when_not(shares, used):
    row = {"column": "arm", "group": "", "ordered": False, "values": ["A", "B"], "shares": shares}
    blueprint, notes, asked = run(lines("arm: A / B"), {"choices": [row]})
    law = blueprint.column("arm").distribution
    assert (law.source == "model") is used
    assert sum(dict(law.probabilities).values()) == pytest.approx(1)
    assert len(asked.asked) == (1 if used else 2)
    assert ("not used" in notes) is not used
    if shares == [0.5, 0.45]:
        assert "added up to 0.95 and were scaled" in notes


@pytest.mark.parametrize(("share", "is_"), [(0.2, 0.2), (20, 0.2), ("20%", 0.2), (0, 0), (1, 1)])
def test_shares_of_yes_are_read_in_percent_too(share, is_):
    answer = {"yes_no": [{"column": "arm_b", "group": "", "share": share}]}
    blueprint, _, _ = run(lines("arm_b: yes/no"), answer)
    assert blueprint.column("arm_b").distribution.probability == pytest.approx(is_)


def test_names_and_values_are_found_in_the_model_s_spelling():
    text = TABLE + "  Grip strength: kg\n  stage: Early stage / late stage\n"
    answer = {
        "numbers": [number("grip_strength", 14, 22, 29, 37, 50)],
        "choices": [{"column": "STAGE", "group": "", "ordered": True,
                     "values": ["early_stage", "LATE STAGE"], "shares": [0.7, 0.3]}],
        "effects": [{"cause": "Stage = Late_Stage", "result": "grip strength", "word": "beta",
                     "size": -0.4}],
    }  # fmt: skip
    blueprint, _, _ = run(text, answer)
    assert blueprint.column("Grip strength").distribution.source == "model"
    assert dict(blueprint.column("stage").distribution.probabilities)["late stage"] == 0.3
    (effect,) = [e for e in blueprint.effects if e.source == "model"]
    assert effect.parent == "stage=late stage"


def test_unknown_and_doubled_columns_are_no_harm():
    answer = good()
    answer["numbers"] += [number("nobody", 1, 2, 3, 4, 5), {**answer["numbers"][0], "p50": 70}]
    blueprint, notes, _ = run(FIRST, answer)
    assert "nobody" not in blueprint.names
    assert dict(blueprint.column("age").distribution.quantiles)[0.5] == 64
    assert "age: the model answered twice" in notes


# Not believed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantiles", "why"),
    [
        ((30, 33, 36, 40, 47), "outside what such people have"),
        ((128, 129, 130, 131, 132), "too little spread"),
        ((20, 60, 130, 230, 390), "too much spread"),
        ((120, 110, 130, 140, 150), "must rise"),
        ((130, 130, 130, 130, 130), "people differ"),
        ((120, None, 130, 140, 150), "must all be numbers"),
    ],
)
def test_what_is_not_believed_goes_back_once_and_then_the_reference_stands(quantiles, why):
    blueprint, notes, asked = run(lines("sbp: mmHg"), {"numbers": [number("sbp", *quantiles)]})
    assert len(asked.asked) == 2
    assert why in asked.asked[1].messages[1][1]
    assert why in notes
    assert "what stands is the reference's" in notes
    assert blueprint.column("sbp").distribution.source == "reference"


def test_the_second_question_is_about_the_failing_columns_only():
    answer = good()
    answer["numbers"][2]["p50"] = 999
    second = {"numbers": [number("sbp", 112, 125, 137, 146, 166), number("age", 1, 2, 3, 4, 5)]}
    blueprint, _, asked = run(FIRST, answer, second)
    user = asked.asked[1].messages[1][1]
    assert user.rpartition("one row for each of ")[2].strip(".") == "sbp"
    assert dict(blueprint.column("sbp").distribution.quantiles)[0.5] == 137
    assert dict(blueprint.column("age").distribution.quantiles)[0.5] == 64


def test_one_shape_for_most_columns_is_not_believed():
    text = TABLE + "".join(f"  marker{i}: ng/mL\n" for i in range(5)) + "  grip: kg, 5-60\n"
    rows = [number(f"marker{i}", *(k * 10**i for k in (50, 75, 100, 125, 150))) for i in range(5)]
    with pytest.raises(SpecError, match="same ratios"):
        run(text, {"numbers": [*rows, number("grip", 14, 22, 29, 37, 50)]})


def test_the_same_quantiles_in_three_columns_are_not_believed():
    text = TABLE + "".join(f"  marker{i}: ng/mL, 0-500\n" for i in range(3))
    rows = [number(f"marker{i}", 50, 70, 100, 130, 190) for i in range(3)]
    blueprint, notes, _ = run(text, {"numbers": rows})
    assert "its quantiles are those of other columns too" in notes
    assert {c.distribution.source for c in blueprint.columns} == {"guess"}


def test_one_size_for_all_effects_is_not_believed():
    answer = good()
    for row in answer["effects"]:
        row |= {"word": "beta", "size": 0.3, "per": 0}
    blueprint, notes, asked = run(FIRST, answer)
    assert "have the same size, 0.3" in asked.asked[1].messages[1][1]
    assert "The model's effects were not used" in notes
    assert {e.source for e in blueprint.effects} == {"reference"}


def test_the_reference_given_back_stays_the_reference_s():
    request = cell.parse(lines("sbp: mmHg"))
    law = solve(offline.complete(request)[0].column("sbp"))
    five = [round(float(law.ppf(p))) for p in (0.05, 0.25, 0.5, 0.75, 0.95)]
    answer = {"numbers": [number("sbp", *five)]}
    blueprint, notes, _ = run(lines("sbp: mmHg"), answer, grounding="on")
    assert blueprint.column("sbp").distribution.source == "reference"
    assert "gave the reference's values back" in notes
    blueprint, _, _ = run(lines("sbp: mmHg"), answer, grounding="off")
    assert blueprint.column("sbp").distribution.source == "model"


def test_of_people_whom_the_reference_does_not_hold_only_limits_are_known():
    text = "Children of 6 to 10 years\n\ncolumns:\n  age: years\n  height: cm\n"
    ages = number("age", 6, 7, 8, 9, 10, decimals=0)
    answer = {"numbers": [ages, number("height", 1.14, 1.22, 1.28, 1.34, 1.43, unit="cm")]}
    blueprint, notes, _ = run(text, answer)
    assert dict(blueprint.column("height").distribution.quantiles)[0.5] == 128
    assert "turned into cm" in notes
    answer = {"numbers": [ages, number("height", 2000, 3000, 4000, 5000, 6000, unit="")]}
    _, notes, asked = run(text, answer)
    assert "outside what can be measured" in asked.asked[1].messages[1][1]


def test_people_whom_the_reference_does_not_hold_are_the_model_s_to_know():
    text = "Children of 6 to 10 years\n\ncolumns:\n  age: years\n  sbp: mmHg\n"
    answer = {"numbers": [number("age", 6, 7, 8, 9, 10, decimals=0),
                          number("sbp", 84, 92, 97, 103, 112, decimals=0)]}  # fmt: skip
    blueprint, notes, asked = run(text, answer)
    assert dict(blueprint.column("sbp").distribution.quantiles)[0.5] == 97
    assert len(asked.asked) == 1
    assert "adults only" not in notes


# Effects, rules ----------------------------------------------------------------------


def effects_of(*rows, text=FIRST):
    answer = {**good(), "effects": list(rows)}
    blueprint, notes, _ = run(text, answer)
    return [e for e in blueprint.effects if e.source == "model"], notes


def effect(cause, result, word="beta", size=0.3, **more):
    return {"cause": cause, "result": result, "word": word, "size": size, **more}


def test_the_weakest_effect_of_a_circle_is_left_out_and_told():
    found, notes = effects_of(
        effect("age", "sbp", size=0.3), effect("sbp", "hba1c", size=0.1), effect("hba1c", "sbp")
    )
    assert [(e.parent, e.child) for e in found] == [("age", "sbp"), ("hba1c", "sbp")]
    assert "sbp on hba1c: it closes a circle" in notes


@pytest.mark.parametrize(
    ("row", "made"),
    [
        (effect("age", "retinopathy", "hazard_ratio", 1.3, per=10), ("odds_ratio", 1.3, 10)),
        (effect("smoker=current", "sbp", "correlation", 0.2), ("beta", 0.2, None)),
        (effect("age", "sbp", "beta", 1.4), ("beta", 0.95, None)),
        (effect("age", "sbp", "difference", 4, per=10), ("difference", 4, 10)),
        (effect("age", "retinopathy=yes", "odds_ratio", 1.2, per=10), ("odds_ratio", 1.2, 10)),
    ],
)
def test_words_and_targets_are_mended_where_there_is_one_mending(row, made):
    ((found,), _) = effects_of(row)
    assert (found.word, found.size, found.per) == made


@pytest.mark.parametrize(
    "row",
    [
        effect("age", "age"),
        effect("nobody", "sbp"),
        effect("smoker", "sbp"),
        effect("smoker=pipe", "sbp"),
        effect("age=70", "sbp"),
        effect("age", "sbp", "odds_ratio", 1.5),
        effect("age", "sbp", "beta", 40),
        effect("age", "sbp", "beta", None),
        effect("sbp", "retinopathy", "odds_ratio", 1.6),  # per mmHg: 18 SDs of it
        effect("age", "retinopathy", "odds_ratio", -2),
        effect("age", "sbp", "difference", 30),
        effect("age", "pulse_pressure"),
        effect("sex=M", "grip"),
        effect("age", "sbp", where="sbp > 3"),
        effect("age", "sbp", where="__import__('os')"),
    ],
)
def test_effects_that_cannot_be_are_left_out_and_told(row):
    found, notes = effects_of(row, effect("age", "hba1c", size=0.1))
    assert [e.child for e in found] == ["hba1c"]
    assert "effects left out" in notes


@pytest.mark.parametrize(
    "rule",
    ["sbp > dbp or " * 40 + "sbp > dbp", "age ** 9 > 3", "age ** age > 3", "sbp >", "1 > 0",
     "nobody > 3", "sbp + dbp", "__import__('os').system('x')", "retinopathy > 'yes"],
)  # fmt: skip
def test_rules_that_cannot_be_read_are_left_out_and_told(rule):
    blueprint, notes, _ = run(FIRST, {**good(), "rules": [rule]})
    assert [r.text for r in blueprint.rules if r.source == "model"] == []
    assert "rules left out" in notes


def test_a_rule_that_most_rows_break_is_left_out_and_told():
    blueprint, notes, _ = run(FIRST, {**good(), "rules": ["if age > 31 then smoker == 'current'"]})
    assert [r.text for r in blueprint.rules if r.source == "model"] == []
    assert "most rows break it" in notes


def test_a_formula_that_leads_back_to_itself_or_is_too_large_is_left_out():
    for formula in ("pulse_pressure + 1", "sbp - " * 60 + "dbp", "sbp ** dbp"):
        answer = good()
        answer["derived"][0]["formula"] = formula
        answer["numbers"].append(number("pulse_pressure", 38, 48, 57, 68, 88))
        blueprint, _, _ = run(FIRST, answer)
        column = blueprint.column("pulse_pressure")
        assert column.formula == "sbp - dbp"  # the reference's definition stands
        assert column.source_of("formula") == "reference"


# Dates, times, texts ---------------------------------------------------------------------


def test_dates_times_and_texts_are_the_model_s_where_they_are_open():
    text = TABLE + (
        "  visit: date\n  followup: {type: time_to_event, unit: days, event: death}\n"
        "  summary: {type: text}\n  age: years\n"
    )
    answer = {
        "numbers": [number("age", 30, 45, 58, 68, 81)],
        "dates": [{"column": "visit", "earliest": "2018-01-01", "middle": "2019-10-01",
                   "latest": "2020-12-31"}],
        "times": [{"column": "followup", "unit": "years", "event": "death", "times": [1, 5],
                   "surviving": [0.9, 0.6], "follow_up": [2, 6]}],
        "texts": [{"column": "summary", "template": "Seen at the age of {AGE}."}],
    }  # fmt: skip
    blueprint, notes, _ = run(text, answer)
    table = blueprint.sample(3000)
    assert "not used" not in notes
    assert str(table["visit"].median())[:7] in ("2019-09", "2019-10")
    assert dict(blueprint.column("followup").survival) == {365.25: 0.9, 1826.25: 0.6}
    assert (table["followup"] <= 2192).all()
    assert table["summary"].iloc[0] == f"Seen at the age of {table['age'].iloc[0]}."


def test_a_time_takes_its_open_event_column_along():
    text = TABLE + "  days_to_death: days\n  death: yes/no\n  age: years\n"
    answer = {
        "numbers": [number("age", 30, 45, 58, 68, 81)],
        "times": [{"column": "days_to_death", "unit": "days", "event": "death",
                   "times": [365], "surviving": [0.8], "follow_up": [300, 900]}],
        "yes_no": [{"column": "death", "group": "", "share": 0.3}],
    }  # fmt: skip
    blueprint, _, _ = run(text, answer)
    table = blueprint.sample(500)
    assert {"days_to_death", "death"} <= set(table.columns)


# Failing, small, proposing ------------------------------------------------------------


@pytest.mark.parametrize("kind", ["key", "no_network", "quota", "busy", "policy", "refused"])
def test_a_model_that_cannot_be_asked_is_an_error(kind):
    with pytest.raises(ModelError) as caught:
        run(FIRST, failure(kind))
    assert caught.value.kind == kind


@pytest.mark.parametrize("kind", ["unreadable", "cut"])
def test_an_answer_that_cannot_be_read_is_asked_for_once_more_in_the_short_form(kind):
    short = {"grip": {"low": 14, "typical": 29, "high": 50}, "foot_ulcer": {"percent_yes": 5}}
    text = FIRST.replace("  pulse_pressure: mmHg\n", "  pulse_pressure: mmHg, 10-120\n")
    blueprint, notes, asked = run(text, failure(kind), short)
    assert len(asked.asked) == 2
    assert "typical" in asked.asked[1].schema["properties"]["grip"]["properties"]
    assert "could not be used" in notes
    assert blueprint.column("grip").distribution.source == "model"
    assert blueprint.column("sbp").distribution.source == "reference"


def test_when_nothing_can_be_read_the_reference_answers_and_says_so():
    text = TABLE + "  age: years\n  sbp: mmHg\n"
    blueprint, notes, asked = run(text, failure("unreadable"))
    assert {c.distribution.source for c in blueprint.columns} == {"reference"}
    assert "could not be used" in notes
    assert len(asked.asked) == 1  # all is known, so nothing is left for the short form
    expected = offline.complete(cell.parse(text))[0]
    assert blueprint == expected


def test_a_column_that_nobody_knows_is_an_error_that_says_what_the_model_gave():
    with pytest.raises(SpecError) as caught:
        run(lines("zorb:"), EMPTY)
    assert "zorb: no row" in str(caught.value)
    assert "range" in caught.value.problems[0].mend


def test_parts_fail_by_themselves():
    names = [f"marker{i}" for i in range(24)]
    text = TABLE + "".join(f"  {name}: ng/mL, 0-500\n" for name in names)

    def part(prompt):
        asked = prompt.messages[1][1].rpartition("no others: ")[2].split(", ")
        rows = [number(n, 5 + i, 20 + 2 * i, 60 + 3 * i, 120 + i, 240) for i, n in enumerate(asked)]
        return {"numbers": rows if asked[0] in names else []}

    asked = Model(part, failure("busy"), part)
    blueprint, notes = model.complete(cell.parse(text), asked)
    sources = [c.distribution.source for c in blueprint.columns]
    assert sources == ["model"] * 12 + ["guess"] * 12
    assert any("A part of the model's answer is lost" in n.what for n in notes)


def test_a_small_model_s_three_numbers_make_a_law():
    short = {"grip": {"low": 14, "typical": 29, "high": 50}, "foot_ulcer": {"percent_yes": 5}}
    text = FIRST.replace("  pulse_pressure: mmHg\n", "")
    blueprint, _, asked = run(text, short, small=True)
    assert len(asked.asked) == 1
    law = sampling.compile(blueprint).marginal("grip")
    assert law.ppf(0.05) == pytest.approx(14, abs=0.5)
    assert law.ppf(0.95) == pytest.approx(50, abs=0.5)
    assert blueprint.column("foot_ulcer").distribution.probability == 0.05
    assert blueprint.column("sbp").distribution.source == "reference"


def test_a_small_model_says_percents_of_values_and_may_be_asked_once_more():
    text = TABLE + "  stage: early / late\n  grip: kg\n"
    first = {"stage": {"early": 40, "late": 90}, "Grip": {"low": 30, "typical": 20, "high": 50}}
    second = {"stage": {"early": "40", "late": 60}, "grip": {"low": 14, "typical": 29, "high": 50}}
    blueprint, notes, asked = run(text, first, second, small=True)
    assert "add up to 1.3" in asked.asked[1].messages[1][1]
    assert dict(blueprint.column("stage").distribution.probabilities)["late"] == 0.6
    assert "not used" not in notes


def test_a_small_model_that_answers_in_the_long_form_is_understood():
    answer = {"numbers": [number("grip", 14, 22, 29, 37, 50)]}
    blueprint, _, _ = run(lines("grip: kg"), answer, small=True)
    assert dict(blueprint.column("grip").distribution.quantiles)[0.75] == 37


def test_a_small_model_is_not_asked_when_the_reference_knows_everything():
    blueprint, notes, asked = run(TABLE + "  age: years\n  sex: F / M\n", {}, small=True)
    assert asked.asked == []
    assert "was not asked" in notes
    assert len(blueprint.columns) == 2


def test_a_model_may_choose_the_columns_and_it_is_said_which_the_text_names():
    answer = {
        "columns": [
            {"column": "age", "meaning": "age at visit", "asked": False},
            {"column": "FEV1 % predicted", "meaning": "lung function", "asked": True},
            {"column": "if", "meaning": "", "asked": False},
            {"column": "undescribed zorb", "meaning": "", "asked": False},
            {"column": "AGE", "meaning": "again", "asked": False},
        ],
        "numbers": [number("age", 20, 33, 45, 58, 74, decimals=0),
                    number("fev1_predicted", 42, 66, 83, 96, 114)],
        "yes_no": [{"column": "exacerbation", "group": "", "share": 0.3}],
    }  # fmt: skip
    blueprint, notes, _ = run("Adults with asthma and their FEV1 % predicted", answer)
    assert blueprint.names == ("age", "FEV1_predicted")
    assert "Your text names FEV1_predicted" in notes
    assert blueprint.column("FEV1_predicted").label == "lung function"


def test_without_a_usable_proposal_the_reference_chooses():
    blueprint, notes, _ = run("300 adults with asthma", EMPTY)
    assert "proposed no column" in notes
    assert "age" in blueprint.names


def test_a_whole_blueprint_is_left_as_it_is_and_nobody_is_asked():
    text = offline.complete(cell.parse("300 adults with asthma"))[0].to_yaml()
    asked = Model(EMPTY)
    blueprint, notes = model.complete(cell.parse(text), asked)
    assert blueprint.to_yaml() == text
    assert (notes, asked.asked) == ((), [])


def test_an_interrupt_while_the_model_answers_is_not_swallowed():
    def interrupted(prompts):
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        model.complete(cell.parse(FIRST), interrupted)


def test_text_of_a_model_is_data_wherever_it_stands():
    answer = json.loads(
        json.dumps(good()).replace("frail people could not be tested", "<script>x</script> {{age}}")
    )
    blueprint, notes, _ = run(FIRST, answer)
    assert "<script" not in notes
    assert "‹script›" in notes
    assert "<script" not in blueprint.to_yaml()


@pytest.mark.parametrize(
    ("line", "answer", "why"),
    [
        ("visit: date", {"dates": [{"column": "visit", "earliest": "soon", "latest": "2020"}]},
         "must be dates"),
        ("visit: date, from 2019-01-01",
         {"dates": [{"column": "visit", "earliest": "", "latest": "2018-01-01"}]}, "in order"),
        ("fu: {type: time_to_event, unit: days, event: death}",
         {"times": [{"column": "fu", "times": [1, 2], "surviving": [0.5]}]}, "one number each"),
        ("fu: {type: time_to_event, unit: days, event: death}",
         {"times": [{"column": "fu", "times": [1, 2], "surviving": [0.5, 0.6]}]}, "falls with"),
        ("note: {type: text}", {"texts": [{"column": "note", "template": "Seen {at"}]}, "brace"),
        ("note: {type: text}", {"texts": [{"column": "note", "template": "{zorb}"}]}, "{zorb}"),
        ("arm: A / B", {"choices": [{"column": "arm", "values": ["A"], "shares": [1]}]},
         "no share is said for B"),
        ("arm: A / B", {"choices": [{"column": "arm", "values": ["A", "B"], "shares": [1]}]},
         "2 values but 1 shares"),
        ("arm: A / B", {"choices": [{"column": "arm", "values": ["A", "a"], "shares": [0.5, 0.5]}]},
         "stands twice"),
        ("arm: A / B",
         {"choices": [{"column": "arm", "values": ["A", "B", "C"], "shares": [0.5, 0.4, 0.1]}]},
         "C is none of its values"),
        ("on: yes/no", {"yes_no": [{"column": "on", "share": "often"}]}, "a number from 0 to 1"),
        ("grip: kg, 1-90", {"yes_no": [{"column": "grip", "share": 0.2}]}, "no row in numbers"),
        ("grip: kg, 1-90", {"numbers": [number("grip", 14, 22, 29, 37, 50, zero_share=300)]},
         "zero_share"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_goes_back_with_the_exact_complaint(line, answer, why):
    blueprint, notes, asked = run(lines(line), answer)
    assert len(asked.asked) == 2
    assert why in asked.asked[1].messages[1][1]
    assert "not used" in notes
    assert {c.source_of("distribution") for c in blueprint.columns} <= {"guess", "user"}


def test_percents_in_a_survival_curve_and_yes_in_a_choice_are_read():
    text = TABLE + "  fu: {type: time_to_event, unit: days, event: death}\n  on: yes/no\n"
    answer = {
        "times": [{"column": "fu", "unit": "days", "times": [365, 730], "surviving": [90, 70],
                   "follow_up": []}],
        "choices": [{"column": "on", "values": ["Yes", "No"], "shares": [0.3, 0.7]}],
    }  # fmt: skip
    blueprint, _, _ = run(text, answer)
    assert dict(blueprint.column("fu").survival) == {365: 0.9, 730: 0.7}
    assert blueprint.column("on").distribution.probability == 0.3


def test_values_that_the_user_left_open_are_the_model_s():
    answer = {"choices": [{"column": "stage", "group": "", "ordered": True,
                           "values": ["early", "late"], "shares": [0.7, 0.3]}]}  # fmt: skip
    blueprint, _, _ = run(lines("stage: {type: category}"), answer)
    column = blueprint.column("stage")
    assert (column.values, column.ordered, column.source_of("values")) == (
        ("early", "late"),
        True,
        "model",
    )


def test_a_share_of_zeros_stands_beside_the_quantiles():
    answer = {"numbers": [number("alcohol", 2, 5, 10, 20, 45, zero_share=0.4)]}
    blueprint, _, _ = run(lines("alcohol: units a week, g"), answer)
    drawn = blueprint.sample(4000)["alcohol"].astype(float)
    assert (drawn == 0).mean() == pytest.approx(0.4, abs=0.03)
    assert drawn[drawn > 0].median() == pytest.approx(10, abs=1)


def test_groups_of_some_values_only_are_pooled():
    rows = [number("grip", 14, 20, 24, 28, 34, group="sex=F")]
    blueprint, _, _ = run(TABLE + "  sex: F / M\n  grip: kg\n", {"numbers": rows})
    assert blueprint.column("grip").distribution.groups is None
    assert median(blueprint, "grip") == pytest.approx(24, abs=0.5)


def test_missing_values_are_kept_within_reason():
    rows = [
        {"column": "grip", "share": 0.95, "depends_on": "", "odds_ratio": 0, "reason": ""},
        {"column": "nobody", "share": 0.1, "depends_on": "", "odds_ratio": 0, "reason": ""},
        {"column": "sbp", "share": "many", "depends_on": "", "odds_ratio": 0, "reason": ""},
        {"column": "dbp", "share": 0.1, "depends_on": "sex=M", "odds_ratio": 2, "reason": ""},
        {"column": "dbp", "share": 0.2, "depends_on": "", "odds_ratio": 0, "reason": ""},
        {"column": "age", "share": 0.1, "depends_on": "nobody", "odds_ratio": 2, "reason": ""},
        {"column": "hba1c", "share": 0.1, "depends_on": "age", "odds_ratio": 900, "reason": ""},
    ]
    blueprint, _, _ = run(FIRST, {**good(), "missing": rows})
    found = {m.column: (m.rate, m.depends_on, m.word, m.size) for m in blueprint.missing}
    assert found == {
        "dbp": (0.1, "sex=M", "odds_ratio", 2),
        "age": (0.1, None, None, None),
        "hba1c": (0.1, None, None, None),
    }


def test_a_second_question_that_fails_is_told_and_the_first_answer_stands():
    answer = {**good(), "yes_no": []}
    blueprint, notes, _ = run(
        FIRST.replace("foot_ulcer: yes/no", "foot_ulcer: A / B"), answer, failure("busy")
    )
    assert "It was not asked again" in notes
    assert blueprint.column("grip").distribution.source == "model"
