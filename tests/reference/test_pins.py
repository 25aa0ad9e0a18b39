"""Shares that the user states, all or some, are his and move what hangs on them."""

import numpy as np
import pytest
from scipy import stats

from synth_magic.reference import selection


def law(expected, name):
    return next(c for c in expected.columns if c.name == name).distribution


def middle(distribution):
    return dict(distribution.quantiles)[0.5]


@pytest.mark.parametrize(("before", "after"), [(0.1, 0.8), (0.1, 0.02), (0.5, 0.9), (0.03, 0.3)])
def test_a_new_prevalence_has_the_moments_of_a_simulated_mixture(before, after):
    t = stats.norm.isf(before)
    have = stats.truncnorm(t, np.inf)
    have_not = stats.truncnorm(-np.inf, t)
    mean = after * have.mean() + (1 - after) * have_not.mean()
    square = after * (have.var() + have.mean() ** 2) + (1 - after) * (
        have_not.var() + have_not.mean() ** 2
    )
    found = selection._prevalence(before, after)
    assert found[0] == pytest.approx(np.clip(mean, -2, 2), abs=1e-9)
    assert found[1] == pytest.approx(np.sqrt(square - mean**2), abs=1e-9)


def test_a_prevalence_that_stays_moves_nothing():
    assert selection._prevalence(0.1, 0.105) is None
    assert selection._prevalence(0.0001, 0.5) is None


def test_more_diabetes_means_more_sugar_and_more_of_its_drugs(told):
    usual = told("Adults", diabetes={}, hba1c={}, metformin={}, height={})
    many = told(
        "Adults",
        diabetes={"type": "boolean", "stated": {"probability": 0.8}},
        hba1c={}, metformin={}, height={},
    )  # fmt: skip
    assert law(many, "diabetes").probability == 0.8
    assert middle(law(many, "hba1c")) > middle(law(usual, "hba1c")) + 0.4
    assert law(many, "metformin").probability > 3 * law(usual, "metformin").probability
    assert abs(middle(law(many, "height")) - middle(law(usual, "height"))) < 2
    words = [n.what for n in many.notes]
    assert any(w.startswith("hba1c +") and "diabetes" in w for w in words)
    assert any(w.startswith("metformin") and "diabetes" in w for w in words)
    assert not any("diabetes" in n.what for n in usual.notes)


def test_without_diabetes_nobody_takes_its_drugs(told):
    found = told("Adults without diabetes", diabetes={}, insulin={}, metformin={}, retinopathy={})
    for name in ("diabetes", "insulin", "metformin", "retinopathy"):
        assert law(found, name).probability == 0


def test_open_shares_follow_the_reference(told):
    values = {"type": "category", "values": ("never", "former", "current")}
    usual = dict(law(told("Adults", smoker=values), "smoker").probabilities)
    found = told("Adults", smoker=values | {"stated": {"probabilities": (("current", 0.3),)}})
    shares = dict(law(found, "smoker").probabilities)
    assert shares["current"] == 0.3
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["never"] / shares["former"] == pytest.approx(
        usual["never"] / usual["former"], rel=0.02
    )
    assert law(found, "smoker").source == "user"
    assert any("share what is left" in n.what for n in found.notes)


def test_one_share_of_women_leaves_the_rest_to_men(told):
    sex = {"type": "category", "values": ("F", "M"), "stated": {"probabilities": (("F", 0.9),)}}
    both = {"type": "category", "values": ("F", "M"), "stated": {
        "probabilities": (("F", 0.9), ("M", 0.1))}}  # fmt: skip
    one = told("Adults", sex=sex, height={})
    two = told("Adults", sex=both, height={})
    assert law(one, "height") == law(two, "height")
    assert law(one, "height").by == "sex"


@pytest.mark.parametrize("values", [("male", "female", "other"), ("m", "w", "d"), ("F", "M", "X")])
def test_a_third_sex_has_a_small_guessed_share_and_closes_no_law_by_sex(told, values):
    found = told("Adults", sex={"type": "category", "values": values}, height={})
    shares = dict(law(found, "sex").probabilities)
    assert shares[values[2]] == 0.02
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[values[0]] == pytest.approx(0.49, abs=0.05)
    assert law(found, "sex").source == "guess"
    assert law(found, "height").by is None
    assert found.effects[0].child == "height"


@pytest.mark.parametrize(
    ("name", "values", "yes"),
    [("diabetes", ("oui", "non"), "oui"), ("smoker", ("nein", "ja"), "ja"),
     ("hypertension", ("present", "absent"), "present")],
)  # fmt: skip
def test_yes_and_no_of_other_languages_have_the_shares_of_these_people(told, name, values, yes):
    usual = told("Adults", **{name: {"type": "boolean"}})
    found = told("Adults", **{name: {"type": "category", "values": values}})
    shares = dict(law(found, name).probabilities)
    assert shares[yes] == pytest.approx(law(usual, name).probability, abs=0.002)
    assert law(found, name).source == "reference"


def test_codes_with_labels_are_what_their_labels_say(told):
    coded = {"type": "category", "values": ("1", "2"), "description": "1 = male, 2 = female"}
    found = told("Adults", sex=coded, hemoglobin={})
    groups = dict(law(found, "hemoglobin").groups)
    assert middle(groups["1"]) > middle(groups["2"]) + 0.5


def test_a_range_that_holds_nobody_of_one_sex_is_one_law(told):
    found = told(
        "Adults with diabetes without COPD",
        height={"stated": {"median": 7, "quartiles": (5, 9)}},
        fev1={"range": (0, 1)},
        creatine_kinase={"stated": {"mean": 3}},
    )
    assert law(found, "fev1") is None or law(found, "fev1").by is None


def test_a_cut_and_a_yes_no_column_make_no_unknown_share(told):
    for variable, low in (("crp", 1), ("hemoglobin", 12), ("ferritin", 20), ("height", 158)):
        out = told("Women", **{variable: {"range": (low, None)}, "death": {}, "copd": {}})
        assert 0 < law(out, "death").probability < 1
        assert 0 < law(out, "copd").probability < 1


def test_a_column_of_one_value_takes_part_in_no_effect(told):
    one = {"type": "category", "values": ("current",)}
    out = told("Adults", smoker=one, age={}, crp={}, copd={})
    assert out.effects
    assert not [
        e for e in out.effects if "smoker" in (e.parent.split("=")[0], e.child.split("=")[0])
    ]


def test_a_range_on_a_category_is_not_the_references(told):
    out = told("Adults", education={"range": (0, 20)}, metformin={"range": (0, 2000)})
    assert set(out.unknown) == {"education", "metformin"}
