"""Values of one column within the text of rules, formulas and conditions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint
from synth_magic.expressions import Call, Name, Node, Value, bind, parse

#: A value as it was typed: in quotes, of which two stand for one, or a bare word.
_TYPED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[^\s()=<>!,'\"]+")


def spoken(text: str, column: str, values: Collection[str], blueprint: Blueprint) -> bool:
    """Whether a text names one of these values of a column."""
    return any(value.text in values for value in _values(text, column, blueprint))


def reworded(text: str, column: str, names: Mapping[str, str], blueprint: Blueprint) -> str:
    """Give values of a column other names in a text, and leave all else as it was typed."""
    found = [value for value in _values(text, column, blueprint) if value.text in names]
    for value in sorted(found, key=lambda value: -value.at):
        here = _TYPED.match(text, value.at)
        end = here.end() if here else value.at
        new = names[value.text].replace("'", "''")
        text = f"{text[: value.at]}'{new}'{text[end:]}"
    return text


def _values(text: str, column: str, blueprint: Blueprint) -> Iterator[Value]:
    """Find the values that stand beside the column in a comparison or a list."""
    if column not in text:
        return
    stack: list[Node] = [bind(parse(text), graph.kinds(blueprint))]
    while stack:
        part = stack.pop()
        if not isinstance(part, Call):
            continue
        stack.extend(part.args)
        if any(isinstance(arg, Name) and arg.name == column for arg in part.args):
            yield from (arg for arg in part.args if isinstance(arg, Value))
