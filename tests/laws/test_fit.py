"""What a user says in words becomes a law that has what was said; guesses are told."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from synth_magic.blueprint.model import Column, Stated
from synth_magic.errors import SpecError
from synth_magic.laws import codec, fit, solve


def solved(column):
    distribution, notes = fit(column)
    return distribution, solve(column.model_copy(update={"distribution": distribution})), notes


# Mean and SD ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parts", "family"),
    [
        ("number", {"mean": 62, "sd": 11}, "normal"),
        ("number", {"mean": 62, "sd": 11, "range": (30, 85)}, "normal"),
        ("number", {"mean": 10, "sd": 4.9, "range": (0, 90)}, "normal"),
        ("number", {"mean": 10, "sd": 5.1, "range": (0, 90)}, "gamma"),
        ("number", {"mean": 10, "sd": 9}, "gamma"),
        ("number", {"mean": 10, "sd": 25, "range": (0, 400)}, "lognormal"),
        ("number", {"mean": 10, "sd": 25}, "lognormal"),
        ("number", {"mean": 2, "sd": 5, "name": "delta_hba1c"}, "normal"),
        ("number", {"mean": 2, "sd": 5, "unit": "°C"}, "normal"),
        ("number", {"mean": 2, "sd": 5, "range": (-20, 20)}, "normal"),
        ("number", {"mean": -2, "sd": 5}, "normal"),
        ("integer", {"mean": 2, "sd": 1.42}, "poisson"),
        ("integer", {"mean": 2, "sd": 3}, "negative_binomial"),
        ("integer", {"mean": 62, "sd": 11}, "normal"),
        ("date", {"mean": "2018-03-01", "sd": 200}, "normal"),
        ("time_to_event", {"mean": 500, "sd": 200, "event": "dead"}, "gamma"),
    ],
)
def test_mean_and_sd_choose_the_family_and_are_met(stated, kind, parts, family):
    column = stated(kind, **parts)
    distribution, law, _ = solved(column)
    assert (distribution.kind, distribution.source) == (family, "user")
    if kind != "date":
        # A Poisson law is taken where the SD is within 3% of it.
        loose = 0.03 if family == "poisson" else 2e-3
        assert law.mean == pytest.approx(parts["mean"], abs=2e-3 * parts["sd"])
        assert law.sd == pytest.approx(parts["sd"], rel=loose)


@settings(derandomize=True, max_examples=120, deadline=None)
@given(
    mean=st.floats(0.5, 200),
    ratio=st.floats(0.05, 1.2),
    high=st.none() | st.floats(2.2, 30),
    low=st.sampled_from([None, 0.0, 0.3]),
)
def test_any_possible_mean_and_sd_are_met_within_any_range(mean, ratio, high, low):
    ends = (None if low is None else low * mean, None if high is None else high * mean)
    sd = ratio * mean
    if None not in ends:
        sd = min(sd, 0.9 * math.sqrt((mean - ends[0]) * (ends[1] - mean)))
    column = Column(name="x", type="number", range=ends, stated=Stated(mean=mean, sd=sd))
    _, law, notes = solved(column)
    assert law.mean == pytest.approx(mean, abs=5e-3 * sd)
    assert law.sd == pytest.approx(sd, rel=1e-2)
    assert not [note for note in notes if note.level != "note"]


@pytest.mark.parametrize(
    ("mean", "sd", "high"), [(2.1, 3, None), (4, 3, 20), (1.2, 1.4, 10), (3, 2, 8), (0.4, 0.9, 12)]
)
def test_counts_keep_mean_and_sd_as_delivered(stated, mean, sd, high):
    column = stated("integer", mean=mean, sd=sd, range=(0, high))
    _, law, _ = solved(column)
    delivered = codec(column, law).law(law)
    assert delivered.mean == pytest.approx(mean, abs=0.05 * sd)
    assert delivered.sd == pytest.approx(sd, rel=0.05)
    assert delivered.support[0] == 0


def test_a_wide_spread_on_a_non_negative_variable_is_never_a_normal(stated):
    for ratio in (0.55, 0.9, 1.5, 3):
        distribution, law, _ = solved(stated(mean=10, sd=10 * ratio, range=(0, 1000)))
        assert distribution.kind in ("gamma", "lognormal")
        assert law.support[0] >= 0


def test_without_a_range_a_wide_spread_is_taken_as_positive_and_said(stated):
    _, law, notes = solved(stated(mean=10, sd=6))
    assert law.support[0] >= 0
    assert notes[0].level == "note"
    assert "never below 0" in notes[0].what


# Quantiles --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts",
    [
        {"median": 7.4, "quartiles": (6.6, 8.6), "range": (5.5, 14)},
        {"median": 7.4, "quartiles": (6.6, 8.6)},
        {"median": 5, "quartiles": (2, 12), "range": (0, 300)},
        {"median": 60, "quartiles": (40, 70), "range": (0, 100)},
        {"median": 3, "quartiles": (3, 5), "range": (0, 9)},
        {"quartiles": (2, 12)},
    ],
)
def test_median_and_quartiles_are_met(stated, parts):
    distribution, law, _ = solved(stated(**parts))
    assert (distribution.kind, distribution.source) == ("quantiles", "user")
    first, third = parts["quartiles"]
    assert law.ppf(np.array([0.25, 0.75])) == pytest.approx([first, third], rel=1e-6)
    if "median" in parts:
        assert law.median == pytest.approx(parts["median"])


def test_quartiles_of_a_lognormal_give_back_its_tails(stated):
    oracle = stats.lognorm(0.8, scale=5)
    q = oracle.ppf([0.25, 0.5, 0.75])
    _, law, _ = solved(stated(median=q[1], quartiles=(q[0], q[2]), range=(0, None)))
    assert law.ppf(np.array([0.05, 0.95, 0.99])) == pytest.approx(
        oracle.ppf([0.05, 0.95, 0.99]), rel=0.02
    )


def test_quartiles_of_a_normal_give_back_its_tails(stated):
    q = stats.norm.ppf([0.25, 0.5, 0.75], 63, 9)
    _, law, _ = solved(stated(median=q[1], quartiles=(q[0], q[2])))
    assert law.ppf(np.array([0.01, 0.99])) == pytest.approx(
        stats.norm.ppf([0.01, 0.99], 63, 9), abs=0.3
    )


def test_quartiles_near_zero_never_lead_below_it(stated):
    _, law, notes = solved(stated(median=10, quartiles=(4, 16)))
    assert law.support[0] >= 0
    assert "never below 0" in notes[0].what


def test_stated_quantiles_are_kept(stated):
    quantiles = {0.1: 4, 0.5: 9, 0.9: 30}
    _, law, _ = solved(stated(quantiles=quantiles, range=(0, 100)))
    assert law.ppf(np.array([0.1, 0.5, 0.9])) == pytest.approx([4, 9, 30])


@pytest.mark.parametrize(
    ("mean", "sd", "median", "range_"),
    [
        (62, 11, 64, (0, 110)),
        (8, 6, 6, (0, None)),
        (8, 6, 6, None),
        (50, 10, 50, None),
        (30, 20, 21, (0, 200)),
        (2, 5, 3, (-30, 30)),
    ],
)
def test_mean_sd_and_median_are_met_together(stated, mean, sd, median, range_):
    _, law, notes = solved(stated(mean=mean, sd=sd, median=median, range=range_))
    assert law.mean == pytest.approx(mean, abs=0.03 * sd)
    assert law.sd == pytest.approx(sd, rel=0.03)
    assert law.median == pytest.approx(median, abs=1e-6 * sd)
    assert not [note for note in notes if note.level == "warning"]


@pytest.mark.parametrize(
    ("mean", "sd", "range_"),
    [
        (7.9, None, None),
        (8.1, None, (5.5, 14)),
        (None, 3, None),
        (7.8, 1.7, (5, 20)),
        (8.2, 2.4, None),
        (7.6, 1.4, (4, 14)),
    ],
)
def test_a_mean_or_sd_beside_quartiles_fixes_the_tails(stated, mean, sd, range_):
    facts = {"median": 7.4, "quartiles": (6.6, 8.6), "range": range_}
    _, law, notes = solved(stated(mean=mean, sd=sd, **facts))
    assert law.ppf(np.array([0.25, 0.5, 0.75])) == pytest.approx([6.6, 7.4, 8.6], abs=1e-6)
    if mean is not None:
        assert law.mean == pytest.approx(mean, abs=0.02 * law.sd)
    if sd is not None:
        assert law.sd == pytest.approx(sd, rel=0.02)
    assert not [note for note in notes if note.level == "warning"]
    assert law.support[0] >= 0


def test_facts_that_cannot_all_hold_are_warned_of(stated):
    _, _, notes = solved(stated(mean=30, median=7.4, quartiles=(6.6, 8.6)))
    (missed,) = [note for note in notes if note.level == "warning"]
    assert missed.path == ("columns", "x", "mean")
    _, _, notes = solved(stated(sd=0.5, median=7.4, quartiles=(6.6, 8.6)))
    assert [note.path[-1] for note in notes if note.level == "warning"] == ["sd"]


# Shares -----------------------------------------------------------------------------


def test_open_values_share_the_rest_and_that_is_said(stated):
    distribution, notes = fit(stated("category", values=["a", "b", "c"], probabilities={"a": 0.5}))
    assert dict(distribution.probabilities) == {"a": 0.5, "b": 0.25, "c": 0.25}
    assert distribution.source == "user"
    assert "b and c share the rest, a guess" in notes[0].what


def test_one_open_value_has_the_rest_and_that_is_no_guess(stated):
    distribution, notes = fit(stated("category", values=["a", "b"], probabilities={"b": 0.4}))
    assert dict(distribution.probabilities) == {"a": pytest.approx(0.6), "b": 0.4}
    assert notes == ()


def test_values_without_any_share_have_equal_ones_as_a_guess(stated):
    distribution, notes = fit(stated("category", values=["a", "b", "c"]))
    assert distribution.source == "guess"
    assert [share for _, share in distribution.probabilities] == pytest.approx(
        [1 / 3] * 3, abs=1e-5
    )
    assert "guess" in notes[0].what


@pytest.mark.parametrize(
    ("parts", "yes"),
    [
        ({"probability": 0.22}, 0.22),
        ({"probabilities": {"yes": 0.3}}, 0.3),
        ({"probabilities": {"no": 0.9}}, 0.1),
        ({"probabilities": {"true": 0.3, "false": 0.7}}, 0.3),
    ],
)
def test_a_share_of_yes_is_kept(stated, parts, yes):
    distribution, notes = fit(stated("boolean", **parts))
    assert (distribution.probability, distribution.source) == (pytest.approx(yes), "user")
    assert notes == ()


def test_a_boolean_without_a_share_is_even_as_a_guess(stated):
    distribution, notes = fit(stated("boolean"))
    assert (distribution.probability, distribution.source) == (0.5, "guess")
    assert notes


def test_a_share_of_ones_on_a_whole_number_is_a_probability(stated):
    assert fit(stated("integer", probability=0.3, range=(0, 1)))[0].probability == 0.3
    two = fit(stated("category", values=["alive", "dead"], probability=0.3))[0]
    assert dict(two.probabilities) == {"alive": 0.7, "dead": 0.3}
    score = fit(stated("integer", probabilities={"3": 0.4, "15": 0.6}))[0]
    assert dict(score.probabilities) == {"3": 0.4, "15": 0.6}


def test_the_type_follows_from_the_facts(stated):
    assert fit(stated(None, probability=0.3))[0].probability == 0.3
    assert fit(stated(None, probabilities={"a": 1}))[0].kind == "probabilities"
    assert fit(stated(None, mean=62, sd=11))[0].kind == "normal"


# Guesses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parts", "source"),
    [
        ("number", {"mean": 50, "range": (30, 85)}, "user"),
        ("number", {"mean": 20, "range": (0, 300)}, "user"),
        ("number", {"mean": 5}, "user"),
        ("number", {"mean": 0}, "user"),
        ("number", {"mean": 50, "range": (18, None)}, "user"),
        ("number", {"mean": 50, "range": (None, 100)}, "user"),
        ("integer", {"mean": 3}, "user"),
        ("number", {"median": 5}, "user"),
        ("number", {"median": -5}, "user"),
        ("number", {"median": 5, "range": (0, 100)}, "user"),
        ("number", {"median": 5, "range": (0, None)}, "user"),
        ("number", {"median": 0, "range": (0, 100)}, "user"),
        ("number", {"median": 0, "range": (0, None)}, "user"),
        ("number", {"sd": 5, "range": (0, 100)}, "user"),
        ("number", {"range": (0, 100)}, "guess"),
        ("number", {"range": (5, 2000)}, "guess"),
        ("number", {"range": (-10, 10)}, "guess"),
        ("integer", {"range": (1, 6)}, "guess"),
        ("integer", {"range": (18, 90)}, "guess"),
        ("integer", {"range": (4, 4)}, "guess"),
        ("integer", {"range": (18, None)}, "guess"),
        ("number", {"range": (0, None)}, "guess"),
        ("number", {"range": (None, 40)}, "guess"),
        ("number", {"range": (None, 0)}, "guess"),
        ("number", {}, "guess"),
        ("date", {}, "guess"),
        ("date", {"range": ("2015", None)}, "guess"),
        ("datetime", {"range": (None, "2015")}, "guess"),
        ("date", {"range": ("2015", "2020")}, "guess"),
        ("date", {"mean": "2018-01-01"}, "user"),
        ("datetime", {"mean": "2018-01-01", "range": ("2015", "2020")}, "user"),
        ("date", {"median": "2018-01-01"}, "user"),
        ("time_to_event", {"event": "dead"}, "guess"),
        ("time_to_event", {"event": "dead", "median": 365}, "user"),
        ("time_to_event", {"event": "dead", "mean": 365}, "user"),
    ],
)
def test_whatever_is_open_is_guessed_within_the_range_and_told(stated, kind, parts, source):
    column = stated(kind, **parts)
    distribution, law, notes = solved(column)
    assert distribution.source == source
    assert any("guess" in note.what for note in notes)
    assert all(note.level == "note" for note in notes)
    assert np.isfinite([law.mean, law.sd]).all()
    if kind == "number" and "mean" in parts:
        assert law.mean == pytest.approx(parts["mean"], abs=0.01 * law.sd)
    if kind == "number" and "median" in parts:
        assert law.median == pytest.approx(parts["median"], abs=0.01 * law.sd)
    again = solve(column.model_copy(update={"distribution": distribution}))
    low, high = parts.get("range", (None, None))
    if kind in ("number", "integer"):
        assert low is None or again.support[0] >= low
        assert high is None or again.support[1] <= high


def test_event_times_take_quartiles(stated):
    _, law, _ = solved(stated("time_to_event", event="dead", median=400, quartiles=(200, 900)))
    assert law.ppf(np.array([0.25, 0.5, 0.75])) == pytest.approx([200, 400, 900])
    assert law.support[0] == 0


def test_who_stated_the_facts_is_the_source(stated):
    column = stated(mean=62, sd=11, sources={"stated": "reference"})
    assert fit(column)[0].source == "reference"


def test_a_column_with_a_distribution_keeps_it(column):
    made = column(normal={"mean": 1, "sd": 1})
    assert fit(made) == (made.distribution, ())


def test_numbers_are_written_as_people_write_them(stated):
    distribution, _ = fit(stated(mean=62, sd=11))
    assert (distribution.normal.mean, distribution.normal.sd) == (62, 11)
    assert isinstance(distribution.normal.mean, int)
    dates, _ = fit(stated("date", mean="2018-03-01", sd=100))
    assert (dates.normal.mean, dates.normal.sd) == ("2018-03-01", 100)


# Refusals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parts", "where", "words"),
    [
        (
            "number",
            {"mean": 90, "range": (30, 85)},
            "mean",
            "its mean is 90, but its range is 30 to 85",
        ),
        ("number", {"mean": 10, "range": (18, None)}, "mean", "its range is from 18"),
        ("number", {"mean": 50, "range": (None, 40)}, "mean", "its range is up to 40"),
        (
            "number",
            {"mean": 80, "sd": 60, "range": (30, 85)},
            "sd",
            "an sd of 60 around 80 is impossible",
        ),
        ("number", {"sd": 60, "range": (30, 85)}, "sd", "an sd of 60 is impossible"),
        ("number", {"mean": 3, "sd": 0}, "sd", "no spread"),
        ("number", {"sd": 5}, "sd", "says too little"),
        ("number", {"median": 100, "range": (0, 50)}, "median", "its median is 100"),
        ("number", {"median": 5, "quartiles": (6, 8)}, "median", "outside its quartiles"),
        ("number", {"median": 7, "quartiles": (8, 6)}, "quartiles", "fall"),
        (
            "number",
            {"median": 7, "quartiles": (6, 80), "range": (0, 50)},
            "quartiles",
            "its range is 0 to 50",
        ),
        ("number", {"mean": 50, "sd": 5, "median": 60}, "median", "over an sd apart"),
        ("number", {"quantiles": {0.1: 5, 0.9: 3}}, "quantiles", "fall"),
        ("number", {"quantiles": {0.1: 5, 1.9: 30}}, "quantiles", "no share"),
        ("number", {"quantiles": {0.1: 5, 0.9: 30}, "range": (6, 40)}, "quantiles", "outside"),
        ("number", {"zero_share": 0.3, "range": (5, 10)}, "zero_share", "0 is outside 5 to 10"),
        ("number", {"zero_share": 1.3}, "zero_share", "no share"),
        ("number", {"range": (9, 3)}, "range", "empty"),
        ("number", {"mean": "2015"}, "mean", "A number is wanted"),
        ("date", {"mean": "soon"}, "mean", "no date"),
        (
            "category",
            {"values": ["a", "b"], "probabilities": {"a": 0.5, "b": 0.7}},
            "probabilities",
            "add up to 1.2",
        ),
        (
            "category",
            {"values": ["a", "b"], "probabilities": {"a": 0.5, "b": 0.2}},
            "probabilities",
            "add up to 0.7",
        ),
        (
            "category",
            {"values": ["a", "b"], "probabilities": {"c": 0.5}},
            "c",
            "none of its values",
        ),
        ("category", {"values": ["a", "b"], "probabilities": {"a": -0.5}}, "a", "no share"),
        ("category", {}, "values", "without values"),
        ("boolean", {"probability": 1.3}, "probability", "no share"),
        ("integer", {"probability": -0.3}, "probability", "no share"),
        ("id", {}, "type", "no distribution"),
    ],
)
def test_facts_that_contradict_one_another_are_refused_where_they_stand(
    stated, kind, parts, where, words
):
    with pytest.raises(SpecError) as caught:
        fit(stated(kind, **parts))
    first = caught.value.problems[0]
    assert first.path[:2] == ("columns", "x")
    assert first.path[-1] == where
    assert words in first.what
    assert first.mend[0].isupper()
    assert not first.mend.endswith(".")


def test_several_mistakes_are_told_at_once(stated):
    with pytest.raises(SpecError) as caught:
        fit(stated(mean=90, median=20, sd=-1, range=(30, 85)))
    assert [p.path[-1] for p in caught.value.problems] == ["mean", "sd", "median"]


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_an_sd_of_thousands_of_means_is_refused_at_its_place(stated, kind):
    with pytest.raises(SpecError, match="is over 1000 times its mean of 6") as caught:
        fit(stated(kind, mean=6, sd=111_111_111_111))
    assert caught.value.problems[0].path[-1] == "sd"


ENDS = (-1000, -37.5, -2, -1, -0.5, 0, 0.001, 0.3, 0.5, 1, 2, 2.5, 3, 7, 11.5, 12, 20, 100, 1e6)


@pytest.mark.parametrize(("kind", "decimals"), [("integer", None), ("number", 0), ("number", 2)])
def test_a_range_alone_is_never_refused_for_an_sd_that_nobody_stated(kind, decimals):
    open_ends = [(end, None) for end in ENDS] + [(None, end) for end in ENDS]
    places = 10 ** (decimals or 0)
    for ends in (*open_ends, *itertools.combinations(ENDS, 2)):
        if None not in ends and math.ceil(ends[0] * places) > math.floor(ends[1] * places):
            continue  # no value lies in it, which is an error of its own
        column = Column(name="inst", type=kind, decimals=decimals, range=ends)
        law, _ = fit(column)
        low, high = solve(column.model_copy(update={"distribution": law})).support
        assert ends[0] is None or low >= ends[0] - 0.5, ends
        assert ends[1] is None or high <= ends[1] + 0.5, ends


@pytest.mark.parametrize("low", [0, 1])
def test_whole_numbers_from_0_or_1_on_are_guessed_as_small_counts(low):
    column = Column(name="inst", type="integer", range=(low, None))
    law, notes = fit(column)
    assert law.negative_binomial is not None
    assert law.source == "guess"
    assert notes
    made = solve(column.model_copy(update={"distribution": law}))
    assert made.mean == pytest.approx(low + 3, rel=0.02)
    assert float(made.ppf(0.5)) < made.mean


@pytest.mark.parametrize(
    ("ends", "unit", "median"),
    [
        ((6.981, 28.11), None, 14.0),  # read off: equal ratios to either side
        ((30, 300), "mg/dL", 94.9),
        ((6.802, 542.2), None, 60.7),
        ((10, 50), None, 30),  # a scale leans to neither side
        ((2, 20), "years", 11),
        ((20, 100), "%", 60),
        ((35.5, 41.5), "°C", 38.5),  # too near each other to tell
    ],
)
def test_ends_that_were_measured_make_a_skewed_guess_and_a_scale_does_not(ends, unit, median):
    column = Column(name="inst", type="number", decimals=2, range=ends, unit=unit)
    made = solve(column.model_copy(update={"distribution": fit(column)[0]}))
    assert float(made.ppf(0.5)) == pytest.approx(median, rel=0.01)


def test_from_zero_to_a_fraction_most_values_are_small():
    column = Column(name="inst", type="number", decimals=3, range=(0, 0.427))
    made = solve(column.model_copy(update={"distribution": fit(column)[0]}))
    assert made.mean == pytest.approx(0.427 / 5, rel=0.03)
    assert float(made.ppf(0.998)) == pytest.approx(0.4, rel=0.1)
