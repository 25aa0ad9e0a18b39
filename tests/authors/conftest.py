import pytest

from synth_magic import cell
from synth_magic.authors import offline
from tests.cells import CLINIC


@pytest.fixture
def answered():
    """A cell's text to (blueprint, notes)."""

    def run(text):
        return offline.complete(cell.parse(text))

    return run


@pytest.fixture(scope="session")
def first_cell():
    """The cell of the design's first page."""
    return CLINIC
