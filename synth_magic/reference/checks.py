"""Whether the reference as it was built holds together: what its command says, and tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from synth_magic.reference.schema import Citation, Condition, Variable
from synth_magic.reference.tables import Reference

#: Parts of what a condition's `shares` name that are levels of a category, or of nobody's column.
LEVELS = ("current_smoker", "former_smoker", "oral_antidiabetic")
#: Beyond these a shift of a latent score is a slip of the pen.
FARTHEST, NARROWEST, WIDEST = 3.0, 0.2, 3.0
#: A unit's conversion and back may be off by this part.
NEAR = 1e-9
LEAST_EIGENVALUE = 1e-4
_ATC = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")
_ICD = re.compile(r"[A-Z]\d[\dA-Z](?:\.\d{1,2})?(?:-[A-Z]\d[\dA-Z])?")
_LOINC = re.compile(r"\d{1,6}-\d")


@dataclass(frozen=True, slots=True)
class Check:
    """One promise that the reference keeps, and what breaks it."""

    name: str
    wrong: tuple[str, ...]


def checks(reference: Reference) -> tuple[Check, ...]:
    """Check everything that can be checked of the built reference.

    Parameters
    ----------
    reference
        As loaded.
    """
    return tuple(Check(name, tuple(find(reference))) for name, find in _CHECKS.items())


def loinc_digit(code: str) -> bool:
    """Whether a LOINC code's last digit is its check digit (mod 10, every other digit doubled)."""
    if not _LOINC.fullmatch(code):
        return False
    number, digit = code.split("-")
    total = 0
    for place, sign in enumerate(reversed(number)):
        value = int(sign) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return (10 - total % 10) % 10 == int(digit)


def _quantiles(reference: Reference) -> Iterator[str]:
    for name, law in reference.laws.items():
        for rows in (law.quantiles, law.young):
            if rows is None:
                continue
            low, high = reference.variables[name].limits or (-np.inf, np.inf)
            if (np.diff(rows, axis=-1) < 0).any():
                yield f"{name}: its quantiles fall"
            if rows.min() < low or rows.max() > high:
                yield f"{name}: its quantiles leave its limits"


def _shares(reference: Reference) -> Iterator[str]:
    for name, law in reference.laws.items():
        if law.share is not None and not ((law.share >= 0) & (law.share <= 1)).all():
            yield f"{name}: a share is none"
        if law.shares is not None and (
            (law.shares < 0).any() or (abs(law.shares.sum(axis=-1) - 1) > 2e-3).any()
        ):
            yield f"{name}: its shares do not sum to 1"


def _laws(reference: Reference) -> Iterator[str]:
    for name, law in reference.laws.items():
        stated = [part for part in (law.quantiles, law.share, law.shares) if part is not None]
        if len(stated) != (0 if name in ("age", "sex") else 1):
            yield f"{name}: {len(stated)} laws"


def _units(reference: Reference) -> Iterator[str]:
    for variable in reference.variables.values():
        if variable.units and variable.limits is None:
            yield f"{variable.id}: units without limits"
            continue
        low, high = variable.limits or (0.0, 1.0)
        for name, unit in variable.units.items():
            for value in (low, (low + high) / 2, high):
                there = value * unit.factor + unit.offset
                back = (there - unit.offset) / unit.factor if unit.factor > 0 else np.nan
                if not abs(back - value) <= NEAR * max(abs(value), 1):
                    yield f"{variable.id}: {name} does not convert back"
                    break
        if variable.si is not None and variable.si not in variable.units:
            yield f"{variable.id}: {variable.si} is none of its units"


def _correlations(reference: Reference) -> Iterator[str]:
    least = float(np.linalg.eigvalsh(reference.R).min())
    if least < LEAST_EIGENVALUE:
        yield f"the least eigenvalue is {least:.5f}"


def _conditions(reference: Reference) -> Iterator[str]:
    known = reference.variables
    for condition in reference.conditions.values():
        named = {*condition.shift, *condition.replace, *condition.shares, *condition.panel}
        named |= {condition.sets} if condition.sets else set()
        named |= {*condition.levels}
        named |= {*condition.clears, *condition.criteria}
        for name in sorted(named - known.keys() - {*LEVELS}):
            yield f"{condition.id}: {name} is no variable"
        yield from _changes(condition, reference)


def _changes(condition: Condition, reference: Reference) -> Iterator[str]:
    for name, (d, s) in condition.shift.items():
        if abs(d) > FARTHEST or not NARROWEST <= s <= WIDEST:
            yield f"{condition.id}: {name} is shifted by {d} with spread {s}"
    for name, row in condition.replace.items():
        low, high = reference.variables[name].limits or (-np.inf, np.inf)
        if list(row) != sorted(row) or row[0] < low or row[-1] > high:
            yield f"{condition.id}: quantiles of {name} fall, or leave its limits"
    for name, share in condition.shares.items():
        if not 0 <= share <= 1:
            yield f"{condition.id}: {share} is no share of {name}"
    for name, part in condition.levels.items():
        values = reference.variables[name].values if name in reference.variables else part
        if len(part) != len(values) or abs(sum(part) - 1) > 2e-3:
            yield f"{condition.id}: shares of {name} are not those of its values"
    alive = [1.0, *(share for _, share in condition.survival), 0.0]
    if alive != sorted(alive, reverse=True) or any(years <= 0 for years, _ in condition.survival):
        yield f"{condition.id}: its survival rises"
    if condition.age is not None and list(condition.age) != sorted(condition.age):
        yield f"{condition.id}: its ages fall"


def _sources(reference: Reference) -> Iterator[str]:
    for place, citation in citations(reference):
        for name in (citation.id, *citation.also):
            entry = reference.sources.get(name)
            parts = ("title", "year", "address", "licence")
            if entry is None or not all(entry.get(part) for part in parts):
                yield f"{place}: its source {name} is not complete"


def _synonyms(reference: Reference) -> Iterator[str]:
    from synth_magic.reference.lookup import spellings

    settled = {*reference.owners}
    for spelling, ids in spellings(reference).items():
        if len(ids) > 1 and spelling not in settled:
            yield f"{spelling} means {' and '.join(ids)}"
    for spelling, owner in reference.owners.items():
        if owner and owner not in reference.variables:
            yield f"{spelling} is owned by {owner}, which is no variable"


def _codes(reference: Reference) -> Iterator[str]:
    entries: list[Variable | Condition] = [*reference.variables.values()]
    entries += reference.conditions.values()
    for entry in entries:
        for kind, codes in entry.codes.items():
            for code in codes:
                if not _well_formed(kind, code):
                    yield f"{entry.id}: {code} is no code of {kind.upper()}"


def _well_formed(kind: str, code: str) -> bool:
    if kind == "loinc":
        return loinc_digit(code)
    return (_ATC if kind == "atc" else _ICD).fullmatch(code) is not None


def citations(reference: Reference) -> Iterator[tuple[str, Citation]]:
    """All places where a number names its source: variables, conditions, effects."""
    from synth_magic.reference.tables import direct

    yield from ((variable.id, variable.source) for variable in reference.variables.values())
    yield from ((condition.id, condition.source) for condition in reference.conditions.values())
    yield from (
        (f"survival of {c.id}", c.survival_source)
        for c in reference.conditions.values()
        if c.survival_source is not None
    )
    yield from ((f"{e.parent} to {e.child}", e.source) for e in direct())


_CHECKS: dict[str, Callable[[Reference], Iterator[str]]] = {
    "every variable has one law": _laws,
    "quantiles rise and keep within limits": _quantiles,
    "shares are shares": _shares,
    "every unit converts there and back": _units,
    "the correlations are positive definite": _correlations,
    "conditions change what is there, within limits": _conditions,
    "sources have title, year, address and licence": _sources,
    "no synonym has two owners": _synonyms,
    "codes are well formed": _codes,
}
