"""Blueprints that the tests of editing start from: every kind of column and every form of law."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from synth_magic.authors import offline
from synth_magic.blueprint.model import Blueprint
from synth_magic.cell import parse

DIABETES = """Adults with type 2 diabetes at a hospital outpatient clinic in Paris, 2015-2020.

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14
  sbp: systolic blood pressure, mmHg
  dbp: diastolic blood pressure, mmHg
  smoker: never / former / current
  retinopathy: yes/no, 22%
  weight: kg
  height: cm
  bmi: kg/m2
  hemoglobin: g/dL
  visit: date, 2015-2020
rules:
  - sbp > dbp
missing:
  hba1c: 8%
"""

TRIAL = """
version: 1
table: trial
columns:
  - {name: patient, type: id, pattern: T###}
  - {name: arm, type: category, distribution: {probabilities: {placebo: 0.5, drug: 0.5}}}
  - {name: nyha, type: category, ordered: true, values: [I, II, III, IV],
     distribution: {probabilities: {I: 0.1, II: 0.4, III: 0.4, IV: 0.1}, source: model}}
  - {name: ward, type: category, values: [surgical, medical, other],
     distribution: {probabilities: {surgical: 0.3, medical: 0.6, other: 0.1}}}
  - {name: age, type: number, unit: years, decimals: 1, range: [40, 90],
     distribution: {normal: {mean: 66, sd: 9}}, stated: {mean: 66, sd: 9}}
  - {name: diabetes, type: boolean, distribution: {by: arm, groups: {placebo: {probability: 0.3},
     drug: {probability: 0.28}}, source: guess}}
  - {name: prior, type: integer, distribution: {probability: 0.2}}
  - {name: egfr, type: integer, unit: mL/min, range: [10, 130],
     distribution: {by: arm, groups: {placebo: {normal: {mean: 62, sd: 18}},
     drug: {normal: {mean: 63, sd: 18}}}, source: reference}}
  - {name: crp, type: number, unit: mg/L, decimals: 1, range: [0.1, null],
     distribution: {lognormal: {median: 4, sigma: 0.9}, source: reference}}
  - {name: bnp, type: number, unit: ng/L, range: [0, 9000],
     distribution: {gamma: {shape: 1.5, scale: 600}, source: guess}}
  - {name: adherence, type: number, unit: "%", decimals: 1, range: [0, 100],
     distribution: {beta: {a: 8, b: 2}, source: guess}}
  - {name: falls, type: integer, range: [0, null],
     distribution: {negative_binomial: {mean: 0.8, dispersion: 1.2}, source: guess}}
  - {name: visits, type: integer, distribution: {poisson: {mean: 4}}}
  - {name: wait, type: number, unit: days, decimals: 1, distribution: {exponential: {mean: 12}}}
  - {name: stay, type: number, unit: days, decimals: 1, range: [0, 60],
     distribution: {weibull: {shape: 1.4, scale: 9}, source: model}}
  - {name: packs, type: number, decimals: 1, range: [0, 80], distribution: {zero_share: 0.55,
     quantiles: {0.05: 3, 0.25: 10, 0.5: 20, 0.75: 33, 0.95: 55}, source: reference}}
  - {name: dose, type: number, decimals: 1, distribution: {zero_share: 0.3,
     gamma: {shape: 2, scale: 10}}}
  - {name: score, type: integer, range: [0, 10], distribution: {uniform: {low: 0, high: 10}}}
  - {name: randomised, type: date, range: [2018-01-01, 2021-12-31],
     distribution: {quantiles: {0.25: 2018-11-01, 0.5: 2019-09-15, 0.75: 2020-08-01}}}
  - {name: born, type: date, distribution: {normal: {mean: 1953-06-15, sd: 3200}, source: guess}}
  - {name: admitted, type: datetime, range: ["2018-01-01T00:00:00", "2021-12-31T23:59:59"]}
  - {name: risk, type: number, decimals: 2, formula: age / 10 + egfr / 100}
  - {name: followup, type: time_to_event, unit: days, event: death,
     survival: {365: 0.85, 730: 0.7, 1460: 0.5},
     censoring: {administrative: [400, 1460], dropout_per_year: 0.03}}
  - {name: relapse_time, type: time_to_event, unit: days, event: relapse,
     distribution: {weibull: {shape: 1.2, scale: 900}, source: guess}}
  - {name: comment, type: text, template: "Seen at {age} on the {ward} ward."}
effects:
  - {from: age, to: egfr, beta: -0.3, source: reference}
  - {from: age, to: nyha, odds_ratio: 1.2, per: 10}
  - {from: nyha, to: followup, hazard_ratio: 1.4, source: model}
  - {from: arm=drug, to: followup, hazard_ratio: 0.8}
  - {from: age, to: ward=medical, odds_ratio: 1.1, per: 5, where: "prior == 1", source: guess}
  - {from: diabetes, to: crp, difference: 1.5, source: guess}
  - {from: age, to: packs, correlation: 0.15, source: guess}
  - {from: diabetes, to: stay, beta: 0.3}
rules:
  - if prior == 1 then age > 45
  - {rule: bnp < 8900, source: guess}
missing:
  crp: {rate: 0.1, depends_on: age, beta: -0.2, source: guess}
  egfr: 0.02
"""

SMALL = """
version: 1
columns:
  - {name: age, type: integer, range: [18, 90], unit: years,
     distribution: {quantiles: {0.05: 25, 0.5: 50, 0.95: 80}, source: guess}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: "lung function", type: number, unit: L, decimals: 2,
     distribution: {normal: {mean: 3, sd: 0.7}}}
effects:
  - {from: sex=M, to: lung function, difference: 0.6}
rules:
  - "`lung function` > 0.5"
"""


@lru_cache
def clinic() -> Blueprint:
    """What the offline author makes of the cell that the documentation shows."""
    return offline.complete(parse(DIABETES))[0]


@lru_cache
def diabetes() -> Blueprint:
    """The same as it once was, so that a newer reference changes no expected figure."""
    text = (Path(__file__).parent / "editing" / "diabetes.yaml").read_text(encoding="utf-8")
    return Blueprint.from_yaml(text)


@lru_cache
def trial() -> Blueprint:
    """A survival trial with every form of law."""
    return Blueprint.from_yaml(TRIAL)


@lru_cache
def small() -> Blueprint:
    """Three columns, one with a space in its name."""
    return Blueprint.from_yaml(SMALL)


TABLES = {"clinic": clinic, "diabetes": diabetes, "trial": trial, "small": small}
