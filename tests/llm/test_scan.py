"""A model's text to the object that it holds: bounded, clean, and never more than data."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.llm.scan import MOST_DEPTH, UnreadableError, last_object, one_line

#: What JSON of a fair model holds: values that need no cleaning.
PLAIN = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=30)
LEAF = st.none() | st.booleans() | st.integers(-(10**14), 10**14) | PLAIN
VALUE = st.recursive(
    LEAF | st.floats(-1e14, 1e14),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.dictionaries(PLAIN, VALUE, min_size=1, max_size=4)
PROSE = st.text(st.characters(codec="utf-8", exclude_characters='{}[]"<>'), max_size=40)


def depth(value):
    if isinstance(value, (dict, list)):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, inner), default=0)
    return 0


@given(OBJECT.filter(lambda found: depth(found) <= MOST_DEPTH), PROSE, PROSE, st.booleans())
def test_the_object_is_found_whatever_stands_around_it(found, before, after, indented):
    text = json.dumps(found, indent=2 if indented else None)
    assert last_object(f"{before}\n```json\n{text}\n```\n{after}") == found


@given(OBJECT.filter(lambda found: depth(found) <= MOST_DEPTH), PROSE)
def test_every_text_that_breaks_off_is_seen_to(found, before):
    text = json.dumps(found)
    for end in range(1, len(text)):
        with pytest.raises(UnreadableError):
            last_object(before + text[:end], {"properties": {"a": {}, "b": {}}})


@given(st.text(max_size=200) | st.text(st.sampled_from('{}[]",:\\ 1eE-nu<>/think'), max_size=200))
def test_no_text_ends_in_anything_but_an_object_or_a_reason(text):
    try:
        found = last_object(text)
    except UnreadableError:
        return
    assert found
    assert all(isinstance(name, str) for name in found)


@given(st.text(max_size=400), st.integers(1, 200))
def test_a_string_becomes_one_harmless_line(text, longest):
    line = one_line(text, longest)
    assert len(line) <= longest
    assert unicodedata.is_normalized("NFC", line) or len(line) == longest
    for sign in line:
        assert unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(sign) not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI"}
    assert one_line(line, longest) == line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1} then {"b": 2}', {"b": 2}),
        ('{"b": 2} as in {x} or {}', {"b": 2}),
        ('<think>{"a": 1}</think>{"b": 2}', {"b": 2}),
        ('thought {"a": 1}</THINK> {"b": 2}', {"b": 2}),
        ('{"b": "a tag </think> as a value"}', {"b": "a tag </think> as a value"}),
        ('{"b": "{not [a} bracket\\" of ours"}', {"b": '{not [a} bracket" of ours'}),
        ('{"b": [1, 2,], }', {"b": [1, 2]}),
        ('{"b": ",]"}', {"b": ",]"}),
        ('A man of 5\' 9" has {"b": 2}', {"b": 2}),
        ('It is "{"b": 2}"', {"b": 2}),
        ('[1] see {"b": 2}', {"b": 2}),
        ('[note: {"b": 2}', {"b": 2}),
        ('[{"b": 2}]', {"b": 2}),
        ('{"b": "two\nlines\tand a tab"}', {"b": "two lines and a tab"}),
        ('{"b": "x\\u0000\\u202ey\\ud800"}', {"b": "x y\ufffd"}),
        ('{"e\\u0301": "e\\u0301"}', {"\u00e9": "\u00e9"}),
    ],
)
def test_what_models_write_around_and_into_an_object(text, found):
    assert last_object(text) == found


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("NaN", None),
        ("-Infinity", None),
        ("1e999", None),
        ("1e15", None),
        ("-1e15", None),
        ("9" * 16, None),
        ("9" * 10_000, None),
        ("999999999999999", 999999999999999),
        ("1e-400", 0.0),
        ("0.5", 0.5),
        ("-0", 0),
    ],
)
def test_numbers_are_finite_and_below_all_measure(number, read):
    assert last_object(f'{{"a": {number}, "b": 1}}') == {"a": read, "b": 1}


@given(st.integers(1, 40))
def test_depth_is_counted_before_anything_is_read(levels):
    text = '{"a":' * levels + "1" + "}" * levels
    if levels <= MOST_DEPTH:
        assert depth(last_object(text)) == levels
    else:
        with pytest.raises(UnreadableError, match="more than 12 levels deep"):
            last_object(text)


SCHEMA = {"properties": {"rows": {"type": "array"}}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"a": 1}, {"a": 2}]', {"rows": [{"a": 1}, {"a": 2}]}),
        ('[{"rows": [1]}]', {"rows": [1]}),
        ('{"rows": [1]}', {"rows": [1]}),
    ],
)
def test_a_list_in_the_place_of_the_object_with_one_list_is_that_list(text, found):
    assert last_object(text, SCHEMA) == found


def test_a_list_of_several_objects_is_no_object_where_it_could_be_any():
    with pytest.raises(UnreadableError):
        last_object('[{"a": 1}, {"a": 2}]', {"properties": {"a": {}, "b": {}}})


def test_strings_are_cut_and_names_too():
    text = json.dumps({"n" * 300: "v" * 300})
    assert last_object(text) == {"n" * 200: "v" * 200}
    assert last_object(text, longest=1_000) == {"n" * 200: "v" * 300}


def test_a_mask_sees_every_string_and_every_name():
    seen = []

    def mask(text):
        seen.append(text)
        return text.replace("key", "***")

    text = '{"the key": [{"a": "key", "b": ["key"]}]}'
    assert last_object(text, mask=mask) == {"the ***": [{"a": "***", "b": ["***"]}]}
    assert len(seen) == 5


@pytest.mark.parametrize(
    "text",
    [
        "{" * 10**6,
        "[" * 10**6,
        '{"' * 10**6,
        '"' * 10**6,
        "<think>" * 10**5,
        "[a" * 10**6,
        "[a}" * 10**6,
        '{"a":1}' * 10**5,
        "\\" * 10**6,
        '{"a":"' + "\\" * 10**6,
        ", " * 10**6,
        "[" + '{"a":1},' * 10**5 + "}",
        '[ "' + "[ ] " * 10**5,
        '[ "' * 10**5,
    ],
    ids=lambda text: f"{text[:9]}-{len(text)}",
)
def test_no_text_of_megabytes_holds_the_loop_for_long(text):
    began = time.perf_counter()
    try:
        found = last_object(text)
    except UnreadableError:
        found = {"a": 1}
    assert found == {"a": 1}
    assert time.perf_counter() - began < 3 * 2.0
