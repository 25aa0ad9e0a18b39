"""Whatever a model answers, a table comes out, or an error of two lines."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import cell, sampling
from synth_magic.authors import model
from synth_magic.authors.answers import form
from synth_magic.errors import SpecError
from tests.authors.answers import Model, good

pytestmark = pytest.mark.long

KNOWN = """Adults with type 2 diabetes, outpatients

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14
  sbp: mmHg, mean 136
  smoker: never / former / current 20%
  retinopathy: yes/no, 22%
  bmi: kg/m2
  height: cm
  weight: kg
  visit: date
effects:
  - {from: sex=M, to: sbp, beta: 0.2}
rules:
  - sbp > 80
missing:
  hba1c: 5%
"""
NAMES = [
    "age",
    "sex",
    "hba1c",
    "sbp",
    "smoker",
    "retinopathy",
    "bmi",
    "visit",
    "nothing",
    "",
    "Sbp",
]
VALUES = [
    "F",
    "M",
    "yes",
    "no",
    "never",
    "current",
    "mild",
    "<script>",
    "\u202ereversed",
    "a=b",
    "{x}",
]

numbers = st.one_of(
    st.floats(-1e3, 1e3).map(lambda x: round(x, 2)),
    st.sampled_from([0, 1, 0.22, 1.2, 22, 1e14, -5, 1e300, math.nan, math.inf]),
)
junk = st.one_of(
    st.none(), st.booleans(), numbers, st.sampled_from([*NAMES, *VALUES, "12", "22%", "x" * 500]),
    st.lists(numbers, max_size=3), st.dictionaries(st.sampled_from(NAMES), numbers, max_size=2),
)  # fmt: skip
names = st.sampled_from(NAMES)
groups = st.sampled_from(["", "sex=F", "sex=M", "smoker=never", "retinopathy=yes", "age=40", "x"])
expressions = st.sampled_from(
    ["sbp > 80", "weight / (height / 100) ** 2", "hba1c * 2", "sbp + bmi", "age ** 9", "sbp >", "1",
     "if sex == 'M' then bmi is missing", "age > 200", "sex == 'X'", "age ** age", "visit > 3",
     "__import__('os')", "sbp - sbp", "log(age - age)", "min(" * 30 + "age" + ")" * 30]
)  # fmt: skip


def texts(kind):
    return {"column": names, "group": groups, "cause": st.sampled_from([*NAMES, "sex=M", "age=3"]),
            "result": names, "formula": expressions, "where": st.just("") | expressions,
            "template": st.sampled_from(["Seen at {age}.", "{", "{nothing}"]),
            "earliest": st.sampled_from(["2015-01-01", "soon"]), "middle": st.just("2016-05-01"),
            "latest": st.sampled_from(["2020-12-31", "2014-01-01"]),
            }.get(kind, st.sampled_from([*NAMES, *VALUES, "mmHg", "mmol/L"]))  # fmt: skip


def field(name, hint):
    if hint == form.Texts:
        return st.lists(st.sampled_from(VALUES), max_size=4)
    if hint == form.Nums:
        return st.lists(st.one_of(st.floats(0, 1), numbers), max_size=4)
    if hint is str:
        return texts(name)
    if hint is bool:
        return st.booleans()
    return (
        numbers if "Literal" not in str(hint) else st.sampled_from(["beta", "odds_ratio", "yes_no"])
    )


def row(kind):
    made = form.rows()[kind]
    if made is None:
        return expressions
    return st.fixed_dictionaries({n: field(n, h) | junk for n, h in form.hints(made).items()})


whole = st.fixed_dictionaries({k: st.lists(row(k), max_size=4) for k in form.KINDS})
wild = st.dictionaries(st.sampled_from([*form.KINDS, "x"]), st.lists(junk, max_size=3) | junk)


def drawn(text, *answers, small=False):
    """Complete, compile and draw; a request that cannot hold ends in problems of two lines."""
    try:
        blueprint, notes = model.complete(cell.parse(text), Model(*answers), small=small)
    except SpecError as error:
        return None if all(p.what and "\n" not in p.what for p in error.problems) else error
    table = sampling.draw(sampling.compile(blueprint), 20)
    assert len(table) == 20
    assert all("\n" not in n.what for n in notes)
    return blueprint


@given(whole, whole)
@settings(max_examples=25)
def test_any_answer_of_the_form_ends_in_a_table(first, second):
    assert drawn(KNOWN, first, second) is not None


@given(wild)
@settings(max_examples=15)
def test_any_object_ends_in_a_table(answer):
    assert drawn(KNOWN, answer) is not None


@given(whole)
@settings(max_examples=15)
def test_columns_that_a_model_chooses_end_in_a_table(answer):
    assert drawn("300 adults with asthma", answer) is not None


SMALL = """Adults

columns:
  grip: kg, 1-90
  stage: early / late
  ulcer: yes/no
"""
places = st.sampled_from(["grip", "stage", "ulcer", "Grip", "x"])
inner = st.sampled_from(["low", "typical", "high", "percent_yes", "early", "late", "x"])


@given(st.dictionaries(places, st.dictionaries(inner, junk, max_size=4) | junk, max_size=5))
@settings(max_examples=40)
def test_any_short_answer_ends_in_a_table(answer):
    assert drawn(SMALL, answer, small=True) is not None


LEAVES = [
    (kind, place, name)
    for kind, rows in good().items()
    for place, item in enumerate(rows)
    for name in (item if isinstance(item, dict) else [None])
]
FIRST = """Adults with type 2 diabetes, outpatients

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14
  sbp: mmHg
  dbp: mmHg
  smoker: never / former / current
  retinopathy: yes/no, 22%
  grip: hand grip strength, kg, 1-90
  foot_ulcer: yes/no
  pulse_pressure: mmHg, 5-150
"""


@given(st.lists(st.tuples(st.sampled_from(LEAVES), junk), min_size=1, max_size=4))
@settings(max_examples=25)
def test_a_good_answer_gone_wrong_in_places_ends_in_a_table(changes):
    answer = good()
    for (kind, place, name), value in changes:
        if name is None:
            answer[kind][place] = value
        elif isinstance(answer[kind][place], dict):
            answer[kind][place][name] = value
    assert drawn(FIRST, answer) is not None


def deep(levels):
    found: object = 1
    for _ in range(levels):
        found = {"numbers": [found]}
    return found


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"numbers": None, "effects": "none"},
        {"numbers": {"age": {"p5": 30, "p25": 40, "p50": 50, "p75": 60, "p95": 70}}},
        {"answer": good()},
        deep(5000),
        {"rules": ["sbp > dbp" * 400, "age ** 99", "(" * 900]},
        json.loads(json.dumps(good()).replace("0.44", "1.2").replace("0.56", "1.2")),
        json.loads(json.dumps(good()).replace("grip", "gr\\u0000ip\\u202e")),
        json.loads(json.dumps(good(), ensure_ascii=False).replace("never", "jamais d'été «fumé»")),
        json.loads(json.dumps(good()).replace("frail people", "\\ud800 \\\"{{}}<script>")),
        {**good(), "numbers": good()["numbers"] * 3},
        {**good(), "effects": good()["effects"] * 40},
    ],
    ids=range(12),
)  # fmt: skip
def test_answers_that_are_known_to_go_wrong_end_in_a_table(answer):
    assert drawn(FIRST, answer) is not None


@pytest.mark.slow
@given(whole, whole, st.sampled_from([KNOWN, FIRST, "300 adults with asthma"]))
@settings(max_examples=150)
def test_many_more_answers_end_in_a_table(first, second, text):
    assert drawn(text, first, second) is not None
