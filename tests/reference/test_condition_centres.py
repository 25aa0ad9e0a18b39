"""Further conditions have the centres of their tables, and people in a cell who could be."""

import numpy as np
import pytest

from synth_magic import cell
from synth_magic.authors import offline
from synth_magic.reference import law, people, tables

KNOWN = tables.load()


def middle(condition, variable):
    entry = KNOWN.conditions[condition]
    ages = people.spread(KNOWN, entry.age, ())
    men = 0.5 if entry.men is None else entry.men
    known = law.number(KNOWN, people.People(ages, men, (entry,)), variable)
    return float(np.interp(0.5, known.F, known.x))


@pytest.mark.parametrize(
    ("condition", "variable", "published", "within"),
    [
        ("gout", "uric_acid", 7.5, 0.3),  # Ann Rheum Dis, 70,015 people
        ("gout", "bmi", 28.3, 0.6),  # The Health Improvement Network, 59,224
        ("sleep_apnea", "epworth", 9.5, 0.6),
        ("sleep_apnea", "ahi", 36, 5),
        ("aortic_stenosis", "aortic_gradient", 46, 3),  # JACC, 3,972 procedures
        ("aortic_stenosis", "ejection_fraction", 54, 2.5),
        ("stroke", "nihss", 4, 1),  # HeadPoST, 11,083
        ("stroke", "sbp", 151, 4),
        ("als", "alsfrs", 40, 2),
        ("copd", "fev1_percent", 52, 4),
        ("copd", "six_minute_walk", 404, 25),
        ("ckd", "egfr", 49, 4),
        ("hiv", "cd4", 495, 40),
        ("lupus", "sledai", 4, 0.8),
        ("psoriasis", "disease_duration", 20.5, 3),
        ("gestational_diabetes", "hba1c", 5.2, 0.15),
        ("preeclampsia", "dbp", 107, 3),
        ("pneumonia", "respiratory_rate", 24, 1.5),  # the other half of its numbers: hospitals
        ("ward", "hemoglobin", 12.7, 0.5),
        ("emergency", "heart_rate", 83, 3),  # 96,512 visits
        ("melanoma", "breslow", 1.94, 0.25),
        ("multiple_sclerosis", "edss", 3.3, 0.6),
    ],
)
def test_centres_are_those_of_their_tables(condition, variable, published, within):
    assert middle(condition, variable) == pytest.approx(published, abs=within)


@pytest.mark.parametrize(
    ("condition", "variable", "share"),
    [
        ("gout", "allopurinol", 0.552),
        ("bipolar_disorder", "lithium", 0.56),
        ("psoriasis", "arthritis", 0.245),
        ("als", "riluzole", 0.726),
        ("hip_fracture", "dementia", 0.186),
        ("liver_cancer", "hepatitis_b", 0.921),
    ],
)
def test_shares_are_those_of_their_tables(condition, variable, share):
    assert KNOWN.conditions[condition].shares[variable] == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(
    ("prose", "understood"),
    [
        ("200 patients with gout", "gout"),
        ("women with lupus", "systemic lupus erythematosus"),
        ("people with Crohn's disease", "Crohn's disease"),
        ("patients with bipolar disorder", "bipolar disorder"),
        ("patients with pulmonary embolism", "pulmonary embolism"),
        ("patients with ALS", "amyotrophic lateral sclerosis"),
        ("men with laryngeal squamous cell carcinoma", "laryngeal cancer"),
        ("patients with severe aortic stenosis before TAVI", "aortic stenosis"),
        ("women with ovarian cancer", "ovarian cancer"),
        ("adults with cystic fibrosis", "cystic fibrosis"),
    ],
)
def test_a_description_finds_the_condition_and_is_drawn(prose, understood):
    blueprint, notes = offline.complete(cell.parse(prose))
    line = next(note.what for note in notes if note.what.startswith("Understood"))
    assert understood in line
    assert not [note.what for note in notes if note.level == "warning"]
    table = blueprint.sample(300)
    assert len(table.columns) >= 12
    assert table.notna().all().all()


@pytest.mark.parametrize(
    ("prose", "wanted"),
    [
        ("women with gestational diabetes", {"hba1c", "birth_weight", "gestational_age"}),
        ("women with preeclampsia", {"sbp", "proteinuria", "platelets"}),
    ],
)
def test_a_condition_of_pregnancy_is_of_the_pregnant_and_has_its_own_columns(prose, wanted):
    blueprint, notes = offline.complete(cell.parse(prose))
    line = next(note.what for note in notes if note.what.startswith("Understood"))
    assert "pregnancy" in line
    concepts = {column.concept for column in blueprint.columns}
    assert wanted <= concepts
    assert "sex" not in concepts
    table = blueprint.sample(500)
    assert table["age"].between(18, 45).all()
    known = [c for c in blueprint.columns if c.concept in wanted and c.distribution is not None]
    assert known
    assert all(c.distribution.source == "reference" for c in known)
