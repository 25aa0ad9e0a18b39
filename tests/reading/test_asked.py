"""What a description asks to be recorded becomes columns; who the people are does not."""

import pytest

from synth_magic import cell
from synth_magic.authors import offline
from synth_magic.reading import read


def reading(text):
    return read(cell.parse(text))


@pytest.mark.parametrize(
    ("text", "conditions", "asked", "unread"),
    [
        (
            "300 patients with heart failure in a ward, with NT-proBNP and one-year mortality",
            ["heart_failure"],
            ["nt_probnp", "death"],
            [],
        ),
        (
            (
                "300 stroke patients, NIHSS at admission, thrombolysis yes/no, mRS at 90 days, "
                "age, sex, hypertension, diabetes, atrial fibrillation"
            ),
            ["stroke"],
            ["nihss", "mrs", "age", "sex", "hypertension", "diabetes", "atrial_fibrillation"],
            ["thrombolysis"],
        ),
        (
            (
                "ICU patients with septic shock. Give me SOFA, lactate, mechanical ventilation "
                "and 28-day mortality."
            ),
            ["sepsis"],
            ["sofa", "lactate", "ventilation", "death"],
            [],
        ),
        (
            "Adults with COPD, without heart failure, including FEV1, readmission and depression",
            ["copd"],
            ["fev1", "readmission", "depression"],
            [],
        ),
        (
            "2000 adults aged 40-75, with blood pressure, kidney function, smoking and diabetes",
            [],
            ["sbp", "dbp", "creatinine", "egfr", "smoker", "diabetes"],
            [],
        ),
        (
            "adults with Parkinson's disease, with MMSE, Hoehn and Yahr stage and depression",
            ["parkinson"],
            ["mmse", "hoehn_yahr", "depression"],
            [],
        ),
        ("patients with diabetes, obesity and hypertension", None, [], []),
        ("patients without diabetes, hypertension or COPD", [], [], []),
        ("patients with diabetes, hypertension and an eGFR below 60", None, ["egfr"], []),
        ("patients with high blood pressure and depression", None, [], []),
    ],
)
def test_behind_a_measurement_a_disease_is_a_column(text, conditions, asked, unread):
    found = reading(text)
    assert list(found.named) == asked
    if conditions is not None:
        assert list(found.population.conditions) == conditions
    assert list(found.unread) == unread


@pytest.mark.parametrize(
    ("text", "asked"),
    [("ward patients, mortality 30%", ["death"]), ("a low mortality of sepsis patients", [])],
)
def test_an_outcome_with_its_size_is_a_fact(text, asked):
    assert [v for v in reading(text).named if v == "death"] == asked
    assert all(fact.words == "30%" for fact in reading(text).told)


def test_a_disease_before_a_colon_is_no_heading_of_diseases():
    found = reading("100 patients with Parkinson's disease: age, sex, MMSE, falls")
    assert [column.variable for column in found.columns][:3] == ["age", "sex", "mmse"]
    assert found.population.conditions == ("parkinson",)


def test_whoever_names_age_and_sex_too_lists_all_columns():
    text = "300 stroke patients, NIHSS, mRS, age, sex, hypertension"
    blueprint, _ = offline.complete(cell.parse(text))
    concepts = [column.concept for column in blueprint.columns]
    assert sorted(concepts) == ["age", "hypertension", "mrs", "nihss", "sex"]


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("Elderly people with dementia", (65, None)),
        ("older adults in primary care", (65, None)),
        ("middle-aged women", (40, 65)),
        ("elderly people aged 70 to 80", (70, 80)),
    ],
)
def test_a_word_says_ages_where_no_number_does(text, ages):
    (age,) = [r for r in reading(text).restrictions if r.variable == "age"]
    assert (age.low, age.high) == ages


def test_weeks_of_preterm_infants_are_no_ages():
    found = reading("90 preterm infants below 32 weeks in intensive care")
    assert found.population.base == "preterm"
    assert found.outside == "preterm infants"


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("height_cm: mean 35 sd 6", "cm"),
        ("height: mean 67 sd 3", "in"),
        ("weight_kg", "kg"),
    ],
)
def test_the_unit_with_which_a_name_ends_is_said(line, unit):
    (column,) = reading(f"columns:\n  {line}\n").columns
    assert column.column.unit == unit


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "50 students with name, email, age, major (law, arts, IT), GPA between 2 and 4",
            ["name", "email", "age", "major", "GPA"],
        ),
        (
            "500 customers of a shop with customer id, city, order date, price and rating",
            ["customer_id", "city", "order_date", "price", "rating"],
        ),
        ("patients with diabetes, hypertension, age over 65 and gout", []),
        ("people with cats, dogs and birds", []),
    ],
)
def test_a_list_without_a_colon_names_columns_where_nothing_is_clinical(text, names):
    found = reading(text)
    assert [column.column.name for column in found.columns] == names
    assert found.unread == ()
