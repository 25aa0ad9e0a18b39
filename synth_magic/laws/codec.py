"""How a delivered column is coded, for the sampler that writes it and the report that reads it.

A code is a whole number; the value it stands for is ``code / 10 ** decimals``
(divided, never multiplied by 0.1, so that 71 is exactly the float 7.1).  Dates
and datetimes are delivered as datetime64[us], the unit that pandas 2.2 keeps
and pandas 3 makes by itself, and that Parquet keeps too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from synth_magic.blueprint.model import Column, Distribution
from synth_magic.errors import SpecError, problem
from synth_magic.laws.marginal import Marginal
from synth_magic.laws.positions import bounds

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["integer", "number", "boolean", "category", "date", "datetime", "text"]

#: Decimals when a number's spread asks for more are cut here.
MOST_DECIMALS = 9
#: Significant digits of the SD that a number is delivered with.
SPREAD_DIGITS = 3
#: Codes are 64-bit integers, and differences of two of them too.
LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Codec:
    """How one delivered column is coded.

    Parameters
    ----------
    name
        Of the delivered column.
    kind
        What is delivered.
    decimals
        Digits after the point; negative ones round to tens, hundreds …
    low, high
        Smallest and largest whole number ``value * 10 ** decimals`` delivered; None where open.
    up
        Whether values are rounded up (event times) instead of to the nearest.
    levels
        Values of a category or boolean, by code.
    ordered
        Whether they have an order.
    nullable
        Whether values can miss; the dtype depends on it, not on the rows at hand.
    """

    name: str
    kind: Kind
    decimals: int = 0
    low: int | None = None
    high: int | None = None
    up: bool = False
    levels: tuple[str, ...] = ()
    ordered: bool = False
    nullable: bool = False

    @property
    def offset(self) -> int:
        """Whole number that code 0 stands for."""
        return self.low or 0

    @property
    def size(self) -> int | None:
        """How many codes there are; None where an end is open."""
        if self.low is None or self.high is None:
            return None
        return self.high - self.low + 1

    @property
    def step(self) -> float:
        """Distance of neighbouring positions."""
        return 10.0**-self.decimals if self.decimals <= 0 else 1 / 10.0**self.decimals

    def law(self, marginal: Marginal) -> Marginal:
        """Return the law of the delivered column, from the law before rounding.

        Parameters
        ----------
        marginal
            As `solve` gives it.
        """
        if self.up:
            marginal = marginal.shifted(self.step / 2)
        return marginal.rounded(self.step, self.low, self.high)

    def read(self, series: pd.Series) -> NDArray[np.float64]:
        """Turn a column back into positions, NaN where missing; for foreign tables too.

        Parameters
        ----------
        series
            Any dtype that can hold such values: numbers as text, yes/no, ISO dates.

        Returns
        -------
        ndarray
            float64, shape (n,); for categories the codes, with -1 for missing and unseen ones.
        """
        from synth_magic.laws.foreign import read

        return read(self, series)


def codec(column: Column, marginal: Marginal | None = None, *, nullable: bool = False) -> Codec:
    """Decide how a column is delivered (of an event time: the time; see `event_codec`).

    Parameters
    ----------
    column
        Its type, range, decimals and values count.
    marginal
        Its law before rounding; for a formula that of a pilot draw, or None.
    nullable
        Whether its values can miss.

    Raises
    ------
    SpecError
        Where no value with so many decimals lies in the range.
    """
    kind = _kind(column)
    if kind == "text":
        return Codec(column.name, kind, nullable=nullable)
    if kind in ("category", "boolean"):
        names = column.levels
        return Codec(
            column.name,
            kind,
            low=0,
            high=len(names) - 1,
            levels=names,
            ordered=bool(column.ordered),
            nullable=nullable,
        )
    decimals = default_decimals(column, marginal)
    if marginal is not None and column.formula is None:
        _codable(column, marginal, decimals)
    time = column.type == "time_to_event"
    low, high = (None, None) if time else _ends(column, decimals)
    if time:
        low = 1
    elif marginal is not None and column.formula is None:
        support = np.rint(np.array(marginal.support) * 10.0**decimals)
        low = int(support[0]) if low is None else low
        high = int(support[1]) if high is None else high
    return Codec(column.name, kind, decimals, low, high, up=time, nullable=nullable)


def event_codec(column: Column, *, nullable: bool = False) -> Codec:
    """Return the codec of the event that belongs to a time column.

    Parameters
    ----------
    column
        Of type ``time_to_event``, with the name of its event.
    nullable
        Whether its values can miss.
    """
    if column.event is None:
        raise ValueError(f"{column.name} has no event")
    return Codec(column.event, "boolean", low=0, high=1, levels=("no", "yes"), nullable=nullable)


def default_decimals(column: Column, marginal: Marginal | None = None) -> int:
    """Return the decimals that a column is delivered with.

    Stated ones hold.  Whole numbers, counts, dates and event times have none; other
    numbers show three digits of their SD (HbA1c, SD 1.4: 7.12; weight, SD 15: 71.2).

    Parameters
    ----------
    column
        The column.
    marginal
        Its law; without one its range tells the spread.
    """
    if column.decimals is not None and column.type in ("number", "time_to_event"):
        return column.decimals
    if column.type != "number" or _counts(column.distribution):
        return 0
    spread = 0.0 if marginal is None else marginal.sd
    if spread == 0 and column.range is not None:
        low, high = bounds(column)
        spread = 0.0 if low is None or high is None else (high - low) / 4
    if spread == 0:
        return 2
    wanted = SPREAD_DIGITS - 1 - math.floor(math.log10(spread))
    return min(max(wanted, 0), MOST_DECIMALS)


def _counts(stated: Distribution | None) -> bool:
    if stated is None:
        return False
    if stated.groups is not None:
        return all(_counts(part) for _, part in stated.groups)
    return stated.kind in ("poisson", "negative_binomial", "probability")


def _kind(column: Column) -> Kind:
    if column.type in ("id", "text"):
        return "text"
    if column.type == "time_to_event":
        return "number" if column.decimals is not None and column.decimals > 0 else "integer"
    if column.type in ("integer", "number", "boolean", "category", "date", "datetime"):
        return column.type
    raise SpecError(
        problem(("columns", column.name), f"{column.name} has no type", "Write type: number")
    )


def _codable(column: Column, marginal: Marginal, decimals: int) -> None:
    """Refuse values that with their decimals are beyond 64-bit whole numbers."""
    top = max(abs(end) for end in marginal.support)
    if top * 10.0**decimals < LARGEST:
        return
    most = math.floor(math.log10(LARGEST / top))
    large = f"{column.name}: {decimals} decimals are too many for numbers as large as {top:.2g}"
    mend = f"Write decimals: {most}, or a range that ends earlier"
    if most < 0 or column.type != "number":
        large = f"{column.name}: its values go up to {top:.2g}, more than a table holds exactly"
        mend = "Write a range that ends earlier, or a narrower distribution"
    raise SpecError(problem(("columns", column.name, "decimals"), large, mend))


def _ends(column: Column, decimals: int) -> tuple[int | None, int | None]:
    """Whole numbers that the range allows; a bound such as 0.3 is no miss of its own digit."""
    low, high = bounds(column)
    scale = 10.0**decimals
    first = None if low is None else math.ceil(low * scale - 1e-9 * max(1.0, abs(low * scale)))
    last = None if high is None else math.floor(high * scale + 1e-9 * max(1.0, abs(high * scale)))
    if first is not None and last is not None and first > last:
        shown = column.range or ("", "")
        raise SpecError(
            problem(
                ("columns", column.name, "decimals"),
                f"{column.name}: with {decimals} decimals nothing lies in {shown[0]} to {shown[1]}",
                "Give it more decimals or a wider range",
            )
        )
    return first, last
