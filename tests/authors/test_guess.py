"""A column that nobody knows is made of its facts, then of its name, or asked for."""

import pytest

from synth_magic import cell, sampling
from synth_magic.authors.guess import guess
from synth_magic.blueprint.model import Column, Stated
from synth_magic.errors import SpecError


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("patient_id", "id"),
        ("order", "id"),
        ("MRN", "id"),
        ("visit_date", "date"),
        ("dob", "date"),
        ("created_on", "date"),
        ("timestamp", "datetime"),
        ("comment", "id"),
        ("first_name", "id"),
        ("E-Mail", "id"),
        ("city", "category"),
        ("country", "category"),
        ("arm", "category"),
        ("birth_year", "integer"),
        ("year", "integer"),
        ("is_member", "boolean"),
        ("readmitted", "boolean"),
        ("discount_percent", "number"),
        ("pain_score", "integer"),
        ("n_rooms", "integer"),
        ("visitCount", "integer"),
        ("price", "number"),
        ("monthly_income", "number"),
    ],
)
def test_a_name_of_a_common_shape_is_guessed_and_told(name, kind):
    column, notes = guess(Column(name=name), None)
    assert column.type == kind
    assert bool(notes) == (name not in ("patient_id", "order", "MRN"))
    if kind != "id":
        assert column.distribution.source == "guess"
    assert "user" not in {column.source_of(field) for field, _ in column.sources}


@pytest.mark.parametrize("name", ["zork", "blurb", "q17"])
def test_a_name_that_tells_nothing_asks_for_facts(name):
    with pytest.raises(SpecError) as caught:
        guess(Column(name=name), None)
    assert caught.value.problems[0].path == ("columns", name)
    assert f"`{name}: 10-50`" in caught.value.problems[0].mend


def test_a_type_alone_tells_too_little_for_a_number():
    with pytest.raises(SpecError):
        guess(Column(name="zork", type="number"), None)


def test_stated_facts_make_the_users_law():
    column, _ = guess(Column(name="floor_area", stated=Stated(mean=80, sd=20)), None)
    assert column.distribution.source == "user"
    assert column.type == "number"


def test_a_range_alone_makes_a_guess():
    column, notes = guess(Column(name="zork", range=(10, 50)), None)
    assert column.distribution.source == "guess"
    assert column.range == (10, 50)
    assert notes


def test_values_alone_have_equal_shares():
    column, _ = guess(Column(name="zork", values=("a", "b", "c", "d")), None)
    assert {p for _, p in column.distribution.probabilities} == {0.25}
    assert column.distribution.source == "guess"


def test_a_date_takes_the_years_of_the_description():
    column, _ = guess(Column(name="visit_date"), (2015, 2018))
    assert column.range == ("2015-01-01", "2018-12-31")
    assert column.source_of("range") == "guess"
    mine, _ = guess(Column(name="d", type="date", range=("2001-01-01", "2002-01-01")), (2015, 2018))
    assert mine.range == ("2001-01-01", "2002-01-01")


def test_percent_is_a_share_of_a_hundred():
    column, _ = guess(Column(name="zork", unit="%"), None)
    assert column.range == (0, 100)


def test_a_formula_or_survival_is_left_as_stated():
    column, notes = guess(Column(name="x", formula="a + b"), None)
    assert (column.type, column.formula, notes) == ("number", "a + b", ())
    column, _ = guess(Column(name="t", survival=((365, 0.8),), event="dead"), None)
    assert column.type == "time_to_event"


def test_an_event_time_without_survival_is_a_guess():
    column, notes = guess(Column(name="t", type="time_to_event", event="dead"), None)
    assert column.distribution.exponential is not None
    assert notes
    stated, none = guess(column.model_copy(update={"name": "u"}), None)
    assert stated.distribution == column.distribution
    assert not none


def test_free_text_of_a_table_without_values_says_that_all_rows_are_alike():
    column, notes = guess(Column(name="comment", type="text", description="seen {twice}"), None)
    assert column.template == "seen (twice)"
    assert column.source_of("template") == "guess"
    assert "the same words in every row" in notes[0].what
    mine, none = guess(Column(name="c", type="text", template="at {age}"), None)
    assert mine.template == "at {age}"
    assert not none


def test_contradicting_facts_are_the_users_error():
    with pytest.raises(SpecError):
        guess(Column(name="zork", range=(10, 20), stated=Stated(mean=90, sd=1)), None)


@pytest.mark.parametrize(
    ("name", "description", "first"),
    [
        ("email", None, "user0001@example.org"),
        ("mail", "e-mail", "user0001@example.org"),
        ("name", "first name", "First name 0001"),
        ("name", None, "Person 0001"),
        ("patient_name", None, "Person 0001"),
        ("productName", None, "Product 0001"),
        ("Téléphone", "phone", "+00 555 0001"),
        ("address", None, "0001 Example Street"),
        ("comment", None, "Comment 0001"),
    ],
)
def test_text_that_nobody_writes_is_a_placeholder_that_differs_by_row(name, description, first):
    column, notes = guess(Column(name=name, description=description), None)
    assert column.pattern.replace("####", "0001") == first
    assert column.source_of("pattern") == "guess"
    assert first in notes[0].what


def test_ids_of_a_name_that_says_email_look_like_it():
    column, _ = guess(Column(name="mail", type="id"), None)
    assert column.pattern == "user####@example.org"
    column, _ = guess(Column(name="zork", type="id"), None)
    assert column.pattern == "Z####"


def test_places_without_values_are_placeholders_that_ask_for_them():
    column, notes = guess(Column(name="city"), None)
    assert column.values == ("City A", "City B", "City C", "City D", "City E")
    assert "not said" in notes[0].what
    assert "`city: one / two / three`" in notes[0].mend


@pytest.mark.parametrize(
    "name",
    [
        "built",
        "year_of_birth",
        "year",
        "an_naissance",
        "Baujahr",
        "yearBuilt",
        "année",
        "birthyear",
    ],
)
def test_years_of_a_column_that_says_year_stay_whole_numbers(name):
    (read,) = cell.parse(f"columns:\n  {name}: 1950-2020\n").columns
    column, _ = guess(read, None)
    assert (column.type, column.range) == ("integer", (1950, 2020))
    assert column.source_of("range") == "user"
    assert column.source_of("type") == "guess" or read.type == "integer"


def test_years_before_1900_are_whole_numbers_too(answered):
    blueprint, _ = answered("columns:\n  year_built: 1890-2022\n  weight: kg, 1890-2022\n")
    built, weight = blueprint.columns
    assert (built.type, built.range) == ("integer", (1890, 2022))
    assert weight.type == "number"


@pytest.mark.parametrize("name", ["admission", "visit_date", "built_date", "birth"])
def test_years_of_other_columns_are_a_period_of_dates(name):
    (read,) = cell.parse(f"columns:\n  {name}: 2015-2020\n").columns
    assert guess(read, None)[0].type == "date"


def test_days_of_a_column_that_says_year_are_dates():
    column, _ = guess(Column(name="year", type="date", range=("2001-02-01", "2002-01-31")), None)
    assert column.type == "date"


@pytest.mark.parametrize(
    ("line", "unit", "event", "survival"),
    [
        ("time: months, time to relapse", "months", "relapse", "12: 0.8"),
        ("time_to_death: days", "days", "death", "365: 0.8"),
        ("followup: days", "days", "event", "365: 0.8"),
        ("os: months", "months", "event", "12: 0.8"),
        ("time: years", "years", "event", "1: 0.8"),
    ],
)
def test_a_bare_time_to_an_event_is_refused_with_the_line_to_write(line, unit, event, survival):
    (column,) = cell.parse(f"columns:\n  {line}\n").columns
    with pytest.raises(SpecError) as caught:
        guess(column, None)
    mend = caught.value.problems[0].mend
    assert f"unit: {unit}, event: {event}, survival: {{{survival}}}" in mend
    assert _works(mend) == [column.name, event]


def test_a_follow_up_beside_a_death_takes_its_share():
    columns = cell.parse("columns:\n  followup: days\n  death: yes/no, 20%\n").columns
    with pytest.raises(SpecError) as caught:
        guess(columns[0], None, columns)
    mend = caught.value.problems[0].mend
    assert "event: death, survival: {365: 0.8}" in mend
    assert "leave death out" in mend
    assert _works(mend) == ["followup", "death"]


def test_other_times_are_no_events():
    column, _ = guess(Column(name="time", unit="days", range=(0, 30)), None)
    assert column.type == "number"
    with pytest.raises(SpecError, match="Nothing is known"):
        guess(Column(name="time"), None)


def _works(mend):
    """Columns of the table that the suggested line makes."""
    from synth_magic.authors import offline

    line = mend.split("`")[1]
    blueprint, _ = offline.complete(cell.parse(f"columns:\n  {line}\n"))
    return list(sampling.draw(sampling.compile(blueprint), 20, seed=1).columns)


def test_days_between_two_dates_are_a_number_though_only_their_names_say_dates(answered):
    text = (
        "columns:\n  admission date: 2022-2023\n  discharge date: the day they left\n"
        "  stay: {formula: discharge date - admission date}\n"
    )
    blueprint, _ = answered(text)
    assert blueprint.column("stay").type in ("integer", "number")
    assert blueprint.column("stay").formula == "`discharge date` - `admission date`"


@pytest.mark.parametrize(
    "name",
    ["falls in the last year", "visits per year", "admissions_last_year", "quarrels per week"],
)
def test_a_count_within_a_period_is_a_count_and_no_year(name):
    column, notes = guess(Column(name=name), None)
    assert column.type == "integer"
    assert column.range == (0, None)
    assert notes
