"""The values of a category or a boolean, in the order of their positions."""

from __future__ import annotations

from synth_magic.blueprint.model import Column, Distribution

NO_YES = ("no", "yes")
NO = frozenset({"no", "n", "false", "0", "0.0"})
YES = frozenset({"yes", "y", "true", "1", "1.0"})


def levels(column: Column) -> tuple[str, ...]:
    """Return a category's values, or ``("no", "yes")`` for a boolean.

    Parameters
    ----------
    column
        Without `values` its values are those of its probabilities, in their order.
    """
    if column.type == "boolean":
        return NO_YES
    if column.values is not None:
        return column.values
    found: dict[str, None] = {}
    for part in _parts(column.distribution):
        found.update((value, None) for value, _ in part.probabilities or ())
    return tuple(found)


def truth(word: str) -> str | None:
    """Return ``no`` or ``yes`` for the words that mean them, None for others."""
    plain = word.strip().lower()
    return "no" if plain in NO else "yes" if plain in YES else None


def _parts(stated: Distribution | None) -> tuple[Distribution, ...]:
    if stated is None:
        return ()
    return (stated, *(part for _, part in stated.groups or ()))
