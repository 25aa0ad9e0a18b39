"""From the facts of a line to its Column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from synth_magic.blueprint.model import Column, Distribution, Missing, Stated
from synth_magic.cell import lex
from synth_magic.cell.checks import check
from synth_magic.cell.facts import Facts, shown
from synth_magic.cell.items import Item
from synth_magic.cell.settle_values import settle_values
from synth_magic.errors import SpecError, problem

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
    settle_values(facts, items, given, stated)
    _quartiles(facts)
    _dates(facts, description, given)
    _numbers(facts, given, stated)
    check(facts, given)
    rules = _strict(facts, given)
    if facts.legend is not None:
        description = ", ".join(part for part in (description, facts.legend) if part)
    if description:
        given["description"] = description
    for key in ("unit", "pattern", "decimals"):
        if key in facts.said:
            given[key] = facts.get(key)
    spans = _spans(facts, items)
    try:
        law = _law(facts, given)
        if law is not None:
            given["distribution"] = law
        if stated:
            given["stated"] = Stated(**stated)
        column = Column(**given)
        rate = facts.get("missing")
        missing = None if rate is None else Missing(column=name, rate=rate, source="user")
    except ValidationError as error:
        raise _no_number(error, facts, spans) from None
    return Line(column, missing, rules, unread, _as_unit(facts, column), spans)


def _no_number(
    error: ValidationError, facts: Facts, spans: Mapping[str, tuple[int, int]]
) -> SpecError:
    """Say of a number that no column can hold where it stands in the line."""
    entry = error.errors()[0]
    key = str(entry["loc"][0]) if entry["loc"] else ""
    key = {"rate": "missing"}.get(key, key)
    said = str(entry.get("ctx", {}).get("error") or entry["msg"])
    return SpecError(
        problem(
            ("columns", facts.name, key),
            f"{facts.name}: {said}",
            "Write a number of another size",
            offset=spans[key][0] if key in spans else 0,
        )
    )


def _as_unit(facts: Facts, column: Column) -> Column | None:
    """Give the reading of ``A/B`` in which it is no list of values."""
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
        other = "unit" if "unit" in facts.said else "numbers beside them"
        facts.fail(
            "range",
            f"{facts.name}: dates have no {other}",
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
    """Make the named law, where its parameters are said."""
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
    return Distribution(**{name: params}, source="user")
