"""Filling ``{{name}}`` from the notebook's namespace.

Only names, attributes, whole-number positions and keys in quotes are followed;
nothing is called or computed, and only plain small values are let in.  A
DataFrame never is: its rows would travel with the description.
"""

from __future__ import annotations

import builtins
import datetime as dt
import json
import math
import re
from collections.abc import Mapping

from synth_magic.cell.trace import Traced, Tracer
from synth_magic.errors import SpecError, problem

MAX_TEXT = 1_000
MAX_ITEMS = 200
_FIELD = re.compile(
    r"\{\{\s*([^\W\d]\w*)((?:\.[^\W\d_]\w*|\[\s*(?:-?\d{1,6}|'[^'\n]*'|\"[^\"\n]*\")\s*\])*)\s*\}\}"
)
_STEP = re.compile(r"\.([^\W\d]\w*)|\[\s*(?:(-?\d+)|'([^'\n]*)'|\"([^\"\n]*)\")\s*\]")
_TABLES = ("DataFrame", "Series", "LazyFrame", "Table", "RecordBatch")


def expand(
    text: str, names: Mapping[str, object] | None
) -> tuple[Traced, tuple[tuple[str, str], ...]]:
    """Fill every ``{{name}}`` of `text`.

    Returns
    -------
    traced
        The filled text, whose positions lead back to `text`.
    filled
        Pairs (expression, what it was filled with), in order.

    Raises
    ------
    SpecError
        With the offset in `text` of the braces that cannot be filled.
    """
    tracer, filled, at = Tracer(), [], 0
    while (begin := text.find("{{", at)) >= 0:
        match = _FIELD.match(text, begin)
        if match is None:
            raise SpecError(problem(
                (), "Between {{ and }} stands something else than a name",
                "Write {{name}}, {{name.attribute}} or {{name['key']}}; "
                "compute it in a cell before",
                offset=begin,
            ))  # fmt: skip
        expression = match[1] + match[2]
        value = _follow(match[1], match[2], names, begin)
        shown = _written(value, expression, begin)
        tracer.add(text[at:begin], at)
        tracer.add(shown, begin, copied=False)
        filled.append((expression, shown))
        at = match.end()
    tracer.add(text[at:], at)
    return tracer.done(), tuple(filled)


def _follow(name: str, steps: str, names: Mapping[str, object] | None, at: int) -> object:
    """Look `name` up and go down its attributes, positions and keys."""
    if names is None or name not in names or name.startswith("_"):
        near = _nearest(name, names or {})
        mend = f"Did you mean {{{{{near}}}}}?" if near else "Assign it in a cell before this one"
        raise SpecError(problem((), f"There is no variable called {name}", mend, offset=at))
    value, so_far = names[name], name
    for step in _STEP.finditer(steps):
        _refuse_table(value, so_far, at)
        try:
            if step[1] is not None:
                value = getattr(value, step[1])
            elif step[2] is not None:
                value = value[int(step[2])]  # type: ignore[index]
            else:
                value = value[step[3] if step[3] is not None else step[4]]  # type: ignore[index]
        except Exception:
            raise SpecError(problem(
                (), f"{so_far} has no {step[0].strip('.')}",
                f"Look at {so_far} in a cell of its own", offset=at,
            )) from None  # fmt: skip
        so_far += step[0]
    return value


def _nearest(name: str, names: Mapping[str, object]) -> str | None:
    import difflib

    known = [
        known
        for known in list(names)[:5_000]  # IPython puts an `open` of its own among the user's names
        if isinstance(known, str) and known[:1] != "_" and not hasattr(builtins, known)
    ]
    found = difflib.get_close_matches(name, known, 1, 0.75)
    return found[0] if found else None


def _refuse_table(value: object, shown: str, at: int) -> None:
    kind = type(value)
    if any(base.__name__ in _TABLES for base in kind.__mro__):
        raise SpecError(problem(
            (), f"{shown} is a {kind.__name__}, and a cell takes no rows of data",
            "Fill in a number or a short list of names instead, such as {{list_of_names}}",
            offset=at,
        ))  # fmt: skip


def _written(value: object, shown: str, at: int) -> str:
    """Write a plain value as the cell's languages read it."""
    _refuse_table(value, shown, at)
    value = _plain(value)
    if isinstance(value, str):
        if len(value) > MAX_TEXT or "\n" in value or "\r" in value:
            raise SpecError(problem(
                (), f"{shown} is a text of several lines or more than {MAX_TEXT:,} characters",
                "Fill in one short line, or write the text into the cell", offset=at,
            ))  # fmt: skip
        return value
    if isinstance(value, (list, tuple, dict)):
        if len(value) > MAX_ITEMS:
            raise SpecError(problem(
                (), f"{shown} has {len(value):,} parts; at most {MAX_ITEMS} are filled in",
                "Fill in a shorter list", offset=at,
            ))  # fmt: skip
        parts = list(value.items()) if isinstance(value, dict) else [(None, part) for part in value]
        written = []
        for key, part in parts:
            inner, label = _scalar(part), None if key is None else _scalar(key)
            if inner is None or (key is not None and label is None):
                _refuse(shown, part if inner is None else key, at)
            written.append(str(inner) if label is None else f"{label}: {inner}")
        return f"{{{', '.join(written)}}}" if isinstance(value, dict) else f"[{', '.join(written)}]"
    plain = _scalar(value)
    if plain is None:
        _refuse(shown, value, at)
    return str(plain)


def _refuse(shown: str, value: object, at: int) -> None:
    raise SpecError(problem(
        (), f"{shown} holds a {type(value).__name__}, which cannot stand in a cell",
        "Fill in a number, a date, a short text, or a short list or dict of these", offset=at,
    ))  # fmt: skip


def _plain(value: object) -> object:
    """Give a NumPy scalar as Python's own number; leave the rest."""
    if (
        type(value).__module__ == "numpy"
        and hasattr(value, "item")
        and not getattr(value, "ndim", 1)
    ):
        return value.item()
    return value


def _scalar(value: object) -> str | None:
    """Write one part of a list; text in quotes, so that it stays text."""
    value = _plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else None
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else None
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str) and len(value) <= MAX_TEXT and not re.search(r"[\r\n]", value):
        return json.dumps(value, ensure_ascii=False)
    return None
