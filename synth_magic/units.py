"""Spellings of units: which words are a unit, which units are alike, by what factor.

Knows clinical and everyday units and how they are multiplied and divided.
Molar factors (mg/dL of glucose to mmol/L) depend on the substance and are
reference data; they are not known here.

Factors are those of the SI brochure (BIPM, 9th edition, 2019) and of NIST
Special Publication 811 (2008), appendix B.8; months and years are mean ones of
the Gregorian calendar's 365.25 days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class _Atom:
    name: str
    dimension: Mapping[str, int]
    factor: float = 1.0
    offset: float = 0.0
    prefixes: str = ""
    alone: bool = False  # stands only by itself: °C, dates, pH
    word: bool = False  # a counted thing: never below a fraction line


_SMALL = "kcdmµnpf"
_PREFIX = {
    "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "h": 1e2, "d": 1e-1, "c": 1e-2, "m": 1e-3,
    "µ": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15,
}  # fmt: skip
_PRESSURE = {"mass": 1, "length": -1, "time": -2}
_ENERGY = {"mass": 1, "length": 2, "time": -2}
_VOLUME = {"length": 3}
_DAY = 86_400.0


def _table() -> dict[str, _Atom]:
    """All spellings of single units, without prefixes."""
    atoms: dict[str, _Atom] = {}

    def add(
        spellings: str,
        dimension: Mapping[str, int],
        factor: float = 1.0,
        *,
        prefixes: str = "",
        offset: float = 0.0,
        alone: bool = False,
        word: bool = False,
    ) -> None:
        names = spellings.split("|")
        atom = _Atom(names[0], dimension, factor, offset, prefixes, alone, word)
        for name in names:
            atoms[name] = atom

    mass, length, time = {"mass": 1}, {"length": 1}, {"time": 1}
    add("g|gram|grams|gramme|grammes|Gramm", mass, 1e-3, prefixes="kdcmµnpf")
    add("t|tonne|tonnes", mass, 1e3)
    add("lb|lbs|pound|pounds", mass, 0.45359237)
    add("oz|ounce|ounces", mass, 0.028349523125)
    add("stone|stones", mass, 6.35029318)
    add("kilogram|kilograms|kilo|kilos", mass)
    add("m|metre|metres|meter|meters|mètre|mètres", length, prefixes="kcdmµn")
    add("centimetre|centimetres|centimeter|centimeters", length, 0.01)
    add("millimetre|millimetres|millimeter|millimeters", length, 0.001)
    add("kilometre|kilometres|kilometer|kilometers", length, 1e3)
    add("in|inch|inches", length, 0.0254)
    add("ft|foot|feet", length, 0.3048)
    add("yd|yard|yards", length, 0.9144)
    add("mi|mile|miles", length, 1609.344)
    add("m²|sqm|qm", {"length": 2})
    add("ft²|sqft", {"length": 2}, 0.3048**2)
    add("ha|hectare|hectares", {"length": 2}, 1e4)
    add("acre|acres", {"length": 2}, 4046.8564224)
    add("L|l|litre|litres|liter|liters", _VOLUME, 1e-3, prefixes="hcdmµnpf")
    add("millilitre|millilitres|milliliter|milliliters", _VOLUME, 1e-6)
    add("cc", _VOLUME, 1e-6)
    add("gal|gallon|gallons", _VOLUME, 0.003785411784)
    add("s|sec|secs|second|seconds|seconde|secondes|Sekunde|Sekunden", time, prefixes="mµn")
    add("min|mins|minute|minutes|Minute|Minuten", time, 60.0)
    add("h|hr|hrs|hour|hours|heure|heures|Stunde|Stunden", time, 3600.0)
    add("days|d|day|jour|jours|Tag|Tage", time, _DAY)
    add("weeks|wk|wks|week|semaine|semaines|Woche|Wochen", time, 7 * _DAY)
    add("months|mo|mos|mth|mths|month|mois|Monat|Monate", time, 30.4375 * _DAY)
    add("years|y|yr|yrs|year|an|ans|année|années|Jahr|Jahre|Jahren", time, 365.25 * _DAY)
    add("decades|decade", time, 3652.5 * _DAY)
    add("mol|mole|moles", {"amount": 1}, prefixes=_SMALL)
    add("Eq|eq", {"equivalent": 1}, prefixes="mµ")
    add("Osm|osm|osmol|Osmol", {"osmole": 1}, prefixes="m")
    add("IU|UI|iu|IE", {"activity": 1}, prefixes="kmµM")
    add("U|unit|units", {"activity": 1}, prefixes="kmµM")
    add("kat", {"catalysis": 1}, prefixes="mµn")
    add("MU|MIU", {"activity": 1}, 1e6)
    add("Pa", _PRESSURE, prefixes="kMh")
    add("mmHg", _PRESSURE, 133.322387415)
    add("cmH₂O|cmH2O", _PRESSURE, 98.0665)
    add("bar", _PRESSURE, 1e5, prefixes="m")
    add("atm", _PRESSURE, 101_325.0)
    add("psi", _PRESSURE, 6894.757293168)
    add("Torr|torr", _PRESSURE, 101_325.0 / 760)
    add("J|joule|joules", _ENERGY, prefixes="kM")
    add("cal|calories|calorie", _ENERGY, 4.184, prefixes="k")
    add("W|watt|watts", {"mass": 1, "length": 2, "time": -3}, prefixes="kMm")
    add("Wh", _ENERGY, 3600.0, prefixes="kM")
    add("N|newton|newtons", {"mass": 1, "length": 1, "time": -2}, prefixes="kmµ")
    add("dyn|dyne|dynes", {"mass": 1, "length": 1, "time": -2}, 1e-5)
    add("V|volt|volts", {"voltage": 1}, prefixes="kmµ")
    add("A|ampere|amperes", {"current": 1}, prefixes="mµ")
    add("Ω|ohm|ohms", {"resistance": 1}, prefixes="kM")
    add("Hz|hertz", {"time": -1}, prefixes="kMG")
    add("bpm|beats per minute", {"time": -1}, 1 / 60)
    add("mph", {"length": 1, "time": -1}, 1609.344 / 3600)
    add("Gy|gray", {"dose": 1}, prefixes="cm")
    add("Sv|sievert", {"dose equivalent": 1}, prefixes="mµ")
    add("Bq", {"time": -1}, prefixes="kMG")
    add("lx|lux", {"light": 1})
    add("dB|decibel|decibels", {"decibel": 1}, alone=True)
    add("K|kelvin", {"temperature": 1}, alone=True)
    add("°C|C|℃|degC|deg C|Celsius|celsius|degrees C|degrees Celsius|° C", {"temperature": 1},
        offset=273.15, alone=True)  # fmt: skip
    add("°F|℉|degF|deg F|Fahrenheit|fahrenheit|degrees F|degrees Fahrenheit|° F",
        {"temperature": 1}, 5 / 9, offset=459.67 * 5 / 9, alone=True)  # fmt: skip
    add("°|deg|degree|degrees", {"angle": 1})
    add("dpt|diopter|diopters|dioptre|dioptres", {"length": -1})
    add("HU", {"attenuation": 1}, alone=True)
    add("MET|METs", {"metabolic equivalent": 1})
    add("%|percent|per cent|pct|Prozent|pour cent", {"percent": 1})
    add("‰|permille", {"percent": 1}, 0.1)
    add("percentage points|pp", {"percent": 1}, alone=True)
    add("ppm", {"part": 1}, 1e-6)
    add("ppb", {"part": 1}, 1e-9)
    add("points|point|pts|pt|score", {"points": 1}, word=True)
    for bytes_name, size in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)):
        add(bytes_name, {"byte": 1}, size)
    add("px|pixel|pixels", {"pixel": 1})
    # Counts of cells are numbers: cells/mm3 and 10^6/L are one unit.
    add("cells|cell|Zellen|cellules", {}, word=True)
    for things in (
        "copies", "CFU|cfu", "drinks", "cigarettes|cigs", "visits", "episodes", "events",
        "attacks", "steps", "beats", "breaths", "calls", "times", "servings", "tablets", "doses",
        "portions", "items", "orders", "customers", "students", "pages",
    ):  # fmt: skip
        name = things.split("|", maxsplit=1)[0]
        # Rates of the heart and of breathing are plain numbers per minute.
        base = {} if name in ("beats", "breaths", "times") else {name: 1}
        add(things, base, word=True)
    add("packs|pack", {"packs": 1}, word=True)
    add("pack-years|pack-year|pack years|pack year|packyears|PY|paquets-années",
        {"packs": 1, "time": 1}, 365.25 * _DAY, word=True)  # fmt: skip
    for currency in (
        "EUR|€|euro|euros|Euro", "USD|$|US$|dollar|dollars", "GBP|£", "CHF", "JPY|¥",
        "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "CZK", "INR|₹", "CNY", "BRL",
    ):  # fmt: skip
        name = currency.split("|", maxsplit=1)[0]
        add(currency, {name: 1}, prefixes="k" if name in ("EUR", "USD") else "")
    for person in ("person", "capita", "night", "HPF", "hpf", "patient", "employee"):
        add(person, {person.lower(): 1})
    return atoms


_ATOMS = _table()
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


def _atom(text: str) -> tuple[_Atom, float, str] | None:
    """A single unit, perhaps with a prefix: the atom, the prefix's size, its spelling."""
    for spelling in (text, _micro(text)):
        found = _ATOMS.get(spelling)
        if found is not None:
            return found, 1.0, found.name
        prefix, base = spelling[:1], spelling[1:]
        found = _ATOMS.get(base)
        if found is not None and prefix and prefix in found.prefixes:
            return found, _PREFIX[prefix], prefix + found.name
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


def _shouted(text: str) -> tuple[_Atom, float, str] | None:
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
        rest, names = part.strip(), []
        if sign > 0 and quotient and rest in ("G", "T"):  # French counts: G/L, T/L
            self.factor *= _PREFIX[rest]
            self.names.append("10⁹" if rest == "G" else "10¹²")
            return True
        while rest:
            step = self._factor(rest, sign, first=not names)
            if step is None:
                return False
            used, name = step
            names.append(name)
            rest = rest[used:].lstrip(" ·*.")
            if len(names) > 4:
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
        number = _NUMBER.match(rest) if first else None
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
