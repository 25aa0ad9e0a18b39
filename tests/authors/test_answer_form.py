"""The form of an answer is one that every vendor takes, and small."""

import json

import pytest

from synth_magic.authors.answers import form, lenient

ALLOWED = {"type", "properties", "required", "items", "enum", "additionalProperties"}
EVERY = [form.WHOLE, form.MARGINALS, form.LINKS, form.KINDS]


def walk(part, depth=1):
    yield part, depth
    for inner in part.get("properties", {}).values():
        yield from walk(inner, depth + 1)
    if "items" in part:
        yield from walk(part["items"], depth + 1)


@pytest.mark.parametrize("kinds", EVERY)
def test_the_schema_uses_only_what_all_vendors_take(kinds):
    for part, _ in walk(form.schema(kinds)):
        assert set(part) <= ALLOWED
        assert isinstance(part["type"], str)
        assert len(part.get("enum", ())) <= 6
        if part["type"] == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])


def test_the_schema_is_flat_and_has_fewer_than_80_properties():
    parts = list(walk(form.schema(form.KINDS)))
    # An object in a list in an object, and a list of plain values in it.
    assert max(depth for part, depth in parts if part["type"] in ("object", "array")) <= 4
    assert sum(len(part.get("properties", ())) for part, _ in parts) < 80


def test_nothing_in_the_schema_needs_null_or_a_reference():
    text = json.dumps(form.schema(form.KINDS))
    for word in ("$ref", "anyOf", "oneOf", "null", "minimum", "pattern", "format", "maxItems"):
        assert word not in text


def test_the_skeleton_names_every_field_of_the_schema():
    shown = form.skeleton(form.KINDS)
    for part, _ in walk(form.schema(form.KINDS)):
        for name in part.get("properties", {}):
            assert name in shown


def test_a_list_is_named_like_its_field_of_the_answer():
    assert set(form.schema(form.KINDS)["properties"]) == set(form.Answer.__dataclass_fields__)


# Reading ----------------------------------------------------------------------------


def number(**fields):
    return lenient.read({"numbers": [{"column": "a", **fields}]}).numbers[0]


@pytest.mark.parametrize(
    ("value", "read"),
    [(3, 3.0), ("3.5", 3.5), (" 22% ", 0.22), ("-1e2", -100.0), (True, None), ("many", None),
     (float("nan"), None), (float("inf"), None), (1e15, None), (10**400, None), (1e-20, None),
     (None, None), ([3], None), ("9" * 300, None), (0, 0.0)],
)  # fmt: skip
def test_numbers_are_read_in_every_spelling_and_are_finite(value, read):
    assert number(p50=value).p50 == read


def test_fields_and_lists_are_known_under_the_names_that_models_give_them():
    data = {
        "Numeric": [{"name": "a", "P05": 1, "median": 2, "percentiles": {"p95": 3}}],
        "effects": [{"from": "a", "to": "b", "odds_ratio": 1.5}],
        "categorical": {"c": {"shares": {"x": 0.4, "y": 0.6}}},
        "rules": [{"rule": "a > b"}, "b > c", 3],
    }
    found = lenient.read(data)
    assert (found.numbers[0].p5, found.numbers[0].p50, found.numbers[0].p95) == (1, 2, 3)
    effect = found.effects[0]
    assert (effect.cause, effect.result, effect.word, effect.size) == ("a", "b", "odds_ratio", 1.5)
    assert found.choices[0].values == ("x", "y")
    assert found.choices[0].shares == (0.4, 0.6)
    assert found.rules == ("a > b", "b > c")


def test_an_answer_within_one_more_object_is_found():
    assert (
        lenient.read({"table": {"yes_no": [{"column": "a", "share": 0.2}]}}).yes_no[0].share == 0.2
    )


def test_texts_are_one_clean_line():
    row = lenient.read({"missing": [{"column": "a", "reason": "x\n\u202ey\u0000z" + "w" * 900}]})
    assert row.missing[0].reason.startswith("x y z")
    assert len(row.missing[0].reason) <= 200


def test_rows_without_a_name_and_a_flood_of_rows_are_left_out():
    assert lenient.read({"numbers": [{"p5": 1}, 3, None, {"column": ""}]}).numbers == ()
    flood = {"yes_no": [{"column": f"c{i}"} for i in range(10_000)]}
    assert len(lenient.read(flood).yes_no) == lenient.MOST_ROWS


def test_a_list_of_numbers_with_a_word_in_it_says_nothing():
    found = lenient.read({"choices": [{"column": "a", "values": ["x"], "shares": [0.5, "half"]}]})
    assert found.choices[0].shares == ()
