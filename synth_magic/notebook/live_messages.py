"""What the browser says to a view, read and bounded: it comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synth_magic.editing import Edit
from synth_magic.errors import DataError, problem
from synth_magic.option_values import read_rows, read_seed

DOINGS = (
    *("ping", "preview", "edit", "undo", "redo", "discard"),
    *("apply", "seed", "rows", "save", "answer"),
)
#: Their errors stand beside the field that was typed in, and not in the status line.
BESIDE_A_FIELD = frozenset({"preview", "edit"})
_LONG, _SHORT = 1_000_000, 2_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Parameters
    ----------
    do
        One of `DOINGS`.
    edit
        Of ``preview`` and ``edit``.
    seed, rows
        Of ``apply``, ``seed`` and ``rows``; None where they stay as they are.
    name
        Of ``save``: a variable.
    choice
        Of ``answer``: ``replace``, ``save`` or ``cancel``.
    """

    do: str
    edit: Edit | None = None
    seed: int | str | None = None
    rows: int | None = None
    name: str = ""
    choice: str = ""


def read(content: object) -> Message:
    """Read a message.

    Raises
    ------
    DataError
        If it is none.
    """
    if not isinstance(content, Mapping):
        raise _unknown("a message")
    do = content.get("do")
    if not isinstance(do, str) or do not in DOINGS:
        raise _unknown(str(do)[:40])
    if do in BESIDE_A_FIELD:
        return Message(do, edit=_edit(content.get("edit")))
    rows = _text(content, "rows") or (_text(content, "text") if do == "rows" else "")
    seed = _text(content, "seed") or (_text(content, "text") if do == "seed" else "")
    if do == "rows" and not rows:
        raise DataError(problem(("options", "rows"), "How many rows?", "Write a number: 1,000"))
    return Message(
        do,
        seed=read_seed(seed) if seed else None,
        rows=read_rows(rows) if rows else None,
        name=_text(content, "name"),
        choice=_text(content, "choice"),
    )


def _edit(said: object) -> Edit:
    if not isinstance(said, Mapping):
        raise _unknown("an edit")
    index = said.get("index", -1)
    if isinstance(index, bool) or not isinstance(index, int):
        raise _unknown("an edit's index")
    return Edit(
        what=_text(said, "what"),
        column=_text(said, "column"),
        index=index,
        key=_text(said, "key"),
        text=_text(said, "text", _LONG),
    )


def _text(said: Mapping[str, Any], key: str, most: int = _SHORT) -> str:
    value = said.get(key)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _unknown(f"the {key} of a message")
    if len(value) > most:
        what = f"This is too long: {len(value):,} characters, and {most:,} are read"
        raise DataError(problem(("options",), what, "Shorten it"))
    return value if key == "text" else value.strip()


def _unknown(what: str) -> DataError:
    return DataError(
        problem(("options",), f"The view sent {what} that was not understood", "Run the cell again")
    )
