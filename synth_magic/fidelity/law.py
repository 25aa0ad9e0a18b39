"""A blueprint read and compiled once, for the report and for every form of display."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.sampling.kept import Kept, fingerprint

if TYPE_CHECKING:
    from synth_magic.laws import Codec, Marginal
    from synth_magic.sampling import Plan


#: What was read and compiled last; a plan takes some 0.3 MB a column.
_KEPT = Kept(most=8)


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
        return self.plan.laws.get(column.name)

    def codec(self, name: str) -> Codec | None:
        """Say how a delivered column is coded; None for ids and text, which are not measured."""
        found = next((out.codec for out in self.plan.outputs if out.codec.name == name), None)
        return None if found is None or found.kind == "text" else found

    def cost(self, rule: int) -> float:
        """Estimate the share of rows that a rule makes draw again."""
        return float(self.plan.rule_costs.get(("rules", rule), 0.0))

    def rules_of(self, name: str) -> Iterator[int]:
        """Numbers of the rules that are about a column and make rows draw again."""
        for path, columns in self.plan.rule_columns.items():
            if path[0] == "rules" and name in columns and self.plan.rule_costs.get(path, 0) > 0:
                yield int(path[1])


def law_of(yaml: str, blueprint: Blueprint | None = None) -> Law:
    """Read and compile a blueprint; the last eight are kept.

    Parameters
    ----------
    yaml
        The blueprint as YAML.
    blueprint
        The same, where it has been read already: most of the time goes into reading.
    """

    def made() -> Law:
        from synth_magic import sampling

        read = Blueprint.from_yaml(yaml) if blueprint is None else blueprint
        return Law(read, sampling.compile(read))

    return _KEPT.get(fingerprint(yaml), made, lambda law: True)


def delivered(blueprint: Blueprint) -> Iterator[tuple[str, Column, bool]]:
    """Each column of the table: its name, the blueprint's column, whether it is the event."""
    for column in blueprint.columns:
        for place, name in enumerate(column.delivers):
            yield name, column, place == 1
