"""A tree written as text is read back as the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.expressions import Call, Knots, Name, Number, Text, bind, parse, show, show_name
from synth_magic.expressions.tree import FUNCTIONS, RESERVED

FLOATS = st.floats(-1e15, 1e15).map(lambda x: x + 0.0)
NAMES = st.one_of(
    st.text(min_size=1, max_size=12).filter(lambda name: "\n" not in name),
    st.sampled_from((*RESERVED, "sbp", "NT-proBNP", "If", "log", "24h", "é", "a²", "`", "x y")),
)
TEXTS = st.text(max_size=12).filter(lambda text: "\n" not in text).map(Text)
LEAVES = st.one_of(NAMES.map(Name), FLOATS.map(Number), TEXTS)
ITEMS = st.lists(LEAVES, min_size=1, max_size=3)
KNOTS = st.dictionaries(FLOATS, FLOATS, min_size=2, max_size=4).map(
    lambda points: Knots(tuple(sorted(points.items())))
)
BINARY = ("+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=")
PLAIN = [op for op in FUNCTIONS if op not in ("interpolate", "round")]


def _wider(below):
    call = lambda op, args: Call(op, tuple(args))  # noqa: E731
    return st.one_of(
        st.builds(call, st.sampled_from(BINARY), st.tuples(below, below)),
        st.builds(call, st.sampled_from(("and", "or")), st.lists(below, min_size=2, max_size=3)),
        st.builds(call, st.sampled_from(("not", "missing")), st.tuples(below)),
        st.builds(
            call, st.just("neg"), st.tuples(below.filter(lambda n: not isinstance(n, Number)))
        ),
        st.builds(call, st.just("**"), st.tuples(below, st.integers(-64, 64).map(Number))),
        st.builds(
            call, st.just("**"), st.tuples(below, below.filter(lambda n: isinstance(n, Call)))
        ),
        st.builds(lambda x, items: Call("in", (x, *items)), below, ITEMS),
        st.sampled_from(PLAIN).flatmap(
            lambda op: st.lists(
                below, min_size=FUNCTIONS[op][0], max_size=min(FUNCTIONS[op][1], 3)
            ).map(lambda args: Call(op, tuple(args)))
        ),
        st.builds(lambda x, d: Call("round", (x, Number(d))), below, st.integers(-12, 12)),
        st.builds(lambda x, knots: Call("interpolate", (x, knots)), below, KNOTS),
    )


TREES = st.recursive(LEAVES, _wider, max_leaves=12)


@given(tree=st.one_of(TREES, st.builds(lambda g, c: Call("if", (g, c)), TREES, TREES)))
@settings(derandomize=True, max_examples=250, deadline=None)
def test_any_tree_is_read_back_from_its_text(tree):
    assert parse(show(tree)) == tree


@given(data=st.data())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_a_bound_tree_is_read_and_bound_back_from_its_text(language, data):
    tree = bind(data.draw(language.rules(curved=True)), language.kinds)
    assert bind(parse(show(tree)), language.kinds) == tree


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("weight/(height/100)**2", "weight / (height / 100) ** 2"),
        ("IF sex='M' THEN x IS NOT MISSING", "if sex == 'M' then x is not missing"),
        ("((a+b))*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("not (a in [1.0, 2.50])", "a not in [1, 2.5]"),
        ("not (a and b)", "not (a and b)"),
        ("(a<b)==(c<d)", "(a < b) == (c < d)"),
        ("-(a+b)", "-(a + b)"),
        ("2*-3", "2 * -3"),
        ("1e-9*x", "1e-09 * x"),
    ],
)
def test_it_is_written_as_a_person_would(typed, shown):
    assert show(parse(typed)) == shown


def test_names_stand_in_backticks_only_where_they_must():
    assert show_name("sbp") == "sbp"
    assert show_name("Âge_2") == "Âge_2"
    assert show_name("NT-proBNP") == "`NT-proBNP`"
    assert show_name("Missing") == "`Missing`"
    assert show_name("a`b") == "`a``b`"
    assert show_name("sbp", quoted=True) == "`sbp`"


def test_the_place_in_the_text_is_no_part_of_what_a_tree_is():
    assert parse("a>b") == parse("  a   >  b ")
    assert hash(parse("a>b")) == hash(parse("  a   >  b "))
