"""The author that asks nobody: the built-in reference, the user's facts, and marked guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from synth_magic.authors import (
    beyond,
    dates,
    event_times,
    formulas,
    gated,
    guess,
    kin,
    links,
    operands,
    panel,
    ratios,
    unknown,
)
from synth_magic.authors.settle import settle
from synth_magic.blueprint.model import Blueprint, Column, Effect
from synth_magic.blueprint.request import Request
from synth_magic.errors import Problem, SpecError, note
from synth_magic.events import Event, Tell, silent
from synth_magic.reading import read
from synth_magic.reference import Reading, expect, load
from synth_magic.reference.cleared import cohere

NOBODY_ASKED = (
    "No model was asked: the built-in clinical reference answers, and guesses are marked as such. "
    "--model NAME asks one; %synthdata doctor says which are at hand."
)


def complete(request: Request, tell: Tell = silent) -> tuple[Blueprint, tuple[Problem, ...]]:
    """Complete a request to a blueprint.

    Parameters
    ----------
    request
        What the cell says.  What it states keeps the source ``user`` and is never overruled.
    tell
        Called with progress.

    Returns
    -------
    blueprint
        With no column open.
    notes
        What was understood, assumed, shifted or guessed; the first says that no model was asked.

    Raises
    ------
    SpecError
        When no column can be recognised, or what the user said cannot hold.
    """
    first = note(("author",), NOBODY_ASKED)
    if request.blueprint is not None:
        return request.blueprint, ()
    tell(Event("reading"))
    request = ratios.read(request)
    reading = panel.fill(read(request))
    request = replace(
        request, effects=operands.spelled(request.effects, operands.Known.of(reading.columns))
    )
    tell(Event("authoring"))
    everybody = {r.variable: r.value for r in reading.restrictions if r.value is not None}
    derived = {
        c.name: c
        for c in formulas.found(
            reading.columns, request.effects, everybody, adults=not reading.outside
        )
    }
    expected = expect(
        reading,
        derived=formulas.operands(derived, reading.columns),
        whole=links.whole(reading.columns, request.effects),
    )
    times = links.at_times([c for c in reading.columns if c.column.name in expected.order])
    expected = cohere(expected, times[0], links.apart(reading.columns, request.effects))
    lacking = {entry.column for entry in request.missing if entry.rate}
    columns, guesses = _completed(
        expected.columns, expected.unknown, reading, expected.notes, lacking, request.effects
    )
    columns = tuple(
        formulas.computed(c, derived[c.name]) if c.name in derived else c for c in columns
    )
    effects = expected.effects
    if reading.outside:
        columns, effects = beyond.as_guesses(columns, effects, reading)
    ordered, ordering = dates.rules(columns, request.rules)
    rules = (*request.rules, *reading.rules, *formulas.ranges(columns), *ordered)
    for known in times:
        rules = links.rules(known, rules)
    columns, effects, gates = gated.gated(columns, reading.columns, effects, request.effects)
    kindred, kinship = kin.effects(columns, expected.unknown)
    effects = links.merged(request.effects, (*effects, *kindred), columns)
    blueprint = Blueprint(
        table=request.table,
        population=request.prose.strip() or None,
        columns=columns,
        effects=effects,
        rules=rules,
        missing=request.missing,
    )
    try:
        blueprint, settled = settle(blueprint)
    except SpecError as error:
        raise formulas.located(error, blueprint, columns) from None
    formulas.check_ranges(blueprint, columns)
    computed = tuple(note(("columns", name), c.told) for name, c in derived.items())
    understood = (note(("prose",), f"Understood: {reading.line}."),) if reading.line else ()
    notes = (
        first,
        *understood,
        *beyond.told(reading, columns),
        *reading.notes,
        *expected.notes,
        *links.repeated(reading.columns, effects),
        *kin.held(kinship, kindred, effects),
        *ordering,
        *gates,
        *computed,
    )
    return blueprint, (*notes, *guesses, *settled)


def _completed(
    columns: Iterable[Column],
    names: Iterable[str],
    reading: Reading,
    told: Iterable[Problem],
    lacking: Collection[str],
    effects: Collection[Effect],
) -> tuple[tuple[Column, ...], list[Problem]]:
    """Guess the columns that the reference left open; all that cannot be are named at once."""
    open_, done, every = set(names), [], tuple(columns)
    alive = _alive(reading)
    notes: list[Problem] = []
    wrong: list[Problem] = []
    nothing: list[Column] = []
    for column in every:
        if column.name not in open_ and _closed(column):
            done.append(column)
            continue
        try:
            one, more = guess.guess(
                column, reading.population.years, every, lacking, tuple(effects), alive
            )
        except guess.NothingSaidError:
            nothing.append(column)
            continue
        except SpecError as error:
            wrong += error.problems
            continue
        done.append(one)
        notes += more
    wrong += unknown.problems(nothing, (*reading.notes, *told))
    if wrong:
        raise SpecError(wrong)
    return tuple(done), notes


def _alive(reading: Reading) -> list[event_times.Alive]:
    """Give what the reference knows of survival with what everybody has, and where they are."""
    known, people = load().conditions, reading.population
    here = [known[c] for c in (*people.conditions, people.setting or "") if c in known]
    return [event_times.Alive(c.label, c.survival) for c in here if c.survival]


def _closed(column: Column) -> bool:
    parts = (column.distribution, column.formula, column.survival)
    return column.type is not None and any(part is not None for part in parts)
