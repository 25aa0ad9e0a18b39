"""What was typed is what the law has, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synth_magic import sampling
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.editing import Edit, apply, fields
from synth_magic.editing.figures import Figure, figures, measured, part_of, without_zero
from synth_magic.errors import SpecError
from synth_magic.laws import Marginal
from tests.edited_tables import TABLES, diabetes, trial

SHARES = ("share", "yes", "zero", "survival")
NUMBERS = (*SHARES, "mean", "sd", "quantile", "low", "high")


def every_number() -> list[tuple[str, str, str]]:
    found = []
    for name, table in TABLES.items():
        laws = sampling.compile(table()).laws
        for column in table().columns:
            for figure in figures(column, laws.get(column.name)):
                if figure.kind in NUMBERS and column.type not in ("date", "datetime"):
                    found.append((name, column.name, figure.key))
    return found


def now(blueprint: Blueprint, column: str, key: str) -> tuple[Figure, Column, Marginal]:
    plan = sampling.compile(blueprint)
    there = blueprint.column(column)
    law = plan.laws[column]
    figure = next(each for each in figures(there, law) if each.key == key)
    normal = there.distribution is not None and there.distribution.normal is not None
    if normal and figure.kind in ("mean", "sd"):
        # Mean and SD of a normal law are those of the column as delivered.
        codec = next(out.codec for out in plan.outputs if out.codec.name == column)
        law = codec.law(law)
    return figure, there, law


@given(st.data())
@settings(max_examples=150)
def test_the_law_has_the_figure_that_was_typed(data):
    table, column, key = data.draw(st.sampled_from(every_number()))
    before = TABLES[table]()
    figure, _, law = now(before, column, key)
    if figure.kind in SHARES:
        typed = round(data.draw(st.floats(0.5, 99.5)), 1)
        value, tolerance = typed / 100, 0.0
    else:
        typed = float(f"{figure.value * data.draw(st.floats(0.5, 1.8)):.3g}")
        value, tolerance = typed, 2e-5
    try:
        done = apply(before, Edit("field", column, key=key, text=f"{typed:.10g}"))
    except SpecError:
        assume(False)
    assume(done.words)  # what stands there already, as it is shown, changes nothing
    after, there, law = now(done.blueprint, column, key)
    if figure.kind in ("mean", "sd") and part_of(there, figure.group).normal is not None:
        # Rounding, and ends of the range that are near, move mean and SD by up to so many SDs.
        tolerance = 1e-2
    near = tolerance * law.sd + 1e-9
    assert measured(after, there, law) == pytest.approx(value, abs=near, rel=1e-6)
    others = [each for each in done.blueprint.columns if each.name != column]
    assert others == [each for each in before.columns if each.name != column]
    assert done.blueprint.effects == before.effects
    assert done.blueprint.missing == before.missing


@pytest.mark.parametrize(
    ("column", "key", "text"),
    [
        ("retinopathy", "yes", "30 %"),
        ("hba1c", "median", "7,6"),
        ("visit", "low", "2016-02-01"),
        ("weight", "F/median", "72"),
    ],
)
def test_drawing_again_leaves_unrelated_columns_bit_for_bit(diabetes, field, column, key, text):
    after = field(diabetes, column, key, text).blueprint
    old = sampling.draw(sampling.compile(diabetes), 2000, 7)
    new = sampling.draw(sampling.compile(after), 2000, 7)
    touched = graph.closure(diabetes, column)
    unrelated = [name for name in old.columns if name not in touched]
    assert len(unrelated) >= 1
    pd.testing.assert_frame_equal(old[unrelated], new[unrelated])
    assert not old[column].equals(new[column])


def test_a_drawn_table_has_the_median_that_was_typed(diabetes, field):
    after = field(diabetes, "hba1c", "median", "7.8").blueprint
    drawn = sampling.draw(sampling.compile(after), 20_000)["hba1c"]
    # DKW: the sample's median lies within 0.024 of the half at alpha = 1e-9.
    assert (drawn < 7.75).mean() < 0.5 + 0.024
    assert (drawn <= 7.85).mean() > 0.5 - 0.024
    assert drawn.min() >= 5.5
    assert drawn.max() <= 14


@given(st.sampled_from(["median", "q1", "q3"]), st.floats(5.5, 14))
@settings(max_examples=100)
def test_a_moved_law_stays_in_order_and_in_its_range(key, value):
    done = apply(diabetes(), Edit("field", "hba1c", key=key, text=f"{value:.3f}"))
    law = done.blueprint.column("hba1c").distribution
    assert law is not None
    places = [float(place) for _, place in law.quantiles or ()]
    assert places == sorted(places)
    assert 5.5 <= places[0] <= places[-1] <= 14
    shares = [float(p) for p, _ in law.quantiles or ()]
    assert {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99} == set(shares)


def test_a_small_move_of_the_median_leaves_the_quartiles(diabetes, field):
    after = field(diabetes, "hba1c", "median", "7.1").blueprint
    law = sampling.compile(after).laws["hba1c"]
    assert float(law.ppf(0.25)) == pytest.approx(6.37, abs=1e-6)
    assert float(law.ppf(0.75)) == pytest.approx(7.87, abs=1e-6)


def test_a_large_move_of_the_median_takes_the_quartiles_along(diabetes, field):
    after = field(diabetes, "hba1c", "median", "9").blueprint
    law = sampling.compile(after).laws["hba1c"]
    assert 6.9 < float(law.ppf(0.25)) < 9 < 9.4 < float(law.ppf(0.75))


def test_a_quartile_that_the_user_typed_stays_when_the_median_follows(diabetes, field):
    once = field(diabetes, "hba1c", "q3", "8.2").blueprint
    twice = field(once, "hba1c", "median", "7.9").blueprint
    law = sampling.compile(twice).laws["hba1c"]
    assert float(law.ppf(0.75)) == pytest.approx(8.2, abs=1e-6)
    assert float(law.ppf(0.5)) == pytest.approx(7.9, abs=1e-6)
    stated = twice.column("hba1c").stated
    assert stated is not None
    assert (stated.median, stated.quantiles) == (7.9, ((0.75, 8.2),))


def test_a_median_above_the_upper_quartile_takes_it_along_even_if_typed(diabetes, field):
    once = field(diabetes, "hba1c", "q3", "8.2").blueprint
    twice = field(once, "hba1c", "median", "9").blueprint
    stated = twice.column("hba1c").stated
    assert stated is not None
    assert stated.median == 9
    assert not stated.quantiles
    law = sampling.compile(twice).laws["hba1c"]
    assert float(law.ppf(0.75)) > 9


def test_stated_facts_that_an_edit_contradicts_are_replaced(trial, field):
    stated = field(trial, "age", "mean", "70").blueprint.column("age").stated
    assert stated is not None
    assert (stated.mean, stated.sd) == (70, 9)


def test_raising_one_share_takes_from_the_others_in_proportion(diabetes, field):
    law = field(diabetes, "smoker", "share/current", "30").blueprint.column("smoker").distribution
    assert law is not None
    shares = dict(law.probabilities or ())
    assert shares["current"] == 0.3
    assert shares["never"] / shares["former"] == pytest.approx(0.538 / 0.329, rel=1e-4)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)


def test_a_share_that_was_typed_stays_while_others_can_give_way(diabetes, field):
    once = field(diabetes, "smoker", "share/current", "30").blueprint
    law = field(once, "smoker", "share/never", "60").blueprint.column("smoker").distribution
    assert law is not None
    assert dict(law.probabilities or ()) == pytest.approx(
        {"never": 0.6, "former": 0.1, "current": 0.3}
    )


def test_where_every_share_was_typed_the_others_give_way_in_proportion(diabetes, field):
    once = field(diabetes, "smoker", "share/current", "30").blueprint
    twice = field(once, "smoker", "share/never", "60").blueprint
    law = field(twice, "smoker", "share/former", "55").blueprint.column("smoker").distribution
    assert law is not None
    shares = dict(law.probabilities or ())
    assert shares["former"] == 0.55
    assert shares["never"] / shares["current"] == pytest.approx(2, rel=1e-4)


def test_a_share_of_all_leaves_nothing_to_the_others(small, field, refusal):
    law = apply(
        apply(small, Edit("effect-", index=0)).blueprint,
        Edit("field", "sex", key="share/F", text="100"),
    ).blueprint.column("sex").distribution  # fmt: skip
    assert law is not None
    assert dict(law.probabilities or ()) == {"F": 1.0, "M": 0.0}


def test_only_the_edited_group_becomes_the_users(diabetes, field):
    law = field(diabetes, "weight", "F/q1", "66").blueprint.column("weight").distribution
    assert law is not None
    groups = dict(law.groups or ())
    assert (law.source, groups["F"].source, groups["M"].source) == ("user", "user", "reference")
    old = diabetes.column("weight").distribution
    assert old is not None
    assert groups["M"] == dict(old.groups or ())["M"]


def test_a_lognormal_keeps_its_form_when_its_median_moves_and_loses_it_with_a_quartile(
    trial, field
):
    law = field(trial, "crp", "median", "6").blueprint.column("crp").distribution
    assert law is not None
    assert law.lognormal is not None
    assert law.lognormal.sigma == 0.9
    done = field(trial, "crp", "q3", "9")
    law = done.blueprint.column("crp").distribution
    assert law is not None
    assert law.lognormal is None
    assert law.quantiles is not None
    assert "quantiles now" in done.notes[0].what


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("bnp", "gamma"), ("adherence", "beta"), ("falls", "negative_binomial"),
        ("visits", "poisson"), ("wait", "exponential"), ("stay", "weibull"), ("dose", "gamma"),
    ],
)  # fmt: skip
def test_a_family_keeps_its_name_when_its_mean_moves(trial, field, column, kind):
    figure, _, _ = now(trial, column, "mean")
    after = field(trial, column, "mean", f"{1.1 * figure.value:.3g}").blueprint
    law = after.column(column).distribution
    assert law is not None
    assert law.kind == kind


def test_a_spread_that_a_family_cannot_have_says_so_or_takes_another(trial, field, refusal):
    said = refusal(trial, Edit("field", "adherence", key="sd", text="60"))
    assert "No beta law" in said.what
    said = refusal(trial, Edit("field", "falls", key="sd", text="0.7"))
    assert "No negative binomial law" in said.what
    # Counts whose variance is below their mean are no negative binomial.
    done = field(trial, "falls", "mean", "4")
    law = done.blueprint.column("falls").distribution
    assert law is not None
    assert law.kind == "normal"
    assert any("not negative binomial" in part.what for part in done.notes)
    drawn = sampling.draw(sampling.compile(done.blueprint), 20_000)["falls"]
    assert drawn.mean() == pytest.approx(4, abs=0.05)
    assert drawn.std() == pytest.approx(1.25, abs=0.05)


def test_figures_beside_zeros_are_of_the_other_values(trial, field):
    after = field(trial, "packs", "median", "25").blueprint
    law = sampling.compile(after).laws["packs"]
    assert float(law.cdf(0.0)) == pytest.approx(0.55, abs=1e-9)
    assert without_zero(law).median == pytest.approx(25, abs=1e-6)
    drawn = sampling.draw(sampling.compile(after), 20_000)["packs"]
    assert drawn[drawn > 0].median() == pytest.approx(25, abs=1)
    hints = {each.key: each.hint for each in fields(after.column("packs"), law)}
    assert hints["median"] == "Of the values other than 0"
    assert hints["zero"] == ""


def test_dates_are_typed_as_dates(trial, field, refusal):
    after = field(trial, "randomised", "median", "1 March 2020").blueprint
    law = after.column("randomised").distribution
    assert law is not None
    assert dict(law.quantiles or ())[0.5] == "2020-03-01"
    drawn = sampling.draw(sampling.compile(after), 4000)["randomised"]
    assert abs((drawn.median() - pd.Timestamp("2020-03-01")).days) < 45
    said = refusal(trial, Edit("field", "randomised", key="median", text="03/04/2020"))
    assert "can be exchanged" in said.what
    assert "no date" in refusal(trial, Edit("field", "born", key="mean", text="June")).what
    assert field(trial, "born", "sd", "2000 days").words == "born SD 3200 → 2000"


def test_survival_falls(trial, field, refusal):
    done = field(trial, "followup", "survival/730", "75")
    assert done.words == "followup survival at 730 days 70 % → 75 %"
    said = refusal(trial, Edit("field", "followup", key="survival/730", text="90"))
    assert said.mend == "Write between 50 and 85 %"


def test_formulas_patterns_and_texts_can_be_typed(trial, field, refusal):
    done = field(trial, "risk", "formula", "age / 20 + egfr / 50")
    assert done.blueprint.column("risk").formula == "age / 20 + egfr / 50"
    done = field(trial, "patient", "pattern", "NCT-####")
    assert list(sampling.draw(sampling.compile(done.blueprint), 1)["patient"]) == ["NCT-0001"]
    done = field(trial, "comment", "template", "Age {age}.")
    assert done.blueprint.column("comment").template == "Age {age}."
    assert "breaks off" in refusal(trial, Edit("field", "risk", key="formula", text="age +")).what
    assert "empty" in refusal(trial, Edit("field", "risk", key="formula", text=" ")).what


def test_what_lies_outside_the_range_is_refused_with_the_range(diabetes, refusal, trial):
    said = refusal(diabetes, Edit("field", "hba1c", key="median", text="15"))
    assert said.what == "15 is outside the range, 5.5 to 14"
    said = refusal(trial, Edit("field", "relapse_time", key="mean", text="-3"))
    assert "above 0" in said.what
    said = refusal(trial, Edit("field", "score", key="low", text="2.5"))
    assert "whole number" in said.what


def test_a_key_that_is_not_there_is_refused(diabetes, refusal):
    said = refusal(diabetes, Edit("field", "hba1c", key="mdian", text="7"))
    assert said.mend == "Did you mean median?"
    assert refusal(trial(), Edit("field", "admitted", key="x", text="7")).mend == "It has: none"


def test_a_median_in_an_atom_at_the_end_leaves_the_atom(small):
    text = small.to_yaml().replace("{0.05: 25, 0.5: 50, 0.95: 80}", "{0.25: 18, 0.5: 18, 0.75: 60}")
    before = Blueprint.from_yaml(text)
    after = apply(before, Edit("field", "age", key="median", text="30")).blueprint
    law = after.column("age").distribution
    assert law is not None
    assert dict(law.quantiles or ()) == {0.25: 18, 0.5: 30, 0.75: 60}
    drawn = np.asarray(sampling.draw(sampling.compile(after), 4000)["age"])
    assert np.median(drawn) == pytest.approx(30, abs=2)
