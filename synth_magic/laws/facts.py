"""What was stated about a column, as positions, checked for what cannot be."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from synth_magic.blueprint.model import Column, ColumnType, Stated
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.laws.positions import bounds, position, unit_of_spread
from synth_magic.laws.steps import kept_to, mend_of, step_of, unfit_sd
from synth_magic.laws.truths import truth
from synth_magic.laws.whole import whole_numbers

#: Names and descriptions of what can fall below zero without saying so.
_SIGNED_WORDS = re.compile(
    r"(?:^|[\W_])(change|delta|diff|difference|z|zscore|sds|balance|residual|log|ln|net|gain|excess"
    r"|temperature|temp|longitude|latitude|correlation|slope|deviation|profit)(?:$|[\W_])"
)
_SIGNED_UNITS = frozenset({"°c", "°f", "c", "f", "z", "sd", "sds", "degc", "degf", "dioptres"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Stated facts as positions; None where nothing was said.

    Parameters
    ----------
    column
        The column, with a type.
    low, high
        Its range.
    mean, sd, median
        In positions (spreads of datetimes in seconds).
    quantiles
        Pairs (share, position), increasing; median and quartiles are among them.
    zero_share
        Share of zeros beside what the rest describes.
    """

    column: Column
    low: float | None
    high: float | None
    mean: float | None
    sd: float | None
    median: float | None
    quantiles: tuple[tuple[float, float], ...]
    zero_share: float | None

    @property
    def width(self) -> float | None:
        """Length of the range; None where an end is open."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def positive(self) -> bool:
        """Whether values below zero are ruled out, by the range or by good sense."""
        if self.low is not None:
            return self.low >= 0
        if self.column.type in ("date", "datetime"):
            return False
        centre = self.mean if self.mean is not None else self.median
        said = [x for _, x in self.quantiles]
        return (
            not _signed(self.column)
            and (centre is None or centre > 0)
            and min(said, default=1) >= 0
        )


def facts_of(column: Column) -> Facts:
    """Read and check what a column states of its law.

    Parameters
    ----------
    column
        A column of numbers, dates or times.

    Raises
    ------
    SpecError
        With every fact that cannot hold, at its place: ``("columns", name, "mean")``.
    """
    stated = column.stated or Stated()
    low, high = bounds(column)
    if column.type == "time_to_event":
        low, high = 0.0, None
    path: Path = ("columns", column.name)

    def place(value: float | str | None, name: str) -> float | None:
        return None if value is None else position(value, column.type, (*path, name))

    quantiles = {float(share): place(x, "quantiles") for share, x in stated.quantiles or ()}
    median = place(stated.median, "median")
    if median is not None:
        quantiles[0.5] = median
    if stated.quartiles is not None:
        quantiles[0.25], quantiles[0.75] = (place(x, "quartiles") for x in stated.quartiles)
    facts = Facts(
        column,
        low,
        high,
        place(stated.mean, "mean"),
        None if stated.sd is None else float(stated.sd) * unit_of_spread(column.type),
        median,
        tuple((share, x) for share, x in sorted(quantiles.items()) if x is not None),
        None if stated.zero_share is None else float(stated.zero_share),
    )
    problems = _impossible(facts, stated, path)
    if problems:
        raise SpecError(problems)
    return facts


def shares_of(column: Column) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the stated shares of a category or boolean, and the values without one.

    Raises
    ------
    SpecError
        For values that are none of its own, and shares that cannot be.
    """
    stated = dict((column.stated or Stated()).probabilities or ())
    names = column.levels
    if column.type == "boolean":
        stated = {truth(value) or value: share for value, share in stated.items()}
    names = names or tuple(stated)
    if not names:
        raise SpecError(
            problem(
                ("columns", column.name, "values"),
                f"{column.name}: a category without values",
                "State them, for instance never / former / current",
            )
        )
    path: Path = ("columns", column.name, "probabilities")
    problems = [
        problem(
            (*path, value),
            f"{column.name}: '{value}' is none of its values ({', '.join(names)})",
            "State shares of its values only",
        )
        for value in stated
        if value not in names
    ]
    problems += [
        problem((*path, value), f"{column.name}: {share:g} is no share", "Write one from 0 to 1")
        for value, share in stated.items()
        if not 0 <= share <= 1.01
    ]
    total, open_values = math.fsum(stated.values()), tuple(n for n in names if n not in stated)
    if not problems and (total > 1.01 or (not open_values and total < 0.99)):
        problems.append(
            problem(
                path,
                f"{column.name}: its shares add up to {total:.4g}, not 1",
                "Change them so that they add up to 1, or leave one open",
            )
        )
    if problems:
        raise SpecError(problems)
    return {value: float(share) for value, share in stated.items()}, open_values


def kind_of(column: Column) -> ColumnType:
    """Return the column's type, from its facts where none is stated."""
    if column.type is not None:
        return column.type
    stated = column.stated or Stated()
    if column.values is not None or stated.probabilities is not None:
        return "category"
    if stated.probability is not None:
        return "boolean"
    return "integer" if whole_numbers(column) else "number"


def _impossible(facts: Facts, stated: Stated, path: Path) -> list[Problem]:
    column, found = facts.column, []
    name, shown = column.name, column.range or (None, None)
    span = (
        f"{shown[0]} to {shown[1]}"
        if None not in shown
        else (f"up to {shown[1]}" if shown[0] is None else f"from {shown[0]}")
    )

    def outside(x: float, edge: bool) -> bool:
        under = facts.low is not None and (x < facts.low or (edge and x == facts.low))
        return under or (facts.high is not None and (x > facts.high or (edge and x == facts.high)))

    def add(what: str, mend: str, *parts: str | int) -> None:
        found.append(problem((*path, *parts), f"{name}: {what}", mend))

    point = facts.low is not None and facts.low == facts.high
    if facts.mean is not None and outside(facts.mean, edge=not point):
        add(f"its mean is {stated.mean}, but its range is {span}", _MEAN, "mean")
    if facts.sd is not None and facts.sd <= 0:
        add(f"an sd of {stated.sd} leaves no spread", "Write an sd above 0", "sd")
    elif facts.positive and facts.mean and facts.sd and facts.sd > _WIDEST * abs(facts.mean):
        what = f"an sd of {stated.sd} is over {_WIDEST} times its mean of {stated.mean}"
        add(what, "Change the sd or the mean", "sd")
    if facts.median is not None and outside(facts.median, edge=False):
        add(f"its median is {stated.median}, but its range is {span}", _MEDIAN, "median")
    if stated.quartiles is not None and any(
        outside(x, edge=False) for p, x in facts.quantiles if p in (0.25, 0.75)
    ):
        text = f"{stated.quartiles[0]} to {stated.quartiles[1]}"
        add(f"its quartiles are {text}, but its range is {span}", _QUARTILES, "quartiles")
    for share, x in facts.quantiles:
        if stated.quantiles is not None and not 0 <= share <= 1:
            add(f"{share:g} is no share", "Quantiles belong to shares from 0 to 1", "quantiles")
        elif share not in (0.25, 0.5, 0.75) and outside(x, edge=False):
            add(f"its quantile at {share:g} is outside {span}", _QUARTILES, "quantiles")
    found += _falling(facts, stated, path)
    if facts.zero_share is not None and not 0 <= facts.zero_share <= 1:
        add(f"{facts.zero_share:g} is no share", "Write one from 0 to 1", "zero_share")
    elif facts.zero_share and outside(0.0, edge=False):
        add(f"{facts.zero_share:.0%} zeros, but 0 is outside {span}", _ZERO, "zero_share")
    return found or _too_wide(facts, stated, span, path)


def _falling(facts: Facts, stated: Stated, path: Path) -> list[Problem]:
    at = dict(facts.quantiles)
    name = facts.column.name
    if stated.quartiles is not None and at[0.25] > at[0.75]:
        what = f"{name}: its quartiles fall, from {stated.quartiles[0]} to {stated.quartiles[1]}"
        return [problem((*path, "quartiles"), what, "Write the lower one first")]
    if stated.quartiles is not None and not at[0.25] <= at.get(0.5, at[0.25]) <= at[0.75]:
        text = f"{stated.quartiles[0]} to {stated.quartiles[1]}"
        what = f"{name}: its median {stated.median} is outside its quartiles, {text}"
        return [problem((*path, "median"), what, "A median lies between the quartiles")]
    for (p, x), (q, y) in zip(facts.quantiles, facts.quantiles[1:], strict=False):
        if y < x:
            what = f"{name}: its quantiles fall between {p:g} and {q:g}"
            return [problem((*path, "quantiles"), what, "Quantiles rise with their share")]
    return []


def _too_wide(facts: Facts, stated: Stated, span: str, path: Path) -> list[Problem]:
    name, unit = facts.column.name, unit_of_spread(facts.column.type)
    if facts.sd is None:
        return []
    ends, step, mean = (facts.low, facts.high), step_of(facts.column), facts.mean
    if mean is None and facts.low is not None and facts.high is not None:
        mean, step = (facts.low + facts.high) / 2, None
    if mean is not None and (unfit := unfit_sd(mean, facts.sd, ends, step)) is not None:
        around = "" if facts.mean is None else f" around {stated.mean}"
        where = f"in {span}" if unfit[0] == "below" else kept_to(facts.column)
        what = f"{name}: an sd of {stated.sd}{around} is impossible {where}"
        return [problem((*path, "sd"), what, mend_of(unfit, unit))]
    if facts.mean is not None and facts.median is not None:
        apart = abs(facts.mean - facts.median)
        if apart > facts.sd:
            what = f"{name}: mean {stated.mean} and median {stated.median} are over an sd apart"
            mend = "Mean and median are never further apart than one sd; check the three"
            return [problem((*path, "median"), what, mend)]
    return []


def _signed(column: Column) -> bool:
    words = f"{column.name} {column.description or ''} {column.label or ''}".lower()
    return bool(_SIGNED_WORDS.search(words)) or (column.unit or "").lower() in _SIGNED_UNITS


#: The largest SD of values that cannot be negative, in means: beyond it no family has a shape.
_WIDEST = 1000
_MEAN = "State a mean inside the range, or a wider range"
_MEDIAN = "State a median inside the range, or a wider range"
_QUARTILES = "State them inside the range, or a wider range"
_ZERO = "Let the range include 0, or leave the share of zeros out"
