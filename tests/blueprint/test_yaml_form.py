"""A blueprint is written as YAML and read back without loss."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from synth_magic.blueprint import yaml_form
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import SpecError
from tests.blueprint.strategies import blueprints

ONE = """\
columns:
  - {name: a, type: boolean, distribution: {probability: 0.1}}
  - {name: n, type: integer, distribution: {poisson: {mean: 2}}}
"""
PRETTY = """\
version: 1
sampler: 1
table: t2d
population: |-
  Adults with type 2 diabetes,
  2015-2020: seen twice a year.

columns:
  - name: sbp
    type: integer
    unit: mmHg
    label: Systolic blood pressure
    range: [80, 220]
    distribution: {quantiles: {0.05: 110, 0.5: 136, 0.95: 165}, source: reference}
    sources: {unit: reference}
  - name: smoker
    type: category
    values: [NO, ex, "1"]
    ordered: true
    distribution: {probabilities: {NO: 0.5, ex: 0.3, 1: 0.2}}
  - name: time
    type: time_to_event
    unit: days
    event: death
    survival: {365: 0.82, 1825: 0.55}
    censoring: {administrative: [900, 2600], dropout_per_year: 0.02}

effects:
  - {from: smoker=NO, to: sbp, difference: -4, where: sbp is not missing, source: model}
  - {from: sbp, to: time, hazard_ratio: 1.2, per: 10}

rules:
  - sbp > 85
  - {rule: if smoker == 'NO' then sbp < 215, source: guess}

missing:
  sbp: {rate: 0.08, depends_on: smoker=NO, odds_ratio: 1.5}
""".replace(", where: sbp is not missing", "")

quick = settings(
    derandomize=True,
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(blueprints())
@quick
def test_a_blueprint_survives_being_written_and_read(blueprint):
    text = blueprint.to_yaml()
    back = Blueprint.from_yaml(text)
    assert back == blueprint
    assert back.to_yaml() == text
    assert back.digest == blueprint.digest


WRONG = {
    "no mapping": ("- a\n- b", (), 1, "mapping"),
    "a text alone": ("mean:62", (), 1, "mapping"),
    "nothing": ("", (), None, "mapping"),
    "a key that is not known": ("efects: []\n" + ONE, ("efects",), 1, "no `efects`"),
    "columns as a text": ("columns: age", ("columns",), 1, "wants a list"),
    "columns as a mapping": ("columns: {age: {type: integer}}", ("columns",), 1, "wants a list"),
    "effects as a mapping": (ONE + "effects: {a: b}", ("effects",), 4, "wants a list"),
    "missing as a list": (ONE + "missing: [a]", ("missing",), 4, "wants a mapping"),
    "a column that is a text": ("columns:\n  - age", ("columns", 0), 2, "is a mapping"),
    "a column without a name": ("columns:\n  - type: integer", ("columns", 0), 2, "no name"),
    "a rule that is a list": (ONE + "rules:\n  - [a]", ("rules", 0), 5, "a text"),
    "a missing that is a word": (ONE + "missing:\n  a: often", ("missing", "a"), 5, "no share"),
    "a version that is a word": ("version: one\n" + ONE, ("version",), 1, "whole number"),
    "bad YAML": (ONE + "rules: [a", (), 4, "not closed"),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_what_is_no_blueprint_is_told_with_its_line(case):
    text, path, line, words = WRONG[case]
    with pytest.raises(SpecError) as caught:
        Blueprint.from_yaml(text)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert words in problem.what
    assert problem.mend
    if line is not None:
        assert problem.what.startswith(f"Line {line}, ")


def test_a_name_that_is_a_number_is_text_as_typed():
    text = "columns:\n  - {name: 1.10, type: boolean, distribution: {probability: 0.1}}"
    assert Blueprint.from_yaml(text).names == ("1.10",)


def test_a_column_may_say_its_missing_values_itself():
    blueprint = Blueprint.from_yaml(ONE.replace("type: boolean", "type: boolean, missing: 8%"))
    assert blueprint.missing[0].rate == 0.08
    assert "missing:\n  a: {rate: 0.08}" in blueprint.to_yaml()


def test_a_column_without_a_name_does_not_shift_the_places_of_the_others():
    text = "columns:\n  - {type: boolean}\n  - {name: b, type: bolean}"
    with pytest.raises(SpecError) as caught:
        Blueprint.from_yaml(text)
    assert [part.what.split(":")[0] for part in caught.value.problems] == [
        "Line 2, column 5", "Line 3, column 15"
    ]  # fmt: skip


def test_whoever_opened_a_door_can_look_up_every_place():
    with pytest.raises(SpecError) as caught:
        yaml_form.read(ONE.replace("probability: 0.1", "probability: 2"))
    error = caught.value
    (problem,) = error.problems
    assert not problem.what.startswith("line")
    span = error.spans[problem.path]
    assert ONE.splitlines()[span.line - 1][span.column - 1 :].startswith("probability")
    assert ONE[problem.offset :].startswith("probability")


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_slip_within_a_rule_is_told_at_its_own_character(quote):
    first, second = (f"{quote}{rule}{quote}" for rule in ("a == yse", "not aa"))
    text = f"{ONE}rules:\n  - {{rule: {first}, source: model}}\n  - {second}\n"
    with pytest.raises(SpecError) as caught:
        Blueprint.from_yaml(text)
    first, second = caught.value.problems
    assert text[first.offset :].startswith("yse")
    assert text[second.offset :].startswith("aa")


def test_the_written_form_is_one_that_people_like_to_read():
    text = Blueprint.from_yaml(PRETTY).to_yaml()
    assert "\n".join(line for line in text.splitlines() if line[:1] != "#") + "\n" == PRETTY
    assert text.startswith("#")


def test_every_comment_and_blank_line_is_left_out_of_the_digest():
    blueprint = Blueprint.from_yaml(PRETTY)
    loose = PRETTY.replace("columns:", "# a remark\n\ncolumns:   # another")
    assert Blueprint.from_yaml(loose).digest == blueprint.digest
