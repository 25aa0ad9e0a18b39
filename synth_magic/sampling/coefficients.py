"""Stated sizes of effects become coefficients on the child's latent scale.

Odds and hazard ratios are coefficients already.  ``beta`` counts SDs of the
whole L = eta + e, so its unit depends on all the child's effects together; in
the normal model that SD is 1 and the noise takes what the effects leave.
``correlation`` and ``difference`` are solved for on the pilot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Problem, SpecError, problem, warning
from synth_magic.laws.effects import NOISE_SD, Noise, Term, log_coefficient
from synth_magic.sampling.mixture import covariance, total

Array = NDArray[np.float64]

#: Effects may explain so much of a column's latent variance.
CAP = 0.95
_DIGITS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Designs:
    """A child's effects on the points of the pilot.

    Parameters
    ----------
    child
        Its name.
    noise
        Law of its noise.
    terms
        Its effects.
    columns
        Their design columns, shape (effects, points).
    group
        Number of each point's group, shape (points,), or None.
    """

    child: str
    noise: Noise
    terms: tuple[Term, ...]
    columns: Array
    group: NDArray[np.int64] | None = None

    def fewer(self, points: int) -> Designs:
        """Keep the first points: a Sobol set too, when their number is a power of 2."""
        group = None if self.group is None else self.group[:points]
        return Designs(self.child, self.noise, self.terms, self.columns[:, :points], group)

    def sum(self, coefficients: Array) -> Array:
        """Eta, shape (points,)."""
        eta = np.zeros(self.columns.shape[1])
        for coefficient, column in zip(coefficients, self.columns, strict=True):
            if coefficient != 0:
                eta += coefficient * column
        return eta

    def spread(self) -> Array:
        """Covariance of the design columns within the groups, shape (effects, effects)."""
        k, n = self.columns.shape
        found = np.zeros((k, k))
        groups = np.zeros(n, dtype=np.int64) if self.group is None else self.group
        for number in range(int(groups.max()) + 1):
            rows = slice(None) if self.group is None else groups == number
            part = self.columns[:, rows]
            share = part.shape[1] / n
            for i in range(k if share else 0):
                for j in range(i + 1):
                    found[i, j] += share * covariance(part[i], part[j])
        return np.asarray(found + np.tril(found, -1).T)


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Coefficients on the latent scale, and the share of its variance that they explain."""

    values: Array
    explained: float


def scaled(noise: Noise, spread: Array, fixed: Array, relative: Array) -> Scaled:
    """Put fixed coefficients and those that count SDs of L on one scale.

    Parameters
    ----------
    noise
        Law of the child's noise.
    spread
        Covariance of the designs, shape (effects, effects).
    fixed, relative
        Coefficients in units of L and in SDs of L, shape (effects,) each; every
        effect has one of them, the other is 0.
    """
    if noise == "multinomial":
        return Scaled(fixed + relative * NOISE_SD["multinomial"], 0.0)
    of_b = _form(spread, relative, relative)
    if noise == "normal":
        return Scaled(relative, of_b)
    if of_b >= 1:
        return Scaled(fixed, np.inf)
    of_c, both = _form(spread, fixed, fixed), _form(spread, relative, fixed)
    of_e = NOISE_SD[noise] ** 2
    # S**2 = S**2 var(b) + 2 S cov(b, c) + var(c) + var(e)
    sd = (both + np.sqrt(both**2 + (1 - of_b) * (of_c + of_e))) / (1 - of_b)
    return Scaled(fixed + relative * sd, 1 - of_e / sd**2)


def _form(spread: Array, a: Array, b: Array) -> float:
    return total((a[:, None] * spread * b[None, :]).ravel())


def coefficients(
    designs: Designs, outcome: Callable[[Designs, Array], Callable[[Term], float]], start: Array
) -> tuple[Array, tuple[Problem, ...]]:
    """Find all coefficients of a child.

    Parameters
    ----------
    designs
        The child's effects.
    outcome
        Gives, for coefficients, a function that estimates a solved term's size.
    start
        First guesses of the solved coefficients, in SDs of L, shape (effects,).

    Returns
    -------
    coefficients, notes
        On the latent scale, shape (effects,); warnings of effects that were made smaller.

    Raises
    ------
    SpecError
        Where the user's effects explain more than 95%, or a size cannot be reached.
    """
    fixed = np.array([log_coefficient(term) or 0.0 for term in designs.terms])
    relative = np.array([t.size if t.word == "beta" else 0.0 for t in designs.terms])
    noise = designs.noise
    spread = np.zeros((0, 0)) if noise == "multinomial" else designs.spread()
    if noise == "multinomial":
        return scaled(noise, spread, fixed, relative).values, ()
    factor, notes = _held(designs, spread, fixed, relative)
    fixed, relative = fixed * factor, relative * factor
    unknown = [number for number, term in enumerate(designs.terms) if term.solved]
    if unknown:
        relative, more = _solved(designs, spread, fixed, relative, unknown, outcome, start)
        notes = (*notes, *more)
    values = scaled(noise, spread, fixed, relative).values
    return np.array([float(f"{value:.{_DIGITS - 1}e}") for value in values]), notes


# What effects may explain -------------------------------------------------------------


def _held(
    designs: Designs, spread: Array, fixed: Array, relative: Array
) -> tuple[Array, tuple[Problem, ...]]:
    """Factors that hold the explained variance at the cap; the user's effects keep theirs."""
    noise = designs.noise
    ones = np.ones(len(fixed))
    if scaled(noise, spread, fixed, relative).explained <= CAP:
        return ones, ()
    user = np.array([term.source == "user" for term in designs.terms], dtype=np.float64)
    alone = scaled(noise, spread, fixed * user, relative * user).explained
    if alone > CAP:
        raise SpecError(_too_strong(designs, spread, fixed * user, relative * user))
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        factor = user + (1 - user) * middle
        if scaled(noise, spread, fixed * factor, relative * factor).explained <= CAP:
            low = middle
        else:
            high = middle
    low = float(f"{low:.6g}")
    names = ", ".join(dict.fromkeys(t.parent for t in designs.terms if t.source != "user"))
    note = warning(
        ("columns", designs.child),
        f"the effects on {designs.child} would explain more than 95% of it",
        f"those of {names}, which you did not state, were multiplied by {low:.2f}",
    )
    return user + (1 - user) * low, (note,)


def _too_strong(designs: Designs, spread: Array, fixed: Array, relative: Array) -> Problem:
    noise = designs.noise
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        inside = scaled(noise, spread, fixed * middle, relative * middle).explained <= CAP
        low, high = (middle, high) if inside else (low, middle)
    strongest = int(np.argmax(np.abs(fixed) + np.abs(relative)))
    term = designs.terms[strongest]
    if len([size for size in fixed + relative if size != 0]) == 1:
        limit = (
            np.exp(abs(fixed[strongest]) * low) if fixed[strongest] else relative[strongest] * low
        )
        what = f"{term.word} {term.size:g} of {term.parent} on {designs.child} is too strong"
        if (fixed[strongest] and fixed[strongest] * np.log(term.size) < 0) or fixed[strongest] < 0:
            limit = 1 / limit
        mend = f"at most 95% of a column can be explained: here {term.word} {limit:.3g}"
    else:
        what = f"the effects on {designs.child} explain more than 95% of it"
        mend = f"at most 95% of a column can be explained: make each {low:.2f} times as strong"
    return problem((*term.path, term.word), what, mend)


# Solving -------------------------------------------------------------------------------


def _solved(
    designs: Designs,
    spread: Array,
    fixed: Array,
    relative: Array,
    unknown: list[int],
    outcome: Callable[[Designs, Array], Callable[[Term], float]],
    start: Array,
) -> tuple[Array, tuple[Problem, ...]]:
    noise, relative = designs.noise, relative.copy()
    notes: list[Problem] = []

    def attained(number: int, value: float) -> float:
        trial = relative.copy()
        trial[number] = value
        return outcome(designs, scaled(noise, spread, fixed, trial).values)(designs.terms[number])

    relative[unknown] = start[unknown]
    while scaled(noise, spread, fixed, relative).explained > CAP:
        relative[unknown] *= 0.8
    sweeps = 1 if len(unknown) == 1 else 12
    for sweep in range(sweeps):
        before = relative.copy()
        for number in unknown:
            limit = _limits(noise, spread, fixed, relative, number)
            target = designs.terms[number].size
            found = _root(lambda c, n=number: attained(n, c), target, relative[number], limit)  # type: ignore[misc]
            if found is None and sweep == sweeps - 1:
                notes.append(_unreached(designs, attained, number, limit))
            relative[number] = limit[int(target > 0)] if found is None else found
        if np.abs(relative - before).max() < 1e-6:
            if sweep < sweeps - 1:
                for number in unknown:
                    limit = _limits(noise, spread, fixed, relative, number)
                    target = designs.terms[number].size
                    if abs(attained(number, relative[number]) - target) > 1e-3 * (1 + abs(target)):
                        notes.append(_unreached(designs, attained, number, limit))
            break
    return relative, tuple(notes)


def _limits(
    noise: Noise, spread: Array, fixed: Array, relative: Array, number: int
) -> tuple[float, float]:
    """Smallest and largest coefficient of one effect, the others held, within the cap."""
    ends = []
    for sign in (-1.0, 1.0):
        low, high = 0.0, 1.0
        trial = relative.copy()
        trial[number] = sign * high
        while scaled(noise, spread, fixed, trial).explained <= CAP and high < 1e9:
            high *= 4
            trial[number] = sign * high
        for _ in range(50):
            middle = (low + high) / 2
            trial[number] = sign * middle
            inside = scaled(noise, spread, fixed, trial).explained <= CAP
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


def _unreached(
    designs: Designs,
    attained: Callable[[int, float], float],
    number: int,
    limit: tuple[float, float],
) -> Problem:
    term = designs.terms[number]
    low, high = (attained(number, end) for end in limit)
    what = (
        f"a {term.word} of {term.size:g} between {term.parent} and {designs.child} "
        "cannot be reached"
    )
    mend = f"beside its other effects it can lie between {low:.2f} and {high:.2f}"
    if term.source == "user":
        raise SpecError(problem((*term.path, term.word), what, mend))
    return warning((*term.path, term.word), what, f"{mend}; the nearest was taken")


def regression(columns: Array, values: Array) -> Array:
    """Least-squares slopes of `values` on the columns and a constant, sums in a fixed order.

    Parameters
    ----------
    columns
        Shape (k, points).
    values
        Shape (points,).
    """
    k = len(columns)
    left = np.empty((k, k))
    right = np.empty(k)
    for i in range(k):
        right[i] = covariance(columns[i], values)
        for j in range(i + 1):
            left[i, j] = left[j, i] = covariance(columns[i], columns[j])
    return np.asarray(np.linalg.lstsq(left, right, rcond=1e-12)[0])


def correlation(a: Array, b: Array, sd_b: float) -> float:
    """Correlation with a column whose SD is known."""
    sd_a = np.sqrt(max(covariance(a, a), 1e-300))
    return covariance(a, b) / (float(sd_a) * sd_b)
