"""From text to tree, with bounds, since the text may be anybody's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache, lru_cache, partial
from importlib.resources import files
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from synth_magic.expressions.complaints import explain, reserved
from synth_magic.expressions.kinds import error
from synth_magic.expressions.tree import (
    FUNCTIONS,
    RESERVED,
    Call,
    Knots,
    Name,
    Node,
    Number,
    Text,
    show_number,
)

MAX_LENGTH = 2_000
MAX_NODES = 400
MAX_BRACKETS = 40
MAX_DEPTH = 100  # a sum of a hundred items is as deep as this
MAX_EXPONENT = 64
MAX_DIGITS = 30
MAX_NUMBER = 1e15

_SPELLINGS = {"=": "==", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_SMALL = {"²": 2.0, "³": 3.0}
_QUOTED = re.compile(r"'(?:[^'\n]|'')*'|\"(?:[^\"\n]|\"\")*\"|`(?:[^`\n]|``)+`")


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """Read a rule, a formula or a condition.

    Parameters
    ----------
    text
        At most 2,000 characters, 400 nodes, 40 brackets within one another.

    Returns
    -------
    Node
        The tree, its names not yet resolved; give it to `bind`.

    Raises
    ------
    SpecError
        With the offset at which the text cannot be read, and what to write.
    """
    if len(text) > MAX_LENGTH:
        raise error(
            f"This expression has {len(text):,} characters; {MAX_LENGTH:,} are the most",
            "Make columns of its parts",
            MAX_LENGTH,
        )
    if not text.strip():
        raise error("Here nothing stands", "Write a comparison or a formula: sbp > dbp", 0)
    _check_brackets(text)
    import lark

    try:
        tree: Node = _parser().parse(text)
    except lark.exceptions.UnexpectedInput as found:
        raise explain(text, found) from None
    _check_size(tree)
    return tree


@cache
def _parser() -> Any:
    """Build the parser once, when the first text comes."""
    import lark

    grammar = files("synth_magic.expressions").joinpath("grammar.lark").read_text("utf-8")
    builder = _Builder()
    callbacks = {
        name: partial(_spread, getattr(builder, name))
        for name in vars(_Builder)
        if not name.startswith("_")
    }
    transformer = SimpleNamespace(**callbacks)
    return lark.Lark(grammar, parser="lalr", lexer="contextual", transformer=transformer)


def _spread(build: Callable[..., Any], children: list[Any]) -> Any:
    return build(*children)


# Bounds -----------------------------------------------------------------------------


def _check_brackets(text: str) -> None:
    """Count brackets before the parser sees the text."""
    bare = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    opened: list[int] = []
    partner = {")": "(", "]": "["}
    for at, sign in enumerate(bare):
        if sign in "([":
            opened.append(at)
            if len(opened) > MAX_BRACKETS:
                raise error(
                    f"More than {MAX_BRACKETS} brackets stand within one another here",
                    "Make columns of the inner parts",
                    at,
                )
        elif sign in partner:
            if not opened or bare[opened[-1]] != partner[sign]:
                raise error(
                    f"The bracket `{sign}` closes nothing",
                    f"Write `{partner[sign]}` before it, or leave it out",
                    at,
                )
            opened.pop()
    if opened:
        raise error(f"The bracket `{bare[opened[-1]]}` is not closed", "Close it", opened[-1])


def _check_size(tree: Node) -> None:
    """Bound the tree without recursion, so that every later walk may recurse."""
    count, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise error(
                "This expression has too many parts",
                f"At most {MAX_NODES} parts, {MAX_DEPTH} deep; make columns of some of them",
                node.at,
            )
        if isinstance(node, Call):
            stack.extend((arg, depth + 1) for arg in node.args)


# Building ---------------------------------------------------------------------------


class _Builder:
    """What the parser calls for each rule of the grammar, tokens with their place."""

    def whole(self, node: Node) -> Node:
        return node

    def implication(self, first: Any, *rest: Any) -> Node:
        parts = [part for part in rest if part is not None and not isinstance(part, str)]
        return Call("if", (parts[0], parts[1]), first.start_pos)

    def either(self, *parts: Any) -> Node:
        return Call("or", parts[::2], parts[1].start_pos) if len(parts) > 1 else parts[0]

    def both(self, *parts: Any) -> Node:
        return Call("and", parts[::2], parts[1].start_pos) if len(parts) > 1 else parts[0]

    def negation(self, sign: Any, node: Node) -> Node:
        return Call("not", (node,), sign.start_pos)

    def comparison(self, *parts: Any) -> Node:
        pairs = tuple(
            Call(_SPELLINGS.get(str(sign), str(sign)), (left, right), sign.start_pos)
            for left, sign, right in zip(parts[::2], parts[1::2], parts[2::2], strict=False)
        )
        return pairs[0] if len(pairs) == 1 else Call("and", pairs, pairs[0].at)

    def missing(self, node: Node, sign: Any, _: Any) -> Node:
        return Call("missing", (node,), sign.start_pos)

    def present(self, node: Node, sign: Any, *_: Any) -> Node:
        return Call("not", (Call("missing", (node,), sign.start_pos),), sign.start_pos)

    def within(self, node: Node, sign: Any, *items: Any) -> Node:
        kept = tuple(item for item in items if not isinstance(item, str))
        return Call("in", (node, *kept), sign.start_pos)

    def without(self, node: Node, sign: Any, _: Any, *items: Any) -> Node:
        return Call("not", (self.within(node, sign, *items),), sign.start_pos)

    def chain(self, first: Node, *rest: Any) -> Node:
        node = first
        for sign, right in zip(rest[::2], rest[1::2], strict=True):
            op = {"PLUS": "+", "MINUS": "-", "TIMES": "*", "OVER": "/"}[sign.type]
            node = Call(op, (node, right), sign.start_pos)
        return node

    def minus(self, sign: Any, node: Node) -> Node:
        if isinstance(node, Number):
            return Number(-node.value, sign.start_pos)
        return Call("neg", (node,), sign.start_pos)

    def plus(self, _: Any, node: Node) -> Node:
        return node

    def power(self, base: Node, sign: Any, exponent: Node) -> Node:
        if isinstance(exponent, Number) and abs(exponent.value) > MAX_EXPONENT:
            raise error(
                f"The power {show_number(exponent.value)} is too large",
                f"Powers go from -{MAX_EXPONENT} to {MAX_EXPONENT}",
                exponent.at,
            )
        return Call("**", (base, exponent), sign.start_pos)

    def small_power(self, base: Node, sign: Any) -> Node:
        exponent = Number(_SMALL[str(sign)], sign.start_pos)
        return Call("**", (base, exponent), sign.start_pos)

    def function(self, word: Any, *parts: Any) -> Node:
        args = tuple(part for part in parts if not isinstance(part, str))
        op = str(word).lower()
        if op not in FUNCTIONS:
            from difflib import get_close_matches

            near = get_close_matches(op, FUNCTIONS, 1)
            mend = f"Did you mean `{near[0]}`? " if near else ""
            raise error(
                f"There is no function `{word}`",
                f"{mend}The functions are {', '.join(FUNCTIONS)}",
                word.start_pos,
            )
        fewest, most = FUNCTIONS[op]
        if not fewest <= len(args) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise error(
                f"`{op}` takes {wanted} operand{'s' if most > 1 else ''}, not {len(args)}",
                _EXAMPLES.get(op, f"Write {op}(x)"),
                word.start_pos,
            )
        for place, arg in enumerate(args):
            if isinstance(arg, Knots) != (op == "interpolate" and place == 1):
                raise error(
                    f"`{op}` cannot take this operand",
                    _EXAMPLES.get(op, f"Write {op}(x)"),
                    arg.at or word.start_pos,
                )
        if op == "round" and len(args) == 2:
            _check_digits(args[1], word.start_pos)
        return Call(op, args, word.start_pos)

    def knots(self, opened: Any, *parts: Any) -> Node:
        points = tuple(part for part in parts if isinstance(part, tuple))
        if len(points) < 2 or any(a[0] >= b[0] for a, b in pairwise(points)):
            raise error(
                "The points of `interpolate` want at least two, the first numbers rising",
                _EXAMPLES["interpolate"],
                opened.start_pos,
            )
        return Knots(points, opened.start_pos)

    def point(self, *parts: Any) -> tuple[float, float]:
        x, y = (part.value for part in parts if isinstance(part, Number))
        return x, y

    def negative(self, sign: Any, token: Any) -> Node:
        return Number(-self.number(token).value, sign.start_pos)

    def number(self, token: Any) -> Number:
        value = float(token)
        if len(token) > MAX_DIGITS or not abs(value) <= MAX_NUMBER:
            raise error(
                f"The number {str(token)[:20]}{'…' if len(token) > 20 else ''} is too large or"
                " has too many digits",
                f"Numbers go to 1e15 and have at most {MAX_DIGITS} digits",
                token.start_pos,
            )
        return Number(value, token.start_pos)

    def word(self, token: Any) -> Name:
        if token.lower() in RESERVED:
            raise reserved(str(token), token.start_pos)
        return Name(str(token), token.start_pos, len(token))

    def column(self, token: Any) -> Name:
        name = token[1:-1].replace("``", "`")
        return Name(name, token.start_pos, len(token), quoted=True)

    def string(self, token: Any) -> Text:
        quote = token[0]
        return Text(token[1:-1].replace(quote * 2, quote), token.start_pos)


_EXAMPLES = {
    "interpolate": "Write interpolate(age, [[2, 12.5], [10, 32], [18, 60]])",
    "round": "Write round(x) or round(x, 1)",
    "min": "Write min(a, b)",
    "max": "Write max(a, b)",
}


def _check_digits(node: Node, at: int) -> None:
    if not (isinstance(node, Number) and math.fmod(node.value, 1) == 0 and abs(node.value) <= 12):
        raise error(
            "The digits of `round` are a whole number from -12 to 12",
            _EXAMPLES["round"],
            node.at or at,
        )
