"""Shares, zeros, groups and dates become laws; what cannot be is refused where it stands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from synth_magic.blueprint.model import Column
from synth_magic.errors import SpecError
from synth_magic.laws import codec, solve
from tests.laws.points import atoms


def test_categories_stand_at_0_1_2_along_their_values(law):
    marginal = law("category", values=["a", "b", "c"], probabilities={"c": 0.2, "a": 0.5, "b": 0.3})
    assert marginal.points[0].tolist() == [0, 1, 2]
    assert marginal.points[1] == pytest.approx([0.5, 0.3, 0.2])


def test_without_values_the_order_is_that_of_the_shares(law):
    assert law("category", probabilities={"x": 0.9, "y": 0.1}).points[1] == pytest.approx(
        [0.9, 0.1]
    )


def test_shares_within_one_percent_of_1_are_scaled(law):
    assert law("category", probabilities={"a": 0.33, "b": 0.33, "c": 0.335}).points[
        1
    ] == pytest.approx([0.33 / 0.995, 0.33 / 0.995, 0.335 / 0.995])


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"a": 0.5, "b": 0.6}, "add up to 1.1"),
        ({"a": 0.5, "b": 0.4}, "add up to 0.9"),
        ({"a": -0.1, "b": 1.1}, "no share"),
        ({"a": 0.5, "z": 0.5}, "none of its values"),
    ],
)
def test_shares_that_cannot_be_are_refused(law, shares, words):
    with pytest.raises(SpecError, match=words) as caught:
        law("category", values=["a", "b"], probabilities=shares)
    assert caught.value.problems[0].path[:4] == ("columns", "x", "distribution", "probabilities")


@pytest.mark.parametrize("kind", ["boolean", "integer"])
def test_a_probability_is_the_share_of_yes(law, kind):
    assert atoms(law(kind, probability=0.22)) == (
        (0.0, pytest.approx(0.78)),
        (1.0, pytest.approx(0.22)),
    )


def test_a_boolean_may_state_both_shares_in_any_words(law):
    for words in ({"yes": 0.3, "no": 0.7}, {"False": 0.7, "True": 0.3}, {"0": 0.7, "1": 0.3}):
        assert law("boolean", probabilities=words).mean == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("kind", "parts", "words"),
    [
        ("number", {"probability": 0.2}, "no single share"),
        ("boolean", {"probability": 1.2}, "no share"),
        ("category", {"probability": 0.2, "values": ["a", "b", "c"]}, "says nothing of several"),
        ("boolean", {"normal": {"mean": 1, "sd": 1}}, "has shares"),
        ("date", {"poisson": {"mean": 3}}, "holds no counts"),
    ],
)
def test_a_form_that_does_not_fit_the_type_is_refused(law, kind, parts, words):
    with pytest.raises(SpecError, match=words):
        law(kind, **parts)


def test_a_score_may_state_the_shares_of_its_points(law):
    marginal = law("integer", range=(3, 15), probabilities={"15": 0.6, "3": 0.1, "8": 0.3})
    assert atoms(marginal) == (
        (3.0, pytest.approx(0.1)),
        (8.0, pytest.approx(0.3)),
        (15.0, pytest.approx(0.6)),
    )
    with pytest.raises(SpecError, match="outside its range"):
        law("integer", range=(3, 15), probabilities={"16": 1})
    with pytest.raises(SpecError, match="no number"):
        law("integer", probabilities={"many": 1})


# Zeros ------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=60, deadline=None)
@given(share=st.floats(0.01, 0.99), decimals=st.integers(0, 2), ratio=st.floats(0.1, 1.5))
def test_the_delivered_share_of_zeros_is_the_stated_one(share, decimals, ratio):
    column = Column.model_validate(
        {
            "name": "x",
            "type": "number",
            "range": (0, 80),
            "decimals": decimals,
            "distribution": {
                "lognormal": {"median": 6, "sigma": ratio},
                "zero_share": share,
                "source": "user",
            },
        }
    )
    marginal = solve(column)
    delivered = codec(column, marginal).law(marginal)
    assert float(delivered.cdf(0)) == pytest.approx(share, abs=1e-9)
    assert float(marginal.cdf(0)) - float(marginal.below(0)) == pytest.approx(share, abs=1e-9)


def test_the_distribution_describes_the_rest(law):
    rest = law(gamma={"shape": 3, "scale": 4}, zero_share=0.4, decimals=2)
    oracle = stats.gamma(3, scale=4)
    x = np.array([1, 5, 10, 30.0])
    assert rest.cdf(x) == pytest.approx(0.4 + 0.6 * oracle.cdf(x), abs=1e-4)
    counts = law("integer", poisson={"mean": 5}, zero_share=0.3)
    positions, masses = counts.points
    assert masses[0] == pytest.approx(0.3)
    assert masses[1:] @ positions[1:] / 0.7 == pytest.approx(5)


def test_counts_beside_a_share_of_zeros_begin_at_1(law):
    with pytest.raises(SpecError, match="begin at 1 beside the share of zeros"):
        law("integer", poisson={"mean": 0.8}, zero_share=0.3)


def test_what_would_be_delivered_as_zero_is_no_part_of_the_rest(law):
    with pytest.raises(SpecError, match=r"its mean is 0\.4, but its range is from 0\.5"):
        law("integer", exponential={"mean": 0.4}, zero_share=0.3)


@pytest.mark.parametrize(("sd", "share"), [(0.06, 0.5), (0.001, 0.0), (0.001, 0.5)])
def test_a_rest_that_would_all_be_delivered_as_zero_is_refused(law, sd, share):
    with pytest.raises(SpecError, match="all of its values would be 0"):
        law("integer", normal={"mean": 0, "sd": sd}, zero_share=share)


def test_zeros_may_lie_inside_at_the_end_or_at_the_top_of_a_range(law):
    inside = law(normal={"mean": 1, "sd": 2}, zero_share=0.25, range=(-5, 9), decimals=1)
    assert float(inside.cdf(0) - inside.below(0)) == pytest.approx(0.25)
    assert float(inside.cdf(0.04) - inside.below(-0.04)) == pytest.approx(0.25)
    assert inside.support[0] == -5
    top = law(normal={"mean": -3, "sd": 1}, zero_share=0.25, range=(-9, 0))
    assert atoms(top)[-1] == (0.0, pytest.approx(0.25))
    assert atoms(law(normal={"mean": 5, "sd": 1}, zero_share=1)) == ((0.0, 1.0),)


@pytest.mark.parametrize(
    ("kind", "parts", "words"),
    [
        ("number", {"range": (5, 40), "zero_share": 0.2}, "0 is outside its range"),
        ("number", {"range": (-40, -5), "zero_share": 0.2}, "0 is outside its range"),
        ("number", {"zero_share": 1.2}, "no share"),
        ("date", {"zero_share": 0.2}, "no share of zeros"),
    ],
)
def test_a_share_of_zeros_that_cannot_be_is_refused(law, kind, parts, words):
    mean = "2020-01-01" if kind == "date" else -10 if parts.get("range") == (-40, -5) else 10
    with pytest.raises(SpecError, match=words) as caught:
        law(kind, normal={"mean": mean, "sd": 2}, **parts)
    assert caught.value.problems[0].path == ("columns", "x", "distribution", "zero_share")


# Groups -----------------------------------------------------------------------------

HAEMOGLOBIN = {
    "by": "sex",
    "groups": {
        "F": {"normal": {"mean": 13.1, "sd": 1.2}},
        "M": {"normal": {"mean": 14.4, "sd": 1.3}},
    },
}


def grouped(**parts):
    groups = {k: {**v, "source": "user"} for k, v in HAEMOGLOBIN["groups"].items()}
    return Column.model_validate(
        {
            "name": "hb",
            "type": "number",
            "distribution": {"by": "sex", "groups": groups, "source": "user"},
            **parts,
        }
    )


def test_by_groups_gives_each_groups_law_and_the_pooled_one():
    marginal = solve(grouped(), {"F": 0.4, "M": 0.6})
    within = dict(marginal.groups)
    assert within["F"].mean == pytest.approx(13.1, abs=1e-3)
    assert within["M"].sd == pytest.approx(1.3, abs=1e-3)
    x = np.linspace(9, 19, 101)
    oracle = 0.4 * stats.norm(13.1, 1.2).cdf(x) + 0.6 * stats.norm(14.4, 1.3).cdf(x)
    assert np.abs(marginal.cdf(x) - oracle).max() < 1e-5


def test_a_range_holds_within_every_group():
    marginal = solve(grouped(range=(10, 18)), {"F": 0.5, "M": 0.5})
    for _, part in marginal.groups:
        assert part.support == (10, 18)
    assert dict(marginal.groups)["F"].mean == pytest.approx(13.1, abs=1e-3)


def test_shares_by_group_are_shares_along_the_same_values():
    column = Column.model_validate(
        {
            "name": "smoker",
            "type": "category",
            "distribution": {
                "by": "sex",
                "groups": {
                    "F": {"probabilities": {"no": 0.8, "yes": 0.2}, "source": "user"},
                    "M": {"probabilities": {"yes": 0.5, "no": 0.5}, "source": "user"},
                },
                "source": "user",
            },
        }
    )
    marginal = solve(column, {"F": 0.5, "M": 0.5})
    assert dict(marginal.groups)["F"].points[1] == pytest.approx([0.8, 0.2])
    assert marginal.points[1] == pytest.approx([0.65, 0.35])


def test_a_group_without_a_law_is_refused():
    with pytest.raises(SpecError, match="nothing is stated for sex = X"):
        solve(grouped(), {"F": 0.4, "M": 0.5, "X": 0.1})


def test_an_error_within_a_group_leads_there():
    bad = grouped(range=(13.5, 18))
    with pytest.raises(SpecError) as caught:
        solve(bad, {"F": 0.5, "M": 0.5})
    path = caught.value.problems[0].path
    assert path == ("columns", "hb", "distribution", "groups", "F", "normal", "mean")


def test_many_groups_pool_into_a_table_of_usual_size():
    groups = {str(k): {"normal": {"mean": 10 * k, "sd": 3}, "source": "user"} for k in range(12)}
    column = Column.model_validate(
        {
            "name": "x",
            "type": "number",
            "distribution": {"by": "g", "groups": groups, "source": "user"},
        }
    )
    marginal = solve(column, {str(k): 1 / 12 for k in range(12)})
    assert len(marginal.x) < 5000
    x = np.linspace(-5, 120, 300)
    oracle = np.mean([stats.norm(10 * k, 3).cdf(x) for k in range(12)], axis=0)
    assert np.abs(marginal.cdf(x) - oracle).max() < 2e-5


# Dates ------------------------------------------------------------------------------


def day(text):
    return np.datetime64(text, "D").astype(int)


def test_a_date_range_alone_gives_every_day_the_same_share(law):
    marginal = law("date", range=("2019-12-30", "2020-03-01"))
    positions, masses = marginal.points
    assert positions.tolist() == list(range(day("2019-12-30"), day("2020-03-01") + 1))
    assert len(positions) == 63  # 2020 is a leap year
    assert masses == pytest.approx([1 / 63] * 63)


def test_a_year_is_its_first_day_as_lower_and_its_last_as_upper_end(law):
    assert law("date", range=("2015", "2020")).support == (day("2015-01-01"), day("2020-12-31"))


def test_spreads_of_dates_and_datetimes_are_days(law):
    for kind, unit in (("date", 1), ("datetime", 86400)):
        marginal = law(kind, normal={"mean": "2018-03-01", "sd": 100})
        assert marginal.sd == pytest.approx(100 * unit, rel=1e-3)
        assert marginal.mean == pytest.approx(day("2018-03-01") * unit, rel=1e-9)


def test_quantiles_of_dates_are_dates(law):
    marginal = law("date", quantiles={0.25: "2017-01-01", 0.5: "2018-01-01", 0.75: "2018-07-01"})
    assert marginal.median == pytest.approx(day("2018-01-01"))


def test_times_of_day_are_right(law):
    marginal = law("datetime", range=("2020-02-29T23:00", "2020-03-01T01:00:00"))
    seconds = np.datetime64("2020-02-29T23:00:00", "s").astype(int)
    assert marginal.support == (seconds, seconds + 7200)


# Refusals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "last"),
    [
        ({"normal": {"mean": 5, "sd": 0}}, "sd"),
        ({"normal": {"mean": 5, "sd": -1}}, "sd"),
        ({"lognormal": {"median": -5, "sigma": 1}}, "median"),
        ({"lognormal": {"median": 5, "sigma": 1}, "range": (6, 9)}, "median"),
        ({"lognormal": {"median": 6.001, "sigma": 2}, "range": (6, 9000)}, "sigma"),
        ({"gamma": {"shape": 0, "scale": 1}}, "shape"),
        ({"weibull": {"shape": 1, "scale": -1}}, "scale"),
        ({"beta": {"a": 1, "b": 0}}, "b"),
        ({"beta": {"a": 1, "b": 1}, "range": (0, None)}, "beta"),
        ({"exponential": {"mean": 9}, "range": (0, 8)}, "mean"),
        ({"poisson": {"mean": 9}, "range": (0, 8)}, "mean"),
        ({"poisson": {"mean": 9}, "range": (0.2, 0.8)}, "poisson"),
        ({"negative_binomial": {"mean": 9, "dispersion": 0}}, "dispersion"),
        ({"uniform": {"low": 5, "high": 3}}, "uniform"),
        ({"uniform": {"low": 5, "high": 9}, "range": (10, 20)}, "uniform"),
        ({"uniform": {"low": "2015", "high": 9}}, "low"),
        ({"weibull": {"shape": 9, "scale": 1}, "range": (50, 60)}, "weibull"),
        ({"normal": {"mean": 5, "sd": 1}, "range": (9, 3)}, "range"),
        ({"by": "g"}, "distribution"),
        ({}, "distribution"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(law, parts, last):
    with pytest.raises(SpecError) as caught:
        law(**parts)
    (problem,) = caught.value.problems
    assert problem.path[:2] == ("columns", "x")
    assert problem.path[-1] == last
    assert problem.what.startswith("x: ") or last == "low"
    assert problem.mend[0].isupper()


@pytest.mark.parametrize("mean", ["yesterday", "2020-13-01", "2020-02-30", 20.5, "20200101T99"])
def test_a_word_that_is_no_date_is_refused(law, mean):
    with pytest.raises(SpecError, match="is no date"):
        law("date", normal={"mean": mean, "sd": 3})


def test_groups_without_their_column_or_within_groups_are_refused():
    inner = {"normal": {"mean": 1, "sd": 1}, "source": "user"}
    with pytest.raises(SpecError, match="by which column"):
        solve(_with({"groups": {"a": inner}}))
    nested = {"by": "h", "groups": {"b": inner}, "source": "user"}
    with pytest.raises(SpecError, match="groups stand within groups"):
        solve(_with({"by": "g", "groups": {"a": nested}}))


def _with(distribution):
    return Column.model_validate(
        {"name": "x", "type": "number", "distribution": {**distribution, "source": "user"}}
    )


# Tables -----------------------------------------------------------------------------

FORMS = st.one_of(
    st.builds(
        lambda m, s: {"normal": {"mean": m, "sd": s}},
        st.floats(-50, 50).map(lambda x: round(x, 9)),
        st.floats(0.01, 40),
    ),
    st.builds(
        lambda m, s: {"lognormal": {"median": m, "sigma": s}},
        st.floats(0.1, 100),
        st.floats(0.05, 2),
    ),
    st.builds(
        lambda a, b: {"gamma": {"shape": a, "scale": b}}, st.floats(0.1, 50), st.floats(0.01, 20)
    ),
    st.builds(
        lambda a, b: {"weibull": {"shape": a, "scale": b}}, st.floats(0.3, 8), st.floats(0.1, 50)
    ),
    st.builds(lambda a, b: {"beta": {"a": a, "b": b}}, st.floats(0.4, 20), st.floats(0.4, 20)),
    st.builds(lambda m: {"exponential": {"mean": m}}, st.floats(0.6, 50)),
    st.builds(lambda m: {"poisson": {"mean": m}}, st.floats(1.1, 300)),
    st.builds(
        lambda m, d: {"negative_binomial": {"mean": m, "dispersion": d}},
        st.floats(1.1, 50),
        st.floats(0.05, 4),
    ),
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(form=FORMS, zeros=st.none() | st.floats(0.05, 0.9), decimals=st.integers(2, 4))
def test_every_table_is_a_distribution_function_and_its_own_inverse(form, zeros, decimals):
    stated = {**form, "zero_share": zeros, "source": "user"}
    column = Column.model_validate(
        {"name": "x", "type": "number", "decimals": decimals, "distribution": stated}
    )
    marginal = solve(column)
    assert (np.diff(marginal.x) >= 0).all()
    assert (np.diff(marginal.F) >= 0).all()
    assert (marginal.F[0], marginal.F[-1]) == (0, 1)
    u = np.linspace(0.001, 0.999, 201)
    x = marginal.ppf(u)
    assert (marginal.cdf(x) >= u - 1e-6).all()
    assert (marginal.below(x) <= u + 1e-6).all()
    assert np.isfinite(marginal.score(marginal.x)).all()
    assert (np.diff(marginal.score(np.unique(marginal.x))) >= 0).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_draws_keep_within_the_dkw_bound_of_the_rounded_law(column, seed):
    n = 100_000
    bound = np.sqrt(np.log(2 / 1e-9) / (2 * n)) + 1e-4
    u = (np.random.default_rng(seed).integers(0, 2**32, n) + 0.5) / 2**32
    for parts in (
        {"type": "integer", "range": (30, 85), "quantiles": {0.05: 42, 0.5: 63, 0.95: 81}},
        {"lognormal": {"median": 3, "sigma": 0.8}, "decimals": 1},
        {"normal": {"mean": 2, "sd": 3}, "range": (0, None), "zero_share": 0.3, "decimals": 0},
    ):
        stated = dict(parts)
        made = column(stated.pop("type", "number"), **stated)
        marginal = solve(made)
        how = codec(made, marginal)
        scale = 10.0**how.decimals
        drawn = np.clip(np.rint(marginal.ppf(u) * scale), how.low, how.high) / scale
        values, counts = np.unique(drawn, return_counts=True)
        apart = np.abs(np.cumsum(counts) / n - how.law(marginal).cdf(values + 1e-9))
        assert apart.max() < bound
