"""Who is in the table: the joint grid of ages and sexes, and the conditions that shift laws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from synth_magic.reference.schema import Condition, Population, Restriction
from synth_magic.reference.tables import Reference

Array = NDArray[np.float64]
AGES = 40
ADULT = 18.0
ADULTS, CHILDREN = "adults", "children"
OLDEST = 105.0


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Ages (equal weights, shape (n,)), the share of men, and what applies to them.

    `absent` holds the yes/no variables that nobody has.
    """

    ages: Array
    men: float
    conditions: tuple[Condition, ...]
    absent: tuple[str, ...] = ()

    @property
    def weights(self) -> Array:
        """Joint weights of ages and sexes (F, M), shape (n, 2), sum 1."""
        share = np.array([1 - self.men, self.men])
        return np.repeat(share[None, :] / len(self.ages), len(self.ages), axis=0)

    def shift(self, variable: str) -> tuple[float, float]:
        """Location and spread of the variable's latent score in these people.

        Two conditions that pull one way: the larger pull; against each other: the sum; a
        setting adds.
        """
        d, s = 0.0, 1.0
        for condition in self._saying(variable):
            if variable not in condition.shift:
                continue
            step, spread = condition.shift[variable]
            if condition.kind == "setting" or d * step < 0:
                d += step
            elif abs(step) > abs(d):
                d = step
            s = max(s, spread) if s > 1 or spread > 1 else min(s, spread)
        return d, s

    def _saying(self, variable: str) -> tuple[Condition, ...]:
        """Conditions that count: one of a base's own people knows better than the base."""
        own = any(c.base is not None and variable in c.rows for c in self.conditions)
        return tuple(c for c in self.conditions if not own or c.kind != "base")

    def replaced(self, variable: str) -> tuple[float, ...] | None:
        """Quantiles of the first condition that replaces the variable's law."""
        every = self._saying(variable)
        found = (c.replace[variable] for c in every if variable in c.replace)
        return next(found, None)

    def levels(self, variable: str) -> tuple[float, ...] | None:
        """Shares of a category's values that the first condition gives."""
        found = (c.levels[variable] for c in self.conditions if variable in c.levels)
        return next(found, None)

    def share(self, variable: str) -> float | None:
        """Share of yes that the first condition gives; 1 for the condition itself, 0 if absent."""
        if variable in self.absent:
            return 0.0
        for condition in self.conditions:
            if condition.sets == variable:
                return 1.0
            if variable in condition.shares:
                return condition.shares[variable]
        return None


def gather(
    reference: Reference,
    population: Population,
    restrictions: Sequence[Restriction] = (),
    ages: Array | None = None,
    men: float | None = None,
    absent: Sequence[str] = (),
) -> People:
    """People of a population.

    Parameters
    ----------
    ages
        Ages that the user pinned, shape (n,), instead of the population's.
    men
        Share of men that the user pinned.
    absent
        Conditions that the description rules out.
    """
    known = [reference.conditions[c] for c in population.conditions if c in reference.conditions]
    if population.setting in reference.conditions:
        known.append(reference.conditions[str(population.setting)])
    base = reference.conditions[population.base]
    if base.id != ADULTS:  # children and the pregnant differ from the general laws, too
        known.append(base)
    if ages is None:
        last = reference.conditions[ADULTS]
        stated = next((c.age for c in (*known, base, last) if c.age), None)
        ages = spread(reference, stated or (ADULT,), restrictions)
    if men is None:
        men = next((c.men for c in (*known, base) if c.men is not None), 0.5)
        only = next((r.value for r in restrictions if r.variable == "sex"), None)
        men = {"F": 0.0, "M": 1.0}.get(only or "", men)
    ruled_out = [reference.conditions[c] for c in absent if c in reference.conditions]
    cleared = [c.sets for c in ruled_out if c.sets] + [v for c in ruled_out for v in c.clears]
    return People(ages, men, tuple(known), tuple(cleared))


def holds(
    reference: Reference,
    base: str,
    variable: str,
    youngest: float,
    conditions: Sequence[str] = (),
) -> bool:
    """Whether the reference holds a variable in people who are no adults.

    Parameters
    ----------
    base
        Id of the base: children, pregnancy, newborns, preterm infants.
    variable
        Id; of children whatever the survey measured below 18 years.
    youngest
        Age in years of the youngest: some things were measured from 8 or 12 years on.
    conditions
        What they have: a condition of the base's own people (gestational diabetes) holds its rows.
    """
    entry = reference.conditions[base]
    own = {*entry.shift, *entry.replace, *entry.shares, *entry.panel}
    for name in conditions:
        if reference.conditions[name].base is not None:
            own |= {*reference.conditions[name].rows, *reference.conditions[name].panel}
    first = reference.laws[variable].young_knots
    if base == CHILDREN and first is not None:
        return bool(first[0] <= youngest + 1)
    return variable in own or variable in ("age", "sex")


def spread(
    reference: Reference, quantiles: Sequence[float], restrictions: Sequence[Restriction]
) -> Array:
    """Equally weighted ages of a law by quantiles, within what the description allows."""
    low, high = age_bounds(restrictions)
    u = np.arange(0.5, 2000) / 2000
    z = ndtri(reference.probabilities)
    grid = np.clip(np.interp(ndtri(u), z, quantiles), ADULT, OLDEST)
    inside = grid[(grid >= low) & (grid <= high)]
    if len(inside) < 20:
        low, high = max(low, 0.0), min(high, OLDEST)
        inside = np.linspace(low, max(high, low), AGES)
    at = ((np.arange(AGES) + 0.5) / AGES * len(inside)).astype(int)
    return np.asarray(inside[at], dtype=np.float64)


def age_bounds(restrictions: Sequence[Restriction]) -> tuple[float, float]:
    """Lowest and highest age that the description allows (adults when it says nothing)."""
    low, high = ADULT, OLDEST
    for r in restrictions:
        if r.variable == "age":
            low = r.low if r.low is not None else low
            high = r.high if r.high is not None else high
    return low, high
