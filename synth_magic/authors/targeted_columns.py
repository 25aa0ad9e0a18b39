"""The columns that published lines are about: found, or made where the cell has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from synth_magic.authors.targeted_fit import Grouped
from synth_magic.authors.targeted_laying import Laying
from synth_magic.authors.targeted_names import Match, plain, values_of
from synth_magic.blueprint.model import Column
from synth_magic.blueprint.targets import Printed, Target
from synth_magic.errors import SpecError, note, problem
from synth_magic.reference import tables

_TREATED = re.compile(
    r"placebo|control|treatment|drug|intervention|\barm\b|usual care|active", re.IGNORECASE
)
MAX_NAME = 48


def group(laying: Laying) -> None:
    """Find the column that makes the groups."""
    names = [group.name for group in laying.targets.groups]
    if not names:
        return
    found = laying.names.groups(names)
    if found is None:
        name = "arm" if any(_TREATED.search(each) for each in names) else "group"
        found = Match(name if name in laying.columns else None), tuple(names)
        if found[0].column is None:
            found = Match(_free(laying, name)), found[1]
    match, values = found
    yes = next((n for n, v in zip(names, values, strict=True) if v == "yes"), names[0])
    words = yes.split("=", maxsplit=1)[0]  # ``severity = mild`` names the column
    column = match.column or _free(laying, match.variable or slug(words))
    if match.variable is not None:
        laying.concepts[column] = match.variable
    laying.by = Grouped(column, dict(zip(names, values, strict=True)))
    own = laying.columns.get(column)
    if own is not None:
        every = values_of(own, laying.names.own.get(column))
        if every and set(every) != set(values):
            laying.by = replace(laying.by, whole=False)
            left = ", ".join(value for value in every if value not in values) or "others"
            what = (
                f"{column} has values that the groups do not ({left}), so groups are compared only"
            )
            laying.notes.append(note(("targets",), what))
    elif len(names) == 1:
        laying.by = replace(laying.by, whole=False)


def sizes(laying: Laying) -> list[Target]:
    """Give the shares of the groups as lines of their own."""
    by, groups = laying.by, laying.targets.groups
    if by is None or not by.whole or any(not group.n for group in groups) or len(groups) < 2:
        return []
    total = sum(group.n or 0 for group in groups)
    return [
        Target(
            line=-1,
            text=f"{group.name}, n",
            cell=f"{group.n:,} of {total:,}",
            name=by.column,
            level=group.name,
            numbers=(
                Printed(what="share", value=(group.n or 0) / total, half=0.5 / total),
                Printed(what="count", value=float(group.n or 0)),
            ),
            column=by.column,
            value=by.values[group.name],
        )
        for group in groups
    ]


def matched(laying: Laying, target: Target) -> Target:
    """Find the column, and the value, that a line is about."""
    if target.parent is not None:
        return target
    share = bool({each.what for each in (*target.numbers, *target.other)} & {"share", "count"})
    match = laying.names.find(target.name, share=share and target.level is None)
    number = _is_number(laying, match)
    numbers = _reading(laying, target, number=number)
    shares = bool({each.what for each in numbers} & {"share", "count"})
    value, cut = match.value, target.cut
    if target.level is not None:
        value = laying.names.value(match, target.level)
        if value is not None or number is False:
            cut = None
        value = value if value is not None or cut is not None else target.level
    elif not shares or (number and cut is not None):
        value = None
    if match.column is None and cut is not None and number is not True:
        cut, value = None, target.level  # bands of what is no number that we know: values
    if shares and number and cut is None and target.level is None:
        match, value = Match(), None  # a share of a number: a matter of its own
    column = match.column
    if column is None and match.variable is not None:
        column = next((n for n, v in laying.concepts.items() if v == match.variable), None)
    update = {"numbers": numbers, "other": (), "value": value, "cut": cut}
    update["column"] = column if column is not None else _new_name(laying, target, match)
    found = target.model_copy(update=update)
    laying.labels.setdefault(str(found.column), target.name)
    if match.variable is not None:
        laying.concepts.setdefault(str(found.column), match.variable)
    return found


def _is_number(laying: Laying, match: Match) -> bool | None:
    """Whether a column holds numbers; None where nobody knows."""
    own = laying.columns.get(match.column or "")
    if own is not None and (own.type is not None or own.values):
        pair = own.zero_one or own.range in ((0, 1), (0.0, 1.0))
        return own.type == "number" or (own.type == "integer" and not pair)
    if match.variable is not None:
        return tables.load().variables[match.variable].number
    if own is not None and own.unit:
        return True
    return None


def _reading(laying: Laying, target: Target, *, number: bool | None) -> tuple[Printed, ...]:
    """Choose between two readings of a line: by its column, then by the rows."""
    first, second = target.numbers, target.other
    if not second:
        return first
    by_kind = {bool({p.what for p in each} & {"share", "count"}): each for each in (second, first)}
    if target.level is not None or target.cut is not None:
        return by_kind.get(True, first)
    if number is not None:
        return by_kind.get(not number, first)
    counted = by_kind.get(True, ())
    count = next((each.value for each in counted if each.what == "count"), None)
    share = next((each for each in counted if each.what == "share"), None)
    n = laying.targets.size(target.group)
    if n and count is not None and share is not None:
        return counted if abs(count / n - share.value) <= share.half + 1e-9 else by_kind[False]
    return first


def _new_name(laying: Laying, target: Target, match: Match) -> str:
    """Name a column that the cell does not have: as the reference does, else by its words."""
    if match.variable is not None:
        known = tables.load().variables[match.variable]
        return match.variable if known.id not in laying.columns else slug(target.name)
    return slug(target.name)


def slug(words: str) -> str:
    """Make a column's name of words."""
    name = "_".join(re.findall(r"\w+", words.casefold()))[:MAX_NAME].strip("_")
    return name if name and not name[0].isdigit() else f"v_{name}".rstrip("_")


def _free(laying: Laying, name: str) -> str:
    found, place = name, 2
    while found in laying.columns:
        found, place = f"{name}_{place}", place + 1
    return found


def separate(laying: Laying, lines: Sequence[Target]) -> list[Target]:
    """Part lines under one head whose shares make more than all: each a yes or no of its own."""
    sums: dict[tuple[str, str | None], float] = {}
    for line in lines:
        share = line.number("share")
        if line.level is not None and line.cut is None and line.value and share is not None:
            key = str(line.column), line.group
            sums[key] = sums.get(key, 0.0) + share.value
    over = {column for (column, _), total in sums.items() if total > 1.03}
    wrong = [name for name in sorted(over) if name in laying.given or name in laying.concepts]
    for name in wrong:
        at = next(line.line for line in lines if line.column == name)
        total = max(value for (column, _), value in sums.items() if column == name)
        what = f"{name}: its published shares add up to {total:.0%}"
        raise SpecError(problem(("targets", at), what, "Correct them, or leave lines out"))
    out = []
    for line in lines:
        if line.column in over and line.level is not None:
            match = laying.names.find(line.level, share=True)
            column = match.column or match.variable or slug(line.level)
            laying.labels.setdefault(column, line.level)
            update = {"column": column, "value": match.value, "name": line.level, "level": None}
            out.append(line.model_copy(update=update))
        else:
            out.append(line)
    for name in sorted(over):
        what = f"{name}: more than 100% together, so each line is taken as a yes or no of its own"
        laying.notes.append(note(("targets",), what))
    return out


def column_of(laying: Laying, target: Target) -> Target:
    """Make the column of a line where the cell has none, and note whose groups it is in."""
    by = laying.by
    if target.group is not None and by is not None:
        target = target.model_copy(update={"by": by.column, "at": by.values[target.group]})
    if target.parent is not None or target.column is None:
        return target
    laying.first.setdefault(target.column, target.line)
    if target.column not in laying.columns:
        label = laying.labels.get(target.column, target.name)
        value = target.value is not None and target.level is None  # Female is no name of a column
        told = plain(label) == plain(target.column) or target.line < 0 or value
        named = None if told else label[:80]
        laying.columns[target.column] = Column(name=target.column, label=named)
    column = laying.columns[target.column]
    numeric = {each.what for each in target.numbers} & {"mean", "median", "q1"}
    if target.unit and column.unit is None and numeric and not target.held:
        laying.columns[target.column] = column.model_copy(update={"unit": target.unit})
    return target


def ordered(laying: Laying, made: Mapping[str, Column]) -> list[Column]:
    """Put the cell's own columns first, then the groups, then the others as they were printed."""
    by = laying.by.column if laying.by is not None else None
    names = [n for n in laying.columns if n in laying.given]
    if by is not None and by in made:
        names.append(by)
    return [made[name] for name in dict.fromkeys((*names, *made))]
