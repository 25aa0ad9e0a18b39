"""Spellings of units: which words are a unit, which units are alike, by what factor.

Knows clinical and everyday units and how they are multiplied and divided.
Molar factors (mg/dL of glucose to mmol/L) depend on the substance and are
reference data; they are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from synth_magic.unit_table import ATOMS, PREFIX, Atom

#: Longest text that can be a unit.
LIMIT = 40

#: Exponent of each base; names of counted things are bases of their own.
Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was recognised.

    Parameters
    ----------
    name
        Canonical spelling: ``mL/min/1.73m²``.
    dimension
        Pairs (base, exponent), sorted: ``(("length", -2), ("mass", 1))``.
    factor
        Size in base units: 1 ``cm`` is 0.01 of the base of length.
    offset
        Position of its zero in base units; 0 for all but °C and °F.
    """

    name: str
    dimension: Dimension
    factor: float
    offset: float = 0.0


_COUNTED_BELOW = frozenset({"person", "capita", "night", "HPF", "hpf", "patient", "employee"})
_SINGULAR = {"days": "day", "weeks": "week", "months": "month", "years": "year"}
#: Spaces that people leave inside one unit.
_JOINED = {
    "mm hg": "mmHg", "mm hg.": "mmHg", "cm h2o": "cmH2O", "cm h₂o": "cmH2O",
    "sq m": "m2", "sq. m": "m2", "sq ft": "sqft", "sq. ft": "sqft", "square metres": "m2",
    "square meters": "m2", "square feet": "sqft", "fl oz": "", "µ/l": "",
}  # fmt: skip
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_TEN = re.compile(
    r"(?:[x×*]\s?)?10(?:\^|\*\*?|[eE]|(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]))([+-]?[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[+-]?\d{1,2})"
)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,4})?")
_POWER = re.compile(r"(?:\^\(?|)([+-]?[1-5])\)?(?!\d)|(⁻?[¹²³⁴⁵])")
_NAME = re.compile(r"[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]+\.?|[%‰°€$£¥₹℃℉Ω]+[A-Z]?")


@lru_cache(maxsize=4096)
def read(text: str) -> Unit | None:
    """Read a unit, in any spelling that people use for it.

    Returns
    -------
    Unit or None
        None when `text` is no unit that is known here.

    Examples
    --------
    >>> read("x10³/µL").name
    '10³/µL'
    >>> read("score/visit") is None
    True
    """
    text = " ".join(text.split())
    if not text or len(text) > LIMIT or text.upper() == "N/A":
        return None
    text = _normal(text)
    whole = _atom(text)
    if whole is not None:
        atom, scale, name = whole
        return Unit(name, _sorted(atom.dimension), atom.factor * scale, atom.offset)
    return _Quotient(text).read()


def same(a: str | Unit, b: str | Unit) -> bool:
    """Whether `a` and `b` are spellings of one unit (``umol/L``, ``µmol/L``)."""
    first, second = _known(a), _known(b)
    if first is None or second is None:
        return isinstance(a, str) and isinstance(b, str) and a.strip() == b.strip()
    return (
        first.dimension == second.dimension
        and abs(first.factor - second.factor) <= 1e-9 * abs(second.factor)
        and first.offset == second.offset
    )


def factor(a: str | Unit, b: str | Unit) -> float | None:
    """By what a value in `a` is multiplied to stand in `b`; None when that cannot be.

    Differences of temperature have a factor, temperatures do not: for those
    use `convert`.
    """
    first, second = _known(a), _known(b)
    if first is None or second is None or first.dimension != second.dimension:
        return None
    if first.offset != second.offset:
        return None
    return first.factor / second.factor


def convert(value: float, a: str | Unit, b: str | Unit) -> float | None:
    """`value` in `a` as a value in `b`, temperatures included; None when that cannot be."""
    first, second = _known(a), _known(b)
    if first is None or second is None or first.dimension != second.dimension:
        return None
    return (value * first.factor + first.offset - second.offset) / second.factor


def _known(unit: str | Unit) -> Unit | None:
    return unit if isinstance(unit, Unit) else read(unit)


def _sorted(dimension: Mapping[str, int]) -> Dimension:
    return tuple(sorted((base, power) for base, power in dimension.items() if power))


def _normal(text: str) -> str:
    """One sign for micro, for minus and for the dot of a product; joined spellings."""
    text = text.replace("μ", "µ").replace("−", "-").replace("⋅", "·").replace("∙", "·")
    lowered = text.lower()
    for apart, joined in _JOINED.items():
        at = lowered.find(apart)
        if joined and at >= 0 and not lowered[at + len(apart) :][:1].isalnum():
            text = text[:at] + joined + text[at + len(apart) :]
            lowered = text.lower()
    return text


def _atom(text: str) -> tuple[Atom, float, str] | None:
    """Find a single unit, perhaps with a prefix: the atom, the prefix's size, its spelling."""
    for spelling in (text, _micro(text)):
        found = ATOMS.get(spelling)
        if found is not None:
            return found, 1.0, found.name
        prefix, base = spelling[:1], spelling[1:]
        found = ATOMS.get(base)
        if found is not None and prefix and prefix in found.prefixes:
            return found, PREFIX[prefix], prefix + found.name
    return _shouted(text)


def _micro(text: str) -> str:
    """``umol``, ``mcg`` and ``ug`` with the sign of micro."""
    if text.startswith("mc") and text[2:] in ("g", "mol", "L", "l"):
        return "µ" + text[2:]
    if text.startswith("u") and text[1:] in ("g", "mol", "L", "l", "m", "s", "U", "IU", "kat", "V"):
        return "µ" + text[1:]
    return text


_FOLDED = {
    name.lower(): name for name in (
        "mmHg", "kPa", "cmH2O", "mg", "kg", "cm", "mm", "dL", "mL", "mmol", "mol", "bpm", "EUR",
        "USD", "GBP", "CHF", "kcal", "km", "min", "ng", "pg", "mEq", "mIU", "mOsm", "pmol", "fL",
        "nmol", "mcg", "kJ", "kWh", "Hz", "years", "months", "weeks", "days", "hours", "minutes",
        "points", "score", "cells", "g", "dB", "umol",
    )
}  # fmt: skip


def _shouted(text: str) -> tuple[Atom, float, str] | None:
    """``MMHG``, ``Mg``, ``Years``: another case, where it can mean only one thing."""
    if text == "G":  # 10^9 in G/L, never grams
        return None
    name = _FOLDED.get(text.lower())
    return None if name is None or name == text else _atom(name)


class _Quotient:
    """Reads ``mL/min/1.73m²``: products, quotients, powers and plain numbers."""

    def __init__(self, text: str) -> None:
        self.text = re.sub(r"\s*(?:/|\bper\b|\bpro\b|\bpar\b)\s*", "/", text)
        self.dimension: dict[str, int] = {}
        self.factor = 1.0
        self.names: list[str] = []
        self.units = 0

    def read(self) -> Unit | None:
        parts = self.text.split("/")
        if len(parts) > 5 or (len(parts) == 1 and not parts[0]):
            return None
        for place, part in enumerate(parts):
            if not part and place == 0:
                self.names.append("")
                continue
            if not self._product(part, -1 if place else 1, len(parts) > 1):
                return None
        if not self.units:
            return None
        return Unit("/".join(self.names), _sorted(self.dimension), self.factor)

    def _product(self, part: str, sign: int, quotient: bool) -> bool:
        """Read one side of a fraction line, such as ``1.73 m²`` or ``10^9``."""
        rest = part.strip()
        names: list[str] = []
        if sign > 0 and quotient and rest in ("G", "T"):  # French counts: G/L, T/L
            self.factor *= PREFIX[rest]
            self.names.append("10⁹" if rest == "G" else "10¹²")
            return True
        while rest:
            step = self._factor(rest, sign, first=not names)
            if step is None:
                return False
            used, name = step
            names.append(name)
            behind = rest[used:]
            rest = behind.lstrip(" ·*.")
            # A space alone parts a number from its unit, never two units.
            apart = behind[: len(behind) - len(rest)].strip()
            if (rest and not apart and not name[:1].isdigit()) or len(names) > 4:
                return False
        self.names.append("·".join(names).replace("1.73·", "1.73"))
        return bool(names)

    def _factor(self, rest: str, sign: int, *, first: bool) -> tuple[int, str] | None:
        ten = _TEN.match(rest)
        if ten is not None:
            power = int(ten[1].translate(_SUPER))
            if abs(power) > 15:
                return None
            self.factor *= 10.0 ** (sign * power)
            return ten.end(), "10" + str(power).translate(_SUPERSCRIPT)
        number = _NUMBER.match(rest) if first and sign < 0 else None
        if number is not None:
            size = float(number[0])
            if size <= 0:
                return None
            self.factor *= size**sign
            return number.end(), number[0]
        return self._unit(rest, sign)

    def _unit(self, rest: str, sign: int) -> tuple[int, str] | None:
        """Read one unit with its power; the longest name that is known wins."""
        for end in _ends(rest):
            found = _atom(rest[:end])
            if found is None:
                continue
            atom, scale, name = found
            if atom.alone or (atom.word and sign < 0 and name not in _COUNTED_BELOW):
                return None
            power, used = 1, end
            raised = _POWER.match(rest, end)
            if raised is not None:
                power, used = int((raised[1] or raised[2]).translate(_SUPER)), raised.end()
            if sign < 0:
                name = _SINGULAR.get(name, name)
            if power != 1:
                name += str(power).translate(_SUPERSCRIPT)
            for base, exponent in atom.dimension.items():
                self.dimension[base] = self.dimension.get(base, 0) + sign * power * exponent
            self.factor *= (atom.factor * scale) ** (sign * power)
            self.units += 1
            return used, name
        return None


def _ends(rest: str) -> list[int]:
    """Where a unit's name may end, the longest first (``cmH2O`` holds a digit)."""
    name = _NAME.match(rest)
    if name is None:
        return []
    ends = [name.end()]
    joined = re.match(r"pack[- ]years?|cmH[2₂]O|mmHg", rest)
    if joined is not None:
        ends.insert(0, joined.end())
    return ends
