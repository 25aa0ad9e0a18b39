"""A Plan: all that drawing needs, made once from a blueprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synth_magic.errors import Path, Problem
from synth_magic.expressions import Node
from synth_magic.expressions.inversion import Bound
from synth_magic.laws import Codec, Marginal
from synth_magic.sampling.draws import Odds, Shares
from synth_magic.sampling.state import Axis
from synth_magic.sampling.steps import Step


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """One of the claims that a rule joins by ``and``.

    Parameters
    ----------
    node
        The claim, with the rule's condition.
    columns
        The drawn columns that it is about, formulas replaced by their operands.
    target
        The last of them.
    guard, bounds
        Where it bounds the target: condition on the rows, and the bounds.
    """

    node: Node
    columns: tuple[str, ...]
    target: str
    guard: Node | None
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RuleStep:
    """A rule, checked as soon as the last of its columns is drawn.

    Parameters
    ----------
    path
        Where it stands: ``("rules", 2)``, or ``("columns", "bmi", "range")``.
    text
        The rule as written.
    node
        The rule, bound.
    columns
        The drawn columns that it is about, formulas replaced by their operands.
    target
        The column that is redrawn first.
    clauses
        Its claims one by one.
    """

    path: Path
    text: str
    node: Node
    columns: tuple[str, ...]
    target: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MissingStep:
    """Which of a column's values are missing, drawn last.

    Parameters
    ----------
    name
        The column.
    law
        Of being missing, a boolean.
    """

    name: str
    law: Shares | Odds


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """One delivered column.

    Parameters
    ----------
    codec
        How it is delivered.
    owner
        The blueprint's column that makes it.
    pattern, template
        Of ids and texts.
    operands
        For a formula: the columns without whose values it has none.
    """

    codec: Codec
    owner: str
    pattern: str | None = None
    template: str | None = None
    operands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A compiled blueprint.

    Parameters
    ----------
    digest
        Of the blueprint.
    steps
        In the order of drawing.
    rules
        By the number of the step after which they are checked.
    dependents
        By column: the columns that are worked out from it, directly or not.
    missing
        Drawn last.
    outputs
        The table's columns, in order.
    hidden
        Columns that texts may show but the table does not hold.
    axes
        Of every readable column.
    laws
        By column, before rounding, rules and missing values.
    notes
        Warnings and notes of the compile.
    redrawn
        Estimated share of rows that each rule makes draw again, by path.
    unmet
        Estimated share of rows in which each rule cannot be made to hold, by path.
    """

    digest: str
    steps: tuple[Step, ...]
    rules: Mapping[int, tuple[RuleStep, ...]]
    dependents: Mapping[str, frozenset[str]]
    missing: tuple[MissingStep, ...]
    outputs: tuple[Output, ...]
    hidden: tuple[Output, ...]
    axes: Mapping[str, Axis]
    laws: Mapping[str, Marginal]
    notes: tuple[Problem, ...] = ()
    redrawn: Mapping[Path, float] = field(default_factory=dict)
    unmet: Mapping[Path, float] = field(default_factory=dict)

    def marginal(self, name: str) -> Marginal:
        """Law of a column before rounding, rules and missing values.

        Raises
        ------
        KeyError
            For ids, texts and names that no column has.
        """
        return self.laws[name]

    @property
    def rule_costs(self) -> Mapping[Path, float]:
        """Estimated share of rows that each rule makes draw again, by the rule's path."""
        return self.redrawn

    @property
    def rule_columns(self) -> Mapping[Path, tuple[str, ...]]:
        """Columns that each rule is about, by the rule's path."""
        return {rule.path: rule.columns for rules in self.rules.values() for rule in rules}
