"""Columns drawn on the Sobol set, for calibration.

Each child has its own set: its ancestors' coordinates are numbered by their
depth and name alone, so that what else a blueprint holds cannot change them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import count

import numpy as np
from numpy.typing import NDArray

from synth_magic.sampling.mixture import mean
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import Axis, Codes, Mask, Pilot, State
from synth_magic.sampling.steps import FormulaStep, LawStep, Step, TimeStep

Reals = NDArray[np.float64]
#: Gives codes of a law at even shares, shape (points,), from their number.
Even = Callable[[int], Reals]
Made = list[tuple[str, Codes, Mask | None]]
_LAST = 2.0**32 - 1
_PURPOSES = ("value", "administrative", "dropout")


class Pilots:
    """Pilot draws of the columns compiled so far.

    Parameters
    ----------
    axes
        Of the columns; grows while the compile goes on.
    """

    def __init__(self, axes: Mapping[str, Axis]) -> None:
        self._axes = axes
        self._steps: dict[str, tuple[Step, ...]] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._even: dict[str, Even] = {}
        self._depth: dict[str, int] = {}
        self._purposes: dict[str, tuple[str, ...]] = {}
        self._scratch: dict[int, Scratch] = {}
        self._drawn: dict[int, dict[object, tuple[int, Made]]] = {}
        self._serial = count()

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
        # Larger sets are a single child's; they take tens of megabytes.
        for larger in sorted(self._drawn)[1:]:
            del self._drawn[larger], self._scratch[larger]
        self._steps[name] = tuple(steps)
        self._parents[name] = tuple(parent for parent in parents if parent in self._steps)
        self._depth[name] = 1 + max((self._depth[up] for up in self._parents[name]), default=0)
        first = self._steps[name][0]
        many = 0 if isinstance(first, FormulaStep) else 3 if isinstance(first, TimeStep) else 1
        self._purposes[name] = _PURPOSES[:many]

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

    def dimensions(self, order: Iterable[str]) -> dict[tuple[str, str], int]:
        """Give each column's coordinates, by name and purpose; formulas have none."""
        pairs = [(name, purpose) for name in order for purpose in self._purposes[name]]
        return {pair: number for number, pair in enumerate(pairs)}

    def state(self, names: Iterable[str], log2_rows: int) -> State:
        """Draw columns, and all that they are drawn from, on the Sobol set."""
        order = self.ancestors(names)
        dimensions = self.dimensions(order)
        if log2_rows not in self._scratch:
            self._scratch[log2_rows] = Scratch(1 << log2_rows)
        state = State(Pilot(log2_rows, dimensions), self._axes, self._scratch[log2_rows])
        drawn = self._drawn.setdefault(log2_rows, {})
        serial: dict[str, int] = {}
        for name in order:
            above = tuple(serial[parent] for parent in self._parents[name])
            mark = (name, dimensions.get((name, "value")), above)
            if mark not in drawn:
                drawn[mark] = next(self._serial), self._draw(name, state, self._even.get(name))
            serial[name], made = drawn[mark]
            for column, codes, known in made:
                state.put(column, codes, known)
        return state

    def within(
        self, names: Iterable[str], log2_rows: int, by: str, code: int
    ) -> tuple[State, Reals | None]:
        """Draw columns given the value of one of them.

        The points are those of `state`; what hangs on `by` is drawn with this value.

        Returns
        -------
        state, weights
            Each point's weight, of mean 1: how probable the value is there.  None
            where all are alike.
        """
        order = self.ancestors(names)
        whole = self.state(names, log2_rows)
        state = State(whole.source, self._axes, whole.scratch)
        changed = {by}
        weights: Reals | None = None
        for name in order:
            if name == by:
                weights = self._chances(name, state, code)
                state.put(name, np.full(state.rows, code, dtype=self._axes[name].dtype))
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
            out = np.empty(state.rows, dtype=self._axes[name].dtype)
            ends = []
            for edge in (code, code + 1):  # the words below which the code is below the edge
                first = np.zeros(state.rows)
                for power in range(31, -1, -1):
                    words = first + (2.0**power - 1)
                    step.law.codes(words.astype(np.uint32), given, out, state.scratch)
                    first += np.where(out < edge, 2.0**power, 0.0)
                words = np.minimum(first, _LAST)
                step.law.codes(words.astype(np.uint32), given, out, state.scratch)
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

    def _draw(self, name: str, state: State, even: Even | None) -> Made:
        for step in self._steps[name]:
            step.draw(state, 0)
            if even is not None and isinstance(step, LawStep):
                _spread_evenly(name, state, even)
        return [
            (column, np.asarray(state.codes(column)), state.known(column))
            for column in self._made(name)
        ]


def _spread_evenly(name: str, state: State, even: Even) -> None:
    codes = np.asarray(state.codes(name))
    spread = np.empty_like(codes)
    top = state.axes[name].top
    # Short integers are sorted by their digits, four times as fast.
    short = codes.astype(np.uint16) if top is not None and top < 2**16 else codes
    spread[np.argsort(short, kind="stable")] = even(state.rows).astype(codes.dtype)
    state.put(name, spread, state.known(name))
