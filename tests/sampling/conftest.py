"""Blueprints in few words, and their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint

Make = Callable[..., Blueprint]


@pytest.fixture(scope="session")
def make() -> Make:
    """Make a blueprint from lines of YAML: ``make(columns=[…], effects=[…])``."""

    def build(columns: list[str], **parts: Any) -> Blueprint:
        lines = ["version: 1", "columns:", *(f"  - {{{line}}}" for line in columns)]
        for key, entries in parts.items():
            if isinstance(entries, dict):
                lines += [f"{key}:", *(f"  {name}: {{{rest}}}" for name, rest in entries.items())]
            elif key == "rules":
                lines += ["rules:", *(f'  - "{line}"' for line in entries)]
            else:
                lines += [f"{key}:", *(f"  - {{{line}}}" for line in entries)]
        return Blueprint.from_yaml("\n".join(lines) + "\n")

    return build


@pytest.fixture(scope="session")
def table(make: Make) -> Callable[..., pd.DataFrame]:
    """Draw a table from the same words: ``table(200_000, columns=[…])``."""

    def draw(rows: int, *, seed: int | str = 1, **parts: Any) -> pd.DataFrame:
        return sampling.draw(sampling.compile(make(**parts)), rows, seed)

    return draw


AGE = "name: age, type: integer, range: [30, 90], distribution: {normal: {mean: 62, sd: 11}}"
SBP = "name: sbp, type: number, decimals: 0, distribution: {normal: {mean: 135, sd: 18}}"
SEX = "name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}"
DEAD = "name: dead, type: boolean, distribution: {probability: 0.2}"


@pytest.fixture(scope="session")
def age() -> str:
    """A whole number, some 60 values."""
    return AGE


@pytest.fixture(scope="session")
def sbp() -> str:
    """A number."""
    return SBP


@pytest.fixture(scope="session")
def sex() -> str:
    """A category of two values."""
    return SEX


@pytest.fixture(scope="session")
def dead() -> str:
    """A boolean."""
    return DEAD
