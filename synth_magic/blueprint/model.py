"""The Blueprint: everything that determines a synthetic table, except its seed.

Frozen pydantic values, since foreign text (a cell, a file, a model's answer)
enters here.  What the words mean is said in docs/blueprint.md; how they are
written in YAML in `yaml_form`; whether they can hold together in `check`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict

Source = Literal["user", "model", "reference", "guess"]
ColumnType = Literal[
    "integer", "number", "category", "boolean", "date", "datetime", "id", "text", "time_to_event"
]
Word = Literal["beta", "odds_ratio", "hazard_ratio", "difference", "correlation"]
SAMPLER = 1
VERSION = 1
WORDS: tuple[Word, ...] = get_args(Word)
SOURCES: tuple[Source, ...] = get_args(Source)
FAMILIES = (
    "normal",
    "lognormal",
    "gamma",
    "beta",
    "exponential",
    "weibull",
    "poisson",
    "negative_binomial",
    "uniform",
)


def _number(value: Any) -> Any:
    """Let finite whole and real numbers through as they are (63 stays 63)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"a number is wanted here, not {value!r}")
    if not math.isfinite(value) or abs(value) > 1e15:
        raise ValueError(f"a finite number below 1e15 is wanted here, not {value!r}")
    return value


def _position(value: Any) -> Any:
    return value if isinstance(value, str) else _number(value)


def _pairs(value: Any) -> Any:
    return tuple(value.items()) if isinstance(value, Mapping) else value


Number = Annotated[int | float, BeforeValidator(_number)]
#: A place on a column's axis: a number, or an ISO date or datetime as text.
Position = Annotated[int | float | str, BeforeValidator(_position)]


class Form(BaseModel):
    """Base of all parts: frozen, nothing unknown, tuples instead of lists."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Normal(Form):
    """Mean and SD of the column within its range."""

    mean: Position
    sd: Number


class Lognormal(Form):
    """`sigma` is the SD of the natural logarithm."""

    median: Number
    sigma: Number


class Gamma(Form):
    shape: Number
    scale: Number


class Beta(Form):
    """Stretched to the column's range."""

    a: Number
    b: Number


class Exponential(Form):
    mean: Number


class Weibull(Form):
    """S(t) = exp(-(t / scale) ** shape)."""

    shape: Number
    scale: Number


class Poisson(Form):
    mean: Number


class NegativeBinomial(Form):
    """Variance = mean + dispersion * mean ** 2."""

    mean: Number
    dispersion: Number


class Uniform(Form):
    low: Position
    high: Position


class Distribution(Form):
    """A stated marginal: exactly one form, with a point mass at zero if asked.

    `quantiles` are pairs (probability, position), `probabilities` pairs
    (value, share), `groups` pairs (value of the column `by`, distribution).
    The distributions in `groups` carry the source of the whole.
    """

    quantiles: Annotated[tuple[tuple[Number, Position], ...], BeforeValidator(_pairs)] | None = None
    normal: Normal | None = None
    lognormal: Lognormal | None = None
    gamma: Gamma | None = None
    beta: Beta | None = None
    exponential: Exponential | None = None
    weibull: Weibull | None = None
    poisson: Poisson | None = None
    negative_binomial: NegativeBinomial | None = None
    uniform: Uniform | None = None
    probabilities: Annotated[tuple[tuple[str, Number], ...], BeforeValidator(_pairs)] | None = None
    probability: Number | None = None
    by: str | None = None
    groups: Annotated[tuple[tuple[str, Distribution], ...], BeforeValidator(_pairs)] | None = None
    zero_share: Number | None = None
    source: Source

    @property
    def kind(self) -> str | None:
        """Name of the form that is stated (``normal``, ``quantiles``, ``groups`` …)."""
        forms = ("quantiles", *FAMILIES, "probabilities", "probability", "groups")
        return next((form for form in forms if getattr(self, form) is not None), None)


class Stated(Form):
    """Facts as somebody stated them, which a distribution then has to meet.

    On a Request's column they may be incomplete; on a Blueprint's column they
    stay beside the distribution so that the report can compare.
    """

    mean: Position | None = None
    sd: Number | None = None
    median: Position | None = None
    quartiles: tuple[Position, Position] | None = None
    quantiles: Annotated[tuple[tuple[Number, Position], ...], BeforeValidator(_pairs)] | None = None
    probabilities: Annotated[tuple[tuple[str, Number], ...], BeforeValidator(_pairs)] | None = None
    probability: Number | None = None
    zero_share: Number | None = None


class Censoring(Form):
    """Independent censoring: `administrative` uniform between two times, drop-out a year."""

    administrative: tuple[Number, Number] | None = None
    dropout_per_year: Number | None = None


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
    survival: Annotated[tuple[tuple[Number, Number], ...], BeforeValidator(_pairs)] | None = None
    event: str | None = None
    censoring: Censoring | None = None
    stated: Stated | None = None
    sources: Annotated[tuple[tuple[str, Source], ...], BeforeValidator(_pairs)] = ()

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


class Blueprint(Form):
    """The joint distribution of a table, in a form that people can read and edit."""

    version: Literal[1] = VERSION
    sampler: int = SAMPLER
    table: str | None = None
    population: str | None = None
    columns: tuple[Column, ...]
    effects: tuple[Effect, ...] = ()
    rules: tuple[Rule, ...] = ()
    missing: tuple[Missing, ...] = ()
