"""What rests on adults although the people are none is a guess, and the notes say so."""

import pytest


def columns(blueprint):
    return {column.name: column for column in blueprint.columns}


@pytest.mark.parametrize(
    "cell",
    [
        "Schoolchildren aged 5-10\n\ncolumns:\n  age\n  height\n  hemoglobin\n  sex: F / M\n",
        "columns:\n  age: 5-10\n  height\n  hemoglobin\n  sex: F / M\n",
        "columns:\n  age: months, 0-24\n  height\n  hemoglobin\n  sex: F / M\n",
        "Pregnant women\n\ncolumns:\n  age\n  height\n  hemoglobin\n  sex: F / M\n",
    ],
)
def test_adult_values_of_others_are_guesses_and_a_warning_names_them(answered, cell):
    blueprint, notes = answered(cell)
    found = columns(blueprint)
    for name in ("height", "hemoglobin"):
        law = found[name].distribution
        assert law.source == "guess"
        assert {part.source for _, part in law.groups or ()} <= {"guess"}
    assert blueprint.effects
    assert {effect.source for effect in blueprint.effects} == {"guess"}
    (told,) = [n for n in notes if n.level == "warning"]
    assert "adults only" in told.what
    assert "height" in told.what
    assert "hemoglobin" in told.what
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


def test_children_alone_have_no_panel_of_adults(answered):
    blueprint, notes = answered("500 children with asthma")
    assert set(columns(blueprint)) == {"age", "sex"}
    assert blueprint.sample(200)["age"].max() <= 17
    warnings = [n.what for n in notes if n.level == "warning"]
    assert any("Not read: asthma" in text for text in warnings)
    assert any("not children" in text for text in warnings)


def test_a_disease_that_is_not_modelled_is_a_warning_where_the_table_rests_on_adults(answered):
    _, notes = answered("HIV-positive men")
    assert any(n.level == "warning" and "Not read: hiv" in n.what for n in notes)
    assert not any("not read" in n.what for n in notes if n.what.startswith("Understood"))
    _, notes = answered("Sales of asthma inhalers\n\ncolumns:\n  price: mean 20 sd 4\n")
    assert [n.level for n in notes if "Not read: asthma" in n.what] == ["note"]


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
    assert any("adults only" in n.what for n in notes)


def test_an_equation_of_adults_computes_nothing_in_children(answered):
    names = ("age", "sex: F / M", "creatinine: mg/dL", "egfr", "height", "weight", "bmi")
    cell = "{}\n\ncolumns:\n" + "".join(f"  {name}\n" for name in names)
    blueprint, _ = answered(cell.format("Children aged 8-12"))
    found = columns(blueprint)
    assert found["egfr"].formula is None
    assert found["egfr"].distribution.source == "guess"
    assert found["bmi"].formula is not None
    assert columns(answered(cell.format("Adults"))[0])["egfr"].formula is not None
