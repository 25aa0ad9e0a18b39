"""Who depends on whom: operands, order, cycles, and what an edit may change."""

from __future__ import annotations

import graphlib
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synth_magic.blueprint import graph
from synth_magic.blueprint.graph import Operand, closure, edges, operand, order
from synth_magic.blueprint.model import Blueprint
from tests.blueprint.strategies import blueprints, names, values

quick = settings(
    derandomize=True, max_examples=100, deadline=None, suppress_health_check=list(HealthCheck)
)

TABLE = Blueprint.from_yaml("""
columns:
  - {name: late, type: number, formula: bmi * 2}
  - {name: bmi, type: number, formula: weight / 3}
  - {name: weight, type: number, distribution: {by: sex, groups: {F: {normal: {mean: 1, sd: 1}}, M: {normal: {mean: 2, sd: 1}}}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: age, type: number, distribution: {normal: {mean: 60, sd: 9}}}
  - {name: sbp, type: number, distribution: {normal: {mean: 60, sd: 9}}}
  - {name: F, type: number, distribution: {normal: {mean: 60, sd: 9}}}
  - {name: alone, type: number, distribution: {normal: {mean: 60, sd: 9}}}
  - {name: note, type: text, template: "at {age}"}
  - {name: time, type: time_to_event, event: death, survival: {365: 0.5}}
effects:
  - {from: age, to: sbp, beta: 0.3, where: sex == F}
  - {from: age, to: time, hazard_ratio: 1.2, per: 10}
rules:
  - sbp > F
missing:
  age: {rate: 0.1, depends_on: sbp, beta: 1}
  alone: {rate: 0.1, depends_on: alone, beta: 1}
""")  # noqa: E501


@given(st.lists(names, min_size=1, max_size=4, unique=True), values)
@quick
def test_an_operand_that_is_written_is_read_back(columns, value):
    for column in columns:
        assert operand(str(Operand(column)), columns) == Operand(column)
        assert operand(str(Operand(column, value)), columns) == Operand(column, value)


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [("smoker=current", "smoker", "current"), ("smoker = current", "smoker", "current"),
     ("smoker==current", "smoker", "current"), ("smoker='current'", "smoker", "current"),
     ("`smoker`=current", "smoker", "current"), ("`smoker`", "smoker", None),
     ("a=b", "a=b", None), ("a=b=c", "a=b", "c"), ("a=c", "a", "c"),
     ("unknown=c=d", "unknown", "c=d"), ("unknown", "unknown", None)],
)  # fmt: skip
def test_the_longest_name_that_fits_is_meant(text, column, value):
    assert operand(text, ["smoker", "a", "a=b"]) == Operand(column, value)


def test_parents_come_from_effects_conditions_groups_formulas_and_templates():
    assert edges(TABLE) == {
        "late": ("bmi",),
        "bmi": ("weight",),
        "weight": ("sex",),
        "sex": (),
        "age": (),
        "sbp": ("age", "sex"),
        "F": (),
        "alone": (),
        "note": ("age",),
        "time": ("age",),
    }


def test_missingness_that_points_back_makes_no_circle():
    assert order(TABLE) == (
        "sex", "weight", "bmi", "late", "age", "sbp", "F", "alone", "note", "time"
    )  # fmt: skip


def test_a_column_without_parents_keeps_its_place():
    independent = {"c": (), "a": (), "b": ()}
    assert graph.sorted_names(independent) == ("c", "a", "b")


def test_editing_a_column_reaches_what_depends_on_it_and_nothing_else():
    assert closure(TABLE, "sex") == (
        "late", "bmi", "weight", "sex", "age", "sbp", "F", "note", "time"
    )  # fmt: skip
    assert closure(TABLE, "alone") == ("alone",)
    assert closure(TABLE, "bmi") == ("late", "bmi")
    assert closure(TABLE, "death") == ("time",)
    assert "F" in closure(TABLE, "sbp")  # they share a rule
    assert "age" in closure(TABLE, "sbp")  # its missingness hangs on sbp


parents = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sets(st.sampled_from("abcdefgh"), max_size=3), max_size=8
).map(lambda found: {c: tuple(sorted(found.get(c, ()))) for c in "abcdefgh"})


@given(parents)
@quick
def test_order_and_cycle_agree_with_an_independent_sorter(parents):
    try:
        tuple(graphlib.TopologicalSorter(parents).static_order())
    except graphlib.CycleError:
        ring = graph.cycle(parents)
        assert ring[0] == ring[-1]
        assert all(up in parents[down] for up, down in pairwise(ring))
        with pytest.raises(ValueError, match=" -> "):
            graph.sorted_names(parents)
    else:
        assert graph.cycle(parents) is None
        found = graph.sorted_names(parents)
        assert sorted(found) == sorted(parents)
        assert all(found.index(up) < found.index(c) for c in parents for up in parents[c])


@given(blueprints())
@quick
def test_every_valid_blueprint_has_an_order(blueprint):
    found = order(blueprint)
    assert sorted(found) == sorted(blueprint.names)
    for name, above in edges(blueprint).items():
        assert all(found.index(up) < found.index(name) for up in above)
        assert set(closure(blueprint, name)) <= set(found)
        assert name in closure(blueprint, name)
