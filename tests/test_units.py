"""Units are read as people write them, and changed by the factors of the SI."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import units

CLINICAL = [
    "mmHg",
    "kPa",
    "cmH2O",
    "bpm",
    "/min",
    "mg/dL",
    "g/L",
    "mmol/L",
    "µmol/L",
    "umol/L",
    "IU/L",
    "U/L",
    "mIU/L",
    "ng/mL",
    "pg/mL",
    "10^9/L",
    "G/L",
    "T/L",
    "x10³/µL",
    "×10^3/uL",
    "10*9/L",
    "10⁹/L",
    "/µL",
    "/mm3",
    "cells/mm3",
    "%",
    "kg",
    "g",
    "lb",
    "cm",
    "m",
    "in",
    "ft",
    "°C",
    "°F",
    "C",
    "years",
    "months",
    "weeks",
    "days",
    "hours",
    "min",
    "s",
    "ms",
    "mL/min/1.73m²",
    "kg/m²",
    "kg/m2",
    "kg/m^2",
    "L",
    "mL",
    "L/min",
    "L/min/m²",
    "pack-years",
    "units/day",
    "drinks/week",
    "points",
    "score",
    "EUR",
    "€",
    "$",
    "USD",
    "GBP",
    "£",
    "m2",
    "sqm",
    "sqft",
    "km",
    "mph",
    "km/h",
    "mcg/kg/min",
    "mEq/L",
    "mOsm/kg",
    "mmol/mol",
    "mg/g",
    "mg/mmol",
    "fL",
    "pg",
    "copies/mL",
    "kcal/day",
    "kWh/m²",
    "€/m²",
    "€/month",
    "HU",
    "Gy",
    "dB",
    "‰",
    "ppm",
    "µkat/L",
    "dyn·s/cm5",
    "mL/kg",
    "mV",
    "Hz",
    "events/day",
    "ng/dL",
    "nmol/L",
    "pmol/L",
    "mm",
    "mm/h",
    "g/day",
]


@pytest.mark.parametrize("text", CLINICAL)
def test_units_of_the_clinic_and_of_every_day_are_known(text):
    assert units.read(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "mm Hg",
        "cm H2O",
        "mL/min/1.73 m2",
        "ml/min per 1.73 m²",
        "beats per minute",
        "pack years",
        "10^9 /L",
        "mg / dL",
        " kg ",
        "deg C",
        "degrees Celsius",
        "sq m",
        "per cent",
        "mg per day",
    ],
)
def test_spaces_and_words_within_a_unit_are_understood(text):
    assert units.read(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "/",
        "//",
        "F",
        "M",
        "F/M",
        "y/n",
        "yes/no",
        "0/1",
        "1/2",
        "10",
        "10^9",
        "never/former",
        "score/visit",
        "left/right",
        "PaO2/FiO2",
        "N/A",
        "albumin/creatinine",
        "°C/min",
        "blood pressure",
        "kg/",
        "kg//m",
        "x" * 100,
        "m^9",
        "a/b/c/d/e/f",
        "L arm",
        "12 months",
        "1.2.3",
        "mg/dL mg/dL mg/dL mg",
    ],
)
def test_what_is_no_unit_is_none(text):
    assert units.read(text) is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("umol/L", "µmol/L"),
        ("μmol/L", "µmol/L"),
        ("mcg", "µg"),
        ("G/L", "10^9/L"),
        ("x10³/µL", "10^9/L"),
        ("cells/mm3", "/µL"),
        ("kg/m2", "kg/m²"),
        ("mL/min/1.73m²", "ml/min per 1.73 m2"),
        ("U/L", "IU/L"),
        ("bpm", "/min"),
        ("beats per minute", "beats/min"),
        ("yrs", "Jahre"),
        ("€", "EUR"),
        ("mm Hg", "MMHG"),
        ("sqm", "m^2"),
        ("C", "°C"),
        ("g/day", "g/d"),
        ("litres", "L"),
    ],
)
def test_spellings_of_one_unit_are_the_same(a, b):
    assert units.same(a, b)
    assert units.factor(a, b) == pytest.approx(1)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("kPa", "mmHg", 7.50062),
        ("lb", "kg", 0.45359237),
        ("in", "cm", 2.54),
        ("g/L", "mg/dL", 100),
        ("years", "months", 12),
        ("weeks", "days", 7),
        ("g/dL", "g/L", 10),
        ("mmol/L", "µmol/L", 1000),
        ("L", "mL", 1000),
        ("h", "min", 60),
        ("m2", "sqft", 10.7639104),
        ("kcal", "kJ", 4.184),
        ("ng/mL", "µg/L", 1),
        ("km/h", "mph", 0.621371192),
        ("cmH2O", "mmHg", 0.735559),
        ("stone", "lb", 14),
        ("mg/kg/day", "µg/kg/min", 1000 / 1440),
        ("/s", "bpm", 60),
    ],
)
def test_factors_are_those_of_the_si(a, b, expected):
    assert units.factor(a, b) == pytest.approx(expected, rel=1e-5)
    assert units.factor(b, a) == pytest.approx(1 / expected, rel=1e-5)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("mg/dL", "mmol/L"),
        ("%", "mmol/mol"),
        ("kg", "m"),
        ("EUR", "USD"),
        ("°C", "°F"),
        ("years", "yes/no"),
        ("drinks/week", "visits/week"),
    ],
)
def test_units_that_no_factor_joins_have_none(a, b):
    assert units.factor(a, b) is None
    assert not units.same(a, b)


def test_temperatures_are_converted_with_their_zero():
    assert units.convert(37, "°C", "°F") == pytest.approx(98.6)
    assert units.convert(98.6, "°F", "C") == pytest.approx(37)
    assert units.convert(0, "°C", "K") == pytest.approx(273.15)
    assert units.convert(120, "mmHg", "kPa") == pytest.approx(15.9987, rel=1e-4)
    assert units.convert(1, "kg", "m") is None


def test_unknown_units_are_the_same_only_when_spelt_alike():
    assert units.same("widgets", " widgets ")
    assert not units.same("widgets", "gadgets")


def test_grams_per_litre_are_not_a_french_count():
    assert units.factor("g/L", "G/L") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x10^3/uL", "10³/µL"),
        ("kg/m2", "kg/m²"),
        ("ml/min per 1.73 m2", "mL/min/1.73m²"),
        ("mg/kg/days", "mg/kg/day"),
        ("cells/mm3", "cells/mm³"),
        ("yrs", "years"),
        ("qm", "m²"),
        ("$", "USD"),
        ("dyn·s/cm5", "dyn·s/cm⁵"),
    ],
)
def test_each_unit_has_one_canonical_spelling(text, name):
    assert units.read(text).name == name
    assert units.same(name, text)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.text("kgmLUldsµuxn%°C/^*·. 0123456789²³⁹-()perIEF", max_size=24))
def test_any_text_is_a_unit_or_none_and_a_canonical_name_reads_as_itself(text):
    found = units.read(text)
    if found is not None:
        assert found.factor > 0
        assert units.same(found, found)
