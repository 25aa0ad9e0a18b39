"""A Request: what the user said, a blueprint with holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synth_magic.blueprint.model import Blueprint, Column, Effect, Missing, Rule
from synth_magic.blueprint.targets import Targets
from synth_magic.errors import Path


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in the cell: line and column from 1, length in characters."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Either:
    """``A/B`` that may be a unit or two values; `reading` decides which Column it is."""

    column: str
    as_unit: Column
    as_values: Column


@dataclass(frozen=True, slots=True)
class Request:
    """What a cell says.

    Parameters
    ----------
    prose
        The description, one string, perhaps empty.
    columns
        Columns in the cell's order; each may be open (no type, no distribution).
        The facts in words are in `Column.stated`.
    rows, seed
        None where the cell does not say.
    spans
        Path of a problem (``("columns", "age", "mean")``) to its place in the cell.
    unread
        Pairs (column, words) that were not understood and are kept as description.
    either
        Columns with two readings.
    blueprint
        The whole blueprint, when the cell is one; then the other parts are its parts.
    targets
        Published numbers, where the cell has any.
    filled
        Pairs (expression, text): what ``{{ }}`` filled in from the notebook.
    cell_hash
        Hash of the cell's text as typed and of what ``{{ }}`` filled in.
    """

    prose: str = ""
    columns: tuple[Column, ...] = ()
    effects: tuple[Effect, ...] = ()
    rules: tuple[Rule, ...] = ()
    missing: tuple[Missing, ...] = ()
    rows: int | None = None
    table: str | None = None
    spans: Mapping[Path, Span] = field(default_factory=dict)
    unread: tuple[tuple[str, str], ...] = ()
    either: tuple[Either, ...] = ()
    blueprint: Blueprint | None = None
    targets: Targets | None = None
    filled: tuple[tuple[str, str], ...] = ()
    cell_hash: str = ""
