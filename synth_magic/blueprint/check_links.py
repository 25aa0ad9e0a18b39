"""Effects and missingness: who acts upon whom, and in which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from synth_magic.blueprint.check_laws import unknown_value
from synth_magic.blueprint.context import Context, Role, role
from synth_magic.blueprint.explain import listing, shown
from synth_magic.blueprint.graph import Operand, operand
from synth_magic.blueprint.model import Column, Effect, Missing, Word
from synth_magic.errors import Path, Problem, problem

#: Words in which the size of an effect on a child may be said.
WORDS_FOR: dict[Role, tuple[Word, ...]] = {
    "number": ("beta", "difference", "correlation"),
    "binary": ("beta", "odds_ratio"),
    "boolean": ("beta", "odds_ratio"),
    "ordered": ("beta", "odds_ratio", "correlation"),
    "nominal": ("beta", "odds_ratio"),
    "date": ("beta", "difference"),
    "time": ("beta", "hazard_ratio"),
    "other": (),
}
#: Words that read the parent's raw value, and so may say a step.
RAW: tuple[Word, ...] = ("odds_ratio", "hazard_ratio", "difference")


def problems(context: Context) -> Iterator[Problem]:
    """Find what is wrong with effects and missingness."""
    found: list[tuple[int, Operand, Operand]] = []
    for at, effect in enumerate(context.blueprint.effects):
        wrong = list(_effect(effect, ("effects", at), context))
        yield from wrong
        if not wrong:
            names = context.owner
            found.append((at, operand(effect.parent, names), operand(effect.child, names)))
    yield from _together(found, context)
    seen = set[str]()
    for part in context.blueprint.missing:
        path: Path = ("missing", part.column)
        if part.column in seen:
            what = f"Missing values of `{shown(part.column)}` are said twice"
            yield problem(path, what, "Keep one")
        seen.add(part.column)
        yield from _missing(part, path, context)


# One effect -----------------------------------------------------------------------------


def _effect(effect: Effect, path: Path, context: Context) -> Iterator[Problem]:
    names = context.owner
    up, down = operand(effect.parent, names), operand(effect.child, names)
    wrong = [
        *parent_problems(up, (*path, "from"), context),
        *_child(down, (*path, "to"), context),
    ]
    yield from wrong
    if wrong:
        return
    parent, child = context.columns[up.column], context.columns[down.column]
    if parent is child:
        what = f"`{child.name}` cannot act upon itself"
        yield problem((*path, "from"), what, "Name another column")
        return
    law = child.distribution
    if law is not None and law.by == parent.name:
        yield problem(
            path,
            f"`{child.name}` is stated by {parent.name} already, which says this effect",
            f"Leave the effect out, or state one distribution for all of {child.name}",
        )
    yield from _word(effect, up, parent, child, path)


def parent_problems(up: Operand, path: Path, context: Context) -> Iterator[Problem]:
    """Find what is wrong with an operand that acts upon something."""
    owner = context.owner.get(up.column)
    if owner is None:
        yield context.unknown(up.column, path)
        return
    parent = context.columns[owner]
    kind = role(parent)
    if kind == "time":
        what = f"No effect may leave `{up.column}`, which is an event time"
        yield problem(path, what, "Let the effect enter the time, or leave it out")
    elif kind == "other":
        what = f"No effect may leave `{up.column}`, which is of type {parent.type}"
        yield problem(path, what, "Name a column of numbers, dates or categories")
    elif up.value is None:
        if kind == "nominal":
            values = parent.levels or ("value",)
            what = f"The values of `{parent.name}` have no order, so one must be named"
            yield problem(path, what, f"Write `{parent.name}={values[-1]}`")
    elif kind in ("number", "date"):
        what = f"`{parent.name}` is of type {parent.type}, so none of its values can be named"
        mend = f"Write `{parent.name}`, or add `where: {parent.name} == {up.value}`"
        yield problem(path, what, mend)
    elif parent.levels and up.value not in parent.levels:
        yield unknown_value(parent, up.value, path)


def _child(down: Operand, path: Path, context: Context) -> Iterator[Problem]:
    owner = context.owner.get(down.column)
    if owner is None:
        yield context.unknown(down.column, path)
        return
    child = context.columns[owner]
    kind = role(child)
    if child.formula is not None:
        from synth_magic.blueprint.check_rules import reads

        operands = listing(reads(child.formula, context)) or "its operands"
        what = f"`{child.name}` is computed by a formula, so nothing else can act upon it"
        yield problem(path, what, f"Let the effect act upon {operands}")
    elif owner != down.column:
        what = f"Effects act upon the time of an event, not upon `{down.column}`"
        yield problem(path, what, f"Write `to: {owner}`")
    elif kind == "other":
        what = f"Nothing can act upon `{child.name}`, which is of type {child.type}"
        yield problem(path, what, "Name a column of numbers, dates or categories")
    elif kind == "nominal":
        if down.value is None:
            value = (child.levels or ("value",))[-1]
            what = f"The values of `{child.name}` have no order, so one must be named"
            yield problem(path, what, f"Write `{child.name}={value}`")
        elif child.levels and down.value not in child.levels:
            yield unknown_value(child, down.value, path)
    elif down.value is not None:
        what = f"An effect upon `{child.name}` moves the whole column, not one of its values"
        yield problem(path, what, f"Write `{child.name}`")


def _word(
    effect: Effect, up: Operand, parent: Column, child: Column, path: Path
) -> Iterator[Problem]:
    word, size, here = effect.word, effect.size, (*path, effect.word)
    allowed = WORDS_FOR[role(child)]
    if word not in allowed:
        what = f"`{word}` cannot be said of `{child.name}`, which is {_called(child)}"
        yield problem(here, what, f"Say it as {' or '.join(allowed)}")
    elif word == "correlation" and (
        role(parent) not in ("number", "ordered", "binary") or up.value is not None
    ):
        what = f"A correlation needs an order on both sides, and `{up}` is {_called(parent)}"
        yield problem(here, what, "Say it as beta or difference")
    elif word in ("odds_ratio", "hazard_ratio") and size <= 0:
        what = f"A ratio is above 0, and {size:g} is not"
        yield problem(here, what, "Write 1.6 for more, 0.6 for less, 1 for no effect")
    elif word == "correlation" and not -1 < size < 1:
        what = f"A correlation lies between -1 and 1, and {size:g} does not"
        yield problem(here, what, "Write a number between")
    if effect.per is None:
        return
    here = (*path, "per")
    if effect.per <= 0:
        yield problem(here, f"A step of {effect.per:g} is no step", "Write a number above 0")
    elif word not in RAW:
        what = f"`per` is a step in the parent's unit, and {word} is said per standard deviation"
        yield problem(here, what, f"Leave `per` out, or say it as one of {listing(RAW)}")
    elif up.value is not None or role(parent) not in ("number", "date"):
        what = f"`per` is a step of a number, and `{up}` is none"
        yield problem(here, what, "Leave `per` out")


def _called(column: Column) -> str:
    return {
        "number": "a number",
        "binary": "0 or 1",
        "boolean": "yes or no",
        "ordered": "an ordered category",
        "nominal": "a category",
        "date": "a date",
        "time": "an event time",
        "other": f"of type {column.type}",
    }[role(column)]


# Effects together -------------------------------------------------------------------------


def _together(found: list[tuple[int, Operand, Operand]], context: Context) -> Iterator[Problem]:
    effects = context.blueprint.effects
    seen: dict[tuple[object, ...], int] = {}
    parents: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    children: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for at, stated, down in found:
        path: Path = ("effects", at)
        up = _having(stated, context)
        where = effects[at].where
        key = (up, down, where)
        if key in seen:
            what = f"The effect of `{up}` on `{down}` is said twice"
            yield problem(path, what, f"Keep this one or number {seen[key] + 1}")
            continue
        seen[key] = at
        if up.value is not None:
            yield from _one_remains(parents, (up.column, down, where), up, path, context)
        if down.value is not None:
            yield from _one_remains(children, (up.column, down.column, where), down, path, context)


def _having(up: Operand, context: Context) -> Operand:
    """Read ``dead`` as ``dead=yes``."""
    column = context.columns[up.column]
    if up.value is None and role(column) in ("boolean", "binary"):
        return Operand(up.column, column.levels[1])
    return up


def _one_remains(
    said: defaultdict[tuple[object, ...], set[str]],
    key: tuple[object, ...],
    part: Operand,
    path: Path,
    context: Context,
) -> Iterator[Problem]:
    """Complain when no value is left to compare with."""
    values = said[key]
    before = len(values)
    values.add(part.value or "")
    if before < len(values) == len(context.columns[part.column].levels):
        what = f"Every value of `{part.column}` has an effect, so none is left to compare with"
        yield problem(path, what, "Leave one of them out: the others are compared with it")


# Missing values -----------------------------------------------------------------------------


def _missing(part: Missing, path: Path, context: Context) -> Iterator[Problem]:
    owner = context.owner.get(part.column)
    if owner is None:
        yield context.unknown(part.column, path)
    elif owner != part.column:
        what = f"`{part.column}` is the event of `{owner}`, and both are missing together"
        yield problem(path, what, f"Write `{owner}`")
    if not 0 <= part.rate <= 1:
        percent = part.rate / 100
        what = f"{part.rate:g} is no share of missing values"
        mend = f"Write {percent:g} for {part.rate:g}%" if 1 < part.rate <= 100 else "Write 0.08"
        yield problem((*path, "rate"), what, mend)
    if (part.word is None) != (part.size is None) or (part.depends_on is None) != (
        part.word is None
    ):
        if part.depends_on is None:
            what = "A size is said, but not of what"
            yield problem(path, what, "Add `depends_on: age`")
        else:
            what = f"How strongly it depends on `{shown(part.depends_on)}` is not said"
            yield problem(path, what, "Add `beta: 0.3` or `odds_ratio: 1.5`")
    if part.depends_on is not None:
        up = operand(part.depends_on, context.owner)
        yield from parent_problems(up, (*path, "depends_on"), context)
    if part.word == "odds_ratio" and part.size is not None and part.size <= 0:
        what = f"A ratio is above 0, and {part.size:g} is not"
        yield problem((*path, "odds_ratio"), what, "Write 1.6 for more, 0.6 for less")
