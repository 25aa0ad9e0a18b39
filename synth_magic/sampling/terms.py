"""An effect at draw time: what a parent's code adds to the latent value, or to the odds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.expressions import Node, evaluate
from synth_magic.sampling.state import Axis, State
from synth_magic.sampling.tables import twelve_digits

Array = NDArray[np.float64]

#: Parents with at most so many codes have a table entry for each; of others the
#: entry is found from the leading bits of the code as a float, 256 an octave, so
#: that a law with a long tail is as finely cut where its rows are.
_DIRECT = 2**13
_BITS = 8
_ONE = 1023 << _BITS


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """A function of one parent's code.

    Parameters
    ----------
    parent
        The parent's name.
    low, high
        Smallest and largest code of the table; beyond them the function is held.
    a, b
        Value of each entry, and slope in ``code - low + 1`` within it (None: an
        entry a code).
    neutral
        Value in rows where the effect does not apply: 0 when added, 1 when multiplied.
    absent
        Value in rows where the parent has none.
    where
        Condition on the rows.
    """

    parent: str
    low: int
    high: int
    a: Array
    b: Array | None
    neutral: float
    absent: float
    where: Node | None

    def into(self, state: State, out: Array, *, first: bool) -> None:
        """Add to, or multiply into, `out`; write it there when `first`.

        Parameters
        ----------
        state
            Rows with the parent drawn.
        out
            Shape (rows,).
        first
            Whether `out` holds nothing yet.
        """
        n = state.rows
        value = out if first else state.scratch.real("u", n)
        self._look_up(state, value)
        known = state.known(self.parent)
        if known is not None:
            np.copyto(value, self.absent, where=~known)
        if self.where is not None:
            applies = evaluate(self.where, state).data
            np.copyto(value, self.neutral, where=~np.asarray(applies, dtype=np.bool_))
        if not first:
            (np.add if self.neutral == 0 else np.multiply)(out, value, out=out)

    def _look_up(self, state: State, value: Array) -> None:
        codes = state.codes(self.parent)
        n, scratch = state.rows, state.scratch
        if self.b is None:
            entry = scratch.index("cell", n)
            np.subtract(codes, self.low, out=entry, dtype=np.intp)
            np.take(self.a, entry, out=value, mode="clip")
            return
        place = scratch.real("x", n)
        np.subtract(codes, self.low - 1, out=place, dtype=np.float64)
        np.clip(place, 1.0, self.high - self.low + 1.0, out=place)
        entry = scratch.index("cell", n)
        np.right_shift(place.view(np.int64), 52 - _BITS, out=entry)
        np.subtract(entry, _ONE, out=entry)
        slope = scratch.real("b", n)
        np.take(self.a, entry, out=value, mode="clip")
        np.take(self.b, entry, out=slope, mode="clip")
        np.multiply(slope, place, out=slope)
        np.add(value, slope, out=value)


def edges(low: int, high: int) -> Array:
    """Places, from 1, at which the entries of a long table begin, and where the last one ends."""
    last = float(high - low + 1)
    entries = int((np.array([last]).view(np.int64)[0] >> (52 - _BITS)) - _ONE) + 1
    octave, step = np.divmod(np.arange(entries + 1), 1 << _BITS)
    return np.asarray(np.ldexp(1.0 + step / (1 << _BITS), octave))


def contribution(
    parent: str,
    axis: Axis,
    codes: tuple[int, int],
    function: Callable[[Array], Array],
    *,
    where: Node | None,
    absent: float,
    neutral: float,
) -> Contribution:
    """Tabulate a function of a parent's position.

    Parameters
    ----------
    parent, axis
        The parent and how its codes are to be read.
    codes
        Its smallest and largest code; beyond them the function is held.
    function
        Of positions; gives what is added or multiplied.
    where, absent, neutral
        As in `Contribution`.
    """
    low, high = codes
    if high - low < _DIRECT:
        table = function(axis.positions(np.arange(low, high + 1)))
        return Contribution(parent, low, high, twelve_digits(table), None, neutral, absent, where)
    places = edges(low, high)
    value = function(axis.positions(np.minimum(places + (low - 1), high)))
    a, b = lines(places, value)
    return Contribution(parent, low, high, a, b, neutral, absent, where)


def lines(places: Array, value: Array) -> tuple[Array, Array]:
    """Give intercepts and slopes of the straight lines between values at places."""
    slope = np.diff(value) / np.diff(places)
    return twelve_digits(value[:-1] - slope * places[:-1]), twelve_digits(slope)


def combined(terms: tuple[Contribution, ...], state: State, out: Array) -> Array:
    """Combine all contributions in `out`, shape (rows,)."""
    for number, term in enumerate(terms):
        term.into(state, out, first=number == 0)
    return out
