"""Marginals come out exactly as stated, with and without parents."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth_magic import sampling
from tests.oracles import distance, dkw, follows

ROWS = 200_000
#: A column in YAML, decimals, and scipy's law of it before rounding.
FAMILIES = {
    "normal": ("number", "normal: {mean: 50, sd: 8}", 2, stats.norm(50, 8)),
    "lognormal": ("number", "lognormal: {median: 3, sigma: 0.9}", 3, stats.lognorm(0.9, scale=3)),
    "gamma": ("number", "gamma: {shape: 0.7, scale: 4}", 3, stats.gamma(0.7, scale=4)),
    "beta": ("number", "beta: {a: 2, b: 5}", 4, stats.beta(2, 5)),
    "exponential": ("number", "exponential: {mean: 12}", 2, stats.expon(scale=12)),
    "weibull": ("number", "weibull: {shape: 1.6, scale: 9}", 3, stats.weibull_min(1.6, scale=9)),
    "uniform": ("number", "uniform: {low: -3, high: 5}", 3, stats.uniform(-3, 8)),
    "poisson": ("integer", "poisson: {mean: 2.5}", 0, stats.poisson(2.5)),
    "negative_binomial": (
        "integer",
        "negative_binomial: {mean: 4, dispersion: 0.8}",
        0,
        stats.nbinom(1 / 0.8, (1 / 0.8) / (1 / 0.8 + 4)),
    ),
}  # fmt: skip
PARENT = "name: age, type: integer, range: [30, 90], distribution: {normal: {mean: 62, sd: 11}}"


def rounded(law, decimals):
    """CDF of a law rounded to so many decimals."""
    if isinstance(law.dist, stats.rv_discrete):
        return law.cdf
    return lambda x: law.cdf(x + 0.5 * 10.0**-decimals)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("effects", [[], ["from: age, to: x, beta: 0.6"]], ids=["alone", "child"])
def test_a_family_is_drawn_as_scipy_has_it_with_and_without_a_parent(table, family, effects):
    kind, form, decimals, law = FAMILIES[family]
    places = f"decimals: {decimals}, " if kind == "number" else ""
    column = f"name: x, type: {kind}, {places}distribution: {{{form}}}"
    drawn = table(ROWS, columns=[PARENT, column], effects=effects)
    assert follows(drawn["x"], rounded(law, decimals))


def test_every_part_of_the_range_is_drawn_and_nothing_outside(table):
    drawn = table(
        ROWS,
        columns=[
            "name: x, type: integer, range: [30, 85], distribution: {normal: {mean: 60, sd: 15}}"
        ],
    )
    assert sorted(drawn["x"].unique()) == list(range(30, 86))


def test_quantiles_come_out_where_they_were_stated(table):
    stated = {0.05: 42, 0.25: 55, 0.5: 63, 0.75: 71, 0.95: 81}
    listed = ", ".join(f"{p}: {x}" for p, x in stated.items())
    drawn = table(
        ROWS,
        columns=[
            PARENT,
            f"name: x, type: number, decimals: 3, range: [30, 95], distribution: {{quantiles: {{{listed}}}}}",
        ],
        effects=["from: age, to: x, beta: -0.7"],
    )["x"].to_numpy()
    for p, x in stated.items():
        assert abs((drawn <= x).mean() - p) < dkw(ROWS) + 1e-4


def test_shares_of_categories_and_of_yes_are_as_stated_under_effects(table):
    drawn = table(
        ROWS,
        columns=[
            PARENT,
            "name: smoker, type: category, distribution: {probabilities: {never: 0.5, former: 0.3, now: 0.2}}",
            (
                "name: grade, type: category, ordered: true, values: [a, b, c, d], "
                "distribution: {probabilities: {a: 0.4, b: 0.3, c: 0.25, d: 0.05}}"
            ),
            "name: dead, type: boolean, distribution: {probability: 0.03}",
            "name: flag, type: integer, distribution: {probability: 0.4}",
        ],
        effects=[
            "from: age, to: smoker=now, odds_ratio: 0.5, per: 10",
            "from: age, to: grade, odds_ratio: 2, per: 10",
            "from: smoker=now, to: grade, odds_ratio: 3",
            "from: age, to: dead, odds_ratio: 2.5, per: 10",
            "from: grade, to: flag, beta: 0.5",
        ],
    )
    bound = dkw(ROWS) + 1e-4
    shares = {"smoker": [0.5, 0.3, 0.2], "grade": [0.4, 0.3, 0.25, 0.05]}
    for name, stated in shares.items():
        found = drawn[name].cat.codes.value_counts(normalize=True).sort_index()
        assert np.abs(found.to_numpy() - stated).max() < bound
    assert abs(drawn["dead"].mean() - 0.03) < bound
    assert abs(drawn["flag"].mean() - 0.4) < bound


def test_zero_share_is_a_jump_at_zero_and_one_latent_drives_both(table):
    drawn = table(
        ROWS,
        columns=[
            PARENT,
            "name: x, type: number, decimals: 2, distribution: {lognormal: {median: 30, sigma: 1}, zero_share: 0.3}",
        ],
        effects=["from: age, to: x, beta: 0.6"],
    )
    assert abs((drawn["x"] == 0).mean() - 0.3) < dkw(ROWS) + 1e-4
    rest = drawn["x"][drawn["x"] > 0]
    assert distance(rest, rounded(stats.lognorm(1, scale=30), 2)) < dkw(len(rest)) + 4e-4
    old = drawn["age"] > 70
    assert (drawn["x"][old] == 0).mean() < 0.15 < 0.33 < (drawn["x"][~old] == 0).mean()
    assert (
        drawn["x"][old & (drawn["x"] > 0)].median()
        > 1.3 * drawn["x"][~old & (drawn["x"] > 0)].median()
    )


def test_each_groups_marginal_holds_with_further_effects(table):
    drawn = table(
        ROWS,
        columns=[
            PARENT,
            "name: sex, type: category, distribution: {probabilities: {F: 0.2, M: 0.8}}",
            (
                "name: hb, type: number, decimals: 2, distribution: {by: sex, groups: "
                "{F: {normal: {mean: 13.1, sd: 1.2}}, M: {lognormal: {median: 14.4, sigma: 0.1}}}}"
            ),
            "name: ill, type: boolean, distribution: {by: sex, groups: {F: {probability: 0.1}, M: {probability: 0.4}}}",
        ],
        effects=[
            "from: sex=M, to: age, beta: 0.8",
            "from: age, to: hb, beta: -0.5",
            "from: age, to: ill, odds_ratio: 2, per: 10",
        ],
    )
    laws = {"F": stats.norm(13.1, 1.2), "M": stats.lognorm(0.1, scale=14.4)}
    for group, law in laws.items():
        part = drawn[drawn["sex"] == group]
        assert follows(part["hb"], rounded(law, 2), beside=5e-4)
        assert abs(part["ill"].mean() - {"F": 0.1, "M": 0.4}[group]) < dkw(len(part)) + 5e-4


def test_dates_are_whole_days_over_their_range(table):
    drawn = table(
        ROWS,
        columns=[
            (
                "name: day, type: date, range: ['2015-01-01', '2015-12-31'], "
                "distribution: {uniform: {low: '2015-01-01', high: '2015-12-31'}}"
            ),
            "name: moment, type: datetime, distribution: {normal: {mean: '2018-06-30', sd: 100}}",
        ],
    )
    days = drawn["day"].dt.day_of_year
    assert drawn["day"].dt.hour.eq(0).all()
    assert follows(days, lambda x: x / 365)
    seconds = drawn["moment"].astype("datetime64[s]").astype("int64")
    middle = np.datetime64("2018-06-30", "s").astype("int64")
    assert follows(seconds, lambda x: stats.norm.cdf((x - middle + 0.5) / 86400, 0, 100))


@pytest.mark.slow
def test_calibration_is_within_1e_4_of_the_stated_law(make):
    """The spread of ten million rows is 3e-4; the calibration's own error must not show."""
    blueprint = make(
        columns=[
            PARENT,
            "name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}",
            "name: x, type: number, decimals: 2, distribution: {gamma: {shape: 2, scale: 3}}",
            "name: y, type: number, decimals: 2, distribution: {normal: {mean: 0, sd: 1}}",
        ],
        effects=[
            "from: age, to: x, beta: 0.5",
            "from: sex=M, to: x, beta: 0.8",
            "from: x, to: y, beta: 0.6",
            "from: sex=M, to: y, beta: -0.9",
        ],
    )
    plan = sampling.compile(blueprint)
    counts = {"x": np.zeros(20_000), "y": np.zeros(20_000)}
    rows, parts = 2_000_000, 10
    for part in range(parts):
        drawn = sampling.draw(plan, rows, 5, part * rows)
        for name, count in counts.items():
            codes = np.rint(drawn[name].to_numpy() * 100).astype(int) + 10_000
            count += np.bincount(codes, minlength=20_000)
    laws = {"x": stats.gamma(2, scale=3), "y": stats.norm()}
    edges = (np.arange(20_000) - 10_000 + 0.5) / 100
    for name, count in counts.items():
        gap = np.abs(np.cumsum(count) / (rows * parts) - laws[name].cdf(edges)).max()
        assert gap < dkw(rows * parts, 1e-3) + 1e-4
