"""Columns of any DataFrame back to positions, for the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws.positions import DAY
from synth_magic.laws.truths import truth

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.laws.codec import Codec


def read(codec: Codec, series: pd.Series) -> NDArray[np.float64]:
    """Turn a column into positions, NaN where missing or unreadable; categories into codes.

    Parameters
    ----------
    codec
        What the column is meant to hold.
    series
        The column as it came.
    """
    if codec.kind == "category":
        return _codes(codec.levels, series)
    if codec.kind == "boolean":
        return _truths(series)
    if codec.kind in ("date", "datetime"):
        return _moments(series, DAY if codec.kind == "date" else 1.0)
    import pandas as pd

    if codec.kind == "text":
        return np.full(len(series), np.nan)
    numbers = pd.to_numeric(series, errors="coerce")
    return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def _codes(levels: tuple[str, ...], series: pd.Series) -> NDArray[np.float64]:
    import pandas as pd

    places, unique = pd.factorize(series)
    where = {level: float(code) for code, level in enumerate(levels)}
    found = np.array([*(where.get(_word(value), -1.0) for value in unique), -1.0])
    return np.asarray(found[places])


def _truths(series: pd.Series) -> NDArray[np.float64]:
    import pandas as pd

    places, unique = pd.factorize(series)
    meaning = {"no": 0.0, "yes": 1.0, None: np.nan}
    found = np.array([*(meaning[truth(_word(value))] for value in unique), np.nan])
    return np.asarray(found[places])


def _moments(series: pd.Series, unit: float) -> NDArray[np.float64]:
    import pandas as pd

    moments = pd.to_datetime(series, errors="coerce", utc=True)
    seconds = moments.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    known = ~np.isnat(seconds)
    places = seconds.astype(np.int64) / (1e6 * unit)
    return np.where(known, np.floor(places) if unit > 1 else places, np.nan)


def _word(value: object) -> str:
    """Write a level as text: 1.0 and 1 are the same code."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
