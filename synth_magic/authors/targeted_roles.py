"""Which published lines the blueprint is fitted to, and why the others are free."""

from __future__ import annotations

from collections.abc import Sequence

from synth_magic import units
from synth_magic.authors.targeted_fit import grouped, pinned
from synth_magic.authors.targeted_laying import Laying
from synth_magic.blueprint.model import Column
from synth_magic.blueprint.targets import OVERALL, SIZES, Target
from synth_magic.errors import SpecError, note, problem, warning

HELD, PINNED = "held out", "columns: states it"
PART = "not stated for every group"


def roles(laying: Laying, lines: Sequence[Target]) -> list[Target]:
    """Say which lines the blueprint is fitted to, and why the others are not."""
    own = {name: laying.columns[name] for name in laying.given}
    fixed = {name for name, column in own.items() if pinned(column)}
    by = laying.by
    out: list[Target] = []
    for line in lines:
        if line.parent is not None:
            out.append(line)
            continue
        why = ""
        if line.held:
            why = HELD
        elif line.column in fixed and line.number("missing") is None:
            why = PINNED
        elif line.cut is not None:
            why = "a part of its values"
        elif line.unit and _other_unit(laying.columns.get(str(line.column)), line):
            why = "printed in another unit"
            what = f"{line.text}: published in {line.unit}, and {line.column} is in another unit"
            laying.notes.append(
                warning(("targets", line.line), what, "Write both in one unit; it is not compared")
            )
        out.append(line.model_copy(update={"role": "free" if why else "", "why": why}))
    stands = list(dict.fromkeys(str(line.column) for line in out if line.why == PINNED))
    if stands:
        what = (
            f"What columns: says of {', '.join(stands[:6])} stands; the published is compared only"
        )
        laying.notes.append(note(("targets",), what))
    covered = grouped(out, by) if by is not None else frozenset()
    done = []
    for line in out:
        if line.role or line.parent is not None:
            done.append(line)
            continue
        inside = (line.column or "", "missing" if line.number("missing") else "") in covered
        is_by = by is not None and line.column == by.column
        why = ""
        if line.number("missing") is not None and line.group is not None:
            why = "its rate is set for all rows"
        elif is_by and line.group is not None:
            why = "the groups themselves"
        elif is_by and line.line >= 0 and any(each.line < 0 for each in out):
            why = SIZES
        elif line.group is None and inside:
            why = OVERALL
        elif line.group is not None and not inside:
            why = PART
        done.append(line.model_copy(update={"role": "free" if why else "fitted", "why": why}))
    return done


def _other_unit(column: Column | None, line: Target) -> bool:
    if column is None or column.unit is None or line.unit is None:
        return False
    if column.unit.strip().casefold() == line.unit.strip().casefold():
        return False
    return not units.same(column.unit, line.unit)


def check_twice(lines: Sequence[Target]) -> None:
    """Refuse two fitted lines that say different things of one number."""
    seen: dict[tuple[object, ...], tuple[float, float, int]] = {}
    for line in lines:
        if line.role != "fitted" or line.parent is not None:
            continue
        for each in line.numbers:
            if each.what == "count":
                continue
            key = (line.column, line.value, line.group, each.what)
            before = seen.setdefault(key, (each.value, each.half, line.line))
            if abs(before[0] - each.value) > before[1] + each.half + 1e-9:
                word = {"sd": "SD", "q1": "lower quartile", "q3": "upper quartile"}.get(
                    each.what, each.what
                )
                scale = 100 if each.what in ("share", "missing") else 1
                what = (
                    f"{line.column}: its {word} is published twice, as {scale * before[0]:.6g} and"
                    f" {scale * each.value:.6g}"
                )
                mend = "Keep one, or hold one out: hold: [name]"
                raise SpecError(problem(("targets", line.line), what, mend))
