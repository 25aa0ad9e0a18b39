"""Published tables of one condition, pooled: each is a shift at its own people's ages, first.

A cohort's mean says what the condition does only beside what its people's ages and sexes do, and
those differ from cohort to cohort.  So each table's figures become a shift of the latent score at
that table's ages and share of men; the shifts, spreads, shares and ages are then averaged with
the square root of the tables' sizes as weights: a registry of 60,000 counts more than a cohort of
600, but not a hundred times more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from synth_magic.reference import files, observed, people
from synth_magic.reference import law as placing
from synth_magic.reference.tables import Reference

Array = NDArray[np.float64]
#: Normal scores at which a figure's law is compared with the general one.
Z: Array = ndtri((np.arange(400) + 0.5) / 400)
#: A median is nearer to the lower quartile than this share of the upper distance: skewed.
SKEWED = 1.05
#: Ages by mean and SD: one in twenty is above this at most, so wide laws lean to the young.
OLD, BEYOND = 93.0, 1.6448536269514722
#: Density of the standard normal law at 0: what half a normal law adds to a mean.
HALF = 0.3989422804014327


@dataclass(frozen=True, slots=True)
class Pooled:
    """What several tables say together, and the names of their rows."""

    age: tuple[float, ...] | None
    men: float | None
    shift: dict[str, tuple[float, float]]
    replace: dict[str, tuple[float, ...]]
    shares: dict[str, float]
    levels: dict[str, tuple[float, ...]]

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of all rows, with ``age`` and ``sex`` where the tables state them."""
        own = [name for name, part in (("age", self.age), ("sex", self.men)) if part is not None]
        return (*own, *self.shift, *self.replace, *self.shares, *self.levels)


def with_published(
    condition: files.ConditionFile, reference: Reference
) -> tuple[files.ConditionFile, tuple[str, ...]]:
    """Join what a condition's tables say to it.

    Returns
    -------
    condition
        With the tables' rows as shifts, quantiles and shares.
    opened
        Names of the rows that come from tables.

    Raises
    ------
    ValueError
        Where the file observes a row of its own beside a table's.
    """
    if not condition.tables:
        return condition, ()
    found = pooled(condition, reference)
    twice = {*found.rows} & {*condition.observed}
    if twice:
        raise ValueError(f"{condition.id}: a table and judgement both say {', '.join(twice)}")
    fields = {
        part: getattr(condition, part) | getattr(found, part)
        for part in ("shift", "replace", "shares")
    }
    for name in found.rows:  # a table is nearer than a survey's row of another form
        for part in ("shift", "replace"):
            if name not in getattr(found, part):
                fields[part].pop(name, None)
    age = found.age or condition.age
    men = condition.men if found.men is None else found.men
    own = {"age": age, "men": men, "levels": found.levels}
    return condition.model_copy(update=fields | own), found.rows


def pooled(condition: files.ConditionFile, reference: Reference) -> Pooled:
    """Average what the tables of a condition say, weighted by the square root of their sizes."""
    p = reference.probabilities
    tables = condition.tables
    ages = [None if t.age is None else ages_of(t.age, p) for t in tables]
    men = [None if t.men is None else np.array([t.men]) for t in tables]
    age = _mean(tables, ages)
    share = _mean(tables, men)
    share_men = (
        float(share[0])
        if share is not None
        else (condition.men if condition.men is not None else 0.5)
    )
    usual = age if age is not None else np.array(condition.age or (50.0,) * len(p))
    shifts: dict[str, list[tuple[float, Array]]] = {}
    laws: dict[str, list[tuple[float, Array]]] = {}
    shares: dict[str, list[tuple[float, Array]]] = {}
    levels: dict[str, list[tuple[float, Array]]] = {}
    for table, own in zip(tables, ages, strict=True):
        weight = float(np.sqrt(table.n))
        spread = people.spread(reference, tuple(usual if own is None else own), ())
        group = people.People(spread, share_men if table.men is None else table.men, ())
        for name, seen in table.rows.items():
            if isinstance(seen, dict):
                values = reference.variables[name].values
                if set(seen) != set(values):
                    raise ValueError(f"{name}: a table's shares are those of all its values")
                part = np.array([seen[value] for value in values])
                levels.setdefault(name, []).append((weight, part / part.sum()))
            elif isinstance(seen, float):
                shares.setdefault(name, []).append((weight, np.array([seen])))
            else:
                moved, quantiles = of_figures(reference, group, name, seen)
                shifts.setdefault(name, []).append((weight, np.array(moved)))
                laws.setdefault(name, []).append((weight, quantiles))
    shift: dict[str, tuple[float, float]] = {}
    replace: dict[str, tuple[float, ...]] = {}
    for name, every in shifts.items():
        d, s = (float(v) for v in _average(every))
        if abs(d) <= observed.FARTHEST_SHIFT and observed.NARROWEST <= s <= observed.WIDEST:
            shift[name] = (round(d, 2), round(s, 2))
        else:
            replace[name] = tuple(float(f"{v:.4g}") for v in _average(laws[name]))
    named = {name for table in tables for name in table.rows}
    group = people.People(people.spread(reference, tuple(usual), ()), share_men, ())
    observed.weigh(reference, group, named, shift, replace)
    return Pooled(
        None if age is None else tuple(float(round(v)) for v in age),
        None if share is None else round(float(share[0]), 3),
        shift,
        replace,
        {name: round(float(_average(every)[0]), 3) for name, every in shares.items()},
        {name: tuple(float(f"{v:.4f}") for v in _average(every)) for name, every in levels.items()},
    )


def ages_of(figures: Sequence[float], probabilities: Array) -> Array:
    """Quantiles of ages of which a table says mean and SD, median and quartiles, or all seven."""
    if len(figures) == len(probabilities):
        return np.array(figures)
    z = ndtri(probabilities)
    if len(figures) == 2:
        figures = _below_oldest(*figures)
    return np.maximum(values_at(figures, z, people.ADULT), people.ADULT)


def _below_oldest(mean: float, sd: float) -> tuple[float, float, float]:
    """Median and quartiles of two half normal laws that have mean and SD, and few beyond OLD."""
    middle = mean
    for _ in range(100):
        upper = min(sd, (OLD - middle) / BEYOND)
        # mean = middle + (upper - lower) phi(0) and 2 var = upper^2 + lower^2 - (..)^2 / pi
        gap = (mean - middle) / HALF
        lower = float(np.sqrt(max(2 * (sd**2 + (gap * HALF) ** 2) - upper**2, upper**2)))
        middle = 0.5 * middle + 0.5 * (mean - (upper - lower) * HALF)
    return middle, middle - lower * observed.QUARTILE, middle + upper * observed.QUARTILE


def of_figures(
    reference: Reference, group: people.People, name: str, figures: Sequence[float]
) -> tuple[tuple[float, float], Array]:
    """Shift (d, s) that gives these figures in these people, and their quantiles.

    Parameters
    ----------
    figures
        Mean and SD, or median and quartiles, in the variable's unit.
    """
    known = placing.number(reference, group, name)
    least, high = reference.variables[name].limits or (-np.inf, np.inf)
    low = least
    middle, first, last = (float(np.interp(p, known.F, known.x)) for p in (0.5, 0.01, 0.99))
    if figures[0] > middle:  # on its healthy side it ends where everybody's values do
        low = max(low, first)
    else:
        high = min(high, last)
    x = np.clip(values_at(figures, Z, least), low, high)
    at = np.clip(values_at(figures, ndtri(reference.probabilities), least), low, high)
    return observed.shift_to(reference, group, name, x, len(figures) == 3), at


def values_at(figures: Sequence[float], z: Array, low: float) -> Array:
    """Values at normal scores of a law by its figures.

    Parameters
    ----------
    figures
        Mean and SD: a normal law, or a lognormal one of the same moments where the normal law
        would leave `low` within two SDs.  Median and quartiles: a lognormal law where they are
        skewed to the right and more even as ratios, else two half normal laws.
    z
        Normal scores.
    low
        Least value.
    """
    if len(figures) == 2:
        mean, sd = figures
        if low >= 0 and mean - 2 * sd < low:
            sigma = np.sqrt(np.log1p((sd / mean) ** 2))
            return np.asarray(mean * np.exp(sigma * z - sigma**2 / 2), dtype=np.float64)
        return np.asarray(mean + sd * z, dtype=np.float64)
    middle, first, third = figures
    down, up = middle - first, third - middle
    if (
        first > 0
        and up > SKEWED * down
        and _even(np.log(middle / first), np.log(third / middle)) < _even(down, up)
    ):
        sigma = np.log(third / first) / (2 * observed.QUARTILE)
        return np.asarray(middle * np.exp(sigma * z), dtype=np.float64)
    part = np.where(z < 0, middle - first, third - middle) / observed.QUARTILE
    return np.asarray(middle + part * z, dtype=np.float64)


def _even(one: float, other: float) -> float:
    """How far two steps are from being alike: 1 where they are."""
    return float(max(one, other) / max(min(one, other), 1e-9))


def _mean(tables: Sequence[files.TableFile], values: Sequence[Array | None]) -> Array | None:
    pairs = [
        (float(np.sqrt(table.n)), value)
        for table, value in zip(tables, values, strict=True)
        if value is not None
    ]
    return _average(pairs) if pairs else None


def _average(pairs: Sequence[tuple[float, Array]]) -> Array:
    weights = np.array([weight for weight, _ in pairs])
    rows = np.array([value for _, value in pairs])
    return np.asarray(weights @ rows / weights.sum(), dtype=np.float64)
