"""The single units that `units` reads: spellings, dimension, size in base units.

Factors are those of the SI brochure (BIPM, 9th edition, 2019) and of NIST
Special Publication 811 (2008), appendix B.8; months and years are mean ones of
the Julian calendar, 365.25 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Atom:
    """One unit; `prefixes` are those of the SI that it takes."""

    name: str
    dimension: Mapping[str, int]
    factor: float = 1.0
    offset: float = 0.0
    prefixes: str = ""
    alone: bool = False  # stands only by itself: °C, dB
    word: bool = False  # a counted thing: never below a fraction line


_SMALL = "kcdmµnpf"
PREFIX = {
    "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "h": 1e2, "d": 1e-1, "c": 1e-2, "m": 1e-3,
    "µ": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15,
}  # fmt: skip
_PRESSURE = {"mass": 1, "length": -1, "time": -2}
_ENERGY = {"mass": 1, "length": 2, "time": -2}
_VOLUME = {"length": 3}
_DAY = 86_400.0


def _table() -> dict[str, Atom]:
    """Make the table of all spellings, without prefixes."""
    atoms: dict[str, Atom] = {}

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
        atom = Atom(names[0], dimension, factor, offset, prefixes, alone, word)
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


ATOMS = _table()
