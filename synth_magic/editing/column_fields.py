"""The fields of a column: its figures as a form shows them."""

from __future__ import annotations

from synth_magic.blueprint.model import Column
from synth_magic.editing.figures import Figure, figures
from synth_magic.editing.parts import Field, FieldKind
from synth_magic.laws import Marginal

_SHARES = ("share", "yes", "zero", "survival")
_TEXTS = ("formula", "pattern", "template")
_HINTS = {
    "formula": "Of other columns: weight / (height / 100) ** 2",
    "pattern": "# stands for the digits: P####",
    "template": "Columns stand in braces: Seen at the age of {age}.",
}


def fields(column: Column, marginal: Marginal | None) -> tuple[Field, ...]:
    """Say what of a column's distribution can be edited.

    Parameters
    ----------
    column
        A column of a blueprint.
    marginal
        Its law as compiled (``plan.laws``), None for formulas, ids and text.

    Returns
    -------
    tuple of Field
        In the order of the schema; none for a column whose range says all.
    """
    return tuple(_field(figure, column) for figure in figures(column, marginal))


def _field(figure: Figure, column: Column) -> Field:
    suffix = "%" if figure.kind in _SHARES else ""
    hint = _HINTS.get(figure.kind, "")
    law = column.distribution
    if figure.group is not None and law is not None:
        hint = f"Within {law.by} = {figure.group}"
    if figure.kind == "sd" and column.type in ("date", "datetime"):
        hint = f"{hint}, in days" if hint else "In days"
    if _beside_zeros(figure, column):
        hint = f"{hint}, of the values other than 0" if hint else "Of the values other than 0"
    return Field(
        figure.key,
        figure.label,
        figure.text,
        "%" if suffix else "",
        _kind(figure, column),
        (),
        hint,
    )


def _kind(figure: Figure, column: Column) -> FieldKind:
    if figure.kind in _SHARES:
        return "share"
    if figure.kind in _TEXTS:
        return "text"
    dated = column.type in ("date", "datetime")
    return "date" if dated and figure.kind != "sd" else "number"


def _beside_zeros(figure: Figure, column: Column) -> bool:
    law = column.distribution
    if law is None or figure.kind in _SHARES:
        return False
    part = law if figure.group is None else dict(law.groups or ())[figure.group]
    return part.zero_share is not None
