"""A synthetic table beside a real one: how near, and how much of it is copied."""

from synth_magic.fidelity.real.section import sections

__all__ = ["sections"]
