"""Latent values worked out of a table, and laws of columns as a plan draws them.

The words of a column's own stream are known, so L can be worked out of the
delivered parents and compared with the delivered child, row by row: no sampling
error hides the calibration's.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats
from scipy.stats import qmc

from synth_magic.sampling import streams
from synth_magic.sampling.draws import Latent
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import State
from synth_magic.sampling.steps import LawStep

ROWS = 50_000
NUMBER = "type: number, decimals: 5, distribution: {normal: {mean: 0, sd: 1}}"
MOST = 1e-4


def uniforms(name, rows=ROWS):
    words = streams.words(streams.key("1", name, "value", 0), 0, rows)
    return (words.astype(float) + 0.5) / 2**32


def covariances(betas):
    """Covariance of normal columns, ``betas[i, j]`` the effect of x_i on x_j."""
    spread = np.eye(len(betas))
    for j in range(1, len(betas)):
        spread[:j, j] = spread[j, :j] = spread[:j, :j] @ betas[:j, j]
    return spread


def gap(drawn, betas):
    """Largest |F(y) - F_L(L)| over the rows, with L's exact normal law.

    ``betas[i, j]`` is the effect of x_i on x_j, all of normal columns, so that
    L = sum of beta * x + s * e is normal; s is read off the table itself.
    """
    spread, worst = covariances(betas), []
    for j in range(1, len(betas)):
        beta = betas[:j, j]
        if not beta.any():
            continue
        eta = drawn[[f"x{i}" for i in range(j)]].to_numpy() @ beta
        e, y = stats.norm.ppf(uniforms(f"x{j}")), drawn[f"x{j}"].to_numpy()
        inner = np.abs(y) < 3
        one, two = np.linalg.lstsq(np.column_stack([eta, e])[inner], y[inner], rcond=None)[0]
        s = two / one
        sd = np.sqrt(beta @ spread[:j, :j] @ beta + s * s)
        assert sd == pytest.approx(1, abs=1e-3)  # beta is in SDs of L
        worst.append(np.abs(stats.norm.cdf(y) - stats.norm.cdf((eta + s * e) / sd)).max())
    return max(worst)


def gaussian(table, betas, number=NUMBER):
    effects = [
        f"from: x{i}, to: x{j}, beta: {betas[i, j]}"
        for i, j in zip(*np.nonzero(betas), strict=True)
    ]
    return table(
        ROWS, columns=[f"name: x{i}, {number}" for i in range(len(betas))], effects=effects
    )


class _Points:
    """Words of scipy's scrambled Sobol points, a coordinate a column."""

    def __init__(self, names, log2_rows, seed):
        points = qmc.Sobol(len(names), scramble=True, seed=seed, bits=32).random_base2(log2_rows)
        self.coordinates = dict(zip(names, (points.T * 2**32).astype(np.uint32), strict=True))
        self.rows = 1 << log2_rows

    def words(self, column, purpose, attempt):
        return self.coordinates[column]


def off(plan, name, log2_rows=19, seed=1):
    """Largest |P(x <= code) - stated| of a number with effects, as the plan draws it.

    Its ancestors are drawn on points that calibration does not know, its own noise is
    integrated out.
    """
    names = [step.name for step in plan.steps if isinstance(step, LawStep)]
    state = State(_Points(names, log2_rows, seed), plan.axes, Scratch(1 << log2_rows))
    for step in plan.steps:
        step.draw(state, 0)
    (law,) = (step.law for step in plan.steps if step.name == name)
    assert isinstance(law, Latent)
    assert law.by is None
    two = (np.array([0.5, special.ndtr(1.0)]) * 2**32).astype(np.uint32)
    zero, one = law.noise.values(two, np.empty(2), Scratch(2))
    cells = np.linspace(0, law.table.cells * (1 - 1e-9), 200_001)
    places = law.table.values(cells.copy(), Scratch(len(cells)))
    axis, marginal = plan.axes[name], plan.laws[name]
    shares = np.concatenate([[1e-5, 1e-4, 1e-3], np.linspace(0.005, 0.995, 100), [0.999, 0.9999]])
    codes = np.unique(np.rint(axis.places(marginal.ppf(shares)))) + 0.5
    counts, edges = np.histogram(law.given(state).effect, 50_000)
    eta, share = ((edges[1:] + edges[:-1]) / 2)[counts > 0], counts[counts > 0] / state.rows
    at = np.interp(codes, places, cells)
    reached = [(share * special.ndtr((x - eta - zero) / (one - zero))).sum() for x in at]
    return np.abs(reached - marginal.cdf((codes + axis.low) / 10.0**axis.decimals)).max()
