"""Compile a blueprint once, draw any rows of its table anywhere."""

from synth_magic.sampling.compiler import compile_blueprint as compile  # noqa: A004
from synth_magic.sampling.drawing import draw, draw_counted
from synth_magic.sampling.plan import Plan
from synth_magic.sampling.redraw import Counts
from synth_magic.sampling.writing import to_dask, write, write_table

__all__ = ["Counts", "Plan", "compile", "draw", "draw_counted", "to_dask", "write", "write_table"]
