"""Rules of the user that no row can keep: an error that says why, not a table that breaks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.expressions import names
from synth_magic.expressions.tree import show_number
from synth_magic.laws.positions import text_of
from synth_magic.sampling.drawing import chunk_state
from synth_magic.sampling.plan import Plan, RuleStep
from synth_magic.sampling.redraw import broken
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import Run, State

#: Drawn with the user's rules alone, once the estimate has found hardly a row that keeps them.
_ROWS = 2**11
_SEED = "the rows on which impossible rules are made sure of"
#: Share of rows left broken from which a rule counts as one that cannot be kept.
_ALL = 0.999
#: So many rules are left out on trial to find those that exclude one another.
_TRIALS = 12
#: So many ranges are named in a message.
_NAMED = 4


def refuse_impossible(plan: Plan, blueprint: Blueprint, unmet: Mapping[Path, float]) -> None:
    """Raise where rules of the user cannot be kept, one by itself or several together.

    Parameters
    ----------
    plan
        With all rules.
    blueprint
        Knows who wrote them.
    unmet
        Share of rows that each rule was broken in at last, by path.

    Raises
    ------
    SpecError
        At the last of the rules that exclude one another.
    """
    if sum(share for path, share in unmet.items() if _users(blueprint, path)) < _ALL:
        return
    # A rule of the model may have stood in the way: it gives way, it is not the user's to mend.
    own = [rule for rules in plan.rules.values() for rule in rules if _users(blueprint, rule.path)]
    for tied in _tied(own):
        if _broken(plan, tied) is not None:
            raise SpecError(_refusal(*_fewest(plan, tied)))


def _users(blueprint: Blueprint, path: Path) -> bool:
    place = path[1]
    if path[0] == "rules" and isinstance(place, int):
        return blueprint.rules[place].source == "user"
    return blueprint.column(str(place)).source_of("range") == "user"


def _tied(rules: Sequence[RuleStep]) -> list[tuple[RuleStep, ...]]:
    """Part rules into groups that share no column: only within one can rules exclude another."""
    groups: list[tuple[RuleStep, ...]] = []
    for rule in rules:
        near = [g for g in groups if any(set(r.columns) & set(rule.columns) for r in g)]
        groups = [g for g in groups if g not in near]
        groups.append((*(r for g in near for r in g), rule))
    return groups


def _broken(plan: Plan, rules: Sequence[RuleStep]) -> State | None:
    """Draw rows under these rules alone; give them where hardly one keeps all of the rules."""
    chosen = {rule.path for rule in rules}
    only = {
        when: kept
        for when, found in plan.rules.items()
        if (kept := tuple(rule for rule in found if rule.path in chosen))
    }
    state, _ = chunk_state(replace(plan, rules=only), Run(_SEED, 0, _ROWS), Scratch(_ROWS))
    wrong = broken(rules, state)
    return state if np.count_nonzero(wrong) >= _ALL * _ROWS else None


def _fewest(plan: Plan, rules: tuple[RuleStep, ...]) -> tuple[tuple[RuleStep, ...], State]:
    """Leave out what is not needed for the rules to exclude one another."""
    state = _broken(plan, rules)
    for rule in rules[:_TRIALS]:
        fewer = tuple(other for other in rules if other is not rule)
        found = _broken(plan, fewer) if fewer else None
        if found is not None:
            rules, state = fewer, found
    assert state is not None  # noqa: S101 - for the type checker
    return rules, state


def _refusal(rules: Sequence[RuleStep], state: State) -> Problem:
    ordered = sorted(rules, key=lambda rule: (rule.path[0] == "rules", rule.path[1:]))
    read = list(dict.fromkeys(name for rule in ordered for name in names(rule.node)))
    spans = [text for name in read if (text := _span(name, state))]
    texts = [rule.text for rule in ordered]
    if len(texts) == 1:
        what, mend = f"No row can keep the rule {texts[0]}", "Change the rule"
        mend += f", or what is stated of {' and '.join(read)}" if read else ""
    else:
        listed = " and ".join([", ".join(texts[:-1]), texts[-1]])
        what, mend = f"No row can keep the rules {listed} together", "Change one of them"
    if spans:
        what += f": {', '.join(spans[:_NAMED])}"
    return problem(ordered[-1].path, what, mend)


def _span(name: str, state: State) -> str:
    """Say from where to where a column goes; a formula, on the rows at hand."""
    axis = state.axes[name]
    if axis.what not in ("number", "date", "datetime"):
        return ""
    codes = np.array([0, axis.top or 0])
    if axis.top is None:
        known, drawn = state.known(name), state.codes(name)
        codes = drawn if known is None else drawn[known]
        if not len(codes):
            return ""
    low, high = (_shown(end, axis.what) for end in _ends(axis.positions(codes)))
    return f"{name} is {low} to {high}"


def _ends(positions: NDArray[np.float64]) -> tuple[float, float]:
    return float(positions.min()), float(positions.max())


def _shown(place: float, what: str) -> str:
    text = text_of(place, what)
    return text if isinstance(text, str) else show_number(text)
