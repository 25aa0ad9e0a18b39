"""F_L, the latent law that keeps a marginal, against closed forms and quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

from tests.oracles import dkw, follows, logit, near
from tests.sampling.latent_law import MOST, NUMBER, ROWS, gap, gaussian, uniforms

pytestmark = pytest.mark.long


@pytest.mark.parametrize("sizes", [(0.5, 0.4), (-0.3, 0.9), (0.68, 0.68), (0.1, -0.05)])
def test_with_two_normal_parents_the_latent_law_is_the_normal_one(table, sizes):
    betas = np.zeros((3, 3))
    betas[:2, 2] = sizes
    assert gap(gaussian(table, betas), betas) < MOST


@pytest.mark.parametrize("size", [0.3, 0.9, -0.95])
def test_errors_do_not_add_up_along_a_chain_of_twelve(table, size):
    betas = np.diag(np.full(11, size), 1)
    assert gap(gaussian(table, betas), betas) < MOST


def test_with_correlated_parents_the_latent_law_is_the_normal_one(table):
    betas = np.zeros((4, 4))
    betas[0, 1:], betas[1, 2:], betas[2, 3] = (0.6, -0.3, 0.2), (0.5, 0.4), -0.5
    assert gap(gaussian(table, betas), betas) < MOST


@pytest.mark.parametrize("share", [0.5, 0.05, 0.002])
def test_with_a_parent_of_two_values_it_is_the_mixture_of_two(table, share):
    drawn = table(
        ROWS,
        columns=[
            f"name: g, type: boolean, distribution: {{probability: {share}}}",
            f"name: y, {NUMBER}",
        ],
        effects=["from: g, to: y, beta: 1.5"],
    )
    sd = np.sqrt(1 - 1.5**2 * share * (1 - share))
    e = stats.norm.ppf(uniforms("y"))
    at = 1.5 * drawn["g"].to_numpy() + sd * e
    law = (1 - share) * stats.norm.cdf(at / sd) + share * stats.norm.cdf((at - 1.5) / sd)
    assert np.abs(stats.norm.cdf(drawn["y"]) - law).max() < MOST


def test_an_intercept_is_that_of_quadrature(table):
    """yes iff e > -a - x log 2 with E[expit(a + x log 2)] = 0.03: the rows themselves tell."""
    drawn = table(
        ROWS,
        columns=[
            f"name: x, {NUMBER}",
            "name: ill, type: boolean, distribution: {probability: 0.03}",
        ],
        effects=["from: x, to: ill, odds_ratio: 2"],
    )

    def share(a):
        return integrate.quad(
            lambda x: stats.norm.pdf(x) * special.expit(a + x * np.log(2)), -9, 9
        )[0]

    from scipy.optimize import brentq

    a = brentq(lambda a: share(a) - 0.03, -9, 0)
    chance = special.expit(a + drawn["x"] * np.log(2))
    expected = uniforms("ill") > 1 - chance
    near_the_cut = np.abs(uniforms("ill") - 1 + chance) < MOST
    assert (drawn["ill"] == expected)[~near_the_cut].all()


def test_times_have_the_survival_that_quadrature_gives_row_by_row(table):
    time = "name: t, type: time_to_event, unit: days, event: e, survival: {1000: 0.5, 100000: 0.01}"
    drawn = table(
        ROWS,
        columns=[f"name: x, {NUMBER}", time],
        effects=["from: x, to: t, hazard_ratio: 2.5"],
    )
    # L = log H0(t) with exponential e: S(t) = E[exp(-H0 exp(eta))]
    log_hazard = np.log(-np.log1p(-uniforms("t"))) - drawn["x"].to_numpy() * np.log(2.5)
    grid = np.linspace(log_hazard.min() - 1, log_hazard.max() + 1, 600)
    z, w = np.polynomial.hermite_e.hermegauss(120)
    survival = np.array([(w * np.exp(-np.exp(h + z * np.log(2.5)))).sum() / w.sum() for h in grid])
    mine = np.interp(log_hazard, grid, survival)
    first, last = np.log(2) / 1000, -np.log(0.01)
    slope = np.log(last / np.log(2)) / np.log(100)

    def stated(day):
        later = np.log(2) * (np.maximum(day, 1000) / 1000) ** slope
        tail = last + (day - 1e5) * last * slope / 1e5
        return np.exp(-np.where(day < 1000, first * day, np.where(day < 1e5, later, tail)))

    day = drawn["t"].to_numpy().astype(float)
    assert (stated(day) < mine + 2 * MOST).all()  # times are rounded up
    assert (stated(day - 1) > mine - 2 * MOST).all()


@pytest.mark.parametrize("link", [None, "from: age, to: g=rare, odds_ratio: 3, per: 10"])
def test_a_group_of_one_in_two_hundred_keeps_its_marginal_and_its_share(table, age, link):
    """500,000 rows hold 2,500 of it; 164 of 32,768 points would be off by more than their bound."""
    groups = "{often: {normal: {mean: 10, sd: 2}}, rare: {normal: {mean: 30, sd: 2}}}"
    yes = "{often: {probability: 0.1}, rare: {probability: 0.5}}"
    plan_rows = 500_000
    drawn = table(
        plan_rows,
        columns=[
            age,
            "name: g, type: category, distribution: {probabilities: {often: 0.995, rare: 0.005}}",
            f"name: y, type: number, decimals: 3, distribution: {{by: g, groups: {groups}}}",
            f"name: ill, type: boolean, distribution: {{by: g, groups: {yes}}}",
        ],
        effects=["from: age, to: y, beta: 0.9", "from: age, to: ill, odds_ratio: 3, per: 10",
                 *([link] if link else [])],
    )  # fmt: skip
    rare = drawn[drawn["g"] == "rare"]
    assert follows(rare["y"], lambda x: stats.norm.cdf(x + 0.0005, 30, 2))
    assert abs(rare["ill"].mean() - 0.5) < dkw(len(rare))
    found, error = logit(rare["ill"], rare["age"] / 10)
    assert near(found, np.log(3), error)


def test_a_rare_groups_latent_law_is_as_exact_as_a_common_ones(table):
    """Row by row, in a group of 0.3%: eta and e are normal, so L is."""
    groups = "{no: {normal: {mean: 0, sd: 1}}, yes: {normal: {mean: 0, sd: 1}}}"
    drawn = table(
        ROWS,
        columns=[
            f"name: x, {NUMBER}",
            "name: g, type: boolean, distribution: {probability: 0.003}",
            f"name: y, type: number, decimals: 5, distribution: {{by: g, groups: {groups}}}",
        ],
        effects=["from: x, to: y, beta: 0.8"],
    )
    latent = 0.8 * drawn["x"].to_numpy() + 0.6 * stats.norm.ppf(uniforms("y"))
    off = np.abs(stats.norm.cdf(drawn["y"]) - stats.norm.cdf(latent))
    assert drawn["g"].sum() > 100
    assert off[drawn["g"]].max() < 3e-4
    assert off[~drawn["g"]].max() < 3e-4
