"""Rows that break a rule are drawn again, as little of them as will do.

First the rule's last column alone: within its bounds where the rule gives them,
else up to 32 times.  Then all the rule's columns and what is worked out from
them, up to 32 times.  Then, where other rules tie these columns to further ones
(a < b, b < c), all of those too, one after the other within their bounds, up to
32 times.  A row that still breaks a rule is counted.  Each attempt
has streams of its own, keyed by attempt and absolute row, so how the rows are
cut into chunks cannot matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Path
from synth_magic.expressions import holds
from synth_magic.sampling.plan import Clause, Plan, RuleStep
from synth_magic.sampling.state import Mask, State
from synth_magic.sampling.steps import LawStep, Step
from synth_magic.sampling.within import draw_within

ATTEMPTS = 32


@dataclass
class Counts:
    """What rules cost.

    Parameters
    ----------
    rows
        Rows drawn.
    redrawn
        Rows that each rule made draw again, by the rule's path.
    unmet
        Rows in which a rule could not be made to hold, by the rule's path.
    """

    rows: int = 0
    redrawn: dict[Path, int] = field(default_factory=dict)
    unmet: dict[Path, int] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Add another part of the table."""
        self.rows += other.rows
        for mine, theirs in ((self.redrawn, other.redrawn), (self.unmet, other.unmet)):
            for path, count in theirs.items():
                mine[path] = mine.get(path, 0) + count


def broken(rules: Sequence[RuleStep], state: State) -> Mask:
    """Rows in which any of the rules does not hold."""
    kept = np.ones(state.rows, dtype=np.bool_)
    for rule in rules:
        np.logical_and(kept, holds(rule.node, state, state.rows), out=kept)
    return ~kept


def enforce(plan: Plan, number: int, state: State, counts: Counts) -> None:
    """Make the rules that end with step `number` hold, as far as can be.

    Parameters
    ----------
    plan
        The plan.
    number
        The step just drawn.
    state
        All rows, steps 0 to `number` drawn; broken rows are changed in place.
    counts
        Where redrawn and unmet rows are counted.
    """
    rules = plan.rules[number]
    failing = np.zeros(state.rows, dtype=np.bool_)
    for rule in rules:
        wrong = ~holds(rule.node, state, state.rows)
        failing |= wrong
        found = int(np.count_nonzero(wrong))
        counts.redrawn[rule.path] = counts.redrawn.get(rule.path, 0) + found
        counts.unmet.setdefault(rule.path, 0)
    rows = np.flatnonzero(failing)
    if not len(rows):
        return
    rows = _last_column(plan, number, state, rows)
    own = {name for rule in rules for name in rule.columns}
    if len(rows):
        rows = _all_columns(plan, number, state, rows, own)
    if len(rows):
        rows = _all_columns(plan, number, state, rows, _tied(plan, number, own), bounded=True)
    if len(rows):
        left = state.some(rows)
        for rule in rules:
            kept = int(np.count_nonzero(holds(rule.node, left, left.rows)))
            counts.unmet[rule.path] += left.rows - kept


def _last_column(plan: Plan, number: int, state: State, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Redraw the target of the rules; give the rows that are still broken."""
    rules = plan.rules[number]
    target = max((rule.target for rule in rules), key=lambda name: _place(plan, name))
    changed = {target, *plan.dependents[target]}
    steps = [s for s in plan.steps[: number + 1] if s.name in changed]
    checked = _concerned(plan, number, changed)
    bounded = _bounding(checked, target)
    fixed = [p for rule in checked for p in rule.clauses if not changed.intersection(p.columns)]
    lost = ~_met(fixed, state.some(rows))
    hopeless, rows = rows[lost], rows[~lost]
    for attempt in range(1, ATTEMPTS + 1):
        if not len(rows):
            break
        some = state.some(rows)
        reachable = np.ones(len(rows), dtype=np.bool_)
        for step in steps:
            if step.name == target and isinstance(step, LawStep) and bounded:
                reachable = draw_within(step, some, attempt, bounded)
            else:
                step.draw(some, attempt)
        good = ~broken(checked, some)
        _copy(steps, state, some, rows, good)
        rows = rows[~good]
        if bounded and not reachable[~good].any():
            break
    return np.sort(np.concatenate([hopeless, rows]))


def _all_columns(
    plan: Plan,
    number: int,
    state: State,
    rows: NDArray[np.intp],
    roots: set[str],
    *,
    bounded: bool = False,
) -> NDArray[np.intp]:
    """Redraw columns and all that hangs on them; `bounded`, each within the bounds on it."""
    changed = roots.union(*(plan.dependents[name] for name in roots))
    steps = [s for s in plan.steps[: number + 1] if s.name in changed]
    checked = _concerned(plan, number, changed)
    first = 1 + (2 * ATTEMPTS if bounded else ATTEMPTS)
    for attempt in range(first, first + ATTEMPTS):
        some = state.some(rows)
        for step in steps:
            within = _bounding(checked, step.name) if bounded else []
            if within and isinstance(step, LawStep):
                draw_within(step, some, attempt, within)
            else:
                step.draw(some, attempt)
        good = ~broken(checked, some)
        _copy(steps, state, some, rows, good)
        rows = rows[~good]
        if not len(rows):
            break
    return rows


def _tied(plan: Plan, number: int, names: set[str]) -> set[str]:
    """Columns that rules known by now tie to `names`, directly or through others."""
    found, before = set(names), set[str]()
    while found != before:
        before = set(found)
        changed = found.union(*(plan.dependents[name] for name in found))
        for rule in _concerned(plan, number, changed):
            found.update(rule.columns)
    return found


def _bounding(rules: Sequence[RuleStep], name: str) -> list[Clause]:
    """Clauses that bound a column, those before it being drawn."""
    return [part for rule in rules for part in rule.clauses if part.target == name and part.bounds]


def _met(parts: Sequence[Clause], state: State) -> Mask:
    """Rows in which all of the clauses hold."""
    kept = np.ones(state.rows, dtype=np.bool_)
    for part in parts:
        np.logical_and(kept, holds(part.node, state, state.rows), out=kept)
    return kept


def _place(plan: Plan, name: str) -> int:
    return max(number for number, step in enumerate(plan.steps) if step.name == name)


def _concerned(plan: Plan, number: int, changed: set[str]) -> list[RuleStep]:
    """Rules that are known by now and speak of changed columns."""
    return [
        rule
        for when, rules in plan.rules.items()
        if when <= number
        for rule in rules
        if changed.intersection(rule.columns)
    ]


def _copy(
    steps: Sequence[Step], state: State, some: State, rows: NDArray[np.intp], good: Mask
) -> None:
    for name in dict.fromkeys(name for step in steps for name in step.makes):
        state.take_over(name, some, rows[good], good)
