"""Contradictions among what is stated of one column."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from synth_magic.blueprint.model import Column
from synth_magic.cell.facts import Fact, Facts, shown
from synth_magic.cell.settle_values import complete


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
    given: dict[str, Any] = {"low": low, "high": high}
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
    shares = complete(facts, values, dict(stated.probabilities))
    return column.model_copy(
        update={"stated": stated.model_copy(update={"probabilities": tuple(shares.items())})}
    )


def check(facts: Facts, given: dict[str, Any]) -> None:
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
            unfit[0],
            f"{facts.name}: the {unfit[0].replace('_', ' ')} of dates cannot be written here",
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
                f"{facts.name}: the {label} {shown(value)} is {side}, "
                f"the {'lower' if below else 'upper'} end of its range",
                f"Change the {label} or the range",
                at,
            )
    mean, sd = facts.get("mean"), facts.get("sd")
    if None not in (mean, sd, low, high) and sd**2 > (mean - low) * (high - mean) * (1 + 1e-9):
        most = ((mean - low) * (high - mean)) ** 0.5
        facts.fail(
            "sd",
            f"{facts.name}: the SD {shown(sd)} is too large; within {shown(low)} to {shown(high)} "
            f"and with mean {shown(mean)} it is at most {most:.3g}",
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
    for (lower, first), (upper, second) in itertools.pairwise(points):
        if lower == upper and first.value == second.value:
            continue
        if first.value > second.value or lower == upper:
            later = max(first, second, key=lambda fact: fact.start)
            key = "quartiles" if "quartiles" in facts.said else "quantiles"
            facts.fail(
                key,
                f"{facts.name}: percentile {lower * 100:g} ({shown(first.value)}) lies above "
                f"percentile {upper * 100:g} ({shown(second.value)})",
                "Let the numbers rise with the percentage",
                later.start,
            )
