"""What people write is read; what cannot be read is refused, with its place and a mend."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.errors import SpecError
from synth_magic.expressions import Call, Knots, Name, Number, Text, parse, show

A, B, C = Name("a"), Name("b"), Name("c")


def number(value):
    return Number(float(value))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a > b", Call(">", (A, B))),
        ("a = b", Call("==", (A, B))),
        ("a <> b", Call("!=", (A, B))),
        ("a ≠ b", Call("!=", (A, B))),
        ("a ≥ 3", Call(">=", (A, number(3)))),
        ("a ≤ 3", Call("<=", (A, number(3)))),
        ("a × b ÷ c − 2", Call("-", (Call("/", (Call("*", (A, B)), C)), number(2)))),
        ("a²", Call("**", (A, number(2)))),
        ("a³ / b", Call("/", (Call("**", (A, number(3))), B))),
        ("a^2", Call("**", (A, number(2)))),
        ("a - b - c", Call("-", (Call("-", (A, B)), C))),
        ("a ** b ** c", Call("**", (A, Call("**", (B, C))))),
        ("-2 ** 2", Call("neg", (Call("**", (number(2), number(2))),))),
        ("(-2) ** 2", Call("**", (number(-2), number(2)))),
        ("a ** -2", Call("**", (A, number(-2)))),
        ("+a", A),
        ("--a", Call("neg", (Call("neg", (A,)),))),
        ("a + b * c", Call("+", (A, Call("*", (B, C))))),
        ("not a or b and c", Call("or", (Call("not", (A,)), Call("and", (B, C))))),
        ("a AND NOT b", Call("and", (A, Call("not", (B,))))),
        ("0 < a <= b", Call("and", (Call("<", (number(0), A)), Call("<=", (A, B))))),
        ("IF a, THEN b", Call("if", (A, B))),
        ("If a then b", Call("if", (A, B))),
        ("a is missing", Call("missing", (A,))),
        ("a Is Not Missing", Call("not", (Call("missing", (A,)),))),
        ("not a is missing", Call("not", (Call("missing", (A,)),))),
        ("a in [b, 'c', -3]", Call("in", (A, B, Text("c"), number(-3)))),
        ("a in (1, 2)", Call("in", (A, number(1), number(2)))),
        ("a not in [1]", Call("not", (Call("in", (A, number(1))),))),
        ('a == "it\'s"', Call("==", (A, Text("it's")))),
        ("a == 'it''s'", Call("==", (A, Text("it's")))),
        ("`NT-proBNP` > 1.5e3", Call(">", (Name("NT-proBNP"), number(1500)))),
        ("`a``b` + .5", Call("+", (Name("a`b"), number(0.5)))),
        ("durée_séjour + SpO₂", Call("+", (Name("durée_séjour"), Name("SpO₂")))),
        ("min(a, b, c)", Call("min", (A, B, C))),
        ("MAX(a, 0)", Call("max", (A, number(0)))),
        ("round(a, 1)", Call("round", (A, number(1)))),
        ("log + min", Call("+", (Name("log"), Name("min")))),
        (
            "interpolate(a, [[0, 1], [2, -3.5]])",
            Call("interpolate", (A, Knots(((0, 1), (2, -3.5))))),
        ),
        ("a\u00a0>\n b", Call(">", (A, B))),
        (
            "android + iffy + notes",
            Call("+", (Call("+", (Name("android"), Name("iffy"))), Name("notes"))),
        ),
    ],
)
def test_it_reads_what_people_write(text, tree):
    assert parse(text) == tree


def test_every_part_knows_where_it_stands():
    tree = parse("sbp > `d b` + 10")
    name, total = tree.args
    assert (name.at, name.size, tree.at) == (0, 3, 4)
    assert (total.at, total.args[0].at, total.args[0].size, total.args[1].at) == (12, 6, 5, 14)


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("", 0, "nothing stands"),
        ("   ", 0, "nothing stands"),
        ("a >", 3, "breaks off"),
        ("a > b and", 9, "breaks off"),
        ("if a", 4, "breaks off"),
        ("if a then", 9, "breaks off"),
        ("(a > b", 0, "not closed"),
        ("a > b)", 5, "closes nothing"),
        ("min(a, b]", 8, "closes nothing"),
        ("a & b", 2, "Write `and`"),
        ("a | b", 2, "Write `or`"),
        ("!a", 0, "Write `not`"),
        ("a > 5%", 5, "0.05"),
        ("a == 'x", 5, "Close the quote"),
        ('a == "x', 5, "Close the quote"),
        ("`a > 3", 0, "Close the backtick"),
        ("a in {1}", 5, "square brackets"),
        ("a.b > 3", 1, "backticks"),
        ("a $ b", 2, "cannot stand here"),
        ("a b", 2, "backticks: `a b`"),
        ("5 kg", 2, "a sign is missing"),
        ("24h_urine > 3", 2, "backticks: `24h_urine`"),
        ("a > 0,5", 5, "0.5"),
        ("a => 3", 3, "Write `>=`"),
        ("a =< 3", 3, "Write `>=`"),
        ("a > > 3", 4, "Two comparison signs"),
        ("foo(a)", 0, "Did you mean `floor`"),
        ("mean(a)", 0, "no function `mean`"),
        ("abs(a, b)", 0, "takes 1 operand, not 2"),
        ("min(a)", 0, "takes 2 to 50 operands, not 1"),
        ("round(a, b)", 9, "digits"),
        ("round(a, 1.5)", 9, "digits"),
        ("round(a, 13)", 9, "digits"),
        ("interpolate(a, 3)", 15, "cannot take"),
        ("interpolate(a, [[1, 2]])", 15, "at least two"),
        ("interpolate(a, [[2, 2], [1, 3]])", 15, "rising"),
        ("interpolate(a, [[1, 2], [1, 3]])", 15, "rising"),
        ("abs([[1, 2], [2, 3]])", 4, "cannot take"),
        ("a == missing", 5, "backticks: `missing`"),
        ("if a then b else c", 12, "two rules"),
        ("a then b", 2, "`if`"),
        ("a > else", 4, "two rules"),
        ("b > 0 and if a then b", 10, "whole rule"),
        ("a is current", 5, "a == current"),
        ("a is not current", 9, "a != current"),
        ("a in b", 5, "square brackets"),
        ("a in [b, c + 1]", 11, "cannot stand here"),
        ("a +* b", 3, "cannot stand here"),
        ("a ** 65", 5, "too large"),
        ("a ** -65", 5, "too large"),
        ("1e16 * a", 0, "too large"),
        ("1e400", 0, "too large"),
        ("0." + "1" * 40, 0, "too many digits"),
        ("not", 3, "breaks off"),
        ("a or or b", 5, "`or` is a word of the language"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place_and_a_mend(text, offset, says):
    with pytest.raises(SpecError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert says in str(problem)
    assert problem.offset == offset
    assert problem.level == "error"
    assert "\n" not in problem.what
    assert "\n" not in problem.mend


@pytest.mark.parametrize(
    "text",
    [
        "(" * 41 + "a" + ")" * 41,
        "(" * 100_000,
        "not " * 300 + "a",
        "-" * 1_500 + "a",
        "2 ** " * 120 + "a",
        "a" + " + a" * 250,
        "min(" + "a," * 50 + "a)",
        "a" * 2_001,
        "1" * 1_999,
        "abs(" * 60 + "a" + ")" * 60,
        "[" * 50,
    ],
)
def test_huge_and_deep_texts_are_refused_without_harm(text):
    with pytest.raises(SpecError) as caught:
        parse(text)
    assert len(str(caught.value)) < 300


def test_a_long_name_does_not_flood_the_message():
    with pytest.raises(SpecError) as caught:
        parse("a > " + "b" * 900 + "(3)")
    assert len(caught.value.problems[0].what) <= 200
    assert caught.value.problems[0].what.endswith("…")


def test_what_is_large_but_sensible_is_read():
    parse("(" * 40 + "a" + ")" * 40)
    parse(" + ".join(f"item{i}" for i in range(90)))
    parse("'((((((((((((((((((((((((((((((((((((((((((((((((' == a")


@given(text=st.text(st.sampled_from("ab12 .()[]'\"`<>=!+-*/^,²≥ifthenorandnot"), max_size=40))
@settings(derandomize=True, max_examples=500, deadline=None)
def test_any_text_is_read_or_refused_and_never_breaks_the_reader(text):
    try:
        tree = parse(text)
    except SpecError as error:
        offset = error.problems[0].offset
        assert offset is not None
        assert 0 <= offset <= len(text)
    else:
        assert parse(show(tree)) == tree


@given(text=st.text(max_size=60))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_unicode_is_read_or_refused(text):
    try:
        tree = parse(text)
    except SpecError:
        return
    assert parse(show(tree)) == tree
