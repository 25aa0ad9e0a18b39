"""The text of a cell to a Request.

Where an error stands
---------------------
Every problem that `parse` raises carries `offset`, the position in characters
in the cell as typed.  Problems that later rooms raise carry a path into the
Request; its ``spans`` hold the places, and an offset then counts within the
text at that path (a rule's or a formula's).  `locate` looks both up.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from synth_magic.blueprint import yaml_form
from synth_magic.blueprint.model import Column, Effect, Rule
from synth_magic.blueprint.request import Request, Span
from synth_magic.cell import split
from synth_magic.cell.expand import expand
from synth_magic.cell.prose import rows_in
from synth_magic.cell.reader import Reader
from synth_magic.cell.trace import Places
from synth_magic.errors import Path, Problem, SpecError, problem
from synth_magic.expressions import quoted

#: More problems than this are not worth reading at once.
MAX_PROBLEMS = 20
_EXAMPLE = "Describe the table, such as: 300 adults with asthma; age, sex, fev1"


def parse(text: str, names: Mapping[str, object] | None = None) -> Request:
    """Read a cell.

    Parameters
    ----------
    text
        The cell's text, without the line of the magic.
    names
        The notebook's namespace, for ``{{name}}``.

    Returns
    -------
    Request
        `rows` is the number said under ``rows:`` or in the prose (``300
        patients``, ``n = 500``) where exactly one is said, else None.

    Raises
    ------
    SpecError
        With every problem found, each with its offset in `text`.
    """
    try:
        return _parse(text, names)
    except SpecError as error:
        raise SpecError(error.problems[:MAX_PROBLEMS]) from None


def locate(text: str, problem: Problem, spans: Mapping[Path, Span] | None = None) -> Span | None:
    """Find the place of a problem in the cell as typed.

    Parameters
    ----------
    text
        The cell as typed.
    problem
        One that `parse` raised, or one of a later room.
    spans
        ``Request.spans`` for a problem of a later room; None for one of `parse`.

    Returns
    -------
    Span or None
        None for a problem that stands nowhere in the cell.
    """
    if spans is None:
        if problem.offset is None:
            return None
        return Places(text).span(problem.offset, _word(text, problem.offset))
    for end in range(len(problem.path), 0, -1):
        found = spans.get(problem.path[:end])
        if found is None:
            continue
        if problem.offset is None or end < len(problem.path):
            return found
        places = Places(text)
        at = places.offset(found) + problem.offset
        return places.span(at, _word(text, at))
    # Without a block of columns it is the prose that names them.
    listed = problem.path[:1] == ("columns",) and ("columns",) not in spans
    return spans.get(("prose",)) if listed else None


def _parse(text: str, names: Mapping[str, object] | None) -> Request:
    split.check_size(text)
    if not text.strip(" \t\r\n\u00a0\ufeff"):
        raise SpecError(problem((), "This cell says nothing", _EXAMPLE, offset=0))
    if split.is_blueprint(text):
        return _blueprint(text)
    traced, filled = expand(text, names)
    reader = Reader(traced.text)
    try:
        parts = split.split(traced.text)
        for block in parts.blocks:
            reader.block(block)
        reader.done()
        prose = _prose(parts, reader)
    except SpecError as error:
        reader.problems += error.problems
    if reader.problems:
        raise SpecError([
            Problem(part.path, part.what, part.mend, part.level,
                    traced.source(part.offset) if part.offset is not None else None)
            for part in reader.problems
        ])  # fmt: skip
    places = Places(text)
    columns, effects, rules = _quoted(reader)
    return Request(
        prose=prose,
        columns=columns,
        effects=effects,
        rules=rules,
        missing=tuple(reader.missing),
        rows=reader.rows,
        table=reader.table,
        spans={
            path: places.span(traced.source(start), end - start)
            for path, (start, end) in reader.spans.items()
        },
        unread=tuple(reader.unread),
        either=tuple(reader.either),
        targets=reader.targets,
        filled=filled,
        cell_hash=_hash(text, filled),
    )


def _quoted(
    reader: Reader,
) -> tuple[tuple[Column, ...], tuple[Effect, ...], tuple[Rule, ...]]:
    """Put backticks about names of columns that formulas, conditions and rules hold without."""
    names = [name for c in reader.columns for name in (c.name, c.event) if name]

    def shown(text: str | None) -> str | None:
        return None if text is None else quoted(text, names)

    return (
        tuple(c.model_copy(update={"formula": shown(c.formula)}) for c in reader.columns),
        tuple(e.model_copy(update={"where": shown(e.where)}) for e in reader.effects),
        tuple(r.model_copy(update={"text": shown(r.text)}) for r in reader.rules),
    )


def _prose(parts: split.Parts, reader: Reader) -> str:
    """Join what stands before the blocks and under ``population:``, and read its rows.

    Raises
    ------
    SpecError
        Where the prose asks for a number of rows that no table has.
    """
    prose = "\n".join(part for part in (parts.prose, reader.population) if part)
    if parts.prose:
        reader.spans["prose",] = (parts.prose_start, parts.prose_start + len(parts.prose))
    if reader.rows is not None:
        return prose
    try:
        reader.rows = rows_in(prose)
    except SpecError as error:
        start, end = reader.spans["prose",]
        raise SpecError(
            replace(found, offset=min(start + (found.offset or 0), end - 1))
            for found in error.problems
        ) from None
    return prose


def _blueprint(text: str) -> Request:
    """Read a cell that is a whole Blueprint; ``{{ }}`` is not filled in it."""
    plain = re.sub("[\u00a0\u202f]", " ", text)
    blueprint, spans = yaml_form.read_marked(plain)
    return Request(
        prose=blueprint.population or "",
        columns=blueprint.columns,
        effects=blueprint.effects,
        rules=blueprint.rules,
        missing=blueprint.missing,
        table=blueprint.table,
        spans=spans,
        blueprint=blueprint,
        cell_hash=_hash(text, ()),
    )


def _hash(text: str, filled: tuple[tuple[str, str], ...]) -> str:
    """Digest of the cell as typed and of what was filled in; line ends do not count."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    said = json.dumps([typed, filled], ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _word(text: str, offset: int | None) -> int:
    found = re.compile(r"[^\s,;]+").match(text, offset or 0)
    return min(60, len(found[0])) if found else 1
