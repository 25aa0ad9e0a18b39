"""Columns drawn on the Sobol set, for calibration.

Each child has its own set: its ancestors' coordinates are numbered by their
depth and name alone, so that what else a blueprint holds cannot change them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from synth_magic.sampling.mixture import mean
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import Axis, Codes, Mask, Pilot, State
from synth_magic.sampling.steps import LawStep, Step, TimeStep

Reals = NDArray[np.float64]
#: Gives codes of a law at even shares, shape (points,), from their number.
Even = Callable[[int], Reals]
_LAST = 2.0**32 - 1
_PURPOSES = ("value", "administrative", "dropout")


class Pilots:
    """Pilot draws of the columns compiled so far.

    Parameters
    ----------
    log2_rows
        Logarithm of the number of points.
    axes
        Of the columns; grows while the compile goes on.
    """

    def __init__(self, log2_rows: int, axes: Mapping[str, Axis]) -> None:
        self.log2_rows = log2_rows
        self.rows = 1 << log2_rows
        self._axes = axes
        self._steps: dict[str, list[Step]] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._even: dict[str, Even] = {}
        self._depth: dict[str, int] = {}
        self._scratch = Scratch(self.rows)
        self._drawn: dict[object, list[tuple[str, Codes, Mask | None]]] = {}

    def add(
        self, name: str, steps: Iterable[Step], parents: Iterable[str], even: Even | None
    ) -> None:
        """Make known how a column is drawn, and from what.

        `even` gives codes at even shares of its law.  On the pilot the column's codes
        give way to those of the same ranks, so that errors of calibration, small as
        they are, do not add up from one generation to the next.
        """
        if even is not None:
            self._even[name] = even
        self._steps[name] = list(steps)
        self._parents[name] = tuple(parent for parent in parents if parent in self._steps)
        self._depth[name] = 1 + max((self._depth[up] for up in self._parents[name]), default=0)

    def ancestors(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give the columns, and all that they are drawn from, by depth and name."""
        found: set[str] = set()
        waiting = [name for name in names if name in self._steps]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._parents[name])
        return tuple(sorted(found, key=lambda name: (self._depth[name], name)))

    def state(self, names: Iterable[str]) -> State:
        """Draw columns, and all that they are drawn from, on the Sobol set."""
        order = self.ancestors(names)
        dimensions: dict[tuple[str, str], int] = {}
        for name in order:
            timed = any(isinstance(step, TimeStep) for step in self._steps[name])
            for purpose in _PURPOSES if timed else _PURPOSES[:1]:
                dimensions[name, purpose] = len(dimensions)
        state = State(Pilot(self.log2_rows, dimensions), self._axes, self._scratch)
        for name in order:
            above = {name, *self.ancestors([name])}
            mark = (name, tuple(sorted((k, v) for k, v in dimensions.items() if k[0] in above)))
            if mark not in self._drawn:
                self._drawn[mark] = self._draw(name, state, self._even.get(name))
            for column, codes, known in self._drawn[mark]:
                state.put(column, codes, known)
        return state

    def within(self, names: Iterable[str], by: str, code: int) -> tuple[State, Reals | None]:
        """Draw columns given the value of one of them.

        The points are those of `state`; what hangs on `by` is drawn with this value.

        Returns
        -------
        state, weights
            Each point's weight, of mean 1: how probable the value is there.  None
            where all are alike.
        """
        order = self.ancestors(names)
        whole = self.state(names)
        state = State(whole.source, self._axes, self._scratch)
        changed = {by}
        weights: Reals | None = None
        for name in order:
            if name == by:
                weights = self._chances(name, state, code)
                state.put(name, np.full(self.rows, code, dtype=self._axes[name].dtype))
            elif changed.intersection(self._parents[name]):
                changed.add(name)
                self._draw(name, state, None)
            else:
                for made in self._made(name):
                    state.put(made, whole.codes(made), whole.known(made))
        return state, weights

    def _chances(self, name: str, state: State, code: int) -> Reals | None:
        """Weights of the points by the chance that a column has a value there."""
        step = self._steps[name][0]
        if isinstance(step, LawStep):
            given = step.law.given(state)
            out = np.empty(self.rows, dtype=self._axes[name].dtype)
            ends = []
            for edge in (code, code + 1):  # the words below which the code is below the edge
                first = np.zeros(self.rows)
                for power in range(31, -1, -1):
                    words = first + (2.0**power - 1)
                    step.law.codes(words.astype(np.uint32), given, out, self._scratch)
                    first += np.where(out < edge, 2.0**power, 0.0)
                step.law.codes(
                    np.minimum(first, _LAST).astype(np.uint32), given, out, self._scratch
                )
                ends.append(first + (out < edge))
            chances = ends[1] - ends[0]
        else:
            step.draw(state, 0)
            chances = (np.asarray(state.codes(name)) == code).astype(np.float64)
        if chances.max() == chances.min():
            return None
        return np.asarray(chances / mean(chances))

    def _made(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(made for step in self._steps[name] for made in step.makes))

    def _draw(
        self, name: str, state: State, even: Even | None
    ) -> list[tuple[str, Codes, Mask | None]]:
        made = [name]
        for step in self._steps[name]:
            step.draw(state, 0)
            if even is not None and isinstance(step, LawStep):
                _spread_evenly(name, state, even)
            if isinstance(step, TimeStep) and step.event is not None:
                made.append(step.event)
        return [(column, np.asarray(state.codes(column)), state.known(column)) for column in made]


def _spread_evenly(name: str, state: State, even: Even) -> None:
    codes = np.asarray(state.codes(name))
    spread = np.empty_like(codes)
    spread[np.argsort(codes, kind="stable")] = even(state.rows).astype(codes.dtype)
    state.put(name, spread, state.known(name))
