"""One hypothesis profile for all rooms: the same examples everywhere, and never a clock."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "promises",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("promises")
