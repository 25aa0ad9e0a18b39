"""A described table is completed without asking anybody, and says so."""

import numpy as np
import pytest

from synth_magic import cell, sampling
from synth_magic.authors import offline
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import SpecError


def column(blueprint, name):
    return blueprint.column(name)


def test_the_first_cell_gives_a_plausible_clinic(answered, first_cell):
    blueprint, _ = answered(first_cell)
    table = sampling.draw(sampling.compile(blueprint), 800, seed=7)
    assert list(table.columns) == ["age", "sex", "hba1c", "sbp", "dbp", "smoker", "retinopathy"]
    assert len(table) == 800
    assert table["age"].between(30, 85).all()
    assert table["hba1c"].between(5.5, 14).all()
    assert (table["sbp"] > table["dbp"]).all()
    assert abs(table["retinopathy"].mean() - 0.22) < 5 * np.sqrt(0.22 * 0.78 / 800)
    assert table["age"].corr(table["sbp"]) > 0.1
    assert table["sbp"].corr(table["dbp"]) > 0.2
    assert table["hba1c"].corr(table["retinopathy"].astype(float)) > 0.05
    assert 6.5 < table["hba1c"].median() < 7.6
    assert set(table["sex"]) == {"F", "M"}


def test_the_same_cell_is_the_same_blueprint(answered, first_cell):
    assert answered(first_cell)[0].to_yaml() == answered(first_cell)[0].to_yaml()


def test_the_first_note_says_that_no_model_was_asked(answered, first_cell):
    _, notes = answered(first_cell)
    assert notes[0].path == ("author",)
    assert notes[0].level == "note"
    assert "No model was asked" in notes[0].what
    assert any("type 2 diabetes; outpatients; France" in note.what for note in notes)


def test_every_number_says_where_it_comes_from(answered, first_cell):
    blueprint, _ = answered(first_cell)
    age, retinopathy = column(blueprint, "age"), column(blueprint, "retinopathy")
    assert age.distribution.source == "reference"
    assert age.source_of("range") == "user"
    assert retinopathy.distribution.source == "user"
    assert {effect.source for effect in blueprint.effects} == {"reference"}
    assert [rule.source for rule in blueprint.rules] == ["user"]


def test_a_whole_blueprint_is_left_as_it_is(answered, first_cell):
    blueprint, _ = answered(first_cell)
    again, notes = offline.complete(cell.parse(blueprint.to_yaml()))
    assert again == Blueprint.from_yaml(blueprint.to_yaml())
    assert notes == ()


def test_what_the_user_states_is_never_overruled(answered):
    blueprint, _ = answered(
        "Adults with diabetes\n\ncolumns:\n  age: mean 44 sd 9, 18-70\n  sbp: 150 ± 10\n"
        "  sex: F 70% / M 30%\n  statin: yes/no, 11%\neffects:\n  - age -> sbp: -0.2\n"
    )
    assert column(blueprint, "age").distribution.normal.mean == 44
    assert column(blueprint, "sbp").distribution.normal.sd == 10
    assert dict(column(blueprint, "sex").distribution.probabilities) == {"F": 0.7, "M": 0.3}
    assert column(blueprint, "statin").distribution.probability == 0.11
    mine = [e for e in blueprint.effects if {e.parent, e.child} == {"age", "sbp"}]
    assert [(e.size, e.source) for e in mine] == [(-0.2, "user")]


def test_an_effect_the_other_way_round_turns_the_reference_not_the_user(answered):
    blueprint, _ = answered(
        "columns:\n  bmi: kg/m2\n  sbp: mmHg\n  glucose: mg/dL\neffects:\n  - sbp -> bmi: 0.3\n"
    )
    pairs = [(e.parent, e.child) for e in blueprint.effects]
    assert ("sbp", "bmi") in pairs
    assert ("bmi", "sbp") not in pairs
    sampling.compile(blueprint)  # no cycle


# Prose alone ------------------------------------------------------------------------


def test_prose_alone_gives_the_conditions_panel(answered):
    blueprint, _ = answered("300 women over 65 with heart failure on a ward in Stockholm")
    names = [c.name for c in blueprint.columns]
    assert {"age", "ejection_fraction", "nt_probnp"} <= set(names) | {"nt_probnp"}
    assert "sex" not in names, "a column without variety is not asked for"
    assert len(names) <= 16
    assert column(blueprint, "age").range[0] == 66


def test_prose_that_names_measurements_has_them(answered):
    blueprint, _ = answered("Patients with COPD, with ferritin and heart rate")
    concepts = {c.concept for c in blueprint.columns}
    assert {"age", "sex", "ferritin", "heart_rate", "fev1_percent"} <= concepts


def test_prose_without_anything_clinical_is_an_error_with_an_example(answered):
    with pytest.raises(SpecError) as caught:
        answered("Lorem ipsum dolor")
    assert "columns:" in caught.value.problems[0].mend


def test_words_left_unread_are_a_warning(answered):
    _, notes = answered("Adults with sarcoidosis\n\ncolumns:\n  age: years\n")
    assert any(n.level == "warning" and "sarcoidosis" in n.what for n in notes)


@pytest.mark.parametrize("prose", ["Children with COPD", "People aged 5-12"])
def test_what_the_reference_does_not_hold_of_children_is_a_warning(answered, prose):
    _, notes = answered(f"{prose}\n\ncolumns:\n  ejection_fraction\n")
    assert any(n.level == "warning" and "adult values" in n.what for n in notes)
    _, notes = answered("Adults\n\ncolumns:\n  sbp: mmHg\n")
    assert not any(n.level == "warning" for n in notes)


# Outside medicine -------------------------------------------------------------------


def test_a_shop_with_stated_facts_works(answered):
    blueprint, _ = answered(
        "Orders of a shop, 2021-2022\n\ncolumns:\n  order_id: unique id\n  price: mean 20 sd 5\n"
        "  colour: red 60% / blue 40%\n  items: 0-9\n  returned: yes/no, 4%\n  bought: date\n"
    )
    table = sampling.draw(sampling.compile(blueprint), 400, seed=1)
    assert table["order_id"].is_unique
    assert abs(table["price"].mean() - 20) < 1.5
    assert set(table["colour"]) == {"red", "blue"}
    assert str(table["bought"].min()) >= "2021"
    assert str(table["bought"].max()) < "2023"
    assert {c.concept for c in blueprint.columns} == {None}


def test_unknown_columns_without_facts_are_all_named_at_once(answered):
    with pytest.raises(SpecError) as caught:
        answered("A shop\n\ncolumns:\n  blurb:\n  price: 1-50\n  zork:\n")
    (told,) = caught.value.problems
    assert told.path == ("columns", "blurb")
    assert told.what == "Nothing is known about blurb and zork, and nothing was said of them"
    assert "`blurb: 10-50`" in told.mend


def test_many_unknown_columns_are_one_short_line(answered):
    with pytest.raises(SpecError) as caught:
        answered("columns:\n" + "".join(f"  zork{i}x\n" for i in range(40)))
    (told,) = caught.value.problems
    assert "35 more" in told.what
    assert len(told.what) < 120


def test_near_names_are_suggested(answered):
    with pytest.raises(SpecError) as caught:
        answered("columns:\n  hemoglobbbin\n  zork\n")
    assert "hemoglobin for hemoglobbbin" in caught.value.problems[0].mend
    assert "for zork" not in caught.value.problems[0].mend


def test_a_unit_that_cannot_be_is_what_the_error_says(answered):
    with pytest.raises(SpecError) as caught:
        answered("columns:\n  glucose: kg\n")
    (told,) = caught.value.problems
    assert "kg is no unit of glucose" in told.what
    assert "mg/dL" in told.mend
    blueprint, notes = answered("columns:\n  glucose: kg, 4-8\n")
    assert blueprint.columns[0].unit == "kg"
    assert any("no unit of glucose" in n.what for n in notes)


# Formulas ---------------------------------------------------------------------------


def test_bmi_is_computed_from_weight_and_height_in_their_own_units(answered):
    blueprint, _ = answered("Adults\n\ncolumns:\n  height: m\n  weight: lb\n  bmi: kg/m2\n")
    table = sampling.draw(sampling.compile(blueprint), 500, seed=1)
    expected = table["weight"] / 2.20462262 / table["height"] ** 2
    np.testing.assert_allclose(table["bmi"], expected, atol=0.06)
    assert column(blueprint, "bmi").source_of("formula") == "reference"
    assert 24 < table["bmi"].median() < 32


def test_a_stated_bmi_turns_the_formula_round(answered):
    blueprint, _ = answered("Adults\n\ncolumns:\n  height: cm\n  weight: kg\n  bmi: mean 24 sd 2\n")
    assert column(blueprint, "bmi").distribution.source == "user"
    assert column(blueprint, "weight").formula is not None
    table = sampling.draw(sampling.compile(blueprint), 2000, seed=1)
    assert abs(table["bmi"].mean() - 24) < 0.3
    np.testing.assert_allclose(
        table["weight"], table["bmi"] * (table["height"] / 100) ** 2, atol=0.06
    )


def test_egfr_is_ckd_epi_2021_with_creatinine_in_micromoles(answered):
    from synth_magic.reference.written_laws import ckd_epi_2021

    blueprint, _ = answered(
        "Adults in Sweden\n\ncolumns:\n  age: years\n  sex: female / male\n"
        "  creatinine: µmol/L\n  egfr: mL/min/1.73 m2\n"
    )
    table = sampling.draw(sampling.compile(blueprint), 300, seed=2)
    for _, row in table.iterrows():
        sex = "F" if row["sex"] == "female" else "M"
        expected = ckd_epi_2021(row["creatinine"] / 88.42, row["age"], sex)
        assert abs(row["egfr"] - expected) <= 0.51


def test_in_women_only_the_formula_needs_no_column_of_sex(answered):
    blueprint, _ = answered("Women\n\ncolumns:\n  age: years\n  creatinine: mg/dL\n  egfr:\n")
    assert "0.7 + 0.2 * 0" in column(blueprint, "egfr").formula


# Rules ------------------------------------------------------------------------------


def test_what_holds_in_every_patient_is_a_rule_of_the_reference(answered):
    blueprint, _ = answered(
        "Adults\n\ncolumns:\n  sex: F / M\n  sbp: mmHg\n  dbp: mmHg\n  hdl: mmol/L\n"
        "  cholesterol: mmol/L\n  pregnancies: number\n"
    )
    texts = {rule.text: rule.source for rule in blueprint.rules}
    assert texts == {
        "dbp < sbp": "reference",
        "hdl < cholesterol": "reference",
        "if (sex == 'M') then pregnancies is missing": "reference",
    }
    table = sampling.draw(sampling.compile(blueprint), 500, seed=3)
    assert table.loc[table["sex"] == "M", "pregnancies"].isna().all()
    assert table.loc[table["sex"] == "F", "pregnancies"].notna().all()
    assert (table["hdl"] < table["cholesterol"]).all()


def test_parts_in_different_units_are_compared_in_one(answered):
    blueprint, _ = answered("Adults\n\ncolumns:\n  hdl: mmol/L\n  cholesterol: mg/dL\n")
    table = sampling.draw(sampling.compile(blueprint), 300, seed=3)
    assert (table["hdl"] / 0.02586 < table["cholesterol"]).all()


def test_a_rule_that_the_user_wrote_is_not_written_twice(answered, first_cell):
    blueprint, _ = answered(first_cell)
    assert [rule.text for rule in blueprint.rules] == ["sbp > dbp"]


def test_missing_values_are_passed_on(answered):
    blueprint, _ = answered("Adults\n\ncolumns:\n  hba1c: %, missing 8%\n  age: years\n")
    assert blueprint.missing[0].rate == 0.08


# The user's effects -----------------------------------------------------------------

HEADS = "Adults\n\ncolumns:\n  sex: F / M\n  hemoglobin: g/dL\n  height: cm\n  weight: kg\n  bmi:\n"


def test_an_effect_of_sex_replaces_the_law_by_sex(answered):
    blueprint, _ = answered(HEADS + "effects:\n  - sex=M -> hemoglobin: 0.2\n")
    assert column(blueprint, "hemoglobin").distribution.by is None
    assert column(blueprint, "height").distribution.by == "sex"
    sampling.compile(blueprint)


def test_an_effect_on_sex_closes_no_circle(answered):
    blueprint, _ = answered(HEADS + "effects:\n  - hemoglobin -> sex=M: 0.5\n")
    assert column(blueprint, "hemoglobin").distribution.by is None
    sampling.compile(blueprint)


def test_a_result_that_acts_on_its_operand_is_not_computed(answered):
    blueprint, _ = answered(HEADS + "effects:\n  - bmi -> weight: 0.5\n")
    assert column(blueprint, "bmi").formula is None
    sampling.compile(blueprint)


def test_a_second_column_of_one_measurement_without_facts_says_so(answered):
    with pytest.raises(SpecError) as caught:
        answered("Adults\n\ncolumns:\n  weight: kg\n  weight_lb: lb\n")
    (told,) = caught.value.problems
    assert "weight and weight_lb both read as the same measurement" in told.what


def test_women_by_one_value_have_the_laws_of_women(answered):
    blueprint, _ = answered("Adults\n\ncolumns:\n  sex: F\n  height: cm\n")
    assert set(blueprint.sample(300)["sex"]) == {"F"}
    assert blueprint.sample(5000)["height"].mean() < 164


@pytest.mark.parametrize(
    ("line", "zeros", "mean"),
    [
        ("crp: mg/L, 60% zeros, mean 12", 0.6, 12),
        ("ldl: mg/dL, 30% zeros", 0.3, None),
        ("crp: mg/L, 20% zeros, mean 12 sd 20", 0.2, 12),
    ],
)
def test_a_stated_share_of_zeros_holds_in_a_known_variable(answered, line, zeros, mean):
    blueprint, _ = answered("columns:\n  sex: F / M\n  " + line)
    drawn = sampling.draw(sampling.compile(blueprint), 20_000).iloc[:, -1]
    assert abs((drawn == 0).mean() - zeros) < 6 * np.sqrt(zeros * (1 - zeros) / 20_000)
    if mean is not None:
        assert abs(drawn.mean() - mean) < 6 * drawn.std() / np.sqrt(20_000)


@pytest.mark.parametrize(
    ("line", "share", "value"),
    [
        ("crp: mg/L, 20% zeros, median 2", 0.5, 2),
        ("crp: mg/L, 60% zeros, median 0", 0.6, 0),
        ("crp: mg/L, 20% zeros, mean 4", None, 4),
        ("ferritin: 10% zeros, mean 120", None, 120),
    ],
)
def test_a_centre_beside_zeros_bends_the_law_that_is_known(answered, line, share, value):
    """Skewed as the reference's law is, not as a guess by the centre alone would be."""
    blueprint, _ = answered("columns:\n  " + line)
    column = blueprint.columns[0]
    assert len(column.distribution.quantiles) >= 7
    drawn = blueprint.sample(20_000, 1).iloc[:, 0]
    if share is None:
        assert drawn.mean() == pytest.approx(value, rel=0.05)
    else:
        assert (drawn <= value).mean() >= share - 0.02 >= (drawn < value).mean() - 0.04
    assert drawn[drawn > 0].mean() > 1.2 * drawn[drawn > 0].median()


@pytest.mark.parametrize("kind", ["yes/no", "0/1", "oui / non"])
@pytest.mark.parametrize("drug", ["yes/no", "0/1", "oui / non"])
def test_without_diabetes_nobody_takes_metformin(answered, kind, drug):
    blueprint, _ = answered(
        f"columns:\n  diabetes: {kind}\n  metformin: {drug}\n  age: years\n  hba1c: %\n"
    )
    table = blueprint.sample(3000, 1)
    have = [table[name].isin([True, 1, "oui"]) for name in ("diabetes", "metformin")]
    assert not (have[1] & ~have[0]).any()
    assert 0.2 < have[1][have[0]].mean() < 0.8


def test_a_stated_share_of_metformin_holds_over_all_rows(answered):
    blueprint, _ = answered("columns:\n  diabetes: yes/no, 40%\n  metformin: yes/no, 35%\n")
    table = blueprint.sample(20_000, 1)
    assert table["metformin"].mean() == pytest.approx(0.35, abs=0.012)
    assert table["diabetes"].mean() == pytest.approx(0.40, abs=0.012)
    assert not table.loc[~table["diabetes"].astype(bool), "metformin"].any()


def test_shares_that_cannot_cohere_stay_the_users_and_are_told(answered):
    blueprint, notes = answered("columns:\n  diabetes: yes/no, 10%\n  metformin: yes/no, 35%\n")
    assert blueprint.column("metformin").distribution.probability == 0.35
    assert any("more people than diabetes" in note.what for note in notes)


def test_an_effect_of_the_user_says_how_metformin_hangs_on_diabetes(answered):
    blueprint, _ = answered(
        "columns:\n  diabetes: yes/no\n  metformin: yes/no\neffects:\n"
        "  - diabetes -> metformin: OR 3\n"
    )
    assert blueprint.column("metformin").distribution.by is None
    blueprint, _ = answered(
        "columns:\n  diabetes: yes/no\n  metformin: yes/no\neffects:\n"
        "  - metformin -> diabetes: OR 3\n"
    )
    assert blueprint.column("metformin").distribution.by is None


def test_a_list_behind_a_colon_is_all_there_is(answered):
    blueprint, _ = answered("500 adults with asthma: age, sex, smoking status, fev1")
    assert [c.name for c in blueprint.columns] == ["age", "sex", "smoking_status", "fev1"]
    assert [c.concept for c in blueprint.columns] == ["age", "sex", "smoker", "fev1"]


def test_numbers_in_the_prose_are_those_of_the_table(answered):
    blueprint, notes = answered("Adults, mean age 62, 45% women, eGFR < 60, 20% with diabetes")
    table = blueprint.sample(20_000, 1)
    assert table["age"].mean() == pytest.approx(62, abs=0.5)
    assert (table["sex"] == "F").mean() == pytest.approx(0.45, abs=0.012)
    assert table["egfr"].max() <= 59
    assert table["diabetes"].mean() == pytest.approx(0.2, abs=0.01)
    assert not [note for note in notes if note.level == "warning"]
    assert "creatinine" not in table  # from the general law, it would contradict the eGFR


def test_people_without_diabetes_have_no_diabetic_values(answered):
    blueprint, _ = answered("Adults without diabetes: age, hba1c, glucose, metformin, diabetes")
    table = blueprint.sample(5000, 1)
    assert table["hba1c"].max() < 6.5
    assert table["glucose"].max() < 126
    assert not table["metformin"].any()
    assert not table["diabetes"].any()
    assert table["hba1c"].mean() == pytest.approx(5.4, abs=0.1)


@pytest.mark.parametrize(
    ("line", "women"),
    [
        ("sex: 0/1", 0),
        ("sex: 0 = male, 1 = female", 1),
        ("female: 0/1", 1),
        ("male: 0/1", 0),
        ("female: yes/no", True),
    ],
)
def test_coded_sex_keeps_its_codes_and_hangs_together_with_the_rest(answered, line, women):
    name = line.partition(":")[0]
    blueprint, _ = answered(
        f"45% women\ncolumns:\n  {line}\n  hemoglobin: g/dL\n  creatinine: mg/dL\n"
        "  age: years\n  egfr:\n"
    )
    table = blueprint.sample(10_000, 1)
    are = table[name] == women
    assert are.mean() == pytest.approx(0.45, abs=0.015)
    gap = table.loc[~are, "hemoglobin"].mean() - table.loc[are, "hemoglobin"].mean()
    assert gap == pytest.approx(1.6, abs=0.2)  # NHANES 2017-2018, adults
    # CKD-EPI 2021 for the first row, written out
    row = table.iloc[0]
    k, a = (0.7, -0.241) if row[name] == women else (0.9, -0.302)
    ratio = row["creatinine"] / k
    expected = 142 * min(ratio, 1) ** a * max(ratio, 1) ** -1.2 * 0.9938 ** row["age"]
    expected *= 1.012 if row[name] == women else 1
    assert row["egfr"] == pytest.approx(expected, abs=0.51)


def test_a_measurement_at_a_later_time_has_its_law_and_keeps_to_the_first(answered):
    blueprint, notes = answered(
        "columns:\n  age: years\n  dbp_12m: mmHg\n  sbp_12m: mmHg\n  sbp: mmHg\n  dbp: mmHg\n"
    )
    table = blueprint.sample(10_000, 1)
    assert table["sbp_12m"].mean() == pytest.approx(table["sbp"].mean(), abs=1)
    assert table["sbp_12m"].std() == pytest.approx(table["sbp"].std(), rel=0.05)
    r = table.corr()
    assert r.loc["sbp", "sbp_12m"] == pytest.approx(0.7, abs=0.05)
    # what hangs together at one time does so at each, and less across
    assert r.loc["sbp_12m", "dbp_12m"] == pytest.approx(r.loc["sbp", "dbp"], abs=0.05)
    assert r.loc["sbp", "dbp_12m"] == pytest.approx(0.7 * r.loc["sbp", "dbp"], abs=0.06)
    assert (table["sbp_12m"] > table["dbp_12m"]).all()
    assert any("sbp_12m is sbp again" in note.what for note in notes)


def test_later_measurements_are_computed_from_those_of_their_time(answered):
    blueprint, _ = answered(
        "columns:\n  height: cm\n  weight: kg\n  bmi:\n  weight_6mo: kg\n  bmi_6mo:\n"
    )
    assert blueprint.column("bmi").formula == "weight / (height / 100) ** 2"
    assert blueprint.column("bmi_6mo").formula == "weight_6mo / (height / 100) ** 2"
    blueprint, _ = answered("columns:\n  height: cm\n  bmi:\n  weight_6mo: kg\n")
    assert blueprint.column("bmi").formula is None


def test_how_close_repeated_measurements_are_is_the_users_to_say(answered):
    blueprint, notes = answered(
        "columns:\n  sbp: mmHg\n  sbp_12m: mmHg\neffects:\n  - sbp -> sbp_12m: correlation 0.4\n"
    )
    assert [(e.word, e.size, e.source) for e in blueprint.effects] == [("correlation", 0.4, "user")]
    assert not any("again" in note.what for note in notes)
    table = blueprint.sample(10_000, 1)
    assert table["sbp"].corr(table["sbp_12m"]) == pytest.approx(0.4, abs=0.03)
