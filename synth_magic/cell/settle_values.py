"""Settling what a list of values or a share makes of a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_magic.cell import vocabulary as words
from synth_magic.cell.facts import Facts, short
from synth_magic.cell.items import Item
from synth_magic.cell.scan import tidy

_NUMERIC = (
    "low", "high", "mean", "sd", "median", "quartiles", "zero_share", "decimals", "law"
)  # fmt: skip


def settle_values(
    facts: Facts, items: Sequence[Item], given: dict[str, Any], stated: dict[str, Any]
) -> None:
    """Settle the kind of column that a list of values or a share makes."""
    lowered = frozenset(item.text.lower() for item in items)
    if lowered in (*words.BOOLEANS, {"0", "1"}):
        _definition(facts)
    kind, share = facts.get("type"), facts.get("share")
    if items and facts.numeric:
        key = next((key for key in _NUMERIC if key in facts.said), "quantiles")
        at = facts.at(key) if key in facts.said else next(iter(facts.quantiles.values())).start
        field = {"low": "range", "high": "range"}.get(key, key)
        facts.fail(
            field,
            f"{facts.name}: a column of the values "
            f"{short(' / '.join(item.text for item in items), 30)} has "
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


def _definition(facts: Facts) -> None:
    """Take one end beside yes/no as what yes means: ``below 2500 g, yes/no``."""
    said = {key for key in _NUMERIC if key in facts.said}
    if said not in ({"low"}, {"high"}) or facts.quantiles:
        return
    key = said.pop()
    end, unit = facts.said.pop(key).value, facts.said.pop("unit", None)
    sign = {"low": ">", "high": "<"}[key] + ("" if key in facts.strict else "=")
    facts.strict.discard(key)
    number = end if isinstance(end, str) else f"{end:g}"
    defined = f"{sign} {number}" + (f" {unit.value}" if unit is not None else "")
    facts.legend = defined if facts.legend is None else f"{facts.legend}, {defined}"


def _boolean(
    facts: Facts, items: Sequence[Item], given: dict[str, Any], stated: dict[str, Any]
) -> None:
    if facts.get("type") not in (None, "boolean"):
        _clash(facts, "a yes/no column", items)
    key = next((key for key in _NUMERIC if key in facts.said), None)
    if key is not None:
        field = "range" if key in ("low", "high") else key
        facts.fail(
            field,
            f"{facts.name}: a yes/no column has no {field.replace('_', ' ')}",
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
            before = found if share == fact.value else tidy(1 - found)
            facts.fail(
                "probability",
                f"{facts.name}: the share of {short(value, 20)} is {fact.value * 100:g}%, "
                f"but what stands before makes it {before * 100:g}%",
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
                f"{facts.name}: which of {short(', '.join(values))} does {loose * 100:g}% "
                "belong to?",
                f"Write {short(values[0], 20)} {loose * 100:g}%",
                facts.at("share"),
            )
        facts.shares.setdefault(positive[0], facts.said["share"])
    shares = {value: facts.shares[value].value for value in values if value in facts.shares}
    if shares:
        stated["probabilities"] = complete(facts, values, shares)


def complete(facts: Facts, values: tuple[str, ...], shares: dict[str, float]) -> dict[str, float]:
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
