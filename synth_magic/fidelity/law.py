"""A blueprint read and compiled once, for the report and for every form of display."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.errors import SynthDataError

if TYPE_CHECKING:
    from synth_magic.laws.marginal import Marginal
    from synth_magic.sampling import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """A blueprint with its plan.

    Parameters
    ----------
    blueprint
        What was stated.
    plan
        The same, compiled.
    """

    blueprint: Blueprint
    plan: Plan

    def marginal(self, column: Column) -> Marginal | None:
        """Give the stated law of a column; None where none is stated (formulas, ids, text)."""
        if column.distribution is None and column.survival is None:
            return None
        try:
            return self.plan.marginal(column.name)
        except (KeyError, SynthDataError):
            return None


@lru_cache(maxsize=8)
def law_of(yaml: str) -> Law:
    """Read and compile a blueprint; the last eight are kept.

    Parameters
    ----------
    yaml
        The blueprint as YAML.
    """
    from synth_magic import sampling

    blueprint = Blueprint.from_yaml(yaml)
    return Law(blueprint, sampling.compile(blueprint))


def delivered(blueprint: Blueprint) -> Iterator[tuple[str, Column, bool]]:
    """Each column of the table: its name, the blueprint's column, whether it is the event."""
    for column in blueprint.columns:
        for place, name in enumerate(column.delivers):
            yield name, column, place == 1
