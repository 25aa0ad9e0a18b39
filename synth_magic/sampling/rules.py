"""What a blueprint's rules, formulas and effects say of the order of drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.errors import Path, Problem, SpecError
from synth_magic.expressions import (
    Call,
    Kind,
    Name,
    Node,
    assignments,
    bind,
    clauses,
    condition,
    names,
    parse,
    show_name,
)
from synth_magic.expressions.intervals import Interval
from synth_magic.expressions.inversion import bound_on
from synth_magic.expressions.tree import show_number
from synth_magic.sampling.plan import Clause, RuleStep
from synth_magic.sampling.steps import Step


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """Order, parents and rules, bound.

    Parameters
    ----------
    order
        Columns as they are drawn; a formula follows its last operand at once.
    parents
        By column: what it is drawn or worked out from.
    formulas
        By column, bound.
    blanks
        By the column after which they can be known: a column and the condition
        under which it has no value.
    rules
        Path, text and bound tree of every rule that has to hold.
    dependents
        By column: the columns below it.
    owner
        By readable name: the column that makes it.
    """

    order: tuple[str, ...]
    parents: Mapping[str, tuple[str, ...]]
    formulas: Mapping[str, Node]
    blanks: Mapping[str, tuple[tuple[str, Node], ...]]
    rules: tuple[tuple[Path, str, Node], ...]
    dependents: Mapping[str, frozenset[str]]
    owner: Mapping[str, str]

    def placed(
        self, steps: Sequence[Step], ranges: Mapping[str, Interval]
    ) -> dict[int, tuple[RuleStep, ...]]:
        """Give each rule's step, by the number of the step after which it is checked.

        Parameters
        ----------
        steps
            The plan's steps.
        ranges
            Smallest and largest value by column.
        """
        last = {step.name: number for number, step in enumerate(steps)}
        found: dict[int, list[RuleStep]] = {}
        for path, text, node in self.rules:
            read = [self.owner[name] for name in names(node)]
            when = max(last[name] for name in read)
            found.setdefault(when, []).append(self._rule(path, text, node, last, ranges))
        return {when: tuple(rules) for when, rules in found.items()}

    def _rule(
        self,
        path: Path,
        text: str,
        node: Node,
        last: Mapping[str, int],
        ranges: Mapping[str, Interval],
    ) -> RuleStep:
        columns = self._columns(node)
        target = max(columns, key=lambda name: last[name])
        parts = tuple(self._clause(part, last, ranges) for part in clauses(node))
        return RuleStep(path, text, node, columns, target, parts)

    def _clause(
        self, node: Node, last: Mapping[str, int], ranges: Mapping[str, Interval]
    ) -> Clause:
        columns = self._columns(node)
        target = max(columns, key=lambda name: last[name], default="")
        guard, claim = condition(node)
        bounds = bound_on(self._opened(claim), target, ranges) if target else ()
        if guard is not None and target in names(self._opened(guard)):
            bounds = ()
        return Clause(node, columns, target, guard if bounds else None, bounds)

    def _columns(self, node: Node) -> tuple[str, ...]:
        """Drawn columns that an expression is about."""
        read = [self.owner[name] for name in names(node)]
        return tuple(dict.fromkeys(below for name in read for below in self._drawn(name)))

    def _drawn(self, name: str) -> tuple[str, ...]:
        """Replace a formula by what it is worked out from."""
        if name not in self.formulas:
            return (name,)
        operands = [self.owner[each] for each in names(self.formulas[name])]
        return tuple(below for each in operands for below in self._drawn(each))

    def _opened(self, node: Node) -> Node:
        """Write formulas out in place of their names."""
        if isinstance(node, Name) and node.name in self.formulas:
            return self._opened(self.formulas[node.name])
        if isinstance(node, Call):
            return replace(node, args=tuple(self._opened(arg) for arg in node.args))
        return node


def structure(blueprint: Blueprint) -> Structure:
    """Read order, parents and rules out of a blueprint.

    Raises
    ------
    SpecError
        Where an expression cannot be read.
    """
    kinds, owner = graph.kinds(blueprint), graph.owners(blueprint)
    formulas: dict[str, Node] = {}
    rules: list[tuple[Path, str, Node]] = []
    blanks: dict[str, list[Node]] = {}
    for column in blueprint.columns:
        if column.formula is not None:
            path: Path = ("columns", column.name, "formula")
            formulas[column.name] = _read(column.formula, path, kinds)
            text = _range_rule(column)
            if text is not None:
                rules.append((("columns", column.name, "range"), text, _read(text, path, kinds)))
    for number, rule in enumerate(blueprint.rules):
        gone, left = assignments(_read(rule.text, ("rules", number), kinds))
        if left is not None:
            rules.append((("rules", number), rule.text, left))
        for guard, name in gone:
            blanks.setdefault(owner[name], []).append(guard)
    parents = {name: dict.fromkeys(above) for name, above in graph.edges(blueprint).items()}
    for name, guards in blanks.items():
        for guard in guards:
            _add_unless_cyclic(parents, name, [owner[read] for read in names(guard)])
    edges = {name: tuple(above) for name, above in parents.items()}
    order = _order(edges, set(formulas))
    place = {name: number for number, name in enumerate(order)}
    after: dict[str, list[tuple[str, Node]]] = {}
    for name, guards in blanks.items():
        for guard in guards:
            last = max([name, *(owner[read] for read in names(guard))], key=place.__getitem__)
            after.setdefault(last, []).append((name, guard))
    return Structure(
        order,
        edges,
        formulas,
        {name: tuple(pairs) for name, pairs in after.items()},
        tuple(rules),
        _dependents(edges),
        owner,
    )


def _read(text: str, path: Path, kinds: Mapping[str, Kind]) -> Node:
    try:
        return bind(parse(text), kinds)
    except SpecError as error:
        raise SpecError(
            Problem((*path, *part.path), part.what, part.mend, part.level, part.offset)
            for part in error.problems
        ) from None


def _range_rule(column: Column) -> str | None:
    if column.range is None:
        return None
    name = show_name(column.name)
    parts = []
    for end, sign in zip(column.range, (">=", "<="), strict=True):
        if end is not None:
            shown = f"'{end}'" if isinstance(end, str) else show_number(end)
            parts.append(f"{name} {sign} {shown}")
    return " and ".join(parts) if parts else None


def _add_unless_cyclic(
    parents: dict[str, dict[str, None]], name: str, above: Sequence[str]
) -> None:
    for parent in above:
        if parent != name and name not in _above(parents, parent):
            parents[name][parent] = None


def _above(parents: Mapping[str, Mapping[str, None]], name: str) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for parent in parents[waiting.pop()]:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _order(parents: Mapping[str, tuple[str, ...]], formulas: set[str]) -> tuple[str, ...]:
    """Sort topologically; formulas as early as they can, the others as they stand."""
    done: dict[str, None] = {}
    waiting = list(parents)
    while waiting:
        ready = [name for name in waiting if all(up in done for up in parents[name])]
        if not ready:
            raise ValueError(" -> ".join(graph.cycle(parents) or ()))
        chosen = next((name for name in ready if name in formulas), ready[0])
        done[chosen] = None
        waiting.remove(chosen)
    return tuple(done)


def _dependents(parents: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    children: dict[str, set[str]] = {name: set() for name in parents}
    for name, above in parents.items():
        for parent in above:
            children[parent].add(name)
    found: dict[str, frozenset[str]] = {}
    for name in parents:
        below: set[str] = set()
        waiting = [name]
        while waiting:
            new = children[waiting.pop()] - below
            below |= new
            waiting.extend(new)
        found[name] = frozenset(below)
    return found
