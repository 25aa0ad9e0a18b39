"""Reading and writing YAML safely, with positions, and so that text stays text.

What differs from plain YAML, and why:

- ``yes``, ``no``, ``on``, ``off``, ``true``, ``false``, dates, times (``12:30``),
  octal and grouped numbers (``010``, ``1_000``) stay text: a category may be
  called NO.  A field that wants a boolean converts the text itself.
- Only plain decimal numbers are numbers (``-3``, ``0.5``, ``.5``, ``1e5``); only an
  empty value, ``null`` and ``~`` are None.  Whatever stands in quotes is text.
- Keys are always text, as written; a field that wants numbers converts them.
  `Loaded.texts` keeps what was typed for each number and null, so that a
  value ``1.10`` can be a category's name.
- Tags, anchors, aliases, further documents and duplicate keys are errors, and
  size, depth and the number of nodes are bounded: nothing that a cell or a
  file holds makes the reader build objects or run for long.
"""

from synth_magic.yaml_text.places import Loaded, Place, offset_of, place_of
from synth_magic.yaml_text.reading import load
from synth_magic.yaml_text.writing import block, inline, number, quoted, scalar, written_key

__all__ = [
    "Loaded",
    "Place",
    "block",
    "inline",
    "load",
    "number",
    "offset_of",
    "place_of",
    "quoted",
    "scalar",
    "written_key",
]
