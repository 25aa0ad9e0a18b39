"""Which worker runs what, when tests run side by side: a file's tests share what they set up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest

#: Files that hold such tests begin first, in this order: nothing long is left for the end.
LONGEST = ("browser", "kernel", "slow", "long")


def longest_first(items: Sequence[Any]) -> list[Any]:
    """Order tests by the longest kind that their file holds; files stay whole and in order."""
    place: dict[str, int] = defaultdict(lambda: len(LONGEST))
    for item in items:
        for kind in range(place[item.path]):
            if item.get_closest_marker(LONGEST[kind]):
                place[item.path] = kind
                break
    return sorted(items, key=lambda item: place[item.path])


def scheduler(config: pytest.Config, log: Any) -> Any:
    """Give xdist a scheduler that sends a file whole; those that share a browser go together."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "tests/browser" if file.startswith("tests/browser/") else file

    config.option.loadscopereorder = False
    return ByFile(config, log)
