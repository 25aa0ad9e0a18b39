"""Cell text to Request: prose, blocks, shorthand, long form and ``{{ }}``."""

from synth_magic.cell.parse import locate, parse
from synth_magic.cell.show import echo

__all__ = ["echo", "locate", "parse"]
