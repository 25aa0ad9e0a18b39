"""The tree that rules, formulas and `where` are read into, and back to text.

Few kinds of node, all frozen.  Each carries the offset at which it stands in
the user's text, so that an error can point there; offsets take no part in
equality.  `kind` is filled by `bind`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

What = Literal["number", "truth", "choice", "date", "datetime", "text"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column or a part of an expression holds.

    Parameters
    ----------
    what
        ``number`` (float64), ``truth`` (booleans and 0/1 columns), ``choice``
        (category), ``date`` (days since 1970-01-01), ``datetime`` (seconds since
        1970-01-01) or ``text``.
    levels
        Values of a ``choice``, upward when ordered.  For a ``truth`` the words
        for no and yes, where the column has words of its own.
    ordered
        Whether `levels` of a ``choice`` have an order.
    """

    what: What
    levels: tuple[str, ...] = ()
    ordered: bool = False


NUMBER = Kind("number")
TRUTH = Kind("truth")
DATE = Kind("date")
DATETIME = Kind("datetime")
TEXT = Kind("text")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; a minus sign before a literal belongs to it."""

    value: float
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text; `bind` turns it into a `Value` unless it stands beside a text column."""

    value: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A column, or (before `bind`) a bare word.

    `quoted` says that it stood in backticks and so is a column for certain;
    `size` is its length in the text, backticks included.
    """

    name: str
    at: int = field(default=0, compare=False)
    size: int = field(default=0, compare=False)
    quoted: bool = field(default=False, compare=False)
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a column, after `bind`.

    `code` is what the column's vector holds: the position among the levels, 0
    or 1, days or seconds since 1970-01-01.
    """

    code: float
    text: str
    kind: Kind
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Knots:
    """Points (x, y) of `interpolate`, x strictly increasing."""

    points: tuple[tuple[float, float], ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function with its operands.

    `op` is one of ``+ - * / ** neg``, ``== != < <= > >=``, ``and or not if``,
    ``missing in`` or the name of a function.  ``and``, ``or``, ``min``, ``max``
    and ``in`` take any number of operands, ``if`` a guard and a claim.
    """

    op: str
    args: tuple[Node, ...]
    at: int = field(default=0, compare=False)
    kind: Kind | None = None


Node = Number | Text | Name | Value | Knots | Call

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
FUNCTIONS: dict[str, tuple[int, int]] = {  # fewest and most operands
    "min": (2, 50),
    "max": (2, 50),
    "abs": (1, 1),
    "round": (1, 2),
    "floor": (1, 1),
    "log": (1, 1),
    "log2": (1, 1),
    "log10": (1, 1),
    "exp": (1, 1),
    "sqrt": (1, 1),
    "interpolate": (2, 2),
}
RESERVED = frozenset(("and", "or", "not", "if", "then", "else", "is", "in", "missing"))

_PLAIN = re.compile(r"(?:(?![\d²³¹])\w)(?:(?![²³¹])[\w\u0300-\u036f])*")
_LEVEL = {
    "if": 0,
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys((*COMPARISONS, "missing", "in"), 4),
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "neg": 7,
    "**": 8,
}
_ATOM = 9


def show(node: Node) -> str:
    """Write a tree as text that `parse` reads to an equal tree.

    Parameters
    ----------
    node
        Bound or unbound; values of a bound tree come out in quotes.
    """
    return _write(node)[0]


def show_name(name: str, *, quoted: bool = False) -> str:
    """Write the name of a column, in backticks where it needs them."""
    plain = _PLAIN.fullmatch(name) and name.casefold() not in RESERVED
    return name if plain and not quoted else "`" + name.replace("`", "``") + "`"


def show_number(value: float) -> str:
    """Write a number; whole ones without a point."""
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else repr(float(value))


def _write(node: Node) -> tuple[str, int]:
    match node:
        case Number(value):
            return show_number(value), _LEVEL["neg"] if value < 0 else _ATOM
        case Text(text) | Value(_, text):
            return "'" + text.replace("'", "''") + "'", _ATOM
        case Name(name):
            return show_name(name, quoted=node.quoted), _ATOM
        case Knots(points):
            pairs = (f"[{show_number(x)}, {show_number(y)}]" for x, y in points)
            return f"[{', '.join(pairs)}]", _ATOM
        case Call(op, args):
            return _write_call(op, args), _level(op, args)


def _level(op: str, args: tuple[Node, ...]) -> int:
    if op == "not" and isinstance(args[0], Call) and args[0].op in ("missing", "in"):
        return _LEVEL["missing"]
    return _LEVEL.get(op, _ATOM)


def _write_call(op: str, args: tuple[Node, ...]) -> str:
    def part(node: Node, lowest: int) -> str:
        text, level = _write(node)
        return text if level >= lowest else f"({text})"

    level = _level(op, args)
    match op:
        case "if":
            return f"if {part(args[0], 1)} then {part(args[1], 1)}"
        case "or" | "and":
            return f" {op} ".join(part(arg, level + 1) for arg in args)
        case "not" if isinstance(args[0], Call) and level == _LEVEL["missing"]:
            inner = args[0]
            return _write_membership(inner.op, [part(arg, 5) for arg in inner.args], "not ")
        case "not":
            return f"not {part(args[0], level)}"
        case "missing" | "in":
            return _write_membership(op, [part(arg, 5) for arg in args], "")
        case "neg":
            return f"-{part(args[0], level)}"
        case "**":
            return f"{part(args[0], _ATOM)} ** {part(args[1], _LEVEL['neg'])}"
        case _ if op in _LEVEL:  # comparisons and the left-associative operators
            left = level + 1 if op in COMPARISONS else level
            return f"{part(args[0], left)} {op} {part(args[1], level + 1)}"
        case _:
            return f"{op}({', '.join(part(arg, 1) for arg in args)})"


def _write_membership(op: str, parts: list[str], negation: str) -> str:
    if op == "missing":
        return f"{parts[0]} is {negation}missing"
    return f"{parts[0]} {negation}in [{', '.join(parts[1:])}]"
