"""What stands in a prompt, and which cells are seeds."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import rows, safe_text
from synth_magic.blueprint.model import Blueprint
from synth_magic.rows.batches import prompt_file
from synth_magic.rows.seeds import layout
from tests.rows.model import CLINIC, NOTE, asked, blueprint, lines

ALLOWED = {"type", "properties", "required", "items", "additionalProperties"}


def numbers(many: int, extra: str = "") -> Blueprint:
    """A table of independent numbers."""
    columns = "".join(
        f"  - {{name: x{n}, type: number, decimals: 1, range: [0, 9],"
        " distribution: {uniform: {low: 0, high: 9}}}\n"
        for n in range(many)
    )
    return Blueprint.from_yaml(f"version: 1\ncolumns:\n{columns}{extra}")


def first(law: Blueprint, columns=None, many: int = 20):
    return rows.prompts(law.sample(many), columns, law)[0]


def lint(schema: dict) -> None:
    """The form that every vendor takes."""
    assert set(schema) <= ALLOWED
    if schema["type"] == "object":
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
        for part in schema["properties"].values():
            lint(part)
    elif schema["type"] == "array":
        lint(schema["items"])
    else:
        assert schema == {"type": schema["type"]}
        assert schema["type"] in ("integer", "number", "string")


# Seed cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("many", "seeds"), [(1, 0), (2, 1), (3, 2), (6, 2), (8, 2), (9, 3), (12, 4), (30, 4)]
)
def test_two_to_four_numbers_are_seeds_where_there_are_enough(many, seeds):
    assert len(layout(numbers(many)).numbers) == many - seeds


def test_roots_are_seeds_first_then_what_most_hangs_on():
    law = numbers(
        6,
        "effects:\n"
        "  - {from: x3, to: x0, beta: 0.2}\n"
        "  - {from: x3, to: x1, beta: 0.2}\n"
        "  - {from: x3, to: x2, beta: 0.2}\n"
        "  - {from: x5, to: x4, beta: 0.2}\n",
    )
    assert layout(law).numbers == ("x0", "x1", "x2", "x4")
    chain = "".join(f"  - {{from: x{n}, to: x{n + 1}, beta: 0.2}}\n" for n in range(5))
    law = numbers(6, f"effects:\n{chain}  - {{from: x2, to: x5, beta: 0.2}}\n")
    assert layout(law).numbers == ("x1", "x3", "x4", "x5")  # x0 is the root, x2 has two children


def test_categories_booleans_dates_and_event_times_are_always_given(clinic):
    found = layout(clinic)
    assert {"sex", "grade", "smoker", "visit", "followup", "death"} <= set(found.given)
    assert not {"pid", "bmi"} & {*found.given, *found.asked}
    assert set(lines(first(clinic))[0]) == {"id", *found.given}


def test_whole_numbers_that_are_zero_or_one_are_given_like_booleans():
    one = (
        "  - {name: y, type: integer, range: [0, 1], distribution: {probability: 0.3}}\n"
        "  - {name: z, type: integer, range: [0, 9], distribution: {poisson: {mean: 2}}}\n"
    )
    assert "y" not in layout(numbers(4, one)).numbers
    assert "z" in layout(numbers(4, one)).numbers


def test_a_text_with_a_template_of_the_users_is_not_asked_for_and_follows_its_row():
    law = blueprint(
        '\n  - {name: note, type: text, template: "BP {sbp}/{dbp}, {sex}, {ldl} {pid}"}'
    )
    assert rows.text_columns(law) == ()
    table = law.sample(20)

    def ask(prompts):
        from tests.rows.model import Model

        return Model()(prompts)

    filled = rows.fill(table, None, law, ask)
    assert "note" not in filled.counts.written
    for row in filled.table.itertuples():
        ldl = "missing" if row.ldl != row.ldl else f"{row.ldl:.2f}"
        assert row.note == f"BP {row.sbp}/{row.dbp}, {row.sex}, {ldl} {row.pid}"


# The prompt -----------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [None, ("note",)])
def test_the_form_is_one_that_every_vendor_takes(noted, columns):
    prompt = first(noted, columns)
    lint(prompt.schema)
    kinds = {"weight": "number", "height": "integer", "sbp": "integer", "dbp": "integer"}
    expected = {"note": "string"} if columns else kinds | {"note": "string"}
    assert asked(prompt) == expected
    json.dumps(prompt.schema)


def test_a_table_too_wide_for_a_schema_is_asked_for_without_one():
    assert first(numbers(70)).schema is not None
    assert first(numbers(90)).schema is None


def test_a_prompt_names_meaning_unit_limits_facts_effects_and_rules(clinic):
    text = first(clinic).messages[1][1]
    assert clinic.population in text  # with its $ and its braces
    assert "- sbp: systolic pressure; whole number, in mmHg, from 80 to 250; in this" in text
    assert "mean 140, SD 18" in text
    assert "- weight: weight; number with 1 decimal, in kg, from 40.0 to 160.0; differs by" in text
    assert "- sex: sex; F / M\n" in text
    assert "- grade: grade; mild < severe\n" in text
    assert "- With higher age, sbp tends to be higher.\n" in text
    assert "- With higher sbp, smoker is less likely.\n" in text
    assert "hazard" not in text
    assert "death tends" not in text  # no asked column takes part
    assert "- sbp > dbp\n" in text
    assert "- bmi is worked out by us: weight / (height / 100) ** 2\n" in text
    assert '{"rows":[{"id":<integer>,"weight":<number>,' in text


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        ("{from: sex=M, to: dbp, difference: -3}", "Where sex=M, dbp tends to be lower."),
        ("{from: dbp, to: grade, odds_ratio: 2, per: 10}", "grade tends to be higher."),
        ("{from: dbp, to: followup, hazard_ratio: 1.2, per: 10}", "death tends to come sooner."),
        ("{from: dbp, to: followup, beta: 0.2}", "death tends to come later."),
        ("{from: age, to: dbp, beta: 0.2, where: sex == 'F'}", "higher (where sex == 'F')."),
    ],
)
def test_effects_are_said_by_their_sign(effect, line):
    law = blueprint(text=CLINIC.replace("rules:", f"  - {effect}\nrules:"))
    assert line in first(law).messages[1][1]


def test_an_effect_of_no_size_says_nothing():
    law = blueprint(text=CLINIC.replace("to: dbp, beta: 0.5", "to: dbp, beta: 0"))
    assert "dbp tends" not in first(law).messages[1][1]


def test_no_number_of_the_draw_stands_in_a_prompt_beyond_the_given_cells(clinic):
    """What is not given is not hinted at: an example would be copied into the answers."""
    one, other = (rows.prompts(clinic.sample(20, seed=s), None, clinic)[0] for s in (1, 2))
    a, b = ([ln for ln in p.messages[1][1].split("\n") if ln[:5] != '{"id"'] for p in (one, other))
    assert a == b
    for name in ("rows.md", "text.md"):
        _, system, user = prompt_file(name)
        assert not re.search(r"\d{2}|\d\.\d", system + user)


@pytest.mark.parametrize(
    "name", ["id", "ID", "blood pressure", "HbA1c (%)", "größe", "x" * 60, "a\\b", 'say "hi"']
)
def test_names_that_no_endpoint_takes_as_a_key_have_another(name):
    column = (
        f"  - {{name: {json.dumps(name)}, type: integer, range: [1, 5],"
        " distribution: {uniform: {low: 1, high: 5}}}\n"
    )
    effect = f"effects:\n  - {{from: x0, to: {json.dumps(name)}, beta: 0.1}}\n"
    law = numbers(4, column + effect)
    prompt = first(law)
    assert asked(prompt)["c5"] == "integer"
    assert f'c5 ("{name}"): ' in prompt.messages[1][1]

    def ask(prompts):
        from tests.rows.model import Model

        return Model()(prompts)

    filled = rows.fill(law.sample(20), None, law, ask)
    assert filled.counts.written[name] == 20


def test_keys_are_never_the_same():
    text = numbers(2).to_yaml().replace("x0", "c2").replace("x1", "größe")
    law = Blueprint.from_yaml(text)
    found = layout(law)
    from synth_magic.rows.wording import keys

    assert len(set(keys(found).values())) == 2


def test_the_estimate_of_an_answer_is_near_what_it_takes(noted):
    from tests.rows.model import answer

    prompt = first(noted)
    said = answer(prompt)
    for row in said["rows"]:
        row["note"] = "x" * 220
    size = len(json.dumps(said, separators=(",", ":")))
    assert size / 3 < prompt.expected_tokens < size / 2
    one = rows.prompts(noted.sample(20), ["note"], noted)[0]
    assert one.expected_tokens < prompt.expected_tokens


@pytest.mark.parametrize(
    ("description", "many"),
    [("two words", 1), ("two sentences", 1), ("a paragraph", 2), ("8 sentences", 4), ("", 1)],
)
def test_long_texts_are_asked_for_in_parts_of_a_batch(description, many):
    law = blueprint(NOTE.replace("discharge summary, two sentences", description))
    found = rows.prompts(law.sample(40), ["note"], law)
    assert len(found) == 2 * many
    assert [p.about for p in found][:2] == ([f"rows {0}-{20 // many - 1}", found[1].about])
    assert [line["id"] for line in lines(found[-1])] == list(range(1, 20 // many + 1))


def test_prompts_have_the_version_of_their_files(noted):
    assert first(noted).version == "rows-1/rows-1"
    assert first(noted, ("note",)).version == "rows-1/text-1"
    assert first(noted).longest > 1000 > first(blueprint()).longest


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_no_name_or_description_breaks_the_frame_of_a_prompt(text):
    """What a user writes stays one line of its own, whatever stands in it."""
    said = safe_text.line(text).replace('"', "").replace("\\", "").strip() or "x"
    column = (
        "  - {name: t, type: integer, range: [1, 5], description: "
        + json.dumps(said, ensure_ascii=True)
        + ", distribution: {uniform: {low: 1, high: 5}}}\n"
    )
    prompt = first(numbers(3, column + "effects:\n  - {from: x0, to: t, beta: 0.1}\n"))
    assert len(lines(prompt)) == 20
    assert prompt.messages[1][1].count("\nRows:\n") == 1
