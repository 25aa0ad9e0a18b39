"""The small language of rules, formulas and `where`."""

from synth_magic.expressions.analyse import (
    assignments,
    assigns_missing,
    clauses,
    condition,
    names,
    rename,
    rename_text,
)
from synth_magic.expressions.bare import quoted
from synth_magic.expressions.binding import bind
from synth_magic.expressions.intervals import direction, interval
from synth_magic.expressions.inversion import Bound, bound_on, solve_for
from synth_magic.expressions.kinds import kind_of, typed
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
    "Bound",
    "Call",
    "Kind",
    "Knots",
    "Name",
    "Node",
    "Number",
    "Text",
    "Value",
    "Vector",
    "assignments",
    "assigns_missing",
    "bind",
    "bound_on",
    "clauses",
    "condition",
    "direction",
    "evaluate",
    "holds",
    "interval",
    "kind_of",
    "names",
    "parse",
    "quoted",
    "rename",
    "rename_text",
    "show",
    "show_name",
    "solve_for",
    "typed",
]
