"""Stated marginal and effects -> the conditional law of a column, as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Problem
from synth_magic.laws import Marginal
from synth_magic.laws.effects import Noise, Term
from synth_magic.sampling.coefficients import coefficients
from synth_magic.sampling.designs import Designs, correlation, regression
from synth_magic.sampling.mixture import Mixture, covariance, total
from synth_magic.sampling.noise import NoiseLaw
from synth_magic.sampling.steps import Choice, Drawn, Latent, Odds, Shares
from synth_magic.sampling.tables import (
    CellTable,
    EndTable,
    Polyline,
    bends,
    crooked,
    end_table,
    holding,
    twelve_digits,
)
from synth_magic.sampling.terms import Contribution

Array = NDArray[np.float64]
Places = Callable[[Array], Array]

CELLS = 2048
#: Up to so many values are told apart by comparisons, more by a table.
_FEW = 12
#: Points on which sizes are solved for; the tables are made on all.
_SOLVING = 2**13
_NODES = 128


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a column is to be.

    Parameters
    ----------
    name
        The column.
    noise
        Law of its noise.
    laws
        Marginal before rounding, one a group.
    places, positions
        From positions to codes before rounding, within the column's ends, and back.
    delivered
        The pooled law as delivered.
    values
        Number of values of a category or boolean.
    by
        The grouping column.
    days
        Positions in the unit of a ``difference``: 86,400 for datetimes.
    """

    name: str
    noise: Noise
    laws: tuple[Marginal, ...]
    places: Places
    positions: Places
    delivered: Marginal
    values: int = 0
    by: str | None = None
    days: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """A column's effects on the points of the pilot.

    Parameters
    ----------
    terms
        The effects, resolved.
    units
        What each adds for a coefficient of 1.
    designs
        The same on the pilot, shape (effects, points).
    group
        Number of each point's group, shape (points,), or None.
    """

    terms: tuple[Term, ...]
    units: tuple[Contribution, ...]
    designs: Array
    group: NDArray[np.int64] | None


# Without effects --------------------------------------------------------------------


def plain(target: Target) -> Drawn | Shares:
    """Law of a column without effects."""
    if target.noise in ("logistic", "multinomial") and target.values <= _FEW:
        upto = np.array([law.cdf(np.arange(target.values - 1.0)) for law in target.laws])
        return Shares(_thresholds(upto), target.by)
    functions = [_quantiles(law, target.places) for law in target.laws]
    lines = [Polyline.through(law.F, target.places(law.x)) for law in target.laws]
    rough = [_rough(law, target) for law in target.laws]
    return Drawn(end_table(functions, lines, rough), target.by)


def _rough(law: Marginal, target: Target) -> Callable[[Array, Array], NDArray[np.bool_]]:
    """Tell which cells of a table of the law a straight line does not serve."""
    jumps = bends(law)

    def rough(share: Array, value: Array) -> NDArray[np.bool_]:
        middle = target.positions((value[1:] + value[:-1]) / 2)
        return holding(share, jumps) | crooked(law, middle, (share[1:] + share[:-1]) / 2)

    return rough


def _quantiles(law: Marginal, places: Places) -> Callable[[Array, bool], Array]:
    return lambda share, upper: places(law.ppf(1 - share if upper else share))


def _thresholds(upto: Array) -> NDArray[np.uint64]:
    """First word that is beyond each value: (word + 0.5) / 2**32 >= upto."""
    return np.clip(np.ceil(upto * 2.0**32 - 0.5), 0, 2.0**32).astype(np.uint64)


# With effects -----------------------------------------------------------------------


def conditional(
    target: Target, effects: Effects
) -> tuple[Latent | Odds | Choice, tuple[Problem, ...]]:
    """Law of a column with effects, its marginal (in each group) as stated.

    Raises
    ------
    SpecError
        Where an effect cannot have its size.
    """
    designs = Designs(target.name, target.noise, effects.terms, effects.designs, effects.group)
    fewer = designs.fewer(min(_SOLVING, effects.designs.shape[1]))
    start = np.array([_guess(term, target) for term in effects.terms])
    solve_on = fewer if any(term.solved for term in effects.terms) else designs
    outcome = _Outcome(target)
    found, notes = coefficients(solve_on, outcome.sizes, start)
    if target.noise == "multinomial":
        return _choice(target, effects, found), notes
    eta = designs.sum(found)
    if target.noise == "logistic":
        base = np.array([_odds(m, law, target) for m, law in _parts(target, designs, eta)])
        terms = tuple(_factor(u, c) for u, c in zip(effects.units, found, strict=True))
        return Odds(twelve_digits(base), terms, target.by), notes
    return _latent(target, effects, designs, found, eta), notes


def _guess(term: Term, target: Target) -> float:
    if term.word == "difference":
        return term.size * target.days / max(target.delivered.sd, 1e-300)
    return term.size if term.solved else 0.0


def _parts(target: Target, designs: Designs, eta: Array) -> list[tuple[Mixture, Marginal]]:
    """Latent law (in units of its noise) and marginal of each group."""
    law = NoiseLaw(target.noise)
    found = []
    for number, marginal in enumerate(target.laws):
        rows = slice(None) if designs.group is None else designs.group == number
        part = eta[rows]
        part = part if len(part) else eta
        found.append((Mixture.of(part / _noise_sd(target.noise, part), law), marginal))
    return found


def _noise_sd(noise: Noise, eta: Array) -> float:
    """Factor of the noise: in the normal model it takes what the effects leave of 1."""
    if noise != "normal":
        return 1.0
    sd = np.sqrt(max(1.0 - covariance(eta, eta), 0.01))
    return float(f"{sd:.10g}")


def _odds(mixture: Mixture, law: Marginal, target: Target) -> Array:
    """Odds of being above each cut where the effects are 1."""
    upto = law.cdf(np.arange(target.values - 1.0))
    inside = (upto > 0) & (upto < 1)
    odds = np.where(upto <= 0, 1e150, 0.0)
    odds[inside] = _exp(-mixture.quantile(upto[inside]))
    return odds


def _factor(unit: Contribution, coefficient: float) -> Contribution:
    """Turn what is added to the log odds into a factor of the odds."""
    if unit.b is not None:
        entries = np.arange(len(unit.a), dtype=np.float64) * (1 << unit.shift)
        left = _exp(coefficient * (unit.a + unit.b * entries))
        right = _exp(coefficient * (unit.a + unit.b * (entries + (1 << unit.shift))))
        slope = (right - left) / (1 << unit.shift)
        table, b = left - slope * entries, twelve_digits(slope)
    else:
        table, b = _exp(coefficient * unit.a), None
    absent = float(twelve_digits(_exp(np.array([coefficient * unit.absent])))[0])
    return replace(unit, a=twelve_digits(table), b=b, neutral=1.0, absent=absent)


def _exp(x: Array) -> Array:
    """Exponential, held where odds could no longer be multiplied."""
    return np.asarray(np.exp(np.clip(x, -300.0, 300.0)))


def _latent(target: Target, effects: Effects, designs: Designs, found: Array, eta: Array) -> Latent:
    parts = _parts(target, designs, eta)
    low = min(mixture.ends[0] for mixture, _ in parts)
    high = max(mixture.ends[1] for mixture, _ in parts)
    low, high = float(f"{low:.6g}"), float(f"{high:.6g}")
    scale = CELLS / (high - low)
    law = NoiseLaw(target.noise)
    noise = end_table([lambda share, upper: (law.quantile(share, upper) - low) * scale])
    sds = []
    for number in range(len(parts)):
        rows = slice(None) if designs.group is None else designs.group == number
        part = eta[rows]
        sds.append(_noise_sd(target.noise, part if len(part) else eta))
    factor = scale if target.by is not None else scale / sds[0]
    terms = tuple(
        replace(
            unit,
            a=twelve_digits(unit.a * (c * factor)),
            b=None if unit.b is None else twelve_digits(unit.b * (c * factor)),
            absent=unit.absent * c * factor,
        )
        for unit, c in zip(effects.units, found, strict=True)
    )
    table = _composed(parts, target, low, high)
    within = None if target.by is None else twelve_digits(1 / np.array(sds))
    return Latent(noise, table, terms, within, target.by)


def _composed(
    parts: Sequence[tuple[Mixture, Marginal]], target: Target, low: float, high: float
) -> CellTable:
    """Q(F_L(L)) on an even grid, one table a group."""
    at = np.arange(CELLS + 1, dtype=np.float64)
    a, b, rough = [], [], []
    lines: list[Polyline | None] = []
    for mixture, law in parts:
        fine = mixture.on_grid(low, high, 2 * CELLS)
        F = fine[::2]
        value = target.places(law.ppf(F))
        slope = np.diff(value)
        a.append(value[:-1] - slope * at[:-1])
        b.append(slope)
        middle = target.positions((value[1:] + value[:-1]) / 2)
        marks = crooked(law, middle, fine[1::2]) | holding(at, np.interp(bends(law), F, at))
        rough.append(marks)
        lines.append(_knots(law, target, at, F, value, marks) if marks.any() else None)
    marks = np.concatenate(rough)
    tables = twelve_digits(np.concatenate(a)), twelve_digits(np.concatenate(b))
    if not marks.any():
        return CellTable(*tables, CELLS)
    return CellTable(*tables, CELLS, marks, tuple(lines))


def _knots(
    law: Marginal, target: Target, at: Array, F: Array, value: Array, marks: NDArray[np.bool_]
) -> Polyline:
    """Q(F_L(L)) with all the law's own knots that lie in marked cells."""
    knots = law.F[(F[0] < law.F) & (F[-1] > law.F)]
    where = np.interp(knots, F, at)
    inside = marks[np.minimum(where.astype(np.int64), len(marks) - 1)]
    knots = np.unique(knots[inside])
    where = np.interp(knots, F, at)
    beyond = np.minimum(np.nextafter(knots, 2.0), 1.0)
    t = np.concatenate([at, where, where])
    v = np.concatenate([value, target.places(law.ppf(knots)), target.places(law.ppf(beyond))])
    order = np.lexsort((v, t))
    return Polyline.through(t[order], v[order])


# Nominal ----------------------------------------------------------------------------


def _choice(target: Target, effects: Effects, found: Array) -> Choice:
    values = target.values
    eta = np.zeros((values, effects.designs.shape[1]))
    terms: list[list[Contribution]] = [[] for _ in range(values)]
    for term, unit, design, c in zip(
        effects.terms, effects.units, effects.designs, found, strict=True
    ):
        aim = term.aim or 0
        eta[aim] += c * design
        terms[aim].append(_factor(unit, c))
    base = []
    for number, law in enumerate(target.laws):
        rows = slice(None) if effects.group is None else effects.group == number
        upto = np.append(law.cdf(np.arange(values - 1.0)), 1.0)
        shares = np.diff(np.append(0.0, upto))
        part = eta[:, rows]
        base.append(_intercepts(part if part.shape[1] else eta, shares))
    return Choice(twelve_digits(np.array(base)), tuple(map(tuple, terms)), target.by)


def _intercepts(eta: Array, shares: Array) -> Array:
    """Weights at which the mean softmax over the points has the stated shares."""
    weight = _exp(eta)
    base = shares.copy()
    points = eta.shape[1]
    for count in dict.fromkeys((min(points, _SOLVING), points)):
        part = weight[:, :count]
        for _ in range(500):
            chances = base[:, None] * part
            chances /= np.add.reduce(chances, axis=0)
            reached = np.array([total(line) for line in chances]) / count
            ratio = np.divide(shares, reached, out=np.ones_like(shares), where=reached > 0)
            base = base * ratio
            base /= total(base)
            if np.abs(ratio - 1).max() < 1e-9:
                break
    return base


# Solving for sizes ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What sizes the effects come out at, for trial coefficients."""

    target: Target

    def sizes(self, designs: Designs, found: Array) -> Callable[[Term], float]:
        eta = designs.sum(found)
        parts = _parts(self.target, designs, eta)

        def size(term: Term) -> float:
            number = designs.terms.index(term)
            if term.word == "correlation":
                value, sd = self._ranks()
                expected = self._expected(parts, designs, eta, value)
                column = designs.columns[number]
                return correlation(_ranked(column), expected, sd)
            expected = self._expected(parts, designs, eta, lambda x: x)
            return float(regression(designs.columns, expected)[number]) / self.target.days

        return size

    def _ranks(self) -> tuple[Callable[[Array], Array], float]:
        law = self.target.delivered
        if law.discrete:
            masses = law.points[1]
            rank = np.cumsum(masses) - masses / 2
            sd = float(np.sqrt(max(total(masses * (rank - 0.5) ** 2), 1e-300)))
        else:
            sd = float(np.sqrt(1 / 12))
        return (lambda x: (law.below(x) + law.cdf(x)) / 2), sd

    def _expected(
        self,
        parts: list[tuple[Mixture, Marginal]],
        designs: Designs,
        eta: Array,
        value: Callable[[Array], Array],
    ) -> Array:
        """Mean of a function of the child at each point, given its parents."""
        found = np.zeros(len(eta))
        for number, (mixture, law) in enumerate(parts):
            rows = slice(None) if designs.group is None else designs.group == number
            part = eta[rows]
            if not len(part):
                continue
            scaled = part / _noise_sd(self.target.noise, part)
            at = mixture.points
            if self.target.noise == "logistic":
                mean = self._steps(mixture, law, value)
            else:
                mean = self._integral(mixture, law, value)
            found[rows] = np.interp(scaled, at, mean)
        return found

    def _steps(self, mixture: Mixture, law: Marginal, value: Callable[[Array], Array]) -> Array:
        positions = np.arange(self.target.values, dtype=np.float64)
        odds = _odds(mixture, law, self.target)
        above = np.array([1 - 1 / (1 + o * _exp(mixture.points)) for o in odds])
        worth = value(positions)
        mean = np.full(len(mixture.points), worth[0])
        for j, line in enumerate(above):
            mean += line * (worth[j + 1] - worth[j])
        return mean

    def _integral(self, mixture: Mixture, law: Marginal, value: Callable[[Array], Array]) -> Array:
        low, high = mixture.ends
        grid = np.linspace(low, high, CELLS + 1)
        worth = value(law.ppf(mixture.on_grid(low, high, CELLS)))
        first, last = mixture.law.ends
        noise = np.linspace(first, last, _NODES)
        edges = np.concatenate([[-np.inf], (noise[1:] + noise[:-1]) / 2, [np.inf]])
        weights = np.diff(mixture.law.cdf(edges))
        latent = mixture.points[:, None] + noise[None, :]
        drawn = np.interp(latent.ravel(), grid, worth).reshape(latent.shape)
        return np.asarray(np.add.reduce(drawn * weights[None, :], axis=1))


def _ranked(column: Array) -> Array:
    """Mid-ranks of a design column, from 0 to 1."""
    order = np.sort(column)
    left = np.searchsorted(order, column, side="left")
    right = np.searchsorted(order, column, side="right")
    return np.asarray((left + right) / (2 * len(column)))


__all__ = ["Effects", "EndTable", "Target", "conditional", "plain"]
