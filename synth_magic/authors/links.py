"""Effects, rules and formulas of the reference beside those of the user."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Column, Effect, Rule
from synth_magic.errors import Problem, SpecError, note
from synth_magic.reference import tables
from synth_magic.reference.expectation import REPEATED
from synth_magic.reference.schema import ReadColumn

_BRACES = re.compile(r"\{([^{}]+)\}")
_CODES = {"no": "0", "yes": "1"}


def merged(
    users: Sequence[Effect], reference: Sequence[Effect], columns: Sequence[Column]
) -> tuple[Effect, ...]:
    """Join the user's effects and those of the reference that neither double nor turn one round.

    Parameters
    ----------
    users
        What the user and a model stated; all kept, in their order.
    reference
        Effects of known columns, causes first.
    columns
        Of the table.
    """
    table = {column.name: column for column in columns}
    names = set(table)
    event = {column.event: column.name for column in columns if column.event is not None}

    def owner(text: str) -> str:
        name = graph.operand(text, names | event.keys()).column
        return event.get(name, name)

    pairs = {frozenset((owner(e.parent), owner(e.child))) for e in users}
    # One author for each column's causes: regressions of the reference hold as a whole only.
    spoken = {owner(e.child) for e in users if e.source == "model"}
    parents: dict[str, set[str]] = {name: set() for name in names}
    for effect in users:
        parents.setdefault(owner(effect.child), set()).add(owner(effect.parent))
        for name in _where(effect, names):
            parents[owner(effect.child)].add(name)
    for one in columns:
        parents[one.name] |= _feeds(one, names)
    found = list(users)
    for effect in reference:
        parent, child = owner(effect.parent), owner(effect.child)
        column = table.get(child)
        law = None if column is None else column.distribution
        if law is not None and law.by == parent:
            continue
        if column is None or column.formula is not None or column.type in ("id", "text"):
            continue
        if child in spoken:
            continue
        if frozenset((parent, child)) in pairs or _leads(child, parent, parents):
            continue
        parents[child].add(parent)
        found.append(effect)
    return tuple(found)


def _where(effect: Effect, names: Iterable[str]) -> set[str]:
    if effect.where is None:
        return set()
    return {name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", effect.where)}


def _feeds(column: Column, names: Iterable[str]) -> set[str]:
    """Columns that one is computed from, or stated by."""
    found = set()
    if column.formula is not None:
        found |= {n for n in names if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", column.formula)}
    if column.distribution is not None and column.distribution.by is not None:
        found.add(column.distribution.by)
    return found - {column.name}


def _leads(start: str, goal: str, parents: Mapping[str, set[str]]) -> bool:
    """Whether `start` is an ancestor of `goal`."""
    seen, open_ = set(), [goal]
    while open_:
        name = open_.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            open_ += parents.get(name, ())
    return False


# Rules and formulas -----------------------------------------------------------------


def written(
    text: str, columns: Mapping[str, ReadColumn], everybody: Mapping[str, str] | None = None
) -> str | None:
    """Write a rule or formula of the reference with the table's names and units.

    ``{sbp}`` becomes the column's name, converted to the variable's unit where the column has
    another; ``{sex=M}`` becomes the condition that the column has that value.

    Parameters
    ----------
    text
        With variables in braces.
    columns
        By variable.
    everybody
        Values that all rows share (``{"sex": "F"}``), for variables without a column.

    Returns
    -------
    str or None
        None when a variable has no column, or a value no word in it.
    """
    missing = False
    shared = everybody or {}

    def one(match: re.Match[str]) -> str:
        nonlocal missing
        name, _, value = match[1].partition("=")
        read = columns.get(name)
        if read is None and value and name in shared:
            return str(int(shared[name] == value))
        if read is None:
            missing = True
            return ""
        if not value:
            return operand(read)
        mine = next((own for own, theirs in read.values if theirs == value), None)
        if mine is None and value in _CODES and not read.values:
            mine = _CODES[value] if read.column.type == "integer" else value
        if mine is None:
            missing = True
            return ""
        words = mine.replace("'", "''")
        other = words if read.column.type == "integer" else f"'{words}'"
        return f"({quoted(read.column.name)} == {other})"

    text = _BRACES.sub(one, text)
    return None if missing else text


def operand(read: ReadColumn) -> str:
    """Write a column in its variable's own unit: ``creatinine / 88.42``."""
    name = quoted(read.column.name)
    if read.offset:
        return f"(({name} - {read.offset:g}) / {read.factor:g})".replace("- -", "+ ")
    return name if read.factor == 1 else f"({name} / {read.factor:.10g})"


def quoted(name: str) -> str:
    """Write a name as the expression language reads it."""
    from synth_magic.expressions import show_name

    return show_name(name)


def rules(known: Mapping[str, ReadColumn], users: Sequence[Rule]) -> tuple[Rule, ...]:
    """Join the user's rules and what holds in every patient.

    Parts of one unit are compared as they stand; a rule that the user stated already, either
    way round, is not written twice.
    """
    from synth_magic import expressions

    def shape(text: str) -> frozenset[str]:
        try:
            return frozenset(expressions.names(expressions.parse(text)))
        except SpecError:  # the check of the whole blueprint says which rule it is, and where
            return frozenset()

    said = {shape(rule.text) for rule in users}
    found = list(users)
    for text in (*tables.load().rules, *_cleared(known)):
        variables = _BRACES.findall(text)
        plain = dict(known)
        reads = [known[v.partition("=")[0]] for v in variables if v.partition("=")[0] in known]
        if len({(r.factor, r.offset) for r in reads if r.column.unit}) == 1:
            plain = {v: _bare(r) for v, r in known.items()}
        rule = written(text, plain)
        if rule is not None and shape(rule) not in said:
            found.append(Rule(text=rule, source="reference"))
    return tuple(found)


def _cleared(known: Mapping[str, ReadColumn]) -> Iterable[str]:
    """Say by rules what nobody without a condition has, where codes cannot group a law."""
    for condition in tables.load().conditions.values():
        parent = known.get(condition.sets or "")
        for variable in condition.clears:
            child = known.get(variable)
            if parent is None or child is None:
                continue
            types = parent.column.type, child.column.type
            if "category" in types or types[0] == "integer":
                yield f"if {{{condition.sets}=no}} then {{{variable}=no}}"


def apart(columns: Sequence[ReadColumn], users: Sequence[Effect]) -> frozenset[str]:
    """Columns whose shares the user's effects settle together with a condition's.

    An effect of the condition says how the two hang together; where anything acts on the
    condition, a law by it could close a circle.
    """
    names = [c.column.name for c in columns]
    sets = {c.sets for c in tables.load().conditions.values()}
    conditions = {c.column.name for c in columns if c.variable in sets}
    pairs = [
        (graph.operand(e.parent, names).column, graph.operand(e.child, names).column) for e in users
    ]
    if any(child in conditions for _, child in pairs):
        return frozenset(names)
    return frozenset(child for parent, child in pairs if parent in conditions)


def at_times(columns: Sequence[ReadColumn]) -> tuple[Mapping[str, ReadColumn], ...]:
    """Columns by variable, apart for each time at which they were measured.

    What hardly changes in adults (age, sex, height) stands beside the later measurements too.
    """
    times = dict.fromkeys(["", *(c.time for c in columns)])
    first = {str(c.variable): c for c in reversed(columns) if c.variable and not c.time}
    lasting = {v: first[v] for v in ("age", "sex", "height") if v in first}
    return tuple(
        lasting | {str(c.variable): c for c in reversed(columns) if c.variable and c.time == time}
        for time in times
    )


def repeated(columns: Sequence[ReadColumn], effects: Sequence[Effect]) -> tuple[Problem, ...]:
    """Say that how closely a measurement keeps to an earlier one of itself is a guess."""
    variable = {c.column.name: c.variable for c in columns}
    return tuple(
        note(
            ("columns", e.child),
            f"{e.child} is {e.parent} again: how close the two are is a guess.",
            f"State it under effects: {e.parent} -> {e.child}: correlation {REPEATED:g}",
        )
        for e in effects
        if e.source == "guess"
        and variable.get(e.parent) is not None
        and variable.get(e.parent) == variable.get(e.child)
    )


def _bare(read: ReadColumn) -> ReadColumn:
    return ReadColumn(read.column, read.variable, values=read.values)


def whole(columns: Sequence[ReadColumn], users: Sequence[Effect]) -> frozenset[str]:
    """Columns that cannot be stated by sex beside the user's effects.

    An effect of sex says the difference already; where anything acts on sex, a law by sex could
    close a circle.
    """
    names = [c.column.name for c in columns]
    sex = next((c.column.name for c in columns if c.variable == "sex"), None)
    pairs = [
        (graph.operand(e.parent, names).column, graph.operand(e.child, names).column) for e in users
    ]
    if any(child == sex for _, child in pairs):
        return frozenset(names)
    return frozenset(child for parent, child in pairs if parent == sex)
