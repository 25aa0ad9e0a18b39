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

#: Parents with at most so many codes have a table entry for each.
_DIRECT = 2**16
_BINS = 2**13


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """A function of one parent's code.

    Parameters
    ----------
    parent
        The parent's name.
    low
        Code of the table's first entry.
    shift
        Codes in an entry, as a power of two.
    a, b
        Value of each entry, and slope in the code within it (None: an entry a code).
    neutral
        Value in rows where the effect does not apply: 0 when added, 1 when multiplied.
    absent
        Value in rows where the parent has none.
    where
        Condition on the rows.
    """

    parent: str
    low: int
    shift: int
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
        value = out if first else state.scratch.real("term.value", n)
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
        if self.low == 0 and self.b is None:
            np.take(self.a, codes, out=value, mode="clip")
            return
        entry = state.scratch.array("term.entry", "i8", state.rows)
        np.subtract(codes, self.low, out=entry)
        np.clip(entry, 0, (len(self.a) << self.shift) - 1, out=entry)
        if self.b is None:
            np.take(self.a, entry, out=value, mode="clip")
            return
        slope = state.scratch.real("term.slope", state.rows)
        within = state.scratch.real("term.within", state.rows)
        np.copyto(within, entry)
        np.right_shift(entry, self.shift, out=entry)
        np.take(self.a, entry, out=value, mode="clip")
        np.take(self.b, entry, out=slope, mode="clip")
        np.multiply(slope, within, out=slope)
        np.add(value, slope, out=value)


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
    shift = 0
    if high - low >= _DIRECT:
        shift = max(0, (high - low).bit_length() - _BINS.bit_length() + 1)
    entries = ((high - low) >> shift) + 1
    if shift == 0:
        table = function(axis.positions(np.arange(low, high + 1)))
        return Contribution(parent, low, 0, twelve_digits(table), None, neutral, absent, where)
    edges = np.minimum(low + (np.arange(entries + 1) << shift), high)
    value = function(axis.positions(edges))
    run = np.maximum(np.diff(edges), 1).astype(np.float64)
    slope = np.diff(value) / run
    start = (edges[:-1] - low).astype(np.float64)
    return Contribution(
        parent,
        low,
        shift,
        twelve_digits(value[:-1] - slope * start),
        twelve_digits(slope),
        neutral,
        absent,
        where,
    )


def combined(terms: tuple[Contribution, ...], state: State, out: Array) -> Array:
    """Combine all contributions in `out`, shape (rows,)."""
    for number, term in enumerate(terms):
        term.into(state, out, first=number == 0)
    return out
