"""Two tables side by side: the columns that both hold, read the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from synth_magic.errors import DataError, Path, Problem, note, problem, warning
from synth_magic.fidelity.real.columns import Pair, read

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.blueprint.model import Blueprint

_NAMED = 5
_MINE, _REAL = ("table",), ("options", "real")


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """What can be compared of two tables.

    Parameters
    ----------
    pairs
        The shared columns, in the synthetic table's order.
    rows
        Rows of the synthetic and of the real table.
    problems
        Columns that are left out, and why.
    """

    pairs: tuple[Pair, ...]
    rows: tuple[int, int]
    problems: tuple[Problem, ...]

    @property
    def compared(self) -> tuple[Pair, ...]:
        """The columns that are compared value by value."""
        return tuple(pair for pair in self.pairs if pair.compared)

    def pair(self, name: str) -> Pair | None:
        """Look up a column."""
        return next((pair for pair in self.pairs if pair.name == name), None)


def align(
    table: pd.DataFrame,
    real: pd.DataFrame,
    blueprint: Blueprint | None = None,
    what: Literal["real", "trained_on", "holdout"] = "real",
) -> Aligned:
    """Match the columns of two tables by name.

    Parameters
    ----------
    table
        The synthetic table.
    real
        The real one.
    blueprint
        What `table` was drawn from; says which columns are ids, texts or dates.
    what
        The option that named the real table.

    Raises
    ------
    DataError
        When one of them is no DataFrame, holds a name twice, or they share no column.
    """
    one = _named(table, _MINE, "The table")
    other = _named(real, ("options", what), _TITLES[what])
    shared = [name for name in one if name in other]
    if not shared:
        raise DataError(
            problem(
                ("options", what),
                f"{_TITLES[what]} shares no column name with the table",
                "Rename its columns: real.rename(columns={...})",
            )
        )
    declared = _declared(blueprint)
    pairs, unlike = [], []
    for name in shared:
        pair = read(one[name], other[name], name, declared.get(name))
        if pair is None:
            unlike.append(name)
        else:
            pairs.append(pair)
    alone = [name for name in one if name not in other]
    left = [name for name in other if name not in one]
    found = [
        *_said(alone, "only in the table, not compared", note, _MINE),
        *_said(left, "only in the real table, not compared", note, _REAL),
        *_said(unlike, "of another kind in the real table, not compared", warning, _REAL),
        *_said(_of(pairs, "id"), "read as ids, not compared", note, _MINE),
        *_said(_of(pairs, "text"), "read as free text, not compared", note, _MINE),
    ]
    return Aligned(tuple(pairs), (len(table), len(real)), tuple(found))


_TITLES = {
    "real": "The real table",
    "trained_on": "trained_on",
    "holdout": "holdout",
}


def _named(table: pd.DataFrame, path: Path, title: str) -> dict[str, pd.Series]:
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise DataError(
            problem(
                path, f"{title} is no DataFrame but a {type(table).__name__}", "Give a DataFrame"
            )
        )
    names = [str(name) for name in table.columns]
    twice = [name for name, many in Counter(names).items() if many > 1]
    if twice:
        raise DataError(
            problem(
                path,
                f'{title} has {Counter(names)[twice[0]]} columns named "{twice[0]}"',
                "Rename or drop all but one of them",
            )
        )
    # Without attrs: pandas copies them deeply for every column that is taken.
    table = table.copy(deep=False)
    table.attrs = {}
    return {name: table.iloc[:, place] for place, name in enumerate(names)}


def _declared(blueprint: Blueprint | None) -> dict[str, str | None]:
    if blueprint is None:
        return {}
    found: dict[str, str | None] = {}
    for column in blueprint.columns:
        for place, name in enumerate(column.delivers):
            found[name] = "boolean" if place else column.type
    return found


def _of(pairs: list[Pair], kind: str) -> list[str]:
    return [pair.name for pair in pairs if pair.kind == kind]


def _said(
    names: list[str], what: str, say: Callable[[Path, str], Problem], path: Path
) -> list[Problem]:
    if not names:
        return []
    many = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [say(path, f"{', '.join(names[:_NAMED])}{many}: {what}")]
