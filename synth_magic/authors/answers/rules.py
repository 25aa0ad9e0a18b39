"""From a model's rules and missing values to the blueprint's."""

from __future__ import annotations

import math
from collections.abc import Iterable

from synth_magic.authors.answers import bounded
from synth_magic.authors.answers.effects import LARGEST_LOG
from synth_magic.authors.answers.form import MissingRow
from synth_magic.authors.answers.shares import share
from synth_magic.authors.answers.table import Table, alike
from synth_magic.authors.answers.told import UnfitError
from synth_magic.blueprint import check_links, check_rules, graph
from synth_magic.blueprint.context import Context
from synth_magic.blueprint.graph import Operand
from synth_magic.blueprint.model import Blueprint, Missing, Rule
from synth_magic.errors import Problem, note

MOST_RULES = 30
#: More missing values than this are no column any more.
MOST_MISSING = 0.8


def rules(
    texts: Iterable[str], table: Table, blueprint: Blueprint
) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Make the rules of an answer.

    Returns
    -------
    rules
        Those that can be read and are about the table's columns.
    left_out
        In a few words each of the others.
    """
    kept: list[Rule] = []
    left_out: list[str] = []
    said = {rule.text for rule in table.request.rules}
    for text in list(texts)[:MOST_RULES]:
        try:
            read, _ = bounded.read(text, table)
        except UnfitError as error:
            left_out.append(f"{text[:60]}: {error}")
            continue
        rule = Rule(text=read, source="model")
        trial = blueprint.model_copy(update={"rules": (rule,)})
        found = list(check_rules.problems(_context(trial)))
        wrong = [problem for problem in found if problem.path[0] == "rules"]
        if wrong:
            left_out.append(f"{text[:60]}: {wrong[0].what}")
        elif read not in said:
            said.add(read)
            kept.append(rule)
    return tuple(kept), tuple(left_out)


def missing(
    rows: Iterable[MissingRow], table: Table, blueprint: Blueprint
) -> tuple[tuple[Missing, ...], tuple[Problem, ...]]:
    """Make the missing values of an answer, those that the user did not state.

    Returns
    -------
    missing, notes
        Each note gives the model's reason.
    """
    kept: list[Missing] = []
    notes: list[Problem] = []
    seen = {entry.column for entry in table.request.missing}
    owner = graph.owners(blueprint)
    for row in rows:
        name = table.name(row.column)
        if name is None or name in seen or name not in blueprint.names:
            continue
        try:
            rate = share(row.share)
        except UnfitError:
            continue
        if not 0 < rate <= MOST_MISSING:
            continue
        entry = _dependent(row, Missing(column=name, rate=rate, source="model"), table, owner)
        trial = blueprint.model_copy(update={"missing": (entry,)})
        if any(p.path[:1] == ("missing",) for p in check_links.problems(_context(trial))):
            entry = Missing(column=name, rate=rate, source="model")
        seen.add(name)
        kept.append(entry)
        because = f": {row.reason}" if row.reason else ""
        notes.append(note(("missing", name), f"{name}: {rate:.3g} missing, by the model{because}."))
    return tuple(kept), tuple(notes)


def _dependent(row: MissingRow, entry: Missing, table: Table, owner: dict[str, str]) -> Missing:
    """Let missingness depend on a column, where the answer says by how much."""
    ratio = row.odds_ratio
    if not row.depends_on or not ratio or ratio <= 0 or abs(math.log(ratio)) > LARGEST_LOG:
        return entry
    said = graph.operand(row.depends_on, owner)
    name = table.name(said.column)
    if name is None or name not in owner or ratio == 1:
        return entry
    value = said.value
    if value is not None:
        value = alike(value, table.known[name].column.levels) or value
    # An odds ratio per unit of a number is a slip of the unit as often as not: per SD.
    fields: dict[str, object] = {"depends_on": str(Operand(name, value))}
    if value is None and table.known[name].kind == "number":
        size = math.log(ratio) / (math.pi / math.sqrt(3))
        fields |= {"word": "beta", "size": float(f"{size:.3g}")}
    else:
        fields |= {"word": "odds_ratio", "size": ratio}
    return entry.model_copy(update=fields)


def _context(blueprint: Blueprint) -> Context:
    columns = {column.name: column for column in blueprint.columns}
    return Context(blueprint, columns, graph.owners(blueprint), graph.kinds(blueprint))
