"""Counts: Poisson and negative binomial laws, cut to whole numbers in a range."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.laws.families import Array, Gamma
from synth_magic.laws.grid import END, grid
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.place import Place
from synth_magic.laws.rootfinding import bisect
from synth_magic.laws.tabulate import counted

Tail = Callable[[Array], Array]


class Count(NamedTuple):
    """A law of counts: its mean and variance, both tails, and those of its size-biased shift."""

    mean: float
    variance: float
    cdf: Tail
    sf: Tail
    biased: tuple[Tail, Tail]

    def mean_within(self, low: float, high: float) -> float:
        """Mean of the law cut to low..high: E[X; low <= X <= high] shifts the law by one."""
        return self.mean * _mass(*self.biased, low - 1, high - 1) / self.mass(low, high)

    def mass(self, low: float, high: float) -> float:
        """P(low <= X <= high)."""
        return _mass(self.cdf, self.sf, low, high)


def poisson_count(mean: float) -> Count:
    """Poisson law; its size-biased shift is itself."""

    def cdf(k: Array) -> Array:
        return _ends(k, special.gammaincc(_held(k) + 1, mean), 1.0)

    def sf(k: Array) -> Array:
        return _ends(k, special.gammainc(_held(k) + 1, mean), 0.0)

    return Count(mean, mean, cdf, sf, (cdf, sf))


def negative_binomial_count(mean: float, dispersion: float) -> Count:
    """Negative binomial law, variance mean + dispersion * mean**2."""
    size = 1 / dispersion

    def tails(r: float) -> tuple[Tail, Tail]:
        def cdf(k: Array) -> Array:
            left = special.betainc(r, _held(k) + 1, size / (size + mean))
            return _ends(k, left, 1.0)

        def sf(k: Array) -> Array:
            right = special.betainc(_held(k) + 1, r, mean / (size + mean))
            return _ends(k, right, 0.0)

        return cdf, sf

    return Count(mean, mean + dispersion * mean**2, *tails(size), tails(size + 1))


def poisson(form: Any, place: Place) -> Marginal:
    """Poisson law whose mean within the range is the stated one."""
    return _cut(place.positive(form.mean, "mean"), poisson_count, place)


def negative_binomial(form: Any, place: Place) -> Marginal:
    """Negative binomial law whose mean within the range is the stated one."""
    dispersion = place.positive(form.dispersion, "dispersion")
    mean = place.positive(form.mean, "mean")
    return _cut(mean, lambda m: negative_binomial_count(m, dispersion), place)


def _cut(mean: float, law_of: Callable[[float], Count], place: Place) -> Marginal:
    if place.column.type not in ("integer", "number"):
        raise place.fail(
            f"a {place.column.type} column holds no counts", "Use another distribution"
        )
    low = max(0, math.ceil(place.low or 0))
    high = math.inf if place.high is None else math.floor(place.high)
    if low > high:
        raise place.fail(f"no count lies in its range ({place.range_text()})", "Widen the range")
    if low == high:
        return Marginal.of_points([float(low)], [1.0])
    if not low < mean < high:
        raise place.fail(
            f"its mean is {mean:g}, but its counts {_span(place, low, high)}",
            "State a mean between them",
            "mean",
        )
    law = law_of(mean)
    if low > 0 or law.mass(low, high) < 1 - 1e-12:
        law = law_of(_solved(mean, law_of, low, high))
        if not law.mass(low, high) > 0 or abs(law.mean_within(low, high) - mean) > 1e-6 * mean:
            raise place.fail(
                f"no such law has a mean of {mean:g} within {place.range_text()}",
                "State a mean nearer to the lower end, a smaller dispersion or a wider range",
                "mean",
            )
    tail = float(special.ndtr(-END))
    first = max(low, _edge(law.cdf, tail, law.mean, -math.sqrt(law.variance)))
    last = min(high, _edge(law.sf, tail, law.mean, math.sqrt(law.variance)))

    def wanted() -> Array:
        near = Gamma(law.mean**2 / law.variance, law.variance / law.mean)
        return np.concatenate([near.ppf(grid().u[1:-1]), near.isf(grid().v[1:-1])])

    found = counted(law.cdf, law.sf, wanted, first, int(last))
    if found is None:
        raise place.fail(f"its range ({place.range_text()}) holds none of it", "Widen the range")
    return found


def _span(place: Place, low: float, high: float) -> str:
    beside = " beside the share of zeros" if place.zeros else ""
    return (f"begin at {low}" if math.isinf(high) else f"go from {low} to {high:g}") + beside


def _solved(mean: float, law_of: Callable[[float], Count], low: float, high: float) -> float:
    """Mean of the whole law whose mean within low..high is `mean`."""

    def excess(log_m: float) -> float:
        law = law_of(math.exp(log_m))
        if not law.mass(low, high) > 1e-200:
            return -1.0 if law.mean < mean else 1.0
        return law.mean_within(low, high) - mean

    return math.exp(round(bisect(excess, math.log(mean) - 12, math.log(mean) + 12), 10))


def _edge(tail: Tail, least: float, mean: float, stride: float) -> int:
    """Count beyond which `tail` holds less than `least`, found by doubling and halving."""
    near, far = mean, mean + stride
    while far > 0 and float(tail(np.array(math.floor(far)))) > least:
        near, far = far, mean + 2 * (far - mean)
    near, far = math.floor(near), max(math.floor(far), 0)
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if float(tail(np.array(middle))) > least else (near, middle)
    return far


def _held(k: Array) -> Array:
    return np.where(np.isinf(k) | (k < 0), 0.0, k)


def _ends(k: Array, value: NDArray[np.floating[Any]], last: float) -> Array:
    """Put in the value at infinity, and that of the same tail below 0."""
    return np.where(k < 0, 1.0 - last, np.where(np.isinf(k), last, value))


def _mass(cdf: Tail, sf: Tail, low: float, high: float) -> float:
    below, above = cdf(np.array([low - 1, high])), sf(np.array([low - 1, high]))
    return float(above[0] - above[1] if below[0] > 0.5 else below[1] - below[0])
