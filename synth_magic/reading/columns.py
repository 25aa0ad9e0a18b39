"""Names and units of a table's columns, read together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth_magic.blueprint.model import Column, Stated
from synth_magic.blueprint.request import Either, Request
from synth_magic.errors import Problem, note
from synth_magic.reading import spelling
from synth_magic.reference import lookup, pins, tables
from synth_magic.reference.described import described
from synth_magic.reference.schema import Measure, Population, ReadColumn, Variable

#: A unit is believed without being named when it fits the facts this much better than the next.
CLEARLY = 3.0
#: An open range that keeps more than this of a law was hardly meant for its unit.
CUTS_NOTHING, UNLIKELY = 0.999, 0.02


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit that a column may be in, and how well the user's facts fit it."""

    unit: str
    measure: Measure
    fit: float


def read_columns(
    request: Request, population: Population
) -> tuple[tuple[ReadColumn, ...], tuple[Problem, ...]]:
    """Find each column's variable, unit and values.

    The system of units (SI or conventional) is one switch for the whole table: a column that
    names its unit decides it for those that do not, then the country, then the reference.
    """
    either = {e.column: e for e in request.either}
    found = [_variable(settle(c, either.get(c.name))) for c in request.columns]
    si = _si([(c, v) for c, v, _ in found], population)
    read, notes = [], []
    for column, variable, candidates in found:
        if candidates:
            names = " or ".join(tables.load().variables[v].label.lower() for v in candidates)
            notes.append(
                note(
                    ("columns", column.name),
                    f"{column.name} may be {names}: neither was used.",
                    "Write the full name as its description.",
                )
            )
        one, more = _read(column, variable, si)
        read.append(replace(one, time=_time(column, one.variable)))
        notes += more
    return tuple(read), tuple(notes)


def settle(column: Column, either: Either | None) -> Column:
    """Decide ``A/B``: a unit when the column's variable knows it as one, else two values."""
    if either is None:
        return column
    found = lookup.find(column.name).variable
    if found is not None:
        variable = tables.load().variables[found]
        unit = either.as_unit.unit
        if variable.number and unit is not None and measure(variable, unit) is not None:
            return either.as_unit
        return either.as_unit if variable.number else either.as_values
    return either.as_values


def _variable(column: Column) -> tuple[Column, Variable | None, tuple[str, ...]]:
    """By the column's concept, name, then description; a type that cannot be stops it."""
    variables = tables.load().variables
    if column.concept in variables:
        return column, variables[str(column.concept)], ()
    if _of_somebody_else(column):
        return column, None, ()
    candidates: tuple[str, ...] = ()
    for words in _in_turn(column):
        found = _meant(column, words)
        if found.variable is not None:
            variable = variables[found.variable]
            if _possible(column, variable):
                return column, variable, ()
            level = lookup.find(f"{words} level").variable  # "insulin" is a drug, too
            if level is not None and column.unit and _possible(column, variables[level]):
                return column, variables[level], ()
        candidates = candidates or found.candidates
    with_unit = lookup.find(f"{column.name} {column.unit}") if column.unit else lookup.Found()
    if not candidates and with_unit.variable is not None:
        variable = variables[with_unit.variable]  # "pt", in s
        return (column, variable, ()) if _possible(column, variable) else (column, None, ())
    return column, None, candidates


def _in_turn(column: Column) -> tuple[str | None, ...]:
    """Give the name, description and label; an abbreviation after a description that says more.

    An abbreviation that means other things, too, beside a description in words that mean none
    of it (``ca: cancer state``) says nothing.
    """
    said = (column.description, column.label)
    if lookup.exact(column.name):
        return (column.name, *said)
    if any(words and described(words).variable is not None for words in said):
        return (*said, column.name)
    name, variables = lookup.plain(column.name), tables.load().variables
    found = lookup.find(column.name).variable
    words = set(lookup.plain(column.description or "").split())
    if name in tables.load().lexicon["loose"] and found is not None and len(words) > 1:
        own = (variables[found].label, *variables[found].names)
        if not words & {word for own_name in own for word in lookup.plain(own_name).split()}:
            return said
    return (column.name, *said)


def _of_somebody_else(column: Column) -> bool:
    """Whether the description begins with whose it is: ``mother's race``."""
    words = lookup.plain(column.description or "").split()
    return bool(words) and words[0] in tables.load().lexicon["relatives"]


def _meant(column: Column, words: str | None) -> lookup.Found:
    """Look up a name, or a description with its sentence."""
    if not words:
        return lookup.Found()
    return lookup.find(words) if words == column.name else described(words)


def _time(column: Column, variable: str | None) -> str:
    """Say which of several measurements a column holds; the first has no word for it."""
    for words in (column.name, column.description, column.label):
        found = _meant(column, words)
        if variable is not None and found.variable == variable:
            return found.time
    return ""


def _possible(column: Column, variable: Variable) -> bool:
    """Whether what the user said of the column can be this variable."""
    if column.type in ("date", "datetime", "id", "text", "time_to_event"):
        return False
    if variable.number:
        return column.type in (None, "integer", "number") and not column.values
    if column.unit is not None and column.unit != "":
        return False
    if variable.id == "sex" and column.type == "boolean":
        words = _words(variable)
        return any(lookup.plain(said or "") in words for said in (column.description, column.name))
    binary = column.type == "integer" and column.range in ((0, 1), (0.0, 1.0))
    if column.range is not None and not binary:
        return False
    return column.type in (None, "category", "boolean") or binary


def measure(variable: Variable, unit: str) -> Measure | None:
    """Find the conversion from the variable's own unit to `unit`, or None."""
    if variable.unit and spelling.same(unit, variable.unit):
        return Measure(decimals=variable.decimals)
    for name, found in variable.units.items():
        if spelling.same(unit, name):
            return found
    every = {str(variable.unit): Measure(), **variable.units}
    for name, known in every.items():
        factor = spelling.factor(name, unit) if name else None
        if factor is not None:
            digits = None if variable.decimals is None else variable.decimals
            shift = round(np.log10(1 / (known.factor * factor))) if factor > 0 else 0
            return Measure(
                known.factor * factor,
                known.offset * factor,
                max(0, min(6, (digits or 0) + int(shift))),
            )
    return None


def _read(column: Column, variable: Variable | None, si: bool) -> tuple[ReadColumn, list[Problem]]:
    if variable is None:
        return ReadColumn(column), []
    if not variable.number:
        column = _everybody(_divided(column, variable), variable)
        known = column.model_copy(update={"concept": variable.id})
        if variable.id == "sex" and column.type in ("integer", "boolean"):
            values, coded = _codes(column, variable)
            return ReadColumn(known, variable.id, values=values), coded
        return ReadColumn(known, variable.id, values=_values(column, variable)), []
    notes: list[Problem] = []
    if column.unit is None and (in_name := _unit_in_name(column.name, variable)) is not None:
        sources = (*column.sources, ("unit", "user"))
        column = column.model_copy(update={"unit": in_name, "sources": sources})
    if column.unit is not None and variable.unit:
        found = measure(variable, column.unit)
        if found is None:
            told = (
                f"{column.name}: {column.unit} is no unit of {variable.label.lower()} that I know"
            )
            return ReadColumn(column), [
                note(
                    ("columns", column.name),
                    told + ", so the reference was not used.",
                    f"Write {_or([variable.unit, *variable.units])}, or a range or mean.",
                )
            ]
    else:
        best, sure = _choose(column, variable, si)
        unit, found = best.unit, best.measure
        if column.unit is None and unit:
            sources = (*column.sources, ("unit", "reference" if sure else "guess"))
            column = column.model_copy(update={"unit": unit, "sources": sources})
        if not sure:
            told = f"{column.name}: taken to be in {unit}."
            notes.append(note(("columns", column.name), told, "Name the unit to be sure."))
    known = column.model_copy(update={"concept": variable.id})
    decimals = found.decimals if found.decimals is not None else variable.decimals
    return ReadColumn(known, variable.id, found.factor, found.offset, decimals), notes


def _unit_in_name(name: str, variable: Variable) -> str | None:
    """Find the unit with which a name ends: ``height_cm``, ``glucose_mg_dl``."""
    words = [word for word in re.split(r"[^0-9a-zµμ%]+", name.casefold()) if word]
    ends = {"".join(words[-many:]) for many in (1, 2, 3) if many < len(words)}
    every = [unit for unit in (variable.unit, *variable.units) if unit]
    bare = {unit: re.sub(r"[^0-9a-zµμ%]+", "", unit.casefold()) for unit in every}
    return next((unit for unit, word in bare.items() if word in ends), None)


def _or(units: Sequence[str]) -> str:
    return units[0] if len(units) == 1 else ", ".join(units[:-1]) + " or " + units[-1]


def _choose(column: Column, variable: Variable, si: bool) -> tuple[Choice, bool]:
    """Choose the unit that the user's facts fit; the system's unit where they fit several."""
    own = Choice(variable.unit or "", Measure(decimals=variable.decimals), 0.0)
    every = [own, *(Choice(name, m, 0.0) for name, m in variable.units.items())]
    if len(every) == 1:
        return own, True
    preferred = variable.si if si and variable.si else variable.unit
    scored = [Choice(c.unit, c.measure, fit(column, variable, c.measure)) for c in every]
    first = next(c for c in scored if c.unit == preferred)
    top = max(scored, key=lambda c: c.fit)
    if first.fit == 0.0 and top.fit == 0.0:
        return first, not variable.si
    if top.fit > CLEARLY * max(first.fit, 1e-9):
        return top, True
    told = column.stated is not None or column.range is not None
    return first, told or not variable.si


def fit(column: Column, variable: Variable, unit: Measure) -> float:
    """How well a column's range and centre fit the general law in a unit, from 0 to 1.

    Shares of the law within the range, less where the range is far wider than the law; times
    the closeness of the centre.
    """
    rows = tables.load().laws[variable.id].quantiles
    if rows is None:
        return 0.0
    x = np.sort(rows[..., :].reshape(-1, rows.shape[-1]).mean(axis=0)) * unit.factor + unit.offset
    score = 1.0
    said = False
    if column.range is not None:
        low, high = (float(end) if isinstance(end, (int, float)) else None for end in column.range)
        inside = np.interp(
            [low if low is not None else -1e300, high if high is not None else 1e300],
            x,
            tables.load().probabilities,
            left=0.0,
            right=1.0,
        )
        score *= float(inside[1] - inside[0])
        if (low is None) != (high is None) and score > CUTS_NOTHING:
            # Nobody states an end that cuts nothing off: `> 9` of HbA1c is percent.
            score *= UNLIKELY
        if low is not None and high is not None and high > low:
            width = (x[-1] - x[0]) / (high - low)
            score *= min(1.0, max(width, 0.0) * 4) if width < 0.25 else 1.0
        said = True
    stated = column.stated
    centre = None if stated is None else stated.mean if stated.mean is not None else stated.median
    if isinstance(centre, (int, float)):
        spread = max((x[-2] - x[1]) / 3.29, 1e-9)
        score *= float(np.exp(-0.5 * min(((centre - x[len(x) // 2]) / (2 * spread)) ** 2, 50)))
        said = True
    return score if said else 0.0


def _si(found: Sequence[tuple[Column, Variable | None]], population: Population) -> bool:
    votes = 0
    for column, variable in found:
        if variable is None or variable.si is None:
            continue
        if column.unit is not None:
            votes += 1 if spelling.same(column.unit, variable.si) else -1
        elif column.range is not None or pins.full(column):
            si = fit(column, variable, variable.units[variable.si])
            own = fit(column, variable, Measure())
            votes += int(si > CLEARLY * own) - int(own > CLEARLY * si)
    return votes > 0 if votes else population.si


def _values(column: Column, variable: Variable) -> tuple[tuple[str, str], ...]:
    """Pairs (the column's value, the reference's)."""
    mine = column.values or ()
    if not mine:
        for stated in (column.distribution, column.stated):
            if stated is not None and stated.probabilities is not None:
                mine = tuple(value for value, _ in stated.probabilities)
    if not mine:
        return tuple((value, value) for value in variable.values)
    theirs = _words(variable) or {"no": "no", "yes": "yes"}
    meant = {v: theirs.get(word) for v, word in _labels(column, mine).items()}
    pairs = tuple((v, value) for v, value in meant.items() if value is not None)
    if not pairs and variable.id == "sex" and set(mine) == {"1", "2"}:
        return (("1", "M"), ("2", "F"))  # ISO/IEC 5218
    if not pairs and variable.ordered and len(mine) == len(variable.values):
        return tuple(zip(mine, variable.values, strict=True))
    return pairs


def _codes(column: Column, variable: Variable) -> tuple[tuple[tuple[str, str], ...], list[Problem]]:
    """Say which sex a code means: by its label, by the column's name, else 1 is male.

    1 is male in ISO/IEC 5218, and in most files that code 0 and 1.
    """
    lower, upper = ("0", "1") if column.type == "integer" else ("no", "yes")
    words = _words(variable)
    labels = _labels(column, (lower, upper))
    meant = words.get(labels[lower]), words.get(labels[upper])
    if set(meant) == {"F", "M"}:
        return ((lower, str(meant[0])), (upper, str(meant[1]))), []
    named = words.get(lookup.plain(column.name))
    one = named or "M"
    pairs = ((lower, "F" if one == "M" else "M"), (upper, one))
    if named is not None:
        return pairs, []
    what = f"{column.name}: {lower} is taken for women, {upper} for men, a guess."
    mend = f"Write {column.name}: 0 = F, 1 = M, or the other way round."
    return pairs, [note(("columns", column.name), what, mend)]


def _divided(column: Column, variable: Variable) -> Column:
    """Take ``1/2`` of a category as its two values, as ``1 / 2`` is."""
    said = (column.description or "").strip()
    untold = column.type is None and column.values is None and column.stated is None
    if not untold or not re.fullmatch(r"[^\W_]{1,12}(?:/[^\W_]{1,12}){1,9}", said):
        return column
    values = tuple(said.split("/"))
    if len(set(values)) < len(values) or variable.type != "category":
        return column
    fields = {"type": "category", "values": values, "description": None}
    return column.model_copy(update=fields)


def _everybody(column: Column, variable: Variable) -> Column:
    """Take one value alone (``sex: F``, ``diabetes: no``) as that of all rows."""
    if column.values or not column.description:
        return column
    word, lexicon = lookup.plain(column.description), tables.load().lexicon
    known = _words(variable)
    whole = variable.id == "sex" and column.stated is not None and word in known
    if whole and column.stated is not None and column.type == "boolean":
        share = float(column.stated.probability or 0)
        other = {"F": "M", "M": "F"}[known[word]]
        shares = ((column.description, share), (other, 1 - share))
        fields: dict[str, object] = {"type": "category", "stated": Stated(probabilities=shares)}
        return column.model_copy(update=fields | {"description": None})
    if column.stated is not None:
        return column
    if variable.type == "boolean" and word in (*lexicon["yes_words"], *lexicon["no_words"]):
        share = float(word in lexicon["yes_words"])
        fields = {"type": "boolean", "stated": Stated(probability=share)}
        return column.model_copy(update=fields | {"description": None})
    if variable.type != "boolean" and column.type is None and word in known:
        fields = {"type": "category", "values": (column.description,), "description": None}
        return column.model_copy(update=fields)
    return column


def _words(variable: Variable) -> dict[str, str]:
    """Plain words for a variable's values."""
    known = {lookup.plain(value): value for value in variable.values}
    return known | {lookup.plain(n): v for v, names in variable.aliases.items() for n in names}


def _labels(column: Column, mine: Sequence[str]) -> dict[str, str]:
    """Plain words for values: the label of a code (``1 = male``), yes and no of any language."""
    codes = dict(re.findall(r"(\w+)\s*[=:]\s*([^\W\d]\w*)", column.description or ""))
    truths = dict.fromkeys(tables.load().lexicon["yes_words"], "yes")
    truths |= dict.fromkeys(tables.load().lexicon["no_words"], "no")
    words = {value: lookup.plain(codes.get(value, value)) for value in mine}
    both = {truths.get(word) for word in words.values()} == {"yes", "no"}
    return {value: truths[word] if both else word for value, word in words.items()}
