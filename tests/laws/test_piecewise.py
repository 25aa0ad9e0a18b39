"""Laws through stated quantiles and survival points are what a reader expects of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.interpolate import PchipInterpolator

from synth_magic.blueprint.model import Column
from synth_magic.errors import SpecError
from synth_magic.laws import solve
from tests.laws.points import atoms

AGES = {0.01: 33, 0.05: 42, 0.25: 55, 0.5: 63, 0.75: 71, 0.95: 81, 0.99: 84}


def test_every_stated_quantile_is_met(law):
    marginal = law(quantiles=AGES, range=(30, 85))
    assert marginal.ppf(np.array(list(AGES))) == pytest.approx(list(AGES.values()), abs=1e-6)
    assert marginal.support == (30, 85)
    assert atoms(marginal) == ()


def test_between_quantiles_it_is_the_monotone_cubic_in_the_normal_score(law):
    p, x = np.array(list(AGES)), np.array(list(AGES.values()), dtype=float)
    oracle = PchipInterpolator(stats.norm.ppf(p), x)
    inner = np.linspace(0.06, 0.94, 300)  # scipy differs from us in the outermost pieces only
    ours = law(quantiles=AGES, range=(30, 85)).ppf(inner)
    assert np.abs(ours - oracle(stats.norm.ppf(inner))).max() < 1e-3


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    mean=st.floats(-1e3, 1e3).map(lambda x: round(x, 9)),
    sd=st.floats(0.01, 1e3),
    p=st.lists(st.floats(0.01, 0.99), min_size=2, max_size=7, unique_by=lambda p: round(p, 2)),
)
def test_quantiles_of_a_normal_give_back_that_normal(mean, sd, p):
    p = sorted(round(share, 2) for share in p)
    form = {share: stats.norm.ppf(share, mean, sd) for share in p}
    column = Column.model_validate(
        {"name": "x", "type": "number", "distribution": {"quantiles": form, "source": "user"}}
    )
    marginal = solve(column)
    u = np.array([1e-6, 0.001, 0.1, 0.5, 0.9, 0.999, 1 - 1e-6])
    assert marginal.ppf(u) == pytest.approx(stats.norm.ppf(u, mean, sd), abs=2e-3 * sd)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    steps=st.lists(st.floats(0, 50).map(lambda x: round(x, 9)), min_size=1, max_size=8),
    gaps=st.tuples(*[st.floats(0, 30).map(lambda x: round(x, 9))] * 2),
)
def test_any_rising_quantiles_make_a_law_within_the_range(steps, gaps):
    x = np.cumsum(steps)
    p = np.linspace(0, 1, len(x) + 2)[1:-1]
    low, high = x[0] - gaps[0], x[-1] + gaps[1]
    column = Column.model_validate(
        {
            "name": "x",
            "type": "number",
            "range": (low, high),
            "distribution": {"quantiles": dict(zip(p, x, strict=True)), "source": "user"},
        }
    )
    marginal = solve(column)
    assert (np.diff(marginal.x) >= 0).all()
    assert (np.diff(marginal.F) >= 0).all()
    assert (marginal.F[0], marginal.F[-1]) == (0, 1)
    assert marginal.support[0] >= low
    assert marginal.support[1] <= high
    slack = 1e-6 * (1 + abs(high))
    assert (marginal.below(x - slack) <= p + 1e-9).all()
    assert (marginal.cdf(x + slack) >= p - 1e-9).all()


def test_there_is_an_atom_where_quantiles_repeat_and_nowhere_else(law):
    marginal = law(quantiles={0.1: 2, 0.4: 2, 0.6: 5, 0.9: 9}, range=(0, 12))
    assert atoms(marginal) == ((2.0, pytest.approx(0.3)),)
    at_bound = law("integer", quantiles={0.3: 0, 0.5: 1, 0.75: 3}, range=(0, 20))
    assert atoms(at_bound) == ((0.0, pytest.approx(0.3)),)


def test_open_ends_go_on_as_a_normal_through_the_outermost_two(law):
    marginal = law(quantiles={0.25: 10, 0.5: 20, 0.75: 50})
    z = stats.norm.ppf(0.75)
    for u in (0.9, 0.99, 1 - 1e-6):
        upper = 50 + (50 - 20) / z * (stats.norm.ppf(u) - z)
        assert float(marginal.ppf(u)) == pytest.approx(upper, rel=1e-3)
        lower = 10 - (20 - 10) / z * (stats.norm.ppf(u) - z)
        assert float(marginal.ppf(1 - u)) == pytest.approx(lower, abs=0.05)


def test_the_density_is_continuous_where_a_bounded_tail_begins(law):
    marginal = law(quantiles={0.05: 10, 0.5: 30, 0.95: 50}, range=(0, 60))
    for edge, h in ((10, 0.05), (50, 0.05)):
        before, after = np.diff(marginal.cdf(np.array([edge - h, edge, edge + h])))
        assert before == pytest.approx(after, rel=0.05)


def test_quantiles_at_0_and_1_are_the_ends(law):
    assert law(quantiles={0: 3, 0.5: 5, 1: 11}).support == (3, 11)
    flat = law(quantiles={0: 3, 1: 11})
    assert float(flat.cdf(5)) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("form", "part", "words"),
    [
        ({0.25: 8, 0.5: 7}, "0.5", "fall"),
        ({0.5: 7, 0.25: 8}, "quantiles", "increasing shares"),
        ({0.5: 7, 1.25: 8}, "quantiles", "increasing shares"),
        ({0.5: 7, 0.9: 40}, "0.9", "outside its range"),
    ],
)
def test_quantiles_that_cannot_be_are_refused_where_they_stand(law, form, part, words):
    with pytest.raises(SpecError, match=words) as caught:
        law(quantiles=form, range=(0, 20))
    assert caught.value.problems[0].path[-1] == part


def test_one_quantile_without_a_range_is_refused(law):
    with pytest.raises(SpecError, match="leaves its spread open"):
        law(quantiles={0.5: 7})
    with pytest.raises(SpecError, match="one extreme"):
        law(quantiles={0: 7})
    assert law(quantiles={0.5: 7}, range=(0, 20)).median == pytest.approx(7)


# Survival ---------------------------------------------------------------------------


def times(survival):
    return solve(
        Column.model_validate(
            {"name": "t", "type": "time_to_event", "event": "dead", "survival": survival}
        )
    )


def test_survival_points_are_met():
    points = {30: 0.97, 365: 0.82, 1825: 0.55}
    marginal = times(points)
    assert 1 - marginal.cdf(np.array(list(points))) == pytest.approx(list(points.values()))


def test_the_log_cumulative_hazard_is_linear_in_log_time_between_points():
    # So two points of a Weibull curve give that curve between them.
    oracle = stats.weibull_min(0.7, scale=2000)
    marginal = times({100: oracle.sf(100), 1500: oracle.sf(1500)})
    t = np.geomspace(100, 1500, 40)
    assert marginal.cdf(t) == pytest.approx(oracle.cdf(t), abs=1e-5)


def test_the_hazard_is_constant_before_the_first_point_and_goes_on_after_the_last():
    oracle = stats.weibull_min(0.7, scale=2000)
    marginal = times({100: oracle.sf(100), 1500: oracle.sf(1500)})
    early = np.array([1, 20, 99.0])
    rate = -np.log(oracle.sf(100)) / 100
    assert -np.log(1 - marginal.cdf(early)) == pytest.approx(rate * early, rel=1e-4)
    last = oracle.pdf(1500) / oracle.sf(1500)
    late = np.array([1600.0, 4000, 9000])
    expected = -np.log(oracle.sf(1500)) + last * (late - 1500)
    assert -np.log(1 - marginal.cdf(late)) == pytest.approx(expected, rel=1e-4)


def test_one_survival_point_is_an_exponential_law():
    marginal = times({365: 0.8})
    t = np.array([10.0, 365, 2000])
    assert marginal.cdf(t) == pytest.approx(-np.expm1(t / 365 * np.log(0.8)), abs=1e-5)


def test_a_plateau_is_kept_and_then_the_mean_hazard_goes_on():
    marginal = times({100: 0.5, 200: 0.5})
    assert float(marginal.cdf(199)) == pytest.approx(0.5)
    assert float(marginal.cdf(300)) == pytest.approx(
        1 - 0.5 * np.exp(-np.log(2) / 200 * 100), abs=1e-5
    )


def test_nobody_dies_while_survival_is_1_and_everybody_by_the_time_it_is_0():
    marginal = times({30: 1, 365: 0.5, 730: 0})
    assert marginal.support == (30, 730)
    assert float(marginal.cdf(365)) == pytest.approx(0.5)
    assert float(marginal.cdf(547.5)) == pytest.approx(0.75, abs=1e-5)
    assert float(times({730: 0}).cdf(365)) == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize(
    "points",
    [
        {},
        {0: 0.9},
        {365: 0.5, 100: 0.8},
        {100: 0.5, 365: 0.8},
        {100: 1.2},
        {100: 1},
        {100: -0.1},
        {100: 0, 200: 0},
    ],
)
def test_survival_that_cannot_be_is_refused(points):
    with pytest.raises(SpecError) as caught:
        times(points)
    assert caught.value.problems[0].path == ("columns", "t", "survival")


def test_a_range_never_cuts_event_times(column):
    bounded = column(
        "time_to_event", event="dead", range=(0, 100), weibull={"shape": 1, "scale": 500}
    )
    assert float(solve(bounded).cdf(100)) == pytest.approx(-np.expm1(-0.2), abs=1e-5)
