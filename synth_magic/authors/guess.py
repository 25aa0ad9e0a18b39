"""What can be said of a column that the reference does not know: its facts, then its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from synth_magic import expressions
from synth_magic.authors import event_times, scales, sentences, shapes
from synth_magic.authors.shapes import fill
from synth_magic.blueprint.model import Column, ColumnType, Effect, Stated
from synth_magic.errors import Problem, SpecError, note, problem
from synth_magic.laws import fit
from synth_magic.laws.facts import kind_of

#: Signs of an expression whose value is yes or no.
_CONDITIONS = ("==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "missing", "in")
_PERIODS = {"days": 365, "weeks": 52, "months": 12, "years": 1}
_EVENTS = re.compile(
    r"death|died|dead|deceased|event|relapse|recurrence|progression|failure|status"
)


class NothingSaidError(SpecError):
    """Nothing was said of a column, and its name tells nothing."""


def guess(
    column: Column,
    years: tuple[int, int] | None,
    others: Sequence[Column] = (),
    lacking: Collection[str] = (),
    effects: Sequence[Effect] = (),
    alive: Sequence[event_times.Alive] = (),
) -> tuple[Column, tuple[Problem, ...]]:
    """Complete a column from its own facts, or from the shape of its name.

    Parameters
    ----------
    column
        As the user stated it; unknown to the reference.
    years
        Period that the description names, for dates without a range.
    others
        All columns of the table, for an event beside a time and the values in a text.
    lacking
        Names of those that can be missing.
    effects
        Of the table.
    alive
        What the reference knows of survival with the conditions that everybody has.

    Returns
    -------
    column
        With a type and a law, a formula, a pattern or a template.
    notes
        What had to be guessed.

    Raises
    ------
    NothingSaidError
        Where nothing was said and the name tells nothing.
    SpecError
        Where a time to an event lacks its event, or the facts contradict one another.
    """
    if column.formula is not None:
        return fill(column, type=_of_formula(column.formula, others)), ()
    if column.survival is not None:
        return fill(column, type="time_to_event"), ()
    prose = column.type is None and bool(others) and not _said(column)
    if column.type == "text" or (prose and sentences.is_prose(column)):
        return _text(column, others, lacking)
    if column.type in ("id", "time_to_event"):
        return _of_type(column, alive)
    timed = event_times.beside_event(column, others, effects)
    if timed is not None:
        return timed
    shaped: Column = shapes.years(column)
    told: tuple[Problem, ...] = ()
    if not _said(column):
        shaped, told = _shaped(column, others)
    elif (sized := scales.scaled(shaped)) is not None:
        return sized
    if shaped.type == "id":
        return shaped, told
    if shaped.type in ("date", "datetime"):
        shaped = _dated(shaped, years)
    law, notes = fit(shaped)
    done = fill(shaped, type=kind_of(shaped)).model_copy(update={"distribution": law})
    return done, told or notes


def _of_formula(text: str, others: Sequence[Column]) -> ColumnType:
    """Type of what a formula gives: yes or no of a condition, a date of a date and days."""
    tree = expressions.parse(text)
    if not isinstance(tree, expressions.Call):
        return "number"
    if tree.op in _CONDITIONS:
        return "boolean"
    dates = {other.name for other in others if _is_date(other)}
    dated = [isinstance(arg, expressions.Name) and arg.name in dates for arg in tree.args]
    return "date" if tree.op in ("+", "-") and sum(dated) == 1 else "number"


def _is_date(column: Column) -> bool:
    """Whether a column holds dates, by its type or, where none is said, by its name."""
    if column.type is not None or column.formula is not None:
        return column.type == "date"
    found = shapes.shaped(column)
    return found is not None and found[0].type == "date"


def _said(column: Column) -> bool:
    """Whether the user said anything that a law can be made of."""
    whole = (column.type, column.range, column.values, column.distribution)
    if any(part is not None for part in whole):
        return column.type not in ("integer", "number", "category") or any(
            part is not None for part in (*whole[1:], column.stated)
        )
    return column.stated is not None and column.stated != Stated()


def _shaped(column: Column, others: Sequence[Column]) -> tuple[Column, tuple[Problem, ...]]:
    """Complete a column of which nothing was said, by its name."""
    if column.type is None:
        _ask_for_event(column, others)
        found = shapes.shaped(column)
        if found is not None:
            return found
    sized = scales.scaled(column)
    if sized is not None:
        return sized
    raise NothingSaidError(
        problem(
            ("columns", column.name),
            f"Nothing is known about {column.name}, and nothing was said of it",
            "Say its range, its values or a mean, for instance "
            f"`{column.name}: 10-50` or `{column.name}: low / high`",
        )
    )


def _ask_for_event(column: Column, others: Sequence[Column]) -> None:
    """Refuse a bare time to an event: it hangs on its event, and both make one column."""
    words = f"{column.name.replace('_', ' ')} {column.description or ''}".lower()
    found = event_times.TO_EVENT.search(words)
    unit = column.unit or "days"
    lone = column.unit is not None and event_times.LONE.search(words)
    if unit not in _PERIODS or not (found or lone):
        return
    beside = next((c for c in others if c.name != column.name and _event(c)), None)
    event = beside.name if beside is not None else (found and found["event"]) or "event"
    stated = None if beside is None else (beside.stated or Stated()).probability
    left = f"{1 - float(stated):.3g}" if stated is not None else "0.8"
    period = _PERIODS[unit]
    instead = "" if beside is None else f", and leave {event} out: it comes with it"
    raise SpecError(
        problem(
            ("columns", column.name),
            f"{column.name} is a time to an event: say which event, and how soon it comes.",
            f"Write `{column.name}: {{type: time_to_event, unit: {unit}, event: {event}, survival: "
            f"{{{period}: {left}}}, censoring: {{administrative: [{period}, {2 * period}]}}}}`"
            f"{instead}.",
        )
    )


def _event(column: Column) -> bool:
    yes_no = column.type in (None, "boolean") or column.range in ((0, 1), (0.0, 1.0))
    return yes_no and bool(_EVENTS.search(column.name.lower()))


def _of_type(
    column: Column, alive: Sequence[event_times.Alive]
) -> tuple[Column, tuple[Problem, ...]]:
    """Columns whose values have no law of their own: ids, times to an event."""
    if column.type == "id":
        return fill(column, pattern=shapes.pattern_of(column)), ()
    return event_times.guessed(column, alive)


def _text(
    column: Column, others: Sequence[Column], lacking: Collection[str]
) -> tuple[Column, tuple[Problem, ...]]:
    """Give a template that is filled from the row, since nobody writes free text."""
    if column.template is not None:
        return fill(column, type="text"), ()
    path = ("columns", column.name)
    made = sentences.template(column, others, lacking)
    if made is not None:
        what = f"{column.name}: a template filled from each row, a guess; offline nobody writes it."
        mend = "Name a model (--model NAME) to have it written, or give it a template of your own."
        return fill(column, type="text", template=made), (note(path, what, mend),)
    words = (column.description or column.name.replace("_", " ")).replace("{", "(")
    what = f"{column.name}: the same words in every row; there is no value that it could show."
    mend = "Give it a template, for instance 'seen at age {age}'."
    done = fill(column, type="text", template=words.replace("}", ")"))
    return done, (note(path, what, mend),)


def _dated(column: Column, years: tuple[int, int] | None) -> Column:
    first, last = shapes.BORN if shapes.says_birth(column) else years or shapes.YEARS
    low, high = column.range or (None, None)
    ends = (low or f"{first}-01-01", high or f"{last}-12-31")
    if column.range == ends:
        return column
    named = dict(column.sources) | {"range": "guess"}
    return column.model_copy(update={"range": ends, "sources": tuple(named.items())})
