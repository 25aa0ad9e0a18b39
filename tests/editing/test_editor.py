"""Whatever is typed, the blueprint can be drawn or the field says why not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.editing import Draft, Edit, apply, check, fields
from synth_magic.errors import SpecError
from tests.edited_tables import TABLES

LONGEST = 160
WHATS = (
    "field", "range", "missing", "decimals", "type", "name", "unit", "label", "column+",
    "column-", "effect", "effect+", "effect-", "rule", "rule+", "rule-", "yaml", "nonsense",
    "values", "survival", "administrative", "dropout",
)  # fmt: skip
TEXTS = (
    "", "0", "1", "-1", "7.8", "7,8", "50 %", "100", "0.001", "−3", "1e9", "1e300", "abc", "30-85",
    ">= 18", "<= 90", "5 to 2", "2015-2020", "2019-03-01", "2019", "1999-13-45", "'", "{", "age",
    "sex=F", "a" * 500, "\n", "nan", "inf", "½", "30 to 40 mmHg", "OR 1.6", "HR 0.7", "r = 0.3",
    "r = 2", "+5", "0.3 SD", "10 years", "odds_ratio", "age > 50", "age >", "if then", "number",
    "sbp > dbp", "integer", "ordered category", "boolean", "date", "category", "datetime", "0/1",
    "age -> sbp: 0.2", "sex=M -> age: difference 3", "x: mean 5 sd 2", "ldl: mg/dL, 40-250",
    "z: yes/no, 20%", "w: date, 2015-2020", "q:", "and", "`", "none", "\ud800", "\x00", "1 200",
    "12.5 kg", "8%", "missing 8%", "2 SD", "99.99", "64", "120", "9", "20", "II", "I", "M",
    "F / M / X 5 %", "M / F", "I < II < III", "a / b", "a | b | c | d", "9 % at 3, 5 % at 9",
)  # fmt: skip
numbers = st.one_of(
    st.integers(-20, 200).map(str),
    st.floats(-50, 500).map(lambda x: f"{x:.3g}"),
    st.tuples(st.integers(-10, 100), st.integers(1, 200)).map(lambda p: f"{p[0]} to {sum(p)}"),
    st.dates().map(str),
)
texts = st.one_of(st.sampled_from(TEXTS), numbers, st.text(max_size=30))


def random_edit(draw: st.DrawFn, blueprint: Blueprint) -> Edit:
    what = draw(st.sampled_from((*WHATS, *["field"] * 8, *["range"] * 3)))
    column = draw(st.sampled_from(blueprint.columns))
    key = draw(st.sampled_from(["size", "word", "per", "where", "from", "to", "x"]))
    if what == "field":
        there = fields(column, sampling.compile(blueprint).laws.get(column.name))
        key = draw(st.sampled_from([each.key for each in there] or ["x"]))
    index = draw(st.integers(-1, max(len(blueprint.effects), len(blueprint.rules))))
    return Edit(what, column.name, index, key, draw(texts))


def tried(data: st.DataObject) -> None:
    draft = Draft.of(TABLES[data.draw(st.sampled_from(sorted(TABLES)))]())
    for _ in range(3):
        before = draft.blueprint
        edit = random_edit(data.draw, before)  # type: ignore[arg-type]
        try:
            draft = draft.edited(edit)
        except SpecError as error:
            for part in error.problems:
                assert 0 < len(part.what) <= LONGEST
                assert len(part.mend) <= LONGEST
            assert draft.blueprint == before
        after = draft.blueprint
        assert len(sampling.draw(sampling.compile(after), 3)) == 3
        assert Blueprint.from_yaml(after.to_yaml()) == after
        assert (after == before) or draft.states[draft.at].words
    while draft.can_undo:
        draft = draft.undone()
    assert draft.blueprint == draft.base
    assert draft.changes == ()


@given(st.data())
@settings(max_examples=60)
def test_every_edit_gives_a_table_that_can_be_drawn_or_says_why_not(data):
    tried(data)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=500)
def test_hundreds_of_random_edits_give_tables_that_can_be_drawn(data):
    tried(data)


def test_what_is_not_changed_is_not_told(any_table):
    plan = sampling.compile(any_table)
    for column in any_table.columns:
        for each in fields(column, plan.laws.get(column.name)):
            text = f"{each.text} {each.suffix}"
            done = apply(any_table, Edit("field", column.name, key=each.key, text=text))
            assert done.blueprint is any_table
            assert done.words == ""


def test_an_edit_that_does_not_exist_is_refused(small, refusal):
    assert "no edit called" in refusal(small, Edit("frobnicate")).what
    assert "no `nope`" in refusal(small, Edit("label", "nope", text="x")).what
    assert "Did you mean `age`" in refusal(small, Edit("label", "agee", text="x")).mend


def test_check_says_what_the_compile_says(diabetes):
    assert check(diabetes) == sampling.compile(diabetes).notes


def test_an_effect_that_cannot_be_drawn_is_refused_beside_it(small, refusal):
    said = refusal(small, Edit("effect+", text="age -> lung function: r = 0.999"))
    assert said.path[:1] == ("effects",)


def test_a_user_is_the_source_of_what_he_edited_and_of_nothing_else(diabetes):
    edit = Edit("field", "hba1c", key="median", text="7.6")
    after = apply(diabetes, edit).blueprint.column("hba1c")
    before = diabetes.column("hba1c")
    assert before.distribution is not None
    assert after.distribution is not None
    assert before.distribution.source == "reference"
    assert after.distribution.source == "user"
    assert after.sources == before.sources
