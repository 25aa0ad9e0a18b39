"""Tables that turn uniforms and latent values into codes without a search.

Two kinds, both piecewise linear.  An `EndTable` is a function of a 32-bit
uniform; its cells are found from the bits of the uniform's distance to its
nearer end as a float, 64 cells an octave, so both tails are dense by
themselves.  A `CellTable` is a function of a latent value counted in cells of
an even grid.  Where a law has atoms or gaps, a straight line through a cell is
wrong; rows in such cells are few, and are looked up in the law's own polyline.

Only ``+ *``, rint, comparisons, take and bit views are used on rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.laws.marginal import Marginal
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.streams import Words

Array = NDArray[np.float64]
Ints = NDArray[np.int32]

_OCTAVES = 32
_PER_OCTAVE = 64
_CELLS = _OCTAVES * _PER_OCTAVE
#: float32 bits, without the 17 that lie within a cell: 0.5 has exponent 126.
_SHIFT = 17
_FIRST = 126 * _PER_OCTAVE
_UPPER = 256 * _PER_OCTAVE
#: Entries of one table: the lower end's cells, a gap, the upper end's cells.
WIDTH = _UPPER + _CELLS + 1
_UNIT = 2.0**-32
#: A straight line may miss a share by so much.
_TOLERANCE = 1e-5


def twelve_digits(values: Array) -> Array:
    """Round to 40 bits, some 12 digits, so that tables are equal on every machine."""
    bits = np.ascontiguousarray(values, dtype=np.float64).view(np.int64)
    return ((bits + 2048) & ~np.int64(4095)).view(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Polyline:
    """A piecewise linear function with jumps, searched: for the few rows that need it.

    Parameters
    ----------
    t
        Knots, nondecreasing, shape (k,).
    value, slope
        Value at the left knot and slope of the piece that ends at each knot, shape (k,).
    """

    t: Array
    value: Array
    slope: Array

    @classmethod
    def through(cls, t: Array, value: Array) -> Polyline:
        """Join the points (t, value); two at the same t make a jump."""
        run, rise = np.diff(t), np.diff(value)
        slope = np.divide(rise, run, out=np.zeros_like(run), where=run > 0)
        start = np.where(run > 0, value[:-1], value[1:])
        return cls(
            twelve_digits(t),
            twelve_digits(np.append(value[0], start)),
            twelve_digits(np.append(0.0, slope)),
        )

    def at(self, t: Array) -> Array:
        """Evaluate at `t`; a jump belongs to what is right of it."""
        piece = np.clip(np.searchsorted(self.t, t, side="left"), 1, len(self.t) - 1)
        return self.value[piece] + self.slope[piece] * (t - self.t[piece - 1])


@dataclass(frozen=True, slots=True, eq=False)
class EndTable:
    """A function of a 32-bit uniform, for one group or several.

    Parameters
    ----------
    a, b
        Intercept and slope of each cell in the signed distance, shape (groups * WIDTH,).
    rough
        Whether a cell holds a jump, shape (groups * WIDTH,), or None.
    exact
        The function itself, by group, for rows in rough cells.
    """

    a: Array
    b: Array
    rough: NDArray[np.bool_] | None = None
    exact: tuple[Polyline | None, ...] = ()

    def values(
        self, words: Words, out: Array, scratch: Scratch, group: Ints | None = None
    ) -> Array:
        """Evaluate for each row.

        Parameters
        ----------
        words
            32 random bits a row, shape (n,).
        out
            Where the values go, shape (n,), float64.
        scratch
            Room to work in.
        group
            Number of each row's group, shape (n,).
        """
        n = len(words)
        signed = words.view(np.int32)
        x = scratch.real("x", n)
        np.add(signed, 0.5, out=x)
        single = scratch.array("single", "f4", n)
        np.add(signed, np.float32(0.5), out=single, dtype=np.float32, casting="unsafe")
        cell = single.view(np.uint32)
        np.right_shift(cell, _SHIFT, out=cell)
        index = scratch.index("cell", n)
        np.subtract(cell.view(np.int32), _FIRST, out=index)
        if group is not None:
            _within(group, WIDTH, index, scratch)
        part = scratch.real("b", n)
        np.take(self.a, index, out=out, mode="clip")
        np.take(self.b, index, out=part, mode="clip")
        np.multiply(part, x, out=part)
        np.add(out, part, out=out)
        if self.rough is not None:
            mark = scratch.mask("rough", n)
            np.take(self.rough, index, out=mark, mode="clip")
            rows = np.flatnonzero(mark)
            if len(rows):
                at = np.add(words[rows], 0.5, dtype=np.float64) * _UNIT
                _mend(out, rows, at, self.exact, group)
        return out


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """A function of a latent value counted in cells, for one group or several.

    Parameters
    ----------
    a, b
        Intercept and slope of each cell, shape (groups * cells,).
    cells
        Number of cells.
    rough, exact
        As in `EndTable`, over the latent value in cells.
    """

    a: Array
    b: Array
    cells: int
    rough: NDArray[np.bool_] | None = None
    exact: tuple[Polyline | None, ...] = ()

    def values(self, latent: Array, scratch: Scratch, group: Ints | None = None) -> Array:
        """Evaluate in place; values beyond the grid count as its ends.

        Parameters
        ----------
        latent
            Latent values in cells from the grid's lower end, shape (n,).
        scratch
            Room to work in.
        group
            Number of each row's group, shape (n,).
        """
        n = len(latent)
        np.maximum(latent, 0.0, out=latent)
        np.minimum(latent, self.cells * (1 - 2.0**-40), out=latent)
        index = scratch.index("cell", n)
        np.copyto(index, latent, casting="unsafe")
        if group is not None:
            _within(group, self.cells, index, scratch)
        rows = None
        if self.rough is not None:
            mark = scratch.mask("rough", n)
            np.take(self.rough, index, out=mark, mode="clip")
            rows = np.flatnonzero(mark)
            at = latent[rows]
        part = scratch.real("b", n)
        np.take(self.b, index, out=part, mode="clip")
        np.multiply(latent, part, out=latent)
        np.take(self.a, index, out=part, mode="clip")
        np.add(latent, part, out=latent)
        if rows is not None and len(rows):
            _mend(latent, rows, at, self.exact, group)
        return latent


def _within(group: Ints, width: int, index: NDArray[np.intp], scratch: Scratch) -> None:
    """Move cells on to the part of a table that belongs to their group."""
    offset = scratch.index("group", len(index))
    np.multiply(group, width, out=offset, dtype=np.intp)
    np.add(index, offset, out=index)


def _mend(
    out: Array,
    rows: NDArray[np.intp],
    at: Array,
    exact: tuple[Polyline | None, ...],
    group: Ints | None,
) -> None:
    which = None if group is None else group[rows]
    for number, line in enumerate(exact):
        if line is not None:
            chosen = slice(None) if which is None else which == number
            out[rows[chosen]] = line.at(at[chosen])


# Making them ----------------------------------------------------------------------


def _distances() -> Array:
    """Distances to the nearer end at the cells' edges, as shares, shape (_CELLS + 1,)."""
    octave, step = np.divmod(np.arange(_CELLS + 1), _PER_OCTAVE)
    return np.asarray(np.ldexp(1.0 + step / _PER_OCTAVE, octave - 1) * _UNIT)


def end_table(
    functions: Sequence[Callable[[Array, bool], Array]],
    exact: Sequence[Polyline] = (),
    rough: Sequence[Callable[[Array, Array], NDArray[np.bool_]]] = (),
) -> EndTable:
    """Tabulate functions of a uniform, one a group.

    Parameters
    ----------
    functions
        Each takes distances to an end, and whether it is the upper one.
    exact
        The functions as polylines of the uniform.
    rough
        Each takes the uniforms at the cells' edges, increasing, and the values
        there, and tells in which cells a straight line is not good enough.
    """
    distance = _distances()
    a, b = np.zeros(len(functions) * WIDTH), np.zeros(len(functions) * WIDTH)
    marks = np.zeros(len(functions) * WIDTH, dtype=bool)
    for number, function in enumerate(functions):
        for upper in (False, True):
            x = distance / _UNIT * (-1.0 if upper else 1.0)
            value = function(distance, upper)
            slope = np.diff(value) / np.diff(x)
            first = number * WIDTH + (_UPPER if upper else 0)
            where = slice(first, first + _CELLS)
            a[where], b[where] = value[:-1] - slope * x[:-1], slope
            if rough:
                if upper:
                    marks[where] = rough[number]((1 - distance)[::-1], value[::-1])[::-1]
                else:
                    marks[where] = rough[number](distance, value)
            # Rounding to float32 may carry a row over the last edge, to one half itself.
            for table in (a, b, marks):
                table[first + _CELLS] = table[first + _CELLS - 1]
    if not marks.any():
        return EndTable(twelve_digits(a), twelve_digits(b))
    return EndTable(twelve_digits(a), twelve_digits(b), marks, tuple(exact))


def holding(edges: Array, points: Array) -> NDArray[np.bool_]:
    """Which cells between `edges` hold, or all but touch, one of the points."""
    held = np.zeros(len(edges) - 1, dtype=bool)
    inside = points[(points >= edges[0]) & (points <= edges[-1])]
    slack = 1e-6 * np.diff(edges)[1:]
    for shift in (-slack, slack):
        held[np.searchsorted(edges[1:-1] + shift, inside, side="right")] = True
    return held


def bends(law: Marginal) -> Array:
    """Probabilities at which a law's quantile function jumps or bends at an atom."""
    atom = (np.diff(law.x) <= 0) & (np.diff(law.F) > 0)
    gap = (np.diff(law.x) > 0) & (np.diff(law.F) <= 0)
    edges = np.concatenate([law.F[:-1][atom | gap], law.F[1:][atom | gap]])
    return np.unique(edges[(edges > 0) & (edges < 1)])


def crooked(law: Marginal, position: Array, share: Array) -> NDArray[np.bool_]:
    """Where a position is not the quantile of its share, to within 1e-5.

    Parameters
    ----------
    law
        The law.
    position, share
        In the middle of cells, by a straight line and in truth, shape (cells,) each.
    """
    low, high = law.support
    under = (law.below(position) > share + _TOLERANCE) & (position > low)
    over = (law.cdf(position) < share - _TOLERANCE) & (position < high)
    return np.asarray(under | over)
