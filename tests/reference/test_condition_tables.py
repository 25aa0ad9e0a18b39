"""Published tables become what a condition changes, give themselves back, and are told apart."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from synth_magic.reference import entry, files, law, people, published, tables
from synth_magic.reference.checks import checks

KNOWN = tables.load()
P = KNOWN.probabilities
Z = ndtri((np.arange(4000) + 0.5) / 4000)


def condition(*given, **fields):
    source = {"id": "x", "kind": "judgement", "where": "nowhere", "opened": False}
    base = {"id": "c", "label": "c", "kind": "condition", "names": ["c"], "source": source}
    made = [{"id": "t", "where": "Table 1", "n": 400, **table} for table in given]
    return files.ConditionFile.model_validate(base | {"tables": made} | fields)


def people_of(found):
    done = published.with_published(found, KNOWN)[0]
    own = replace(
        KNOWN.conditions["gout"],
        shift=done.shift,
        replace=done.replace,
        shares=done.shares,
        levels=done.levels,
        sets=None,
    )
    ages = people.spread(KNOWN, done.age, ())
    return people.People(ages, done.men, (own,))


def values(found, name):
    known = law.number(KNOWN, people_of(found), name)
    return np.interp((np.arange(2000) + 0.5) / 2000, known.F, known.x)


# One table --------------------------------------------------------------------------


@settings(derandomize=True, max_examples=25, deadline=None)
@given(
    st.floats(30, 75),
    st.floats(0.1, 0.9),
    st.sampled_from(
        [("sbp", 132, 18), ("bmi", 27, 5), ("hemoglobin", 12.5, 1.7), ("ldl", 110, 35)]
    ),
    st.floats(-0.6, 0.6),
)
def test_a_table_gives_its_mean_and_sd_back(age, men, figures, away):
    name, mean, sd = figures
    mean += away * sd
    found = condition({"age": [age, 10], "men": men, "rows": {name: [mean, sd]}})
    drawn = values(found, name)
    assert drawn.mean() == pytest.approx(mean, abs=0.15 * sd)
    assert drawn.std() == pytest.approx(sd, rel=0.2)


def test_quartiles_are_given_back():
    found = condition({"age": [60, 8], "men": 0.5, "rows": {"crp": [40, 15, 90]}})
    first, middle, third = np.quantile(values(found, "crp"), [0.25, 0.5, 0.75])
    assert (first, middle, third) == pytest.approx((15, 40, 90), rel=0.2)


def test_what_age_does_is_not_counted_as_the_disease():
    ages = [66, 69, 72, 75, 78, 81, 84]
    old = people.People(people.spread(KNOWN, ages, ()), 0.5, ())
    usual = law.number(KNOWN, old, "sbp")
    u = (np.arange(2000) + 0.5) / 2000
    drawn = np.interp(u, usual.F, usual.x)
    figures = [float(drawn.mean()), float(drawn.std())]
    same = condition({"age": ages, "men": 0.5, "rows": {"sbp": figures}})
    d, s = published.with_published(same, KNOWN)[0].shift["sbp"]
    assert abs(d) < 0.08
    assert s == pytest.approx(1, abs=0.08)
    young = condition({"age": [30, 3.7], "men": 0.5, "rows": {"sbp": figures}})
    assert published.with_published(young, KNOWN)[0].shift["sbp"][0] > 0.5


def test_shares_of_a_category_are_the_tables():
    stages = {"I": 0.1, "II": 0.2, "III": 0.3, "IV": 0.4}
    found = people_of(condition({"age": [60, 8], "men": 0.5, "rows": {"cancer_stage": stages}}))
    known = law.ordered(KNOWN, found, "cancer_stage")
    np.testing.assert_allclose(known.shares, list(stages.values()), atol=1e-3)


def test_a_law_by_its_mean_is_lognormal_only_where_a_normal_one_would_be_below_its_limit():
    skewed = published.values_at((5.0, 8.0), Z, 0.0)
    assert skewed.min() > 0
    assert skewed.mean() == pytest.approx(5, rel=0.03)
    even = published.values_at((100.0, 10.0), Z, 0.0)
    assert np.median(even) == pytest.approx(100)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.floats(35, 85), st.floats(4, 20))
def test_few_are_older_than_people_get(mean, sd):
    figures = published._below_oldest(mean, sd)
    ages = published.values_at(figures, Z, 0.0)
    assert np.quantile(ages, 0.95) <= published.OLD + 0.5
    if mean + 1.1 * sd < published.OLD:  # else no such people are
        assert ages.mean() == pytest.approx(mean, abs=0.1)
        assert ages.std() == pytest.approx(sd, rel=0.02)


# Several tables ---------------------------------------------------------------------


def test_tables_count_by_the_square_root_of_their_size():
    small = {"n": 100, "age": [50, 10], "men": 0.2, "rows": {"diabetes": 0.2}}
    large = {"n": 900, "age": [70, 10], "men": 0.6, "rows": {"diabetes": 0.5}}
    done, rows = published.with_published(condition(small, large), KNOWN)
    assert done.shares["diabetes"] == pytest.approx((10 * 0.2 + 30 * 0.5) / 40, abs=1e-3)
    assert done.men == pytest.approx((10 * 0.2 + 30 * 0.6) / 40, abs=1e-3)
    assert done.age[3] == pytest.approx((10 * 50 + 30 * 70) / 40, abs=1)
    assert {*rows} == {"age", "sex", "diabetes"}


def test_a_table_cut_in_two_says_what_it_said():
    table = {"age": [60, 10], "men": 0.5, "rows": {"sbp": [140, 20]}}
    once = published.with_published(condition(table), KNOWN)[0]
    twice = published.with_published(condition(table, table), KNOWN)[0]
    assert once.shift == twice.shift


def test_a_number_said_twice_and_half_a_category_are_refused():
    table = {"age": [60, 10], "rows": {"sbp": [140, 20]}}
    with pytest.raises(ValueError, match="both say sbp"):
        published.with_published(condition(table, observed={"sbp": {"mean": 1, "sd": 1}}), KNOWN)
    with pytest.raises(ValueError, match="all its values"):
        published.with_published(condition({"rows": {"cancer_stage": {"I": 1.0}}}), KNOWN)


# What was opened --------------------------------------------------------------------


def test_rows_of_tables_are_opened_and_others_judgement():
    gout, stroke = KNOWN.conditions["gout"], KNOWN.conditions["stroke"]
    assert not gout.judged("uric_acid")
    assert not gout.judged("age")
    pancreatitis = KNOWN.conditions["acute_pancreatitis"]
    assert pancreatitis.judged("lipase")
    assert not pancreatitis.judged("hyperlipidemia")
    assert not stroke.judged("nihss")
    assert stroke.judged("barthel")


def test_more_than_two_rows_of_three_were_looked_up():
    judged = [c.judged(row) for c in KNOWN.conditions.values() for row in c.rows]
    assert len(judged) > 2_400
    assert sum(judged) / len(judged) < 1 / 3
    told = next(line for line in entry.summary()[0].splitlines() if "their rows" in line)
    assert f"{len(judged) - sum(judged):}" in told
    assert f"judgement {sum(judged)}" in told


def test_an_entry_marks_its_judgement_and_shows_survival():
    text = entry.entry("larynx_cancer")
    assert "Cancer stage (I 37%, II 19%, III 30%, IV 14%)" in text
    assert "Body mass index (-0.4 SD, spread x 1), judgement" in " ".join(text.split())
    assert "alive" in text
    assert "84% after 1 year" in text
    assert "Kardaun" in text


# Survival ---------------------------------------------------------------------------


def test_survival_falls_and_names_its_source():
    found = [c for c in KNOWN.conditions.values() if c.survival]
    assert len(found) >= 15
    for one in found:
        shares = [share for _, share in one.survival]
        assert shares == sorted(shares, reverse=True)
        assert one.survival_source is not None
        assert not one.judged("survival")


@pytest.mark.parametrize(
    "fields",
    [
        {"survival": ((1.0, 0.5), (2.0, 0.6))},
        {"survival": ((0.0, 0.9),)},
        {"survival": ((1.0, 1.2),)},
        {"levels": {"cancer_stage": (0.5, 0.5)}},
        {"levels": {"cancer_stage": (0.5, 0.5, 0.5, 0.5)}},
        {"levels": {"cancer_stag": (0.5, 0.5)}},
    ],
)
def test_survival_that_rises_and_shares_that_are_none_are_seen(fields):
    changed = replace(KNOWN.conditions["copd"], **fields)
    other = replace(KNOWN, conditions={**KNOWN.conditions, "copd": changed})
    found = next(c for c in checks(other) if "conditions" in c.name)
    assert found.wrong
