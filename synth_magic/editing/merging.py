"""Changes one after another, merged: 7.4 → 7.6 → 7.8 is 7.4 → 7.8, and there and back is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from synth_magic.editing.parts import Change


def merged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Merge changes to the same place, and drop those that end where they began.

    Parameters
    ----------
    changes
        In their order; each one's place is said as things stood when it was made.

    Returns
    -------
    tuple of Change
        Places are said as things stand at the end.
    """
    found: list[Change] = []
    for change in changes:
        if change.shift == "named":
            found = _named(found, change)
        elif change.shift == "written":
            found = [each for each in found if each.shift != "written"] + [change]
        elif change.shift == "put":
            found = _put(found, change)
        elif change.shift == "taken":
            found = _taken(found, change)
        else:
            found = _field(found, change)
    return tuple(found)


def inverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Give the changes that take these back."""
    return tuple(_inverse(change) for change in reversed(tuple(changes)))


def _inverse(change: Change) -> Change:
    back = replace(change, before=change.after, after=change.before)
    if change.shift == "named":
        return replace(back, place=("columns", change.after, "name"))
    if change.shift in ("put", "taken"):
        return replace(back, shift="taken" if change.shift == "put" else "put")
    return back


def _field(found: list[Change], change: Change) -> list[Change]:
    part = change.place[:2]
    for at, old in enumerate(found):
        if old.place == change.place and not old.shift:
            if old.before == change.after:
                return [*found[:at], *found[at + 1 :]]
            found[at] = replace(old, after=change.after, label=change.label)
            return found
        if old.place == part and old.shift == "put" and part[0] == "rules":
            found[at] = replace(old, after=change.after)
            return found
    return [*found, change]


def _named(found: list[Change], change: Change) -> list[Change]:
    old, new = change.before, change.after
    moved = [
        replace(each, place=("columns", new, *each.place[2:]))
        if each.place[:2] == ("columns", old) and each.shift != "taken"
        else each
        for each in found
    ]
    for at, each in enumerate(moved):
        if each.place == ("columns", new) and each.shift == "put":
            moved[at] = replace(each, after=new + each.after.removeprefix(old))
            return moved
        if each.place == ("columns", new, "name"):
            if each.before == new:
                return [*moved[:at], *moved[at + 1 :]]
            moved[at] = replace(each, after=new)
            return moved
    return [*moved, replace(change, place=("columns", new, "name"))]


def _put(found: list[Change], change: Change) -> list[Change]:
    for at, old in enumerate(found):
        if old.shift == "taken" and old.place[0] == change.place[0] and old.before == change.after:
            return _shifted([*found[:at], *found[at + 1 :]], change, 1)
    return [*_shifted(found, change, 1), change]


def _taken(found: list[Change], change: Change) -> list[Change]:
    mine = [each for each in found if each.place[:2] == change.place[:2] and each.shift != "taken"]
    rest = _shifted([each for each in found if each not in mine], change, -1)
    if any(each.shift == "put" for each in mine):
        return rest
    before = change.before
    for each in mine:
        if each.shift == "named":
            before = each.before
        elif each.place[2:] == ("size",):
            before = f"{each.label} {each.before}"
        elif each.place[2:] == ("text",):
            before = each.before
    return [*rest, replace(change, before=before)]


def _shifted(found: list[Change], change: Change, by: int) -> list[Change]:
    """Count effects and rules behind the one that came or went anew."""
    section, which = change.place[0], change.place[1]
    if not isinstance(which, int):
        return found
    return [
        replace(each, place=(section, each.place[1] + by, *each.place[2:]))
        if each.place[0] == section
        and each.shift != "taken"
        and isinstance(each.place[1], int)
        and each.place[1] >= which
        else each
        for each in found
    ]
