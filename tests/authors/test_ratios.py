"""Two measurements about a slash are their ratio, not two values of a category."""

import pytest

from synth_magic import cell
from synth_magic.authors import offline, ratios
from synth_magic.errors import SpecError


def column(line):
    return ratios.read(cell.parse(f"columns:\n  {line}\n")).columns[0]


@pytest.mark.parametrize(
    ("line", "concept"),
    [
        ("s4: total cholesterol / HDL", "cholesterol_ratio"),
        ("s4: cholesterol / HDL", "cholesterol_ratio"),
        ("x: waist / hip", "waist_hip"),
        ("x: neutrophils / lymphocytes", "nlr"),
        ("x: FEV1 / FVC", "fev1_fvc"),
        ("x: sodium / potassium", None),
    ],
)
def test_two_measurements_about_a_slash_are_a_number(line, concept):
    read = column(line)
    assert (read.type, read.values, read.concept) == ("number", None, concept)
    assert read.description == line.split(": ")[1]


@pytest.mark.parametrize(
    "line",
    [
        "sex: F / M",
        "sex: male / female",
        "marker: HDL / LDL",
        "arm: insulin / placebo",
        "supplement: calcium / magnesium",
        "x: HDL 40% / LDL 60%",
        "x: HDL < LDL",
        "x: HDL / LDL / VLDL",
        "x: HDL / HDL cholesterol",
        "grade: A / B",
    ],
)
def test_other_lists_stay_lists(line):
    request = cell.parse(f"columns:\n  {line}\n")
    assert ratios.read(request) is request


def test_a_ratio_that_the_reference_knows_is_drawn_from_it():
    text = "500 adults\n\ncolumns:\n  chol: mg/dL\n  hdl: mg/dL\n  s4: total cholesterol / HDL\n"
    blueprint, _ = offline.complete(cell.parse(text))
    found = blueprint.column("s4")
    assert found.type == "number"
    assert found.source_of("distribution") in ("reference", "user") or found.formula is not None
    values = blueprint.sample(500)["s4"]
    assert 3 < values.median() < 5


def test_a_ratio_of_which_nothing_is_known_asks_for_a_fact():
    with pytest.raises(SpecError, match="Nothing is known about x"):
        offline.complete(cell.parse("columns:\n  x: sodium / potassium\n"))
