"""Which column a published line is about: the cell's own columns first, then the reference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from synth_magic.blueprint.model import Column
from synth_magic.blueprint.request import Request
from synth_magic.reading.columns import read_columns
from synth_magic.reference import lookup, tables
from synth_magic.reference.schema import Population, ReadColumn, Variable

_AROUND = re.compile(
    r"^(?:history of|prior|previous|known|use of|any|presence of|diagnosis of|patients with"
    r"|proportion of|number of|with)\s+"
    r"|\s+(?:sex|gender|patients|participants|subjects|use|users?|at baseline|status|present"
    r"|diagnosis)$",
    re.IGNORECASE,
)
_OF = re.compile(r"^(\w+) of (?:the )?(.+)$")
_NOT = re.compile(
    r"^(?:no|without|non|not|never|free of)[\s-]+(?:an?\s|any\s)?(?P<rest>.+)$", re.IGNORECASE
)
_EQUAL = re.compile(r"^(?P<name>[^=]+?)\s*={1,2}\s*(?P<value>[^=]+)$")
_YES = frozenset({"yes", "y", "true", "1", "present", "positive"})
_NO = frozenset({"no", "n", "false", "0", "absent", "negative"})


def plain(words: str) -> str:
    """Words without case, accents and signs."""
    found = lookup.plain(words.replace("_", " "))
    return found or " ".join(re.findall(r"\w+", words.casefold()))


@dataclass(frozen=True, slots=True)
class Match:
    """A column, there already or to be made, and perhaps one of its values."""

    column: str | None = None
    variable: str | None = None
    value: str | None = None


class Names:
    """Finds the columns of a request by the words of a published line.

    Parameters
    ----------
    request
        As parsed; its columns are the cell's own.
    """

    def __init__(self, request: Request) -> None:
        self.own: dict[str, ReadColumn] = {}
        read, _ = read_columns(request, Population())
        for one in read:
            self.own[one.column.name] = one
        self._spelled: dict[str, str] = {}
        for name, one in self.own.items():
            for words in (name, one.column.label, one.column.description):
                if words and plain(words):
                    self._spelled.setdefault(plain(words), name)
                    self._spelled.setdefault(plain(words).replace(" ", ""), name)

    def find(self, words: str, *, share: bool = False) -> Match:
        """Find what words mean.

        Parameters
        ----------
        words
            Of a line or of an operand; ``smoker=current`` names a value.
        share
            Whether a share of the rows is printed, so that a value may be meant.
        """
        equal = _EQUAL.match(words)
        if equal is not None:
            found = self.find(equal["name"])
            return Match(found.column, found.variable, self.value(found, equal["value"]))
        for spelling in _spellings(words):
            name = self._spelled.get(spelling) or self._spelled.get(spelling.replace(" ", ""))
            if name is not None:
                return self._whole(name, spelling, share=share)
        for spelling in _spellings(words):
            for name, one in self.own.items():
                value = _own_value(one, spelling)
                if value is not None and spelling not in _YES | _NO:
                    return Match(name, one.variable, value)
        return self._known(words, share=share)

    def _whole(self, name: str, spelling: str, *, share: bool) -> Match:
        """Take a column by its name; ``male: yes/no`` and ``sex`` alike."""
        one = self.own[name]
        value = None
        if share and one.variable is not None and one.column.type != "boolean":
            value = self._level(tables.load().variables[one.variable], spelling, one)
        return Match(name, one.variable, value)

    def _known(self, words: str, *, share: bool) -> Match:
        for spelling in _spellings(words):
            found = lookup.find(spelling)
            variable = found.variable
            if variable is None and share:
                variable = _by_value(spelling)
            if variable is None or found.time:
                continue
            known = tables.load().variables[variable]
            name = next((n for n, one in self.own.items() if one.variable == variable), None)
            one = self.own[name] if name is not None else None
            if share and known.values and known.type != "boolean":
                return Match(name, variable, self._level(known, spelling, one))
            return Match(name, variable)
        return Match()

    def _level(self, variable: Variable, spelling: str, one: ReadColumn | None) -> str | None:
        """Which value of a category a share alone is of: ``Female``, ``Current smoker``."""
        value = _alias(variable, spelling)
        if value is None and not variable.number and variable.level and spelling != variable.id:
            value = variable.level if variable.id != "sex" else None
        if value is None or one is None:
            return value
        return next((mine for mine, theirs in one.values if theirs == value), None)

    def value(self, match: Match, words: str) -> str | None:
        """Find which of a column's values words mean; None where it has none such."""
        spelling = plain(words)
        one = self.own.get(match.column or "")
        if one is not None:
            return _own_value(one, spelling)
        if match.variable is not None:
            known = tables.load().variables[match.variable]
            return _alias(known, spelling)
        return None

    def groups(self, names: Sequence[str]) -> tuple[Match, tuple[str, ...]] | None:
        """Find the column whose values make these groups.

        Returns
        -------
        match, values
            The column, and the value of each group in turn; None where none is known.
        """
        equal = [_EQUAL.match(name) for name in names]
        if all(equal):
            heads = {plain(found["name"]) for found in equal if found}
            if len(heads) == 1:
                match = self.find(equal[0]["name"] if equal[0] else "")
                values = [
                    self.value(match, found["value"]) or found["value"] for found in equal if found
                ]
                return match, tuple(values)
        for name, one in self.own.items():
            values = [_own_value(one, plain(group)) or "" for group in names]
            if all(values) and len(set(values)) == len(values):
                return Match(name, one.variable), tuple(values)
        by_value = {_by_value(plain(group)) for group in names}
        if len(by_value) == 1 and None not in by_value:
            variable = by_value.pop()
            known = tables.load().variables[str(variable)]
            return Match(None, variable), tuple(
                _alias(known, plain(group)) or group for group in names
            )
        return self._with_and_without(names)

    @staticmethod
    def _is_truth(variable: str) -> bool:
        return tables.load().variables[variable].type == "boolean"

    def _with_and_without(self, names: Sequence[str]) -> tuple[Match, tuple[str, ...]] | None:
        """Read ``Diabetes`` beside ``No diabetes``."""
        if len(names) != 2:
            return None
        for yes, no in (names, names[::-1]):
            found = _NOT.match(no.strip())
            if found is None:
                continue
            own = _AROUND.sub("", yes.strip())
            if plain(found["rest"]) != plain(own) and plain(found["rest"]) != plain(yes):
                continue
            match = self.find(own)
            if match.column is not None:
                one = self.own[match.column].column
                if one.type not in (None, "boolean") and not one.zero_one:
                    return None
            elif match.variable is not None and not self._is_truth(match.variable):
                match = Match()
            values = ("yes", "no") if yes is names[0] else ("no", "yes")
            return match, values
        return None


def _spellings(words: str) -> list[str]:
    found = [plain(words)]
    text = words.strip()
    for _ in range(2):
        text = _AROUND.sub("", text).strip()
        found.append(plain(text))
    turned = _OF.match(plain(words))
    if turned is not None:
        found.append(f"{turned[2]} {turned[1]}")
    return [each for each in dict.fromkeys(found) if each]


def _own_value(one: ReadColumn, spelling: str) -> str | None:
    """Which value of a column of the cell a word means."""
    column = one.column
    values = values_of(column, one)
    for value in values:
        if plain(value) == spelling:
            return value
    if set(values) == {"no", "yes"} or column.type == "boolean":
        return "yes" if spelling in _YES else "no" if spelling in _NO else None
    if set(values) == {"0", "1"}:
        return "1" if spelling in _YES else "0" if spelling in _NO else None
    if one.variable is not None:
        theirs = _alias(tables.load().variables[one.variable], spelling)
        return (
            next((mine for mine, known in one.values if known == theirs), None) if theirs else None
        )
    return None


def values_of(column: Column, one: ReadColumn | None = None) -> tuple[str, ...]:
    """Give the values of a column of the cell, as far as they are known."""
    if column.levels:
        return column.levels
    if column.stated is not None and column.stated.probabilities:
        return tuple(value for value, _ in column.stated.probabilities)
    if column.type == "integer" and column.range in ((0, 1), (0.0, 1.0)):
        return ("0", "1")
    if column.type is None and one is not None and one.variable is not None:
        known = tables.load().variables[one.variable]
        return ("no", "yes") if known.type == "boolean" else known.values
    return ()


def _alias(variable: Variable, spelling: str) -> str | None:
    for value in variable.values:
        words = {plain(value), *(plain(alias) for alias in variable.aliases.get(value, ()))}
        own = {plain(variable.id), plain(variable.label), *(plain(name) for name in variable.names)}
        whole = {f"{word} {name}" for word in words for name in own}
        if spelling in words | whole:
            return value
    return None


def _by_value(spelling: str) -> str | None:
    """Find the one variable of which words are a value, by themselves."""
    sex = tables.load().variables.get("sex")
    if sex is not None and _alias(sex, spelling) is not None and len(spelling) > 0:
        return "sex"
    found = {
        variable.id
        for variable in tables.load().variables.values()
        if not variable.hidden
        and variable.values
        and len(spelling.split()) > 1
        and _alias(variable, spelling) is not None
    }
    return found.pop() if len(found) == 1 else None
