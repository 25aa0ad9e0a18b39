"""Columns for the tests of laws, written in few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synth_magic.blueprint.model import Column, Distribution, Stated
from synth_magic.laws import Marginal, solve


@pytest.fixture(scope="session")
def column() -> Callable[..., Column]:
    """Make a column: ``column("number", range=(0, 10), normal={"mean": 5, "sd": 1})``."""

    def make(kind: str = "number", name: str = "x", **parts: Any) -> Column:
        fields = {key: parts.pop(key) for key in list(parts) if key in Column.model_fields}
        if parts:
            fields["distribution"] = Distribution.model_validate({**parts, "source": "user"})
        return Column.model_validate({"name": name, "type": kind, **fields})

    return make


@pytest.fixture(scope="session")
def law(column: Callable[..., Column]) -> Callable[..., Marginal]:
    """Solve a column written in the same words."""
    return lambda *args, **parts: solve(column(*args, **parts))


@pytest.fixture(scope="session")
def stated() -> Callable[..., Column]:
    """Make a column of facts in words: ``stated("integer", mean=2, sd=1)``."""

    def make(kind: str = "number", name: str = "x", **parts: Any) -> Column:
        fields = {key: parts.pop(key) for key in list(parts) if key in Column.model_fields}
        facts = Stated.model_validate(parts)
        return Column.model_validate({"name": name, "type": kind, "stated": facts, **fields})

    return make
