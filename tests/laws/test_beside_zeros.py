"""A mean, an SD or a quantile beside a share of zeros is that of the whole column."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.blueprint.model import Column, Stated
from synth_magic.errors import SpecError
from synth_magic.laws import codec, fit, solve

pytestmark = pytest.mark.long


def delivered(column):
    """Law of the column as delivered, and the notes of its fit."""
    made, notes = fit(column)
    whole = column.model_copy(update={"distribution": made})
    law = solve(whole)
    return codec(whole, law).law(law), notes, made


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["integer", "number"]),
    zeros=st.floats(0.05, 0.9),
    rest=st.floats(1.5, 60),
    ratio=st.floats(0.2, 1.3),
    high=st.sampled_from([None, 12.0]),
)
def test_zeros_mean_and_sd_hold_together_in_the_delivered_column(kind, zeros, rest, ratio, high):
    top = None if high is None else math.ceil(high * rest)
    least = math.sqrt((rest % 1) * (1 - rest % 1)) if kind == "integer" else 0.0
    spread = max(ratio * (rest - 1), 1.05 * least, 0.1)
    mean = (1 - zeros) * rest
    sd = math.sqrt((1 - zeros) * (spread**2 + zeros * rest**2))
    facts = Stated(mean=mean, sd=sd, zero_share=zeros)
    law, notes, _ = delivered(Column(name="x", type=kind, range=(0, top), stated=facts))
    assert float(law.cdf(0)) == pytest.approx(zeros, abs=1e-9)
    # A Poisson law is taken for the rest where its SD is within 3% of it.
    assert law.mean == pytest.approx(mean, abs=5e-3 * sd)
    assert law.sd == pytest.approx(sd, rel=0.03)
    assert not [note for note in notes if note.level == "warning"]


@settings(derandomize=True, max_examples=25, deadline=None)
@given(zeros=st.floats(0.02, 0.9), above=st.floats(1.02, 9))
def test_a_count_keeps_its_share_of_zeros_and_its_mean(zeros, above):
    mean = (1 - zeros) * above
    facts = Stated(mean=mean, zero_share=zeros)
    law, _, made = delivered(Column(name="visits", type="integer", stated=facts))
    assert made.kind == "poisson"
    assert float(law.cdf(0)) == pytest.approx(zeros, abs=1e-9)
    assert law.mean == pytest.approx(mean, abs=1e-4)


@pytest.mark.parametrize("kind", ["integer", "number"])
@pytest.mark.parametrize(
    ("zeros", "parts", "quantiles"),
    [
        (0.3, {"median": 20, "range": (0, 300)}, {0.5: 20}),
        (0.3, {"median": 4}, {0.5: 4}),
        (0.2, {"median": 20, "quartiles": (10, 60)}, {0.25: 10, 0.5: 20, 0.75: 60}),
        (0.3, {"median": 20, "quartiles": (0, 60)}, {0.25: 0, 0.5: 20, 0.75: 60}),
        (0.6, {"median": 0, "quartiles": (0, 40)}, {0.25: 0, 0.5: 0, 0.75: 40}),
        (0.4, {"quantiles": {0.2: 0, 0.5: 4, 0.9: 30}}, {0.2: 0, 0.5: 4, 0.9: 30}),
        (0.3, {"mean": 33, "median": 20, "range": (0, 300)}, {0.5: 20}),
        (0.3, {"mean": 33, "sd": 40, "median": 20, "range": (0, 400)}, {0.5: 20}),
        (0.25, {"quantiles": {0.1: -2, 0.5: 2, 0.8: 6}, "range": (-9, 12)}, {0.1: -2, 0.8: 6}),
        (0.0, {"median": 20, "quartiles": (10, 60)}, {0.25: 10, 0.5: 20, 0.75: 60}),
    ],
)
def test_quantiles_are_those_of_the_whole_column(stated, kind, zeros, parts, quantiles):
    law, notes, _ = delivered(stated(kind, zero_share=zeros, **parts))
    at_zero = float(law.cdf(0) - law.below(0))
    assert at_zero == pytest.approx(zeros, abs=1e-9)
    # Rounding, and what lies nearer to 0 than half a step, move a quantile by little.
    loose = 0.5 if kind == "integer" else 0.2
    for share, x in quantiles.items():
        assert float(law.below(x - loose)) - 0.005 <= share <= float(law.cdf(x + loose)) + 0.005
    for word in ("mean", "sd"):
        if word in parts:
            assert getattr(law, word) == pytest.approx(parts[word], rel=0.01)
    assert not [note for note in notes if note.level == "warning"]


def test_the_distribution_that_is_written_describes_the_rest(stated):
    made = fit(stated(mean=12, sd=16, zero_share=0.6, range=(0, 60)))[0]
    rest = made.model_copy(update={"zero_share": None})
    law = solve(stated(range=(0, 60)).model_copy(update={"distribution": rest}))
    assert made.zero_share == 0.6
    assert law.mean == pytest.approx(30, rel=1e-3)
    assert law.sd == pytest.approx(math.sqrt((16**2 + 12**2) / 0.4 - 30**2), rel=1e-3)


def test_zeros_within_a_range_of_both_signs_keep_mean_and_sd(stated):
    law, _, _ = delivered(stated("integer", mean=2, sd=3, zero_share=0.25, range=(-8, 12)))
    assert float(law.cdf(0) - law.below(0)) == pytest.approx(0.25)
    assert (law.mean, law.sd) == (pytest.approx(2, abs=1e-3), pytest.approx(3, rel=1e-3))


def test_what_is_guessed_beside_zeros_says_of_what(stated):
    notes = fit(stated("integer", mean=2.3, zero_share=0.3))[1]
    assert [note.what for note in notes] == [
        "x: its spread is that of a Poisson count, a guess (of the values other than 0)"
    ]
    assert fit(stated(zero_share=0.3, range=(0, 10)))[0].source == "user"


def test_nothing_but_zeros_needs_no_other_fact(stated):
    law, notes, made = delivered(stated("integer", zero_share=1, range=(0, 9)))
    assert (law.mean, made.zero_share, notes) == (0, 1, ())
    assert delivered(stated(zero_share=1, mean=0, median=0))[0].support == (0, 0)


@pytest.mark.parametrize(
    ("kind", "parts", "where", "words"),
    [
        ("number", {"mean": 12, "sd": 8, "zero_share": 0.6}, "sd", "its sd is above 14.7, not 8"),
        (
            "integer",
            {"mean": 20, "sd": 28.1, "zero_share": 0.3, "range": (0, 60)},
            "sd",
            "its sd is below 27.89, not 28.1",
        ),
        (
            "number",
            {"mean": 50, "zero_share": 0.3, "range": (0, 60)},
            "mean",
            "its mean is below 42, not 50",
        ),
        ("integer", {"mean": 0.5, "zero_share": 0.3}, "mean", "its mean is above 0.7, not 0.5"),
        ("number", {"median": 3, "zero_share": 0.6}, "median", "its median is 0 or less, not 3"),
        (
            "integer",
            {"median": 4, "quartiles": (1, 6), "zero_share": 0.3},
            "quartiles",
            "its lower quartile is 0 or less, not 1",
        ),
        (
            "number",
            {"quantiles": {0.5: 0, 0.9: 7}, "zero_share": 0.3},
            "quantiles",
            "its quantile at 0.5 is above 0, not 0",
        ),
        (
            "number",
            {"quantiles": {0.9: -2}, "zero_share": 0.3, "range": (-9, 9)},
            "quantiles",
            "its quantile at 0.9 is 0 or more, not -2",
        ),
        (
            "integer",
            {"median": 2, "quartiles": (-1, 3), "zero_share": 0.25, "range": (-8, 12)},
            "zero_share",
            "nothing lies between its quantiles -1 and 2",
        ),
        ("number", {"sd": 5, "zero_share": 0.3, "range": (0, 60)}, "sd", "without a mean"),
        ("number", {"mean": 5, "zero_share": 1}, "mean", "nothing else has a place"),
        ("number", {"sd": 5, "zero_share": 1, "range": (0, 60)}, "sd", "nothing else has"),
        ("number", {"median": 5, "zero_share": 1}, "median", "all of its quantiles are 0"),
    ],
)
def test_facts_that_the_zeros_rule_out_are_refused_where_they_stand(
    stated, kind, parts, where, words
):
    with pytest.raises(SpecError) as caught:
        fit(stated(kind, **parts))
    (problem,) = caught.value.problems
    assert problem.path == ("columns", "x", where)
    assert words in problem.what
    assert problem.mend


def test_a_quantile_alone_is_met_and_not_passed_over(stated):
    law, notes, _ = delivered(stated(quantiles={0.9: 30}))
    assert float(law.ppf(0.9)) == pytest.approx(30, rel=1e-3)
    assert "guess" in notes[0].what
    for parts in ({"mean": 20, "sd": 8}, {"mean": 20}):
        law, notes, _ = delivered(stated(quantiles={0.9: 30}, range=(0, None), **parts))
        assert float(law.ppf(0.9)) == pytest.approx(30, rel=1e-2)
        assert law.mean == pytest.approx(20, rel=1e-2)
        assert notes == ()


def test_a_quantile_that_the_other_facts_rule_out_is_warned_of(stated):
    notes = fit(stated(quantiles={0.9: 90}, mean=20, sd=8))[1]
    assert [note.path[-1] for note in notes if note.level == "warning"][-1] == "quantiles"


def test_a_cell_that_says_visits_with_zeros_gives_that_table():
    from synth_magic import pipeline
    from synth_magic.options import Options

    visits, cost = "visits: count, mean 2.3, 30% zeros", "cost: 0-900, mean 120 sd 140, 25% zeros"
    said = f"columns:\n  {visits}\n  {cost}\n"
    result = pipeline.run(said, Options(rows=40_000), {})
    table = result.table
    assert (table.visits == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert table.visits.mean() == pytest.approx(2.3, abs=0.05)
    assert (table.cost == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert table.cost.mean() == pytest.approx(120, abs=3)
    assert np.std(table.cost) == pytest.approx(140, rel=0.03)
