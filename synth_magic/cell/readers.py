"""The readers of single facts: each takes a place and gives the place behind, or None."""

from __future__ import annotations

import datetime
import re

from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import Fact, shown
from synth_magic.cell.scan import Quantity, Reader, Scanner, tidy


def soft(scanner: Scanner, at: int) -> int | None:
    """Leave "usually 60-100" unread: what is usual is no bound."""
    kind = scanner.word(at)
    normal = kind == "normal" and scanner.word(at + 1) in words.RANGE | {"values", "value"}
    if kind not in words.SOFT and not normal:
        return None
    following = at
    while not scanner.ends(following):
        following += 1
    return scanner.leave(at, following)


def missing(scanner: Scanner, at: int) -> int | None:
    """Read "missing 8%", "never missing"."""
    never = scanner.phrase(at, *words.NEVER_MISSING)
    if never is not None:
        if scanner.word(at) == "complete" and not (scanner.opens(at) and scanner.ends(at + 1)):
            return None
        return scanner.add("missing", 0.0, at, never)
    if scanner.word(at) not in words.MISSING:
        return None
    tail = scanner.phrase(at + 1, *words.MISSING_TAIL) or at + 1
    begin = scanner.skip(tail, words.FILLERS | {"in", "for", "rate", "share", "%"})
    share = scanner.share(begin)
    quantity = scanner.quantity(begin, unit=False)
    if share is None and quantity is not None:
        scanner.facts.fail(
            "missing",
            f"{scanner.facts.name}: missing {quantity.value:g} is no share",
            f"Write missing {quantity.value:g}%",
            scanner.start(begin),
        )
    if share is None:
        return None
    scanner.fail_share("missing", share[0], begin)
    return scanner.add("missing", share[0], at, share[1])


def share_first(scanner: Scanner, at: int) -> int | None:
    """Read "22%", and what it is a share of: missing, zeros, the middle of a range."""
    quantity = scanner.quantity(at, unit=False)
    bare = scanner.fraction(scanner.skip(at, words.ABOUT))
    if bare is None and (quantity is None or not quantity.percent):
        return None
    if bare is None and quantity is not None and scanner.kind(quantity.following) in ("dash", "pm"):
        return None
    if bare is None and quantity is not None and scanner.word(quantity.following) in words.TO:
        return None
    value, following = bare or (
        tidy((quantity or _none()).value / 100),
        (quantity or _none()).following,
    )
    scanner.fail_share("share", value, at)
    behind = scanner.skip(following, words.FILLERS | {"values", "all", "have", "with", "being"})
    if scanner.word(behind) in words.MISSING:
        end = scanner.phrase(behind + 1, *words.MISSING_TAIL) or behind + 1
        return scanner.add("missing", value, at, end)
    if scanner.word(behind) in words.ZEROS or _zero(scanner, behind):
        return scanner.add("zero_share", value, at, behind + 1)
    if scanner.word(behind) in ("between", "within", "from", "entre", "zwischen"):
        inner = _pair(scanner, behind + 1)
        if inner is not None:
            low, high, end = inner
            return _middle(scanner, value, low, high, at, end)
    if scanner.word(following) in words.YES and scanner.ends(following + 1):
        return scanner.add("share", value, at, following + 1)
    if (
        bare is not None
        and not (scanner.opens(at) or scanner.after_fact == at)
        and not _alone(scanner, at, following)
    ):
        return None
    return scanner.add("share", value, at, following)


def _none() -> Quantity:
    raise AssertionError("a share without a number")


def _alone(scanner: Scanner, at: int, following: int) -> bool:
    return scanner.opens(at) and scanner.ends(following)


def _zero(scanner: Scanner, at: int) -> bool:
    token = scanner.token(at)
    return token is not None and token.kind == "num" and token.value == 0 and scanner.ends(at + 1)


def _middle(
    scanner: Scanner, share: float, low: Quantity, high: Quantity, at: int, end: int
) -> int:
    """Read "90% between 20 and 400" as the 5th and 95th percentile."""
    scanner.note_units(low, high)
    tail = (1 - share) / 2
    for probability, quantity in ((tail, low), (1 - tail, high)):
        _quantile(scanner, tidy(probability), quantity)
    return end


def _quantile(scanner: Scanner, probability: float, quantity: Quantity) -> None:
    facts = scanner.facts
    there = facts.quantiles.get(probability)
    if there is not None and there.value != quantity.value:
        what = f"{facts.name}: percentile {probability * 100:g} is said twice"
        facts.fail("quantiles", f"{what}, {there.value:g} and {quantity.value:g}",
                   "Keep one of the two", quantity.start)  # fmt: skip
    facts.quantiles[probability] = Fact(quantity.value, quantity.start, quantity.end)


def zeros_first(scanner: Scanner, at: int) -> int | None:
    """Read "zeros 60%", "zero in 45%"."""
    if scanner.word(at) not in words.ZEROS:
        return None
    begin = scanner.skip(at + 1, words.FILLERS | {"in", "for"})
    share = scanner.share(begin)
    if share is None:
        return None
    scanner.fail_share("zero_share", share[0], begin)
    return scanner.add("zero_share", share[0], at, share[1])


def named_share(scanner: Scanner, at: int) -> int | None:
    """Read "prevalence 22%", "p = 0.22", "yes 22%"."""
    word = scanner.word(at)
    yes = word in words.YES and scanner.kind(at) == "word"
    if word not in words.SHARE and not yes:
        return None
    begin = scanner.skip(at + 1)
    if scanner.kind(begin) == "open":
        begin += 1
    share = scanner.share(begin)
    if share is None or scanner.kind(share[1]) in ("dash", "pm"):
        return None
    scanner.fail_share("share", share[0], begin)
    end = share[1] + 1 if scanner.kind(share[1]) == "close" else share[1]
    return scanner.add("share", share[0], at, end)


def decimals(scanner: Scanner, at: int) -> int | None:
    """Read "1 decimal", "two decimal places", "no decimals"."""
    token = scanner.token(at)
    if token is None:
        return None
    count = token.value if token.kind == "num" else words.NUMBERS.get(token.low)
    count = 0 if token.low in ("no", "without") else count
    end = scanner.phrase(
        at + 1, "decimal", "decimals", "decimal place", "decimal places", "decimal digits", "dp",
        "digits after the point", "décimale", "décimales", "nachkommastelle", "nachkommastellen",
    )  # fmt: skip
    if end is None or count is None:
        return None
    if not isinstance(count, int) or not 0 <= count <= 10:
        scanner.facts.fail(
            "decimals",
            f"{scanner.facts.name}: {count:g} decimals cannot be",
            "Write a whole number from 0 to 10, such as 1 decimal",
            scanner.start(at),
        )
    return scanner.add("decimals", count, at, end)


# Means, medians, quartiles -------------------------------------------------------------


def mean(scanner: Scanner, at: int) -> int | None:
    """Read "mean 62", "mean (SD) 62 (11)", "mean ± SD: 62 ± 11"."""
    if scanner.word(at) not in words.MEAN:
        return None
    begin = _past_label(scanner, at + 1)
    quantity = scanner.quantity(begin)
    if quantity is None:
        return None
    scanner.note_units(quantity)
    scanner.add("mean", quantity.value, at, quantity.following)
    return _spread(scanner, quantity.following)


def _past_label(scanner: Scanner, at: int) -> int:
    """Pass over "(SD)", "± SD", "[IQR]", "/SD" and signs before the numbers."""
    begin = at
    if scanner.kind(begin) in ("pm", "slash"):
        begin += 1
    opened = scanner.kind(begin) == "open"
    begin += opened
    if scanner.kind(begin) == "pm":
        begin += 1
    label = _label(scanner, begin)
    if label is None:
        return scanner.skip(at)
    if opened:
        label += scanner.kind(label) == "close"
    return scanner.skip(label)


def _label(scanner: Scanner, at: int) -> int | None:
    found = scanner.phrase(at, *words.SD_PHRASES, *words.QUARTILE_PHRASES, "q1 - q3", "q1 , q3")
    if found is None and scanner.word(at) in words.SD | words.QUARTILES:
        found = at + 1
    return found


def _spread(scanner: Scanner, at: int) -> int:
    """Read the SD or the range behind a mean: "± 11", "(11)", "(SD 11)", "(range 30-85)"."""
    if scanner.kind(at) == "pm" or (
        scanner.kind(at) == "slash" and scanner.facts.get("sd") is None
    ):
        quantity = scanner.quantity(at + 1)
        if quantity is None:
            return at
        scanner.note_units(quantity)
        return scanner.add("sd", quantity.value, at, quantity.following)
    if scanner.kind(at) != "open":
        return at
    inner = at + 1
    if scanner.word(inner) in words.RANGE or scanner.word(inner) in words.MINIMUM:
        return at
    begin = scanner.skip(_label(scanner, inner) or inner)
    begin += scanner.kind(begin) == "pm"
    quantity = scanner.quantity(begin)
    if quantity is None or scanner.kind(quantity.following) != "close":
        return at
    scanner.note_units(quantity)
    return scanner.add("sd", quantity.value, begin, quantity.following) + 1


def sd(scanner: Scanner, at: int) -> int | None:
    """Read "sd 11", "standard deviation 11"."""
    begin = scanner.phrase(at, *words.SD_PHRASES)
    if begin is None and scanner.word(at) in words.SD:
        begin = at + 1
    quantity = scanner.quantity(scanner.skip(begin)) if begin is not None else None
    if quantity is None:
        return None
    scanner.note_units(quantity)
    return scanner.add("sd", quantity.value, at, quantity.following)


def median(scanner: Scanner, at: int) -> int | None:
    """Read "median 7.4 (6.6-8.6)", "median [IQR]: 7.4 [6.6; 8.6]"."""
    if scanner.word(at) not in words.MEDIAN:
        return None
    begin = _past_label(scanner, at + 1)
    quantity = scanner.quantity(begin)
    if quantity is None:
        return None
    scanner.note_units(quantity)
    scanner.add("median", quantity.value, at, quantity.following)
    return _bracketed_quartiles(scanner, quantity.following)


def _bracketed_quartiles(scanner: Scanner, at: int) -> int:
    if scanner.kind(at) != "open":
        return at
    begin = _label(scanner, at + 1) or at + 1
    pair = _pair(scanner, scanner.skip(begin))
    if pair is None or scanner.kind(pair[2]) != "close":
        return at
    _set_quartiles(scanner, pair[0], pair[1], at)
    return pair[2] + 1


def _set_quartiles(scanner: Scanner, low: Quantity, high: Quantity, at: int) -> None:
    scanner.note_units(low, high)
    if scanner.facts.get("quartiles") is None and low.value > high.value:
        scanner.facts.fail(
            "quartiles",
            f"{scanner.facts.name}: the quartiles {low.value:g} and {high.value:g} are out of order",
            f"Write {high.value:g}-{low.value:g}",
            low.start,
        )
    scanner.facts.add("quartiles", (low.value, high.value), low.start, high.end)


def quartiles(scanner: Scanner, at: int) -> int | None:
    """Read "IQR 6.6-8.6", "quartiles 6.6, 7.4, 8.6"."""
    begin = scanner.phrase(at, *words.QUARTILE_PHRASES)
    if begin is None and scanner.word(at) in words.QUARTILES:
        begin = at + 1
    if begin is None:
        return None
    begin = scanner.skip(begin)
    opened = scanner.kind(begin) == "open"
    begin += opened
    three = _three(scanner, begin)
    if three is not None:
        low, middle, high, end = three
        scanner.facts.add("median", middle.value, middle.start, middle.end)
        _set_quartiles(scanner, low, high, at)
    else:
        pair = _pair(scanner, begin)
        if pair is None:
            return None
        _set_quartiles(scanner, pair[0], pair[1], at)
        end = pair[2]
    return end + (opened and scanner.kind(end) == "close")


def _three(scanner: Scanner, at: int) -> tuple[Quantity, Quantity, Quantity, int] | None:
    found = []
    for step in range(3):
        quantity = scanner.quantity(at)
        if quantity is None:
            return None
        found.append(quantity)
        at = quantity.following
        if step < 2:
            if scanner.kind(at) not in ("sep", "slash"):
                return None
            at += 1
    return found[0], found[1], found[2], at


def percentile(scanner: Scanner, at: int) -> int | None:
    """Read "p95 80", "Q1 = 6.6", "5th percentile 1"."""
    word = scanner.word(at)
    named = re.fullmatch(r"(?:p|pct|perc|c)(\d{1,2})|q([123])", word)
    if named is not None and scanner.kind(at) == "word":
        probability = int(named[1]) / 100 if named[1] else int(named[2]) / 4
        begin = at + 1
    else:
        token = scanner.token(at)
        value = token.value if token is not None and token.kind == "num" else None
        end = scanner.phrase(
            at + 1, "th percentile", "st percentile", "nd percentile", "rd percentile",
            "th centile", "percentile", "centile", "e percentile", ". perzentil", "perzentil",
        )  # fmt: skip
        if value is None or end is None:
            return None
        probability, begin = value / 100, end
    quantity = scanner.quantity(scanner.skip(begin))
    if quantity is None or not 0 < probability < 1:
        return None
    scanner.note_units(quantity)
    _quantile(scanner, tidy(probability), quantity)
    return quantity.following


# Ranges --------------------------------------------------------------------------------


def _pair(scanner: Scanner, at: int) -> tuple[Quantity, Quantity, int] | None:
    """Read two numbers with "-", "to", "and", ";" or a comma between."""
    low = scanner.quantity(at)
    if low is None:
        return None
    between = low.following
    joined = scanner.kind(between) in ("dash", "sep") or scanner.word(between) in words.TO | {
        "and", "et", "und", "&"
    }  # fmt: skip
    high = scanner.quantity(between + 1) if joined else None
    return None if high is None else (low, high, high.following)


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
        pair = _pair(scanner, begin + 1)
        if pair is None or scanner.kind(pair[2]) != "close":
            return None
        return _note_range(scanner, pair[0], pair[1], at, pair[2] + 1)
    pair = _pair(scanner, begin)
    if pair is None:
        return None
    joint = scanner.tokens[pair[0].following]
    if joint.kind == "sep" or (joint.low in ("and", "et", "und", "&") and not introduced):
        return None
    return _note_range(scanner, pair[0], pair[1], at, pair[2])


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
    years = all(scanner.tokens[place].kind == "num" and len(scanner.tokens[place].text) == 4
                for place in (begin + opened, first[1] + 1)) and end - opened - begin - opened == 3  # fmt: skip
    if years and scanner.unit(end) is not None and scanner._unit_may_end(scanner.unit(end)[1]):  # type: ignore[index]
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
        day = _day(when[0].first, when[0].last, key, exclusive)
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
    """The first or last day that is meant; "before 2020" ends on its eve."""
    if not exclusive:
        return first if key == "low" else last
    if len(first) > 10:
        step = datetime.timedelta(seconds=1 if key == "low" else -1)
        return (datetime.datetime.fromisoformat(last if key == "low" else first) + step).isoformat()
    step = datetime.timedelta(days=1 if key == "low" else -1)
    return (datetime.date.fromisoformat(last if key == "low" else first) + step).isoformat()


def number(scanner: Scanner, at: int) -> int | None:
    """Read "62 ± 11", "62 (11)", "7.4 (6.6-8.6)", "18+", "18 or older"."""
    quantity = scanner.quantity(at)
    if quantity is None:
        return None
    following = quantity.following
    more, less = (
        scanner.phrase(following, *words.OR_MORE),
        scanner.phrase(following, *words.OR_LESS),
    )
    plus = scanner.token(following)
    if (
        plus is not None
        and plus.text == "+"
        and plus.start == quantity.end
        and scanner.ends(following + 1)
    ):
        more = following + 1
    if more is not None or less is not None:
        scanner.note_units(quantity)
        return scanner.add("low" if more else "high", quantity.value, at, more or less or at)
    if scanner.kind(following) == "pm" and scanner.quantity(following + 1) is not None:
        scanner.note_units(quantity)
        scanner.add("mean", quantity.value, at, following)
        return _spread(scanner, following)
    if scanner.kind(following) != "open" or not (scanner.opens(at) or scanner.after_fact == at):
        return None
    if _bracket_holds_range(scanner, following):
        scanner.note_units(quantity)
        return scanner.add("mean", quantity.value, at, following)
    label = _label(scanner, following + 1)
    pair = _pair(scanner, scanner.skip(label or following + 1))
    if pair is not None and scanner.kind(pair[2]) == "close":
        scanner.note_units(quantity)
        scanner.add("median", quantity.value, at, following)
        return _bracketed_quartiles(scanner, following)
    end = _spread(scanner, following)
    if end == following:
        return None
    scanner.note_units(quantity)
    scanner.add("mean", quantity.value, at, following)
    return end


def _bracket_holds_range(scanner: Scanner, at: int) -> bool:
    return scanner.word(at + 1) in words.RANGE and _pair(scanner, scanner.skip(at + 2)) is not None


# Types, laws, patterns -------------------------------------------------------------------


def kind(scanner: Scanner, at: int) -> int | None:
    """Read "integer", "unique id", "ordered", "whole days", "non-negative"."""
    if scanner.kind(at) != "word":
        return None
    word = scanner.word(at)
    anywhere = scanner.phrase(at, *words.TYPES)
    if anywhere is not None:
        said = " ".join(scanner.word(place) for place in range(at, anywhere))
        if said == "ordinal":
            scanner.add("ordered", True, at, anywhere)
            return anywhere
        return scanner.add("type", words.TYPES[said], at, anywhere)
    if word in ("non-negative", "nonnegative") or scanner.phrase(at, "not negative"):
        return scanner.add("low", 0, at, scanner.phrase(at, "not negative") or at + 1)
    if word == "whole" and scanner.unit(at + 1) is not None:
        return scanner.add("type", "integer", at, at + 1)
    if word in words.TYPES_LAST and scanner.ends(at + 1) and scanner.free[-1:] == [at - 1]:
        return scanner.add("type", "id", at, at + 1)
    if (
        word in ("id", "identifier")
        and scanner.opens(at)
        and scanner.kind(at + 1) in ("pattern", "word")
    ):
        if (
            scanner.word(at + 1) in ("like", "pattern", "format")
            or scanner.kind(at + 1) == "pattern"
        ):
            return scanner.add("type", "id", at, at + 1)
    if word not in words.TYPES_ALONE or not scanner.opens(at):
        return None
    dated = word == "date" and scanner.moment(at + 1) is not None
    if not (scanner.ends(at + 1) or dated):
        if word == "date" and scanner.word(at + 1) == "of":
            scanner.facts.add("type", "date", scanner.start(at), scanner.end(at + 1))
        return None
    if word == "ordered":
        return scanner.add("ordered", True, at, at + 1)
    if not words.TYPES_ALONE[word]:
        return None
    return scanner.add("type", words.TYPES_ALONE[word], at, at + 1)


def law(scanner: Scanner, at: int) -> int | None:
    """Read "normal", "uniform 0-10", "exponentially distributed"."""
    name = words.LAWS.get(scanner.word(at))
    if name is None or not scanner.opens(at):
        return None
    end = scanner.phrase(at + 1, "distribution", "distributed", "law") or at + 1
    end = scanner.skip(end, words.FILLERS | {"with"})
    if not scanner.ends(end) and scanner.kind(end) != "num" and scanner.word(end) not in (
        words.MEAN | words.MEDIAN | words.SD | {"between", "from"}
    ):  # fmt: skip
        return None
    return scanner.add("law", name, at, end)


def pattern(scanner: Scanner, at: int) -> int | None:
    """Read an id's pattern, ``P####``."""
    begin = at
    while scanner.word(begin) in ("like", "pattern", "format", "such", "as") and begin < at + 3:
        begin = scanner.skip(begin + 1)
    if scanner.kind(begin) != "pattern":
        return None
    text = scanner.text[scanner.start(begin) : scanner.end(begin + 1)]
    scanner.add("type", "id", at, begin + 1)
    return scanner.add("pattern", text, begin, begin + 1)


#: In the order in which they are tried at each place.
READERS: tuple[Reader, ...] = (
    soft, pattern, missing, decimals, percentile, law, kind, quartiles, mean, median, sd, zeros_first,
    named_share, chained, between, share_first, minimum, maximum, number,
)  # fmt: skip
_NUMBERS: tuple[Reader, ...] = (
    decimals, percentile, zeros_first, named_share, chained, between, share_first, number
)  # fmt: skip
_BY_KIND: dict[str, tuple[Reader, ...]] = {
    "num": _NUMBERS,
    "eq": _NUMBERS,
    "other": (named_share, *_NUMBERS),
    "date": (between,),
    "open": (between,),
    "cmp": (minimum, maximum),
    "pattern": (pattern,),
}


def at(scanner: Scanner, place: int) -> tuple[Reader, ...]:
    """Readers that can understand something that begins here."""
    found = scanner.kind(place)
    if found != "word":
        return _BY_KIND.get(found, ())
    word = scanner.word(place)
    named = word in words.TRIGGERS or re.fullmatch(r"(?:p|pct|perc|c|q)\d{1,2}", word) is not None
    return READERS if named else ()
