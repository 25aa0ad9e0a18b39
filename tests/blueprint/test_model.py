"""The Blueprint as a Python value: frozen, checked, looked up, changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synth_magic.blueprint import model
from synth_magic.blueprint.model import (
    Blueprint,
    Column,
    Distribution,
    Effect,
    Missing,
    Normal,
    Rule,
)
from synth_magic.errors import SpecError
from tests.blueprint.strategies import blueprints

NORMAL = Distribution(normal={"mean": 1, "sd": 1}, source="guess")
AGE = Column(name="age", type="integer", distribution=NORMAL)
SBP = Column(name="sbp", type="number", distribution=NORMAL)
TIME = Column(name="time", type="time_to_event", event="death", survival={365: 0.5})
EFFECT = Effect(parent="age", child="sbp", word="beta", size=0.3, source="model")
TABLE = Blueprint(columns=(AGE, SBP, TIME), effects=(EFFECT,))


def refused(call, *given, **more):
    with pytest.raises(SpecError) as caught:
        call(*given, **more)
    return caught.value.problems


def test_what_cannot_hold_together_is_refused_in_python_too():
    (problem,) = refused(Blueprint, columns=(AGE, AGE))
    assert problem.path == ("columns", "age", "name")
    (problem,) = refused(Blueprint, columns=(AGE,), effects=(EFFECT,))
    assert problem.path == ("effects", 0, "to")


def test_a_wrong_value_is_told_in_plain_words_and_by_names():
    wrong = {
        "name": "age",
        "type": "integer",
        "distribution": {"normal": {"mean": 1}, "source": "user"},
    }
    (problem,) = refused(Blueprint, columns=[wrong])
    assert problem.path == ("columns", "age", "distribution", "normal")
    assert problem.what == "`normal` needs `sd`"
    assert refused(Blueprint)[0].what == "There is no `columns`"
    assert refused(Blueprint, columns=(AGE,), colour=1)[0].path == ("colour",)


def test_nothing_in_it_can_be_changed_in_place():
    with pytest.raises(ValidationError):
        TABLE.table = "t"
    assert hash(TABLE) == hash(Blueprint(columns=(AGE, SBP, TIME), effects=(EFFECT,)))


def test_columns_are_found_by_their_name_and_by_their_event():
    assert TABLE.column("sbp") is SBP
    assert TABLE.column("death") is TIME
    with pytest.raises(KeyError):
        TABLE.column("nobody")


def test_names_and_the_names_that_are_delivered():
    hidden = AGE.model_copy(update={"hidden": True})
    table = Blueprint(columns=(hidden, SBP, TIME), effects=(EFFECT,))
    assert table.names == ("age", "sbp", "time")
    assert table.delivered == ("sbp", "time", "death")


def test_levels_are_values_or_the_keys_of_the_shares():
    shares = Distribution(probabilities={"F": 0.4, "M": 0.6}, source="user")
    assert Column(name="x", type="category", distribution=shares).levels == ("F", "M")
    assert Column(name="x", type="category", values=("b", "a"), distribution=shares).levels == (
        "b",
        "a",
    )
    groups = Distribution(
        by="g",
        groups={"p": {"probabilities": {"b": 1}, "source": "user"},
                "q": {"probabilities": {"a": 0.5, "b": 0.5}, "source": "user"}},
        source="user",
    )  # fmt: skip
    assert Column(name="x", type="category", distribution=groups).levels == ("b", "a")
    assert Column(name="x", type="boolean").levels == ("no", "yes")
    assert AGE.levels == ()


def test_whole_numbers_0_and_1_are_drawn_like_a_boolean():
    share = Distribution(probability=0.2, source="user")
    flag = Column(name="x", type="integer", distribution=share)
    assert flag.zero_one
    assert flag.levels == ("0", "1")
    assert not AGE.zero_one
    assert not Column(name="x", type="boolean", distribution=share).zero_one


def test_numbers_of_numpy_are_taken_as_plain_numbers():
    law = Distribution(normal=Normal(mean=np.float64(62.5), sd=np.int64(11)), source="user")
    table = Blueprint(columns=(Column(name="x", type="number", distribution=law),))
    assert type(law.normal.mean) is float
    assert type(law.normal.sd) is int
    assert "{mean: 62.5, sd: 11}" in table.to_yaml()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e16, True, "3", None, [1]])
def test_what_is_no_finite_number_is_no_parameter(value):
    with pytest.raises(ValidationError):
        Normal(mean=1, sd=value)


def test_the_source_of_a_field_is_the_users_unless_it_is_said():
    column = Column(name="x", distribution=NORMAL, unit="kg", sources={"unit": "model"})
    assert column.source_of("unit") == "model"
    assert column.source_of("range") == "user"
    assert column.source_of("distribution") == "guess"


def test_the_digest_tells_blueprints_apart_and_equal_ones_not():
    other = TABLE.replaced(("columns", "age", "label"), "Age")
    assert other.digest != TABLE.digest
    assert Blueprint.from_yaml(TABLE.to_yaml()).digest == TABLE.digest
    assert len(TABLE.digest) == 32
    float_mean = TABLE.replaced(("columns", "age", "distribution", "normal", "mean"), 1.0)
    assert float_mean == TABLE
    assert float_mean.digest == TABLE.digest


def test_drawing_twice_from_equal_blueprints_compiles_once():
    again = Blueprint.from_yaml(TABLE.to_yaml())
    assert again is not TABLE
    assert model._plan(again) is model._plan(TABLE)
    assert model._plan(TABLE.replaced(("table",), "t")) is not model._plan(TABLE)


def test_a_table_says_which_blueprint_and_rows_it_was_drawn_by():
    table = TABLE.sample(5, seed=3, start=10)
    assert list(table.index) == [10, 11, 12, 13, 14]
    assert Blueprint.from_yaml(table.attrs["synthdata"]["blueprint"]) == TABLE
    assert table.attrs["synthdata"]["seed"] == 3


def test_a_file_holds_what_is_sampled(tmp_path):
    TABLE.write(tmp_path / "t.csv", 30, seed=3, chunk_rows=7)
    written = pd.read_csv(tmp_path / "t.csv")
    sampled = TABLE.sample(30, seed=3)
    assert written["age"].tolist() == sampled["age"].tolist()
    assert written["death"].tolist() == sampled["death"].tolist()


# Changing -----------------------------------------------------------------------------


def test_one_number_is_replaced_and_the_rest_stays():
    path = ("columns", "age", "distribution", "normal", "mean")
    other = TABLE.replaced(path, 62)
    assert other.column("age").distribution.normal == Normal(mean=62, sd=1)
    assert other.replaced(path, 1) == TABLE
    assert TABLE.column("age").distribution.normal.mean == 1


def test_a_change_may_say_who_made_it():
    def source(path, value):
        return TABLE.replaced(path, value, "user")

    law = (
        source(("columns", "age", "distribution", "normal", "mean"), 62).column("age").distribution
    )
    assert law.source == "user"
    assert source(("effects", 0, "beta"), 0.4).effects[0].source == "user"
    assert source(("columns", "sbp", "range"), [-5, 9]).column("sbp").sources == (
        ("range", "user"),
    )
    table = TABLE.replaced(("rules", 0), Rule(text="sbp > 0", source="model"))
    assert table.rules[0].source == "model"
    assert table.replaced(("rules", 0), "sbp > 1", "guess").rules[0] == Rule(
        text="sbp > 1", source="guess"
    )
    assert table.replaced(("rules", 0, "rule"), "sbp > 1", "user").rules[0].source == "user"
    table = TABLE.replaced(("missing", "sbp"), 0.1, "reference")
    assert table.missing == (Missing(column="sbp", rate=0.1, source="reference"),)
    assert table.replaced(("missing", "sbp", "rate"), 0.2, "user").missing[0].source == "user"


def test_parts_are_added_and_taken_away():
    new = Column(name="bmi", type="number", formula="sbp / age")
    table = TABLE.replaced(("columns", 3), new)
    assert table.column("bmi") == new
    assert table.replaced(("columns", "bmi"), None) == TABLE
    assert TABLE.replaced(("effects", 0), None).effects == ()
    effect = Effect(parent="age", child="time", word="beta", size=1, source="guess")
    assert TABLE.replaced(("effects", 1), effect).effects == (EFFECT, effect)
    assert TABLE.replaced(("rules", 0), "sbp > age").rules[0].text == "sbp > age"
    assert TABLE.replaced(("missing", "sbp"), 0.1).missing[0].rate == 0.1
    assert TABLE.replaced(
        ("missing", "sbp"), Missing(column="sbp", rate=0.3, source="guess")
    ).missing
    assert TABLE.replaced(("columns", "sbp", "sources"), {"type": "model"}).column("sbp").sources
    assert TABLE.replaced(("table",), "t").table == "t"
    assert TABLE.replaced(("effects",), [EFFECT, effect]).effects == (EFFECT, effect)
    law = TABLE.replaced(
        ("columns", "age", "distribution"), NORMAL.model_copy(update={"source": "user"})
    )
    assert law.column("age").distribution.source == "user"
    normal = TABLE.replaced(("columns", "age", "distribution", "normal"), Normal(mean=5, sd=2))
    assert normal.column("age").distribution.normal.mean == 5
    quartiles = TABLE.replaced(("columns", "age", "stated", "quartiles"), (1, 2))
    assert quartiles.column("age").stated.quartiles == (1, 2)


def test_a_quantile_is_named_by_its_share():
    law = Distribution(quantiles={0.25: 5, 0.5: 6}, source="user")
    table = Blueprint(columns=(AGE.model_copy(update={"distribution": law}),))
    other = table.replaced(("columns", "age", "distribution", "quantiles", "0.5"), 7)
    assert other.column("age").distribution.quantiles == ((0.25, 5), (0.5, 7))
    with pytest.raises(SpecError):
        table.replaced(("columns", "age", "distribution", "quantiles", "0.5"), 4)


@pytest.mark.parametrize(
    "path",
    [(), ("columns", "nobody", "unit"), ("effects", 7, "beta"), ("effects", 7), ("nothing", "x"),
     ("columns", "age", "name", "x", "y"), ("columns", 9), ("version", "x")],
)  # fmt: skip
def test_a_place_that_is_not_there_is_refused(path):
    assert refused(TABLE.replaced, path, 1)


@given(blueprints(), st.data())
@settings(derandomize=True, max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_replacing_a_part_by_itself_changes_nothing(blueprint, data):
    column = data.draw(st.sampled_from(blueprint.columns))
    assert blueprint.replaced(("columns", column.name), column) == blueprint
    other = blueprint.replaced(("columns", column.name, "label"), "another label")
    assert other.column(column.name).label == "another label"
    assert other.replaced(("columns", column.name, "label"), column.label) == blueprint
