"""Published numbers made facts of columns, so that any author completes what is left open.

A line sets one thing: its column's marginal, or the marginal within each group.  Where the
groups say it, what is said of all rows is a check.  What ``columns:`` pins stands, and the
line is compared only.  Only a stated ratio, slope or correlation makes an effect.
"""

from __future__ import annotations

from dataclasses import replace

from synth_magic.authors.targeted_columns import (
    column_of,
    group,
    matched,
    ordered,
    separate,
    sizes,
)
from synth_magic.authors.targeted_fit import laid
from synth_magic.authors.targeted_laying import Laying
from synth_magic.authors.targeted_links import with_effects, with_missing
from synth_magic.authors.targeted_names import Names, plain
from synth_magic.authors.targeted_roles import check_twice, roles
from synth_magic.blueprint.request import Request
from synth_magic.blueprint.targets import Targets
from synth_magic.errors import Problem, note, warning
from synth_magic.reading import listed

_SHOWN = 6


def applied(request: Request) -> tuple[Request, tuple[Problem, ...]]:
    """Lay the published numbers of a request upon its columns.

    Parameters
    ----------
    request
        As parsed.  Without targets, or a second time, it stays as it is.

    Returns
    -------
    request
        Columns with facts of the source ``user``; its targets know their columns and roles.
    notes
        What was not understood, and what was passed over.

    Raises
    ------
    SpecError
        Where published numbers cannot be, at their line.
    """
    targets = request.targets
    if targets is None or any(target.role for target in targets.lines):
        return request, ()
    if not request.columns:
        prose, read = listed.apart(request)
        request = replace(read, prose=prose)
    columns = {column.name: column for column in request.columns}
    laying = Laying(request, Names(request), targets, columns, frozenset(columns))
    group(laying)
    found = separate(laying, [matched(laying, target) for target in targets.lines])
    placed = roles(laying, [column_of(laying, target) for target in (*sizes(laying), *found)])
    check_twice(placed)
    facts = laid(placed, laying.columns, laying.by, laying.concepts)
    made = {**laying.columns, **facts.columns}
    done = with_missing(laying, with_effects(laying, facts.lines, made))
    spans = dict(request.spans)
    for name, at in laying.first.items():
        if name not in laying.given and ("targets", at) in spans:
            spans.setdefault(("columns", name), spans["targets", at])
    effects = (*request.effects, *(effect for effect, _ in laying.effects))
    for place, (_, at) in enumerate(laying.effects, start=len(request.effects)):
        if ("targets", at) in spans:
            spans["effects", place] = spans["targets", at]
    told = (*_told(targets), *laying.notes, *facts.notes)
    completed = replace(
        request,
        columns=tuple(ordered(laying, made)),
        effects=effects,
        missing=(*request.missing, *laying.missing),
        targets=targets.model_copy(update={"lines": tuple(done)}),
        spans=spans,
    )
    return completed, told


def _told(targets: Targets) -> list[Problem]:
    """Say what was not understood, what was passed over, and names to hold that are none."""
    found = []
    if targets.unread:
        shown = "; ".join(f"“{text[:80]}”" for text in targets.unread[:_SHOWN])
        more = f"; and {len(targets.unread) - _SHOWN} more" if len(targets.unread) > _SHOWN else ""
        many = len(targets.unread)
        what = f"{many} line{'s' * (many != 1)} under targets: not understood: {shown}{more}"
        found.append(warning(("targets",), what, "They were left out."))
    found += [note(("targets",), f"targets: {text}.") for text in targets.told]
    known = {
        plain(word)
        for line in targets.lines
        if line.held
        for word in (
            line.name,
            line.text,
            line.level or "",
            line.group or "",
            f"{line.name} {line.level}",
        )
    }
    idle = [name for name in targets.hold if plain(name) not in known]
    if idle:
        what = f"hold: names no line of targets: {', '.join(idle[:_SHOWN])}"
        found.append(warning(("targets",), what, "Write a line's name, level or group."))
    return found
