"""Columns that a formula of the reference computes from others, and the user's ranges on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from synth_magic import expressions
from synth_magic.authors.links import at_times, quoted, written
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column, Effect, Rule
from synth_magic.errors import Problem, SpecError, problem
from synth_magic.reference import pins, tables
from synth_magic.reference.schema import ReadColumn

#: Share of redrawn rows from which a range on a computed column is refused.
HARDLY_ANY = 0.95


@dataclass(frozen=True, slots=True)
class Computed:
    """A column that a formula of the reference computes, and why it and not another."""

    name: str
    text: str
    operands: tuple[str, ...]
    told: str


def found(
    columns: Sequence[ReadColumn],
    users: Sequence[Effect],
    everybody: Mapping[str, str],
    adults: bool = True,
) -> tuple[Computed, ...]:
    """Find what the reference can compute from other columns of the table.

    Where the user stated the result, the formula is turned round for the operand of the
    weakest source and the result is drawn.

    Parameters
    ----------
    columns
        As read.
    users
        The user's effects; a column that they aim at is drawn, not computed.
    everybody
        Values that all rows share, for variables without a column.
    adults
        Whether these people are adults; some formulas hold in them only.
    """
    names = [c.column.name for c in columns]
    aimed = {graph.operand(e.child, names).column for e in users}
    made: list[Computed] = []
    pairs = [(f, known) for known in at_times(columns) for f in tables.load().formulas]
    for formula, known in pairs:
        variables = [v for v in formula["operands"] if v not in everybody or v in known]
        result = known.get(formula["variable"])
        if result is None or any(v not in known for v in variables):
            continue
        if result.column.formula is not None:
            continue  # the user says how it is computed
        operands = tuple(known[v].column.name for v in variables)
        if any(_from_to(e, result.column.name, operands, names) for e in users):
            continue
        if formula.get("adults") and not adults:
            continue
        free = known.get(str(formula.get("free")))
        if free is not None and (_drawn(free.column, aimed) or _bounded(free.column)):
            free = None
        bounded = _bounded(result.column) and free is not None
        if not _drawn(result.column, aimed) and not bounded:
            text = written(formula["text"], known, everybody)
            made += _computed(result, text, operands, "")
            continue
        if free is None or formula.get("turned") is None:
            continue
        others = tuple(o for o in operands if o != free.column.name)
        because = f", since {result.column.name} is yours"
        text = written(formula["turned"], known, everybody)
        made += _computed(free, text, (*others, result.column.name), because)
    return tuple(made)


def _from_to(
    effect: Effect, parent: str, children: Collection[str], names: Collection[str]
) -> bool:
    """Whether the user lets the would-be result act on an operand."""
    from_, to = graph.operand(effect.parent, names), graph.operand(effect.child, names)
    return from_.column == parent and to.column in children


def _drawn(column: Column, aimed: Collection[str]) -> bool:
    """Whether the user stated the column's law or formula, or an effect on it."""
    stated = pins.full(column) or pins.partial(column) or column.formula is not None
    return stated or column.name in aimed


def _bounded(column: Column) -> bool:
    """Whether the user stated a range."""
    return column.range is not None and column.source_of("range") == "user"


def ranges(columns: Sequence[Column]) -> tuple[Rule, ...]:
    """Make rules of the user's ranges on columns that are computed by the reference's formulas."""
    found = []
    for column in columns:
        if column.formula is None or column.source_of("formula") == "user" or not _bounded(column):
            continue
        for sign, end in zip((">=", "<="), column.range or (), strict=False):
            if isinstance(end, (int, float)):
                found.append(Rule(text=f"{quoted(column.name)} {sign} {end:g}", source="user"))
    return tuple(found)


def check_ranges(blueprint: Blueprint, columns: Sequence[Column]) -> None:
    """Refuse a range on a computed column that its operands leave hardly a row for.

    Raises
    ------
    SpecError
        At the range.
    """
    rules_ = {rule.text for rule in ranges(columns)}
    if not rules_:
        return
    from synth_magic import sampling

    redrawn = sampling.compile(blueprint).redrawn
    for path, share in redrawn.items():
        text = blueprint.rules[path[1]].text if isinstance(path[1], int) else ""
        if path[0] != "rules" or text not in rules_ or share < HARDLY_ANY:
            continue
        raise SpecError(_hardly_any(text, columns))


def located(error: SpecError, blueprint: Blueprint, columns: Sequence[Column]) -> SpecError:
    """Say of a rule that cannot be kept, and that was made of a range, where the range stands."""
    made = {rule.text for rule in ranges(columns)}

    def said(found: Problem) -> Problem:
        place = found.path[1] if len(found.path) > 1 else None
        if found.path[:1] != ("rules",) or not isinstance(place, int):
            return found
        text = blueprint.rules[place].text
        return _hardly_any(text, columns) if text in made else found

    return SpecError(said(found) for found in error.problems)


def _hardly_any(text: str, columns: Sequence[Column]) -> Problem:
    column = next(c for c in columns if text.startswith(quoted(c.name) + " "))
    return problem(
        ("columns", column.name, "range"),
        f"{column.name} is computed from other columns, and they leave hardly a row for {text}.",
        f"Widen their ranges, or leave out the range of {column.name}.",
    )


def _computed(
    result: ReadColumn, text: str | None, operands: tuple[str, ...], because: str
) -> tuple[Computed, ...]:
    """Convert to the result's own unit."""
    if text is None:
        return ()
    if result.factor != 1 or result.offset:
        text = f"({text}) * {result.factor:.10g}"
        text += (
            f" {'+' if result.offset > 0 else '-'} {abs(result.offset):g}" if result.offset else ""
        )
    name = result.column.name
    read = ", ".join(operands[:-1]) + " and " + operands[-1] if len(operands) > 1 else operands[0]
    return (Computed(name, text, operands, f"{name} is computed from {read}{because}."),)


def operands(
    found: Mapping[str, Computed], columns: Iterable[ReadColumn]
) -> dict[str, tuple[str, ...]]:
    """Say which columns each computed column reads, by the reference's formulas and the user's."""
    own = {
        known.column.name: expressions.names(expressions.parse(known.column.formula))
        for known in columns
        if known.column.formula is not None
    }
    return own | {name: tuple(one.operands) for name, one in found.items()}


def computed(column: Column, formula: Computed) -> Column:
    """Make a formula of a column: without law and guessed range; the user's words stay."""
    sources = dict(column.sources) | {"formula": "reference"}
    fields: dict[str, object] = {"formula": formula.text, "distribution": None}
    if column.range is not None and sources.get("range", "user") != "user":
        fields["range"] = None
        sources.pop("range", None)
    return column.model_copy(update=fields | {"sources": tuple(sources.items())})
