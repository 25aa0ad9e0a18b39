"""The number of rows, where the prose says one."""

from __future__ import annotations

import re

from synth_magic.errors import SpecError, problem

_ROWS = (
    "rows|records|patients|participants|subjects|people|persons|individuals|adults|women|men|"
    "children|students|pupils|customers|clients|employees|houses|homes|flats|orders|"
    "observations|cases|samples|visits|admissions|volunteers|babies|newborns|infants|"
    "respondents|households|families|members|nurses|doctors|physicians|teachers|workers|athletes|"
    "veterans|residents|citizens|voters|mothers|boys|girls|males|females|cars|products|"
    "transactions|invoices|mice|rats|lignes|personnes|Zeilen|Patienten|Personen"
)
_POINTED = r"\d{1,3}(?:[.']\d{3})++(?![\d.,])"
#: Digits parted by spaces are bounded, so that a page of them is not read from each on.
_NUMBER = (
    rf"(?:\d{{1,3}}(?:(?:,\d{{3}})++|(?:[\u00a0\u202f ]\d{{3}}){{1,6}})|{_POINTED}|\d++)"
    r"(?:[.,]\d++)?(?:[eE]\+?\d{1,3})?"
    r"(?:[kK]\b|\s+(?:thousand|million|mille|tausend)\b)?"
)
_COUNTED = re.compile(
    rf"(?<![\w.,/^-])(?P<n>[-−]?{_NUMBER})\s+(?:[^\W\d_][\w-]*\s+){{0,3}}?(?P<noun>{_ROWS})\b(?=(?P<after>[^.\n]{{0,12}}))",
    re.IGNORECASE,
)
_SEXES = r"(?:women|men|females?|males?|girls|boys|frauen|männer|femmes|hommes|mädchen|jungen)"
_BOTH = re.compile(
    rf"(?<![\w.,/^-])(?P<n>{_NUMBER})\s+{_SEXES}\s+(?:and|und|et|&)\s+(?P<m>{_NUMBER})\s+{_SEXES}\b",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(rf"\b(?:n\s*=|rows?\s*[=:])\s*(?P<n>{_NUMBER})(?!\w|[.,]\d)", re.IGNORECASE)
#: Words before or behind a number that make it no number of rows.
_NOT_BEFORE = re.compile(
    r"\b(?:of|out of|per|every|each|than|least|over|under|aged?|in|arms|groups|the last|top|"
    r"first)\s*$",
    re.IGNORECASE,
)
#: "A trial of 240 adults" counts its rows, "12 of 240 adults" does not.
_ALL_OF = re.compile(
    r"\b(?:trial|study|cohort|kohorte|cohorte|sample|registry|register|survey|total|data ?set|table"
    r"|series|population|database|panel)\s+(?:of|von|de)\s*$",
    re.IGNORECASE,
)
_NOT_WITHIN = re.compile(
    r"\b(?:per|a day|of|in|with|from|at|year|years|old|centres?|sites?|beds?)\b", re.IGNORECASE
)
_NOT_AFTER = re.compile(
    r"^\s*(?:per\b|/|a (?:day|week|month|year)|each\b|in each\b)", re.IGNORECASE
)
#: What one row may have several of: "women with 2 children" are not two rows.
_HAD = frozenset(["children", "orders", "cases", "samples", "visits", "admissions", "members",
                  "babies", "clients", "homes", "boys", "girls", "cars", "products",
                  "invoices", "transactions"])  # fmt: skip
_HAVING = re.compile(r"\b(?:with|have|has|had|having)\s*(?:about|around|up to)?\s*$", re.IGNORECASE)
_TIMES = {"k": 1_000, "thousand": 1_000, "mille": 1_000, "tausend": 1_000, "million": 1_000_000}
LARGEST = 10**12


def rows_in(prose: str) -> int | None:
    """Read ``300 patients``, ``about 1,000 rows``, ``90 women and 60 men`` or ``n = 500``.

    Returns
    -------
    int or None
        None where no number, or several different ones, could be meant.

    Raises
    ------
    SpecError
        With the offset in `prose`: the only number that could be meant, or the one that the
        prose begins with, can be no number of rows: ``0 patients``, ``2.5 patients``.
    """
    explicit = {_number(match["n"]): match for match in _EXPLICIT.finditer(prose)}
    if any(map(_whole, explicit)):
        return _only(explicit)
    both = [(_number(match["n"]), _number(match["m"])) for match in _BOTH.finditer(prose)]
    rows: dict[float, re.Match[str]] = {}
    counted: dict[float, re.Match[str]] = {}
    beside = False
    for match in _COUNTED.finditer(prose):
        within = prose[match.end("n") : match.start("noun")]
        before = prose[max(0, match.start() - 20) : match.start()]
        noun = match["noun"].lower()
        part = _NOT_BEFORE.search(before) and not _ALL_OF.search(before)
        other = part or _NOT_AFTER.search(match["after"])
        if other or _NOT_WITHIN.search(within) or (noun in _HAD and _HAVING.search(before)):
            beside = True
            continue
        found = rows if noun in ("rows", "records", "zeilen", "lignes") else counted
        number = _number(match["n"])
        if _whole(number) or not prose[: match.start()].strip():
            found.setdefault(number, match)
    if len(both) == 1 and not rows and set(counted) <= set(both[0]):
        together = sum(both[0])
        if all(map(_whole, both[0])) and 0 < together <= LARGEST:
            return int(together)
    found = rows or counted
    # Beside counts of other things, 0 and 1e30 may count such things too: "0 of them died".
    starts = any(not prose[: match.start()].strip() for match in found.values())
    return _only(found if starts or not beside else {n: m for n, m in found.items() if _sane(n)})


def _number(text: str) -> float:
    """Read a number as people write it; a point before three digits parts thousands."""
    plain = text.casefold().replace("−", "-")
    found = re.search(r"(k|thousand|million|mille|tausend)$", plain)
    times = 1
    if found:
        times, plain = _TIMES[found[1]], plain[: found.start()].strip()
    if re.fullmatch(_POINTED, plain) or re.search(r"\d[,\u00a0\u202f ]\d{3}", plain):
        plain = re.sub(r"[.,'\u00a0\u202f ](?=\d{3})", "", plain)
    return float(plain.replace(",", ".")) * times


def _whole(number: float) -> bool:
    """Whether it may count rows, be they none or too many."""
    return number >= 0 and (number.is_integer() or number > LARGEST)


def _sane(number: float) -> bool:
    """Whether a table may have so many rows."""
    return _whole(number) and 0 < number <= LARGEST


def _only(found: dict[float, re.Match[str]]) -> int | None:
    sane = [number for number in found if _sane(number)]
    if len(sane) == 1:
        return int(sane[0])
    if found and not sane:
        match = next(iter(found.values()))
        what = f"{match[0]}: a table has a whole number of rows, from 1 to 10^12"
        mend = "Write another number, such as 500 patients; without one there are 200 rows"
        raise SpecError(problem(("prose",), what, mend, offset=match.start("n")))
    return None
