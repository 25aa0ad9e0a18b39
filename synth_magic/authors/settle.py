"""What gives way when a rule would redraw too many rows.

A rule that conditions moves marginals.  Above a fifth of the rows a law that is not the user's
gives way: a later date is written as the earlier one and a gap, a number's law is moved to the
other side, a rule of the reference is left out.  What the user stated never moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import (
    Blueprint,
    Column,
    Distribution,
    Effect,
    Lognormal,
    Rule,
)
from synth_magic.errors import Path, Problem, SpecError, note, warning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synth_magic.sampling import Plan

#: Share of redrawn rows above which something gives way.
TOO_MANY = 0.2
ROUNDS = 4
#: A guessed link between two numbers of which one stays below the other, and the step between
#: them, in SDs of the lower one, that leaves one row in twenty to be redrawn.
GUESSED_LINK, APART = 0.9, 0.75
PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
#: Days between an admission and a discharge; for other dates a share of the span of years.
STAY, SPAN = 5, 20


def settle(blueprint: Blueprint) -> tuple[Blueprint, tuple[Problem, ...]]:
    """Compile, mend what is not the user's, and compile again.

    Parameters
    ----------
    blueprint
        Complete.

    Returns
    -------
    blueprint
        One whose rules redraw few rows, as far as that is ours to mend.
    notes
        What was changed, and why.

    Raises
    ------
    SpecError
        Where two distributions that the user stated cannot meet a rule of his, or no
        row can keep a rule of his and nothing of ours can give way.
    """
    from synth_magic import sampling

    notes: list[Problem] = []
    for _ in range(ROUNDS):
        if not blueprint.rules:
            break
        try:
            plan = sampling.compile(blueprint)
        except SpecError as error:
            lighter = _without_ours(blueprint, error) or _with_room(blueprint, error)
            if lighter is None:
                raise
            blueprint, told = lighter
            notes.append(told)
            continue
        unkept = _without_unkept(blueprint, plan)
        if unkept is not None:
            blueprint, told = unkept
            notes.append(told)
            continue
        costly = [path for path, share in plan.redrawn.items() if share > TOO_MANY]
        mended = next((m for path in costly if (m := _mend(blueprint, plan, path))), None)
        if mended is None:
            break
        blueprint = mended[0]
        notes.append(mended[1])
    return blueprint, tuple(notes)


def _without_ours(blueprint: Blueprint, error: SpecError) -> tuple[Blueprint, Problem] | None:
    """Leave out a rule of the reference that the user's own distributions cannot meet."""
    for found in error.problems:
        place = _place(found.path)
        if place is not None and blueprint.rules[place].source != "user":
            return _without(blueprint, place, "since your own facts break it often")
    return None


def _with_room(blueprint: Blueprint, error: SpecError) -> tuple[Blueprint, Problem] | None:
    """Let a law of ours give way to a rule of the user that no row could keep."""
    from synth_magic import sampling

    for found in error.problems:
        place = _place(found.path)
        if place is None:
            continue
        try:
            plan = sampling.compile(_except(blueprint, place))
        except SpecError:
            return None
        return _mend(blueprint, plan, found.path)
    return None


def _without_unkept(blueprint: Blueprint, plan: Plan) -> tuple[Blueprint, Problem] | None:
    """Leave out a rule, not the user's, that many rows could not be made to keep."""
    for path, share in plan.unmet.items():
        place = _place(path)
        if share > TOO_MANY and place is not None and blueprint.rules[place].source != "user":
            return _without(blueprint, place, f"since {share:.0%} of rows cannot keep it")
    return None


def _place(path: Path) -> int | None:
    """Which rule a path names."""
    place = path[1] if path[:1] == ("rules",) and len(path) > 1 else None
    return place if isinstance(place, int) else None


def _except(blueprint: Blueprint, place: int) -> Blueprint:
    kept = tuple(rule for i, rule in enumerate(blueprint.rules) if i != place)
    return blueprint.model_copy(update={"rules": kept})


def _without(blueprint: Blueprint, place: int, why: str) -> tuple[Blueprint, Problem]:
    what = f"The rule {blueprint.rules[place].text} was left out, {why}."
    told = warning(("rules", place), what, "Check these facts, or state the rule.")
    return _except(blueprint, place), told


def _mend(blueprint: Blueprint, plan: Plan, path: Path) -> tuple[Blueprint, Problem] | None:
    """Let one column of a comparison give way; None when both are the user's."""
    place = _place(path)
    if place is None:
        return None
    sides = _sides(blueprint.rules[place])
    columns = {column.name: column for column in blueprint.columns}
    if sides is None or any(side not in columns for side in sides):
        return None
    lower, upper = columns[sides[0]], columns[sides[1]]
    free = next((c for c in (upper, lower) if _ours(c)), None)
    if free is None:
        return None
    if {lower.type, upper.type} == {"date"}:
        return _gap(blueprint, lower, upper, free)
    if {lower.type, upper.type} <= {"integer", "number"}:
        return _moved(blueprint, plan, lower, upper, free)
    return None


def _sides(rule: Rule) -> tuple[str, str] | None:
    """Names on the lower and the upper side of ``a < b``."""
    from synth_magic import expressions
    from synth_magic.expressions import Call, Name

    guard, claim = expressions.condition(expressions.parse(rule.text))
    if guard is not None or not isinstance(claim, Call) or len(claim.args) != 2:
        return None
    a, b = claim.args
    if not isinstance(a, Name) or not isinstance(b, Name):
        return None
    if claim.op in ("<", "<="):
        return a.name, b.name
    return (b.name, a.name) if claim.op in (">", ">=") else None


def _ours(column: Column) -> bool:
    """Whether the column's law was not stated by the user, and is none that others hang on."""
    law = column.distribution
    return law is not None and law.source != "user" and column.formula is None


def _gap(
    blueprint: Blueprint, lower: Column, upper: Column, free: Column
) -> tuple[Blueprint, Problem] | None:
    """Write one date as the other and a number of days."""
    from synth_magic.expressions import show_name

    stays = (c for c in blueprint.columns if c.concept == "length_of_stay")
    stay = next((c for c in stays if c.formula is None), None)
    columns = list(blueprint.columns)
    if stay is None:
        name = f"{upper.name}_after_{lower.name}"
        if any(name in column.delivers or column.name == name for column in columns):
            return None
        law = Distribution(
            lognormal=Lognormal(median=_days(lower, upper), sigma=0.8), source="guess"
        )
        sources = (("type", "guess"), ("range", "guess"), ("unit", "guess"), ("hidden", "guess"))
        stay = Column(
            name=name,
            type="integer",
            unit="days",
            range=(1, None),
            hidden=True,
            distribution=law,
            sources=sources,
        )
        columns.insert(columns.index(free), stay)
    days = show_name(stay.name)
    if free is upper:
        formula = f"{show_name(lower.name)} + {days}"
    else:
        formula = f"{show_name(upper.name)} - {days}"
    kept = dict(free.sources) | {"formula": "guess"}
    fields: dict[str, object] = {"formula": formula, "distribution": None}
    if free.source_of("range") != "user":
        fields["range"] = None
        kept.pop("range", None)
    columns[columns.index(free)] = free.model_copy(update=fields | {"sources": tuple(kept.items())})
    effects = tuple(e for e in blueprint.effects if _child(e, blueprint) != free.name)
    told = note(
        ("columns", free.name),
        f"{free.name} = {formula}, so that it keeps to the rule.",
        "State it yourself to have it otherwise.",
    )
    return blueprint.model_copy(update={"columns": tuple(columns), "effects": effects}), told


def _days(lower: Column, upper: Column) -> int:
    """Guess a typical gap: days in hospital, or a twentieth of the years that the dates span."""
    words = f"{lower.name} {upper.name}".lower()
    if "admi" in words or "discharge" in words:
        return STAY
    ends = [end for c in (lower, upper) for end in (c.range or ()) if isinstance(end, str)]
    if len(ends) < 2:
        return STAY
    first, last = (np.datetime64(end[:10]) for end in (min(ends), max(ends)))
    return max(STAY, int((last - first).astype(int) // SPAN))


def _moved(
    blueprint: Blueprint, plan: Plan, lower: Column, upper: Column, free: Column
) -> tuple[Blueprint, Problem] | None:
    """Move a law of ours to its side of the other, quantile by quantile, and link the two."""
    p = np.array(PROBABILITIES)
    below, above = plan.marginal(lower.name), plan.marginal(upper.name)
    step = APART * below.sd
    kept = free.source_of("range") == "user"
    low, high = free.range if kept and free.range is not None else (None, None)
    if free is upper:
        x = np.maximum(above.ppf(p), below.ppf(p) + _room(below.ppf(p), high, step))
    else:
        x = np.minimum(below.ppf(p), above.ppf(p) - _room(above.ppf(p), low, step))
    digits = (free.decimals or 0) + 1
    quantiles = tuple((a, round(float(b), digits)) for a, b in zip(PROBABILITIES, x, strict=True))
    law = Distribution(quantiles=quantiles, source="guess")
    sources = tuple((k, v) for k, v in free.sources if k != "range" or kept)
    fields = {"distribution": law, "range": free.range if kept else None, "sources": sources}
    column = free.model_copy(update=fields)
    if free.distribution is not None and free.distribution.quantiles == quantiles:
        return None
    columns = tuple(column if c.name == free.name else c for c in blueprint.columns)
    effects = _linked(blueprint, lower.name, upper.name)
    other = lower.name if free is upper else upper.name
    told = note(
        ("columns", free.name),
        f"{free.name} was moved to keep to the rule, since {other} leaves it no room.",
        "State it yourself to have it otherwise.",
    )
    return blueprint.model_copy(update={"columns": columns, "effects": effects}), told


def _room(x: NDArray[np.float64], end: object, step: float) -> NDArray[np.float64]:
    """Step away from `x` towards an end that the user stated: at most half of the way to it."""
    if not isinstance(end, (int, float)):
        return np.full(len(x), step)
    return np.minimum(step, np.abs(float(end) - x) / 2)


def _linked(blueprint: Blueprint, lower: str, upper: str) -> tuple[Effect, ...]:
    """Add a guessed effect between two columns that have none, where it makes no cycle."""
    names = {lower, upper}
    if any({_child(e, blueprint), _parent(e, blueprint)} == names for e in blueprint.effects):
        return blueprint.effects
    order = {name: i for i, name in enumerate(graph.order(blueprint))}
    first, second = sorted(names, key=lambda name: order[name])
    link = Effect(parent=first, child=second, word="beta", size=GUESSED_LINK, source="guess")
    return (*blueprint.effects, link)


def _child(effect: Effect, blueprint: Blueprint) -> str:
    return graph.operand(effect.child, [c.name for c in blueprint.columns]).column


def _parent(effect: Effect, blueprint: Blueprint) -> str:
    return graph.operand(effect.parent, [c.name for c in blueprint.columns]).column
