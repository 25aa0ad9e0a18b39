"""Names as people really write them in data dictionaries mean what they meant there."""

import csv
from pathlib import Path

import pytest

from synth_magic.blueprint.model import Column
from synth_magic.blueprint.request import Request
from synth_magic.cell import shorthand
from synth_magic.reading import read
from synth_magic.reference import load
from synth_magic.reference.described import described

ROWS = list(csv.DictReader(Path(__file__).with_name("names.csv").open(encoding="utf-8")))
#: What is not read right; docs/reference.md says so, too.
MISSED = {
    "pgr: progesterone receptors, fmol/l",
    "er: estrogen receptors, fmol/l",
    "low: indicator of birth weight less than 2.5 kg",
    "UrineVol1: urine volume in mL, first test",
    "wbcc: white blood cell count, cells/cumm",
    "TSH measured",
    "map",
    "Race1",
    "nBabies: how many of participants deliveries resulted in live births",
    "dbp_ni",
    "urineoutput_total_24",
    "ca: cancer state",
    "pafi: PaO2/(0.01*FiO2) day 3",
    "discharge_disposition_id",
    "A1Cresult",
}


def meant(line):
    name, _, text = line.partition(": ")
    column = shorthand.read(name, text).column if text else Column(name=name)
    return read(Request(prose="", columns=(column,))).columns[0].variable


def test_95_percent_of_329_names_are_read_right_and_the_others_are_known():
    expected = {row["line"]: row["means"] for row in ROWS}
    assert len(expected) >= 300
    assert {means for means in expected.values() if means not in ("other", "ask")} <= {
        *load().variables
    }
    wrong = {
        line
        for line, means in expected.items()
        if meant(line) != (None if means in ("other", "ask") else means)
    }
    assert wrong == MISSED
    assert len(wrong) < 0.05 * len(expected)


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("serum potassium during the first day of admission", "potassium"),
        ("presence of diabetes mellitus", "diabetes"),
        ("number of cigarettes per day, as reported", "cigarettes"),
        ("highest heart rate during the first day", None),
        ("change in weight since admission", None),
        ("age when first told of diabetes", None),
        ("whether it rained", None),
    ],
)
def test_a_description_names_what_stands_at_its_beginning(text, variable):
    assert described(text).variable == variable


@pytest.mark.parametrize(
    ("line", "variable"),
    [
        ("ht: history of hypertension", "hypertension"),
        ("ht: %", "hematocrit"),
        ("ca: number of vessels coloured", None),
        ("ca", "calcium"),
        ("race: mother's race", None),
        ("insulin: µU/mL", "insulin_level"),
        ("insulin: yes/no", "insulin"),
        ("blood_cancer", None),
        ("family_history_stroke", None),
        ("pmh_stroke", "stroke"),
        ("tot_chol", "cholesterol"),
        ("risk score", None),
    ],
)
def test_an_abbreviation_is_overruled_by_what_is_said_of_it(line, variable):
    assert meant(line) == variable
