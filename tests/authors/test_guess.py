"""A column that nobody knows is made of its facts, then of its name, or asked for."""

import pytest

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
        ("comment", "text"),
        ("first_name", "text"),
        ("city", "text"),
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
    if kind != "id":
        assert notes
    if kind not in ("id", "text"):
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


def test_free_text_is_a_template_and_says_that_nobody_writes_it():
    column, notes = guess(Column(name="comment", description="seen {twice}"), None)
    assert column.template == "seen (twice)"
    assert notes
    mine, none = guess(Column(name="c", type="text", template="at {age}"), None)
    assert mine.template == "at {age}"
    assert not none


def test_contradicting_facts_are_the_users_error():
    with pytest.raises(SpecError):
        guess(Column(name="zork", range=(10, 20), stated=Stated(mean=90, sd=1)), None)
