"""What rests on adults although the description is of others: marked as guesses, and said."""

from __future__ import annotations

from collections.abc import Sequence

from synth_magic.blueprint.model import Column, Distribution, Effect
from synth_magic.errors import Problem, note, warning
from synth_magic.reference import Reading, load, pins
from synth_magic.reference.people import holds

#: Ages from here on are in the reference.
ADULT = 18
ASK = "State each one's range, or its mean and SD."


def as_guesses(
    columns: Sequence[Column], effects: Sequence[Effect], reading: Reading
) -> tuple[tuple[Column, ...], tuple[Effect, ...]]:
    """Mark as guesses what the reference of adults says of people who are none.

    What it holds of them, of children the survey's measurements, stays the reference's.

    Parameters
    ----------
    columns
        Completed; names, units and definitions keep their source, laws and limits do not.
    effects
        Those of the reference.
    reading
        Who these people are.
    """
    known, who, age = load(), reading.population, youngest(reading)
    kept = [
        c.concept in known.laws and holds(known, who.base, str(c.concept), age, who.conditions)
        for c in columns
    ]
    return (
        tuple(c if stays else _column(c) for c, stays in zip(columns, kept, strict=True)),
        tuple(effect.model_copy(update={"source": "guess"}) for effect in effects),
    )


def youngest(reading: Reading) -> float:
    """Find the age, in years, of the youngest that the description or the column of age allows."""
    lows = [r.low for r in reading.restrictions if r.variable == "age" and r.low is not None]
    column = next((c for c in reading.columns if c.variable == "age"), None)
    low = None if column is None else pins.bounds(column)[0]
    return max([0.0, *lows, *([] if low is None else [low])])


def _column(column: Column) -> Column:
    law = column.distribution
    sources = tuple(
        (field, "guess" if field == "range" and source == "reference" else source)
        for field, source in column.sources
    )
    return column.model_copy(
        update={"sources": sources, "distribution": None if law is None else _law(law)}
    )


def _law(law: Distribution) -> Distribution:
    if law.source != "reference":
        return law
    groups = None
    if law.groups is not None:
        groups = tuple((value, _law(part)) for value, part in law.groups)
    return law.model_copy(update={"source": "guess", "groups": groups})


def told(reading: Reading, columns: Sequence[Column]) -> tuple[Problem, ...]:
    """Warn of what the reference does not know: words, numbers, and people.

    Parameters
    ----------
    reading
        What was understood.
    columns
        As completed.
    """
    found = []
    rests = any(c.variable is not None for c in reading.columns)
    if reading.unread:
        what = f"Not read: {', '.join(reading.unread)}."
        if rests and not reading.outside:
            what += " The table is of adults without regard to it."
        level = warning if rests else note
        found.append(level(("prose",), what, "State what it changes, as facts of the columns."))
    if reading.outside and rests:
        found.append(_outside(reading.outside, columns))
    elif rests:
        found += _young(reading, columns)
    return tuple(found)


def _outside(who: str, columns: Sequence[Column]) -> Problem:
    taken = [
        c.name
        for c in columns
        if c.concept not in (None, "age", "sex") and c.distribution and _guessed(c.distribution)
    ]
    if not taken:
        return note(("prose",), f"Of {who} the reference holds the usual measurements only.")
    what = f"Of {who} the reference does not hold {_and(taken)}: adult values, guesses."
    return warning(("prose",), what, ASK)


def _guessed(law: Distribution) -> bool:
    return law.source == "guess" and (law.quantiles or law.groups or law.probability) is not None


def _young(reading: Reading, columns: Sequence[Column]) -> list[Problem]:
    """Say that the youngest of a table that is mostly of adults are taken as young adults."""
    age = next((c for c in columns if c.concept == "age" and c.unit in ("years", None)), None)
    low = None if age is None or age.range is None else age.range[0]
    law = None if age is None or age.distribution is None else age.distribution.quantiles
    if law is not None and law[0][0] == 0 and isinstance(law[0][1], (int, float)):
        return []  # told already: the column starts where these people do
    restricted = [r.low for r in reading.restrictions if r.variable == "age" and r.low is not None]
    ages = [float(x) for x in (low, *restricted) if isinstance(x, (int, float))]
    if not ages or min(ages) >= ADULT or not reading.columns[1:]:
        return []
    what = (
        "The reference holds adults only: below 18 years other columns are those of young adults."
    )
    return [note(("columns", age.name) if age is not None else ("prose",), what)]


def _and(names: Sequence[str]) -> str:
    if len(names) > 6:
        names = [*names[:5], f"{len(names) - 5} more"]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
