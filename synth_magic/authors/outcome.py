"""From an answer to a blueprint that holds, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth_magic.authors import believe, joined
from synth_magic.authors.answers import columns, derived, effects, rules
from synth_magic.authors.answers.form import Answer
from synth_magic.authors.answers.table import Table
from synth_magic.authors.answers.told import EFFECTS, Complaint
from synth_magic.authors.joined import Facts, Held
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import Problem, SpecError, note, warning

#: Things left out that one note names.
SHOWN = 6


@dataclass(frozen=True)
class Made:
    """What came of an answer.

    Parameters
    ----------
    held
        A blueprint that holds, or why there is none: a column of which nothing is known.
    complaints
        What could not be used, or is not believed.
    notes
        What was mended or left out.
    """

    held: Held | SpecError
    complaints: tuple[Complaint, ...]
    notes: tuple[Problem, ...] = ()


def compiled(table: Table, answer: Answer, names: Sequence[str], *, shown: bool) -> Made:
    """Compile an answer: laws first, then what joins them, upon columns that are complete.

    Parameters
    ----------
    table
        What was asked about.
    answer
        As read.
    names
        Columns that were asked for.
    shown
        Whether the prompt showed the reference's values.
    """
    laws = columns.laws(answer, table, names)
    believe.same_shapes(laws)
    if shown:
        believe.echoes(laws, table, [n for n in names if table.known[n].known])
    derived.formulas(answer, table, laws)
    complaints = list(laws.complaints)
    try:
        base = joined.hold(table.request, Facts(columns=laws.columns))
    except SpecError as error:
        return Made(_unknown(error, complaints), tuple(complaints))
    complaints += _fallen(base)
    bare = base.blueprint.model_copy(update={"effects": table.request.effects})
    linked = effects.effects(answer.effects, table, bare)
    same = believe.same_effects(answer.effects)
    notes: list[Problem] = []
    chosen = linked.effects
    if same:
        chosen = ()
        complaints.append(Complaint(EFFECTS, same))
    elif answer.effects and not linked.effects:
        why = "; ".join(linked.left_out[:3])
        complaints.append(Complaint(EFFECTS, f"no effect could be used: {why}"))
    elif linked.left_out:
        notes.append(_left_out("effects", linked.left_out))
    found_rules, no_rules = rules.rules(answer.rules, table, bare)
    if no_rules:
        notes.append(_left_out("rules", no_rules))
    missing, reasons = rules.missing(answer.missing, table, bare)
    facts = Facts(base.facts.columns, chosen, found_rules, missing)
    held = joined.hold(table.request, facts)
    gone = {m.column for m in missing} - {m.column for m in held.facts.missing}
    reasons = tuple(n for n in reasons if n.path[1] not in gone)
    every = (*laws.notes, *base.fallen, *notes, *reasons)
    return Made(held, tuple(complaints), every)


def _unknown(error: SpecError, complaints: Sequence[Complaint]) -> SpecError:
    """Say of columns that nothing is known of why the model's answer was not used."""
    about = {complaint.about: complaint.what for complaint in complaints}
    found = []
    for one in error.problems:
        why = about.get(str(one.path[1])) if len(one.path) > 1 else None
        what = f"The model's answer could not be used: {why}. {one.what}" if why else one.what
        found.append(Problem(one.path, what, one.mend, one.level, one.offset))
    return SpecError(found)


def _fallen(base: Held) -> list[Complaint]:
    """Complain of columns whose law could not hold beside the others."""
    return [
        Complaint(str(found.path[1]), found.what.rstrip("."))
        for found in base.fallen
        if found.path[:1] == ("columns",) and len(found.path) > 1
    ]


def _left_out(kind: str, what: Sequence[str]) -> Problem:
    more = f"; and {len(what) - SHOWN} more" if len(what) > SHOWN else ""
    return note((kind,), f"The model's {kind} left out: {'; '.join(what[:SHOWN])}{more}.")


def said(made: Made, held: Held) -> tuple[Problem, ...]:
    """Say what was mended, what fell back, and what the completion itself has to say."""
    blueprint = held.blueprint
    found: list[Problem] = []
    for complaint in made.complaints:
        if complaint.about == EFFECTS:
            what = f"The model's effects were not used: {complaint.what}."
            found.append(warning(("effects",), what))
            continue
        found.append(_fell_back(blueprint, complaint))
    rest = [one for one in made.notes if not _repeated(one, made.complaints)]
    return (*found, *rest, *held.fallen, *_own(held))


def _repeated(found: Problem, complaints: Sequence[Complaint]) -> bool:
    return any(found.what.rstrip(".") == complaint.what for complaint in complaints)


def _fell_back(blueprint: Blueprint, complaint: Complaint) -> Problem:
    names = {name: column for column in blueprint.columns for name in (column.name, column.event)}
    column = names.get(complaint.about)
    source = "guess" if column is None else column.source_of("distribution")
    whose = {"reference": "the reference's", "user": "yours"}.get(source, "a guess")
    what = f"The model's answer was not used. {complaint.what}; what stands is {whose}."
    return warning(("columns", complaint.about), what, "State its facts to have it otherwise.")


def _own(held: Held) -> list[Problem]:
    """Keep what the completion says of columns that are not the model's."""
    ours, read = held.facts.columns, _rests_on_model(held.blueprint)
    kept = []
    for found in held.notes:
        if found.path == ("author",):
            continue
        if found.path[:1] == ("columns",) and len(found.path) > 1 and found.path[1] in ours:
            continue
        if found.path[:1] == ("prose",) and found.level == "warning" and read:
            continue
        kept.append(found)
    return kept


def _rests_on_model(blueprint: Blueprint) -> bool:
    """Whether no law rests on the reference: what it left unread of the prose, the model read."""
    laws = [column.distribution for column in blueprint.columns]
    return all(law is None or law.source in ("model", "user") for law in laws)
