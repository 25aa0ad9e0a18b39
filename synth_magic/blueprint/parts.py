"""The parts of a blueprint: columns, effects, rules, missing values."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator

from synth_magic.blueprint.distribution import (
    Censoring,
    Distribution,
    Form,
    Number,
    Position,
    Source,
    Stated,
    pairs,
)

ColumnType = Literal[
    "integer", "number", "category", "boolean", "date", "datetime", "id", "text", "time_to_event"
]
Word = Literal["beta", "odds_ratio", "hazard_ratio", "difference", "correlation"]
WORDS: tuple[Word, ...] = get_args(Word)
SOURCES: tuple[Source, ...] = get_args(Source)


class Column(Form):
    """One column; `distribution`, `formula` and `survival` exclude one another.

    `range` may be open at one end (None).  `sources` are pairs (field, source)
    for the fields other than `distribution`; a field without an entry is the
    user's.
    """

    name: str
    type: ColumnType | None = None
    unit: str | None = None
    range: tuple[Position | None, Position | None] | None = None
    values: tuple[str, ...] | None = None
    ordered: bool | None = None
    decimals: int | None = None
    label: str | None = None
    description: str | None = None
    concept: str | None = None
    hidden: bool | None = None
    pattern: str | None = None
    template: str | None = None
    distribution: Distribution | None = None
    formula: str | None = None
    survival: Annotated[tuple[tuple[Number, Number], ...], BeforeValidator(pairs)] | None = None
    event: str | None = None
    censoring: Censoring | None = None
    stated: Stated | None = None
    sources: Annotated[tuple[tuple[str, Source], ...], BeforeValidator(pairs)] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """Values in their order: ``values``, else the keys of ``probabilities``.

        A boolean's are no and yes, those of whole numbers drawn like one 0 and 1;
        a column that has none gives ().
        """
        if self.type == "boolean":
            return ("no", "yes")
        if self.zero_one:
            return ("0", "1")
        if self.values is not None:
            return self.values
        law = self.distribution
        if self.type != "category" or law is None:
            return ()
        parts = (law, *(part for _, part in law.groups or ()))
        return tuple(dict.fromkeys(key for part in parts for key, _ in part.probabilities or ()))

    @property
    def zero_one(self) -> bool:
        """Whether the column holds whole numbers 0 and 1 that are drawn like a boolean."""
        law = self.distribution
        if self.type != "integer" or law is None:
            return False
        parts = [part for _, part in law.groups] if law.groups else [law]
        return all(part.probability is not None for part in parts)

    @property
    def delivers(self) -> tuple[str, ...]:
        """Names of the table's columns that this one makes."""
        if self.hidden:
            return ()
        return (self.name,) if self.event is None else (self.name, self.event)

    def source_of(self, field: str) -> Source:
        """Who stated `field`."""
        if field == "distribution" and self.distribution is not None:
            return self.distribution.source
        return dict(self.sources).get(field, "user")


class Effect(Form):
    """A directed effect: `parent` and `child` may be ``column`` or ``column=value``.

    `size` is read by its `word`; `per` is the step in the parent's unit that
    the size belongs to; `where` is a condition on the rows.
    """

    parent: str
    child: str
    word: Word
    size: Number
    per: Number | None = None
    where: str | None = None
    source: Source


class Rule(Form):
    """A rule in the expression language, to hold in every row."""

    text: str
    source: Source


class Missing(Form):
    """Missing values of `column`: a share, perhaps depending on another column."""

    column: str
    rate: Number
    depends_on: str | None = None
    word: Literal["beta", "odds_ratio"] | None = None
    size: Number | None = None
    source: Source
