"""NAME: what it may be called, and what it must not overwrite."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from synth_magic.errors import DataError, note, problem

if TYPE_CHECKING:
    from synth_magic.record import Result

KEY = "synthdata"  # as in record, which would load pandas and pydantic


def is_ours(value: object) -> bool:
    """Tell whether a value is a table of ours, or was made from one.

    A DataFrame is ours as long as it carries our attrs, which survive filters, new
    columns and most of what pandas does: a cell can be run again after later cells
    have worked on its table.
    """
    kept = getattr(value, "attrs", None)
    return isinstance(kept, Mapping) and KEY in kept and hasattr(value, "columns")


def check(name: str, namespace: Mapping[str, Any], *, replace: bool) -> None:
    """Raise if `name` cannot take a table.

    Parameters
    ----------
    name
        The variable.
    namespace
        The user's variables.
    replace
        Whether the user allowed what is there to be overwritten.

    Raises
    ------
    DataError
        If `name` is no variable's name, or holds something that is not ours.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        if keyword.iskeyword(name):
            why, mend = "a word of Python's own", "Choose another name: %%synthdata t2d"
        else:
            why = "no name of a variable"
            mend = "Write letters, digits and _ beginning with a letter: %%synthdata t2d"
        raise DataError(
            problem(("options", "name"), f"{name} is {why}, so it cannot hold the table", mend)
        )
    if replace:
        return
    if name in namespace:
        value = namespace[name]
        if is_ours(value):
            return
        raise DataError(
            problem(
                ("options", "name"),
                f"{name} is {described(value)} that synth-magic did not make",
                "Choose another name, or add --replace to overwrite it",
            )
        )
    if hasattr(builtins, name):
        raise DataError(
            problem(
                ("options", "name"),
                f"{name} is one of Python's own functions, and later cells may need it",
                "Choose another name, or add --replace to hide it",
            )
        )


def partial_name(name: str, namespace: Mapping[str, Any]) -> str:
    """Choose the variable for the rows of a table that is not finished.

    It is `name` itself, unless that holds a finished table or what is not ours.
    """

    def free(word: str) -> bool:
        if word not in namespace:
            return True
        value = namespace[word]
        return is_ours(value) and bool(value.attrs[KEY].get("partial"))

    if free(name) and not hasattr(builtins, name):
        return name
    tried = (f"{name}_partial{'' if n == 1 else f'_{n}'}" for n in range(1, 1_000))
    return next((word for word in tried if free(word)), f"{name}_partial")


def noted(result: Result, namespace: Mapping[str, Any], *, named: bool) -> Result:
    """Add to the notes what the user should know about the variable.

    Parameters
    ----------
    result
        The table that is about to take the place of what is there.
    namespace
        The user's variables, before that.
    named
        Whether the user named the variable.
    """
    from synth_magic.record import record_of, unchanged

    notes = []
    if not named:
        notes.append(note(("options", "name"), f"The table is in the variable {result.name}"))
    old = namespace.get(result.name)
    kept = record_of(old) if is_ours(old) else None
    if kept is not None and not unchanged(old, kept):  # type: ignore[arg-type]
        notes.append(
            note(("options", "name"), f"{result.name} had been changed; it was drawn anew")
        )
    return replace(result, notes=(*notes, *result.notes)) if notes else result


def described(value: object) -> str:
    """Say what a value is: ``a DataFrame (3 rows, 2 columns)``, ``an int``."""
    kind = type(value).__name__
    if kind == "DataFrame" and hasattr(value, "shape"):
        rows, columns = value.shape
        ends = ("s" * (rows != 1), "s" * (columns != 1))
        return f"a DataFrame ({rows:,} row{ends[0]}, {columns} column{ends[1]})"
    article = "an" if kind[:1].lower() in "aeio" else "a"
    return f"{article} {kind}"


def table_named(name: str, namespace: Mapping[str, Any], command: str) -> Any:
    """Fetch the DataFrame `name`.

    Raises
    ------
    DataError
        If there is none of that name; the nearest name is suggested.
    """
    found = namespace.get(name)
    if found is not None and type(found).__name__ == "DataFrame":
        return found
    tables = data_frames(namespace)
    what = f"there is no variable {name}" if found is None else f"{name} is {described(found)}"
    from synth_magic.option_parser import nearest

    near = nearest(name, tables)
    mend = (
        f"Did you mean %synthdata {command} {near}?"
        if near
        else f"Tables here: {', '.join(tables[:5])}"
        if tables
        else "Draw a table first: %%synthdata? shows how"
    )
    raise DataError(problem(("options", "name"), f"%synthdata {command} {name}: {what}", mend))


def data_frames(namespace: Mapping[str, Any]) -> list[str]:
    """Names of the user's DataFrames, ours first."""
    names = [
        name
        for name, value in namespace.items()
        if not name.startswith("_") and type(value).__name__ == "DataFrame"
    ]
    return sorted(names, key=lambda name: (not is_ours(namespace[name]), name))
