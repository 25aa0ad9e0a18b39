"""What is said of an answer: to the model, which may mend it, and to the user."""

from __future__ import annotations

from dataclasses import dataclass

#: Stands for all effects in place of a column's name.
EFFECTS = "effects"


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that cannot be used or is not believed.

    Parameters
    ----------
    about
        Name of the column, or `EFFECTS`.
    what
        What is wrong, for the model and for the user alike, without a full stop.
    """

    about: str
    what: str


class UnfitError(Exception):
    """A row from which no law can be made; its text says why."""
