"""Table 1: who is in the table, as clinical papers print it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence, Set
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from synth_magic.errors import DataError, problem
from synth_magic.fidelity import difference
from synth_magic.fidelity.report import Grid, Section
from synth_magic.fidelity.table1_columns import LeftOut, Variable, read
from synth_magic.fidelity.table1_groups import Groups, groups_of
from synth_magic.fidelity.table1_numbers import number
from synth_magic.fidelity.table1_rows import Described, describe
from synth_magic.fidelity.table1_sheet import Sheet
from synth_magic.options import MIN_CELL
from synth_magic.safe_text import line

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.blueprint.model import Blueprint
    from synth_magic.fidelity.real.disclosure import Guard

_TITLE = "Table 1"
_NAMED = 6


def table1(
    table: pd.DataFrame,
    *,
    by: str | None = None,
    blueprint: Blueprint | str | None = None,
    real: bool = False,
    min_cell: int = MIN_CELL,
    mean: Collection[str] = (),
    median: Collection[str] = (),
) -> Section:
    """Describe a table as clinical papers do.

    Parameters
    ----------
    table
        Any table, shape (n, columns).
    by
        A column whose values make groups: a category, yes or no, or a number with at most
        ten values.  Two groups or more are compared by standardised mean differences.
    blueprint
        Says types, labels, units and the order of levels; its YAML will do.
    real
        Whether the rows are of real people: then small counts are hidden and others rounded,
        statistics of few rows and rare values are not shown, in `grid` and `plain` alike.
    min_cell
        For real rows: smaller counts are shown as such, and statistics of fewer than three
        times as many rows not at all.  With 0 or 1 everything is shown, as for public tables.
    mean, median
        Numbers to be shown as mean (SD), or as median [IQR], whatever their skewness.

    Returns
    -------
    Section
        With the key ``table1``.  `grid` holds the lines in words; `plain` holds ``by``,
        ``rows``, ``groups`` (name, value, n) and ``variables``: each with its ``name``, its
        ``kind`` (mean, median, dates, share, levels, events), its numbers for ``all`` and
        ``groups``, what is ``missing``, and ``smd`` with ``smd_chance`` where groups are
        compared: largest absolute differences, and what 95% of random groups stay below.

    Raises
    ------
    DataError
        When `by`, `mean` or `median` name what is not there or cannot be used so.
    """
    from synth_magic.blueprint.model import Blueprint as Form

    if isinstance(blueprint, str):
        blueprint = Form.from_yaml(blueprint)
    # Without attrs: pandas copies a table's attrs deeply for every column that is taken.
    table = table.copy(deep=False)
    table.attrs = {}
    variables, left = read(table, blueprint)
    by = None if by is None else str(by)
    forms = _forms(variables, mean, median)
    guard = _guard(min_cell) if real and min_cell > 1 else None
    if guard is not None and len(table) < guard.group:
        lead = f"Fewer than {guard.group} real rows: nothing of them is shown."
        return Section("table1", _TITLE, (), lead, Grid((), (), (lead,)), plain={})
    groups = groups_of(variables, left, len(table), by, guard.group if guard else 0)
    sheet = Sheet(groups, guard)
    shown = [v for v in variables if by is None or v.name != by or v.kind == "event"]
    described = [describe(variable, sheet, forms.get(variable.name)) for variable in shown]
    sizes = [_size(n, guard) for n in (len(table), *groups.sizes)]
    notes = _notes(shown, left, described, sheet)
    heads = [f"All (n = {sizes[0]:,})"]
    heads += [f"{line(name)} (n = {n:,})" for name, n in zip(groups.names, sizes[1:], strict=True)]
    if sheet.compared:
        heads += ["SMD" if len(groups.names) == 2 else "Largest SMD", "SMD by chance, up to"]
    rows = tuple(row for each in described for row in each.rows)
    plain: dict[str, Any] = {
        "by": groups.by,
        "rows": sizes[0],
        "groups": [
            {"name": name, "value": value, "n": n}
            for name, value, n in zip(groups.names, groups.values, sizes[1:], strict=True)
        ],
        "variables": [each.plain for each in described],
        "notes": list(notes),
    }
    lead = _lead(sizes[0], groups, about=guard is not None)
    return Section("table1", _TITLE, (), lead, Grid(tuple(heads), rows, notes), plain)


def _guard(min_cell: int) -> Guard:
    from synth_magic.fidelity.real.disclosure import Guard as Form

    return Form(min_cell)


def _size(n: int, guard: Guard | None) -> int:
    return n if guard is None else guard.step * round(n / guard.step)


def _lead(rows: int, groups: Groups, *, about: bool) -> str:
    many = f"{'About ' if about else ''}{rows:,} row{'' if rows == 1 else 's'}"
    return line(f"{many}, by {groups.by}." if groups.by is not None else f"{many}.")


def _forms(
    variables: Sequence[Variable], mean: Collection[str], median: Collection[str]
) -> dict[str, bool]:
    """Say by name whether the median was asked for."""
    kinds = {variable.name: variable.kind for variable in variables}
    out: dict[str, bool] = {}
    for option, names in (("mean", mean), ("median", median)):
        for name in (names,) if isinstance(names, str) else names:
            path = ("options", option)
            if kinds.get(name) != "number":
                close = get_close_matches(name, [n for n, k in kinds.items() if k == "number"], 1)
                mend = f"Did you mean {close[0]}?" if close else "Name columns that hold numbers"
                what = f"{name} is no number" if name in kinds else f"There is no number {name}"
                raise DataError(problem(path, f"{what} to be shown by its {option}", mend))
            if out.get(name) is False and option == "median":
                what = f"{name} is to be shown by its mean and by its median"
                raise DataError(problem(path, what, "Name it once"))
            out[name] = option == "median"
    return out


# Notes ------------------------------------------------------------------------------


def _notes(
    shown: Sequence[Variable], left: Sequence[LeftOut], described: Sequence[Described], sheet: Sheet
) -> tuple[str, ...]:
    kinds = {each.plain["kind"] for each in described}
    found = [*_statistics(kinds), *_grouping(kinds, sheet), *_real(sheet.guard)]
    if left:
        names = [f"{item.name} ({item.why})" for item in left]
        found.append(f"Left out: {_listed(names)}.")
    twice = [name for name, many in Counter(v.name for v in shown).items() if many > 1]
    if twice:
        found.append(f"More than one column is called {_listed(twice)}: in the table's order.")
    endless = [variable.name for variable in shown if variable.endless]
    if endless:
        found.append(f"Infinite values count as missing: {_listed(endless)}.")
    if not described:
        found.append("The table has no columns to describe.")
    return tuple(line(text) for text in found)


def _statistics(kinds: Set[str]) -> list[str]:
    found = []
    if kinds & {"share", "levels", "events"}:
        found.append("Percentages are of the values that are not missing.")
    if "median" in kinds:
        found.append("Median [interquartile range] where values are skewed, else mean (SD).")
    if "events" in kinds:
        found.append("Median follow-up by the reverse Kaplan-Meier estimate.")
    return found


def _grouping(kinds: Set[str], sheet: Sheet) -> list[str]:
    groups, found = sheet.groups, []
    if groups.lacking:
        many = groups.lacking if sheet.guard is None else sheet.guard.words(groups.lacking)
        rows = f"{many:,}" if isinstance(many, int) else many
        found.append(f"Rows without {groups.by} ({rows}) stand in All only.")
    if groups.by is not None and not sheet.compared and not groups.hidden:
        found.append(f"{groups.by} has one value only, so there is nothing to compare.")
    if groups.hidden:
        found.append(f"Groups of {groups.by} that are not shown: {groups.hidden}.")
    if sheet.compared:
        largest = ", the largest between any two groups" if len(groups.names) > 2 else ""
        sources = "Austin 2009" + (
            "; categories: Yang and Dalton 2012" if "levels" in kinds else ""
        )
        found.append(f"SMD: absolute standardised mean difference{largest} ({sources}).")
        least = _size(min(groups.sizes), sheet.guard)
        over = number(100 * difference.beyond(0.1, (least, least)), 0)
        random = f"two random groups of {least:,} differ by more than 0.1 in {over}% of all cases"
        found.append(f"95% of random groups of these sizes stay below the last column; {random}.")
        if "events" in kinds:
            found.append("No SMD for events: how long rows were followed matters too.")
    return found


def _real(guard: Guard | None) -> list[str]:
    if guard is None:
        return []
    least, step = guard.min_cell, guard.step
    counts = f"counts below {least} are not shown, nor those that would give them away"
    found = [f"Real rows: {counts}; others are to the nearest {step}."]
    found.append(f"Statistics of fewer than {guard.group} rows and rare values are not shown.")
    return found


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
