"""The words that people write for no and yes."""

from __future__ import annotations

NO = frozenset({"no", "n", "false", "0", "0.0"})
YES = frozenset({"yes", "y", "true", "1", "1.0"})


def truth(word: str) -> str | None:
    """Return ``no`` or ``yes`` for the words that mean them, None for others."""
    plain = word.strip().lower()
    return "no" if plain in NO else "yes" if plain in YES else None
