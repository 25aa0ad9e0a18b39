"""Changing a column's type, where its law means the same in the other."""

from __future__ import annotations

from collections.abc import Callable

from synth_magic.blueprint import graph
from synth_magic.blueprint.graph import Operand, operand
from synth_magic.blueprint.model import Blueprint, Column, Distribution, Position
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import column_of, remade, said_by_user
from synth_magic.errors import Path, SpecError, problem
from synth_magic.laws.truths import truth

ORDERED = "ordered category"
ZERO_ONE = "0/1"


def type_words(column: Column) -> str:
    """Name a column's type as the schema does: ``ordered category``, ``0/1``, ``integer``."""
    if column.type == "category" and column.ordered:
        return ORDERED
    return ZERO_ONE if column.zero_one else str(column.type).replace("_", " ")


def types(column: Column) -> tuple[str, ...]:
    """List the types that a column can be given, its own first."""
    own = type_words(column)
    return (own, *(to for old, to in _MAKE if old == own and _possible(column, to)))


def _possible(column: Column, to: str) -> bool:
    law = column.distribution
    if to == "number" and law is not None:
        parts = [part for _, part in law.groups] if law.groups else [law]
        return all(part.kind not in ("poisson", "negative_binomial") for part in parts)
    if to == "boolean" and column.type == "category":
        return len(column.levels) == 2 and {truth(v) for v in column.levels} == {"no", "yes"}
    if to == ZERO_ONE or column.zero_one:
        return column.formula is None
    return True


def changed(blueprint: Blueprint, edit: Edit) -> Done:
    """Give a column another type.

    Raises
    ------
    SpecError
        Where the law does not mean the same in that type.
    """
    column = column_of(blueprint, edit.column)
    path: Path = ("columns", column.name, "type")
    own, to = type_words(column), " ".join(edit.text.replace("_", " ").split()).casefold()
    if to == own:
        return Done(blueprint)
    make = _MAKE.get((own, to))
    if make is None or not _possible(column, to):
        others = types(column)[1:]
        what = f"{_a(own)} cannot become {_a(to[:30]).lower() if to else 'nothing'} here"
        ways = f"It can be {' or '.join(others)}" if others else ""
        mend = ways or "Remove the column, and add it as you want it"
        raise SpecError(problem(path, what, mend))
    new = make(column)
    columns = tuple(new if each is column else each for each in blueprint.columns)
    names = dict(zip(column.levels, new.levels, strict=False))
    effects = tuple(
        remade(
            effect,
            ("effects", at),
            parent=_valued(effect.parent, column.name, names, blueprint),
            child=_valued(effect.child, column.name, names, blueprint),
        )
        for at, effect in enumerate(blueprint.effects)
    )
    made = remade(blueprint, (), columns=columns, effects=effects)
    return Done(made, (Change(path, "type", own, to),))


def _a(word: str) -> str:
    return f"{'An' if word[:1] in 'aeio' else 'A'} {word}"


def _valued(text: str, name: str, values: dict[str, str], blueprint: Blueprint) -> str:
    """Name a value as the new type does: ``yes`` of a boolean is 1 of whole numbers."""
    found = operand(text, graph.owners(blueprint))
    if found.column != name or found.value not in values or values[found.value] == found.value:
        return text
    return str(Operand(name, values[found.value]))


def _made(column: Column, **changes: object) -> Column:
    sources = said_by_user(column, "type", *changes)
    return remade(column, ("columns", column.name), **changes, sources=sources)


def _integer(column: Column) -> Column:
    return _made(column, type="integer", decimals=None)


def _number(column: Column) -> Column:
    return _made(column, type="number")


def _ordered(column: Column) -> Column:
    return _made(column, ordered=True, values=column.levels)


def _unordered(column: Column) -> Column:
    return _made(column, ordered=None)


def _category(column: Column) -> Column:
    law = column.distribution
    if law is not None:
        law = _each(law, lambda part: _shares(part, column.levels))
    return _made(column, type="category", values=column.levels, distribution=law, stated=None)


def _shares(part: Distribution, levels: tuple[str, ...]) -> Distribution:
    yes = float(part.probability or 0.0)
    shares = ((levels[0], float(f"{1 - yes:.12g}")), (levels[1], yes))
    return remade(part, (), probability=None, probabilities=shares)


def _boolean(column: Column) -> Column:
    law = column.distribution
    if law is not None and column.type == "category":
        law = _each(law, _of_yes)
    stated = None if column.type == "category" else column.stated
    return _made(
        column, type="boolean", values=None, ordered=None, distribution=law, stated=stated,
        range=None,
    )  # fmt: skip


def _of_yes(part: Distribution) -> Distribution:
    shares = {truth(value): float(share) for value, share in part.probabilities or ()}
    total = sum(shares.values()) or 1.0
    return remade(part, (), probabilities=None, probability=shares.get("yes", 0.0) / total)


def _zero_one(column: Column) -> Column:
    return _made(column, type="integer", values=None)


def _each(law: Distribution, change: Callable[[Distribution], Distribution]) -> Distribution:
    if law.groups is None:
        return change(law)
    groups = tuple((value, change(part)) for value, part in law.groups)
    return remade(law, (), groups=groups)


def _datetime(column: Column) -> Column:
    return _made(column, type="datetime")


def _date(column: Column) -> Column:
    law = column.distribution
    ends = None if column.range is None else tuple(_day(end) for end in column.range)
    if law is not None:
        law = _each(law, _days)
    return _made(column, type="date", range=ends, distribution=law, stated=None)


def _day(place: Position | None) -> Position | None:
    return place[:10] if isinstance(place, str) else place


def _days(part: Distribution) -> Distribution:
    changes: dict[str, object] = {}
    if part.quantiles is not None:
        changes["quantiles"] = tuple((p, _day(place)) for p, place in part.quantiles)
    if part.normal is not None:
        changes["normal"] = part.normal.model_copy(update={"mean": _day(part.normal.mean)})
    if part.uniform is not None:
        ends = {"low": _day(part.uniform.low), "high": _day(part.uniform.high)}
        changes["uniform"] = part.uniform.model_copy(update=ends)
    return remade(part, (), **changes)


_MAKE: dict[tuple[str, str], Callable[[Column], Column]] = {
    ("number", "integer"): _integer,
    ("integer", "number"): _number,
    ("category", ORDERED): _ordered,
    (ORDERED, "category"): _unordered,
    ("category", "boolean"): _boolean,
    (ORDERED, "boolean"): _boolean,
    ("boolean", "category"): _category,
    ("boolean", ZERO_ONE): _zero_one,
    (ZERO_ONE, "boolean"): _boolean,
    ("date", "datetime"): _datetime,
    ("datetime", "date"): _date,
}
