"""For all rooms: one hypothesis profile (the same examples, never a clock), and one order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.scheduling import longest_first, scheduler

settings.register_profile(
    "promises",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("promises")


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Begin with what takes long."""
    items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
    """Side by side a file's tests stay together."""
    return scheduler(config, log)
