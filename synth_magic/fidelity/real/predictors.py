"""What is predicted, and from which columns: nothing that follows from the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synth_magic.errors import DataError, problem
from synth_magic.fidelity.real.align import Aligned
from synth_magic.fidelity.real.columns import Pair

if TYPE_CHECKING:
    from synth_magic.blueprint.model import Blueprint


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is predicted.

    Parameters
    ----------
    name
        As the user said it.
    pair
        The column; the time, where it is an event time.
    event
        Whether the event happened, with the code 1 for yes.
    """

    name: str
    pair: Pair
    event: Pair | None = None


def target_of(aligned: Aligned, name: str, blueprint: Blueprint | None) -> Target:
    """Look up the target.

    Parameters
    ----------
    aligned
        The tables.
    name
        A column of both; of an event time either of its two columns.
    blueprint
        Says what is an event time.

    Raises
    ------
    DataError
        When it is not in both tables, or is an id or free text.
    """
    time, event = _times(name, blueprint)
    pair, happened = aligned.pair(time), None if event is None else aligned.pair(event)
    if pair is None or (event is not None and happened is None):
        names = [item.name for item in aligned.compared]
        known = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        raise DataError(
            problem(("options", "target"), f"{name} is not in both tables", f"In both: {known}")
        )
    if not pair.compared:
        raise DataError(
            problem(
                ("options", "target"),
                f"{name} is an {pair.kind}, which nothing can predict"
                if pair.kind == "id"
                else f"{name} is free text, which is not predicted",
                "Name a column of numbers or categories",
            )
        )
    return Target(name, pair, happened)


def _times(name: str, blueprint: Blueprint | None) -> tuple[str, str | None]:
    for column in blueprint.columns if blueprint is not None else ():
        if column.event is not None and name in column.delivers:
            return column.name, column.event
    return name, None


def predictors(
    aligned: Aligned, target: Target, blueprint: Blueprint | None
) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Choose the columns that predict.

    Parameters
    ----------
    aligned
        The tables.
    target
        What is predicted.
    blueprint
        Says what follows from what.

    Returns
    -------
    tuple
        The columns; and the names of those left out because they follow from the
        target, or because one is computed from the other.
    """
    out = {target.pair.name} | ({target.event.name} if target.event is not None else set())
    follow = _following(target.pair.name, blueprint)
    pairs = [pair for pair in aligned.compared if pair.name not in out]
    left = tuple(pair.name for pair in pairs if pair.name in follow)
    return tuple(pair for pair in pairs if pair.name not in follow and _varies(pair)), left


def _varies(pair: Pair) -> bool:
    import numpy as np

    values = np.concatenate([pair.one, pair.other])
    known = values[~np.isnan(values)]
    return bool(len(known)) and float(known.min()) < float(known.max())


def _following(name: str, blueprint: Blueprint | None) -> set[str]:
    """Columns that are drawn or computed from the target, and those that it is computed from."""
    from synth_magic.blueprint import graph

    if blueprint is None:
        return set()
    owner = graph.owners(blueprint)
    if name not in owner:
        return set()
    parents = graph.edges(blueprint)
    start = owner[name]
    found, waiting = {start}, [start]
    while waiting:
        above = waiting.pop()
        for child, upward in parents.items():
            if above in upward and child not in found:
                found.add(child)
                waiting.append(child)
    if blueprint.column(start).formula is not None:
        found.update(parents[start])
    return {shown for column in found for shown in blueprint.column(column).delivers}
