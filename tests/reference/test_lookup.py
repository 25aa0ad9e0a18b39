"""Names mean one variable, or none; never a guess between two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.reference import find, load, lookup


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("sbp", "sbp"),
        ("SBP", "sbp"),
        ("Systolic_Blood_Pressure", "sbp"),
        ("systolic blood pressure (mmHg)", "sbp"),
        ("baseline_sbp", "sbp"),
        ("sbp_baseline", "sbp"),
        ("HbA1c", "hba1c"),
        ("hba1c_percent", "hba1c"),
        ("serum_creatinine", "creatinine"),
        ("glucose_mg_dl", "glucose"),
        ("weight_kg", "weight"),
        ("haemoglobin", "hemoglobin"),
        ("hémoglobine", "hemoglobin"),
        ("NT-proBNP", "nt_probnp"),
        ("LDL-C", "ldl"),
        ("bodyWeight", "weight"),
        ("Geschlecht", "sex"),
        ("edad", "age"),
        ("Größe", "height"),
        ("poids", "weight"),
        ("los", "length_of_stay"),
    ],
)
def test_names_in_the_spellings_of_clinics_are_found(name, variable):
    assert find(name).variable == variable


@pytest.mark.parametrize("name", ["creatinin", "glucse", "hemoglobn", "cholesterl", "potasium"])
def test_one_slip_in_a_long_name_is_forgiven(name):
    assert find(name).variable is not None


@pytest.mark.parametrize("name", ["hbl", "ldk", "alx", "tch", "sbq", "hrr"])
def test_a_slip_in_a_short_name_is_not(name):
    assert find(name).variable is None


@pytest.mark.parametrize(
    "name",
    [
        "delta_sbp", "hba1c_change", "log_crp", "sbp_max", "glucose_2h", "discharge_date",
        "years_after_sbp", "age_12m", "death_30d", "sbp_change_12m",
        "mother_age", "hypertension_duration", "diabetes_date", "urine_potassium", "bmi_category",
    ],
)  # fmt: skip
def test_a_change_a_relative_or_an_event_by_a_time_is_another_column(name):
    assert find(name).variable is None


@pytest.mark.parametrize(
    ("name", "variable", "time"),
    [
        ("sbp_12m", "sbp", "12m"),
        ("weight_6mo", "weight", "6mo"),
        ("egfr_v2", "egfr", "v2"),
        ("discharge_weight", "weight", "discharge"),
        ("sbp_follow_up", "sbp", "followup"),
        ("systolic blood pressure at 12 months", "sbp", "12months"),
        ("hba1c_baseline", "hba1c", ""),
    ],
)
def test_a_measurement_at_another_time_is_the_variable_with_its_time(name, variable, time):
    assert find(name) == lookup.Found(variable, (), time)


@pytest.mark.parametrize("name", ["", "???", "shoe_size", "revenue", "q17", "的"])
def test_what_nobody_knows_is_nothing(name):
    assert find(name) == lookup.Found()


def test_hdl_and_ldl_are_never_taken_for_each_other():
    assert find("hdl").variable == "hdl"
    assert find("ldl").variable == "ldl"
    assert find("hdl cholesterol").variable == "hdl"


def test_every_variable_is_found_by_each_of_its_names_or_lists_all_that_bear_it():
    for variable in load().variables.values():
        for name in (variable.label, *variable.names):
            found = find(name)
            assert variable.id in (found.variable, *found.candidates), name


def test_no_name_is_borne_by_two_variables():
    shared = {name: ids for name, ids in lookup.synonyms().items() if len(ids) > 1}
    assert shared == {}


def test_several_candidates_are_shown_and_none_used(monkeypatch):
    table = {"pressure": ("sbp", "dbp")}
    monkeypatch.setattr(lookup, "synonyms", lambda: table)
    assert find("pressure") == lookup.Found(None, ("sbp", "dbp"))
    assert find("presure") == lookup.Found(None, ("dbp", "sbp"))


def edits(word, at, letter):
    return {
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
    }


@settings(derandomize=True, deadline=None)
@given(st.text("abcdef", min_size=2, max_size=8), st.data())
def test_one_edit_is_one_insertion_deletion_change_or_swap(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    for other in edits(word, at, letter) - {word}:
        assert lookup.one_edit(word, other)
        assert lookup.one_edit(other, word)
    assert not lookup.one_edit(word, word)
    assert not lookup.one_edit(word, word + "qq")
