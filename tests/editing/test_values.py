"""The values of a category: named anew, added, left out, in another order."""

from __future__ import annotations

import math

import pytest

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.editing import Edit, apply, details
from synth_magic.editing.values import values_text

STAGED = Blueprint.from_yaml(
    """
version: 1
columns:
  - {name: smoker, type: category,
     distribution: {probabilities: {never: 0.5, former: 0.3, current: 0.2}, source: model}}
  - {name: stage, type: category, ordered: true, values: [I, II, III],
     distribution: {probabilities: {I: 0.5, II: 0.3, III: 0.2}}}
  - {name: bmi, type: number, decimals: 1, distribution: {by: smoker, groups: {
     never: {normal: {mean: 26, sd: 4}}, former: {normal: {mean: 27, sd: 4}},
     current: {normal: {mean: 25, sd: 4}}}}}
  - {name: packs, type: number, decimals: 1, range: [0, 80],
     distribution: {normal: {mean: 20, sd: 6}}}
  - {name: other, type: category, distribution: {probabilities: {never: 0.4, current: 0.6}}}
effects:
  - {from: smoker=current, to: packs, beta: 0.4}
  - {from: packs, to: stage, beta: 0.2, where: smoker == 'current' and other == 'current'}
rules:
  - if smoker in ('current', former) then packs > 1
missing:
  packs: {rate: 0.1, depends_on: smoker=current, odds_ratio: 2}
"""
)


def typed(blueprint: Blueprint, column: str, text: str):
    return apply(blueprint, Edit("values", column, text=text))


def shares(blueprint: Blueprint, column: str) -> dict[str, float]:
    law = blueprint.column(column).distribution
    assert law is not None
    return {value: float(share) for value, share in law.probabilities or ()}


def test_a_new_name_is_written_wherever_the_old_one_was_and_nowhere_else():
    done = typed(STAGED, "smoker", "never / former / daily user's")
    after = done.blueprint
    assert shares(after, "smoker") == {"never": 0.5, "former": 0.3, "daily user's": 0.2}
    assert after.column("smoker").distribution.source == "model"
    groups = after.column("bmi").distribution.groups
    assert [value for value, _ in groups] == ["never", "former", "daily user's"]
    assert after.effects[0].parent == "smoker=daily user's"
    assert after.effects[1].where == "smoker == 'daily user''s' and other == 'current'"
    assert after.rules[0].text == "if smoker in ('daily user''s', former) then packs > 1"
    assert after.missing[0].depends_on == "smoker=daily user's"
    assert after.column("other") == STAGED.column("other")
    table = sampling.draw(sampling.compile(after), 300)
    assert set(table.smoker) == {"never", "former", "daily user's"}
    assert done.words == ("smoker values never / former / current → never / former / daily user's")
    back = typed(after, "smoker", "never / former / current").blueprint
    assert sampling.draw(sampling.compile(back), 300).equals(
        sampling.draw(sampling.compile(STAGED), 300)
    )


def test_a_new_value_says_its_share_and_the_others_give_in_proportion():
    free = apply(STAGED, Edit("column-", "bmi")).blueprint
    after = typed(free, "smoker", "never / vapes 10 % / former / current").blueprint
    assert list(shares(after, "smoker")) == ["never", "vapes", "former", "current"]
    assert shares(after, "smoker") == pytest.approx(
        {"never": 0.45, "vapes": 0.1, "former": 0.27, "current": 0.18}
    )
    table = sampling.draw(sampling.compile(after), 4000)
    assert (table.smoker == "vapes").mean() == pytest.approx(0.1, abs=0.02)
    staged = typed(STAGED, "stage", "I < II < III < IV 4 %").blueprint
    assert staged.column("stage").levels == ("I", "II", "III", "IV")
    assert math.fsum(shares(staged, "stage").values()) == pytest.approx(1)
    assert after.effects[0] == free.effects[0], "effects stay"


def test_a_value_that_goes_gives_its_share_to_the_others_and_takes_its_effects():
    plain = STAGED.replaced(("effects",), list(STAGED.effects[:1]), "user")
    plain = apply(plain, Edit("rule-", index=0)).blueprint
    done = typed(plain, "smoker", "never / former")
    assert shares(done.blueprint, "smoker") == pytest.approx({"never": 0.625, "former": 0.375})
    assert done.blueprint.effects == ()
    assert [change.words for change in done.changes[1:]] == [
        "removed effect smoker=current → packs +0.4 SD"
    ]
    assert [note.what for note in done.notes[:2]] == [
        "1 effect went with it",
        "Missing values of packs depend on nothing now",
    ]
    groups = done.blueprint.column("bmi").distribution.groups
    assert [value for value, _ in groups] == ["never", "former"]
    assert set(sampling.draw(sampling.compile(done.blueprint), 200).smoker) == {"never", "former"}


def test_the_order_is_the_order_that_was_typed():
    after = typed(STAGED, "smoker", "current / former / never").blueprint
    assert after.column("smoker").levels == ("current", "former", "never")
    assert shares(after, "smoker") == {"current": 0.2, "former": 0.3, "never": 0.5}
    assert after.column("smoker").distribution.source == "model"
    rising = typed(STAGED, "other", "never < current").blueprint.column("other")
    assert rising.ordered
    assert values_text(rising) == "never < current"
    assert typed(STAGED, "stage", "I < II < III").words == ""


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("smoker", "never / former / current / unknown", "What share has `unknown`?"),
        ("smoker", "never / never / current", "stands twice"),
        ("smoker", "never / / current", "without a name"),
        ("smoker", "", "No value is named"),
        ("smoker", "never 60 % / former / current", "has a field of its own"),
        ("smoker", "a 60 % / b 50 %", "more than 100 %"),
        ("smoker", "a 150 % / b 5 % / c / d", "no percentage"),
        ("smoker", "never / former", "It is named in “if smoker in"),
        ("smoker", "never / former / current / x 5 %", "Nothing is said for smoker = x"),
        ("packs", "a / b", "no list of values"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(refusal, column, text, said):
    problem = refusal(STAGED, Edit("values", column, text=text))
    assert said in problem.what
    assert problem.mend


def test_values_that_hold_the_usual_signs_are_parted_by_others():
    text = """
version: 1
columns:
  - {name: site, type: category,
     distribution: {probabilities: {"a / b": 0.5, "c, d": 0.3, "e": 0.2}}}
"""
    odd = Blueprint.from_yaml(text)
    written = values_text(odd.column("site"))
    assert written == "a / b | c, d | e"
    assert typed(odd, "site", written).words == ""
    after = typed(odd, "site", "a / b | c, d | f").blueprint
    assert after.column("site").levels == ("a / b", "c, d", "f")


def test_every_list_of_values_is_read_as_it_is_written(any_table):
    for column in any_table.columns:
        for field in details(column):
            what, name = (field.key, column.name)
            if field.key == "event":
                what, name = "name", field.text
            assert apply(any_table, Edit(what, name, text=field.text)).words == ""


def test_shares_that_are_stated_by_groups_follow_in_every_group():
    grouped = Blueprint.from_yaml(
        """
version: 1
columns:
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: drink, type: category, values: [none, some, much], distribution: {by: sex, groups: {
     F: {probabilities: {none: 0.5, some: 0.4, much: 0.1}},
     M: {probabilities: {none: 0.2, some: 0.5, much: 0.3}}}}}
"""
    )

    def groups(blueprint):
        found = blueprint.column("drink").distribution.groups
        return {sex: {v: float(s) for v, s in part.probabilities} for sex, part in found}

    named = typed(grouped, "drink", "never / some / much").blueprint
    assert named.column("drink").values == ("never", "some", "much")
    assert groups(named)["M"] == {"never": 0.2, "some": 0.5, "much": 0.3}
    more = typed(grouped, "drink", "none / some / much / unknown 10 %").blueprint
    assert groups(more)["F"] == pytest.approx(
        {"none": 0.45, "some": 0.36, "much": 0.09, "unknown": 0.1}
    )
    less = typed(grouped, "drink", "none / some").blueprint
    assert groups(less)["M"] == pytest.approx({"none": 2 / 7, "some": 5 / 7}, abs=1e-5)
    assert len(sampling.draw(sampling.compile(more), 50)) == 50
