"""Conditional laws of a column, as tables: codes from uniforms, given the parents.

Drawing uses only ``+ - * /``, rint, comparisons, take and bit views, so that
codes have the same bits on every machine.  Codes never fall when the uniform
rises (nominal columns apart), which is what lets a rule with a known bound be
met without trying again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import Codes, State
from synth_magic.sampling.streams import Words
from synth_magic.sampling.tables import Array, CellTable, EndTable
from synth_magic.sampling.terms import Contribution, combined

_UNIT = 2.0**-32


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What a step has worked out of a row's parents: effects summed up (or odds), and the group."""

    effect: Array | None
    group: Codes | None

    def of(self, rows: NDArray[np.intp]) -> Given:
        """Give that of some rows, each as often as asked for."""
        effect = None if self.effect is None else self.effect[rows]
        return Given(effect, None if self.group is None else self.group[rows])


def uniform(words: Words, out: Array) -> Array:
    """Turn words into uniforms strictly inside (0, 1)."""
    np.add(words, 0.5, out=out)
    return np.multiply(out, _UNIT, out=out)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Numbers, dates and long lists of values without effects: Q(u).

    Parameters
    ----------
    table
        Q in codes, by group.
    by
        The grouping column, or None.
    """

    table: EndTable
    by: str | None = None

    def given(self, state: State) -> Given:
        """Give the group."""
        return Given(None, None if self.by is None else state.codes(self.by))

    def places(self, words: Words, given: Given, out: Array, scratch: Scratch) -> Array:
        """Codes before rounding."""
        return self.table.values(words, out, scratch, given.group)

    def codes(self, words: Words, given: Given, out: Codes, scratch: Scratch) -> None:
        """Turn words into codes."""
        _rounded(self.places(words, given, scratch.real("step", len(words)), scratch), out)


@dataclass(frozen=True, slots=True, eq=False)
class Latent:
    """Numbers, dates and times with effects: Q(F_L(eta + e)).

    Parameters
    ----------
    noise
        e in cells, from the grid's lower end.
    table
        Q(F_L(L)) in codes, by group.
    terms
        The effects in cells.
    scale
        Factor of the effects in each group, shape (groups,), or None.
    by
        The grouping column, or None.
    """

    noise: EndTable
    table: CellTable
    terms: tuple[Contribution, ...]
    scale: Array | None = None
    by: str | None = None

    def given(self, state: State) -> Given:
        """Sum up the effects."""
        eta = combined(self.terms, state, state.scratch.real("eta", state.rows))
        if self.by is None:
            return Given(eta, None)
        group = state.codes(self.by)
        if self.scale is not None:
            factor = state.scratch.real("x", state.rows)
            np.take(self.scale, group, out=factor, mode="clip")
            np.multiply(eta, factor, out=eta)
        return Given(eta, group)

    def places(self, words: Words, given: Given, out: Array, scratch: Scratch) -> Array:
        """Codes before rounding."""
        self.noise.values(words, out, scratch)
        if given.effect is not None:
            np.add(out, given.effect, out=out)
        return self.table.values(out, scratch, given.group)

    def codes(self, words: Words, given: Given, out: Codes, scratch: Scratch) -> None:
        """Turn words into codes."""
        _rounded(self.places(words, given, scratch.real("step", len(words)), scratch), out)


def _rounded(places: Array, out: Codes) -> None:
    np.rint(places, out=places)
    np.copyto(out, places, casting="unsafe")


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Few values without effects: how many thresholds a word reaches.

    Parameters
    ----------
    thresholds
        Shape (groups, values - 1), uint64: a value is the number of thresholds
        at or below its word.
    by
        The grouping column, or None.
    """

    thresholds: NDArray[np.uint64]
    by: str | None = None

    def given(self, state: State) -> Given:
        """Give the group."""
        return Given(None, None if self.by is None else state.codes(self.by))

    def codes(self, words: Words, given: Given, out: Codes, scratch: Scratch) -> None:
        """Turn words into codes."""
        reached = scratch.mask("rough", len(words))
        out[:] = 0
        for column in range(self.thresholds.shape[1]):
            line = self.thresholds[:, column]
            if given.group is None:
                if line[0] > np.uint64(0xFFFFFFFF):
                    continue
                np.greater_equal(words, line[0].astype(np.uint32), out=reached)
            else:
                each = scratch.array("shares.each", "u8", len(words))
                np.take(line, given.group, out=each, mode="clip")
                np.greater_equal(words, each, out=reached)
            np.add(out, reached, out=out, casting="unsafe")


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """Boolean and ordered columns with effects: a value's odds are products.

    The column is above cut j when (1 - u) < odds_j * u with odds_j = effect *
    base_j, which is the logistic model without a logarithm.

    Parameters
    ----------
    base
        Odds of being above each cut where the effects are 1, shape (groups, cuts).
    terms
        Factors of the odds.
    by
        The grouping column, or None.
    """

    base: Array
    terms: tuple[Contribution, ...]
    by: str | None = None

    def given(self, state: State) -> Given:
        """Multiply the factors."""
        odds = combined(self.terms, state, state.scratch.real("eta", state.rows))
        return Given(odds, None if self.by is None else state.codes(self.by))

    def codes(self, words: Words, given: Given, out: Codes, scratch: Scratch) -> None:
        """Turn words into codes."""
        n = len(words)
        u = uniform(words, scratch.real("u", n))
        rest = scratch.real("x", n)
        side = scratch.real("b", n)
        above = scratch.mask("rough", n)
        np.subtract(1.0, u, out=rest)
        if given.effect is not None:
            np.multiply(u, given.effect, out=u)
        out[:] = 0
        for cut in range(self.base.shape[1]):
            if given.group is None:
                np.multiply(u, self.base[0, cut], out=side)
            else:
                np.take(self.base[:, cut], given.group, out=side, mode="clip")
                np.multiply(side, u, out=side)
            np.less(rest, side, out=above)
            np.add(out, above, out=out, casting="unsafe")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Nominal columns with effects: multinomial logit by running sums of weights.

    Parameters
    ----------
    base
        Weight of each value where the effects are 1, shape (groups, values).
    terms
        Factors of each value's weight.
    by
        The grouping column, or None.
    """

    base: Array
    terms: tuple[tuple[Contribution, ...], ...]
    by: str | None = None

    def given(self, state: State) -> Given:
        """Give running sums of the weights, shape (values, rows)."""
        n, values = state.rows, self.base.shape[1]
        sums = state.scratch.lines("sums", values, n)
        weight = state.scratch.real("eta", n)
        for value in range(values):
            if self.by is None:
                weight[:] = self.base[0, value]
            else:
                np.take(self.base[:, value], state.codes(self.by), out=weight, mode="clip")
            for term in self.terms[value]:
                term.into(state, weight, first=False)
            if value == 0:
                sums[0] = weight
            else:
                np.add(sums[value - 1], weight, out=sums[value])
        return Given(sums, None)

    def codes(self, words: Words, given: Given, out: Codes, scratch: Scratch) -> None:
        """Turn words into codes."""
        sums = given.effect
        if sums is None:
            raise ValueError("a nominal column needs its parents")
        u = uniform(words, scratch.real("u", len(words)))
        np.multiply(u, sums[-1], out=u)
        above = scratch.mask("rough", len(words))
        out[:] = 0
        for running in sums[:-1]:
            np.greater(u, running, out=above)
            np.add(out, above, out=out, casting="unsafe")


Law = Drawn | Latent | Shares | Odds | Choice
