"""What the rows of a table hold of each column: a small picture, a few words, a few figures."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_magic.blueprint.model import Column
from synth_magic.display.pictures import picture, place
from synth_magic.display.words import clean, percent
from synth_magic.fidelity.law import Law, delivered
from synth_magic.fidelity.values import Array, positions

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.laws import Codec, Marginal

#: So many columns are looked at, and so many stand in a schema.
SCHEMA_ROWS = 60
_PICTURED_ROWS = 200_000


def observed(
    table: pd.DataFrame, law: Law, only: Container[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Picture and figures of each delivered column that is shown, by its name.

    Parameters
    ----------
    table
        The rows; of very many a part is looked at, evenly spaced.
    law
        What is stated.
    only
        Names of the columns to look at; None for all that are shown.
    """
    found: dict[str, dict[str, Any]] = {}
    step = max(1, -(-len(table) // _PICTURED_ROWS))
    rows = table.iloc[::step]
    rows.attrs = {}  # pandas copies them at every access to a column
    for name, column, event in list(delivered(law.blueprint))[:SCHEMA_ROWS]:
        if name in table.columns and (only is None or name in only):
            found[name] = _one(rows[name], column, event, law)
    return found


def _one(series: pd.Series, column: Column, event: bool, law: Law) -> dict[str, Any]:
    stated = None if event else law.marginal(column)
    codec = law.codec(str(series.name))
    if codec is None:
        return {"picture": None, "brief": "", "missing": float(series.isna().mean() or 0)}
    if event:
        column = Column(name=column.event or column.name, type="boolean")
    if column.type == "time_to_event":
        stated = None  # its law is that of the time before censoring
    values = positions(series, codec)
    seen = values[~np.isnan(values)]
    image = picture(seen, column, stated, codec.step)
    missing = 1 - len(seen) / len(values) if len(values) else 0.0
    brief = _brief(seen, column, image)
    if missing:
        words = f"{percent(missing, 0)} missing"
        brief = f"{brief.split(' · ')[0]} · {words}" if brief else words
    figures = _figures(seen) if image is not None and image["kind"] == "histogram" else {}
    return {"picture": image, "brief": brief, "missing": missing, **figures}


def pictured(
    series: pd.Series, column: Column, stated: Marginal | None, codec: Codec
) -> dict[str, Any] | None:
    """Picture of a table's column beside any law, such as one that is being typed."""
    rows = series.iloc[:: max(1, -(-len(series) // _PICTURED_ROWS))]
    values = positions(rows, codec)
    return picture(values[~np.isnan(values)], column, stated, codec.step)


def _brief(seen: Array, column: Column, image: dict[str, Any] | None) -> str:
    if image is None or not len(seen):
        return ""
    if image["kind"] == "shares":
        return f"{clean(image['values'][0], 16)} {percent(image['drawn'][0], 0)}"
    digits = 0 if column.type == "integer" else column.decimals
    low, middle, high = (
        place(float(at), column.type, digits)
        for at in (seen.min(), np.quantile(seen, 0.5, method="inverted_cdf"), seen.max())
    )
    if column.type in ("date", "datetime"):
        return f"{low[:4]}–{high[:4]}" if low[:4] != high[:4] else f"{low[:10]} to {high[5:10]}"
    return f"{middle} · {low}{' to ' if low.startswith('−') else '–'}{high}"


def _figures(seen: Array) -> dict[str, float]:
    low, middle, high = np.quantile(seen, [0.25, 0.5, 0.75]) if len(seen) else [0.0] * 3
    if not len(seen):
        return {}
    return {
        "min": float(seen.min()),
        "q1": float(low),
        "median": float(middle),
        "q3": float(high),
        "max": float(seen.max()),
        "mean": float(seen.mean()),
        "sd": float(seen.std(ddof=1)) if len(seen) > 1 else 0.0,
    }
