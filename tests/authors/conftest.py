import pytest

from synth_magic import cell
from synth_magic.authors import offline


@pytest.fixture
def answered():
    """A cell's text to (blueprint, notes)."""

    def run(text):
        return offline.complete(cell.parse(text))

    return run


@pytest.fixture(scope="session")
def first_cell():
    """The cell of the design's first page."""
    return """Adults with type 2 diabetes at a hospital outpatient clinic in Paris, 2015-2020.

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14
  sbp: systolic blood pressure, mmHg
  dbp: diastolic blood pressure, mmHg
  smoker: never / former / current
  retinopathy: yes/no, 22%
rules:
  - sbp > dbp
"""
