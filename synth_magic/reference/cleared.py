"""What nobody without a condition has: drugs and complications, row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from synth_magic.blueprint.model import Column, Distribution
from synth_magic.errors import Problem, warning
from synth_magic.reference.filling import plain
from synth_magic.reference.schema import Expectation, ReadColumn
from synth_magic.reference.tables import load

#: No share of those with the condition is set above this, where nobody stated one.
MOST = 0.95


def cohere(
    expected: Expectation, known: Mapping[str, ReadColumn], apart: Collection[str]
) -> Expectation:
    """State what a condition clears within the groups of its column: metformin by diabetes.

    The overall share stays what it was; of those without the condition nobody has it.

    Parameters
    ----------
    expected
        With every known column filled in.
    known
        By variable.
    apart
        Columns that cannot be stated by another, since effects of the user's aim at them.
    """
    columns = {column.name: column for column in expected.columns}
    notes: list[Problem] = []
    for condition in load().conditions.values():
        parent = known.get(condition.sets or "")
        group = None if parent is None else columns[parent.column.name]
        share = None if group is None or group.type != "boolean" else _share(group)
        if group is None or share is None or not 0 < share < 1:
            continue
        for variable in condition.clears:
            child = known.get(variable)
            if child is None or child.column.name in apart:
                continue
            column, told = _within(columns[child.column.name], group.name, share)
            columns[column.name] = column
            notes += told
    return replace(
        expected,
        columns=tuple(columns[column.name] for column in expected.columns),
        notes=(*expected.notes, *notes),
    )


def _share(column: Column) -> float | None:
    """Share of yes, over all rows."""
    law = column.distribution
    return None if law is None or law.probability is None else float(law.probability)


def _within(column: Column, group: str, share: float) -> tuple[Column, Sequence[Problem]]:
    law, overall = column.distribution, _share(column)
    if law is None or overall is None or overall <= 0:
        return column, ()
    if law.source == "user" and overall > share:
        what = f"{column.name} is had by more people than {group}, so some have it without."
        return column, (warning(("columns", column.name), what, "Check the two shares."),)
    inside = overall / share if law.source == "user" else min(overall / share, MOST)
    parts = (
        ("no", Distribution(probability=0, source=law.source)),
        ("yes", Distribution(probability=plain(round(inside, 6)), source=law.source)),
    )
    stated = Distribution(by=group, groups=parts, source=law.source)
    return column.model_copy(update={"distribution": stated}), ()
