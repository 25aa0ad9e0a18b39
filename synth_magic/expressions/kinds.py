"""What parts of an expression hold, and which of them go together."""

from __future__ import annotations

from collections.abc import Iterable

from synth_magic.errors import SpecError, problem
from synth_magic.expressions.tree import (
    COMPARISONS,
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    TRUTH,
    Call,
    Kind,
    Knots,
    Name,
    Node,
    Number,
    Text,
    Value,
    show,
)

_LONG = 200  # characters in a line of an error


def kind_of(node: Node) -> Kind:
    """Tell what a bound tree gives: a number, a condition, a date and so on."""
    match node:
        case Number():
            return NUMBER
        case Text():
            return TEXT
        case Value(kind=kind):
            return kind
        case Name(kind=kind) | Call(kind=kind) if kind is not None:
            return kind
        case _:
            raise ValueError(f"{node} is not bound")


def typed(op: str, *args: Node, at: int = 0) -> Call:
    """Make a `Call` on bound operands, with the kind of its result.

    Raises
    ------
    SpecError
        When the operands do not fit the operator.
    """
    return Call(op, args, at, _result(op, args, at))


def error(what: str, mend: str, at: int) -> SpecError:
    """Make a located error; long names in it are cut."""
    what, mend = (line if len(line) <= _LONG else line[: _LONG - 1] + "…" for line in (what, mend))
    return SpecError(problem((), what, mend, offset=at))


def some(names: Iterable[str]) -> str:
    """List a few names."""
    listed = list(names)
    return ", ".join(listed[:8]) + (" …" if len(listed) > 8 else "")


def dated(kind: Kind) -> bool:
    """Tell whether it is a date, with a time or without."""
    return kind.what in ("date", "datetime")


def _numeric(kind: Kind) -> bool:
    return kind.what in ("number", "truth")


def comparable(one: Kind, other: Kind) -> bool:
    """Tell whether values of two kinds can be compared."""
    if one.what == "choice" or other.what == "choice":
        return one.what == other.what and one.levels == other.levels
    return (
        one.what == other.what
        or (dated(one) and dated(other))
        or (_numeric(one) and _numeric(other))
    )


def _called(node: Node) -> str:
    """How a message names a part: what it is, in plain words."""
    words = {
        "number": "a number",
        "truth": "yes or no",
        "choice": "a category",
        "date": "a date",
        "datetime": "a date with a time",
        "text": "a text",
    }
    return f"{show(node)} is {words[kind_of(node).what]}"


def _result(op: str, args: tuple[Node, ...], at: int) -> Kind:
    match op:
        case "and" | "or" | "not" | "if":
            for arg in args:
                _want_truth(arg, op)
            return TRUTH
        case "missing":
            kind_of(args[0])
            return TRUTH
        case "in":
            for item in args[1:]:
                _compare("==", args[0], item, item.at)
            return TRUTH
        case _ if op in COMPARISONS:
            _compare(op, args[0], args[1], at)
            return TRUTH
        case "+" | "-" if any(dated(kind_of(arg)) for arg in args):
            return _date_sum(op, args[0], args[1], at)
        case "min" | "max" if all(dated(kind_of(arg)) for arg in args):
            timed = any(kind_of(arg) == DATETIME for arg in args)
            return DATETIME if timed else DATE
        case _:
            for arg in args:
                if not isinstance(arg, Knots):
                    _want_number(arg, op)
            return NUMBER


def _want_truth(node: Node, op: str) -> None:
    kind = kind_of(node)
    if kind.what == "truth":
        return
    mend = "Compare it with something"
    if kind.what == "choice" and kind.levels:
        mend = f"Write {show(node)} == '{kind.levels[-1]}'"
    elif kind.what == "number" and op == "if":
        mend = "Write a comparison; a formula counts conditions as 0 or 1: 2 * (age >= 75)"
    elif kind.what == "number":
        mend = f"Write {show(node)} > 0"
    place = {"if": "`if … then …`"}.get(op, f"`{op}`")
    raise error(f"{_called(node)}, and {place} joins conditions", mend, node.at)


def _want_number(node: Node, op: str) -> None:
    kind = kind_of(node)
    if _numeric(kind):
        return
    doing = {"neg": "-"}.get(op, op)
    mend = "Only numbers can stand here"
    if kind.what == "choice" and kind.levels:
        mend = f"Compare it: ({show(node)} == '{kind.levels[-1]}') counts as 0 or 1"
    elif dated(kind):
        mend = "Dates can be subtracted from one another, and days added to them"
    raise error(f"{_called(node)}; `{doing}` wants numbers", mend, node.at)


def _date_sum(op: str, left: Node, right: Node, at: int) -> Kind:
    a, b = kind_of(left), kind_of(right)
    if op == "-" and dated(a) and dated(b):
        return NUMBER
    if dated(a) and b.what == "number":
        return a
    if op == "+" and a.what == "number" and dated(b):
        return b
    raise error(
        f"{_called(left)} and {_called(right)}: `{op}` cannot join them",
        "Dates can be subtracted from one another, and days added to them",
        at,
    )


def _compare(op: str, left: Node, right: Node, at: int) -> None:
    a, b = kind_of(left), kind_of(right)
    if not comparable(a, b):
        if a.what == b.what == "choice":
            raise error(
                f"{show(left)} and {show(right)} have different values",
                f"Compare each with one of its own: {some(a.levels)}; {some(b.levels)}",
                at,
            )
        mend = "Compare like with like"
        if dated(a) or dated(b):
            mend = "Write a date as year-month-day in quotes: '2015-03-31'"
        raise error(f"{_called(left)}, but {_called(right)}", mend, at)
    if op in ("==", "!="):
        return
    if a.what == "choice" and not a.ordered:
        raise error(
            f"The values of {show(left)} have no order",
            "Compare with == or !=, or give the values upward with `<`: mild < severe",
            at,
        )
    if a.what == "text":
        raise error(f"{_called(left)}; `{op}` wants numbers or dates", "Write == or !=", at)
