"""Reading ranges of numbers and of dates, closed or with one end."""

from __future__ import annotations

import datetime as dt

from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import shown
from synth_magic.cell.scan import Quantity, Scanner, two_numbers


def between(scanner: Scanner, at: int) -> int | None:
    """Read "between 30 and 85", "from 30 to 85", "range [30, 85]", "30-85"."""
    begin = at
    word = scanner.word(at)
    introduced = (
        word in ("between", "entre", "zwischen", "from", "de", "von") or word in words.RANGE
    )
    if introduced and scanner.kind(at) == "word":
        begin = scanner.skip(at + 1, words.FILLERS | {"from", "between"})
    dates = _dates(scanner, begin, at)
    if dates is not None:
        return dates
    if scanner.kind(begin) == "open":
        pair = two_numbers(scanner, begin + 1)
        if pair is None or scanner.kind(pair[2]) != "close":
            return None
        return _note_range(scanner, pair[0], pair[1], at, pair[2] + 1)
    pair = two_numbers(scanner, begin)
    if pair is None:
        return None
    joint = scanner.tokens[pair[0].following]
    if joint.kind == "sep" or (joint.low in ("and", "et", "und", "&") and not introduced):
        return None
    return _note_range(scanner, pair[0], pair[1], at, pair[2])


def _note_range(scanner: Scanner, low: Quantity, high: Quantity, at: int, end: int) -> int:
    scanner.note_units(low, high)
    if (low.percent or high.percent) and low.unit is None and high.unit is None:
        place = (high if high.percent else low).end
        if scanner.facts.get("unit") is None:
            scanner.facts.add("unit", "%", place - 1, place)
    if low.value > high.value:
        scanner.facts.fail(
            "range",
            f"{scanner.facts.name}: the range {low.value:g}-{high.value:g} ends before it begins",
            f"Write {high.value:g}-{low.value:g}",
            low.start,
        )
    there = scanner.facts.get("low"), scanner.facts.get("high")
    if None not in there and there != (low.value, high.value):
        scanner.facts.fail(
            "range",
            f"{scanner.facts.name}: the range is said twice, {shown(there)} and "
            f"{shown((low.value, high.value))}",
            "Keep one of the two",
            low.start,
        )
    scanner.facts.add("low", low.value, low.start, high.end)
    scanner.facts.add("high", high.value, low.start, high.end)
    return end


def _dates(scanner: Scanner, begin: int, at: int) -> int | None:
    """Read two dates, or two years where nothing makes them numbers."""
    opened = scanner.kind(begin) == "open"
    first = scanner.moment(begin + opened)
    if first is None:
        return None
    joined = scanner.kind(first[1]) == "dash" or scanner.word(first[1]) in words.TO | {
        "and",
        "et",
        "und",
    }
    last = scanner.moment(first[1] + 1) if joined else None
    if last is None:
        return None
    end = last[1]
    if opened:
        if scanner.kind(end) != "close":
            return None
        end += 1
    places = (begin + opened, first[1] + 1)
    years = end == places[1] + 1 + opened and first[1] == places[0] + 1
    years = years and all(scanner.kind(place) == "num" for place in places)
    unit = scanner.unit(end) if years else None
    if unit is not None and scanner.unit_may_end(unit[1]):
        return None
    if first[0].first > last[0].last:
        scanner.facts.fail(
            "range",
            f"{scanner.facts.name}: the dates end before they begin",
            "Write the earlier one first",
            scanner.start(begin),
        )
    timed = first[0].timed or last[0].timed
    start, stop = scanner.start(begin), scanner.end(end)
    scanner.facts.add("low", first[0].first, start, stop)
    scanner.facts.add("high", last[0].last, start, stop)
    if not years:
        scanner.facts.add("type", "datetime" if timed else "date", start, stop)
    return end


def chained(scanner: Scanner, at: int) -> int | None:
    """Read "18 <= age <= 90"."""
    low = scanner.quantity(at)
    if low is None or scanner.kind(low.following) != "cmp":
        return None
    first, middle = scanner.tokens[low.following].text, low.following + 1
    if scanner.kind(middle) != "word" or scanner.kind(middle + 1) != "cmp":
        return None
    second = scanner.tokens[middle + 1].text
    high = scanner.quantity(middle + 2)
    if high is None or ("<" in first or "≤" in first) != ("<" in second or "≤" in second):
        return None
    if first[0] in ">≥":
        low, high, first, second = high, low, second.replace(">", "<"), first.replace(">", "<")
    for key, sign in (("low", first), ("high", second)):
        if sign == "<":
            scanner.facts.strict.add(key)
    return _note_range(scanner, low, high, at, max(low.following, high.following))


def minimum(scanner: Scanner, at: int) -> int | None:
    """Read "min 30", "at least 18", "≥ 18", "over 18", "since 2015"."""
    return _end(
        scanner, at, "low", words.MINIMUM, words.AT_LEAST, words.ABOVE, (">=", "≥", "=>"), ">"
    )


def maximum(scanner: Scanner, at: int) -> int | None:
    """Read "max 85", "at most 90", "≤ 90", "under 40", "before 2020"."""
    return _end(
        scanner, at, "high", words.MAXIMUM, words.AT_MOST, words.BELOW, ("<=", "≤", "=<"), "<"
    )


def _end(
    scanner: Scanner,
    at: int,
    key: str,
    labels: frozenset[str],
    loose: tuple[str, ...],
    strict: tuple[str, ...],
    signs: tuple[str, ...],
    sign: str,
) -> int | None:
    token = scanner.token(at)
    if token is None or token.kind not in ("word", "cmp"):
        return None
    exclusive = token.text == sign or scanner.phrase(at, *strict) is not None
    begin = at + 1 if token.text == sign or token.text in signs or token.low in labels else None
    begin = begin or scanner.phrase(at, *loose) or scanner.phrase(at, *strict)
    from_word = {"low": ("from", "since", "after", "depuis", "seit", "starting"),
                 "high": ("until", "before", "till", "avant", "vor", "bis")}[key]  # fmt: skip
    dated = token.low in from_word
    if begin is None and not dated:
        return None
    begin = scanner.skip(begin if begin is not None else at + 1)
    when = scanner.moment(begin)
    if when is not None and (dated or scanner.tokens[begin].kind == "date" or when[1] - begin > 1):
        exclusive = exclusive or token.low in ("after", "before", "avant", "vor")
        try:
            day = _day(when[0].first, when[0].last, key, exclusive)
        except OverflowError:
            calendar = "0001-01-01 to 9999-12-31"
            what = f"{scanner.facts.name}: no day is left; dates go from {calendar}"
            mend = "Write a range of dates, such as 2015-2020"
            scanner.facts.fail("range", what, mend, scanner.start(at))
        scanner.add("type", "datetime" if when[0].timed else "date", at, when[1])
        return scanner.add(key, day, at, when[1])
    if dated and token.low != "from":
        return None
    quantity = scanner.quantity(begin)
    if quantity is None:
        return None
    scanner.note_units(quantity)
    if exclusive:
        scanner.facts.strict.add(key)
    return scanner.add(key, quantity.value, at, quantity.following)


def _day(first: str, last: str, key: str, exclusive: bool) -> str:
    """Find the first or last day that is meant; "before 2020" ends on its eve."""
    if not exclusive:
        return first if key == "low" else last
    if len(first) > 10:
        step = dt.timedelta(seconds=1 if key == "low" else -1)
        return (dt.datetime.fromisoformat(last if key == "low" else first) + step).isoformat()
    step = dt.timedelta(days=1 if key == "low" else -1)
    return (dt.date.fromisoformat(last if key == "low" else first) + step).isoformat()
