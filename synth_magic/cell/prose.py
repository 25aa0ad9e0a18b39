"""The number of rows, where the prose says one."""

from __future__ import annotations

import re

_ROWS = (
    "rows|records|patients|participants|subjects|people|persons|individuals|adults|women|men|"
    "children|students|pupils|customers|clients|employees|houses|homes|flats|orders|"
    "observations|cases|samples|visits|admissions|volunteers|babies|newborns|infants|"
    "respondents|households|members|lignes|personnes|Zeilen|Patienten|Personen"
)
_NUMBER = r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+"
_COUNTED = re.compile(
    rf"(?<![\w.,/-])(?P<n>{_NUMBER})\s+(?:[^\W\d_][\w-]*\s+){{0,3}}?(?P<noun>{_ROWS})\b(?=(?P<after>[^.\n]{{0,12}}))",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(rf"\bn\s*=\s*(?P<n>{_NUMBER})(?![\w.])", re.IGNORECASE)
#: Words before or behind a number that make it no number of rows.
_NOT_BEFORE = re.compile(
    r"\b(?:of|out of|per|every|each|than|least|over|under|aged?|in|arms|groups|the last|top|"
    r"first)\s*$",
    re.IGNORECASE,
)
_NOT_WITHIN = re.compile(
    r"\b(?:per|a day|of|in|with|from|at|year|years|old|centres?|sites?|beds?)\b", re.IGNORECASE
)
_NOT_AFTER = re.compile(
    r"^\s*(?:per\b|/|a (?:day|week|month|year)|each\b|in each\b)", re.IGNORECASE
)
LARGEST = 10**12


def rows_in(prose: str) -> int | None:
    """Read ``300 patients``, ``about 1,000 rows`` or ``n = 500``.

    Returns
    -------
    int or None
        None where no number, or several different ones, could be meant.
    """
    explicit = {_whole(match["n"]) for match in _EXPLICIT.finditer(prose)}
    if explicit:
        return _only(explicit)
    rows: set[int] = set()
    counted: set[int] = set()
    for match in _COUNTED.finditer(prose):
        within = prose[match.end("n") : match.start("noun")]
        before = prose[max(0, match.start() - 12) : match.start()]
        if (
            _NOT_BEFORE.search(before)
            or _NOT_AFTER.search(match["after"])
            or _NOT_WITHIN.search(within)
        ):
            continue
        found = (
            rows if match["noun"].lower() in ("rows", "records", "zeilen", "lignes") else counted
        )
        found.add(_whole(match["n"]))
    return _only(rows or counted)


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text)[:15])


def _only(found: set[int]) -> int | None:
    found = {count for count in found if 0 < count <= LARGEST}
    return found.pop() if len(found) == 1 else None
