"""Times to an event of which no survival was said: the hazard, and how long people are followed.

Where everybody has a condition of which the reference knows survival, a time to death gets that.
Else the hazard is constant and follow-up ends between the middle and the end of a span: the one
that the range states, else one that is common for studies that count in this unit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth_magic import units
from synth_magic.authors.shapes import fill
from synth_magic.blueprint.model import (
    Censoring,
    Column,
    Distribution,
    Effect,
    Exponential,
    Stated,
    Uniform,
)
from synth_magic.errors import Problem, note
from synth_magic.laws import fit
from synth_magic.laws.facts import kind_of

#: Share of the people that are seen to meet the event.
SHARE = 0.4
#: Longest follow-up of studies that count in a unit.
LONGEST = {"hours": 72, "days": 1095, "weeks": 104, "months": 60, "years": 10}
#: Where the unit is no time.
ANY = 1000
PROBABILITIES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
TO_EVENT = re.compile(
    r"\b(time|days|months|years) (to|until|till) (?P<event>\w+)|\bfollow[- _]?up\b|\bfup?\b"
    r"|\b(os|pfs|dfs|efs|rfs|tte|ttp)\b|\bsurvival\b"
)
LONE = re.compile(r"\b(time|duration)\b")
_EVENT = re.compile(
    r"(^|_)(death|died|dead|deceased|events?|relapsed?|recurrence|progression|progressed|failure"
    r"|failed|censor\w*)($|_)|^(vital_?|survival_?)?status$"
)
_HAPPENED = re.compile(r"dea(d|th)|died|deceased|event|relaps|recur|progress|fail|happened|^yes$")
_NOT = re.compile(r"censor|alive|^no|none|free|lost|without|survived|living")

_DEATH = re.compile(r"dea(d|th)|died?|deceased|mortality|exitus|verstorben|tod|deces|muerte")
_ANY = re.compile(r"(vital |survival )?status|event|censor\w*|")
_SURVIVAL = re.compile(r"\bos\b|\bsurvival\b")
_OTHER = re.compile(r"\b(free|progression|disease|relapse|graft|implant)\b")


@dataclass(frozen=True, slots=True)
class Alive:
    """Share of those with a condition who are alive, by years; `whose` says with which."""

    whose: str
    points: tuple[tuple[float, float], ...]

    @property
    def hazard(self) -> float:
        """A year's hazard up to the first point."""
        years, share = self.points[0]
        return float(-np.log(share) / years)


def guessed(column: Column, alive: Sequence[Alive] = ()) -> tuple[Column, tuple[Problem, ...]]:
    """Give an event time without survival a hazard and an end of follow-up.

    Parameters
    ----------
    column
        Of type ``time_to_event``; its unit, a stated range (of the follow-up) and its censoring
        count.
    alive
        What the reference knows of survival with the conditions that everybody has; of several
        the one that most die of.

    Returns
    -------
    column, notes
        A stated censoring stays; a range becomes one.
    """
    if column.distribution is not None:
        return column, ()
    path = ("columns", column.name)
    if column.stated is not None and column.stated != Stated():
        law, notes = fit(column)
        return column.model_copy(update={"distribution": law}), notes
    if alive and _of_death(column):
        return _known(column, max(alive, key=lambda known: known.hazard))
    low, high = _span(column)
    stated = column.censoring
    ended = stated is not None and stated.administrative is not None
    if stated is not None and stated.administrative is not None:
        low, high = (float(end) for end in stated.administrative)
    mean = float(f"{mean_time(SHARE, low, high):.3g}")
    law = Distribution(exponential=Exponential(mean=mean), source="guess")
    sources = {key: who for key, who in column.sources if key != "range"}
    fields: dict[str, object] = {"distribution": law, "range": None}
    unit = column.unit or "days"
    what = f"{column.name}: a constant hazard that {SHARE:.0%} meet in time"
    if not ended:
        dropout = None if stated is None else stated.dropout_per_year
        ends = (_plain(low), _plain(high))
        fields["censoring"] = Censoring(administrative=ends, dropout_per_year=dropout)
        sources["censoring"] = "guess"
        what += f", and follow-up that ends between {low:g} and {high:g} {unit}"
    done = column.model_copy(update=fields | {"sources": tuple(sources.items())})
    mend = "State its survival and censoring."
    return done, (note(path, f"{what}, guesses.", mend),)


def _of_death(column: Column) -> bool:
    """Whether the event is death of any cause."""
    event = (column.event or "").replace("_", " ").lower()
    words = f"{column.name.replace('_', ' ')} {column.description or ''}".lower()
    if _DEATH.fullmatch(event):
        return True
    told = _SURVIVAL.search(words) and not _OTHER.search(words)
    return bool(_ANY.fullmatch(event) and (told or _DEATH.search(words)))


def _known(column: Column, alive: Alive) -> tuple[Column, tuple[Problem, ...]]:
    """Give a time to death the survival that the reference knows; stated follow-up stays."""
    unit = column.unit or "days"
    factor = units.factor("years", unit)
    if factor is None:
        return guessed(column)
    points = tuple((float(f"{years * factor:.4g}"), share) for years, share in alive.points)
    sources = {key: who for key, who in column.sources if key != "range"} | {
        "survival": "reference"
    }
    fields: dict[str, object] = {"survival": points, "range": None}
    told = ", ".join(f"{share:.0%} alive at {time:g}" for time, share in points)
    what = f"{column.name}: {told} {unit}, as in the reference ({alive.whose})"
    stated = column.censoring
    if stated is None or stated.administrative is None:
        stated_end = column.range is not None and column.range[1] is not None
        low, high = _span(column)
        if not stated_end:  # what is known beyond the last point is nothing
            high = min(high, points[-1][0])
            low = min(low, high / 2)
        dropout = None if stated is None else stated.dropout_per_year
        ends = (_plain(low), _plain(high))
        fields["censoring"] = Censoring(administrative=ends, dropout_per_year=dropout)
        sources["censoring"] = "guess"
        what += f"; follow-up that ends between {low:g} and {high:g} is a guess"
    done = column.model_copy(update=fields | {"sources": tuple(sources.items())})
    mend = "State its survival and censoring to have others."
    return done, (note(("columns", column.name), f"{what}.", mend),)


def beside_event(
    column: Column, others: Sequence[Column], effects: Sequence[Effect] = ()
) -> tuple[Column, tuple[Problem, ...]] | None:
    """Give a time with a range the law that it has by an event column beside it.

    Those who meet the event do so at a constant hazard within the range; the others are followed
    to its second half.  The event keeps its codes.

    Parameters
    ----------
    column
        A number with a stated range.
    others
        All columns of the table.
    effects
        Of the table: where one leaves the time, or joins both, nothing is done.

    Returns
    -------
    column, notes
        None where this is no time to an event of this table.
    """
    ends = column.range or (None, None)
    if column.type not in (None, "integer", "number") or not _to_event(column):
        return None
    if column.stated is not None or column.distribution is not None or isinstance(ends[0], str):
        return None
    if ends[1] is None or isinstance(ends[1], str) or ends[1] - (ends[0] or 0) < 4:
        return None
    low, high = float(ends[0] or 0), float(ends[1])
    found = next(((c, v) for c in others if c.name != column.name and (v := happened(c))), None)
    if found is None or low < 0:
        return None
    event, (yes, no) = found
    if any(e.parent.split("=")[0] == column.name for e in effects):
        return None
    if any({e.parent.split("=")[0], e.child} == {event.name, column.name} for e in effects):
        return None
    said = event.stated or Stated()
    stated = dict(said.probabilities or ()).get(yes, said.probability)
    share = min(max(SHARE if stated is None else float(stated), 0.02), 0.98)
    days = column.unit is None or any(units.same(column.unit, one) for one in ("days", "weeks"))
    middle = float((low + high) // 2) if days else (low + high) / 2
    pairs = tuple(zip(PROBABILITIES, _seen(share, low, middle, high), strict=True))
    followed = Distribution(uniform=Uniform(low=_plain(middle), high=_plain(high)), source="guess")
    groups = (
        (no, followed),
        (yes, Distribution(quantiles=pairs, source="guess")),
    )
    law = Distribution(by=event.name, groups=groups, source="guess")
    kind = kind_of(column) if column.type is not None or not days else "integer"
    done = fill(column, type=kind).model_copy(update={"distribution": law})
    what = (
        f"{column.name}: a constant hazard where {event.name} is {yes}, else follow-up to between "
        f"{middle:g} and {high:g}, guesses."
    )
    mend = (
        f"For its survival write `{column.name}: {{type: time_to_event, event: {event.name}, "
        "survival: …}`"
    )
    return done, (note(("columns", column.name), what, f"{mend}."),)


def happened(column: Column) -> tuple[str, str] | None:
    """Give the value of an event that was met and the one of none; None for other columns."""
    name = re.sub(r"[^a-z0-9]+", "_", column.name.lower())
    if _EVENT.search(name) is None or column.formula is not None:
        return None
    binary = column.type == "integer" and column.range in ((0, 1), (0.0, 1.0))
    if column.type == "category" and column.values is not None:
        values = column.values
    elif binary or column.type == "boolean":
        values = ("0", "1") if binary else ("no", "yes")
    else:
        return None
    if len(values) != 2:
        return None
    codes = dict(re.findall(r"(\w+)\s*[=:]\s*([^\W\d][^,;]*)", column.description or ""))
    words = [codes.get(value, value).lower() for value in values]
    met = [bool(_HAPPENED.search(word)) and not _NOT.search(word) for word in words]
    if met == [True, False]:
        return values[0], values[1]
    if met == [False, True] or set(values) <= {"0", "1", "2", "no", "yes"}:
        return values[1], values[0]
    return None


def mean_time(share: float, low: float, high: float) -> float:
    """Mean of an exponential time of which a share falls before an even end in [low, high].

    Parameters
    ----------
    share
        Of the people that are seen to meet the event, inside 0 to 1.
    low, high
        Ends of follow-up, in the time's unit; `high` above 0.
    """
    least, most = 1e-4 * high, 1e4 * high
    for _ in range(60):
        mean = float(np.sqrt(least * most))
        ends = np.linspace(low, high, 201)
        if -np.expm1(-ends / mean).mean() > share:
            least = mean
        else:
            most = mean
    return mean


def _span(column: Column) -> tuple[float, float]:
    """Give the times between which follow-up ends."""
    high = None if column.range is None else column.range[1]
    if isinstance(high, (int, float)) and high > 0:
        return high / 2, float(high)
    unit = column.unit or "days"
    own = [end for name, end in LONGEST.items() if units.same(name, unit)]
    factor = units.factor("years", unit)
    last = own[0] if own else ANY if factor is None else float(f"{3 * factor:.2g}")
    return float(last // 2 if last > 10 else last / 2), float(last)


def _plain(value: float) -> float:
    """Write 12.0 as 12."""
    return int(value) if float(value).is_integer() else value


def _to_event(column: Column) -> bool:
    words = f"{column.name.replace('_', ' ')} {column.description or ''}".lower()
    timed = column.unit is not None and units.factor("years", column.unit) is not None
    found = TO_EVENT.search(words)
    return bool(found) if column.unit is None else timed and bool(found or LONE.search(words))


def _seen(share: float, low: float, middle: float, high: float) -> list[float]:
    """Quantiles of the times of events that are seen before an even end in [middle, high]."""
    mean = mean_time(share, middle - low, high - low)
    places = np.linspace(low, high, 2001)
    still = np.clip((high - places) / (high - middle), 0, 1)
    density = np.exp(-(places - low) / mean) * still
    shares = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2)))
    found = np.interp(np.array(PROBABILITIES) * shares[-1], shares, places)
    found[-1] = high
    return [_plain(float(f"{place:.4g}") if 0 < at < len(found) - 1 else float(place))
            for at, place in enumerate(found)]  # fmt: skip
