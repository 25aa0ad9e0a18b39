"""Names and bare words resolved against the columns, kinds checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from synth_magic.errors import SpecError
from synth_magic.expressions import moments
from synth_magic.expressions.kinds import comparable, dated, error, kind_of, some, typed
from synth_magic.expressions.tree import (
    COMPARISONS,
    DATE,
    DATETIME,
    Call,
    Kind,
    Name,
    Node,
    Number,
    Text,
    Value,
    show,
    show_name,
    show_number,
)

YES = ("yes", "y", "true", "1")
NO = ("no", "n", "false", "0")


def bind(node: Node, kinds: Mapping[str, Kind]) -> Node:
    """Resolve the names of a tree and check that its parts fit together.

    Parameters
    ----------
    node
        As `parse` gave it (a bound tree is bound anew).
    kinds
        What each column holds, by name.

    Returns
    -------
    Node
        The same tree, every `Name` a column with its kind, every bare word and
        quoted text a `Value`, every `Call` with the kind of its result.

    Raises
    ------
    SpecError
        With the offset of the part that does not fit.
    """
    return _Binder(kinds).bind(node)


class _Binder:
    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self.normal = {unicodedata.normalize("NFC", name): name for name in kinds}

    def column(self, node: Name) -> str | None:
        if node.name in self.kinds:
            return node.name
        return self.normal.get(unicodedata.normalize("NFC", node.name))

    def bind(self, node: Node) -> Node:
        match node:
            case Name():
                name = self.column(node)
                if name is None:
                    raise self.unknown(node)
                return replace(node, name=name, kind=self.kinds[name])
            case Call("in", args):
                return self.within(node, self.bind(args[0]))
            case Call(op, (left, right)) if op in COMPARISONS:
                return self.comparison(node, left, right)
            case Call("interpolate", (x, knots)):
                return typed("interpolate", self.bind(x), knots, at=node.at)
            case Call(op, args):
                bound = tuple(self.bind(arg) for arg in args)
                if op in ("+", "-", "min", "max"):
                    bound = _with_dates(bound)
                return typed(op, *bound, at=node.at)
            case _:
                return node

    def comparison(self, node: Call, left: Node, right: Node) -> Node:
        if self.leads(left, right):
            left = self.bind(left)
            right = self.beside(right, kind_of(left), left)
        else:
            right = self.bind(right)
            left = self.beside(left, kind_of(right), right)
        return typed(node.op, left, right, at=node.at)

    def leads(self, left: Node, right: Node) -> bool:
        """Whether the left side says what the right one means, rather than the reverse."""
        if self.literal(left):
            return self.literal(right)
        if isinstance(left, Name) and isinstance(right, Name) and not left.quoted:
            mine, other = (self.kinds.get(self.column(side) or "") for side in (left, right))
            if mine is not None and other is not None and mine.what != other.what:
                return left.name not in _words(other)
        return True

    def literal(self, node: Node) -> bool:
        if isinstance(node, Name):
            return self.column(node) is None
        return isinstance(node, Text | Number | Value)

    def within(self, node: Call, subject: Node) -> Node:
        kind = kind_of(subject)
        items = tuple(self.beside(item, kind, subject) for item in node.args[1:])
        return typed("in", subject, *items, at=node.at)

    def beside(self, node: Node, kind: Kind, neighbour: Node) -> Node:
        """Read `node` as a value of the kind that its neighbour holds, where it is one."""
        match node:
            case Name():
                return self.word(node, kind, neighbour)
            case Text(text, at) | Value(text=text, at=at):
                return _literal(text, kind, neighbour, at)
            case Number(value, at) if kind.what == "choice":
                return _literal(_level_of(value, kind), kind, neighbour, at)
            case Number(value, at) if kind.what == "truth":
                return _literal(show_number(value), kind, neighbour, at)
            case _:
                return self.bind(node)

    def word(self, node: Name, kind: Kind, neighbour: Node) -> Node:
        """Read a bare word as a column that fits here, else as a value of the neighbour."""
        name = self.column(node)
        if name is not None:
            fits = self.kinds[name].what == kind.what and comparable(self.kinds[name], kind)
            if node.quoted or fits or node.name not in _words(kind):
                return self.bind(node)
        elif kind.what not in ("choice", "truth", "text"):
            raise self.unknown(node)
        return _literal(node.name, kind, neighbour, node.at)

    def unknown(self, node: Name) -> SpecError:
        name, at = node.name, node.at
        parts = [other for other in self.kinds if name in re.split(r"\W+", other) and name != other]
        near = get_close_matches(name, self.kinds, 1, 0.6)
        folded = [other for other in self.kinds if other.casefold() == name.casefold()]
        owners = [other for other, kind in self.kinds.items() if name in kind.levels]
        what = f"There is no column `{name}`"
        if parts and not folded:
            return error(what, f"Write {show_name(parts[0])}, in backticks", at)
        if folded or near:
            return error(what, f"Did you mean {show_name((folded or near)[0])}?", at)
        if owners:
            mend = f"It is a value of {owners[0]}: write {show_name(owners[0])} == '{name}'"
            return error(what, mend, at)
        return error(what, f"The columns are {some(self.kinds)}", at)


def _words(kind: Kind) -> tuple[str, ...]:
    """List the bare words that can be values of a kind."""
    return (*kind.levels, *YES, *NO) if kind.what == "truth" else kind.levels


def _level_of(value: float, kind: Kind) -> str:
    """Find the level that a number names: 1 for ``1`` as well as for ``1.0``."""
    for level in kind.levels:
        try:
            if float(level) == value:
                return level
        except ValueError:
            continue
    return show_number(value)


def _literal(text: str, kind: Kind, neighbour: Node, at: int) -> Node:
    """Read a text as a value of `kind`."""
    match kind.what:
        case "choice":
            return _level(text, kind, neighbour, at)
        case "truth":
            return _truth(text, kind, neighbour, at)
        case "date" | "datetime":
            return moment(text, at)
        case "text":
            return Text(text, at)
        case _:
            raise error(
                f"{show(neighbour)} is a number and cannot be compared with '{text}'",
                "Compare it with a number",
                at,
            )


def _level(text: str, kind: Kind, neighbour: Node, at: int) -> Value:
    if text in kind.levels:
        return Value(float(kind.levels.index(text)), text, kind, at)
    near = get_close_matches(text, kind.levels, 1, 0.6) or [
        level for level in kind.levels if level.casefold() == text.casefold()
    ]
    guess = f"Did you mean '{near[0]}'? " if near else ""
    raise error(
        f"{show(neighbour)} has no value '{text}'",
        f"{guess}Its values are {some(kind.levels)}",
        at,
    )


def _truth(text: str, kind: Kind, neighbour: Node, at: int) -> Value:
    word = text.casefold()
    own = tuple(level.casefold() for level in kind.levels)
    if word in own:
        return Value(float(own.index(word)), text, kind, at)
    if word in YES or word in NO:
        return Value(float(word in YES), text, kind, at)
    raise error(f"{show(neighbour)} is yes or no, and '{text}' is neither", "Write yes or no", at)


def moment(text: str, at: int = 0) -> Value:
    """Read an ISO date or datetime as a value.

    Raises
    ------
    SpecError
        When `text` is no date of the calendar.
    """
    found = moments.read(text)
    if found is None:
        raise error(
            f"'{text}' is no date", "Write dates as year-month-day in quotes: '2015-03-31'", at
        )
    position, timed = found
    return Value(position, text, DATETIME if timed else DATE, at)


def _with_dates(args: tuple[Node, ...]) -> tuple[Node, ...]:
    """Read quoted dates beside dates in sums, differences, min and max."""
    if not any(dated(kind_of(arg)) for arg in args):
        return args
    return tuple(moment(arg.value, arg.at) if isinstance(arg, Text) else arg for arg in args)
