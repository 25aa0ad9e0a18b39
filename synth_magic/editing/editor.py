"""Applying one edit to a blueprint."""

from __future__ import annotations

from collections.abc import Callable

from synth_magic.blueprint.context import MAX_TEXT, unprintable
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.model import Blueprint
from synth_magic.editing import (
    adding,
    column_edits,
    effect_edits,
    event_times,
    law_edits,
    names,
    removing,
    retyping,
    rule_edits,
    values,
    whole,
)
from synth_magic.editing.figures import padded
from synth_magic.editing.parts import Change, Complete, Done, Edit, Edited
from synth_magic.editing.remade import column_of, with_column
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.sampling import compile as compiled

#: Longest message that stands beside a field.
_MOST = 160


def apply(blueprint: Blueprint, edit: Edit, complete: Complete | None = None) -> Edited:
    """Apply one edit.

    Parameters
    ----------
    blueprint
        One that can be drawn; it stays as it is.
    edit
        What the user did.
    complete
        Completes what the shorthand of a new column leaves open; without it such a
        column is refused.

    Returns
    -------
    Edited
        With a blueprint that holds together and can be drawn.  What was changed is
        the user's now; where nothing was changed `words` is empty.

    Raises
    ------
    SpecError
        Where the edit cannot be read or cannot hold; in words for beside the field.
    """
    try:
        done = _done(blueprint, edit, complete)
        if done.blueprint == blueprint:
            return Edited(blueprint, "", done.notes)
        notes = (*done.notes, *check(done.blueprint))
    except SpecError as error:
        raise SpecError([_short(part) for part in error.problems]) from None
    # What went or came with it is told by the notes.
    return Edited(done.blueprint, done.changes[0].words, notes, done.changes)


def check(blueprint: Blueprint) -> tuple[Problem, ...]:
    """Compile a blueprint: whether it can be drawn, and what is to be said of it.

    Returns
    -------
    tuple of Problem
        Notes and warnings of the compile.

    Raises
    ------
    SpecError
        Where an effect, a law or a rule cannot be met.
    """
    return compiled(blueprint).notes


def _done(blueprint: Blueprint, edit: Edit, complete: Complete | None) -> Done:
    plain = "".join(edit.text.split())
    if unprintable(plain) or (len(plain) > MAX_TEXT and edit.what != "yaml"):
        what = "This text is too long, or holds a character that cannot be shown"
        raise SpecError(problem((), what, "Type it anew"))
    if edit.what == "column+":
        return adding.added(blueprint, edit, complete)
    make = _EDITS.get(edit.what)
    if make is None:
        what = f"There is no edit called {shown(edit.what, 30)}"
        raise SpecError(problem((), what, f"There are: {', '.join((*_EDITS, 'column+'))}"))
    return make(blueprint, edit)


def _field(blueprint: Blueprint, edit: Edit) -> Done:
    column = column_of(blueprint, edit.column)
    law = compiled(blueprint).laws.get(column.name)
    new, figure, after, notes = law_edits.edited(column, law, edit.key, edit.text)
    if new is column:
        return Done(blueprint, (), notes)
    if figure.kind in ("share", "yes", "zero", "survival"):
        unit = " %"
    else:
        unit, after = "", padded(after, new)
    path: Path = ("columns", column.name, figure.key)
    change = Change(path, figure.label, f"{figure.text}{unit}", f"{after}{unit}")
    return Done(with_column(blueprint, new), (change,), notes)


def _short(part: Problem) -> Problem:
    what, mend = (shown(text, _MOST) if text else "" for text in (part.what, part.mend))
    return Problem(part.path, what, mend, part.level, part.offset)


_EDITS: dict[str, Callable[[Blueprint, Edit], Done]] = {
    "field": _field,
    "name": names.renamed,
    "type": retyping.changed,
    "column-": removing.removed,
    "yaml": whole.replaced,
    "unit": column_edits.unit,
    "label": column_edits.label,
    "range": column_edits.range_,
    "missing": column_edits.missing,
    "decimals": column_edits.decimals,
    "values": values.changed,
    "survival": event_times.survival,
    "administrative": event_times.ends,
    "dropout": event_times.dropout,
    "effect": effect_edits.edited,
    "effect+": effect_edits.added,
    "effect-": effect_edits.removed,
    "rule": rule_edits.edited,
    "rule+": rule_edits.added,
    "rule-": rule_edits.removed,
}
