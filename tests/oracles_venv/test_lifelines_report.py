"""The report's Cox model and its hazard ratios against lifelines, on tied whole days."""

from __future__ import annotations

import lifelines
import numpy as np
import pandas as pd
import pytest

from synth_magic import fidelity
from synth_magic.blueprint.model import Blueprint
from synth_magic.fidelity.regression import cox
from synth_magic.record import attach

YAML = """
version: 1
columns:
  - {name: age, type: integer, range: [30, 90], distribution: {normal: {mean: 62, sd: 11}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: time, type: time_to_event, unit: days, event: dead,
     survival: {30: 0.82, 90: 0.55}, censoring: {administrative: [60, 200]}}
effects:
  - {from: age, to: time, hazard_ratio: 1.6, per: 10}
  - {from: sex=M, to: time, hazard_ratio: 2}
"""


@pytest.mark.parametrize("step", [0.001, 1.0, 20.0])
def test_coxs_model_is_that_of_lifelines_at_any_number_of_ties(step):
    rng = np.random.default_rng(4)
    X = np.column_stack([rng.normal(size=500), rng.random(500) < 0.3]).astype(float)
    time = np.ceil(rng.exponential(30, 500) * np.exp(-X @ [0.5, 1.0]) / step) * step
    event = (rng.random(500) < 0.7).astype(float)
    frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "time": time, "event": event})
    theirs = lifelines.CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-12})
    ours = cox(X, time, event)
    np.testing.assert_allclose(ours.values, theirs.params_.to_numpy(), atol=1e-6)
    np.testing.assert_allclose(ours.errors, theirs.standard_errors_.to_numpy(), atol=1e-6)


def test_the_reports_hazard_ratios_are_those_of_lifelines():
    blueprint = Blueprint.from_yaml(YAML)
    table = blueprint.sample(800, 3)
    report = fidelity.report(table, attach(table, blueprint, 3))
    frame = pd.DataFrame(
        {
            "age": table["age"] / 10,
            "male": (table["sex"] == "M") * 1.0,
            "time": table["time"],
            "dead": table["dead"].astype(int),
        }
    )
    fit = lifelines.CoxPHFitter(alpha=0.01).fit(frame, "time", "dead")
    for figure, name in zip(report.figures("effects"), ("age", "male"), strict=True):
        low, high = np.exp(fit.confidence_intervals_.loc[name].to_numpy())
        assert figure.value == pytest.approx(float(np.exp(fit.params_[name])), rel=1e-5)
        assert figure.interval == pytest.approx((low, high), rel=1e-5)
