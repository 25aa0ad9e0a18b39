"""Published numbers made facts of columns, so that any author completes what is left open.

A line sets one thing: its column's marginal, or the marginal within each group.  Where the
groups say it, what is said of all rows is a check.  What ``columns:`` pins stands, and the
line is compared only.  Only a stated ratio, slope or correlation makes an effect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from synth_magic.authors.targeted_fit import Grouped, grouped, laid, pinned
from synth_magic.authors.targeted_names import Match, Names, plain, values_of
from synth_magic.blueprint.model import Column, Effect, Missing
from synth_magic.blueprint.request import Request, Span
from synth_magic.blueprint.targets import OVERALL, SIZES, Printed, Target, Targets
from synth_magic.errors import Path, Problem, SpecError, note, problem, warning
from synth_magic.reading import listed
from synth_magic.reference import tables

_EFFECTS = ("odds_ratio", "hazard_ratio", "difference", "correlation")
_TREATED = re.compile(
    r"placebo|control|treatment|drug|intervention|\barm\b|usual care|active", re.IGNORECASE
)
MAX_NAME = 48
HELD, PINNED = "held out", "columns: states it"
PART = "not stated for every group"
_SHOWN = 6


@dataclass
class _Laying:
    """What was made of the lines so far."""

    request: Request
    names: Names
    targets: Targets
    columns: dict[str, Column]
    given: frozenset[str]
    concepts: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    by: Grouped | None = None
    notes: list[Problem] = field(default_factory=list)
    effects: list[tuple[Effect, int]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def applied(request: Request) -> tuple[Request, tuple[Problem, ...]]:
    """Lay the published numbers of a request upon its columns.

    Parameters
    ----------
    request
        As parsed.  Without targets, or a second time, it stays as it is.

    Returns
    -------
    request
        Columns with facts of the source ``user``; its targets know their columns and roles.
    notes
        What was not understood, and what was passed over.

    Raises
    ------
    SpecError
        Where published numbers cannot be, at their line.
    """
    targets = request.targets
    if targets is None or any(target.role for target in targets.lines):
        return request, ()
    if not request.columns:
        prose, found = listed.apart(request)
        request = replace(found, prose=prose)
    columns = {column.name: column for column in request.columns}
    laying = _Laying(request, Names(request), targets, columns, frozenset(columns))
    _group(laying)
    matched = _separate(laying, [_matched(laying, target) for target in targets.lines])
    matched = [*_sizes(laying), *matched]
    matched = [_column(laying, target) for target in matched]
    roles = _roles(laying, matched)
    _check_twice(roles)
    lines = laid(roles, laying.columns, laying.by, laying.concepts)
    made = {**laying.columns, **lines.columns}
    done = _with_effects(laying, lines.lines, made)
    done = _with_missing(laying, done)
    order = _ordered(laying, made)
    spans = dict(request.spans)
    for name, at in laying.first.items():
        if name not in laying.given and ("targets", at) in spans:
            spans.setdefault(("columns", name), spans["targets", at])
    effects = (*request.effects, *(effect for effect, _ in laying.effects))
    for place, (_, at) in enumerate(laying.effects, start=len(request.effects)):
        if ("targets", at) in spans:
            spans["effects", place] = spans["targets", at]
    told = (*_told(targets, spans), *laying.notes, *lines.notes)
    completed = replace(
        request,
        columns=tuple(order),
        effects=effects,
        missing=(*request.missing, *laying.missing),
        targets=targets.model_copy(update={"lines": tuple(done)}),
        spans=spans,
    )
    return completed, told


# Columns --------------------------------------------------------------------------------


def _group(laying: _Laying) -> None:
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
    column = match.column or _free(laying, match.variable or _slug(_head(names, values)))
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


def _head(names: Sequence[str], values: Sequence[str]) -> str:
    yes = next((n for n, v in zip(names, values, strict=True) if v == "yes"), names[0])
    return yes


def _sizes(laying: _Laying) -> list[Target]:
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


def _matched(laying: _Laying, target: Target) -> Target:
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


def _is_number(laying: _Laying, match: Match) -> bool | None:
    """Whether a column holds numbers; None where nobody knows."""
    own = laying.columns.get(match.column or "")
    if own is not None and (own.type is not None or own.values):
        return own.type in ("integer", "number") and not own.zero_one
    if match.variable is not None:
        return tables.load().variables[match.variable].number
    if own is not None and own.unit:
        return True
    return None


def _reading(laying: _Laying, target: Target, *, number: bool | None) -> tuple[Printed, ...]:
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


def _new_name(laying: _Laying, target: Target, match: Match) -> str:
    """Name a column that the cell does not have: as the reference does, else by its words."""
    if match.variable is not None:
        known = tables.load().variables[match.variable]
        return match.variable if known.id not in laying.columns else _slug(target.name)
    return _slug(target.name)


def _slug(words: str) -> str:
    name = "_".join(re.findall(r"\w+", words.casefold()))[:MAX_NAME].strip("_")
    return name if name and not name[0].isdigit() else f"v_{name}".rstrip("_")


def _free(laying: _Laying, name: str) -> str:
    found, place = name, 2
    while found in laying.columns:
        found, place = f"{name}_{place}", place + 1
    return found


def _separate(laying: _Laying, lines: Sequence[Target]) -> list[Target]:
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
            column = match.column or match.variable or _slug(line.level)
            laying.labels.setdefault(column, line.level)
            line = line.model_copy(
                update={"column": column, "value": match.value, "name": line.level, "level": None}
            )
        out.append(line)
    for name in sorted(over):
        what = f"{name}: more than 100% together, so each line is taken as a yes or no of its own"
        laying.notes.append(note(("targets",), what))
    return out


def _column(laying: _Laying, target: Target) -> Target:
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


def _ordered(laying: _Laying, made: Mapping[str, Column]) -> list[Column]:
    """Put the cell's own columns first, then the groups, then the others as they were printed."""
    by = laying.by.column if laying.by is not None else None
    names = [n for n in laying.columns if n in laying.given]
    if by is not None and by in made:
        names.append(by)
    names += [name for name in made]
    return [made[name] for name in dict.fromkeys(names)]


# Roles ----------------------------------------------------------------------------------


def _roles(laying: _Laying, lines: Sequence[Target]) -> list[Target]:
    """Say which lines the blueprint is fitted to, and why the others are not."""
    own = {name: laying.columns[name] for name in laying.given}
    fixed = {name for name, column in own.items() if pinned(column)}
    by = laying.by
    out: list[Target] = []
    for line in lines:
        if line.parent is not None:
            out.append(line)
            continue
        why = ""
        if line.held:
            why = HELD
        elif line.column in fixed and line.number("missing") is None:
            why = PINNED
        elif line.cut is not None:
            why = "a part of its values"
        elif line.unit and _other_unit(laying.columns.get(str(line.column)), line):
            why = "printed in another unit"
            what = f"{line.text}: published in {line.unit}, and {line.column} is in another unit"
            laying.notes.append(
                warning(("targets", line.line), what, "Write both in one unit; it is not compared")
            )
        out.append(line.model_copy(update={"role": "free" if why else "", "why": why}))
    covered = grouped(out, by) if by is not None else frozenset()
    done = []
    for line in out:
        if line.role or line.parent is not None:
            done.append(line)
            continue
        inside = (line.column or "", "missing" if line.number("missing") else "") in covered
        is_by = by is not None and line.column == by.column
        why = ""
        if line.number("missing") is not None and line.group is not None:
            why = "its rate is set for all rows"
        elif is_by and line.group is not None:
            why = "the groups themselves"
        elif is_by and line.line >= 0 and any(each.line < 0 for each in out):
            why = SIZES
        elif line.group is None and inside:
            why = OVERALL
        elif line.group is not None and not inside:
            why = PART
        done.append(line.model_copy(update={"role": "free" if why else "fitted", "why": why}))
    return done


def _other_unit(column: Column | None, line: Target) -> bool:
    from synth_magic import units

    if column is None or column.unit is None or line.unit is None:
        return False
    if column.unit.strip().casefold() == line.unit.strip().casefold():
        return False
    return not units.same(column.unit, line.unit)


def _check_twice(lines: Sequence[Target]) -> None:
    """Refuse two fitted lines that say different things of one number."""
    seen: dict[tuple[object, ...], tuple[float, float, int]] = {}
    for line in lines:
        if line.role != "fitted" or line.parent is not None:
            continue
        for each in line.numbers:
            if each.what == "count":
                continue
            key = (line.column, line.value, line.group, each.what)
            before = seen.setdefault(key, (each.value, each.half, line.line))
            if abs(before[0] - each.value) > before[1] + each.half + 1e-9:
                word = {"sd": "SD", "q1": "lower quartile", "q3": "upper quartile"}.get(
                    each.what, each.what
                )
                scale = 100 if each.what in ("share", "missing") else 1
                what = (
                    f"{line.column}: its {word} is published twice, as {scale * before[0]:.6g} and"
                    f" {scale * each.value:.6g}"
                )
                mend = "Keep one, or hold one out: hold: [name]"
                raise SpecError(problem(("targets", line.line), what, mend))


# Effects and missing values -------------------------------------------------------------


def _with_effects(
    laying: _Laying, lines: Sequence[Target], made: dict[str, Column]
) -> list[Target]:
    """Make effects of stated ratios, slopes and correlations."""
    out = []
    there = {(e.parent.split("=")[0], e.child.split("=")[0]) for e in laying.request.effects}
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
                parent=parent, child=child, word=line.numbers[0].what,  # type: ignore[arg-type]
                size=line.numbers[0].value, per=line.per, source="user",
            )  # fmt: skip
            laying.effects.append((effect, line.line))
            there.add(pair)
    return out


def _operand(laying: _Laying, words: str, made: dict[str, Column]) -> str | None:
    match = laying.names.find(words, share=True)
    name = match.column
    if name is None and match.variable is not None:
        name = next((n for n, v in laying.concepts.items() if v == match.variable), None)
        if name is None:
            name = match.variable
            made[name] = Column(name=name)
            laying.concepts[name] = match.variable
    if name is None:
        slug = _slug(words)
        name = slug if slug in made else None
    if name is None or name not in made:
        return None
    column = made[name]
    valued = match.value is not None and column.type != "boolean" and not _truth(laying, name)
    return f"{name}={match.value}" if valued else name


def _truth(laying: _Laying, name: str) -> bool:
    variable = laying.concepts.get(name)
    return variable is not None and tables.load().variables[variable].type == "boolean"


def _with_missing(laying: _Laying, lines: Sequence[Target]) -> list[Target]:
    stated = {entry.column for entry in laying.request.missing}
    out = []
    for line in lines:
        rate = line.number("missing")
        if rate is not None and line.role == "fitted":
            if line.column in stated:
                line = line.model_copy(update={"role": "free", "why": "missing: states it"})
            else:
                stated.add(str(line.column))
                laying.missing.append(
                    Missing(column=str(line.column), rate=rate.value, source="user")
                )
        out.append(line)
    return out


# Notes ----------------------------------------------------------------------------------


def _told(targets: Targets, spans: Mapping[Path, Span]) -> list[Problem]:
    found = []
    if targets.unread:
        shown = "; ".join(f"“{text[:80]}”" for text in targets.unread[:_SHOWN])
        more = f"; and {len(targets.unread) - _SHOWN} more" if len(targets.unread) > _SHOWN else ""
        many = len(targets.unread)
        what = f"{many} line{'s' * (many != 1)} under targets: not understood: {shown}{more}"
        found.append(warning(("targets",), what, "They were left out."))
    found += [note(("targets",), f"targets: {text}.") for text in targets.told]
    known = {
        plain(word)
        for line in targets.lines
        if line.held
        for word in (
            line.name,
            line.text,
            line.level or "",
            line.group or "",
            f"{line.name} {line.level}",
        )
    }
    idle = [name for name in targets.hold if plain(name) not in known]
    if idle:
        what = f"hold: names no line of targets: {', '.join(idle[:_SHOWN])}"
        found.append(warning(("targets",), what, "Write a line's name, level or group."))
    return found


__all__ = ["applied"]
