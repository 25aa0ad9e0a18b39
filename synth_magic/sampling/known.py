"""What a compile knows of the columns so far, and the effects of some of them on another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Problem
from synth_magic.expressions import Kind, bind, parse
from synth_magic.laws import Codec, Marginal
from synth_magic.laws.effects import Term, design
from synth_magic.sampling.designs import Part
from synth_magic.sampling.gaussian import Form, Normal, normal_design
from synth_magic.sampling.mixture import mean
from synth_magic.sampling.pilot import Even, Pilots
from synth_magic.sampling.state import Axis, State
from synth_magic.sampling.steps import Step
from synth_magic.sampling.target import Effects
from synth_magic.sampling.terms import Contribution, contribution

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """One column, compiled.

    Parameters
    ----------
    name
        The column.
    codecs, axes
        By name: the column's own and, of an event time, the event's.
    nullable
        Whether its values can miss.
    steps
        How it is drawn.
    law, delivered
        Its pooled law before and after rounding; ids and texts have none.
    span
        Smallest and largest code that its effects are tabulated for.
    even
        Gives codes at even shares of its law, for the pilot.
    latent
        The form of its latent value, where it is jointly normal with others.
    notes
        What there is to say of it.
    """

    name: str
    codecs: Mapping[str, Codec]
    nullable: bool
    axes: Mapping[str, Axis] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    law: Marginal | None = None
    delivered: Marginal | None = None
    span: tuple[int, int] = (0, 0)
    even: Even | None = None
    latent: Form | None = None
    notes: tuple[Problem, ...] = ()


class Known:
    """The columns compiled so far; grows in the order of drawing.

    Parameters
    ----------
    kinds
        What each readable name holds in expressions.
    """

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self.columns: dict[str, Compiled] = {}
        self.axes: dict[str, Axis] = {}
        self.laws: dict[str, Marginal] = {}
        self.pilots = Pilots(self.axes)

    def add(self, column: Compiled, parents: tuple[str, ...]) -> None:
        """Make a column known."""
        self.columns[column.name] = column
        self.axes.update(column.axes)
        if column.law is None:
            return
        self.laws[column.name] = column.law
        own = [step for step in column.steps if step.name == column.name]
        self.pilots.add(column.name, own, parents, column.even)

    def shares(self, name: str, levels: tuple[str, ...]) -> dict[str, float]:
        """Shares of a category's values."""
        upto = np.append(self.laws[name].cdf(np.arange(len(levels) - 1.0)), 1.0)
        return dict(zip(levels, np.diff(np.append(0.0, upto)).tolist(), strict=True))

    def effects(
        self,
        found: tuple[Term, ...],
        above: tuple[str, ...],
        log2_points: int,
        groups: tuple[str, tuple[float, ...]] | None = None,
    ) -> Effects:
        """Give effects on the pilot.

        Parameters
        ----------
        found
            The effects.
        above
            What their child is drawn from.
        log2_points
            Logarithm of the number of points.
        groups
            The child's grouping column, and the shares of its values.
        """
        state = self.pilots.state(above, log2_points)
        units, designs = [], []
        for term in found:
            unit, on_pilot = self._unit(term, state)
            units.append(unit)
            designs.append(on_pilot)
        columns = np.array(designs)
        normals = tuple(self._normal(term, state) for term in found)
        if groups is None:
            group, parts = None, [Part(columns, None, 1.0, normals)]
        else:
            by, shares = groups
            group = np.asarray(state.codes(by), dtype=np.int64)
            parts = []
            for code, share in enumerate(shares):
                inside, weights = self.pilots.within(above, log2_points, by, code)
                lines = np.empty(columns.shape)
                for unit, line in zip(units, lines, strict=True):
                    unit.into(inside, line, first=True)
                # Forms say nothing of points whose weights hang on what the forms are made of.
                held = normals if weights is None else (None,) * len(normals)
                parts.append(Part(lines, weights, share, held))
        dimensions = len(self.pilots.dimensions(self.pilots.ancestors(above)))
        return Effects(found, tuple(units), columns, group, tuple(parts), dimensions)

    def _unit(self, term: Term, state: State) -> tuple[Contribution, Array]:
        parent = self.columns[term.parent]
        law = parent.delivered
        if law is None:
            raise ValueError(f"{term.parent} has no law")
        unit = contribution(
            term.parent,
            self.axes[term.parent],
            parent.span,
            lambda positions: design(term, positions, law),
            where=None if term.where is None else bind(parse(term.where), self.kinds),
            absent=0.0,
            neutral=0.0,
        )
        known = state.known(term.parent)
        if known is not None and known.any():
            raw = np.empty(state.rows)
            replace(unit, where=None).into(state, raw, first=True)
            unit = replace(unit, absent=float(f"{mean(raw[known]):.10g}"))
        out = np.empty(state.rows)
        unit.into(state, out, first=True)
        return unit, out

    def _normal(self, term: Term, state: State) -> Normal | None:
        parent = self.columns[term.parent]
        if parent.latent is None or parent.delivered is None:
            return None
        if state.known(term.parent) is not None:
            return None
        return normal_design(term, parent.delivered, parent.latent)
