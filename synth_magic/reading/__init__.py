"""Clinical words to meaning: who the people are, and what each column measures."""

from synth_magic.reading.read import read

__all__ = ["read"]
