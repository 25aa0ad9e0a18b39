"""A view's value: the table that is shown, and its blueprint as it is being edited.

Every function gives a new `Session`; nothing here knows of threads or browsers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synth_magic import editing, sampling
from synth_magic.authors import operands
from synth_magic.display.live import state
from synth_magic.editing.merging import merged
from synth_magic.fidelity.law import Law, law_of
from synth_magic.notebook import live_apply
from synth_magic.notebook.live_complete import complete

if TYPE_CHECKING:
    from synth_magic.blueprint.model import Blueprint
    from synth_magic.editing import Edit, Edited
    from synth_magic.fidelity.report import Report
    from synth_magic.notebook.live_apply import Draw
    from synth_magic.options import Options
    from synth_magic.record import Record, Result


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """What a view is about.

    Parameters
    ----------
    shown
        The table that is shown.
    draft
        Its blueprint as it is being edited; ``draft.base`` is what the table was drawn from.
    law
        The draft's present blueprint, compiled.
    origin, start
        Record and blueprint of the table with which the view opened.
    since
        What has changed from that table's blueprint to the one that is shown.
    """

    shown: state.Applied
    draft: editing.Draft
    law: Law
    origin: Record
    start: Blueprint
    since: tuple[editing.Change, ...] = ()

    @property
    def name(self) -> str:
        """The variable."""
        return self.shown.result.name


def begin(result: Result, report: Report | None) -> Session:
    """Open a table."""
    shown = state.applied(result, 1, report)
    start = shown.law.blueprint
    return Session(shown, editing.Draft.of(start), shown.law, result.record, start)


def edited(session: Session, edit: Edit) -> Session:
    """Edit the draft.

    Raises
    ------
    SpecError
        Where the edit cannot hold.
    """
    edit = _in_columns(edit, session.draft.blueprint)
    return _with(session, session.draft.edited(edit, complete))


def tried(session: Session, edit: Edit) -> Edited:
    """Say what an edit would do, and keep nothing of it; errors as of `edited`."""
    edit = _in_columns(edit, session.draft.blueprint)
    return editing.apply(session.draft.blueprint, edit, complete)


def _in_columns(edit: Edit, blueprint: Blueprint) -> Edit:
    """Write clinical words of a new effect as the columns that they mean."""
    if edit.what != "effect+":
        return edit
    return replace(edit, text=operands.line(edit.text, blueprint))


def undone(session: Session) -> Session:
    """Go one edit back."""
    return _with(session, session.draft.undone())


def redone(session: Session) -> Session:
    """Go one edit forward again."""
    return _with(session, session.draft.redone())


def discarded(session: Session) -> Session:
    """Take the draft back to what the table was drawn from."""
    draft = session.draft
    back = replace(draft, at=draft.mark)
    return _with(session, back if back.blueprint == draft.base else editing.Draft.of(draft.base))


def _with(session: Session, draft: editing.Draft) -> Session:
    return replace(session, draft=draft, law=law_of_draft(draft.blueprint, session))


def law_of_draft(blueprint: Blueprint, session: Session) -> Law:
    """Compile a draft; columns that were not edited are compiled already."""
    shown = session.shown.law
    if blueprint == shown.blueprint:
        return shown
    return Law(blueprint, sampling.compile(blueprint))


def drawn(session: Session, draw: Draw, options: Options, name: str) -> Session:
    """Draw another table into the variable `name`.

    Raises
    ------
    SpecError, DataError
        If it cannot be drawn.
    """
    since = merged((*session.since, *session.draft.merged)) if draw.edits else session.since
    if draw.blueprint == session.start:
        since = ()
    shown = replace(session.shown.result, name=name)
    words = _words(session.origin, since, draw)
    result = live_apply.drawn(draw, shown, options, words)
    law_of(result.record.blueprint_yaml, draw.blueprint)
    new = state.applied(result, session.shown.revision + 1)
    if draw.edits:
        return replace(session, shown=new, draft=session.draft.applied(), law=new.law, since=since)
    return replace(session, shown=new)


def _words(origin: Record, since: Sequence[editing.Change], draw: Draw) -> tuple[str, ...]:
    """Say what has changed since the cell: the blueprint, the seed, the rows."""
    words = [*origin.edited, *(change.words for change in since)]
    if draw.seed != origin.seed:
        words.append(f"seed {origin.seed} → {draw.seed}")
    if draw.rows != origin.rows:
        words.append(f"rows {origin.rows:,} → {draw.rows:,}")
    return tuple(words)


def judged(session: Session, report: Report) -> Session:
    """Take in the report on the table that is shown."""
    return replace(session, shown=replace(session.shown, report=report))
