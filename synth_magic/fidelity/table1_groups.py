"""The groups that stand side by side in Table 1, and counting within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import DataError, problem
from synth_magic.fidelity.table1_columns import LeftOut, Variable

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
Counts = NDArray[np.int64]
#: More groups than this are no longer read side by side.
MOST_NUMBERS, MOST_LEVELS = 10, 20
_MAY = (
    f"Group by a category (at most {MOST_LEVELS} values), yes or no, "
    f"or a number with at most {MOST_NUMBERS} values"
)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """All rows, and the groups that are shown.

    Parameters
    ----------
    rows
        How many rows there are.
    codes
        The group of each row, shape (rows,), -1 for rows in none that is shown.
    names
        What each group's column is called.
    by
        The column that makes them.
    values
        Its value in each group.
    lacking
        Rows in which `by` is missing.
    hidden
        Groups with too few rows to be shown.
    """

    rows: int
    codes: Codes
    names: tuple[str, ...] = ()
    by: str | None = None
    values: tuple[str, ...] = ()
    lacking: int = 0
    hidden: int = 0

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each group."""
        held = np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))
        return tuple(int(size) for size in held)

    def parts(self, values: Array) -> list[Array]:
        """Give the values of all rows, then those of each group."""
        return [values, *(values[self.codes == place] for place in range(len(self.names)))]

    def counts(self, codes: Codes, levels: int) -> Counts:
        """Count levels by group.

        Parameters
        ----------
        codes
            Shape (rows,), -1 for rows that do not count.
        levels
            How many there are.

        Returns
        -------
        array
            Shape (levels, 2 + groups): all rows, each group, the rows of none.
        """
        wide = len(self.names) + 1
        place = codes + 1
        if self.names:
            place *= wide
            place += np.where(self.codes < 0, wide - 1, self.codes)
        held = np.bincount(place, minlength=(levels + 1) * wide).reshape(levels + 1, wide)[1:]
        return np.column_stack([held.sum(axis=1), held]).astype(np.int64)


def groups_of(
    variables: Sequence[Variable],
    left: Sequence[LeftOut],
    rows: int,
    by: str | None,
    least: int = 0,
) -> Groups:
    """Part the rows by a column.

    Parameters
    ----------
    variables, left
        The table's columns, as they were read.
    rows
        How many rows there are.
    by
        The column's name; without it there are no groups.
    least
        Groups of fewer rows are not shown, and as many others that no subtraction gives
        them away.

    Raises
    ------
    DataError
        When there is no such column or it cannot make groups.  It quotes no value.
    """
    if by is None:
        return Groups(rows, np.full(rows, -1, dtype=np.intp))
    variable = _named(variables, left, by)
    codes, values = _parted(variable, by)
    sizes = np.bincount(codes[codes >= 0], minlength=len(values))
    lacking = int((codes < 0).sum())
    hidden = _too_small([int(size) for size in sizes], lacking, least)
    shown = [place for place in range(len(values)) if sizes[place] and place not in hidden]
    places = np.full(len(values) + 1, -1, dtype=np.intp)
    places[shown] = np.arange(len(shown))
    names = [values[place] for place in shown]
    if variable.kind != "levels":
        names = [f"{variable.label} = {name}" for name in names]
    return Groups(
        rows,
        places[codes],
        tuple(names),
        by,
        tuple(values[place] for place in shown),
        lacking,
        len(hidden),
    )


def _named(variables: Sequence[Variable], left: Sequence[LeftOut], by: str) -> Variable:
    path = ("options", "by")
    found = [variable for variable in variables if variable.name == by]
    if len(found) > 1:
        what = f"{len(found)} columns are called {by}, so it is not clear which one makes groups"
        raise DataError(problem(path, what, "Rename one of them"))
    if found and found[0].kind in ("number", "levels", "truth", "event"):
        return found[0]
    why = next((item.why for item in left if item.name == by), "dates" if found else None)
    if why is not None:
        raise DataError(problem(path, f"{by} cannot make groups: {why}", _MAY))
    times = [v.time.name for v in variables if v.time is not None]
    if by in times:
        raise DataError(problem(path, f"{by} cannot make groups: times to an event", _MAY))
    names = [variable.name for variable in variables]
    close = get_close_matches(by, names, 1)
    mend = f"Did you mean {close[0]}?" if close else _MAY
    raise DataError(problem(path, f"The table has no column {by} to group by", mend))


def _parted(variable: Variable, by: str) -> tuple[Codes, list[str]]:
    """Give each row's place among the values, -1 where missing, and the values as texts."""
    known = ~np.isnan(variable.values)
    held, inverse = np.unique(variable.values[known], return_inverse=True)
    most = MOST_NUMBERS if variable.kind == "number" else MOST_LEVELS
    path = ("options", "by")
    if not len(held):
        raise DataError(problem(path, f"{by} holds no value to group by", _MAY))
    if len(held) > most:
        what = f"{by} holds {len(held):,} different values, too many for groups side by side"
        raise DataError(problem(path, what, _MAY))
    codes = np.full(len(known), -1, dtype=np.intp)
    codes[known] = inverse
    if variable.kind == "levels":
        return codes, [variable.levels[int(place)] for place in held]
    if variable.kind == "number":
        return codes, [f"{value:.10g}".replace("-", "−") for value in held]
    words = ("0", "1") if variable.yes else ("no", "yes")
    return codes, [words[int(value)] for value in held]


def _too_small(sizes: Sequence[int], lacking: int, least: int) -> set[int]:
    """Places of groups that are not shown: none, or `least` rows together at least."""
    order = sorted((place for place in range(len(sizes)) if sizes[place]), key=sizes.__getitem__)
    hidden = {place for place in order if sizes[place] < least}
    unseen = lacking + sum(sizes[place] for place in hidden)
    for place in order:
        if place not in hidden and 0 < unseen < least:
            hidden.add(place)
            unseen += sizes[place]
    return hidden
