"""What can be said of a column that the reference does not know: its facts, then its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from synth_magic.blueprint.model import (
    Column,
    Distribution,
    Exponential,
    Lognormal,
    Poisson,
    Stated,
)
from synth_magic.errors import Problem, SpecError, note, problem
from synth_magic.laws import fit
from synth_magic.laws.facts import kind_of

#: Period of dates when the description names none: fixed, so that a cell stays the same table.
YEARS = (2020, 2024)


def guess(column: Column, years: tuple[int, int] | None) -> tuple[Column, tuple[Problem, ...]]:
    """Complete a column from its own facts, or from the shape of its name.

    Parameters
    ----------
    column
        As the user stated it; unknown to the reference.
    years
        Period that the description names, for dates without a range.

    Returns
    -------
    column
        With a type and a law, a formula, a pattern or a template.
    notes
        What had to be guessed.

    Raises
    ------
    SpecError
        Where nothing was said and the name tells nothing, or the facts contradict one another.
    """
    if column.formula is not None or column.survival is not None:
        kind = "number" if column.formula is not None else "time_to_event"
        return _with(column, type=kind), ()
    if column.type in ("id", "text", "time_to_event"):
        return _of_type(column)
    shaped, told = column, False
    if not _said(column):
        shaped, told = _shaped(column), True
    if shaped.type in ("id", "text"):
        return _of_type(shaped)
    if shaped.type in ("date", "datetime"):
        shaped = _dated(shaped, years)
    law, notes = fit(shaped)
    done = _with(shaped, type=kind_of(shaped)).model_copy(update={"distribution": law})
    if told and not notes:
        notes = (_told(column),)
    return done, notes


def _said(column: Column) -> bool:
    """Whether the user said anything that a law can be made of."""
    whole = (column.type, column.range, column.values, column.distribution)
    if any(part is not None for part in whole):
        return column.type not in ("integer", "number", "category") or any(
            part is not None for part in (*whole[1:], column.stated)
        )
    return column.stated is not None and column.stated != Stated()


def _told(column: Column) -> Problem:
    what = f"{column.name}: a guess by its name alone, since nothing was said of it."
    return note(("columns", column.name), what, "State its range, a mean, values or shares.")


def _with(column: Column, **fields: Any) -> Column:
    """Fill open fields; who did is written beside them."""
    fresh = {k: v for k, v in fields.items() if getattr(column, k) is None}
    named = dict(column.sources) | {k: "guess" for k in fresh if k != "distribution"}
    return column.model_copy(update=fresh | {"sources": tuple(named.items())})


def _of_type(column: Column) -> tuple[Column, tuple[Problem, ...]]:
    """Columns whose values have no law of their own: ids, text, times to an event."""
    if column.type == "id":
        letter = re.sub(r"[^A-Za-z]", "", column.name)[:1].upper() or "R"
        return _with(column, pattern=f"{letter}####"), ()
    if column.type == "text":
        words = (column.description or column.name.replace("_", " ")).replace("{", "(")
        what = f"{column.name}: the same words in every row; this release writes no free text."
        mend = "Give it a template, for instance 'seen at age {age}'."
        done = _with(column, template=words.replace("}", ")"))
        notes = (note(("columns", column.name), what, mend),) if column.template is None else ()
        return done, notes
    if column.distribution is not None:
        return column, ()
    law = Distribution(exponential=Exponential(mean=365), source="guess")
    what = f"{column.name}: one event in 365 {column.unit or 'days'} and a person, a guess."
    done = column.model_copy(update={"distribution": law})
    return done, (note(("columns", column.name), what, "State its survival."),)


def _dated(column: Column, years: tuple[int, int] | None) -> Column:
    first, last = years or YEARS
    low, high = column.range or (None, None)
    ends = (low or f"{first}-01-01", high or f"{last}-12-31")
    if column.range == ends:
        return column
    named = dict(column.sources) | {"range": "guess"}
    return column.model_copy(update={"range": ends, "sources": tuple(named.items())})


# By the name alone ------------------------------------------------------------------


def _ends_or_is(words: str) -> re.Pattern[str]:
    return re.compile(rf"(^|_)({words})($|_)")


def _amount(column: Column) -> Column:
    law = Distribution(lognormal=Lognormal(median=100, sigma=0.8), source="guess")
    return _with(column, type="number", decimals=2, range=(0, None), distribution=law)


def _counted(column: Column) -> Column:
    law = Distribution(poisson=Poisson(mean=3), source="guess")
    return _with(column, type="integer", range=(0, None), distribution=law)


Shape = Callable[[Column], Column]
_SHAPES: tuple[tuple[re.Pattern[str], Shape], ...] = (
    (
        re.compile(
            r"(^|_)(id|ids|identifier|uuid|mrn|pid|sku)($|_)"
            r"|^(patient|subject|record|customer|order)(_?(no|nr|number|code|key))?$"
        ),
        lambda c: _with(c, type="id"),
    ),
    (
        _ends_or_is(
            "notes?|comments?|remarks?|text|narrative|address|email|phone|url|"
            "name|surname|firstname|lastname|city|town|street|village"
        ),
        lambda c: _with(c, type="text"),
    ),
    (_ends_or_is("timestamp|datetime"), lambda c: _with(c, type="datetime")),
    (re.compile(r"(^|_)(date|dob|datum|fecha)($|_)|_on$"), lambda c: _with(c, type="date")),
    (_ends_or_is("year"), lambda c: _with(c, type="integer", range=(YEARS[0] - 5, YEARS[1]))),
    (
        re.compile(
            r"^(is|has|had|was|any|uses?|takes?|received)_|_(yn|flag)$"
            r"|^(dead|died|event|case|readmitted|returned|churned)$"
        ),
        lambda c: _with(c, type="boolean"),
    ),
    (
        _ends_or_is("percent|percentage|pct|share|proportion"),
        lambda c: _with(c, type="number", decimals=1, range=(0, 100)),
    ),
    (
        _ends_or_is("score|rating|vas|satisfaction"),
        lambda c: _with(c, type="integer", range=(0, 10)),
    ),
    (
        re.compile(
            r"^(n|num|number|count)_|_(count|number|n)$"
            r"|(^|_)(visits|items|rooms|bedrooms|children|siblings|falls|pages|calls)$"
        ),
        _counted,
    ),
    (
        _ends_or_is(
            "price|costs?|amount|revenue|sales|salary|income|rent|fee|turnover|budget|charges?"
        ),
        _amount,
    ),
)


def _shaped(column: Column) -> Column:
    """Type, range and law by the shape of a name: ``patient_id``, ``visit_date``, ``n_rooms``."""
    name = re.sub(r"([a-z])([A-Z])", r"\1_\2", column.name).lower()
    name = re.sub(r"[^a-z0-9]+", "_", name).strip("_")
    if column.type is None:
        for pattern, shape in _SHAPES:
            if pattern.search(name):
                return shape(column)
        if column.unit == "%":
            return _with(column, type="number", decimals=1, range=(0, 100))
    raise SpecError(
        problem(
            ("columns", column.name),
            f"Nothing is known about {column.name}, and nothing was said of it.",
            "Say its range, its values or a mean, for instance "
            f"`{column.name}: 10-50` or `{column.name}: low / high`.",
        )
    )
