"""Prompts: a batch of rows with their seed cells, and the form of the answer."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from string import Template
from typing import Any

from synth_magic.llm import Prompt
from synth_magic.rows import texts, wording
from synth_magic.rows.sheet import Sheet, Word

#: Rows of a batch; batch i is always rows 20i to 20i+19 of the blueprint's draw.
BATCH = 20
#: Of the answer's form; the prompt files have versions of their own.
FORM = 1
#: Tokens of an answer above which a batch is asked for in halves or quarters.
_LONG = 3_000
_PARTS = (1, 2, 4)
#: Bytes of JSON, and of prose, that make a token.
_JSON, _PROSE = 2.2, 3.0
#: Beyond so many keys an endpoint may refuse the schema, and none is sent.
_MOST_KEYS = 75
_MOST_COMPLAINTS = 40

_MANNER = (
    (
        "A text fits every cell of its row and adds nothing that contradicts one. Numbers of a cell"
        " stand in it as they stand in the row; write no other number beside a cell's name or unit."
    ),
    (
        "A text is one line of plain words, at most {longest} characters, without markup; no names"
        " of persons, places of work or dates of birth."
    ),
)
_SECTION = re.compile(r"^# (system|user)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Job:
    """Rows that are asked for together.

    Parameters
    ----------
    first
        Place of the batch's first row in the table.
    rows
        Those of its rows that are wanted, counted from 0 within the batch.
    size
        How many rows the batch has.
    complaints
        By row: what was wrong with its last answer.
    attempt
        0 at first.
    """

    first: int
    rows: tuple[int, ...]
    size: int
    complaints: Mapping[int, tuple[str, ...]]
    attempt: int = 0

    @property
    def part(self) -> slice:
        """The batch's rows of the table."""
        return slice(self.first, self.first + self.size)


def padded(rows: int) -> int:
    """Rows of whole batches that hold so many rows.

    Parameters
    ----------
    rows
        How many are wanted in the end.
    """
    return BATCH * math.ceil(rows / BATCH)


@lru_cache(maxsize=4)
def prompt_file(name: str) -> tuple[int, str, str]:
    """Read a prompt: version, system text, user text.

    Raises
    ------
    ValueError
        If the file has not the form that is written down in docs/rows-engine.md.
    """
    text = resources.files("synth_magic.rows").joinpath("prompts", name).read_text("utf-8")
    head, *sections = _SECTION.split(text)
    version = re.fullmatch(r"version: (\d+)\s*", head)
    if version is None or sections[::2] != ["system", "user"]:
        raise ValueError(f"{name} is no prompt: version, # system, # user")
    return int(version[1]), sections[1].strip(), sections[3].strip()


class Writer:
    """Renders the prompts of a table.

    Parameters
    ----------
    sheet
        The drawn table.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.layout = sheet.layout
        self.keys = wording.keys(self.layout)
        self._file = "rows.md" if self.layout.numbers else "text.md"

    @cached_property
    def size(self) -> int:
        """Rows of a prompt: those of a batch, or a half or quarter of it if texts are long."""
        whole = self._tokens(BATCH)
        return next((BATCH // n for n in _PARTS if whole / n <= _LONG), BATCH // _PARTS[-1])

    @cached_property
    def schema(self) -> Mapping[str, Any] | None:
        """Form of the answer; None where it would be larger than endpoints take."""
        if len(self.layout.asked) > _MOST_KEYS:
            return None
        cells = {self.keys[name]: {"type": self._type(name)} for name in self.layout.asked}
        row = _closed({"id": {"type": "integer"}, **cells})
        return _closed({"rows": {"type": "array", "items": row}})

    def jobs(self) -> list[Job]:
        """All rows, in order."""
        return [
            Job(first, tuple(range(self.size)), self.size, {})
            for first in range(0, self.sheet.rows, self.size)
        ]

    def prompt(self, job: Job) -> Prompt:
        """Render the prompt of some rows.

        Parameters
        ----------
        job
            Which rows, and what was wrong with their last answer.
        """
        version, system, user = self._shared
        text = Template(user).substitute(
            lines="\n".join(self._line(job.first + row, row + 1) for row in job.rows),
            complaints=_complaints(job),
        )
        first, last = job.first + min(job.rows), job.first + max(job.rows)
        return Prompt(
            messages=(("system", system), ("user", text)),
            schema=self.schema,
            version=f"rows-{FORM}/{self._file.removesuffix('.md')}-{version}",
            expected_tokens=self._tokens(len(job.rows)),
            attempt=job.attempt,
            about=f"rows {first}-{last}",
            longest=texts.LONGEST + 1 if self.layout.texts else 200,
        )

    # What all prompts of a table share ---------------------------------------------------

    @cached_property
    def _shared(self) -> tuple[int, str, str]:
        version, system, user = prompt_file(self._file)
        layout = self.layout
        blocks = {
            "population": " ".join((layout.blueprint.population or "not said").split()),
            "given": self._columns(layout.given) or "- none",
            "asked": self._columns(layout.asked),
            "links": "\n".join(wording.links(layout)) or "- As they do in this population.",
            "rules": "\n".join(f"- {rule.text}" for rule in layout.rules) or "- Nothing is stated.",
            "manner": "".join(f"- {line}\n" for line in self._manner()),
            "form": self._form(),
        }
        later = {"lines": "$lines", "complaints": "$complaints"}
        said = {name: text.replace("$", "$$") for name, text in blocks.items()}
        return version, system, Template(user).substitute(said | later)

    def _columns(self, names: Sequence[str]) -> str:
        lines = [wording.column_line(self.layout, name, self.keys[name]) for name in names]
        return "\n".join(lines)

    def _manner(self) -> list[str]:
        if not self.layout.texts:
            return []
        lines = [line.format(longest=texts.LONGEST) for line in _MANNER]
        for name in self.layout.texts:
            said = wording.length(self.layout.blueprint.column(name))
            lines.append(f"{self.keys[name]}: as its description says, some {said} characters.")
        return lines

    def _form(self) -> str:
        cells = "".join(f',"{self.keys[n]}":<{self._type(n)}>' for n in self.layout.asked)
        return f'{{"rows":[{{"id":<integer>{cells}}},…]}}'

    def _type(self, name: str) -> str:
        kind = self.layout.codecs[name].kind
        return {"text": "string", "integer": "integer"}.get(kind, "number")

    def _tokens(self, rows: int) -> int:
        """Tokens of an answer in the form that is asked for."""
        size, prose = len('{"id":10},'), 0
        for name in self.layout.asked:
            codec = self.layout.codecs[name]
            size += len(self.keys[name].encode()) + 4
            if codec.kind == "text":
                prose += wording.length(self.layout.blueprint.column(name))
            else:
                ends = [len(str(abs(end))) for end in (codec.low, codec.high) if end is not None]
                size += max(ends, default=4) + (codec.decimals > 0)
        return math.ceil((len('{"rows":[]}') + rows * size) / _JSON + rows * prose / _PROSE)

    # Rows --------------------------------------------------------------------------------

    @cached_property
    def _cells(self) -> Mapping[str, Sequence[Word]]:
        return {name: self.sheet.words(name) for name in self.layout.given}

    @cached_property
    def _empty(self) -> Mapping[str, Sequence[bool]]:
        return {
            name: self.sheet.gone[name].tolist()
            for name in self.layout.asked
            if self.sheet.gone[name].any()
        }

    def _line(self, row: int, number: int) -> str:
        cells: dict[str, object] = {"id": number}
        cells |= {self.keys[name]: words[row] for name, words in self._cells.items()}
        cells |= {self.keys[name]: None for name, gone in self._empty.items() if gone[row]}
        return wording.compact(cells)


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _complaints(job: Job) -> str:
    rows: dict[str, list[str]] = {}
    for row, lines in job.complaints.items():
        for what in lines:
            rows.setdefault(what, []).append(str(row + 1))
    if not rows:
        return ""
    said = [f"- id {', '.join(ids)}: {what}" for what, ids in rows.items()]
    listed = "\n".join(said[:_MOST_COMPLAINTS])
    return f"\nYour last answer for these rows could not be used:\n{listed}\nWrite them anew.\n"
