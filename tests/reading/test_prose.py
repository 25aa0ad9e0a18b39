"""A description is understood in one line, and what is not understood is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.reading import prose
from synth_magic.reference.schema import Restriction


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Women over 65", 66, None),
        ("adults older than 50", 51, None),
        ("people aged 65 and over", 65, None),
        ("patients aged 70 or older", 70, None),
        ("aged ≥ 18 years", 18, None),
        ("age >= 40", 40, None),
        ("adults under 40", None, 39),
        ("younger than 30", None, 29),
        ("aged 30-85", 30, 85),
        ("between 18 and 64 with asthma", 18, 64),
        ("40 to 60 year olds", 40, 60),
        ("18-75 years", 18, 75),
        ("Patienten, Alter 40-80", 40, 80),
        ("Patienten im Alter von 40 bis 80 Jahren", 40, 80),
        ("Frauen über 65", 66, None),
        ("patients âgés de 18 à 65 ans", 18, 65),
        ("femmes de plus de 50 ans", 51, None),
    ],
)
def test_ages_are_read(text, low, high):
    ages = [r for r in prose.understand(text).restrictions if r.variable == "age"]
    assert ages == [Restriction("age", low, high)]


@pytest.mark.parametrize(
    "text",
    [
        "between 10 and 20 mg a day",
        "over 300 patients",
        "über 300 Patienten",
        "plus de 300 personnes",
        "sbp above 140 mmHg",
        "more than 20% smokers",
        "in 2015-2020",
        "adults",
    ],
)
def test_other_numbers_are_no_ages(text):
    assert not prose.understand(text).restrictions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Women with diabetes", "F"),
        ("female patients", "F"),
        ("Männer mit Diabetes", "M"),
        ("men on a ward", "M"),
        ("men and women", None),
        ("patients", None),
    ],
)
def test_one_sex_alone_is_a_restriction(text, value):
    found = [r.value for r in prose.understand(text).restrictions if r.variable == "sex"]
    assert found == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("Adults with type 2 diabetes", {"type_2_diabetes"}, set()),
        ("patients with heart failure without diabetes", {"heart_failure"}, {"type_2_diabetes"}),
        ("patients without heart failure, COPD or diabetes", set(),
         {"heart_failure", "copd", "type_2_diabetes"}),
        ("no diabetes, with COPD", {"copd"}, {"type_2_diabetes"}),
        ("patients with or without diabetes", set(), set()),
        ("people at risk of heart failure", set(), set()),
        ("family history of diabetes", set(), set()),
        ("free of COPD", set(), {"copd"}),
        ("T2DM and CKD", {"type_2_diabetes", "ckd"}, set()),
        ("patients with high blood pressure", {"hypertension"}, set()),
        ("Patienten mit Herzinsuffizienz ohne COPD", {"heart_failure"}, {"copd"}),
        ("No smokers. Patients with diabetes", {"type_2_diabetes"}, set()),
        ("non-invasive ventilation in COPD", {"copd"}, set()),
    ],
)  # fmt: skip
def test_conditions_are_present_absent_or_neither(text, present, absent):
    said = prose.understand(text)
    assert set(said.population.conditions) == present
    assert set(said.absent) == absent


def test_setting_country_and_years_are_read():
    said = prose.understand("Patients of an outpatient clinic in Uppsala, 2015-2020")
    assert said.population.setting == "outpatient"
    assert said.population.country == "Sweden"
    assert said.population.si
    assert said.population.years == (2015, 2020)
    assert not prose.understand("A clinic in Paris").population.si


def test_measurements_that_the_prose_names_are_columns():
    said = prose.understand("Women with heart failure: NT-proBNP, creatinine and heart rate")
    assert set(said.named) == {"nt_probnp", "creatinine", "heart_rate"}


def test_what_was_understood_is_one_line():
    line = prose.understand("500 women over 65 with T2D, without heart failure, in London").line
    assert line == "type 2 diabetes; women; age ≥ 66; NOT heart failure; United Kingdom"
    assert "\n" not in line


def test_a_clinical_word_left_unread_is_shown():
    said = prose.understand("Adults with sarcoidosis and chronic pancreatitis")
    assert said.unread == ("sarcoidosis", "chronic pancreatitis")


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_complaint(text):
    said = prose.understand(text)
    assert "\n" not in said.line


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("500 children with thalassaemia", "thalassaemia"),
        ("Dengue-positive men", "dengue"),
        ("Adults with prediabetes", "prediabetes"),
        ("Women with cervical cancer", "cervical cancer"),
        ("Nursing home patients", "nursing home"),
        ("patients after CABG on beta-blockers", "beta blockers"),
        ("patients on metformin", "metformin"),
        ("Adults without endometriosis", "endometriosis"),
    ],
)
def test_a_disease_a_drug_or_a_place_that_is_not_modelled_is_shown(text, word):
    said = prose.understand(text)
    assert word in said.unread
    assert not said.population.conditions


@pytest.mark.parametrize(
    ("text", "variable", "words"),
    [
        ("adults with mean age 70", "age", "mean 70"),
        ("median age 62 (IQR 55-70)", "age", "median 62 (iqr 55-70)"),
        ("adults aged 62 ± 11 years", "age", "62 ± 11 years"),
        ("age 62 (11)", "age", "62 (11)"),
        ("age: mean 62, sd 11", "age", "mean 62, sd 11"),
        ("adults with a BMI over 30", "bmi", "> 30"),
        ("adults with BMI ≥ 30 kg/m²", "bmi", "≥ 30 kg/m²"),
        ("patients with eGFR < 60", "egfr", "< 60"),
        ("HbA1c between 7 and 9%", "hba1c", "between 7 and 9%"),
        ("patients with HbA1c 8 (1.2)", "hba1c", "8 (1.2)"),
        ("average HbA1c 7,4 %", "hba1c", "mean 7,4 %"),
        ("mean systolic blood pressure of 140 mmHg (SD 15)", "sbp", "mean 140 mmhg (sd 15)"),
        ("adults, 40% women", "sex", "F 40%"),
        ("60% of the patients are men", "sex", "M 60%"),
        ("adults, 20% with diabetes", "diabetes", "20%"),
        ("adults, diabetes 20%", "diabetes", "20%"),
        ("ward patients, mortality 30%", "death", "30%"),
        ("adults, 48% were on statin", "statin", "48%"),
        ("52 % de femmes", "sex", "F 52%"),
    ],
)
def test_a_number_beside_a_measurement_is_a_fact_of_it_and_no_age_or_sex(text, variable, words):
    said = prose.understand(text)
    assert [(fact.variable, fact.words) for fact in said.told] == [(variable, words)]
    assert not said.restrictions
    assert not said.unread
    assert not said.population.conditions


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("ejection fraction of 40%", "ejection fraction of 40%"),
        ("mean satisfaction 4.2", "mean satisfaction 4.2"),
        ("satisfaction 4.2 ± 1.1", "satisfaction 4.2 ± 1.1"),
        ("ward patients, 30% vaccine refusers", "30% vaccine"),
    ],
)
def test_a_number_that_is_not_read_is_shown(text, figure):
    said = prose.understand(text)
    assert said.unread == (figure,)
    assert not said.told


def test_an_end_of_a_share_is_no_share():
    assert not prose.understand("at least 45% women").told
    assert not prose.understand("over 20% with diabetes").told


def test_shares_of_several_drugs_are_each_their_own():
    said = prose.understand("Adults with type 2 diabetes, 30% on insulin, 22% with retinopathy")
    assert [(f.variable, f.words) for f in said.told] == [
        ("insulin", "30%"),
        ("retinopathy", "22%"),
    ]
    assert said.population.conditions == ("type_2_diabetes",)


@pytest.mark.parametrize(
    ("text", "outside", "low", "high"),
    [
        ("500 children with asthma", "children", 2, 17),
        ("Schoolchildren aged 5-10", "children", 5, 10),
        ("Children under 5", "children", 0, 4),
        ("Preterm neonates in the NICU", "preterm infants", 0, 1),
        ("Adolescents", "adolescents", 12, 17),
        ("heights of 5-year-olds", "people under 18", 5, 5),
        ("Pregnant women in Berlin", "pregnancy", 18, 45),
        ("pregnant women aged 20-35", "pregnancy", 20, 35),
        ("non-pregnant women", "", None, None),
        ("adult children of alcoholics aged 30-50", "", 30, 50),
        ("adolescents and adults aged 12-40", "", 12, 40),
        ("adults under 40", "", None, 39),
        ("Women", "", None, None),
    ],
)
def test_people_whom_the_reference_does_not_hold_are_recognised(text, outside, low, high):
    said = prose.understand(text)
    assert said.outside == outside
    ages = [(r.low, r.high) for r in said.restrictions if r.variable == "age"]
    assert ages == ([] if low is None and high is None else [(low, high)])


def test_pregnant_people_are_women():
    assert Restriction("sex", value="F") in prose.understand("A pregnancy cohort").restrictions


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Patients with diabtes", "diabtes (diabetes?)"),
        ("people with demenita", "demenita (dementia?)"),
        ("people with cataracts", "cataracts"),
    ],
)
def test_a_misspelt_disease_is_shown_with_the_word_that_was_meant(text, word):
    said = prose.understand(text)
    assert said.unread == (word,)
    assert not said.population.conditions


@pytest.mark.parametrize("text", ["a shop with diabolos", "Adults in Berlin", "flowers and prices"])
def test_other_words_are_no_misspelt_diseases(text):
    assert not prose.understand(text).unread


def test_abbreviations_that_are_words_are_read_in_capitals():
    assert prose.understand("Patients: ALT and AST").named == ("alt", "ast")
    assert prose.understand("Patienten, 60 Jahre alt").named == ()
    assert prose.understand("patients, pas de diabète").named == ()


def test_pad_in_a_description_is_a_disease():
    said = prose.understand("Patients with PAD")
    assert said.unread == ("pad",)
    assert not said.named


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("Diabetiker in Hamburg", "type_2_diabetes"),
        ("Patients diabétiques à Lyon", "type_2_diabetes"),
        ("Patients insuffisants cardiaques", "heart_failure"),
    ],
)
def test_people_named_by_their_disease_have_it(text, condition):
    assert prose.understand(text).population.conditions == (condition,)
