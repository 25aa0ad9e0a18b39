"""How effects name a column, as a cause and as an outcome."""

from __future__ import annotations

from synth_magic.blueprint.model import Column
from synth_magic.reference.schema import ReadColumn, Variable
from synth_magic.reference.tables import Reference


def as_parent(reference: Reference, read: ReadColumn, column: Column) -> str | None:
    """How effects name the column as a cause, or None when they cannot."""
    variable = reference.variables[str(read.variable)]
    if _constant(column):
        return None
    if variable.number or variable.ordered:
        return column.name
    if column.type in ("boolean", "integer"):
        return f"{column.name}=yes" if column.type == "boolean" else column.name
    level = level_of(read, variable)
    return f"{column.name}={level}" if level is not None else None


def as_child(reference: Reference, read: ReadColumn, column: Column) -> str | None:
    """How effects name the column as an outcome, or None when it takes none."""
    variable = reference.variables[str(read.variable)]
    if variable.id in ("sex", "age") or column.formula is not None or _constant(column):
        return None
    if column.type in ("integer", "number", "boolean") or column.ordered:
        return column.name
    level = level_of(read, variable)
    return f"{column.name}={level}" if level is not None else None


def _constant(column: Column) -> bool:
    """Whether all rows have one value."""
    law = column.distribution
    if law is None:
        return False
    shares = [share for _, share in law.probabilities or ()]
    return law.probability in (0, 1) or (bool(shares) and max(shares) >= 1)


def level_of(read: ReadColumn, variable: Variable) -> str | None:
    """Find the column's word for the level that takes part in effects."""
    level = variable.level or "yes"
    return next((mine for mine, theirs in read.values if theirs == level), None)


def turned(read: ReadColumn, variable: Variable, column: Column) -> bool:
    """Whether a coded column's 1 is the other level than the one that takes part in effects."""
    upper = {"integer": "1", "boolean": "yes"}.get(column.type or "")
    return dict(read.values).get(upper or "", variable.level) != variable.level
