"""Columns, effects and rules in the words of a prompt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from synth_magic.blueprint import graph
from synth_magic.blueprint.graph import Operand
from synth_magic.blueprint.model import Blueprint, Column, Effect
from synth_magic.laws import Codec
from synth_magic.rows.seeds import Layout

#: Names that every endpoint takes as a key of an answer.
_PLAIN = re.compile(r"[A-Za-z_]\w{0,47}", re.ASCII)
_MOST_EFFECTS = 60
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_LENGTH = re.compile(
    rf"\b(\d+|{'|'.join(_NUMBERS)}|a|few|several)\s+(?:short |long )?"
    r"(words?|sentences?|lines?|paragraphs?)\b",
    re.IGNORECASE,
)
_CHARACTERS = {"word": 8, "sentence": 110, "line": 80, "paragraph": 450}
_USUAL = 220  # characters of a text of which no length is said
_SAID = {"mean": "mean {}", "sd": "SD {}", "median": "median {}"}


def keys(layout: Layout) -> dict[str, str]:
    """Key of each column within a row's JSON: its name where any endpoint takes that."""
    found: dict[str, str] = {}
    for number, name in enumerate(layout.codecs, 1):
        plain = _PLAIN.fullmatch(name) and name.casefold() != "id"
        found[name] = name if plain else f"c{number}"
    for number, name in enumerate(layout.codecs, 1):  # c3 may be a column's own name
        while list(found.values()).count(found[name]) > 1:
            found[name] = f"{found[name]}_{number}"
    return found


def column_line(layout: Layout, name: str, key: str) -> str:
    """Say what a column means, its unit, type and values; of one that is asked for, its limits.

    Parameters
    ----------
    layout
        Of the table.
    name
        A delivered column.
    key
        Its key in the JSON.
    """
    column = layout.blueprint.column(name)
    codec = layout.codecs[name]
    parts = list(_meaning(column, codec, event=name != column.name))
    if name in layout.numbers:
        parts += [f"{parts.pop()}{limits(codec)}", *_stated(column)]
    shown = key if key == name else f'{key} ("{name}")'
    return f"- {shown}: {'; '.join(parts)}"


def _meaning(column: Column, codec: Codec, *, event: bool) -> Iterator[str]:
    if event:
        yield f"yes if the event that {column.name} runs up to was seen, no if it was not"
        return
    said = [part for part in (column.label, column.description) if part]
    different = {part.casefold(): part for part in reversed(said)}  # of two alike, the label
    yield ", ".join(reversed(different.values())) or column.name.replace("_", " ")
    if codec.kind == "text":
        yield "text"
    elif codec.levels:
        joint = " < " if codec.ordered else " / "
        yield joint.join(codec.levels)
    elif codec.kind in ("date", "datetime"):
        yield codec.kind
    else:
        yield _measure(column, codec)


def _measure(column: Column, codec: Codec) -> str:
    unit = f", in {column.unit}" if column.unit else ""
    digits = f"number with {codec.decimals} decimal{'' if codec.decimals == 1 else 's'}"
    kind = digits if codec.decimals > 0 else "whole number"
    return f"{kind}{unit}"


def limits(codec: Codec) -> str:
    """Smallest and largest value that a cell may have, in words; empty where there are none."""
    ends = [None if end is None else _number(end, codec) for end in (codec.low, codec.high)]
    low, high = ends
    if low is None:
        return "" if high is None else f", at most {high}"
    return f", {low} or more" if high is None else f", from {low} to {high}"


def _number(code: int, codec: Codec) -> str:
    value = code / 10**codec.decimals if codec.decimals >= 0 else code * 10**-codec.decimals
    return f"{value:.{max(codec.decimals, 0)}f}"


def _stated(column: Column) -> Iterator[str]:
    """Facts that the user stated of the whole population; they are to be met."""
    said = column.stated
    if said is not None:
        for field, form in _SAID.items():
            value = getattr(said, field)
            if value is not None:
                yield f"in this population: {form.format(value)}"
        if said.quartiles is not None:
            yield f"in this population: quartiles {said.quartiles[0]} and {said.quartiles[1]}"
        for share, place in said.quantiles or ():
            yield f"in this population {100 * float(share):g} % are at most {place}"
    law = column.distribution
    if law is None:
        return
    if law.by is not None:
        yield f"differs by {law.by}"
    if said is None and law.source == "user" and law.groups is None:
        if law.normal is not None:
            yield f"in this population: mean {law.normal.mean}, SD {law.normal.sd}"
        elif law.lognormal is not None:
            yield f"in this population: skewed, median {law.lognormal.median}"
        for share, place in law.quantiles or ():
            yield f"in this population {100 * float(share):g} % are at most {place}"
    if law.zero_share:
        yield f"0 in {100 * float(law.zero_share):g} %"


def length(column: Column) -> int:
    """Characters that a text is expected to have, by what its description says."""
    found = _LENGTH.search(column.description or "")
    if found is None:
        return _USUAL
    word = found[1].casefold()
    many = int(word[:3]) if word.isdigit() else _NUMBERS.get(word, 1 if word == "a" else 3)
    return min(many * _CHARACTERS[found[2].casefold().rstrip("s")], 900)


def links(layout: Layout) -> list[str]:
    """Say by its sign how each effect between cells works, the user's effects first.

    Parameters
    ----------
    layout
        Of the table; effects that no asked column takes part in are left out.
    """
    blueprint = layout.blueprint
    known = graph.owners(blueprint)
    ranked = sorted(blueprint.effects, key=lambda effect: effect.source != "user")
    found = [line for effect in ranked for line in _effect(effect, blueprint, known, layout.asked)]
    formulas = [
        f"- {step.name} is worked out by us: {blueprint.column(step.name).formula}"
        for step in layout.formulas
    ]
    return formulas + found[:_MOST_EFFECTS]


def _effect(
    effect: Effect, blueprint: Blueprint, known: dict[str, str], asked: Sequence[str]
) -> Iterator[str]:
    parent, child = (graph.operand(text, known) for text in (effect.parent, effect.child))
    ends = {parent.column, child.column}
    if not ends & set(asked) or any(blueprint.column(name).hidden for name in ends):
        return
    neutral = 1 if effect.word in ("odds_ratio", "hazard_ratio") else 0
    if effect.size == neutral:
        return
    up = effect.size > neutral
    cause = f"With higher {parent.column}" if parent.value is None else f"Where {parent}"
    where = f" (where {effect.where})" if effect.where else ""
    yield f"- {cause}, {_outcome(child, effect, blueprint, up=up)}{where}."


def _outcome(child: Operand, effect: Effect, blueprint: Blueprint, *, up: bool) -> str:
    column = blueprint.column(child.column)
    if column.type == "time_to_event":
        sooner = up if effect.word == "hazard_ratio" else not up
        return f"{column.event or column.name} tends to come {'sooner' if sooner else 'later'}"
    degree = "more" if up else "less"
    if child.value is not None:
        return f"{child} is {degree} likely"
    if column.type == "boolean" or column.zero_one:
        return f"{child} is {degree} likely"
    return f"{child} tends to be {'higher' if up else 'lower'}"


def compact(row: Mapping[str, object]) -> str:
    """Write a row as compact JSON on one line."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
