"""Text columns that nobody writes: sentences filled from the row."""

from __future__ import annotations

import pytest

import synth_magic
from synth_magic import cell
from synth_magic.authors import offline
from synth_magic.authors.guess import guess
from synth_magic.authors.sentences import SHOWN, template
from synth_magic.blueprint.graph import shown_in
from synth_magic.blueprint.model import Column

CELL = """Adults with type 2 diabetes

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14, missing 30%
  sbp: mmHg
  retinopathy: yes/no, 22%
  notes: discharge summary, two sentences
"""
AGE = Column(name="age", type="integer", unit="years", concept="age")
SEX = Column(name="sex", type="category", values=("F", "M"), concept="sex")
SBP = Column(name="sbp", type="integer", unit="mmHg")


def numbered(many: int) -> list[Column]:
    return [Column(name=f"x_{number}", type="number", unit="kg") for number in range(many)]


def sentences(text: str) -> list[str]:
    return [part for part in text.rstrip(".").split(". ") if part]


def test_a_discharge_summary_works_offline_and_tells_of_its_row():
    table = synth_magic.generate(CELL, rows=50)
    for row in table.itertuples():
        assert row.notes.startswith(f"Discharge summary: aged {row.age} years, sex {row.sex}. ")
        assert f"sbp {row.sbp} mmHg" in row.notes
        assert f"retinopathy: {'yes' if row.retinopathy else 'no'}" in row.notes
        assert len(sentences(row.notes)) == 2


def test_it_is_marked_as_a_template_and_as_a_guess():
    blueprint, notes = offline.complete(cell.parse(CELL))
    column = blueprint.column("notes")
    assert (column.type, column.source_of("template")) == ("text", "guess")
    (said,) = [n for n in notes if n.path == ("columns", "notes")]
    assert said.level == "note"
    assert "template filled from each row" in said.what
    assert "--model" in said.mend


def test_what_can_be_missing_is_not_shown_while_there_are_other_values():
    blueprint, _ = offline.complete(cell.parse(CELL))
    assert "hba1c" not in shown_in(blueprint.column("notes").template)
    assert template(Column(name="n"), [SBP], {"sbp"}) == "Sbp {sbp} mmHg."


def test_a_template_of_the_users_stays_the_users():
    text = CELL.replace("discharge summary, two sentences", '{type: text, template: "Age {age}"}')
    blueprint, notes = offline.complete(cell.parse(text))
    assert blueprint.column("notes").template == "Age {age}"
    assert blueprint.column("notes").source_of("template") == "user"
    assert not [n for n in notes if n.path == ("columns", "notes")]


@pytest.mark.parametrize(
    ("description", "many"),
    [
        ("referral letter, one sentence", 1),
        ("two short sentences", 2),
        ("letter in 3 sentences", 3),
        ("four sentences on the visit", 4),
        ("letter", 2),
        (None, 2),
    ],
)
def test_it_has_as_many_sentences_as_are_asked_for(description, many):
    column = Column(name="letter", description=description)
    made = template(column, [AGE, SEX, *numbered(6)])
    assert len(sentences(made)) == many


def test_few_values_make_few_sentences_and_many_values_no_endless_ones():
    asked = Column(name="n", description="four sentences")
    assert template(asked, [AGE, SBP]) == "Aged {age} years. sbp {sbp} mmHg."
    long = template(asked, [AGE, SEX, *numbered(40)])
    assert len(shown_in(long)) == SHOWN + 2


def test_ids_texts_hidden_columns_and_braces_are_never_shown():
    others = [
        Column(name="id", type="id", pattern="P#"),
        Column(name="other", type="text", template="x"),
        Column(name="latent", type="number", hidden=True),
        Column(name="odd{name", type="number"),
        Column(name="n", type="text"),
    ]
    assert template(Column(name="n"), others) is None
    assert template(Column(name="n"), [*others, SBP]) == "Sbp {sbp} mmHg."


def test_only_a_text_with_a_description_is_taken_for_prose():
    others = [AGE, Column(name="note")]
    assert guess(Column(name="note", description="on the visit"), None, others)[0].type == "text"
    assert guess(Column(name="note"), None, others)[0].type == "id"
    grades = Column(name="note", values=("good", "poor"), description="summary")
    assert guess(grades, None, others)[0].type == "category"
    ward = Column(name="ward_text", description="Two sentences on the stay")
    assert guess(ward, None, others)[0].type == "text"
