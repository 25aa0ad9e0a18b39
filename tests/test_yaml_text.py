"""YAML is read safely and so that text stays text; what is written reads back."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import yaml_text
from synth_magic.errors import SpecError
from synth_magic.yaml_text import block, inline, load, number, scalar

quick = settings(derandomize=True, max_examples=200, deadline=None)
texts = st.one_of(
    st.text(max_size=20),
    st.text("ab1-+.:#, '\"[]{}&*!|>%@`?=~\\\n\t\u00a0\u0085\u2028\ufeff\x00", max_size=8),
    st.sampled_from(["null", "~", "no", "1", "1.0", "-", "--- a", "...", "", " ", "12:30", "1e5"]),
)
numbers = st.one_of(st.integers(-(10**14), 10**14), st.floats(-1e15, 1e15))
data = st.recursive(
    st.one_of(st.none(), texts, numbers),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(texts, inner, min_size=1, max_size=4)
    ),
    max_leaves=10,
)


def refused(text, **bounds):
    with pytest.raises(SpecError) as caught:
        load(text, **bounds)
    (problem,) = caught.value.problems
    assert problem.mend
    assert "\n" not in problem.what + problem.mend
    return problem


@given(st.dictionaries(texts, data, max_size=4))
@quick
def test_what_is_written_is_read_back(said):
    assert load("\n".join(block(said)) or "{}").data == said


@given(data)
@quick
def test_what_is_written_on_one_line_is_read_back(said):
    written = inline(said)
    assert "\n" not in written
    assert load(f"x: {written}").data == {"x": said}


@given(st.dictionaries(st.text("abc", min_size=1), st.text(max_size=20), min_size=1, max_size=3))
@quick
def test_quoted_text_is_yaml_to_others_too(said):
    """An independent reader agrees wherever we put quotes."""
    written = "{" + ", ".join(f"{k}: {yaml_text.quoted(v)}" for k, v in said.items()) + "}"
    assert yaml.safe_load(written) == said


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "NO", "on", "off", "true", "False", "2020-01-01", "2020-01-01 10:00:00", "12:30",
     "010", "0x1F", "1_000", ".inf", ".nan", "1e999", "Null", "<<", "=", "190:20:30", "+", "1.2.3"],
)  # fmt: skip
def test_text_stays_text(text):
    assert load(f"a: {text}").data == {"a": text}
    assert load(f"{text}: 1").data == {text: 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("42", 42), ("-3", -3), ("+3", 3), ("0.05", 0.05), (".5", 0.5), ("5.", 5.0),
     ("1e5", 1e5), ("1E-3", 1e-3), ("-0.0", 0.0), ("null", None), ("~", None), ("", None)],
)  # fmt: skip
def test_plain_numbers_are_numbers_and_nothing_is_none(text, value):
    found = load(f"a: {text}").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_a_number_in_quotes_is_text_and_what_was_typed_is_kept():
    loaded = load('a: "42"\nb: [1.10, null]\n')
    assert loaded.data == {"a": "42", "b": [1.1, None]}
    assert loaded.texts == {("b", 0): "1.10", ("b", 1): "null"}


def test_keys_are_text_as_written():
    assert load("{0.05: 42, NO: 1, 1: 2, null: 3}").data == {"0.05": 42, "NO": 1, "1": 2, "null": 3}


def test_each_value_knows_its_line_and_column():
    loaded = load("a: 1\nb:\n  - x\n  - {c: y}\n", origin=("columns", "age"))
    assert loaded.marks["columns", "age", "b", 1, "c"] == (4, 9)
    assert loaded.keys["columns", "age", "b", 1, "c"] == (4, 6)
    assert loaded.marks["columns", "age"] == (1, 1)
    assert loaded.place(("columns", "age", "b", 0, "deeper")) == (3, 5)
    assert loaded.place(("elsewhere",)) is None


@given(st.text("ab\n\r\u2028", max_size=30), st.integers(0, 30))
@quick
def test_line_and_column_lead_back_to_the_position(text, offset):
    offset = min(offset, len(text))
    place = yaml_text.place_of(text, offset)
    back = yaml_text.offset_of(text, place)
    # Between \r and \n there is no place of its own.
    assert back == offset or text[offset - 1 : offset + 1] == "\r\n"


WRONG = {
    "a colon without its space": ("a: 1\nmean:62\nb: 2", (2, 1), "Write `mean: 62`"),
    "the same below a key": ("normal:\n  mean:62\n  sd:11", (2, 3), "Write `mean: 62`"),
    "the same in braces": ("x: {mean:62, sd: 1}", (1, 5), "Write `mean: 62`"),
    "the same in a list": ("- a: 1\n  b:2\n  c: 3", (2, 3), "Write `b: 2`"),
    "a tab before a word": ("a:\n\tb: 1", (2, 1), "spaces instead of the tab"),
    "a tab after the colon": ("a:\t1", (1, 3), "spaces instead of the tab"),
    "a tab on a later line": ("a: 1\n\tb: 2", (2, 1), "spaces instead of the tab"),
    "a key twice": ("a: 1\nb: 2\na: 3", (3, 1), "Keep one"),
    "a brace not closed": ("x: {a: 1\ny: 2", (1, 4), "} at its end"),
    "a bracket not closed": ("x: {a: 1, b: [1,2}\ny: 2", (1, 14), "] at its end"),
    "a bracket to the end": ("x: [1, 2", (1, 4), "] at its end"),
    "a comma too many": ("x: {a: 1,, b: 2}", (1, 10), "Take out one comma"),
    "quotes not closed": ("a: 'abc\nb: 2", (1, 4), "Write ' at the end"),
    "double quotes not closed": ('a: "abc', (1, 4), 'Write " at the end'),
    "a backslash": ('a: "\\m"', (1, 6), "single quotes"),
    "more to the right": ("a: 1\n  b: 2", (2, 3), "begin in one column"),
    "less to the right": ("columns:\n  - name: age\n   type: x", (3, 4), "begin in one column"),
    "a list, then not": ("x:\n - a\n b: c", (3, 2), "begin in one column"),
    "a second colon": ("a: b: c", (1, 5), 'Put the text in quotes: "b: c"'),
    "an @": ("a: @x", (1, 4), 'Put the text in quotes: "@x"'),
    "a backtick": ("rules:\n- `x` > 3", (2, 3), 'Put the text in quotes: "`x` > 3"'),
    "a percent sign": ("a: % x", (1, 4), 'Put the text in quotes: "% x"'),
    "a percent sign in front": ("%A\na: 1", (1, 1), 'Put the text in quotes: "%A"'),
    "a greater-than sign": ("sbp: >= 90", (1, 6), 'Put the text in quotes: ">= 90"'),
    "a bar": ("a: |x", (1, 4), 'Put the text in quotes: "|x"'),
    "an alias": ("a: *x", (1, 4), 'Put the text in quotes: "*x"'),
    "a star alone": ("a: * x", (1, 4), 'Put the text in quotes: "* x"'),
    "an anchor": ("a: &x 1", (1, 4), 'Put the text in quotes: "&x 1"'),
    "a tag": ("a: !!python/object:os.system 1", (1, 4), "Put the text in quotes"),
    "an anchor at a key": ("&x a: 1", (1, 1), "Put the text in quotes"),
    "quotes that end too early": ("a: 'x' > y", (1, 4), "Put the whole text in quotes"),
    "a word after braces": ("a: {b: 1} c", (1, 11), "Put the whole text in quotes"),
    "a second document": ("a: 1\n---\nb: 2", (2, 1), "one document"),
    "a key that is a list": ("? [1]\n: 2", (1, 3), "Write `name: value`"),
    "no name before a colon": ("a: 1\n: 3", (2, 1), "Write `name: value`"),
    "a set in braces": ("x: {F, M}", (1, 5), "a plain list stands in [ ]"),
    "a line without colon": ("a: 1\nb\nc: 2", (2, 1), "Write `name: value`"),
    "a control character": ("a: \x07", (1, 4), "Delete it"),
    "a NUL": ("a: 1\nb: \x00", (2, 4), "Delete it"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_a_slip_is_told_where_it_is_and_what_to_write(case):
    text, place, mend = WRONG[case]
    problem = refused(text)
    assert mend in problem.mend
    assert yaml_text.place_of(text, problem.offset) == place


def test_the_intended_text_is_what_the_advice_gives():
    """What stands after `Write` or in the advised quotes is good YAML."""
    assert load("a: 1\nmean: 62\nb: 2").data == {"a": 1, "mean": 62, "b": 2}
    assert load('sbp: ">= 90"').data == {"sbp": ">= 90"}


def test_size_depth_and_number_of_values_are_bounded():
    assert "characters" in refused("a" * 101, max_chars=100).what
    assert "deep" in refused("[" * 30 + "]" * 30).what
    assert load("[" * 20 + "]" * 20).data
    assert "too much" in refused("[1, 2, 3, 4]", max_nodes=4).what
    assert load("[1, 2, 3]", max_nodes=4).data == [1, 2, 3]


def test_nesting_without_end_neither_recurses_nor_hangs():
    assert refused("[" * 50_000).offset is not None
    assert refused("{a: " * 5_000).offset is not None


@given(st.text("ab:- \n\t'\"[]{},#&*!|>%@`?0", max_size=40))
@settings(derandomize=True, max_examples=800, deadline=None)
def test_any_text_is_read_or_refused_in_one_problem(text):
    try:
        load(text)
    except SpecError as error:
        (problem,) = error.problems
        assert problem.what
        assert problem.mend
        assert 0 <= (-1 if problem.offset is None else problem.offset) <= len(text)


@given(st.text(max_size=30))
@quick
def test_any_character_is_read_or_refused(text):
    try:
        loaded = load(text)
    except SpecError:
        return
    assert not isinstance(loaded.data, bool | bytes)


def test_an_empty_text_says_nothing():
    assert load("").data is None
    assert load("# only a comment\n").data is None
    assert load("---\na: 1\n...\n").data == {"a": 1}


def test_text_of_several_lines_stands_as_it_is():
    said = {"population": "First line: with a colon.\n\n  Indented # no comment\nlast"}
    written = "\n".join(block(said))
    assert written.startswith("population: |-\n  First line")
    assert load(written).data == said
    assert yaml.safe_load(written) == said


@pytest.mark.parametrize(
    ("value", "written"),
    [("F", "F"), ("10^9/L", "10^9/L"), ("kg/m²", "kg/m²"), ("sbp > dbp", "sbp > dbp"),
     ("%", '"%"'), ("12", '"12"'), ("null", '"null"'), ("a: b", '"a: b"'), ("12:30", "12:30"),
     (63.0, "63"), (0.1, "0.1"), (-0.0, "0"), (1e-7, "1e-07"), (None, "null"), (True, "true")],
)  # fmt: skip
def test_quotes_stand_only_where_they_are_needed(value, written):
    assert scalar(value) == written


@given(numbers)
@quick
def test_every_number_reads_back_exactly(value):
    assert number(scalar(value)) == value


@given(st.text(min_size=1, max_size=20))
@quick
def test_json_s_escapes_are_read_as_the_characters_they_stand_for(text):
    said = json.dumps(text, ensure_ascii=True)
    assert load(f"a: {said}").data == {"a": text}
    assert load(f"{said}: 1").data == {text: 1}


def test_half_a_character_is_a_character_of_its_own():
    assert load(r'a: "x\ud83dy"').data == {"a": "x\ufffdy"}
