"""The values of a category as one line: named anew, added, left out, put in another order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.model import Blueprint, Column, Distribution
from synth_magic.editing import typed
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import column_of, remade, said_by_user
from synth_magic.editing.shares import Shares, with_share
from synth_magic.editing.stated import still
from synth_magic.editing.value_links import each_part, renamed, went, without
from synth_magic.errors import Path, SpecError, problem

_MOST = 20_000
#: What may part values, the first that stands in a line; only the first says an order.
_SIGNS = (" < ", " / ", " | ", "; ", ", ", "<", "/", "|")
_SHARE = re.compile(r"(.*\S)\s+([\d.,]+)\s*%")


def values_text(column: Column) -> str:
    """Write a category's values as they would be typed: ``F / M``, ``mild < severe``."""
    return _sign(column).join(column.levels)


def _sign(column: Column) -> str:
    """Give what parts the values when they are written: something that is in none of them."""
    if column.ordered:
        return _SIGNS[0]
    free = (sign for sign in _SIGNS[1:] if not any(sign in level for level in column.levels))
    return next(free, _SIGNS[1])


def changed(blueprint: Blueprint, edit: Edit) -> Done:
    """Give a category another list of values.

    Where as many values stand in the line as before, those that are new are new names.
    Else a value that is new says its share, ``unknown 5 %``, and the share of one that is
    gone goes to the others.

    Raises
    ------
    SpecError
        Where a share is not said, or something else needs the value.
    """
    column = column_of(blueprint, edit.column)
    path: Path = ("columns", column.name, "values")
    if column.type != "category":
        what = f"A column of type {str(column.type).replace('_', ' ')} has no list of values"
        raise SpecError(problem(path, what, "Change its type first"))
    said = _read(edit.text, column, path)
    old = column.levels
    plan = _planned(old, said, path)
    ordered = column.ordered or " < " in edit.text or None
    if plan.after == old and ordered == column.ordered:
        return Done(blueprint)
    before = values_text(column)
    made, notes = without(blueprint, column.name, plan.gone)
    made = renamed(made, column.name, plan.names)
    column = made.column(column.name)
    law = column.distribution
    if law is not None:
        pinned = tuple(value for value, _ in (column.stated and column.stated.probabilities) or ())
        law = each_part(law, lambda part: _shared(part, plan, pinned))
    keep = column.values is not None or ordered
    given = {"values": plan.after if keep else None, "ordered": ordered, "distribution": law}
    sources = said_by_user(column, "values", "ordered")
    column = still(remade(column, path[:2], **given, sources=sources))
    columns = tuple(column if each.name == column.name else each for each in made.columns)
    made = remade(made, (), columns=columns)
    change = Change(path, "values", before, values_text(column))
    return Done(made, (change, *went(blueprint, made)), notes)


# Reading --------------------------------------------------------------------------------


def _read(text: str, column: Column, path: Path) -> tuple[tuple[str, float | None], ...]:
    """Read names, each with the share that stands behind it."""
    plain = " ".join(text.split())
    example = f"Write {values_text(column)[:60]} / unknown 5 %"
    if not plain or len(plain) > _MOST:
        raise SpecError(problem(path, "No value is named", example))
    # What the line is written with goes before what may be part of a name.
    sign = next((sign for sign in (_sign(column), *_SIGNS) if sign in plain), None)
    names = [plain] if sign is None else _parted(plain, sign)
    found: list[tuple[str, float | None]] = []
    for name in names:
        share = _SHARE.fullmatch(name)
        if share is not None and name not in column.levels:
            found.append((share[1], typed.share(share[2], path)))
        else:
            found.append((name, None))
    plainly = [name for name, _ in found]
    if "" in plainly:
        raise SpecError(problem(path, "A value without a name stands here", "Write its name"))
    twice = next((name for at, name in enumerate(plainly) if name in plainly[:at]), None)
    if twice is not None:
        raise SpecError(problem(path, f"`{shown(twice, 30)}` stands twice", "Keep one"))
    return tuple(found)


def _parted(line: str, sign: str) -> list[str]:
    """Cut a line at a sign; one that stands between spaces may also stand at an end."""
    core = re.escape(sign.strip())
    cut = rf"(?:^|\s+){core}(?=\s|$)" if sign.startswith(" ") else core
    return [part.strip() for part in re.split(cut, line)]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The values to be, the new names of old ones, what is gone and what comes with a share."""

    after: tuple[str, ...]
    names: Mapping[str, str]
    gone: tuple[str, ...]
    new: Shares


def _planned(old: tuple[str, ...], said: tuple[tuple[str, float | None], ...], path: Path) -> _Plan:
    after = tuple(name for name, _ in said)
    gone = tuple(name for name in old if name not in after)
    new = tuple((name, share) for name, share in said if name not in old)
    told = next((name for name, share in said if share is not None and name in old), None)
    if told is not None:
        what = f"The share of `{shown(told, 30)}` has a field of its own"
        raise SpecError(problem(path, what, "Write its name alone here"))
    if len(gone) == len(new) and all(share is None for _, share in new):
        names = dict(zip(gone, (name for name, _ in new), strict=True))
        return _Plan(after, names, (), ())
    shares: list[tuple[str, float]] = []
    for name, share in new:
        if share is None:
            what = f"What share has `{shown(name, 30)}`?"
            raise SpecError(problem(path, what, f"Write it behind: {shown(name, 30)} 5 %"))
        shares.append((name, share))
    if sum(share for _, share in shares) > 1:
        raise SpecError(problem(path, "These shares are more than 100 %", "Write smaller ones"))
    return _Plan(after, {}, gone, tuple(shares))


# Shares ---------------------------------------------------------------------------------


def _shared(part: Distribution, plan: _Plan, pinned: tuple[str, ...]) -> Distribution:
    """Give the shares of the values to be; the user's where one came or went."""
    before = tuple((value, float(share)) for value, share in part.probabilities or ())
    shares: Shares = before
    for value in plan.gone:
        if value in dict(shares) and len(shares) > 1:
            given = dict(with_share(shares, value, 0.0, pinned))
            shares = tuple((name, share) for name, share in given.items() if name != value)
    told: list[str] = []
    for value, share in plan.new:
        shares = with_share((*shares, (value, 0.0)), value, share, (*pinned, *told))
        told.append(value)
    order = {value: at for at, value in enumerate(plan.after)}
    listed = tuple(sorted(shares, key=lambda pair: order.get(pair[0], len(order))))
    exact = part.probabilities if shares == before else None
    if exact is not None:  # only their order is another: numbers stay as they were written
        listed = tuple(sorted(exact, key=lambda pair: order.get(pair[0], len(order))))
    source = part.source if exact is not None else "user"
    return part.model_copy(update={"probabilities": listed, "source": source})
