"""A blueprint is written as YAML and read back without loss."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from synth_magic.blueprint.model import Blueprint
from tests.blueprint.strategies import blueprints

quick = settings(
    derandomize=True,
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(blueprints())
@quick
def test_a_blueprint_survives_being_written_and_read(blueprint):
    text = blueprint.to_yaml()
    back = Blueprint.from_yaml(text)
    assert back == blueprint
    assert back.to_yaml() == text
    assert back.digest == blueprint.digest
