"""YAML within a cell: a column's long form, flow lists and mappings, effects.

Before YAML reads it, what people write by habit is put right where it can mean
one thing only: tabs, a missing space behind the colon of a known key, text
such as ``unit: %`` that YAML would refuse.  Positions lead back to the cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_magic import yaml_text
from synth_magic.blueprint.yaml_form import KEYS
from synth_magic.cell.split import Line
from synth_magic.cell.trace import Traced, Tracer
from synth_magic.errors import Path, Problem, SpecError

_TEXT_KEYS = (
    "unit", "label", "description", "formula", "pattern", "template", "where", "concept", "event",
    "name", "rule",
)  # fmt: skip
_KNOWN = sorted(
    {key for keys in KEYS.values() for key in keys}
    | {"mean", "sd", "median", "quartiles", "quantiles", "probabilities", "probability",
       "zero_share", "normal", "lognormal", "gamma", "beta", "exponential", "weibull", "poisson",
       "negative_binomial", "uniform", "by", "groups", "sigma", "shape", "scale", "low", "high",
       "missing", "rate", "dispersion", "administrative", "dropout_per_year"}
)  # fmt: skip
_GLUED = re.compile(rf"(?P<before>(?:^|[{{,])\s*(?:- )?)(?P<key>{'|'.join(_KNOWN)}):(?=[^\s:])")
_TEXT = re.compile(rf"(?P<head>(?:- )?(?:{'|'.join(_TEXT_KEYS)})\s*:\s+)(?P<rest>\S.*)")
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_SAME = str.maketrans({
    "\t": " ", "\u00a0": " ", "\u202f": " ", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'",
    "：": ":",
})  # fmt: skip


def gather(lines: Sequence[Line], first: tuple[int, str] | None = None, *, hang: int = 0) -> Traced:
    """Lay lines out as one YAML text, their common indentation taken away.

    Parameters
    ----------
    lines
        The lines, with their places.
    first
        Place and text of what stands before them (``{F: 0.4,`` of a flow mapping).
    hang
        By how much the lines are indented below `first`.
    """
    tracer = Tracer()
    base = min((line.indent for line in lines if not line.blank), default=0)
    if first is not None:
        _add(tracer, first[1], first[0])
        base -= hang
    for at, line in enumerate(lines):
        if at or first is not None:
            tracer.add("\n", line.start, copied=False)
        margin = max(0, line.indent - base)
        tracer.add(" " * margin, line.start, copied=False)
        _add(tracer, line.text, line.start)
    return tracer.done()


def _add(tracer: Tracer, text: str, source: int) -> None:
    """Add one line with its mends."""
    text = text.translate(_SAME)
    at = 0
    for glued in _GLUED.finditer(text):
        if text.count('"', 0, glued.start()) % 2 or text.count("'", 0, glued.start()) % 2:
            continue
        tracer.add(text[at : glued.end()], source + at)
        tracer.add(" ", source + glued.end(), copied=False)
        at = glued.end()
    rest = text[at:]
    named = _TEXT.fullmatch(text) if at == 0 else None
    if at and re.fullmatch(rf"(?:- )?(?:{'|'.join(_TEXT_KEYS)}):", text[:at]):
        named = re.fullmatch(r"(?P<head>)(?P<rest>\S.*)", rest)
    if named is None or not _trips(named["rest"]):
        tracer.add(rest, source + at)
        return
    begin = at + named.start("rest") if at else named.start("rest")
    tracer.add(text[at:begin], source + at)
    tracer.add("'", source + begin, copied=False)
    part = 0
    value = text[begin:]
    for quote in re.finditer("'", value):
        tracer.add(value[part : quote.end()], source + begin + part)
        tracer.add("'", source + begin + quote.start(), copied=False)
        part = quote.end()
    tracer.add(value[part:], source + begin + part)
    tracer.add("'", source + len(text), copied=False)


def _trips(value: str) -> bool:
    """Whether YAML would refuse or cut a plain text."""
    if value[0] in "\"'" or re.fullmatch(r"[|>][+-]?\d?", value):
        return False
    return value[0] in "%@`*&!>|#{}[],?-" or re.search(r":\s|\s#|:$", value) is not None


def load(traced: Traced, path: Path) -> yaml_text.Loaded:
    """Read a gathered text.

    Raises
    ------
    SpecError
        With offsets in the source of `traced`.
    """
    try:
        return yaml_text.load(traced.text, origin=path)
    except SpecError as error:
        raise SpecError([_moved(part, traced) for part in error.problems]) from None


def _moved(part: Problem, traced: Traced) -> Problem:
    offset = None if part.offset is None else traced.source(part.offset)
    return Problem(part.path, part.what, part.mend, part.level, offset)


def placed(error: SpecError, loaded: yaml_text.Loaded, traced: Traced) -> SpecError:
    """Give an error of the pieces its offsets in the source of `traced`."""
    found = []
    for part in error.problems:
        place = loaded.place(part.path)
        offset = None if place is None else traced.source(yaml_text.offset_of(traced.text, place))
        found.append(Problem(part.path, part.what, part.mend, part.level, offset))
    return SpecError(found)


def spans(loaded: yaml_text.Loaded, traced: Traced) -> dict[Path, int]:
    """Path to offset in the source, of every key and value."""
    # A line ends where YAML ends it: at U+0085, U+2028 and U+2029, too.
    starts = [0]
    starts += [match.end() for match in _LINE_END.finditer(traced.text)]
    found: dict[Path, int] = {}
    for places in (loaded.keys, loaded.marks):
        for path, (line, column) in places.items():
            found[path] = traced.source(starts[line - 1] + column - 1)
    return found


def is_flow(rest: str, *, more: bool) -> bool:
    """Whether what stands behind a name is YAML: one whole ``{…}`` or ``[…]``."""
    if rest[:1] not in ("{", "["):
        return False
    if more:
        return True
    depth = 0
    quote = ""
    for at, sign in enumerate(rest):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
            if depth == 0:
                behind = rest[at + 1 :].strip()
                return not behind or behind.startswith("#")
    return True
