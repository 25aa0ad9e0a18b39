"""NAME: a table takes no place that belongs to somebody else."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.notebook import namespace
from synth_magic.record import Result, attach

YAML = """\
version: 1
columns:
  - {name: age, type: integer, range: [30, 85], distribution: {uniform: {low: 30, high: 85}}}
"""


@pytest.fixture
def ours() -> pd.DataFrame:
    table = pd.DataFrame({"age": [31, 55]})
    attach(table, Blueprint.from_yaml(YAML), 7)
    return table


def _refused(name, variables, **more) -> str:
    with pytest.raises(DataError) as caught:
        namespace.check(name, variables, replace=more.get("replace", False))
    assert len(str(caught.value).split("\n")) == 2
    return str(caught.value)


@pytest.mark.parametrize("name", ["t2d", "_t", "größe", "T2D_2"])
def test_a_free_name_is_taken(name):
    namespace.check(name, {}, replace=False)


@pytest.mark.parametrize("name", ["2d", "a-b", "a.b", "for", "None", "t2d,", "df[0]", ""])
def test_what_is_no_name_is_refused_even_with_replace(name):
    assert "hold" in _refused(name, {}, replace=True)


def test_a_word_of_pythons_is_not_answered_with_how_to_spell_names():
    assert "letters" not in _refused("class", {})
    assert "letters" in _refused("2d", {})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (pd.DataFrame({"a": [1]}), "a DataFrame (1 row, 1 column)"),
        (3, "an int"),
        (math, "a module"),
        (len, "a builtin_function"),
        (None, "a NoneType"),
        (pd.Series([1]), "a Series"),
    ],
)
def test_what_is_not_ours_needs_replace(value, said):
    text = _refused("x", {"x": value})
    assert "--replace" in text
    assert said in text
    namespace.check("x", {"x": value}, replace=True)


def test_pythons_own_functions_are_not_hidden_by_accident():
    assert "--replace" in _refused("list", {})
    namespace.check("list", {}, replace=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t,
        lambda t: t.assign(bmi=1.0),
        lambda t: t[t["age"] > 40],
        lambda t: t.copy(),
        lambda t: t.rename(columns={"age": "years"}),
    ],
)
def test_a_cell_can_run_again_after_later_cells_worked_on_its_table(ours, change):
    namespace.check("t", {"t": change(ours)}, replace=False)


def test_a_series_of_our_table_is_not_the_table(ours):
    assert namespace.is_ours(ours)
    ages = ours["age"]
    assert "synthdata" in ages.attrs
    assert not namespace.is_ours(ages)
    assert "a Series" in _refused("ages", {"ages": ages})
    assert not namespace.is_ours({"attrs": ours.attrs})
    assert not namespace.is_ours(None)


def test_a_table_that_was_changed_is_drawn_anew_and_that_is_said(ours):
    result = Result(table=ours, record=attach(ours, Blueprint.from_yaml(YAML), 7), name="t")
    assert namespace.noted(result, {}, named=True) is result
    assert namespace.noted(result, {"t": ours.copy()}, named=True) is result
    changed = namespace.noted(result, {"t": ours.assign(b=1)}, named=True)
    assert "changed" in changed.notes[0].what
    unnamed = namespace.noted(result, {}, named=False)
    assert unnamed.notes[0].what.endswith("variable t")


def test_a_table_that_is_not_there_names_the_nearest(ours):
    variables = {"t2d": ours, "real": pd.DataFrame({"a": [1]}), "x": 3, "_hidden": ours}
    assert namespace.data_frames(variables) == ["t2d", "real"]
    assert namespace.table_named("real", variables, "report") is variables["real"]
    for name, said in (("t3d", "report t2d?"), ("zzz", "t2d, real"), ("x", "an int")):
        with pytest.raises(DataError) as caught:
            namespace.table_named(name, variables, "report")
        assert said in str(caught.value)
    with pytest.raises(DataError, match="Draw a table first"):
        namespace.table_named("t", {}, "report")
