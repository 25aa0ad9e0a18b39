"""The author that asks a language model: an answer, checked, mended and laid beside the facts.

The model is asked once for a whole table.  What cannot be used, or is not believed, goes
back once with the exact complaints; what still fails falls back, column by column, to the
reference or to a marked guess.  A blueprint that leaves holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from synth_magic.authors import asking, offline, proposals
from synth_magic.authors.answers import form, short
from synth_magic.authors.answers.form import Answer
from synth_magic.authors.answers.table import Table, table_of
from synth_magic.authors.asking import Asked, Grounding
from synth_magic.authors.outcome import Made, compiled, said
from synth_magic.authors.talk import Talk
from synth_magic.blueprint.model import Blueprint
from synth_magic.blueprint.request import Request
from synth_magic.errors import ModelError, Problem, SpecError, note, warning
from synth_magic.events import Event, Tell, silent
from synth_magic.llm.messages import Ask, Prompt
from synth_magic.reading import read

#: Answers of these kinds may be better when asked for anew, and shorter.
ANEW = ("unreadable", "cut")
#: Complaints that one prompt holds.
MOST_COMPLAINTS = 40

Completed = tuple[Blueprint, tuple[Problem, ...]]


def complete(
    request: Request,
    ask: Ask,
    tell: Tell = silent,
    *,
    grounding: Grounding = "auto",
    small: bool = False,
    most: int = asking.WHOLE,
) -> Completed:
    """Complete a request to a blueprint with a model's help.

    Parameters
    ----------
    request
        What the cell says.  What it states keeps the source ``user`` and is never overruled.
    ask
        Asks a model; see `synth_magic.llm.messages.Ask`.
    tell
        Called with progress.
    grounding
        Whether the reference's values are shown to the model; ``auto``: to small models.
    small
        Ask in the form that small models answer best, and only of columns that the
        reference does not know.
    most
        Columns in one call; fewer for a model with a small context.

    Returns
    -------
    blueprint
        With no column open; it compiles.
    notes
        What was mended, left out, fell back or was assumed.

    Raises
    ------
    ModelError
        When the model cannot be asked at all: no network, no key, a quota, a refusal.
    SpecError
        When what the user said cannot hold, or nothing is known of a column and the model's
        answer to it cannot be used either.
    """
    if request.blueprint is not None:
        return request.blueprint, ()
    tell(Event("reading"))
    talk = Talk(ask)
    if not request.columns:
        return _proposed(request, talk)
    table = table_of(request)
    asked = asking.first(table, grounding=grounding, small=small, most=most)
    if not asked:
        what = "The model was not asked: the built-in reference knows every column that is open."
        return _offline(request, note(("author",), what))
    answer, failed = talk.round(asked)
    if failed is not None and answer == Answer():
        return _unanswered(table, talk, _worth_asking_anew(failed))
    shown = grounding == "on" or (grounding == "auto" and small)
    return _finished(table, answer, asked, talk, _lost(failed), shown=shown)


def prompts(
    request: Request,
    *,
    grounding: Grounding = "auto",
    small: bool = False,
    most: int = asking.WHOLE,
) -> tuple[Prompt, ...]:
    """Write the prompts of the first round, without asking anybody.

    Parameters are those of `complete`; a whole blueprint, and a table of which nothing is
    open to a small model, ask for nothing.
    """
    if request.blueprint is not None:
        return ()
    if not request.columns:
        return (asking.proposing(Table(request, read(request), {})).prompt,)
    asked = asking.first(table_of(request), grounding=grounding, small=small, most=most)
    return tuple(one.prompt for one in asked)


def _offline(request: Request, *told: Problem) -> Completed:
    """Complete without a model; `told` says why, in the place of the usual first note."""
    blueprint, notes = offline.complete(request)
    return blueprint, (*told, *(n for n in notes if n.path != ("author",)))


def _lost(failed: ModelError | None) -> tuple[Problem, ...]:
    """Say that a part of several was not answered."""
    if failed is None:
        return ()
    what = f"A part of the model's answer is lost: {_why(failed)}."
    return (warning(("author",), what, "Run the cell again to ask for it once more."),)


def _why(failed: ModelError) -> str:
    return failed.problems[0].what.rstrip(".")


def _worth_asking_anew(failed: ModelError) -> ModelError:
    """Raise what no other question can mend; the user asked for a model."""
    if failed.kind not in ANEW:
        raise failed
    return failed


# Ways that a first answer can go ------------------------------------------------------


def _proposed(request: Request, talk: Talk) -> Completed:
    """Let the model choose the columns, too."""
    first = asking.proposing(Table(request, read(request), {}))
    answer, failed = talk.round([first])
    if failed is not None:
        what = f"The model's answer could not be used: {_why(_worth_asking_anew(failed))}."
        return _offline(request, warning(("author",), what))
    taken = proposals.taken(request, answer)
    left: Talk | None = talk
    while taken is not None:
        table = table_of(taken[0])
        told = proposals.told(taken)
        asked = [replace(first, columns=table.open)]
        try:
            return _finished(table, answer, asked, left, (told,), shown=False)
        except SpecError as error:
            # What the model proposed and did not describe is no column, and no error of the user's.
            gone = {str(one.path[1]) for one in error.problems if len(one.path) > 1}
            taken = proposals.without(taken, gone)
            left = None
    what = "The model proposed no column that can be used; the reference chose them."
    return _offline(request, warning(("author",), what))


def _unanswered(table: Table, talk: Talk, failed: ModelError) -> Completed:
    """Ask once more in the form for small models; else the offline author answers."""
    told = warning(("author",), f"The model's answer could not be used: {_why(failed)}.")
    asked = asking.first(table, grounding="on", small=True)
    if asked:
        answer, again = talk.round(asked)
        if answer != Answer():
            return _finished(table, answer, asked, None, (told,), shown=True)
        if again is not None:
            _worth_asking_anew(again)
    what = "All columns come from the built-in reference, or are guesses marked as such."
    return _offline(table.request, told, note(("author",), what))


def _finished(
    table: Table,
    answer: Answer,
    asked: Sequence[Asked],
    talk: Talk | None,
    told: Sequence[Problem],
    *,
    shown: bool,
) -> Completed:
    """Compile; send back once what could not be used; fall back for the rest."""
    names = tuple(dict.fromkeys(name for one in asked for name in one.columns))
    made = compiled(table, answer, names, shown=shown)
    if made.complaints and talk is not None:
        small = any(one.short is not None for one in asked)
        second, failed = _second(table, answer, made, talk, small=small)
        if second is not None:
            made = compiled(table, second, names, shown=shown)
        elif failed is not None:
            told = (*told, warning(("author",), f"It was not asked again: {_why(failed)}."))
    if isinstance(made.held, SpecError):
        raise made.held
    return made.held.blueprint, (*told, *said(made, made.held))


def _second(
    table: Table, answer: Answer, made: Made, talk: Talk, *, small: bool
) -> tuple[Answer | None, ModelError | None]:
    """Ask anew for what was complained of, and put the answers together."""
    complaints = made.complaints[:MOST_COMPLAINTS]
    about = {complaint.about for complaint in complaints}
    names = tuple(name for name in table.names if name in about)
    names = names if not small else tuple(n for n in names if short.askable(table.known[n]))
    if small and not names:
        return None, None
    prompt = asking.again(table, complaints, names, small=small)
    found, failed = talk.round([prompt])
    if found == Answer():
        return None, failed
    return _replaced(table, answer, found, names, links=prompt.links), None


_LAWS = (*form.MARGINALS, "amounts", "derived")


def _replaced(
    table: Table, answer: Answer, found: Answer, names: Sequence[str], *, links: bool
) -> Answer:
    """Put the rows of some columns in the place of those of the first answer."""
    again = {table.name(row.column) for kind in _LAWS for row in getattr(found, kind)}
    again &= set(names)
    fields: dict[str, object] = {}
    for kind in _LAWS:
        kept = [r for r in getattr(answer, kind) if table.name(r.column) not in again]
        more = [r for r in getattr(found, kind) if table.name(r.column) in again]
        fields[kind] = (*kept, *more)
    if links and found.effects:
        fields["effects"] = found.effects
    return replace(answer, **fields)  # type: ignore[arg-type]
