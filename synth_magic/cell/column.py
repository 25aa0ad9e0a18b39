"""From the facts of a line to its Column, or to the contradiction among them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synth_magic.blueprint.model import Column, Distribution, Missing, Stated
from synth_magic.cell import lex
from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import Fact, Facts, short, shown
from synth_magic.cell.lists import Item
from synth_magic.cell.scan import tidy

if TYPE_CHECKING:
    from synth_magic.cell.shorthand import Line

_YEAR_NAME = re.compile(
    r"(?:^|[\W_])(?:year|years|annee|année|jahr|yr|yob)(?:$|[\W_\d])", re.IGNORECASE
)
_PLAIN = re.compile(r"[^\W\d]\w*")


def settle(name: str, facts: Facts, items: Sequence[Item], unread: tuple[str, ...]) -> Line:
    """Bring the facts of one line together.

    Raises
    ------
    SpecError
        Facts that exclude one another, with the place of the later one.
    """
    from synth_magic.cell.shorthand import Line

    given: dict[str, Any] = {"name": name}
    stated: dict[str, Any] = {}
    description = ", ".join(unread)
    _values(facts, items, given, stated)
    _quartiles(facts)
    _dates(facts, description, given)
    _numbers(facts, given, stated)
    _check(facts, given)
    rules = _strict(facts, given)
    law = _law(facts, given)
    if law is not None:
        given["distribution"] = law
    if facts.legend is not None:
        description = ", ".join(part for part in (description, facts.legend) if part)
    if description:
        given["description"] = description
    for key in ("unit", "pattern", "decimals"):
        if key in facts.said:
            given[key] = facts.get(key)
    if stated:
        given["stated"] = Stated(**stated)
    column = Column(**given)
    rate = facts.get("missing")
    missing = None if rate is None else Missing(column=name, rate=rate, source="user")
    return Line(column, missing, rules, unread, _as_unit(facts, column), _spans(facts, items))


def _as_unit(facts: Facts, column: Column) -> Column | None:
    """The reading of ``A/B`` in which it is no list of values."""
    if facts.either is None:
        return None
    return column.model_copy(
        update={"type": None, "values": None, "ordered": None, "unit": facts.either.value}
    )


def _spans(facts: Facts, items: Sequence[Item]) -> dict[str, tuple[int, int]]:
    spans = {key: (fact.start, fact.end) for key, fact in facts.said.items()}
    for key, source in (("range", ("low", "high")), ("probability", ("share",)),
                        ("distribution", ("law",))):  # fmt: skip
        for part in source:
            if part in spans:
                spans.setdefault(key, spans[part])
    if items:
        spans["values"] = (items[0].start, items[-1].end)
    if facts.shares:
        first = min(facts.shares.values(), key=lambda fact: fact.start)
        spans["probabilities"] = (first.start, first.end)
    if facts.quantiles:
        first = min(facts.quantiles.values(), key=lambda fact: fact.start)
        spans["quantiles"] = (first.start, first.end)
    if facts.free:
        spans["description"] = facts.free[0]
    return {
        key: place for key, place in spans.items() if key not in ("low", "high", "share", "law")
    }


def checked(column: Column, at: Mapping[str, int]) -> Column:
    """Check what a long form states as a line of shorthand is checked.

    Parameters
    ----------
    column
        As read from YAML.
    at
        Field to its place.

    Raises
    ------
    SpecError
    """
    facts, stated = Facts(column.name), column.stated
    low, high = column.range or (None, None)
    if column.type in ("date", "datetime") or isinstance(low, str) or isinstance(high, str):
        return column
    given = {"low": low, "high": high}
    if stated is not None:
        given |= {key: getattr(stated, key) for key in ("mean", "sd", "median", "quartiles")}
        for probability, position in stated.quantiles or ():
            facts.quantiles[float(probability)] = Fact(position, at.get("quantiles", 0), 0)
    for key, value in given.items():
        if value is not None:
            place = at.get("range" if key in ("low", "high") else key, 0)
            facts.said[key] = Fact(value, place, place)
    _check_range(facts, {"range": column.range} if column.range else {})
    _check_order(facts)
    if stated is None or stated.probabilities is None:
        return column
    for value, share in stated.probabilities:
        facts.shares[value] = Fact(share, at.get(value, at.get("probabilities", 0)), 0)
    values = column.values or tuple(facts.shares)
    shares = _complete(facts, values, dict(stated.probabilities))
    return column.model_copy(
        update={"stated": stated.model_copy(update={"probabilities": tuple(shares.items())})}
    )


# Values and shares --------------------------------------------------------------------


def _values(
    facts: Facts, items: Sequence[Item], given: dict[str, Any], stated: dict[str, Any]
) -> None:
    """Settle the kind of column that a list of values or a share makes."""
    lowered = frozenset(item.text.lower() for item in items)
    kind, share = facts.get("type"), facts.get("share")
    if items and facts.numeric:
        key = next(key for key in ("low", "high", "mean", "sd", "median", "quartiles", "zero_share",
                                   "decimals", "law", "quantiles")
                   if key in facts.said or (key == "quantiles" and facts.quantiles))  # fmt: skip
        at = facts.at(key) if key in facts.said else next(iter(facts.quantiles.values())).start
        field = {"low": "range", "high": "range"}.get(key, key)
        facts.fail(
            field,
            f"{facts.name}: a column of the values {short(' / '.join(i.text for i in items), 30)} has "
            f"no {field.replace('_', ' ')}",
            "Keep the values or the numbers, not both",
            at,
        )
    if lowered in words.BOOLEANS or (kind == "boolean" and not items):
        _boolean(facts, items, given, stated)
    elif lowered == {"0", "1"} and len(items) == 2:
        _zero_one(facts, items, given, stated)
    elif items:
        _category(facts, items, given, stated)
    elif share is not None and not facts.numeric and kind in (None, "integer"):
        given["type"] = "boolean" if kind is None else "integer"
        if kind == "integer":
            given["range"] = (0, 1)
        stated["probability"] = share
    elif share is not None:
        what = "is no share of a column with a range or a mean" if facts.numeric else "has no value"
        facts.fail(
            "probability",
            f"{facts.name}: {share * 100:g}% {what}",
            "Say what it is a share of: missing 8%, 60% zeros, yes/no 22%",
            facts.at("share"),
        )
    elif kind is not None:
        given["type"] = kind
    if facts.get("ordered"):
        given.setdefault("type", "category")
        given["ordered"] = True


def _boolean(
    facts: Facts, items: Sequence[Item], given: dict[str, Any], stated: dict[str, Any]
) -> None:
    if facts.get("type") not in (None, "boolean"):
        _clash(facts, "a yes/no column", items)
    if facts.numeric:
        key = next((key for key in ("low", "high", "mean", "sd", "median", "quartiles")
                    if key in facts.said), None)  # fmt: skip
        if key is not None:
            facts.fail(
                "range" if key in ("low", "high") else key,
                f"{facts.name}: a yes/no column has no {'range' if key in ('low', 'high') else key}",
                "Write one share, such as yes/no, 22%",
                facts.at(key),
            )
    given["type"] = "boolean"
    share = _share_of(facts, items, ("yes", "y", "true"))
    if share is not None:
        stated["probability"] = share


def _zero_one(
    facts: Facts, items: Sequence[Item], given: dict[str, Any], stated: dict[str, Any]
) -> None:
    if facts.get("type") not in (None, "integer", "boolean", "category"):
        _clash(facts, "a 0/1 column", items)
    given["type"] = "integer"
    given["range"] = (0, 1)
    share = _share_of(facts, items, ("1",))
    if share is not None:
        stated["probability"] = share


def _share_of(facts: Facts, items: Sequence[Item], positive: tuple[str, ...]) -> float | None:
    """Share of the positive one of two values."""
    found: float | None = facts.get("share")
    for value, fact in facts.shares.items():
        share = fact.value if value.lower() in positive else tidy(1 - fact.value)
        if found is not None and abs(found - share) > 0.011:
            facts.fail(
                "probability",
                f"{facts.name}: the shares {found * 100:g}% and {share * 100:g}% contradict one another",
                "Keep one share; the other value has the rest",
                fact.start,
            )
        found = share if found is None else found
    return found


def _clash(facts: Facts, kind: str, items: Sequence[Item]) -> None:
    at = max(facts.at("type"), items[0].start if items else 0)
    said = facts.get("type")
    facts.fail(
        "type",
        f"{facts.name}: {kind} is not of type {said}",
        f"Leave out {said}, or the values",
        at,
    )


def _category(
    facts: Facts, items: Sequence[Item], given: dict[str, Any], stated: dict[str, Any]
) -> None:
    if facts.get("type") not in (None, "category", "text"):
        _clash(facts, "a column with a list of values", items)
    if len(items) == 1:
        facts.fail(
            "values",
            f"{facts.name}: there is one value only, {short(items[0].text)}",
            "Write at least two, such as F / M",
            items[0].start,
        )
    values = tuple(item.text for item in items)
    given |= {"type": "category", "values": values}
    loose = facts.get("share")
    if loose is not None:
        positive = [value for value in values if value.lower() in words.POSITIVE]
        if len(values) != 2 or len(positive) != 1:
            facts.fail(
                "probabilities",
                f"{facts.name}: which of {short(', '.join(values))} does {loose * 100:g}% belong to?",
                f"Write {short(values[0], 20)} {loose * 100:g}%",
                facts.at("share"),
            )
        facts.shares.setdefault(positive[0], facts.said["share"])
    shares = {value: facts.shares[value].value for value in values if value in facts.shares}
    if shares:
        stated["probabilities"] = _complete(facts, values, shares)


def _complete(facts: Facts, values: tuple[str, ...], shares: dict[str, float]) -> dict[str, float]:
    """Check that shares make a whole; rounded percentages are made to."""
    total, slack = sum(shares.values()), max(0.005 * len(shares), 0.01) + 1e-9
    last = max((fact for fact in facts.shares.values()), key=lambda fact: fact.start)
    open_ones = [value for value in values if value not in shares]
    if total > 1 + slack or (open_ones and total > 1 - 1e-9):
        left = f", and nothing is left for {short(open_ones[0])}" if open_ones else ", not 100%"
        facts.fail(
            "probabilities",
            f"{facts.name}: the shares make {tidy(total * 100):g}%{left}",
            "Let the shares make 100% together",
            last.start,
        )
    if len(open_ones) == 1 and len(values) == 2:
        return {value: shares.get(value, tidy(1 - total)) for value in values}
    if open_ones:
        return shares
    if total < 1 - slack:
        facts.fail(
            "probabilities",
            f"{facts.name}: the shares make {tidy(total * 100):g}%, not 100%",
            "Let the shares make 100% together, or leave one of them open",
            last.start,
        )
    return {value: tidy(share / total) for value, share in shares.items()}


# Dates --------------------------------------------------------------------------------


def _dates(facts: Facts, description: str, given: dict[str, Any]) -> None:
    """Decide whether years and days make a column of dates."""
    low, high = facts.get("low"), facts.get("high")
    kind = given.get("type")
    if kind in ("category", "boolean", "id", "text"):
        return
    dated = isinstance(low, str) or isinstance(high, str)
    numeric = kind in ("integer", "number") or any(
        key in facts.said for key in ("unit", "decimals", "zero_share")
    )
    by_year = facts.get("type") in ("date", "datetime")
    if not dated:
        if by_year:
            _year_ends(facts, low, high, given)
        return
    years = facts.get("type") not in ("date", "datetime")
    if years and not numeric and _YEAR_NAME.search(facts.name + " " + description):
        numeric, given["type"] = True, "integer"
    if numeric and years:
        given["range"] = tuple(int(end[:4]) if isinstance(end, str) else end for end in (low, high))
        return
    if numeric:
        facts.fail(
            "range",
            f"{facts.name}: dates have no {'unit' if 'unit' in facts.said else 'numbers beside them'}",
            "Keep the dates or the numbers, not both",
            facts.at(
                next((k for k in ("unit", "decimals", "zero_share") if k in facts.said), "type")
            ),
        )
    kind = "datetime" if facts.get("type") == "datetime" else "date"
    given["type"] = kind
    ends = (low, high)
    if kind == "datetime":
        ends = (_timed(low, "T00:00:00"), _timed(high, "T23:59:59"))
    given["range"] = ends
    if isinstance(low, str) and isinstance(high, str) and ends[0] > ends[1]:
        facts.fail(
            "range",
            f"{facts.name}: the dates end ({high}) before they begin ({low})",
            "Write the earlier one first",
            facts.at("high"),
        )


def _timed(day: Any, clock: str) -> Any:
    return day + clock if isinstance(day, str) and len(day) == 10 else day


def _year_ends(facts: Facts, low: Any, high: Any, given: dict[str, Any]) -> None:
    """``date, >= 2015``: years as ends of dates."""
    first, last = lex.year(low), lex.year(high)
    for key, end, found in (("low", low, first), ("high", high, last)):
        if end is not None and found is None:
            facts.fail(
                "range",
                f"{facts.name}: {shown(end)} is no date",
                "Write dates as 2019-01-31, or years as 2015-2020",
                facts.at(key),
            )
    if low is not None or high is not None:
        given["range"] = (first and first.first, last and last.last)
        for key in ("low", "high"):
            facts.strict.discard(key)


# Numbers ------------------------------------------------------------------------------


def _quartiles(facts: Facts) -> None:
    """Take percentiles 25, 50 and 75 for what they are."""
    if 0.25 in facts.quantiles and 0.75 in facts.quantiles and "quartiles" not in facts.said:
        low, high = facts.quantiles.pop(0.25), facts.quantiles.pop(0.75)
        facts.add("quartiles", (low.value, high.value), low.start, high.end)
    if 0.5 in facts.quantiles and "median" not in facts.said:
        middle = facts.quantiles.pop(0.5)
        facts.add("median", middle.value, middle.start, middle.end)


def _numbers(facts: Facts, given: dict[str, Any], stated: dict[str, Any]) -> None:
    low, high = facts.get("low"), facts.get("high")
    if "range" not in given and (low is not None or high is not None):
        given["range"] = (low, high)
    ends = [end for end in given.get("range") or () if isinstance(end, float)]
    if any(not end.is_integer() for end in ends):
        given.setdefault("type", "number")
    if facts.get("decimals"):
        given.setdefault("type", "number")
    for key in ("mean", "sd", "median", "quartiles", "zero_share"):
        if key in facts.said:
            stated[key] = facts.get(key)
    if facts.quantiles:
        stated["quantiles"] = {
            probability: facts.quantiles[probability].value
            for probability in sorted(facts.quantiles)
        }


def _check(facts: Facts, given: dict[str, Any]) -> None:
    """Refuse numbers that exclude one another."""
    kind = given.get("type")
    unfit = [
        key for key in ("mean", "sd", "median", "quartiles", "zero_share") if key in facts.said
    ]
    if kind in ("id", "text", "boolean") and (unfit or facts.get("low") is not None):
        key = unfit[0] if unfit else "low"
        label = {"id": "an id", "text": "a text", "boolean": "a yes/no column"}[str(kind)]
        field = "range" if key == "low" else key
        facts.fail(
            field, f"{facts.name}: {label} has no {field.replace('_', ' ')}",
            "Keep one of the two", facts.at(key),
        )  # fmt: skip
    if kind in ("date", "datetime") and unfit:
        facts.fail(
            unfit[0], f"{facts.name}: the {unfit[0].replace('_', ' ')} of dates cannot be written here",
            "State it in the long form, such as stated: {mean: 2018-06-01}", facts.at(unfit[0]),
        )  # fmt: skip
    if kind == "integer" and facts.get("decimals"):
        facts.fail(
            "decimals", f"{facts.name}: whole numbers have no decimals",
            "Leave out integer, or the decimals", facts.at("decimals"),
        )  # fmt: skip
    if facts.get("sd") is not None and facts.get("sd") <= 0:
        facts.fail(
            "sd", f"{facts.name}: the SD {shown(facts.get('sd'))} is not above 0",
            "Write an SD such as sd 11", facts.at("sd"),
        )  # fmt: skip
    _check_range(facts, given)
    _check_order(facts)


def _check_range(facts: Facts, given: dict[str, Any]) -> None:
    low, high = given.get("range") or (None, None)
    if isinstance(low, str) or isinstance(high, str):
        return
    if low is not None and high is not None:
        strict = low == high and facts.strict
        if low > high or strict:
            facts.fail(
                "range",
                f"{facts.name}: nothing lies between {shown(low)} and {shown(high)}",
                f"Write {shown(high)}-{shown(low)}" if low > high else "Leave one of the two out",
                facts.at("high"),
            )
    named = [("mean", facts.get("mean")), ("median", facts.get("median"))]
    named += [("quartiles", end) for end in facts.get("quartiles") or ()]
    places = [(key, value, facts.at(key)) for key, value in named if value is not None]
    places += [("quantiles", fact.value, fact.start) for fact in facts.quantiles.values()]
    for key, value, at in places:
        below, above = low is not None and value < low, high is not None and value > high
        if below or above:
            label = {"quartiles": "quartile", "quantiles": "percentile"}.get(key, key)
            side = f"below {shown(low)}" if below else f"above {shown(high)}"
            facts.fail(
                key,
                f"{facts.name}: the {label} {shown(value)} is {side}, the {'lower' if below else 'upper'} "
                "end of its range",
                f"Change the {label} or the range",
                at,
            )
    mean, sd = facts.get("mean"), facts.get("sd")
    if None not in (mean, sd, low, high) and sd**2 > (mean - low) * (high - mean) * (1 + 1e-9):
        most = ((mean - low) * (high - mean)) ** 0.5
        facts.fail(
            "sd",
            f"{facts.name}: the SD {shown(sd)} is too large; within {shown(low)} to {shown(high)} and "
            f"with mean {shown(mean)} it is at most {most:.3g}",
            "Change the SD, the mean or the range",
            facts.at("sd"),
        )


def _check_order(facts: Facts) -> None:
    """Percentiles must rise: quartiles about the median, P5 below P95."""
    points = [(probability, fact) for probability, fact in facts.quantiles.items()]
    if "quartiles" in facts.said:
        fact = facts.said["quartiles"]
        points += [(0.25, Fact(fact.value[0], fact.start, fact.end)),
                   (0.75, Fact(fact.value[1], fact.start, fact.end))]  # fmt: skip
    if "median" in facts.said:
        points.append((0.5, facts.said["median"]))
    points.sort(key=lambda point: point[0])
    for (lower, first), (upper, second) in zip(points, points[1:], strict=False):
        if lower == upper and first.value == second.value:
            continue
        if first.value > second.value or lower == upper:
            later = max(first, second, key=lambda fact: fact.start)
            key = "quartiles" if "quartiles" in facts.said else "quantiles"
            facts.fail(
                key,
                f"{facts.name}: percentile {lower * 100:g} ({shown(first.value)}) lies above percentile "
                f"{upper * 100:g} ({shown(second.value)})",
                "Let the numbers rise with the percentage",
                later.start,
            )


def _strict(facts: Facts, given: dict[str, Any]) -> tuple[str, ...]:
    """Say "> 18" exactly: the next whole number, or a rule beside the range."""
    rules, ends = [], list(given.get("range") or (None, None))
    name = facts.name if _PLAIN.fullmatch(facts.name) else f"`{facts.name}`"
    for at, (key, sign, step) in enumerate((("low", ">", 1), ("high", "<", -1))):
        end = ends[at]
        if key not in facts.strict or not isinstance(end, (int, float)):
            continue
        if given.get("type") == "integer" and float(end).is_integer():
            ends[at] = int(end) + step
        else:
            rules.append(f"{name} {sign} {end:.15g}")
    if given.get("range"):
        given["range"] = tuple(ends)
    return tuple(rules)


def _law(facts: Facts, given: dict[str, Any]) -> Distribution | None:
    """The named law, where its parameters are said."""
    name = facts.get("law")
    if name is None:
        return None
    mean, sd, (low, high) = facts.get("mean"), facts.get("sd"), given.get("range") or (None, None)
    params: dict[str, Any] | None = None
    if name == "normal" and mean is not None and sd is not None:
        params = {"mean": mean, "sd": sd}
    elif name in ("exponential", "poisson") and mean is not None:
        params = {"mean": mean}
    elif name == "uniform" and low is not None and high is not None:
        params = {"low": low, "high": high}
    elif name == "lognormal" and mean is not None and sd is not None and mean > 0:
        # Moments of the lognormal: median = m / sqrt(1 + cv²), sigma² = log(1 + cv²).
        import math

        spread = math.log1p((sd / mean) ** 2)
        params = {"median": mean * math.exp(-spread / 2), "sigma": spread**0.5}
    wanted = {"uniform": "a range: uniform 0-10", "exponential": "a mean: exponential, mean 12",
              "poisson": "a mean: poisson, mean 2.5"}  # fmt: skip
    if params is None:
        facts.fail(
            "distribution",
            f"{facts.name}: {name} needs its numbers",
            f"Add {wanted.get(name, f'mean and SD: {name}, mean 62, sd 11')}",
            facts.at("law"),
        )
    given.setdefault("type", "integer" if name == "poisson" else "number")
    return Distribution(**{name: params}, source="user")  # type: ignore[arg-type]
