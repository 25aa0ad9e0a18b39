"""What can be said of a column that the reference does not know: its facts, then its name."""

from __future__ import annotations

import re
from typing import Any

from synth_magic.blueprint.model import (
    Column,
    Distribution,
    Exponential,
    Lognormal,
    Normal,
    Poisson,
    Source,
    Uniform,
)
from synth_magic.errors import Problem, note, problem
from synth_magic.reference import pins

#: Shares when nobody says any.
#: Period of dates when the description names none: fixed, so that a cell stays the same table.
YEARS = (2020, 2024)
EVEN = 0.5
#: A range alone is read as six SDs of a bell.
SIGMAS = 6

_TEXT = re.compile(
    r"(^|_)(notes?|comments?|remarks?|text|narrative|summary|address|email|phone|url)($|_)"
)
_NAME = re.compile(r"(^|_)(name|surname|firstname|lastname|city|town|street|village)($|_)")
_ID = re.compile(
    r"(^|_)(id|ids|identifier|uuid|mrn|key|code|ref|reference|pid|sku)($|_)|^(patient|subject|record|customer|order)(_?(no|nr|number))?$"
)
_DATE = re.compile(r"(^|_)(date|day|dob|datum|fecha)($|_)|_(on|at)$")
_TIME = re.compile(r"(^|_)(timestamp|datetime)($|_)")
_YEAR = re.compile(r"(^|_)year($|_)")
_FLAG = re.compile(
    r"^(is|has|had|was|did|any|on|uses?|takes?|received)_|(_yn|_flag|_yes_no)$|^(dead|died|event|case|readmitted|returned|churned)$"
)
_MONEY = re.compile(
    r"(^|_)(price|cost|costs|amount|revenue|sales|salary|income|rent|fee|turnover|budget|charges?)($|_)"
)
_COUNT = re.compile(
    r"^(n|num|no|nr|number|count)_|(_count|_number|_n)$|(^|_)(visits|items|rooms|bedrooms|children|siblings|falls|pages|calls)$"
)
_SCORE = re.compile(r"(^|_)(score|rating|grade|scale|vas|satisfaction|mark|marks)($|_)")
_PERCENT = re.compile(r"(^|_)(percent|percentage|pct|share|rate|proportion)($|_)")


def guess(column: Column, years: tuple[int, int] | None) -> tuple[Column, tuple[Problem, ...]]:
    """Complete a column from its own facts, or from the shape of its name.

    Parameters
    ----------
    column
        As the user stated it; unknown to the reference.
    years
        Period that the description names, for dates without a range.

    Raises
    ------
    SpecError
        Where nothing was said and the name tells nothing.
    """
    from synth_magic.errors import SpecError

    if column.formula is not None or column.survival is not None:
        return _typed(column), ()
    if column.distribution is not None:
        return _typed(column), ()
    if pins.full(column):
        return _fitted(column)
    done = _by_type(column, years) or _by_facts(column) or _by_name(column, years)
    if done is None:
        raise SpecError(
            problem(
                ("columns", column.name),
                f"Nothing is known about {column.name}, and nothing was said of it.",
                f"Say its range, its values or a mean, for instance `{column.name}: 10-50` "
                f"or `{column.name}: low / high`.",
            )
        )
    told = f"{column.name}: a guess, since the reference does not know it."
    return done, (note(("columns", column.name), told, "State a mean, a range or shares."),)


def _fitted(column: Column) -> tuple[Column, tuple[Problem, ...]]:
    from synth_magic.laws import fit

    column = _typed(column)
    law, notes = fit(column)
    return column.model_copy(update={"distribution": law}), notes


def _with(column: Column, source: Source = "guess", **fields: Any) -> Column:
    fresh = {k: v for k, v in fields.items() if getattr(column, k) is None and v is not None}
    named = dict(column.sources) | {k: source for k in fresh if k != "distribution"}
    return column.model_copy(update=fresh | {"sources": tuple(named.items())})


def _typed(column: Column) -> Column:
    """Type and decimals that the facts imply."""
    if column.type is None:
        s, d = column.stated, column.distribution
        if column.formula is not None:
            kind = "number"
        elif column.survival is not None:
            kind = "time_to_event"
        elif column.values or any(p is not None and p.probabilities for p in (s, d)):
            kind = "category"
        elif any(p is not None and p.probability is not None for p in (s, d)):
            kind = "boolean"
        else:
            kind = "integer" if column.decimals == 0 or _whole(column) else "number"
        column = _with(column, type=kind)
    return column


def _whole(column: Column) -> bool:
    """Whether every number that was said is whole, and the range spans some ten of them."""
    s = column.stated
    said: list[Any] = list(column.range or ())
    if s is not None:
        said += [s.mean, s.median, *(s.quartiles or ())]
    numbers = [n for n in said if isinstance(n, (int, float))]
    if not numbers or any(float(n) != int(n) for n in numbers):
        return False
    return max(abs(n) for n in numbers) >= 10


def _by_type(column: Column, years: tuple[int, int] | None) -> Column | None:
    if column.type == "id":
        letter = re.sub(r"[^A-Za-z]", "", column.name)[:1].upper() or "R"
        return _with(column, pattern=f"{letter}####")
    if column.type == "text":
        return _with(column, template=column.description or column.name.replace("_", " "))
    if column.type in ("date", "datetime"):
        return _dated(column, years)
    if column.type == "boolean":
        return _lawful(column, Distribution(probability=EVEN, source="guess"))
    if column.type == "time_to_event":
        return _lawful(column, Distribution(exponential=Exponential(mean=365), source="guess"))
    return None


def _dated(column: Column, years: tuple[int, int] | None) -> Column:
    first, last = years or YEARS
    low, high = column.range or (None, None)
    ends = (low or f"{first}-01-01", high or f"{last}-12-31")
    if column.range != ends:
        named = dict(column.sources) | {"range": "guess"}
        column = column.model_copy(update={"range": ends, "sources": tuple(named.items())})
    return _lawful(column, Distribution(uniform=Uniform(low=ends[0], high=ends[1]), source="guess"))


def _by_facts(column: Column) -> Column | None:
    """From values, or a range, or a centre without a spread."""
    if column.values:
        return _even(column)
    column_ = _typed(column) if column.range or column.stated else column
    if column.type == "integer" and column.range in ((0, 1), (0.0, 1.0)):
        return _lawful(column, Distribution(probability=EVEN, source="guess"))
    stated = column.stated
    centre = None
    if stated is not None:
        centre = stated.mean if stated.mean is not None else stated.median
    low, high = column.range or (None, None)
    numbers = [n for n in (low, high) if isinstance(n, (int, float))]
    if len(numbers) == 2:
        middle = centre if isinstance(centre, (int, float)) else (numbers[0] + numbers[1]) / 2
        sd = (numbers[1] - numbers[0]) / SIGMAS
        room = min(middle - numbers[0], numbers[1] - middle)
        if room <= 0:
            return None
        law = Distribution(normal=Normal(mean=_short(middle), sd=_short(sd)), source="guess")
        return _lawful(column_, law)
    if isinstance(centre, (int, float)):
        spread = abs(centre) * 0.25 or 1.0
        law = Distribution(normal=Normal(mean=centre, sd=_short(spread)), source="guess")
        return _lawful(_floor(column_, centre), law)
    if stated is not None and stated.sd is not None:
        law = Distribution(normal=Normal(mean=0, sd=stated.sd), source="guess")
        return _lawful(column_, law)
    if len(numbers) == 1:
        return _half_open(column_, low if isinstance(low, (int, float)) else None, numbers[0])
    if column.unit == "%":
        return _lawful(_with(_typed(column), range=(0, 100)), _bell(0, 100))
    return None


def _half_open(column: Column, low: float | None, end: float) -> Column:
    spread = abs(end) * 0.2 or 10.0
    middle = end + 2 * spread if low is not None else end - 2 * spread
    return _lawful(
        column, Distribution(normal=Normal(mean=_short(middle), sd=_short(spread)), source="guess")
    )


def _floor(column: Column, centre: float) -> Column:
    return _with(column, range=(0, None)) if centre > 0 else column


def _even(column: Column) -> Column:
    values = column.values or ()
    column = _with(column, type="category")
    given = dict(column.stated.probabilities or ()) if column.stated else {}
    rest = [v for v in values if v not in given]
    left = max(0.0, 1 - sum(given.values()))
    shares = {v: given.get(v, left / len(rest) if rest else 0.0) for v in values}
    rounded = {v: round(p, 4) for v, p in shares.items()}
    if rest:
        rounded[rest[-1]] = round(1 - sum(p for v, p in rounded.items() if v != rest[-1]), 4)
    return _lawful(column, Distribution(probabilities=tuple(rounded.items()), source="guess"))


def _bell(low: float, high: float) -> Distribution:
    mean, sd = _short((low + high) / 2), _short((high - low) / SIGMAS)
    return Distribution(normal=Normal(mean=mean, sd=sd), source="guess")


def _lawful(column: Column, law: Distribution) -> Column:
    return column.model_copy(update={"distribution": law})


def _short(value: float) -> float:
    value = float(f"{value:.4g}")
    return int(value) if value.is_integer() else value


def _by_name(column: Column, years: tuple[int, int] | None) -> Column | None:
    """From the shape of a name: ``patient_id``, ``visit_date``, ``price``, ``n_rooms``."""
    name = re.sub(
        r"[^a-z0-9]+", "_", re.sub(r"([a-z])([A-Z])", r"\1_\2", column.name).lower()
    ).strip("_")
    if _ID.search(name):
        return _by_type(_with(column, type="id"), years)
    if _TEXT.search(name) or _NAME.search(name):
        return _by_type(_with(column, type="text"), years)
    if _TIME.search(name):
        return _by_type(_with(column, type="datetime"), years)
    if _DATE.search(name):
        return _by_type(_with(column, type="date"), years)
    if _YEAR.search(name):
        first, last = years or YEARS
        law = Distribution(uniform=Uniform(low=first, high=last), source="guess")
        return _lawful(_with(column, type="integer", range=(first, last)), law)
    if _FLAG.search(name):
        return _by_type(_with(column, type="boolean"), years)
    if _PERCENT.search(name):
        return _lawful(_with(column, type="number", decimals=1, range=(0, 100)), _bell(0, 100))
    if _SCORE.search(name):
        return _lawful(_with(column, type="integer", range=(0, 10)), _bell(0, 10))
    if _COUNT.search(name):
        law = Distribution(poisson=Poisson(mean=3), source="guess")
        return _lawful(_with(column, type="integer", range=(0, None)), law)
    if _MONEY.search(name):
        law = Distribution(lognormal=Lognormal(median=100, sigma=0.8), source="guess")
        return _lawful(_with(column, type="number", decimals=2, range=(0, None)), law)
    return None
