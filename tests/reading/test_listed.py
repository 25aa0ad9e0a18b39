"""A list at the end of a description names the columns, and no others are there."""

import pytest

from synth_magic.blueprint.request import Request
from synth_magic.reading import listed, read


def names(prose):
    return [column.name for column in listed.apart(Request(prose=prose))[1].columns]


@pytest.mark.parametrize(
    ("prose", "columns"),
    [
        ("500 adults with asthma: age, sex, smoking status, fev1",
         ["age", "sex", "smoking_status", "fev1"]),
        ("Women with COPD: NT-proBNP, creatinine and heart rate.",
         ["NT_proBNP", "creatinine", "heart_rate"]),
        ("Adults:\n- age\n- sex\n- sbp", ["age", "sex", "sbp"]),
        ("Variables: age; sex; favourite colour", ["age", "sex", "favourite_colour"]),
        ("Patienten: Alter, Geschlecht und HbA1c", ["Alter", "Geschlecht", "HbA1c"]),
        ("Women over 50: age, vitamin d, calcium, grip strength",
         ["age", "vitamin_d", "calcium", "grip_strength"]),
        ("100 newborns: weight, length, gestational age, apgar",
         ["weight", "length", "gestational_age", "apgar"]),
        ("Comorbidities: hypertension, diabetes", []),
        ("Two arms: treated, control", []),
        ("Adults with: hypertension, diabetes", []),
        ("Inclusion criteria: age over 65, BMI over 30", []),
        ("Seen at 12:30, age", []),
        ("Adults at: age", []),
        ("Adults: age, age", []),
        ("Shops: revenue, staff, place", []),
        ("Note: age is over 65, sex is mostly male", []),
    ],
)  # fmt: skip
def test_the_list_names_the_columns(prose, columns):
    assert names(prose) == columns


def test_facts_behind_a_listed_name_are_read():
    prose = "Adults: age 30-85, sex (F/M), HbA1c (%), sbp mmHg, smoker (never/former/current)"
    found = {c.name: c for c in listed.apart(Request(prose=prose))[1].columns}
    assert found["age"].range == (30, 85)
    assert found["sex"].values == ("F", "M")
    assert found["HbA1c"].unit == "%"
    assert found["sbp"].unit == "mmHg"
    assert found["smoker"].values == ("never", "former", "current")


def test_the_words_of_the_list_say_nothing_of_the_people():
    found = read(Request(prose="Adults in Sweden: age, female, hba1c, retinopathy"))
    assert not found.restrictions
    assert not found.unread
    assert [c.variable for c in found.columns] == ["age", "sex", "hba1c", "retinopathy"]


def test_a_block_of_columns_is_the_list():
    from synth_magic import cell

    request = cell.parse("Adults: age, sex\ncolumns:\n  sbp:\n")
    assert [c.column.name for c in read(request).columns] == ["sbp"]
