"""What is sent to a model: whole, stable, small, and without an example that could be copied."""

import hashlib
import json
import re

import pytest

from synth_magic import cell
from synth_magic.authors import model, prompt_text
from synth_magic.authors.answers import form

TEN = """Adults with type 2 diabetes at a hospital outpatient clinic in Paris, 2015-2020.

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14
  sbp: systolic blood pressure, mmHg
  dbp: diastolic blood pressure, mmHg
  smoker: never / former / current
  retinopathy: yes/no, 22%
  grip: of the better hand, kg
  foot_ulcer: yes/no
  nt_probnp: pg/mL
effects:
  - {from: sbp, to: dbp, beta: 0.5}
rules:
  - sbp > dbp
missing:
  grip: 8%
"""
#: Digest of the prompt files by their versions: a changed file has a higher version.
DIGEST = "9425adba5fbfbb26"


def table(count):
    lines = [f"  lab_value_{i}: serum marker {i}, ng/mL, 0-{100 + i}" for i in range(count)]
    return "Adults in intensive care with sepsis\n\ncolumns:\n" + "\n".join(lines) + "\n"


def answer_for(prompt, text):
    """An answer as long as the prompt asks: a row a column, two effects a column (1.5 of many)."""
    names = [c.name for c in cell.parse(text).columns]
    asked = re.search(r"(?:One row for each of|no others): (.*)", prompt.messages[1][1])
    rows = asked[1].split(", ") if asked else []
    number = dict.fromkeys(["p5", "p25", "p50", "p75", "p95"], 123.4)
    found = {kind: [] for kind in prompt.schema["properties"]}
    if "numbers" in found:
        found["numbers"] = [
            {"column": n, "group": "", "unit": "ng/mL", "decimals": 1, "limits": [0, 200],
             **number, "zero_share": 0}
            for n in rows
        ]  # fmt: skip
    if "effects" in found:
        found["effects"] = [
            {"cause": n, "result": m, "word": "beta", "size": 0.25, "per": 0, "where": ""}
            for n, m in zip(names * 2, names[1:] * 2, strict=False)
        ][: int((2 if rows else 1.5) * len(names))]
        found["rules"] = ["lab_value_1 > lab_value_2"] * 2
        found["missing"] = [
            {"column": n, "share": 0.08, "depends_on": "", "odds_ratio": 0,
             "reason": "not measured in all"}
            for n in names[: len(names) // 3]
        ]  # fmt: skip
    return json.dumps(found, separators=(",", ":"))


def tokens(prompts, text):
    """Tokens of prompts and answers by bytes: 3 for prose, 2.2 for JSON."""
    sent = sum(len(words.encode()) / 3 for p in prompts for _, words in p.messages)
    back = sum(len(answer_for(p, text).encode()) / 2.2 for p in prompts)
    return sent + back


@pytest.mark.parametrize(("columns", "most"), [(10, 4000), (20, 6000), (40, 12000)])
def test_a_table_keeps_to_its_budget_of_tokens(columns, most):
    prompts = model.prompts(cell.parse(table(columns)))
    assert 0 < tokens(prompts, table(columns)) < most


def test_up_to_20_columns_are_one_call_and_more_are_parts_and_one_for_the_links():
    assert len(model.prompts(cell.parse(table(20)))) == 1
    prompts = model.prompts(cell.parse(table(41)))
    assert len(prompts) == 4
    assert [set(p.schema["properties"]) for p in prompts] == [
        *[set(form.MARGINALS)] * 3,
        set(form.LINKS),
    ]
    asked = [re.findall(r"no others: (.*)", p.messages[1][1]) for p in prompts[:3]]
    names = [name for (line,) in asked for name in line.split(", ")]
    assert sorted(names) == sorted(f"lab_value_{i}" for i in range(41))
    assert max(line.count(",") + 1 for (line,) in asked) <= 15
    for prompt in prompts:
        assert all(f"lab_value_{i}: " in prompt.messages[1][1] for i in range(41))


def test_a_small_context_gets_smaller_parts():
    assert len(model.prompts(cell.parse(table(20)), most=8)) == 4


def test_the_expert_is_told_the_people_every_column_and_what_is_given():
    (prompt,) = model.prompts(cell.parse(TEN))
    (_, system), (_, user) = prompt.messages
    assert "epidemiologist" in system
    assert "Adults with type 2 diabetes at a hospital outpatient clinic in Paris" in user
    for said in ("30 to 85 years", "Hemoglobin A1c", "5.5 to 14 %", "never / former / current",
                 "of the better hand", "mmHg", "pg/mL"):  # fmt: skip
        assert said in user
    assert re.search(r"retinopathy: .*22% \(given\)", user)
    assert "retinopathy" not in user.rpartition("One row for each of")[2]
    assert "effect of sbp on dbp: beta 0.5" in user
    assert "rule: sbp > dbp" in user
    assert "missing: 8% of grip" in user


def test_the_form_stands_in_the_prompt_for_endpoints_that_ignore_the_schema():
    (prompt,) = model.prompts(cell.parse(TEN))
    assert form.skeleton() in prompt.messages[0][1]


def test_no_prompt_holds_a_numeric_example_of_a_variable():
    from synth_magic.reference import load

    labels = {v.label.lower() for v in load().variables.values()}
    for name in (
        "expert",
        "marginals",
        "links",
        "short",
        "questions",
        "table",
        "part",
        "together",
        "propose",
    ):
        _, text = prompt_text.load(name)
        assert not re.search(r"\d+(\.\d+)?\s?(mmHg|mg|kg|cm|years|%|mmol)", text)
        assert not [label for label in labels if len(label) > 4 and f" {label} " in text.lower()]


def test_grounding_is_shown_when_asked_for_and_to_small_models_and_marked():
    request = cell.parse(TEN)
    (plain,), (shown,) = model.prompts(request), model.prompts(request, grounding="on")
    assert "general surveys" not in plain.messages[1][1]
    assert re.search(r"general surveys.*adapt it", shown.messages[1][1])
    assert re.search(r"- age: 5% below \d+, median \d+, 5% above \d+ years", shown.messages[1][1])
    (small,) = model.prompts(request, small=True)
    assert "general surveys" in small.messages[1][1]
    (off,) = model.prompts(request, small=True, grounding="off")
    assert "general surveys" not in off.messages[1][1]


def test_a_small_model_is_asked_only_what_the_reference_does_not_know():
    (small,) = model.prompts(cell.parse(TEN), small=True)
    assert list(small.schema["properties"]) == ["grip", "foot_ulcer"]
    assert small.schema["properties"]["grip"]["required"] == ["low", "typical", "high"]
    asked = small.messages[1][1].partition("Columns:")[2]
    assert "grip: of the better hand. A low, a typical and a high value" in asked
    assert ", in kg" in asked
    assert "age" not in small.schema["properties"]
    assert (
        model.prompts(cell.parse("Adults\n\ncolumns:\n  age: years\n  sex: F / M\n"), small=True)
        == ()
    )


def test_a_question_of_the_short_form_holds_no_digit_that_could_be_copied():
    (small,) = model.prompts(cell.parse(TEN), small=True, grounding="off")
    system, user = small.messages[0][1], small.messages[1][1].partition("Columns:")[2]
    assert not re.search(r"\d", system + user)


def test_prompts_are_the_same_each_time_and_bear_versions():
    (first,), (again,) = model.prompts(cell.parse(TEN)), model.prompts(cell.parse(TEN))
    assert first == again
    assert first.version == f"answer-{form.FORM}/expert-1+marginals-1+links-1+table-1"
    assert first.about == "10 columns"


def test_braces_in_what_the_user_wrote_stay_as_they_are():
    text = "Adults {{who}} {x}\n\ncolumns:\n  age: years\n"
    (prompt,) = model.prompts(cell.parse(text, {"who": "{{columns}}"}))
    assert "Population: Adults {{columns}} {x}\n" in prompt.messages[1][1]


def test_a_changed_prompt_has_a_new_version():
    from importlib.resources import files

    folder = files("synth_magic.authors").joinpath("prompts")
    texts = sorted((f.name, f.read_text("utf-8")) for f in folder.iterdir())
    assert hashlib.blake2b(repr(texts).encode(), digest_size=8).hexdigest() == DIGEST, (
        "raise the version in each file that you changed, then write the new digest here"
    )


def test_without_columns_the_model_is_asked_to_choose_them():
    (prompt,) = model.prompts(cell.parse("300 adults with asthma"))
    assert "up to 20" in prompt.messages[1][1]
    assert "columns" in prompt.schema["properties"]


def test_a_whole_blueprint_asks_nothing():
    from synth_magic.authors import offline

    text = offline.complete(cell.parse("300 adults with asthma"))[0].to_yaml()
    assert model.prompts(cell.parse(text)) == ()
