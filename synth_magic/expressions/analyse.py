"""What a tree says: its columns, its guard, what it assigns."""

from __future__ import annotations

from synth_magic.expressions.tree import Call, Name, Node


def names(node: Node) -> tuple[str, ...]:
    """Columns that a tree reads, in order of appearance.

    Of a tree that is not bound: the words that may be columns.
    """
    found: dict[str, None] = {}
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Name):
            found.setdefault(part.name)
        elif isinstance(part, Call):
            stack.extend(reversed(part.args))
    return tuple(found)


def condition(node: Node) -> tuple[Node | None, Node]:
    """Split ``if guard then claim``; a rule without ``if`` has no guard."""
    if isinstance(node, Call) and node.op == "if":
        return node.args[0], node.args[1]
    return None, node


def clauses(node: Node) -> tuple[Node, ...]:
    """Split a rule whose claims are joined by ``and`` into rules of one claim each.

    ``if g then a and b`` gives ``if g then a`` and ``if g then b``; together they
    say the same.
    """
    guard, claim = condition(node)
    if not (isinstance(claim, Call) and claim.op == "and"):
        return (node,)
    parts = tuple(part for arg in claim.args for part in clauses(arg))
    if guard is None:
        return parts
    return tuple(Call("if", (guard, part), part.at, node.kind) for part in parts)  # type: ignore[union-attr]


def assigns_missing(node: Node) -> tuple[Node, str] | None:
    """Read ``if guard then column is missing`` as (guard, column); None otherwise."""
    match node:
        case Call("if", (guard, Call("missing", (Name(name),)))):
            return guard, name
        case _:
            return None
