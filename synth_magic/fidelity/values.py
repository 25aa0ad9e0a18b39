"""A delivered column back as numbers: places on its axis, missing as NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.laws import Codec

Array = NDArray[np.float64]


def positions(series: pd.Series, codec: Codec) -> Array:
    """Values as places on the column's axis.

    Parameters
    ----------
    series
        The delivered column, shape (n,), of any dtype that can hold such values.
    codec
        What it is meant to hold.

    Returns
    -------
    array
        float64, shape (n,), NaN where missing; for categories the place among the
        levels, -1 for a value that is none of them.
    """
    try:
        found = codec.read(series)
    except TypeError:  # lists and other things that have no hash are none of the stated values
        found = codec.read(series.map(str, na_action="ignore"))
    if codec.kind == "category":
        found = np.where(series.isna().to_numpy(), np.nan, found)
    return found
