"""From a model's quantiles to a law that keeps what the user stated.

The tails are ours: the law beyond the outermost quantiles comes from the range and from
the shape of the rest, never from a model's extremes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synth_magic.authors.answers.form import AmountRow, NumberRow
from synth_magic.authors.answers.told import UnfitError
from synth_magic.blueprint.model import Column, Distribution, Stated
from synth_magic.errors import SpecError
from synth_magic.laws import fit, solve
from synth_magic.reference.filling import plain

#: Least share of a law that has to lie within the user's range.
WITHIN = 0.5
#: A mean of the user's is met this closely, in SDs.
CLOSE = 0.005
#: Factors between which a law is scaled to a stated centre.
FARTHEST = 4.0
ROUNDS = 24

Pairs = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a row says of a law: rising quantiles, and a share of zeros beside them."""

    quantiles: Pairs
    zeros: float = 0.0

    def moved(self, change: Callable[[float], float]) -> Shape:
        """Give the same shape with every quantile changed."""
        return Shape(tuple((p, change(x)) for p, x in self.quantiles), self.zeros)

    @property
    def median(self) -> float:
        """The middle quantile."""
        return dict(self.quantiles)[0.5]


def shape_of(row: NumberRow | AmountRow) -> Shape:
    """Read a row's quantiles.

    Raises
    ------
    UnfitError
        Where one is missing, they fall, or have no spread.
    """
    zeros = 0.0
    pairs: tuple[tuple[float, float | None], ...]
    if isinstance(row, AmountRow):
        pairs = ((0.05, row.low), (0.5, row.typical), (0.95, row.high))
        words = "low, typical and high"
    else:
        pairs = ((0.05, row.p5), (0.25, row.p25), (0.5, row.p50), (0.75, row.p75), (0.95, row.p95))
        words = "p5, p25, p50, p75 and p95"
        zeros = row.zero_share or 0.0
        zeros = zeros / 100 if 1 < zeros <= 100 else zeros
    found = tuple((p, x) for p, x in pairs if x is not None)
    if len(found) < len(pairs):
        raise UnfitError(f"{words} must all be numbers")
    values = [x for _, x in found]
    if values != sorted(values):
        raise UnfitError(f"{words} must rise, not {_listed(values)}")
    if values[0] == values[-1]:
        raise UnfitError(f"{words} are all {plain(values[0])}: people differ")
    if not 0 <= zeros < 1:
        raise UnfitError(f"zero_share is {zeros:g}, not a share from 0 to 1")
    return Shape(tuple((p, plain(x)) for p, x in found), zeros)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{x:.6g}" for x in values)


def pooled(shapes: Sequence[Shape]) -> Shape:
    """Average quantile functions, each group alike: a law for all where one is needed."""
    first = shapes[0]
    each = [dict(shape.quantiles) for shape in shapes]
    pairs = tuple(
        (p, plain(sum(q[p] for q in each) / len(each)))
        for p, _ in first.quantiles
        if all(p in q for q in each)
    )
    return Shape(pairs, sum(shape.zeros for shape in shapes) / len(shapes))


# Laws -------------------------------------------------------------------------------


def law(column: Column, shape: Shape) -> Distribution:
    """Make the law of a column from a shape, within the column's range.

    Parameters
    ----------
    column
        With type and range; its stated facts are not looked at.
    shape
        In the column's unit.

    Raises
    ------
    UnfitError
        Where most of it lies outside the range.
    """
    shape = within(column, shape)
    if shape.zeros:
        return Distribution(quantiles=shape.quantiles, zero_share=shape.zeros, source="model")
    facts = Stated(quantiles=shape.quantiles)
    named = (*((k, s) for k, s in column.sources if k != "stated"), ("stated", "model"))
    try:
        made, _ = fit(
            column.model_copy(update={"stated": facts, "sources": named, "distribution": None})
        )
    except SpecError as error:
        raise UnfitError(error.problems[0].what) from None
    return made.model_copy(update={"source": "model"})


def within(column: Column, shape: Shape) -> Shape:
    """Reshape quantiles that reach beyond the range: the law of those inside it."""
    low, high = (e if isinstance(e, int | float) else None for e in column.range or (None, None))
    values = [x for _, x in shape.quantiles]
    if (low is None or values[0] >= low) and (high is None or values[-1] <= high):
        return shape
    free = column.model_copy(
        update={
            "range": None,
            "type": "number",
            "stated": None,
            "distribution": Distribution(quantiles=shape.quantiles, source="model"),
        }
    )
    open_ = solve(free)
    first = 0.0 if low is None else float(open_.below(low))
    last = 1.0 if high is None else float(open_.cdf(high))
    if last - first < WITHIN:
        said = f"{_end(low, 'from')}{_end(high, 'to')}".strip()
        raise UnfitError(f"{_listed(values)} lie mostly outside the range {said}")
    digits = (column.decimals or 0) + 1
    kept = tuple(
        (p, plain(round(float(open_.ppf(first + p * (last - first))), digits)))
        for p, _ in shape.quantiles
    )
    inside = tuple((p, _clipped(x, low, high)) for p, x in kept)
    return Shape(inside, shape.zeros)


def _end(end: float | None, word: str) -> str:
    return "" if end is None else f" {word} {end:g}"


def _clipped(x: float, low: float | None, high: float | None) -> float:
    x = x if low is None else max(x, low)
    return x if high is None else min(x, high)


# The user's centre or spread with the model's shape ----------------------------------------


def centred(column: Column, shape: Shape) -> Distribution | None:
    """Keep the user's mean, median or SD and take the rest from the model's shape.

    Returns
    -------
    Distribution or None
        Its source is ``user``, since its centre must not give way; None where the shape
        cannot have that centre, so that the column is completed as if no model had been asked.
    """
    stated = column.stated or Stated()
    zeros = shape.zeros if stated.zero_share is None else float(stated.zero_share)
    shape = Shape(shape.quantiles, zeros)
    centre = stated.mean if stated.mean is not None else stated.median
    try:
        if isinstance(centre, int | float):
            aim = _to_mean if stated.mean is not None else _to_median
            made = aim(column, shape, float(centre))
        elif stated.sd is not None:
            mean = solve(_with(column, law(column, shape))).mean
            facts = stated.model_copy(update={"mean": plain(round(mean, 6))})
            made = fit(column.model_copy(update={"stated": facts}))[0]
        else:
            made = law(column, shape)
    except (UnfitError, SpecError):
        return None
    return None if made is None else made.model_copy(update={"source": "user"})


def _to_median(column: Column, shape: Shape, goal: float) -> Distribution | None:
    change = _scaled(shape, goal / shape.median if shape.median else 1.0, goal - shape.median)
    if change is None or shape.zeros:
        return None
    pairs = tuple((p, goal if p == 0.5 else x) for p, x in change.quantiles)
    return None if within(column, Shape(pairs)) != Shape(pairs) else law(column, Shape(pairs))


def _to_mean(column: Column, shape: Shape, goal: float) -> Distribution | None:
    """Scale (or shift, where values may be negative) until the mean is the user's."""
    factor, shift = 1.0, 0.0
    for _ in range(ROUNDS):
        change = _scaled(shape, factor, shift)
        if change is None:
            return None
        made = law(column, change)
        found = solve(_with(column, made))
        if abs(found.mean - goal) <= CLOSE * found.sd:
            return made
        factor *= goal / found.mean if found.mean > 0 < goal else 1.0
        shift += goal - found.mean
    return None


def _scaled(shape: Shape, factor: float, shift: float) -> Shape | None:
    """Multiply quantities that cannot be negative, shift others; None where that is too far."""
    if shape.quantiles[0][1] >= 0 and factor > 0:
        if not 1 / FARTHEST <= factor <= FARTHEST:
            return None
        return shape.moved(lambda x: float(f"{x * factor:.10g}"))
    return shape.moved(lambda x: float(f"{x + shift:.10g}"))


def _with(column: Column, made: Distribution) -> Column:
    return column.model_copy(update={"distribution": made, "stated": None})
