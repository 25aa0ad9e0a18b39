"""Stated marginals: the families and their parameters, and facts to be met."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Source = Literal["user", "model", "reference", "guess"]
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


#: Smaller numbers leave the doubles as soon as one is divided by them.
_LEAST = 1e-15


def _number(value: Any) -> Any:
    """Let finite whole and real numbers through as they are (63 stays 63)."""
    if not isinstance(value, (int, float)) and hasattr(value, "item"):
        value = value.item()  # a NumPy scalar
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"a number is wanted here, not {value!r}")  # noqa: TRY004 - for pydantic
    if not math.isfinite(value) or abs(value) > 1e15:
        raise ValueError(f"a finite number below 1e15 is wanted here, not {value!r}")
    if 0 < abs(value) < _LEAST:
        raise ValueError(f"{value!r} is too near to 0: write 0 or a larger number")
    return float(value) if isinstance(value, float) else value


def _position(value: Any) -> Any:
    return value if isinstance(value, str) else _number(value)


def pairs(value: Any) -> Any:
    """Take a mapping as pairs, so that the value can be hashed."""
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
    """Mean = shape * scale."""

    shape: Number
    scale: Number


class Beta(Form):
    """Stretched to the column's range."""

    a: Number
    b: Number


class Exponential(Form):
    """Rate = 1 / mean."""

    mean: Number


class Weibull(Form):
    """S(t) = exp(-(t / scale) ** shape)."""

    shape: Number
    scale: Number


class Poisson(Form):
    """Counts whose variance is their mean."""

    mean: Number


class NegativeBinomial(Form):
    """Variance = mean + dispersion * mean ** 2."""

    mean: Number
    dispersion: Number


class Uniform(Form):
    """Every position from `low` to `high` alike."""

    low: Position
    high: Position


class Distribution(Form):
    """A stated marginal: exactly one form, with a point mass at zero if asked.

    `quantiles` are pairs (probability, position), `probabilities` pairs
    (value, share), `groups` pairs (value of the column `by`, distribution).
    The distributions in `groups` carry the source of the whole.
    """

    quantiles: Annotated[tuple[tuple[Number, Position], ...], BeforeValidator(pairs)] | None = None
    normal: Normal | None = None
    lognormal: Lognormal | None = None
    gamma: Gamma | None = None
    beta: Beta | None = None
    exponential: Exponential | None = None
    weibull: Weibull | None = None
    poisson: Poisson | None = None
    negative_binomial: NegativeBinomial | None = None
    uniform: Uniform | None = None
    probabilities: Annotated[tuple[tuple[str, Number], ...], BeforeValidator(pairs)] | None = None
    probability: Number | None = None
    by: str | None = None
    groups: Annotated[tuple[tuple[str, Distribution], ...], BeforeValidator(pairs)] | None = None
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
    quantiles: Annotated[tuple[tuple[Number, Position], ...], BeforeValidator(pairs)] | None = None
    probabilities: Annotated[tuple[tuple[str, Number], ...], BeforeValidator(pairs)] | None = None
    probability: Number | None = None
    zero_share: Number | None = None


class Censoring(Form):
    """Independent censoring: `administrative` uniform between two times, drop-out a year."""

    administrative: tuple[Number, Number] | None = None
    dropout_per_year: Number | None = None
