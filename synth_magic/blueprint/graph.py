"""Who depends on whom: operands, edges, order, closure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.expressions.tree import DATE, DATETIME, NUMBER, TEXT, TRUTH, Kind

_BRACES = re.compile(r"\{([^{}]*)\}")
Edges = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Operand:
    """A column, or one of its values: ``smoker=current``."""

    column: str
    value: str | None = None

    def __str__(self) -> str:
        """Write it so that `operand` reads it back; odd values stand in quotes."""
        if self.value is None:
            return self.column
        odd = _value(self.value) != self.value
        return f'{self.column}="{self.value}"' if odd else f"{self.column}={self.value}"


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
    found = {column.name: column.name for column in blueprint.columns}
    for column in blueprint.columns:
        if column.event is not None:
            found.setdefault(column.event, column.name)
    return found


def kinds(blueprint: Blueprint) -> dict[str, Kind]:
    """Say what each readable name (columns and events) holds in expressions."""
    found: dict[str, Kind] = {}
    for column in blueprint.columns:
        found[column.name] = kind(column)
        if column.event is not None:
            found.setdefault(column.event, TRUTH)
    return found


def kind(column: Column) -> Kind:
    """Say what a column holds in expressions; 0/1 columns are yes or no there."""
    if column.type == "category":
        return Kind("choice", column.levels, bool(column.ordered))
    if column.type == "boolean" or column.zero_one:
        return TRUTH
    if column.type in ("date", "datetime"):
        return DATE if column.type == "date" else DATETIME
    return TEXT if column.type in ("id", "text") else NUMBER


def reads(text: str, kinds: Mapping[str, Kind], owner: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that an expression reads, in order of appearance."""
    from synth_magic.expressions import bind, names, parse

    return tuple(dict.fromkeys(owner[name] for name in names(bind(parse(text), kinds))))


def shown_in(template: str) -> tuple[str, ...]:
    """Names that a text's template shows in braces."""
    return tuple(dict.fromkeys(_BRACES.findall(template)))


def edges(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    """Give each column's parents: what must be drawn before its values.

    They come from effects, the names in their ``where``, ``by``, formulas and
    the templates of texts.
    ``depends_on`` is none of them: missingness is drawn last, from values
    before missingness, so it may point in any direction (see `closure`).

    Returns
    -------
    dict
        Every column's name, in order, to the names of its parents.
    """
    owner = owners(blueprint)
    holds = kinds(blueprint)
    found: dict[str, dict[str, None]] = {name: {} for name in blueprint.names}
    for column in blueprint.columns:
        law = column.distribution
        if law is not None and law.by in owner:
            found[column.name][owner[law.by]] = None
        if column.formula is not None:
            found[column.name] |= dict.fromkeys(reads(column.formula, holds, owner))
        if column.template is not None:
            shown = (owner[name] for name in shown_in(column.template) if name in owner)
            found[column.name] |= dict.fromkeys(shown)
    for effect in blueprint.effects:
        child = owner.get(operand(effect.child, owner).column)
        if child is None:
            continue
        parent = operand(effect.parent, owner).column
        if parent in owner:
            found[child][owner[parent]] = None
        if effect.where is not None:
            found[child] |= dict.fromkeys(reads(effect.where, holds, owner))
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
    owner, holds = owners(blueprint), kinds(blueprint)
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
        together = reads(rule.text, holds, owner)
        for column in together:
            children[column].update(together)
    found, waiting = set[str](), [owner[name]]
    while waiting:
        column = waiting.pop()
        if column not in found:
            found.add(column)
            waiting.extend(children[column])
    return tuple(column for column in blueprint.names if column in found)
