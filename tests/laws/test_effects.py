"""What an effect's word means: design, unit, reference."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from synth_magic.blueprint.model import Blueprint
from synth_magic.laws import Marginal, codec, solve
from synth_magic.laws.effects import (
    NOISE_SD,
    design,
    log_coefficient,
    missing_term,
    noise,
    score_moments,
    terms,
)

BLUEPRINT = Blueprint.from_yaml("""
version: 1
columns:
  - {name: age, type: integer, range: [18, 95], distribution: {normal: {mean: 60, sd: 12}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: grade, type: category, ordered: true, values: [a, b, c], distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}}
  - {name: dead, type: boolean, distribution: {probability: 0.1}}
  - {name: flag, type: integer, distribution: {probability: 0.1}}
  - {name: day, type: date, distribution: {normal: {mean: '2020-01-01', sd: 50}}}
  - {name: moment, type: datetime, distribution: {normal: {mean: '2020-01-01', sd: 50}}}
  - {name: t, type: time_to_event, event: e, survival: {100: 0.5}}
  - {name: y, type: number, distribution: {normal: {mean: 0, sd: 1}}}
effects:
  - {from: age, to: y, beta: 0.2}
  - {from: age, to: dead, odds_ratio: 1.5, per: 10}
  - {from: age, to: t, hazard_ratio: 2, per: 10, where: sex == 'F'}
  - {from: sex=M, to: y, difference: 0.1, source: guess}
  - {from: dead, to: y, beta: 0.1}
  - {from: flag=0, to: y, beta: 0.1}
  - {from: grade, to: y, difference: 0.1}
  - {from: moment, to: y, difference: 0.01, per: 7}
  - {from: age, to: sex=M, beta: 0.1}
  - {from: day, to: grade, beta: 0.1}
missing:
  y: {rate: 0.1, depends_on: age, beta: 0.2}
  age: {rate: 0.1, depends_on: sex=F, odds_ratio: 2}
  day: {rate: 0.1}
""")  # noqa: E501
COLUMNS = {column.name: column for column in BLUEPRINT.columns}
TERMS = terms(BLUEPRINT)


@pytest.mark.parametrize(
    ("name", "law"),
    [("y", "normal"), ("age", "normal"), ("day", "normal"), ("moment", "normal"),
     ("dead", "logistic"), ("flag", "logistic"), ("grade", "logistic"), ("sex", "multinomial"),
     ("t", "log_exponential")],
)  # fmt: skip
def test_the_childs_type_says_the_law_of_its_noise(name, law):
    assert noise(COLUMNS[name]) == law


def test_the_noises_sds_are_those_of_their_laws():
    assert NOISE_SD["logistic"] == pytest.approx(stats.logistic.std())
    assert NOISE_SD["log_exponential"] == pytest.approx(stats.gumbel_l.std())


def test_effects_are_resolved_to_columns_values_steps_and_scales():
    found = [(t.parent, t.level, t.child, t.aim, t.per, t.scale) for t in TERMS]
    assert found == [
        ("age", None, "y", None, 1, "score"),
        ("age", None, "dead", None, 10, "raw"),
        ("age", None, "t", None, 10, "raw"),
        ("sex", 1, "y", None, 1, "indicator"),
        ("dead", 1, "y", None, 1, "indicator"),
        ("flag", 0, "y", None, 1, "indicator"),
        ("grade", None, "y", None, 1, "raw"),
        ("moment", None, "y", None, 7 * 86400, "raw"),
        ("age", None, "sex", 1, 1, "score"),
        ("day", None, "grade", None, 1, "score"),
    ]
    assert [t.path for t in TERMS] == [("effects", number) for number in range(10)]
    assert TERMS[2].where == "sex == 'F'"
    assert (TERMS[3].source, TERMS[0].source) == ("guess", "user")


def test_ratios_are_coefficients_at_once_and_a_hazard_shortens_the_time():
    assert log_coefficient(TERMS[1]) == math.log(1.5)
    assert log_coefficient(TERMS[2]) == -math.log(2)
    assert log_coefficient(TERMS[0]) is None
    assert [t.word for t in TERMS if t.solved] == ["difference"] * 3


def test_the_design_of_a_value_is_having_it_and_of_a_raw_word_steps_from_the_mean():
    law = Marginal.of_points([0.0, 1.0], [0.5, 0.5])
    assert design(TERMS[3], np.array([0.0, 1.0]), law).tolist() == [0, 1]
    age = Marginal.of_points([40.0, 60.0], [0.5, 0.5])
    assert design(TERMS[1], np.array([40.0, 65.0]), age).tolist() == [-1, 1.5]


@pytest.mark.parametrize("name", ["age", "grade", "day"])
def test_scores_are_standardised_normal_scores_of_mid_ranks(name):
    column = COLUMNS[name]
    law = codec(column, solve(column)).law(solve(column))
    positions, masses = law.points
    term = TERMS[0] if name == "age" else TERMS[9]
    z = design(term, positions, law)
    assert masses @ z == pytest.approx(0, abs=1e-9)
    assert masses @ z**2 == pytest.approx(1, abs=1e-9)
    rank = np.cumsum(masses) - masses / 2
    assert np.corrcoef(z, stats.norm.ppf(rank))[0, 1] == pytest.approx(1, abs=1e-5)


def test_scores_of_a_law_with_a_continuous_part_are_standardised_too():
    law = Marginal(np.array([0.0, 0.0, 10.0]), np.array([0.0, 0.3, 1.0]))
    mean, sd = score_moments(law)
    u = (np.arange(100_000) + 0.5) / 100_000
    rank = np.where(u < 0.3, 0.15, u)
    z = stats.norm.ppf(rank)
    assert (mean, sd) == (pytest.approx(z.mean(), abs=1e-3), pytest.approx(z.std(), abs=1e-3))


def test_a_column_of_one_value_has_a_score_without_spread():
    assert score_moments(Marginal.of_points([3.0], [1.0])) == (0.0, 1.0)


def test_missingness_is_a_boolean_child():
    by_name = {missing.column: missing_term(missing, COLUMNS) for missing in BLUEPRINT.missing}
    assert by_name["day"] is None
    assert (by_name["y"].word, by_name["y"].scale, by_name["y"].path) == (
        "beta",
        "score",
        ("missing", "y"),
    )
    assert (by_name["age"].level, by_name["age"].size) == (0, 2)
