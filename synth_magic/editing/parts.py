"""What goes in and out of editing: fields, edits and what they did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import Problem

FieldKind = Literal["number", "share", "date", "text", "choice"]
What = Literal[
    "field",
    "name",
    "unit",
    "label",
    "type",
    "range",
    "missing",
    "decimals",
    "values",
    "survival",
    "administrative",
    "dropout",
    "column+",
    "column-",
    "effect",
    "effect+",
    "effect-",
    "rule",
    "rule+",
    "rule-",
    "yaml",
]
#: Completes one column's line of shorthand for a table: (line, table's blueprint) -> blueprint.
Complete = Callable[[str, Blueprint], Blueprint]
Shift = Literal["", "named", "put", "taken", "written"]


@dataclass(frozen=True, slots=True)
class Field:
    """One number or text of a column's distribution that can be edited.

    Parameters
    ----------
    key
        Names it within its column: ``median``, ``share/current``, ``F/mean``.
    label
        Its word in the schema.
    text
        What stands there now, as it would be typed.
    suffix
        ``%`` for shares, which are typed in percent.
    kind
        How it is read.
    choices
        Texts that it can take, where these are few.
    hint
        A remark: which values it is about, how it is typed.
    """

    key: str
    label: str
    text: str
    suffix: Literal["", "%"]
    kind: FieldKind
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that the user did.

    Parameters
    ----------
    what
        What kind of thing.
    column
        The column's name, where it is about one.
    index
        Number of the effect or rule, counted from 0.
    key
        Which field (of `Field.key`), or which part of an effect: ``size``, ``word``,
        ``per``, ``where``, ``from``, ``to``.
    text
        What was typed.
    """

    what: str
    column: str = ""
    index: int = -1
    key: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit changed, for the list of changes.

    Parameters
    ----------
    place
        ``("columns", name, key)``, ``("effects", index, key)``, ``("rules", index, "text")``;
        without a key for the whole part.
    label
        Words for the key: ``median``.
    before, after
        Texts; empty before what is new, and after what is gone.
    shift
        ``named``: the column got another name; ``put`` and ``taken``: a part came or went;
        ``written``: the whole blueprint was typed.
    """

    place: tuple[str | int, ...]
    label: str
    before: str
    after: str
    shift: Shift = ""

    @property
    def words(self) -> str:
        """One line: ``hba1c median 7.4 → 7.8``."""
        section, which = self.place[0], self.place[1] if len(self.place) > 1 else ""
        if self.shift == "put":
            return f"added {self._part} {self.after}"
        if self.shift == "taken":
            return f"removed {self._part} {self.before}"
        if self.shift == "named":
            return f"renamed {self.before} to {self.after}"
        if self.shift == "written":
            return f"edited as YAML: {self.after or self.before}"
        whose = f"{which} " if section == "columns" else ""
        return f"{whose}{self.label} {self.before or 'none'} → {self.after or 'none'}"

    @property
    def _part(self) -> str:
        return {"columns": "column", "effects": "effect", "rules": "rule"}[str(self.place[0])]


@dataclass(frozen=True, slots=True)
class Edited:
    """A blueprint after an edit.

    Parameters
    ----------
    blueprint
        It holds together and can be drawn.
    words
        What was changed, in one line; empty when nothing was.
    notes
        What else the edit did, and what compiling it has to say.
    changes
        The same as `words`, for merging.
    """

    blueprint: Blueprint
    words: str = ""
    notes: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What one kind of edit gives: the blueprint, not yet compiled, and what to say of it."""

    blueprint: Blueprint
    changes: tuple[Change, ...] = ()
    notes: tuple[Problem, ...] = ()
