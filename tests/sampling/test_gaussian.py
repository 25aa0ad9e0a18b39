"""Jointly normal columns: their latent law is the closed form, and so is what they explain."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from synth_magic import sampling
from synth_magic.errors import SpecError
from synth_magic.sampling.designs import CAP
from synth_magic.sampling.gaussian import combined, dot, own
from synth_magic.sampling.mixture import Mixture
from synth_magic.sampling.noise import NoiseLaw
from tests.sampling.latent_law import (
    MOST,
    NUMBER,
    ROWS,
    covariances,
    gap,
    gaussian,
    off,
    uniforms,
)

pytestmark = pytest.mark.long


def chain(parents, explained=0.81):
    """Betas of an AR(0.7) chain, all of whose columns act on one child."""
    betas = np.diag(np.full(parents, 0.7), 1)
    betas[: parents - 1, parents] = 0
    distance = np.abs(np.subtract.outer(np.arange(parents), np.arange(parents)))
    betas[:parents, parents] = np.sqrt(explained / (0.7**distance).sum())
    return betas


@pytest.mark.parametrize("parents", range(3, 13))
def test_with_many_correlated_parents_the_latent_law_is_the_normal_one(table, parents):
    betas = chain(parents)
    assert gap(gaussian(table, betas), betas) < MOST


@pytest.mark.parametrize("seed", range(6))
def test_with_any_betas_the_latent_law_is_the_normal_one(table, seed):
    rng = np.random.default_rng(seed)
    size = 4 + seed
    betas = np.zeros((size, size))
    for j in range(1, size):
        beta = rng.normal(size=j)
        betas[:j, j] = beta * 0.8 / np.abs(beta).sum()
    assert gap(gaussian(table, betas), betas) < MOST


@pytest.mark.parametrize("word", ["correlation", "difference"])
def test_words_that_are_solved_for_lead_to_the_normal_law_too(table, word):
    """y = (sum of b * x + s * e) / sd, whatever b and s came out, in the parents' own covariance."""
    parents, sizes = 6, (0.3, -0.2, 0.25, 0.1, 0.35, 0.2)
    betas = np.diag(np.full(parents - 1, 0.5), 1)
    effects = [f"from: x{i}, to: x{i + 1}, beta: 0.5" for i in range(parents - 1)]
    effects += [f"from: x{i}, to: y, {word}: {size}" for i, size in enumerate(sizes)]
    columns = [*(f"name: x{i}, {NUMBER}" for i in range(parents)), f"name: y, {NUMBER}"]
    drawn = table(ROWS, columns=columns, effects=effects)
    x, y = drawn[[f"x{i}" for i in range(parents)]].to_numpy(), drawn["y"].to_numpy()
    inner = np.abs(y) < 3
    design = np.column_stack([x, stats.norm.ppf(uniforms("y"))])
    b = np.linalg.lstsq(design[inner], y[inner], rcond=None)[0]
    sd = np.sqrt(b[:-1] @ covariances(betas) @ b[:-1] + b[-1] ** 2)
    assert np.abs(stats.norm.cdf(y) - stats.norm.cdf(design @ b / sd)).max() < MOST
    if word == "difference":
        assert b[:-1] / sd == pytest.approx(np.array(sizes), abs=2e-3)
    else:
        with_y = covariances(betas) @ b[:-1] / sd
        assert 6 / np.pi * np.arcsin(with_y / 2) == pytest.approx(np.array(sizes), abs=2e-3)


INTEGER = "type: integer, distribution: {normal: {mean: 50, sd: 5}}"
TENTH = "type: number, decimals: 1, distribution: {lognormal: {median: 8, sigma: 0.3}}"
COUNT = "type: integer, distribution: {poisson: {mean: 30}}"


@pytest.mark.parametrize("number", [INTEGER, TENTH, COUNT])
@pytest.mark.parametrize("parents", [4, 9])
def test_parents_as_coarse_as_whole_years_leave_the_marginal_as_stated(make, number, parents):
    betas = chain(parents)
    effects = [
        f"from: x{i}, to: x{j}, beta: {betas[i, j]}"
        for i, j in zip(*np.nonzero(betas), strict=True)
    ]
    columns = [f"name: x{i}, {number}" for i in range(parents)]
    plan = sampling.compile(
        make(columns=[*columns, f"name: x{parents}, {NUMBER}"], effects=effects)
    )
    assert off(plan, f"x{parents}", log2_rows=20) < MOST


@pytest.mark.parametrize("beta", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("sd", [0.25, 0.5, 1, 2])
def test_parents_of_a_few_values_are_no_normal_ones(make, sd, beta):
    """Three to some fifteen values: where rounding shows in the child, the points tell how."""
    parent = f"name: x, type: integer, distribution: {{normal: {{mean: 3, sd: {sd}}}}}"
    plan = sampling.compile(
        make(columns=[parent, f"name: y, {NUMBER}"], effects=[f"from: x, to: y, beta: {beta}"])
    )
    assert off(plan, "y") < MOST


def test_values_that_bend_are_no_straight_line_in_the_score(make):
    """A lognormal parent by its value, not its score: eta is skewed."""
    columns = [f"name: x, {TENTH}", f"name: y, {NUMBER}"]
    plan = sampling.compile(make(columns=columns, effects=["from: x, to: y, difference: 0.3"]))
    assert off(plan, "y") < MOST


def test_a_parent_with_a_share_of_zeros_is_no_normal_one(make):
    cost = "name: x, type: number, decimals: 4, distribution: {gamma: {shape: 2, scale: 300}, zero_share: 0.2}"
    plan = sampling.compile(
        make(columns=[cost, f"name: y, {NUMBER}"], effects=["from: x, to: y, beta: 0.9"])
    )
    assert off(plan, "y") < MOST


MIXED = [
    "name: age, type: integer, range: [30, 90], distribution: {normal: {mean: 62, sd: 11}}",
    "name: sex, type: boolean, distribution: {probability: 0.44}",
    "name: smoker, type: category, distribution: {probabilities: {never: 0.5, former: 0.3, current: 0.2}}",
    "name: weight, type: number, decimals: 1, distribution: {lognormal: {median: 78, sigma: 0.2}}",
    "name: sbp, type: integer, distribution: {normal: {mean: 135, sd: 18}}",
    "name: y, " + NUMBER,
]
ON_Y = ["from: age, to: y, beta: 0.35", "from: sex, to: y, beta: 0.5",
        "from: smoker=current, to: y, beta: -0.4", "from: weight, to: y, beta: 0.3",
        "from: sbp, to: y, difference: 0.01"]  # fmt: skip


def test_parents_of_many_kinds_leave_the_marginal_as_stated(make):
    above = ["from: age, to: smoker=current, odds_ratio: 0.7, per: 10", "from: sex, to: weight, beta: 0.8",
             "from: age, to: sbp, beta: 0.4", "from: weight, to: sbp, beta: 0.3"]  # fmt: skip
    plan = sampling.compile(make(columns=MIXED, effects=[*above, *ON_Y]))
    for name in ("weight", "sbp", "y"):
        assert off(plan, name) < MOST


@pytest.mark.parametrize("numbers", [0, 4])
def test_with_a_dozen_parents_that_explain_four_fifths_points_are_added(make, numbers):
    """Jumps in many coordinates are what points cover worst: 2**15 are off by up to 0.0013 here."""
    rest = 12 - numbers
    columns = [f"name: x{i}, {NUMBER}" for i in range(numbers)]
    columns += [
        f"name: g{i}, type: boolean, distribution: {{probability: 0.3}}" for i in range(rest)
    ]
    sizes = np.sqrt(0.8 / 12), np.sqrt(0.8 / 12 / 0.21)
    effects = [f"from: x{i}, to: y, beta: {sizes[0]}" for i in range(numbers)]
    effects += [f"from: g{i}, to: y, beta: {sizes[1]}" for i in range(rest)]
    plan = sampling.compile(make(columns=[*columns, f"name: y, {NUMBER}"], effects=effects))
    assert off(plan, "y") < 4 * MOST


def test_what_correlated_parents_explain_is_counted_exactly(make):
    """Just below 95% is met, just above is refused."""
    columns = [f"name: x{i}, {NUMBER}" for i in range(9)]
    for explained, fits in ((CAP - 1e-4, True), (CAP + 1e-4, False)):
        betas = chain(8, explained)
        effects = [
            f"from: x{i}, to: x{j}, beta: {betas[i, j]}"
            for i, j in zip(*np.nonzero(betas), strict=True)
        ]
        blueprint = make(columns=columns, effects=effects)
        if fits:
            sampling.compile(blueprint)
        else:
            with pytest.raises(SpecError, match="95%"):
                sampling.compile(blueprint)


# The law of a normal eta and of forms ---------------------------------------------------


@pytest.mark.parametrize("sd", [1e-6, 0.05, 0.7, 2.5, 4.3])
def test_a_normal_eta_and_normal_noise_add_up_to_a_normal_law(sd):
    mixture, whole = Mixture.normal(sd, NoiseLaw("normal")), np.sqrt(1 + sd * sd)
    at = np.linspace(-6 * whole, 6 * whole, 201)
    assert np.abs(mixture.cdf(at) - special.ndtr(at / whole)).max() < 1e-8
    grid = mixture.on_grid(-6 * whole, 6 * whole, 4096)
    exact = special.ndtr(np.linspace(-6, 6, 4097))
    assert np.abs(grid - exact).max() < 1e-7


@pytest.mark.parametrize("name", ["logistic", "log_exponential"])
def test_a_normal_eta_and_another_noise_have_the_law_that_quadrature_gives(name):
    law = NoiseLaw(name)
    mixture = Mixture.normal(1.3, law)
    for at in (-5.0, -1.0, 0.0, 0.5, 2.0):
        exact = integrate.quad(
            lambda z, at=at: stats.norm.pdf(z) * law.cdf(np.array([at - 1.3 * z]))[0], -9, 9
        )[0]
        assert mixture.cdf(np.array([at]))[0] == pytest.approx(exact, abs=1e-7)


@given(
    eta=st.lists(st.floats(-4, 4), min_size=1, max_size=40),
    cells=st.sampled_from([64, 500, 4096]),
)
def test_the_law_on_a_grid_is_the_law_at_its_nodes(eta, cells):
    mixture = Mixture.of(np.array(eta), NoiseLaw("normal"))
    low, high = mixture.ends
    grid = mixture.on_grid(low, high, cells)
    assert np.abs(grid - mixture.cdf(np.linspace(low, high, cells + 1))).max() < 1e-6


@given(st.lists(st.floats(-0.3, 0.3), min_size=10, max_size=10))
def test_covariances_of_forms_are_those_of_matrices(sizes):
    betas = np.zeros((5, 5))
    betas[np.triu_indices(5, 1)] = sizes
    forms = [own("x0")]
    for j in range(1, 5):
        eta = combined(betas[:j, j].tolist(), forms)
        forms.append(combined((1.0, np.sqrt(1 - dot(eta, eta))), (eta, own(f"x{j}"))))
    found = np.array([[dot(one, other) for one in forms] for other in forms])
    assert np.abs(found - covariances(betas)).max() < 1e-8
