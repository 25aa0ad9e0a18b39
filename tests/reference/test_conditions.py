"""Every condition and setting gives people who can be: values possible, centres where published."""

import numpy as np
import pytest

from synth_magic import cell, sampling
from synth_magic.authors import offline
from synth_magic.reference import law, people, tables

ROWS = 2_000
KNOWN = tables.load()


def table(prose):
    blueprint, notes = offline.complete(cell.parse(prose))
    return blueprint, sampling.draw(sampling.compile(blueprint), ROWS, seed=1), notes


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [c for c in KNOWN.conditions if KNOWN.conditions[c].kind != "base"]
)
def test_a_panel_of_every_condition_is_drawn_within_what_can_be(name):
    blueprint, drawn, notes = table(f"Patients with {KNOWN.conditions[name].names[0]}")
    assert len(drawn) == ROWS
    assert not [n.what for n in notes if n.level == "warning"]
    for column in blueprint.columns:
        variable = KNOWN.variables[column.concept]
        if variable.number and variable.limits is not None and variable.id != "age":
            values = drawn[column.name].dropna().astype(float)
            half = 0.5 * 10.0 ** -(column.decimals or 0)
            if column.formula is not None:  # of two drawn numbers: a row in 500 may be beyond
                low, high = variable.limits
                assert values.between(low - half, high + half).mean() >= 0.998, column.name
                continue
            assert values.min() >= variable.limits[0] - half, column.name
            assert values.max() <= variable.limits[1] + half, column.name
            assert values.nunique() > 1, column.name


def middle(condition, variable):
    entry = KNOWN.conditions[condition]
    ages = people.spread(KNOWN, entry.age, ())
    men = 0.5 if entry.men is None else entry.men
    known = law.number(KNOWN, people.People(ages, men, (entry,)), variable)
    return float(np.interp(0.5, known.F, known.x))


@pytest.mark.parametrize(
    ("condition", "variable", "published", "within"),
    [
        ("atrial_fibrillation", "bmi", 28.6, 0.4),  # EAST-AFNET 4, Table 1
        ("atrial_fibrillation", "sbp", 135, 2.5),
        ("dialysis", "hemoglobin", 11.5, 0.15),  # J Am Soc Nephrol, 6,538 people
        ("dialysis", "phosphate", 5.1, 0.2),
        ("dialysis", "pth", 313, 10),
        ("sepsis", "sofa", 7, 0.5),  # Crit Care 24:636
        ("sepsis", "apache2", 21.5, 1.2),
        ("icu", "sofa", 6, 0.3),
        ("rheumatoid_arthritis", "das28", 4.0, 0.25),  # J Rheumatol, 738 people
        ("covid", "lymphocytes", 1.02, 0.08),
        ("colorectal_cancer", "positive_nodes", 2, 0.5),
    ],
)
def test_centres_are_the_published_ones(condition, variable, published, within):
    assert middle(condition, variable) == pytest.approx(published, abs=within)


@pytest.mark.parametrize(
    ("condition", "variable", "sign"),
    [
        ("obesity", "weight", 1),
        ("obesity", "hdl", -1),
        ("asthma", "feno", 1),
        ("asthma", "fev1_fvc", -1),
        ("coronary_disease", "ejection_fraction", -1),
        ("fatty_liver", "liver_cap", 1),
        ("anemia", "hemoglobin", -1),
        ("depression", "phq9", 1),
        ("cirrhosis", "platelets", -1),
        ("pneumonia", "crp", 1),
        ("tuberculosis", "bmi", -1),
        ("hiv", "cd4", -1),
        ("dementia", "mmse", -1),
        ("hip_fracture", "hemoglobin", -1),
        ("icu", "lactate", 1),
        ("myocardial_infarction", "troponin", 1),
    ],
)
def test_a_condition_moves_what_clinicians_know_it_moves(condition, variable, sign):
    entry = KNOWN.conditions[condition]
    ages = people.spread(KNOWN, entry.age or KNOWN.conditions["adults"].age, ())
    men = 0.5 if entry.men is None else entry.men
    centres = []
    for those in ((), (entry,)):
        known = law.number(KNOWN, people.People(ages, men, those), variable)
        centres.append(float(np.interp(0.5, known.F, known.x)))
    assert sign * (centres[1] - centres[0]) > 0


@pytest.mark.parametrize(
    ("a", "b", "sign"),
    [
        ("hemoglobin", "mch", 1),
        ("nt_probnp", "bnp", 1),
        ("ejection_fraction", "lvedd", -1),
        ("phq9", "gad7", 1),
        ("mmse", "moca", 1),
        ("gcs", "apache2", -1),
        ("apache2", "sofa", 1),
        ("nihss", "mrs", 1),
        ("copd", "fev1_fvc", -1),
        ("coronary_disease", "antiplatelet", 1),
        ("atrial_fibrillation", "anticoagulant", 1),
        ("gestational_age", "birth_weight", 1),
        ("tumor_size", "positive_nodes", 1),
        ("crp", "procalcitonin", 1),
        ("creatinine", "cystatin_c", 1),
        ("ecog", "karnofsky", -1),
        ("uacr", "urine_albumin", 1),
        ("hip", "weight", 1),
        ("insulin_level", "homa_ir", 1),
    ],
)
def test_further_pairs_that_everyone_knows_hang_together_the_right_way(a, b, sign):
    assert sign * KNOWN.R[KNOWN.place[a], KNOWN.place[b]] > 0.1


def test_there_are_forty_conditions_and_settings_beyond_a_clinic():
    kinds = [c.kind for c in KNOWN.conditions.values()]
    assert kinds.count("condition") >= 40
    assert {"ward", "icu", "trial", "outpatient"} <= KNOWN.conditions.keys()
    assert {"adults", "children", "pregnancy", "newborns"} <= KNOWN.conditions.keys()
