"""Dates stand in the order that their names tell."""

import pytest

from synth_magic import cell
from synth_magic.authors import offline


def drawn(*lines, more=""):
    text = "columns:\n" + "".join(f"  {line}\n" for line in lines) + more
    blueprint, notes = offline.complete(cell.parse(text))
    return blueprint, blueprint.sample(300), notes


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("admission_date", "discharge_date"),
        ("date of diagnosis", "date of surgery"),
        ("order date", "delivery date"),
        ("start_date", "end_date"),
        ("inclusion date", "date of last contact"),
        ("onset_date", "diagnosis_date"),
    ],
)
def test_the_later_date_follows_the_earlier_and_that_is_told(earlier, later):
    _, table, notes = drawn(f"{later}: 2021-2023", f"{earlier}: 2021-2023")
    assert (table[later] >= table[earlier]).all()
    (told,) = [note for note in notes if "by their names" in note.what]
    assert told.path == ("columns", later)


def test_people_are_born_before_all_else():
    _, table, _ = drawn("date_of_birth", "admission: 2021-2023, date")
    assert table["date_of_birth"].dt.year.between(1935, 2005).all()


def test_a_rule_of_the_user_is_kept_alone():
    rule = "rules:\n  - discharge_date < admission_date\n"
    blueprint, table, _ = drawn("admission_date: 2021-2023", "discharge_date", more=rule)
    assert [rule.source for rule in blueprint.rules] == ["user"]
    assert (table["discharge_date"] < table["admission_date"]).all()


def test_other_dates_are_not_put_in_order():
    blueprint, _, _ = drawn("visit_date", "sample_date", "birth_weight: kg, mean 3.3 sd 0.5")
    assert blueprint.rules == ()
