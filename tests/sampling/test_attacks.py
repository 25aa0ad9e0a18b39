"""Blueprints that ask much: many effects, rare outcomes, chains of rules, odd constants."""

# ruff: noqa: E501, ISC004  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth_magic import sampling
from synth_magic.errors import SpecError
from tests.oracles import cox, dkw, follows, least_squares, logit, near, survival_at

pytestmark = pytest.mark.filterwarnings("error")
UNIFORM = (
    "type: integer, range: [0, 100], distribution: {uniform: {low: 0, high: 100}, source: guess}"
)
NUMBER = "type: number, distribution: {normal: {mean: 0, sd: 1}}"


@pytest.mark.parametrize(("share", "rows"), [(0.05, 60_000), (0.001, 1_000_000)])
def test_an_odds_ratio_of_ten_at_a_rare_outcome(table, age, sex, share, rows):
    drawn = table(
        rows,
        columns=[age, sex, f"name: ill, type: boolean, distribution: {{probability: {share}}}"],
        effects=[
            "from: sex=M, to: ill, odds_ratio: 10",
            "from: age, to: ill, odds_ratio: 1.5, per: 10",
        ],
    )
    found, errors = logit(drawn["ill"], drawn["sex"] == "M", drawn["age"] / 10)
    assert near(found, np.log([10, 1.5]), errors)
    assert abs(drawn["ill"].mean() - share) < 6 * np.sqrt(share / rows)


def test_a_hazard_ratio_of_a_tenth_under_heavy_censoring(table, sex):
    time = (
        "name: t, type: time_to_event, unit: days, event: e, survival: {365: 0.95, 3650: 0.7}, "
        "censoring: {administrative: [30, 400], dropout_per_year: 0.3}"
    )
    drawn = table(40_000, columns=[sex, time], effects=["from: sex=M, to: t, hazard_ratio: 0.1"])
    assert drawn["e"].mean() < 0.05
    found, error = cox(drawn["t"], drawn["e"], drawn["sex"] == "M")
    assert near(found, np.log(0.1), error)
    assert survival_at(drawn["t"], drawn["e"], [365])[0] == pytest.approx(0.95, abs=0.012)


def test_sixty_columns_each_with_two_parents_keep_their_marginals(table):
    effects = [
        f"from: x{i}, to: x{j}, beta: 0.4" for j in range(1, 60) for i in (j - 2, j - 1) if i >= 0
    ]
    drawn = table(20_000, columns=[f"name: x{i}, {NUMBER}" for i in range(60)], effects=effects)
    assert all(follows(drawn[name], lambda x: stats.norm.cdf(x + 0.005)) for name in drawn)


def test_forty_nine_differences_of_one_parent_are_solved_together(table):
    values = [f"c{i}" for i in range(50)]
    shares = ", ".join(f"{value}: 0.02" for value in values)
    drawn = table(
        100_000,
        columns=[
            f"name: c, type: category, distribution: {{probabilities: {{{shares}}}}}",
            "name: y, type: number, decimals: 2, distribution: {gamma: {shape: 3, scale: 3}}",
        ],
        effects=[f"from: c=c{i}, to: y, difference: {0.05 * i:.2f}" for i in range(1, 50)],
    )
    found, errors = least_squares(drawn["y"], *(drawn["c"] == value for value in values[1:]))
    assert near(found, 0.05 * np.arange(1, 50), errors, slack=0.01)
    assert follows(drawn["y"], lambda x: stats.gamma.cdf(x + 0.005, 3, scale=3))


def test_fifty_values_hold_their_shares_under_forty_nine_odds_ratios(table, age):
    values = [f"c{i}" for i in range(50)]
    shares = (np.arange(50) + 1) / 1275
    listed = ", ".join(f"{v}: {s!r}" for v, s in zip(values, shares.tolist(), strict=True))
    drawn = table(
        100_000,
        columns=[age, f"name: c, type: category, distribution: {{probabilities: {{{listed}}}}}"],
        effects=[f"from: age, to: c=c{i}, odds_ratio: {1 + i / 20}, per: 10" for i in range(1, 50)],
    )
    found = drawn["c"].value_counts(normalize=True)[values].to_numpy()
    assert np.abs(np.cumsum(found) - np.cumsum(shares)).max() < dkw(100_000) + 1e-4
    some = drawn[drawn["c"].isin(["c0", "c40"])]
    ratio, error = logit(some["c"] == "c40", some["age"] / 10)
    assert near(ratio, np.log(3), error)


@pytest.mark.parametrize(
    "rules",
    [["a < b", "b < c", "c < d"], ["a < b < c < d"], ["a < b and b < c and c < d"],
     ["c < d", "a < b", "b < c"]],
)  # fmt: skip
def test_a_chain_of_rules_holds_in_every_row_however_it_is_written(make, rules):
    """Each bound may leave the next column no room: then the whole chain is drawn anew."""
    plan = sampling.compile(make(columns=[f"name: {x}, {UNIFORM}" for x in "abcd"], rules=rules))
    drawn, counts = sampling.draw_counted(plan, 10_000, 1)
    assert ((drawn["a"] < drawn["b"]) & (drawn["b"] < drawn["c"]) & (drawn["c"] < drawn["d"])).all()
    assert set(counts.unmet.values()) == {0}
    part = sampling.draw(plan, 300, 1, 5_000, chunk_rows=7)
    assert part.equals(drawn.iloc[5_000:5_300])


def test_a_rule_that_no_row_can_meet_is_refused_and_one_that_all_meet_costs_nothing(make):
    column = [f"name: a, {NUMBER}"]
    with pytest.raises(SpecError, match="No row can keep the rule a > 5 and a < 4"):
        sampling.compile(make(columns=column, rules=["a > 5 and a < 4"]))
    free = sampling.draw(sampling.compile(make(columns=column)), 500, 1)
    kept = sampling.compile(make(columns=column, rules=["a < 1000 and a == a"]))
    drawn, counts = sampling.draw_counted(kept, 500, 1)
    assert drawn.equals(free)
    assert counts.redrawn == counts.unmet == {("rules", 0): 0}


def test_dates_are_kept_within_days_of_each_other(make):
    ends = "range: ['2015-01-01', '2020-12-31'], distribution: {uniform: {low: '2015-01-01', high: '2020-12-31'}"
    plan = sampling.compile(
        make(
            columns=[f"name: a, type: date, {ends}}}", f"name: d, type: date, {ends}, source: guess}}"],
            rules=["d >= a", "d <= a + 30"],
        )
    )  # fmt: skip
    drawn, counts = sampling.draw_counted(plan, 3_000, 1)
    assert (drawn["d"] - drawn["a"]).dt.days.between(0, 30).all()
    assert set(counts.unmet.values()) == {0}


def test_an_effect_in_few_rows_is_right_there_and_absent_elsewhere(table, age):
    drawn = table(
        300_000,
        columns=[
            age,
            "name: c, type: category, distribution: {probabilities: {rare: 0.02, often: 0.98}}",
            "name: ill, type: boolean, distribution: {probability: 0.1}",
        ],
        effects=["from: age, to: ill, odds_ratio: 3, per: 10, where: c == 'rare'"],
    )
    rare = drawn["c"] == "rare"
    for rows, stated in ((rare, np.log(3)), (~rare, 0.0)):
        found, error = logit(drawn["ill"][rows], drawn["age"][rows] / 10)
        assert near(found, stated, error)
    assert abs(drawn["ill"].mean() - 0.1) < dkw(300_000)
    # At the mean age the two do not differ: `where` is no main effect in disguise.
    middle = drawn["age"].between(61, 63)
    here, there = drawn["ill"][middle & rare], drawn["ill"][middle & ~rare]
    assert abs(here.mean() - there.mean()) < 6 * np.sqrt(0.09 / len(here)) + 0.002


@pytest.mark.parametrize(
    ("law", "scale"), [("{mean: 5, sd: 1.0e-9}", 1e-9), ("{mean: 5, sd: 1.0e+15}", 1e15)]
)
def test_spreads_of_any_size_are_drawn_with_effects(table, age, law, scale):
    drawn = table(
        20_000,
        columns=[age, f"name: y, type: number, distribution: {{normal: {law}}}"],
        effects=["from: age, to: y, beta: 0.5"],
    )
    assert drawn["y"].std() == pytest.approx(scale, rel=0.06)
    assert np.corrcoef(drawn["age"], drawn["y"])[0, 1] == pytest.approx(0.5, abs=0.04)


def test_shares_of_nought_and_one_stay_so_under_effects(table, age):
    drawn = table(
        5_000,
        columns=[age, "name: no, type: boolean, distribution: {probability: 0}",
                 "name: yes, type: boolean, distribution: {probability: 1}"],
        effects=["from: age, to: no, odds_ratio: 2", "from: age, to: yes, odds_ratio: 2"],
    )  # fmt: skip
    assert not drawn["no"].any()
    assert drawn["yes"].all()


def test_repeated_quantiles_are_atoms_under_effects_too(table, age):
    drawn = table(
        100_000,
        columns=[age, "name: y, type: number, decimals: 2, range: [0, 10], "
                      "distribution: {quantiles: {0.1: 2, 0.4: 2, 0.5: 5, 0.8: 5, 0.9: 7}}"],
        effects=["from: age, to: y, beta: 0.5"],
    )["y"]  # fmt: skip
    for at, below, upto in ((2, 0.1, 0.4), (5, 0.5, 0.8)):
        # A value within half a step of the atom is delivered as the atom.
        assert abs((drawn < at).mean() - below) < dkw(100_000) + 0.003
        assert abs((drawn <= at).mean() - upto) < dkw(100_000) + 0.003


def test_rows_near_two_to_the_forty_are_like_any_others(make, age):
    plan = sampling.compile(
        make(columns=["name: pid, type: id, pattern: 'P####'", age], rules=["age > 40"])
    )
    start = 2**40 - 50
    drawn = sampling.draw(plan, 100, "x" * 10_000, start)
    assert drawn.index[0] == start
    assert drawn["pid"].tolist() == [f"P{start + i + 1}" for i in range(100)]
    assert (drawn["age"] > 40).all()
    assert drawn.iloc[60:70].equals(sampling.draw(plan, 10, "x" * 10_000, start + 60))
    assert drawn["age"].nunique() > 20


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_of_no_row_or_one_has_the_types_of_a_large_one(make, age, sex, rows):
    plan = sampling.compile(
        make(columns=[age, sex, f"name: y, {NUMBER}"], effects=["from: age, to: y, beta: 0.5"],
             rules=["y < 1 or age > 50"])
    )  # fmt: skip
    small, large = sampling.draw(plan, rows, 1), sampling.draw(plan, 200, 1)
    assert small.dtypes.equals(large.dtypes)
    assert small.equals(large.iloc[:rows])


def test_a_mean_outside_the_range_is_an_error_at_its_place(make):
    with pytest.raises(SpecError, match="The mean is 0, but the range is 4 to 6") as caught:
        make(
            columns=[
                "name: y, type: number, range: [4, 6], distribution: {normal: {mean: 0, sd: 1}}"
            ]
        )
    assert caught.value.problems[0].path == ("columns", "y", "distribution", "normal", "mean")
