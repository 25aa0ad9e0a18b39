"""Whether the rules hold in every row, and what they cost."""

from __future__ import annotations

import math

import numpy as np

from synth_magic.blueprint.graph import kinds
from synth_magic.expressions import bind, holds, names, parse
from synth_magic.fidelity.law import Law
from synth_magic.fidelity.measure import Measured
from synth_magic.fidelity.report import Figure, Verdict


def figures(table: Measured, law: Law) -> tuple[Figure, ...]:
    """One figure a rule: in how many rows it is broken.

    A comparison with a missing value breaks no rule.

    Parameters
    ----------
    table
        The table, measured.
    law
        Its blueprint.
    """
    known = kinds(law.blueprint)
    found = []
    for index, rule in enumerate(law.blueprint.rules):
        node = bind(parse(rule.text), known)
        absent = [name for name in names(node) if name not in table.vectors]
        if absent:
            sentence = f"It reads {', '.join(absent)}, which the table does not hold."
            figure = _figure(rule.text, math.nan, "not graded", sentence, rule.source)
        else:
            broken = int(np.count_nonzero(~holds(node, table.vectors, table.rows)))
            verdict: Verdict = "broken" if broken else "holds"
            sentence = _sentence(broken, table.rows, law.cost(index))
            figure = _figure(rule.text, float(broken), verdict, sentence, rule.source)
        found.append(figure)
    return tuple(found)


def _figure(text: str, value: float, verdict: Verdict, sentence: str, source: object) -> Figure:
    from typing import cast

    from synth_magic.blueprint.model import Source

    return Figure(
        text,
        None,
        value,
        None,
        None,
        verdict,
        sentence,
        stated=0.0,
        form="count",
        source=cast("Source", source),
    )


def _sentence(broken: int, rows: int, cost: float) -> str:
    said = f"broken in {broken:,} of {rows:,} rows" if broken else f"holds in all {rows:,} rows"
    if rows == 1 and not broken:
        said = "holds in the only row"
    return f"{said} · {share(cost)} redrawn" if cost > 0 else said


def share(value: float) -> str:
    """Say a small share in words: 0.1 %, below 0.1 %."""
    if value < 0.0005:
        return "below 0.1 %"
    return f"{100 * value:.1f}".rstrip("0").rstrip(".") + " %"
