"""Free text: made plain, compared with its row, and a template where the model fails."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import rows
from synth_magic.rows.texts import clean, reader
from tests.rows.model import CLINIC, NOTE, Model, blueprint, lines

ROW = {
    "age": 63,
    "sex": "F",
    "weight": 71.4,
    "height": 168,
    "bmi": 25.3,
    "sbp": 131,
    "dbp": 78,
    "ldl": None,
    "followup": 1200,
}


def written(change):
    """Let each text be what `change` makes of its row."""

    def spoil(data, prompt):
        given_rows = {line["id"]: line for line in lines(prompt)}
        return {"rows": [row | {"note": change(given_rows[row["id"]])} for row in data["rows"]]}

    return spoil


# Comparing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "A 63-year-old woman with sbp 131 and dbp 78.",
        "63 years old; systolic pressure of 131 mmHg. She was well.",
        "Blood pressure 131/78 mmHg, weight 71 kg, BMI 25.3 kg/m2.",
        "Weight: 71.4. Height (168 cm).",
        "Weight 71,4 kg. Followup 1,200 days.",
        "SBP was stable. Seen 3 times in 2019.",
        "The sbp is well controlled, 3 visits a year.",
        "Her mother died at 80. A 63-year-old, her son is a 40-year-old man.",
        "ldl was not recorded.",
        "Aged 63; weight unchanged since 2018-05-01.",
        "SBP between 130-140.",
        "Femme de 63 ans.",
        "",
        "He" + "x" * 10,
    ],
)
def test_a_text_that_fits_its_row_is_taken(text):
    assert list(reader(blueprint(NOTE)).contradictions(text, ROW)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sbp 150 today", "says 150 where sbp is 131"),
        ("A systolic pressure of 150", "says 150 where sbp is 131"),
        ("Pressure 150/90 mmHg", "says 90 mmHg where sbp is 131"),
        ("weight 72 kg", "says 72 where weight is 71.4"),
        ("She lost weight and is at 65 kg now.", "says 65 kg where weight is 71.4"),
        ("LDL 3.1 mmol/L", "says 3.1 where ldl has no value"),
        ("A 36-year-old woman", "says 36 years where age is 63"),
        ("Aged 64", "says 64 years where age is 63"),
        ("A man of 63 years", "says “man” where sex is F"),
        ("He was discharged.", "says “He” where sex is F"),
        ("Homme de 63 ans", "says “Homme” where sex is F"),
        ("followup 12000 days", "says 12000 where followup is 1200"),
        ("sbp −131", "says −131 where sbp is 131"),
    ],
)
def test_a_text_that_contradicts_its_row_is_told(text, said):
    found = list(reader(blueprint(NOTE)).contradictions(text, ROW))
    assert said in found


def test_sexes_that_nobody_can_tell_apart_are_left_alone():
    law = blueprint(text=CLINIC.replace("F:", "A:"))
    assert law.column("sex").levels == ("A", "M")
    assert reader(law).sex is None
    assert list(reader(law).contradictions("He came.", {"sex": "A"})) == []


def test_an_age_in_months_is_not_one_in_years():
    law = blueprint(text=CLINIC.replace("unit: years, range", "unit: months, range"))
    assert reader(law).age is None


@given(st.text())
@settings(max_examples=200)
def test_a_cleaned_text_is_one_plain_line(text):
    found = clean(text)
    assert found == " ".join(found.split())
    assert unicodedata.is_normalized("NFC", found)
    assert clean(found) == found
    for sign in found:
        assert unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
        assert sign not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff"


@given(st.text())
@settings(max_examples=100)
def test_any_text_can_be_compared(text):
    found = list(reader(blueprint(NOTE)).contradictions(text, ROW))
    assert all(isinstance(one, str) for one in found)


# Writing -------------------------------------------------------------------------------------


def test_texts_are_written_for_sampled_rows_and_nothing_else_changes(noted):
    table = noted.sample(40)
    model = Model(written(lambda row: f"Seen at {row['sbp']} mmHg, a {row['age']}-year-old."))
    filled = rows.fill(table, ["note"], noted, model)
    assert model.rounds == [2]
    expected = [f"Seen at {r.sbp} mmHg, a {r.age}-year-old." for r in table.itertuples()]
    assert filled.table["note"].tolist() == expected
    others = [name for name in table.columns if name != "note"]
    pd.testing.assert_frame_equal(filled.table[others], table[others])
    assert filled.table.dtypes.equals(table.dtypes)
    assert filled.counts.written == {"note": 40}
    assert filled.done.all()


def test_every_cell_of_the_row_is_given_but_ids_and_texts(noted):
    prompt = rows.prompts(noted.sample(20), ["note"], noted)[0]
    row = lines(prompt)[0]
    assert set(row) == {"id", *noted.delivered} - {"pid", "note"}
    missing = noted.sample(20)["ldl"].isna().tolist()
    assert [line["ldl"] is None for line in lines(prompt)] == missing


def test_a_text_that_contradicts_its_row_is_asked_for_again_then_filled_from_the_template(noted):
    def change(row):
        good = f"Blood pressure {row['sbp']}/{row['dbp']} mmHg."
        return "sbp 999" if row["sex"] == "F" else good

    table = noted.sample(40)
    model = Model(written(change))
    filled = rows.fill(table, ["note"], noted, model)
    women = table["sex"] == "F"
    assert filled.counts.blueprint == {"note": int(women.sum())}
    assert filled.counts.written == {"note": int((~women).sum())}
    assert "note says 999 where sbp is" in model.asked[2].messages[1][1]
    assert [len(lines(p)) for p in model.asked[2:]] == [
        int(women[:20].sum()),
        int(women[20:].sum()),
    ] * 2
    assert filled.table["note"][women].equals(table["note"][women])  # the template, as drawn


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        ("Line one.\n\tLine two.\r\n", "Line one. Line two."),
        ("<script>alert(1)</script> fine", "<script>alert(1)</script> fine"),
        ("=1+1 {age} ${x} %s", "=1+1 {age} ${x} %s"),
        ("right\u202eto left\u202c \x07 bell", "rightto left bell"),
        ("e\u0301tude \ud800", "\u00e9tude \ufffd"),
        ("日本語のメモ", "日本語のメモ"),
    ],
)
def test_text_is_data_made_plain_and_never_more(noted, raw, cell):
    filled = rows.fill(noted.sample(20), ["note"], noted, Model(written(lambda row: raw)))
    assert filled.table["note"].tolist() == [cell] * 20
    assert filled.counts.duplicates == 19


@pytest.mark.parametrize("raw", ["", "  \n", "—", None, 7, ["a"], "x" * 1001, "x" * 50_000])
def test_what_is_no_text_of_a_fitting_length_is_refused(noted, raw):
    table = noted.sample(20)
    filled = rows.fill(table, ["note"], noted, Model(written(lambda row: raw)))
    assert filled.counts.blueprint == {"note": 20}
    assert filled.table["note"].equals(table["note"])
    assert filled.notes[0].level == "warning"


def test_a_missing_text_stays_missing():
    law = blueprint(NOTE, CLINIC + "  note: {rate: 0.3}\n")
    table = law.sample(40)
    filled = rows.fill(table, ["note"], law, Model())
    assert filled.table["note"].isna().equals(table["note"].isna())
    assert 0 < filled.counts.written["note"] < 40


def test_rows_and_texts_are_written_in_one_answer_and_fit_one_another(noted):
    def change(data, prompt):
        return {
            "rows": [row | {"note": f"Weight {row['weight']:.0f} kg, sbp {row['sbp']}."}
                     for row in data["rows"]]
        }  # fmt: skip

    filled = rows.fill(noted.sample(40), None, noted, Model(change))
    assert filled.counts.written["note"] == 40
    said = filled.table["note"].str.extract(r"sbp (\d+)")[0].astype(int)
    np.testing.assert_array_equal(said, filled.table["sbp"])


def test_a_text_about_a_cell_that_comes_from_the_draw_after_all_is_filled_anew(noted):
    def change(data, prompt):
        return {"rows": [row | {"weight": 999, "note": "weight 99.9 kg"} for row in data["rows"]]}

    filled = rows.fill(noted.sample(20), None, noted, Model(change))
    assert filled.counts.blueprint["note"] == 20
    row = filled.table.iloc[0]
    assert row["note"].startswith(f"Aged {row['age']}, sex {row['sex']}, sbp {row['sbp']}, ldl ")
    assert row["sbp"] != noted.sample(20)["sbp"][0]


def test_only_texts_can_be_asked_for_by_name(noted):
    for name in ("sbp", "pid", "nothing"):
        with pytest.raises(ValueError, match="no text column"):
            rows.fill(noted.sample(20), [name], noted, Model())


def test_a_text_that_shows_a_hidden_column_falls_back_to_what_was_drawn():
    hidden = """
  - {name: latent, type: integer, range: [1, 9], hidden: true,
     distribution: {uniform: {low: 1, high: 9}}}
  - {name: note, type: text, template: "{latent} of {sbp}", sources: {template: guess}}
"""
    law = blueprint(hidden)
    table = law.sample(20)
    filled = rows.fill(table, None, law, Model(written(lambda row: "")))
    assert filled.table["note"].equals(table["note"])
    assert filled.table["sbp"].equals(table["sbp"])


@pytest.mark.parametrize("columns", [None, ["note"]])
def test_texts_of_rows_that_nobody_finished_are_as_drawn(noted, columns):
    def change(data, prompt):
        if prompt.about != "rows 0-19":
            return KeyboardInterrupt()
        return {"rows": [row for row in data["rows"] if row["id"] != 7]}

    table = noted.sample(40)
    filled = rows.fill(table, columns, noted, Model(change))
    open_rows = ~filled.done
    assert open_rows.tolist() == [number == 6 or number >= 20 for number in range(40)]
    assert filled.table["note"][open_rows].equals(table["note"][open_rows])
    assert not (filled.table["note"][filled.done] == table["note"][filled.done]).any()
