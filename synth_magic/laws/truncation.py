"""A column's mean and SD within its range: the law that has them.

First the truncated normal, in its natural parameters: among laws on a range it
is the exponential family in x and x**2, so the parameters with given moments
minimise a convex function (Brown, Fundamentals of Statistical Exponential
Families, 1986).  It cannot be wider than the truncated exponential with the
same mean; then a gamma from the nearer bound, then a stretched beta, which
reaches every SD that a range allows, sd**2 < (mean - low)(high - mean)
(Bhatia and Davis, American Mathematical Monthly 107, 2000).
"""

from __future__ import annotations

import functools
import math

import numpy as np
from scipy import special

from synth_magic.laws.families import Array, Beta, Gamma, Law, Lognormal, Normal, tilted
from synth_magic.laws.grid import significant
from synth_magic.laws.rootfinding import newton2

#: Below this curvature the truncated normal is an exponential law for all we can tell.
LEAST_CURVATURE = 2e-3
#: Significant digits that solved parameters keep.
SOLVED = 9
#: Logarithm of what is left out of an integral.
DROP = 42.0


class Mirrored:
    """The law of turn - X."""

    def __init__(self, law: Law, turn: float) -> None:
        self.law, self.turn = law, turn

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return self.law.sf(self.turn - np.asarray(x))

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return self.law.cdf(self.turn - np.asarray(x))

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return np.asarray(self.turn - self.law.isf(p))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        return np.asarray(self.turn - self.law.ppf(q))


class Moved:
    """The law of X + by."""

    def __init__(self, law: Law, by: float) -> None:
        self.law, self.by = law, by

    def cdf(self, x: Array | float) -> Array:
        """P(X <= x)."""
        return self.law.cdf(np.asarray(x) - self.by)

    def sf(self, x: Array | float) -> Array:
        """P(X > x)."""
        return self.law.sf(np.asarray(x) - self.by)

    def ppf(self, p: Array) -> Array:
        """Quantile with `p` on its left."""
        return np.asarray(self.by + self.law.ppf(p))

    def isf(self, q: Array) -> Array:
        """Quantile with `q` on its right."""
        return np.asarray(self.by + self.law.isf(q))


def with_moments(mean: float, sd: float, low: float | None, high: float | None) -> Law:
    """Return the law on [low, high] with this mean and SD.

    Parameters
    ----------
    mean, sd
        Of the column within its range; sd**2 < (mean - low)(high - mean).
    low, high
        Bounds; None where open.

    Returns
    -------
    Law
        To be cut at the bounds; then it has the moments.
    """
    if low is None and high is None:
        return Normal(mean, sd)
    a = -math.inf if low is None else (low - mean) / sd
    b = math.inf if high is None else (high - mean) / sd
    if a < -9 and b > 9:
        return Normal(mean, sd)
    if _normal_reaches(a, b) and (found := _natural(a, b)) is not None:
        tilt, curvature = found
        # What a solver found is rounded, so that its last steps leave no trace in the table.
        centre, spread = round(tilt / curvature, 9), significant(curvature**-0.5, SOLVED)
        return Normal(mean + sd * centre, sd * float(spread))
    law = _gamma_from_bound(mean, sd, low, high)
    if law is None:
        # A half-open range always has its gamma, so both ends are known here.
        width = float(high or 0.0) - float(low or 0.0)
        p = (mean - float(low or 0.0)) / width
        size = p * (1 - p) * (width / sd) ** 2 - 1
        law = Beta(p * size, (1 - p) * size, float(low or 0.0), width)
    return law


def _normal_reaches(a: float, b: float) -> bool:
    """Whether some truncated normal on [a, b] has mean 0 and SD 1."""
    if math.isinf(b):
        widest = -a
    elif math.isinf(a):
        widest = b
    else:
        law = tilted(0.0, a, b)
        x, w = _nodes()
        t = a + (b - a) * (x + 1) / 2
        density = np.exp(-law.rate * (t - (a if law.rate > 0 else b)))
        total = math.fsum((w * density).tolist())
        widest = math.sqrt(math.fsum((w * density * t * t).tolist()) / total)
    return widest > 1


def _natural(a: float, b: float) -> tuple[float, float] | None:
    """Tilt and curvature of the density exp(tilt t - curvature t^2 / 2) with mean 0, SD 1."""
    tilt, curvature = 0.0, 1.0
    height, m = _integrals(tilt, curvature, a, b)
    for _ in range(80):
        gradient = (m[0], (1 - m[1]) / 2)
        if abs(m[0]) < 1e-12 and abs(m[1] - 1) < 1e-12:
            return tilt, curvature
        v11, v12, v22 = m[1] - m[0] ** 2, m[2] - m[0] * m[1], m[3] - m[1] ** 2
        h11, h12, h22 = v11, -v12 / 2, v22 / 4
        det = h11 * h22 - h12 * h12
        if not det > 0:
            return None
        d1 = -(gradient[0] * h22 - gradient[1] * h12) / det
        d2 = -(h11 * gradient[1] - h12 * gradient[0]) / det
        slope = gradient[0] * d1 + gradient[1] * d2
        step = 1.0 if curvature + d2 > curvature / 10 else 0.9 * curvature / -d2
        for _ in range(40):
            trial = (tilt + step * d1, curvature + step * d2)
            height1, m1 = _integrals(*trial, a, b)
            if height1 <= height + 1e-4 * step * slope + 1e-14 * abs(height):
                break
            step /= 2
        else:
            return (tilt, curvature) if abs(m[0]) + abs(m[1] - 1) < 1e-9 else None
        (tilt, curvature), height, m = trial, height1, m1
        if curvature < LEAST_CURVATURE:
            return None
    return (tilt, curvature) if abs(m[0]) + abs(m[1] - 1) < 1e-9 else None


def _integrals(
    tilt: float, curvature: float, a: float, b: float
) -> tuple[float, tuple[float, float, float, float]]:
    """Convex potential and the first four moments, by Gauss-Legendre on both sides of the peak."""
    peak = min(max(tilt / curvature, a), b)
    push = abs(tilt - curvature * peak)
    reach = 2 * DROP / (push + math.sqrt(push * push + 2 * DROP * curvature))
    left, right = min(reach, peak - a), min(reach, b - peak)
    x, w = _nodes()
    t = np.concatenate([peak + left * (x - 1) / 2, peak + right * (x + 1) / 2])
    top = tilt * peak - curvature * peak * peak / 2
    density = np.exp(tilt * t - curvature * t * t / 2 - top)
    density *= np.concatenate([w * left / 2, w * right / 2])
    total = math.fsum(density.tolist())
    powers = t * density, t * t * density, t**3 * density, t**4 * density
    moments = tuple(math.fsum(p.tolist()) / total for p in powers)
    height = math.log(total) + top + curvature / 2
    return height, (moments[0], moments[1], moments[2], moments[3])


@functools.cache
def _nodes() -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(64)
    return x, w


def _gamma_from_bound(mean: float, sd: float, low: float | None, high: float | None) -> Law | None:
    """Return the gamma that starts at the nearer bound, None where the range is too short."""
    width = None if low is None or high is None else high - low
    if low is not None and (high is None or mean - low <= high - mean):
        law = gamma_with(mean - low, sd, 0.0, width)
        return None if law is None else (law if low == 0 else Moved(law, low))
    if high is None:
        return None
    law = gamma_with(high - mean, sd, 0.0, width)
    return None if law is None else Mirrored(law, high)


def gamma_with(mean: float, sd: float, low: float, high: float | None) -> Gamma | None:
    """Return the gamma law that has this mean and SD within [low, high].

    Parameters
    ----------
    mean, sd
        Positive.
    low
        Not negative.
    high
        None where open.

    Returns
    -------
    Gamma or None
        None where no gamma law has them there.
    """
    shape, scale = (mean / sd) ** 2, sd * sd / mean
    if low <= 0 and (high is None or special.gammaincc(shape, high / scale) < 1e-13):
        return Gamma(*significant(np.array([shape, scale])).tolist())

    def residual(log_shape: float, log_scale: float) -> tuple[float, float]:
        if abs(log_shape) > 12 or abs(log_scale - math.log(scale)) > 12:
            return math.inf, math.inf
        k, theta = math.exp(log_shape), math.exp(log_scale)
        m0, m1, m2 = (_gamma_mass(k + j, theta, low, high) for j in range(3))
        if not m0 > 1e-250:
            return math.inf, math.inf
        first = k * theta * m1 / m0
        second = k * (k + 1) * theta * theta * m2 / m0
        return _residual(first, second, mean, sd)

    found = newton2(residual, (math.log(shape), math.log(scale)))
    return None if found is None else Gamma(*significant(np.exp(np.array(found)), SOLVED).tolist())


def lognormal_with(mean: float, sd: float, low: float, high: float | None) -> Lognormal | None:
    """Return the lognormal law that has this mean and SD within [low, high]; None where none has.

    Parameters
    ----------
    mean, sd
        Positive.
    low
        Not negative.
    high
        None where open.
    """
    variance = math.log1p((sd / mean) ** 2)
    mu, sigma = math.log(mean) - variance / 2, math.sqrt(variance)
    if low <= 0 and high is None:
        return Lognormal(mu, sigma)
    from_ = -math.inf if low <= 0 else math.log(low)
    to = math.inf if high is None else math.log(high)

    def residual(m: float, log_s: float) -> tuple[float, float]:
        if abs(log_s - math.log(sigma)) > 4 or abs(m - mu) > 40 * sigma:
            return math.inf, math.inf
        s = math.exp(log_s)
        m0, m1, m2 = (normal_mass((from_ - m) / s - j * s, (to - m) / s - j * s) for j in range(3))
        if not m0 > 1e-250 or m + s * s > 300:
            return math.inf, math.inf
        first = math.exp(m + s * s / 2) * m1 / m0
        second = math.exp(2 * m + 2 * s * s) * m2 / m0
        return _residual(first, second, mean, sd)

    found = newton2(residual, (mu, math.log(sigma)))
    return None if found is None else Lognormal(found[0], math.exp(found[1]))


def _residual(first: float, second: float, mean: float, sd: float) -> tuple[float, float]:
    variance = second - first * first
    if not (variance > 0 and math.isfinite(variance)):
        return math.inf, math.inf
    return (first - mean) / sd, math.log(variance) / 2 - math.log(sd)


def _gamma_mass(k: float, theta: float, low: float, high: float | None) -> float:
    if high is None:
        return float(special.gammaincc(k, low / theta))
    if low / theta > k:
        above = special.gammaincc(k, np.array([low, high]) / theta)
        return float(above[0] - above[1])
    below = special.gammainc(k, np.array([low, high]) / theta)
    return float(below[1] - below[0])


def normal_mass(a: float, b: float) -> float:
    """P(a <= Z <= b) of a standard normal, precise in both tails."""
    if a > 0:
        a, b = -b, -a
    return float(special.ndtr(b) - special.ndtr(a))
