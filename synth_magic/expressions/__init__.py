"""The small language of rules, formulas and `where`."""

from synth_magic.expressions.analyse import assigns_missing, clauses, condition, names
from synth_magic.expressions.binding import bind, kind_of, typed
from synth_magic.expressions.reader import parse
from synth_magic.expressions.tree import (
    Call,
    Kind,
    Knots,
    Name,
    Node,
    Number,
    Text,
    Value,
    show,
    show_name,
)
from synth_magic.expressions.vectors import Vector, evaluate, holds

__all__ = [
    "Call",
    "Kind",
    "Knots",
    "Name",
    "Node",
    "Number",
    "Text",
    "Value",
    "Vector",
    "assigns_missing",
    "bind",
    "clauses",
    "condition",
    "evaluate",
    "holds",
    "kind_of",
    "names",
    "parse",
    "show",
    "show_name",
    "typed",
]
