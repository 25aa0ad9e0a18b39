"""The long form of a cell: columns, effects, rules and missingness piece by piece."""

from __future__ import annotations

import pytest

from synth_magic.blueprint.model import Column, Distribution, Missing, Stated
from synth_magic.blueprint.yaml_form import column_from, effect_from, missing_from, rule_from
from synth_magic.errors import SpecError
from synth_magic.yaml_text import load


def column(text, **given):
    loaded = load(text, origin=("columns", "x"))
    return column_from("x", loaded.data, texts=loaded.texts, **given)


def refused(call, *given):
    with pytest.raises(SpecError) as caught:
        call(*given)
    assert all(part.mend for part in caught.value.problems)
    return caught.value.problems


def test_a_list_of_two_numbers_is_a_range():
    assert column("[4, 11.5]")[0] == Column(name="x", range=(4, 11.5))
    assert column("[18, null]")[0] == Column(name="x", range=(18, None))


@pytest.mark.parametrize("text", ["[mild, severe]", "[1, 2, 3]", "[NO, 12:30]", "[1.10, b]"])
def test_any_other_list_is_values_as_they_were_typed(text):
    found, _ = column(text)
    assert found.values == tuple(text.strip("[]").split(", "))
    assert found.type == "category"


@pytest.mark.parametrize("text", ["{F: 0.45, M: 0.55}", "{F: 45, M: 55}", "{F: 45%, M: 55%}"])
def test_a_mapping_without_keys_of_the_form_is_shares(text):
    found, _ = column(text)
    assert found.values == ("F", "M")
    assert dict(found.stated.probabilities) == pytest.approx({"F": 0.45, "M": 0.55})


def test_numbers_as_values_keep_their_spelling():
    found, _ = column("{type: category, values: [1, 1.10, 010, null]}")
    assert found.values == ("1", "1.10", "010", "null")
    assert column("{unit: 1, label: 2.50}")[0].label == "2.50"


def test_missing_in_a_column_is_given_apart():
    assert column("{type: number, missing: 8%}")[1] == Missing(column="x", rate=0.08, source="user")
    found, missing = column("{type: number, missing: {rate: 0.1, depends_on: age, beta: 1}}")
    assert found == Column(name="x", type="number")
    assert missing.depends_on == "age"


def test_a_distribution_and_stated_facts_may_stand_in_the_column():
    found, _ = column("{range: [30, 85], normal: {mean: 62, sd: 11}}")
    assert found.distribution == Distribution(normal={"mean": 62, "sd": 11}, source="user")
    found, _ = column("{mean: 62, sd: 11, quartiles: [55, 70], unit: years}")
    assert found.stated == Stated(mean=62, sd=11, quartiles=(55, 70))
    found, _ = column("{probability: 22%, distribution: {source: model}}")
    assert found.distribution == Distribution(probability=0.22, source="model")


def test_percentages_and_quoted_numbers_are_understood_where_a_share_stands():
    found, _ = column('{distribution: {quantiles: {5%: 42, "0.5": 63}, zero_share: "10%"}}')
    assert found.distribution.quantiles == ((0.05, 42), (0.5, 63))
    assert found.distribution.zero_share == 0.1
    assert column("{survival: {365: 82%}}")[0].survival == ((365, 0.82),)


def test_years_are_their_first_and_last_day():
    assert column("{type: date, range: [2015, 2020]}")[0].range == ("2015-01-01", "2020-12-31")
    assert column("{type: datetime, range: [2015, null]}")[0].range == ("2015-01-01T00:00:00", None)
    assert column("{type: integer, range: [2015, 2020]}")[0].range == (2015, 2020)


def test_whoever_builds_a_column_is_named_as_its_source():
    found, missing = column("{unit: kg, normal: {mean: 1, sd: 1}, missing: 0.1}", source="model")
    assert found.distribution.source == missing.source == found.source_of("unit") == "model"
    found, _ = column("{unit: kg, range: [1, 2], sources: {unit: reference}}", source="model")
    assert dict(found.sources) == {"unit": "reference", "range": "model"}
    assert column("{unit: kg}")[0].source_of("unit") == "user"


def test_groups_carry_the_source_of_the_whole():
    law = column("{distribution: {by: sex, groups: {F: {poisson: {mean: 2}}}, source: model}}")[0]
    assert law.distribution.groups[0][1].source == "model"


WRONG = {
    "a scalar": ("62", ("columns", "x"), "mapping or a list"),
    "an unknown key": ("{type: number, colour: red}", ("columns", "x", "colour"), "no `colour`"),
    "an unknown type": ("{type: integr}", ("columns", "x", "type"), "`integr` is no type"),
    "a family half said": ("{normal: {mean: 3}}", ("columns", "x", "distribution", "normal"),
                           "`normal` needs `sd`"),
    "an unknown parameter": ("{normal: {mean: 3, sd: 1, std: 2}}",
                             ("columns", "x", "distribution", "normal", "std"), "no `std`"),
    "an unknown family": ("{distribution: {norml: {mean: 3}}}",
                          ("columns", "x", "distribution", "norml"), "no `norml`"),
    "a word for a number": ("{normal: {mean: 3, sd: wide}}",
                            ("columns", "x", "distribution", "normal", "sd"), "'wide'"),
    "a number for a mapping": ("{normal: 3}", ("columns", "x", "distribution", "normal"),
                               "wants a mapping"),
    "a number for a distribution": ("{distribution: 3}", ("columns", "x", "distribution"),
                                    "wants a mapping"),
    "three ends of a range": ("{range: [1, 2, 3]}", ("columns", "x", "range"), "shorter list"),
    "one end of a range": ("{range: [1]}", ("columns", "x", "range"), ""),
    "a number for a list": ("{values: 3}", ("columns", "x", "values"), "a list"),
    "neither true nor false": ("{ordered: perhaps}", ("columns", "x", "ordered"), "true or false"),
    "half a decimal": ("{decimals: 1.5}", ("columns", "x", "decimals"), "whole number"),
    "a word for a decimal": ("{decimals: few}", ("columns", "x", "decimals"), "whole number"),
    "a list for a text": ("{unit: [a]}", ("columns", "x", "unit"), "wants a text"),
    "a share that is a word": ("{distribution: {probabilities: {F: half}}}",
                               ("columns", "x", "distribution", "probabilities", "F"), "'half'"),
    "a quantile of a word": ("{distribution: {quantiles: {low: 3}}}",
                             ("columns", "x", "distribution", "quantiles", "low"), "'low'"),
    "a wrong source": ("{distribution: {probability: 0.1, source: me}}",
                       ("columns", "x", "distribution", "source"), "`me` is no source"),
    "a wrong group": ("{distribution: {by: g, groups: {F: 3}}}",
                      ("columns", "x", "distribution", "groups", "F"), "wants a mapping"),
    "a parameter within a group": ("{distribution: {by: g, groups: {F: {poisson: {men: 3}}}}}",
                                   ("columns", "x", "distribution", "groups", "F", "poisson"),
                                   "needs `mean`"),
    "too large a number": ("{range: [1, 1e16]}", ("columns", "x", "range"), "finite"),
    "a wrong rate": ("{missing: often}", ("columns", "x", "missing"), "no share"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_what_a_column_cannot_say_is_told_in_plain_words(case):
    text, path, words = WRONG[case]
    problems = refused(column, text)
    hit = [part for part in problems if part.path[: len(path)] == path and words in part.what]
    assert hit
    assert not any("validation" in part.what or "Input" in part.what for part in problems)


def test_both_mistakes_of_a_column_are_told():
    problems = refused(column, "{type: integr, missing: often}")
    assert {part.path[2] for part in problems} == {"type", "missing"}


def test_a_near_key_is_suggested():
    (problem,) = refused(column, "{type: number, deciamls: 1}")
    assert problem.mend == "Write `decimals`"


def test_an_effect_is_read():
    effect = effect_from({"from": "age", "to": "sbp", "odds_ratio": "1.5", "per": 10}, ("e", 0))
    assert (effect.parent, effect.child, effect.word, effect.size, effect.per) == (
        "age", "sbp", "odds_ratio", 1.5, 10
    )  # fmt: skip
    assert effect.source == "user"
    data = {"from": "a", "to": "b", "beta": 1, "source": "model"}
    assert effect_from(data, ("e", 0), source="reference").source == "model"


@pytest.mark.parametrize(
    ("data", "path", "words"),
    [("age -> sbp", (), "is a mapping"),
     ({"from": "a", "beta": 1}, (), "does not say `to`"),
     ({"from": "a", "to": None, "beta": 1}, (), "does not say `to`"),
     ({"from": "a", "to": "b"}, (), "how large"),
     ({"from": "a", "to": "b", "betta": 1}, ("betta",), "no `betta`"),
     ({"from": "a", "to": "b", "beta": 1, "odds_ratio": 2}, ("odds_ratio",), "twice"),
     ({"from": "a", "to": "b", "beta": "strong"}, ("beta",), "'strong'"),
     ({"from": ["a"], "to": "b", "beta": 1}, (), "does not say `from`"),
     ({"from": "a", "to": "b", "beta": 1, "per": "ten"}, ("per",), "'ten'"),
     ({"from": "a", "to": "b", "beta": 1, "source": "me"}, ("source",), "`me`")],
)  # fmt: skip
def test_an_effect_that_says_too_little_is_refused(data, path, words):
    problems = refused(effect_from, data, ("effects", 3))
    assert any(part.path == ("effects", 3, *path) and words in part.what for part in problems)


def test_a_rule_is_a_text_or_a_mapping_with_its_source():
    assert rule_from("sbp > dbp", ("rules", 0)).source == "user"
    rule = rule_from({"rule": "a > 1", "source": "guess"}, ("rules", 0))
    assert (rule.text, rule.source) == ("a > 1", "guess")
    assert "no `rul`" in refused(rule_from, {"rul": "a"}, ("rules", 0))[0].what
    assert "a text" in refused(rule_from, ["a"], ("rules", 0))[0].what
    assert "a text" in refused(rule_from, None, ("rules", 0))[0].what
    assert refused(rule_from, {"rule": "a", "source": "me"}, ("rules", 0))


def test_missing_is_a_share_or_a_mapping():
    assert missing_from("x", 0.08, ("missing", "x")).rate == 0.08
    assert missing_from("x", "8%", ("missing", "x")).rate == 0.08
    data = {"rate": "8 %", "depends_on": "a", "odds_ratio": 2, "source": "model"}
    found = missing_from("x", data, ("missing", "x"))
    assert (found.rate, found.word, found.size, found.source) == (0.08, "odds_ratio", 2, "model")


@pytest.mark.parametrize(
    ("data", "words"),
    [("often", "no share"), ([1], "no share"), ({"depends_on": "a"}, "how much"),
     ({"rate": "often"}, "'often'"), ({"rat": 0.1}, "no `rat`"),
     ({"rate": 0.1, "beta": 1, "odds_ratio": 2}, "twice"), ({"rate": 0.1, "beta": "x"}, "'x'")],
)  # fmt: skip
def test_missing_that_is_no_share_is_refused(data, words):
    assert any(words in part.what for part in refused(missing_from, "x", data, ("missing", "x")))


def test_the_mend_of_an_effects_size_names_the_word_that_was_written():
    with pytest.raises(SpecError) as caught:
        effect_from({"from": "a", "to": "b", "hazard_ratio": "nan"}, ("effects", 0))
    assert caught.value.problems[0].mend == "Write a number after `hazard_ratio:`"


@pytest.mark.parametrize("size", [1e-300, -1e-20, 5e-324])
def test_a_number_too_near_to_zero_to_divide_by_is_refused(size):
    data = {"from": "a", "to": "b", "beta": 0.3, "per": abs(size)}
    with pytest.raises(SpecError, match="too near to 0"):
        effect_from(data, ("effects", 0))
    with pytest.raises(SpecError, match="too near to 0"):
        column_from("a", {"type": "number", "range": [size, 3]})
