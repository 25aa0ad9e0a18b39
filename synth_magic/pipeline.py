"""The whole way, once: from what was said to a table, its record and its report.

The notebook, the command line and Python are doors to `run`; they differ in how
they hear and how they show, and in nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from synth_magic import cell, keys, lock
from synth_magic.blueprint.model import Blueprint
from synth_magic.blueprint.request import Request
from synth_magic.delivery import Wish, deliver
from synth_magic.errors import DataError, Problem, SynthDataError, note, problem
from synth_magic.events import Event, Tell, silent
from synth_magic.options import Options
from synth_magic.record import Result

if TYPE_CHECKING:
    from synth_magic.asking import Model


_Made = TypeVar("_Made")
#: Columns in one question to a model whose context proved too small for all.
FEW_COLUMNS = 8


def run(
    text: str,
    options: Options | None = None,
    names: Mapping[str, object] | None = None,
    tell: Tell = silent,
) -> Result:
    """Turn a description into a table.

    Parameters
    ----------
    text
        What stands in a cell: prose, blocks, or a whole blueprint.
    options
        As said beside it.
    names
        Where ``{{name}}`` is filled from.
    tell
        Hears of progress.

    Returns
    -------
    Result
        With the table, its record and what is worth a word.

    Raises
    ------
    SpecError
        If what is said cannot hold; `places` on the error says where it stands.
    DataError
        If a lock, a file or the memory at hand does not fit the wish.
    ModelError
        If the model that was named gives no answer; ``result`` holds the rows so far.
    Interrupted
        If the user stopped the work when some rows were finished: ``result`` holds them.
    """
    options = options or Options()
    tell(Event("reading"))
    return _read(text, names, lambda request: _run(request, options, tell))


def rehearse(
    text: str, options: Options | None = None, names: Mapping[str, object] | None = None
) -> str:
    """Write out what `run` would send to a model, with an estimate; nobody is asked.

    Parameters are those of `run`.
    """
    from synth_magic import asking

    return _read(
        text, names, lambda request: asking.rehearse(_targeted(request)[0], options or Options())
    )


def _read(text: str, names: Mapping[str, object] | None, then: Callable[[Request], _Made]) -> _Made:
    """Read a cell and do something with it; an error learns its place in the text."""
    spans = None
    try:
        keys.refuse(text)
        request = cell.parse(text, names)
        if "{{" in text:
            keys.refuse_filled(request)
        spans = request.spans
        return then(request)
    except SynthDataError as error:
        error.places = [cell.locate(text, found, spans) for found in error.problems]
        raise


def _run(request: Request, options: Options, tell: Tell) -> Result:
    if options.relock and not options.lock:
        raise DataError(
            problem(
                ("options", "relock"),
                "--relock needs the name of the lock file",
                "Write --lock FILE --relock",
            )
        )
    if options.lock:
        lock.check_place(options.lock, options.out)
    locked = lock.read(options.lock) if options.lock and not options.relock else None
    if locked and options.lock:
        lock.same_wish(options.lock, locked, request.cell_hash, options.rows, options.seed)
        wish = Wish(
            locked.blueprint(),
            locked.rows,
            locked.seed,
            locked.author,
            request.cell_hash,
            targets=locked.targets,
            basis=locked.basis,
        )
        result = deliver(wish, options, tell)
        lock.same_table(options.lock, locked, result.table)
        said = f"Drawn from {options.lock}, which holds this table; nobody was asked"
        return _with_note(result, note(("options", "lock"), said))
    result = _made(request, options, tell)
    if options.lock:
        lock.write(options.lock, lock.locked(result.record, result.table, result.record.rows))
        said = f"{options.lock} now holds this table: any later run draws it again"
        return _with_note(result, note(("options", "lock"), said))
    return result


def _with_note(result: Result, said: Problem) -> Result:
    return replace(result, notes=(*result.notes, said))


def _made(request: Request, options: Options, tell: Tell) -> Result:
    """Complete the request and carry it out, with a model where one is set."""

    @cache
    def model() -> Model | None:
        from synth_magic import asking

        return asking.open_model(options, tell)

    wish = _wish(request, options, tell, model)
    result = replace(deliver(wish, options, tell, model), talk=wish.talk)
    asked = model() if model.cache_info().currsize else None
    return result if asked is None else replace(result, notes=(*asked.notes(), *result.notes))


def _wish(
    request: Request, options: Options, tell: Tell, model: Callable[[], Model | None]
) -> Wish:
    said = options.rows if options.rows is not None else request.rows
    rows = options.default_rows if said is None else said
    seed = options.default_seed if options.seed is None else options.seed
    if request.blueprint is not None:
        return Wish(request.blueprint, rows, seed, "user", request.cell_hash)
    tell(Event("authoring"))
    request, targeted = _targeted(request)
    asked, usage = model(), None
    talk: tuple[tuple[str, str], ...] = ()
    if asked is None:
        from synth_magic.authors import offline

        blueprint, notes = offline.complete(request, tell)
    else:
        from synth_magic.asking import Heard
        from synth_magic.authors import model as model_author

        heard = Heard(asked.ask)
        ask_author = partial(
            model_author.complete,
            request,
            heard,
            tell,
            grounding=options.grounding,
            small=asked.small,
        )
        blueprint, notes = ask_author()
        if asked.ask.prompt_was_cut and len(request.columns) > FEW_COLUMNS:
            blueprint, notes = ask_author(most=FEW_COLUMNS)
        usage, talk = asked.usage(), heard.talk
    author = "offline" if asked is None else asked.name
    notes = (*_echo(request, blueprint), *targeted, *notes)
    wish = Wish(blueprint, rows, seed, author, request.cell_hash, notes, usage, talk=talk)
    if request.targets is None:
        return wish
    text, basis = request.targets.kept()
    return replace(wish, targets=text, basis=basis)


def _targeted(request: Request) -> tuple[Request, tuple[Problem, ...]]:
    """Lay published numbers upon the columns; without any the room of it stays unopened."""
    if request.targets is None:
        return request, ()
    from synth_magic.authors import targeted

    return targeted.applied(request)


def _echo(request: Request, blueprint: Blueprint) -> tuple[Problem, ...]:
    """Say of each column how its line was read, the unread words marked.

    Words without a number that led to a known variable (``systolic blood pressure``)
    were read, if not as facts.
    """
    missing = {entry.column: entry for entry in request.missing}
    known = {column.name for column in blueprint.columns if column.concept}
    unread: dict[str, list[str]] = {}
    for name, words in request.unread:
        if name not in known or any(sign.isdigit() for sign in words):
            unread.setdefault(name, []).append(words)
    lines = (
        (column.name, cell.echo(column, missing.get(column.name), unread.get(column.name, ())))
        for column in request.columns
    )
    return tuple(
        note(("columns", name), f"read: {line.removeprefix(f'{name}: ')}") for name, line in lines
    )
