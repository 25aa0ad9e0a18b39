"""The rows being drawn: their codes, what is known of them, and where words come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from synth_magic.expressions import Vector
from synth_magic.sampling import sobol, streams
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.streams import Seed, Words

Codes = NDArray[Any]
Mask = NDArray[np.bool_]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Axis:
    """How a readable column's codes stand for values: value = (code + low) / 10**decimals.

    Parameters
    ----------
    what
        As in an expression's `Kind`.
    low
        Smallest value, in steps of ``10 ** -decimals``.
    decimals
        Digits after the point; negative for steps of 10, 100 …
    top
        Largest code; None for formulas, whose codes are not bounded.
    """

    what: Literal["number", "truth", "choice", "date", "datetime", "text"]
    low: int = 0
    decimals: int = 0
    top: int | None = None

    @property
    def dtype(self) -> str:
        """Narrowest integer type that holds the codes."""
        if self.top is None or self.top >= 2**31 - 1:
            return "i8"
        return "i1" if self.what in ("truth", "choice") and self.top < 127 else "i4"

    def positions(self, codes: Codes, out: Reals | None = None) -> Reals:
        """Values of codes as numbers on the column's axis."""
        values = np.add(codes, self.low, out=out, dtype=np.float64)
        if self.decimals > 0:
            np.divide(values, 10.0**self.decimals, out=values)
        elif self.decimals < 0:
            np.multiply(values, 10.0**-self.decimals, out=values)
        return values

    def places(self, positions: Reals, out: Reals | None = None) -> Reals:
        """Codes before rounding of numbers on the column's axis."""
        if self.decimals >= 0:
            scaled = np.multiply(positions, 10.0**self.decimals, out=out)
        else:
            scaled = np.divide(positions, 10.0**-self.decimals, out=out)
        return np.asarray(np.subtract(scaled, self.low, out=out))

    def vector(self, codes: Codes, known: Mask | None, out: Reals | None = None) -> Vector:
        """Give what an expression reads; positions go to `out` where it is given."""
        if self.what == "truth":
            return Vector(codes.view(np.bool_), known)
        return Vector(codes if self.what == "choice" else self.positions(codes, out), known)


class Source(Protocol):
    """Where the words of some rows come from."""

    @property
    def rows(self) -> int:
        """How many."""

    def words(self, column: str, purpose: str, attempt: int) -> Words:
        """32 random bits a row."""

    def some(self, which: NDArray[np.intp]) -> Source:
        """Take some of the rows, by their place here."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive rows of the table."""

    seed: Seed
    start: int
    rows: int

    def words(self, column: str, purpose: str, attempt: int) -> Words:
        """32 random bits a row."""
        return streams.words(
            streams.key(self.seed, column, purpose, attempt), self.start, self.rows
        )

    def some(self, which: NDArray[np.intp]) -> Single:
        """Take some of the rows, by their place here."""
        return Single(self.seed, which + self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Single:
    """Single rows of the table, in increasing order."""

    seed: Seed
    numbers: NDArray[np.int64]

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.numbers)

    def words(self, column: str, purpose: str, attempt: int) -> Words:
        """32 random bits a row."""
        return streams.words_at(streams.key(self.seed, column, purpose, attempt), self.numbers)

    def some(self, which: NDArray[np.intp]) -> Single:
        """Take some of the rows, by their place here."""
        return Single(self.seed, self.numbers[which])


@dataclass(frozen=True, slots=True)
class Pilot:
    """Points of the Sobol set: a coordinate for each column."""

    log2_rows: int
    dimensions: Mapping[tuple[str, str], int]

    @property
    def rows(self) -> int:
        """How many points."""
        return 1 << self.log2_rows

    def words(self, column: str, purpose: str, attempt: int) -> Words:
        """Coordinates as 32 bits a row."""
        return sobol.points(self.dimensions[column, purpose], self.log2_rows)

    def some(self, which: NDArray[np.intp]) -> Source:
        """Refuse: a pilot's rows are never drawn anew."""
        raise NotImplementedError


class State(Mapping[str, Vector]):
    """Codes of the columns drawn so far; read as a mapping, it gives an expression's vectors.

    Parameters
    ----------
    source
        Where the words come from; it knows the rows.
    axes
        Of every readable column.
    scratch
        Room to work in.
    above
        For some rows of another state: that state and which rows; columns that
        are not drawn here are read there.
    lasting
        Whether arrays come from `scratch` and last until the next chunk.
    """

    def __init__(
        self,
        source: Source,
        axes: Mapping[str, Axis],
        scratch: Scratch,
        above: tuple[State, NDArray[np.intp]] | None = None,
        *,
        lasting: bool = False,
    ) -> None:
        self.source = source
        self.rows = source.rows
        self.axes = axes
        self.scratch = scratch
        self._above = above
        self._lasting = lasting
        self._codes: dict[str, Codes] = {}
        self._known: dict[str, Mask | None] = {}
        self._vectors: dict[str, Vector] = {}

    def __getitem__(self, name: str) -> Vector:
        found = self._vectors.get(name)
        if found is None:
            out = self.scratch.real(f"positions of {name}", self.rows) if self._lasting else None
            found = self.axes[name].vector(self.codes(name), self.known(name), out)
            self._vectors[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.axes)

    def __len__(self) -> int:
        return len(self.axes)

    def codes(self, name: str) -> Codes:
        """Codes of a column, shape (rows,)."""
        found = self._codes.get(name)
        if found is None:
            if self._above is None:
                raise KeyError(name)
            state, which = self._above
            found = state.codes(name)[which]
            self._codes[name] = found
        return found

    def known(self, name: str) -> Mask | None:
        """Which rows have a value, or None when all have."""
        if name not in self._known and self._above is not None:
            state, which = self._above
            mask = state.known(name)
            self._known[name] = None if mask is None else mask[which]
        return self._known.get(name)

    def room(self, name: str) -> Codes:
        """Give an array for a column's codes."""
        kind = self.axes[name].dtype
        if self._lasting:
            return self.scratch.array(f"codes of {name}", kind, self.rows)
        return np.empty(self.rows, dtype=kind)

    def put(self, name: str, codes: Codes, known: Mask | None = None) -> None:
        """Keep a column as drawn."""
        self._codes[name] = codes
        self._known[name] = known
        self._vectors.pop(name, None)

    def blank(self, name: str, known: Mask | None) -> None:
        """Say which rows of a column have a value."""
        self._known[name] = known
        self._vectors.pop(name, None)

    def take_over(self, name: str, other: State, here: NDArray[np.intp], there: Mask) -> None:
        """Copy a column of some rows back from `other`, a state of part of these rows."""
        codes = self.codes(name)
        codes[here] = other.codes(name)[there]
        theirs = other.known(name)
        mine = self.known(name)
        if theirs is not None or mine is not None:
            mask = np.ones(self.rows, dtype=np.bool_) if mine is None else mine.copy()
            mask[here] = True if theirs is None else theirs[there]
            self._known[name] = mask
        self._vectors.pop(name, None)

    def some(self, which: NDArray[np.intp]) -> State:
        """Take some of the rows, to be drawn anew."""
        return State(self.source.some(which), self.axes, self.scratch, (self, which))
