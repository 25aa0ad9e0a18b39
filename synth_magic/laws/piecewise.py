"""Laws through stated quantiles, and through the points of a survival curve.

Between stated quantiles x is a monotone cubic in the normal score (Fritsch and
Carlson, SIAM Journal on Numerical Analysis 17, 1980), so that three quantiles
of a normal law give back that law.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from synth_magic.laws.families import Array
from synth_magic.laws.grid import END, grid, significant
from synth_magic.laws.marginal import Marginal


def through_quantiles(
    p: Array, x: Array, low: float | None = None, high: float | None = None
) -> Marginal:
    """Tabulate the law through quantiles, ending at the bounds.

    Where quantiles repeat there is an atom.  Towards a bound the tail is a
    power of the distance that goes on with the density at the outermost
    quantile; an open end goes on as a normal law through the outermost two.

    Parameters
    ----------
    p
        Probabilities, increasing, shape (k,), strictly between 0 and 1.
    x
        Quantiles, nondecreasing, shape (k,), within the bounds.
    low, high
        Bounds; None where open (needs two quantiles that differ).
    """
    z = ndtri(p)
    slopes = _slopes(z, x)
    u, v = grid().u, grid().v
    body = (u > p[0]) & (u < p[-1])
    at = grid().z[body]
    middle = _cubic(z, x, slopes, at)
    lower = _tail(u[u < p[0]], p[0], z[0], x[0], slopes[0], low)
    upper = -_tail(
        v[::-1][v[::-1] < 1 - p[-1]],
        1 - p[-1],
        -z[-1],
        -x[-1],
        slopes[-1],
        None if high is None else -high,
    )[::-1]
    knots = np.concatenate([lower, middle, upper])
    F = np.concatenate([u[u < p[0]], u[body], u[v < 1 - p[-1]]])
    knots, F = np.concatenate([knots, x]), np.concatenate([F, p])
    order = np.lexsort((knots, F))
    knots = np.maximum.accumulate(significant(knots[order]))
    bounded = np.clip(knots, low, high) if (low, high) != (None, None) else knots
    return Marginal(bounded, F[order])


def survival(t: Array, s: Array) -> Marginal:
    """Tabulate the law of an event time through points of its survival curve.

    The log cumulative hazard is linear in log t between points; before the
    first the hazard is constant, after the last the last hazard goes on.

    Parameters
    ----------
    t
        Times, increasing, positive, shape (k,).
    s
        P(T > t), nonincreasing, at most 1; 0 only at the last point.
    """
    whole = s >= 1.0
    calm = float(t[whole][-1]) if whole.any() else 0.0
    t, s = t[~whole], s[~whole]
    dead = float(t[-1]) if s[-1] <= 0 else None
    t, s = (t[:-1], s[:-1]) if dead is not None else (t, s)
    v = grid().v.copy()
    v[-1] = ndtr(-END)
    with np.errstate(divide="ignore"):
        wanted = np.where(v < 0.5, -np.log(v), -np.log1p(-grid().u))
    H = -np.log(s)
    times = _time_at(wanted, t, H, calm)
    F, x = grid().u, times
    if dead is not None:
        last, left = (float(t[-1]), float(s[-1])) if len(t) else (calm, 1.0)
        beyond = v < left
        x = np.where(beyond, last + (dead - last) * (1 - v / left), times)
        x[-1] = dead
    keep_t = np.concatenate([t, [calm]]) if calm else t
    keep_F = np.concatenate([1 - s, [0.0]]) if calm else 1 - s
    x, F = np.concatenate([x, keep_t]), np.concatenate([F, keep_F])
    order = np.lexsort((x, F))
    return Marginal(np.maximum.accumulate(significant(x[order])), F[order])


def _time_at(wanted: Array, t: Array, H: Array, calm: float) -> Array:
    """Find the times at which the cumulative hazard reaches `wanted`."""
    if not len(t):
        return np.full_like(wanted, calm)
    out = np.empty_like(wanted)
    first = wanted <= H[0]
    out[first] = calm + (t[0] - calm) * wanted[first] / H[0]
    for i in range(len(t) - 1):
        here = (wanted > H[i]) & (wanted <= H[i + 1])
        share = np.log(wanted[here] / H[i]) / np.log(H[i + 1] / H[i])
        out[here] = t[i] * (t[i + 1] / t[i]) ** share
    hazard = H[0] / (t[0] - calm)
    if len(t) > 1:
        power = np.log(H[-1] / H[-2]) / np.log(t[-1] / t[-2])
        # A curve that ends flat has no last hazard: the mean one goes on.
        hazard = power * H[-1] / t[-1] if power > 0 else H[-1] / t[-1]
    after = wanted > H[-1]
    out[after] = t[-1] + (wanted[after] - H[-1]) / hazard
    return out


def _slopes(z: Array, x: Array) -> Array:
    """Slopes dx/dz at the quantiles; each stretch between atoms stands for itself."""
    k = len(z)
    if k == 1:
        return np.zeros(1)
    secant = np.diff(x) / np.diff(z)
    slopes = np.zeros(k)
    width = np.diff(z)
    for i in range(1, k - 1):
        before, after = secant[i - 1], secant[i]
        if before > 0 and after > 0:
            w1, w2 = 2 * width[i] + width[i - 1], width[i] + 2 * width[i - 1]
            slopes[i] = (w1 + w2) / (w1 / before + w2 / after)
        elif before == 0:
            slopes[i] = after
        else:
            slopes[i] = before
    slopes[0], slopes[-1] = secant[0], secant[-1]
    return slopes


def _cubic(z: Array, x: Array, slopes: Array, at: Array) -> Array:
    if len(z) == 1:
        return at[:0]
    i = np.clip(np.searchsorted(z, at, side="right") - 1, 0, len(z) - 2)
    width = z[i + 1] - z[i]
    s = (at - z[i]) / width
    rise = x[i + 1] - x[i]
    m0, m1 = slopes[i] * width, slopes[i + 1] * width
    value = x[i] + s * (m0 + s * (3 * rise - 2 * m0 - m1 + s * (m0 + m1 - 2 * rise)))
    return np.asarray(np.where(rise > 0, value, x[i]))


def _tail(u: Array, p: float, z: float, x: float, slope: float, bound: float | None) -> Array:
    """Quantiles at u < p, below the outermost stated one."""
    if bound is None:
        with np.errstate(divide="ignore"):
            score = np.maximum(ndtri(u), -END)
        return np.asarray(x + slope * (score - z))
    if slope > 0:
        density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / slope
        power = max(1.0, density * (x - bound) / p)
    else:
        power = 2.0
    return np.asarray(bound + (x - bound) * (u / p) ** (1 / power))
