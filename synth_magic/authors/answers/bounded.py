"""Formulas, rules and conditions of a model: parsed, never evaluated here, and kept small."""

from __future__ import annotations

from synth_magic import expressions
from synth_magic.authors.answers.table import Table
from synth_magic.authors.answers.told import UnfitError
from synth_magic.errors import SpecError
from synth_magic.expressions import Call, Knots, Node, Number

LONGEST = 200
MOST_NODES = 40
MOST_EXPONENT = 6


def read(text: str, table: Table) -> tuple[str, tuple[str, ...]]:
    """Read an expression of a model's.

    Parameters
    ----------
    text
        As answered.
    table
        Names are those of its columns, in a model's spelling.

    Returns
    -------
    text
        With the names as the table spells them.
    names
        The columns that it reads.

    Raises
    ------
    UnfitError
        Where it is too long, too large, cannot be read, or names what is no column.
    """
    if len(text) > LONGEST:
        raise UnfitError(f"it is longer than {LONGEST} characters")
    try:
        node = expressions.parse(text)
        _small(node)
        found = expressions.names(node)
    except SpecError as error:
        raise UnfitError(error.problems[0].what) from None
    ours = {name: mine for name in found if (mine := table.name(name)) is not None}
    if not ours:
        raise UnfitError("it names no column of the table")
    other = {name: mine for name, mine in ours.items() if name != mine}
    text = expressions.rename_text(text, other) if other else text
    return text, tuple(dict.fromkeys(ours.values()))


def _small(node: Node) -> None:
    """Count nodes; powers have a constant, small exponent."""
    waiting: list[Node] = [node]
    count = 0
    while waiting:
        one = waiting.pop()
        count += len(one.points) if isinstance(one, Knots) else 1
        if count > MOST_NODES:
            raise UnfitError(f"it has more than {MOST_NODES} parts")
        if isinstance(one, Call):
            if one.op == "**":
                exponent = one.args[1]
                if not isinstance(exponent, Number) or abs(exponent.value) > MOST_EXPONENT:
                    raise UnfitError(f"an exponent is a number up to {MOST_EXPONENT}")
            waiting += one.args
