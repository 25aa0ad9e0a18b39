"""The columns of a table as Table 1 describes them: numbers, levels, yes or no, dates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Column
from synth_magic.fidelity.law import delivered

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.blueprint.model import Blueprint

Array = NDArray[np.float64]
Kind = Literal["number", "levels", "truth", "date", "event"]

_YES = frozenset({"yes", "y", "true"})
_NO = frozenset({"no", "n", "false"})
#: Texts of which more than half differ are names or sentences once there are so many.
_FEW_TEXTS = 10
#: Values that are looked at to see how a column was rounded.
_LOOKED_AT = 20_000
_DIGITS = 6
_SECONDS = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A column of the table, read.

    Parameters
    ----------
    name
        The column's name.
    kind
        ``number``; ``levels`` of a category; ``truth``; ``date``; ``event`` with its times.
    values
        float64, shape (n,), NaN where missing: numbers, codes of `levels`, 1 for yes,
        days since 1970.
    label
        What a reader is shown: the blueprint's label, else the name.
    unit
        As the blueprint writes it.
    levels
        Of a category, in their order.
    stated
        Levels that the blueprint states.
    decimals
        Digits behind the point; None where values were not rounded.
    yes
        What stands for yes: nothing for a boolean, ``= 1`` for numbers.
    time
        Of an event: how long each row was followed.
    endless
        How many values were infinite; they count as missing.
    """

    name: str
    kind: Kind
    values: Array
    label: str = ""
    unit: str | None = None
    levels: tuple[str, ...] = ()
    stated: frozenset[str] = frozenset()
    decimals: int | None = None
    yes: str = ""
    time: Variable | None = None
    endless: int = 0

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows with a value; of an event: that were followed and have a status."""
        seen: NDArray[np.bool_] = ~np.isnan(self.values)
        return seen if self.time is None else seen & ~np.isnan(self.time.values)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that Table 1 does not describe, and why."""

    name: str
    why: str


def read(
    table: pd.DataFrame, blueprint: Blueprint | None
) -> tuple[tuple[Variable, ...], tuple[LeftOut, ...]]:
    """Read all columns of a table.

    Parameters
    ----------
    table
        Any table; columns may share a name.
    blueprint
        Says types, levels, labels and units of the columns it knows.

    Returns
    -------
    tuple of two tuples
        Variables in the table's order, an event and its time as one; columns left out.
    """
    stated = {} if blueprint is None else {n: (c, e) for n, c, e in delivered(blueprint)}
    names = [str(name) for name in table.columns]
    many = Counter(names)
    variables: list[Variable] = []
    left: list[LeftOut] = []
    for place, name in enumerate(names):
        column, event = stated.get(name, (None, False)) if many[name] == 1 else (None, False)
        found = column_of(table.iloc[:, place], name, column, event=event)
        if isinstance(found, LeftOut):
            left.append(found)
        else:
            variables.append(found)
    pairs = {c.event: c.name for c, _ in stated.values() if c.event is not None}
    return _joined(variables, pairs), tuple(left)


def _joined(variables: list[Variable], pairs: dict[str, str]) -> tuple[Variable, ...]:
    """Put each event in the place of its time."""
    by_name = {variable.name: variable for variable in variables}
    events: dict[str, Variable] = {}
    for name, time_name in pairs.items():
        event, time = by_name.get(name), by_name.get(time_name)
        if event is None or time is None or event.kind != "truth" or time.kind != "number":
            continue
        events[time_name] = replace(event, kind="event", time=time)
    taken = {event.name for event in events.values()}
    return tuple(events.get(v.name, v) for v in variables if v.name not in taken)


def column_of(
    series: pd.Series, name: str, column: Column | None = None, *, event: bool = False
) -> Variable | LeftOut:
    """Read one column.

    Parameters
    ----------
    series
        Shape (n,), of any dtype.
    name
        Its name.
    column, event
        The blueprint's column, and whether the values are its event.
    """
    declared = None if column is None else ("boolean" if event else column.type)
    if declared in ("id", "text"):
        return LeftOut(name, "id" if declared == "id" else "free text")
    found = _values(series, name, column, declared)
    if isinstance(found, LeftOut) or column is None:
        return found if isinstance(found, LeftOut) else replace(found, label=name)
    label = (None if event else column.label) or name
    return replace(found, label=label, unit=None if event else column.unit)


def _values(
    series: pd.Series, name: str, column: Column | None, declared: str | None
) -> Variable | LeftOut:
    import pandas as pd

    dtype: Any = series.dtype
    if declared == "category":
        return _levels(series, name, column)
    if dtype.name == "category" and declared is None:
        return _levels(series, name, column)
    if dtype.name in ("category", "object"):
        series = _plain(series)
        dtype = series.dtype
    if pd.api.types.is_bool_dtype(dtype):
        yes = series.astype("boolean").to_numpy(np.float64, na_value=np.nan)
        return Variable(name, "truth", np.asarray(yes, dtype=np.float64))
    if pd.api.types.is_datetime64_any_dtype(dtype) or dtype.name.startswith("period"):
        return _dates(series, name)
    if declared in ("date", "datetime"):
        moments = pd.to_datetime(series.astype("string"), errors="coerce", format="ISO8601")
        return _dates(moments, name)
    if pd.api.types.is_timedelta64_dtype(dtype):
        days = np.asarray(series.dt.total_seconds() / 86_400, dtype=np.float64)
        return _number(days, name, column, declared, whole=False)
    if pd.api.types.is_complex_dtype(dtype):
        return LeftOut(name, "complex numbers")
    if pd.api.types.is_numeric_dtype(dtype):
        whole = bool(pd.api.types.is_integer_dtype(dtype))
        values = series.to_numpy(np.float64, na_value=np.nan)
        return _number(values, name, column, declared, whole=whole)
    return _texts(series, name, column, declared)


def _plain(series: pd.Series) -> pd.Series:
    """Give an object column, or a category's values, the dtype that its values have."""
    import pandas as pd

    series = series.astype(object)
    inferred = pd.api.types.infer_dtype(series, skipna=True)
    if inferred == "empty":
        return pd.Series(np.full(len(series), np.nan))
    if inferred == "boolean":
        return series.astype("boolean")
    if inferred in ("integer", "floating", "mixed-integer-float", "decimal"):
        return pd.to_numeric(series, errors="coerce").astype("Float64")
    if inferred in ("date", "datetime", "datetime64"):
        return pd.to_datetime(series, errors="coerce", utc=True)
    return series


# Numbers and dates ------------------------------------------------------------------


def _number(
    values: Array, name: str, column: Column | None, declared: str | None, *, whole: bool
) -> Variable:
    endless = int(np.isinf(values).sum())
    if endless:
        values = np.where(np.isinf(values), np.nan, values)
    known = values[~np.isnan(values)]
    if column is None:  # whole numbers are delivered as floats where some are missing
        zero_one = whole or ((known == 0).any() and (known == 1).any())
    else:
        zero_one = column.zero_one or declared == "boolean"
    if zero_one and len(known) and np.isin(known, (0, 1)).all():
        return Variable(name, "truth", values, yes=" = 1", endless=endless)
    decimals = None if column is None else 0 if column.type == "integer" else column.decimals
    if decimals is None:
        decimals = _decimals(known)
    return Variable(name, "number", values, decimals=decimals, endless=endless)


def _decimals(known: Array) -> int | None:
    """Digits behind the point that hold all values; None with more than six."""
    known = known[:: max(len(known) // _LOOKED_AT, 1)]
    if not len(known):
        return 0
    room = max(float(np.abs(known).max()), 1.0) * 1e-12
    for digits in range(_DIGITS + 1):
        if float(np.abs(known - np.round(known, digits)).max()) <= max(room, 10.0**-digits * 1e-7):
            return digits
    return None


def _dates(series: pd.Series, name: str) -> Variable:
    if series.dtype.name.startswith("period"):
        series = series.dt.to_timestamp()
    if getattr(series.dtype, "tz", None) is not None:
        series = series.dt.tz_localize(None)  # the clock on the wall, as the table shows it
    known = series.notna().to_numpy()
    days = series.to_numpy(dtype="datetime64[s]").astype(np.int64) // _SECONDS
    return Variable(name, "date", np.where(known, days.astype(np.float64), np.nan), decimals=0)


# Words ------------------------------------------------------------------------------


def _texts(
    series: pd.Series, name: str, column: Column | None, declared: str | None
) -> Variable | LeftOut:
    found = _levels(series, name, column)
    lower = [level.lower() for level in found.levels]
    if lower and len(lower) <= 2 and all(text in _YES or text in _NO for text in lower):
        is_yes = np.array([*(float(text in _YES) for text in lower), np.nan])
        places = np.where(np.isnan(found.values), len(lower), found.values).astype(np.intp)
        return Variable(name, "truth", is_yes[places])
    known = int((~np.isnan(found.values)).sum())
    if declared is None and len(lower) >= _FEW_TEXTS and len(lower) > known / 2:
        return LeftOut(name, "id" if len(lower) == known else "free text")
    if declared is not None and declared != "boolean":
        return LeftOut(name, f"holds no {_SAID.get(declared, declared)}")
    return found


_SAID = {"integer": "whole numbers", "number": "numbers", "time_to_event": "times"}


def _levels(series: pd.Series, name: str, column: Column | None) -> Variable:
    """Read a category: stated levels first, then others in the order of their dtype or alphabet."""
    codes, found = coded(series)
    stated = () if column is None else column.levels
    held = np.bincount(codes[codes >= 0], minlength=len(found)) > 0
    if series.dtype.name == "category":
        own = [text for text, is_held in zip(found, held, strict=True) if is_held or not stated]
    else:
        own = sorted(
            (text for text, is_held in zip(found, held, strict=True) if is_held), key=_natural
        )
    levels = tuple(dict.fromkeys((*stated, *own)))
    places = {level: float(place) for place, level in enumerate(levels)}
    values = np.array([*(places.get(text, np.nan) for text in found), np.nan])[codes]
    return Variable(name, "levels", values, levels=levels, stated=frozenset(stated))


def _natural(text: str) -> tuple[bool, float, str]:
    """Order texts that are numbers by their size, before all others."""
    try:
        size = float(text)
    except ValueError:
        return True, 0.0, text
    return False, size, text


def coded(series: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """Give each value as the place of its text, -1 where missing; whole numbers without a point."""
    import pandas as pd

    codes: NDArray[Any]
    values: Any
    if series.dtype.name == "category":
        codes, values = series.cat.codes.to_numpy(), series.cat.categories
    else:
        try:
            codes, values = pd.factorize(series)
        except TypeError:  # lists and other things that have no hash
            codes, values = pd.factorize(series.map(str, na_action="ignore"))
    return codes.astype(np.intp), [_text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
