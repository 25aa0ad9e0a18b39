"""The prompts of the model author: one for a table, several for a large one, one to mend."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from synth_magic.authors import described
from synth_magic.authors.answers import form, lenient, short
from synth_magic.authors.answers.form import Answer
from synth_magic.authors.answers.table import Table
from synth_magic.authors.answers.told import EFFECTS, Complaint
from synth_magic.authors.prompt_text import render, version
from synth_magic.llm.messages import Prompt

#: Columns that one call describes, and those of a part where there are more.
WHOLE, PART = 20, 15
#: Columns of one call in the short form.
SHORT = 8
#: Columns that a model may propose where the description names none.
PROPOSED = 20
#: Tokens of an answer: a row of a column, an effect, what else there is.
ROW, EFFECT, REST = 72, 42, 60
Grounding = Literal["auto", "on", "off"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt, and what its answer is looked at for.

    Parameters
    ----------
    prompt
        As it is sent.
    columns
        Names of the columns whose rows it asks for.
    links
        Whether it asks for effects, rules and missing values.
    short
        The table, where the answer is asked in the short form.
    """

    prompt: Prompt
    columns: tuple[str, ...]
    links: bool
    short: Table | None = None

    def read(self, data: Mapping[str, Any]) -> Answer:
        """Read an answer to it."""
        if self.short is None:
            return lenient.read(data)
        return short.read(data, self.short, self.columns)


def first(table: Table, *, grounding: Grounding, small: bool, most: int = WHOLE) -> list[Asked]:
    """Write the first round: nothing where nothing is left to ask.

    Parameters
    ----------
    table
        What is asked about.
    grounding
        Whether the reference's values are shown; ``auto`` shows them to small models.
    small
        Ask low, typical and high, of the columns that the reference does not know.
    most
        Columns in one call; less for a small context.
    """
    shown = grounding == "on" or (grounding == "auto" and small)
    if small:
        asked = tuple(name for name in table.open if not table.known[name].known)
        asked = tuple(name for name in asked if short.askable(table.known[name]))
        return [_small(table, part, shown) for part in _parts(asked, min(SHORT, most))]
    if len(table.names) <= most:
        return [_whole(table, shown)]
    parts = [_part(table, part, shown) for part in _parts(table.open, min(PART, most))]
    return [*parts, _together(table)]


def _parts(names: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """Cut names into parts of about one size."""
    count = math.ceil(len(names) / most)
    size = math.ceil(len(names) / count) if count else 0
    return [tuple(names[i * size : (i + 1) * size]) for i in range(count)]


def proposing(table: Table) -> Asked:
    """Ask for the columns too, where the description names none."""
    text = render(
        "propose",
        population=described.population(table),
        most=str(PROPOSED),
        links=" and how the columns hang together",
        grounding="",
    )
    kinds = ("columns", *form.WHOLE)
    prompt = Prompt(
        messages=(("system", _system(kinds)), ("user", text)),
        schema=form.schema(kinds),
        version=version("expert", "marginals", "links", "propose"),
        expected_tokens=_expected(PROPOSED, links=True) + 20 * PROPOSED,
        about=f"up to {PROPOSED} columns",
    )
    return Asked(prompt, (), links=True)


def _system(kinds: Collection[str]) -> str:
    """Write the expert's part, with the rules for what is asked."""
    parts = [render("expert", form=form.skeleton(kinds))]
    if set(kinds) & set(form.MARGINALS):
        parts.append(render("marginals"))
    if "effects" in kinds:
        parts.append(render("links"))
    return "\n\n".join(parts)


def _expected(rows: int, *, links: bool) -> int:
    return REST + ROW * rows + (EFFECT * 2 * rows + 2 * REST if links else 0)


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none, all are given"


def _whole(table: Table, shown: bool) -> Asked:
    text = render(
        "table",
        population=described.population(table),
        columns=described.columns(table),
        stated=described.stated(table),
        grounding=described.grounding(table, table.open) if shown else "",
        links=" and how they hang together",
        asked=_named(table.open),
    )
    prompt = Prompt(
        messages=(("system", _system(form.WHOLE)), ("user", text)),
        schema=form.schema(),
        version=version("expert", "marginals", "links", "table"),
        expected_tokens=_expected(len(table.names), links=True),
        about=_columns(len(table.names)),
    )
    return Asked(prompt, table.open, links=True)


def _part(table: Table, names: tuple[str, ...], shown: bool) -> Asked:
    text = render(
        "part",
        population=described.population(table),
        columns=_columns_of(table, names),
        stated="",
        grounding=described.grounding(table, names) if shown else "",
        asked=", ".join(names),
    )
    prompt = Prompt(
        messages=(("system", _system(form.MARGINALS)), ("user", text)),
        schema=form.schema(form.MARGINALS),
        version=version("expert", "marginals", "part"),
        expected_tokens=_expected(len(names), links=False),
        about=_columns(len(names)),
    )
    return Asked(prompt, names, links=False)


def _columns_of(table: Table, names: Collection[str]) -> str:
    """List all columns: the asked with their facts, the others by name, type and unit."""
    full = described.columns(table).splitlines()
    brief = described.columns(table, short=True).splitlines()
    pairs = zip(table.names, full, brief, strict=True)
    return "\n".join(line if name in names else other for name, line, other in pairs)


def _together(table: Table) -> Asked:
    text = render(
        "together",
        population=described.population(table),
        columns=described.columns(table, short=True),
        stated=described.stated(table),
    )
    prompt = Prompt(
        messages=(("system", _system(form.LINKS)), ("user", text)),
        schema=form.schema(form.LINKS),
        version=version("expert", "links", "together"),
        expected_tokens=3 * REST + round(1.5 * EFFECT * len(table.names)),
        about="how the columns hang together",
    )
    return Asked(prompt, (), links=True)


def _small(
    table: Table, names: tuple[str, ...], shown: bool, complaints: Sequence[Complaint] = ()
) -> Asked:
    known = [name for name in table.open if table.known[name].known]
    wrong = "\n".join(f"- {complaint.what}" for complaint in complaints)
    text = render(
        "questions",
        population=described.population(table),
        grounding=described.grounding(table, known) if shown else "",
        questions="\n".join(short.question(table.known[name]) for name in names),
        complaints=f"\nAn earlier answer could not be used:\n{wrong}" if wrong else "",
    )
    prompt = Prompt(
        messages=(("system", render("short")), ("user", text)),
        schema=short.schema(table, names),
        version=version("short", "questions"),
        expected_tokens=REST + 30 * len(names),
        about=_columns(len(names)) + (" again" if wrong else ""),
    )
    return Asked(prompt, names, links=False, short=table)


def again(
    table: Table, complaints: Sequence[Complaint], names: tuple[str, ...], *, small: bool
) -> Asked:
    """Ask once more for what could not be used, with the exact complaints.

    Parameters
    ----------
    complaints
        As many as are worth telling; those about `EFFECTS` ask for all effects anew.
    names
        Columns that are asked for anew.
    small
        Ask in the short form.
    """
    if small:
        return _small(table, names[:SHORT], shown=False, complaints=complaints)
    links = any(complaint.about == EFFECTS for complaint in complaints)
    kinds: tuple[str, ...] = form.MARGINALS if names else ()
    kinds = (*kinds, "effects") if links else kinds
    rows = f": one row for each of {', '.join(names)}" if names else ""
    text = render(
        "again",
        population=described.population(table),
        columns=_columns_of(table, names),
        stated=described.stated(table),
        complaints="\n".join(f"- {complaint.what}" for complaint in complaints),
        asked=rows + (" and all effects" if links else ""),
    )
    prompt = Prompt(
        messages=(("system", _system(kinds)), ("user", text)),
        schema=form.schema(kinds),
        version=version("expert", "marginals", "links", "again"),
        expected_tokens=_expected(len(names), links=links),
        about=f"{_columns(len(names))} again" if names else "effects again",
    )
    return Asked(prompt, names, links=links)


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
