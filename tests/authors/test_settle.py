"""When a rule would redraw too many rows, what is not the user's gives way."""

import pytest

from synth_magic import sampling
from synth_magic.authors import settle
from synth_magic.blueprint.model import (
    Blueprint,
    Column,
    Distribution,
    Effect,
    Lognormal,
    Normal,
    Rule,
    Uniform,
)
from synth_magic.errors import SpecError


def dated(name, source="guess", **fields):
    ends = {"low": "2020-01-01", "high": "2021-12-31"}
    law = Distribution(uniform=Uniform(**ends), source=source)
    return Column(
        name=name,
        type="date",
        range=tuple(ends.values()),
        distribution=law,
        sources=(("range", source),),
        **fields,
    )


def number(name, mean, sd, source):
    law = Distribution(normal=Normal(mean=mean, sd=sd), source=source)
    return Column(name=name, type="number", decimals=1, distribution=law)


def settled(columns, *rules, effects=(), source="user"):
    blueprint = Blueprint(
        columns=columns,
        rules=tuple(Rule(text=text, source=source) for text in rules),
        effects=effects,
    )
    out, notes = settle.settle(blueprint)
    return out, notes, sampling.compile(out)


def test_a_discharge_is_written_as_admission_and_stay():
    out, notes, plan = settled((dated("admission"), dated("discharge")), "discharge > admission")
    discharge = out.column("discharge")
    assert discharge.formula == "admission + discharge_after_admission"
    assert out.column("discharge_after_admission").hidden
    assert max(plan.redrawn.values()) < 0.01
    table = sampling.draw(plan, 400, seed=1)
    assert list(table.columns) == ["admission", "discharge"]
    assert (table["discharge"] > table["admission"]).all()
    assert any("discharge = admission" in note.what for note in notes)


def test_a_length_of_stay_in_the_table_is_that_gap():
    stay = Column(
        name="los",
        type="integer",
        concept="length_of_stay",
        range=(1, None),
        distribution=Distribution(lognormal=Lognormal(median=4, sigma=0.6), source="reference"),
    )
    columns = (dated("admission"), dated("discharge"), stay)
    out, _, plan = settled(columns, "discharge >= admission")
    assert out.column("discharge").formula == "admission + los"
    table = sampling.draw(plan, 300, seed=1)
    assert ((table["discharge"] - table["admission"]).dt.days == table["los"]).all()


def test_the_users_date_stays_and_the_other_is_written_from_it():
    out, _, _ = settled((dated("born"), dated("seen", "user")), "born < seen")
    assert out.column("seen").distribution.source == "user"
    assert out.column("born").formula.startswith("seen - ")


def test_a_number_of_ours_moves_to_its_side():
    columns = (number("mine", 100, 10, "user"), number("ours", 90, 10, "guess"))
    out, notes, plan = settled(columns, "mine < ours")
    assert out.column("mine").distribution == columns[0].distribution
    assert out.column("ours").distribution.source == "guess"
    assert max(plan.redrawn.values()) <= 0.2
    assert any("was moved" in note.what for note in notes)
    table = sampling.draw(plan, 2000, seed=1)
    assert (table["mine"] < table["ours"]).mean() > 0.999
    assert abs(table["mine"].mean() - 100) < 2.5


def test_two_laws_of_the_user_that_cannot_meet_a_rule_are_an_error_naming_both():
    columns = (number("a", 100, 5, "user"), number("b", 60, 5, "user"))
    with pytest.raises(SpecError) as caught:
        settled(columns, "a < b")
    assert "a" in str(caught.value)
    assert "b" in str(caught.value)


def test_a_rule_of_the_reference_gives_way_to_the_users_facts():
    columns = (number("a", 100, 5, "user"), number("b", 60, 5, "user"))
    out, notes, _ = settled(columns, "a < b", source="reference")
    assert out.rules == ()
    assert notes[0].level == "warning"
    assert "left out" in notes[0].what


def test_a_law_of_ours_moves_even_where_no_row_could_keep_the_users_rule():
    ends = {"high": (150, 160), "low": (10, 20)}
    columns = tuple(
        number(name, sum(span) / 2, 2, "guess").model_copy(
            update={"range": span, "sources": (("range", "guess"),)}
        )
        for name, span in ends.items()
    )
    with pytest.raises(SpecError, match="No row can keep the rule low > high"):
        sampling.compile(
            Blueprint(columns=columns, rules=(Rule(text="low > high", source="user"),))
        )
    out, notes, plan = settled(columns, "low > high")
    assert max(plan.unmet.values()) == 0
    assert [n.path for n in notes] == [("columns", "low")]
    assert out.rules[0].text == "low > high"


def test_a_rule_of_the_user_that_no_row_can_keep_is_an_error_where_nothing_can_give_way():
    columns = (number("a", 100, 5, "guess"), number("b", 60, 5, "guess"))
    with pytest.raises(SpecError, match="No row can keep the rule a > 1000") as caught:
        settled(columns, "b < a", "a > 1000")
    assert caught.value.problems[0].path == ("rules", 1)


@pytest.mark.parametrize("source", ["model", "reference", "guess"])
def test_a_rule_of_ours_that_no_row_can_keep_is_left_out_with_a_word(source):
    columns = (number("a", 100, 5, "user"), number("b", 60, 5, "guess"))
    out, notes, plan = settled(columns, "a > 1000", "b > -1000", source=source)
    assert [rule.text for rule in out.rules] == ["b > -1000"]
    assert plan.unmet == {("rules", 0): 0}
    assert [(n.level, "a > 1000 was left out, since 100%" in n.what) for n in notes] == [
        ("warning", True)
    ]


def test_a_rule_that_costs_little_changes_nothing():
    columns = (number("a", 100, 5, "guess"), number("b", 140, 5, "guess"))
    blueprint = Blueprint(columns=columns, rules=(Rule(text="a < b", source="user"),))
    assert settle.settle(blueprint) == (blueprint, ())


def test_a_rule_that_is_no_comparison_of_two_columns_is_left_to_the_sampler():
    columns = (number("a", 100, 20, "guess"), number("b", 100, 20, "guess"))
    out, notes, _ = settled(columns, "a + b < 190")
    assert out.columns == columns
    assert notes == ()


def test_an_effect_of_the_user_between_the_two_is_kept_alone():
    columns = (number("a", 100, 10, "user"), number("b", 95, 10, "guess"))
    mine = Effect(parent="a", child="b", word="beta", size=0.2, source="user")
    out, _, _ = settled(columns, "a < b", effects=(mine,))
    assert out.effects == (mine,)


@pytest.mark.parametrize("rule", ["a < b", "a <= b", "a > b", "a >= b"])
@pytest.mark.parametrize("ends", [(0, 100), (-5, 5), (1000, 1001)])
def test_what_is_moved_stays_in_the_range_that_the_user_stated(rule, ends):
    low, high = ends
    law = Distribution(normal=Normal(mean=(low + high) / 2, sd=(high - low) / 5), source="guess")
    columns = tuple(
        Column(name=name, type="number", decimals=3, range=ends, distribution=law) for name in "ab"
    )
    out, _, plan = settled(columns, rule)
    assert max(plan.redrawn.values(), default=0) < 0.25
    table = sampling.draw(plan, 2_000, seed=1)
    assert table.eval(rule).all()
    assert table["a"].between(low, high).all()
    assert table["b"].between(low, high).all()
    assert out.column("a").range == out.column("b").range == ends
