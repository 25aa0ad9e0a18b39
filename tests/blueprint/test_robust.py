"""Whatever is done to a blueprint's text or data, the answer is a blueprint or plain words."""

from __future__ import annotations

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synth_magic.blueprint import yaml_form
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import SpecError
from synth_magic.yaml_text import load

TEXT = """\
version: 1
sampler: 1
table: t2d
population: Adults
columns:
  - {name: age, type: integer, unit: years, range: [30, 85], distribution: {normal: {mean: 62, sd: 11}}, stated: {mean: 62, quartiles: [55, 70]}, sources: {range: user}}
  - {name: sex, type: category, values: [F, M], ordered: false, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: hb, type: number, decimals: 1, distribution: {by: sex, groups: {F: {gamma: {shape: 13, scale: 1}}, M: {quantiles: {0.2: 3, 0.8: 9}}}}}
  - {name: dead, type: boolean, distribution: {probability: 0.1}}
  - {name: half, type: number, formula: age / 2}
  - {name: seen, type: date, range: [2015-01-01, 2020-12-31]}
  - {name: pid, type: id, pattern: P####}
  - {name: note, type: text, template: "Aged {age}."}
  - {name: time, type: time_to_event, unit: days, event: relapse, survival: {365: 0.8, 1825: 0.5}, censoring: {administrative: [900, 2600], dropout_per_year: 0.02}}
effects:
  - {from: sex=F, to: age, difference: 2, where: dead, source: model}
  - {from: age, to: time, hazard_ratio: 1.6, per: 10}
rules:
  - half > 3
  - {rule: hb > 0, source: guess}
missing:
  age: {rate: 0.08, depends_on: sex=F, beta: -0.3}
"""  # noqa: E501
quick = settings(
    derandomize=True, max_examples=200, deadline=None, suppress_health_check=list(HealthCheck)
)


def leaves(data, path=()):
    yield path
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, inner in items:
        yield from leaves(inner, (*path, key))


PLACES = [path for path in leaves(load(TEXT).data) if path]
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([0.5, 1e14, -1e14, 1e300, 10**30, float("nan"), float("inf"), 2015]),
    st.sampled_from(["", " ", "x", "age", "sex", "sex=F", "relapse", "NO", "user", "beta", "age >",
                     "category", "boolean", "number", "date", "id", "2015-01-01", "{", "`", "50%"]),
    st.lists(st.sampled_from([1, 2, "a", None]), max_size=3),
    st.dictionaries(st.sampled_from(["mean", "F", "normal", "0.5", "rate"]),
                    st.sampled_from([1, "a", None, {}]), max_size=2),
)  # fmt: skip


def in_plain_words(error, text=None):
    for part in error.problems:
        if text is not None:
            assert part.what.startswith("Line ")
            assert 0 <= part.offset <= len(text)
        assert part.what
        assert part.mend
        assert "\n" not in part.what + part.mend
        assert not any(
            word in part.what for word in ("pydantic", "NoneType", "Traceback", "Input ")
        )


def test_the_text_of_these_tests_is_a_valid_blueprint():
    assert len(PLACES) > 100
    assert Blueprint.from_yaml(TEXT)


def put(data, path, value):
    """Put a value where the path still leads after earlier changes."""
    *steps, last = path
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(data, dict) or (
        isinstance(data, list) and isinstance(last, int) and last < len(data)
    ):
        data[last] = value


@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=2))
@quick
def test_any_value_in_any_place_is_taken_or_refused_in_plain_words(changes):
    data = copy.deepcopy(load(TEXT).data)
    for path, value in changes:
        put(data, path, value)
    try:
        blueprint = yaml_form.from_data(data)
    except SpecError as error:
        in_plain_words(error)
    else:
        assert Blueprint.from_yaml(blueprint.to_yaml()) == blueprint


@given(st.integers(0, len(TEXT)), st.integers(0, 3), st.sampled_from(["", " ", ":", "{", "]", "\t", "\n", "'", "x", "-", "#", ",", "0", "="]))  # fmt: skip # noqa: E501
@quick
def test_any_slip_of_the_fingers_is_taken_or_refused_at_a_place(at, taken, put):
    text = TEXT[:at] + put + TEXT[at + taken :]
    try:
        blueprint = Blueprint.from_yaml(text)
    except SpecError as error:
        in_plain_words(error, text)
    else:
        assert Blueprint.from_yaml(blueprint.to_yaml()) == blueprint
