"""Whether a blueprint can hold together; the list is empty when it can.

Everything that can be seen without computing a law stands here and in
`check_columns`, `check_laws`, `check_links` and `check_rules`; what needs
numbers (an effect that cannot be reached) is found by laws and sampling.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterator

from synth_magic.blueprint import check_columns, check_links, check_rules, graph
from synth_magic.blueprint.context import MAX_TEXT, Context, name_problem
from synth_magic.blueprint.explain import shown
from synth_magic.blueprint.model import SAMPLER, VERSION, Blueprint
from synth_magic.errors import Path, Problem, problem

#: First release that draws each sampler number.
RELEASES = {1: "0.1"}
MAX_PARTS = 10_000


def problems(blueprint: Blueprint) -> list[Problem]:
    """Find what makes a blueprint invalid.

    Returns
    -------
    list of Problem
        Each with the path, by the YAML form's names, of the part that is to blame.
    """
    found = list(_head(blueprint))
    if not found:
        found += _names(blueprint)
    if found:
        # Nothing below can be told apart when two columns share a name.
        return found
    columns = {column.name: column for column in blueprint.columns}
    context = Context(blueprint, columns, graph.owners(blueprint), graph.kinds(blueprint))
    for column in blueprint.columns:
        found += check_columns.problems(column, context)
    found += check_links.problems(context)
    found += check_rules.problems(context)
    if not found:
        found += check_rules.cycles(context)
    return found


def _head(blueprint: Blueprint) -> Iterator[Problem]:
    if blueprint.version != VERSION:
        yield problem(
            ("version",),
            f"This blueprint has the form {blueprint.version}; this release reads {VERSION}",
            "Install the release that wrote it: pip install -U synth-magic",
        )
    if blueprint.sampler != SAMPLER:
        yield problem(("sampler",), *_sampler(blueprint.sampler))
    table = blueprint.table
    if table is not None and (not table.isidentifier() or keyword.iskeyword(table)):
        better = "".join(sign if sign.isalnum() else "_" for sign in table).strip("_")
        better = better if better.isidentifier() and not keyword.iskeyword(better) else "patients"
        what = f"`{shown(table)}` cannot be a variable's name in Python"
        yield problem(("table",), what, f"Write `table: {better[:40]}`")
    if not blueprint.columns:
        what = "A table needs at least one column"
        yield problem(("columns",), what, "Write `columns:`, and below it `- name: age`")
    elif all(column.hidden for column in blueprint.columns):
        yield problem(("columns",), "Every column is hidden", "Let one be shown")
    for key in ("columns", "effects", "rules", "missing"):
        if len(getattr(blueprint, key)) > MAX_PARTS:
            what = f"More than {MAX_PARTS:,} {key} are more than a blueprint holds"
            yield problem((key,), what, "Leave out what is not needed")
    for text in (blueprint.population, blueprint.table):
        if text is not None and len(text) > MAX_TEXT:
            yield problem(("population",), "This description is too long", "Shorten it")


def _sampler(sampler: int) -> tuple[str, str]:
    release = RELEASES.get(sampler)
    by = f"release {release}" if release else "another release"
    if release is None and sampler > SAMPLER:
        by = "a later release"
    what = f"Sampler {sampler} is drawn by {by} of synth-magic; this one draws sampler {SAMPLER}"
    return what, f"Install that release, or write `sampler: {SAMPLER}` for another table"


def _names(blueprint: Blueprint) -> Iterator[Problem]:
    seen = set[str]()
    for at, column in enumerate(blueprint.columns):
        path: Path = ("columns", column.name or at)
        wrong = name_problem(column.name)
        if wrong is not None:
            yield problem((*path, "name"), *wrong)
        elif _alike(column.name) in seen:
            what = f"Two columns are called `{shown(column.name)}`"
            yield problem((*path, "name"), what, "Give one of them another name")
        seen.add(_alike(column.name))
    for column in blueprint.columns:
        if column.event is None:
            continue
        path = ("columns", column.name, "event")
        wrong = name_problem(column.event)
        if wrong is not None:
            yield problem(path, *wrong)
        elif _alike(column.event) in seen:
            what = f"The event `{shown(column.event)}` has the name of another column"
            yield problem(path, what, "Give the event a name of its own; its column is made")
        seen.add(_alike(column.event))


def _alike(name: str) -> str:
    """Give names that look alike, accents written in one sign or two, as one."""
    return unicodedata.normalize("NFC", name)
