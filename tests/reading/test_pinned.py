"""What the prose says of a variable is a fact of its column; a line of the column's own stands."""

import pytest

from synth_magic import cell
from synth_magic.authors import offline
from synth_magic.blueprint.model import Stated
from synth_magic.reading import prose as prose_
from synth_magic.reading import read
from synth_magic.reference import find


def reading(text):
    return read(cell.parse(text))


def column(text, name):
    found = reading(text)
    assert not found.unread
    return next(c.column for c in found.columns if c.column.name == name)


@pytest.mark.parametrize(
    ("prose", "line", "stated", "range_"),
    [
        ("mean age 62", "age: years", Stated(mean=62), None),
        ("median age 62 (55-70)", "age:", Stated(median=62, quartiles=(55, 70)), None),
        ("aged 62 ± 11", "age: 30-85", Stated(mean=62, sd=11), (30, 85)),
        ("mean age 62", "age: months", Stated(mean=744), None),
        ("eGFR < 60", "egfr:", None, (None, 59)),
        ("eGFR <= 60", "egfr:", None, (None, 60)),
        ("BMI > 30", "bmi:", None, (30.1, None)),
        ("BMI at least 30", "bmi: <= 50", None, (30, 50)),
        ("eGFR < 60 and eGFR > 15", "egfr:", None, (16, 59)),
        ("creatinine > 120 µmol/L", "creatinine: mg/dL", None, (1.36, None)),
        ("creatinine > 120", "creatinine: mg/dL", None, (1.36, None)),
        ("mean HbA1c 9", "hba1c: %", Stated(mean=9), None),
        ("mean HbA1c 9", "hba1c: mmol/mol", Stated(mean=74.87), None),
        ("mean HbA1c 60", "hba1c: %", Stated(mean=7.63952), None),
        ("mean HbA1c 60", "hba1c: mmol/mol", Stated(mean=60), None),
        ("glucose over 7", "glucose: mg/dL", None, (127, None)),
        ("HbA1c between 7 and 9%", "hba1c: mmol/mol", None, (53.01, 74.87)),
        ("mean HbA1c 8 (1.2)", "hba1c: mmol/mol", Stated(mean=63.94, sd=13.116), None),
    ],
)
def test_a_fact_in_the_prose_is_the_columns_in_its_own_unit(prose, line, stated, range_):
    name = line.partition(":")[0]
    found = column(f"Adults, {prose}\ncolumns:\n  {line}\n", name)
    assert found.stated == stated
    assert found.range == range_
    assert found.source_of("stated") == found.source_of("range") == "user"


@pytest.mark.parametrize(
    ("prose", "line", "stated"),
    [
        ("45% women", "sex:", Stated(probabilities=(("F", 0.45), ("M", 0.55)))),
        ("45% women, 55% men", "sex:", Stated(probabilities=(("F", 0.45), ("M", 0.55)))),
        ("60% men", "sex: homme / femme", Stated(probabilities=(("homme", 0.6), ("femme", 0.4)))),
        ("45% women", "sex: F / M / other", Stated(probabilities=(("F", 0.45),))),
        ("20% with diabetes", "diabetes: yes/no", Stated(probability=0.2)),
        ("20% with diabetes", "diabetes: 0/1", Stated(probability=0.2)),
        ("20% with diabetes", "diabetes:", Stated(probability=0.2)),
        ("20% diabetic patients", "diabetes: oui / non", None),
    ],
)
def test_a_share_in_the_prose_is_the_columns_in_its_own_words(prose, line, stated):
    name = line.partition(":")[0]
    found = column(f"Adults, {prose}\ncolumns:\n  {line}\n", name)
    if stated is None:
        stated = Stated(probabilities=(("oui", 0.2), ("non", 0.8)))
    assert found.stated == stated


@pytest.mark.parametrize(
    ("prose", "line", "stated", "range_"),
    [
        ("mean income 3000 (SD 500)", "income: EUR", Stated(mean=3000, sd=500), None),
        ("median basket value 35", "basket_value: 1-500", Stated(median=35), (1, 500)),
        ("CD4 < 350 cells/mm3", "cd4: cells/mm3", None, (None, 349)),
        ("30% with dementia", "dementia: yes/no", Stated(probability=0.3), None),
        ("30% with dementia", "dementia: 0/1", Stated(probability=0.3), (0, 1)),
        ("30% with dementia", "dementia:", Stated(probability=0.3), None),
        ("30 % mit Demenz", "Demenz: ja/nein", Stated(probabilities=(("ja", 0.3), ("nein", 0.7))),
         None),
    ],
)  # fmt: skip
def test_a_fact_names_a_column_that_is_no_variable_too(prose, line, stated, range_):
    found = column(f"{prose}\ncolumns:\n  {line}\n", line.partition(":")[0])
    assert (found.stated, found.range) == (stated, range_)


def test_a_fact_that_cannot_be_the_columns_is_unread():
    assert reading("30% dementia\ncolumns:\n  dementia: mild / severe\n").unread
    assert reading("mean dose 5 mg/dL\ncolumns:\n  dose: kg\n").unread == ("mean dose 5 mg/dl",)
    assert reading("30% with dementia\ncolumns:\n  dementia: yes/no, 10%\n").unread


@pytest.mark.parametrize(
    ("prose", "women"),
    [
        ("300 women and 200 men", 0.6),
        ("40 men and 60 women with COPD", 0.6),
        ("1,200 Frauen und 800 Männer", 0.6),
        ("50 % of 400 patients are women", 0.5),
        ("60 % der Patienten sind Männer", 0.4),
        ("60 % Männer", 0.4),
    ],
)
def test_women_and_men_are_counted(prose, women):
    found = reading(f"{prose}\ncolumns:\n  sex:\n")
    assert not found.restrictions
    assert dict(found.columns[0].column.stated.probabilities)["F"] == pytest.approx(women)


@pytest.mark.parametrize(
    ("prose", "stated"),
    [
        ("mittleres Alter 64 Jahre", Stated(mean=64)),
        ("medianes Alter 64", Stated(median=64)),
        ("âge moyen de 64 ans", Stated(mean=64)),
        ("âge médian 64 ans (55-71)", Stated(median=64, quartiles=(55, 71))),
    ],
)
def test_centres_are_read_in_german_and_french(prose, stated):
    assert column(f"{prose}\ncolumns:\n  age:\n", "age").stated == stated


def test_what_no_column_takes_up_is_unread():
    assert reading("Adults, mean age 62\ncolumns:\n  sbp:\n").unread == ("mean age 62",)
    assert reading("Adults, mean age 62\ncolumns:\n  age: mean 50\n").unread == ("mean age 62",)
    assert reading("eGFR < 60\ncolumns:\n  egfr: < 90\n").unread == ("egfr < 60",)
    assert reading("eGFR < 15\ncolumns:\n  egfr: > 30\n").unread == ("egfr < 15",)


def test_a_word_that_is_a_value_of_a_column_is_read():
    prose = "Adults on aspirin or placebo"
    assert reading(f"{prose}\ncolumns:\n  age:\n").unread == ("aspirin", "placebo")
    assert not reading(f"{prose}\ncolumns:\n  arm: placebo / aspirin\n").unread
    assert not reading(f"{prose}\ncolumns:\n  arm: placebo 50%, aspirin 50%\n").unread


def test_what_was_taken_up_stands_in_the_line_of_what_was_understood():
    found = reading("Women with COPD, mean age 62\ncolumns:\n  age:\n")
    assert found.line == "COPD; women; mean age 62"


@pytest.mark.parametrize(
    ("line", "range_"),
    [
        ("hba1c: %", (None, 6.4)),
        ("hba1c: mmol/mol", (None, 47)),
        ("glucose: mg/dL", (None, 125)),
        ("glucose: mmol/L", (None, 6.9)),
        ("hba1c: %, 4-14", (4, 6.4)),
        ("hba1c: %, 4-6", (4, 6)),
    ],
)
def test_people_without_diabetes_stay_below_what_it_is_diagnosed_by(line, range_):
    name = line.partition(":")[0]
    assert column(f"Adults without diabetes\ncolumns:\n  {line}\n", name).range == range_
    assert column(f"Adults with diabetes\ncolumns:\n  {line}\n", name).range in (
        (4, 14),
        (4, 6),
        None,
    )


def test_stated_moments_stay_and_a_rule_keeps_people_without_diabetes_below():
    found = reading("Adults without diabetes\ncolumns:\n  hba1c: %, mean 5.5 sd 0.4\n")
    assert found.columns[0].column.stated == Stated(mean=5.5, sd=0.4)
    assert [rule.text for rule in found.rules] == ["hba1c <= 6.4"]
    assert [note.what for note in found.notes] == [
        "hba1c: at most 6.4 %, since nobody has type 2 diabetes."
    ]


@pytest.mark.parametrize(
    ("prose", "line", "share"),
    [
        ("Adults, 35% current smokers", "smoker", 0.35),
        ("Adults, 35% smokers", "smoker: never / former / current", 0.35),
        ("Adults, 35 % of them current smokers", "smoking", 0.35),
    ],
)
def test_a_share_of_smokers_is_that_of_current_ones(prose, line, share):
    blueprint, notes = offline.complete(cell.parse(f"{prose}\n\ncolumns:\n  {line}\n"))
    law = blueprint.columns[0].distribution
    assert dict(law.probabilities)["current"] == pytest.approx(share)
    assert law.source == "user"
    assert not [n.what for n in notes if n.level == "warning"]


def test_no_drug_in_a_description_is_nobody_with_it():
    text = "Adults with type 2 diabetes, no insulin\n\ncolumns:\n  hba1c\n  insulin\n"
    blueprint, notes = offline.complete(cell.parse(text))
    assert blueprint.column("insulin").distribution.probability == 0
    assert not [n.what for n in notes if n.level == "warning"]
    _, notes = offline.complete(cell.parse("Adults, no insulin\n\ncolumns:\n  hba1c\n"))
    assert any("no insulin" in n.what for n in notes if n.level == "warning")


def test_sex_written_1_2_keeps_its_codes():
    blueprint, _ = offline.complete(cell.parse("Adults\n\ncolumns:\n  sex: 1/2\n  sbp\n"))
    assert blueprint.column("sex").values == ("1", "2")
    assert set(blueprint.sample(200)["sex"]) == {"1", "2"}


def test_chinese_names_and_diseases_are_read():
    assert prose_.understand("成人2型糖尿病患者").population.conditions == ("type_2_diabetes",)
    assert find("收缩压").variable == "sbp"
    assert find("年龄").variable == "age"


@pytest.mark.parametrize(
    ("line", "description"),
    [("below 2500 g, yes/no", "< 2500 g"), ("yes/no, >= 65", ">= 65"), ("0/1, < 37", "< 37")],
)
def test_one_end_beside_yes_no_says_what_yes_means(line, description):
    (column,) = cell.parse(f"columns:\n  low: {line}\n").columns
    assert column.type == ("integer" if "0/1" in line else "boolean")
    assert column.description == description
    assert column.unit is None
