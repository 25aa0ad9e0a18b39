"""What a model says and what cannot hold: the model's part gives way, never the user's."""

import pytest

from synth_magic import cell, sampling
from synth_magic.authors.answers.table import table_of
from synth_magic.authors.joined import Facts, hold
from synth_magic.blueprint.model import Column, Distribution, Effect, Missing, Rule
from synth_magic.errors import SpecError

TEXT = """Adults

columns:
  age: years, 30-85
  sex: F / M
  sbp: mmHg, mean 130 sd 15
  dbp: mmHg
  arm: A / B
rules:
  - sbp > dbp
effects:
  - {from: age, to: sbp, beta: 0.3}
"""


def effect(parent, child, size=0.3, word="beta", where=None):
    return Effect(parent=parent, child=child, word=word, size=size, where=where, source="model")


def quantiles(low, middle, high):
    pairs = ((0.05, low), (0.5, middle), (0.95, high))
    return Distribution(quantiles=pairs, source="model")


def grouped(by, **groups):
    pairs = tuple((value, law) for value, law in groups.items())
    return Distribution(by=by, groups=pairs, source="model")


def held(*, text=TEXT, laws=None, **parts):
    table = table_of(cell.parse(text))
    columns = {
        name: table.known[name].column.model_copy(update={"distribution": law})
        for name, law in (laws or {}).items()
    }
    found = hold(table.request, Facts(columns, **parts))
    sampling.compile(found.blueprint)
    return found


def test_what_holds_stays_whole():
    found = held(
        laws={"dbp": quantiles(60, 78, 95)},
        effects=(effect("age", "dbp"),),
        rules=(Rule(text="dbp > 20", source="model"),),
        missing=(Missing(column="dbp", rate=0.1, source="model"),),
    )
    assert found.fallen == ()
    assert found.blueprint.column("dbp").distribution.source == "model"
    assert found.blueprint.missing[0].rate == 0.1


def test_an_effect_at_the_path_of_an_error_is_left_out_alone():
    found = held(effects=(effect("age", "dbp"), effect("nobody", "dbp"), effect("sex=M", "dbp")))
    assert [e.parent for e in found.facts.effects] == ["age", "sex=M"]
    assert "effect of nobody on dbp was left out" in found.fallen[0].what


def test_a_rule_and_missing_values_at_the_path_of_an_error_are_left_out_alone():
    found = held(
        rules=(Rule(text="dbp >", source="model"), Rule(text="dbp > 20", source="model")),
        missing=(
            Missing(column="nobody", rate=0.1, source="model"),
            Missing(column="dbp", rate=0.1, source="model"),
        ),
    )
    assert [rule.text for rule in found.facts.rules] == ["dbp > 20"]
    assert [entry.column for entry in found.facts.missing] == ["dbp"]


def test_a_law_that_cannot_be_gives_way_to_the_reference_and_is_told():
    found = held(laws={"dbp": quantiles(90, 70, 95), "age": quantiles(40, 60, 80)})
    assert set(found.facts.columns) == {"age"}
    assert found.blueprint.column("dbp").distribution.source == "reference"
    assert "dbp: the model's answer was left out" in found.fallen[0].what


def test_laws_that_group_one_another_give_way():
    def law(first, share, second):
        pairs = ((first, share), (second, 1 - share))
        return Distribution(probabilities=pairs, source="model")

    found = held(
        laws={
            "sex": grouped("arm", A=law("F", 0.3, "M"), B=law("F", 0.6, "M")),
            "arm": grouped("sex", F=law("A", 0.3, "B"), M=law("A", 0.6, "B")),
        }
    )
    assert len(found.facts.columns) == 1


def test_a_user_s_effect_stays_where_a_model_s_law_or_effect_stands_in_its_way():
    text = TEXT + "  - {from: sex=M, to: dbp, beta: 0.2}\n"
    law = grouped("sex", F=quantiles(60, 75, 92), M=quantiles(62, 80, 97))
    found = held(text=text, laws={"dbp": law}, effects=(effect("age", "dbp"),))
    assert ("sex=M", "dbp", "user") in {
        (e.parent, e.child, e.source) for e in found.blueprint.effects
    }
    assert "dbp" not in found.facts.columns
    assert found.fallen


def test_a_rule_that_takes_most_rows_is_left_out_and_a_light_one_stays():
    found = held(
        rules=(Rule(text="age > 80", source="model"), Rule(text="age > 31", source="model"))
    )
    assert [rule.text for rule in found.facts.rules] == ["age > 31"]
    assert "most rows break it" in found.fallen[-1].what


def test_an_event_time_takes_the_place_of_its_event_s_column():
    text = TEXT.replace("  arm: A / B\n", "  death: yes/no\n  days: days, 0-900\n")
    table = table_of(cell.parse(text))
    time = Column(
        name="days", type="time_to_event", unit="days", event="death", survival=((365, 0.8),),
        sources=(("survival", "model"), ("event", "model")),
    )  # fmt: skip
    found = hold(table.request, Facts({"days": time}))
    assert "death" not in found.blueprint.names
    assert "death" in found.blueprint.delivered


def test_what_the_user_said_wrong_is_the_user_s_error_whatever_the_model_says():
    text = TEXT.replace("sd 15", "sd 15, 200-220")
    with pytest.raises(SpecError, match="mean"):
        held(text=text, effects=(effect("age", "dbp"),), laws={"dbp": quantiles(60, 78, 95)})


def test_errors_without_a_place_take_whole_kinds_away_and_end():
    bad = tuple(Rule(text=f"dbp > {20 + i} +", source="model") for i in range(50))
    found = held(
        rules=bad,
        effects=(effect("age", "dbp"),),
        missing=(Missing(column="dbp", rate=0.1, source="model"),),
    )
    assert found.facts.rules == ()
    assert len(found.facts.effects) == 1
