"""One column of the reference written into the user's: law, unit, type, decimals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from synth_magic.blueprint.model import Column, Distribution, Position, Source, Stated
from synth_magic.errors import Problem, note
from synth_magic.reference import lookup, pins
from synth_magic.reference.law import Known
from synth_magic.reference.schema import ReadColumn, Variable
from synth_magic.reference.selection import Shift
from synth_magic.reference.tables import Reference

Array = NDArray[np.float64]
#: Medians of women and men further apart than this (in SDs) are stated by sex.
APART = 0.35
FAR_TAIL = 4.9
LEAST = 0.02
#: Share of a value such as other or unknown of which nothing was said: a guess.
OTHER = 0.02


def complete(
    reference: Reference,
    read: ReadColumn,
    known: Known,
    shift: Shift,
    sex: ReadColumn | None,
) -> tuple[Column, list[Problem]]:
    """Fill in what the user left open.

    Parameters
    ----------
    known
        The variable's law in the population.
    shift
        What pins of other columns do to it.
    sex
        The table's column of sex, if it has one.
    """
    variable = reference.variables[str(read.variable)]
    if read.column.formula is not None or read.column.survival is not None:
        return _labelled(read.column, variable), []
    if variable.number:
        return _number(reference, read, variable, known, shift, sex)
    return _category(reference, read, variable, known, shift)


def as_parent(reference: Reference, read: ReadColumn, column: Column) -> str | None:
    """How effects name the column as a cause, or None when they cannot."""
    variable = reference.variables[str(read.variable)]
    if _constant(column):
        return None
    if variable.number or variable.ordered:
        return column.name
    if column.type == "boolean" or (column.type == "integer" and variable.id != "sex"):
        return f"{column.name}=yes" if column.type == "boolean" else column.name
    level = _level(read, variable)
    return f"{column.name}={level}" if level is not None else None


def as_child(reference: Reference, read: ReadColumn, column: Column) -> str | None:
    """How effects name the column as an outcome, or None when it takes none."""
    variable = reference.variables[str(read.variable)]
    if variable.id in ("sex", "age") or column.formula is not None or _constant(column):
        return None
    if column.type in ("integer", "number", "boolean") or column.ordered:
        return column.name
    level = _level(read, variable)
    return f"{column.name}={level}" if level is not None else None


def _constant(column: Column) -> bool:
    """Whether all rows are yes, or all no."""
    law = column.distribution
    return law is not None and law.probability is not None and law.probability in (0, 1)


def _level(read: ReadColumn, variable: Variable) -> str | None:
    """Find the column's word for the level that takes part in effects."""
    level = variable.level or "yes"
    return next((mine for mine, theirs in read.values if theirs == level), None)


def _with(column: Column, source: Source, **fields: Any) -> Column:
    """Fill open fields and say who did; the user's own are left alone."""
    fresh = {k: v for k, v in fields.items() if getattr(column, k) is None and v is not None}
    named = dict(column.sources) | {k: source for k in fresh if k != "distribution"}
    return column.model_copy(update=fresh | {"sources": tuple(named.items())})


def _labelled(column: Column, variable: Variable) -> Column:
    return _with(column, "reference", label=variable.label, concept=variable.id)


# Numbers ----------------------------------------------------------------------------


def _number(
    reference: Reference,
    read: ReadColumn,
    variable: Variable,
    known: Known,
    shift: Shift,
    sex: ReadColumn | None,
) -> tuple[Column, list[Problem]]:
    column = _labelled(read.column, variable)
    notes: list[Problem] = []
    digits = column.decimals if column.decimals is not None else (read.decimals or 0)
    if column.type is None:
        column = _with(column, "reference", type="number" if digits else "integer")
    if column.type == "number":
        column = _with(column, "reference", decimals=digits)
    if column.distribution is not None:
        return column, notes
    if pins.full(column):
        stated = pins.distribution(column)
        return column.model_copy(update={"distribution": stated}), notes
    low, high = pins.bounds(read)
    parts = [(known.x, known.F), *known.by_sex]
    cut = [_moved(x, F, shift, low, high) for x, F in parts]
    kept = cut[0][1]
    if kept < LEAST:
        told = f"{column.name}: your range holds {kept:.1%} of what the reference knows of it"
        notes.append(note(("columns", column.name), told + ", so its law is a guess by the range."))
        return column, notes
    if kept < 0.5:
        told = f"{column.name}: your range and the population disagree: it holds {kept:.0%} of it."
        notes.append(note(("columns", column.name), told))
    centre = _centre(column)
    if centre is not None:
        return _centred(reference, read, known, shift, (low, high), digits, centre, column)
    laws = [_quantiles(reference, read, x, digits) for (x, _) in cut]
    column = _ends(column, read, variable, laws[0])
    source: Source = "reference"
    if sex is not None and _apart(known) and _both(sex):
        mine = {theirs: name for name, theirs in sex.values}
        groups = tuple(
            (mine[s], Distribution(quantiles=q, source=source))
            for s, q in zip("FM", laws[1:], strict=True)
        )
        stated = Distribution(by=sex.column.name, groups=groups, source=source)
    else:
        stated = Distribution(quantiles=laws[0], source=source)
    return column.model_copy(update={"distribution": stated}), notes


def _centred(
    reference: Reference,
    read: ReadColumn,
    known: Known,
    shift: Shift,
    ends: tuple[float | None, float | None],
    digits: int,
    centre: float,
    column: Column,
) -> tuple[Column, list[Problem]]:
    """Move the reference's law, on its latent scale, so that its centre is the user's.

    On the latent scale the law stays within its limits.  Out of reach, the column stays open.
    """
    stated = column.stated
    middle = np.mean if stated is not None and stated.mean is not None else np.median
    goal = (centre - read.offset) / read.factor
    first, last = -5.0, 5.0
    for _ in range(40):
        d = (first + last) / 2
        values = _moved(known.x, known.F, Shift(shift.d + d, shift.s), *ends)[0]
        if len(values) == 0 or not np.isfinite(middle(values)):
            return column, []
        first, last = (d, last) if middle(values) < goal else (first, d)
    if abs(float(middle(values)) - goal) > 0.02 * max(float(np.std(values)), 1e-9):
        return column, []
    law = Distribution(quantiles=_quantiles(reference, read, values, digits + 1), source="user")
    what = f"{column.name}: the centre is yours, the spread the reference's."
    told = note(("columns", column.name), what, "State an SD or quartiles for a spread of yours.")
    variable = reference.variables[str(read.variable)]
    column = _ends(column, read, variable, law.quantiles or ())
    return column.model_copy(update={"distribution": law}), [told]


def _moved(
    x: Array, F: Array, shift: Shift, low: float | None, high: float | None
) -> tuple[Array, float]:
    """Write the law as equally weighted values after a shift, within bounds; and the mass kept."""
    u = (np.arange(2000) + 0.5) / 2000
    if shift != Shift():
        u = ndtr(shift.d + shift.s * ndtri(u))
    values = np.interp(u, F, x)
    inside = values[
        (values >= (-np.inf if low is None else low))
        & (values <= (np.inf if high is None else high))
    ]
    return inside, len(inside) / len(values)


def _quantiles(
    reference: Reference, read: ReadColumn, values: Array, digits: int
) -> tuple[tuple[float, float], ...]:
    """Quantiles in the column's unit, one decimal finer than the column."""
    found = np.quantile(values, reference.probabilities) * read.factor + read.offset
    if read.factor < 0:
        found = found[::-1]
    return tuple(
        (_plain(p), _plain(round(float(v), digits + 1)))
        for p, v in zip(reference.probabilities, found, strict=True)
    )


def _plain(value: float) -> float:
    """63.0 is written 63."""
    value = float(value)
    return int(value) if value.is_integer() else value


def _centre(column: Column) -> float | None:
    stated = column.stated
    if stated is None:
        return None
    value = stated.mean if stated.mean is not None else stated.median
    return float(value) if isinstance(value, (int, float)) else None


def _ends(
    column: Column,
    read: ReadColumn,
    variable: Variable,
    quantiles: Sequence[tuple[float, Position]],
) -> Column:
    """Make a physiological limit an end of the range where a normal tail would cross it."""
    if column.range is not None or variable.limits is None:
        return column
    z = ndtri(np.array([a for a, _ in quantiles]))
    x = np.array([b for _, b in quantiles], dtype=np.float64)
    low, high = sorted(limit * read.factor + read.offset for limit in variable.limits)
    below = x[0] - (x[1] - x[0]) / (z[1] - z[0]) * (FAR_TAIL + z[0])
    above = x[-1] + (x[-1] - x[-2]) / (z[-1] - z[-2]) * (FAR_TAIL - z[-1])
    first = low if variable.id != "age" else np.floor(x[0])
    digits = read.decimals or 0
    ends = (
        _plain(round(float(first), digits)) if below < first or variable.id == "age" else None,
        _plain(round(float(high), digits)) if above > high else None,
    )
    return column if ends == (None, None) else _with(column, "reference", range=ends)


def _apart(known: Known) -> bool:
    if len(known.by_sex) < 2:
        return False
    medians = [float(np.interp(0.5, F, x)) for x, F in known.by_sex]
    u = np.interp(medians, known.x, known.F)
    a, b = ndtri(np.clip(u, 1e-6, 1 - 1e-6))
    return bool(abs(a - b) > APART)


def _both(sex: ReadColumn) -> bool:
    """Whether the column of sex says which value is which, and holds both and no more."""
    pairs = sorted(theirs for _, theirs in sex.values) == ["F", "M"]
    stated = (sex.column.stated or Stated()).probabilities or ()
    count = len(sex.column.values or stated or ("F", "M"))
    return pairs and count == 2 and sex.column.type != "integer"


# Categories -------------------------------------------------------------------------


def _category(
    reference: Reference, read: ReadColumn, variable: Variable, known: Known, shift: Shift
) -> tuple[Column, list[Problem]]:
    column = _labelled(read.column, variable)
    if column.distribution is not None:
        return column, []
    if column.values is None and column.stated is not None and column.stated.probabilities:
        column = column.model_copy(
            update={"values": tuple(value for value, _ in column.stated.probabilities)}
        )
    level = variable.values.index(variable.level) if variable.level else len(known.shares) - 1
    yes = None if variable.ordered or variable.id == "sex" else float(known.shares[level])
    if yes is not None and variable.type == "boolean" and 0 < yes < 1:
        yes = float(ndtr((ndtri(yes) + shift.d) / shift.s))
        known = replace(known, shares=np.array([1 - yes, yes]))
    stated = column.stated
    if column.type in ("boolean", "integer") or (
        column.type is None and variable.type == "boolean"
    ):
        column = _with(column, "reference", type="boolean")
        share, source = (yes, "reference")
        if stated is not None and stated.probability is not None:
            share, source = float(stated.probability), "user"
        if share is None:
            return column, []
        law = Distribution(probability=_share(share), source=source)
        return column.model_copy(update={"distribution": law}), []
    column = _with(column, "reference", type="category", values=variable.values)
    if variable.ordered:
        column = _with(column, "reference", ordered=True)
    values = column.values or ()
    if stated is not None and stated.probabilities is not None:
        return _partly(read, variable, known, column)
    others = [v for v in values if v not in dict(read.values) and _other(reference, v)]
    shares = _shares(read, variable, known, tuple(v for v in values if v not in others))
    if shares is None:
        return column, []
    if not others:
        law = Distribution(probabilities=shares, source="reference")
        return column.model_copy(update={"distribution": law}), []
    left = 1 - OTHER * len(others)
    part = {value: share * left for value, share in shares} | dict.fromkeys(others, OTHER)
    law = Distribution(
        probabilities=tuple((value, part[value]) for value in values), source="guess"
    )
    told = f"{column.name}: {OTHER:.0%} of the rows for {' and '.join(others)} is a guess."
    notes = [note(("columns", column.name), told, "State the shares.")]
    return column.model_copy(update={"distribution": law}), notes


def _other(reference: Reference, value: str) -> bool:
    return lookup.plain(value) in reference.lexicon["other_words"]


def _partly(
    read: ReadColumn, variable: Variable, known: Known, column: Column
) -> tuple[Column, list[Problem]]:
    """Keep the shares that the user stated; several open values share what is left as they do."""
    rest = pins.open_values(column)
    shares = None if len(rest) < 2 else _shares(read, variable, known, column.values or ())
    stated = {
        value: float(share) for value, share in (column.stated or Stated()).probabilities or ()
    }
    left, known_left = 1 - sum(stated.values()), sum(p for v, p in shares or () if v in rest)
    if shares is None or left < 0 or known_left <= 0:
        return column.model_copy(update={"distribution": pins.distribution(column)}), []
    part = {v: stated[v] if v in stated else p * left / known_left for v, p in shares}
    law = Distribution(probabilities=tuple(part.items()), source="user")
    told = f"{column.name}: {' and '.join(rest)} share what is left as in the reference."
    notes = [note(("columns", column.name), told, "State their shares to have them otherwise.")]
    return column.model_copy(update={"distribution": law}), notes


def _shares(
    read: ReadColumn, variable: Variable, known: Known, values: tuple[str, ...]
) -> tuple[tuple[str, float], ...] | None:
    """Shares of the column's own values; None when one of them is not the reference's.

    When values of the reference are left out (smoker / non-smoker), an ordered category keeps
    proportions; else the level that takes part in effects keeps its share and the others fill up.
    """
    to = dict(read.values)
    theirs = [to.get(value) for value in values]
    if None in theirs or len(set(theirs)) != len(theirs):
        return None
    given = dict(zip(variable.values or ("no", "yes"), known.shares, strict=True))
    part = {value: float(given.get(str(to[value]), 0.0)) for value in values}
    level = None if variable.ordered else _level(read, variable)
    if level is None or sum(p for v, p in part.items() if v != level) <= 0:
        total = sum(part.values())
        part = {v: p / total for v, p in part.items()} if total > 0 else {}
    else:
        rest = (1 - part[level]) / sum(p for v, p in part.items() if v != level)
        part = {v: p if v == level else p * rest for v, p in part.items()}
    if not part:
        return None
    rounded = {value: _share(p) for value, p in part.items()}
    largest = max(rounded, key=lambda value: rounded[value])
    rounded[largest] = _share(1 - sum(p for v, p in rounded.items() if v != largest))
    return tuple(rounded.items())


def _share(value: float) -> float:
    return _plain(round(value, 3))
