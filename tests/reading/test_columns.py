"""Names and units are read together; a unit is guessed only where it must be, and told."""

import pytest

from synth_magic.blueprint.model import Column, Stated
from synth_magic.blueprint.request import Either, Request
from synth_magic.reading import read


def reading(*columns, prose="", either=()):
    return read(Request(prose=prose, columns=columns, either=either))


def only(*args, **kwargs):
    return reading(*args, **kwargs).columns[0]


def test_a_column_is_known_by_its_name_then_by_its_description():
    assert only(Column(name="sbp")).variable == "sbp"
    assert only(Column(name="q17", description="systolic blood pressure")).variable == "sbp"
    assert only(Column(name="x", concept="hba1c")).variable == "hba1c"
    assert only(Column(name="sbp")).column.concept == "sbp"
    assert only(Column(name="shoe")).variable is None


def test_a_type_that_cannot_be_stops_the_match():
    assert only(Column(name="age", type="date")).variable is None
    assert only(Column(name="diabetes", unit="years")).variable is None
    assert only(Column(name="bmi", type="category", values=("low", "high"))).variable is None
    assert only(Column(name="sex", type="integer", range=(0, 9))).variable is None
    assert only(Column(name="sex", type="boolean")).variable is None
    assert only(Column(name="death", type="integer", range=(0, 1))).variable == "death"


@pytest.mark.parametrize(
    ("name", "unit", "factor", "offset", "decimals"),
    [
        ("glucose", "mmol/L", 0.0555, 0, 1),
        ("creatinine", "umol/L", 88.42, 0, 0),
        ("hba1c", "mmol/mol", 10.93, -23.5, 0),
        ("wbc", "x10³/µL", 1, 0, 1),
        ("wbc", "/µL", 1000, 0, 0),
        ("height", "m", 0.01, 0, 2),
        ("weight", "lb", 2.20462262, 0, 0),
        ("potassium", "mEq/L", 1, 0, 1),
        ("age", "months", 12, 0, 0),
    ],
)
def test_the_users_unit_is_converted(name, unit, factor, offset, decimals):
    found = only(Column(name=name, unit=unit))
    assert found.variable is not None
    assert found.factor == pytest.approx(factor, rel=1e-6)
    assert found.offset == offset
    assert found.decimals == decimals
    assert found.column.unit == unit


def test_a_unit_that_is_none_of_the_variables_leaves_the_column_unknown_and_says_so():
    out = reading(Column(name="glucose", unit="mmHg"))
    assert out.columns[0].variable is None
    assert any("no unit" in note.what for note in out.notes)


@pytest.mark.parametrize(
    ("range_", "unit"), [((3, 25), "mmol/L"), ((60, 400), "mg/dL"), ((0.5, 3.0), "g/L")]
)
def test_a_range_tells_the_unit(range_, unit):
    out = reading(Column(name="glucose", range=range_))
    assert out.columns[0].column.unit == unit
    assert not out.notes


def test_a_mean_tells_the_unit():
    found = only(Column(name="creatinine", stated=Stated(mean=82, sd=20)))
    assert found.column.unit == "µmol/L"
    found = only(Column(name="creatinine", stated=Stated(median=0.9, quartiles=(0.7, 1.1))))
    assert found.column.unit == "mg/dL"


def test_without_a_hint_the_country_decides_and_the_guess_is_told():
    swedish = reading(Column(name="glucose"), prose="Patients in Sweden")
    french = reading(Column(name="glucose"), prose="Patients in France")
    assert swedish.columns[0].column.unit == "mmol/L"
    assert french.columns[0].column.unit == "mg/dL"
    assert swedish.columns[0].column.source_of("unit") == "guess"
    assert any("taken to be in mmol/L" in note.what for note in swedish.notes)


def test_one_column_in_si_units_switches_the_table():
    out = reading(Column(name="creatinine", unit="µmol/L"), Column(name="glucose"))
    assert out.columns[1].column.unit == "mmol/L"
    out = reading(Column(name="creatinine", range=(40, 400)), Column(name="cholesterol"))
    assert out.columns[1].column.unit == "mmol/L"


def test_an_unambiguous_unit_needs_no_note():
    out = reading(Column(name="sbp"))
    assert out.columns[0].column.unit == "mmHg"
    assert out.columns[0].column.source_of("unit") == "reference"
    assert not out.notes


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("F", "M"), ("F", "M")),
        (("weiblich", "männlich"), ("F", "M")),
        (("Male", "Female"), ("M", "F")),
    ],
)
def test_words_for_values_are_matched(mine, theirs):
    found = only(Column(name="sex", type="category", values=mine))
    assert dict(found.values) == dict(zip(mine, theirs, strict=True))


@pytest.mark.parametrize(
    ("name", "description", "one", "told"),
    [
        ("sex", None, "M", True),
        ("gender", None, "M", True),
        ("sex", "0 = male, 1 = female", "F", False),
        ("sex", "1 = male, 0 = female", "M", False),
        ("female", None, "F", False),
        ("male", None, "M", False),
    ],
)
def test_codes_of_sex_stay_and_what_they_mean_is_read_or_told(name, description, one, told):
    out = reading(Column(name=name, type="integer", range=(0, 1), description=description))
    found = out.columns[0]
    assert (found.variable, found.column.type) == ("sex", "integer")
    assert dict(found.values) == {"1": one, "0": "F" if one == "M" else "M"}
    assert [note.what for note in out.notes] == (
        [f"{name}: 0 is taken for women, 1 for men, a guess."] if told else []
    )


def test_a_column_named_after_one_sex_says_yes_of_it():
    assert dict(only(Column(name="female", type="boolean")).values) == {"no": "M", "yes": "F"}
    assert dict(only(Column(name="sex", values=("1", "2"))).values) == {"1": "M", "2": "F"}


def test_ordered_values_are_matched_by_their_place_where_words_fail():
    found = only(
        Column(name="alcohol", type="category", values=("alpha", "beta", "gamma"), ordered=True)
    )
    assert dict(found.values) == {"alpha": "none", "beta": "moderate", "gamma": "heavy"}


def either(name, unit, values):
    return Either(name, Column(name=name, unit=unit), Column(name=name, values=values))


def test_a_slash_is_a_unit_where_the_variable_has_it_and_values_elsewhere():
    unit = either("crp", "mg/L", ("mg", "L"))
    assert only(Column(name="crp"), either=(unit,)).column.unit == "mg/L"
    values = either("arm", "g/L", ("g", "L"))
    assert only(Column(name="arm"), either=(values,)).column.values == ("g", "L")
    mixed = either("smoker", "Y/N", ("Y", "N"))
    assert only(Column(name="smoker"), either=(mixed,)).column.values == ("Y", "N")


def test_candidates_are_shown_and_none_is_used(monkeypatch):
    from synth_magic.reference import lookup

    monkeypatch.setattr(lookup, "synonyms", lambda: {"pressure": ("sbp", "dbp")})
    out = reading(Column(name="pressure"))
    assert out.columns[0].variable is None
    assert "systolic blood pressure or diastolic blood pressure" in out.notes[0].what


@pytest.mark.parametrize(
    ("prose", "fields", "outside"),
    [
        ("", {"range": (5, 10)}, "people under 18"),
        ("", {"unit": "months", "range": (0, 24)}, "people under 18"),
        ("", {"stated": Stated(mean=9, sd=2)}, "people under 18"),
        ("Children", {"range": (5, 10)}, "children"),
        ("Children of alcoholics", {"range": (20, 60)}, ""),
        ("Pregnant women", {"range": (20, 40)}, "pregnancy"),
        ("", {"range": (16, 90)}, ""),
        ("", {}, ""),
    ],
)
def test_the_column_of_age_says_whether_these_are_children(prose, fields, outside):
    columns = (Column(name="age", **fields),)
    assert read(Request(prose=prose, columns=columns)).outside == outside


@pytest.mark.parametrize(
    ("name", "range_", "unit"),
    [
        ("hba1c", (9, None), "%"),
        ("glucose", (7, None), "mmol/L"),
        ("glucose", (126, None), "mg/dL"),
        ("hemoglobin", (100, None), "g/L"),
        ("hemoglobin", (None, 12), "g/dL"),
        ("glucose", (0, None), "mg/dL"),
    ],
)
def test_one_end_tells_the_unit_that_it_cuts(name, range_, unit):
    assert only(Column(name=name, range=range_)).column.unit == unit


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("TA systolique", "sbp"),
        ("Blutdruck systolisch", "sbp"),
        ("rr_dia", "dbp"),
        ("Nüchternglukose", "glucose"),
        ("glycémie à jeun", "glucose"),
        ("tabagisme", "smoker"),
    ],
)
def test_french_and_german_names_are_known(name, variable):
    assert only(Column(name=name)).variable == variable


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("sex: F", {"F": 1}),
        ("sex: F 100%", {"F": 1, "M": 0}),
        ("gender: women", {"women": 1}),
        ("smoker: current", {"current": 1}),
        ("diabetes: no", 0),
        ("diabète: oui", 1),
    ],
)
def test_one_value_alone_is_that_of_all_rows(line, share):
    from synth_magic import cell
    from synth_magic.reference import expect

    (column,) = expect(read(cell.parse(f"Adults\n\ncolumns:\n  {line}\n"))).columns
    law = column.distribution
    assert (law.probability if law.probabilities is None else dict(law.probabilities)) == share
