"""Who depends on whom: operands, edges, order, closure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from synth_magic.blueprint.model import Blueprint

Edges = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Operand:
    """A column, or one of its values: ``smoker=current``."""

    column: str
    value: str | None = None

    def __str__(self) -> str:
        return self.column if self.value is None else f"{self.column}={self.value}"


def operand(text: str, names: Collection[str]) -> Operand:
    """Read ``column`` or ``column=value``.

    Parameters
    ----------
    text
        As it stands in an effect's ``from`` or ``to``, or in ``depends_on``.
    names
        Names of the columns.  The longest name that fits is meant; where none
        fits, the text up to its first ``=`` is given back as the column, for
        whoever checks it to complain of.
    """
    text = text.strip()
    if text in names:
        return Operand(text)
    ends = [at for at, sign in enumerate(text) if sign == "="]
    for at in reversed(ends):
        column = _bare(text[:at])
        if column in names:
            return Operand(column, _value(text[at:]))
    if ends:
        return Operand(_bare(text[: ends[0]]), _value(text[ends[0] :]))
    return Operand(_bare(text))


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" else text


def _value(text: str) -> str:
    text = text.lstrip("=").strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def owners(blueprint: Blueprint) -> dict[str, str]:
    """Map every readable name (columns and events) to the column that makes it."""
    found = {column.event: column.name for column in blueprint.columns if column.event is not None}
    return found | {column.name: column.name for column in blueprint.columns}


def reads(text: str, owner: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that an expression reads, in order of appearance."""
    from synth_magic.expressions import names, parse

    return tuple(dict.fromkeys(owner[name] for name in names(parse(text)) if name in owner))


def edges(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    """Give each column's parents: what must be drawn before its values.

    They come from effects, the names in their ``where``, ``by`` and formulas.
    ``depends_on`` is none of them: missingness is drawn last, from values
    before missingness, so it may point in any direction (see `closure`).

    Returns
    -------
    dict
        Every column's name, in order, to the names of its parents.
    """
    owner = owners(blueprint)
    found: dict[str, dict[str, None]] = {name: {} for name in blueprint.names}
    for column in blueprint.columns:
        law = column.distribution
        if law is not None and law.by in owner:
            found[column.name][owner[law.by]] = None
        if column.formula is not None:
            found[column.name] |= dict.fromkeys(reads(column.formula, owner))
    for effect in blueprint.effects:
        child = owner.get(operand(effect.child, owner).column)
        if child is None:
            continue
        parent = operand(effect.parent, owner).column
        if parent in owner:
            found[child][owner[parent]] = None
        if effect.where is not None:
            found[child] |= dict.fromkeys(reads(effect.where, owner))
    return {name: tuple(parents) for name, parents in found.items()}


def order(blueprint: Blueprint) -> tuple[str, ...]:
    """Names of all columns, each after its parents, else as they stand.

    Raises
    ------
    ValueError
        When there is a cycle; a blueprint that was checked has none.
    """
    return sorted_names(edges(blueprint))


def sorted_names(parents: Edges) -> tuple[str, ...]:
    """Sort topologically; of the names that could come next, the first stands first."""
    done: dict[str, None] = {}
    waiting = list(parents)
    while waiting:
        ready = next((name for name in waiting if all(up in done for up in parents[name])), None)
        if ready is None:
            raise ValueError(" -> ".join(cycle(parents) or ()))
        done[ready] = None
        waiting.remove(ready)
    return tuple(done)


def cycle(parents: Edges) -> tuple[str, ...] | None:
    """Give a cycle from parent to child (``("age", "sbp", "age")``), or None."""
    finished: set[str] = set()
    for begin in parents:
        trail: dict[str, Iterator[str]] = {}
        following: str | None = begin
        while following is not None or trail:
            if following is not None and following in trail:
                names = list(trail)
                ring = [*names[names.index(following) :], following]
                return tuple(reversed(ring))
            if following is not None and following not in finished:
                trail[following] = iter(parents[following])
            if not trail:
                break
            last = next(reversed(trail))
            following = next(trail[last], None)
            if following is None:
                finished.add(last)
                trail.pop(last)
    return None


def closure(blueprint: Blueprint, name: str) -> tuple[str, ...]:
    """Give `name` and everything whose values may change when it is edited.

    Downward along the edges, to columns whose missingness depends on one of
    these, and to the columns that share a rule with one of these.
    """
    owner = owners(blueprint)
    children: dict[str, set[str]] = {column: set() for column in blueprint.names}
    for child, parents in edges(blueprint).items():
        for parent in parents:
            children[parent].add(child)
    for missing in blueprint.missing:
        column = owner.get(missing.column)
        if column is not None and missing.depends_on is not None:
            above = operand(missing.depends_on, owner).column
            if above in owner:
                children[owner[above]].add(column)
    for rule in blueprint.rules:
        together = reads(rule.text, owner)
        for column in together:
            children[column].update(together)
    found, waiting = set[str](), [owner[name]]
    while waiting:
        column = waiting.pop()
        if column not in found:
            found.add(column)
            waiting.extend(children[column])
    return tuple(column for column in blueprint.names if column in found)
