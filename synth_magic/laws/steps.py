"""The steps in which a column is delivered: its cells at the ends, and which SDs it can have.

A column of whole numbers from 1 to 5 is drawn from a law on 0.5 to 5.5, so that
its end values have cells as wide as the others.
"""

from __future__ import annotations

import math

from synth_magic.blueprint.model import Column
from synth_magic.laws.grid import significant

#: Steps below this share of the SD change it by less than 1 in 10,000.
COARSE = 0.05
#: Two values have one SD only; a stated one may be rounded by this share.
ROUNDED = 0.05
#: An SD is the smallest possible one within this share of it.
NEAR = 1e-6

Ends = tuple[float | None, float | None]


def step_of(column: Column) -> float | None:
    """Distance of neighbouring delivered positions, where the column's facts tell it."""
    if column.type in ("integer", "date", "datetime"):
        return 1.0
    if column.type == "number" and column.decimals is not None:
        return float(10.0**-column.decimals)
    return None


def held(low: float | None, high: float | None, step: float) -> Ends:
    """Smallest and largest multiple of `step` within the bounds; None where open."""
    scale = 1 / step
    first = None if low is None else math.ceil(low * scale - 1e-9 * max(1.0, abs(low * scale)))
    last = None if high is None else math.floor(high * scale + 1e-9 * max(1.0, abs(high * scale)))
    return (
        None if first is None else float(significant(first * step)),
        None if last is None else float(significant(last * step)),
    )


def cells(low: float | None, high: float | None, step: float) -> Ends:
    """Bounds of the cells of all multiples of `step` within the bounds."""
    first, last = held(low, high, step)
    return (
        None if first is None else first - step / 2,
        None if last is None else last + step / 2,
    )


def narrowest(mean: float, step: float) -> float:
    """Smallest SD of multiples of `step` that have this mean: two neighbours share the mass."""
    share = mean / step - math.floor(mean / step)
    return step * math.sqrt(share * (1 - share))


def widest(mean: float, low: float, high: float) -> float:
    """Largest SD on [low, high] of values that have this mean: the ends share the mass."""
    return math.sqrt(max((mean - low) * (high - mean), 0.0))


def unfit_sd(mean: float, sd: float, ends: Ends, step: float | None) -> tuple[str, float] | None:
    """Tell why no column has this mean and SD.

    Parameters
    ----------
    mean, sd
        Of the column as delivered; the mean inside its range.
    ends
        Bounds; None where open.
    step
        Distance of neighbouring values; None where fine.

    Returns
    -------
    tuple or None
        ``"below"`` or ``"from"`` and the SD that bounds the possible ones; None where it is one.
    """
    low, high = ends
    most = math.inf if low is None or high is None else widest(mean, low, high)
    least = 0.0 if step is None else narrowest(mean, step)
    if most <= least * (1 + ROUNDED) and abs(sd / most - 1) <= ROUNDED:
        return None
    if sd >= most:
        return "below", most
    return ("from", least) if sd < least * (1 - NEAR) else None


def kept_to(column: Column) -> str:
    """Say what the values of a column with steps are."""
    if column.type == "date":
        return "for whole days"
    return "for whole numbers" if column.type == "integer" else f"with {column.decimals} decimals"


def mend_of(unfit: tuple[str, float], unit: float = 1.0) -> str:
    """Say which SDs are possible, where one is not; `unit` is that of the SD."""
    which, bound = unfit
    if which == "below":
        return f"State an sd below {bound / unit:.4g}, or a wider range"
    return f"State an sd from {bound / unit:.4g} on, or give it more decimals"
