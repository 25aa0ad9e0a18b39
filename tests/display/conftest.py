"""Tables to show: a clinic's, hostile ones, empty ones."""

import json
from html.parser import HTMLParser

import pytest

from synth_magic import fidelity
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import note
from synth_magic.fidelity.report import (
    Figure,
    Grid,
    GridRow,
    Headline,
    Picture,
    Report,
    Section,
)
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


@pytest.fixture(scope="session")
def outline():
    return Outline


@pytest.fixture
def plain_json():
    """Give back what JSON makes of a thing; fails where it is no plain thing."""
    return lambda thing: json.loads(json.dumps(thing, allow_nan=False))


def figure(name, value, verdict, *, column=None, sentence="", **more):
    """A figure as sections make them."""
    interval, band = more.pop("interval", None), more.pop("band", None)
    return Figure(name, column, value, interval, band, verdict, sentence, **more)


@pytest.fixture(scope="session")
def beside():
    """A report that holds every kind of section; `word` stands wherever foreign text may."""

    def made(word="age"):
        facts = (
            figure(f"{word}, mean", 63.2, "as stated", column=word, interval=(62, 64.4),
                   band=(61, 65), stated=63.0, source="user"),
            figure(f"{word}, SD", 14.0, "poor", column=word, interval=(13, 15), band=(8, 10),
                   stated=9.0, source="user", sentence=f"The rule {word} > 3 moves it far."),
        )  # fmt: skip
        rules = (figure(f"{word} > 3", 2.0, "broken", form="count", stated=0.0, source="user"),)
        effects = (
            figure(f"{word} → sbp, beta", 0.31, "as stated", column="sbp", unit="SD",
                   interval=(0.2, 0.42), stated=0.3, decimals=2, source="user"),
        )  # fmt: skip
        odd = (figure("equal rows", 3.0, "unlikely", form="rows", law=0.02, sentence="Three."),)
        real = (
            figure(f"{word}, distribution", 0.7, "outside the band", column=word, band=(0.9, 1),
                   decimals=3, sentence=f"{word} differs."),
            figure("C2ST, AUC", 0.52, "within the band", band=(0.45, 0.55), decimals=3,
                   sentence="No better than chance."),
        )  # fmt: skip
        pictures = (
            Picture("pair_histogram", f"{word}: both", {"column": word, "edges": [0, 1, 2, 4],
                    "one": [0.25, 0.25, 0.5], "other": [0.2, 0.6, 0.2], "form": "number"}),
            Picture("bars", f"{word}: both", {"column": word, "names": [word, "M"],
                    "one": [0.4, 0.6], "other": [0.5, 0.5]}),
            Picture("heatmap", "difference of the correlations", {"names": [word, "sbp", "dbp"],
                    "values": [[0, 0.3, -0.12], [0.3, 0, 0.02], [-0.12, 0.02, 0]]}),
        )  # fmt: skip
        grid = Grid(
            ("All (n = 800)", f"{word} (n = <10)"),
            (
                GridRow(f"{word}, n (%)", ("", "")),
                GridRow(f"{word}", ("359 (44.9)", "<10"), 1),
                GridRow("M", ("441 (55.1)", "20 (80.0)"), 1),
            ),
            (f"Left out: {word}.",),
        )
        return Report(
            head=(
                Headline("adherence", "Adherence", "1 of 2", "facts as stated", good=False),
                Headline("shape", "Shape", "0.97", f"near, worst: {word}", good=True),
                Headline("copies", "Copies", "<10", "no more than chance", good=True),
            ),
            sections=(
                Section("adherence", "Stated facts", facts),
                Section("rules", "Rules", rules),
                Section("effects", "Effects", effects, f"Each effect, {word} too."),
                Section("oddities", "Oddities", odd, "Looked for: equal rows."),
                Section("table1", "Table 1", (), "800 rows.", grid),
                Section("plausibility", "Plausibility", ()),
                Section("fidelity", "With the real table", real, "Bands.", pictures=pictures),
            ),
            problems=(note((), f"{word} is left out", "Rename it"),),
            name=word,
            rows=800,
        )

    return made
