"""What rests on adults although the people are none is a guess, and the notes say so."""

import pytest


def columns(blueprint):
    return {column.name: column for column in blueprint.columns}


@pytest.mark.parametrize(
    "cell",
    [
        "Schoolchildren aged 5-10\n\ncolumns:\n  age\n  fev1\n  fvc\n  sex: F / M\n",
        "columns:\n  age: 5-10\n  fev1\n  fvc\n  sex: F / M\n",
        "columns:\n  age: months, 0-24\n  fev1\n  fvc\n  sex: F / M\n",
        "Pregnant women\n\ncolumns:\n  age\n  fev1\n  fvc\n  sex: F / M\n",
    ],
)
def test_adult_values_of_others_are_guesses_and_a_warning_names_them(answered, cell):
    blueprint, notes = answered(cell)
    found = columns(blueprint)
    for name in ("fev1", "fvc"):
        law = found[name].distribution
        assert law.source == "guess"
        assert {part.source for _, part in law.groups or ()} <= {"guess"}
    assert blueprint.effects
    assert {effect.source for effect in blueprint.effects} == {"guess"}
    (told,) = [n for n in notes if n.level == "warning"]
    assert "adult values, guesses" in told.what
    assert "fev1" in told.what
    assert "fvc" in told.what
    assert "age" not in told.what.replace("aged", "")


def test_adults_keep_the_reference(answered):
    blueprint, notes = answered("Adults\n\ncolumns:\n  age: 18-90\n  height\n  weight\n")
    assert {c.distribution.source for c in blueprint.columns} == {"reference"}
    assert {effect.source for effect in blueprint.effects} == {"reference"}
    assert not [n for n in notes if n.level == "warning"]


def test_what_the_user_states_of_children_is_the_users(answered):
    blueprint, _ = answered("Children\n\ncolumns:\n  age: 5-10\n  height: cm, mean 125 sd 8\n")
    assert columns(blueprint)["height"].distribution.source == "user"
    assert blueprint.column("age").source_of("range") == "user"


def test_children_alone_have_the_panel_of_children(answered):
    blueprint, notes = answered("500 children with dengue")
    assert {"age", "sex", "height", "weight"} <= set(columns(blueprint))
    assert "creatinine" not in columns(blueprint)
    assert blueprint.sample(200)["age"].max() <= 17
    warnings = [n.what for n in notes if n.level == "warning"]
    assert any("Not read: dengue" in text for text in warnings)
    assert any(n.what.startswith("Of children the reference") for n in notes)


@pytest.mark.parametrize("cell", ["200 newborns in intensive care", "90 children with asthma"])
def test_nothing_of_adults_is_in_a_panel_that_nobody_asked_for(answered, cell):
    blueprint, notes = answered(cell)
    assert not {"creatinine", "gcs", "sofa", "smoker", "fev1"} & set(columns(blueprint))
    assert len(blueprint.columns) > 7
    assert not [n for n in notes if n.level == "warning"]


def test_what_is_asked_of_children_is_made_of_adults_and_said(answered):
    blueprint, notes = answered("90 children with asthma, with FEV1 and height")
    assert columns(blueprint)["fev1"].distribution.source == "guess"
    assert any(n.level == "warning" and "fev1" in n.what for n in notes)


@pytest.mark.parametrize(
    ("cell", "name", "low", "high"),
    [
        # Medians of CDC's growth charts (2000) at these ages, girls and boys together.
        ("Children aged 4-5\n\ncolumns:\n  age\n  height: cm\n", "height", 102, 111),
        ("Children aged 10-11\n\ncolumns:\n  age\n  height: cm\n", "height", 138, 148),
        ("columns:\n  age: months, 10-14\n  weight: kg\n", "weight", 9, 11.5),
        ("Pregnant women\n\ncolumns:\n  age\n  hemoglobin: g/dL\n", "hemoglobin", 11.2, 12.3),
        ("Newborns\n\ncolumns:\n  birth_weight: g\n  sex\n", "birth_weight", 3200, 3450),
    ],
)
def test_children_the_pregnant_and_newborns_have_laws_of_their_own(answered, cell, name, low, high):
    blueprint, notes = answered(cell)
    law = columns(blueprint)[name].distribution
    assert law.source == "reference"
    assert low < blueprint.sample(2_000)[name].median() < high
    assert not [n for n in notes if n.level == "warning"]


def test_children_grow_in_height_and_weight_together(answered):
    blueprint, _ = answered("Children aged 3-15\n\ncolumns:\n  age\n  height\n  weight\n  bmi\n")
    table = blueprint.sample(4_000).astype(float)
    assert table["age"].corr(table["height"]) > 0.85
    assert table["height"].corr(table["weight"]) > 0.75
    assert table["bmi"].between(10, 50).mean() > 0.99


def test_what_was_measured_from_eight_years_on_is_a_guess_in_infants(answered):
    blueprint, notes = answered("Infants\n\ncolumns:\n  age\n  weight\n  sbp\n")
    assert columns(blueprint)["weight"].distribution.source == "reference"
    assert columns(blueprint)["sbp"].distribution.source == "guess"
    assert any("does not hold sbp" in n.what for n in notes)


def test_a_disease_that_is_not_modelled_is_a_warning_where_the_table_rests_on_adults(answered):
    _, notes = answered("Men with dengue")
    assert any(n.level == "warning" and "Not read: dengue" in n.what for n in notes)
    assert not any("not read" in n.what for n in notes if n.what.startswith("Understood"))
    _, notes = answered("Sales of dengue drugs\n\ncolumns:\n  price: mean 20 sd 4\n")
    assert [n.level for n in notes if "Not read: dengue" in n.what] == ["note"]


def test_pregnant_women_are_of_childbearing_age(answered):
    blueprint, _ = answered("Pregnant women in Berlin")
    ages = blueprint.sample(500)["age"]
    assert ages.min() >= 18
    assert ages.max() <= 45


def test_ages_below_18_beside_adults_are_told(answered):
    _, notes = answered("columns:\n  age: 12-90, mean 40 sd 18\n  sbp: mmHg\n")
    assert any(n.level == "note" and "below 18" in n.what for n in notes)
    _, notes = answered("columns:\n  age: 18-90\n  sbp: mmHg\n")
    assert not any("below 18" in n.what for n in notes)


@pytest.mark.parametrize("line", ["age: 0-120", "age: 12-90"])
def test_a_range_wider_than_adults_draws_no_children(answered, line):
    blueprint, notes = answered(f"columns:\n  {line}\n  sbp: mmHg\n")
    ages = blueprint.sample(20_000)["age"]
    assert ages.min() == 18
    assert any("18 years and over" in n.what for n in notes)
    assert not any("below 18" in n.what for n in notes)


def test_months_of_adults_are_months(answered):
    blueprint, _ = answered("columns:\n  age: months, 0-1200\n  sbp: mmHg\n")
    assert blueprint.sample(5_000)["age"].min() >= 216


def test_children_of_whom_all_is_stated_are_no_warning(answered):
    _, notes = answered("columns:\n  age: 4-10\n  height: mean 110 sd 5\n  weight: mean 20 sd 3\n")
    assert not [n for n in notes if n.level == "warning"]
    assert any("usual measurements only" in n.what for n in notes)


def test_an_equation_of_adults_computes_nothing_in_children(answered):
    names = ("age", "sex: F / M", "creatinine: mg/dL", "egfr", "height", "weight", "bmi")
    cell = "{}\n\ncolumns:\n" + "".join(f"  {name}\n" for name in names)
    blueprint, _ = answered(cell.format("Children aged 8-12"))
    found = columns(blueprint)
    assert found["egfr"].formula is None
    assert found["egfr"].distribution.source == "guess"
    assert found["bmi"].formula is not None
    assert columns(answered(cell.format("Adults"))[0])["egfr"].formula is not None
