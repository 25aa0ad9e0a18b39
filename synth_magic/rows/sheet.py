"""The drawn table as plain arrays: what rules, prompts and the finished table are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint import graph
from synth_magic.expressions import Kind, Vector
from synth_magic.fidelity.values import positions
from synth_magic.laws import Codec
from synth_magic.laws.positions import text_of
from synth_magic.rows.seeds import Layout

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: A cell as JSON and Python write it; None where missing.
Word = str | int | float | None

_DAY, _SECOND = 86_400_000_000, 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A drawn table, read once.

    Parameters
    ----------
    layout
        What happens to each column.
    table
        As it was drawn.
    places
        By column that is no text: positions on its axis (for categories their
        codes), NaN where missing, shape (rows,).
    gone
        By column: where the draw has no value, shape (rows,).
    kinds
        What each column holds in expressions.
    """

    layout: Layout
    table: pd.DataFrame
    places: Mapping[str, Array]
    gone: Mapping[str, Mask]
    kinds: Mapping[str, Kind]

    @classmethod
    def of(cls, table: pd.DataFrame, layout: Layout) -> Sheet:
        """Read a table that was drawn from the layout's blueprint.

        Raises
        ------
        ValueError
            If the table is another's.
        """
        absent = [name for name in layout.codecs if name not in table.columns]
        if absent:
            raise ValueError(f"the table was not drawn from this blueprint: no column {absent[0]}")
        places, gone = {}, {}
        for name, codec in layout.codecs.items():
            if codec.kind == "text":
                gone[name] = table[name].isna().to_numpy()
            else:
                places[name] = positions(table[name], codec)
                gone[name] = np.isnan(places[name])
        return cls(layout, table, places, gone, graph.kinds(layout.blueprint))

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.table)

    def words(self, name: str) -> Sequence[Word]:
        """Cells of a column as JSON writes them."""
        codec = self.layout.codecs[name]
        if codec.kind == "text":
            return [None if away else str(word) for word, away in self._texts(name)]
        return words(codec, self.places[name])

    def _texts(self, name: str) -> Iterable[tuple[object, bool]]:
        cells = self.table[name].astype(object).to_numpy().tolist()
        return zip(cells, self.gone[name].tolist(), strict=True)

    def vectors(self, places: Mapping[str, Array], names: Iterable[str]) -> dict[str, Vector]:
        """Make what expressions read.

        Parameters
        ----------
        places
            Positions by column, NaN where unknown.
        names
            The columns that are wanted.
        """
        return {name: _vector(self.kinds[name], places[name]) for name in names}

    def with_cells(
        self, places: Mapping[str, Array], texts: Mapping[str, Sequence[str | None]]
    ) -> pd.DataFrame:
        """Give the table with other cells, in the types in which it was drawn.

        Parameters
        ----------
        places
            Positions of the columns that change, NaN where missing.
        texts
            Texts that change, None where missing.
        """
        import pandas as pd

        table = self.table.copy()
        for name, found in places.items():
            table[name] = pd.Series(
                _cells(self.layout.codecs[name], found, self.table[name].dtype),
                index=table.index,
                copy=False,
            )
        for name, cells in texts.items():
            dtype = self.table[name].dtype
            table[name] = pd.Series(list(cells), index=table.index, dtype=dtype)
        return table


def words(codec: Codec, places: Array) -> list[Word]:
    """Positions as JSON writes them: levels by name, yes and no, ISO dates, numbers."""
    cells: list[Word] = []
    for place in places.tolist():
        if place != place:  # NaN
            cells.append(None)
        elif codec.levels:
            cells.append(codec.levels[int(place)])
        elif codec.kind in ("date", "datetime"):
            cells.append(str(text_of(place, codec.kind)))
        else:
            cells.append(int(place) if codec.decimals <= 0 else place)
    return cells


def rounded(codec: Codec, value: Array) -> Array:
    """Values with the decimals of their column: whole numbers of steps, divided."""
    with np.errstate(all="ignore"):
        if codec.decimals >= 0:
            return np.asarray(np.rint(value * 10.0**codec.decimals) / 10.0**codec.decimals)
        return np.asarray(np.rint(value / 10.0**-codec.decimals) * 10.0**-codec.decimals)


def _vector(kind: Kind, places: Array) -> Vector:
    known = ~np.isnan(places)
    data: NDArray[Any] = np.where(known, places, 0.0)
    if kind.what == "choice":
        data = data.astype(np.int64)
    return Vector(data, None if known.all() else known)


def _cells(codec: Codec, places: Array, dtype: Any) -> Any:
    """Give the values of a column that is asked for or worked out, in the type of the draw."""
    import pandas as pd

    gone = np.isnan(places)
    if codec.kind in ("date", "datetime"):
        unit = _DAY if codec.kind == "date" else _SECOND
        micros = (np.where(gone, 0.0, places) * unit).astype(np.int64)
        cells = micros.view("datetime64[us]")
        cells[gone] = np.datetime64("NaT", "us")
        return cells
    if codec.kind == "number":
        return places
    plain = np.where(gone, 1.0, places)
    masked = pd.api.types.is_extension_array_dtype(dtype)
    if codec.kind == "boolean":
        truths = (plain != 0) & ~gone
        return pd.arrays.BooleanArray(truths, gone) if masked else truths
    whole = plain.astype(np.int64)
    return pd.arrays.IntegerArray(whole, gone) if masked else whole
