"""Clinical words to meaning: who the people are, and what each column measures."""

from synth_magic.reading.understand import read

__all__ = ["read"]
