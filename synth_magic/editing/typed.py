"""Numbers, shares and dates as people type them into a field."""

from __future__ import annotations

import math
import re

from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.model import Column
from synth_magic.cell import lex
from synth_magic.errors import Path, SpecError, problem
from synth_magic.laws.positions import position, text_of

#: Longer texts are no number.
_LONGEST = 200
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_LARGEST, _LEAST = 1e15, 1e-15


def number(text: str, path: Path, unit: str | None = None) -> float | int:
    """Read ``7.8``, ``7,8``, ``−0.3``, ``1 200``, with the unit behind it or without.

    Raises
    ------
    SpecError
    """
    plain = lex.normal(text[: _LONGEST + 1]).strip()
    if not plain:
        raise SpecError(problem(path, "Nothing is typed here", "Write a number"))
    behind = lex.normal(unit or "").strip().casefold()
    if behind and plain.casefold().endswith(behind) and plain[: -len(behind)].strip():
        plain = plain[: -len(behind)].strip()
    sign = 1
    if plain[:1] in "+-":
        sign, plain = -1 if plain[0] == "-" else 1, plain[1:].lstrip()
    tokens = lex.lex(plain) if len(plain) <= _LONGEST else []
    value = tokens[0].value if len(tokens) == 1 and tokens[0].kind == "num" else None
    if value is None:
        mend = "Write a number, such as 7.8"
        raise SpecError(problem(path, f"“{shown(text, 30)}” is no number", mend))
    if not math.isfinite(value) or abs(value) > _LARGEST or 0 < abs(value) < _LEAST:
        what = f"{shown(text, 30)} is too {'large' if abs(value) > 1 else 'near to 0'}"
        raise SpecError(problem(path, what, "Write a number that the column can hold"))
    return sign * value


def share(text: str, path: Path) -> float:
    """Read a percentage, with its sign or without: ``22``, ``22 %``, ``7,5``; 0 to 100.

    Raises
    ------
    SpecError
    """
    value = number(text, path, "%")
    if not 0 <= value <= 100:
        what = f"{shown(text, 30)} is no percentage"
        raise SpecError(problem(path, what, "Write one from 0 to 100"))
    return float(f"{value / 100:.12g}")


def spread(text: str, column: Column, path: Path) -> float | int:
    """Read an SD, above 0; of dates in days.

    Raises
    ------
    SpecError
    """
    dated = column.type in ("date", "datetime")
    unit = "days" if dated else column.unit
    value = number(text, path, unit)
    if value <= 0:
        raise SpecError(problem(path, f"An SD of {value:g} leaves no spread", "Write one above 0"))
    return value


def place(text: str, column: Column, path: Path) -> float | int | str:
    """Read a place on a column's axis: a number, or a date as ISO text.

    Raises
    ------
    SpecError
    """
    if column.type not in ("date", "datetime"):
        return number(text, path, column.unit)
    plain = " ".join(lex.normal(text[:_LONGEST]).split())
    found: lex.Moment | None = None
    try:
        found = lex.moment(plain)
    except lex.AmbiguousDateError:
        what = f"In {shown(text, 30)} day and month can be exchanged"
        raise SpecError(problem(path, what, "Write the date as 2019-04-03")) from None
    if found is None and re.fullmatch(r"\d{4}", plain):
        found = lex.year(int(plain))
    if found is None:
        spelled = lex.spelled(lex.lex(plain), 0)
        found = spelled[0] if spelled is not None else None
    day = plain if found is None else found.first
    try:
        spot = position(day, column.type, path)
    except (SpecError, OverflowError):
        what = f"“{shown(text, 30)}” is no date"
        raise SpecError(problem(path, what, "Write it as 2018-06-30")) from None
    return text_of(spot, column.type)


def written(value: float, digits: int | None = None) -> str:
    """Write a number as it would be typed: no grouping, no needless zeros.

    Parameters
    ----------
    value
        Any finite float.
    digits
        Digits after the point; without it four significant ones.
    """
    if digits is None:
        size = abs(value)
        digits = 0 if size >= 1000 or size == 0 else 3 - math.floor(math.log10(size))
    text = f"{value:.{min(max(digits, 0), 15)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def exact(value: float | int | str) -> str:
    """Write a stated number in full."""
    if isinstance(value, (str, int)):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else _plain(value)


def _plain(value: float) -> str:
    text = f"{value:.12g}"
    return f"{value:.20f}".rstrip("0") if "e-" in text else text


def padded(text: str, digits: int) -> str:
    """Write a plain number with so many digits after its point, or more: ``7`` is ``7.0``."""
    if digits <= 0 or not _PLAIN.fullmatch(text):
        return text
    whole, _, behind = text.partition(".")
    return f"{whole}.{behind:0<{digits}}"


def shortened(text: str) -> str:
    """Write a plain number without needless zeros."""
    return exact(float(text)) if _PLAIN.fullmatch(text) else text


def percentage(part: float) -> str:
    """Write a share in percent, without the sign."""
    return written(100 * part, None if 0 < 100 * part < 0.1 else 2)


def tolerance(text: str) -> float:
    """Half a unit of the last digit that was typed."""
    digits = re.search(r"[.,](\d+)\D*$", text)
    return 0.5 * 10.0 ** -(len(digits[1]) if digits else 0)
