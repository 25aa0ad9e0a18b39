"""Steps of a plan: each draws or works out one column for some rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_magic.expressions import Node, evaluate
from synth_magic.sampling.draws import Drawn, Latent, Law, uniform
from synth_magic.sampling.state import State
from synth_magic.sampling.tables import EndTable


@dataclass(frozen=True, slots=True, eq=False)
class LawStep:
    """Draw a column from its conditional law."""

    name: str
    law: Law

    @property
    def makes(self) -> tuple[str, ...]:
        """Names of the columns that it draws."""
        return (self.name,)

    def draw(self, state: State, attempt: int) -> None:
        """Draw the column for all rows of `state`."""
        out = state.room(self.name)
        given = self.law.given(state)
        words = state.source.words(self.name, "value", attempt)
        self.law.codes(words, given, out, state.scratch)
        state.put(self.name, out)


@dataclass(frozen=True, slots=True, eq=False)
class TimeStep:
    """Draw an event time, censor it, and say whether the event was seen.

    Parameters
    ----------
    name, event
        The two columns.
    law
        Of the time before censoring, in steps of the time column.
    administrative
        Ends of the uniform end of follow-up, in steps, or None.
    dropout
        Exponential time of drop-out, in steps, or None.
    low
        Smallest time, in steps.
    """

    name: str
    event: str | None
    law: Drawn | Latent
    administrative: tuple[float, float] | None
    dropout: EndTable | None
    low: int

    @property
    def makes(self) -> tuple[str, ...]:
        """Names of the columns that it draws."""
        return (self.name,) if self.event is None else (self.name, self.event)

    def draw(self, state: State, attempt: int) -> None:
        """Draw the columns for all rows of `state`."""
        n, scratch = state.rows, state.scratch
        time = scratch.real("time", n)
        given = self.law.given(state)
        words = state.source.words(self.name, "value", attempt)
        self.law.places(words, given, time, scratch)
        until = scratch.real("time.until", n)
        until[:] = np.inf
        if self.administrative is not None:
            start, end = self.administrative
            u = scratch.real("time.u", n)
            uniform(state.source.words(self.name, "administrative", attempt), u)
            np.multiply(u, end - start, out=u)
            np.add(u, start, out=until)
        if self.dropout is not None:
            words = state.source.words(self.name, "dropout", attempt)
            left = self.dropout.values(words, scratch.real("time.u", n), scratch)
            np.minimum(until, left, out=until)
        if self.event is not None:
            seen = state.room(self.event)
            np.less_equal(time, until, out=seen.view(np.bool_))
            state.put(self.event, seen)
        np.minimum(time, until, out=time)
        np.ceil(time, out=time)
        np.maximum(time, self.low, out=time)
        np.subtract(time, self.low, out=time)
        out = state.room(self.name)
        np.copyto(out, time, casting="unsafe")
        state.put(self.name, out)


@dataclass(frozen=True, slots=True, eq=False)
class FormulaStep:
    """Work a column out of others; what cannot be worked out has no value.

    Parameters
    ----------
    name
        The column.
    node
        The formula, bound.
    factor
        Positions in one unit of the result: 86,400 where a date becomes a datetime.
    """

    name: str
    node: Node
    factor: float = 1.0

    @property
    def makes(self) -> tuple[str, ...]:
        """Names of the columns that it draws."""
        return (self.name,)

    def draw(self, state: State, attempt: int) -> None:
        """Work the column out for all rows of `state`."""
        axis = state.axes[self.name]
        vector = evaluate(self.node, state)
        n, scratch = state.rows, state.scratch
        places = scratch.real("x", n)
        np.multiply(vector.data, self.factor, out=places)
        axis.places(places, out=places)
        known = None if vector.known is None else np.broadcast_to(vector.known, (n,))
        size, usable = scratch.real("b", n), scratch.mask("rough", n)
        np.absolute(places, out=size)
        np.less(size, 2.0**53, out=usable)  # NaN and infinity are not
        if not usable.all():
            known = usable if known is None else known & usable
        if known is not None:
            np.copyto(places, 0.0, where=~known)
            known = None if known.all() else np.array(known)
        np.rint(places, out=places)
        out = state.room(self.name)
        np.copyto(out, places, casting="unsafe")
        state.put(self.name, out, known)


@dataclass(frozen=True, slots=True, eq=False)
class BlankStep:
    """Take a column's values away where a rule says that it does not apply."""

    name: str
    guard: Node

    @property
    def makes(self) -> tuple[str, ...]:
        """Names of the columns that it draws."""
        return (self.name,)

    def draw(self, state: State, attempt: int) -> None:
        """Blank the rows of `state` in which the guard is true."""
        gone = np.broadcast_to(np.asarray(evaluate(self.guard, state).data, bool), (state.rows,))
        known = state.known(self.name)
        state.blank(self.name, ~gone if known is None else known & ~gone)


Step = LawStep | TimeStep | FormulaStep | BlankStep
