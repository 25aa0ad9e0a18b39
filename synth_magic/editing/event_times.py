"""Points of a survival curve and the censoring of an event time, each as one line."""

from __future__ import annotations

import re
from collections.abc import Callable

from synth_magic.blueprint.distribution import Censoring
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.editing import typed
from synth_magic.editing.parts import Change, Done, Edit
from synth_magic.editing.remade import column_of, remade, said_by_user, with_column
from synth_magic.errors import Path, SpecError, problem

_LONGEST = 2_000
_POINTS = "82 % at 365, 55 % at 1825"
_ENDS = re.compile(r"(?P<low>.+?)\s*(?:\bto\b|[-–])\s*(?P<high>.+)")


def survival_text(column: Column) -> str:
    """Write Kaplan-Meier points as they would be typed: ``82 % at 365, 55 % at 1825``."""
    points = column.survival or ()
    return ", ".join(f"{typed.percentage(float(s))} % at {typed.exact(t)}" for t, s in points)


def ends_text(column: Column) -> str:
    """Write between which times follow-up ends: ``900 to 2600``; empty where it does not."""
    ends = column.censoring.administrative if column.censoring is not None else None
    if ends is None:
        return ""
    low, high = map(typed.exact, ends)
    return low if low == high else f"{low} to {high}"


def dropout_text(column: Column) -> str:
    """Write the share that drops out in a year: ``2 %``; empty where nobody does."""
    share = column.censoring.dropout_per_year if column.censoring is not None else None
    return "" if share is None else f"{typed.percentage(float(share))} %"


def survival(blueprint: Blueprint, edit: Edit) -> Done:
    """Give an event time another list of points; shares of points that stay may change too.

    Raises
    ------
    SpecError
    """
    column, path = _timed(blueprint, edit, "survival")
    if column.survival is None:
        what = "This event time is drawn from a distribution, not from points"
        raise SpecError(problem(path, what, "State its survival in Source"))
    parts = [part for part in re.split(r"[;\n]|,\s", edit.text[:_LONGEST]) if part.strip()]
    if not parts or len(edit.text) > _LONGEST:
        raise SpecError(problem(path, "No point is said", f"Write {_POINTS}"))
    points = tuple(_point(part.strip(), column, path) for part in parts)
    if points == column.survival:
        return Done(blueprint)
    return _put(blueprint, column, "survival", survival_text, survival=points)


def _point(text: str, column: Column, path: Path) -> tuple[float | int, float]:
    share, sign, time = text.partition(" at ")
    if not sign:
        time, sign, share = text.partition(":")
    if not sign:
        what = f"“{shown(text, 30)}” is no point"
        raise SpecError(problem(path, what, f"Write {_POINTS}"))
    return typed.number(time, path, column.unit), typed.share(share.strip(), path)


def ends(blueprint: Blueprint, edit: Edit) -> Done:
    """Say between which times follow-up ends; nothing typed takes that away."""
    column, path = _timed(blueprint, edit, "administrative")
    text = " ".join(edit.text.split())
    said: tuple[float | int, float | int] | None = None
    if text:
        pair = _ENDS.fullmatch(text)
        low, high = (pair["low"], pair["high"]) if pair else (text, text)
        said = typed.number(low, path, column.unit), typed.number(high, path, column.unit)
    return _censored(blueprint, column, "administrative", said)


def dropout(blueprint: Blueprint, edit: Edit) -> Done:
    """Say what share drops out in a year; nothing typed takes that away."""
    column, path = _timed(blueprint, edit, "dropout")
    text = edit.text.strip()
    share = typed.share(text, path) if text else None
    return _censored(blueprint, column, "dropout_per_year", share or None)


def _censored(blueprint: Blueprint, column: Column, key: str, said: object) -> Done:
    before = column.censoring or Censoring()
    if getattr(before, key) == said:
        return Done(blueprint)
    after: Censoring | None = before.model_copy(update={key: said})
    if after == Censoring():
        after = None
    what, write = _CENSORED[key]
    return _put(blueprint, column, what, write, censoring=after)


def _timed(blueprint: Blueprint, edit: Edit, key: str) -> tuple[Column, Path]:
    column = column_of(blueprint, edit.column)
    path: Path = ("columns", column.name, key)
    if column.type != "time_to_event":
        what = f"A column of type {str(column.type).replace('_', ' ')} is no event time"
        raise SpecError(problem(path, what, "Leave it empty"))
    return column, path


def _put(
    blueprint: Blueprint,
    column: Column,
    what: str,
    write: Callable[[Column], str],
    **given: object,
) -> Done:
    sources = said_by_user(column, *given)
    made = remade(column, ("columns", column.name), **given, sources=sources)
    change = Change(("columns", column.name, what), _LABELS[what], write(column), write(made))
    return Done(with_column(blueprint, made), (change,))


_CENSORED = {
    "administrative": ("administrative", ends_text),
    "dropout_per_year": ("dropout", dropout_text),
}
_LABELS = {"survival": "survival", "administrative": "follow-up ends", "dropout": "drop-out a year"}
