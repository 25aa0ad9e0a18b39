"""Effects of stated ratios, slopes and correlations, and rates of missing values."""

from __future__ import annotations

from collections.abc import Sequence

from synth_magic.authors.targeted_columns import slug
from synth_magic.authors.targeted_laying import Laying
from synth_magic.authors.targeted_roles import HELD
from synth_magic.blueprint.model import Column, Effect, Missing
from synth_magic.blueprint.targets import OVERALL, Target
from synth_magic.errors import warning
from synth_magic.reference import tables


def with_effects(laying: Laying, lines: Sequence[Target], made: dict[str, Column]) -> list[Target]:
    """Make effects of stated ratios, slopes and correlations."""
    out = []
    there = {
        (e.parent.split("=", maxsplit=1)[0], e.child.split("=", maxsplit=1)[0])
        for e in laying.request.effects
    }
    for line in lines:
        if line.parent is None:
            out.append(line)
            continue
        ends = [_operand(laying, words, made) for words in (line.parent, line.name)]
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            unknown = line.parent if ends[0] is None else line.name
            what = f"{line.text}: {unknown} is no column of the table, so the line was not used"
            laying.notes.append(warning(("targets", line.line), what))
            out.append(line.model_copy(update={"role": "free", "why": "not a column"}))
            continue
        parent, child = str(ends[0]), str(ends[1])
        pair = parent.split("=", maxsplit=1)[0], child.split("=", maxsplit=1)[0]
        why = HELD if line.held else "effects: states it" if pair in there else ""
        by = made[pair[1]].distribution if pair[1] in made else None
        if not why and by is not None and by.by == pair[0]:
            why = OVERALL
        update = {"column": child, "by": None, "at": None, "value": parent}
        out.append(line.model_copy(
            update=update | {"role": "free" if why else "fitted", "why": why}
        ))  # fmt: skip
        if not why:
            effect = Effect(
                parent=parent, child=child, word=line.numbers[0].what,
                size=line.numbers[0].value, per=line.per, source="user",
            )  # fmt: skip
            laying.effects.append((effect, line.line))
            there.add(pair)
    return out


def _operand(laying: Laying, words: str, made: dict[str, Column]) -> str | None:
    match = laying.names.find(words, share=True)
    name = match.column
    if name is None and match.variable is not None:
        name = next((n for n, v in laying.concepts.items() if v == match.variable), None)
        if name is None:
            name = match.variable
            made[name] = Column(name=name)
            laying.concepts[name] = match.variable
    if name is None:
        plain_name = slug(words)
        name = plain_name if plain_name in made else None
    if name is None or name not in made:
        return None
    column = made[name]
    valued = match.value is not None and column.type != "boolean" and not _truth(laying, name)
    return f"{name}={match.value}" if valued else name


def _truth(laying: Laying, name: str) -> bool:
    variable = laying.concepts.get(name)
    return variable is not None and tables.load().variables[variable].type == "boolean"


def with_missing(laying: Laying, lines: Sequence[Target]) -> list[Target]:
    """Take published rates of missing values; a rate under ``missing:`` stands."""
    stated = {entry.column for entry in laying.request.missing}
    out = []
    for line in lines:
        rate, name = line.number("missing"), str(line.column)
        if rate is None or line.role != "fitted":
            out.append(line)
        elif name in stated:
            why = {"role": "free", "why": "missing: states it"}
            out.append(line.model_copy(update=why))
        else:
            stated.add(name)
            laying.missing.append(Missing(column=name, rate=rate.value, source="user"))
            out.append(line)
    return out
