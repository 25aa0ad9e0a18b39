"""Published Table 1s: what their data files say, read and checked.

A line is written as it was printed: ``131 ± 23`` is a mean and SD, ``409 [178, 673]`` a median and
quartiles, ``63 [12]`` a median and the width of the quartiles, ``45.5%`` a share of yes, and
``never 61%, former 33%, current 6%`` the shares of a category's values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

TABLES = Path(__file__).parent / "tables"
#: Tables that have become sources of the reference since; they are no longer scored.
SEEN = frozenset(["pregnancy_dutch", "osteoporosis_japan"])
#: Half the spread of quartiles of a normal law, in SDs, twice.
IQR_OF_SD = 1.349
Kind = Literal["mean", "median", "share", "category"]

_NUMBER = r"-?\d+(?:\.\d+)?"
_MEAN = re.compile(rf"({_NUMBER}) ± ({_NUMBER})")
_QUARTILES = re.compile(rf"({_NUMBER}) \[({_NUMBER}), ({_NUMBER})\]")
_WIDTH = re.compile(rf"({_NUMBER}) \[({_NUMBER})\]")
_SHARE = re.compile(rf"({_NUMBER})%")
_VALUE = re.compile(rf"(.+) ({_NUMBER})%")
_NAME = re.compile(r"(\w+)(?: \((.+)\))?")
_FIELDS = {
    "id", "population", "people", "source", "opened", "rank", "n", "group", "base", "age",
    "women", "lines", "left_out", "ranges", "remark",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a table.

    Parameters
    ----------
    column, unit
        As a person would write them; the unit may be empty.
    kind
        ``mean`` (and SD), ``median`` (and quartiles), ``share`` (of yes) or ``category``.
    centre, sd
        Of a number: mean and SD, or median and the quartiles' width over 1.349.
    quartiles
        Where both are printed.
    shares
        Of yes, or of each value; they sum to 1 for a category.
    text
        As in the file.
    """

    column: str
    unit: str
    kind: Kind
    text: str
    centre: float = 0.0
    sd: float = 0.0
    quartiles: tuple[float, float] | None = None
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Published:
    """A published Table 1: where it stands, of whom it is and its lines."""

    id: str
    population: str
    people: str
    title: str
    journal: str
    year: int | None
    url: str
    rank: int
    n: int
    group: str
    base: str
    age: Line | None
    women: float | None
    lines: tuple[Line, ...]
    left_out: int
    ranges: int
    remark: str


def line(name: str, text: str) -> Line:
    """Read a line of a file.

    Raises
    ------
    ValueError
        If it is none, or its figures are not in order.
    """
    named = _NAME.fullmatch(name)
    if not named:
        raise ValueError(f"{name} is no name with a unit")
    column, unit = named[1], named[2] or ""
    if found := _MEAN.fullmatch(text):
        return _number(column, unit, "mean", text, float(found[1]), float(found[2]))
    if found := _QUARTILES.fullmatch(text):
        centre, low, high = map(float, found.groups())
        if not low <= centre <= high:
            raise ValueError(f"{name}: the quartiles {text} are not in order")
        sd = (high - low) / IQR_OF_SD
        return _number(column, unit, "median", text, centre, sd, (low, high))
    if found := _WIDTH.fullmatch(text):
        sd = float(found[2]) / IQR_OF_SD
        return _number(column, unit, "median", text, float(found[1]), sd)
    if found := _SHARE.fullmatch(text):
        return Line(column, unit, "share", text, shares=(("yes", _part(name, found[1])),))
    values = [_VALUE.fullmatch(part) for part in text.split(", ")]
    if len(values) < 2 or not all(values):
        raise ValueError(f"{name}: {text} is no line of a table")
    parts = [(value[1], _part(name, value[2])) for value in values if value]
    total = sum(share for _, share in parts)
    if not 0.85 <= total <= 1.02:
        raise ValueError(f"{name}: the shares sum to {total:.2f}")
    shares = tuple((value, share / total) for value, share in parts)
    return Line(column, unit, "category", text, shares=shares)


@cache
def published() -> tuple[Published, ...]:
    """All tables, in the order of the files."""
    found: list[Published] = []
    for path in sorted(TABLES.glob("*.yaml")):
        found += map(_table, yaml.safe_load(path.read_text(encoding="utf-8")))
    return tuple(found)


def identifiers(table: Published) -> set[str]:
    """Find what tells a table's article from others: its number in an archive or a journal."""
    return set(re.findall(r"PMC\d+|markup/\d+|s\d{4,5}-\d{3}-\d+(?:-\w)?", table.url))


def _number(
    column: str,
    unit: str,
    kind: Kind,
    text: str,
    centre: float,
    sd: float,
    quartiles: tuple[float, float] | None = None,
) -> Line:
    if sd <= 0:
        raise ValueError(f"{column}: {text} has no spread")
    return Line(column, unit, kind, text, centre, sd, quartiles)


def _part(name: str, text: str) -> float:
    if not 0 <= float(text) <= 100:
        raise ValueError(f"{name}: {text}% is no share")
    return float(text) / 100


def _table(raw: dict[str, Any]) -> Published:
    if unknown := set(raw) - _FIELDS:
        raise ValueError(f"{raw['id']}: {', '.join(sorted(unknown))} is no field of a table")
    if raw["opened"] is not True:
        raise ValueError(f"{raw['id']} was not opened")
    source = raw["source"]
    lines = tuple(line(name, str(text)) for name, text in raw["lines"].items())
    return Published(
        id=raw["id"],
        population=raw["population"],
        people=raw["people"],
        title=source["title"],
        journal=source["journal"],
        year=source["year"],
        url=source["url"],
        rank=raw["rank"],
        n=raw["n"],
        group=raw["group"],
        base=raw.get("base", "adults"),
        age=line("age (years)", str(raw["age"])) if "age" in raw else None,
        women=_part("women", str(raw["women"])[:-1]) if "women" in raw else None,
        lines=lines,
        left_out=raw["left_out"],
        ranges=raw.get("ranges", 0),
        remark=raw.get("remark", ""),
    )
