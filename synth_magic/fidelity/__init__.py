"""How good a table is: what was stated against what was drawn."""

# The types first: importing that file binds the name `report` to it, and the
# function, imported last, takes the name back.
from synth_magic.fidelity.report import Figure, Headline, Report, Section

from synth_magic.fidelity.whole import report  # isort: skip

__all__ = ["Figure", "Headline", "Report", "Section", "report"]
