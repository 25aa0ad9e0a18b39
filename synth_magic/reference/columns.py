"""One column of the reference written into the user's: law, unit, type, decimals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from synth_magic.blueprint.model import Column, Distribution, Position, Source, Stated
from synth_magic.errors import Problem, note
from synth_magic.reference import categories, pins
from synth_magic.reference.filling import fill, labelled, plain
from synth_magic.reference.law import Known
from synth_magic.reference.schema import ReadColumn, Variable
from synth_magic.reference.selection import Shift
from synth_magic.reference.tables import Reference

Array = NDArray[np.float64]
#: Medians of women and men further apart than this (in SDs) are stated by sex.
APART = 0.35
FAR_TAIL = 4.9
LEAST = 0.02
HALF = 0.5


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
        return labelled(read.column, variable), []
    if variable.number:
        return _number(reference, read, variable, known, shift, sex)
    return categories.category(reference, read, variable, known, shift)


# Numbers ----------------------------------------------------------------------------


def _number(
    reference: Reference,
    read: ReadColumn,
    variable: Variable,
    known: Known,
    shift: Shift,
    sex: ReadColumn | None,
) -> tuple[Column, list[Problem]]:
    column = labelled(read.column, variable)
    notes: list[Problem] = []
    digits = column.decimals if column.decimals is not None else (read.decimals or 0)
    if column.type is None:
        column = fill(column, "reference", type="number" if digits else "integer")
    if column.type == "number":
        column = fill(column, "reference", decimals=digits)
    if column.distribution is not None:
        return column, notes
    if pins.full(column):
        stated = pins.distribution(column)
        return column.model_copy(update={"distribution": stated}), notes
    low, high = pins.bounds(read)
    zeros = None if column.stated is None else column.stated.zero_share
    centre = _centre(column, float(zeros or 0))
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
    if centre is not None:
        return _centred(reference, read, known, shift, (low, high), digits, centre, column)
    if any(part < LEAST for _, part in cut):
        cut = cut[:1]  # a sex of whom the range holds next to nobody has no law of its own
    laws = [_quantiles(reference, read, x, digits) for (x, _) in cut]
    if variable.id == "age" and low is not None and low < np.floor(known.x[0]):
        # The user's range is wider than these people: its tail is not theirs.
        first = plain(round(float(np.floor(known.x[0]) * read.factor), digits))
        laws = [((0, first), *law) for law in laws]
        told = f"{column.name}: these people are {first} {column.unit or 'years'} and over."
        notes.append(note(("columns", column.name), told))
    column = _ends(column, read, variable, *laws)
    source: Source = "reference"
    if zeros is not None:
        # What the reference knows is the law of the values that are there.
        column = _with_zero(column)
        stated = Distribution(quantiles=laws[0], zero_share=zeros, source=source)
    elif sex is not None and len(laws) > 1 and _apart(known) and _both(sex):
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
    centre: tuple[float, float | None],
    column: Column,
) -> tuple[Column, list[Problem]]:
    """Move the reference's law, on its latent scale, so that its centre is the user's.

    On the latent scale the law stays within its limits.  Out of reach, the column stays open.
    """
    goal, share = (centre[0] - read.offset) / read.factor, centre[1]

    def middle(values: Array) -> float:
        return float(np.mean(values) if share is None else np.quantile(values, share))

    first, last = -5.0, 5.0
    for _ in range(40):
        d = (first + last) / 2
        values = _moved(known.x, known.F, Shift(shift.d + d, shift.s), *ends)[0]
        if len(values) == 0 or not np.isfinite(middle(values)):
            return column, []
        first, last = (d, last) if middle(values) < goal else (first, d)
    if abs(float(middle(values)) - goal) > 0.02 * max(float(np.std(values)), 1e-9):
        return column, []
    zeros = None if column.stated is None else column.stated.zero_share
    found = dict(_quantiles(reference, read, values, digits + 1))
    if share is not None:
        found[plain(round(share, 9))] = plain(centre[0])
    law = Distribution(quantiles=tuple(sorted(found.items())), zero_share=zeros, source="user")
    what = f"{column.name}: the centre is yours, the spread the reference's."
    told = note(("columns", column.name), what, "State an SD or quartiles for a spread of yours.")
    variable = reference.variables[str(read.variable)]
    column = _ends(column, read, variable, law.quantiles or ())
    if zeros is not None:
        column = _with_zero(column)
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
        (plain(p), plain(round(float(v), digits + 1)))
        for p, v in zip(reference.probabilities, found, strict=True)
    )


def _centre(column: Column, zeros: float) -> tuple[float, float | None] | None:
    """Say what the values other than 0 have where the whole column has the stated centre.

    Returns
    -------
    tuple or None
        Their mean and None, or a value and the share of them that lies below it; None where
        no centre is stated, or zeros alone make it.
    """
    stated = column.stated
    if stated is None or zeros >= 1:
        return None
    if isinstance(stated.mean, (int, float)):
        return float(stated.mean) / (1 - zeros), None
    if isinstance(stated.median, (int, float)) and zeros < HALF:
        return float(stated.median), (HALF - zeros) / (1 - zeros)
    return None


def _ends(
    column: Column,
    read: ReadColumn,
    variable: Variable,
    *laws: Sequence[tuple[float, Position]],
) -> Column:
    """Make a physiological limit an end of the range where a normal tail would cross it.

    `laws` hold quantiles of everybody and, where they are stated apart, of each sex.
    """
    if column.range is not None or variable.limits is None:
        return column
    z = ndtri(np.array([a for a, _ in laws[0]]))
    each = [np.array([b for _, b in law], dtype=np.float64)[-len(z) :] for law in laws]
    low, high = sorted(limit * read.factor + read.offset for limit in variable.limits)
    below = min(x[0] - (x[1] - x[0]) / (z[1] - z[0]) * (FAR_TAIL + z[0]) for x in each)
    above = max(x[-1] + (x[-1] - x[-2]) / (z[-1] - z[-2]) * (FAR_TAIL - z[-1]) for x in each)
    first = low if variable.id != "age" else np.floor(each[0][0])
    digits = read.decimals or 0
    if round(float(first), digits) > min(x[0] for x in each):
        first = np.floor(first * 10**digits) / 10**digits  # no end lies above a quantile
    ends = (
        plain(round(float(first), digits)) if below < first or variable.id == "age" else None,
        plain(round(float(high), digits)) if above > high else None,
    )
    return column if ends == (None, None) else fill(column, "reference", range=ends)


def _with_zero(column: Column) -> Column:
    """Let a lower end of the reference's reach down to zero; the user's own stands."""
    if column.range is None or column.source_of("range") == "user":
        return column
    low, high = column.range
    if isinstance(low, (int, float)) and low > 0:
        return column.model_copy(update={"range": (0, high)})
    return column


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
