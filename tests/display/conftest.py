"""Tables to show: a clinic's, hostile ones, empty ones."""

import json
from html.parser import HTMLParser

import pytest

from synth_magic import fidelity
from synth_magic.blueprint.model import Blueprint
from synth_magic.record import Result, attach
from synth_magic.sampling import compile as compiled
from synth_magic.sampling import draw

CLINIC = """\
version: 1
table: t2d
population: Adults with type 2 diabetes
columns:
  - {name: age, type: integer, unit: years, range: [30, 85], label: Age at visit,
     distribution: {quantiles: {0.01: 33, 0.25: 55, 0.5: 63, 0.75: 71, 0.99: 84},
     source: reference}}
  - {name: sex, type: category,
     distribution: {probabilities: {F: 0.44, M: 0.56}, source: reference}}
  - {name: hba1c, type: number, unit: "%", range: [5.5, 14], decimals: 1,
     distribution: {quantiles: {0.25: 6.7, 0.5: 7.4, 0.75: 8.3}, source: reference}}
  - {name: sbp, type: integer, unit: mmHg, range: [80, 220],
     distribution: {normal: {mean: 137, sd: 17}, source: reference}, sources: {range: reference}}
  - {name: dbp, type: integer, unit: mmHg, range: [40, 130],
     distribution: {normal: {mean: 78, sd: 10}, source: model}, sources: {range: model}}
  - {name: smoker, type: category,
     distribution: {probabilities: {never: 0.52, former: 0.31, current: 0.17}, source: reference}}
  - {name: retinopathy, type: boolean, distribution: {probability: 0.22, source: user}}
  - {name: foot_score, type: integer, range: [0, 10],
     distribution: {normal: {mean: 5, sd: 1.8}, source: guess}}
effects:
  - {from: age, to: sbp, beta: 0.32, source: reference}
  - {from: sbp, to: dbp, correlation: 0.55, source: reference}
  - {from: smoker=current, to: retinopathy, odds_ratio: 1.6, source: user}
  - {from: age, to: retinopathy, odds_ratio: 1.2, per: 10, source: model}
rules:
  - sbp > dbp
missing:
  hba1c: {rate: 0.08, source: user}
"""

KINDS = """\
version: 1
table: kinds
columns:
  - {name: pid, type: id, pattern: "P####"}
  - {name: sex, type: category, values: [F, M], distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: visit, type: date, range: ["2015-01-01", "2020-12-31"],
     distribution: {uniform: {low: "2015-01-01", high: "2020-12-31"}}}
  - {name: seen, type: datetime, range: ["2015-01-01", "2015-12-31"],
     distribution: {uniform: {low: "2015-01-01", high: "2015-12-31"}}}
  - {name: stage, type: category, values: [mild, moderate, severe], ordered: true,
     distribution: {probabilities: {mild: 0.6, moderate: 0.3, severe: 0.1}}}
  - {name: hb, type: number, unit: g/dL, decimals: 1,
     distribution: {by: sex, groups: {F: {normal: {mean: 13.1, sd: 1.2}},
     M: {normal: {mean: 14.4, sd: 1.3}}}}}
  - {name: twice, type: number, decimals: 1, formula: hb * 2}
  - {name: visits, type: integer, distribution: {poisson: {mean: 2.5}}}
  - {name: crp, type: number, range: [0, null], decimals: 1,
     distribution: {lognormal: {median: 3, sigma: 1}}}
  - {name: pack_years, type: number, range: [0, 120], decimals: 0,
     distribution: {zero_share: 0.4, gamma: {shape: 2, scale: 8}}}
  - {name: followup, type: time_to_event, unit: days, event: death,
     survival: {365: 0.82, 1825: 0.55}, censoring: {administrative: [900, 2600]}}
  - {name: note, type: text, template: "seen for {stage} disease"}
"""


@pytest.fixture(scope="session")
def make():
    """A function: YAML, rows, seed, notes -> (Result, Report)."""

    def made(yaml=CLINIC, rows=800, seed=7, notes=(), author="offline"):
        blueprint = Blueprint.from_yaml(yaml)
        table = draw(compiled(blueprint), rows, seed)
        record = attach(table, blueprint, seed, author=author)
        result = Result(table, record, tuple(notes), name=blueprint.table or "table")
        return result, fidelity.report(table, record)

    return made


@pytest.fixture(scope="session")
def clinic(make):
    return make()


@pytest.fixture(scope="session")
def kinds(make):
    return make(KINDS, 300)


class Outline(HTMLParser):
    """What a reader of the HTML meets; fails on tags that do not fit together."""

    VOID = frozenset({"img", "br", "meta", "hr", "wbr"})

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.words = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag not in ("b", "span", "code", "wbr"):  # the others begin a line or a cell
            self.words.append(" ")

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def tags(self, name):
        return [attrs for tag, attrs in self.seen if tag == name]


@pytest.fixture
def outline():
    return Outline


@pytest.fixture
def plain_json():
    """Give back what JSON makes of a thing; fails where it is no plain thing."""
    return lambda thing: json.loads(json.dumps(thing, allow_nan=False))
