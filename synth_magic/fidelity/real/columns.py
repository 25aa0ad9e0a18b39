"""One column of two tables, read the same way: numbers, or codes of shared levels."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Kind = Literal["number", "category", "id", "text"]

#: A date as files hold it; so many of a column's texts are looked at.
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d|$)")
_SEEN = 200
_DAY = 86_400 * 10**9
_YES = frozenset({"true", "yes", "y", "t", "1"})
_NO = frozenset({"false", "no", "n", "f", "0"})
#: A text column reads as numbers or dates when all but this share of its values do.
_UNREAD = 0.1
#: More levels than this, and hardly a value twice: free text.
_MOST_LEVELS = 50
_DIGITS = 6
#: Values that are looked at to see how a column was rounded.
_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A column that both tables hold.

    Parameters
    ----------
    name
        Its name.
    kind
        ``number`` and ``category`` are compared; ``id`` and ``text`` are not.
    one, other
        The synthetic and the real column, float64, shapes (n,) and (m,): places on
        the axis (days for dates, seconds for datetimes), or codes of `levels`; NaN where missing.
    levels
        The levels of both, those of the synthetic side first.
    shown
        How many of `levels` the synthetic side holds; only these may be named.
    ordered
        Whether the order of `levels` has a meaning.
    form
        How places are to be read.
    decimals
        Digits behind the point of the side that has fewer; None without rounding.
    """

    name: str
    kind: Kind
    one: Array
    other: Array
    levels: tuple[str, ...] = ()
    shown: int = 0
    ordered: bool = False
    form: Literal["number", "date", "datetime"] = "number"
    decimals: int | None = None

    @property
    def compared(self) -> bool:
        """Whether it holds what can be compared value by value."""
        return self.kind in ("number", "category")

    @property
    def ranked(self) -> bool:
        """Whether its places have an order."""
        return self.kind == "number" or self.ordered

    def level(self, code: int) -> str:
        """Name a level; one that only the real side holds is not named."""
        return self.levels[code] if code < self.shown else "a value of the real side only"

    def take(self, one: NDArray[np.intp], other: NDArray[np.intp]) -> Pair:
        """Take some rows of either side."""
        return replace(self, one=self.one[one], other=self.other[other])

    def rounded(self) -> tuple[Array, Array]:
        """Both sides with the digits of the coarser one."""
        if self.decimals is None:
            return self.one, self.other
        return np.round(self.one, self.decimals) + 0.0, np.round(self.other, self.decimals) + 0.0


def read(one: pd.Series, other: pd.Series, name: str, declared: str | None) -> Pair | None:
    """Read two columns of the same name as one pair.

    Parameters
    ----------
    one, other
        The synthetic and the real column.
    name
        Their name.
    declared
        The column's type in the blueprint, if there is one.

    Returns
    -------
    Pair or None
        None where one side holds numbers or dates and the other one does not.
    """
    if declared in ("id", "text"):
        return _coded(one, other, name, "id" if declared == "id" else "text")
    if declared in ("date", "datetime") or "date" in (_held(one), _held(other)):
        return _dates(one, other, name)
    holds = _held(one), _held(other)
    if declared is None and holds == ("text", "text") and _written(one) and _written(other):
        return _dates(one, other, name)
    if "boolean" in holds or declared == "boolean" or holds == ("text", "number"):
        truths = _truths(one, other, name)
        if truths is not None or "boolean" in holds:
            return truths
    if declared == "category" or "number" not in holds:
        return _words(one, other, name, declared)
    places = _numbers(one), _numbers(other)
    unread = [_lost(series, found) for series, found in zip((one, other), places, strict=True)]
    if max(unread) <= _UNREAD:
        return _measured(name, *places)
    if "category" in (one.dtype.name, other.dtype.name):
        return _coded(one, other, name, "category")
    return None


def _held(series: pd.Series) -> Literal["number", "boolean", "date", "text"]:
    """Say what a column of any dtype holds."""
    import pandas as pd

    values: Any = series.cat.categories if series.dtype.name == "category" else series
    dtype = values.dtype
    if dtype.name == "object":
        return _INFERRED.get(pd.api.types.infer_dtype(values, skipna=True), "text")
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_datetime64_any_dtype(dtype) or dtype.name.startswith("period"):
        return "date"
    if pd.api.types.is_timedelta64_dtype(dtype):
        return "number"
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return "number"
    return "text"


_INFERRED: dict[str, Literal["number", "boolean", "date", "text"]] = {
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "date",
    "datetime64": "date",
}


# Numbers --------------------------------------------------------------------------


def _measured(name: str, one: Array, other: Array) -> Pair:
    found = [_decimals(side) for side in (one, other)]
    known = [digits for digits in found if digits is not None]
    decimals = min(known) if known else None
    kind: Kind = "id" if _numbering(one) and _numbering(other) else "number"
    return Pair(name, kind, one, other, decimals=decimals)


def _numbers(series: pd.Series) -> Array:
    """Read numbers, durations as days; NaN for what is none, or has no end."""
    import pandas as pd

    if pd.api.types.is_timedelta64_dtype(series.dtype):
        return np.asarray(series.dt.total_seconds() / 86_400, dtype=np.float64)
    if series.dtype.name == "category":
        series = series.astype(series.cat.categories.dtype if len(series.cat.categories) else float)
    if _held(series) != "number":
        series = series.astype("string")
    found = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def _lost(series: pd.Series, found: Array) -> float:
    """Share of the values that were not read."""
    known = series.notna().to_numpy()
    return float(np.isnan(found[known]).mean()) if known.any() else 0.0


def _decimals(values: Array) -> int | None:
    """Digits behind the point that hold all values; None with more than six."""
    known = values[~np.isnan(values)]
    known = known[:: max(len(known) // _LOOKED_AT, 1)]
    if not len(known):
        return None
    room = max(float(np.abs(known).max()), 1.0) * 1e-12
    for digits in range(_DIGITS + 1):
        if float(np.abs(known - np.round(known, digits)).max()) <= max(room, 10.0**-digits * 1e-7):
            return digits
    return None


def _numbering(values: Array) -> bool:
    """Whether the values count the rows: whole, each once, hardly a gap, in order."""
    if len(values) < 30 or np.isnan(values).any():
        return False
    steps = np.diff(values)
    return bool((steps > 0).all() and (steps == np.rint(steps)).all() and steps.mean() < 1.5)


# Dates ----------------------------------------------------------------------------


def _dates(one: pd.Series, other: pd.Series, name: str) -> Pair | None:
    places = _days(one), _days(other)
    for series, found in zip((one, other), places, strict=True):
        if _lost(series, found) > _UNREAD:
            return None
    whole = all(bool((np.isnan(side) | (side % 1 == 0)).all()) for side in places)
    if whole:
        return Pair(name, "number", *places, form="date", decimals=0)
    first, second = (side * 86_400 for side in places)
    return Pair(name, "number", first, second, form="datetime")


def _written(series: pd.Series) -> bool:
    """Tell whether texts are dates as files hold them: 2015-03-01, with a time or without."""
    if series.dtype.name == "category":
        series = series.astype(object)
    known = series.dropna().iloc[:_SEEN]
    return bool(len(known)) and all(_ISO.match(str(value)) for value in known)


def _days(series: pd.Series) -> Array:
    """Days since 1970, NaN for what is no date."""
    import pandas as pd

    if series.dtype.name.startswith("period"):
        series = series.dt.to_timestamp()
    if series.dtype.name == "category":
        series = series.astype(series.cat.categories.dtype)
    if _held(series) == "number":
        return np.full(len(series), np.nan)
    moments = pd.to_datetime(series, errors="coerce", utc=True, **_any_format(series))
    known = moments.notna().to_numpy()
    nanoseconds = moments.astype("datetime64[ns, UTC]").astype("int64").to_numpy()
    return np.where(known, nanoseconds / _DAY, np.nan)


def _any_format(series: pd.Series) -> dict[str, Any]:
    return {} if _held(series) == "date" else {"format": "ISO8601"}


# Words ----------------------------------------------------------------------------


def _truths(one: pd.Series, other: pd.Series, name: str) -> Pair | None:
    """Pair a column of yes and no with any other spelling of the two."""
    sides = []
    for series in (one, other):
        texts = _texts(series)
        lower = [None if text is None else text.lower() for text in texts[1]]
        if not all(text in _YES or text in _NO for text in lower):
            return None
        value = np.array([float(text in _YES) for text in lower] + [math.nan])
        sides.append(value[texts[0]])
    return Pair(name, "category", sides[0], sides[1], ("no", "yes"), 2)


def _words(one: pd.Series, other: pd.Series, name: str, declared: str | None) -> Pair:
    pair = _coded(one, other, name, "category")
    if (
        declared == "category"
        or len(pair.levels) <= _MOST_LEVELS
        or {one.dtype.name, other.dtype.name} == {"category"}
    ):
        return pair
    known = sum(int((~np.isnan(side)).sum()) for side in (pair.one, pair.other))
    if len(pair.levels) > 0.95 * known:
        return Pair(name, "id", pair.one, pair.other, pair.levels, pair.shown)
    if len(pair.levels) > 0.2 * known:
        return Pair(name, "text", pair.one, pair.other, pair.levels, pair.shown)
    return pair


def _coded(one: pd.Series, other: pd.Series, name: str, kind: Kind) -> Pair:
    first, second = _texts(one), _texts(other)
    held = np.bincount(first[0][first[0] >= 0], minlength=len(first[1])) > 0
    order = [text for text, is_held in zip(first[1], held, strict=True) if is_held]
    places = {text: float(place) for place, text in enumerate(dict.fromkeys(order))}
    shown = len(places)
    present = np.bincount(second[0][second[0] >= 0], minlength=len(second[1])) > 0
    for text, is_held in zip(second[1], present, strict=True):
        if is_held:
            places.setdefault(text, float(len(places)))
    ordered = one.dtype.name == "category" and one.cat.ordered and len(places) == shown
    sides = [
        np.array([places.get(text, math.nan) for text in texts] + [math.nan])[codes]
        for codes, texts in (first, second)
    ]
    return Pair(name, kind, sides[0], sides[1], tuple(places), shown, bool(ordered))


def _texts(series: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """Codes into a list of texts, -1 where missing; whole numbers without a point."""
    import pandas as pd

    if series.dtype.name == "category":
        codes = series.cat.codes.to_numpy().astype(np.intp)
        values = list(series.cat.categories)
    else:
        try:
            codes, found = pd.factorize(series)
        except TypeError:  # lists and other things that have no hash
            codes, found = pd.factorize(series.map(str, na_action="ignore"))
        values = list(found)
    return codes, [_text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
