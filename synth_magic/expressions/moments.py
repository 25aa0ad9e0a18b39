"""ISO dates and datetimes as positions on an axis, and back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

DAY = 86_400.0  # seconds
_EPOCH = date(1970, 1, 1).toordinal()
_FORM = re.compile(r"\d{4}-\d{2}-\d{2}(?P<time>[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?")


def read(text: str) -> tuple[float, bool] | None:
    """Read ``2015-03-31`` or ``2015-03-31T12:30`` (seconds and a space are fine).

    Returns
    -------
    tuple of float and bool, or None
        Days since 1970-01-01 and False, or seconds since then and True; None
        when the text is no date of the calendar.
    """
    text = text.strip()
    match = _FORM.fullmatch(text)
    if match is None or not text.isascii():
        return None
    try:
        if match["time"] is None:
            return float(date.fromisoformat(text).toordinal() - _EPOCH), False
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp(), True
    except ValueError:
        return None
