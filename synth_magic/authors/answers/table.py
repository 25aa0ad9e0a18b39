"""The table that a model is asked about: what is stated, known, computed, and so what is open."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from synth_magic.authors import formulas, links
from synth_magic.authors.formulas import Computed
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Column, Stated
from synth_magic.blueprint.request import Request
from synth_magic.reading import read
from synth_magic.reference import Reading, expect, pins

#: In which list of the answer a column stands; None where the model is to choose.
Kind = Literal["number", "yes_no", "choice", "date", "time", "text", "id"]


@dataclass(frozen=True, slots=True)
class Known:
    """One column as it stands before the model is asked.

    Parameters
    ----------
    column
        The user's, with type, unit, values and label of the reference filled in, and no law
        but the user's own.
    expected
        As the reference completes it, or None.
    computed
        The formula of the reference that gives it, or None.
    """

    column: Column
    expected: Column | None = None
    computed: Computed | None = None

    @property
    def kind(self) -> Kind | None:
        """In which list of an answer it stands."""
        column = self.column
        if column.type == "integer" and _zero_one(column):
            return "yes_no"
        by_type: dict[str | None, Kind] = {
            "integer": "number", "number": "number", "boolean": "yes_no", "category": "choice",
            "date": "date", "datetime": "date", "time_to_event": "time", "text": "text",
            "id": "id",
        }  # fmt: skip
        if column.type is None and (column.values or _shares(column)):
            return "choice"
        stated = column.stated or Stated()
        if column.type is None and stated.probability is not None:
            return "yes_no"
        if column.type is None and (column.unit or column.range or stated != Stated()):
            return "number"
        return by_type.get(column.type)

    @property
    def given(self) -> bool:
        """Whether nothing of its law is left for a model to say."""
        column = self.column
        if self.computed is not None or self.kind == "id":
            return True
        if column.formula is not None or column.survival is not None or column.template is not None:
            return True
        if self.kind == "date" and None not in (column.range or (None,)):
            return True
        return pins.full(column) and len(pins.open_values(column)) < 2

    @property
    def known(self) -> bool:
        """Whether the reference says its law."""
        return self.expected is not None and self.expected.distribution is not None


def _zero_one(column: Column) -> bool:
    return column.zero_one or column.range in ((0, 1), (0.0, 1.0))


def _shares(column: Column) -> bool:
    return column.stated is not None and column.stated.probabilities is not None


@dataclass(frozen=True)
class Table:
    """A request as read, column by column.

    Parameters
    ----------
    request
        Its columns are those of `known`: units and values settled.
    reading
        What its words mean.
    known
        By name, in order.
    """

    request: Request
    reading: Reading
    known: Mapping[str, Known]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(self.known)

    @property
    def open(self) -> tuple[str, ...]:
        """Names of the columns whose law a model is to say."""
        return tuple(name for name, one in self.known.items() if not one.given)

    @property
    def ours(self) -> bool:
        """Whether the reference speaks of these people: of adults, and nothing was left unread."""
        return not self.reading.outside and not self.reading.unread

    @cached_property
    def _plain(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.known:
            found.setdefault(plain(name), []).append(name)
        return found

    def name(self, text: str) -> str | None:
        """Find our column by a model's spelling: exact, else the only one that is alike."""
        if text in self.known:
            return text
        alike = self._plain.get(plain(text), [])
        return alike[0] if len(alike) == 1 else None

    def acts_between(self, one: str, other: str) -> bool:
        """Whether the user stated an effect between two columns."""
        ends = {one, other}
        return any(
            {
                graph.operand(effect.parent, self.names).column,
                graph.operand(effect.child, self.names).column,
            }
            == ends
            for effect in self.request.effects
        )


def plain(text: str) -> str:
    """Write a name without case, accents, spaces and separators."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in folded if sign.isalnum())


def alike(text: str, values: Iterable[str]) -> str | None:
    """Find a value by a model's spelling: exact, else the only one that is alike."""
    values = tuple(values)
    if text in values:
        return text
    found = [value for value in values if plain(value) == plain(text)]
    return found[0] if len(found) == 1 else None


def table_of(request: Request) -> Table:
    """Read a request that names its columns.

    Parameters
    ----------
    request
        With columns.
    """
    reading = read(request)
    everybody = {r.variable: r.value for r in reading.restrictions if r.value is not None}
    adults = not reading.outside
    found = formulas.found(reading.columns, request.effects, everybody, adults=adults)
    computed = {one.name: one for one in found}
    expected = expect(
        reading,
        derived=formulas.operands(computed, reading.columns),
        whole=links.whole(reading.columns, request.effects),
    )
    known = {}
    for read_, full in zip(reading.columns, expected.columns, strict=True):
        column = read_.column
        name = column.name
        if name in expected.order:
            fields = ("type", "unit", "decimals", "values", "ordered", "label", "concept")
            column = full.model_copy(
                update={
                    "distribution": column.distribution,
                    "range": column.range,
                    "sources": tuple((k, v) for k, v in full.sources if k in fields or v == "user"),
                }
            )
        closed = full if name in expected.order else None
        known[name] = Known(column, closed, computed.get(name))
    settled = replace(request, columns=tuple(one.column for one in known.values()), either=())
    return Table(settled, reading, known)
