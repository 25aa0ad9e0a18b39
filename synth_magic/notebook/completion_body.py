"""What Tab offers below the option line: blocks, keys, facts, and the columns the cell names."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: The blocks of a cell.
BLOCKS = (
    "columns:",
    "effects:",
    "rules:",
    "missing:",
    "targets:",
    "table:",
    "population:",
    "rows:",
)
_LISTS = BLOCKS[:5]
#: The keys of an entry, by the block it stands in.
KEYS = {
    "columns": (
        "name:",
        "type:",
        "unit:",
        "range:",
        "values:",
        "ordered:",
        "decimals:",
        "label:",
        "description:",
        "distribution:",
        "formula:",
        "survival:",
        "event:",
        "censoring:",
        "pattern:",
        "template:",
        "hidden:",
        "missing:",
    ),
    "effects": (
        "from:",
        "to:",
        "beta:",
        "odds_ratio:",
        "hazard_ratio:",
        "difference:",
        "correlation:",
        "per:",
        "where:",
    ),
    "missing": ("rate:", "depends_on:", "beta:", "odds_ratio:"),
}
#: What stands behind `type:`.
TYPES = (
    "integer",
    "number",
    "category",
    "boolean",
    "date",
    "datetime",
    "id",
    "text",
    "time_to_event",
)
#: Words of a column's line that are worth completing.
FACTS = (
    "integer",
    "mean",
    "median",
    "missing",
    "between",
    "decimals",
    "unique id",
    "yes/no",
    "free text",
    "ordered",
    "never missing",
)
#: What an effect of the form ``age -> sbp: …`` is said in.
SIZES = ("odds ratio", "hazard ratio", "SD", "per", "where")
#: Words of the language of rules.
WORDS = ("if", "then", "is missing", "and", "or", "not", "in")
_NAME = re.compile(r"\s+(?:`([^`]+)`|\"([^\"]+)\"|([^\s:#][^:]*?))\s*:")
_LISTED_NAME = re.compile(r"\s*-\s*\{?\s*name:\s*([^\s,}]+)")
_OPENED = re.compile(r"(\w+):(?:\s|$)")
_LONG_FORM = re.compile(r"\s*-\s*\{?|.*[{,]\s*")

Offer = tuple[str, Iterable[str], str]


def words(text: str, line: int, before: str) -> Offer:
    """Give the words that can stand at the cursor.

    Parameters
    ----------
    text
        The whole cell.
    line
        The cursor's line, counted from 0.
    before
        That line up to the cursor.

    Returns
    -------
    tuple
        The fragment that they would complete, all words that can stand there, and their kind.
    """
    lines = text.split("\n")
    fragment = re.search(r"[\w/]*$", before).group()  # type: ignore[union-attr]
    start = before[: len(before) - len(fragment)]
    if not start:
        return fragment, BLOCKS, "keyword"
    block = _block(lines[1:line])
    if block == "columns":
        return fragment, _of_columns(lines[1:line], start), "keyword"
    columns = column_names(lines)
    if block == "rules":
        return fragment, (*columns, *WORDS), "variable"
    if block in ("missing", "targets") and not start.strip():
        return fragment, [f"{name}:" for name in columns], "variable"
    if block == "effects" and re.search(r"->.*:", start):
        return fragment, (*SIZES, *columns), "keyword"
    if block in KEYS:
        at_key = re.search(r"[{,]\s*$", start)
        return fragment, KEYS[block] if at_key else columns, "variable"
    return fragment, (), "text"


def _of_columns(above: list[str], start: str) -> tuple[str, ...]:
    """Words for a line under ``columns:``, whose part before the word at hand is `start`."""
    if re.search(r"\btype:\s*$", start):
        return TYPES
    inside = "{" in start and "}" not in start
    if inside or re.fullmatch(r"\s*-\s*", start):
        return KEYS["columns"] if _LONG_FORM.fullmatch(start) else ()
    if ":" in start:
        return FACTS
    depth, shallowest = len(start), min(_depths(above), default=len(start))
    return KEYS["columns"] if depth > shallowest and not start.strip() else ()


def _depths(above: list[str]) -> list[int]:
    """How far the lines of the block are indented that the lines above have opened."""
    found: list[int] = []
    for line in reversed(above):
        if line.rstrip() in _LISTS:
            break
        if line.strip():
            found.append(len(line) - len(line.lstrip()))
    return found


def _block(above: list[str]) -> str:
    """Name the block that the lines above have opened; empty where none is."""
    for line in reversed(above):
        opened = _OPENED.match(line)
        if opened and f"{opened[1]}:" in BLOCKS:
            return opened[1] if line.rstrip() in _LISTS else ""
    return ""


def column_names(lines: list[str]) -> list[str]:
    """Columns that a cell names under ``columns:``, in their order."""
    found: list[str] = []
    inside, indent = False, 0
    for line in lines:
        if line.strip() and not line[0].isspace() and not line.startswith("-"):
            inside, indent = line.strip() == "columns:", 0
            if line.startswith("columns:") and not inside:
                found += [name.strip() for name in line.partition(":")[2].split(",")]
            continue
        if not inside or not line.strip():
            continue
        listed = _LISTED_NAME.match(line)
        named = _NAME.match(line)
        depth = len(line) - len(line.lstrip())
        indent = indent or depth
        if listed:
            found.append(listed.group(1))
        elif named and depth == indent:
            found.append(next(group for group in named.groups() if group))
    return [name for name in found if name]
