"""Editing a blueprint field by field: what can be edited, edits, and their history.

Pure functions of blueprints; no author is known here, and nothing is drawn.
"""

from synth_magic.editing.column_fields import fields
from synth_magic.editing.details import details
from synth_magic.editing.draft import Draft
from synth_magic.editing.drawing import Graph, layout
from synth_magic.editing.editor import apply, check
from synth_magic.editing.live import preview, rule_state
from synth_magic.editing.parts import Change, Complete, Edit, Edited, Field
from synth_magic.editing.ranges import range_text
from synth_magic.editing.retyping import types

__all__ = [
    "Change",
    "Complete",
    "Draft",
    "Edit",
    "Edited",
    "Field",
    "Graph",
    "apply",
    "check",
    "details",
    "fields",
    "layout",
    "preview",
    "range_text",
    "rule_state",
    "types",
]
