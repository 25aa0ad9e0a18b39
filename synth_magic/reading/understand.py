"""A request's words to their meaning."""

from __future__ import annotations

from dataclasses import replace

from synth_magic.blueprint.request import Request
from synth_magic.reading import listed, prose
from synth_magic.reading.columns import read_columns
from synth_magic.reading.pinned import pin
from synth_magic.reference import lookup, pins
from synth_magic.reference.people import ADULTS, CHILDREN
from synth_magic.reference.schema import ReadColumn, Reading, Restriction


def read(request: Request) -> Reading:
    """Understand who the people are and what each column measures.

    Parameters
    ----------
    request
        As the cell was parsed.

    Returns
    -------
    Reading
        Its `line` says in one line what was understood of the prose.  Without a column, what
        the prose says of variables waits in `told` for `pin`.
    """
    text, request = listed.apart(request)
    said = prose.understand(text, asking=not request.columns)
    columns, notes = read_columns(request, said.population)
    said_of = f" {lookup.plain(text)} " if any(sign.isdigit() for sign in text) else ""
    others = [
        read.column.name
        for read in columns
        if read.variable is None and f" {lookup.plain(read.column.name)} " in said_of
    ]
    if others:
        said = prose.understand(text, others, asking=not request.columns)
    outside = _outside(said.outside, columns)
    population = said.population
    if bool(outside) != bool(said.outside):  # the column of age knows better
        population = replace(population, base=CHILDREN if outside else ADULTS)
    reading = Reading(
        population=population,
        restrictions=(*said.restrictions, *_ages(outside, said, columns)),
        absent=said.absent,
        columns=columns,
        named=said.named,
        people=said.people,
        outside=outside,
        unread=_unsaid(said.unread, columns),
        line=said.line,
        notes=notes,
        told=said.told,
    )
    return pin(reading) if columns else reading


def _ages(
    outside: str, said: prose.Said, columns: tuple[ReadColumn, ...]
) -> tuple[Restriction, ...]:
    """Take the ages of children from their column where the description says none."""
    age = next((c for c in columns if c.variable == "age"), None)
    if not outside or age is None or any(r.variable == "age" for r in said.restrictions):
        return ()
    low, high = pins.bounds(age)
    return (Restriction("age", low or 0.0, high if high is not None else prose.ADULT - 1.0),)


def _unsaid(words: tuple[str, ...], columns: tuple[ReadColumn, ...]) -> tuple[str, ...]:
    """Leave out words that are a value of a column: ``placebo`` where it is an arm."""
    values = {lookup.plain(value) for read in columns for value in read.column.values or ()}
    values |= {
        lookup.plain(value)
        for read in columns
        if read.column.stated is not None
        for value, _ in read.column.stated.probabilities or ()
    }
    return tuple(word for word in words if word not in values)


def _outside(told: str, columns: tuple[ReadColumn, ...]) -> str:
    """Let the column of age, where it says ages, decide whether these are children."""
    age = next((c for c in columns if c.variable == "age"), None)
    if age is None:
        return told
    low, high = pins.bounds(age)
    stated = age.column.stated
    centre = None if stated is None else stated.mean if stated.mean is not None else stated.median
    if isinstance(centre, (int, float)):
        young = centre / age.factor < prose.ADULT
    elif high is not None:
        young = prose.minors(0.0 if low is None else low, high)
    else:
        return told
    if young:
        return told or "people under 18"
    return told if told == "pregnancy" else ""
