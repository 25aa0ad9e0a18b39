"""Authors complete a Request to a Blueprint."""

from synth_magic.authors import offline

__all__ = ["offline"]
