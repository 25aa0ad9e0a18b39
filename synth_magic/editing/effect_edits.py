"""Editing effects: their size in the words it was said in, and who acts upon whom."""

from __future__ import annotations

import re
from typing import Any, get_args

from synth_magic import units
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.graph import operand, owners
from synth_magic.blueprint.model import Blueprint, Effect, Word
from synth_magic.cell import effect_lines
from synth_magic.editing import typed
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import remade
from synth_magic.errors import Path, Problem, SpecError, note, problem

_SYMBOLS = {"odds_ratio": "OR", "hazard_ratio": "HR", "correlation": "r =", "beta": "beta"}
_LONGEST = 400
_WRITE = "Write OR 1.6, HR 0.8, r = 0.3, +5 mmHg or 0.3 SD"
_NUMBER_FIRST = re.compile(r"^[+\-−–]?\s*[\d.,]+(?:[eE][+-]?\d+)?")


def size_text(effect: Effect) -> str:
    """Write a size in its word: ``OR 1.6``, ``r = 0.3``, ``+5``, ``+0.35 SD``."""
    size = typed.exact(effect.size)
    signed = size if size.startswith("-") else f"+{size}"
    if effect.word == "beta":
        return f"{signed} SD"
    if effect.word == "difference":
        return signed
    return f"{_SYMBOLS[effect.word]} {size}"


def effect_text(effect: Effect) -> str:
    """Write an effect in one line: ``smoker=current → retinopathy OR 1.6``."""
    where = f" where {effect.where}" if effect.where else ""
    return f"{_arrow(effect)} {size_text(effect)}{_per(effect)}{where}"


def _per(effect: Effect) -> str:
    return "" if effect.per in (None, 1) else f" per {typed.exact(effect.per or 1)}"


def _arrow(effect: Effect) -> str:
    return f"{effect.parent} → {effect.child}"


def added(blueprint: Blueprint, edit: Edit) -> Done:
    """Add an effect said in one line; it replaces one that was not the user's."""
    path: Path = ("effects", len(blueprint.effects))
    effect = _line(edit.text, path)
    known = owners(blueprint)
    ends = (operand(effect.parent, known), operand(effect.child, known))
    for index, old in enumerate(blueprint.effects):
        same = (operand(old.parent, known), operand(old.child, known)) == ends
        if same and old.where == effect.where and old.source != "user":
            notes = (note(("effects", index), f"It replaces the {old.source}'s {size_text(old)}"),)
            return _put(blueprint, index, effect, "size", _part(old, "size"), notes)
    effects = (*blueprint.effects, effect)
    change = Change(path, "effect", "", effect_text(effect), "put")
    return Done(remade(blueprint, (), effects=effects), (change,))


def removed(blueprint: Blueprint, edit: Edit) -> Done:
    """Take an effect away."""
    old = _at(blueprint, edit.index)
    effects = tuple(each for at, each in enumerate(blueprint.effects) if at != edit.index)
    change = Change(("effects", edit.index), "effect", effect_text(old), "", "taken")
    return Done(remade(blueprint, (), effects=effects), (change,))


def edited(blueprint: Blueprint, edit: Edit) -> Done:
    """Change one part of an effect."""
    old = _at(blueprint, edit.index)
    path: Path = ("effects", edit.index, edit.key)
    text = " ".join(edit.text.split())
    if edit.key in ("size", "word"):
        given = _size(text, old, blueprint, path, edit.key)
    elif edit.key == "per":
        given = {"per": _step(text, old, blueprint, path)}
    elif edit.key == "where":
        given = {"where": text or None}
    elif edit.key in ("from", "to"):
        if not text:
            raise SpecError(problem(path, "Nothing is named here", "Name a column"))
        given = {"parent" if edit.key == "from" else "child": _operand(text, blueprint)}
    else:
        what = f"An effect has no {shown(edit.key, 30)}"
        raise SpecError(problem(path, what, "It has: size, word, per, where, from, to"))
    if all(getattr(old, key) == value for key, value in given.items()):
        return Done(blueprint)
    new = remade(old, path[:2], **given, source="user")
    key = "size" if edit.key == "word" else edit.key
    return _put(blueprint, edit.index, new, key, _part(old, key))


def _put(
    blueprint: Blueprint,
    index: int,
    effect: Effect,
    key: str,
    before: str,
    notes: tuple[Problem, ...] = (),
) -> Done:
    effects = tuple(effect if at == index else each for at, each in enumerate(blueprint.effects))
    label = _arrow(effect) if key == "size" else f"{_arrow(blueprint.effects[index])} {key}"
    change = Change(("effects", index, key), label, before, _part(effect, key))
    return Done(remade(blueprint, (), effects=effects), (change,), notes)


def _part(effect: Effect, key: str) -> str:
    if key == "size":
        return size_text(effect) + _per(effect)
    if key == "per":
        return "" if effect.per is None else typed.exact(effect.per)
    if key == "where":
        return effect.where or ""
    return effect.parent if key == "from" else effect.child


def _at(blueprint: Blueprint, index: int) -> Effect:
    if not 0 <= index < len(blueprint.effects):
        what = "This effect is not there any more"
        raise SpecError(problem(("effects",), what, "Choose one of those that are shown"))
    return blueprint.effects[index]


def _line(text: str, path: Path) -> Effect:
    plain = " ".join(text.split())
    if len(plain) > _LONGEST:
        raise SpecError(problem(path, "This line is too long", "Write age -> sbp: 0.35 SD"))
    return effect_lines.read(plain, path)


def _operand(text: str, blueprint: Blueprint) -> str:
    """Give ``smoker = current`` as an effect names it."""
    known = owners(blueprint)
    return text if text in known else str(operand(text, known))


# Sizes ------------------------------------------------------------------------------------


def _size(text: str, old: Effect, blueprint: Blueprint, path: Path, key: str) -> dict[str, Any]:
    words = get_args(Word)
    if text.replace(" ", "_").casefold() in words:
        if text.replace(" ", "_").casefold() == old.word:
            return {"word": old.word}
        what = f"How large is it as {text.replace('_', ' ')}?"
        raise SpecError(problem(path, what, f"Type the size with it: {_example(text)}"))
    plain = _plain(text, old, blueprint, path) if key == "size" else None
    if plain is not None:
        return {"size": plain}
    if len(text) > _LONGEST or re.search(r"\b(?:where|if|among)\b", text):
        raise SpecError(problem(path, "This is no size", _WRITE))
    try:
        read = effect_lines.read(f"x -> y: {text}", path[:2])
    except SpecError as error:
        first = error.problems[0]
        mend = _WRITE if "`" in first.mend else first.mend
        raise SpecError(problem(path, first.what, mend)) from None
    given: dict[str, Any] = {"word": read.word, "size": read.size}
    if read.per is not None or read.word in ("beta", "correlation"):
        given["per"] = read.per
    return given


def _example(word: str) -> str:
    key = word.replace(" ", "_").casefold()
    return {"odds_ratio": "OR 1.6", "hazard_ratio": "HR 0.8", "correlation": "r = 0.3"}.get(
        key, "0.3 SD" if key == "beta" else "difference 5"
    )


def _plain(text: str, old: Effect, blueprint: Blueprint, path: Path) -> float | int | None:
    """Read a number alone, or behind it what the old size has behind it; None for others."""
    number = _NUMBER_FIRST.match(text)
    if number is None:
        return None
    rest = text[number.end() :].strip()
    child = next(
        (c for c in blueprint.columns if c.name == operand(old.child, owners(blueprint)).column),
        None,
    )
    mine: tuple[str, ...] = ("SD", "sd", "SDs") if old.word == "beta" else ()
    if old.word == "difference" and child is not None:
        mine = ("days", "day") if child.type in ("date", "datetime") else (child.unit or "",)
    if rest and rest not in mine:
        return None
    return typed.number(number[0], path)


def _step(text: str, old: Effect, blueprint: Blueprint, path: Path) -> float | int | None:
    """Read ``10``, ``10 years``, ``per 10``; nothing is one unit."""
    plain = re.sub(r"^per\b\s*", "", text, flags=re.IGNORECASE)
    if not plain:
        return None
    known = owners(blueprint)
    name = known.get(operand(old.parent, known).column)
    unit = next((column.unit for column in blueprint.columns if column.name == name), None)
    number = _NUMBER_FIRST.match(plain)
    rest = plain[number.end() :].strip() if number else plain
    if rest and units.read(rest) is not None and units.read(rest) == units.read(unit or ""):
        plain = number[0] if number else "1"
    return typed.number(plain, path, unit)
