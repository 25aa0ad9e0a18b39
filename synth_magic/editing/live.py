"""What a typed rule or figure would mean, before anything is drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.editing import column_edits, law_edits
from synth_magic.editing.parts import Edit
from synth_magic.editing.ranges import ranged, typed_range
from synth_magic.editing.remade import column_of
from synth_magic.errors import SpecError, problem
from synth_magic.expressions import Vector, bind, evaluate, kind_of, names, parse
from synth_magic.laws import Marginal, solve
from synth_magic.sampling import compile as compiled

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.laws import Codec

_LONGEST = 20_000


def rule_state(rule_text: str, blueprint: Blueprint, table: pd.DataFrame) -> tuple[int, int, int]:
    """Count the rows of a table in which a rule holds.

    Parameters
    ----------
    rule_text
        The rule.
    blueprint
        One that can be drawn: what the columns hold.
    table
        The present table; it need not be drawn from just this blueprint.

    Returns
    -------
    holds, of, unknown
        Rows in which it surely holds, all rows, and rows in which a missing value leaves it
        open; all of them where the table lacks a column that the rule reads.

    Raises
    ------
    SpecError
        Where the rule cannot be read.
    """
    if len(rule_text) > _LONGEST:
        raise SpecError(problem(("rules",), "This rule is too long", "Shorten it"))
    node = bind(parse(rule_text), graph.kinds(blueprint))
    if kind_of(node).what != "truth" or not names(node):
        what = "This is no condition on columns"
        raise SpecError(problem(("rules",), what, "Write a comparison: sbp > dbp"))
    rows = len(table)
    codecs = {output.codec.name: output.codec for output in compiled(blueprint).outputs}
    read = names(node)
    if any(name not in table.columns or codecs.get(name) is None for name in read):
        return 0, rows, rows
    if rows == 0:
        return 0, 0, 0
    columns = {name: blueprint.column(name) for name in read}
    vectors = {name: _vector(table[name], columns[name], codecs[name]) for name in read}
    found = evaluate(node, vectors)
    sure = np.broadcast_to(found.data.astype(bool), (rows,))
    unknown = 0 if found.known is None else rows - int(np.count_nonzero(found.known))
    return int(np.count_nonzero(sure)), rows, unknown


def _vector(series: pd.Series, column: Column, codec: Codec) -> Vector:
    """Read a delivered column as expressions do."""
    values = codec.read(series)
    # A category that is none of the blueprint's is read as -1.
    known = ~(np.isnan(values) | ((values < 0) & bool(codec.levels)))
    data: NDArray[Any] = np.where(known, values, 0.0)
    if series.name == column.name and graph.kind(column).what == "choice":
        data = data.astype(np.int64)
    return Vector(data, None if known.all() else known)


def preview(blueprint: Blueprint, edit: Edit) -> tuple[Column, Marginal | None]:
    """Give the column that an edit of a figure or a range would make, and its law.

    Nothing that hangs on the column is compiled, so this keeps up with typing; whether
    the whole can still be drawn is for `apply` to say.

    Raises
    ------
    SpecError
        Where the edit cannot be read, or the column alone cannot hold it.
    """
    column = column_of(blueprint, edit.column)
    plan = compiled(blueprint)
    if edit.what == "field":
        law = plan.laws.get(column.name)
        column = law_edits.edited(column, law, edit.key, edit.text)[0]
    elif edit.what == "range":
        said = typed_range(edit.text, column)
        column = ranged(column, plan.laws.get(column.name), said)[0]
    elif edit.what == "decimals":
        column = column_edits.decimals(blueprint, edit).blueprint.column(column.name)
    if column.distribution is None and column.survival is None:
        return column, None
    groups = column.distribution.by if column.distribution is not None else None
    shares = None
    if groups is not None:
        by = blueprint.column(groups)
        law = plan.laws[by.name]
        shares = {
            level: float(law.cdf(float(at)) - law.below(float(at)))
            for at, level in enumerate(by.levels)
        }
    return column, solve(column, shares)
