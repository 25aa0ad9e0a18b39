"""A column's range: read as typed, and a distribution kept within a new one."""

from __future__ import annotations

import math
from typing import Any

from synth_magic.blueprint.axis import Axis, spot
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.model import Column, Distribution, Position
from synth_magic.cell import shorthand
from synth_magic.editing import typed
from synth_magic.editing.figures import part_law
from synth_magic.editing.moments import with_moments
from synth_magic.editing.remade import remade, said_by_user
from synth_magic.editing.stated import still
from synth_magic.errors import Path, Problem, SpecError, note, problem
from synth_magic.laws import Marginal

Range = tuple[Position | None, Position | None]
_RANGED = ("integer", "number", "date", "datetime")
_LONGEST = 200
_WORDS = {0.25: "lower quartile", 0.5: "median", 0.75: "upper quartile"}


def range_text(column: Column) -> str:
    """Write a range as it would be typed: ``30 to 85``, ``>= 18``; empty where there is none."""
    low, high = column.range or (None, None)
    if low is None:
        return "" if high is None else f"<= {typed.exact(high)}"
    return (
        f">= {typed.exact(low)}" if high is None else f"{typed.exact(low)} to {typed.exact(high)}"
    )


def typed_range(text: str, column: Column) -> Range | None:
    """Read ``30-85``, ``>= 18``, ``at most 90``, ``2015-2020``; nothing takes the range away.

    Raises
    ------
    SpecError
    """
    path: Path = ("columns", column.name, "range")
    if column.type not in _RANGED:
        what = f"A column of type {str(column.type).replace('_', ' ')} has no range"
        mend = "Change its values in Source" if column.type == "category" else "Leave it empty"
        raise SpecError(problem(path, what, mend))
    plain = " ".join(text.split())
    if not plain:
        return None
    dated = column.type in ("date", "datetime")
    example = "2015-01-01 to 2020-12-31" if dated else "30 to 85, >= 18 or <= 90"
    wrong = problem(path, f"“{shown(plain, 30)}” is no range", f"Write {example}")
    if len(plain) > _LONGEST:
        raise SpecError(wrong)
    if column.unit and plain.casefold().endswith(column.unit.casefold()):
        plain = plain[: -len(column.unit)].strip()
    try:
        line = shorthand.read("x", f"{column.type}, {plain}" if dated else plain)
    except SpecError as error:
        first = error.problems[0]
        what = first.what.removeprefix("x: ")
        raise SpecError(problem(path, what[:1].upper() + what[1:], first.mend)) from None
    found = line.column.range
    others = (line.column.stated, line.column.values, line.column.distribution, line.missing)
    if found is None or line.unread or any(part is not None for part in others):
        raise SpecError(wrong)
    ends = [_end(end, column) for end in found]
    if any(new is None for new, old in zip(ends, found, strict=True) if old is not None):
        raise SpecError(wrong)
    low, high = ends
    return low, high


def _end(end: Position | None, column: Column) -> Position | None:
    """Give an end as the column's type wants it; None where it does not fit."""
    if end is None or spot(column.type, end) is not None:
        return end
    day = end[:10] if column.type == "date" and isinstance(end, str) else end
    return day if spot(column.type, day) is not None else None


def ranged(
    column: Column, law: Marginal | None, said: Range | None
) -> tuple[Column, tuple[Problem, ...]]:
    """Give a column another range; its distribution stays where it can.

    A uniform law that filled the old range fills the new one, a beta law keeps its mean
    and SD, and outer quantiles beyond the new ends are left out, with a note.

    Raises
    ------
    SpecError
        Where the median or a quartile, a mean or an end is out.
    """
    path: Path = ("columns", column.name)
    sources = said_by_user(column, "range")
    made = remade(column, path, range=said, sources=sources)
    if column.distribution is None:
        return made, ()
    notes: list[Problem] = []
    whole = column.distribution
    if whole.groups is None:
        whole = _kept(whole, column, made, law, notes)
    else:
        groups = tuple(
            (value, _kept(part, column, made, dict(law.groups).get(value) if law else None, notes))
            for value, part in whole.groups
        )
        whole = remade(whole, (*path, "distribution"), groups=groups)
    made = made.model_copy(update={"distribution": whole})
    return still(made), tuple(notes)


def _kept(
    part: Distribution, old: Column, new: Column, law: Marginal | None, notes: list[Problem]
) -> Distribution:
    path: Path = ("columns", old.name, "range")
    if part.uniform is not None:
        return _uniform(part, old, new, path)
    if part.quantiles is not None:
        return _quantiles(part, new, path, notes)
    if part.beta is not None:
        inner = part_law(old, part, law)
        found = with_moments(part, new, inner.mean, inner.sd)
        if found is None:
            what = f"A mean of {inner.mean:.4g} and SD of {inner.sd:.4g} do not fit this range"
            raise SpecError(problem(path, what, "Change the mean or SD first"))
        return remade(found, path, source=part.source)
    return part


def _uniform(part: Distribution, old: Column, new: Column, path: Path) -> Distribution:
    """Let a uniform law follow the ends that it filled; cut it to the others."""
    said, ends, axis = part.uniform, old.range or (None, None), Axis.of(new)
    if said is None:
        return part
    given: dict[str, Any] = {}
    for key, end, now in zip(("low", "high"), ends, new.range or (None, None), strict=True):
        value = getattr(said, key)
        place = axis.spot(value)
        if now is not None and (value == end or place is None or not _in(place, axis)):
            given[key] = now
    return remade(part, path, uniform=remade(said, path, **given)) if given else part


def _in(place: float, axis: Axis) -> bool:
    return axis.low <= place <= axis.high


def _quantiles(part: Distribution, new: Column, path: Path, notes: list[Problem]) -> Distribution:
    """Leave out the outer quantiles that lie beyond the ends."""
    axis = Axis.of(new)
    kept: list[tuple[float, Position]] = []
    out: list[tuple[float, Position]] = []
    for p, value in part.quantiles or ():
        place = axis.spot(value)
        (kept if place is not None and _in(place, axis) else out).append((float(p), value))
    if not out:
        return part
    inner = [(p, value) for p, value in out if 0.25 <= p <= 0.75]
    if inner or len(kept) < 2:
        p, value = (inner or out)[0]
        word = _WORDS.get(p, f"{100 * p:g} % quantile")
        what = f"Its {word}, {typed.exact(value)}, is outside {axis.said}"
        raise SpecError(problem(path, what, f"Change the {word} first, or widen the range"))
    said = ", ".join(f"{100 * p:g} %" for p, _ in out)
    what = f"{new.name}: quantiles outside the range were left out ({said})"
    if math.isinf(axis.low) and math.isinf(axis.high):
        return part
    notes.append(note(path, what))
    return remade(part, path, quantiles=tuple(kept))
