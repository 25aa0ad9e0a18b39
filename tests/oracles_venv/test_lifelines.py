"""Event times against lifelines: hazard ratios in early and late windows, Kaplan-Meier points."""

from __future__ import annotations

import lifelines
import numpy as np
import pytest

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint

SURVIVAL = {365: 0.82, 1095: 0.66, 1825: 0.55}
BLUEPRINT = """
version: 1
columns:
  - {{name: age, type: integer, range: [30, 90], distribution: {{normal: {{mean: 62, sd: 11}}}}}}
  - {{name: sex, type: category, distribution: {{probabilities: {{F: 0.44, M: 0.56}}}}}}
  - {{name: time, type: time_to_event, unit: days, event: dead, survival: {survival}, censoring: {censoring}}}
effects:
  - {{from: age, to: time, hazard_ratio: 1.6, per: 10}}
  - {{from: sex=M, to: time, hazard_ratio: 2}}
"""  # noqa: E501
CENSORING = {
    "none": "{}",
    "administrative and drop-out": "{administrative: [900, 2600], dropout_per_year: 0.04}",
}


@pytest.fixture(scope="module", params=CENSORING)
def patients(request):
    text = BLUEPRINT.format(survival=SURVIVAL, censoring=CENSORING[request.param])
    drawn = sampling.draw(sampling.compile(Blueprint.from_yaml(text)), 20_000, 5)
    return drawn.assign(age=drawn["age"] / 10, male=(drawn["sex"] == "M").astype(int),
                        dead=drawn["dead"].astype(int)).drop(columns="sex")  # fmt: skip


def hazards(frame, entry=None):
    fit = lifelines.CoxPHFitter().fit(frame, "time", "dead", entry_col=entry)
    return fit.params_[["age", "male"]].to_numpy(), fit.standard_errors_[["age", "male"]].to_numpy()


@pytest.mark.parametrize("window", [(0, 10_000_000), (0, 365), (365, 1095), (1095, 10_000_000)])
def test_hazard_ratios_are_as_stated_in_every_window(patients, window):
    begin, end = window
    part = patients[patients["time"] > begin].copy()
    part["dead"] = part["dead"].where(part["time"] <= end, 0)
    part["time"] = part["time"].clip(upper=end) - begin
    found, errors = hazards(part)
    assert (np.abs(found - np.log([1.6, 2.0])) < 6 * errors).all()


def test_kaplan_meier_meets_the_stated_points_within_its_own_interval(patients):
    curve = lifelines.KaplanMeierFitter().fit(patients["time"], patients["dead"], alpha=1e-6)
    for day, stated in SURVIVAL.items():
        low, high = curve.confidence_interval_survival_function_.asof(day)
        assert low < stated < high


def test_hazards_are_proportional_by_schoenfelds_residuals(patients):
    from lifelines.statistics import proportional_hazard_test

    fit = lifelines.CoxPHFitter().fit(patients, "time", "dead")
    assert (proportional_hazard_test(fit, patients, time_transform="rank").p_value > 1e-4).all()
