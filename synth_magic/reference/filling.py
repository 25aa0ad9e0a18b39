"""Open fields of a column, filled in with who did it."""

from __future__ import annotations

from typing import Any

from synth_magic.blueprint.model import Column, Source
from synth_magic.reference.schema import Variable


def fill(column: Column, source: Source, **fields: Any) -> Column:
    """Fill open fields and say who did; the user's own are left alone."""
    fresh = {k: v for k, v in fields.items() if getattr(column, k) is None and v is not None}
    named = dict(column.sources) | {k: source for k in fresh if k != "distribution"}
    return column.model_copy(update=fresh | {"sources": tuple(named.items())})


def labelled(column: Column, variable: Variable) -> Column:
    """Give the column its variable's label and concept."""
    return fill(column, "reference", label=variable.label, concept=variable.id)


def plain(value: float) -> float:
    """63.0 is written 63."""
    value = float(value)
    return int(value) if value.is_integer() else value
