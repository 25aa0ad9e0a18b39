"""Coefficients at which solved sizes, correlations and differences, come out as stated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Problem, SpecError, problem, warning
from synth_magic.laws.effects import Term
from synth_magic.sampling.designs import CAP, Designs, scaled

Array = NDArray[np.float64]
#: Gives, for coefficients, a function that estimates a term's size.
Outcome = Callable[[Designs, Array], Callable[[Term], float]]

_TOLERANCE = 1e-7
_FURTHEST = 1e100
_STEPS = 20
_SWEEPS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What is searched for.

    Parameters
    ----------
    designs
        The child's effects.
    spread
        Covariance of their design columns.
    fixed
        Coefficients in units of L, shape (effects,).
    unknown
        Numbers of the effects whose coefficients, in SDs of L, are sought.
    outcome
        Estimates the sizes that coefficients lead to.
    """

    designs: Designs
    spread: Array
    fixed: Array
    unknown: list[int]
    outcome: Outcome

    @property
    def targets(self) -> Array:
        """Sizes as stated."""
        return np.array([self.designs.terms[number].size for number in self.unknown])

    def explained(self, relative: Array) -> float:
        """Share of the variance that coefficients explain."""
        return scaled(self.designs.noise, self.spread, self.fixed, relative).explained

    def sizes(self, relative: Array, numbers: list[int]) -> Array:
        """Sizes of some effects under trial coefficients."""
        values = scaled(self.designs.noise, self.spread, self.fixed, relative).values
        size = self.outcome(self.designs, values)
        return np.array([size(self.designs.terms[number]) for number in numbers])

    def one(self, relative: Array, number: int, value: float) -> float:
        """Size of one effect when its coefficient is `value`."""
        trial = relative.copy()
        trial[number] = value
        return float(self.sizes(trial, [number])[0])


def solved(search: Search, relative: Array) -> tuple[Array, tuple[Problem, ...]]:
    """Find the coefficients.

    Parameters
    ----------
    search
        What is searched for.
    relative
        Coefficients in SDs of L, with first guesses of the unknown ones.

    Raises
    ------
    SpecError
        Where a size of the user's cannot be reached.
    """
    # A child with next to no spread gives first guesses whose squares leave the doubles.
    relative = np.clip(relative, -_FURTHEST, _FURTHEST)
    while search.explained(relative) > CAP:
        relative[search.unknown] *= 0.8
    if len(search.unknown) > 1:
        found = _together(search, relative)
        if found is not None:
            return found, ()
    return _one_by_one(search, relative)


def _together(search: Search, relative: Array) -> Array | None:
    """Broyden's method from a Jacobian by differences; None where it leads nowhere."""
    unknown, targets = search.unknown, search.targets
    at = relative.copy()
    gap = search.sizes(at, unknown) - targets
    jacobian = np.empty((len(unknown), len(unknown)))
    for column, number in enumerate(unknown):
        step = 0.02 * max(abs(at[number]), 0.1 / np.sqrt(search.spread[number, number] + 1e-300))
        trial = at.copy()
        trial[number] -= np.copysign(step, at[number])
        jacobian[:, column] = (search.sizes(trial, unknown) - targets - gap) / (
            trial[number] - at[number]
        )
    scale = np.maximum(np.abs(targets), 0.1)
    for _ in range(_STEPS):
        if np.abs(gap / scale).max() < _TOLERANCE:
            return at
        move = np.linalg.lstsq(jacobian, -gap, rcond=1e-12)[0]
        trial = at.copy()
        trial[unknown] += move
        while search.explained(trial) > CAP:
            move = move / 2
            if np.abs(move).max() < 1e-6 * (1 + np.abs(at[unknown]).max()):
                return None
            trial = at.copy()
            trial[unknown] += move
        new = search.sizes(trial, unknown) - targets
        jacobian += np.outer(new - gap - jacobian @ move, move) / float(np.sum(move * move))
        at, gap = trial, new
    return at if np.abs(gap / scale).max() < 1e-4 else None


def _one_by_one(search: Search, relative: Array) -> tuple[Array, tuple[Problem, ...]]:
    """Solve each by itself, in turns; say of those that stay apart how far they can go."""
    relative = relative.copy()
    reached: dict[int, bool] = {}
    for _ in range(_SWEEPS if len(search.unknown) > 1 else 1):
        for number in search.unknown:
            limit = _limits(search, relative, number)
            target = search.designs.terms[number].size

            def size(value: float, number: int = number) -> float:
                return search.one(relative, number, value)

            found = _root(size, target, relative[number], limit)
            reached[number] = found is not None
            relative[number] = limit[int(target > 0)] if found is None else found
    gaps = np.abs(search.sizes(relative, search.unknown) - search.targets)
    notes = [
        _unreached(search, relative, number)
        for number, gap, target in zip(search.unknown, gaps, search.targets, strict=True)
        if not reached[number] or gap > 1e-3 * (1 + abs(target))
    ]
    return relative, tuple(notes)


def _limits(search: Search, relative: Array, number: int) -> tuple[float, float]:
    """Smallest and largest coefficient of one effect, the others held, within the cap."""
    ends = []
    for sign in (-1.0, 1.0):
        low, high = 0.0, 1.0
        trial = relative.copy()
        trial[number] = sign * high
        while search.explained(trial) <= CAP and high < 1e9:
            high *= 4
            trial[number] = sign * high
        for _ in range(50):
            middle = (low + high) / 2
            trial[number] = sign * middle
            inside = search.explained(trial) <= CAP
            low, high = (middle, high) if inside else (low, middle)
        ends.append(sign * low)
    return ends[0], ends[1]


def _root(
    function: Callable[[float], float], target: float, start: float, limit: tuple[float, float]
) -> float | None:
    """Coefficient at which a rising function meets its target; None beyond the limits."""
    low, high = limit
    width = 0.1 * max(abs(start), (high - low) / 20)
    a = min(max(start - width, low), high)
    b = min(max(start + width, low), high)
    at_a, at_b = function(a) - target, function(b) - target
    while at_a > 0 and a > low:
        b, at_b = a, at_a
        width *= 3
        a = max(a - width, low)
        at_a = function(a) - target
    while at_b < 0 and b < high:
        a, at_a = b, at_b
        width *= 3
        b = min(b + width, high)
        at_b = function(b) - target
    if at_a > 0 or at_b < 0:
        return None
    for _ in range(40):  # false position with the Illinois correction
        if b - a < 1e-10 * max(1.0, abs(a)) or at_a == at_b:
            break
        c = (a * at_b - b * at_a) / (at_b - at_a)
        at_c = function(c) - target
        if abs(at_c) < 1e-9 * max(1.0, abs(target)):
            return c
        if at_c > 0:
            b, at_b, at_a = c, at_c, at_a / 2
        else:
            a, at_a, at_b = c, at_c, at_b / 2
    return (a + b) / 2


def _unreached(search: Search, relative: Array, number: int) -> Problem:
    term = search.designs.terms[number]
    low, high = (search.one(relative, number, end) for end in _limits(search, relative, number))
    what = (
        f"A {term.word} of {term.size:g} between {term.parent} and {search.designs.child} "
        "cannot be reached"
    )
    mend = f"Beside its other effects it can lie between {low:.2f} and {high:.2f}"
    if term.source == "user":
        raise SpecError(problem((*term.path, term.word), what, mend))
    return warning((*term.path, term.word), what, f"{mend}; the nearest was taken")
