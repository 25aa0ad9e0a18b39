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
from synth_magic.expressions import evaluate, holds
from synth_magic.sampling.draws import Drawn, Latent, Odds, Shares
from synth_magic.sampling.plan import Clause, Plan, RuleStep
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import Mask, State
from synth_magic.sampling.steps import LawStep, Step

ATTEMPTS = 32
_WORDS = 2**32
#: Up to so many rows are searched for by so many words at a time; powers of 2 ** 32's root.
_WAYS = ((128, 256), (2048, 16))


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
                reachable = _draw_within(step, some, attempt, bounded)
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
                _draw_within(step, some, attempt, within)
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


# Within bounds ----------------------------------------------------------------------


def _draw_within(step: LawStep, some: State, attempt: int, rules: Sequence[Clause]) -> Mask:
    """Draw a column within the bounds that rules set; tell where that was possible.

    Codes rise with the word, so the words that meet the bounds are an interval,
    found by bisection; the attempt's own word is then scaled into it.
    """
    low, high = _bounds(step.name, some, rules)
    words = some.source.words(step.name, "value", attempt)
    law = step.law
    if isinstance(law, (Drawn, Latent, Shares, Odds)):
        apart = low > high
        first = _reaches(step, some, np.where(apart, 0, low))
        last = _reaches(step, some, np.where(apart, 0, high + 1)) - 1
        possible = first <= last
        width = np.where(possible, last - first + 1, 0).astype(np.float64)
        inside = first + ((words + 0.5) * 2.0**-32 * width).astype(np.int64)
        words = np.where(possible, np.minimum(inside, last), words).astype(np.uint32)
    else:
        possible = np.ones(some.rows, dtype=np.bool_)
    out = some.room(step.name)
    law.codes(words, law.given(some), out, some.scratch)
    some.put(step.name, out)
    return possible


def _bounds(
    name: str, some: State, rules: Sequence[Clause]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Smallest and largest code that the rules allow in each row."""
    axis = some.axes[name]
    top = axis.top or 0
    low = np.zeros(some.rows)
    high = np.full(some.rows, float(top))
    for rule in rules:
        applies = None
        if rule.guard is not None:
            applies = np.asarray(evaluate(rule.guard, some).data, dtype=np.bool_)
        for bound in rule.bounds:
            vector = evaluate(bound.expression, some)
            data = np.asarray(vector.data, dtype=np.float64)
            place = np.broadcast_to(axis.places(data), (some.rows,))
            # A bound is worked out in real arithmetic: leave room for its last bits.
            slack = 1e-9 * np.maximum(np.abs(place), 1.0)
            place = np.where(np.isfinite(place), place, np.nan)
            use = ~np.isnan(place)
            if vector.known is not None:
                use &= vector.known
            if applies is not None:
                use &= applies
            if bound.op in (">", ">=", "=="):
                over = np.floor(place + slack) + 1 if bound.op == ">" else np.ceil(place - slack)
                np.maximum(low, np.where(use, over, low), out=low)
            if bound.op in ("<", "<=", "=="):
                under = np.ceil(place - slack) - 1 if bound.op == "<" else np.floor(place + slack)
                np.minimum(high, np.where(use, under, high), out=high)
    low, high = np.clip(low, 0, top + 1), np.clip(high, -1, top)
    return low.astype(np.int64), high.astype(np.int64)


def _reaches(step: LawStep, some: State, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """First word at which the column is at or above `codes`; 2**32 where none is."""
    first = np.zeros(some.rows, dtype=np.int64)
    first[codes > (some.axes[step.name].top or 0)] = _WORDS
    sought = np.flatnonzero((codes > 0) & (first == 0))
    if len(sought):
        first[sought] = _search(step, some, codes[sought], sought)
    return first


def _search(
    step: LawStep, some: State, codes: NDArray[np.int64], rows: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Narrow an interval of words, in few wide steps where rows are few, else by halves."""
    ways = next((ways for most, ways in _WAYS if len(rows) <= most), 2)
    given = step.law.given(some).of(np.repeat(rows, ways - 1))
    wanted = codes[:, None]
    scratch = Scratch(len(rows) * (ways - 1))
    out = np.empty(len(rows) * (ways - 1), dtype=some.axes[step.name].dtype)
    first = np.zeros(len(rows), dtype=np.int64)
    width = _WORDS
    inner = np.arange(1, ways)
    while width > 1:
        width //= ways
        words = first[:, None] + inner * width - 1
        step.law.codes(words.ravel().astype(np.uint32), given, out, scratch)
        below = np.count_nonzero(out.reshape(words.shape) < wanted, axis=1)
        first += below * width
    # `first` is now the last word below, or the first at or above.
    step.law.codes(np.repeat(first, ways - 1).astype(np.uint32), given, out, scratch)
    return first + (out.reshape(-1, ways - 1)[:, 0] < codes)
