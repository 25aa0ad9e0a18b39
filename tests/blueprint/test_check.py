# ruff: noqa: E501 - a table of cases reads best with each form on one line
"""A blueprint that cannot hold together is refused, with where, what and how to mend it."""

from __future__ import annotations

import pytest

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import SpecError

BASE = """\
version: 1
table: t2d
columns:
  - {name: age, type: integer, range: [30, 85], distribution: {normal: {mean: 62, sd: 11}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: stage, type: category, values: [mild, moderate, severe], ordered: true, distribution: {probabilities: {mild: 0.5, moderate: 0.3, severe: 0.2}}}
  - {name: smoker, type: category, distribution: {probabilities: {never: 0.5, former: 0.3, current: 0.2}}}
  - {name: dead, type: boolean, distribution: {probability: 0.1}}
  - {name: flag, type: integer, distribution: {probability: 0.3}}
  - {name: hb, type: number, distribution: {by: sex, groups: {F: {normal: {mean: 13, sd: 1}}, M: {normal: {mean: 14, sd: 1}}}}}
  - {name: sbp, type: number, range: [80, 220], distribution: {normal: {mean: 135, sd: 15}}}
  - {name: pulse, type: number, formula: sbp / 2 + age}
  - {name: seen, type: date, range: [2015-01-01, 2020-12-31]}
  - {name: visit, type: datetime, range: [2015-01-01, null], distribution: {normal: {mean: 2016-01-01, sd: 90}}}
  - {name: pid, type: id, pattern: P####}
  - {name: note, type: text, template: "Aged {age}."}
  - {name: time, type: time_to_event, unit: days, event: relapse, survival: {365: 0.8, 1825: 0.5}, censoring: {administrative: [900, 2600], dropout_per_year: 0.02}}
effects:
  - {from: age, to: sbp, beta: 0.35}
  - {from: smoker=current, to: dead, odds_ratio: 1.6}
rules:
  - sbp > age
missing:
  sbp: {rate: 0.08, depends_on: age, beta: -0.3}
"""
LINE = {line.split(",")[0].split()[-1]: line for line in BASE.splitlines() if "- {name: " in line}


def found(text):
    with pytest.raises(SpecError) as caught:
        Blueprint.from_yaml(text)
    return caught.value.problems


def column(name, form):
    """The base with one column's line replaced."""
    return BASE.replace(LINE[name], f"  - {{name: {name}, {form}}}")


def effect(form):
    return BASE.replace("rules:", f"  - {{{form}}}\nrules:")


def rule(text):
    return BASE.replace("missing:", f"  - {text}\nmissing:")


def missing(line):
    return f"{BASE}  {line}\n"


def test_the_base_of_these_tests_is_a_valid_blueprint():
    assert Blueprint.from_yaml(BASE).names[:2] == ("age", "sex")


def test_whole_numbers_drawn_as_0_and_1_have_groups_like_yes_and_no():
    coded = "{name: dead01, type: integer, range: [0, 1], distribution: {probability: 0.2}}"
    law = (
        "{name: t, type: number, distribution: {by: dead01, groups: {0: {normal: {mean: 9, sd: 1}}"
    )
    head = f"version: 1\ncolumns:\n- {coded}\n- {law}"
    blueprint = Blueprint.from_yaml(f"{head}, 1: {{normal: {{mean: 4, sd: 1}}}}}}}}}}\n")
    means = blueprint.sample(2000).groupby("dead01")["t"].mean()
    assert means.to_dict() == pytest.approx({0: 9, 1: 4}, abs=0.15)
    assert Blueprint.from_yaml(blueprint.to_yaml()) == blueprint
    with pytest.raises(SpecError, match="dead01 = 1"):
        Blueprint.from_yaml(f"{head}}}}}}}\n")


NORMAL = "distribution: {normal: {mean: 1, sd: 1}}"
CASES = {
    # names
    "an empty name": (BASE.replace("name: hb,", 'name: " ",'), ("columns", " ", "name"), "empty"),
    "two columns of one name": (
        BASE.replace("name: flag,", "name: age,"), ("columns", "age", "name"), "Two columns"),
    "two names that look alike": (
        BASE.replace("name: flag,", "name: re\u0301gime,").replace("name: dead,", "name: r\u00e9gime,")
        .replace("to: dead", "to: re\u0301gime"),
        ("columns", "re\u0301gime", "name"), "Two columns"),
    "an event named as a column": (
        BASE.replace("relapse", "age"), ("columns", "time", "event"), "name of another column"),
    "a word of the language": (
        BASE.replace("name: flag,", "name: If,"), ("columns", "If", "name"), "rule language"),
    "a control character": (
        BASE.replace("name: flag,", 'name: "a\\nb",'), ("columns", "a\nb", "name"), "control"),
    "a long name": (
        BASE.replace("name: flag,", f"name: {'a' * 201},"),
        ("columns", "a" * 201, "name"), "longer than 200"),
    "an event with a bad name": (
        BASE.replace("event: relapse", 'event: "re`lapse"'), ("columns", "time", "event"), "backtick"),
    "a name that begins with a space": (
        BASE.replace("name: flag,", 'name: " flag",'), ("columns", " flag", "name"), "space"),
    # head
    "another version": (BASE.replace("version: 1", "version: 2"), ("version",), "reads 1"),
    "a later sampler": (
        BASE.replace("version: 1", "sampler: 9"), ("sampler",), "later release"),
    "a table that is no variable": (
        BASE.replace("table: t2d", "table: my table"), ("table",), "variable"),
    "no column": ("columns: []", ("columns",), "at least one column"),
    "only hidden columns": (
        "columns: [{name: a, type: boolean, hidden: true, distribution: {probability: 0.1}}]",
        ("columns",), "hidden"),
    "too many columns": (
        "columns: [" + ", ".join(f"{{name: a{i}}}" for i in range(10_001)) + "]",
        ("columns",), "More than 10,000"),
    "a very long population": (
        BASE.replace("table: t2d", f"population: {'a' * 20_001}"), ("population",), "too long"),
    # columns
    "no type": (column("hb", NORMAL), ("columns", "hb"), "no type"),
    "no distribution": (column("hb", "type: number"), ("columns", "hb"), "no distribution"),
    "a date without range": (column("seen", "type: date"), ("columns", "seen"), "no distribution"),
    "a range of a category": (
        column("hb", "type: category, range: [1, 2], distribution: {probabilities: {a: 1}}"),
        ("columns", "hb", "range"), "no `range`"),
    "decimals of a boolean": (
        column("hb", "type: boolean, decimals: 1, distribution: {probability: 0.1}"),
        ("columns", "hb", "decimals"), "no `decimals`"),
    "too many decimals": (
        column("hb", f"type: number, decimals: 30, {NORMAL}"),
        ("columns", "hb", "decimals"), "30 decimals"),
    "formula and distribution": (
        column("pulse", f"type: number, formula: sbp * 2, {NORMAL}"),
        ("columns", "pulse", "formula"), "both distribution and formula"),
    "a reversed range": (
        column("age", f"type: integer, range: [85, 30], {NORMAL}"),
        ("columns", "age", "range"), "ends before it begins"),
    "a range of one value": (
        column("age", f"type: integer, range: [30, 30], {NORMAL}"),
        ("columns", "age", "range"), "one value only"),
    "a range without ends": (
        column("age", f"type: integer, range: [null, null], {NORMAL}"),
        ("columns", "age", "range"), "no end"),
    "a range that holds no whole number": (
        column("age", f"type: integer, range: [1.2, 1.8], {NORMAL}"),
        ("columns", "age", "range"), "No whole number"),
    "a range of words": (
        column("age", f"type: integer, range: [low, high], {NORMAL}"),
        ("columns", "age", "range"), "not a number"),
    "a range of no dates": (
        column("seen", "type: date, range: [2015-13-01, 2016-01-01]"),
        ("columns", "seen", "range"), "not a date"),
    "an order without values": (
        column("stage", "type: category, ordered: true, distribution: {probabilities: {a: 1}}"),
        ("columns", "stage", "ordered"), "needs its values"),
    "no values": (
        column("stage", "type: category, values: [], distribution: {probabilities: {a: 1}}"),
        ("columns", "stage", "values"), "empty"),
    "a value twice": (
        column("stage", "type: category, values: [a, a], distribution: {probabilities: {a: 1}}"),
        ("columns", "stage", "values", 1), "twice"),
    "an empty value": (
        column("stage", "type: category, distribution: {probabilities: {'': 0.5, a: 0.5}}"),
        ("columns", "stage", "distribution", "probabilities", ""), "empty"),
    "a long value": (
        column("stage", f"type: category, distribution: {{probabilities: {{{'a' * 300}: 1}}}}"),
        ("columns", "stage", "distribution", "probabilities", "a" * 300), "too long"),
    "a source of no field": (
        column("age", f"type: integer, {NORMAL}, sources: {{rnge: user}}"),
        ("columns", "age", "sources", "rnge"), "no field"),
    "an id without pattern": (column("pid", "type: id"), ("columns", "pid"), "ids look"),
    "a pattern without digits": (
        column("pid", "type: id, pattern: P"), ("columns", "pid", "pattern"), "needs #"),
    "a pattern with two numbers": (
        column("pid", 'type: id, pattern: "##-##"'), ("columns", "pid", "pattern"), "one place"),
    "a text without template": (column("note", "type: text"), ("columns", "note"), "its text"),
    "a template of an unknown column": (
        column("note", 'type: text, template: "{aeg}"'),
        ("columns", "note", "template"), "no column `aeg`"),
    "a template of itself": (
        column("note", 'type: text, template: "{note}"'),
        ("columns", "note", "template"), "of a text"),
    "an open brace": (
        column("note", 'type: text, template: "{age"'), ("columns", "note", "template"), "brace"),
    "a very long label": (
        column("age", f"type: integer, {NORMAL}, label: {'a' * 20_001}"),
        ("columns", "age", "label"), "too long"),
    # distributions
    "an empty distribution": (
        column("hb", "type: number, distribution: {}"),
        ("columns", "hb", "distribution"), "says nothing"),
    "two distributions": (
        column("hb", "type: number, distribution: {normal: {mean: 1, sd: 1}, poisson: {mean: 1}}"),
        ("columns", "hb", "distribution", "poisson"), "Two distributions"),
    "an sd of zero": (
        column("hb", "type: number, distribution: {normal: {mean: 1, sd: 0}}"),
        ("columns", "hb", "distribution", "normal", "sd"), "above 0"),
    "a mean outside the range": (
        column("hb", "type: number, range: [5, 20], distribution: {normal: {mean: 30, sd: 2}}"),
        ("columns", "hb", "distribution", "normal", "mean"), "range is 5 to 20"),
    "an sd too large for the range": (
        column("hb", "type: number, range: [0, 10], distribution: {normal: {mean: 5, sd: 5.1}}"),
        ("columns", "hb", "distribution", "normal", "sd"), "not possible"),
    "a mean that is a word": (
        column("hb", "type: number, distribution: {normal: {mean: high, sd: 2}}"),
        ("columns", "hb", "distribution", "normal", "mean"), "not a number"),
    "a date's mean that is a number": (
        column("seen", "type: date, distribution: {normal: {mean: 17000, sd: 30}}"),
        ("columns", "seen", "distribution", "normal", "mean"), "not a date"),
    "a negative median": (
        column("hb", "type: number, distribution: {lognormal: {median: -1, sigma: 1}}"),
        ("columns", "hb", "distribution", "lognormal", "median"), "above 0"),
    "a median outside the range": (
        column("hb", "type: number, range: [null, 5], distribution: {lognormal: {median: 9, sigma: 1}}"),
        ("columns", "hb", "distribution", "lognormal", "median"), "up to 5"),
    "a gamma of negative numbers": (
        column("hb", "type: number, range: [-9, -1], distribution: {gamma: {shape: 2, scale: 1}}"),
        ("columns", "hb", "distribution", "gamma"), "positive values only"),
    "a weibull without shape": (
        column("hb", "type: number, distribution: {weibull: {shape: 0, scale: 1}}"),
        ("columns", "hb", "distribution", "weibull", "shape"), "above 0"),
    "a beta with one end": (
        column("hb", "type: number, range: [0, null], distribution: {beta: {a: 2, b: 1}}"),
        ("columns", "hb", "distribution", "beta"), "one end only"),
    "a count that is no whole number": (
        column("hb", "type: number, distribution: {poisson: {mean: 2}}"),
        ("columns", "hb", "distribution", "poisson"), "does not fit"),
    "a sigma out of all proportion": (
        column("hb", "type: number, distribution: {lognormal: {median: 90, sigma: 45}}"),
        ("columns", "hb", "distribution", "lognormal", "sigma"), "at most 5"),
    "a shape out of all proportion": (
        column("hb", "type: number, distribution: {weibull: {shape: 0.01, scale: 45}}"),
        ("columns", "hb", "distribution", "weibull", "shape"), "at least 0.1"),
    "no dispersion": (
        column("age", "type: integer, distribution: {negative_binomial: {mean: 2, dispersion: 0}}"),
        ("columns", "age", "distribution", "negative_binomial", "dispersion"), "above 0"),
    "an exponential mean above the range": (
        column("hb", "type: number, range: [0, 5], distribution: {exponential: {mean: 9}}"),
        ("columns", "hb", "distribution", "exponential", "mean"), "0 to 5"),
    "a uniform upside down": (
        column("hb", "type: number, distribution: {uniform: {low: 9, high: 1}}"),
        ("columns", "hb", "distribution", "uniform"), "above `high`"),
    "a uniform outside the range": (
        column("hb", "type: number, range: [0, 5], distribution: {uniform: {low: 6, high: 9}}"),
        ("columns", "hb", "distribution", "uniform"), "is in the range"),
    "a uniform of words": (
        column("hb", "type: number, distribution: {uniform: {low: few, high: 9}}"),
        ("columns", "hb", "distribution", "uniform", "low"), "cannot hold"),
    "a gamma of dates": (
        column("seen", "type: date, distribution: {gamma: {shape: 2, scale: 9}}"),
        ("columns", "seen", "distribution", "gamma"), "does not fit"),
    "quantiles out of order": (
        column("hb", "type: number, distribution: {quantiles: {0.5: 63, 0.25: 55, 0.75: 71}}"),
        ("columns", "hb", "distribution", "quantiles", "0.25"), "0.25 follows 0.5"),
    "quantiles that fall": (
        column("hb", "type: number, distribution: {quantiles: {0.25: 63, 0.5: 55}}"),
        ("columns", "hb", "distribution", "quantiles", "0.5"), "below the one before"),
    "a quantile of no share": (
        column("hb", "type: number, distribution: {quantiles: {25: 63, 50: 65}}"),
        ("columns", "hb", "distribution", "quantiles", "25"), "share from 0 to 1"),
    "a quantile outside the range": (
        column("hb", "type: number, range: [5, 60], distribution: {quantiles: {0.25: 50, 0.5: 61}}"),
        ("columns", "hb", "distribution", "quantiles", "0.5"), "outside the range"),
    "a quantile that is a word": (
        column("hb", "type: number, distribution: {quantiles: {0.25: few, 0.5: 61}}"),
        ("columns", "hb", "distribution", "quantiles", "0.25"), "no place"),
    "one quantile alone": (
        column("hb", "type: number, distribution: {quantiles: {0.5: 61}}"),
        ("columns", "hb", "distribution", "quantiles"), "how widely"),
    "no quantile": (
        column("hb", "type: number, distribution: {quantiles: {}}"),
        ("columns", "hb", "distribution", "quantiles"), "No quantile"),
    "negative shares": (
        column("stage", "type: category, distribution: {probabilities: {F: -0.2, M: 1.2}}"),
        ("columns", "stage", "distribution", "probabilities", "F"), "negative"),
    "shares that do not add up": (
        column("stage", "type: category, distribution: {probabilities: {F: 0.44, M: 0.5}}"),
        ("columns", "stage", "distribution", "probabilities"), "add up to 0.94"),
    "percentages as shares": (
        column("stage", "type: category, distribution: {probabilities: {F: 44, M: 56}}"),
        ("columns", "stage", "distribution", "probabilities"), "add up to 100"),
    "a share of an unknown value": (
        column("stage", "type: category, values: [F, M], distribution: {probabilities: {F: 0.4, N: 0.6}}"),
        ("columns", "stage", "distribution", "probabilities", "N"), "no value `N`"),
    "a value without a share": (
        column("stage", "type: category, values: [F, M, X], distribution: {probabilities: {F: 0.4, M: 0.6}}"),
        ("columns", "stage", "distribution", "probabilities"), "No share is said for X"),
    "a probability of 22": (
        column("dead", "type: boolean, distribution: {probability: 22}"),
        ("columns", "dead", "distribution", "probability"), "no probability"),
    "a normal category": (
        column("stage", f"type: category, {NORMAL}"),
        ("columns", "stage", "distribution", "normal"), "does not fit"),
    "shares of a boolean": (
        column("dead", "type: boolean, distribution: {probabilities: {no: 0.1, yes: 0.9}}"),
        ("columns", "dead", "distribution", "probabilities"), "does not fit"),
    "a probability of a number": (
        column("hb", "type: number, distribution: {probability: 0.1}"),
        ("columns", "hb", "distribution", "probability"), "does not fit"),
    "shares of a number": (
        column("hb", "type: number, distribution: {probabilities: {1: 0.1, 2: 0.9}}"),
        ("columns", "hb", "distribution", "probabilities"), "does not fit"),
    "0 and 1 with a range": (
        column("flag", "type: integer, range: [0, 5], distribution: {probability: 0.1}"),
        ("columns", "flag", "range"), "0 and 1"),
    "zeros outside the range": (
        column("hb", "type: number, range: [5, 9], distribution: {normal: {mean: 7, sd: 1}, zero_share: 0.3}"),
        ("columns", "hb", "distribution", "zero_share"), "30% are 0"),
    "more than all zeros": (
        column("hb", "type: number, distribution: {normal: {mean: 7, sd: 1}, zero_share: 3}"),
        ("columns", "hb", "distribution", "zero_share"), "no share"),
    "zeros of a date": (
        column("seen", "type: date, distribution: {normal: {mean: 2015-01-01, sd: 9}, zero_share: 0.1}"),
        ("columns", "seen", "distribution", "zero_share"), "no share of zeros"),
    # groups
    "groups without by": (
        column("hb", "type: number, distribution: {groups: {F: {poisson: {mean: 1}}}}"),
        ("columns", "hb", "distribution"), "without `by`"),
    "by without groups": (
        column("hb", "type: number, distribution: {by: sex, normal: {mean: 1, sd: 1}}"),
        ("columns", "hb", "distribution"), "without `groups`"),
    "groups of an unknown column": (
        BASE.replace("by: sex", "by: sexx"), ("columns", "hb", "distribution", "by"), "`sexx`"),
    "groups of a number": (
        BASE.replace("by: sex", "by: age"), ("columns", "hb", "distribution", "by"), "no groups"),
    "groups of itself": (
        BASE.replace("by: sex", "by: hb"), ("columns", "hb", "distribution", "by"), "itself"),
    "a group left out": (
        BASE.replace(", M: {normal: {mean: 14, sd: 1}}", ""),
        ("columns", "hb", "distribution", "groups"), "sex = M"),
    "an unknown group": (
        BASE.replace(", M: {normal: {mean: 14, sd: 1}}", ", N: {normal: {mean: 14, sd: 1}}"),
        ("columns", "hb", "distribution", "groups", "N"), "no value `N`"),
    "a wrong sd within a group": (
        BASE.replace("mean: 14, sd: 1}", "mean: 14, sd: -1}"),
        ("columns", "hb", "distribution", "groups", "M", "normal", "sd"), "above 0"),
    "a distribution for all beside groups": (
        BASE.replace("{by: sex,", "{normal: {mean: 1, sd: 1}, by: sex,"),
        ("columns", "hb", "distribution", "normal"), "beside the groups"),
    "zeros for all beside groups": (
        BASE.replace("{by: sex,", "{zero_share: 0.1, by: sex,"),
        ("columns", "hb", "distribution", "zero_share"), "beside the groups"),
    "groups within groups": (
        BASE.replace("F: {normal: {mean: 13, sd: 1}}", "F: {by: sex, groups: {}}"),
        ("columns", "hb", "distribution", "groups", "F"), "within groups"),
    "shares in one group, numbers in the other": (
        BASE.replace("hb, type: number", "hb, type: integer").replace(
            "F: {normal: {mean: 13, sd: 1}}", "F: {probability: 0.1}"),
        ("columns", "hb", "distribution", "groups"), "One group has shares"),
    # event times
    "no event": (BASE.replace("event: relapse, ", ""), ("columns", "time"), "name its event"),
    "survival at 1": (
        BASE.replace("365: 0.8", "365: 1"), ("columns", "time", "survival", "365"), "between 0 and 1"),
    "survival that rises": (
        BASE.replace("365: 0.8", "365: 0.4"),
        ("columns", "time", "survival", "1825"), "0.5 after 0.4"),
    "times out of order": (
        BASE.replace("1825: 0.5", "180: 0.5"), ("columns", "time", "survival", "180"), "rising"),
    "a time before the start": (
        BASE.replace("365: 0.8", "-3: 0.8"), ("columns", "time", "survival", "-3"), "after the start"),
    "no point of survival": (
        BASE.replace("{365: 0.8, 1825: 0.5}", "{}"), ("columns", "time", "survival"), "No point"),
    "no survival": (
        BASE.replace("survival: {365: 0.8, 1825: 0.5}, ", ""), ("columns", "time"), "no distribution"),
    "follow-up that ends before it begins": (
        BASE.replace("[900, 2600]", "[2600, 900]"),
        ("columns", "time", "censoring", "administrative"), "cannot end"),
    "drop-out of everybody": (
        BASE.replace("0.02", "1"), ("columns", "time", "censoring", "dropout_per_year"), "drops out"),
    "drop-out in no unit": (
        BASE.replace("unit: days, ", ""), ("columns", "time", "unit"), "counted in"),
    "drop-out in a unit of mass": (
        BASE.replace("unit: days, ", "unit: kg, "), ("columns", "time", "unit"), "counted in"),
    "a range of an event time": (
        BASE.replace("unit: days,", "unit: days, range: [0, 9],"), ("columns", "time", "range"), "no `range`"),
    # effects
    "an unknown parent": (effect("from: aeg, to: sbp, beta: 1"), ("effects", 2, "from"), "`aeg`"),
    "an unknown child": (effect("from: age, to: spb, beta: 1"), ("effects", 2, "to"), "`spb`"),
    "an unknown value": (
        effect("from: smoker=curent, to: sbp, beta: 1"), ("effects", 2, "from"), "`curent`"),
    "a nominal parent without value": (
        effect("from: smoker, to: sbp, beta: 1"), ("effects", 2, "from"), "one must be named"),
    "a value of a number": (
        effect("from: age=40, to: sbp, beta: 1"), ("effects", 2, "from"), "none of its values"),
    "a nominal child without value": (
        effect("from: age, to: smoker, beta: 1"), ("effects", 2, "to"), "one must be named"),
    "an unknown child value": (
        effect("from: age, to: smoker=x, beta: 1"), ("effects", 2, "to"), "no value `x`"),
    "a value of an ordered child": (
        effect("from: age, to: stage=mild, beta: 1"), ("effects", 2, "to"), "whole column"),
    "a value of a boolean child": (
        effect("from: age, to: dead=yes, beta: 1"), ("effects", 2, "to"), "whole column"),
    "an effect of an id": (effect("from: pid, to: sbp, beta: 1"), ("effects", 2, "from"), "type id"),
    "an effect of a text": (effect("from: note, to: sbp, beta: 1"), ("effects", 2, "from"), "type text"),
    "an effect of a time": (effect("from: time, to: sbp, beta: 1"), ("effects", 2, "from"), "may leave"),
    "an effect of an event": (
        effect("from: relapse, to: sbp, beta: 1"), ("effects", 2, "from"), "may leave"),
    "an effect into a formula": (
        effect("from: age, to: pulse, beta: 1"), ("effects", 2, "to"), "computed by a formula"),
    "an effect into an id": (effect("from: age, to: pid, beta: 1"), ("effects", 2, "to"), "type id"),
    "an effect into an event": (
        effect("from: age, to: relapse, beta: 1"), ("effects", 2, "to"), "time of an event"),
    "an effect upon itself": (effect("from: age, to: age, beta: 1"), ("effects", 2, "from"), "itself"),
    "an effect that the groups say": (
        effect("from: sex=F, to: hb, beta: 1"), ("effects", 2), "stated by sex already"),
    "a hazard ratio of a number": (
        effect("from: sex=F, to: sbp, hazard_ratio: 2"), ("effects", 2, "hazard_ratio"), "a number"),
    "an odds ratio of a number": (
        effect("from: sex=F, to: sbp, odds_ratio: 2"), ("effects", 2, "odds_ratio"), "a number"),
    "a difference of a boolean": (
        effect("from: age, to: dead, difference: 2"), ("effects", 2, "difference"), "yes or no"),
    "a correlation with a value": (
        effect("from: stage=mild, to: sbp, correlation: 0.2"),
        ("effects", 2, "correlation"), "both sides"),
    "a correlation of 1": (
        effect("from: stage, to: sbp, correlation: 1"), ("effects", 2, "correlation"), "-1 and 1"),
    "a ratio of 0": (effect("from: age, to: dead, odds_ratio: 0"), ("effects", 2, "odds_ratio"), "above 0"),
    "a step of 0": (effect("from: age, to: dead, odds_ratio: 2, per: 0"), ("effects", 2, "per"), "no step"),
    "a step of a beta": (effect("from: age, to: dead, beta: 2, per: 10"), ("effects", 2, "per"), "deviation"),
    "a step of a category": (
        effect("from: sex=F, to: dead, odds_ratio: 2, per: 10"), ("effects", 2, "per"), "step of a number"),
    "an effect twice": (
        effect("from: age, to: sbp, difference: 3"), ("effects", 2), "said twice"),
    "an effect on every value": (
        effect("from: age, to: sex=F, beta: 1}\n  - {from: age, to: sex=M, beta: 1"),
        ("effects", 3), "none is left to compare"),
    "an effect of every value": (
        effect("from: dead=no, to: sbp, beta: 1}\n  - {from: dead, to: sbp, beta: 1"),
        ("effects", 3), "none is left to compare"),
    "a condition on the child": (
        effect("from: sex=F, to: sbp, beta: 1, where: sbp > 3"), ("effects", 2, "where"), "acts upon"),
    "a condition on an event": (
        effect("from: sex=F, to: sbp, beta: 1, where: relapse"), ("effects", 2, "where"), "event time"),
    "a condition that is a number": (
        effect("from: sex=F, to: sbp, beta: 1, where: age + 1"), ("effects", 2, "where"), "a number"),
    "a condition that cannot be read": (
        effect("from: sex=F, to: sbp, beta: 1, where: age >"), ("effects", 2, "where"), ""),
    "a cycle": (effect("from: sbp, to: age, beta: 1"), ("effects", 2), "age -> sbp -> age"),
    "a cycle through a condition": (
        effect("from: sex=F, to: age, beta: 1, where: sbp > 3"), ("effects", 0), "sbp -> age"),
    "a cycle through a formula": (
        effect("from: pulse, to: sbp, beta: 1"), ("effects", 2), "sbp -> pulse -> sbp"),
    # formulas and rules
    "a formula of an unknown column": (
        BASE.replace("sbp / 2 + age", "sbpp / 2"), ("columns", "pulse", "formula"), "`sbpp`"),
    "a formula of itself": (
        BASE.replace("sbp / 2 + age", "pulse / 2"), ("columns", "pulse", "formula"), "itself"),
    "a formula that gives yes or no": (
        BASE.replace("pulse, type: number, formula: sbp / 2 + age", "pulse, type: date, formula: sbp > 2"),
        ("columns", "pulse", "formula"), "yes or no"),
    "a formula of an id": (
        BASE.replace("sbp / 2 + age", "pid == 'P0001'"), ("columns", "pulse", "formula"), "made last"),
    "a formula without columns": (
        BASE.replace("sbp / 2 + age", "40 + 2"), ("columns", "pulse", "formula"), "no column"),
    "a rule of an unknown column": (rule("spb > 3"), ("rules", 1), "`spb`"),
    "a rule that is a number": (rule("sbp + 3"), ("rules", 1), "a number"),
    "a rule that empties an event": (
        rule("if age > 60 then relapse is missing"), ("rules", 1), "missing together"),
    "a rule that cannot be read": (rule("sbp >"), ("rules", 1), ""),
    # missing
    "an unknown column missing": (missing("hba1c: 0.1"), ("missing", "hba1c"), "`hba1c`"),
    "an event missing": (missing("relapse: 0.1"), ("missing", "relapse"), "missing together"),
    "8 for 8%": (missing("age: 8"), ("missing", "age", "rate"), "no share"),
    "missing on an unknown column": (
        missing("age: {rate: 0.1, depends_on: ag, beta: 1}"), ("missing", "age", "depends_on"), "`ag`"),
    "missing on an id": (
        missing("age: {rate: 0.1, depends_on: pid, beta: 1}"),
        ("missing", "age", "depends_on"), "type id"),
    "missing without a size": (
        missing("age: {rate: 0.1, depends_on: sbp}"), ("missing", "age"), "How strongly"),
    "missing with a size of nothing": (
        missing("age: {rate: 0.1, beta: 1}"), ("missing", "age"), "not of what"),
    "missing with a ratio of 0": (
        missing("age: {rate: 0.1, depends_on: sbp, odds_ratio: 0}"),
        ("missing", "age", "odds_ratio"), "above 0"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_is_refused_with_where_it_stands(case):
    text, path, words = CASES[case]
    problems = found(text)
    assert [(part.path, part.what) for part in problems if part.path == path and words in part.what]
    assert all(part.mend for part in problems)
    assert all(part.what.startswith("Line ") for part in problems)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_one_mistake_gives_one_problem(case):
    assert len(found(CASES[case][0])) == 1


def test_all_problems_come_at_once():
    text = (
        effect("from: aeg, to: sbp, beta: 1").replace("sd: 11", "sd: -1").replace("sd: 15", "sd: 0")
    )
    assert {part.path[:2] for part in found(text)} == {
        ("columns", "age"), ("columns", "sbp"), ("effects", 2)
    }  # fmt: skip
