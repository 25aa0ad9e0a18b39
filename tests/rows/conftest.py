"""The tables that are written, once a session."""

from __future__ import annotations

import pytest

from synth_magic.blueprint.model import Blueprint
from tests.rows.model import NOTE, blueprint


@pytest.fixture(scope="session")
def clinic() -> Blueprint:
    return blueprint()


@pytest.fixture(scope="session")
def noted() -> Blueprint:
    return blueprint(NOTE)
