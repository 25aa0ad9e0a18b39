"""Columns come, go, and get other names and types."""

from __future__ import annotations

import pytest

from synth_magic import sampling
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint
from synth_magic.editing import Draft, Edit, apply, types
from synth_magic.errors import SpecError


def drawn(blueprint, rows=400):
    return sampling.draw(sampling.compile(blueprint), rows)


def test_a_new_name_is_written_wherever_the_old_one_was(trial):
    done = apply(trial, Edit("name", "age", text="age at entry"))
    after = done.blueprint
    assert "age" not in after.names
    assert after.column("risk").formula == "`age at entry` / 10 + egfr / 100"
    assert after.column("comment").template == "Seen at {age at entry} on the {ward} ward."
    assert after.rules[0].text == "if prior == 1 then `age at entry` > 45"
    assert {e.parent for e in after.effects} >= {"age at entry"}
    assert next(m for m in after.missing if m.column == "crp").depends_on == "age at entry"
    assert done.words == "renamed age to age at entry"
    back = apply(after, Edit("name", "age at entry", text="age")).blueprint
    assert graph.edges(back) == graph.edges(trial)


def test_every_column_can_be_renamed_and_back(any_table):
    for column in any_table.columns:
        away = apply(any_table, Edit("name", column.name, text="z 1")).blueprint
        again = apply(away, Edit("name", "z 1", text=column.name)).blueprint
        assert graph.edges(again) == graph.edges(any_table)
        assert again.effects == any_table.effects


def test_a_group_a_condition_and_an_event_follow(trial):
    after = apply(trial, Edit("name", "arm", text="treatment")).blueprint
    law = after.column("egfr").distribution
    assert law is not None
    assert law.by == "treatment"
    after = apply(trial, Edit("name", "prior", text="previous")).blueprint
    assert any(e.where == "previous == 1" for e in after.effects)
    done = apply(trial, Edit("name", "death", text="died"))
    assert "died" in drawn(done.blueprint).columns
    assert done.words == "followup event death → died"


@pytest.mark.parametrize("name", ["", "egfr", "death", "if", "a`b", "x" * 300])
def test_a_name_that_cannot_be_is_refused(trial, refusal, name):
    assert refusal(trial, Edit("name", "age", text=name)).mend
    assert "no `nope`" in refusal(trial, Edit("name", "nope", text="x")).what


def test_taking_a_column_away_takes_its_effects_and_rules_and_says_so(small, diabetes):
    done = apply(diabetes, Edit("column-", "hba1c"))
    assert "hba1c" not in done.blueprint.names
    assert done.notes[0].what == "4 effects went with it"
    assert not done.blueprint.missing
    done = apply(small, Edit("column-", "lung function"))
    assert done.notes[0].what == "1 effect and 1 rule went with it"


def test_missing_values_that_depended_on_a_column_that_went_depend_on_nothing(trial, refusal):
    without = apply(trial, Edit("column-", "comment")).blueprint
    without = apply(without, Edit("column-", "risk")).blueprint
    done = apply(without, Edit("column-", "age"))
    part = next(m for m in done.blueprint.missing if m.column == "crp")
    assert (part.rate, part.depends_on) == (0.1, None)
    assert "depend on nothing" in done.notes[-1].what


@pytest.mark.parametrize(
    ("column", "who"),
    [("egfr", "formula of `risk`"), ("arm", "`diabetes`, `egfr`"), ("ward", "text")],
)
def test_a_column_that_others_need_stays(trial, refusal, column, who):
    said = refusal(trial, Edit("column-", column))
    assert who in said.what
    assert said.mend


def test_the_only_column_stays(small, refusal):
    one = apply(apply(small, Edit("column-", "sex")).blueprint, Edit("column-", "age")).blueprint
    assert "only column" in refusal(one, Edit("column-", "lung function")).what


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("ldl: mg/dL, mean 120 sd 30", "number"), ("grade: I 20% / II 80%", "category"),
        ("smoker: yes/no, 20%", "boolean"), ("seen: 2015-2020 date", "date"),
        ("falls: count, mean 2", "integer"), ("code: unique id", "id"),
        ("bp: {type: number, formula: age * 2}", "number"),
    ],
)  # fmt: skip
def test_a_column_is_added_in_the_words_of_a_cell(small, line, kind):
    done = apply(small, Edit("column+", text=line))
    column = done.blueprint.columns[-1]
    assert column.type == kind
    assert done.words == f"added column {column.name}"
    assert column.name in drawn(done.blueprint).columns


@pytest.mark.parametrize(
    "line", ["", "ldl", "age: 5-6", "a: 1-2\nb: 3-4", "x" * 3000, "[a, b]", "q: {"]
)
def test_a_line_that_says_too_little_or_too_much_is_refused(small, refusal, line):
    assert refusal(small, Edit("column+", text=line)).what


def test_what_a_new_columns_line_leaves_open_is_completed(diabetes, complete):
    done = apply(diabetes, Edit("column+", text="egfr"), complete)
    column = done.blueprint.column("egfr")
    assert column.distribution is not None
    assert column.distribution.source == "reference"
    assert done.blueprint.columns[:-1] == diabetes.columns
    assert done.blueprint.effects[: len(diabetes.effects)] == diabetes.effects
    assert len(done.blueprint.effects) > len(diabetes.effects)
    assert "came with it" in done.notes[0].what
    stated = apply(diabetes, Edit("column+", text="ldl: mg/dL, mean 120 sd 30"), complete)
    law = stated.blueprint.column("ldl").distribution
    assert law is not None
    assert law.source == "user"
    assert sampling.compile(stated.blueprint).laws["ldl"].mean == pytest.approx(120, abs=0.1)


def test_nobody_knows_a_word_that_nobody_knows(diabetes, complete):
    with pytest.raises(SpecError):
        apply(diabetes, Edit("column+", text="frobnication"), complete)
    with pytest.raises(SpecError, match="Nobody knows"):
        apply(diabetes, Edit("column+", text="frobnication"), lambda text, blueprint: blueprint)


FEV = """columns:
  - {name: fev, type: number, unit: L, distribution: {normal: {mean: 3, sd: 0.7}}}"""


def test_usual_effects_that_cannot_be_drawn_with_the_others_stay_out(small):
    # Two correlations of 0.9 with columns that have nothing to do with one another cannot be.
    usual = "".join(
        f"\n  - {{from: {parent}, to: fev, correlation: 0.9}}"
        for parent in ("age", "lung function")
    )
    whole = small.to_yaml().replace("columns:", FEV).replace("effects:", f"effects:{usual}")
    known = Blueprint.from_yaml(whole)
    done = apply(small, Edit("column+", text="fev: mean 3 sd 1"), lambda *_: known)
    assert done.blueprint.names == (*small.names, "fev")
    assert done.blueprint.effects == small.effects
    assert "none was added" in done.notes[0].what


def test_a_draft_that_adds_and_removes_a_column_is_as_it_was(diabetes, complete):
    draft = Draft.of(diabetes).edited(Edit("column+", text="egfr"), complete)
    assert draft.changes[0] == "added column egfr"
    draft = draft.edited(Edit("column-", "egfr"))
    assert draft.changes == ()
    assert draft.blueprint == diabetes


# Types ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "to", "dtype"),
    [
        ("age", "integer", "int"), ("visits", "number", None), ("egfr", "number", "float"),
        ("prior", "boolean", "bool"), ("born", "datetime", "datetime"),
        ("admitted", "date", "datetime"), ("diabetes", "0/1", "int"),
    ],
)  # fmt: skip
def test_a_type_changes_where_the_law_means_the_same(trial, refusal, column, to, dtype):
    edit = Edit("type", column, text=to)
    if dtype is None:
        assert to not in types(trial.column(column))
        assert "cannot become" in refusal(trial, edit).what
        return
    assert to in types(trial.column(column))
    done = apply(trial, edit)
    assert dtype in str(drawn(done.blueprint)[column].dtype).lower()
    assert done.words == f"{column} type {types(trial.column(column))[0]} → {to}"
    law = trial.column(column).distribution
    if law is not None and law.groups is None:
        assert done.blueprint.column(column).distribution is not None


def test_a_boolean_and_a_pair_of_values_turn_into_one_another(trial, diabetes):
    line = Edit("column+", text="dead: no 80% / yes 20%")
    added = apply(trial, line).blueprint
    if added.column("dead").type == "boolean":
        added = apply(added, Edit("type", "dead", text="category")).blueprint
    law = added.column("dead").distribution
    assert law is not None
    assert dict(law.probabilities or ()) == pytest.approx({"no": 0.8, "yes": 0.2})
    after = apply(added, Edit("type", "dead", text="boolean")).blueprint.column("dead")
    assert after.distribution is not None
    assert after.distribution.probability == pytest.approx(0.2)


def test_an_order_is_given_and_taken(trial, refusal):
    free = apply(trial, Edit("effect-", index=1)).blueprint
    free = apply(free, Edit("effect-", index=1)).blueprint
    after = apply(free, Edit("type", "nyha", text="category")).blueprint
    assert not after.column("nyha").ordered
    again = apply(after, Edit("type", "nyha", text="ordered category")).blueprint
    assert again.column("nyha").levels == ("I", "II", "III", "IV")
    said = refusal(trial, Edit("type", "ward", text="ordered category"))
    assert "moves the whole column" in said.what


ILL = """columns:
  - {name: ill, type: boolean, distribution: {probability: 0.3}}"""


def test_an_effect_of_having_it_follows_a_boolean_to_whole_numbers(small):
    text = small.to_yaml().replace("columns:", ILL)
    text = text.replace("effects:", "effects:\n  - {from: ill=yes, to: lung function, beta: -0.2}")
    before = Blueprint.from_yaml(text)
    after = apply(before, Edit("type", "ill", text="0/1")).blueprint
    assert after.effects[0].parent == "ill=1"
    assert set(drawn(after)["ill"]) == {0, 1}


@pytest.mark.parametrize("to", ["category", "text", "", "nonsense", "id"])
def test_a_type_that_makes_no_sense_is_refused_with_what_to_do(trial, refusal, to):
    said = refusal(trial, Edit("type", "age", text=to))
    assert "cannot become" in said.what
    assert "integer" in said.mend
    assert "add it as you want it" in refusal(trial, Edit("type", "patient", text="text")).mend
    assert apply(trial, Edit("type", "age", text="number")).words == ""


# Whole blueprints -------------------------------------------------------------------------


def test_a_blueprint_typed_as_yaml_replaces_this_one(diabetes, refusal):
    text = diabetes.to_yaml().replace("0.5: 62.5", "0.5: 64").replace("beta: -0.229", "beta: -0.2")
    done = apply(diabetes, Edit("yaml", text=text))
    law = done.blueprint.column("age").distribution
    assert law is not None
    assert law.source == "user"
    assert done.blueprint.effects[0].source == "user"
    assert done.blueprint.effects[1].source == "reference"
    assert done.blueprint.column("sbp") == diabetes.column("sbp")
    assert done.words == "edited as YAML: age, effects"
    assert apply(diabetes, Edit("yaml", text=diabetes.to_yaml())).blueprint is diabetes
    assert refusal(diabetes, Edit("yaml", text="columns:\n - x: [")).what.startswith("Line 2")


def test_what_differs_in_yaml_is_claimed_group_by_group(trial):
    text = trial.to_yaml().replace("mean: 63", "mean: 65").replace("rate: 0.1", "rate: 0.2")
    after = apply(trial, Edit("yaml", text=text.replace("bnp < 8900", "bnp < 8800"))).blueprint
    law = after.column("egfr").distribution
    assert law is not None
    groups = dict(law.groups or ())
    assert (groups["drug"].source, groups["placebo"].source) == ("user", "reference")
    assert next(m for m in after.missing if m.column == "crp").source == "user"
    assert after.rules[1].source == "user"
    wider = trial.to_yaml().replace("range: [0, 80]", "range: [0, 90]")
    assert apply(trial, Edit("yaml", text=wider)).words == "edited as YAML: packs"


def test_a_field_that_yaml_changes_and_leaves_to_the_reference_is_the_users(diabetes):
    old = diabetes.column("hba1c")
    assert old.source_of("decimals") == "reference"
    text = diabetes.to_yaml().replace("decimals: 1\n", "decimals: 2\n", 1)
    after = apply(diabetes, Edit("yaml", text=text)).blueprint.column("hba1c")
    assert after.decimals == 2
    assert after.source_of("decimals") == "user"
    assert after.source_of("label") == after.source_of("distribution") == "reference"


DATES = """
version: 1
columns:
  - {name: a, type: datetime, range: ["2018-01-01T00:00:00", "2021-12-31T23:59:59"],
     distribution: {quantiles: {0.25: "2019-01-01T08:00:00", 0.75: "2020-06-01T09:30:00"}}}
  - {name: b, type: datetime, distribution: {normal: {mean: "2019-05-05T12:00:00", sd: 40}}}
  - {name: c, type: datetime, distribution: {uniform: {low: "2019-05-05T12:00:00",
     high: "2019-09-05T12:00:00"}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: d, type: boolean, distribution: {by: sex, groups: {F: {probability: 0.2},
     M: {probability: 0.4}}}}
"""


def test_moments_become_days():
    before = Blueprint.from_yaml(DATES)
    after = before
    for name in "abc":
        after = apply(after, Edit("type", name, text="date")).blueprint
    table = drawn(after, 2000)
    for name in "abc":
        assert (table[name] == table[name].dt.normalize()).all()
        old = drawn(before, 2000)[name]
        assert abs((table[name] - old.dt.normalize()).dt.days.median()) <= 1


def test_a_boolean_by_groups_keeps_its_groups_as_a_category():
    after = apply(Blueprint.from_yaml(DATES), Edit("type", "d", text="category")).blueprint
    law = after.column("d").distribution
    assert law is not None
    assert dict(dict(law.groups or ())["M"].probabilities or ()) == {"no": 0.6, "yes": 0.4}
    back = apply(after, Edit("type", "d", text="boolean")).blueprint.column("d").distribution
    assert back == Blueprint.from_yaml(DATES).column("d").distribution
