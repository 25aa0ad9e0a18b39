"""A request's words to their meaning."""

from __future__ import annotations

from synth_magic.blueprint.request import Request
from synth_magic.reading import prose
from synth_magic.reading.columns import read_columns
from synth_magic.reference.schema import Reading


def read(request: Request) -> Reading:
    """Understand who the people are and what each column measures.

    Parameters
    ----------
    request
        As the cell was parsed.

    Returns
    -------
    Reading
        Its `line` says in one line what was understood of the prose.
    """
    said = prose.understand(request.prose)
    columns, notes = read_columns(request, said.population)
    return Reading(
        population=said.population,
        restrictions=said.restrictions,
        absent=said.absent,
        columns=columns,
        named=said.named,
        people=said.people,
        minors=said.minors,
        unread=said.unread,
        line=said.line,
        notes=notes,
    )
