"""What the shape of a name tells: ``patient_id``, ``visit_date``, ``email``, ``city``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from synth_magic.blueprint.model import Column, Distribution, Lognormal, Poisson
from synth_magic.errors import Problem, note
from synth_magic.reference import lookup

#: Period of dates when the description names none: fixed, so that a cell stays the same table.
YEARS = (2020, 2024)
#: Years of birth when nothing is said: adults in that period.
BORN = (1935, 2005)
PLACEHOLDERS = 5

Shape = Callable[[Column, str], Column]


def fill(column: Column, **fields: Any) -> Column:
    """Fill open fields; who did is written beside them."""
    fresh = {k: v for k, v in fields.items() if getattr(column, k) is None}
    named = dict(column.sources) | {k: "guess" for k in fresh if k != "distribution"}
    return column.model_copy(update=fresh | {"sources": tuple(named.items())})


def shaped(column: Column) -> tuple[Column, tuple[Problem, ...]] | None:
    """Type, range and law by the shape of a short description, or of the name.

    Parameters
    ----------
    column
        Of which nothing was said.

    Returns
    -------
    column, notes
        None when neither tells anything.
    """
    for words in _words(column):
        rest = _PERIOD.sub("", words)
        for pattern, shape in _SHAPES:
            found = pattern.search(rest)
            if found is not None:
                done = shape(column, found[0].strip("_"))
                return done, _told(column, done)
        if rest != words and column.unit is None:
            done = _counted(column, words)
            return done, _told(column, done)
    if column.unit == "%":
        done = fill(column, type="number", decimals=1, range=(0, 100))
        return done, _told(column, done)
    return None


def pattern_of(column: Column) -> str:
    """How the ids of a column look: ``user####@example.org`` for an e-mail, else ``P####``."""
    found = shaped(column.model_copy(update={"type": None}))
    if found is not None and found[0].pattern is not None:
        return found[0].pattern
    letter = re.sub(r"[^A-Za-z]", "", column.name)[:1].upper() or "R"
    return f"{letter}####"


def years(column: Column) -> Column:
    """Keep years whole numbers where the name says year: ``built: 1900-2020``.

    Elsewhere ``2015-2020`` is a period of dates, from its first day to its last.
    """
    if column.range is None or not _says_year(column):
        return column
    if column.type is None and all(_is_year(end) for end in column.range):
        return fill(column, type="integer")
    if column.type != "date":
        return column
    low, high = (None if end is None else str(end) for end in column.range)
    if not (low or "0000-01-01").endswith("-01-01") or not (high or "-12-31").endswith("-12-31"):
        return column
    ends = (None if low is None else int(low[:4]), None if high is None else int(high[:4]))
    sources = tuple((dict(column.sources) | {"type": "guess"}).items())
    return column.model_copy(update={"type": "integer", "range": ends, "sources": sources})


def _is_year(end: float | str | None) -> bool:
    return isinstance(end, (int, float)) and 1000 <= end <= 2200 and end == int(end)


def _says_year(column: Column) -> bool:
    name = _plain(column.name)
    return bool(_YEAR.search(name)) and not re.search(r"date|datum|fecha|day", name)


def _plain(text: str) -> str:
    return lookup.plain(text).replace(" ", "_")


def _words(column: Column) -> tuple[str, ...]:
    """Put a short description first; it says more than a name: ``name: first name``."""
    said = _plain(column.description or "")
    return (said, _plain(column.name)) if 0 < len(said.split("_")) <= 3 else (_plain(column.name),)


def _told(column: Column, done: Column) -> tuple[Problem, ...]:
    path = ("columns", column.name)
    if done.type == "id":
        if _PLAIN_ID.search(_plain(column.name)):
            return ()
        first = re.sub("#+", lambda m: "1".zfill(len(m[0])), done.pattern or "")
        what = f"{column.name}: placeholders, {first} and so on, since no model writes texts."
        return (note(path, what, "Give it values, or a pattern with # for digits."),)
    if done.values is not None:
        what = f"{column.name}: {done.values[0]} to {done.values[-1]} stand for values not said."
        if len(done.values) == 2:
            what = f"{column.name}: {done.values[0]} and {done.values[1]}, half each, are guesses."
        return (note(path, what, f"Write the values, as in `{column.name}: one / two / three`."),)
    what = f"{column.name}: a guess by its name alone, since nothing was said of it."
    return (note(path, what, "State its range, a mean, values or shares."),)


# The shapes -------------------------------------------------------------------------


def _ends_or_is(words: str) -> re.Pattern[str]:
    return re.compile(rf"(^|_)({words})($|_)")


def _id(pattern: str) -> Shape:
    return lambda column, _: fill(column, type="id", pattern=pattern)


def _letter(column: Column, _: str) -> Column:
    letter = re.sub(r"[^A-Za-z]", "", column.name)[:1].upper() or "R"
    return fill(column, type="id", pattern=f"{letter}####")


def _named(column: Column, found: str) -> Column:
    """``name`` and ``patient_name`` are persons, ``product_name`` is a product."""
    first = found.removesuffix("name").strip("_")
    person = first in ("", "full", "patient", "user", "subject", "customer", "client", "contact")
    return fill(column, type="id", pattern=f"{'Person' if person else first.capitalize()} ####")


def _text(column: Column, found: str) -> Column:
    word = found.rstrip("s").replace("_", " ").capitalize()
    return fill(column, type="id", pattern=f"{word} ####")


def _places(column: Column, found: str) -> Column:
    word = found.replace("_", " ").capitalize()
    values = tuple(f"{word} {letter}" for letter in "ABCDEFGH"[:PLACEHOLDERS])
    return _equal(column, values)


def _equal(column: Column, values: tuple[str, ...]) -> Column:
    law = Distribution(
        probabilities=tuple((value, 1 / len(values)) for value in values), source="guess"
    )
    return fill(column, type="category", values=values, distribution=law)


def _amount(column: Column, _: str) -> Column:
    law = Distribution(lognormal=Lognormal(median=100, sigma=0.8), source="guess")
    return fill(column, type="number", decimals=2, range=(0, None), distribution=law)


def _counted(column: Column, _: str) -> Column:
    law = Distribution(poisson=Poisson(mean=3), source="guess")
    return fill(column, type="integer", range=(0, None), distribution=law)


def _typed(**fields: Any) -> Shape:
    return lambda column, _: fill(column, **fields)


def _year(column: Column, _: str) -> Column:
    ends = BORN if says_birth(column) else (YEARS[0] - 5, YEARS[1])
    return fill(column, type="integer", range=ends)


def says_birth(column: Column) -> bool:
    """Whether a name says when somebody was born."""
    return bool(_BIRTH.search(_plain(column.name)))


_BIRTH = re.compile(r"birth(?!_?weight)|born|dob($|_)|geburt|naissance|nacimiento|yob")


#: "Falls in the last year" and "visits per year" name a period, no year.
_PERIOD = re.compile(
    r"_((in|during|over|within|of)_)?(the_|a_)?(last|past|previous|prior|per|within)"
    r"_(\d+_)?(year|yr|month|week|day)s?$"
)
_YEAR = re.compile(
    r"(^|_)(years?|yr|yob|annee|an|anno|ano|jaar|built|constructed|founded|established|vintage)"
    r"($|_)|(year|jahr)$"
)
_PLAIN_ID = re.compile(
    r"(^|_)(id|ids|identifier|uuid|mrn|pid|sku)($|_)"
    r"|^(patient|subject|record|customer|order)(_?(no|nr|number|code|key))?$"
)
_SHAPES: tuple[tuple[re.Pattern[str], Shape], ...] = (
    (_PLAIN_ID, _letter),
    (_ends_or_is("e_?mails?|mail|courriel|correo"), _id("user####@example.org")),
    (_ends_or_is("phones?|telephone|tel|mobile|fax|telefon|handy"), _id("+00 555 ####")),
    (_ends_or_is("url|website|web|link|homepage"), _id("https://example.org/####")),
    (_ends_or_is("user_?name|login|nick_?name"), _id("user####")),
    (_ends_or_is("(first|given|fore)_?names?|prenom|vorname"), _id("First name ####")),
    (_ends_or_is("(last|family|sur)_?names?|nom|nachname|apellido"), _id("Surname ####")),
    (_ends_or_is("address|street|adresse|strasse|direccion"), _id("#### Example Street")),
    (_ends_or_is("zip|zip_?code|post_?code|postal_code|plz|code_postal"), _id("#####")),
    (re.compile(r"(^|[a-z0-9]+_)name$"), _named),
    (_ends_or_is("comments?|notes?|remarks?|text|narrative|commentaire|bemerkung"), _text),
    (_ends_or_is("timestamp|datetime"), _typed(type="datetime")),
    (re.compile(r"(^|_)(date|dob|datum|fecha)($|_)|_on$"), _typed(type="date")),
    (_ends_or_is("(birth_)?year|year_of_[a-z]+|yob|geburtsjahr|baujahr|jahr|annee"), _year),
    (
        re.compile(
            r"^(is|has|had|was|any|uses?|takes?|received)_|_(yn|flag)$"
            r"|^(dead|died|event|case|readmitted|returned|churned)$"
        ),
        _typed(type="boolean"),
    ),
    (
        _ends_or_is("percent|percentage|pct|share|proportion"),
        _typed(type="number", decimals=1, range=(0, 100)),
    ),
    (_ends_or_is("score|rating|vas|satisfaction"), _typed(type="integer", range=(0, 10))),
    (
        re.compile(
            r"^(n|num|number|count)_|_(count|number|n)$|(^|_)(visits|items|rooms|bedrooms"
            r"|children|siblings|falls|pages|calls|absences|admissions|employees|quantity)$"
        ),
        _counted,
    ),
    (
        _ends_or_is(
            "price|costs?|amount|revenue|sales|salary|income|rent|fee|turnover|budget|charges?"
        ),
        _amount,
    ),
    (
        re.compile(r"(^|_)(arm|allocation|randomi[sz]ed|treatment|intervention)($|_group$)"),
        lambda column, _: _equal(column, ("control", "treatment")),
    ),
    (
        _ends_or_is(
            "city|town|village|ville|stadt|country|pays|region|province|county|district|nationality"
            "|hospital|clinic|center|centre|site|ward|department|school|store|shop|branch|team"
            "|teacher|doctor|physician|nurse|surgeon|supplier|brand|product|species|group|cohort"
            "|ethnicity|race|occupation|profession|language|religion|insurance|diagnosis"
        ),
        _places,
    ),
)
