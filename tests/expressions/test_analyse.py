"""What a tree says of its columns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.expressions import (
    Call,
    Kind,
    Name,
    assignments,
    assigns_missing,
    bind,
    clauses,
    condition,
    names,
    parse,
    rename,
    rename_text,
    show,
)

KINDS = {
    "sbp": Kind("number"),
    "dbp": Kind("number"),
    "current": Kind("number"),
    "sex": Kind("choice", ("F", "M")),
    "smoker": Kind("choice", ("never", "current")),
    "pregnancies": Kind("number"),
}


def test_columns_come_in_order_of_appearance_once_each():
    assert names(parse("weight / (height / 100) ** 2 + weight")) == ("weight", "height")
    assert names(parse("if sex == 'M' then a < b < c")) == ("sex", "a", "b", "c")
    assert names(parse("1 < 2")) == ()


def test_words_that_are_values_are_no_columns_once_bound():
    text = "smoker == current"
    assert names(parse(text)) == ("smoker", "current")
    assert names(bind(parse(text), KINDS)) == ("smoker",)


def test_a_rule_is_a_guard_and_a_claim():
    guard, claim = condition(parse("if sex == 'M' then a > b"))
    assert (guard, claim) == (parse("sex == 'M'"), parse("a > b"))
    assert condition(parse("a > b")) == (None, parse("a > b"))


def test_then_is_missing_assigns():
    rule = bind(parse("if sex == M then pregnancies is missing"), KINDS)
    guard, column = assigns_missing(rule)
    assert column == "pregnancies"
    assert guard == bind(parse("sex == M"), KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "a is missing",
        "if a > 1 then b is not missing",
        "if a > 1 then b + 1 is missing",
        "if a > 1 then b is missing and c is missing",
        "a > b",
    ],
)
def test_other_rules_assign_nothing(text):
    assert assigns_missing(parse(text)) is None


def test_a_rule_of_several_claims_is_split_into_rules_of_one():
    rule = parse("if g then a is missing and (b > c and d is missing)")
    assert [show(part) for part in clauses(rule)] == [
        "if g then a is missing",
        "if g then b > c",
        "if g then d is missing",
    ]
    assert [show(part) for part in clauses(parse("0 < a < b"))] == ["0 < a", "a < b"]
    assert clauses(parse("a or b")) == (parse("a or b"),)


def test_a_rule_may_blank_several_columns_and_hold_something_too():
    pairs, left = assignments(parse("if g then a is missing and b > c and d is missing"))
    assert [(show(guard), column) for guard, column in pairs] == [("g", "a"), ("g", "d")]
    assert show(left) == "if g then b > c"
    assert assignments(parse("if g then a is missing"))[1] is None
    assert assignments(parse("0 < a < b")) == ((), parse("0 < a < b"))
    _, left = assignments(parse("if g then a is missing and b > c and c > d"))
    assert left == Call("and", (parse("if g then b > c"), parse("if g then c > d")))


@given(data=st.data())
@settings(derandomize=True, max_examples=100, deadline=None)
def test_the_split_rules_say_together_what_the_rule_says(language, data):
    rule = bind(data.draw(language.rules(depth=2)), language.kinds)
    row = data.draw(language.tables(rows=1))
    row = {name: values[0] for name, values in row.items()}
    parts = [language.truth(part, row) for part in clauses(rule)]
    whole = language.truth(rule, row)
    assert whole == (False if False in parts else None if None in parts else True)


def test_a_renamed_column_is_renamed_everywhere_and_nothing_else():
    text = "if  sex=='M' then sbp>dbp+  sbp  "
    assert rename_text(text, {"sbp": "systolic BP"}) == (
        "if  sex=='M' then `systolic BP`>dbp+  `systolic BP`  "
    )
    assert rename_text("0 < `a-b` < 3 or log(log) > 1", {"a-b": "x", "log": "z"}) == (
        "0 < x < 3 or log(z) > 1"
    )


def test_a_value_that_is_spelled_like_a_column_stays():
    text = "smoker == current and current > 3"
    assert rename_text(text, {"current": "ampere"}, KINDS) == ("smoker == current and ampere > 3")


def test_a_new_name_that_is_spelled_like_a_value_stands_in_backticks():
    assert rename_text("sbp > 3", {"sbp": "never"}, KINDS) == "`never` > 3"
    assert rename_text("sbp > 3", {"sbp": "yes"}, KINDS) == "`yes` > 3"


def test_a_tree_can_be_renamed_too():
    tree = rename(parse("a + b * a in [1, 2]"), {"a": "c"})
    assert tree == parse("c + b * c in [1, 2]")
    assert rename(Call("abs", (Name("a", kind=Kind("number")),)), {"a": "z"}).args[0].kind == Kind(
        "number"
    )
