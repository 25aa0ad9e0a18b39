"""A blueprint being edited: every state it went through, and where the user stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from synth_magic.blueprint.model import Blueprint
from synth_magic.editing.editor import apply
from synth_magic.editing.merging import inverse, merged
from synth_magic.editing.parts import Change, Complete, Edit, Edited

#: States that are kept.
MOST = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """The history of a blueprint's edits.  Every method gives a new draft.

    Parameters
    ----------
    base
        The blueprint that the table was drawn from.
    states
        What was edited, in order; the first is where the history begins.
    at
        Which of them is the present one.
    mark
        The state that stands nearest to `base` in the history.
    lead
        Changes from `base` to that state; none where it is `base` itself.
    """

    base: Blueprint
    states: tuple[Edited, ...]
    at: int = 0
    mark: int = 0
    lead: tuple[Change, ...] = ()

    @classmethod
    def of(cls, blueprint: Blueprint) -> Draft:
        """Begin with a blueprint."""
        return cls(blueprint, (Edited(blueprint),))

    @property
    def blueprint(self) -> Blueprint:
        """The present blueprint."""
        return self.states[self.at].blueprint

    @property
    def merged(self) -> tuple[Change, ...]:
        """What has changed since `base`, one change a place."""
        return () if self.blueprint == self.base else merged((*self.lead, *self._way))

    @property
    def changes(self) -> tuple[str, ...]:
        """Words for what has changed since `base`, one line a field."""
        return tuple(change.words for change in self.merged)

    @property
    def can_undo(self) -> bool:
        """Whether there is a state before this one."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a state after this one."""
        return self.at < len(self.states) - 1

    def edited(self, edit: Edit, complete: Complete | None = None) -> Draft:
        """Apply an edit; what was undone before is forgotten.

        Raises
        ------
        SpecError
            Where the edit cannot hold; the draft stays as it is.
        """
        new = apply(self.blueprint, edit, complete)
        if new.blueprint == self.blueprint:
            return self
        states = (*self.states[: self.at + 1], new)
        draft = replace(self, states=states, at=self.at + 1)
        if self.mark > self.at:
            lead = merged((*self.lead, *self._way))
            draft = replace(draft, mark=self.at, lead=lead)
        return _bounded(draft)

    def undone(self) -> Draft:
        """Go one state back; the first stays where it is."""
        return replace(self, at=self.at - 1) if self.can_undo else self

    def redone(self) -> Draft:
        """Go one state forward again; the last stays where it is."""
        return replace(self, at=self.at + 1) if self.can_redo else self

    def applied(self) -> Draft:
        """Say that the table is drawn from the present blueprint; the history stays."""
        return replace(self, base=self.blueprint, mark=self.at, lead=())

    @property
    def _way(self) -> tuple[Change, ...]:
        """Changes from the mark to the present state."""
        low, high = sorted((self.mark, self.at))
        between = tuple(
            change for state in self.states[low + 1 : high + 1] for change in state.changes
        )
        return between if self.at >= self.mark else inverse(between)


def _bounded(draft: Draft) -> Draft:
    """Forget the oldest states of a long history."""
    over = len(draft.states) - MOST
    if over <= 0:
        return draft
    lead, mark = draft.lead, draft.mark - over
    if mark < 0:
        gone = draft.states[draft.mark + 1 : over + 1]
        lead = merged((*lead, *(change for state in gone for change in state.changes)))
        mark = 0
    return replace(draft, states=draft.states[over:], at=draft.at - over, mark=mark, lead=lead)
