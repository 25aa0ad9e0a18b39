"""What a tree says: its columns, its guard, what it assigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from synth_magic.expressions.binding import NO, YES, bind
from synth_magic.expressions.reader import parse
from synth_magic.expressions.tree import Call, Kind, Name, Node, show_name


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


def assignments(node: Node) -> tuple[tuple[tuple[Node, str], ...], Node | None]:
    """Split a rule into what it blanks and what has to hold.

    Returns
    -------
    tuple
        Pairs (guard, column) of each ``then column is missing``, and the rule
        that is left without them: the whole rule where it blanks nothing, None
        where it does nothing else.
    """
    parts = clauses(node)
    pairs = tuple(pair for part in parts if (pair := assigns_missing(part)) is not None)
    if not pairs:
        return (), node
    left = [part for part in parts if assigns_missing(part) is None]
    if len(left) < 2:
        return pairs, left[0] if left else None
    kind = node.kind if isinstance(node, Call) else None
    return pairs, Call("and", tuple(left), node.at, kind)


def rename(node: Node, mapping: Mapping[str, str]) -> Node:
    """Give columns other names.

    Parameters
    ----------
    node
        Any tree; in one that is not bound every bare word counts as a column.
    mapping
        New names by old; names that are absent stay.
    """
    match node:
        case Name(name) if name in mapping:
            return replace(node, name=mapping[name])
        case Call(args=args):
            return replace(node, args=tuple(rename(arg, mapping) for arg in args))
        case _:
            return node


def rename_text(
    text: str, mapping: Mapping[str, str], kinds: Mapping[str, Kind] | None = None
) -> str:
    """Give columns other names in a text, and leave all else as it was typed.

    Parameters
    ----------
    text
        What `parse` reads.
    mapping
        New names by old.
    kinds
        What the columns hold (under their old names), so that a value that is
        spelled like a column stays; without them every bare word is a column.
        A new name that could be taken for a value is written in backticks.
    """
    tree = parse(text) if kinds is None else bind(parse(text), kinds)
    places: dict[int, Name] = {}
    stack = [tree]
    while stack:
        part = stack.pop()
        if isinstance(part, Name) and part.name in mapping:
            places[part.at] = part
        elif isinstance(part, Call):
            stack.extend(part.args)
    words = {*YES, *NO, *(level for kind in (kinds or {}).values() for level in kind.levels)}
    for at, part in sorted(places.items(), reverse=True):
        new = mapping[part.name]
        text = text[:at] + show_name(new, quoted=new in words) + text[at + part.size :]
    return text
