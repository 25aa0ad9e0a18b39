"""What of a column stands one click away: its list of values, its event, its censoring."""

from __future__ import annotations

from synth_magic.blueprint.model import Column
from synth_magic.editing.event_times import dropout_text, ends_text, survival_text
from synth_magic.editing.parts import Field
from synth_magic.editing.values import values_text

_VALUES = "A new one says its share: unknown 5 %. As many as before are new names."
_ORDERED = f"Upward. {_VALUES}"


def details(column: Column) -> tuple[Field, ...]:
    """Say what can be edited of a column beside its figures.

    Parameters
    ----------
    column
        A column of a blueprint.

    Returns
    -------
    tuple of Field
        ``key`` is what an `Edit` is called that changes it; an event is edited by its name.
    """
    if column.type == "category" and column.levels:
        hint = _ORDERED if column.ordered else _VALUES
        return (_text("values", "values", values_text(column), hint),)
    if column.type != "time_to_event":
        return ()
    unit = f", in {column.unit}" if column.unit else ""
    found = [_text("event", "event", column.event or "", "Name of the column that says it")]
    if column.survival is not None:
        hint = f"Kaplan-Meier points{unit}: 82 % at 365, 55 % at 1825"
        found.append(_text("survival", "survival", survival_text(column), hint))
    hint = f"Between which times{unit}: 900 to 2600"
    found.append(_text("administrative", "follow-up ends", ends_text(column), hint))
    hint = "Share of people in a year: 2 %"
    found.append(_text("dropout", "drop-out a year", dropout_text(column), hint))
    return tuple(found)


def _text(key: str, label: str, text: str, hint: str) -> Field:
    return Field(key, label, text, "", "text", (), hint)
