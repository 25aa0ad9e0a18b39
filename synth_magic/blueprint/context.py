"""What every check looks up, and what may be a name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from synth_magic.blueprint.explain import listing, nearest, shown
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.errors import Path, Problem, problem
from synth_magic.expressions.tree import RESERVED, Kind

MAX_NAME = 200
MAX_TEXT = 20_000

Role = Literal["number", "binary", "boolean", "ordered", "nominal", "date", "time", "other"]


@dataclass(frozen=True)
class Context:
    """The blueprint with what each check looks up."""

    blueprint: Blueprint
    columns: dict[str, Column]
    owner: dict[str, str]
    kinds: dict[str, Kind]

    def unknown(self, name: str, path: Path) -> Problem:
        """Complain of a name that no column has."""
        close = nearest(name, self.owner)
        mend = f"Did you mean `{close}`?" if close else f"There are: {listing(self.owner)}"
        return problem(path, f"There is no column `{shown(name)}`", mend)


def role(column: Column) -> Role:
    """Say what a column is to effects."""
    if column.type == "category":
        return "ordered" if column.ordered else "nominal"
    if column.zero_one:
        return "binary"
    if column.type in ("integer", "number"):
        return "number"
    if column.type in ("date", "datetime"):
        return "date"
    if column.type == "time_to_event":
        return "time"
    return "boolean" if column.type == "boolean" else "other"


def name_problem(name: str) -> tuple[str, str] | None:
    """Say what is wrong with a column's name, and how to mend it; None when nothing is."""
    if not name.strip():
        return "A column's name is empty", "Give it a name"
    if len(name) > MAX_NAME:
        return f"The name `{shown(name, 30)}` is longer than {MAX_NAME} characters", "Shorten it"
    if unprintable(name) or "`" in name:
        return f"The name {name!r} holds a backtick or a control character", "Leave it out"
    if name != name.strip():
        return f"The name {name!r} begins or ends with a space", "Leave the space out"
    if name.casefold() in RESERVED:
        what = f"`{name}` is a word of the rule language and cannot be a column's name"
        return what, f"Write `{name}_` or another name"
    return None


def unprintable(text: str) -> bool:
    """Whether a text holds control characters, line ends or half characters."""
    return any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text)
