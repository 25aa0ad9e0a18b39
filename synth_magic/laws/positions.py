"""Places on a column's axis as numbers: dates are days, datetimes seconds, since 1970-01-01."""

from __future__ import annotations

import datetime as dt
import re

from synth_magic.blueprint.model import Column
from synth_magic.errors import Path, Problem, SpecError, problem

DAY = 86400.0
_EPOCH = dt.date(1970, 1, 1).toordinal()
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


def position(value: float | str, kind: str | None, path: Path, *, last: bool = False) -> float:
    """Return the number of a place on the axis of a column of type `kind`.

    Parameters
    ----------
    value
        A number, or for dates an ISO date (``2015-03-01``), month, year or
        datetime (``2015-03-01T08:30``, with or without seconds and an offset,
        which is turned to UTC).
    kind
        The column's type.
    path
        Where the value stands, for the error.
    last
        Whether a year, month or day stands for its last moment: upper ends do.

    Raises
    ------
    SpecError
        For a date where a number belongs, and the reverse.
    """
    if kind not in ("date", "datetime"):
        if isinstance(value, str):
            raise SpecError(
                problem(path, f"A number is wanted here, not '{value}'", "Write it in digits")
            )
        return float(value)
    if not isinstance(value, str):
        if float(value).is_integer() and 1 <= value <= 9999:
            value = f"{int(value):04d}"
        else:
            raise SpecError(_no_date(value, path))
    moment = _moment(value.strip(), last)
    if moment is None:
        raise SpecError(_no_date(value, path))
    seconds = _seconds(moment)
    return seconds // DAY if kind == "date" else seconds


def text_of(place: float, kind: str | None) -> float | str:
    """Turn a number on the axis back into what a blueprint writes.

    Parameters
    ----------
    place
        Days for ``date``, seconds for ``datetime``, else the number itself.
    kind
        The column's type.
    """
    if kind == "date":
        return dt.date.fromordinal(_EPOCH + round(place)).isoformat()
    if kind == "datetime":
        start = dt.datetime(1970, 1, 1)
        return (start + dt.timedelta(seconds=round(place))).isoformat()
    return place


def unit_of_spread(kind: str | None) -> float:
    """Positions that one unit of a spread takes: spreads of datetimes are days too."""
    return DAY if kind == "datetime" else 1.0


def bounds(column: Column, path: Path | None = None) -> tuple[float | None, float | None]:
    """Return the column's range as positions; None at an open end.

    Raises
    ------
    SpecError
        Where the range is empty.
    """
    path = path or ("columns", column.name, "range")
    if column.range is None:
        return None, None
    low, high = (
        None if end is None else position(end, column.type, path, last=bool(side))
        for side, end in enumerate(column.range)
    )
    if low is not None and high is not None and low > high:
        raise SpecError(
            problem(
                path,
                f"{column.name}: its range is empty, {column.range[0]} is above {column.range[1]}",
                f"Write range: [{column.range[1]}, {column.range[0]}]",
            )
        )
    return low, high


def _moment(text: str, last: bool) -> dt.datetime | None:
    try:
        if _YEAR.fullmatch(text):
            year = int(text)
            day = dt.date(year, 12, 31) if last else dt.date(year, 1, 1)
        elif month := _MONTH.fullmatch(text):
            year, number = int(month[1]), int(month[2])
            day = dt.date(year, number, 1)
            if last:
                following = dt.date(year + number // 12, number % 12 + 1, 1)
                day = following - dt.timedelta(days=1)
        elif len(text) <= 10:
            day = dt.date.fromisoformat(text)
        else:
            return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    clock = dt.time(23, 59, 59) if last else dt.time()
    return dt.datetime.combine(day, clock)


def _seconds(moment: dt.datetime) -> float:
    offset = moment.utcoffset() or dt.timedelta()
    days = moment.toordinal() - _EPOCH
    clock = moment.hour * 3600 + moment.minute * 60 + moment.second
    return days * DAY + clock - offset.total_seconds()


def _no_date(value: object, path: Path) -> Problem:
    return problem(path, f"'{value}' is no date", "Write dates as 2015-03-01")
