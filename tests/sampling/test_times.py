"""Event times: survival, hazards, censoring, rounding."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synth_magic import sampling
from tests.oracles import SDS, cox, dkw, near, survival_at

pytestmark = pytest.mark.long

ROWS = 60_000
TIME = (
    "name: followup, type: time_to_event, unit: days, event: death, "
    "survival: {365: 0.82, 1825: 0.55}"
)
AGE = "name: age, type: integer, range: [30, 90], distribution: {normal: {mean: 62, sd: 11}}"
EFFECT = "from: age, to: followup, hazard_ratio: 2, per: 10"


def test_survival_is_the_marginal_one_before_censoring_whatever_the_effects(table):
    drawn = table(ROWS, columns=[AGE, TIME], effects=[EFFECT])
    assert drawn["death"].all()
    for day, stated in ((365, 0.82), (1825, 0.55)):
        assert abs((drawn["followup"] > day).mean() - stated) < dkw(ROWS) + 1e-4


def test_between_points_log_cumulative_hazard_is_linear_in_log_time(table):
    drawn = table(ROWS, columns=[TIME])
    first, last = -np.log(0.82), -np.log(0.55)
    slope = np.log(last / first) / np.log(1825 / 365)
    for day in (100, 365, 800, 1200, 1825, 2500):
        if day < 365:
            hazard = first * day / 365
        elif day <= 1825:
            hazard = first * (day / 365) ** slope
        else:
            # The last hazard is carried on.
            hazard = last + (day - 1825) * last * slope / 1825
        assert abs((drawn["followup"] > day).mean() - np.exp(-hazard)) < dkw(ROWS) + 1e-4


def test_hazard_ratios_are_proportional_early_and_late(table):
    drawn = table(12_000, columns=[AGE, TIME], effects=[EFFECT])
    early = drawn["followup"].clip(upper=365), drawn["followup"] <= 365
    late = drawn[drawn["followup"] > 900]
    for time, event, age in (
        (drawn["followup"], drawn["death"], drawn["age"]),
        (*early, drawn["age"]),
        (late["followup"] - 900, late["death"], late["age"]),
    ):
        found, error = cox(time, event, age / 10)
        assert near(found, np.log(2), error)


def test_censoring_leaves_survival_and_hazards_as_stated(table):
    drawn = table(
        ROWS,
        columns=[AGE, TIME + ", censoring: {administrative: [900, 2600], dropout_per_year: 0.05}"],
        effects=[EFFECT],
    )
    assert 0.3 < drawn["death"].mean() < 0.5
    found = survival_at(drawn["followup"], drawn["death"], [365, 1825])
    assert np.abs(found - [0.82, 0.55]).max() < 0.01
    some = drawn.iloc[:10_000]
    log_ratio, error = cox(some["followup"], some["death"], some["age"] / 10)
    assert near(log_ratio, np.log(2), error)


def test_censoring_times_are_administrative_and_exponential_dropout(table):
    """With hardly an event, follow-up IS the censoring time."""
    drawn = table(
        ROWS,
        columns=[
            (
                "name: t, type: time_to_event, unit: days, event: e, survival: {100000: 0.9999}, "
                "censoring: {administrative: [900, 2600], dropout_per_year: 0.1}"
            )
        ],
    )
    assert drawn["e"].mean() < 1e-3
    rate = -np.log(0.9) / 365.25

    def survives(day):
        return np.exp(-rate * day) * (1 - stats.uniform.cdf(day, 900, 1700))

    for day in (200, 800, 1200, 2000):
        assert abs((drawn["t"] > day).mean() - survives(day)) < dkw(ROWS) + 2e-3
    assert drawn["t"].max() <= 2600


@pytest.mark.parametrize(("unit", "year"), [("days", 365.25), ("months", 12), ("years", 1)])
def test_dropout_per_year_reads_the_columns_unit(table, unit, year):
    drawn = table(
        20_000,
        columns=[
            (
                f"name: t, type: time_to_event, unit: {unit}, event: e, "
                f"survival: {{{1000 * year}: 0.999}}, censoring: {{dropout_per_year: 0.2}}"
            )
        ],
    )
    assert abs((drawn["t"] > round(year)).mean() - 0.8) < dkw(20_000) + 0.002


def test_times_are_rounded_up_and_at_least_one(table):
    drawn = table(
        ROWS, columns=["name: t, type: time_to_event, event: e, survival: {1: 0.5, 3: 0.2}"]
    )
    assert drawn["t"].dtype == np.int64
    assert drawn["t"].min() == 1
    assert abs((drawn["t"] == 1).mean() - 0.5) < dkw(ROWS) + 1e-4


def test_a_positive_beta_lengthens_the_time(table):
    drawn = table(6_000, columns=[AGE, TIME], effects=["from: age, to: followup, beta: 0.4"])
    found, error = cox(drawn["followup"], drawn["death"], stats.zscore(drawn["age"]))
    # In SDs of L = e - eta: a coefficient of 0.4 sd(L), sd(L) = (pi / sqrt 6) / sqrt(1 - 0.4^2)
    stated = -0.4 * np.pi / np.sqrt(6) / np.sqrt(1 - 0.16)
    assert near(found, stated, error, slack=0.03)


def test_missing_blanks_time_and_event_together(table):
    drawn = table(20_000, columns=[TIME], missing={"followup": "rate: 0.2"})
    assert str(drawn["followup"].dtype) == "Int64"
    assert str(drawn["death"].dtype) == "boolean"
    assert drawn["followup"].isna().equals(drawn["death"].isna())
    assert abs(drawn["followup"].isna().mean() - 0.2) < SDS * np.sqrt(0.16 / 20_000)


def test_a_distribution_may_stand_for_survival(table):
    drawn = table(
        ROWS,
        columns=[
            "name: t, type: time_to_event, event: e, distribution: {weibull: {shape: 1.5, scale: 300}}"
        ],
    )
    for day in (50, 200, 600):
        survival = np.exp(-((day / 300) ** 1.5))
        assert abs((drawn["t"] > day).mean() - survival) < dkw(ROWS) + 1e-4


def test_the_plan_tells_the_marginal_survival(make):
    plan = sampling.compile(make(columns=[AGE, TIME], effects=[EFFECT]))
    assert 1 - plan.marginal("followup").cdf(365) == pytest.approx(0.82, abs=1e-6)
