"""Cells that a model writes: whole rows, and free text for rows that were sampled."""

from synth_magic.rows.batches import BATCH, padded
from synth_magic.rows.filling import Filled, fill, prompts
from synth_magic.rows.finish import Counts
from synth_magic.rows.measures import Measure, measures, quality
from synth_magic.rows.seeds import text_columns

__all__ = [
    "BATCH",
    "Counts",
    "Filled",
    "Measure",
    "fill",
    "measures",
    "padded",
    "prompts",
    "quality",
    "text_columns",
]
