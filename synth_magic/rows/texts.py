"""Free text: made plain, and compared with the row that it is about.

The comparison is a cheap one and claims no more: numbers that stand beside a
column's name or unit, the age of somebody who is so many years old, and the
first word that tells a sex.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from synth_magic import safe_text
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.rows.sheet import Word

LONGEST = 1000  # characters
#: How far behind a name its number stands at most, in characters.
_BESIDE = 30
#: Units that say little about which quantity is meant.
_YEARS = ("years", "year", "yrs", "yr")
_TIMES = (
    *(*_YEARS, "months", "month", "mo", "weeks", "week", "wk", "days", "day", "hours", "hour"),
    *("hr", "hrs", "min", "minute", "minutes", "second", "seconds"),
)
_NUMBER = re.compile(r"(?<![\w.,/-])[-+−]?\d+(?:[.,]\d+)*(?![\w/-]*\d)")
_CLAUSE = re.compile(r"[;!?()]|[.:](?=\s|$)|,\s|\b(?:and|or|with)\b")
_OLD = re.compile(r"(\d+)[\s-]*years?[\s-]*old\b|\baged\s+(\d+)\b", re.IGNORECASE)
_SEX_NAMES = frozenset(("sex", "gender", "sexe", "geschlecht", "sexo"))
_FEMALE = "f female w woman women lady girl she her hers femme fille frau mujer weiblich femenino"
_MALE = "m male man men gentleman boy he him his homme garçon mann hombre männlich masculino"
_LETTERS = ("f", "w", "m")
_SEX = dict.fromkeys(_FEMALE.split(), "f") | dict.fromkeys(_MALE.split(), "m")
_SEX_WORD = re.compile(
    r"(?<![\w'’])(" + "|".join(w for w in _SEX if w not in _LETTERS) + r")(?!\w)", re.IGNORECASE
)


def clean(raw: str) -> str:
    """Make a text fit for a cell: NFC, one line, without characters that act on a reader.

    Parameters
    ----------
    raw
        As the model wrote it.
    """
    plain = "".join(map(safe_text.character, raw))
    return unicodedata.normalize("NFC", " ".join(plain.split()))


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """What tells in a text of which column it speaks.

    Parameters
    ----------
    named
        By lower-case name or label: the column.
    mention
        Finds such a name; None where there is no number.
    united
        By unit: the columns that have it.
    quantity
        Finds a number with one of these units.
    age, sex
        Names of these columns.
    sexes
        By value of the column `sex`: f or m.
    """

    named: Mapping[str, str]
    mention: re.Pattern[str] | None
    united: Mapping[str, tuple[str, ...]]
    quantity: re.Pattern[str] | None
    age: str | None
    sex: str | None
    sexes: Mapping[str, str]

    def contradictions(self, text: str, row: Mapping[str, Word]) -> Iterator[str]:
        """Say where a text does not fit its row.

        Parameters
        ----------
        text
            As it would stand in the cell.
        row
            Cells by column, None where missing.
        """
        yield from self._beside_names(text, row)
        yield from self._with_units(text, row)
        yield from self._years(text, row)
        yield from self._sexes(text, row)

    def _beside_names(self, text: str, row: Mapping[str, Word]) -> Iterator[str]:
        if self.mention is None:
            return
        found = list(self.mention.finditer(text))
        ends = (*(match.start() for match in found[1:]), len(text))
        for match, following in zip(found, ends, strict=False):
            name = self.named[match[0].casefold()]
            if name not in row:
                continue
            beside = text[match.end() : min(following, match.end() + _BESIDE)]
            beside = _CLAUSE.split(beside.removeprefix(":").removeprefix(" ("), maxsplit=1)[0]
            numbers = _NUMBER.findall(beside)
            if numbers and not any(_agrees(number, row[name]) for number in numbers):
                yield _differs(numbers[0], name, row[name])

    def _with_units(self, text: str, row: Mapping[str, Word]) -> Iterator[str]:
        if self.quantity is None:
            return
        for match in self.quantity.finditer(text):
            columns = [name for name in self.united[match[2].casefold()] if name in row]
            if columns and not any(_agrees(match[1], row[name]) for name in columns):
                yield _differs(f"{match[1]} {match[2]}", columns[0], row[columns[0]])

    def _years(self, text: str, row: Mapping[str, Word]) -> Iterator[str]:
        match = _OLD.search(text)
        if match is None or self.age is None or self.age not in row:
            return
        said, stands = match[1] or match[2], row[self.age]
        if not isinstance(stands, (int, float)) or not 0 <= stands - int(said) < 1:
            yield _differs(f"{said} years", self.age, stands)

    def _sexes(self, text: str, row: Mapping[str, Word]) -> Iterator[str]:
        match = _SEX_WORD.search(text)
        if match is None or self.sex is None:
            return
        stands = self.sexes.get(str(row.get(self.sex)))
        if stands is not None and _SEX[match[0].casefold()] != stands:
            yield _differs(f"“{match[0]}”", self.sex, row.get(self.sex))


def _differs(said: str, name: str, stands: Word) -> str:
    here = "has no value" if stands is None else f"is {stands}"
    return f"says {said} where {name} {here}"


def _agrees(said: str, stands: Word) -> bool:
    """Whether a number as written is a cell's value, perhaps rounded further."""
    if not isinstance(stands, (int, float)):
        return False
    return any(
        abs(float(one) - stands) <= 0.5 * 10.0 ** -len(one.partition(".")[2]) + 1e-9
        for one in _readings(said.replace("−", "-"))
    )


def _readings(said: str) -> Iterator[str]:
    """Read a comma as that of a decimal, and as one that parts thousands."""
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", said):
        yield said
    if re.fullmatch(r"[-+]?\d+,\d+", said):
        yield said.replace(",", ".")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", said):
        yield said.replace(",", "")


@lru_cache(maxsize=8)
def reader(blueprint: Blueprint) -> Reader:
    """Prepare the comparison of texts with rows.

    Parameters
    ----------
    blueprint
        Whose columns the rows have.
    """
    numbers = [column for column in blueprint.columns if _counts(column)]
    named: dict[str, str] = {}
    united: dict[str, tuple[str, ...]] = {}
    for column in numbers:
        for word in (column.name, column.name.replace("_", " "), column.label or ""):
            if len(word) > 1:
                named.setdefault(word.casefold(), column.name)
        unit = (column.unit or "").casefold()
        if len(unit) > 1 and unit not in _TIMES:
            united[unit] = (*united.get(unit, ()), column.name)
    sexes: dict[str, str] = {}
    sex = next((c for c in blueprint.columns if _is(c, "sex", _SEX_NAMES)), None)
    if sex is not None:
        sexes = {v: _SEX[v.casefold()] for v in sex.levels if v.casefold() in _SEX}
    aged = (c for c in numbers if _is(c, "age", frozenset(("age",))))
    age = next((c.name for c in aged if (c.unit or "years").casefold() in _YEARS), None)
    return Reader(
        named,
        _words(named, r"(?<!\w)({})(?!\w)"),
        united,
        _words(united, r"(?<![\w.,])(\d+(?:[.,]\d+)*)\s*({})(?![\w/])"),
        age,
        sex.name if sex is not None and set(sexes.values()) == {"f", "m"} else None,
        sexes,
    )


def _counts(column: Column) -> bool:
    number = column.type in ("integer", "number", "time_to_event") and not column.zero_one
    return number and not column.hidden


def _is(column: Column, concept: str, names: frozenset[str]) -> bool:
    return column.concept == concept or column.name.casefold() in names


def _words(table: Mapping[str, object], form: str) -> re.Pattern[str] | None:
    if not table:
        return None
    longest = sorted(table, key=len, reverse=True)
    return re.compile(form.format("|".join(map(re.escape, longest))), re.IGNORECASE)
