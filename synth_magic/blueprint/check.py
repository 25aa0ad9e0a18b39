"""Whether a blueprint can hold together; the list is empty when it can."""

from __future__ import annotations

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import Problem


def problems(blueprint: Blueprint) -> list[Problem]:
    """Give every problem that the blueprint itself shows."""
    return []
