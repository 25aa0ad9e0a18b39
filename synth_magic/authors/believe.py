"""Answers are checked before they are believed: what a table as a whole gives away.

Single columns are checked beside the reference in `answers.measures`.  Here stands what
models do when they do not know: one shape for every column, one effect everywhere, the
reference given back.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from synth_magic.authors.answers.columns import Laws
from synth_magic.authors.answers.form import EffectRow
from synth_magic.authors.answers.quantiles import Shape
from synth_magic.authors.answers.table import Table
from synth_magic.blueprint.model import Column
from synth_magic.errors import note
from synth_magic.laws import solve

#: Columns from which on the same shape in most of them is no accident.
FEWEST = 4
MOST = 0.5
#: Columns with the very same quantiles from which on none of them is believed.
TWINS = 3
#: Effects from which on one size for nearly all is no accident, and how many are nearly all.
FEWEST_EFFECTS, NEARLY_ALL = 5, 0.8
#: Quantiles this near to the reference's are the reference's.
ECHO = 0.002


def same_shapes(found: Laws) -> None:
    """Take away laws whose quantiles stand in one ratio, or are the same, in most columns."""
    shapes = found.shapes
    ratios = {name: ratio for name, s in shapes.items() if (ratio := _ratio(s)) is not None}
    alike, count = Counter(ratios.values()).most_common(1)[0] if ratios else ((), 0)
    if len(ratios) >= FEWEST and count > MOST * len(ratios):
        for name in [name for name, ratio in ratios.items() if ratio == alike]:
            found.drop(name, f"{name}: its quantiles have the same ratios as most other columns'")
    values = Counter(shape.quantiles for shape in found.shapes.values())
    for name in [name for name, s in found.shapes.items() if values[s.quantiles] >= TWINS]:
        found.drop(name, f"{name}: its quantiles are those of other columns too")


def _ratio(shape: Shape) -> tuple[float, ...] | None:
    """Quantiles in medians, to two digits; None where the median is no size."""
    if shape.median <= 0 or shape.quantiles[0][1] < 0:
        return None
    return tuple(float(f"{x / shape.median:.2g}") for _, x in shape.quantiles)


def echoes(found: Laws, table: Table, shown: Sequence[str]) -> None:
    """Let the reference's law stand, as the reference's, where it was only given back.

    Parameters
    ----------
    shown
        Names of the columns of which the prompt showed the reference's values.
    """
    for name in shown:
        column = table.known[name].expected
        shape = found.shapes.get(name)
        if column is None or shape is None or not _same(shape, column):
            continue
        found.columns.pop(name)
        found.shapes.pop(name)
        what = f"{name}: the model gave the reference's values back; they stay the reference's."
        found.notes.append(note(("columns", name), what))


def _same(shape: Shape, column: Column) -> bool:
    law = solve(column.model_copy(update={"stated": None}))
    width = float(law.ppf(0.95) - law.ppf(0.05))
    shown = [(p, x) for p, x in shape.quantiles if p in (0.05, 0.5, 0.95)]
    slack = max(ECHO * width, 0.51 * 10.0 ** -(column.decimals or 0))
    return all(abs(float(law.ppf(p)) - x) <= slack for p, x in shown)


def same_effects(rows: Sequence[EffectRow]) -> str:
    """Say that nearly all effects have one size; empty where they differ."""
    sizes = Counter((row.word, _size(row)) for row in rows if row.size is not None)
    (_, size), count = sizes.most_common(1)[0] if sizes else (("", 0.0), 0)
    if len(rows) < FEWEST_EFFECTS or count < NEARLY_ALL * len(rows):
        return ""
    return f"{count} of {len(rows)} effects have the same size, {size:g}; real ones differ"


def _size(row: EffectRow) -> float:
    """Give an effect's size whatever its direction."""
    size = float(row.size or 0)
    if row.word in ("odds_ratio", "hazard_ratio") and size > 0:
        return float(f"{math.exp(abs(math.log(size))):.4g}")
    return abs(size)
