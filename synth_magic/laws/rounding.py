"""Law of a rounded column."""

from __future__ import annotations

import numpy as np

from synth_magic.laws.grid import grid
from synth_magic.laws.marginal import MOST_ATOMS, Array, Marginal


def rounded(law: Marginal, step: float, low: int | None, high: int | None) -> Marginal:
    """Law of rint(X / step) * step, kept between the codes `low` and `high`.

    Up to 65,536 codes all are atoms; beyond, every code that holds more than
    2 ** -16 of the mass is one, and the rest stands as a polyline.

    Parameters
    ----------
    law
        The law before rounding.
    step
        Distance of neighbouring values.
    low, high
        Smallest and largest code; None leaves that end to the law.
    """
    first, last = (int(code) for code in np.rint(np.array(law.support) / step))
    first = first if low is None else min(max(first, low), high if high is not None else low)
    last = last if high is None else max(min(last, high), first)
    codes = _codes(law, step, first, last)
    top = _upto(law, codes, step)
    bottom = _upto(law, codes - 1, step)
    bottom[0], top[-1] = 0.0, 1.0
    values = codes * step if step >= 1 else codes / round(1 / step)
    mass = top - bottom > 0
    mass[[0, -1]] = True
    x, F = np.repeat(values, 2), np.stack([bottom, top], axis=1).ravel()
    keep = np.repeat(mass, 2)
    groups = tuple((value, rounded(part, step, low, high)) for value, part in law.groups)
    return Marginal(x[keep], F[keep], groups)


def _codes(law: Marginal, step: float, first: int, last: int) -> Array:
    if last - first < MOST_ATOMS:
        return np.arange(first, last + 1, dtype=np.float64)
    even = (np.arange(MOST_ATOMS) + 0.5) / MOST_ATOMS
    wanted = np.rint(law.ppf(np.concatenate([even, grid().u])) / step)
    return np.unique(np.concatenate([[first, last], np.clip(wanted, first, last)]))


def _upto(law: Marginal, codes: Array, step: float) -> Array:
    """Mass that rounds to a code or below; ties go to the even code, as rint does."""
    edge = (codes + 0.5) * step
    return np.where(codes % 2 == 0, law.cdf(edge), law.below(edge))
