"""Reading where values lie: means and SDs, medians, quartiles, percentiles."""

from __future__ import annotations

import re
from collections.abc import Container

from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import Fact
from synth_magic.cell.scan import Quantity, Scanner, tidy, two_numbers


def mean(scanner: Scanner, at: int) -> int | None:
    """Read "mean 62", "mean (SD) 62 (11)", "mean ± SD: 62 ± 11"."""
    following = _centre(scanner, at, "mean", words.MEAN)
    return None if following is None else _spread(scanner, following)


def _centre(scanner: Scanner, at: int, fact: str, names: Container[str | None]) -> int | None:
    """Read a word for a centre, labels and the number; return what follows it."""
    if scanner.word(at) not in names:
        return None
    quantity = scanner.quantity(_past_label(scanner, at + 1))
    if quantity is None:
        return None
    scanner.note_units(quantity)
    scanner.add(fact, quantity.value, at, quantity.following)
    return quantity.following


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
    following = _centre(scanner, at, "median", words.MEDIAN)
    return None if following is None else _bracketed_quartiles(scanner, following)


def _bracketed_quartiles(scanner: Scanner, at: int) -> int:
    if scanner.kind(at) != "open":
        return at
    begin = _label(scanner, at + 1) or at + 1
    pair = two_numbers(scanner, scanner.skip(begin))
    if pair is None or scanner.kind(pair[2]) != "close":
        return at
    _set_quartiles(scanner, pair[0], pair[1], at)
    return pair[2] + 1


def _set_quartiles(scanner: Scanner, low: Quantity, high: Quantity, at: int) -> None:
    scanner.note_units(low, high)
    if scanner.facts.get("quartiles") is None and low.value > high.value:
        scanner.facts.fail(
            "quartiles",
            f"{scanner.facts.name}: the quartiles {low.value:g} and {high.value:g} are "
            "out of order",
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
        pair = two_numbers(scanner, begin)
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
    note_quantile(scanner, tidy(probability), quantity)
    return quantity.following


def note_quantile(scanner: Scanner, probability: float, quantity: Quantity) -> None:
    """Note a percentile; two of one probability must be the same."""
    facts = scanner.facts
    there = facts.quantiles.get(probability)
    if there is not None and there.value != quantity.value:
        what = f"{facts.name}: percentile {probability * 100:g} is said twice"
        facts.fail("quantiles", f"{what}, {there.value:g} and {quantity.value:g}",
                   "Keep one of the two", quantity.start)  # fmt: skip
    facts.quantiles[probability] = Fact(quantity.value, quantity.start, quantity.end)


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
    pair = two_numbers(scanner, scanner.skip(label or following + 1))
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
    return (
        scanner.word(at + 1) in words.RANGE
        and two_numbers(scanner, scanner.skip(at + 2)) is not None
    )
