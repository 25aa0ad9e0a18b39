"""Yes/no columns and categories of the reference, written into the user's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtr, ndtri

from synth_magic.blueprint.model import Column, Distribution, Stated
from synth_magic.errors import Problem, note
from synth_magic.reference import lookup, pins
from synth_magic.reference.filling import fill, labelled, plain
from synth_magic.reference.law import Known
from synth_magic.reference.naming import level_of, turned
from synth_magic.reference.schema import ReadColumn, Variable
from synth_magic.reference.selection import Shift
from synth_magic.reference.tables import Reference

#: Share of a value such as other or unknown of which nothing was said: a guess.
OTHER = 0.02


def category(
    reference: Reference, read: ReadColumn, variable: Variable, known: Known, shift: Shift
) -> tuple[Column, list[Problem]]:
    """Fill in a yes/no column or a category.

    Parameters
    ----------
    known
        The variable's law in the population.
    shift
        What pins of other columns do to its latent score.
    """
    column = labelled(read.column, variable)
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
    if variable.id == "sex" and column.type in ("boolean", "integer"):
        yes = float(known.shares[0 if turned(read, variable, column) else 1])
    stated = column.stated
    if column.type in ("boolean", "integer") or (
        column.type is None and variable.type == "boolean"
    ):
        column = fill(column, "reference", type="boolean")
        share, source = (yes, "reference")
        if stated is not None and stated.probability is not None:
            share, source = float(stated.probability), "user"
        if share is None:
            return column, []
        law = Distribution(probability=_share(share), source=source)
        return column.model_copy(update={"distribution": law}), []
    column = fill(column, "reference", type="category", values=variable.values)
    if variable.ordered:
        column = fill(column, "reference", ordered=True)
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
    level = None if variable.ordered else level_of(read, variable)
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
    return plain(round(value, 3))
