"""Drawn tables and their reports."""

import pytest

from synth_magic import fidelity
from synth_magic.blueprint.model import Blueprint
from synth_magic.record import attach
from synth_magic.sampling import compile as compiled
from synth_magic.sampling import draw

CLINIC = """\
version: 1
table: clinic
columns:
  - {name: age, type: integer, unit: years, range: [30, 85],
     distribution: {quantiles: {0.05: 42, 0.25: 55, 0.5: 63, 0.75: 71, 0.95: 81}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: hb, type: number, decimals: 1, distribution: {by: sex,
     groups: {F: {normal: {mean: 13.1, sd: 1.2}}, M: {normal: {mean: 14.4, sd: 1.3}}}}}
  - {name: sbp, type: integer, range: [80, 220], distribution: {normal: {mean: 137, sd: 17}}}
  - {name: dead, type: boolean, distribution: {probability: 0.22}}
  - {name: visits, type: integer, distribution: {poisson: {mean: 0.4}}}
  - {name: packs, type: number, range: [0, 120], decimals: 0,
     distribution: {zero_share: 0.6, gamma: {shape: 2, scale: 8}, source: reference}}
  - {name: crp, type: number, range: [0, null], decimals: 1,
     distribution: {lognormal: {median: 3, sigma: 1}}}
  - {name: followup, type: time_to_event, unit: days, event: event,
     survival: {365: 0.82, 1825: 0.55}, censoring: {administrative: [900, 2600]}}
effects:
  - {from: age, to: dead, odds_ratio: 1.5, per: 10}
missing:
  hb: {rate: 0.08}
  sbp: {rate: 0.2, depends_on: age, beta: 0.6}
"""


@pytest.fixture(scope="session")
def drawn():
    """A function: YAML, rows, seed -> (table, record)."""

    def made(yaml, rows, seed=1):
        blueprint = Blueprint.from_yaml(yaml)
        table = draw(compiled(blueprint), rows, seed)
        return table, attach(table, blueprint, seed)

    return made


@pytest.fixture(scope="session")
def graded(drawn):
    """A function: YAML, rows, seed, change -> Report of the table after `change`."""

    def made(yaml, rows, seed=1, change=None, *, known=True):
        table, record = drawn(yaml, rows, seed)
        if change is not None:
            table = change(table.copy())
            if known:  # as if the sampler had drawn it so
                record = attach(table, Blueprint.from_yaml(yaml), seed)
        return fidelity.report(table, record)

    return made


@pytest.fixture(scope="session")
def verdicts():
    """A function: Report -> verdict by the figure's name."""
    return lambda report: {f.name: f.verdict for s in report.sections for f in s.figures}


@pytest.fixture(scope="session")
def clinic():
    return CLINIC
