"""What rules will cost, estimated on rows that are drawn at compile."""

from __future__ import annotations

from dataclasses import replace

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import Path, Problem, SpecError, problem, warning
from synth_magic.sampling.drawing import chunk_state
from synth_magic.sampling.impossible import refuse_impossible
from synth_magic.sampling.plan import Plan, RuleStep
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import Run

_ROWS = 2**13
_SEED = "the rows on which rules are estimated"
#: Shares of rows redrawn above which a rule is worth a word, and something must give way.
WORTH_A_WORD, TOO_MANY = 0.01, 0.2


def with_rule_costs(plan: Plan, blueprint: Blueprint) -> Plan:
    """Estimate the share of rows that each rule makes draw again, and complain of it.

    Raises
    ------
    SpecError
        Where distributions that the user stated cannot meet a rule, or no row can
        keep what the user's rules ask.
    """
    if not plan.rules:
        return plan
    _, counts = chunk_state(plan, Run(_SEED, 0, _ROWS), Scratch(_ROWS))
    shares = {path: count / _ROWS for path, count in counts.redrawn.items()}
    left = {path: count / _ROWS for path, count in counts.unmet.items()}
    refuse_impossible(plan, blueprint, left)
    notes: list[Problem] = []
    for rules in plan.rules.values():
        for rule in rules:
            share = shares[rule.path]
            stated = [
                name
                for name in blueprint.names
                if name in rule.columns and _stated(blueprint, name)
            ]
            if share > TOO_MANY and len(stated) > 1 and len(stated) == len(rule.columns):
                raise SpecError(_against(rule, stated, share))
            if share > WORTH_A_WORD:
                notes.append(_costs(rule.path, rule.text, rule.columns, share))
            if left[rule.path] > 0:
                notes.append(_unmet(rule.path, rule.text, left[rule.path]))
    return replace(plan, notes=(*plan.notes, *notes), redrawn=shares, unmet=left)


def _stated(blueprint: Blueprint, name: str) -> bool:
    column = blueprint.column(name)
    if column.survival is not None:
        return column.source_of("survival") == "user"
    return column.distribution is not None and column.distribution.source == "user"


def _against(rule: RuleStep, stated: list[str], share: float) -> Problem:
    names = " and ".join([", ".join(stated[:-1]), stated[-1]])
    mend = "Leave one of them open, or loosen the rule"
    if any(part.bounds and part.guard is None for part in rule.clauses):
        mend = f"Leave one of them open, or derive it: {stated[-1]} = {stated[0]} + …"
    return problem(
        rule.path,
        f"The distributions of {names} cannot meet the rule {rule.text}: "
        f"{share:.0%} of rows break it",
        mend,
    )


def _costs(path: Path, text: str, columns: tuple[str, ...], share: float) -> Problem:
    return warning(
        path,
        f"The rule {text} makes {share:.1%} of rows be drawn again",
        f"This moves {' and '.join(columns)} away from what was stated",
    )


def _unmet(path: Path, text: str, share: float) -> Problem:
    return warning(
        path,
        f"the rule {text} cannot be met in {share:.2%} of rows",
        "they stay as they are, and are counted in the report",
    )
