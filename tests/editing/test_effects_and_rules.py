"""Effects, rules, missing values, decimals, units and labels."""

from __future__ import annotations

import pytest

from synth_magic import sampling
from synth_magic.editing import Edit, apply


def index_of(blueprint, parent, child):
    return next(
        at for at, e in enumerate(blueprint.effects) if (e.parent, e.child) == (parent, child)
    )


@pytest.mark.parametrize(
    ("text", "word", "size", "per"),
    [
        ("2", "odds_ratio", 2, None), ("1,8", "odds_ratio", 1.8, None),
        ("OR 1.9", "odds_ratio", 1.9, None), ("odds ratio 1.9 per 2", "odds_ratio", 1.9, 2),
        ("0.3 SD", "beta", 0.3, None), ("beta −0.2", "beta", -0.2, None),
    ],
)  # fmt: skip
def test_the_size_of_an_effect_is_typed_in_the_clinics_words(diabetes, text, word, size, per):
    at = index_of(diabetes, "hba1c", "retinopathy")
    done = apply(diabetes, Edit("effect", index=at, key="size", text=text))
    effect = done.blueprint.effects[at]
    assert (effect.word, effect.size, effect.per, effect.source) == (word, size, per, "user")
    assert done.words.startswith("hba1c → retinopathy OR 1.59 → ")
    others = [e for n, e in enumerate(done.blueprint.effects) if n != at]
    assert others == [e for n, e in enumerate(diabetes.effects) if n != at]


def test_a_difference_may_be_typed_with_its_unit(small):
    done = apply(small, Edit("effect", index=0, key="size", text="+0.8 L"))
    assert done.blueprint.effects[0].size == 0.8
    assert done.words == "sex=M → lung function +0.6 → +0.8"
    drawn = sampling.draw(sampling.compile(done.blueprint), 20_000)
    means = drawn.groupby("sex", observed=True)["lung function"].mean()
    assert means["M"] - means["F"] == pytest.approx(0.8, abs=0.06)


def test_a_word_alone_asks_how_large(diabetes, refusal):
    at = index_of(diabetes, "hba1c", "retinopathy")
    said = refusal(diabetes, Edit("effect", index=at, key="word", text="beta"))
    assert said.what == "How large is it as beta?"
    assert said.mend.endswith("0.3 SD")
    same = apply(diabetes, Edit("effect", index=at, key="word", text="odds ratio"))
    assert same.blueprint is diabetes


@pytest.mark.parametrize("text", ["", "abc", "RR 1.5", "2 apples", "OR 2 where age > 3"])
def test_what_is_no_size_is_refused(diabetes, refusal, text):
    assert refusal(diabetes, Edit("effect", index=0, key="size", text=text)).what


def test_a_word_that_does_not_fit_the_child_is_refused(diabetes, refusal):
    said = refusal(diabetes, Edit("effect", index=0, key="size", text="HR 2"))
    assert "cannot be said" in said.what


def test_a_step_a_condition_and_the_ends_can_be_typed(diabetes):
    at = index_of(diabetes, "hba1c", "retinopathy")
    step = apply(diabetes, Edit("effect", index=at, key="per", text="per 2 %"))
    assert step.blueprint.effects[at].per == 2
    back = apply(step.blueprint, Edit("effect", index=at, key="per", text=""))
    assert back.blueprint.effects[at].per is None
    where = apply(diabetes, Edit("effect", index=at, key="where", text="age > 50"))
    assert where.blueprint.effects[at].where == "age > 50"
    at = index_of(diabetes, "age", "sbp")
    child = apply(diabetes, Edit("effect", index=at, key="from", text="smoker = current"))
    assert child.blueprint.effects[at].parent == "smoker=current"
    assert child.words == "age → sbp from age → smoker=current"


def test_a_circle_is_refused_and_named(diabetes, refusal):
    said = refusal(diabetes, Edit("effect+", text="retinopathy -> age: 0.1 SD"))
    assert "circle" in said.what


def test_a_new_effect_is_said_in_one_line(small):
    done = apply(small, Edit("effect+", text="age -> lung function: -0.3 SD"))
    assert done.words == "added effect age → lung function -0.3 SD"
    assert done.blueprint.effects[-1].source == "user"


def test_a_new_effect_takes_the_place_of_one_that_was_not_the_users(diabetes, refusal):
    done = apply(diabetes, Edit("effect+", text="age -> sbp: 0.5 mmHg per year"))
    assert len(done.blueprint.effects) == len(diabetes.effects)
    at = index_of(diabetes, "age", "sbp")
    assert done.blueprint.effects[at].word == "difference"
    assert "replaces the reference's" in done.notes[0].what
    again = refusal(done.blueprint, Edit("effect+", text="age -> sbp: 0.6 mmHg per year"))
    assert "said twice" in again.what


def test_an_effect_can_be_taken_away(diabetes):
    done = apply(diabetes, Edit("effect-", index=0))
    assert done.blueprint.effects == diabetes.effects[1:]
    assert done.words == "removed effect age → height -0.229 SD"


@pytest.mark.parametrize(
    "edit",
    [
        Edit("effect-", index=99), Edit("effect", index=-1, key="size", text="1"),
        Edit("rule-", index=9), Edit("rule", index=-1, text="a > b"),
        Edit("effect", index=0, key="colour", text="1"), Edit("effect", index=0, key="to"),
        Edit("effect+", text="age sbp 3"), Edit("effect+", text="a -> b: 1" + " " + "x" * 500),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused(diabetes, refusal, edit):
    assert refusal(diabetes, edit).mend


def test_rules_come_go_and_change(diabetes, refusal):
    more = apply(diabetes, Edit("rule+", text="- sbp > 80"))
    assert more.blueprint.rules[-1].text == "sbp > 80"
    assert more.words == "added rule sbp > 80"
    changed = apply(more.blueprint, Edit("rule", index=1, text="sbp > 90"))
    assert changed.words == "rule sbp > 80 → sbp > 90"
    assert changed.blueprint.rules[1].source == "user"
    gone = apply(changed.blueprint, Edit("rule-", index=0))
    assert [rule.text for rule in gone.blueprint.rules] == ["sbp > 90"]
    assert apply(diabetes, Edit("rule", index=0, text=" sbp > dbp ")).words == ""
    assert "breaks off" in refusal(diabetes, Edit("rule+", text="sbp >")).what
    assert "empty" in refusal(diabetes, Edit("rule+", text=" ")).what
    assert "nope" in refusal(diabetes, Edit("rule+", text="nope > 3")).what


def test_missing_values_are_typed_in_percent(diabetes, trial, refusal):
    done = apply(diabetes, Edit("missing", "age", text="5"))
    assert done.words == "age missing none → 5 %"
    drawn = sampling.draw(sampling.compile(done.blueprint), 10_000)["age"]
    assert drawn.isna().mean() == pytest.approx(0.05, abs=0.015)
    gone = apply(diabetes, Edit("missing", "hba1c", text="none"))
    assert gone.words == "hba1c missing 8 % → none"
    assert gone.blueprint.missing == ()
    more = apply(trial, Edit("missing", "crp", text="20 %")).blueprint.missing
    part = next(each for each in more if each.column == "crp")
    assert (part.rate, part.depends_on, part.source) == (0.2, "age", "user")
    assert [each.column for each in more] == [each.column for each in trial.missing]
    assert "no percentage" in refusal(diabetes, Edit("missing", "age", text="120")).what


def test_decimals_units_and_labels(diabetes, trial, refusal):
    done = apply(diabetes, Edit("decimals", "hba1c", text="2"))
    assert done.words == "hba1c decimals 1 → 2"
    assert done.blueprint.column("hba1c").source_of("decimals") == "user"
    assert apply(done.blueprint, Edit("decimals", "hba1c", text="")).words.endswith("2 → none")
    assert apply(diabetes, Edit("decimals", "hba1c", text="1")).words == ""
    assert "Only a number" in refusal(diabetes, Edit("decimals", "age", text="1")).what
    assert "cannot be kept" in refusal(diabetes, Edit("decimals", "hba1c", text="1.5")).what
    unit = apply(diabetes, Edit("unit", "hemoglobin", text="g/L"))
    assert unit.words == "hemoglobin unit g/dL → g/L"
    assert "numbers are as they were" in unit.notes[0].what
    assert (
        apply(diabetes, Edit("unit", "hemoglobin", text="")).blueprint.column("hemoglobin").unit
        is None
    )
    assert "too long" in refusal(diabetes, Edit("unit", "age", text="u" * 60)).what
    label = apply(diabetes, Edit("label", "age", text="Age at visit"))
    assert label.blueprint.column("age").label == "Age at visit"
    assert "at most" in refusal(diabetes, Edit("label", "age", text="u" * 300)).what
    assert "Drop-out" in refusal(trial, Edit("unit", "followup", text="")).what
