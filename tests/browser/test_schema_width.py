"""The static schema keeps to its place in a narrow notebook."""

from __future__ import annotations

import pytest

from synth_magic.blueprint.model import Blueprint
from synth_magic.display import static
from synth_magic.record import Result, attach

pytestmark = [pytest.mark.browser]

LONG = """\
version: 1
columns:
  - {name: patient_identifier, type: id, pattern: "P####"}
  - {name: hemoglobin, type: number, unit: g/dL, decimals: 1, range: [5, 20],
     distribution: {normal: {mean: 13.5, sd: 1.4}, source: guess}}
  - {name: treatment_arm_allocation, type: category,
     distribution: {probabilities: {placebo: 0.3, low dose: 0.3, high dose: 0.4}}}
  - {name: egfr, type: integer, unit: mL/min/1.73 m2, range: [5, 140],
     distribution: {quantiles: {0.25: 44, 0.5: 62, 0.75: 81}, source: reference}}
  - {name: admission, type: date, range: ["2015-01-01", "2020-12-31"],
     distribution: {uniform: {low: "2015-01-01", high: "2020-12-31"}, source: guess}}
missing: {egfr: {rate: 0.08}}
"""


@pytest.mark.parametrize("width", [700, 900, 1400])
def test_the_schema_does_not_scroll_sideways(browser, width):
    blueprint = Blueprint.from_yaml(LONG)
    table = blueprint.sample(50)
    html = static.html(Result(table, attach(table, blueprint, 0)))
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(f"<html><body>{html}</body></html>")
    wide = page.locator("table.sm-schema").evaluate(
        "e => [e.offsetWidth, e.parentElement.clientWidth]"
    )
    assert 0 < wide[0] <= wide[1]
    page.close()
